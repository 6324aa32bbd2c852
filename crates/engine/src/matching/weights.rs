//! The fitted weights, in the order of [`Signal::ALL`]. Written by `bench/src/bin/fit_matching.rs`.

use super::signals::Signal;

#[rustfmt::skip]
pub(super) const WEIGHTS: [i32; Signal::COUNT] = [
    -4836, // always
    -490, // email_domain
    729, // website
    5099, // best_holder
    168, // provider_named
    1525, // country_variant
    -1921, // weak_variant
    -1394, // mistyped_domain
    -646, // label_is_name
    189, // name_is_label
    -5, // label_begins
    -1690, // own_domain
    -2693, // other_domain
    1854, // domain_unknown
    1024, // personal_domain
    474, // anothers_domain
    0, // relatives_domain
    1064, // free_mail
    7598, // no_name
    7544, // name_equal
    2878, // equal_rare
    303, // equal_trimmed
    -85, // equal_alias
    -4266, // equal_twin
    2260, // shared
    5096, // rarest
    -562, // nothing_left
    -1047, // lead_rare
    -329, // lead_has_rare
    -1567, // lead_common
    -967, // lead_has_common
    -1135, // account_rare
    -832, // account_has_rare
    -1436, // account_common
    -1093, // account_has_common
    -819, // lead_group
    -16, // account_group
    -71, // both_left
    -925, // both_rare
    -1097, // fraction
    1383, // high_fraction
    -1136, // other_first
    -14, // account_place
    -17, // own_place
    -2669, // account_says_place
    -275, // unit
    -1598, // slip
    108, // known_slip
    -485, // shortened
    1998, // initials
    -1810, // alias
    2562, // near_letters
    499, // same_country
    -764, // other_country
    370, // same_city
    -700, // other_city
    964, // same_state
    3000, // phone
    -398, // equal_but_own_domain
    -3259, // equal_but_country
    -766, // equal_but_both
    -2334, // unequal_own_domain
    -793, // unequal_country
    962, // unequal_same_city
    1624, // variant_and_equal
    808, // variant_and_shared
    2500, // domain_other_name
    1701, // domain_name
    -4862, // variant_no_name
];
