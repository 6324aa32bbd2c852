//! Signals: the evidence for and against one account, in numbers that a model can weigh.

use super::asked::{Asked, Domain};
use super::compare::{self, Meeting};
use super::index::Index;
use super::profile::{self, Profile};
use super::similar;
use crate::account::{Account, AccountIx};

macro_rules! signals {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// One kind of evidence. Each is 0 when absent and about 1,000 when fully there.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Signal { $($(#[$doc])* $variant,)* }

        impl Signal {
            /// All of them, in the order of the model's weights.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();

            /// In tables and traces.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

signals! {
    /// Always there.
    Always = "always",
    /// The e-mail address is at the account's domain.
    EmailDomain = "email_domain",
    /// The web site is the account's.
    Website = "website",
    /// It is the likeliest of the accounts that have that domain.
    BestHolder = "best_holder",
    /// The domain is a provider's, but the account's own, and the name says so.
    ProviderNamed = "provider_named",
    /// The same label under another suffix: `globex.de` for `globex.com`.
    CountryVariant = "country_variant",
    /// A label that is short or that other accounts have too, under another suffix.
    WeakVariant = "weak_variant",
    /// The label is a slip or two from the account's.
    MistypedDomain = "mistyped_domain",
    /// The label spells the account's name.
    LabelIsName = "label_is_name",
    /// The company's name spells the account's label.
    NameIsLabel = "name_is_label",
    /// One label begins with the other.
    LabelBegins = "label_begins",
    /// The domain is a company's own, spells the lead's company, and is not the account's.
    OwnDomain = "own_domain",
    /// The domain is another one and spells nothing known.
    OtherDomain = "other_domain",
    /// The same, and no domain of the account is known.
    DomainUnknown = "domain_unknown",
    /// The domain is named after the person.
    PersonalDomain = "personal_domain",
    /// The domain is another account's that is no relative.
    AnothersDomain = "anothers_domain",
    /// The domain is the parent's, a subsidiary's or a sister's.
    RelativesDomain = "relatives_domain",
    /// The address tells no company.
    FreeMail = "free_mail",
    /// No company name is given.
    NoName = "no_name",
    /// The names are one.
    NameEqual = "name_equal",
    /// How rare an equal name is; 1,000 is 20 bits.
    EqualRare = "equal_rare",
    /// The names are one but for a part left out.
    EqualTrimmed = "equal_trimmed",
    /// The equal name is an alias.
    EqualAlias = "equal_alias",
    /// Another account has the equal name too, and is as likely or likelier.
    EqualTwin = "equal_twin",
    /// The names are not equal; what they share, 1,000 is 20 bits.
    Shared = "shared",
    /// The rarest word shared; 1,000 is 13 bits.
    Rarest = "rarest",
    /// Nothing of either is left over but places, forms and departments.
    NothingLeft = "nothing_left",
    /// Something rare is left over on the lead's side; 1,000 is 13 bits.
    LeadRare = "lead_rare",
    /// Whether there is something of it.
    LeadHasRare = "lead_has_rare",
    /// Something common is left over on the lead's side; 1,000 is 13 bits.
    LeadCommon = "lead_common",
    /// Whether there is something of it.
    LeadHasCommon = "lead_has_common",
    /// Something rare is left over on the account's side.
    AccountRare = "account_rare",
    /// Whether there is something of it.
    AccountHasRare = "account_has_rare",
    /// Something common is left over on the account's side.
    AccountCommon = "account_common",
    /// Whether there is something of it.
    AccountHasCommon = "account_has_common",
    /// Words for a group of companies left over on the lead's side: group, holding.
    LeadGroup = "lead_group",
    /// The same on the account's side.
    AccountGroup = "account_group",
    /// Something is left over on both sides: they say different things.
    BothLeft = "both_left",
    /// Something rare is left over on both sides.
    BothRare = "both_rare",
    /// The share of what is equal in all that is said.
    Fraction = "fraction",
    /// How far that share is above three quarters.
    HighFraction = "high_fraction",
    /// The names do not begin with the same word.
    OtherFirst = "other_first",
    /// Words only the lead has that are of the account's place.
    AccountPlace = "account_place",
    /// Words only the lead has that are of its own place.
    OwnPlace = "own_place",
    /// Words only the account has that are of its place.
    AccountSaysPlace = "account_says_place",
    /// Departments.
    Unit = "unit",
    /// Words with slips.
    Slip = "slip",
    /// Slips that give a word that other accounts use.
    KnownSlip = "known_slip",
    /// Shortened words.
    Shortened = "shortened",
    /// One side is the other's initials.
    Initials = "initials",
    /// The unequal name is an alias.
    Alias = "alias",
    /// The letters of both names are a slip or two apart.
    NearLetters = "near_letters",
    /// The same country.
    SameCountry = "same_country",
    /// Different countries.
    OtherCountry = "other_country",
    /// The same city.
    SameCity = "same_city",
    /// Different cities.
    OtherCity = "other_city",
    /// The same state or province.
    SameState = "same_state",
    /// The same phone number.
    Phone = "phone",
    /// Equal names, but the company's own domain is another.
    EqualButOwnDomain = "equal_but_own_domain",
    /// Equal names, but another country.
    EqualButCountry = "equal_but_country",
    /// Equal names, but own domain and country are others.
    EqualButBoth = "equal_but_both",
    /// Unequal names and another company's own domain.
    UnequalOwnDomain = "unequal_own_domain",
    /// Unequal names in another country.
    UnequalCountry = "unequal_country",
    /// Unequal names in one city.
    UnequalSameCity = "unequal_same_city",
    /// A related domain and an equal name.
    VariantAndEqual = "variant_and_equal",
    /// A related domain and names that share something rare.
    VariantAndShared = "variant_and_shared",
    /// The account's domain, but a name that is not equal.
    DomainOtherName = "domain_other_name",
    /// The account's domain, and how much of the names is shared.
    DomainName = "domain_name",
    /// The domain is not the account's only by its suffix or a slip, and the lead names nobody.
    VariantNoName = "variant_no_name",
}

/// The evidence of one account, by [`Signal`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signals([i32; Signal::COUNT]);

impl Signals {
    /// One of them.
    #[must_use]
    pub fn get(&self, signal: Signal) -> i32 {
        self.0.get(signal as usize).copied().unwrap_or(0)
    }

    /// All of them, in the order of [`Signal::ALL`].
    #[must_use]
    pub const fn values(&self) -> &[i32; Signal::COUNT] {
        &self.0
    }

    fn set(&mut self, signal: Signal, value: i32) {
        if let Some(place) = self.0.get_mut(signal as usize) {
            *place = value.clamp(-4_000, 4_000);
        }
    }

    pub(super) fn flag(&mut self, signal: Signal, there: bool) {
        self.set(signal, if there { 1_000 } else { 0 });
    }

    pub(super) fn has(&self, signal: Signal) -> bool {
        self.get(signal) > 0
    }
}

/// What is compared.
pub(super) struct Pair<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) index: &'a Index,
    pub(super) account: &'a Account,
    pub(super) profile: &'a Profile,
    /// The accounts that have a domain of the lead's.
    pub(super) holders: &'a [AccountIx],
    /// Whether the account is the parent, a child or a sister of one of them.
    pub(super) related: bool,
}

