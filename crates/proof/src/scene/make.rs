//! From a cube to scenes: each field given a value that the cube allows.

use super::Scene;
use super::mail::addresses;
use super::values::{Chosen, accepts, may_miss, options};
use crate::space::cube::Cube;
use crate::space::ranges::Ranges;
use crate::space::universe::{Aspect, MISSING, Role, TEST, Universe};
use jiff::Timestamp;
use pointsman_engine::account::Account;
use pointsman_engine::facts::{Fact, Facts};
use pointsman_engine::field::{AccountField, Kind, LeadField, Place};
use pointsman_engine::form::Opaque;
use pointsman_engine::lead::{Lead, Source};
use pointsman_engine::policy::Policy;
use pointsman_engine::value::Value;
use serde_json::Map;

/// Some scenes that may show a cube, the plainest first. Whether they do, running them says.
#[must_use]
pub fn scenes(universe: &Universe, policy: &Policy, cube: &Cube, now: Timestamp) -> Vec<Scene> {
    let make = Make { universe, policy, cube, now };
    let Some(chosen) = make.chosen() else { return Vec::new() };
    let account = make.account(&chosen);
    let wished: Vec<String> = make.domains(account.as_ref());
    let addresses = addresses(universe, policy, cube, &wished);
    let fillings = make.fillings();
    let all = addresses.iter().flat_map(|address| fillings.iter().map(move |filling| (address, filling)));
    let hints = if account.is_some() { 0..3 } else { 0..1 };
    all.flat_map(|(address, filling)| hints.clone().map(move |hint| (address, filling, hint)))
        .map(|(address, filling, hint)| make.scene(&chosen, account.as_ref(), address.as_deref(), filling, hint))
        .collect()
}

struct Make<'a> {
    universe: &'a Universe,
    policy: &'a Policy,
    cube: &'a Cube,
    now: Timestamp,
}

/// Lead fields that make enrichment bring what is asked.
type Filling = Vec<(LeadField, String)>;

