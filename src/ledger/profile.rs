//! What is known of a person: sealed in the journal, open only while the vault
//! holds the member's key.

use super::wire::Alias;
use crate::model::{Day, MemberId, MonthDay, Sealed};
use crate::store::vault::{Secret, seal, unseal};
use bincode::{Decode, Encode};

/// A person's name, birthday and aliases.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Profile {
    /// The name; empty if not said.
    pub name: String,
    /// The birthday, if said.
    pub birthday: Option<MonthDay>,
    /// What they are known by, as `scheme:value`.
    pub aliases: Vec<String>,
    /// The attributes: id, value, and the day each was told.
    pub attributes: Vec<(String, String, Day)>,
    /// The day on which the birthday was changed, if it was: that is possible once.
    pub birthday_changed: Option<Day>,
}

/// A profile as it was sealed before attributes were kept.
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
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Profile::default()
    }

    /// Seals the profile for a member.
    pub fn seal(&self, key: &Secret, member: MemberId, nonce: [u8; 24]) -> Sealed {
        let plain = bincode::encode_to_vec(self, bincode::config::standard())
            .expect("a profile is plain data, which always encodes");
        let sealed = seal(key, &member.0, &plain, &nonce);
        // The entry keeps the nonce in a field of its own.
        Sealed {
            nonce,
            bytes: sealed[nonce.len()..].to_vec(),
        }
    }

    /// Opens a sealed profile; None if the key is not the one.
    pub fn open(sealed: &Sealed, key: &Secret, member: MemberId) -> Option<Profile> {
        let whole = [&sealed.nonce[..], &sealed.bytes].concat();
        let plain = unseal(key, &member.0, &whole)?;
        let config = bincode::config::standard().with_limit::<65536>();
        let whole = bincode::decode_from_slice(&plain, config).ok();
        let before = || bincode::decode_from_slice::<ProfileBefore, _>(&plain, config).ok();
        whole
            .map(|(profile, _)| profile)
            .or_else(|| before().map(|(profile, _)| profile.into()))
    }
}

/// The hash under which an alias is looked up: keyed with a secret, since the
/// hash of a telephone number alone is found by trying all numbers.
pub fn alias_hash(key: &Secret, alias: &Alias) -> [u8; 16] {
    text_hash(key, alias.as_str())
}

/// [`alias_hash`] of an alias as profiles keep it.
pub fn text_hash(key: &Secret, alias: &str) -> [u8; 16] {
    let hash = blake3::keyed_hash(key, alias.as_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&hash.as_bytes()[..16]);
    short
}
