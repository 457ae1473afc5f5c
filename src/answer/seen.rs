//! An entry as one of its members may see it. Transfers, households, merges and
//! other people's vouchers concern several members at once, and the holdings,
//! purchases and texts of one of them are private to the others.

use crate::model::{Act, Effect, Entry, Key, MemberId};

/// Reduces an entry to the parts that concern one of its members, who is put
/// first: an answer made from it is theirs. From an entry of another member's
/// command, its key and effects on no member (its money, its warnings) are left
/// out as well. Unchanged if it does not concern the member.
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

/// True if the entry's own texts are for a member too: for the member of its
/// command, and for both sides of a merge, who are one person.
pub fn is_told_to(entry: &Entry, member: MemberId) -> bool {
    let is_first = entry.touched.first().is_none_or(|t| t.member == member);
    is_first || matches!(entry.act, Act::Merged { .. })
}

fn is_for(entry: &Entry, effect: &Effect, own: u8) -> bool {
    let parties = effect.parties();
    match (parties.who, effect) {
        // Another member joined or left the household that the member is in.
        (Some(_), Effect::Household { household, .. }) if own != 0 => {
            parties.has(own) && household.is_none_or(|founded| founded == entry.seq)
        }
        (Some(_), _) => parties.has(own),
        (None, _) => own == 0,
    }
}

/// Swaps a member with the first one.
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
