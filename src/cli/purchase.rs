//! `stampbook purchase`

use super::args::{HeadArgs, ToRaw, figure, parts, some, text, texts};
use crate::command::{
    Bad,
    raw::{self, Raw},
};
use clap::Args;

/// Books a sale. Lines + charges - discounts = total = tenders, where given.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Examples:
  stampbook purchase --member card:6900012345 --total 42.50 --key till-1/000817
  stampbook purchase --member card:6900012345 --total 42.50 --line LATTE:coffee:2:29.00 --line SCONE:food:1:13.50 --tender points:star:100:5.00 --tender cash:37.50")]
pub struct PurchaseArgs {
    /// Whom it concerns: an alias or a member id; absent for a sale without one.
    #[arg(long)]
    pub member: Option<String>,
    /// What is owed after all discounts, tax included.
    #[arg(long, allow_negative_numbers = true)]
    pub total: String,
    /// ISO 4217 code; must be the programme's.
    #[arg(long)]
    pub currency: Option<String>,
    /// A position: SKU:CATEGORY:QTY:AMOUNT or SKU:AMOUNT; may be repeated.
    #[arg(long = "line", value_name = "LINE")]
    pub lines: Vec<String>,
    /// What is owed besides the lines: tax:1.20, delivery:3.00; may be repeated.
    #[arg(long = "charge", value_name = "KIND:AMOUNT")]
    pub charges: Vec<String>,
    /// A discount on the whole: CAMPAIGN:AMOUNT, or AMOUNT for the shop's own; may be repeated.
    #[arg(long = "discount", value_name = "DISCOUNT")]
    pub discounts: Vec<String>,
    /// What was paid with: cash:42.50, points:star:500:5.00, reward:free-coffee, voucher:CODE; may be repeated.
    #[arg(long = "tender", value_name = "TENDER")]
    pub tenders: Vec<String>,
    /// How the member was known: scanned, typed, app, staff.
    #[arg(long)]
    pub by: Option<String>,
    /// The shop's own slip number.
    #[arg(long)]
    pub receipt: Option<String>,
    /// An order number that holds on every channel.
    #[arg(long)]
    pub order: Option<String>,
    /// A promotion code; may be repeated.
    #[arg(long = "code", value_name = "CODE")]
    pub codes: Vec<String>,
    /// Enrol the member if nobody owns the alias.
    #[arg(long, alias = "enroll")]
    pub enrol: bool,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for PurchaseArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let purchase = raw::Purchase {
            total: self.total.as_str().into(),
            currency: text(&self.currency),
            lines: each(&self.lines, line)?,
            charges: each(&self.charges, charge)?,
            discounts: each(&self.discounts, discount)?,
            tenders: each(&self.tenders, tender)?,
            by: text(&self.by),
            receipt: text(&self.receipt),
            order: text(&self.order),
            codes: texts(&self.codes),
            enrol: self.enrol,
            ..raw::Purchase::default()
        };
        let head = self.head.head(self.member.as_deref());
        Ok(Raw::Purchase(Box::new(purchase.with_head(head))))
    }
}

fn each<'t, T>(
    flags: &'t [String],
    read: impl Fn(&'t str) -> Result<T, Bad>,
) -> Result<Vec<T>, Bad> {
    flags.iter().map(|flag| read(flag)).collect()
}

fn line(flag: &str) -> Result<raw::Line, Bad> {
    let found = parts(
        "--line",
        flag,
        &[2, 4],
        "LATTE:coffee:2:29.00 or LATTE:29.00",
    )?;
    let (category, qty) = match found[..] {
        [_, category, qty, _] => (category, qty),
        _ => ("", ""),
    };
    Ok(raw::Line {
        sku: some(found[0]),
        category: some(category),
        qty: (!qty.is_empty()).then(|| qty.into()),
        amount: found[found.len() - 1].into(),
        tags: Vec::new(),
    })
}

fn charge(flag: &str) -> Result<raw::Charge, Bad> {
    let found = parts("--charge", flag, &[2], "tax:1.20")?;
    Ok(raw::Charge {
        kind: found[0].into(),
        amount: found[1].into(),
    })
}

fn discount(flag: &str) -> Result<raw::Discount, Bad> {
    let found = parts("--discount", flag, &[1, 2], "CAMPAIGN:1.00 or 1.00")?;
    Ok(raw::Discount {
        campaign: (found.len() == 2).then(|| found[0].into()),
        amount: found[found.len() - 1].into(),
        why: None,
    })
}

fn tender(flag: &str) -> Result<raw::Tender, Bad> {
    const FORMS: &str =
        "cash:42.50, points:star:500:5.00, reward:free-coffee[:3.20] or voucher:CODE[:3.20]";
    let found = parts("--tender", flag, &[2, 3, 4], FORMS)?;
    let tender = raw::Tender {
        kind: found[0].into(),
        ..raw::Tender::default()
    };
    match found[..] {
        ["points", unit, points, amount] => Ok(raw::Tender {
            unit: Some(unit.into()),
            points: Some(figure("--tender", points)?),
            amount: Some(amount.into()),
            ..tender
        }),
        ["reward", reward, ref amount @ ..] if amount.len() < 2 => Ok(raw::Tender {
            reward: Some(reward.into()),
            amount: amount.first().map(|a| (*a).into()),
            ..tender
        }),
        ["voucher", code, ref amount @ ..] if amount.len() < 2 => Ok(raw::Tender {
            code: Some(code.into()),
            amount: amount.first().map(|a| (*a).into()),
            ..tender
        }),
        [kind, amount] if kind != "points" => Ok(raw::Tender {
            amount: Some(amount.into()),
            ..tender
        }),
        _ => Err(Bad::new(
            "--tender",
            format!("'{flag}' is not of the form {FORMS}"),
        )),
    }
}
