//! Addresses that a webhook may lead to. Checked when a connection is made and not only
//! when the webhook is: a name can come to mean another address at any time.

use serde::{Deserialize, Serialize};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Addresses that a webhook may connect to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Those of the internet.
    #[default]
    Public,
    /// Those of this machine.
    ThisMachine,
    /// Those of this machine and of private networks too.
    Private,
}

/// Kinds of addresses, by the registries of special addresses (IANA; RFC 6890).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Range {
    Public,
    Loopback,
    Private,
    /// Nobody's, a group's, the link's, or one at which clouds give out their keys.
    Unusable,
}

impl Reach {
    /// Checks an address.
    ///
    /// # Errors
    /// The reason why the webhook may not connect to it.
    pub(super) fn check(self, ip: IpAddr) -> Result<(), String> {
        let range = range_of(ip);
        let is_allowed = match self {
            Reach::Public => range == Range::Public,
            Reach::ThisMachine => range == Range::Loopback,
            Reach::Private => range != Range::Unusable,
        };
        let kind = match range {
            _ if is_allowed => return Ok(()),
            Range::Public => "not of this machine",
            Range::Loopback => {
                "of this machine: `webhook add --allow-private` makes one that goes there"
            }
            Range::Private => {
                "of a private network: `webhook add --allow-private` makes one that goes there"
            }
            Range::Unusable => "reserved: no webhook goes there",
        };
        Err(format!("the address {ip} is {kind}"))
    }
}

fn range_of(ip: IpAddr) -> Range {
    match ip {
        IpAddr::V4(ip) => range_of_v4(ip),
        IpAddr::V6(ip) => match embedded(ip) {
            Some(inner) => range_of_v4(inner),
            None => range_of_v6(ip),
        },
    }
}

fn range_of_v4(ip: Ipv4Addr) -> Range {
    match ip.octets() {
        [127, ..] => Range::Loopback,
        // Where Alibaba Cloud gives out keys, within the range of carriers.
        [100, 100, 100, 200] => Range::Unusable,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Range::Private,
        [0, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [224..=255, ..] => Range::Unusable,
        _ => Range::Public,
    }
}

fn range_of_v6(ip: Ipv6Addr) -> Range {
    if ip.is_loopback() {
        return Range::Loopback;
    }
    match ip.segments() {
        // Where Amazon's cloud gives out keys.
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] => Range::Unusable,
        [0xfc00..=0xfdff, ..] => Range::Private,
        // Only these are given out; of them Teredo, benchmarks, documents are not.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Range::Unusable,
        [0x2000..=0x3fff, ..] => Range::Public,
        _ => Range::Unusable,
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, translated
/// (RFC 6052) or 6to4.
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let inner = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(inner(high, low))
        }
        [0x2002, high, low, ..] => Some(inner(high, low)),
        _ => None,
    }
}

/// Resolver whose addresses are checked: the connection is made to what it returns, so
/// the name is looked up once.
#[derive(Debug)]
pub(super) struct CheckedResolver<R = DefaultResolver> {
    reach: Reach,
    names: R,
}

impl<R> CheckedResolver<R> {
    pub(super) fn new(reach: Reach, names: R) -> CheckedResolver<R> {
        CheckedResolver { reach, names }
    }
}

impl<R: Resolver> Resolver for CheckedResolver<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.names.resolve(uri, config, timeout)?;
        // One address that is not allowed shows what the name is for.
        for addr in &found[..] {
            let checked = self.reach.check(addr.ip());
            checked.map_err(|why| io::Error::new(io::ErrorKind::PermissionDenied, why))?;
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_connected_to_unless_more_is_allowed() {
        let public = [true, false, true];
        let loopback = [false, true, true];
        let private = [false, false, true];
        let never = [false; 3];
        for (ip, allowed) in [
            ("93.184.216.34", public),
            ("172.15.0.1", public),
            ("172.32.0.1", public),
            ("100.63.255.255", public),
            ("2606:2800:220:1::1", public),
            ("::ffff:93.184.216.34", public),
            ("64:ff9b::5db8:d822", public),
            ("2002:5db8:d822::1", public),
            ("127.0.0.1", loopback),
            ("127.255.255.255", loopback),
            ("::1", loopback),
            ("::ffff:127.0.0.1", loopback),
            ("::127.0.0.1", loopback),
            ("64:ff9b::7f00:1", loopback),
            ("2002:7f00:1::1", loopback),
            ("10.1.2.3", private),
            ("172.16.0.1", private),
            ("172.31.255.255", private),
            ("192.168.0.1", private),
            ("100.64.0.1", private),
            ("fd12::1", private),
            ("::ffff:10.0.0.1", private),
            ("0.0.0.0", never),
            ("0.1.2.3", never),
            ("169.254.169.254", never),
            ("::ffff:169.254.169.254", never),
            ("100.100.100.200", never),
            ("fd00:ec2::254", never),
            ("fe80::1", never),
            ("fec0::1", never),
            ("ff02::1", never),
            ("::", never),
            ("224.0.0.1", never),
            ("255.255.255.255", never),
            ("240.0.0.1", never),
            ("192.0.2.1", never),
            ("198.18.0.1", never),
            ("203.0.113.9", never),
            ("2001:db8::1", never),
            ("2001::1", never),
            ("100::1", never),
        ] {
            let parsed: IpAddr = ip.parse().unwrap();
            let told = [Reach::Public, Reach::ThisMachine, Reach::Private]
                .map(|reach| reach.check(parsed).is_ok());
            assert_eq!(told, allowed, "{ip}");
        }
    }
}
