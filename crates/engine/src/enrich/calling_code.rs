//! International calling codes (ITU-T E.164) to countries.
//!
//! Written anew rather than taken from the crate `phonenumber`: that costs two minutes of building and 8 to 10 us a
//! number for what a table answers at once. Whether a number is really in use is not asked.

use super::area_code;

/// The country of an international number: digits only, calling code first. `None` for numbers of no possible
/// length (E.164: at most 15 digits), and for codes that belong to no country.
pub(super) fn country(number: &str) -> Option<&'static str> {
    if !(7..=15).contains(&number.len()) {
        return None;
    }
    if let Some(national) = number.strip_prefix('1') {
        return area_code::country(national);
    }
    let longest_first = (1..=5).rev().filter_map(|length| number.get(..length));
    longest_first
        .filter_map(|code| CODES.binary_search_by_key(&code, |(code, _)| code).ok())
        .find_map(|at| CODES.get(at))
        .map(|(_, country)| *country)
}

/// In the order of the codes as text. Longer codes are parts of a shared one; the shared one's main country stands for the rest.
#[rustfmt::skip]
const CODES: &[(&str, &str)] = &[
    ("20", "EG"), ("211", "SS"), ("212", "MA"), ("213", "DZ"), ("216", "TN"), ("218", "LY"), ("220", "GM"), ("221", "SN"), ("222", "MR"), ("223", "ML"),
    ("224", "GN"), ("225", "CI"), ("226", "BF"), ("227", "NE"), ("228", "TG"), ("229", "BJ"), ("230", "MU"), ("231", "LR"), ("232", "SL"), ("233", "GH"),
    ("234", "NG"), ("235", "TD"), ("236", "CF"), ("237", "CM"), ("238", "CV"), ("239", "ST"), ("240", "GQ"), ("241", "GA"), ("242", "CG"), ("243", "CD"),
    ("244", "AO"), ("245", "GW"), ("246", "IO"), ("247", "SH"), ("248", "SC"), ("249", "SD"), ("250", "RW"), ("251", "ET"), ("252", "SO"), ("253", "DJ"),
    ("254", "KE"), ("255", "TZ"), ("256", "UG"), ("257", "BI"), ("258", "MZ"), ("260", "ZM"), ("261", "MG"), ("262", "RE"), ("26269", "YT"), ("263", "ZW"),
    ("264", "NA"), ("265", "MW"), ("266", "LS"), ("267", "BW"), ("268", "SZ"), ("269", "KM"), ("27", "ZA"), ("290", "SH"), ("291", "ER"), ("297", "AW"),
    ("298", "FO"), ("299", "GL"), ("30", "GR"), ("31", "NL"), ("32", "BE"), ("33", "FR"), ("34", "ES"), ("350", "GI"), ("351", "PT"), ("352", "LU"),
    ("353", "IE"), ("354", "IS"), ("355", "AL"), ("356", "MT"), ("357", "CY"), ("358", "FI"), ("35818", "AX"), ("359", "BG"), ("36", "HU"), ("370", "LT"),
    ("371", "LV"), ("372", "EE"), ("373", "MD"), ("374", "AM"), ("375", "BY"), ("376", "AD"), ("377", "MC"), ("378", "SM"), ("380", "UA"), ("381", "RS"),
    ("382", "ME"), ("385", "HR"), ("386", "SI"), ("387", "BA"), ("389", "MK"), ("39", "IT"), ("40", "RO"), ("41", "CH"), ("420", "CZ"), ("421", "SK"),
    ("423", "LI"), ("43", "AT"), ("44", "GB"), ("45", "DK"), ("46", "SE"), ("47", "NO"), ("4779", "SJ"), ("48", "PL"), ("49", "DE"), ("500", "FK"),
    ("501", "BZ"), ("502", "GT"), ("503", "SV"), ("504", "HN"), ("505", "NI"), ("506", "CR"), ("507", "PA"), ("508", "PM"), ("509", "HT"), ("51", "PE"),
    ("52", "MX"), ("53", "CU"), ("54", "AR"), ("55", "BR"), ("56", "CL"), ("57", "CO"), ("58", "VE"), ("590", "GP"), ("591", "BO"), ("592", "GY"),
    ("593", "EC"), ("594", "GF"), ("595", "PY"), ("596", "MQ"), ("597", "SR"), ("598", "UY"), ("5993", "BQ"), ("5994", "BQ"), ("5997", "BQ"), ("5999", "CW"),
    ("60", "MY"), ("61", "AU"), ("62", "ID"), ("63", "PH"), ("64", "NZ"), ("65", "SG"), ("66", "TH"), ("670", "TL"), ("673", "BN"), ("674", "NR"),
    ("675", "PG"), ("676", "TO"), ("677", "SB"), ("678", "VU"), ("679", "FJ"), ("680", "PW"), ("681", "WF"), ("682", "CK"), ("683", "NU"), ("685", "WS"),
    ("686", "KI"), ("687", "NC"), ("688", "TV"), ("689", "PF"), ("690", "TK"), ("691", "FM"), ("692", "MH"), ("7", "RU"), ("76", "KZ"), ("77", "KZ"),
    ("81", "JP"), ("82", "KR"), ("84", "VN"), ("850", "KP"), ("852", "HK"), ("853", "MO"), ("855", "KH"), ("856", "LA"), ("86", "CN"), ("880", "BD"),
    ("886", "TW"), ("90", "TR"), ("91", "IN"), ("92", "PK"), ("93", "AF"), ("94", "LK"), ("95", "MM"), ("960", "MV"), ("961", "LB"), ("962", "JO"),
    ("963", "SY"), ("964", "IQ"), ("965", "KW"), ("966", "SA"), ("967", "YE"), ("968", "OM"), ("970", "PS"), ("971", "AE"), ("972", "IL"), ("973", "BH"),
    ("974", "QA"), ("975", "BT"), ("976", "MN"), ("977", "NP"), ("98", "IR"), ("992", "TJ"), ("993", "TM"), ("994", "AZ"), ("995", "GE"), ("996", "KG"),
    ("998", "UZ"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_name_countries() {
        assert!(CODES.is_sorted_by_key(|(code, _)| code), "binary search needs it");
        for (code, country) in CODES {
            assert_eq!(crate::country::code(country), Some(*country), "{code}");
        }
    }

    #[test]
    fn the_longest_code_counts() {
        for (number, wanted) in [
            ("4930901820", Some("DE")),
            ("442079460958", Some("GB")),
            ("74951234567", Some("RU")),
            ("77271234567", Some("KZ")),
            ("3581812345", Some("AX")),
            ("14155552671", Some("US")),
            ("16045551234", Some("CA")),
            ("18765551234", Some("JM")),
            ("88312345678", None),
            ("49", None),
            ("1234567890123456", None),
        ] {
            assert_eq!(country(number), wanted, "{number}");
        }
    }
}
