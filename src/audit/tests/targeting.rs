//! Choices of members that a forger changed in favour of friends.

use super::whole::{Cafe, bundle, forged};
use super::*;
use crate::engine::targeting;

/// A shop where seven members could be invited to a test, and three are.
fn shop() -> Cafe {
    let mut shop = Cafe::with(&bundle("blind-test"));
    for member in 0..7 {
        assert!(shop.say(&format!(r#"{{"do":"enrol","aliases":["card:{member}"]}}"#)));
        assert!(shop.say(&format!(
            r#"{{"do":"purchase","member":"card:{member}","total":"5.00",
            "lines":[{{"sku":"WATER","category":"sparkling","qty":"1","amount":"5.00"}}]}}"#
        )));
    }
    let target = r#"{"do":"campaign","campaign":"blind-test","action":"target","reason":"spring"}"#;
    assert!(shop.say(target));
    shop.closed()
}

fn is_choice(entry: &Entry) -> bool {
    matches!(entry.act, Act::CampaignTargeted { .. })
}

/// Corrects the hash of a choice after a change of its members, as a forger would.
fn name_again(draft: &mut Draft) {
    if let Act::CampaignTargeted { campaign, .. } = draft.act {
        let chosen: Vec<_> = draft.members.iter().map(|id| (*id, false)).collect();
        draft.act = targeting(campaign, &chosen);
    }
}

fn is_found((victim, report): (u64, Report)) {
    let finding = &report.claim(2).unwrap().findings[0];
    let place = (finding.kind, finding.entries);
    assert_eq!(
        place,
        (DeviationKind::Redecided, Some((victim, victim))),
        "{report}"
    );
    assert!(finding.what.contains("not the first"), "{report}");
    assert_eq!(report.outcome(), Outcome::Failed);
}

#[test]
fn a_choice_of_members_is_checked_against_all_who_could_be_chosen() {
    let shop = shop();
    for memory in [shop.options().memory, 0] {
        let report = verified(&Options {
            memory,
            ..shop.options()
        });
        assert_eq!(report.outcome(), Outcome::Held, "{report}");
    }
    let all: Vec<MemberId> = shop
        .entries()
        .iter()
        .filter(|e| matches!(e.act, Act::Enrolled(_)))
        .filter_map(Entry::member)
        .collect();
    assert_eq!(all.len(), 7);
    // A friend in the place of the last chosen member.
    is_found(forged(&shop, is_choice, |draft| {
        let friend = all.iter().find(|id| !draft.members.contains(id)).unwrap();
        *draft.members.last_mut().unwrap() = *friend;
        name_again(draft);
    }));
    // The same members in another order.
    is_found(forged(&shop, is_choice, |draft| draft.members.reverse()));
    // The hash of other members.
    is_found(forged(&shop, is_choice, |draft| {
        if let Act::CampaignTargeted { list, .. } = &mut draft.act {
            list[0] ^= 1;
        }
    }));
}