impl Make<'_> {
    /// A value for each field, in the order of aspects. Fields that may be missing are.
    fn chosen(&self) -> Option<Vec<Option<Chosen>>> {
        let mut chosen = Vec::with_capacity(self.universe.aspects.len());
        for aspect in &self.universe.aspects {
            let value = if may_miss(aspect, self.cube) {
                None
            } else {
                Some(options(self.universe, aspect, self.cube, self.now).into_iter().next()?)
            };
            chosen.push(value);
        }
        for (dim, set) in self.cube.parts() {
            if let Some(Role::Blind(at)) = self.universe.get(*dim).map(|dim| dim.role) {
                let [_, yes] = TEST;
                self.settle(&mut chosen, self.universe.blind_at(at)?, set.has(yes));
            }
        }
        Some(chosen)
    }

    /// Changes one or both fields of a test until it holds, or does not, as it should.
    fn settle(&self, chosen: &mut [Option<Chosen>], test: &Opaque, wanted: bool) {
        let number = |aspect: &Aspect| self.universe.aspects.iter().position(|other| other.base == aspect.base);
        let fields: Vec<(usize, &Aspect)> =
            self.universe.fields_of(test).into_iter().filter_map(|aspect| Some((number(aspect)?, aspect))).collect();
        let holds = |chosen: &[Option<Chosen>]| {
            let facts = chosen.iter().map(|value| value.as_ref().map_or(Fact::Missing, Chosen::fact)).collect();
            test.holds(&Facts::given(facts, self.now))
        };
        if holds(chosen) == wanted {
            return;
        }
        let tried: Vec<Vec<Chosen>> = fields.iter().map(|(_, aspect)| self.tried(aspect, test, &fields)).collect();
        let (Some(lefts), rights) = (tried.first(), tried.get(1)) else { return };
        let nothing = Vec::new();
        for left in lefts {
            for right in rights.unwrap_or(&nothing).iter().map(Some).chain(rights.is_none().then_some(None)) {
                let mut attempt = chosen.to_vec();
                for ((at, _), value) in fields.iter().zip([Some(left), right]) {
                    if let (Some(slot), Some(value)) = (attempt.get_mut(*at), value) {
                        *slot = Some(value.clone());
                    }
                }
                if holds(&attempt) == wanted {
                    chosen.clone_from_slice(&attempt);
                    return;
                }
            }
        }
    }

    /// Values that may decide a test: those of the field, those of the other field that it allows, moments around bounds.
    fn tried(&self, aspect: &Aspect, test: &Opaque, fields: &[(usize, &Aspect)]) -> Vec<Chosen> {
        let second = jiff::SignedDuration::from_secs(1);
        let around = |moment: Timestamp| [Some(moment), moment.saturating_add(second).ok(), moment.saturating_sub(second).ok()];
        let moments = match test {
            Opaque::Moment(_, _, moment) => around(*moment).to_vec(),
            Opaque::Last { span, .. } => [around(self.now), around(span.before(self.now))].concat(),
            Opaque::Next { span, .. } => [around(self.now), around(span.after(self.now))].concat(),
            Opaque::Fields(..) => around(self.now).to_vec(),
        };
        if aspect.field.kind == Kind::Time {
            return moments.into_iter().flatten().map(Chosen::Time).collect();
        }
        let all = fields.iter().flat_map(|(_, other)| options(self.universe, other, self.cube, self.now));
        let fits = |value: &Chosen| match value {
            Chosen::Text(text) => accepts(self.universe, aspect, self.cube, text),
            _ => true,
        };
        options(self.universe, aspect, self.cube, self.now).into_iter().chain(all.filter(fits)).collect()
    }

    /// The account, where one must match.
    fn account(&self, chosen: &[Option<Chosen>]) -> Option<Account> {
        let of_account = |aspect: &Aspect| {
            matches!(aspect.field.place, Place::Account(_) | Place::AccountCustom(_) | Place::MatchMethod | Place::MatchScore)
        };
        let there = self.universe.aspects.iter().zip(chosen).filter(|(aspect, value)| of_account(aspect) && value.is_some());
        let (mut account, mut needed) = (Account { id: "A1".into(), ..Account::default() }, false);
        for (aspect, value) in there {
            needed = true;
            if let Some(value) = value {
                put(&mut account, aspect, value);
            }
        }
        let missing = |field: AccountField| {
            let aspect = self.universe.at(&Place::Account(field));
            aspect.is_some_and(|aspect| self.cube.get(aspect.base).is_some_and(|set| *set == Ranges::one(MISSING)))
        };
        if account.name.is_none() && !missing(AccountField::Name) {
            account.name = Some("Globex".into());
        }
        if account.domains.is_empty() && !missing(AccountField::Domains) {
            account.domains = vec!["globex.example".into()];
        }
        needed.then_some(account)
    }

    /// Domains that an address should have for the account to match.
    fn domains(&self, account: Option<&Account>) -> Vec<String> {
        account.into_iter().flat_map(|account| &account.domains).map(ToString::to_string).collect()
    }

    /// What makes enrichment bring a field by the source that is asked of it.
    fn fillings(&self) -> Vec<Filling> {
        let mut fillings: Vec<Filling> = vec![Vec::new()];
        for source in &self.universe.aspects {
            let Place::SourceOf(of) = source.field.place else { continue };
            let Some(set) = self.cube.get(source.base) else { continue };
            let allows = |which: Source| source.atom(which.name()).is_some_and(|atom| set.has(atom));
            if set.has(MISSING) || allows(Source::Form) {
                continue;
            }
            let mut found = Vec::new();
            if allows(Source::Phone) {
                found.extend(self.filling(of, Source::Phone, (1..1000).map(|code| (LeadField::Phone, format!("+{code} 415 555 0100")))));
            }
            if allows(Source::EmailDomain) {
                let domains = pointsman_engine::country::names().filter_map(pointsman_engine::country::code);
                found.extend(self.filling(
                    of,
                    Source::EmailDomain,
                    domains.map(|code| (LeadField::Email, format!("jo@globex.{}", code.to_lowercase()))),
                ));
            }
            fillings = found.into_iter().map(|field| vec![field]).collect();
        }
        fillings
    }

    /// The first fields of which enrichment makes a value that is allowed.
    fn filling(&self, of: LeadField, source: Source, tried: impl Iterator<Item = (LeadField, String)>) -> Option<(LeadField, String)> {
        let aspect = self.universe.at(&Place::Lead(of));
        let mut tried = tried;
        tried.find(|(field, text)| {
            let mut lead = Lead::new("1");
            lead.set(*field, Value::Text(text.as_str().into()), Source::Form);
            self.policy.enrich.fill(&mut lead, &self.policy.matching);
            let filled = lead.filled(of).filter(|filled| filled.source == source);
            filled
                .and_then(|filled| filled.value.as_text())
                .is_some_and(|value| aspect.is_none_or(|aspect| accepts(self.universe, aspect, self.cube, value)))
        })
    }

    /// Puts it together. The more hints, the more a lead says of its company.
    fn scene(&self, chosen: &[Option<Chosen>], account: Option<&Account>, address: Option<&str>, filling: &Filling, hint: usize) -> Scene {
        let mut lead = Map::new();
        let sourced = |field: LeadField| {
            let source = self.universe.at(&Place::SourceOf(field));
            source.is_some_and(|source| !filling.is_empty() && !may_miss(source, self.cube))
        };
        lead.extend(address.map(|address| ("email".to_owned(), address.into())));
        for (aspect, value) in self.universe.aspects.iter().zip(chosen) {
            let (name, value) = match (&aspect.field.place, value) {
                (Place::Lead(LeadField::Email), _) | (_, None) => continue,
                (Place::Lead(field), Some(_)) if sourced(*field) => continue,
                (Place::Lead(field), Some(value)) => (field.name(), value.json(&aspect.field.kind)),
                (Place::LeadCustom(name), Some(value)) => (&**name, value.json(&aspect.field.kind)),
                _ => continue,
            };
            lead.insert(name.to_owned(), value);
        }
        lead.extend(filling.iter().map(|(field, text)| (field.name().to_owned(), text.as_str().into())));
        if let Some(account) = account {
            let free = |field: LeadField| self.universe.at(&Place::Lead(field)).is_none_or(|aspect| self.cube.get(aspect.base).is_none());
            if let Some(domain) = account.domains.first().filter(|_| hint > 0 && free(LeadField::Website)) {
                lead.entry("website").or_insert_with(|| (&**domain).into());
            }
            if let Some(name) = account.name.as_ref().filter(|_| hint > 1 && free(LeadField::Company)) {
                lead.entry("company").or_insert_with(|| (&**name).into());
            }
        }
        Scene { lead, account: account.cloned(), now: self.now }
    }
}

