//! Headings of columns, and words in cells, in Simplified Chinese.

/// Heading of a column by its id.
pub fn chinese_heading(id: &str) -> Option<&'static str> {
    found(HEADINGS, id)
}

/// A word in a cell, as figures spell it in English.
pub fn chinese_word(word: &str) -> Option<&'static str> {
    found(WORDS, word)
}

fn found(table: &[(&str, &'static str)], text: &str) -> Option<&'static str> {
    let found = table.iter().find(|(known, _)| *known == text);
    found.map(|(_, chinese)| *chinese)
}

#[rustfmt::skip]
const HEADINGS: &[(&str, &str)] = &[
    ("alert", "提醒"), ("amount", "金额"), ("answer", "回答"), ("answers", "回答数"), ("arm", "组别"),
    ("back", "退回"), ("base", "基数"), ("benefit_value", "权益价值"), ("benefits", "权益次数"),
    ("bought", "购买人数"), ("bought_again", "再次购买人数"), ("bought_again_share", "再次购买占比"),
    ("bought_share", "购买占比"), ("brought", "推荐人数"), ("budget_left", "剩余预算"), ("by", "确认人"),
    ("campaign", "活动"), ("categories", "类别"), ("category", "类别"), ("change", "变化"),
    ("changed", "变更条目"), ("channel", "渠道"), ("channels", "渠道数"), ("charges", "扣费次数"),
    ("closing", "期末"), ("code", "原因代码"), ("cohort", "同期群"), ("corrected", "更正"), ("cost", "成本"),
    ("count", "数量"), ("customers", "客户数"), ("day", "日期"), ("deadline", "截止日期"),
    ("denominator", "分母"), ("earned", "获得"), ("ended", "完成人数"), ("entry", "条目"),
    ("estimate", "估计值"), ("evidence", "凭证"), ("expired", "过期"), ("expiring", "到期"),
    ("fallen_to", "降入"), ("from", "起始值"), ("goal", "目标"), ("goods", "商品"), ("granted", "授予"),
    ("group", "分组"), ("held_out", "对照组人数"), ("high", "上限"), ("id", "标识"), ("invited", "邀请人数"),
    ("issued", "发放"), ("joined", "加入月份"), ("kind", "类别"), ("lapsed", "失效"), ("left", "离开"),
    ("liability", "负债"), ("lines", "行数"), ("low", "下限"), ("matured", "成熟"), ("member", "会员"),
    ("members", "会员数"), ("messages", "消息数"), ("month", "月份"), ("name", "分群"), ("name_zh", "分群"),
    ("net", "净额"), ("now", "当前值"), ("numerator", "分子"), ("of", "项目"), ("open", "未用"),
    ("open_points", "未兑积分"), ("opened", "转入"), ("opening", "期初"), ("orders", "订单数"),
    ("orders_each", "人均订单"), ("outstanding", "未兑余额"), ("owes", "欠款"), ("paid", "支付"),
    ("parameter", "参数"), ("participant", "参与情况"), ("partner", "合作伙伴"), ("pass", "会员卡"),
    ("period", "期间"), ("points", "积分"), ("progress", "进度"), ("purchase_days", "购买天数"),
    ("quarter", "季度"), ("rate", "比率"), ("re_estimated", "重估"), ("reason", "原因"),
    ("recognised", "已确认"), ("redeemed", "兑换"), ("refunded", "退款"), ("referred", "推荐加入"), ("referrers", "推荐人数"),
    ("relation", "关系"), ("reversed", "冲正"), ("reward", "奖励"), ("risen_to", "升入"),
    ("sales", "销售"), ("segment", "分群"), ("sent", "转赠"), ("settled", "已结算"), ("share", "占比"),
    ("size", "人数"), ("sku", "商品"), ("sold", "销售额"), ("source", "来源"), ("spent", "消费额"),
    ("spent_each", "人均消费"), ("standing", "状态"), ("started", "开始人数"), ("state", "状态"),
    ("status", "状态"), ("step", "步骤"), ("store", "门店"), ("subject", "对象"), ("suppressed", "未发送"),
    ("text", "内容"), ("text_zh", "内容"), ("threshold", "阈值"), ("tier", "等级"), ("to", "目标值"),
    ("transferred", "转移"), ("undone", "撤销"), ("unit", "单位"), ("used", "使用"), ("used_share", "使用占比"),
    ("value", "数值"), ("voided", "作废"), ("voucher", "优惠券"), ("vouchers", "优惠券数"),
    ("vouchers_used", "已核销优惠券"), ("week", "周"), ("year", "年"),
];

#[rustfmt::skip]
const WORDS: &[(&str, &str)] = &[
    ("a repeat order", "一笔复购订单"), ("acknowledged", "已确认"), ("active", "活跃"), ("addressed", "目标组"),
    ("budget", "预算"), ("by hand", "手工"), ("by_hand", "手工赠送"), ("discounts", "折扣"),
    ("habitual", "习惯型"), ("has not spent", "未兑换过"), ("has spent", "兑换过"), ("held out", "对照组"),
    ("in 30 days", "30天内"), ("in 60 days", "60天内"), ("in 90 days", "90天内"),
    ("keeping a member", "留住一名会员"), ("lapsed", "流失"), ("lapsing", "正在流失"), ("later", "更晚"),
    ("lots that moved from member to member", "会员之间转移的批次"), ("members", "会员"),
    ("members brought by members", "由会员推荐的会员"), ("never", "永不"), ("never bought", "从未购买"),
    ("new", "新"), ("none", "无"), ("none of them", "均不属于"), ("over", "已结束"), ("paused", "已暂停"),
    ("closed", "已关闭"), ("draft", "草稿"), ("detractors", "贬损者"), ("passives", "被动者"),
    ("promoters", "推荐者"), ("reward", "奖励型"), ("running", "进行中"), ("told", "已通知"), ("true", "真诚型"),
    ("utilisation", "积分使用率"), ("velocity", "购买过频"), ("voucher_use", "优惠券核销率"),
    ("vouchers", "优惠券"), ("winning a member", "获得一名会员"), ("without a member", "无会员"),
    ("worse", "恶化"), ("backup", "备份"), ("disk", "磁盘"), ("book", "账簿"), ("webhook", "Webhook"), ("verification", "校验"),
];
