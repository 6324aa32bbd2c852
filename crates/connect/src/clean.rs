//! Texts that strangers wrote, made harmless to show: no control characters, no marks that turn the reading
//! direction or hide text, no more than fits. Escaping for a medium is the medium's own business.

/// One line of at most `most` characters; longer ones end in `…`.
#[must_use]
pub fn line(text: &str, most: usize) -> String {
    let spaced = text.chars().filter(|char| !hides(*char)).map(|char| if breaks(char) || char.is_control() { ' ' } else { char });
    let spaced: String = spaced.collect();
    cut(&spaced.split_whitespace().collect::<Vec<_>>().join(" "), most)
}

/// Lines as they were written, of at most `most` characters in all, with no more than one empty line in a row.
#[must_use]
pub fn lines(text: &str, most: usize) -> String {
    let mut kept = Vec::new();
    for part in text.replace("\r\n", "\n").split(breaks) {
        let part = line(part, most);
        if !(part.is_empty() && kept.last().is_none_or(String::is_empty)) {
            kept.push(part);
        }
    }
    cut(kept.join("\n").trim_end(), most)
}

/// At most `most` characters, counted as UTF-16 does (the stricter of the ways in which services count).
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let mut room = most.saturating_sub(1);
    let fits = |char: &char| match room.checked_sub(char.len_utf16()) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end())
}

const fn breaks(char: char) -> bool {
    matches!(char, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Marks that are not seen and change what is seen. The joiners stay: scripts and emoji need them.
const fn hides(char: char) -> bool {
    matches!(char,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_breaks_and_no_control_characters() {
        assert_eq!(line("  Ada\r\nBcc: all@acme.example\u{0}\t\u{7}x ", 99), "Ada Bcc: all@acme.example x");
        assert_eq!(line("a\u{2028}b\u{85}c\u{b}d", 99), "a b c d");
    }

    #[test]
    fn marks_that_turn_or_hide_text_are_left_out_and_joiners_stay() {
        assert_eq!(line("\u{202e}gpj.exe\u{202c} \u{2066}x\u{2069}\u{200b}\u{feff}\u{e0041}", 99), "gpj.exe x");
        assert_eq!(line("👩\u{200d}💻 نمی\u{200c}خواهم", 99), "👩\u{200d}💻 نمی\u{200c}خواهم");
    }

    #[test]
    fn lines_keep_paragraphs_and_nothing_more() {
        assert_eq!(lines("\n\nHello,\r\n\r\n\r\n\r\nwe  need\u{2028}help.\n\n", 99), "Hello,\n\nwe need\nhelp.");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("😀😀😀", 6), "😀😀😀");
        assert_eq!(cut("😀😀😀", 5), "😀😀…");
        assert_eq!(cut("ab cdef", 4), "ab…");
        assert!(cut(&"é".repeat(100_000), 150).encode_utf16().count() <= 150);
    }
}
