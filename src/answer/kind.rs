//! Kinds of effects, as answers spell them, with their meanings for the schema.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! kinds {
    ($($name:ident $word:literal $meaning:literal)*) => {
        /// A kind of effect.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
        pub enum EffectKind {
            $(#[doc = $meaning] #[serde(rename = $word)] $name,)*
        }

        impl EffectKind {
            /// All kinds.
            pub const ALL: &[EffectKind] = &[$(EffectKind::$name),*];

            /// The kind as answers spell it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(EffectKind::$name => $word,)*
                }
            }
        }
    };
}

kinds! {
    Acknowledge "acknowledge" "The sender `name` has dealt with the outbox up to the position `why`."
    Activity "activity" "Something that is no purchase was done, `name`."
    Award "award" "Points were given."
    Benefit "benefit" "A benefit of a pass was used, worth `money`."
    Bound "bound" "A voucher is good for the article `name` only."
    Campaign "campaign" "The campaign `name` was paused, resumed or closed: `why`."
    CarryOver "carry_over" "The part of ended points that goes on."
    Closed "closed" "Nothing is booked any more into days up to `until`."
    Consent "consent" "The consent to `name` was given or withdrawn: `why`."
    Cut "cut" "A campaign gave less than its script proposed: `why`."
    Debit "debit" "Points were taken off by hand."
    Discount "discount" "A discount that a campaign proposes or gave."
    Donate "donate" "Points went into a pool."
    Drawn "drawn" "The campaign `name` asked chance."
    Enrol "enrol" "A person joined."
    Erase "erase" "A member was erased."
    Expire "expire" "Points or a voucher expired."
    Extend "extend" "Points end later than before."
    Failed "failed" "A campaign's script failed, or that of the tiers; a warning says where and why."
    Give "give" "Points or a voucher were set aside for whoever claims them, until `until`."
    Hold "hold" "Points or a voucher were set aside, until `until`."
    HoldEnd "hold_end" "The hold of entry `of` ended."
    HouseholdJoin "household_join" "The member joined a household."
    HouseholdLeave "household_leave" "The member left a household."
    Issue "issue" "A voucher was given."
    LeftOut "left_out" "The campaign `name` does not address the member, to compare with."
    Lock "lock" "Codes are not taken until `until`, after too many wrong ones."
    Merge "merge" "The member became one with another."
    Message "message" "A message by the template `name` is to be sent."
    MessageSuppressed "message_suppressed" "A message is not to be sent: the consent is missing."
    Note "note" "A remark on the member was kept for the purpose `name`."
    Owe "owe" "The member owes more (negative) or less."
    Partner "partner" "The partner `name` was suspended or resumed: `why`."
    PartnerOwes "partner_owes" "The partner `name` owes more, or (negative) less: `why`."
    Pool "pool" "Money was put into the pool `name`, or (negative) taken out."
    Qualify "qualify" "A unit that counts toward tiers moved."
    Receive "receive" "Points or a voucher came from another member."
    Redeem "redeem" "Points or a voucher were spent."
    Release "release" "Pending points became spendable."
    Restore "restore" "Points or a voucher that were spent came back."
    Return "return" "Goods of the purchase `of` came back."
    Reward "reward" "The reward `name` paid `money`."
    Send "send" "Points or a voucher went to another member."
    SetFree "set_free" "Points or a voucher that were set aside are the member's own again."
    Tag "tag" "The label `name` was put on."
    TakeBack "take_back" "Points were taken back after a return or a void."
    Targeted "targeted" "The campaign `name` addresses the member."
    Tier "tier" "The member's tier is `name`."
    Tuned "tuned" "A campaign set its parameter `name`: `why`."
    Unlock "unlock" "Codes are taken again."
    Unmerge "unmerge" "A merge was undone."
    Untag "untag" "The label `name` was taken off."
    Void "void" "The entry `of` was undone."
    Voucher "voucher" "A voucher of the unit `name` paid `money`."
    WrongCode "wrong_code" "A code that is nobody's was tried."
}

impl EffectKind {
    /// The kind in words.
    pub fn words(self) -> String {
        self.as_str().replace('_', " ")
    }
}

impl fmt::Display for EffectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
