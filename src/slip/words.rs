//! Words of slips, by language.

use crate::answer::EffectKind;
use crate::command::Lang;

/// Words of a language; `{}` stands for what is filled in, in order.
pub(super) struct Words {
    pub entry: &'static str,
    pub receipt: &'static str,
    pub training: &'static str,
    pub quote: &'static str,
    pub reprint: &'static str,
    pub pending: &'static str,
    pub spendable_from: &'static str,
    pub balance: &'static str,
    pub balance_on: &'static str,
    pub later: &'static str,
    pub held: &'static str,
    pub ending: &'static str,
    pub moves_on: &'static str,
    pub keeps: &'static str,
    pub half: &'static str,
    pub tier: &'static str,
    pub tier_until: &'static str,
    pub needs: &'static str,
    pub voucher: &'static str,
    pub voucher_until: &'static str,
    pub voucher_code: &'static str,
    pub gift_code: &'static str,
    pub claim: &'static str,
    pub claim_until: &'static str,
    kinds: &'static [(EffectKind, &'static str)],
}

impl Words {
    /// Word for an effect that moved points, if slips tell of it.
    pub fn kind(&self, kind: EffectKind) -> Option<&'static str> {
        let mut kinds = self.kinds.iter();
        kinds
            .find(|(known, _)| *known == kind)
            .map(|(_, word)| *word)
    }
}

/// Fills in the places of a sentence.
pub(super) fn filled(sentence: &str, parts: &[&str]) -> String {
    let mut parts = parts.iter();
    let mut told = String::new();
    let mut pieces = sentence.split("{}").peekable();
    while let Some(piece) = pieces.next() {
        told.push_str(piece);
        if pieces.peek().is_some() {
            told.push_str(parts.next().unwrap_or(&""));
        }
    }
    told
}

/// Words of a language.
pub(super) fn of(lang: Lang) -> &'static Words {
    match lang {
        Lang::En => &ENGLISH,
        Lang::Zh => &CHINESE,
    }
}

const ENGLISH: Words = Words {
    entry: "Entry {}",
    receipt: "Slip {}",
    training: "TRAINING - NOTHING WAS BOOKED",
    quote: "QUOTE - NOTHING WAS BOOKED",
    reprint: "REPRINT",
    pending: "PENDING - POINTS ARE BOOKED LATER",
    spendable_from: "can be used from {}",
    balance: "BALANCE",
    balance_on: "BALANCE on {}",
    later: "{} more from later",
    held: "{} set aside",
    ending: "{} end after {}",
    moves_on: "; buying moves it on",
    keeps: "; {} of it stays",
    half: "half",
    tier: "Tier {}",
    tier_until: "Tier {} until {}",
    needs: "{} more for {}",
    voucher: "Voucher {}",
    voucher_until: "Voucher {} until {}",
    voucher_code: "Its code:",
    gift_code: "A gift: whoever has this code may claim it",
    claim: "Points for this purchase, with this code:",
    claim_until: "to be claimed until {}",
    kinds: &[
        (EffectKind::Award, "Earned"),
        (EffectKind::Redeem, "Redeemed"),
        (EffectKind::TakeBack, "Taken back"),
        (EffectKind::Restore, "Put back"),
        (EffectKind::Owe, "Owed"),
        (EffectKind::Donate, "Donated"),
        (EffectKind::Expire, "Ended"),
        (EffectKind::Send, "Sent"),
        (EffectKind::Receive, "Received"),
        (EffectKind::Hold, "Set aside"),
        (EffectKind::Give, "Given away"),
        (EffectKind::SetFree, "Free again"),
        (EffectKind::Debit, "Taken off"),
    ],
};

const CHINESE: Words = Words {
    entry: "记录 {}",
    receipt: "小票 {}",
    training: "培训 - 未入账",
    quote: "试算 - 未入账",
    reprint: "补打",
    pending: "待入账 - 积分稍后入账",
    spendable_from: "{} 起可用",
    balance: "余额",
    balance_on: "余额（{}）",
    later: "另有 {} 稍后可用",
    held: "已冻结 {}",
    ending: "{} 有效期至 {}",
    moves_on: "，再次消费可延期",
    keeps: "，保留 {}",
    half: "一半",
    tier: "等级 {}",
    tier_until: "等级 {}，至 {}",
    needs: "再得 {} 可升级为 {}",
    voucher: "优惠券 {}",
    voucher_until: "优惠券 {}，至 {}",
    voucher_code: "券码：",
    gift_code: "礼品码，凭码领取：",
    claim: "凭此码领取本单积分：",
    claim_until: "请于 {} 前（含当日）领取",
    kinds: &[
        (EffectKind::Award, "获得"),
        (EffectKind::Redeem, "使用"),
        (EffectKind::TakeBack, "扣回"),
        (EffectKind::Restore, "退回"),
        (EffectKind::Owe, "欠"),
        (EffectKind::Donate, "捐赠"),
        (EffectKind::Expire, "过期"),
        (EffectKind::Send, "转出"),
        (EffectKind::Receive, "转入"),
        (EffectKind::Hold, "冻结"),
        (EffectKind::Give, "赠出"),
        (EffectKind::SetFree, "解冻"),
        (EffectKind::Debit, "扣减"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_places_and_kinds() {
        let sentences = |w: &Words| {
            [
                w.entry,
                w.receipt,
                w.training,
                w.quote,
                w.reprint,
                w.pending,
                w.spendable_from,
                w.balance,
                w.balance_on,
                w.later,
                w.held,
                w.ending,
                w.moves_on,
                w.keeps,
                w.tier,
                w.tier_until,
                w.needs,
                w.voucher,
                w.voucher_until,
                w.voucher_code,
                w.gift_code,
                w.claim,
                w.claim_until,
            ]
            .map(|sentence| sentence.matches("{}").count())
        };
        assert_eq!(sentences(&ENGLISH), sentences(&CHINESE));
        let kinds = |w: &Words| w.kinds.iter().map(|(kind, _)| *kind).collect::<Vec<_>>();
        assert_eq!(kinds(&ENGLISH), kinds(&CHINESE));
        assert_eq!(filled("{} of {}", &["1", "2"]), "1 of 2");
    }
}
