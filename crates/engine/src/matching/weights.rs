//! The fitted weights, in the order of [`Signal::ALL`]. Written by `bench/src/bin/fit_matching.rs`.

use super::signals::Signal;

#[rustfmt::skip]
pub(super) const WEIGHTS: [i32; Signal::COUNT] = [
    -3832, // always
    634, // email_domain
    698, // website
    4869, // best_holder
    159, // provider_named
    1646, // country_variant
    -1866, // weak_variant
    -1353, // mistyped_domain
    -574, // label_is_name
    166, // name_is_label
    -11, // label_begins
    -1721, // own_domain
    -2802, // other_domain
    1861, // domain_unknown
    951, // personal_domain
    535, // anothers_domain
    0, // relatives_domain
    933, // free_mail
    5753, // no_name
    6843, // name_equal
    2602, // equal_rare
    321, // equal_trimmed
    -157, // equal_alias
    -4337, // equal_twin
    2403, // shared
    4914, // rarest
    -626, // nothing_left
    -1129, // lead_rare
    -577, // lead_has_rare
    -1794, // lead_common
    -1036, // lead_has_common
    -1219, // account_rare
    -997, // account_has_rare
    -1542, // account_common
    -1203, // account_has_common
    -859, // lead_group
    -22, // account_group
    -4, // both_left
    -853, // both_rare
    -1808, // fraction
    1329, // high_fraction
    -1245, // other_first
    2, // account_place
    -132, // own_place
    -2658, // account_says_place
    -319, // unit
    -1631, // slip
    137, // known_slip
    -590, // shortened
    1997, // initials
    -1826, // alias
    2592, // near_letters
    523, // same_country
    -844, // other_country
    401, // same_city
    -700, // other_city
    1052, // same_state
    3000, // phone
    -434, // equal_but_own_domain
    -3106, // equal_but_country
    -805, // equal_but_both
    -2420, // unequal_own_domain
    -720, // unequal_country
    907, // unequal_same_city
    1429, // variant_and_equal
    686, // variant_and_shared
    -700, // domain_other_name
    -174, // domain_name
    -4252, // variant_no_name
];
