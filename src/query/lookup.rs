//! Lookup of a member after a scan, in one reply: identity, standing, and
//! payment options of the bill.

use super::usual::{Usual, usual};
use super::{Ask, Error, Lookup, member_named};
use crate::answer::{Answer, Denied, No, Now, PointsTold, View};
use crate::command::{Bad, Figure, Request, Verb, from_raw, raw, verbs};
use crate::engine::{self, Ledger, LookedUp};
use crate::model::{Code, LotId, Money, Policy, Refusal};
use crate::rules::purchase::payment_options::RewardOption;
use crate::rules::state::{Hold, Status};
use schemars::JsonSchema;
use serde::Serialize;

/// A member after a scan.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct LookupReply {
    /// Always true.
    pub ok: bool,
    /// The member's id.
    pub member: String,
    /// The member's name, where one is known and the member agreed to `recognise_in_store`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Standing of the member: balance and what ends next, vouchers, tier and what is
    /// missing to the next, passes, locked codes.
    pub now: Now,
    /// Points and vouchers that are set aside for a payment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<SetAside>,
    /// Gifts of the member that nobody has claimed yet.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<SetAside>,
    /// Articles that the member usually buys, the most usual first; absent without the consent
    /// `recognise_in_store`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usual: Option<Vec<Usual>>,
    /// The programme's rewards, in its order: those that the member may have, and why
    /// not the others.
    pub rewards: Vec<RewardTold>,
    /// Total of the bill, and what it could be paid with; absent without a bill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bill: Option<BillTold>,
}

/// Points or a voucher that cannot be spent otherwise for a while.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct SetAside {
    /// The entry that set it aside.
    pub seq: u64,
    /// The unit's id.
    pub unit: String,
    /// Amount of it.
    pub amount: Figure,
    /// Free again at this instant.
    pub until: String,
}

/// A reward, and whether the member may have it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct RewardTold {
    /// The reward's id.
    pub reward: String,
    /// Its title.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The unit of its price.
    pub unit: String,
    /// Its price.
    pub points: Figure,
    /// True if the member may have it now.
    pub may: bool,
    /// `tender`: the bill is paid with it; `redeem`: it is redeemed by itself.
    pub by: &'static str,
    /// Part of the bill that it pays, as a decimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pays: Option<String>,
    /// Why the member may not have it.
    #[serde(flatten)]
    pub no: Option<No>,
}

/// A bill that is rung up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct BillTold {
    /// Quote: what it would earn and which discounts the till should give; or why it cannot be
    /// booked, and then nothing pays for it.
    pub quote: Answer,
    /// Total after those discounts, as a decimal in the currency of the bill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_pay: Option<String>,
    /// The vouchers that the member can use now, the one that ends first at the front.
    pub vouchers: Vec<VoucherTold>,
    /// Units that pay on bills.
    pub points: Vec<PointsTold>,
}

/// A voucher that the member can use now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct VoucherTold {
    /// Its lot.
    pub lot: String,
    /// The unit's id.
    pub unit: String,
    /// True if it is used by its lot; else its code is needed, which the member has.
    pub without_code: bool,
    /// Part of this bill that it pays, as a decimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pays: Option<String>,
    /// Why it pays nothing of this bill.
    #[serde(flatten)]
    pub no: Option<No>,
}

impl Ask for Lookup {
    type Reply = LookupReply;

    fn answer(&self, ledger: &mut Ledger) -> Result<LookupReply, Error> {
        let id = member_named(ledger, &self.member)?;
        let bill = match &self.command {
            Some(command) => Some(self.bill(ledger, command)?),
            None => None,
        };
        let found = engine::lookup(ledger, id, bill.as_ref())?;
        let found = found.ok_or_else(|| Error::no(Code::UnknownMember, "member: there is none"))?;
        if found.member.status == Status::Erased {
            return Err(Error::no(
                Code::MemberErased,
                "member: the member was erased",
            ));
        }
        let (name, usual) = match engine::is_recognised(ledger, id)? {
            true => (engine::display_name(ledger, id)?, Some(usual(ledger, id)?)),
            false => (None, None),
        };
        let (view, policy) = (ledger.view()?, ledger.policy()?.as_ref());
        let all = found.member.holds.iter();
        let all = all.map(|hold| (hold, SetAside::new(&view, hold)));
        let (claims, holds) = all.partition(|(hold, _)| hold.token.is_some());
        let told = |list: Vec<(&Hold, SetAside)>| list.into_iter().map(|(_, told)| told).collect();
        Ok(LookupReply {
            ok: true,
            member: id.to_string(),
            name,
            holds: told(holds),
            claims: told(claims),
            usual,
            rewards: rewards(&view, policy, &found),
            bill: bill.map(|bill| BillTold::new(&view, &found, &bill)),
            now: found.now,
        })
    }
}

