//! An entry as one of its members may see it. Transfers, households, merges
//! and other people's vouchers concern several members at once, and what one of
//! them holds, bought or said is none of the others' business.

use crate::model::{Act, Effect, Entry, Key, MemberId};

/// An entry with what concerns one of its members, who stands first in it:
/// an answer told from it is theirs. Of an entry that another member's command
/// made, what it did to nobody in particular (its money, its warnings) and its
/// key are left out as well. As it is where it does not concern the member.
pub fn seen_by(entry: &Entry, member: MemberId) -> Entry {
    let mut seen = entry.clone();
    let place = entry.touched.iter().position(|t| t.member == member);
    let Some(own) = place.and_then(|n| u8::try_from(n).ok()) else {
        return seen;
    };
    seen.effects.retain(|effect| is_for(entry, effect, own));
    seen.effects.iter_mut().for_each(|effect| turn(effect, own));
    seen.after.retain(|after| after.who == own);
    seen.after.iter_mut().for_each(|after| after.who = 0);
    seen.touched.swap(0, usize::from(own));
    if own != 0 {
        seen.head.key = Key::none();
    }
    seen
}

/// Whether what an entry says of itself is for a member too: for whoever's
/// command it was, and for both of a merge, who are one person.
pub fn is_told_to(entry: &Entry, member: MemberId) -> bool {
    let is_first = entry.touched.first().is_none_or(|t| t.member == member);
    is_first || matches!(entry.act, Act::Merged { .. })
}

fn is_for(entry: &Entry, effect: &Effect, own: u8) -> bool {
    let parties = effect.parties();
    match (parties.who, effect) {
        // Somebody else joined or left the household that the member is in.
        (Some(_), Effect::Household { household, .. }) if own != 0 => {
            parties.has(own) && household.is_none_or(|founded| founded == entry.seq)
        }
        (Some(_), _) => parties.has(own),
        (None, _) => own == 0,
    }
}

/// Puts a member where the first one stands.
fn turn(effect: &mut Effect, own: u8) {
    let turned = |who: &mut u8| {
        *who = match *who {
            who if who == own => 0,
            0 => own,
            who => who,
        }
    };
    match effect {
        Effect::LotMoved { who, to, .. } => {
            turned(who);
            turned(to);
        }
        Effect::Absorbed { from, into, .. } => {
            turned(from);
            turned(into);
        }
        Effect::Household { who, .. } => turned(who),
        _ => {}
    }
}
