pub mod matching;
pub mod measure;
