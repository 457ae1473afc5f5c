//! Effects of an entry, one by one.

use super::{View, status_word};
use crate::answer::Did;
use crate::command::Figure;
use crate::model::{
    Account, Act, Effect, Entry, NameKind, Number, PartnerWhy, Place, Points, Standing, Terms,
};

impl View<'_> {
    pub(super) fn did(&self, entry: &Entry, effect: &Effect) -> Option<Did> {
        let points = |what: &str, unit: &Number, amount: i64| {
            Did::points(what, self.unit(*unit), self.figure(*unit, Points(amount)))
        };
        Some(match effect {
            Effect::Award {
                who,
                unit,
                amount,
                campaign,
                terms,
                line,
                why,
                from,
                ..
            } => {
                let what = match from {
                    Account::Transit => "carry_over",
                    _ => "award",
                };
                let did = self.with_terms(points(what, unit, amount.0), terms);
                let mut did = self.with_deadline(did, entry, (*who, *unit), terms);
                did.campaign = (*campaign != 0).then(|| self.name(NameKind::Campaign, *campaign));
                did.line = (*line != 0).then_some(*line);
                did.why = (!why.is_empty()).then(|| why.clone());
                did
            }
            Effect::Debit {
                unit, amount, to, ..
            } => points(debit_word(entry, *to), unit, -amount.0),
            Effect::Restore {
                unit,
                amount,
                terms,
                ..
            } => self.with_terms(points("restore", unit, amount.0), terms),
            Effect::Owe { unit, amount, .. } => points("owe", unit, -amount.0),
            Effect::Held { unit, amount, .. } if is_set_free(&entry.act) => {
                points("set_free", unit, -amount.0)
            }
            Effect::Qualify {
                unit,
                amount,
                campaign,
                ..
            } => {
                let mut did = points("qualify", unit, amount.0);
                did.campaign = (*campaign != 0).then(|| self.name(NameKind::Campaign, *campaign));
                did
            }
            Effect::Extended { unit, expires, .. } => {
                let did = Did {
                    unit: Some(self.unit(*unit)),
                    ..Did::new("extend")
                };
                self.with_end(did, *expires)
            }
            Effect::BenefitUsed {
                unit,
                campaign,
                amount,
                ..
            } => Did {
                unit: Some(self.unit(*unit)),
                campaign: (*campaign != 0).then(|| self.name(NameKind::Campaign, *campaign)),
                money: Some(self.money(*amount)),
                ..Did::new("benefit")
            },
            _ => return self.did_otherwise(effect),
        })
    }

    /// Adds the inactivity deadline that an entry set, if it comes before the
    /// points' own expiry.
    fn with_deadline(&self, did: Did, entry: &Entry, whose: (u8, Number), terms: &Terms) -> Did {
        let set = entry.effects.iter().rev().find_map(|effect| match effect {
            Effect::Deadline { who, unit, at } if (*who, *unit) == whose => *at,
            _ => None,
        });
        let end = set.filter(|at| terms.expires.is_none_or(|own| *at < own));
        match end {
            Some(at) => Did {
                moves_on: true,
                ..self.with_end(did, Some(at))
            },
            None => did,
        }
    }

    fn did_otherwise(&self, effect: &Effect) -> Option<Did> {
        Some(match effect {
            Effect::Discounted {
                campaign,
                amount,
                why,
                lines,
            } => Did {
                campaign: Some(self.name(NameKind::Campaign, *campaign)),
                money: Some(self.money(*amount)),
                line: match lines[..] {
                    [line] => Some(line),
                    _ => None,
                },
                lines: match lines.len() {
                    1 => Vec::new(),
                    _ => lines.clone(),
                },
                why: (!why.is_empty()).then(|| why.clone()),
                ..Did::new("discount")
            },
            Effect::Cut {
                campaign,
                unit,
                asked,
                granted,
                ..
            } => Did {
                campaign: (*campaign != 0).then(|| self.name(NameKind::Campaign, *campaign)),
                unit: Some(self.unit(*unit)),
                why: Some(format!("{asked} proposed, {granted} possible")),
                ..Did::new("cut")
            },
            Effect::RewardUsed {
                reward,
                line,
                amount,
                ..
            } => Did {
                money: Some(self.money(*amount)),
                line: (*line != 0).then_some(*line),
                ..Did::named("reward", self.name(NameKind::Reward, *reward))
            },
            Effect::Returned { of, amount, .. } => Did {
                of: Some(*of),
                money: Some(self.money(*amount)),
                ..Did::new("return")
            },
            Effect::Voided { of } => Did {
                of: Some(*of),
                ..Did::new("void")
            },
            _ => return self.did_elsewhere(effect),
        })
    }

    /// Describes effects on vouchers, partners and pools.
    fn did_elsewhere(&self, effect: &Effect) -> Option<Did> {
        Some(match effect {
            Effect::Voucher {
                unit,
                campaign,
                terms,
                why,
                ..
            } => Did {
                campaign: (*campaign != 0).then(|| self.name(NameKind::Campaign, *campaign)),
                why: (!why.is_empty()).then(|| why.clone()),
                ..self.with_terms(
                    Did::points("issue", self.unit(*unit), Figure::Whole(1)),
                    terms,
                )
            },
            Effect::VoucherUsed {
                unit, line, amount, ..
            } => Did {
                money: Some(self.money(*amount)),
                line: (*line != 0).then_some(*line),
                ..Did::named("voucher", self.unit(*unit))
            },
            Effect::VoucherBound { sku, .. } => Did::named("bound", sku.clone()),
            Effect::PartnerSet { partner, is_active } => Did {
                why: Some(if *is_active { "resumed" } else { "suspended" }.into()),
                ..Did::named("partner", self.name(NameKind::Partner, *partner))
            },
            Effect::PartnerOwes {
                partner,
                amount,
                why,
            } => Did {
                money: Some(self.money(*amount)),
                why: Some(partner_word(*why).into()),
                ..Did::named("partner_owes", self.name(NameKind::Partner, *partner))
            },
            Effect::Pooled {
                pool,
                campaign,
                exact,
                ..
            } => Did {
                campaign: (*campaign != 0).then(|| self.name(NameKind::Campaign, *campaign)),
                money: Some(exact.to_string()),
                ..Did::named("pool", self.name(NameKind::Pool, *pool))
            },
            _ => return self.did_besides(effect),
        })
    }

    /// Describes changes that campaigns made by themselves, and closings by the office.
    fn did_by_itself(&self, effect: &Effect) -> Option<Did> {
        Some(match effect {
            Effect::Tuned {
                campaign,
                name,
                value,
            } => Did {
                campaign: Some(self.name(NameKind::Campaign, *campaign)),
                why: Some(value.to_string()),
                ..Did::named("tuned", name.clone())
            },
            Effect::Targeted {
                campaign,
                is_held_out,
                ..
            } => {
                let what = if *is_held_out { "left_out" } else { "targeted" };
                Did::named(what, self.name(NameKind::Campaign, *campaign))
            }
            Effect::Closed { to } => Did {
                until: Some(to.plus_days(-1).to_string()),
                ..Did::new("closed")
            },
            Effect::GuessCounted { .. } | Effect::GuessLock { .. } => self.did_to_codes(effect)?,
            Effect::Drawn { campaign, .. } => {
                Did::named("drawn", self.name(NameKind::Campaign, *campaign))
            }
            _ => return None,
        })
    }

    /// Describes codes that were wrong, locked or unlocked: their kind, and for whom.
    fn did_to_codes(&self, effect: &Effect) -> Option<Did> {
        let guess = effect.guess()?;
        let (word, end) = match effect {
            Effect::GuessLock { until, .. } if until.is_some() => ("lock", *until),
            Effect::GuessLock { .. } => ("unlock", None),
            _ => ("wrong_code", None),
        };
        let store = match guess.place {
            Place::Unsaid => String::new(),
            Place::Store(number) => format!(" of {}", self.name(NameKind::Store, *number)),
            Place::Named(name) => format!(" of {name}"),
        };
        let whose = match (guess.who, guess.terminal) {
            (Some(_), _) => "for the member".into(),
            (None, "") => format!("by {} without a member{store}", guess.channel.name()),
            (None, terminal) => format!("at {terminal}{store}"),
        };
        Some(Did {
            until: end.map(|at| self.at(at)),
            ..Did::named(word, format!("{} codes {whose}", guess.kind.as_str()))
        })
    }

    /// Describes effects on a member other than points, and on campaigns.
    fn did_besides(&self, effect: &Effect) -> Option<Did> {
        Some(match effect {
            Effect::Campaign { campaign, status } => Did {
                why: Some(status_word(*status).into()),
                ..Did::named("campaign", self.name(NameKind::Campaign, *campaign))
            },
            Effect::Consented {
                purpose, is_given, ..
            } => Did {
                why: Some(if *is_given { "given" } else { "withdrawn" }.into()),
                ..Did::named("consent", self.name(NameKind::Purpose, *purpose))
            },
            Effect::Acted { activity, .. } => {
                Did::named("activity", self.name(NameKind::Activity, *activity))
            }
            Effect::Tagged { tag, is_on, .. } => {
                Did::named(if *is_on { "tag" } else { "untag" }, tag.clone())
            }
            Effect::Message {
                template,
                is_suppressed,
                ..
            } => Did::named(
                if *is_suppressed {
                    "message_suppressed"
                } else {
                    "message"
                },
                template.clone(),
            ),
            Effect::Failed { campaign, .. } => Did {
                campaign: (*campaign != 0).then(|| self.name(NameKind::Campaign, *campaign)),
                ..Did::new("failed")
            },
            Effect::Released { unit, .. } => Did {
                unit: Some(self.unit(*unit)),
                ..Did::new("release")
            },
            Effect::Standing {
                standing: Standing::Active,
                ..
            } => Did::new("enrol"),
            Effect::Standing {
                standing: Standing::Erased,
                ..
            } => Did::new("erase"),
            _ => {
                return self
                    .did_by_itself(effect)
                    .or_else(|| self.did_between(effect));
            }
        })
    }

    /// Describes holds, and transfers between members.
    fn did_between(&self, effect: &Effect) -> Option<Did> {
        Some(match effect {
            Effect::Tier { tier, review, .. } => Did {
                name: Some(self.name(NameKind::Tier, *tier)),
                until: review.map(|day| day.plus_days(-1).to_string()),
                ..Did::new("tier")
            },
            Effect::HoldOpened {
                unit,
                amount,
                until,
                token,
                ..
            } => Did {
                until: Some(self.at(*until)),
                ..Did::points(
                    if token.is_some() { "give" } else { "hold" },
                    self.unit(*unit),
                    self.figure(*unit, amount.negated()),
                )
            },
            Effect::HoldClosed {
                hold, is_timeout, ..
            } => Did {
                of: Some(*hold),
                why: is_timeout.then(|| "its time ran out".into()),
                ..Did::new("hold_end")
            },
            Effect::Standing {
                standing: Standing::MergedInto(_),
                ..
            } => Did::new("merge"),
            Effect::Household {
                who: 0, household, ..
            } => Did::new(match household {
                Some(_) => "household_join",
                None => "household_leave",
            }),
            Effect::Absorbed {
                is_undone: true, ..
            } => Did::new("unmerge"),
            Effect::LotMoved {
                who: 0,
                unit,
                amount,
                ..
            } => Did::points(
                "send",
                self.unit(*unit),
                self.figure(*unit, amount.negated()),
            ),
            Effect::LotMoved { unit, amount, .. } => {
                Did::points("receive", self.unit(*unit), self.figure(*unit, *amount))
            }
            _ => return None,
        })
    }
}

/// True if held points became the member's own again.
fn is_set_free(act: &Act) -> bool {
    matches!(
        act,
        Act::Release { .. } | Act::VoucherReturned { .. } | Act::TransferReturned { .. }
    )
}

fn debit_word(entry: &Entry, to: Account) -> &'static str {
    match (to, &entry.act) {
        (Account::Breakage, _) => "expire",
        (Account::Redemption, _) => "redeem",
        (Account::Clawback, _) => "take_back",
        (Account::Pool(_), _) => "donate",
        (_, Act::Reversal { .. }) => "take_back",
        (Account::Transit, _) => "carry_over",
        _ => "debit",
    }
}

/// Word for the reason of a partner's debt or claim.
fn partner_word(why: PartnerWhy) -> &'static str {
    match why {
        PartnerWhy::Earned => "earned",
        PartnerWhy::Redeemed => "redeemed",
        PartnerWhy::Undone => "undone",
        PartnerWhy::Settled => "settled",
    }
}
