//! Partial decoding of an entry for folding: the lines, tenders and codes of a
//! purchase, the texts of an award and the facts it was decided from are
//! checked like everything else, but not kept. Otherwise a verifier would spend
//! half its time on texts that it throws away unread, and most of the rest on
//! allocation; so an entry is read into the memory of one that is no longer
//! needed.

use super::strict::Strict;
use super::{CodecError, Config, body, config, told};
use crate::model::{
    Act, Charge, Discount, Effect, Entry, Head, Line, LineDetail, Money, Origin, Purchase, Qty,
    Tender, Value,
};
use bincode::Decode;
use bincode::de::read::Reader;
use bincode::de::{Decoder, DecoderImpl};
use bincode::error::DecodeError;

/// The tag of [`Act::Purchase`], which is its own byte.
const PURCHASE_TAG: u8 = 6;
/// The tag of [`Effect::Award`], likewise.
const AWARD_TAG: u8 = 0;

/// Accepts exactly the bytes that [`super::decode`] accepts, into the memory of
/// `entry`, whose old content is dropped. The result lacks `given`,
/// `given_review`, a purchase's lines, charges, discounts, tenders and codes,
/// and an award's `why`.
///
/// # Errors
/// Those of [`super::decode`]; the content of `entry` is then meaningless.
pub fn decode_to_fold(bytes: &[u8], entry: &mut Entry) -> Result<(), CodecError> {
    let mut reader = Strict::new(body(bytes)?);
    let mut source = Source(DecoderImpl::new(&mut reader, config(), ()));
    source.entry(entry).map_err(told)?;
    match reader.is_canonical() {
        true => Ok(()),
        false => Err(CodecError::NotCanonical),
    }
}

/// An empty entry to read the first one into.
pub fn blank() -> Entry {
    Entry {
        seq: 0,
        head: Head::default(),
        touched: Vec::new(),
        act: Act::Claim { of: 0 },
        given: Vec::new(),
        given_review: Vec::new(),
        effects: Vec::new(),
        after: Vec::new(),
        outstanding: Vec::new(),
    }
}

struct Source<'r, 'a>(DecoderImpl<&'r mut Strict<'a>, Config, ()>);

/// Result of reading a part.
type Done = Result<(), DecodeError>;