fn put(account: &mut Account, aspect: &Aspect, value: &Chosen) {
    let text = || Some(value.text(&aspect.field.kind).into());
    let list = || if let Chosen::List(items) = value { items.iter().map(|item| item.as_str().into()).collect() } else { Vec::new() };
    match &aspect.field.place {
        Place::Account(AccountField::Id) => account.id = value.text(&aspect.field.kind).into(),
        Place::Account(AccountField::Name) => account.name = text(),
        Place::Account(AccountField::Domains) => account.domains = list(),
        Place::Account(AccountField::Owner) => account.owner = text(),
        Place::Account(AccountField::Named) => account.named = if let Chosen::Bool(named) = value { Some(*named) } else { None },
        Place::Account(AccountField::Tags) => account.tags = list(),
        Place::Account(AccountField::Parent) => account.parent = text(),
        Place::Account(AccountField::Country) => account.country = text(),
        Place::Account(AccountField::State) => account.state = text(),
        Place::Account(AccountField::City) => account.city = text(),
        Place::Account(AccountField::Phone) => account.phone = text(),
        Place::Account(AccountField::Industry) => account.industry = text(),
        Place::Account(AccountField::Employees) => {
            account.employees = if let Chosen::Number(number) = value { Some(*number) } else { None }
        }
        Place::AccountCustom(name) => {
            account.custom.insert(name.clone(), value.text(&aspect.field.kind).into());
        }
        _ => {}
    }
}
