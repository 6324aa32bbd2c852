//! Which addresses configured requests may reach.
//!
//! Whoever may configure a channel must not thereby reach into the network the server stands in (server-side
//! request forgery). So each address is judged after the name was resolved, right before the connection is
//! made to that very address: a name that points somewhere else a moment later gains nothing.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// A network: an address and how many of its bits count. Written `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Net {
    address: IpAddr,
    bits: u8,
}

/// A text is not a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a network: write an address and a number of bits, as in `10.0.0.0/8` or `fd00::/8`")]
pub struct BadNet(String);

/// Which addresses may be reached: public ones, and those of networks that the operator allows.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    allowed: Vec<Net>,
}

/// An address that may not be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} is {what}, which this server does not send to: if it should, allow its network in the server's configuration")]
pub struct Refused {
    address: IpAddr,
    what: &'static str,
}

/// Why a name leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum Unresolved {
    /// It leads only to addresses that may not be reached.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The resolver does not know it, or did not answer.
    #[error("{host} cannot be found: {error}")]
    NotFound {
        /// The name.
        host: String,
        /// What the resolver said.
        error: std::io::Error,
    },
}

const fn v4(a: u8, b: u8, c: u8, bits: u8, what: &'static str) -> (Net, &'static str) {
    (Net { address: IpAddr::V4(Ipv4Addr::new(a, b, c, 0)), bits }, what)
}

const fn v6(a: u16, b: u16, c: u16, bits: u8, what: &'static str) -> (Net, &'static str) {
    (Net { address: IpAddr::V6(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0)), bits }, what)
}

/// What is not public, of the registries of special addresses (RFC 6890 and after).
const SPECIAL: [(Net, &str); 25] = [
    v4(0, 0, 0, 8, "an unspecified address"),
    v4(10, 0, 0, 8, "a private address"),
    v4(100, 64, 0, 10, "an address inside a provider's network"),
    v4(127, 0, 0, 8, "a loopback address"),
    v4(169, 254, 0, 16, "a link-local address"),
    v4(172, 16, 0, 12, "a private address"),
    v4(192, 0, 0, 24, "an address for protocols"),
    v4(192, 0, 2, 24, "an address for documentation"),
    v4(192, 88, 99, 24, "an address of a 6to4 relay"),
    v4(192, 168, 0, 16, "a private address"),
    v4(198, 18, 0, 15, "an address for benchmarks"),
    v4(198, 51, 100, 24, "an address for documentation"),
    v4(203, 0, 113, 24, "an address for documentation"),
    v4(224, 0, 0, 4, "a multicast address"),
    v4(240, 0, 0, 4, "a reserved address"),
    v6(0x64, 0xff9b, 1, 48, "an address of a local translator"),
    v6(0x100, 0, 0, 8, "a discard address"),
    v6(0x2001, 0, 0, 23, "an address for protocols"),
    v6(0x2001, 0xdb8, 0, 32, "an address for documentation"),
    v6(0x3fff, 0, 0, 20, "an address for documentation"),
    v6(0x5f00, 0, 0, 16, "an address for segment routing"),
    v6(0xfc00, 0, 0, 7, "a unique-local address"),
    v6(0xfe80, 0, 0, 10, "a link-local address"),
    v6(0xfec0, 0, 0, 10, "a site-local address"),
    v6(0xff00, 0, 0, 8, "a multicast address"),
];

impl Guard {
    /// Only public addresses.
    #[must_use]
    pub fn public() -> Self {
        Self::default()
    }

    /// Public addresses and these networks.
    #[must_use]
    pub const fn allowing(allowed: Vec<Net>) -> Self {
        Self { allowed }
    }