/// Reads the signals of one account, and how the names met.
pub(super) fn read(pair: &Pair<'_>) -> (Signals, Option<Meeting>) {
    let mut signals = Signals([0; Signal::COUNT]);
    signals.flag(Signal::Always, true);
    let meeting = compare::names(&pair.asked.readings, pair.profile, pair.index);
    domains(&mut signals, pair, meeting.is_some_and(|meeting| meeting.equal));
    signals.flag(Signal::NoName, pair.asked.readings.is_empty());
    if let Some(meeting) = &meeting {
        match (meeting.equal, signals.has(Signal::EmailDomain) || signals.has(Signal::Website)) {
            (true, _) => equal(&mut signals, meeting),
            (false, true) => beside_domain(&mut signals, meeting),
            (false, false) => unequal(&mut signals, meeting, pair),
        }
    }
    place(&mut signals, pair);
    together(&mut signals, meeting.is_some_and(|meeting| meeting.equal), pair.asked.readings.is_empty());
    (signals, meeting)
}

fn domains(signals: &mut Signals, pair: &Pair<'_>, equal_name: bool) {
    let (asked, index) = (pair.asked, pair.index);
    let has = |domain: &Domain<'_>| pair.profile.domains.iter().any(|other| index.domains.text(*other) == domain.registrable);
    let (email, website) = (asked.email.as_ref(), asked.website.as_ref());
    let email_here = email.is_some_and(has);
    let website_here = website.is_some_and(has);
    signals.flag(Signal::EmailDomain, email_here && email.is_some_and(|domain| domain.proves));
    signals.flag(Signal::Website, website_here && website.is_some_and(|domain| domain.proves));
    let provider = |domain: &&Domain<'_>| !domain.proves && has(domain);
    let direct = signals.has(Signal::EmailDomain) || signals.has(Signal::Website);
    signals.flag(Signal::BestHolder, direct);
    signals.flag(Signal::ProviderNamed, equal_name && email.iter().chain(&website).any(provider));
    signals.flag(Signal::FreeMail, email.is_none_or(|domain| !domain.proves));
    if signals.has(Signal::EmailDomain) || signals.has(Signal::Website) {
        return;
    }
    if let Some(domain) = email.filter(|domain| domain.proves).or_else(|| website.filter(|domain| domain.proves)) {
        other_domain(signals, pair, domain);
    }
    let name_is_label = asked
        .readings
        .iter()
        .any(|reading| pair.profile.domains.iter().any(|domain| profile::label_as_name(index.domains.text(*domain)) == reading.compact));
    signals.flag(Signal::NameIsLabel, name_is_label && !equal_name);
}

