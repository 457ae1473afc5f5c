//! The fold of an entry into facts. It reads effects, and of the act only what
//! effects do not repeat: a sale's total and lines, a member's source, answers.

mod alerts;
mod campaigns;
mod people;
mod points;

use super::facts::{Facts, add_row};
use super::rows::{
    Back, ByHand, Cost, Did, Doing, Goal, Item, NOBODY, Payout, RewardHad, Sale, Undone, Who,
};
use crate::chain::hash::Hash;
use crate::chain::part_key::is_correction;
use crate::model::{Act, Effect, Entry, Number, Purchase, ReturnedLine};

impl Facts {
    /// Adds the next entry. Its hash is set by [`Facts::mark_hash`].
    pub fn add(&mut self, entry: &Entry) {
        self.mark.entries = entry.seq + 1;
        self.mark.recorded = entry.head.recorded_at();
        if entry.seq == 0 {
            self.mark.began = self.mark.recorded;
        }
        self.add_act(entry);
        alerts::add_alert(&mut self.alerts, entry);
        let mut lots = 0;
        for effect in &entry.effects {
            self.apply(entry, effect, lots);
            lots += u16::from(effect.opens_lot());
        }
    }

    /// Binds the facts to the journal: the chain hash of the last entry.
    pub fn mark_hash(&mut self, hash: Hash) {
        self.mark.hash = hash;
    }

    fn add_act(&mut self, entry: &Entry) {
        let day = entry.head.day;
        match &entry.act {
            Act::Purchase(purchase) => self.sell(entry, purchase),
            Act::ReturnedWithoutSlip { amount, .. } => self.add_back(Back {
                of: None,
                day,
                amount: amount.0,
            }),
            Act::Redemption { reward, .. } => {
                if *reward != 0 {
                    self.have(entry, *reward);
                }
                self.did(entry, Did::Spent);
            }
            Act::Capture { .. } => self.did(entry, Did::Spent),
            Act::Refused(refused) => {
                let key = (day, refused.refusal.code.as_str().to_owned());
                *self.refusals.entry(key).or_default() += 1;
            }
            Act::VoucherIssued { .. } => self.give_by_hand(entry),
            Act::Adjustment(adjustment) if adjustment.points.0 > 0 => self.give_by_hand(entry),
            Act::CostBooked {
                kind,
                amount,
                campaign,
                ..
            } => self.costs.push(Cost {
                day,
                kind: kind.clone(),
                amount: amount.0,
                campaign: *campaign,
            }),
            Act::GoalSet {
                metric,
                base,
                target,
                is_points,
                deadline,
                segment,
            } => self.goals.push(Goal {
                day,
                metric: metric.clone(),
                base: *base,
                target: *target,
                is_points: *is_points,
                deadline: *deadline,
                segment: segment.clone(),
            }),
            Act::PoolPaid {
                pool,
                points,
                to,
                evidence,
            } => self.payouts.push(Payout {
                seq: entry.seq,
                day,
                pool: *pool,
                amount: points.0,
                to: to.clone(),
                evidence: *evidence,
            }),
            _ => self.add_refund(entry),
        }
    }

    fn give_by_hand(&mut self, entry: &Entry) {
        if let Some(operator) = &entry.head.origin.operator {
            let row = ByHand {
                seq: entry.seq,
                who: self.first_of(entry),
                day: entry.head.day,
                operator: self.words.number(operator.id.as_str()),
            };
            self.by_hand.push(row);
        }
    }

    fn sell(&mut self, entry: &Entry, purchase: &Purchase) {
        let origin = &entry.head.origin;
        let at = u32::try_from(self.sales.len()).unwrap_or(u32::MAX);
        let left_out = |n: u16| {
            let is_it =
                |e: &Effect| matches!(e, Effect::TenderLeftOut { tender, .. } if *tender == n);
            entry.effects.iter().any(is_it)
        };
        let mut tenders = (1u16..).zip(&purchase.tenders);
        let is_own_paid = tenders.any(|(n, tender)| tender.kind.is_own() && !left_out(n));
        let row = Sale {
            seq: entry.seq,
            who: self.first_of(entry),
            day: entry.head.day,
            total: purchase.total.0,
            sold: Some(purchase.total.0),
            back: 0,
            is_gone: false,
            is_own_paid,
            place: self.places.short(&origin.place),
            channel: self.channels.short(&origin.channel),
        };
        let is_half = |void: &mut Undone| is_correction((&void.key, void.recorded), &entry.head);
        match self.undone.take_if(is_half) {
            Some(undone) => self.replace_sale(undone.sale, row),
            None => self.add_sale(row),
        }
        for line in &purchase.lines {
            let item = Item {
                sale: at,
                category: self.words.number(line.category.as_str()),
                sku: self.words.number(line.sku.as_str()),
                amount: line.amount.0,
                back: 0,
            };
            add_row(&mut self.items, item);
        }
        if is_own_paid {
            self.did(entry, Did::Spent);
        }
    }