    /// Judges one address.
    ///
    /// # Errors
    /// When it may not be reached.
    pub fn check(&self, address: IpAddr) -> Result<(), Refused> {
        let real = real(address);
        let allowed = self.allowed.iter().any(|net| net.holds(address) || net.holds(real));
        if allowed {
            return Ok(());
        }
        if let Some((_, what)) = SPECIAL.iter().find(|(net, _)| net.holds(real)) {
            return Err(Refused { address, what });
        }
        match real {
            IpAddr::V6(v6) if v6.segments()[0] & 0xe000 != 0x2000 => Err(Refused { address, what: "not a public address" }),
            _ => Ok(()),
        }
    }

    /// The addresses of a name that may be reached; never none.
    ///
    /// # Errors
    /// When there are none.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Unresolved> {
        let not_found = |error| Unresolved::NotFound { host: host.to_owned(), error };
        let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port)).await.map_err(not_found)?.collect();
        let mut refused = None;
        let may = |address: &SocketAddr| self.check(address.ip()).map_err(|error| refused = Some(error)).is_ok();
        let addresses: Vec<SocketAddr> = found.into_iter().filter(may).collect();
        match refused {
            Some(refused) if addresses.is_empty() => Err(refused.into()),
            None if addresses.is_empty() => Err(not_found(std::io::Error::other("it has no address"))),
            _ => Ok(addresses),
        }
    }
}

/// The address that is reached in the end: IPv4 addresses also hide in IPv6 ones.
fn real(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let [a, b, c, d, e, f, g, h] = v6.segments();
    let embedded = match (a, b) {
        // Compatible (`::a.b.c.d`, which takes in `::` and `::1`), mapped, translated.
        (0, 0) if [c, d] == [0, 0] && matches!((e, f), (0, 0 | 0xffff) | (0xffff, 0)) => Some([g, h]),
        // NAT64.
        (0x64, 0xff9b) if [c, d, e, f] == [0, 0, 0, 0] => Some([g, h]),
        // 6to4.
        (0x2002, _) => Some([b, c]),
        _ => None,
    };
    embedded.map_or(address, |[high, low]| IpAddr::V4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))))
}

impl Net {
    /// Whether the address lies in it.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let same = |net: u128, address: u128, width: u8| {
            let rest = u32::from(width - self.bits.min(width));
            net.checked_shr(rest).unwrap_or(0) == address.checked_shr(rest).unwrap_or(0)
        };
        match (self.address, address) {
            (IpAddr::V4(net), IpAddr::V4(address)) => same(u32::from(net).into(), u32::from(address).into(), 32),
            (IpAddr::V6(net), IpAddr::V6(address)) => same(net.into(), address.into(), 128),
            _ => false,
        }
    }
}

impl FromStr for Net {
    type Err = BadNet;

