//! E-mail addresses that a cube allows: the address, its domain and its kind at once.

use super::values::{accepts, may_miss};
use crate::space::cube::Cube;
use crate::space::universe::{Aspect, Universe};
use pointsman_engine::field::{LeadField, Place};
use pointsman_engine::matching::domain;
use pointsman_engine::policy::Policy;
use pointsman_engine::set::Pattern;
use std::collections::BTreeSet;

/// Domains of each kind, to begin with; a policy's own lists come to them.
const DOMAINS: [&str; 10] = [
    "globex.example",
    "initech.example",
    "gmail.com",
    "yahoo.com",
    "outlook.com",
    "web.de",
    "mailinator.com",
    "guerrillamail.com",
    "yopmail.com",
    "10minutemail.com",
];
/// How many addresses are tried.
const TRIED: usize = 6;

/// Addresses that fit, the plainest first; `None` among them: no address.
#[must_use]
pub fn addresses(universe: &Universe, policy: &Policy, cube: &Cube, wished: &[String]) -> Vec<Option<String>> {
    let at = |place: &Place| universe.at(place);
    let mail = Mail {
        universe,
        policy,
        cube,
        email: at(&Place::Lead(LeadField::Email)),
        domain: at(&Place::EmailDomain),
        kind: at(&Place::EmailKind),
    };
    let none = [mail.email, mail.domain, mail.kind].into_iter().flatten().all(|aspect| may_miss(aspect, cube));
    let mut found: Vec<Option<String>> = Vec::new();
    if none && wished.is_empty() {
        found.push(None);
    }
    found.extend(mail.all(wished).into_iter().take(TRIED).map(Some));
    if none && !wished.is_empty() {
        found.push(None);
    }
    found
}

struct Mail<'a> {
    universe: &'a Universe,
    policy: &'a Policy,
    cube: &'a Cube,
    email: Option<&'a Aspect>,
    domain: Option<&'a Aspect>,
    kind: Option<&'a Aspect>,
}

impl Mail<'_> {
    fn all(&self, wished: &[String]) -> Vec<String> {
        let listed = |aspect: Option<&Aspect>| -> Vec<String> {
            aspect.into_iter().flat_map(|aspect| (1..).map_while(|atom| aspect.text(atom)).map(str::to_owned)).collect()
        };
        let mut addresses = listed(self.email);
        let own = self.policy.matching.free_domains.iter().chain(&self.policy.matching.company_domains).map(ToString::to_string);
        let known = DOMAINS.iter().map(|domain| (*domain).to_owned());
        let domains = wished.iter().cloned().chain(listed(self.domain)).chain(self.shaped()).chain(known).chain(own);
        let locals = self.locals();
        addresses.extend(domains.flat_map(|domain| locals.iter().map(move |local| format!("{local}@{domain}")).collect::<Vec<_>>()));
        addresses.extend(self.email.and_then(|email| email.unlisted(self.cube)));
        addresses.push("nobody".to_owned());
        let mut met = BTreeSet::new();
        addresses.retain(|address| self.fits(address) && met.insert(address.clone()));
        addresses
    }

    fn fits(&self, address: &str) -> bool {
        let of_it = domain::of_email(address);
        let kind = of_it.as_deref().map(|domain| self.policy.matching.mail_kind(domain).name());
        let fits = |aspect: Option<&Aspect>, text: Option<&str>| {
            aspect.is_none_or(|aspect| match text {
                Some(text) => accepts(self.universe, aspect, self.cube, text),
                None => may_miss(aspect, self.cube),
            })
        };
        fits(self.email, Some(address)) && fits(self.domain, of_it.as_deref()) && fits(self.kind, kind)
    }

    /// Domains shaped by the patterns that are asked of addresses and domains.
    fn shaped(&self) -> Vec<String> {
        let patterns = [self.email, self.domain].into_iter().flatten().flat_map(|aspect| &aspect.patterns);
        let mut shaped = Vec::new();
        for (pattern, _) in patterns {
            let (Pattern::Contains(part) | Pattern::StartsWith(part) | Pattern::EndsWith(part)) = pattern;
            let host = part.rsplit('@').next().unwrap_or(part);
            let labels = host.trim_matches('.');
            shaped.extend([
                labels.to_owned(),
                format!("globex.{labels}"),
                format!("{labels}.example"),
                format!("globex{labels}"),
                format!("globex{labels}.example"),
            ]);
        }
        shaped.retain(|host| domain::registrable(host).is_some());
        shaped
    }

    /// What may stand before the `@`.
    fn locals(&self) -> Vec<String> {
        let mut locals = vec!["jo".to_owned()];
        for (pattern, _) in self.email.into_iter().flat_map(|aspect| &aspect.patterns) {
            let (Pattern::Contains(part) | Pattern::StartsWith(part) | Pattern::EndsWith(part)) = pattern;
            let local = part.split('@').next().unwrap_or("").to_owned();
            if !local.is_empty() {
                locals.extend([format!("jo{local}"), local]);
            }
        }
        locals.truncate(12);
        locals
    }
}
