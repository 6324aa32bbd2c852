//! The semantics as Markdown that runs: each page of docs/semantics is a test.
//!
//! docs/semantics/README.md says how a page is written. `UPDATE=1 cargo test -p pointsman-engine --test semantics`
//! writes what was found into the expected blocks; review it before it is committed.

mod compare;
mod folder;
mod lives;
mod page;
mod people;
mod section;
mod world;

use page::Page;
use std::collections::BTreeSet;

macro_rules! pages {
    ($($test:ident: $file:literal,)*) => {
        /// All pages, in the order in which they are read.
        const PAGES: &[&str] = &[$($file),*];

        $(#[test]
        fn $test() {
            if let Err(failures) = run($file) {
                panic!("\n{failures}");
            }
        })*
    };
}

pages! {
    rules: "01-rules.md",
    conditions: "conditions.md",
    targets_and_backups: "targets-and-backups.md",
    rotation: "rotation.md",
    pools: "pools.md",
    holds_and_queues: "holds-and-queues.md",
    same_person: "same-person.md",
    sla_clocks: "sla-clocks.md",
    life: "life.md",
    enrichment_and_matching: "enrichment-and-matching.md",
}

/// Pages about all leads there can be, which the tests of `crates/proof` run.
const OF_PROOF: [&str; 3] = ["what-check-finds.md", "assertions.md", "comparing-and-testing.md"];

/// The lines of DESIGN section 6 that the engine decides.
const LINES: [u32; 15] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17];

fn read(file: &str) -> Result<(String, Page), String> {
    let text = folder::read(file)?;
    let page = Page::read(&text).map_err(|failure| failure.shown(file))?;
    Ok((text, page))
}

fn run(file: &str) -> Result<(), String> {
    let (text, page) = read(file)?;
    let compared = section::run_all(&page);
    if folder::updating() {
        folder::write(file, &compare::updated(&text, &compared.blocks))?;
    }
    let differing = compared.blocks.iter().filter(|block| !folder::updating() && block.differs()).map(compare::Compared::failure);
    let failures: Vec<String> = compared.failures.into_iter().chain(differing).map(|failure| failure.shown(file)).collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

#[test]
fn every_page_of_the_folder_is_run() {
    let pages = || PAGES.iter().chain(&OF_PROOF);
    let listed: BTreeSet<String> = pages().map(|page| (*page).to_owned()).chain(["README.md".to_owned()]).collect();
    assert_eq!(folder::pages(), Ok(listed));
    let index = folder::read("README.md").unwrap();
    for page in pages() {
        assert!(index.contains(&format!("]({page})")), "README.md does not link to {page}");
    }
}

#[test]
fn every_line_of_the_design_that_the_engine_decides_has_a_section() {
    let pages: Vec<Page> = PAGES.iter().map(|page| read(page).unwrap().1).collect();
    for line in LINES {
        let shown = pages.iter().flat_map(|page| &page.sections).any(|section| section.title.starts_with(&format!("6.{line} ")));
        assert!(shown, "no section is headed `## 6.{line} ...`");
    }
}

#[test]
fn a_section_that_cannot_fail_is_an_error() {
    let text = "# A page\n\n## A section\n\n```toml file=routing.toml\n[policy]\nname = \"A\"\n[fallback]\nqueue = \"q\"\n```\n";
    let page = Page::read(text).unwrap();
    let failures = section::run_all(&page).failures;
    assert_eq!(
        failures.iter().map(|failure| failure.shown("page.md")).collect::<Vec<_>>(),
        ["page.md:3: this section expects nothing, so that it cannot fail"]
    );
}

#[test]
fn a_wrong_expectation_is_found_and_shown_with_its_place() {
    let text = "## A section\n\n```toml file=routing.toml\n[policy]\nname = \"A\"\n[fallback]\nqueue = \"q\"\n```\n\n```csv leads\nid\nl1\n```\n\n```csv decisions\nid,outcome\nl1,assigned\n```\n";
    let page = Page::read(text).unwrap();
    let compared = section::run_all(&page);
    let shown: Vec<String> = compared.blocks.iter().map(|block| block.failure().shown("page.md")).collect();
    assert_eq!(shown, ["page.md:15: `csv decisions` differs (- expected, + found)\n    id,outcome\n  - l1,assigned\n  + l1,queued"]);
    assert!(compare::updated(text, &compared.blocks).contains("id,outcome\nl1,queued\n```\n"));
}

#[test]
fn a_block_that_nobody_understands_is_an_error() {
    let failure = Page::read("## A section\n\n```csv decision\nid\n```\n").err().map(|failure| failure.shown("page.md"));
    assert_eq!(failure.as_deref(), Some("page.md:3: `csv decision` is no block of a page; README.md lists them"));
}
