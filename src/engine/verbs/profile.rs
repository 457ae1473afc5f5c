//! Profiles: personal data, sealed in the journal, readable only while the
//! vault holds the member's key.

use crate::model::{Day, MemberId, MonthDay, Sealed};
use crate::storage::vault::{Secret, seal, unseal};
use bincode::{Decode, Encode};
use zeroize::Zeroizing;

/// Check value of an alias key, which binds the key to its ledger: the first 16
/// bytes of BLAKE3 `derive_key("stampbook 2026-11 alias key v1", key)`.
pub fn alias_check(alias_key: &[u8; 32]) -> [u8; 16] {
    let hash = blake3::derive_key("stampbook 2026-11 alias key v1", alias_key);
    let mut check = [0; 16];
    check.copy_from_slice(&hash[..16]);
    check
}

/// A person's name, birthday and aliases.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Profile {
    /// The name; empty if not stated.
    pub name: String,
    /// The birthday, if stated.
    pub birthday: Option<MonthDay>,
    /// Aliases, as `scheme:value`.
    pub aliases: Vec<String>,
    /// Attributes: id, value, and the day on which each was stated.
    pub attributes: Vec<(String, String, Day)>,
    /// Day on which the birthday was changed, if it was: it can be changed only once.
    pub birthday_changed: Option<Day>,
}

/// Layout of a profile before attributes existed.
#[derive(Decode)]
struct ProfileBefore {
    name: String,
    birthday: Option<MonthDay>,
    aliases: Vec<String>,
}

impl From<ProfileBefore> for Profile {
    fn from(before: ProfileBefore) -> Profile {
        Profile {
            name: before.name,
            birthday: before.birthday,
            aliases: before.aliases,
            ..Profile::default()
        }
    }
}

impl Profile {
    /// True if it is empty.
    pub fn is_empty(&self) -> bool {
        *self == Profile::default()
    }

    /// Seals the profile for a member.
    pub fn seal(&self, key: &Secret, member: MemberId, nonce: [u8; 24]) -> Sealed {
        let plain = bincode::encode_to_vec(self, bincode::config::standard())
            .expect("a profile is plain data, which always encodes");
        seal_for(member, key, &plain, nonce)
    }

    /// Opens a sealed profile; None if the key is wrong.
    pub fn open(sealed: &Sealed, key: &Secret, member: MemberId) -> Option<Profile> {
        let plain = open_for(member, key, sealed)?;
        let config = bincode::config::standard().with_limit::<65536>();
        let is_whole = |len: usize| len == plain.len();
        let today = bincode::decode_from_slice::<Profile, _>(&plain, config).ok();
        let before = || bincode::decode_from_slice::<ProfileBefore, _>(&plain, config).ok();
        let today = today.filter(|found| is_whole(found.1)).map(|found| found.0);
        today.or_else(|| {
            let before = before().filter(|found| is_whole(found.1));
            before.map(|found| found.0.into())
        })
    }
}

/// Seals plaintext for a member, who is bound in.
pub(in crate::engine) fn seal_for(
    member: MemberId,
    key: &Secret,
    plain: &[u8],
    nonce: [u8; 24],
) -> Sealed {
    let sealed = seal(key, &member.0, plain, &nonce);
    // The entry keeps the nonce in a field of its own.
    Sealed {
        nonce,
        bytes: sealed[nonce.len()..].to_vec(),
    }
}

/// Opens what was sealed for a member; None if the key is wrong.
pub(in crate::engine) fn open_for(
    member: MemberId,
    key: &Secret,
    sealed: &Sealed,
) -> Option<Zeroizing<Vec<u8>>> {
    let whole = [&sealed.nonce[..], &sealed.bytes].concat();
    unseal(key, &member.0, &whole)
}

/// Hash under which an alias is looked up: keyed with a secret, since a plain
/// hash of a telephone number is found by trying all numbers.
pub fn text_hash(key: &Secret, alias: &str) -> [u8; 16] {
    let hash = blake3::keyed_hash(key, alias.as_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&hash.as_bytes()[..16]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: MemberId = MemberId([3; 16]);

    fn key() -> Secret {
        Zeroizing::new([9; 32])
    }

    fn sealed(plain: &[u8]) -> Sealed {
        let bytes = seal(&key(), &WHO.0, plain, &[1; 24]);
        Sealed {
            nonce: [1; 24],
            bytes: bytes[24..].to_vec(),
        }
    }

    fn before() -> Vec<u8> {
        let birthday = Some(MonthDay { month: 2, day: 29 });
        let fields = ("Ann".to_owned(), birthday, vec!["card:1".to_owned()]);
        bincode::encode_to_vec(fields, bincode::config::standard()).unwrap()
    }

    #[test]
    fn a_profile_from_before_attributes_opens_without_any() {
        let opened = Profile::open(&sealed(&before()), &key(), WHO).unwrap();
        let expected = Profile {
            name: "Ann".into(),
            birthday: Some(MonthDay { month: 2, day: 29 }),
            aliases: vec!["card:1".into()],
            ..Profile::default()
        };
        assert_eq!(opened, expected);
        // Sealed again it has the present layout and the same content.
        let again = opened.seal(&key(), WHO, [2; 24]);
        assert_eq!(Profile::open(&again, &key(), WHO), Some(expected));
    }

    #[test]
    fn bytes_that_are_more_or_less_than_a_profile_are_none() {
        for odd in [[&before()[..], &[1, 2, 3]].concat(), before()[..4].to_vec()] {
            assert_eq!(Profile::open(&sealed(&odd), &key(), WHO), None, "{odd:?}");
        }
    }

    #[test]
    fn another_members_profile_or_key_opens_nothing() {
        let sealed = sealed(&before());
        let other = Zeroizing::new([8; 32]);
        assert_eq!(Profile::open(&sealed, &other, WHO), None);
        assert_eq!(Profile::open(&sealed, &key(), MemberId([4; 16])), None);
    }
}
