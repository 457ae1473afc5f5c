//! Answers of the ledger, as plain data.

use super::catalogue::NoCode;
use super::{EffectKind, Quantity};
use crate::command::{Bad, ClientId, Figure, names_in};
use crate::model::{Refusal, WHOLE, WarningCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Amounts by unit id.
pub type ByUnit = BTreeMap<String, Figure>;

fn is_false(value: &bool) -> bool {
    !value
}

/// The answer to a command.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Answer {
    /// It was done (or, for a quote, would be).
    Accepted(Box<Accepted>),
    /// It was not.
    Refused(Box<Denied>),
}

impl Answer {
    /// The answer as one line of JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts, integers and maps with text keys are JSON")
    }

    /// True if the command was carried out.
    pub fn is_ok(&self) -> bool {
        matches!(self, Answer::Accepted(_))
    }

    /// Echoes the sender's own id of the message.
    pub fn echo(&mut self, id: ClientId) {
        match self {
            Answer::Accepted(accepted) => accepted.id = Some(id),
            Answer::Refused(denied) => denied.id = Some(id),
        }
    }

    /// True if it is for training.
    pub fn is_training(&self) -> bool {
        match self {
            Answer::Accepted(accepted) => accepted.training,
            Answer::Refused(denied) => denied.training,
        }
    }

    /// Marks the answer as training: nothing was booked.
    pub fn mark_training(&mut self) {
        match self {
            Answer::Accepted(accepted) => accepted.training = true,
            Answer::Refused(denied) => denied.training = true,
        }
    }

    /// Adds the key that a repeated command was sent under to the one it was
    /// first carried out under.
    pub fn name_sent(&mut self, sent: &str) {
        let (key, first) = match self {
            Answer::Accepted(accepted) => (&mut accepted.key, &mut accepted.first_key),
            Answer::Refused(denied) => (&mut denied.key, &mut denied.first_key),
        };
        if !sent.is_empty() && key != sent {
            *first = Some(std::mem::replace(key, sent.to_owned()));
        }
    }
}

impl From<Accepted> for Answer {
    fn from(accepted: Accepted) -> Answer {
        Answer::Accepted(Box::new(accepted))
    }
}

impl From<Denied> for Answer {
    fn from(denied: Denied) -> Answer {
        Answer::Refused(Box::new(denied))
    }
}

/// A command that was carried out. `did`, `after`, `warnings`, `give_back` are recorded and the
/// same for ever; `now` is today's.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Accepted {
    /// Always true.
    pub ok: bool,
    /// The command's key as it was sent; empty where it had none.
    pub key: String,
    /// The key that it was first carried out under, where that is another: an
    /// order that came in again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_key: Option<String>,
    /// The sender's own id of the message, as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ClientId>,
    /// It was for training: this would come of it, and nothing was booked; or the ledger is
    /// one to practise with, and has nothing that counts.
    #[serde(default, skip_serializing_if = "is_false")]
    pub training: bool,
    /// The entry's sequence; absent from a quote, which makes no entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// The member's id: after an enrolment, and where the member has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Number of the programme that decided it, where that might be in doubt: it happened on
    /// a day before it came in, or a pilot decided it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<u32>,
    /// Effects, in order.
    pub did: Vec<Did>,
    /// The lines of a purchase that said more of them than decides anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineTold>,
    /// The member's balances right after the entry, in units it moved.
    pub after: ByUnit,
    /// State of the member today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Now>,
    /// Warnings for the till.
    pub warnings: Vec<Warning>,
    /// The proof that the entry is in the ledger; absent from a quote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamp: Option<StampBrief>,
    /// This command was carried out before; this is the recorded answer.
    #[serde(default, skip_serializing_if = "is_false")]
    pub repeated: bool,
    /// Of a repeated command: the entry that has undone it since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone_by: Option<u64>,
    /// After a return: what the till pays out, and points put back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub give_back: Option<GiveBack>,
    /// Of a quote that proposes discounts: the total after them. Its points are those that
    /// the sale earns when they are given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_pay: Option<String>,
    /// Of a quote for a member: the units that could pay, the most points of each that the
    /// bill takes, and what they pay. Absent where the bill names tenders of the member's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usable: Vec<PointsTold>,
    /// Of a sale that was paid in another currency: as it was paid, and as it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<PaidInForeign>,
    /// Of a sale with tenders that fell short and were left out: what is still to be collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collect: Option<Collect>,
    /// Of a ticket: its parts, and what they come to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketAnswer>,
    /// Of a sale that went to another member: what undid it, and the sale there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reassigned: Option<Corrected>,
    /// Of a sale that came to something else: what undid it, and the sale as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended: Option<Corrected>,
    /// Of a return or void of a sale that went to another member, or was amended: the sale,
    /// and the entry it was before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_sale: Option<MovedSale>,
    /// Codes that the command made: shown here, and again when it is repeated,
    /// and nowhere else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<CodeShown>,
    /// A one-time code that lets the buyer claim a purchase made without a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<String>,
    /// The slip for the customer, where the command asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slip: Option<PrintedSlip>,
}

