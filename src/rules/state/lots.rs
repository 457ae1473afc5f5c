//! A member's open lots. They make up most of a member, and most commands only
//! add one, so they stay encoded until one of them is asked for: they then take
//! a third of the memory, and loading and packing a member copies their bytes.

use super::Lot;
use bincode::config::Configuration;
use bincode::de::{Decode, Decoder};
use bincode::enc::{Encode, Encoder};
use bincode::error::{DecodeError, EncodeError};
use std::ops::Deref;
use std::sync::OnceLock;

/// Bytes for which a list has room to grow: one more lot, as most are.
const ROOM: usize = 48;

/// Lots in the order of their ids.
#[derive(Clone, Default)]
pub struct Lots {
    /// Number of the encoded lots; 0 once the decoded ones have changed.
    count: u64,
    /// The lots, encoded one after another.
    bytes: Vec<u8>,
    /// All lots, once one of them was asked for.
    decoded: OnceLock<Vec<Lot>>,
}

fn config() -> Configuration {
    bincode::config::standard()
}

fn append(bytes: &mut Vec<u8>, lot: &Lot) {
    bincode::encode_into_std_write(lot, bytes, config())
        .expect("a lot is plain data, which always encodes");
}

impl Lots {
    /// Appends a lot, whose id is greater than those of the others.
    pub(in crate::rules) fn push(&mut self, lot: Lot) {
        match self.decoded.get() {
            Some(_) => self.to_mut().push(lot),
            None => {
                if self.bytes.capacity() - self.bytes.len() < ROOM {
                    self.bytes.reserve_exact(2 * ROOM);
                }
                append(&mut self.bytes, &lot);
                self.count += 1;
            }
        }
    }

    /// The lots, for changing them.
    pub(in crate::rules) fn to_mut(&mut self) -> &mut Vec<Lot> {
        if self.decoded.get().is_none() {
            self.decoded = self.decode().unwrap_or_default().into();
        }
        (self.count, self.bytes) = (0, Vec::new());
        self.decoded.get_mut().expect("it was just decoded")
    }

    /// Reads all of them; None if they are damaged.
    fn decode(&self) -> Option<Vec<Lot>> {
        let mut lots = Vec::new();
        let mut rest = &self.bytes[..];
        while !rest.is_empty() {
            let (lot, len) = bincode::decode_from_slice(rest, config()).ok()?;
            lots.push(lot);
            rest = &rest[len..];
        }
        (lots.len() as u64 == self.count).then_some(lots)
    }

    /// True if they can be read, which those of bytes from a file need not be;
    /// otherwise there are none.
    pub fn are_sound(&self) -> bool {
        self.decoded.get().is_some() || self.decode().is_some()
    }

    /// The decoded lots, unless the encoded ones are as good.
    fn changed(&self) -> Option<&Vec<Lot>> {
        self.decoded.get().filter(|_| self.count == 0)
    }

    /// Drops what was decoded for a reader, where the encoded lots are as good.
    pub fn forget_decoded(&mut self) {
        if self.is_decoded_beside() {
            self.decoded = OnceLock::new();
        }
    }

    /// True if they are in memory twice, encoded and decoded.
    pub fn is_decoded_beside(&self) -> bool {
        self.count > 0 && self.decoded.get().is_some()
    }

    /// Bytes of memory that they take, but for what is decoded for a reader. Complexity:
    /// constant.
    pub(super) fn memory_len(&self) -> usize {
        let changed = self.changed().map_or(0, Vec::capacity);
        self.bytes.capacity() + changed * size_of::<Lot>()
    }

    /// Touches what another lot is appended to; see [`crate::rules::prefetch()`].
    pub(in crate::rules) fn touch(&self) -> bool {
        match self.decoded.get() {
            Some(lots) => lots.last().is_some_and(|lot| lot.held.is_positive()),
            None => self.bytes.last().is_some_and(|byte| *byte > 0),
        }
    }
}

impl Deref for Lots {
    type Target = [Lot];

    fn deref(&self) -> &[Lot] {
        match self.decoded.get() {
            Some(lots) => lots,
            None if self.count == 0 => &[],
            None => self
                .decoded
                .get_or_init(|| self.decode().unwrap_or_default()),
        }
    }
}

impl<'a> IntoIterator for &'a Lots {
    type Item = &'a Lot;
    type IntoIter = std::slice::Iter<'a, Lot>;

