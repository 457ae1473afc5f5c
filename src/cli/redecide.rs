//! `stampbook redecide`

use super::options::Cli;
use super::print::{Exit, Failure, Printer, cell, row};
use crate::answer::{Answer, CodeShown};
use crate::command::Figure;
use crate::engine::{self, Error, Ledger, Redecided, VoucherCorrection};
use crate::model::counted;
use crate::model::{Day, Instant, NameKind, Number};
use crate::query::instant_named;
use crate::workbench::simulation::{InOrder, in_order};
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;

/// Decides again what a campaign gave (or failed to give) for purchases, activities and
/// enrolments, with the programme that is active now, and shows the differences; --book
/// books them as adjustments, by which tiers are judged. What it gave on days of its own
/// (on_day), to whoever brought somebody, and as vouchers stays. Of a campaign that the programme no
/// longer has, all that it gave is too much. What is taken back comes from
/// points of the campaign only.
///
/// With `--by occurred` it asks another question: what one till would have given that had
/// booked everything in order of time. Sales that came late, such as those of a drained
/// queue, and all that was booked since the first of them, are decided again in their
/// places, each by the programme of its time, with budgets, limits, stock of vouchers and
/// tiers as they would have been. --book gives what is missing and takes back what was too
/// much, points and vouchers. It puts right what members have; it does not take back what
/// is spent, does not sell again what was refused or left out, and leaves the counts of
/// limits per member and day as they were booked.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook redecide --campaign double-tuesday --from 2026-11-01 --to 2026-11-30
  stampbook redecide --campaign double-tuesday --from 2026-11-24T10:00:00+01:00 --to 2026-11-24T11:30:00+01:00
  stampbook redecide --campaign double-tuesday --from 2026-11-01 --to 2026-11-30 --book --reason 'rate was wrong'
  stampbook redecide --by occurred --from 2026-11-28
  stampbook redecide --by occurred --from 2026-11-28 --book --reason 'till-2 was offline'")]
pub struct RedecideArgs {
    /// The campaign's id.
    #[arg(long, required_unless_present = "by")]
    pub campaign: Option<String>,
    /// Decide all late sales again, in order of time.
    #[arg(long, value_name = "ORDER", conflicts_with = "campaign")]
    pub by: Option<By>,
    /// The first day, or instant.
    #[arg(long, value_name = "WHEN")]
    pub from: String,
    /// The last day, or instant, included; with --by, now if absent.
    #[arg(long, value_name = "WHEN", required_unless_present = "by")]
    pub to: Option<String>,
    /// Book the differences.
    #[arg(long, requires = "reason")]
    pub book: bool,
    /// Take back what was given too much as well; with --by that is always done.
    #[arg(long)]
    pub take_back: bool,
    /// Reason; kept for ever.
    #[arg(long)]
    pub reason: Option<String>,
}

/// Order in which sales are decided again.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// When they happened.
    Occurred,
}

/// One difference, with names.
#[derive(Serialize)]
struct Difference {
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<u64>,
    member: String,
    unit: String,
    points: Figure,
}

/// Vouchers of a unit that a member lacks, or has too many of.
#[derive(Serialize)]
struct VouchersTold {
    member: String,
    unit: String,
    /// Negative: too many.
    count: i64,
}

/// A member whose tier would be another.
#[derive(Serialize)]
struct TierTold {
    member: String,
    tier: String,
    in_order: String,
}

