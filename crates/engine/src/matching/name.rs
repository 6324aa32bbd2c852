//! Company names, in the form in which they are compared.
//!
//! Case, accents, punctuation, a leading "the" and legal forms go; what is left is words of `a-z0-9`, one
//! space between them. Scripts other than Latin are transliterated.

use super::legal_forms;
use crate::lookup::Lookup;
use std::sync::LazyLock;

/// The comparable form of a company's name; empty only for a name without a letter or digit.
/// Normalising twice is normalising once. Linear in the length.
#[must_use]
pub fn normalise(name: &str) -> String {
    let mut words = words(name);
    while let Some(shorter) = without_affix(&words) {
        words = shorter.to_owned();
    }
    words
}

/// Whether a normalised name says nothing about which company is meant.
#[must_use]
pub fn is_generic(normalised: &str) -> bool {
    static KNOWN: LazyLock<Lookup<&str, ()>> = LazyLock::new(|| GENERIC.iter().map(|word| (*word, ())).collect());
    normalised.len() < 2 || KNOWN.get(normalised).is_some()
}

/// Lower-case words. Dots, slashes and apostrophes inside initials and words vanish (`S.p.A.`, `A/S`, `O'Neill`),
/// `&` and `+` become a word, every other sign ends one; letters that stand alone are joined (`S A` is `SA`).
fn words(name: &str) -> String {
    let ascii = if name.is_ascii() { name.to_ascii_lowercase() } else { any_ascii::any_ascii(name).to_ascii_lowercase() };
    let mut out = String::with_capacity(ascii.len());
    let mut word = String::new();
    let mut initials = false; // the last word of `out` is made of single letters
    let mut end = |word: &mut String| {
        if word.is_empty() {
            return;
        }
        let single = word.len() == 1;
        if !(out.is_empty() || (single && initials)) {
            out.push(' ');
        }
        out.push_str(word);
        initials = single;
        word.clear();
    };
    for c in ascii.chars() {
        match c {
            'a'..='z' | '0'..='9' => word.push(c),
            '\'' | '`' => {}
            '&' | '+' => {
                end(&mut word);
                word.push_str("and");
                end(&mut word);
            }
            _ => end(&mut word),
        }
    }
    end(&mut word);
    out
}

/// The name without one legal form, "the" or dangling "and" at an end; `None` when there is none, or nothing else.
fn without_affix(words: &str) -> Option<&str> {
    if let Some(rest) = words.strip_prefix("the ").or_else(|| words.strip_suffix(" and")).or_else(|| words.strip_prefix("and ")) {
        return Some(rest);
    }
    // The longest form first: "limited liability company" before "company".
    let tails = words.rmatch_indices(' ').take(legal_forms::MOST_WORDS).map(|(at, _)| words.split_at(at));
    let shorter = tails.filter(|(_, tail)| legal_forms::is_last(tail.trim_start())).map(|(head, _)| head).last();
    shorter.or_else(|| words.split_once(' ').filter(|(first, _)| legal_forms::is_first(first)).map(|(_, rest)| rest))
}

/// Normalised names that any company, or none, may have typed into a form.
#[rustfmt::skip]
const GENERIC: &[&str] = &[
    "abc", "agency", "asdf", "association", "bank", "banking", "business", "church",
    "clinic", "college", "company", "construction", "consultant", "consultants", "consulting",
    "corporate", "corporation", "design", "development", "education", "energy", "engineering",
    "enterprise", "enterprises", "finance", "financial", "firm", "foundation", "freelance", "freelancer",
    "global", "government", "group", "health", "healthcare", "holdings", "home",
    "hospital", "hotel", "independent", "individual", "industries", "industry", "insurance", "international", "investment",
    "investments", "law firm", "legal", "logistics", "management", "manufacturing", "marketing",
    "me", "media", "my", "my company", "myself", "na",
    "nil", "no", "no company", "none", "not applicable", "not available",
    "null", "online", "organisation", "organization", "other", "partners", "personal", "pharmacy", "private",
    "private person", "real estate", "restaurant", "retail", "retired", "sales", "school", "security", "self",
    "self employed", "selfemployed", "service", "services", "shop", "small business", "software", "solutions", "startup",
    "store", "student", "studio", "systems", "tbd", "tech", "technologies",
    "technology", "test", "test company", "testing", "trading", "transport", "travel", "undefined", "unemployed",
    "university", "unknown", "ventures", "web", "work", "xx", "xxx", "xyz",
    "your company",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_are_one() {
        for (name, normalised) in [
            ("The Boeing Company", "boeing"),
            ("BOEING CO.", "boeing"),
            ("Müller GmbH & Co. KG", "muller"),
            ("Société Générale S.A.", "societe generale"),
            ("Johnson & Johnson", "johnson and johnson"),
            ("Johnson and Johnson, Inc.", "johnson and johnson"),
            ("Novo Nordisk A/S", "novo nordisk"),
            ("PT Bank Central Asia Tbk", "bank central asia"),
            ("ООО Яндекс", "yandeks"),
            ("Cemex, S.A.B. de C.V.", "cemex"),
            ("BHP Group Pty. Ltd.", "bhp group"),
            ("Levi's", "levis"),
            ("株式会社", "zhushihuishe"),
        ] {
            assert_eq!(normalise(name), normalised, "{name}");
        }
    }

    #[test]
    fn a_name_that_is_only_a_legal_form_stays() {
        for (name, normalised) in
            [("AG", "ag"), ("The Limited", "limited"), ("Company", "company"), ("The", "the"), ("& Co", "co"), ("!?", "")]
        {
            assert_eq!(normalise(name), normalised, "{name}");
        }
    }

    #[test]
    fn generic_names_say_nothing() {
        for name in ["Bank", "CONSULTING", "test", "N/A", "none", "Self", "self-employed", "-", "x"] {
            assert!(is_generic(&normalise(name)), "{name}");
        }
        for name in ["Globex", "3M", "Deutsche Bank", "HP"] {
            assert!(!is_generic(&normalise(name)), "{name}");
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(name in "\\PC*") {
            let once = normalise(&name);
            prop_assert_eq!(normalise(&once), once.clone());
        }
        #[test]
        fn normalising_names_of_legal_forms_twice_is_once(words in prop::collection::vec("(the|and|&|co|inc|s\\.a\\.|s|a|gmbh|pt|x|de cv|acme|kg|limited liability company)", 0..8)) {
            let name = words.join(" ");
            let once = normalise(&name);
            prop_assert_eq!(normalise(&once), once.clone());
            prop_assert_eq!(once.is_empty(), name.is_empty());
        }
    }
}