/// How a company's domain that is not the account's stands to it.
fn other_domain(signals: &mut Signals, pair: &Pair<'_>, domain: &Domain<'_>) {
    let label = profile::label(&domain.registrable);
    let labels = || pair.profile.domains.iter().map(|other| profile::label(pair.index.domains.text(*other)));
    let suffix = |domain: &str| domain.split_once('.').map(|(_, suffix)| suffix.to_owned());
    let same_suffix = || pair.profile.domains.iter().any(|other| suffix(pair.index.domains.text(*other)) == suffix(&domain.registrable));
    let slip = |other: &str| similar::slips(label, other, similar::tolerable(label.len())).is_some();
    let begins = |other: &str| other.len().min(label.len()) >= 4 && (other.starts_with(label) || label.starts_with(other));
    let is_name = pair.profile.names.iter().any(|name| name.compact == profile::label_as_name(&domain.registrable));
    let held = !pair.holders.is_empty();
    if held && pair.related {
        signals.flag(Signal::RelativesDomain, true);
    } else if held {
        signals.flag(Signal::AnothersDomain, true);
    }
    let variant = labels().any(|other| other == label);
    let shared_label = label.len() < 4 || pair.index.with_label(label).take(3).count() > 2;
    if variant {
        signals.flag(if shared_label { Signal::WeakVariant } else { Signal::CountryVariant }, true);
    } else if labels().any(slip) && same_suffix() {
        signals.flag(Signal::MistypedDomain, true);
    } else if is_name {
        signals.flag(Signal::LabelIsName, true);
    } else if domain.personal {
        signals.flag(Signal::PersonalDomain, true);
    } else {
        signals.flag(Signal::LabelBegins, labels().any(begins));
        signals.flag(Signal::DomainUnknown, pair.profile.domains.is_empty());
        signals.flag(if domain.names_company { Signal::OwnDomain } else { Signal::OtherDomain }, true);
    }
}

fn equal(signals: &mut Signals, meeting: &Meeting) {
    signals.flag(Signal::NameEqual, true);
    signals.set(Signal::EqualRare, meeting.shared.min(2_000) / 2);
    signals.flag(Signal::EqualTrimmed, meeting.trimmed);
    signals.flag(Signal::EqualAlias, meeting.alias);
}

/// What an unequal name adds to the account's own domain: which of several accounts at the domain is meant.
fn beside_domain(signals: &mut Signals, meeting: &Meeting) {
    signals.flag(Signal::DomainOtherName, true);
    signals.set(Signal::DomainName, meeting.fraction());
}

