//! The fitted weights, in the order of [`Signal::ALL`]. Written by `bench/src/bin/fit_matching.rs`.

use super::signals::Signal;

#[rustfmt::skip]
pub(super) const WEIGHTS: [i32; Signal::COUNT] = [
    -1564, // always
    752, // email_domain
    1444, // website
    291, // provider_named
    1507, // country_variant
    -1733, // weak_variant
    -1090, // mistyped_domain
    -589, // label_is_name
    611, // name_is_label
    -24, // label_begins
    -1395, // own_domain
    -2124, // other_domain
    1362, // domain_unknown
    1569, // personal_domain
    -291, // anothers_domain
    535, // relatives_domain
    1141, // free_mail
    5916, // no_name
    4633, // name_equal
    1780, // equal_rare
    58, // equal_trimmed
    512, // equal_alias
    2692, // shared
    3758, // rarest
    -1425, // nothing_left
    -1744, // lead_rare
    -161, // lead_has_rare
    -2524, // lead_common
    -623, // lead_has_common
    -1588, // account_rare
    -1152, // account_has_rare
    -3160, // account_common
    30, // account_has_common
    -501, // both_left
    -660, // both_rare
    -4370, // fraction
    2396, // high_fraction
    -1637, // other_first
    519, // account_place
    245, // own_place
    -2546, // account_says_place
    -955, // unit
    -1456, // slip
    1, // known_slip
    -526, // shortened
    1847, // initials
    -2005, // alias
    2851, // near_letters
    912, // same_country
    -1214, // other_country
    -308, // same_city
    -4058, // other_city
    1064, // same_state
    3000, // phone
    -662, // equal_but_own_domain
    -3431, // equal_but_country
    -505, // equal_but_both
    -2131, // unequal_own_domain
    37, // unequal_country
    1614, // unequal_same_city
    2583, // variant_and_equal
    1088, // variant_and_shared
    4853, // domain_other_name
    -5564, // variant_no_name
];
