//! Alerts in words.

use super::language::Lang;
use super::view::grouped;
use serde_json::Value;

/// An alert as people read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alert {
    /// The sentence.
    pub text: String,
    /// Entry that shows it, if there is one.
    pub entry: Option<String>,
}

/// Alerts of the answer to `report alerts`.
pub fn alerts(lang: Lang, answer: &Value) -> Vec<Alert> {
    let rows = answer["made"]["rows"].as_array().into_iter().flatten();
    rows.filter_map(|row| alert(lang, row)).collect()
}

fn alert(lang: Lang, row: &Value) -> Option<Alert> {
    let cell = |at: usize| row[at].as_str().unwrap_or_default().to_owned();
    let (kind, subject, value, threshold) = (cell(0), cell(1), cell(2), cell(3));
    let count = grouped(&subject);
    let (english, chinese) = match kind.as_str() {
        "utilisation" => (
            format!(
                "{value} % of {count} points were redeemed; fewer than {threshold} %: the rights may need another look"
            ),
            format!("{count}积分中已使用 {value} %，低于 {threshold} %：权益可能需要优化"),
        ),
        "voucher_use" => (
            format!("{value} % of {count} vouchers were used; fewer than {threshold} %"),
            format!("{count}张优惠券已核销 {value} %，低于 {threshold} %"),
        ),
        "budget" => (
            format!("{subject}: {value} % of the budget are used"),
            format!("{subject}：预算已用 {value} %"),
        ),
        "velocity" => (
            format!("a member bought {value} times on {subject}; usual are at most {threshold}"),
            format!("一名会员在 {subject} 购买 {value} 次；通常不超过 {threshold} 次"),
        ),
        "by_hand" => (
            format!(
                "operator {subject} gave one member something by hand {value} times in 30 days; usual are at most {threshold}"
            ),
            format!(
                "操作员 {subject} 在30天内手工赠送同一会员 {value} 次；通常不超过 {threshold} 次"
            ),
        ),
        "lapsing" => (
            format!("{value} of the {count} members of highest value have not bought for 90 days"),
            format!("{count}名高价值会员中有 {value} 名已90天未购买"),
        ),
        _ => return None,
    };
    Some(Alert {
        text: lang.say(&english, &chinese).to_owned(),
        entry: row[4].as_str().map(str::to_owned),
    })
}
