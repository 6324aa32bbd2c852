//! Countries: names and codes to ISO 3166-1 alpha-2.
//!
//! The names were written for this table: no crate has names in many languages and builds in reasonable time
//! (`keshvar` 0.7 was still compiling after nine minutes on two busy cores).

mod table;

use crate::lookup::Lookup;
use std::borrow::Cow;
use std::sync::LazyLock;
use table::COUNTRIES;

/// The alpha-2 code (upper case) of a code or a name: alpha-2, alpha-3, the English name, common variants, names in
/// the larger languages. Case, accents, punctuation and spaces do not matter. Constant time; a two-letter code
/// allocates nothing.
#[must_use]
pub fn code(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if let [first, second] = *text.as_bytes() {
        return by_letters(first, second);
    }
    let key = key(text);
    find(&key).or_else(|| FORMS_OF_STATE.iter().filter_map(|form| key.strip_prefix(form)).find_map(find))
}

/// The English name of an alpha-2 code in upper case.
#[must_use]
pub fn name(code: &str) -> Option<&'static str> {
    let at = COUNTRIES.binary_search_by_key(&code, |(code, ..)| code).ok()?;
    COUNTRIES.get(at).map(|(_, _, name, _)| *name)
}

/// All English names, in the order of their codes.
pub fn names() -> impl Iterator<Item = &'static str> {
    COUNTRIES.iter().map(|(_, _, name, _)| *name)
}

/// Words before a country's name, in the form of keys. Only taken off when the rest is known.
const FORMS_OF_STATE: &[&str] = &[
    "the",
    "republicofthe",
    "republicof",
    "therepublicof",
    "federalrepublicof",
    "thefederalrepublicof",
    "kingdomofthe",
    "kingdomof",
    "thekingdomof",
    "stateof",
    "thestateof",
    "islamicrepublicof",
    "unitedrepublicof",
    "principalityof",
    "grandduchyof",
    "commonwealthof",
    "sultanateof",
    "republiquede",
    "republiquedu",
    "republique",
    "royaumede",
    "royaumedu",
    "republicade",
    "republicadel",
    "republica",
    "reinode",
    "repubblicadi",
    "repubblica",
    "regnodi",
    "republik",
    "bundesrepublik",
    "konigreich",
    "republiek",
    "bondsrepubliek",
    "koninkrijkder",
    "koninkrijk",
    "federalerepubliek",
    "gemenebestvan",
    "staat",
    "republika",
    "krolestwo",
    "konungariket",
    "kongeriget",
    "kongeriket",
    "republiken",
    "republikken",
];

/// Two letters to their code. `UK` and `EL` are what the United Kingdom and Greece go by in the European Union.
fn by_letters(first: u8, second: u8) -> Option<&'static str> {
    static CODES: LazyLock<[[Option<&'static str>; 26]; 26]> = LazyLock::new(|| {
        let mut codes = [[None; 26]; 26];
        let aliases = [("UK", "GB"), ("EL", "GR")];
        for (written, code) in COUNTRIES.iter().map(|(code, ..)| (*code, *code)).chain(aliases) {
            if let [first, second] = *written.as_bytes()
                && let Some(slot) = codes.get_mut(letter(first)).and_then(|row| row.get_mut(letter(second)))
            {
                *slot = Some(code);
            }
        }
        codes
    });
    CODES.get(letter(first))?.get(letter(second)).copied().flatten()
}

/// From 0; out of the alphabet for what is no letter.
fn letter(byte: u8) -> usize {
    usize::from(byte.to_ascii_uppercase().wrapping_sub(b'A'))
}

fn find(key: &str) -> Option<&'static str> {
    static BY_KEY: LazyLock<Lookup<Box<str>, &'static str>> = LazyLock::new(by_key);
    BY_KEY.get(key).copied()
}

fn by_key() -> Lookup<Box<str>, &'static str> {
    let written = COUNTRIES.iter().flat_map(|(code, alpha_3, name, others)| {
        [*alpha_3, *name].into_iter().chain(others.split('|').filter(|other| !other.is_empty())).map(|written| (written, *code))
    });
    written.map(|(written, code)| (key(written).into(), code)).collect()
}

/// Letters and digits only, lower case, other scripts transliterated.
fn key(text: &str) -> String {
    let ascii = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(any_ascii::any_ascii(text)) };
    ascii.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn codes_and_names_and_variants_give_the_code() {
        for (text, wanted) in [
            ("de", "DE"),
            (" DEU ", "DE"),
            ("Deutschland", "DE"),
            ("Bundesrepublik Deutschland", "DE"),
            ("USA", "US"),
            ("U.S.", "US"),
            ("United States of America", "US"),
            ("the united states", "US"),
            ("UK", "GB"),
            ("England", "GB"),
            ("Österreich", "AT"),
            ("Osterreich", "AT"),
            ("SUISSE", "CH"),
            ("España", "ES"),
            ("Brasil", "BR"),
            ("日本", "JP"),
            ("Côte d'Ivoire", "CI"),
            ("Republic of Korea", "KR"),
            ("Democratic People's Republic of Korea", "KP"),
            ("Republic of China", "TW"),
            ("Republic of Poland", "PL"),
            ("Koninkrijk Denemarken", "DK"),
        ] {
            assert_eq!(code(text), Some(wanted), "{text}");
        }
        for text in ["", "x", "ZZ", "99", "Atlantis", "the", "é", "日"] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn every_name_leads_to_one_country() {
        let (mut owners, mut doubtful) = (BTreeMap::new(), Vec::new());
        for (alpha_2, alpha_3, english, others) in COUNTRIES {
            for written in [*alpha_3, *english].into_iter().chain(others.split('|').filter(|other| !other.is_empty())) {
                let before = owners.insert(key(written), *alpha_2);
                doubtful.extend(before.filter(|before| before != alpha_2).map(|before| (written, before, *alpha_2)));
            }
            assert_eq!((code(alpha_2), code(alpha_3), code(english)), (Some(*alpha_2), Some(*alpha_2), Some(*alpha_2)));
            assert_eq!(name(alpha_2), Some(*english));
        }
        assert_eq!(doubtful, []);
        assert_eq!(names().count(), 249);
        assert!(COUNTRIES.is_sorted_by_key(|(code, ..)| code), "binary search needs it");
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC*") {
            let _ = (code(&text), name(&text));
        }
    }
}