    fn from_str(text: &str) -> Result<Self, BadNet> {
        let bad = || BadNet(text.to_owned());
        let (address, bits) = text.trim().split_once('/').ok_or_else(bad)?;
        let (address, bits): (IpAddr, u8) = (address.parse().map_err(|_| bad())?, bits.parse().map_err(|_| bad())?);
        let width = if address.is_ipv4() { 32 } else { 128 };
        if bits > width { Err(bad()) } else { Ok(Self { address, bits }) }
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(guard: &Guard, address: &str) -> Result<(), Refused> {
        guard.check(address.parse().unwrap())
    }

    #[test]
    fn addresses_that_are_not_public_are_refused_by_their_kind() {
        let kinds = [
            ("an unspecified address", &["0.0.0.0", "0.1.2.3", "::"][..]),
            ("a loopback address", &["127.0.0.1", "127.255.255.254", "::7f00:1"]),
            ("a private address", &["10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"]),
            ("an address inside a provider's network", &["100.64.0.1", "100.127.255.255"]),
            ("a link-local address", &["169.254.169.254", "fe80::1", "febf::1"]),
            ("an address for protocols", &["192.0.0.1", "2001::1", "2001:1ff:ffff::1"]),
            ("an address for documentation", &["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"]),
            ("an address of a 6to4 relay", &["192.88.99.1"]),
            ("an address for benchmarks", &["198.18.0.1", "198.19.255.255"]),
            ("a multicast address", &["224.0.0.1", "239.255.255.255", "ff02::1"]),
            ("a reserved address", &["240.0.0.1", "255.255.255.255"]),
            ("a unique-local address", &["fc00::1", "fd12:3456::1", "fdff::1"]),
            ("a site-local address", &["fec0::1"]),
            ("an address of a local translator", &["64:ff9b:1::a00:1"]),
            ("a discard address", &["100::1"]),
            ("an address for segment routing", &["5f00::1"]),
            ("not a public address", &["4000::1", "1::1", "64:ff9b:2::1"]),
        ];
        for (kind, addresses) in kinds {
            for address in addresses {
                assert_eq!(check(&Guard::public(), address).map_err(|refused| refused.what), Err(kind), "{address}");
            }
        }
    }

    #[test]
    fn addresses_beside_those_are_public() {
        let public = [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.0.1",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2a00::1",
            "3ffe::1",
        ];
        for address in public {
            assert_eq!(check(&Guard::public(), address), Ok(()), "{address}");
        }
    }

    /// Mapped, compatible, translated (RFC 6145), NAT64 and 6to4.
    #[test]
    fn an_ipv4_address_inside_an_ipv6_address_is_judged_as_itself() {
        let forms = |high: &str, low: &str| {
            [
                format!("::ffff:{high}:{low}"),
                format!("::{high}:{low}"),
                format!("::ffff:0:{high}:{low}"),
                format!("64:ff9b::{high}:{low}"),
                format!("2002:{high}:{low}::1"),
            ]
        };
        for (high, low, public) in [("7f00", "1", false), ("a00", "1", false), ("a9fe", "a9fe", false), ("808", "808", true)] {
            for address in forms(high, low) {
                assert_eq!(check(&Guard::public(), &address).is_ok(), public, "{address}");
            }
        }
        assert!(check(&Guard::public(), "::1").is_err());
    }

    #[test]
    fn what_the_operator_allows_may_be_reached_and_nothing_beside_it() {
        let guard = Guard::allowing(["10.1.0.0/16", "fd00:1::/32", "192.168.7.9/32"].map(|net| net.parse().unwrap()).to_vec());
        for address in ["10.1.0.1", "10.1.255.255", "fd00:1::5", "192.168.7.9", "::ffff:10.1.0.1", "8.8.8.8"] {
            assert_eq!(check(&guard, address), Ok(()), "{address}");
        }
        for address in ["10.2.0.1", "10.0.255.255", "fd00:2::5", "192.168.7.8", "127.0.0.1"] {
            assert!(check(&guard, address).is_err(), "{address}");
        }
        let all = Guard::allowing(vec!["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()]);
        assert!(check(&all, "127.0.0.1").is_ok() && check(&all, "::1").is_ok());
    }

    #[test]
    fn a_network_is_an_address_and_a_number_of_bits() {
        for text in ["10.0.0.0/8", "fd00::/8", "0.0.0.0/0", "::1/128", "1.2.3.4/32"] {
            assert_eq!(text.parse::<Net>().unwrap().to_string(), text);
        }
        for text in ["", "10.0.0.0", "10.0.0.0/33", "::/129", "10/8", "acme.example/8", "10.0.0.0/-1", "10.0.0.0/8/8"] {
            assert!(text.parse::<Net>().is_err(), "{text}");
        }
    }

    #[tokio::test]
    async fn a_name_leads_to_what_may_be_reached_only() {
        assert!(matches!(Guard::public().resolve("localhost", 80).await, Err(Unresolved::Refused(_))));
        let guard = Guard::allowing(vec!["127.0.0.0/8".parse().unwrap()]);
        let found = guard.resolve("localhost", 80).await.unwrap();
        assert!(found.iter().all(|address| address.to_string() == "127.0.0.1:80"), "{found:?}");
    }
}