/// A slip for the customer, ready to be printed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PrintedSlip {
    /// Its form, such as `en:42`.
    pub form: String,
    /// Its lines.
    pub text: String,
    /// Bytes for a printer that understands ESC/POS, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escpos: Option<String>,
    /// Content of its QR code: the code to claim the sale, else that of a voucher or gift, else
    /// the stamp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qr: Option<String>,
    /// The QR code as SVG.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub svg: Option<String>,
    /// The QR code as PNG, in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub png: Option<String>,
}

impl Accepted {
    /// Makes an answer without effects; the rest is filled in.
    pub fn new(key: impl Into<String>, seq: Option<u64>) -> Accepted {
        Accepted {
            ok: true,
            key: key.into(),
            seq,
            ..Accepted::default()
        }
    }
}

/// A unit that pays on bills.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PointsTold {
    /// The unit's id.
    pub unit: String,
    /// The most points that can be used.
    pub most: Figure,
    /// Amount that they pay, as a decimal.
    pub pays: String,
    /// Why none can be used.
    #[serde(flatten)]
    pub no: Option<No>,
}

/// Why something cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct No {
    /// The code of the refusal.
    pub code: String,
    /// In words.
    pub why: String,
}

impl From<&Refusal> for No {
    fn from(refusal: &Refusal) -> No {
        No {
            code: refusal.code.as_str().into(),
            why: refusal.detail.clone(),
        }
    }
}

/// A line of a purchase, as the till sent it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct LineTold {
    /// Its number, from 1.
    pub line: u16,
    /// The till's own id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The article number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    /// The name of the article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Quantity, as a decimal.
    pub qty: String,
    /// Price in all, as a decimal.
    pub amount: String,
    /// The price of one, as a decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<String>,
    /// Tax that the amount contains, as a decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax: Option<String>,
}

/// Money still to be collected for a sale that was booked all the same.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Collect {
    /// Money, as a decimal.
    pub money: String,
    /// The same in the currency of the sale, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignMoney>,
    /// The tenders that were left out.
    pub tenders: Vec<TenderLeftOut>,
}

/// A sale that was paid in another currency than the programme's.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PaidInForeign {
    /// ISO 4217 code of the currency.
    pub currency: String,
    /// The total as it was paid, as a decimal.
    pub total: String,
    /// Units of the programme's currency for one of it.
    pub rate: String,
    /// The total as it counts, in the programme's currency, as a decimal.
    pub counted: String,
    /// Of a quote that proposes discounts: what is to be paid after them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_pay: Option<String>,
    /// Of a quote that proposes discounts: each of them in this currency, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<String>,
}

/// Money in a currency.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ForeignMoney {
    /// ISO 4217 code of the currency.
    pub currency: String,
    /// Money, as a decimal.
    pub money: String,
}

/// Result of a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct TicketAnswer {
    /// Money that the customer pays in the end, as a decimal; negative is paid out.
    pub to_pay: String,
    /// The same in the currency of the sale, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignMoney>,
    /// The returns, then the sale: each is an entry of its own, with a key of its own.
    pub parts: Vec<TicketPart>,
}

/// A sale that was undone and booked again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Corrected {
    /// The sale that was undone.
    pub of: u64,
    /// The entry that undid it, of the member who had it.
    pub undone: CorrectedPart,
    /// The sale as it is booked now.
    pub booked: CorrectedPart,
    /// Of an amended sale: money that it came to more, as a decimal; negative is paid out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_pay: Option<String>,
    /// The same in the currency of the sale, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignMoney>,
}

/// A sale that was booked again, as a later command finds it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct MovedSale {
    /// The entry of the sale.
    pub of: u64,
    /// The entry that it was before; its key still stands for the sale.
    pub was: u64,
}

/// One of the two entries by which a sale is booked again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct CorrectedPart {
    /// Its key.
    pub key: String,
    /// Its sequence; absent from a quote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// The member's id, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Effects, in order.
    pub did: Vec<Did>,
    /// The member's balances right after it, in units it moved.
    pub after: ByUnit,
}

