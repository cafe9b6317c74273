//! What an address belongs to. Source: the IANA special-purpose address registries, read 2026-08.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Who can be behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// Anyone on the internet.
    Public,
    /// 198.18.0.0/15: made for benchmarks, and what transparent proxies answer for every name ("fake IP").
    Stand,
    /// This machine.
    Loopback,
    /// A private network, carrier-grade NAT included.
    Private,
    /// Nobody whom a file could come from: metadata services, link-local, multicast, documentation, reserved ranges,
    /// and IPv6 spellings of IPv4 addresses.
    Forbidden,
}

/// Azure's metadata and control address, the only such service outside the special ranges.
const AZURE_WIRE_SERVER: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);
/// Alibaba Cloud's metadata address, within the carrier-grade range.
const ALIBABA_METADATA: Ipv4Addr = Ipv4Addr::new(100, 100, 100, 200);
/// Amazon's metadata address for IPv6, within the unique-local range.
const AMAZON_METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

impl Zone {
    pub(crate) fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        if address == AZURE_WIRE_SERVER || address == ALIBABA_METADATA {
            return Self::Forbidden;
        }
        match address.octets() {
            [127, ..] => Self::Loopback,
            [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Self::Private,
            [198, 18..=19, ..] => Self::Stand,
            // This network, link-local with the metadata services, protocol assignments, documentation, 6to4 relays,
            // multicast and reserved.
            [0 | 224..=255, ..]
            | [169, 254, ..]
            | [192, 0, 0 | 2, _]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            | [192, 88, 99, _] => Self::Forbidden,
            _ => Self::Public,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        if address == Ipv6Addr::LOCALHOST {
            return Self::Loopback;
        }
        if address == AMAZON_METADATA {
            return Self::Forbidden;
        }
        match address.segments() {
            // NAT64: what a network without IPv4 answers for names that have only IPv4; as good as the address inside.
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                let [a, b] = high.to_be_bytes();
                let [c, d] = low.to_be_bytes();
                match Self::of_v4(Ipv4Addr::new(a, b, c, d)) {
                    Self::Public => Self::Public,
                    _ => Self::Forbidden,
                }
            }
            [0xfc00..=0xfdff, ..] => Self::Private,
            // Protocol assignments with Teredo, documentation, 6to4.
            [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => Self::Forbidden,
            [0x2000..=0x3fff, ..] => Self::Public,
            // Unspecified, v4-mapped and -compatible, local NAT64, link-local, site-local, multicast, unassigned.
            _ => Self::Forbidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(address: &str) -> Zone {
        Zone::of(address.parse().unwrap())
    }

    #[test]
    fn the_internet_is_public() {
        for address in ["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.0.1.1", "223.5.5.5"] {
            assert_eq!(zone(address), Zone::Public, "{address}");
        }
        for address in ["2606:4700::1111", "2400:3200::1", "64:ff9b::808:808"] {
            assert_eq!(zone(address), Zone::Public, "{address}");
        }
    }

    #[test]
    fn this_machine_and_private_networks_are_told_apart() {
        for address in ["127.0.0.1", "127.255.255.254", "::1"] {
            assert_eq!(zone(address), Zone::Loopback, "{address}");
        }
        for address in ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.0.1"] {
            assert_eq!(zone(address), Zone::Private, "{address}");
        }
        for address in ["fc00::1", "fd12:3456::1"] {
            assert_eq!(zone(address), Zone::Private, "{address}");
        }
        assert_eq!(zone("198.18.0.7"), Zone::Stand);
    }

    #[test]
    fn nobody_fetches_from_the_rest() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.0.1",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "192.0.2.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
        ] {
            assert_eq!(zone(address), Zone::Forbidden, "{address}");
        }
        for address in [
            "::",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fd00:ec2::254",
        ] {
            assert_eq!(zone(address), Zone::Forbidden, "{address}");
        }
    }
}
