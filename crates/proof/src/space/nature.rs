//! What no lead can be, whatever a policy says: how fields hang together.
//!
//! All fields of an account are missing when none matched. A field has a source exactly when it is there. The
//! domain and the kind of an e-mail address follow from the address; what enrichment fills is not missing.

use super::cube::{Cube, DimIx};
use super::ranges::Ranges;
use super::universe::{Aspect, MISSING, Universe, unlisted_countries};
use pointsman_engine::field::{AccountField, Field, Kind, LeadField, Place};
use pointsman_engine::lead::{Lead, Source};
use pointsman_engine::matching::{Method, domain};
use pointsman_engine::policy::Policy;
use pointsman_engine::value::{Number, Value};

/// Values that a field can have though no policy lists them, where there are few.
#[must_use]
pub fn known_texts(field: &Field) -> Vec<Box<str>> {
    match &field.place {
        Place::EmailKind => ["company", "free", "disposable"].map(Into::into).to_vec(),
        Place::SourceOf(_) => Source::ALL.iter().map(|source| source.name().into()).collect(),
        Place::MatchMethod => Method::ALL.iter().map(|method| method.name().into()).collect(),
        _ => Vec::new(),
    }
}

/// Whether a field can hold a text at all.
#[must_use]
pub fn is_possible(field: &Field, text: &str, policies: &[&Policy]) -> bool {
    match &field.place {
        Place::SourceOf(of) => {
            let source = Source::ALL.iter().find(|source| source.name() == text);
            source.is_some_and(|source| policies.iter().any(|policy| fills(policy, *source, *of)))
        }
        Place::EmailKind => ["company", "free", "disposable"].contains(&text),
        Place::EmailDomain => domain::registrable(text).is_some_and(|domain| *domain == *text),
        Place::MatchMethod => policies.iter().any(|policy| policy.matching.methods.iter().any(|method| method.name() == text)),
        _ => true,
    }
}

/// Whether a source can bring a field.
fn fills(policy: &Policy, source: Source, field: LeadField) -> bool {
    let knows = match source {
        Source::Form => return true,
        Source::Companies => !policy.enrich.companies.is_empty(),
        Source::Phone => matches!(field, LeadField::Country | LeadField::State),
        Source::EmailDomain => field == LeadField::Country,
    };
    knows && policy.enrich.order.contains(&source)
}

/// Whether a field can hold texts beside the listed ones.
#[must_use]
pub fn has_others(field: &Field, listed: &[Box<str>]) -> bool {
    match (&field.place, &field.kind) {
        (Place::EmailKind | Place::SourceOf(_) | Place::MatchMethod, _) => false,
        (_, Kind::Country) => !unlisted_countries(listed).is_empty(),
        _ => true,
    }
}

/// A whole number of a range, in millionths: the one nearest its lower end.
#[must_use]
pub fn whole_in(low: i128, high: i128) -> Option<i128> {
    let up = |number: i128| number.checked_add(Number::ONE - 1).map(|number| number.div_euclid(Number::ONE) * Number::ONE);
    if low == i128::MIN { Some(high.div_euclid(Number::ONE) * Number::ONE) } else { up(low).filter(|number| *number <= high) }
}

/// Cubes that no lead is in.
#[must_use]
pub fn impossible(universe: &Universe, policies: &[&Policy]) -> Vec<Cube> {
    let nature = Nature { universe, policies };
    let id = universe.at(&Place::Lead(LeadField::Id)).and_then(|id| nature.cube(&[(id, false)]));
    id.into_iter().chain(nature.sources()).chain(nature.account()).chain(nature.email()).collect()
}

/// Cubes that a lead can be in, but none that a person would think of: values that a choice does not declare, and
/// numbers below zero.
#[must_use]
pub fn unlikely(universe: &Universe) -> Vec<Cube> {
    let set = |aspect: &Aspect| match &aspect.field.kind {
        Kind::Choice(_) => aspect.rest().map(Ranges::one),
        Kind::Number | Kind::Integer => {
            let below = (1..).map_while(|atom| aspect.range(atom).map(|range| (atom, range))).take_while(|(_, range)| range.0 < 0);
            below.last().map(|(atom, _)| Ranges::span(1, atom))
        }
        _ => None,
    };
    let cube = |aspect: &Aspect| of(universe, &[(aspect.base, set(aspect)?)]);
    universe.aspects.iter().filter_map(cube).collect()
}

fn of(universe: &Universe, parts: &[(DimIx, Ranges)]) -> Option<Cube> {
    let mut cube = Cube::all();
    parts.iter().all(|(dim, set)| universe.narrow(&mut cube, *dim, set)).then_some(cube)
}

struct Nature<'a> {
    universe: &'a Universe,
    policies: &'a [&'a Policy],
}