/// A return or the sale of a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct TicketPart {
    /// `return`, `purchase`, or `void` where the ticket is undone.
    pub part: String,
    /// Its key, by which it is returned later, or undone by itself; `void` by the
    /// ticket's own key undoes all parts.
    pub key: String,
    /// The entry's sequence; absent from a quote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Money that is given back for it, or that it costs, as a decimal.
    pub money: String,
}

/// A tender that fell short.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct TenderLeftOut {
    /// Its number in the command, from 1.
    pub tender: u16,
    /// Money that it should have paid, as a decimal.
    pub money: String,
    /// Reason that it could not: the code of a refusal.
    pub code: String,
    /// In words.
    pub message: String,
    /// The quantity that the refusal is about, where it is about one.
    #[serde(flatten)]
    pub quantity: Option<Quantity>,
}

/// A code that is as good as money.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct CodeShown {
    /// `voucher`: it pays; `gift`: whoever has it may claim the gift.
    pub kind: String,
    /// Of which unit.
    pub unit: String,
    /// The code, in groups of four.
    pub code: String,
}

/// One thing that was done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Did {
    /// Its kind.
    pub effect: EffectKind,
    /// In which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Points, signed as the member sees them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Figure>,
    /// Money, as a decimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub money: Option<String>,
    /// From which campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// For which line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u16>,
    /// For which lines, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<u16>,
    /// Spendable from this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_at: Option<String>,
    /// Gone at this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The last day on which it can be used, by the programme's calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<String>,
    /// That end is one for want of activity: whatever the unit counts as activity puts it off.
    #[serde(default, skip_serializing_if = "is_false")]
    pub moves_on: bool,
    /// A tier, reward, label, purpose, template or state, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The last day it holds (a tier); the instant of its end (a hold, a lock).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The entry it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// State of a member at the moment of answering.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Now {
    /// The last entry it takes account of.
    pub seq: u64,
    /// Balances, by spendable unit.
    pub balance: BTreeMap<String, Balance>,
    /// The vouchers held, the one that ends first at the front.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vouchers: Vec<VoucherNow>,
    /// The tier, where the programme has tiers and the member is in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<TierNow>,
    /// Passes held, by unit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passes: BTreeMap<String, PassNow>,
    /// Codes that are not taken for the member at the moment: too many were wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locks: Vec<CodesLocked>,
}

/// Codes of a kind that are not taken for a while.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct CodesLocked {
    /// Kind of codes: `voucher`, `gift`, `claim` or `activity`.
    pub codes: String,
    /// Taken again from this instant.
    pub until: String,
}

/// A pass held.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PassNow {
    /// Gone at this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The last day on which it can be used, by the programme's calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<String>,
    /// Benefits used in the period that runs.
    pub uses: u32,
}

/// A voucher held.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct VoucherNow {
    /// The unit's id.
    pub unit: String,
    /// Its lot, by which the office names it.
    pub lot: String,
    /// `open`, `pending` (its time has not begun), `held` (set aside for a payment), `given`
    /// (waits to be claimed).
    pub state: String,
    /// Good from this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_at: Option<String>,
    /// Gone at this instant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// The last day on which it can be used, by the programme's calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<String>,
}

/// A member's balance of a unit.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Balance {
    /// Spendable now; negative where the member owes.
    pub available: Figure,
    /// Earned, spendable later.
    pub pending: Figure,
    /// Set aside.
    pub held: Figure,
    /// Of a unit with subunits: the whole ones that can be spent, as people see them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<i64>,
    /// Points that end next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiring: Option<Expiring>,
}

/// Points that end next, together.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Expiring {
    /// Number of points.
    pub amount: Figure,
    /// Gone at this instant.
    pub at: String,
    /// The last day on which they can be used, by the programme's calendar.
    #[serde(default)]
    pub last_day: String,
    /// The part that goes on: `half`, or a decimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keeps: Option<String>,
    /// It is an end for want of activity: whatever the unit counts as activity puts it off.
    #[serde(default, skip_serializing_if = "is_false")]
    pub moves_on: bool,
}

/// Describes a kept part in ten-thousandths; None for zero.
pub fn keeps_text(part: u16) -> Option<String> {
    match part {
        0 => None,
        5000 => Some("half".into()),
        WHOLE => Some("all".into()),
        _ => {
            let digits = format!("{part:04}");
            Some(format!("0.{}", digits.trim_end_matches('0')))
        }
    }
}

/// A tier held.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct TierNow {
    /// Its name.
    pub name: String,
    /// The last day before it is reviewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The tier above, if it can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<TierNext>,
}

/// The tier above.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct TierNext {
    /// Its name.
    pub name: String,
    /// Points still needed, by unit.
    pub needs: ByUnit,
}

/// Something a till should know of an accepted command.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Warning {
    /// A stable code, such as `discount_differs`.
    pub code: String,
    /// In words.
    pub message: String,
}

