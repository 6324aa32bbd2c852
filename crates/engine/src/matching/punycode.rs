//! Punycode (RFC 3492): the ASCII spelling of international domain names, decoded.

/// Parameters of RFC 3492, section 5.
const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_CODE: u32 = 128;

/// A lower-case host name with its `xn--` labels written out. `None` when one of them is not valid.
/// Labels over 63 bytes, which no host name has, are refused: time is quadratic in the label.
#[must_use]
pub(super) fn to_unicode(host: &str) -> Option<String> {
    let mut out = String::with_capacity(host.len());
    for label in host.split('.') {
        if !out.is_empty() {
            out.push('.');
        }
        match label.strip_prefix("xn--") {
            Some(code) if code.len() <= 59 => out.push_str(&decode(code)?),
            Some(_) => return None,
            None => out.push_str(label),
        }
    }
    Some(out)
}

/// RFC 3492, section 6.2.
fn decode(code: &str) -> Option<String> {
    let (plain, extended) = code.rsplit_once('-').unwrap_or(("", code));
    let mut chars: Vec<char> = plain.chars().collect();
    let (mut n, mut i, mut bias) = (FIRST_CODE, 0_u32, FIRST_BIAS);
    let mut digits = extended.bytes().map(digit).peekable();
    while digits.peek().is_some() {
        let before = i;
        let mut weight = 1_u32;
        for k in (1_u32..).map(|step| step.saturating_mul(BASE)) {
            let digit = digits.next()??;
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
        }
        let count = u32::try_from(chars.len()).ok()? + 1;
        bias = adapt(i - before, count, before == 0);
        n = n.checked_add(i / count)?;
        i %= count;
        chars.insert(usize::try_from(i).ok()?, char::from_u32(n)?);
        i += 1;
    }
    Some(chars.into_iter().collect())
}

const fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'a'..=b'z' => Some((byte - b'a') as u32),
        b'0'..=b'9' => Some((byte - b'0') as u32 + 26),
        _ => None,
    }
}

/// RFC 3492, section 6.1.
const fn adapt(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn well_known_names_are_decoded() {
        for (ascii, unicode) in [
            ("xn--mnchen-3ya.de", "münchen.de"),
            ("xn--bcher-kva.example", "bücher.example"),
            ("xn--fsqu00a.xn--0zwm56d", "例子.测试"),
            ("xn--d1acufc.xn--p1ai", "домен.рф"),
            ("plain.com", "plain.com"),
        ] {
            assert_eq!(to_unicode(ascii).as_deref(), Some(unicode));
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(xn--)?[a-z0-9-]{0,70}(\\.(xn--)?\\PC{0,20})?") {
            let _ = to_unicode(&text);
        }
    }
}