impl<'a> Source<'_, 'a> {
    fn read<T: Decode<()>>(&mut self) -> Result<T, DecodeError> {
        T::decode(&mut self.0)
    }

    /// Reads the entry's fields in their order, which is that of the bytes.
    fn entry(&mut self, entry: &mut Entry) -> Done {
        entry.seq = self.read()?;
        self.head(&mut entry.head)?;
        self.list(&mut entry.touched, Self::read)?;
        self.act(&mut entry.act)?;
        self.pass_list::<Value>()?;
        self.pass_list::<Value>()?;
        entry.given.clear();
        entry.given_review.clear();
        self.list(&mut entry.effects, Self::effect)?;
        self.list(&mut entry.after, Self::read)?;
        self.list(&mut entry.outstanding, Self::read)
    }

    fn head(&mut self, head: &mut Head) -> Done {
        head.effective = self.read()?;
        head.recorded_lag = self.read()?;
        head.occurred = self.read()?;
        head.day = self.read()?;
        self.origin(&mut head.origin)?;
        head.key.refill(self.text()?);
        head.bundle = self.read()?;
        Ok(())
    }

    fn origin(&mut self, origin: &mut Origin) -> Done {
        origin.channel = self.read()?;
        origin.place = self.read()?;
        self.text_into(&mut origin.terminal)?;
        origin.operator = self.read()?;
        origin.counter = self.read()?;
        origin.is_history = self.read()?;
        origin.approver = self.read()?;
        origin.allowance = self.read()?;
        Ok(())
    }

    fn act(&mut self, act: &mut Act) -> Done {
        if self.next_tag() != Some(PURCHASE_TAG) {
            *act = self.read()?;
            return Ok(());
        }
        self.tag()?;
        match act {
            Act::Purchase(purchase) => self.purchase(purchase),
            _ => {
                let mut purchase = Box::new(Purchase::default());
                self.purchase(&mut purchase)?;
                *act = Act::Purchase(purchase);
                Ok(())
            }
        }
    }

    /// Reads a purchase; lists that are skipped are left empty.
    fn purchase(&mut self, purchase: &mut Purchase) -> Done {
        purchase.total = self.read()?;
        self.pass_lines()?;
        self.pass_list::<Charge>()?;
        self.pass_list::<Discount>()?;
        self.pass_list::<Tender>()?;
        purchase.by = self.read()?;
        self.text_into(&mut purchase.receipt)?;
        self.text_into(&mut purchase.order)?;
        purchase.order_scope = self.read()?;
        self.pass_list::<String>()?;
        purchase.claim = self.read()?;
        purchase.book_if_short = self.read()?;
        purchase.foreign = self.read()?;
        Ok(())
    }

    fn effect(&mut self) -> Result<Effect, DecodeError> {
        if self.next_tag() != Some(AWARD_TAG) {
            return self.read();
        }
        self.tag()?;
        Ok(Effect::Award {
            who: self.read()?,
            unit: self.read()?,
            amount: self.read()?,
            fills: self.read()?,
            from: self.read()?,
            campaign: self.read()?,
            exact: self.read()?,
            line: self.read()?,
            terms: self.read()?,
            why: self.text().map(|_| String::new())?,
        })
    }

    /// Peeks at the next byte.
    fn next_tag(&mut self) -> Option<u8> {
        self.0.reader().peek_read(1).map(|next| next[0])
    }

    /// Skips an enum's tag, which counts among the bytes claimed.
    fn tag(&mut self) -> Done {
        u32::decode(&mut self.0).map(drop)
    }

    /// Number of elements that follow; as much memory is claimed for them as if
    /// they were kept.
    fn len<T>(&mut self) -> Result<usize, DecodeError> {
        let len: u64 = self.read()?;
        let len = usize::try_from(len).map_err(|_| DecodeError::OutsideUsizeRange(len))?;
        self.0.claim_container_read::<T>(len)?;
        Ok(len)
    }

    fn list<T>(
        &mut self,
        list: &mut Vec<T>,
        mut one: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Done {
        list.clear();
        let len = self.len::<T>()?;
        list.reserve(len);
        for _ in 0..len {
            self.0.unclaim_bytes_read(size_of::<T>());
            list.push(one(self)?);
        }
        Ok(())
    }

    fn pass_list<T: Decode<()>>(&mut self) -> Done {
        for _ in 0..self.len::<T>()? {
            self.0.unclaim_bytes_read(size_of::<T>());
            drop(self.read::<T>()?);
        }
        Ok(())
    }

    fn pass_lines(&mut self) -> Done {
        for _ in 0..self.len::<Line>()? {
            self.0.unclaim_bytes_read(size_of::<Line>());
            self.text()?;
            self.text()?;
            self.pass_list::<String>()?;
            self.read::<Qty>()?;
            self.read::<Money>()?;
            self.read::<Option<Box<LineDetail>>>()?;
        }
        Ok(())
    }

    fn text_into(&mut self, text: &mut String) -> Done {
        text.clear();
        text.push_str(self.text()?);
        Ok(())
    }

    fn text(&mut self) -> Result<&'a str, DecodeError> {
        let len = self.len::<u8>()?;
        let bytes = self.0.reader().take(len)?;
        std::str::from_utf8(bytes).map_err(|inner| DecodeError::Utf8 { inner })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::codec::{decode, encode};

    /// The part of an entry that folding needs.
    fn folded(mut entry: Entry) -> Entry {
        entry.given.clear();
        entry.given_review.clear();
        for effect in &mut entry.effects {
            if let Effect::Award { why, .. } = effect {
                why.clear();
            }
        }
        if let Act::Purchase(purchase) = &mut entry.act {
            purchase.lines.clear();
            purchase.charges.clear();
            purchase.discounts.clear();
            purchase.tenders.clear();
            purchase.codes.clear();
        }
        entry
    }

    fn agree(bytes: &[u8], used: &mut Entry, what: &str) {
        let read = decode_to_fold(bytes, used).map(|()| used.clone());
        assert_eq!(read, decode(bytes).map(folded), "{what}");
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
        // One entry for all: nothing of the one read before may be left in it.
        let used = &mut blank();
        for (name, bytes) in golden() {
            agree(&bytes, used, name);
            for at in 0..bytes.len() {
                for byte in [0, 1, 6, 34, 250, 251, 252, 253, 254, 255, bytes[at] ^ 0x40] {
                    let mut changed = bytes.clone();
                    changed[at] = byte;
                    agree(&changed, used, &format!("{name}, byte {at} is {byte}"));
                }
                agree(&bytes[..at], used, &format!("{name} cut to {at}"));
                let longer = [&bytes[..at], &[251, 1, 0], &bytes[at..]].concat();
                agree(&longer, used, &format!("{name} with more at {at}"));
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
