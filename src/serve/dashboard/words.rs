//! Words of answers in Simplified Chinese: kinds of entries, what becomes of vouchers,
//! parts of a balance, tenders.

/// A word in Simplified Chinese; None for one that is not ours, such as a shop's own.
pub(super) fn chinese(word: &str) -> Option<&'static str> {
    let found = WORDS.iter().find(|(known, _)| *known == word);
    found.map(|(_, chinese)| *chinese)
}

#[rustfmt::skip]
const WORDS: &[(&str, &str)] = &[
    // Kinds of entries.
    ("activity", "行为"), ("adjustment", "人工调整"), ("alert_changed", "提醒变更"),
    ("announcement_withdrawn", "撤回条款预告"),
    ("campaign_changed", "活动变更"), ("campaign_targeted", "选定活动对象"), ("campaign_tuned", "活动调节"),
    ("capture", "扣款"), ("claim", "补领"), ("clock_corrected", "时钟校正"), ("code_tried", "错误代码"),
    ("consent_changed", "同意变更"), ("cost_booked", "记录成本"), ("due", "到期处理"), ("enrolled", "入会"),
    ("erased", "删除会员"), ("followed", "规则后续"), ("genesis", "账本创建"), ("goal_set", "设定目标"),
    ("guessing_locked", "锁定"), ("guessing_unlocked", "解锁"), ("hold", "预留"),
    ("household_changed", "家庭变更"), ("imported", "导入"), ("key_rotated", "更换密钥"), ("merged", "合并"),
    ("noted", "备注"), ("order_sent_again", "订单重发"), ("outbox_acknowledged", "消息确认"),
    ("partner_changed", "合作伙伴变更"), ("pass_cancelled", "会员卡取消"), ("pass_renewed", "会员卡续费"),
    ("pass_started", "会员卡开通"), ("period_closed", "期间关闭"), ("policy_activated", "方案生效"),
    ("policy_scheduled", "方案排期"), ("pool_paid", "资金池支出"), ("profile_changed", "资料变更"),
    ("purchase", "购买"), ("recovered", "修复"), ("redemption", "兑换"), ("refused", "已拒绝"),
    ("release", "解除预留"), ("restored", "恢复"), ("return", "退货"), ("return_without_slip", "无票退货"),
    ("reversal", "作废"), ("schedule_cancelled", "取消排期"), ("settled", "结算"), ("stories_kept", "保存用例"),
    ("terms_announced", "条款预告"), ("transfer", "转赠"), ("transfer_claimed", "转赠领取"),
    ("transfer_returned", "转赠退回"), ("unmerged", "取消合并"), ("voucher_claimed", "优惠券领取"),
    ("voucher_given", "优惠券赠送"), ("voucher_issued", "优惠券发放"), ("voucher_returned", "优惠券退回"),
    ("voucher_voided", "优惠券作废"),
    // What becomes of points and vouchers.
    ("adjusted", "更正"), ("expired", "过期"), ("issued", "已发放"), ("lapsed", "已失效"), ("matured", "已到期"),
    ("used", "已使用"), ("voided", "已作废"),
    // Parts of a balance.
    ("available", "可用"), ("held", "预留"), ("owed", "欠"), ("pending", "待生效"),
    // Tenders.
    ("card", "银行卡"), ("cash", "现金"), ("gift_card", "礼品卡"), ("mobile", "移动支付"), ("points", "积分"),
    ("unsaid", "未注明"), ("voucher", "优惠券"), ("reward", "奖励"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Kinds of entries, as the model spells them.
    const MODEL: &str = include_str!("../../model/act.rs");

    #[test]
    fn every_kind_of_entry_has_its_chinese() {
        let (_, kinds) = MODEL.split_once("pub fn kind(&self)").unwrap();
        let (kinds, _) = kinds.split_once("\n    }\n").unwrap();
        let kinds: Vec<&str> = kinds.split('"').skip(1).step_by(2).collect();
        assert!(kinds.len() > 50, "{kinds:?}");
        for kind in kinds {
            assert!(chinese(kind).is_some(), "{kind}");
        }
    }
}
