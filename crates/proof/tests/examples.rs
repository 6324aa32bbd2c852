//! The example policies: nothing is wrong with them, and every lead that is shown of them is as claimed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]
#![allow(clippy::disallowed_methods, reason = "a test reads the policies it is about")]

use pointsman_engine::account::Owners;
use pointsman_engine::book::Book;
use pointsman_engine::policy::read::read;
use pointsman_engine::policy::source::Sources;
use pointsman_engine::trial::usual_moment;
use pointsman_proof::findings::{self, gaps};
use pointsman_proof::model::Model;
use pointsman_proof::space::universe::Universe;
use std::path::{Path, PathBuf};

fn policies() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let mut all: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.retain(|path| path.join("routing.toml").exists());
    all.sort();
    all
}

fn collect(folder: &Path, prefix: &str, sources: &mut Sources) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), sources);
        } else if name.ends_with(".toml") || name.ends_with(".csv") {
            sources.files.insert(name, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
}

#[test]
fn nothing_is_wrong_with_the_examples() {
    assert_eq!(policies().len(), 6);
    for path in policies() {
        let mut sources = Sources::default();
        collect(&path, "", &mut sources);
        let checked = read(&sources);
        let policy = checked.policy.unwrap();
        let book = Book::bind(&policy, None, Vec::new());
        let found = findings::all(&policy, checked.diagnostics, &book, &Owners::new(), usual_moment(&policy));
        assert!(found.is_empty(), "{}: {found:?}", path.display());
        let universe = Universe::of(&[&policy]);
        for gap in gaps::find(&Model::of(&universe, &policy, 0), 20).all {
            assert_eq!(gap.scene.run(&policy).unwrap().then, None, "{}: {}", path.display(), gap.words);
        }
    }
}
