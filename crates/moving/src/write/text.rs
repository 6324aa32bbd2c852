//! Texts as TOML and as expressions write them.

use crate::values::is_invisible;

/// A text as TOML: in double quotes where that needs no escapes, in single ones where those need none, escaped
/// otherwise. Invisible characters show as `\uXXXX`.
#[must_use]
pub fn toml(text: &str) -> String {
    let plain = !text.chars().any(is_invisible);
    if plain && !text.contains(['"', '\\']) {
        format!("\"{text}\"")
    } else if plain && !text.contains('\'') {
        format!("'{text}'")
    } else {
        escaped(text)
    }
}

/// An expression as TOML: in single quotes, because texts in it have double ones.
#[must_use]
pub fn toml_expression(expression: &str) -> String {
    let visible = !expression.chars().any(|c| is_invisible(c) && c != '\n');
    if visible && !expression.contains(['\'', '\n']) {
        format!("'{expression}'")
    } else if visible && !expression.contains("'''") && !expression.ends_with('\'') {
        let (start, end) = if expression.contains('\n') { ("'''\n", "\n'''") } else { ("'''", "'''") };
        format!("{start}{expression}{end}")
    } else {
        escaped(expression)
    }
}

fn escaped(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            c if is_invisible(c) && u32::from(c) <= 0xFFFF => written.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => written.push(c),
        }
    }
    written.push('"');
    written
}

/// A text in an expression.
#[must_use]
pub fn in_expression(text: &str) -> String {
    if !text.contains(['"', '\\', '\n', '\t']) {
        format!("\"{text}\"")
    } else if !text.contains(['\'', '\\', '\n', '\t']) {
        format!("'{text}'")
    } else {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
        format!("\"{escaped}\"")
    }
}

/// Lines of a comment. Control characters cannot stand in one.
#[must_use]
pub fn comment(text: &str) -> String {
    let mut written = String::new();
    for line in text.lines() {
        let line: String = line.chars().flat_map(|c| if is_invisible(c) { c.escape_unicode().collect() } else { vec![c] }).collect();
        let line = line.replace("\\u{9}", " ");
        written.push_str(format!("# {line}").trim_end());
        written.push('\n');
    }
    written
}

/// Small letters, digits and single underscores; never empty, and beginning with a letter.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    let slug = slug.trim_end_matches('_');
    if slug.starts_with(|c: char| c.is_ascii_alphabetic()) { slug.to_owned() } else { format!("to_{slug}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_with_the_fewest_escapes() {
        assert_eq!(toml("Acme"), "\"Acme\"");
        assert_eq!(toml("6\" pipe"), "'6\" pipe'");
        assert_eq!(toml("it's 6\""), "\"it's 6\\\"\"");
        assert_eq!(toml("Italian\u{FEFF}"), "\"Italian\\uFEFF\"");
        assert_eq!(toml_expression("a = \"b\""), "'a = \"b\"'");
        assert_eq!(toml_expression("a = \"it's\""), "'''a = \"it's\"'''");
        assert_eq!(toml_expression("a = \"\u{200B}\""), "\"a = \\\"\\u200B\\\"\"");
        assert_eq!(in_expression("say \"hi\""), "'say \"hi\"'");
        assert_eq!(in_expression("\\\"'"), "\"\\\\\\\"'\"");
    }

    #[test]
    fn comments_and_names_hold_nothing_that_breaks_them() {
        assert_eq!(comment("a\n\u{0}b"), "# a\n# \\u{0}b\n");
        assert_eq!(slug("SoCal_AZ"), "socal_az");
        assert_eq!(slug("user-013"), "user_013");
        assert_eq!(slug("2024 -- x"), "to_2024_x");
        assert_eq!(slug("…"), "to_");
    }
}
