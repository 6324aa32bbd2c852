//! A page: sections of prose and fenced blocks, each block known by its info string.

/// What went wrong, and at which line of the page.
#[derive(Debug)]
pub struct Failure {
    pub line: usize,
    pub message: String,
}

impl Failure {
    pub fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }

    pub fn shown(&self, file: &str) -> String {
        format!("{file}:{}: {}", self.line, self.message)
    }
}

/// What a block is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A file of the policy folder, or one of people and accounts beside it.
    File(String),
    /// A rep's absences as iCalendar.
    Absences(String),
    /// The leads that come in, in order.
    Leads,
    /// Expected: one line per lead.
    Decisions,
    /// Expected: how many leads each rep got.
    Shares,
    /// Expected: a pool's balances at the end, and the largest on the way.
    Balances(String),
    /// Expected: everything found wrong with the files.
    Check,
    /// Steps in the lives of the leads, each with what is expected to come of it.
    Life,
    /// Expected: why a rep does not have the last lead.
    WhyNot(String),
}

impl Kind {
    /// `None`: a block for people only. `Err`: not understood.
    fn of(info: &str) -> Result<Option<Self>, ()> {
        let (language, rest) = info.split_once(' ').unwrap_or((info, ""));
        let rest = rest.trim();
        let named = |prefix: &str| rest.strip_prefix(prefix).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        match (language, rest) {
            ("text" | "sh", "") => Ok(None),
            ("csv", "leads") => Ok(Some(Self::Leads)),
            ("csv", "decisions") => Ok(Some(Self::Decisions)),
            ("csv", "shares") => Ok(Some(Self::Shares)),
            ("text", "check") => Ok(Some(Self::Check)),
            ("text", "life") => Ok(Some(Self::Life)),
            ("toml" | "csv", _) => named("file=").map(Self::File).map(Some).ok_or(()),
            ("ics", _) => named("absences=").map(Self::Absences).map(Some).ok_or(()),
            ("text", _) => named("why-not ").map(Self::WhyNot).or_else(|| named("balances ").map(Self::Balances)).map(Some).ok_or(()),
            _ => Err(()),
        }
    }

    /// Whether a section that has it can fail.
    pub fn expects(&self) -> bool {
        match self {
            Self::File(name) => name.starts_with("tests/"),
            Self::Absences(_) | Self::Leads => false,
            Self::Decisions | Self::Shares | Self::Balances(_) | Self::Check | Self::Life | Self::WhyNot(_) => true,
        }
    }
}

/// A fenced block.
#[derive(Debug, Clone)]
pub struct Block {
    /// Of the opening fence, from 1.
    pub line: usize,
    pub info: String,
    pub kind: Kind,
    pub text: String,
}

/// What stands under one `##` heading.
#[derive(Debug, Default)]
pub struct Section {
    pub line: usize,
    pub title: String,
    /// Begins where the section above ended, instead of anew.
    pub continues: bool,
    pub blocks: Vec<Block>,
}

/// One file of the folder.
#[derive(Debug, Default)]
pub struct Page {
    /// Blocks above the first section: they hold for each.
    pub common: Vec<Block>,
    pub sections: Vec<Section>,
}

impl Page {
    pub fn read(text: &str) -> Result<Self, Failure> {
        let mut page = Self::default();
        let mut lines = text.lines().zip(1..);
        while let Some((line, number)) = lines.next() {
            if let Some(title) = line.strip_prefix("## ") {
                page.sections.push(Section { line: number, title: title.trim().to_owned(), ..Section::default() });
            } else if line.trim() == "<!-- continues -->" {
                let section = page.sections.last_mut().ok_or_else(|| Failure::new(number, "there is no section to continue"))?;
                section.continues = true;
            } else if let Some(info) = line.strip_prefix("```") {
                let body: Vec<&str> = lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "```").collect();
                page.add(number, info.trim(), &body)?;
            }
        }
        Ok(page)
    }

    fn add(&mut self, line: usize, info: &str, body: &[&str]) -> Result<(), Failure> {
        let unknown = || Failure::new(line, format!("`{info}` is no block of a page; README.md lists them"));
        let Some(kind) = Kind::of(info).map_err(|()| unknown())? else { return Ok(()) };
        let text = body.iter().flat_map(|line| [line, "\n"]).collect();
        let blocks = self.sections.last_mut().map_or(&mut self.common, |section| &mut section.blocks);
        blocks.push(Block { line, info: info.to_owned(), kind, text });
        Ok(())
    }
}