impl Warning {
    /// Makes a warning of the ledger's own.
    pub fn new(code: WarningCode, message: impl Into<String>) -> Warning {
        Warning {
            code: code.as_str().into(),
            message: message.into(),
        }
    }
}

/// A stamp in brief: where the entry stands, and the tree it stands in.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct StampBrief {
    /// The entry's sequence.
    pub seq: u64,
    /// The size of the tree.
    pub size: u64,
    /// The root of the tree, in base64.
    pub root: String,
    /// All of it as one line for the customer's slip, with a check character;
    /// `stampbook audit stamp check` reads it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub slip: String,
}

/// Money and points that a return gives back.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct GiveBack {
    /// Money that the till pays out, as a decimal.
    pub money: String,
    /// The same in the currency that the sale was paid in, where that is another: what the
    /// till pays out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignMoney>,
    /// Spent points that went back to the member, by unit.
    pub points: ByUnit,
    /// Part of the money for each line that came back: the money paid for it,
    /// less any given back before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineBack>,
}

/// Money that a return gives back for one line.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct LineBack {
    /// The line's number in the purchase, from 1.
    pub line: u16,
    /// Quantity that came back; 0 where an amount was asked.
    pub qty: String,
    /// Money for it, as a decimal.
    pub money: String,
}

/// A sale or a return, and what tells it from others with a slip of the same number.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct SaleNamed {
    /// The entry's sequence.
    pub seq: u64,
    /// Its key; empty where it had none.
    pub key: String,
    /// Its business day.
    pub day: String,
    /// Its store's id; empty where none was said.
    pub store: String,
    /// Its terminal; empty where none was said.
    pub terminal: String,
    /// Its total, as a decimal; of a return what it gave back, below 0.
    pub total: String,
}

/// Class of a refusal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// The ledger's rules say no.
    Refused,
    /// The command cannot be taken as it was sent.
    Invalid,
    /// Somebody else holds the ledger.
    Busy,
    /// Disk, damage, something broken.
    Trouble,
}

/// Remedy of a refusal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// Nothing was recorded: the same command may be sent again.
    SameKey,
    /// This attempt is closed: another one needs another key.
    NewKey,
    /// The command must be put right first.
    Never,
}

/// A no.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Denied {
    /// Always false.
    pub ok: bool,
    /// The command's key as it was sent; empty where it had none that could be read.
    pub key: String,
    /// The key that it was first refused under, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_key: Option<String>,
    /// The sender's own id of the message, as it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ClientId>,
    /// It was for training, or the ledger is one to practise with.
    #[serde(default, skip_serializing_if = "is_false")]
    pub training: bool,
    /// The entry's sequence, where the refusal was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// Its class.
    pub class: Class,
    /// A stable code.
    pub code: String,
    /// Message: the fault, its place, the remedy.
    pub message: String,
    /// The field it is about, such as `lines[1].amount`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The quantity that it is about, where it is about one.
    #[serde(flatten)]
    pub quantity: Option<Quantity>,
    /// With `ambiguous_slip`: the sales of that number, the newest first, at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<SaleNamed>,
    /// Its remedy.
    pub retry: Retry,
    /// This command was refused before; this is the recorded answer.
    #[serde(default, skip_serializing_if = "is_false")]
    pub repeated: bool,
}

impl Denied {
    /// Adds what to do instead to the message.
    pub fn advise(&mut self, remedy: &str) {
        self.message = format!("{}; {remedy}", self.message);
    }

    /// Makes a refusal with the class and remedy that follow from its code.
    pub fn new(
        key: impl Into<String>,
        code: impl Into<NoCode>,
        message: impl Into<String>,
    ) -> Denied {
        let code = code.into();
        let (class, retry) = code.contract();
        Denied {
            ok: false,
            key: key.into(),
            first_key: None,
            id: None,
            training: false,
            seq: None,
            class,
            code: code.as_str().into(),
            message: message.into(),
            field: None,
            quantity: None,
            candidates: Vec::new(),
            retry,
            repeated: false,
        }
    }

    /// Makes the answer to unreadable JSON, with its key as far as that can be read.
    pub fn bad_json(json: &[u8], bad: &Bad) -> Denied {
        let (key, id) = names_in(json);
        Denied {
            id,
            ..Denied::bad(key, bad)
        }
    }

    /// Makes the answer to bad input.
    pub fn bad(key: impl Into<String>, bad: &Bad) -> Denied {
        Denied {
            field: (!bad.field.is_empty()).then(|| bad.field.clone()),
            ..Denied::new(key, bad.code, bad.to_string())
        }
    }
}
