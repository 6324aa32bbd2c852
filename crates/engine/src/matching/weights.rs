//! The fitted weights, in the order of [`Signal::ALL`]. Written by `bench/src/bin/fit_matching.rs`.

use super::signals::Signal;

#[rustfmt::skip]
pub(super) const WEIGHTS: [i32; Signal::COUNT] = [
    -3669, // always
    829, // email_domain
    727, // website
    4871, // best_holder
    158, // provider_named
    1664, // country_variant
    -1857, // weak_variant
    -1346, // mistyped_domain
    -563, // label_is_name
    165, // name_is_label
    -11, // label_begins
    -1730, // own_domain
    -2823, // other_domain
    1859, // domain_unknown
    936, // personal_domain
    547, // anothers_domain
    0, // relatives_domain
    910, // free_mail
    5444, // no_name
    6731, // name_equal
    2560, // equal_rare
    323, // equal_trimmed
    -168, // equal_alias
    -4347, // equal_twin
    2423, // shared
    4867, // rarest
    -627, // nothing_left
    -1145, // lead_rare
    -601, // lead_has_rare
    -1811, // lead_common
    -1049, // lead_has_common
    -1233, // account_rare
    -1020, // account_has_rare
    -1558, // account_common
    -1216, // account_has_common
    -862, // lead_group
    -24, // account_group
    1, // both_left
    -843, // both_rare
    -1913, // fraction
    1321, // high_fraction
    -1254, // other_first
    -3, // account_place
    -138, // own_place
    -2663, // account_says_place
    -320, // unit
    -1639, // slip
    137, // known_slip
    -597, // shortened
    1997, // initials
    -1832, // alias
    2595, // near_letters
    533, // same_country
    -858, // other_country
    405, // same_city
    -700, // other_city
    1059, // same_state
    3000, // phone
    -442, // equal_but_own_domain
    -3083, // equal_but_country
    -810, // equal_but_both
    -2432, // unequal_own_domain
    -704, // unequal_country
    898, // unequal_same_city
    1397, // variant_and_equal
    657, // variant_and_shared
    -1923, // domain_other_name
    -541, // domain_name
    -4147, // variant_no_name
];