    fn into_iter(self) -> std::slice::Iter<'a, Lot> {
        self.iter()
    }
}

impl FromIterator<Lot> for Lots {
    fn from_iter<T: IntoIterator<Item = Lot>>(lots: T) -> Lots {
        Lots {
            decoded: OnceLock::from(Vec::from_iter(lots)),
            ..Lots::default()
        }
    }
}

impl PartialEq for Lots {
    fn eq(&self, other: &Lots) -> bool {
        **self == **other
    }
}

impl Eq for Lots {}

impl std::fmt::Debug for Lots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Their number, the length of their bytes, and the bytes.
impl Encode for Lots {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        let Some(lots) = self.changed() else {
            self.count.encode(encoder)?;
            return self.bytes.encode(encoder);
        };
        let mut bytes = Vec::new();
        lots.iter().for_each(|lot| append(&mut bytes, lot));
        (lots.len() as u64).encode(encoder)?;
        bytes.encode(encoder)
    }
}

impl<Context> Decode<Context> for Lots {
    fn decode<D: Decoder<Context = Context>>(decoder: &mut D) -> Result<Lots, DecodeError> {
        let count = Decode::decode(decoder)?;
        let mut bytes: Vec<u8> = Decode::decode(decoder)?;
        if count > 0 {
            bytes.reserve_exact(ROOM);
        }
        Ok(Lots {
            count,
            bytes,
            decoded: OnceLock::new(),
        })
    }
}

bincode::impl_borrow_decode!(Lots);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use crate::model::{Instant, LotId, Points, Terms};

    fn lot(seq: u64, random: &mut Dice) -> Lot {
        let points = |random: &mut Dice| Points(random.upto(1 << 40) >> random.below(40));
        let at = |random: &mut Dice| Instant(random.upto(i64::MAX - 1));
        Lot {
            id: LotId { seq, n: 3 },
            unit: 2,
            remaining: points(random),
            held: points(random),
            earned: at(random),
            terms: Terms {
                available: random.is_one_in(4).then(|| at(random)),
                expires: random.is_one_in(2).then(|| at(random)),
                keep: 5_000,
            },
            campaign: 300,
            code: random.is_one_in(5).then(|| Box::new([7; 32])),
        }
    }

    fn bytes(lots: &Lots) -> Vec<u8> {
        bincode::encode_to_vec(lots, config()).unwrap()
    }

    fn packed(lots: &Lots) -> Lots {
        let bytes = bytes(lots);
        let (lots, len) = bincode::decode_from_slice(&bytes, config()).unwrap();
        assert_eq!(len, bytes.len());
        lots
    }

    /// Whatever was done in between, lots are those of a plain list, and so are
    /// their bytes.
    #[test]
    fn lots_are_a_list_encoded_or_not() {
        for seed in 0..60 {
            let (mut random, mut plain) = (Dice::new(seed), Vec::new());
            let mut lots = Lots::default();
            for seq in 0..80 {
                match random.below(6) {
                    0 => lots = packed(&lots),
                    1 => assert_eq!(lots.get(3), plain.get(3), "seed {seed}"),
                    2 if !plain.is_empty() => {
                        let at = random.below(plain.len());
                        plain[at].remaining = Points(seq as i64);
                        lots.to_mut()[at].remaining = Points(seq as i64);
                    }
                    3 => {
                        let least = Points(random.upto(1 << 20));
                        plain.retain(|lot: &Lot| lot.remaining > least);
                        lots.to_mut().retain(|lot| lot.remaining > least);
                    }
                    _ => {
                        let new = lot(seq, &mut random);
                        plain.push(new.clone());
                        lots.push(new);
                    }
                }
                let whole: Lots = plain.iter().cloned().collect();
                assert_eq!(bytes(&lots), bytes(&whole), "seed {seed}");
                assert_eq!(*packed(&lots), plain, "seed {seed}");
            }
            assert_eq!(*lots, plain, "seed {seed}");
        }
    }

    #[test]
    fn bytes_of_lots_that_cannot_be_read_are_told() {
        let mut random = Dice::new(1);
        let mut lots = Lots::default();
        (0..3).for_each(|seq| lots.push(lot(seq, &mut random)));
        assert!(packed(&lots).are_sound());
        let mut cut = packed(&lots);
        cut.bytes.pop();
        let mut fewer = packed(&lots);
        fewer.count -= 1;
        assert!(!cut.are_sound() && !fewer.are_sound());
    }
}
