//! What concerns two members, and points set aside: names become numbers.

use super::Ledger;
use super::admit::Stop;
use super::wire::{EntryRef, Redeemed, Request, Verb, Who};
use crate::model::{Act, Code, Entry, Head, Instant, MemberId, Number, Points, Policy, Refusal};
use rust_decimal::Decimal;

impl Ledger {
    /// The act of a verb about holds or about two members.
    pub(super) fn act_between(&mut self, verb: &Verb) -> Result<Act, Stop> {
        match verb {
            Verb::Hold { what, until, note } => self.hold(what, *until, note),
            Verb::Capture { of, points, .. } => self.capture(of, *points),
            Verb::Release { of } => Ok(Act::Release {
                of: self.entry_ref(of)?,
                is_timeout: false,
            }),
            Verb::Transfer {
                unit, points, note, ..
            } => {
                let (unit, points) = self.amount(unit, *points)?;
                Ok(Act::Transfer {
                    unit,
                    points,
                    note: note.clone(),
                    token: None,
                })
            }
            _ => Err(Refusal::new(Code::BadInput, "this verb has a door of its own").into()),
        }
    }

    /// A hold of points, or of what a reward costs.
    fn hold(&self, what: &Redeemed, until: Instant, note: &str) -> Result<Act, Stop> {
        let (unit, points) = match what {
            Redeemed::Points { unit, points } => self.amount(unit, *points)?,
            Redeemed::Reward(id) => self.price(self.reward(id)?)?,
        };
        let note = match (note, what) {
            ("", Redeemed::Reward(id)) => id.clone(),
            _ => note.into(),
        };
        Ok(Act::Hold {
            unit,
            points,
            until,
            note,
        })
    }

    fn price(&self, reward: Number) -> Result<(Number, Points), Stop> {
        let rewards = self.policy()?.rewards();
        let found = rewards.iter().find(|r| r.number == reward);
        let price = found.map(|r| (r.unit, r.points));
        price.ok_or_else(|| Refusal::new(Code::UnknownReward, "there is no such reward").into())
    }

    /// A capture speaks of the unit that was held.
    fn capture(&mut self, of: &EntryRef, points: Option<Decimal>) -> Result<Act, Stop> {
        let of = self.entry_ref(of)?;
        let held = self.entry(of)?.map(|entry| entry.act);
        let points = match (points, held) {
            (None, _) => Points::ZERO,
            (Some(points), Some(Act::Hold { unit, .. })) => {
                let name = self.house().names.text(crate::model::NameKind::Unit, unit);
                self.amount(&name, points)?.1
            }
            (Some(_), _) => {
                let detail = format!("of: entry {of} holds no points");
                return Err(Refusal::new(Code::UnknownEntry, detail).into());
            }
        };
        Ok(Act::Capture { of, points })
    }

    /// The second member of a command that concerns two.
    pub(super) fn other_of(&mut self, request: &Request) -> Result<Option<MemberId>, Stop> {
        let who: &Who = match &request.verb {
            Verb::Transfer { to, .. } => to,
            _ => return Ok(None),
        };
        let found = self.resolve(who)?;
        let unknown = || Refusal::new(Code::UnknownMember, "to: nobody is known by that");
        found.map(Some).ok_or_else(|| unknown().into())
    }

    /// A repeat must name the same second member.
    pub(super) fn check_other(
        &mut self,
        entry: &Entry,
        other: Option<MemberId>,
    ) -> Result<(), Stop> {
        let Some(other) = other else { return Ok(()) };
        let was = match entry.touched.get(1) {
            Some(touched) => self.resolve(&Who::Id(touched.member))?,
            None => None,
        };
        match was == Some(other) {
            true => Ok(()),
            false => Err(Refusal::new(
                Code::KeyConflict,
                format!(
                    "key: entry {} used it for another command; a new attempt needs a new key",
                    entry.seq
                ),
            )
            .into()),
        }
    }

    /// What stands directly behind a command's own entry.
    pub(super) fn behind(
        &mut self,
        request: &Request,
        member: Option<MemberId>,
        act: &Act,
        head: Head,
    ) -> Result<(), Stop> {
        match (&request.verb, act, member) {
            (Verb::Capture { is_final: true, .. }, Act::Capture { of, .. }, Some(id)) => {
                self.finish_hold(id, *of, head)
            }
            _ => Ok(()),
        }
    }
}
