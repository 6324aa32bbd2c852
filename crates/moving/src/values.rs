//! A criterion's value: elements separated by commas.

use pointsman_engine::value::fold;
use std::collections::BTreeMap;

/// The elements of a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Elements {
    /// The texts, in order, each once: without case and surrounding space, as they compare.
    pub texts: Vec<String>,
    /// Whether blank is among them.
    pub blank: bool,
    /// What is odd about how they were written, in sentences.
    pub odd: Vec<String>,
}

/// Splits a value. Linear in its length, but for looking up what was there before.
#[must_use]
pub fn elements(value: &str) -> Elements {
    let mut elements = Elements::default();
    if value.trim().is_empty() {
        elements.blank = true;
        return elements;
    }
    let (written, unclosed) = split(value);
    if unclosed {
        elements.odd.push("a quote is not closed: it is read as a character".to_owned());
    }
    let (mut seen, mut repeated, mut cased, mut empty) = (BTreeMap::new(), Vec::new(), 0_usize, 0_usize);
    for text in written {
        let text = text.trim();
        if text.is_empty() {
            empty += 1;
        } else if let Some(first) = seen.get(&*fold(text)) {
            if *first == text { repeated.push(text.to_owned()) } else { cased += 1 }
        } else {
            seen.insert(fold(text).into_owned(), text.to_owned());
            elements.texts.push(text.to_owned());
        }
    }
    elements.blank = empty > 0;
    elements.odd.extend((empty > 0).then(|| "a comma with nothing beside it is read as blank".to_owned()));
    elements.odd.extend((!repeated.is_empty()).then(|| format!("repeated: {}", quoted(&repeated))));
    elements.odd.extend((cased > 0).then(|| format!("{} only in case", plural(cased, "value differs", "values differ"))));
    let references = elements.texts.iter().filter(|text| text.contains("&amp;")).cloned().collect::<Vec<_>>();
    elements.odd.extend((!references.is_empty()).then(|| format!("{} was escaped twice", quoted(&references))));
    let invisible = elements.texts.iter().filter(|text| text.chars().any(is_invisible)).cloned().collect::<Vec<_>>();
    elements.odd.extend((!invisible.is_empty()).then(|| format!("{} has invisible characters", quoted(&invisible))));
    elements
}

/// Splits at commas outside quotes, and says whether a quote was not closed. A quoted element begins and ends with
/// its quotes; a quote that no quote before a comma or the end closes is a character; `\"` is a quote without meaning.
fn split(value: &str) -> (Vec<String>, bool) {
    let (mut parts, mut unclosed) = (Vec::new(), false);
    let mut rest = Some(value);
    while let Some(text) = rest {
        let inner = text.trim_start().strip_prefix('"');
        if let Some((part, after)) = inner.and_then(closed) {
            parts.push(part);
            rest = after;
        } else {
            unclosed |= inner.is_some();
            let (part, after) = text.split_once(',').map_or((text, None), |(part, after)| (part, Some(after)));
            parts.push(part.replace("\\\"", "\""));
            rest = after;
        }
    }
    (parts, unclosed)
}

/// A text up to the quote that closes it, and what stands after its comma. Two quotes together are one in the text.
fn closed(inner: &str) -> Option<(String, Option<&str>)> {
    let mut text = String::new();
    let mut chars = inner.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (c, chars.peek().map(|(_, next)| *next)) {
            ('\\' | '"', Some('"')) => {
                text.push('"');
                chars.next();
            }
            ('"', _) => {
                let after = inner.get(at + 1..)?.trim_start();
                return match after.strip_prefix(',') {
                    Some(after) => Some((text, Some(after))),
                    None => after.is_empty().then_some((text, None)),
                };
            }
            _ => text.push(c),
        }
    }
    None
}

/// Characters that take no room where they are shown.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control() || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// A few texts, as a message names them. Invisible characters show.
#[must_use]
pub fn quoted(texts: &[String]) -> String {
    let shown = |text: &String| {
        let visible: String =
            text.chars().take(60).flat_map(|c| if is_invisible(c) { c.escape_unicode().collect() } else { vec![c] }).collect();
        format!("`{visible}`")
    };
    let mut list = texts.iter().take(3).map(shown).collect::<Vec<_>>().join(", ");
    if texts.len() > 3 {
        list.push_str(&format!(" and {} more", texts.len() - 3));
    }
    list
}

/// `1 value`, `2 values`.
#[must_use]
pub fn plural(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(value: &str) -> (Vec<String>, bool) {
        let elements = elements(value);
        (elements.texts, elements.blank)
    }

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn commas_mean_or_and_nothing_means_blank() {
        assert_eq!(texts("US, Canada"), (strings(&["US", "Canada"]), false));
        assert_eq!(texts(",[not provided]"), (strings(&["[not provided]"]), true));
        assert_eq!(texts("a,,b,"), (strings(&["a", "b"]), true));
        assert_eq!(texts("  "), (strings(&[]), true));
    }

    #[test]
    fn quotes_keep_commas() {
        assert_eq!(texts("\"Under 2,500 sq. ft.\""), (strings(&["Under 2,500 sq. ft."]), false));
        assert_eq!(texts("a,\"b, c\" , d"), (strings(&["a", "b, c", "d"]), false));
        assert_eq!(texts("\"say \"\"hi, you\"\"\",x"), (strings(&["say \"hi, you\"", "x"]), false));
    }

    #[test]
    fn a_quote_that_is_not_closed_is_a_character() {
        assert_eq!(texts(":,\",<,\\\""), (strings(&[":", "\"", "<"]), false));
        assert_eq!(texts("6\" pipe,\"7\" pipe"), (strings(&["6\" pipe", "\"7\" pipe"]), false));
        assert!(elements(":,\",<").odd[0].contains("not closed"));
    }

    #[test]
    fn each_text_is_there_once_and_what_was_odd_is_said() {
        let elements = elements("ME,Maine,MAINE,maine,ME");
        assert_eq!(elements.texts, ["ME", "Maine"]);
        assert_eq!(elements.odd, ["repeated: `ME`", "2 values differ only in case"]);
    }
}
