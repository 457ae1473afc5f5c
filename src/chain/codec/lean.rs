//! Reading an entry without what folding does not look at: the lines, tenders
//! and codes of a purchase and the facts it was decided from are checked as
//! everything else is, and passed over. Half of a verifier's time would go into
//! texts that it throws away unread.

use super::strict::Strict;
use super::{CodecError, Config, body, config, told};
use crate::model::{Act, Charge, Discount, Entry, Line, Money, Purchase, Qty, Tender, Value};
use bincode::Decode;
use bincode::de::read::Reader;
use bincode::de::{Decoder, DecoderImpl};
use bincode::error::DecodeError;

/// The tag of [`Act::Purchase`], which is its own byte.
const PURCHASE_TAG: u8 = 6;

/// Takes exactly the bytes that [`super::decode`] takes. The entry it gives
/// lacks `given`, `given_review`, and of a purchase lines, charges, discounts,
/// tenders and codes.
///
/// # Errors
/// Those of [`super::decode`].
pub fn decode_to_fold(bytes: &[u8]) -> Result<Entry, CodecError> {
    let mut reader = Strict::new(body(bytes)?);
    let mut source = Source(DecoderImpl::new(&mut reader, config(), ()));
    let entry = source.entry().map_err(told)?;
    match reader.is_canonical() {
        true => Ok(entry),
        false => Err(CodecError::NotCanonical),
    }
}

struct Source<'r, 'a>(DecoderImpl<&'r mut Strict<'a>, Config, ()>);

impl Source<'_, '_> {
    fn read<T: Decode<()>>(&mut self) -> Result<T, DecodeError> {
        T::decode(&mut self.0)
    }

    /// In the order of the entry's fields, which is that of its bytes.
    fn entry(&mut self) -> Result<Entry, DecodeError> {
        Ok(Entry {
            seq: self.read()?,
            head: self.read()?,
            touched: self.read()?,
            act: self.act()?,
            given: self.pass_list::<Value>()?,
            given_review: self.pass_list::<Value>()?,
            effects: self.read()?,
            after: self.read()?,
            outstanding: self.read()?,
        })
    }

    fn act(&mut self) -> Result<Act, DecodeError> {
        match self.0.reader().peek_read(1) {
            Some([PURCHASE_TAG]) => {
                // As an enum's tag is read: it counts among the bytes claimed.
                u32::decode(&mut self.0)?;
                Ok(Act::Purchase(Box::new(self.purchase()?)))
            }
            _ => self.read(),
        }
    }

    fn purchase(&mut self) -> Result<Purchase, DecodeError> {
        Ok(Purchase {
            total: self.read()?,
            lines: self.pass_lines()?,
            charges: self.pass_list::<Charge>()?,
            discounts: self.pass_list::<Discount>()?,
            tenders: self.pass_list::<Tender>()?,
            by: self.read()?,
            receipt: self.read()?,
            order: self.read()?,
            codes: self.pass_list::<String>()?,
            claim: self.read()?,
        })
    }

    /// How many elements follow; as much memory is claimed for them as if they were kept.
    fn len<T>(&mut self) -> Result<usize, DecodeError> {
        let len: u64 = self.read()?;
        let len = usize::try_from(len).map_err(|_| DecodeError::OutsideUsizeRange(len))?;
        self.0.claim_container_read::<T>(len)?;
        Ok(len)
    }

    fn pass_list<T: Decode<()>>(&mut self) -> Result<Vec<T>, DecodeError> {
        for _ in 0..self.len::<T>()? {
            self.0.unclaim_bytes_read(size_of::<T>());
            drop(self.read::<T>()?);
        }
        Ok(Vec::new())
    }

    fn pass_lines(&mut self) -> Result<Vec<Line>, DecodeError> {
        for _ in 0..self.len::<Line>()? {
            self.0.unclaim_bytes_read(size_of::<Line>());
            self.pass_text()?;
            self.pass_text()?;
            self.pass_list::<String>()?;
            self.read::<Qty>()?;
            self.read::<Money>()?;
        }
        Ok(Vec::new())
    }

    fn pass_text(&mut self) -> Result<(), DecodeError> {
        let len = self.len::<u8>()?;
        let bytes = self.0.reader().take(len)?;
        let text = std::str::from_utf8(bytes).map(drop);
        text.map_err(|inner| DecodeError::Utf8 { inner })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::codec::{decode, encode};

    /// What folding looks at of an entry.
    fn folded(mut entry: Entry) -> Entry {
        entry.given.clear();
        entry.given_review.clear();
        if let Act::Purchase(purchase) = &mut entry.act {
            purchase.lines.clear();
            purchase.charges.clear();
            purchase.discounts.clear();
            purchase.tenders.clear();
            purchase.codes.clear();
        }
        entry
    }

    fn agree(bytes: &[u8], what: &str) {
        assert_eq!(decode_to_fold(bytes), decode(bytes).map(folded), "{what}");
    }

    fn golden() -> impl Iterator<Item = (&'static str, Vec<u8>)> {
        let lines = include_str!("../../../tests/golden/entries.txt").lines();
        let kept = lines.filter(|l| !l.is_empty() && !l.starts_with('#'));
        let rows: Vec<&str> = kept.collect();
        let hex = |t: &&str| data_encoding::HEXLOWER.decode(t.as_bytes()).ok();
        let pairs: Vec<_> = rows
            .windows(2)
            .filter_map(|two| hex(&two[1]).map(|bytes| (two[0], bytes)))
            .collect();
        assert!(pairs.len() > 30, "{}", pairs.len());
        pairs.into_iter()
    }

    #[test]
    fn it_takes_what_the_whole_reader_takes_and_nothing_else() {
        for (name, bytes) in golden() {
            agree(&bytes, name);
            for at in 0..bytes.len() {
                for byte in [0, 1, 6, 34, 250, 251, 252, 253, 254, 255, bytes[at] ^ 0x40] {
                    let mut changed = bytes.clone();
                    changed[at] = byte;
                    agree(&changed, &format!("{name}, byte {at} is {byte}"));
                }
                agree(&bytes[..at], &format!("{name} cut to {at}"));
                let longer = [&bytes[..at], &[251, 1, 0], &bytes[at..]].concat();
                agree(&longer, &format!("{name} with more at {at}"));
            }
        }
    }

    #[test]
    fn what_is_read_is_what_would_be_written() {
        for (name, bytes) in golden() {
            for at in 0..bytes.len() {
                for byte in [0, 1, 251, 252, 253, 254, 255, bytes[at] ^ 1] {
                    let mut changed = bytes.clone();
                    changed[at] = byte;
                    if let Ok(entry) = decode(&changed) {
                        assert_eq!(encode(&entry), Ok(changed), "{name}, byte {at} is {byte}");
                    }
                }
            }
        }
    }
}
