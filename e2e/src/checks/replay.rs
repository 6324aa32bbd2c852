//! `pointsman replay` derives every decision again, and agrees.

use crate::scene::Scene;
use pointsman_store::db::Db;
use pointsman_store::schema::WORKSPACE;
use serde_json::Value;
use std::process::Command;
use std::time::Instant;

pub fn all(scene: &Scene, db: &mut dyn Db) -> Result<String, String> {
    // Before, because decisions go on being made.
    let sql = "select count(*) from decision where ws = $1 and outcome <> 'by_hand'";
    let there = db.query(sql, &[WORKSPACE.into()]).map_err(|error| error.to_string())?;
    let there = there.first().map_or(Ok(0), |row| row.int(0)).map_err(|error| error.to_string())?;
    let began = Instant::now();
    let mut command = Command::new(&scene.program);
    command.arg("replay").args(scene.database(&scene.folder.join("0"))).args(["--format", "json"]);
    let ran = command.output().map_err(|error| format!("{}: {error}", scene.program.display()))?;
    let said: Value = serde_json::from_slice(&ran.stdout).map_err(|_| format!("replay said {}", String::from_utf8_lossy(&ran.stderr)))?;
    let number = |name: &str| said.get(name).and_then(Value::as_u64).unwrap_or(0);
    if number("different") > 0 || !ran.status.success() {
        let some: String = said.to_string().chars().take(2_000).collect();
        return Err(format!("replay does not agree: {some}"));
    }
    if u64::try_from(there).is_ok_and(|there| there > number("decisions")) {
        return Err(format!("replay looked at {} of {there} decisions", number("decisions")));
    }
    Ok(format!("{} replayed in {:.1} s", number("decisions"), began.elapsed().as_secs_f64()))
}
