//! Salesforce's fields as columns of a lead: their names and their kinds.
//!
//! Standard fields become ours where they mean the same. A custom field keeps its API name in small letters
//! (`Lead_Type__c` is `lead_type__c`): a Salesforce export, whose header is read that way, needs no renaming for them, and
//! no two fields ever become one.

use pointsman_engine::field::{Kind, LeadField};
use std::collections::{BTreeMap, BTreeSet};

/// A column's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnIx(pub usize);

/// A field as a rule names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// With its object: `Lead.Country`, `Campaign.Parent.Id`.
    pub text: String,
    /// Whether it is a record's id. Criteria compare records by name, formulas by id.
    pub id: bool,
}

/// A column of a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The field it comes from.
    pub path: Path,
    /// Its name in the policy.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// How rules use a field, which says what kind it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Compared with true and false only.
    Truth,
    /// Compared by order with numbers.
    OrderOfNumbers,
    /// Compared with a number, or with blank.
    Number,
    /// Asked whether it has elements.
    Elements,
    /// Compared with ISO codes of countries.
    CountryCodes,
    /// Asked whether it is blank.
    Blank,
    /// Anything else.
    Text,
}

/// All columns that rules ask for, in order of first mention.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    all: Vec<Column>,
    uses: Vec<Vec<Use>>,
    by_path: BTreeMap<(String, bool), ColumnIx>,
    names: BTreeSet<String>,
}

impl Columns {
    /// The column of a field that is used so. New at the first mention.
    pub fn mention(&mut self, path: Path, used: Use) -> ColumnIx {
        let key = (path.text.to_ascii_lowercase(), path.id);
        let ix = match self.by_path.get(&key) {
            Some(ix) => *ix,
            None => {
                let ix = ColumnIx(self.all.len());
                let name = self.free(name(&path));
                self.names.insert(name.clone());
                self.all.push(Column { path, name, kind: Kind::Text });
                self.uses.push(Vec::new());
                self.by_path.insert(key, ix);
                ix
            }
        };
        if let Some(uses) = self.uses.get_mut(ix.0) {
            uses.push(used);
        }
        ix
    }

    /// Decides what each column holds, after all mentions.
    pub fn settle(&mut self) {
        for at in 0..self.all.len() {
            let uses = self.uses.get(at).cloned().unwrap_or_default();
            let taken = self.free("country_code".to_owned());
            let Some(column) = self.all.get_mut(at) else { continue };
            let standard = LeadField::named(&column.name).map(LeadField::kind);
            if standard == Some(Kind::Country) && uses.contains(&Use::Text) {
                // A value that is no ISO code: the organisation has countries of its own.
                column.name = taken;
            } else {
                column.kind = standard.unwrap_or_else(|| kind(&uses));
            }
        }
    }

    /// The column of a field that was mentioned.
    #[must_use]
    pub fn find(&self, path: &Path) -> Option<ColumnIx> {
        self.by_path.get(&(path.text.to_ascii_lowercase(), path.id)).copied()
    }

    /// A column.
    #[must_use]
    pub fn get(&self, ix: ColumnIx) -> Option<&Column> {
        self.all.get(ix.0)
    }

    /// A column's name.
    #[must_use]
    pub fn name(&self, ix: ColumnIx) -> &str {
        self.get(ix).map_or("", |column| &column.name)
    }

    /// A column's kind.
    #[must_use]
    pub fn kind(&self, ix: ColumnIx) -> &Kind {
        self.get(ix).map_or(&Kind::Text, |column| &column.kind)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (ColumnIx, &Column)> {
        self.all.iter().enumerate().map(|(at, column)| (ColumnIx(at), column))
    }

    fn free(&self, name: String) -> String {
        if !self.names.contains(&name) {
            return name;
        }
        (2..).map(|number| format!("{name}_{number}")).find(|name| !self.names.contains(name)).unwrap_or(name)
    }
}

impl Column {
    /// Whether it must be declared in `[fields]`.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        LeadField::named(&self.name).is_none()
    }
}

fn kind(uses: &[Use]) -> Kind {
    let (all, any) = (|of: &[Use]| uses.iter().all(|used| of.contains(used)), |used: Use| uses.contains(&used));
    if any(Use::Elements) {
        Kind::List
    } else if any(Use::Truth) && all(&[Use::Truth]) {
        Kind::Bool
    } else if any(Use::OrderOfNumbers) && all(&[Use::OrderOfNumbers, Use::Number, Use::Blank]) {
        Kind::Number
    } else {
        Kind::Text
    }
}

