//! Area codes of the North American Numbering Plan to countries, states and provinces.
//!
//! Codes that several provinces share (the three territories of Canada, Nova Scotia and Prince Edward Island)
//! tell the country only, and so do those that are not geographic.

/// Country and state (postal abbreviation) of a ten-digit national number in the United States or Canada.
/// `None` elsewhere, and where the code names no single state.
pub(super) fn place(national: &str) -> Option<(&'static str, &'static str)> {
    let code = code(national)?;
    let of = |country: &'static str, table: &[(&'static str, &[u16])]| {
        table.iter().find(|(_, codes)| codes.contains(&code)).map(|(state, _)| (country, *state))
    };
    of("US", STATES).or_else(|| of("CA", PROVINCES))
}

/// The country of a ten-digit national number: one of the islands, Canada, or the United States.
/// `None` for numbers free of charge and the like, which belong to none.
pub(super) fn country(national: &str) -> Option<&'static str> {
    let code = code(national)?;
    let island = ISLANDS.iter().find(|(_, codes)| codes.contains(&code)).map(|(island, _)| *island);
    let canadian = || CANADA_WIDE.contains(&code).then_some("CA");
    island.or_else(canadian).or_else(|| place(national).map(|(country, _)| country))
}

/// Three digits, of which the first is 2 to 9, before seven more of which the first is 2 to 9.
fn code(national: &str) -> Option<u16> {
    let (area, rest) = national.split_at_checked(3)?;
    let digits = national.len() == 10 && national.bytes().all(|b| b.is_ascii_digit());
    if digits && !area.starts_with(['0', '1']) && !rest.starts_with(['0', '1']) { area.parse().ok() } else { None }
}

#[rustfmt::skip]
const STATES: &[(&str, &[u16])] = &[
    ("CA", &[209, 213, 279, 310, 323, 341, 350, 357, 369, 408, 415, 424, 442, 510, 530, 559, 562, 619, 626, 628, 650, 657, 661, 669, 707, 714, 738, 747, 760,
        805, 818, 820, 831, 837, 840, 858, 909, 916, 925, 949, 951]),
    ("TX", &[210, 214, 254, 281, 325, 346, 361, 409, 430, 432, 469, 512, 621, 682, 713, 726, 737, 806, 817, 830, 832, 903, 915, 936, 940, 945, 956, 972, 979]),
    ("NY", &[212, 315, 329, 332, 347, 363, 465, 516, 518, 585, 607, 624, 631, 646, 680, 716, 718, 838, 845, 914, 917, 929, 934]),
    ("FL", &[239, 305, 321, 324, 352, 386, 407, 448, 561, 645, 656, 689, 727, 728, 754, 772, 786, 813, 850, 863, 904, 941, 954]),
    ("IL", &[217, 224, 309, 312, 331, 447, 464, 618, 630, 708, 730, 773, 779, 815, 847, 861, 872]),
    ("PA", &[215, 223, 267, 272, 412, 445, 484, 570, 582, 610, 717, 724, 814, 835, 878]),
    ("OH", &[216, 220, 234, 283, 326, 330, 380, 419, 436, 440, 513, 567, 614, 740, 937]),
    ("MI", &[231, 248, 269, 313, 517, 586, 616, 679, 734, 810, 906, 947, 989]),
    ("NJ", &[201, 551, 609, 640, 732, 848, 856, 862, 908, 973]),
    ("GA", &[229, 404, 470, 478, 678, 706, 762, 770, 912, 943]),
    ("NC", &[252, 336, 472, 704, 743, 828, 910, 919, 980, 984]),
    ("VA", &[276, 434, 540, 571, 686, 703, 757, 804, 826, 948]),
    ("MA", &[339, 351, 413, 508, 617, 774, 781, 857, 978]),
    ("MD", &[227, 240, 301, 410, 443, 667]),
    ("WA", &[206, 253, 360, 425, 509, 564]),
    ("AZ", &[480, 520, 602, 623, 928]),
    ("CO", &[303, 719, 720, 748, 970, 983]),
    ("TN", &[423, 615, 629, 729, 731, 865, 901, 931]),
    ("MO", &[235, 314, 417, 557, 573, 636, 660, 816, 975]),
    ("IN", &[219, 260, 317, 463, 574, 765, 812, 930]),
    ("WI", &[262, 274, 353, 414, 534, 608, 715, 920]),
    ("MN", &[218, 320, 507, 612, 651, 763, 924, 952]),
    ("LA", &[225, 318, 337, 457, 504, 985]),
    ("AL", &[205, 251, 256, 334, 483, 659, 938]),
    ("SC", &[803, 821, 839, 843, 854, 864]),
    ("KY", &[270, 364, 502, 606, 859]),
    ("OR", &[458, 503, 541, 971]),
    ("OK", &[405, 539, 572, 580, 918]),
    ("CT", &[203, 475, 860, 959]),
    ("UT", &[385, 435, 801]),
    ("IA", &[319, 515, 563, 641, 712]),
    ("NV", &[702, 725, 775]),
    ("AR", &[327, 479, 501, 870]),
    ("MS", &[228, 471, 601, 662, 769]),
    ("KS", &[316, 620, 785, 913]),
    ("NM", &[505, 575]),
    ("NE", &[308, 402, 531]),
    ("WV", &[304, 681]),
    ("ID", &[208, 986]),
    ("HI", &[808]), ("NH", &[603]), ("ME", &[207]), ("MT", &[406]), ("RI", &[401]), ("DE", &[302]), ("SD", &[605]), ("ND", &[701]), ("AK", &[907]),
    ("VT", &[802]), ("WY", &[307]), ("DC", &[202, 771]),
];

