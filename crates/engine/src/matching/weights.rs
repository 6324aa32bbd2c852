//! The fitted weights, in the order of [`Signal::ALL`]. Written by `bench/src/bin/fit_matching.rs`.

use super::signals::Signal;

#[rustfmt::skip]
pub(super) const WEIGHTS: [i32; Signal::COUNT] = [
    -3803, // always
    1066, // email_domain
    689, // website
    4542, // sole_holder
    125, // provider_named
    1709, // country_variant
    -1929, // weak_variant
    -1444, // mistyped_domain
    -586, // label_is_name
    166, // name_is_label
    -176, // label_begins
    -1657, // own_domain
    -2958, // other_domain
    1560, // domain_unknown
    847, // personal_domain
    327, // anothers_domain
    0, // relatives_domain
    838, // free_mail
    5784, // no_name
    6986, // name_equal
    2520, // equal_rare
    -171, // equal_trimmed
    -263, // equal_alias
    -2996, // equal_twin
    -2063, // twin_country
    2400, // shared
    4929, // rarest
    -629, // nothing_left
    -1121, // lead_rare
    -568, // lead_has_rare
    -1787, // lead_common
    -1031, // lead_has_common
    -1199, // account_rare
    -1001, // account_has_rare
    -1535, // account_common
    -1200, // account_has_common
    -856, // lead_group
    -16, // account_group
    -2, // both_left
    -857, // both_rare
    -1747, // fraction
    1328, // high_fraction
    -1243, // other_first
    6, // account_place
    -135, // own_place
    -2636, // account_says_place
    -318, // unit
    -1627, // slip
    137, // known_slip
    -587, // shortened
    1997, // initials
    -1828, // alias
    2592, // near_letters
    513, // same_country
    -970, // other_country
    387, // same_city
    -700, // other_city
    1058, // same_state
    3000, // phone
    -469, // equal_but_own_domain
    -2674, // equal_but_country
    -1054, // equal_but_both
    -2395, // unequal_own_domain
    -614, // unequal_country
    922, // unequal_same_city
    1414, // variant_and_equal
    592, // variant_and_shared
    -2012, // domain_other_name
    -78, // domain_name
    -4247, // variant_no_name
];
