//! Words of answers in Simplified Chinese: kinds of entries, what becomes of vouchers,
//! parts of a balance, tenders; fields and sentences of an explanation.

use crate::answer::catalogue;

/// A word in Simplified Chinese; None for what is not ours, such as a shop's own.
pub(super) fn chinese(word: &str) -> Option<&'static str> {
    of(WORDS, word)
}

/// The name of a field of an answer.
pub(super) fn field_zh(name: &str) -> Option<&'static str> {
    of(FIELDS, name)
}

/// The value of a field in a part of an answer. What a shop named, and what was written by
/// hand, stays as it is.
pub(super) fn value_zh(part: &str, field: &str, text: &str) -> String {
    let word = match (part, field) {
        _ if text == "true" => Some("是"),
        _ if text == "false" => Some("否"),
        ("", "kind") => chinese(text),
        ("did", "effect") => of(EFFECTS, text),
        ("bill", "what") | ("rounding", "how") | ("", "channel") => of(PARTS, text),
        ("warnings", "code") => return explained(text, text),
        ("not_run", "why") | ("cuts", "by") => return sentence_zh(text),
        ("", "what") => return refusal_zh(text),
        _ => None,
    };
    word.unwrap_or(text).into()
}

/// Words of an entry; those of a refusal begin with what its code means.
pub(super) fn refusal_zh(text: &str) -> String {
    let said = text.split_once(" refused: ").map(|(_, said)| said);
    let code = said.and_then(|said| said.strip_suffix(')')?.rsplit_once('('));
    code.map_or_else(|| text.into(), |(_, code)| explained(code, text))
}

/// A text behind what its code means; a code of a shop's own script leaves the text as it is.
fn explained(code: &str, text: &str) -> String {
    match catalogue::find(code) {
        Some(known) => format!("{}（{text}）", known.meaning_zh),
        None => text.into(),
    }
}

/// A sentence of an explanation, by how it begins.
fn sentence_zh(text: &str) -> String {
    let begun = SENTENCES.iter().find(|(known, _)| text.starts_with(known));
    match begun {
        // What is named behind a blank stays as it is.
        Some((known, chinese)) if known.ends_with(' ') => {
            format!("{chinese}{}", &text[known.len()..])
        }
        Some((_, chinese)) => (*chinese).into(),
        None => text.into(),
    }
}