    fn did(&mut self, entry: &Entry, did: Did) {
        let who = self.first_of(entry);
        if who != NOBODY {
            let doing = Doing {
                seq: entry.seq,
                who,
                day: entry.head.day,
                did,
                is_gone: false,
            };
            add_row(&mut self.doings, doing);
        }
    }

    /// Notes that a reward was had.
    pub(super) fn have(&mut self, entry: &Entry, reward: Number) {
        self.rewards.push(RewardHad {
            seq: entry.seq,
            reward,
            day: entry.head.day,
            is_gone: false,
        });
    }

    /// Notes whether what a member did with an entry stands.
    fn undo_doings(&mut self, seq: u64, is_gone: bool) {
        let first = self.doings.partition_point(|doing| doing.seq < seq);
        let own = self.doings[first..].iter_mut();
        own.take_while(|doing| doing.seq == seq)
            .for_each(|doing| doing.is_gone = is_gone);
        let first = self.rewards.partition_point(|had| had.seq < seq);
        let own = self.rewards[first..].iter_mut();
        own.take_while(|had| had.seq == seq)
            .for_each(|had| had.is_gone = is_gone);
    }

    /// Notes lines of a sale that came back, or (negative) did not after all.
    fn take_back_lines(&mut self, at: usize, lines: &[ReturnedLine]) {
        let Ok(sale) = u32::try_from(at) else { return };
        let first = self.items.partition_point(|item| item.sale < sale);
        for line in lines {
            let item = self.items.get_mut(first + line.place());
            if let Some(item) = item.filter(|item| item.sale == sale) {
                item.back += line.amount.0;
            }
        }
    }

    fn apply(&mut self, entry: &Entry, effect: &Effect, lots: u16) {
        match effect {
            Effect::Award { .. }
            | Effect::Voucher { .. }
            | Effect::Debit { .. }
            | Effect::Restore { .. }
            | Effect::Owe { .. }
            | Effect::LotMoved { .. }
            | Effect::Moved { .. }
            | Effect::Extended { .. }
            | Effect::VoucherUsed { .. } => self.apply_points(entry, effect, lots),
            Effect::Standing { .. }
            | Effect::Referred { .. }
            | Effect::Tier { .. }
            | Effect::Acted { .. }
            | Effect::Consented { .. } => self.apply_people(entry, effect),
            Effect::Returned {
                of, amount, lines, ..
            } => self.take_back(entry, *of, amount.0, lines),
            Effect::Voided { of } => self.void(entry, *of),
            Effect::Claimed { of } => {
                let who = self.first_of(entry);
                if let Some(at) = self.sale_at(*of) {
                    self.change_sale(at, |sale| sale.who = who);
                }
            }
            _ => self.apply_campaigns(entry, effect),
        }
    }

    /// Notes goods that came back, or (negative) a return that was undone.
    fn take_back(&mut self, entry: &Entry, of: u64, amount: i64, lines: &[ReturnedLine]) {
        let Some(at) = self.sale_at(of) else { return };
        self.take_back_lines(at, lines);
        let visits = entry.effects.iter().find_map(|effect| match effect {
            Effect::Visited { visits, .. } => Some(*visits),
            _ => None,
        });
        self.change_sale(at, |sale| {
            sale.back += amount;
            match visits {
                Some(0) => {}
                Some(visits) => sale.is_gone = visits < 0,
                None => sale.is_gone = amount > 0 && sale.back >= sale.total,
            }
        });
        self.undo_doings(of, self.sales[at].is_gone);
        self.settle_discounts(entry, at);
        let day = entry.head.day;
        let of = u32::try_from(at).ok();
        self.add_back(Back { of, day, amount });
    }

    fn void(&mut self, entry: &Entry, of: u64) {
        self.undo_doings(of, true);
        if let Some(at) = self.sale_at(of) {
            let amount = self.sales[at].net();
            self.change_sale(at, |sale| sale.is_gone = true);
            self.settle_discounts(entry, at);
            let day = entry.head.day;
            let of = u32::try_from(at).ok();
            self.add_back(Back { of, day, amount });
            self.undone = of.map(|sale| Undone {
                key: entry.head.key.to_string(),
                recorded: entry.head.recorded_at(),
                sale,
            });
        }
    }

    /// Person at a position of the entry's touched members.
    fn touched(&self, entry: &Entry, who: u8) -> Who {
        let found = entry.touched.get(usize::from(who));
        found.map_or(NOBODY, |touched| self.who(touched.member))
    }

    /// Person whom the command named.
    fn first_of(&self, entry: &Entry) -> Who {
        entry.member().map_or(NOBODY, |id| self.who(id))
    }
}