/// Salesforce's fields that mean the same as one of ours, or have a better name than their own.
const NAMES: &[(&str, &str)] = &[
    ("lead.id", "id"),
    ("lead.email", "email"),
    ("lead.firstname", "first_name"),
    ("lead.lastname", "last_name"),
    ("lead.title", "title"),
    ("lead.phone", "phone"),
    ("lead.company", "company"),
    ("lead.website", "website"),
    ("lead.countrycode", "country"),
    ("lead.country", "country_name"),
    ("lead.state", "state"),
    ("lead.city", "city"),
    ("lead.postalcode", "postal_code"),
    ("lead.industry", "industry"),
    ("lead.numberofemployees", "employees"),
    ("lead.annualrevenue", "annual_revenue"),
    ("lead.leadsource", "source"),
    ("lead.createddate", "created_at"),
    ("lead.ownerid", "owner_name"),
];

/// Names that the policy language keeps for itself, and names of ours that mean something else.
fn is_reserved(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "and",
        "or",
        "not",
        "in",
        "is",
        "missing",
        "between",
        "contains",
        "starts_with",
        "ends_with",
        "within",
        "any",
        "all",
        "true",
        "false",
        "account",
        "segment",
        "lead_id",
        "zip",
        "zip_code",
        "zipcode",
        "postcode",
        "firstname",
        "lastname",
    ];
    WORDS.contains(&name) || LeadField::named(name).is_some()
}

fn name(path: &Path) -> String {
    let folded = path.text.to_ascii_lowercase();
    if !path.id
        && let Some((_, name)) = NAMES.iter().find(|(field, _)| *field == folded)
    {
        return (*name).to_owned();
    }
    let parts: Vec<&str> = path.text.strip_prefix("Lead.").unwrap_or(&path.text).split('.').collect();
    let mut name = parts.iter().map(|part| snake(part)).collect::<Vec<_>>().join("_");
    let named = name.strip_suffix("_id").filter(|rest| !path.id && !rest.is_empty()).map(str::to_owned);
    name = named.unwrap_or(name);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert_str(0, "field_");
    }
    if is_reserved(&name) { format!("lead_{name}") } else { name }
}

/// `LeadSource` to `lead_source`; a custom field's API name in small letters; what a column cannot have becomes `_`.
fn snake(part: &str) -> String {
    let custom = part.contains("__");
    let (mut name, mut small_before) = (String::new(), false);
    for c in part.trim_start_matches('$').chars() {
        if c.is_ascii_uppercase() && small_before && !custom {
            name.push('_');
        }
        small_before = c.is_ascii_lowercase() || c.is_ascii_digit();
        name.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str, id: bool) -> String {
        name(&Path { text: text.to_owned(), id })
    }

    #[test]
    fn fields_become_ours_where_they_mean_the_same() {
        for (field, column) in [
            ("Lead.LeadSource", "source"),
            ("Lead.PostalCode", "postal_code"),
            ("Lead.Country", "country_name"),
            ("Lead.CountryCode", "country"),
            ("Lead.StateCode", "state_code"),
            ("Lead.Country__c", "country__c"),
            ("Lead.n2de__Distribution_count__c", "n2de__distribution_count__c"),
            ("Lead.RecordTypeId", "record_type"),
            ("Lead.CreatedById", "created_by"),
            ("Lead.OwnerId", "owner_name"),
            ("Lead.EmailBouncedReason", "email_bounced_reason"),
            ("User.ProfileId", "user_profile"),
            ("Campaign.Name", "campaign_name"),
            ("Lead.Owner", "lead_owner"),
            ("Lead.Größe 1", "gr__e_1"),
            ("1", "field_1"),
        ] {
            assert_eq!(named(field, false), column, "{field}");
        }
        assert_eq!(named("Lead.OwnerId", true), "owner_id");
        assert_eq!(named("Campaign.Parent.Id", true), "campaign_parent_id");
    }

    #[test]
    fn a_kind_fits_every_use() {
        let settled = |field: &str, uses: &[Use]| {
            let mut columns = Columns::default();
            for used in uses {
                columns.mention(Path { text: field.to_owned(), id: false }, *used);
            }
            columns.settle();
            let column = columns.get(ColumnIx(0)).unwrap();
            (column.name.clone(), column.kind.clone())
        };
        let kind = |uses: &[Use]| settled("Lead.X__c", uses).1;
        assert_eq!(kind(&[Use::Truth, Use::Truth]), Kind::Bool);
        assert_eq!(kind(&[Use::Truth, Use::Blank]), Kind::Text);
        assert_eq!(kind(&[Use::OrderOfNumbers, Use::Number, Use::Blank]), Kind::Number);
        assert_eq!(kind(&[Use::Number]), Kind::Text);
        assert_eq!(kind(&[Use::OrderOfNumbers, Use::Text]), Kind::Text);
        assert_eq!(kind(&[Use::Elements, Use::Text]), Kind::List);
        assert_eq!(settled("Lead.CountryCode", &[Use::CountryCodes]), ("country".to_owned(), Kind::Country));
        assert_eq!(settled("Lead.CountryCode", &[Use::CountryCodes, Use::Text]), ("country_code".to_owned(), Kind::Text));
        assert_eq!(settled("Lead.PostalCode", &[Use::OrderOfNumbers]), ("postal_code".to_owned(), Kind::Text));
    }
}