#[rustfmt::skip]
const PROVINCES: &[(&str, &[u16])] = &[
    ("ON", &[226, 249, 289, 343, 365, 382, 416, 437, 519, 548, 613, 647, 683, 705, 742, 753, 807, 905, 942]),
    ("QC", &[263, 354, 367, 418, 438, 450, 468, 514, 579, 581, 819, 873]),
    ("BC", &[236, 250, 257, 604, 672, 778]),
    ("AB", &[368, 403, 587, 780, 825]),
    ("MB", &[204, 431, 584]),
    ("SK", &[306, 474, 639]),
    ("NB", &[428, 506]),
    ("NL", &[709, 879]),
];

/// Nova Scotia with Prince Edward Island, the territories, and what is not geographic.
const CANADA_WIDE: &[u16] = &[782, 902, 867, 600, 622, 633, 644, 655, 677, 688];

/// The rest of the numbering plan.
#[rustfmt::skip]
const ISLANDS: &[(&str, &[u16])] = &[
    ("AG", &[268]), ("AI", &[264]), ("AS", &[684]), ("BB", &[246]), ("BM", &[441]), ("BS", &[242]), ("DM", &[767]), ("DO", &[809, 829, 849]), ("GD", &[473]),
    ("GU", &[671]), ("JM", &[658, 876]), ("KN", &[869]), ("KY", &[345]), ("LC", &[758]), ("MP", &[670]), ("MS", &[664]), ("PR", &[787, 939]), ("SX", &[721]),
    ("TC", &[649]), ("TT", &[868]), ("VC", &[784]), ("VG", &[284]), ("VI", &[340]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_tells_the_state_or_province() {
        for (number, wanted) in [
            ("4155552671", Some(("US", "CA"))),
            ("2125552671", Some(("US", "NY"))),
            ("4165552671", Some(("CA", "ON"))),
            ("9025552671", None),
            ("8765552671", None),
            ("8005552671", None),
            ("1155552671", None),
            ("4151552671", None),
            ("415555267", None),
            ("41555526é", None),
        ] {
            assert_eq!(place(number), wanted, "{number}");
        }
        assert_eq!((country("9025552671"), country("7875552671"), country("8005552671")), (Some("CA"), Some("PR"), None));
    }

    #[test]
    fn no_code_is_in_two_places() {
        let tables = STATES.iter().chain(PROVINCES).chain(ISLANDS);
        let mut codes: Vec<u16> = tables.flat_map(|(_, codes)| codes.iter()).chain(CANADA_WIDE).copied().collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
        assert_eq!((STATES.len(), PROVINCES.len()), (51, 8));
    }
}
