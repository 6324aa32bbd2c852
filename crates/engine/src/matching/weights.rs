//! The fitted weights, in the order of [`Signal::ALL`]. Written by `bench/src/bin/fit_matching.rs`.

use super::signals::Signal;

#[rustfmt::skip]
pub(super) const WEIGHTS: [i32; Signal::COUNT] = [
    -4905, // always
    -0, // email_domain
    0, // website
    6000, // best_holder
    168, // provider_named
    1625, // country_variant
    -1871, // weak_variant
    -1318, // mistyped_domain
    -574, // label_is_name
    188, // name_is_label
    8, // label_begins
    -1636, // own_domain
    -2608, // other_domain
    1830, // domain_unknown
    1088, // personal_domain
    518, // anothers_domain
    0, // relatives_domain
    1165, // free_mail
    7251, // no_name
    7508, // name_equal
    2871, // equal_rare
    309, // equal_trimmed
    -104, // equal_alias
    -4276, // equal_twin
    2267, // shared
    5088, // rarest
    -577, // nothing_left
    -1051, // lead_rare
    -340, // lead_has_rare
    -1574, // lead_common
    -979, // lead_has_common
    -1143, // account_rare
    -840, // account_has_rare
    -1442, // account_common
    -1106, // account_has_common
    -818, // lead_group
    -10, // account_group
    -66, // both_left
    -928, // both_rare
    -1128, // fraction
    1388, // high_fraction
    -1141, // other_first
    -14, // account_place
    -11, // own_place
    -2671, // account_says_place
    -277, // unit
    -1600, // slip
    110, // known_slip
    -489, // shortened
    1998, // initials
    -1813, // alias
    2571, // near_letters
    508, // same_country
    -845, // other_country
    338, // same_city
    -700, // other_city
    1027, // same_state
    3000, // phone
    -366, // equal_but_own_domain
    -3167, // equal_but_country
    -766, // equal_but_both
    -2349, // unequal_own_domain
    -704, // unequal_country
    983, // unequal_same_city
    1634, // variant_and_equal
    813, // variant_and_shared
    1700, // domain_other_name
    -325, // domain_name
    -4578, // variant_no_name
];
