//! Words of slips, by language.

use crate::answer::EffectKind;
use crate::command::Lang;

/// Makes [`Words`] and those of both languages: each with its name, its English and its
/// Simplified Chinese, and likewise each kind of effect that slips tell of.
macro_rules! words {
    (
        sentences { $($name:ident $english:literal $chinese:literal)* }
        kinds { $($kind:ident $kind_english:literal $kind_chinese:literal)* }
    ) => {
        /// Words of a language; `{}` stands for what is filled in, in order.
        pub(super) struct Words {
            $(pub $name: &'static str,)*
            kinds: &'static [(EffectKind, &'static str)],
        }

        const ENGLISH: Words = Words {
            $($name: $english,)*
            kinds: &[$((EffectKind::$kind, $kind_english),)*],
        };

        const CHINESE: Words = Words {
            $($name: $chinese,)*
            kinds: &[$((EffectKind::$kind, $kind_chinese),)*],
        };

        #[cfg(test)]
        const PAIRS: &[(&str, &str)] = &[$(($english, $chinese),)*];
    };
}

words! {
    sentences {
        entry "Entry {}" "记录 {}"
        receipt "Slip {}" "小票 {}"
        training "TRAINING - NOTHING WAS BOOKED" "培训 - 未入账"
        quote "QUOTE - NOTHING WAS BOOKED" "试算 - 未入账"
        reprint "REPRINT" "补打"
        pending "PENDING - POINTS ARE BOOKED LATER" "待入账 - 积分稍后入账"
        spendable_from "can be used from {}" "{} 起可用"
        balance "BALANCE" "余额"
        balance_on "BALANCE on {}" "余额（{}）"
        later "{} more from later" "另有 {} 稍后可用"
        held "{} set aside" "已冻结 {}"
        ending "{} end after {}" "{} 有效期至 {}"
        moves_on "; buying moves it on" "，再次消费可延期"
        keeps "; {} of it stays" "，保留 {}"
        half "half" "一半"
        tier "Tier {}" "等级 {}"
        tier_until "Tier {} until {}" "等级 {}，至 {}"
        needs "{} more for {}" "再得 {} 可升级为 {}"
        voucher "Voucher {}" "优惠券 {}"
        voucher_until "Voucher {} until {}" "优惠券 {}，至 {}"
        voucher_code "Its code:" "券码："
        gift_code "A gift: whoever has this code may claim it" "礼品码，凭码领取："
        claim "Points for this purchase, with this code:" "凭此码领取本单积分："
        claim_until "to be claimed until {}" "请于 {} 前（含当日）领取"
    }
    kinds {
        Award "Earned" "获得"
        Redeem "Redeemed" "使用"
        TakeBack "Taken back" "扣回"
        Restore "Put back" "退回"
        Owe "Owed" "欠"
        Donate "Donated" "捐赠"
        Expire "Ended" "过期"
        Send "Sent" "转出"
        Receive "Received" "转入"
        Hold "Set aside" "冻结"
        Give "Given away" "赠出"
        SetFree "Free again" "解冻"
        Debit "Taken off" "扣减"
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_the_same_places() {
        let places = |sentence: &str| sentence.matches("{}").count();
        for (english, chinese) in PAIRS {
            assert_eq!(places(english), places(chinese), "{english}");
        }
        assert_eq!(filled("{} of {}", &["1", "2"]), "1 of 2");
    }
}
