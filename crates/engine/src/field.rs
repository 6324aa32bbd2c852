//! Fields: what a policy can ask of a lead and of the account it matches.
//!
//! A field has a name as it is written in a policy (`country`, `account.named`, `employees.source`), a
//! [`Kind`], and a [`Place`] it is read from. Standard fields are fixed (DESIGN section 5); a policy may
//! declare custom ones. [`Fields`] holds those that one policy really uses, densely numbered, so that
//! reading a lead costs what the policy asks and no more.

use crate::lookup::Lookup;
use serde::Serialize;

/// What a field may hold, and so how conditions on it are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Any text, compared without case and surrounding space.
    Text,
    /// One of a few texts, as written in the policy.
    Choice(Vec<Box<str>>),
    /// A country: ISO 3166-1 alpha-2; names and alpha-3 codes are accepted and turned into it.
    Country,
    /// A decimal number.
    Number,
    /// A whole number.
    Integer,
    /// Yes or no.
    Bool,
    /// A moment.
    Time,
    /// A set of texts.
    List,
}

impl Kind {
    /// The kind in the words of an error message.
    #[must_use]
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Choice(_) => "one of a list of values",
            Self::Country => "a country",
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::Bool => "true or false",
            Self::Time => "a date or time",
            Self::List => "a set of texts",
        }
    }
}

macro_rules! standard_fields {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal : $kind:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "each is named as its column is")]
        pub enum $name { $($variant,)* }

        impl $name {
            /// All of them, in the order of DESIGN section 5.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();

            /// The column and the JSON key.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// What it holds.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self { $(Self::$variant => Kind::$kind,)* }
            }

            /// The field of that exact name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

standard_fields! {
    /// The standard fields of a lead.
    LeadField {
        Id = "id": Text,
        Email = "email": Text,
        FirstName = "first_name": Text,
        LastName = "last_name": Text,
        Title = "title": Text,
        Phone = "phone": Text,
        Company = "company": Text,
        Website = "website": Text,
        Country = "country": Country,
        State = "state": Text,
        City = "city": Text,
        PostalCode = "postal_code": Text,
        Industry = "industry": Text,
        Employees = "employees": Integer,
        AnnualRevenue = "annual_revenue": Number,
        Source = "source": Text,
        Type = "type": Text,
        ProductInterest = "product_interest": Text,
        Pages = "pages": List,
        Owner = "owner": Text,
        CreatedAt = "created_at": Time,
    }
}

standard_fields! {
    /// The standard fields of an account. In a policy each is written with `account.` before it.
    AccountField {
        Id = "id": Text,
        Name = "name": Text,
        Domains = "domains": List,
        Owner = "owner": Text,
        Named = "named": Bool,
        Tags = "tags": List,
        Parent = "parent": Text,
        Country = "country": Country,
        State = "state": Text,
        City = "city": Text,
        Phone = "phone": Text,
        Industry = "industry": Text,
        Employees = "employees": Integer,
    }
}

/// Where the value of a field is read from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A standard field of the lead.
    Lead(LeadField),
    /// A further column of the lead, by its name.
    LeadCustom(Box<str>),
    /// A standard field of the matched account; missing when none matched.
    Account(AccountField),
    /// A further column of the matched account.
    AccountCustom(Box<str>),
    /// `FIELD.source`: where a standard lead field's value came from (`form`, `companies`, `phone`, `email_domain`).
    SourceOf(LeadField),
    /// `email.domain`: the registrable domain of the lead's e-mail address.
    EmailDomain,
    /// `email.kind`: `company`, `free` or `disposable`.
    EmailKind,
    /// `match.method`: how the account was found.
    MatchMethod,
    /// `match.score`: 0 to 1.
    MatchScore,
}

/// A field as a policy sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// As written in the policy.
    pub name: Box<str>,
    /// What it holds.
    pub kind: Kind,
    /// Where it is read.
    pub place: Place,
}

/// A field's number among those a policy uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct FieldIx(pub u16);

impl FieldIx {
    /// As an index.
    #[must_use]
    pub const fn at(self) -> usize {
        self.0 as usize
    }
}

/// The fields of one policy: those declared (known by name), and those used (numbered).
#[derive(Debug, Clone, Default)]
pub struct Fields {
    declared: Vec<Field>,
    used: Vec<Field>,
    by_name: Lookup<Box<str>, FieldIx>,
}

impl Fields {
    /// Declares a custom field, or narrows a standard one's kind. The last declaration of a name counts.
    pub fn declare(&mut self, name: &str, kind: Kind) {
        let place = match name.strip_prefix("account.") {
            Some(rest) => AccountField::named(rest).map_or_else(|| Place::AccountCustom(rest.into()), Place::Account),
            None => LeadField::named(name).map_or_else(|| Place::LeadCustom(name.into()), Place::Lead),
        };
        self.declared.retain(|field| &*field.name != name);
        self.declared.push(Field { name: name.into(), kind, place });
    }

    /// The field of that exact name, declared or standard, whether used or not.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Field> {
        if let Some(field) = self.declared.iter().find(|field| &*field.name == name) {
            return Some(field.clone());
        }
        let (kind, place) = match name {
            "email.domain" => (Kind::Text, Place::EmailDomain),
            "email.kind" => (Kind::Choice(["company", "free", "disposable"].map(Into::into).to_vec()), Place::EmailKind),
            "match.method" => (Kind::Text, Place::MatchMethod),
            "match.score" => (Kind::Number, Place::MatchScore),
            _ => {
                if let Some(rest) = name.strip_prefix("account.") {
                    let field = AccountField::named(rest)?;
                    (field.kind(), Place::Account(field))
                } else if let Some(of) = name.strip_suffix(".source") {
                    let sources = crate::lead::Source::ALL.iter().map(|source| source.name().into()).collect();
                    (Kind::Choice(sources), Place::SourceOf(LeadField::named(of)?))
                } else {
                    let field = LeadField::named(name)?;
                    (field.kind(), Place::Lead(field))
                }
            }
        };
        Some(Field { name: name.into(), kind, place })
    }

    /// The number of a field, given to it on first use. `None` when no such field is known, or when
    /// more than 65,535 are used.
    pub fn use_field(&mut self, name: &str) -> Option<FieldIx> {
        if let Some(ix) = self.by_name.get(name) {
            return Some(*ix);
        }
        let field = self.find(name)?;
        let ix = FieldIx(u16::try_from(self.used.len()).ok()?);
        self.used.push(field);
        self.by_name.insert(name.into(), ix);
        Some(ix)
    }

    /// The used fields, in the order of their numbers.
    #[must_use]
    pub fn used(&self) -> &[Field] {
        &self.used
    }

    /// A used field.
    #[must_use]
    pub fn get(&self, ix: FieldIx) -> Option<&Field> {
        self.used.get(ix.at())
    }

    /// A used field's name; empty for a number that is not of this policy.
    #[must_use]
    pub fn name(&self, ix: FieldIx) -> &str {
        self.get(ix).map_or("", |field| &field.name)
    }

    /// Every name a policy may write, for "did you mean".
    pub fn names(&self) -> impl Iterator<Item = String> + '_ {
        let standard = LeadField::ALL.iter().map(|field| field.name().to_owned());
        let account = AccountField::ALL.iter().map(|field| format!("account.{}", field.name()));
        let sources = LeadField::ALL.iter().map(|field| format!("{}.source", field.name()));
        let derived = ["email.domain", "email.kind", "match.method", "match.score"].map(str::to_owned);
        self.declared.iter().map(|field| field.name.to_string()).chain(standard).chain(account).chain(sources).chain(derived)
    }
}
