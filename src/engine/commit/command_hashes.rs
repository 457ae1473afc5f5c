//! Hashes of a command's key and of the alias it names, each computed once:
//! under load by another thread before the command's turn, and kept while the
//! command is decided.

use crate::command::{Request, Who};
use crate::engine::commit::entry_keys::key_hash_of;
use crate::engine::verbs::profile::text_hash;
use crate::storage::keys::KeyHash;
use crate::storage::vault::Secret;

/// Hashes by which a command's key and member are looked up.
#[derive(Clone, Copy)]
pub struct CommandHashes {
    pub(in crate::engine) alias: Option<[u8; 16]>,
    pub(in crate::engine) key: KeyHash,
}

/// Computes the hashes of commands, on any thread.
#[derive(Clone)]
pub struct CommandHasher {
    alias_key: Secret,
}

impl CommandHasher {
    pub(in crate::engine) fn new(alias_key: Secret) -> CommandHasher {
        CommandHasher { alias_key }
    }

    /// Computes the hashes of a command.
    pub fn hashes(&self, request: &Request) -> CommandHashes {
        let alias = match &request.member {
            Some(Who::Alias(alias)) => Some(text_hash(&self.alias_key, alias.as_str())),
            _ => None,
        };
        let key = key_hash_of("key", request.key.as_str());
        CommandHashes { alias, key }
    }
}

/// Last text hashed for a purpose, with its hash.
#[derive(Default)]
struct Last {
    text: String,
    hash: Option<[u8; 16]>,
}

impl Last {
    fn set(&mut self, text: &str, hash: [u8; 16]) {
        self.text.clear();
        self.text.push_str(text);
        self.hash = Some(hash);
    }

    fn get_or(&mut self, text: &str, compute: impl FnOnce() -> [u8; 16]) -> [u8; 16] {
        if let Some(hash) = self.hash.filter(|_| self.text == text) {
            return hash;
        }
        let hash = compute();
        self.set(text, hash);
        hash
    }
}

/// Hashes of the last key and of the last alias. They are found by their texts,
/// so a hash is never used for another text.
#[derive(Default)]
pub(in crate::engine) struct LastHashes {
    alias: Last,
    key: Last,
}

impl LastHashes {
    /// Hash under which an idempotency key is found.
    pub(in crate::engine) fn key(&mut self, key: &str) -> KeyHash {
        self.key.get_or(key, || key_hash_of("key", key))
    }

    /// Hash under which an alias is found.
    pub(in crate::engine) fn alias(&mut self, secret: &Secret, alias: &str) -> [u8; 16] {
        self.alias.get_or(alias, || text_hash(secret, alias))
    }

    /// Notes the hashes of the next command.
    pub(in crate::engine) fn note(&mut self, request: &Request, hashes: &CommandHashes) {
        self.key.set(request.key.as_str(), hashes.key);
        if let (Some(Who::Alias(alias)), Some(hash)) = (&request.member, hashes.alias) {
            self.alias.set(alias.as_str(), hash);
        }
    }
}
