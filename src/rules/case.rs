//! A case: everything a decision may look at, brought together by the ledger
//! before the decision and not changed by it.

use super::facts::Reader;
use super::state::{Member, State};
use crate::model::{
    Campaign, Code, Codes, Day, Entry, Given, Head, Instant, LotId, MemberId, MonthDay, Number,
    Points, Policies, Policy, Programme, Refusal, Reward, Steps, Terms, Unit, UnitKind,
    to_position,
};
use std::sync::Arc;

/// What is looked up for a decision besides the state.
#[derive(Clone, Copy, Default)]
pub struct Papers<'a> {
    /// The member's birthday, where the vault tells it.
    pub birthday: Option<MonthDay>,
    /// The second member, where the command concerns two; of a gift, who has it.
    pub other: Option<MemberId>,
    /// What is kept of the member, where the vault tells it.
    pub attributes: &'a [(String, String)],
    /// The entry that the command names: the purchase of a return, what a void undoes.
    pub named: Option<&'a Entry>,
    /// Parts of the named purchase's lots that expired since, by lot.
    pub expired: &'a [(LotId, Points)],
    /// Points that earlier returns of the named purchase took from lots or booked as owed, by unit.
    pub clawed: &'a [(Number, Points)],
    /// Lots that go on from those of the named entry in another member's name: which, from which.
    pub moved: &'a [(LotId, LotId)],
    /// Terms of lots that points of the named entry came from and that have closed since.
    pub closed: &'a [(LotId, Terms)],
    /// The entry that claimed the named purchase, if one did.
    pub claim: Option<&'a Entry>,
    /// The vouchers whose codes the command carries, and whose they are.
    pub vouchers: &'a [Found],
    /// The entries that set aside what the command pays with.
    pub held: &'a [Entry],
    /// The codes of the entry to be.
    pub codes: Option<&'a dyn Codes>,
    /// The purchase that the named entry takes something back of, where that concerns its referrer.
    pub bought: Option<&'a Entry>,
    /// What that purchase did for its referrer.
    pub thanked: Option<&'a Entry>,
    /// The entry that counted the activity's value before, if one did.
    pub counted: Option<u64>,
    /// Campaigns whose birthday trigger came, where a decision is run again
    /// without knowing the birthday.
    pub birthday_fired: Option<&'a [Number]>,
    /// What chance is seeded with; none where nothing may be drawn, as in a quote.
    pub draw: Option<[u8; 32]>,
    /// The members that a campaign is to address, and who of them is left out
    /// to compare with.
    pub targets: &'a [(MemberId, bool)],
    /// The facts to decide by, where a decision is run again: of hooks, and of the tier.
    pub given: Option<(&'a Given, &'a Given)>,
}

/// A voucher that a code led to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The hash of the code.
    pub code: [u8; 32],
    /// Who holds it, or held it last.
    pub holder: MemberId,
    /// The voucher.
    pub lot: LotId,
    /// Its unit.
    pub unit: Number,
    /// The terms it was given with.
    pub terms: Terms,
    /// The one article it is good for, if it is for one only.
    pub sku: Option<String>,
}

/// The members that an earlier entry concerned, as they stand now.
pub struct Parties {
    /// Who they are: a draft's members.
    pub members: Vec<MemberId>,
    /// Where each position of the entry is among them.
    places: Vec<u8>,
}

impl Parties {
    /// The place of a position of the earlier entry.
    pub fn place(&self, who: u8) -> u8 {
        self.places.get(usize::from(who)).copied().unwrap_or(0)
    }
}

/// A command on the desk.
#[derive(Clone)]
pub struct Case<'a> {
    /// The book as it stands.
    pub state: &'a State,
    /// All programmes that were ever in force.
    pub policies: &'a dyn Policies,
    /// The one in force.
    pub policy: Arc<dyn Policy>,
    /// Instants, origin, key.
    pub head: Head,
    /// The member the command names.
    pub member: Option<MemberId>,
    /// What else was looked up.
    pub papers: Papers<'a>,
    /// What is left to the scripts of this decision.
    pub steps: Steps,
}

impl<'a> Case<'a> {
    /// The declarations in force.
    pub fn programme(&self) -> &Programme {
        self.policy.programme()
    }

    /// The ledger's own instant: what can be spent, what has ended.
    pub fn now(&self) -> Instant {
        self.head.effective
    }

    /// The programme's day of the act.
    pub fn day(&self) -> Day {
        self.head.day
    }

    /// The member, if the command names one that takes part.
    pub fn member(&self) -> Option<&'a Member> {
        self.member.and_then(|id| self.state.members.get(&id))
    }

    /// The member, or the refusal that there must be one.
    pub fn need_member(&self) -> Result<&'a Member, Refusal> {
        self.member()
            .ok_or_else(|| Refusal::new(Code::UnknownMember, "the command names no member"))
    }

    /// The entry the command names, or the refusal that there is none.
    pub fn need_named(&self, code: Code) -> Result<&'a Entry, Refusal> {
        self.papers
            .named
            .ok_or_else(|| Refusal::new(code, "there is no such entry"))
    }

    /// The members an earlier entry concerned. Its own member is the case's.
    pub fn parties(&self, entry: &Entry) -> Parties {
        let mut members: Vec<MemberId> = self.member.into_iter().collect();
        let mut places = Vec::with_capacity(entry.touched.len());
        for (n, touched) in entry.touched.iter().enumerate() {
            let id = match (n, self.member) {
                (0, Some(own)) => own,
                _ => self.state.resolve(touched.member),
            };
            let known = members.iter().position(|m| *m == id);
            places.push(to_position(known.unwrap_or(members.len())));
            if known.is_none() {
                members.push(id);
            }
        }
        Parties { members, places }
    }

    /// The member at a place among an earlier entry's.
    pub fn party(&self, parties: &Parties, place: u8) -> Option<&'a Member> {
        let id = parties.members.get(usize::from(place))?;
        self.state.members.get(id)
    }

    /// Whether a unit is one of vouchers.
    pub fn is_voucher(&self, unit: Number) -> bool {
        self.programme().is_kind(unit, UnitKind::Voucher)
    }

    /// Where facts about a member are read, as of now.
    pub fn reader<'b>(&'b self, member: &'b Member) -> Reader<'b> {
        Reader {
            member,
            pending: &[],
            policy: &*self.policy,
            names: &self.state.house.names,
            house: &self.state.house,
            day: self.day(),
            at: self.now(),
            birthday: self.papers.birthday,
            attributes: self.papers.attributes,
        }
    }

    /// A campaign's header by number, if the programme has it.
    pub fn campaign(&self, number: Number) -> Option<&Campaign> {
        let mut campaigns = self.policy.campaigns().iter();
        campaigns.find(|c| c.number == number)
    }

    /// A reward by number, if the programme has it.
    pub fn reward(&self, number: Number) -> Option<&Reward> {
        self.policy.rewards().iter().find(|r| r.number == number)
    }

    /// A reward by number, or the refusal that the programme has none.
    pub fn need_reward(&self, number: Number) -> Result<&Reward, Refusal> {
        let none = || Refusal::new(Code::UnknownReward, "the programme has no such reward");
        self.reward(number).ok_or_else(none)
    }

    /// A unit by number, or the refusal that the programme has none.
    pub fn need_unit(&self, unit: Number) -> Result<&Unit, Refusal> {
        let found = self.programme().unit(unit);
        found.ok_or_else(|| {
            Refusal::new(
                Code::UnknownUnit,
                format!("the programme has no unit {unit}"),
            )
        })
    }
}
