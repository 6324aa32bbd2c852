//! `pointsman config`: the settings in force, and where each comes from. Secrets are not shown.

use crate::args::{ConfigArgs, Format};
use crate::failure::Failure;
use crate::settings;
use crate::show;

/// Prints them; with `--defaults` the documented default file.
pub fn run(args: &ConfigArgs) -> Result<(), Failure> {
    if args.defaults {
        return show::print(pointsman_server::config::DEFAULTS.trim_end());
    }
    let (_, in_force) = settings::read(&args.settings)?;
    match args.format {
        Format::Json => show::json(&in_force),
        Format::Human => {
            let rows = in_force.into_iter().map(|setting| [setting.name, setting.value, setting.origin]);
            show::print(&show::table(["setting", "value", "from"], &[], rows))
        }
    }
}