fn of(table: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    let found = table.iter().find(|(known, _)| *known == word);
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

/// Fields of explanations and of the description of a programme.
#[rustfmt::skip]
const FIELDS: &[(&str, &str)] = &[
    ("after", "之后余额"), ("amount", "数量"), ("approver", "批准人"), ("asked", "建议"),
    ("available_at", "可用时间"), ("awards", "发放"), ("bill", "账单"), ("by", "限额"), ("campaign", "活动"),
    ("campaigns", "活动"), ("channel", "渠道"), ("code", "代码"), ("corrected_as", "更正为条目"),
    ("corrects", "更正自条目"), ("costs", "成本"), ("currency", "币种"), ("cuts", "削减"), ("day", "营业日"),
    ("did", "影响"), ("digest", "摘要"), ("digits", "小数位数"), ("effect", "影响"), ("effective", "生效时间"),
    ("exact", "脚本建议"), ("expires_at", "到期时间"), ("fills", "抵欠"), ("given", "依据的事实"),
    ("granted", "实给"), ("how", "舍入方式"), ("is_history", "历史补录"), ("key", "键"), ("kind", "类型"),
    ("last_day", "最后可用日"), ("line", "行"), ("lines", "行"), ("member", "会员"), ("message", "说明"),
    ("money", "金额"), ("moves_on", "可顺延"), ("name", "名称"), ("not_run", "未参与的活动"), ("number", "编号"),
    ("of", "对象"), ("operator", "操作员"), ("programme", "方案"), ("purposes", "同意用途"), ("qty", "数量"),
    ("recorded", "记录时间"), ("rewards", "奖励"), ("rounding", "舍入"), ("seq", "条目"), ("store", "门店"),
    ("stores", "门店"), ("terminal", "终端"), ("terminals", "终端"), ("tiers", "等级"), ("unit", "单位"),
    ("units", "单位"), ("until", "截止"), ("value", "价值"), ("warnings", "警告"), ("what", "内容"),
    ("why", "原因"), ("at", "时间"),
];

/// Kinds of effects.
#[rustfmt::skip]
const EFFECTS: &[(&str, &str)] = &[
    ("acknowledge", "消息已确认"), ("activity", "行为"), ("award", "发放积分"), ("benefit", "使用会员卡权益"),
    ("bound", "券限定商品"), ("campaign", "活动变更"), ("carry_over", "到期保留部分"), ("closed", "期间关闭"),
    ("consent", "同意变更"), ("cut", "削减"), ("debit", "人工扣减"), ("discount", "折扣"), ("donate", "捐赠"),
    ("drawn", "抽奖"), ("enrol", "入会"), ("erase", "删除会员"), ("expire", "过期"), ("extend", "延期"),
    ("failed", "脚本出错"), ("give", "赠出待领"), ("hold", "预留"), ("hold_end", "预留结束"),
    ("household_join", "加入家庭"), ("household_leave", "离开家庭"), ("issue", "发放优惠券"),
    ("left_out", "留作对照"), ("lock", "锁定代码"), ("merge", "合并"), ("message", "消息待发"),
    ("message_suppressed", "未同意，消息不发"), ("note", "备注"), ("owe", "欠账变更"), ("partner", "合作伙伴变更"),
    ("partner_owes", "合作伙伴应付"), ("pool", "资金池变更"), ("qualify", "计入等级"), ("receive", "转入"),
    ("redeem", "使用"), ("release", "到期可用"), ("restore", "退回"), ("return", "退货"), ("reward", "奖励抵付"),
    ("send", "转出"), ("set_free", "解除预留"), ("tag", "加标签"), ("take_back", "收回"), ("targeted", "列为活动对象"),
    ("tier", "等级"), ("tuned", "活动调节"), ("unlock", "解锁代码"), ("unmerge", "取消合并"), ("untag", "去标签"),
    ("void", "作废"), ("voucher", "优惠券抵付"), ("wrong_code", "错误代码"),
];

/// Positions of a bill, ways of rounding, and channels.
#[rustfmt::skip]
const PARTS: &[(&str, &str)] = &[
    ("charge", "附加费"), ("discount", "折扣"), ("paid", "已付"), ("paid in", "外币支付"), ("to collect", "待收"),
    ("total", "总额"), ("app", "应用"), ("house", "账本自身"), ("mini_program", "小程序"), ("office", "办公室"),
    ("till", "收银台"), ("web", "网店"), ("ceil", "向上"), ("floor", "向下"), ("halfeven", "四舍六入五成双"), ("halfup", "四舍五入"),
];

/// Sentences of explanations, by how they begin.
#[rustfmt::skip]
const SENTENCES: &[(&str, &str)] = &[
    // Limits.
    ("the campaign's budget", "活动预算"), ("the campaign's limit for each member", "活动对每位会员的限额"),
    ("the campaign's limit for each household", "活动对每个家庭的限额"), ("the limit for one entry", "单笔限额"),
    ("another campaign of its group gave more", "同组另一活动给得更多"),
    ("a campaign before it stops the others", "前面的活动排除其余活动"),
    ("the member is held out, to compare with", "该会员留作对照"), ("nothing was left of it", "已无剩余"),
    ("the partner does not take part", "合作伙伴不参与"),
    // Campaigns that took no part.
    ("it is a draft", "仍是草稿"), ("it begins on ", "开始日期 "), ("it was over on ", "结束日期 "),
    ("not on a ", "此星期不适用："), ("each month only on ", "每月仅限 "), ("not at ", "此时刻不适用："),
    ("only for ", "仅限等级 "), ("only in ", "仅限门店 "), ("only by ", "仅限渠道 "), ("no line of ", "没有此类商品："),
    ("no line marked ", "没有此标签的商品："), ("without the code ", "未报促销代码 "), ("nobody was named", "未报会员"),
    ("the bill earns less than 0", "账单所得小于 0，按基础活动的比率扣回积分"),
    ("its script gave nothing", "脚本未给出，或已暂停，或不适用于该会员，或低于其起点"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::EffectKind;
    use serde_json::Value;

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

    #[test]
    fn every_kind_of_effect_has_its_chinese() {
        for kind in EffectKind::ALL {
            assert!(of(EFFECTS, kind.as_str()).is_some(), "{kind}");
        }
    }

    #[test]
    fn every_field_of_an_explanation_and_a_programme_has_its_chinese() {
        let (_, replies) = crate::query::schema();
        let mut open: Vec<&Value> = vec![&replies["explain"], &replies["policy"]];
        while let Some(next) = open.pop() {
            let fields = next["properties"].as_object().into_iter().flatten();
            for (name, _) in fields {
                let is_frame = ["ok", "id", "read_at"].contains(&name.as_str());
                assert!(is_frame || field_zh(name).is_some(), "{name}");
            }
            open.extend(next.as_object().into_iter().flat_map(|all| all.values()));
            open.extend(next.as_array().into_iter().flatten());
        }
    }

    #[test]
    fn sentences_are_those_of_explanations() {
        const REASONS: [&str; 2] = [
            include_str!("../../answer/not_run.rs"),
            include_str!("../../answer/explanation.rs"),
        ];
        for (begin, _) in SENTENCES {
            let words = format!("\"{}", begin.trim_end());
            assert!(REASONS.iter().any(|text| text.contains(&words)), "{begin}");
        }
        assert_eq!(sentence_zh("only in mitte"), "仅限门店 mitte");
        assert_eq!(sentence_zh("too dear"), "too dear");
        let idle = "its script gave nothing, or it was paused";
        assert!(!sentence_zh(idle).contains("paused"));
        let refused = "purchase refused: 30 star available, 50 asked (insufficient_points)";
        assert_eq!(refusal_zh(refused), format!("积分不足（{refused}）"));
        assert_eq!(value_zh("", "what", "only for (busy)"), "only for (busy)");
    }

    #[test]
    fn a_warning_is_explained_unless_a_script_named_it() {
        let shown = |code| value_zh("warnings", "code", code);
        for own in ["later", "used", "card"] {
            assert_eq!(shown(own), own);
        }
        let known = catalogue::find("discount_differs").unwrap().meaning_zh;
        assert_eq!(
            shown("discount_differs"),
            format!("{known}（discount_differs）")
        );
    }
}