impl RedecideArgs {
    /// Shows the differences, and books them if asked to.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("redecide", out, |ledger, out| {
            let to = match &self.to {
                Some(to) => instant_named(ledger, "--to", to)?,
                None => Instant(i64::MAX),
            };
            let from = match Day::parse(&self.from) {
                Ok(day) => ledger.programme()?.calendar.start_of(day),
                Err(_) => instant_named(ledger, "--from", &self.from)?,
            };
            if from > to {
                let to = self.to.as_deref().unwrap_or_default();
                let message = format!("--from: {} is after --to, {to}", self.from);
                return Err(Failure::bad_input(message));
            }
            let reason = self.reason.as_deref().unwrap_or_default();
            let Some(campaign) = &self.campaign else {
                return self.by_occurred(ledger, (from, to), reason, out);
            };
            let found = engine::redecide(ledger, campaign, from, to)?;
            let booked = match self.book {
                false => Vec::new(),
                true => engine::settle_redecided(ledger, &found, self.take_back, reason)?,
            };
            self.tell(&differences(ledger, &found)?, &booked, out)
        })
    }

    fn by_occurred(
        &self,
        ledger: &mut Ledger,
        (from, to): (Instant, Instant),
        reason: &str,
        out: &mut Printer,
    ) -> Result<Exit, Failure> {
        let found = in_order(ledger, from, to)?;
        let (points, vouchers, tiers) = (
            differences(ledger, &found.points)?,
            vouchers_told(ledger, &found),
            tiers_told(ledger, &found),
        );
        let (mut booked, mut answers) = (Vec::new(), Vec::new());
        if self.book {
            let vouchers = voucher_corrections(&found);
            (booked, answers) = engine::settle_in_order(ledger, &found.points, &vouchers, reason)?;
        }
        let (seqs, codes, refused) = parted(answers);
        booked.extend(seqs);
        if out.is_json() {
            return out.done(&json!({
                "ok": true, "late": found.late, "again": found.entries,
                "differences": points, "vouchers": vouchers, "tiers": tiers,
                "impossible": found.unlike.refused, "booked": booked, "codes": codes,
                "not_booked": refused,
            }));
        }
        out.line(format!(
            "{} late; {} decided again in order of time",
            counted(found.late, "command came", "commands came"),
            counted(found.entries, "entry was", "entries were"),
        ))?;
        self.tell(&points, &booked, out)?;
        let rows = vouchers.iter();
        let rows = rows.map(|v| row(&[&v.member, &v.unit, &format!("{:+}", v.count)]));
        out.table(&["member", "voucher", "missing"], rows)?;
        let rows = tiers.iter();
        let rows = rows.map(|t| row(&[&t.member, &t.tier, &t.in_order]));
        out.table(&["member", "tier", "in order of time"], rows)?;
        for code in &codes {
            out.line(format!("{}: {}", code.unit, code.code))?;
        }
        for (code, count) in &found.unlike.refused {
            out.note(format!(
                "note: {count} would have been refused in order: {code}"
            ));
        }
        for message in refused {
            out.note(format!("note: not booked: {message}"));
        }
        Ok(Exit::Done)
    }

    fn tell(
        &self,
        found: &[Difference],
        booked: &[u64],
        out: &mut Printer,
    ) -> Result<Exit, Failure> {
        let rows = found.iter();
        let rows =
            rows.map(|d| row(&[&cell(d.of), &d.member, &format!("{:+}", d.points), &d.unit]));
        out.table(&["entry", "member", "points", "unit"], rows)?;
        let differences = counted(found.len() as u64, "difference", "differences");
        let adjusted = counted(booked.len() as u64, "adjustment", "adjustments");
        out.line(match (found.len(), self.book) {
            (0, _) => "nothing differs".into(),
            (_, false) => format!("{differences}; nothing was booked (--book books them)"),
            (_, true) => format!("{differences}; {adjusted} booked"),
        })?;
        let is_less = |d: &Difference| d.points.to_decimal().is_sign_negative();
        let is_kept = !self.take_back && self.by.is_none();
        if found.iter().any(is_less) && is_kept && !out.is_json() {
            out.note("note: what was given too much is taken back only with --take-back");
        }
        out.done(&json!({"ok": true, "differences": found, "booked": booked}))
    }
}

/// Entries and codes of the corrections that were booked, and why the others were not.
fn parted(answers: Vec<Answer>) -> (Vec<u64>, Vec<CodeShown>, Vec<String>) {
    let (mut booked, mut codes, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Answer::Accepted(done) => {
                booked.extend(done.seq);
                codes.extend(done.codes);
            }
            Answer::Refused(no) => refused.push(no.message),
        }
    }
    (booked, codes, refused)
}

fn differences(ledger: &Ledger, found: &[Redecided]) -> Result<Vec<Difference>, Error> {
    let (names, programme) = (&ledger.global().names, ledger.programme()?);
    let named = |d: &Redecided| Difference {
        of: d.of,
        member: d.member.to_string(),
        unit: names.text(NameKind::Unit, d.unit),
        points: Figure::of_number(programme, d.unit, d.points),
    };
    Ok(found.iter().map(named).collect())
}

fn vouchers_told(ledger: &Ledger, found: &InOrder) -> Vec<VouchersTold> {
    let names = &ledger.global().names;
    let told = found.vouchers.iter().map(|one| VouchersTold {
        member: one.member.to_string(),
        unit: names.text(NameKind::Unit, one.unit),
        count: one.count,
    });
    told.collect()
}

fn tiers_told(ledger: &Ledger, found: &InOrder) -> Vec<TierTold> {
    let names = &ledger.global().names;
    let named = |tier: Number| match tier {
        0 => "none".to_owned(),
        tier => names.text(NameKind::Tier, tier),
    };
    let told = found.tiers.iter().map(|one| TierTold {
        member: one.member.to_string(),
        tier: named(one.tier),
        in_order: named(one.in_order),
    });
    told.collect()
}

/// Corrections of vouchers: of each unit, those too many go to members who lack one, as far
/// as there are both.
fn voucher_corrections(found: &InOrder) -> Vec<VoucherCorrection> {
    let units: BTreeSet<Number> = found.vouchers.iter().map(|one| one.unit).collect();
    let mut all = Vec::new();
    for unit in units {
        let own = || found.vouchers.iter().filter(|one| one.unit == unit);
        let mut lots = own().flat_map(|one| one.lots.iter().map(|lot| (one.member, *lot)));
        let missing = own().flat_map(|one| {
            std::iter::repeat_n(one.member, usize::try_from(one.count).unwrap_or(0))
        });
        for to in missing {
            all.push(match lots.next() {
                Some((from, lot)) => VoucherCorrection::Move { from, lot, to },
                None => VoucherCorrection::Issue { member: to, unit },
            });
        }
        all.extend(lots.map(|(member, lot)| VoucherCorrection::Void { member, lot }));
    }
    all
}