fn unequal(signals: &mut Signals, meeting: &Meeting, pair: &Pair<'_>) {
    let bits = |weight: i32| weight.min(2_600) * 10 / 13;
    let lead = meeting.lead_rare + meeting.lead_common;
    let account = meeting.account_rare + meeting.account_common;
    signals.set(Signal::Shared, meeting.shared.min(4_000) / 2);
    signals.set(Signal::Rarest, bits(meeting.rarest));
    signals.flag(Signal::NothingLeft, lead + account == 0 && meeting.shared > 0);
    signals.set(Signal::LeadRare, bits(meeting.lead_rare));
    signals.flag(Signal::LeadHasRare, meeting.lead_rare > 0);
    signals.set(Signal::LeadCommon, bits(meeting.lead_common));
    signals.flag(Signal::LeadHasCommon, meeting.lead_common > 0);
    signals.set(Signal::AccountRare, bits(meeting.account_rare));
    signals.flag(Signal::AccountHasRare, meeting.account_rare > 0);
    signals.set(Signal::AccountCommon, bits(meeting.account_common));
    signals.flag(Signal::AccountHasCommon, meeting.account_common > 0);
    signals.flag(Signal::BothLeft, lead > 0 && account > 0);
    signals.flag(Signal::BothRare, meeting.lead_rare > 0 && meeting.account_rare > 0);
    let fraction = meeting.fraction();
    signals.set(Signal::Fraction, fraction);
    signals.set(Signal::HighFraction, (fraction - 750).max(0) * 4);
    signals.flag(Signal::OtherFirst, !meeting.first);
    for (signal, count) in [
        (Signal::LeadGroup, meeting.lead_group),
        (Signal::AccountGroup, meeting.account_group),
        (Signal::AccountPlace, meeting.account_place),
        (Signal::OwnPlace, meeting.own_place),
        (Signal::AccountSaysPlace, meeting.account_says_place),
        (Signal::Unit, meeting.units),
        (Signal::Slip, meeting.slips),
        (Signal::KnownSlip, meeting.known_slips),
        (Signal::Shortened, meeting.shortened),
    ] {
        signals.set(signal, count.min(3) * 1_000);
    }
    signals.flag(Signal::Initials, meeting.initials);
    signals.flag(Signal::Alias, meeting.alias);
    if fraction >= 300 || meeting.slips > 0 {
        signals.set(Signal::NearLetters, near_letters(pair));
    }
}

/// Whether the names written in one are a slip or two apart: 1,000 for one in a long name, less for two or a short one.
fn near_letters(pair: &Pair<'_>) -> i32 {
    let joined = |normalised: &str| normalised.replace(' ', "");
    let names: Vec<String> = profile::names(pair.account).map(|name| joined(&name)).collect();
    let readings = pair.asked.readings.iter().map(|reading| joined(&reading.normalised));
    let near = readings.flat_map(|reading| {
        let slips = names.iter().filter_map(move |name| similar::slips(&reading, name, 2).map(|slips| (slips, name.len())));
        slips.collect::<Vec<_>>()
    });
    let worth = |(slips, length): (usize, usize)| match (slips, length) {
        (_, 0..=4) => 0,
        (0 | 1, 5..=7) | (2, 10..=13) => 500,
        (0 | 1, _) => 1_000,
        (_, 14..) => 800,
        _ => 200,
    };
    near.map(worth).max().unwrap_or(0)
}

fn place(signals: &mut Signals, pair: &Pair<'_>) {
    let (asked, profile) = (pair.asked, pair.profile);
    if let (Some(ours), Some(theirs)) = (asked.country, profile.country) {
        signals.flag(if ours == theirs { Signal::SameCountry } else { Signal::OtherCountry }, true);
    }
    let same = |ours: &[String], theirs: &[super::vocabulary::WordIx]| {
        theirs.iter().any(|ix| ours.iter().any(|word| word == pair.index.words.text(*ix)))
    };
    if !asked.city.is_empty() && !profile.city.is_empty() {
        let same = same(&asked.city, &profile.city);
        signals.flag(if same { Signal::SameCity } else { Signal::OtherCity }, true);
    }
    signals.flag(Signal::SameState, same(&asked.state, &profile.state));
    let phone = pair.account.phone.as_deref().filter(|_| asked.phone.is_some()).and_then(profile::phone);
    signals.flag(Signal::Phone, phone.is_some() && phone == asked.phone);
}

/// What two pieces of evidence say together that neither says alone.
fn together(signals: &mut Signals, equal: bool, no_name: bool) {
    let own = signals.has(Signal::OwnDomain) || signals.has(Signal::AnothersDomain);
    let country = signals.has(Signal::OtherCountry);
    let direct = signals.has(Signal::EmailDomain) || signals.has(Signal::Website);
    let variant = [Signal::CountryVariant, Signal::WeakVariant, Signal::MistypedDomain, Signal::LabelIsName];
    let variant = variant.into_iter().any(|signal| signals.has(signal));
    let unequal = !equal && !no_name && !direct;
    signals.flag(Signal::EqualButOwnDomain, equal && own);
    signals.flag(Signal::EqualButCountry, equal && country);
    signals.flag(Signal::EqualButBoth, equal && country && own);
    signals.flag(Signal::UnequalOwnDomain, unequal && own);
    signals.flag(Signal::UnequalCountry, unequal && country);
    signals.flag(Signal::UnequalSameCity, unequal && signals.has(Signal::SameCity));
    signals.flag(Signal::VariantAndEqual, variant && equal);
    let shares = signals.get(Signal::Fraction) >= 400;
    signals.flag(Signal::VariantAndShared, variant && unequal && shares);
    signals.flag(Signal::VariantNoName, variant && no_name);
}