impl Lookup {
    /// Reads the bill as a purchase of the member.
    fn bill(&self, ledger: &Ledger, command: &raw::Purchase) -> Result<Request, Error> {
        let verb = verbs::spelt(&command.verb);
        if !["", "purchase"].contains(&verb) {
            let message = format!("'{verb}' is no bill; a lookup is for a purchase");
            return Err(Bad::new("command.do", message).into());
        }
        if command.member.as_ref().is_some_and(|m| *m != self.member) {
            let message = "is another than the one looked up; leave it out";
            return Err(Bad::new("command.member", message).into());
        }
        let command = raw::Purchase {
            member: Some(self.member.clone()),
            ..command.clone()
        };
        Ok(from_raw(command.into(), ledger.programme()?.digits)?)
    }
}

fn rewards(view: &View, policy: &dyn Policy, found: &LookedUp) -> Vec<RewardTold> {
    let options = found.options.rewards.iter().zip(policy.rewards());
    let told = options.map(|(option, reward)| {
        let RewardOption {
            is_redeemed, pays, ..
        } = option;
        let paid = pays.as_ref().ok().filter(|_| !is_redeemed);
        RewardTold {
            reward: reward.id.clone(),
            title: reward.title.clone(),
            unit: view.unit(reward.unit),
            points: view.figure(reward.unit, reward.points),
            may: pays.is_ok(),
            by: if *is_redeemed { "redeem" } else { "tender" },
            pays: paid.map(|paid| view.money_of_bill(*paid, found.paid_in.as_ref())),
            no: pays.as_ref().err().map(No::from),
        }
    });
    told.collect()
}

impl SetAside {
    fn new(view: &View, hold: &Hold) -> SetAside {
        SetAside {
            seq: hold.seq,
            unit: view.unit(hold.unit),
            amount: view.figure(hold.unit, hold.left()),
            until: view.at(hold.until),
        }
    }
}

impl BillTold {
    fn new(view: &View, found: &LookedUp, bill: &Request) -> BillTold {
        let quote = found.quote.clone();
        let quote = quote.unwrap_or_else(|| Denied::new("", Code::BadInput, "no purchase").into());
        let (quote, to_pay) = match quote {
            Answer::Accepted(mut accepted) => {
                // The reply states the member's standing once, outside the quote.
                accepted.now = None;
                let paid = accepted.foreign.as_ref();
                let to_pay = match (paid, &bill.verb) {
                    (Some(paid), _) => paid.to_pay.as_ref().unwrap_or(&paid.total).clone(),
                    (None, Verb::Purchase(sale)) => {
                        let total = || view.money(sale.total);
                        accepted.to_pay.clone().unwrap_or_else(total)
                    }
                    (None, _) => String::new(),
                };
                (Answer::Accepted(accepted), Some(to_pay))
            }
            refused => (refused, None),
        };
        let vouchers = found.options.vouchers.iter();
        let vouchers = vouchers.map(|(lot, pays)| VoucherTold::new(view, found, *lot, pays));
        let (points, paid_in) = (found.options.points.iter(), found.paid_in.as_ref());
        BillTold {
            quote,
            to_pay,
            vouchers: vouchers.collect(),
            points: points.map(|option| view.usable(option, paid_in)).collect(),
        }
    }
}

impl VoucherTold {
    fn new(
        view: &View,
        found: &LookedUp,
        lot: LotId,
        pays: &Result<Money, Refusal>,
    ) -> VoucherTold {
        let unit = found.member.lot(lot).map_or(0, |lot| lot.unit);
        let told = |money: &Money| view.money_of_bill(*money, found.paid_in.as_ref());
        let declared = view.policy.programme().unit(unit);
        VoucherTold {
            lot: lot.to_string(),
            unit: view.unit(unit),
            without_code: declared.is_some_and(|unit| unit.voucher.is_open_to_holder),
            pays: pays.as_ref().ok().map(told),
            no: pays.as_ref().err().map(No::from),
        }
    }
}
