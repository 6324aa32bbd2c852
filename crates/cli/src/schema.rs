//! `pointsman schema`: the JSON Schema of a policy file.

use crate::failure::Failure;
use crate::show;
use pointsman_engine::policy::schema::schema;

/// Prints it.
pub fn run() -> Result<(), Failure> {
    show::json(&schema())
}
