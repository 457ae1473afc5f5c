//! Earning: campaigns that apply are run, their proposals stacked, capped and
//! rounded. A script proposes; the ledger decides.

use crate::model::{
    BaseAward, Campaign, CutBy, Effect, Exact, Fact, Failure, Hook, Number, Proposal, Role,
    Rounding, Scene, Stack, Value, When,
};
use crate::rules::campaign::earner::{Earner, Limits};
use crate::rules::campaign::grants;
use crate::rules::campaign::limits::{cap, counters, subunits};
use crate::rules::campaign::outcome::{EarnOutcome, Grant, Offer, ProposedDiscount};
use crate::rules::partner;
use crate::rules::purchase::discount;
use crate::rules::reward::voucher;
use crate::rules::share::{round, round_to};
use rust_decimal::Decimal;
use std::sync::Arc;

impl Earner<'_> {
    /// Runs a hook of all campaigns that apply, bases first.
    pub fn earn(&self, hook: Hook, scene: Scene) -> EarnOutcome {
        self.earn_of(hook, scene, |_| true)
    }

    /// Turns grants into effects, and counts them if a limit reads the counter.
    pub fn settle(&self, outcome: &mut EarnOutcome, effects: &mut Vec<Effect>) {
        let grants = std::mem::take(&mut outcome.grants);
        let counted = counters(self, &grants);
        let (programme, day) = (self.policy.programme(), self.head.day);
        grants::give(programme, self.member, day, grants, effects);
        effects.extend(counted);
    }

    /// Runs a hook of those campaigns that apply and are selected.
    pub fn earn_of(
        &self,
        hook: Hook,
        scene: Scene,
        is_asked: impl Fn(Number) -> bool,
    ) -> EarnOutcome {
        let mut scene = Arc::new(scene);
        let mut outcome = EarnOutcome::default();
        let (mut offers, mut chosen) = (Vec::new(), Vec::new());
        let campaigns = self.policy.campaigns();
        let roles = [Role::Base, Role::Bonus];
        for role in roles.into_iter().skip(scene.purchase.is_taking.into()) {
            let applies = |n: &usize| {
                let c = &campaigns[*n];
                c.role == role && is_asked(c.number) && self.applies(*n, hook, &scene)
            };
            chosen.extend((0..campaigns.len()).filter(applies));
            chosen.retain(|n| self.may_draw(&campaigns[*n], &mut outcome.effects));
            if role == Role::Bonus && !chosen.is_empty() {
                let bases = self.bases(&offers, scene.purchase.lines.len());
                Arc::make_mut(&mut scene).base = bases;
            }
            for campaign in chosen.drain(..) {
                self.run(campaign, hook, &scene, &mut offers, &mut outcome);
            }
        }
        self.stack(&mut offers, &mut outcome.effects);
        cap(self, &mut offers, &mut outcome.effects);
        crate::rules::reward::voucher::cap_stock(self, &mut offers, &mut outcome.effects);
        outcome.grants = self.round(offers);
        discount::settle(self.policy, scene.purchase.before_discounts(), &mut outcome);
        outcome
    }

    /// True if a campaign's header lets it run.
    fn applies(&self, n: usize, hook: Hook, scene: &Scene) -> bool {
        let (campaign, day) = (&self.policy.campaigns()[n], self.head.day);
        campaign.hooks.contains(&hook)
            && !campaign.is_draft
            && (hook != Hook::OnPurchase || scene.has_member || self.is_for_nobody(campaign))
            && campaign.from.is_none_or(|from| from <= day)
            && campaign.to.is_none_or(|to| day <= to)
            && self.limits.may_run(self.state, campaign.number)
            && (!matches!(self.limits, Limits::Now)
                || partner::is_paid_for(self.policy.programme(), self.state, self.head, campaign))
            && campaign
                .requires_consent
                .is_none_or(|p| crate::rules::facts::has_consent(self.member, p))
            && self.is_when(&campaign.when, scene)
            && self.is_addressed(n)
    }

    /// True if a campaign runs for sales without a member. All do if there are
    /// pools to contribute to.
    fn is_for_nobody(&self, campaign: &Campaign) -> bool {
        campaign.is_for_everybody || !self.policy.programme().pools.is_empty()
    }

    fn is_when(&self, when: &When, scene: &Scene) -> bool {
        let purchase = &scene.purchase;
        let tier = self.limits.tier(self.member);
        let minutes = u16::from(purchase.hour) * 60 + u16::from(purchase.minute);
        let any = |list: &[String], found: &dyn Fn(&String) -> bool| {
            list.is_empty() || list.iter().any(found)
        };
        when.is_on(self.head.day)
            && when.is_at(minutes)
            && (when.tiers.is_empty() || when.tiers.contains(&tier))
            && any(&when.stores, &|s| *s == purchase.store)
            && any(&when.channels, &|c| *c == purchase.channel)
            && any(&when.categories, &|c| {
                purchase.lines.iter().any(|l| l.category == *c)
            })
            && any(&when.tags, &|t| {
                purchase.lines.iter().any(|l| l.tags.contains(t))
            })
            && any(&when.passes, &|pass| self.held_pass(scene, pass))
            && any(&when.codes, &|c| purchase.codes.contains(c))
            && any(&when.activities, &|a| *a == scene.activity.id)
            && when
                .minimum
                .is_none_or(|minimum| purchase.before_discounts().earning >= minimum)
    }

    /// True if the member held a pass when the facts were read: a return asks
    /// as of the purchase.
    fn held_pass(&self, scene: &Scene, pass: &str) -> bool {
        let mut facts = self.policy.facts().iter().zip(&scene.given);
        facts.any(|(f, is)| matches!(f, Fact::HasPass(p) if p == pass) && *is == Value::Bool(true))
    }

    fn run(
        &self,
        n: usize,
        hook: Hook,
        scene: &Arc<Scene>,
        offers: &mut Vec<Offer>,
        outcome: &mut EarnOutcome,
    ) {
        let campaign = &self.policy.campaigns()[n];
        let before = (offers.len(), outcome.effects.len(), outcome.proposed.len());
        let refers = outcome.refers.len();
        let seeded;
        let scene = match campaign.is_drawing {
            true => {
                let seed = self.seed(campaign.number);
                seeded = Arc::new(Scene {
                    seed,
                    ..(**scene).clone()
                });
                &seeded
            }
            false => scene,
        };
        let passes = (outcome.passes.len(), outcome.benefits.len());
        let contributions = outcome.contributions.len();
        let taken_back = outcome.taken_back.len();
        let taken = self.proposals(n, hook, scene).and_then(|proposals| {
            proposals.into_iter().try_for_each(|p| {
                let taken = match p.in_vain(hook) {
                    Some(message) => Err(message),
                    None => self.take(n, p, scene, offers, outcome),
                };
                taken.map_err(|message| self.failure(n, message))
            })
        });
        if let Err(failure) = taken {
            offers.truncate(before.0);
            outcome.effects.truncate(before.1);
            outcome.proposed.truncate(before.2);
            outcome.refers.truncate(refers);
            outcome.passes.truncate(passes.0);
            outcome.benefits.truncate(passes.1);
            outcome.contributions.truncate(contributions);
            outcome.taken_back.truncate(taken_back);
            outcome.effects.push(Effect::Failed {
                campaign: campaign.number,
                failure,
            });
        }
    }

    /// Proposals of a campaign. For a bill with campaign discounts it is run
    /// twice: discounts and other proposals are taken from a run on the bill
    /// before discounts, as in a quote; awards from a run on the bill as it is.
    fn proposals(
        &self,
        n: usize,
        hook: Hook,
        scene: &Arc<Scene>,
    ) -> Result<Vec<Proposal>, Failure> {
        let mut found = self.asked(n, hook, scene)?;
        let undiscounted = scene.purchase.undiscounted.as_deref();
        let Some(purchase) = undiscounted.filter(|_| hook == Hook::OnPurchase) else {
            return Ok(found);
        };
        let before = Arc::new(Scene {
            purchase: purchase.clone(),
            ..(**scene).clone()
        });
        let mut asked = self.asked(n, hook, &before)?;
        match asked.iter().any(is_off) {
            true => {
                asked.retain(|proposal| !is_earned(proposal));
                found.retain(is_earned);
                found.splice(0..0, asked);
            }
            false => found.retain(|proposal| !is_off(proposal)),
        }
        Ok(found)
    }

    /// Runs a campaign's script. Of the proposals for a sale without a member
    /// only those that count for one are kept.
    fn asked(&self, n: usize, hook: Hook, scene: &Arc<Scene>) -> Result<Vec<Proposal>, Failure> {
        let mut found = self.policy.run(n, hook, scene, self.steps)?;
        if hook == Hook::OnPurchase && !scene.has_member {
            let is_for_everybody = self.policy.campaigns()[n].is_for_everybody;
            found.retain(|proposal| counts_for_nobody(proposal, is_for_everybody));
        }
        Ok(found)
    }

    /// Converts an award to an offer; None for an award of zero.
    fn offer(
        &self,
        campaign: usize,
        award: Proposal,
        scene: &Scene,
    ) -> Result<Option<Offer>, String> {
        let Proposal::Award {
            unit,
            amount,
            why,
            line,
            expires,
            available,
        } = award
        else {
            return Ok(None);
        };
        let unit = self.award_unit(&unit, amount)?;
        if usize::from(line) > scene.purchase.lines.len() {
            return Err(format!("there is no line {line}"));
        }
        Ok((!amount.is_zero()).then_some(Offer {
            campaign,
            unit,
            exact: amount,
            line,
            why,
            expires,
            available,
            sku: None,
        }))
    }

    /// Accepts one proposal, or returns the reason why it is invalid.
    fn take(
        &self,
        campaign: usize,
        proposal: Proposal,
        scene: &Scene,
        offers: &mut Vec<Offer>,
        outcome: &mut EarnOutcome,
    ) -> Result<(), String> {
        match proposal {
            award @ Proposal::Award { .. } => offers.extend(self.offer(campaign, award, scene)?),
            Proposal::Issue { .. } => {
                let programme = self.policy.programme();
                offers.push(voucher::offer(programme, campaign, proposal)?);
            }
            Proposal::Discount { amount, why, lines } => {
                if discount::to_money(amount, scene.purchase.digits, Rounding::Floor).is_none() {
                    return Err(format!("a discount of {amount} is not possible"));
                }
                let last = scene.purchase.lines.len();
                let is_missing = |n: &&u16| !(1..=last).contains(&usize::from(**n));
                if let Some(line) = lines.iter().find(is_missing) {
                    return Err(format!("a discount: there is no line {line}"));
                }
                outcome.proposed.push(ProposedDiscount {
                    campaign,
                    amount,
                    why,
                    lines,
                });
            }
            other => self.accept_other(campaign, other, scene, outcome)?,
        }
        Ok(())
    }

    /// Awards of the bases, by unit and line.
    fn bases(&self, offers: &[Offer], lines: usize) -> Vec<BaseAward> {
        let mut bases: Vec<BaseAward> = Vec::new();
        for offer in offers {
            let Some(unit) = self.policy.programme().unit(offer.unit) else {
                continue;
            };
            let at = bases
                .iter()
                .position(|b| b.unit == unit.id)
                .unwrap_or_else(|| {
                    bases.push(BaseAward {
                        unit: unit.id.clone(),
                        amount: Decimal::ZERO,
                        lines: Vec::new(),
                    });
                    bases.len() - 1
                });
            let base = &mut bases[at];
            base.amount = base.amount.saturating_add(offer.exact);
            if (1..=lines).contains(&offer.line.into()) {
                base.lines.resize(lines, Decimal::ZERO);
                let line = &mut base.lines[usize::from(offer.line) - 1];
                *line = line.saturating_add(offer.exact);
            }
        }
        bases
    }

    /// Applies `best` and `stop`: offers that lose are cut.
    fn stack(&self, offers: &mut Vec<Offer>, effects: &mut Vec<Effect>) {
        let campaigns = self.policy.campaigns();
        let is_plain = |o: &Offer| campaigns[o.campaign].stack == Stack::Add;
        if offers.iter().all(is_plain) {
            return;
        }
        let sum = |n: usize, offers: &[Offer]| -> Decimal {
            offers
                .iter()
                .filter(|o| o.campaign == n)
                .map(|o| o.exact)
                .sum()
        };
        let loses = |offer: &Offer| {
            let own = &campaigns[offer.campaign];
            offers.iter().find_map(|other| {
                let rival = &campaigns[other.campaign];
                if other.campaign == offer.campaign || rival.group != own.group {
                    return None;
                }
                let (mine, theirs) = (sum(offer.campaign, offers), sum(other.campaign, offers));
                let both_best = own.stack == Stack::Best && rival.stack == Stack::Best;
                let is_less = mine < theirs || (mine == theirs && other.campaign < offer.campaign);
                match rival.stack {
                    Stack::Stop if other.campaign < offer.campaign => Some(CutBy::Stop),
                    _ if both_best && is_less => Some(CutBy::Best),
                    _ => None,
                }
            })
        };
        let verdicts: Vec<Option<CutBy>> = offers.iter().map(loses).collect();
        let mut verdict = verdicts.into_iter();
        offers.retain(|offer| {
            let Some(by) = verdict.next().flatten() else {
                return true;
            };
            let (campaign, unit) = (campaigns[offer.campaign].number, offer.unit);
            let asked = offer.exact.into();
            effects.push(Effect::Cut {
                campaign,
                unit,
                asked,
                granted: Exact::default(),
                by,
            });
            false
        });
    }

    /// Rounds once per unit, at its smallest part, and distributes the whole by
    /// largest remainder.
    fn round(&self, offers: Vec<Offer>) -> Vec<Grant> {
        let mut amounts = vec![0; offers.len()];
        for (n, offer) in offers.iter().enumerate() {
            if offers[..n].iter().all(|before| before.unit != offer.unit) {
                self.round_unit(n, &offers, &mut amounts);
            }
        }
        let campaigns = self.policy.campaigns();
        let grant = |(offer, amount): (Offer, i64)| Grant {
            campaign: campaigns[offer.campaign].number,
            offer,
            amount,
        };
        offers.into_iter().zip(amounts).map(grant).collect()
    }

    /// Rounds the offers of one unit, the first of which is at `first`.
    fn round_unit(&self, first: usize, offers: &[Offer], amounts: &mut [i64]) {
        let unit = offers[first].unit;
        let (per, rounding) = (subunits(self, unit), self.policy.programme().rounding);
        let of_unit = || (first..offers.len()).filter(|n| offers[*n].unit == unit);
        // A single offer is the whole, which is nearly always the case.
        if of_unit().nth(1).is_none() {
            amounts[first] = round(offers[first].exact * per, rounding);
            return;
        }
        let exact: Vec<Decimal> = of_unit().map(|n| offers[n].exact * per).collect();
        let whole = round(exact.iter().sum(), rounding);
        for (n, amount) in of_unit().zip(round_to(whole, &exact)) {
            amounts[n] = amount;
        }
    }
}

/// True for proposals of a discount.
fn is_off(proposal: &Proposal) -> bool {
    matches!(proposal, Proposal::Discount { .. })
}

/// True if a proposal counts for a sale without a member. Awards count while
/// the sale is decided, since contributions may follow from them; they are not
/// booked.
fn counts_for_nobody(proposal: &Proposal, is_for_everybody: bool) -> bool {
    match proposal {
        Proposal::Contribute { .. } | Proposal::Award { .. } => true,
        Proposal::Discount { .. } | Proposal::Refuse { .. } | Proposal::Drawn { .. } => {
            is_for_everybody
        }
        _ => false,
    }
}

/// True for proposals that reward a payment.
fn is_earned(proposal: &Proposal) -> bool {
    matches!(
        proposal,
        Proposal::Award { .. }
            | Proposal::Issue { .. }
            | Proposal::Refer { .. }
            | Proposal::Contribute { .. }
    )
}