impl Nature<'_> {
    fn there(&self, aspect: &Aspect) -> Ranges {
        self.universe.possible(aspect.base).minus(&Ranges::one(MISSING))
    }

    /// Fields that are there (true) or missing.
    fn cube(&self, fields: &[(&Aspect, bool)]) -> Option<Cube> {
        let part = |(aspect, there): &(&Aspect, bool)| (aspect.base, if *there { self.there(aspect) } else { Ranges::one(MISSING) });
        of(self.universe, &fields.iter().map(part).collect::<Vec<_>>())
    }

    /// One field there and the other not, either way.
    fn apart(&self, a: &Aspect, b: &Aspect) -> impl Iterator<Item = Cube> {
        [self.cube(&[(a, true), (b, false)]), self.cube(&[(a, false), (b, true)])].into_iter().flatten()
    }

    fn sources(&self) -> impl Iterator<Item = Cube> {
        self.universe.aspects.iter().flat_map(|source| {
            let Place::SourceOf(of) = source.field.place else { return Vec::new() };
            self.universe.at(&Place::Lead(of)).map(|field| self.apart(source, field).collect()).unwrap_or_default()
        })
    }

    fn account(&self) -> impl Iterator<Item = Cube> {
        let of_account =
            |place: &Place| matches!(place, Place::Account(_) | Place::AccountCustom(_) | Place::MatchMethod | Place::MatchScore);
        let always = |place: &Place| matches!(place, Place::Account(AccountField::Id) | Place::MatchMethod | Place::MatchScore);
        let all = move || self.universe.aspects.iter().filter(move |aspect| of_account(&aspect.field.place));
        let pairs = all().filter(move |field| always(&field.field.place)).flat_map(move |id| all().map(move |other| (id, other)));
        pairs.filter_map(|(id, other)| if id.base == other.base { None } else { self.cube(&[(id, false), (other, true)]) })
    }

    fn email(&self) -> Vec<Cube> {
        let at = |place: &Place| self.universe.at(place);
        let (email, domain, kind) = (at(&Place::Lead(LeadField::Email)), at(&Place::EmailDomain), at(&Place::EmailKind));
        let mut cubes = Vec::new();
        for follows in [domain, kind].into_iter().flatten() {
            cubes.extend(email.and_then(|email| self.cube(&[(email, false), (follows, true)])));
        }
        if let (Some(domain), Some(kind)) = (domain, kind) {
            cubes.extend(self.apart(domain, kind));
        }
        let listed = |aspect: Option<&Aspect>| -> Vec<(DimIx, u32, String)> {
            let texts =
                aspect.into_iter().flat_map(|aspect| (1..).map_while(|atom| Some((aspect.base, atom, aspect.text(atom)?.to_owned()))));
            texts.collect()
        };
        for (dim, atom, address) in listed(email) {
            let of_it = domain::of_email(&address);
            cubes.extend(domain.and_then(|domain| {
                let atom_of = of_it.as_deref().map_or(Some(MISSING), |text| domain.atom(text).or_else(|| domain.rest()));
                self.only((dim, atom), domain, atom_of)
            }));
            cubes.extend(self.kinds((dim, atom), kind, of_it.as_deref()));
            cubes.extend(self.filled((dim, atom), &address));
        }
        for (dim, atom, text) in listed(domain) {
            cubes.extend(self.kinds((dim, atom), kind, Some(&text)));
            cubes.extend(self.filled((dim, atom), &format!("lead@{text}")));
        }
        cubes
    }

    /// With this atom the other field is that atom and no other.
    fn only(&self, (dim, atom): (DimIx, u32), other: &Aspect, is: Option<u32>) -> Option<Cube> {
        let not = self.universe.possible(other.base).minus(&Ranges::one(is?));
        of(self.universe, &[(dim, Ranges::one(atom)), (other.base, not)])
    }

    fn kinds(&self, at: (DimIx, u32), kind: Option<&Aspect>, domain: Option<&str>) -> Option<Cube> {
        let kind = kind?;
        let mut said = self.policies.iter().map(|policy| domain.map(|domain| policy.matching.mail_kind(domain).name()));
        let first = said.next()?;
        if said.any(|other| other != first) {
            return None;
        }
        self.only(at, kind, first.map_or(Some(MISSING), |name| kind.atom(name)))
    }

    /// What enrichment fills by an address alone is not missing.
    fn filled(&self, (dim, atom): (DimIx, u32), address: &str) -> Vec<Cube> {
        let mut leads = self.policies.iter().map(|policy| {
            let mut lead = Lead::new("1");
            lead.set(LeadField::Email, Value::Text(address.into()), Source::Form);
            policy.enrich.fill(&mut lead, &policy.matching);
            lead
        });
        let Some(first) = leads.next() else { return Vec::new() };
        let rest: Vec<Lead> = leads.collect();
        let always = |field: LeadField| std::iter::once(&first).chain(&rest).all(|lead| lead.get(field).is_some());
        let fields = first.standard().map(|(field, _)| field).filter(|field| !matches!(field, LeadField::Email | LeadField::Id));
        let missing = fields.filter(|field| always(*field)).filter_map(|field| self.universe.at(&Place::Lead(field)));
        missing.filter_map(|aspect| of(self.universe, &[(dim, Ranges::one(atom)), (aspect.base, Ranges::one(MISSING))])).collect()
    }
}
