//! The entries of the reference about stories, from the tables that parse them.

use super::expect::CHECK_FORMS;
use super::forms::{self, CHOICES, EVERYWHERE, FORMS, Form, POSITION};
use crate::command::raw::table;
use crate::workbench::reference::{Entry, EntryKind};
use std::fmt::Write;

/// Names and meanings in Chinese, and what they are in the reference besides,
/// of the words that lines begin with.
const LINES_ZH: &[(&str, &str)] = &[
    ("enrol", "入会：一个人加入"),
    ("purchase", "购买：一笔销售"),
    ("return", "退货：商品退回"),
    ("ticket", "同单买退：同一小票上的购买与退货"),
    ("redeem", "兑换：不购物而花积分"),
    ("activity", "行为：购买以外的事"),
    ("consent", "同意：给出或撤回同意"),
    ("note", "备注：记下关于会员的话"),
    ("pass", "会籍：开始、续期或取消"),
    ("void", "作废：撤销一条记录"),
    ("reassign", "改卡：把销售改记到正确的卡"),
    ("amend", "改单：按最后的金额改记销售"),
    ("adjust", "调整：人工更正余额"),
    ("daily", "每日任务：登记到期事项"),
    ("pause", "暂停：暂停活动"),
    ("resume", "恢复：恢复活动"),
    ("erase", "抹除：销毁会员密钥"),
    ("close", "关闭：关闭活动"),
    ("open", "开启：开启活动"),
    ("target", "选人：选定目标会员"),
    ("period", "关账：关到某日"),
    ("opening", "期初：带入旧余额"),
    ("partner", "合作方：暂停、恢复或结算"),
    ("pool", "资金池：从池中付款"),
    ("hold", "冻结：预留积分或券"),
    ("capture", "扣款：花掉已冻结的"),
    ("release", "解冻：放开已冻结的"),
    ("transfer", "转赠：把积分送人"),
    ("merge", "合并：两个会员并为一个"),
    ("unmerge", "取消合并：撤销合并"),
    ("issue", "发券：人工发券"),
    ("withdraw", "收回券：永久收回"),
    ("claim", "领取：补领小票、礼物或积分"),
    ("profile", "资料：修改会员资料"),
    ("give", "赠券：把券送人"),
    ("household", "家庭：加入或离开"),
    ("unlock", "解锁：解除码的锁定"),
    ("quote", "试算：决定但不登记"),
    ("given", "初始状态：会员开始时的样子"),
    ("activate", "启用：启用旁边文件夹的方案，或定时启用"),
];

/// The same of words that may follow.
const WORDS_ZH: &[(&str, &str)] = &[
    ("at", "在：门店"),
    ("till", "收银台：终端编号"),
    ("via", "经由：渠道"),
    ("key", "键：这次请求的唯一键"),
    ("happened", "发生于：事情发生的时间"),
    ("of", "属于：哪笔购买"),
    ("receipt", "小票：小票号"),
    ("sold", "售于：何时何地售出"),
    ("return_receipt", "退货小票：退货自己的小票号"),
    ("in", "币种：外币"),
    ("order", "订单：订单号"),
    ("by", "方式：如何认出会员"),
    ("code", "优惠码：促销码"),
    ("because", "因为：原因"),
    ("saying", "说：备注内容"),
    ("consent", "同意：同意的用途"),
    ("born", "生于：生日"),
    ("from", "来自：推荐人"),
    ("enrolling", "顺便入会：没有会员则入会"),
    ("training", "练习：只演练不登记"),
    ("if_short", "不足时：拒绝或照记"),
    ("line", "行：退回的行"),
    ("paid", "积分付：用积分付款"),
    ("reward", "奖品：用奖品付款"),
    ("voucher", "券：用券付款"),
    ("pays", "付：用其他方式付款"),
    ("uses", "用券：不输码用券"),
    ("held", "冻结：用已冻结的付款"),
    ("charge", "附加费：商品以外的费用"),
    ("back_without_slip", "无票退：无小票的退货"),
    ("back", "退：退回的商品"),
    ("off", "减：折扣"),
    ("-", "商品行：账单的一行"),
];

fn chinese(table: &[(&str, &str)], word: &str) -> String {
    let found = table.iter().find(|(known, _)| *known == word);
    found.map_or_else(String::new, |(_, zh)| (*zh).to_owned())
}

/// Entries of the reference about stories.
pub fn entries() -> Vec<Entry> {
    let lines = forms::read(FORMS);
    let mut entries: Vec<Entry> = lines.iter().map(line).collect();
    for (word, usage, example, means) in OTHER_LINES {
        let zh = chinese(LINES_ZH, word);
        entries.push(entry(
            EntryKind::StoryLine,
            word,
            usage,
            example,
            means,
            &zh,
        ));
    }
    for choice in forms::read(CHOICES) {
        let usage = usage(choice.word, choice.reads);
        let example = match choice.word {
            "sold" => "receipt A-17 sold on 2026-01-09 at mitte".into(),
            word => format!("{word} {}", sample(choice.reads)),
        };
        let (means, zh) = (says(&choice, &lines), chinese(WORDS_ZH, choice.word));
        entries.push(entry(
            EntryKind::StoryWord,
            choice.word,
            &usage,
            example.trim_end(),
            &means,
            &zh,
        ));
    }
    let position = forms::form(POSITION).reads;
    let means =
        "An indented line below a purchase: one position of the bill; any other word may follow";
    entries.push(entry(
        EntryKind::StoryWord,
        "-",
        &usage("", position),
        "2 x coffee LATTE 8.40",
        means,
        &chinese(WORDS_ZH, "-"),
    ));
    for (usage, example, means, zh) in ITEMS {
        let word = usage.split(' ').next().unwrap_or_default();
        entries.push(entry(
            EntryKind::StoryOutcome,
            word,
            usage,
            example,
            means,
            zh,
        ));
    }
    for (word, usage, example, means, zh) in CHECK_FORMS {
        entries.push(entry(
            EntryKind::StoryCheck,
            word,
            usage,
            example,
            means,
            zh,
        ));
    }
    entries
}

fn entry(kind: EntryKind, name: &str, usage: &str, example: &str, means: &str, zh: &str) -> Entry {
    Entry {
        kind,
        section: String::new(),
        name: name.into(),
        usage: usage.into(),
        of: String::new(),
        default: String::new(),
        example: example.into(),
        story: String::new(),
        means: means.into(),
        zh: zh.into(),
    }
}

fn line(form: &Form) -> Entry {
    let usage = usage(form.word, form.reads);
    let more = match (form.command, form.latest) {
        ("return", "") if form.reads.is_empty() => "of sale-1 line 1 qty 1",
        ("return", _) if form.reads == "<member:name>" => "line 1 qty 1",
        ("return", "") if !form.reads.contains("without_slip") => "of sale-1",
        ("ticket", _) if !form.reads.contains("total") => "back sale-1",
        ("amend", _) if !form.reads.contains("total") => "pays card 1.00",
        ("partner", _) if !form.reads.contains("settle") => "because audit",
        ("profile", _) => "born 03-08",
        _ => "",
    };
    let example = [form.word, &sample(form.reads), more];
    let example = example.into_iter().filter(|part| !part.is_empty());
    let example = format!("2026-01-10 {}", example.collect::<Vec<_>>().join(" "));
    let mut means = described(form.command, "");
    let own: Vec<&str> = own_words(form).collect();
    if !own.is_empty() {
        let _ = write!(means, ". Words that may follow: {}", own.join(", "));
    }
    let zh = chinese(LINES_ZH, form.word);
    entry(
        EntryKind::StoryLine,
        form.word,
        &usage,
        example.trim_end(),
        &means,
        &zh,
    )
}

/// Lines that are no command.
const OTHER_LINES: &[(&str, &str, &str, &str)] = &[
    (
        "quote",
        "quote <line>",
        "2026-01-10 quote alice 29.00",
        "The line is decided and forgotten; of a purchase, unless it says otherwise",
    ),
    (
        "given",
        "given <name> [<tier>] [<points> <unit> [until <day>]]*",
        "2026-01-10 given alice 100 star until 2026-12-31",
        "How a member stands to begin with",
    ),
    (
        "activate",
        "activate <programme> [at <store>] [for <label>] [from <day> [<time>]]",
        "2026-01-10 activate corner-cafe from 2026-01-12 08:00",
        "The programme in the folder of that name beside this one takes effect, or the story's own; `from` schedules it, `at mitte` tries it in a store, `for testers` for members with a label",
    ),
];

/// Items of an outcome: form, example, meaning, and Chinese.
const ITEMS: &[(&str, &str, &str, &str)] = &[
    (
        "nothing",
        "nothing",
        "Nothing comes of it",
        "没有：什么也没发生",
    ),
    (
        "+29 star [from <day>] [until <day>]",
        "+29 star until 2026-12-31",
        "Points given: good from, through",
        "得分：得到积分",
    ),
    ("-9 star", "-9 star", "Points taken", "扣分：失去积分"),
    (
        "-9 star expired",
        "-9 star expired",
        "Points that ended; also `back`, `released`, `held`",
        "到期：积分过期",
    ),
    (
        "refused <code>",
        "refused insufficient_points",
        "It is refused, with that code",
        "被拒：带代码的拒绝",
    ),
    (
        "failed <campaign>",
        "failed base",
        "The campaign's script fails, and the rest is booked",
        "失败：活动脚本出错",
    ),
    (
        "repeated",
        "repeated",
        "It was booked before, under the same key",
        "重复：同一键已登记",
    ),
];

fn usage(word: &str, reads: &str) -> String {
    format!("{word} {}", plain(reads)).trim().to_owned()
}

/// An example of a pattern: its words, with something in each slot that must
/// be filled.
fn sample(pattern: &str) -> String {
    let mut words = Vec::new();
    let mut depth = 0;
    for word in pattern.split(' ').filter(|word| !word.is_empty()) {
        let is_group = word.starts_with('[');
        depth += i32::from(is_group);
        if depth == 0 {
            words.push(sample_word(word));
        }
        let ends = word.ends_with(']') || word.ends_with("]*");
        depth -= i32::from(depth > 0 && ends);
    }
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

fn sample_word(word: &str) -> &str {
    let Some(slot) = word
        .strip_prefix('<')
        .and_then(|word| word.strip_suffix('>'))
    else {
        return word.split('!').next().unwrap_or_default();
    };
    let (field, kind) = slot.split_once(':').unwrap_or((slot, slot));
    match (field, kind) {
        ("to" | "with" | "into", "name") => "bob",
        (_, "name" | "newcomer" | "whose") => "alice",
        (_, "amount" | "money") => "29.00",
        (_, "points") => "100",
        (_, "signed") => "+50",
        (_, "unit") if field == "pass" => "prime",
        (_, "unit") => "star",
        (_, "voucher" | "held" | "spent") => "mug",
        (_, "day") => "2026-12-31",
        (_, "moment") => "2026-01-12 10:00",
        (_, "month") => "2026-01",
        (_, "birthday") => "03-08",
        (_, "count" | "number" | "qty") => "3",
        (_, "key") => "sale-1",
        (_, "slip") => "sale-1",
        (_, "gift") => "gift-1",
        (_, "wrong") => "wrong",
        (_, "fields") => "km=5.2",
        (_, "rest") => "goodwill",
        ("reward", _) => "free-coffee",
        ("activity", _) => "run",
        ("campaign", _) => "base",
        ("partner", _) => "clothes-shop",
        ("pool", _) => "earth",
        ("purposes[]" | "consents[]", _) => "marketing",
        ("store", _) => "mitte",
        ("terminal" | "locked_terminal", _) => "till-1",
        ("channel", _) => "app",
        ("currency", _) => "USD",
        ("kind", _) => "cash",
        ("receipt" | "return_receipt" | "order", _) => "A-17",
        ("codes[]", _) => "SPRING",
        ("to", _) => "gardeners",
        (_, choice) if choice.contains('|') => choice.split('|').next().unwrap_or_default(),
        _ => "word",
    }
}

/// Description of a word: that of the field that it fills in the first line
/// that takes it.
fn says(choice: &Form, lines: &[Form]) -> String {
    let takes = |form: &&Form| form.options.iter().any(|(word, _)| *word == choice.word);
    let Some(form) = lines.iter().find(takes) else {
        return String::new();
    };
    let field = match choice.list {
        "" => choice.reads.trim_start_matches(['<', '!']),
        list => list,
    };
    let end = field.find([':', '>', '[', ' ']).unwrap_or(field.len());
    described(form.command, &field[..end])
}

/// The first sentence of the schema's description of a verb, or of one of its fields.
fn described(verb: &str, field: &str) -> String {
    let schema = table::schema(verb).map(|schema| schema.to_value());
    let at = match field {
        "" => "/description".to_owned(),
        field => format!("/properties/{field}/description"),
    };
    let found = schema.as_ref().and_then(|schema| schema.pointer(&at));
    let text = found.and_then(|text| text.as_str()).unwrap_or_default();
    let text = text.split(". ").next().unwrap_or_default();
    text.trim_end_matches('.').replace('\n', " ")
}

/// Words that may follow a form, other than those of every line.
fn own_words(form: &Form) -> impl Iterator<Item = &'static str> {
    let everywhere: Vec<&str> = EVERYWHERE.split(' ').collect();
    let words = form.options.iter().map(|(word, _)| *word);
    words.filter(move |word| !everywhere.contains(word))
}

/// A pattern in readable form: slots by the name of their content.
fn plain(pattern: &str) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['<', '!']) {
        text.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if rest[at..].starts_with('!') {
            // `final!final`: only the word is written.
            let end = after.find([' ', ']']).unwrap_or(after.len());
            rest = &after[end..];
            continue;
        }
        let end = after.find('>').unwrap_or(after.len());
        let (field, kind) = after[..end].split_once(':').unwrap_or(("", &after[..end]));
        let is_list = kind.contains('|');
        let name = match field.trim_end_matches("[]") {
            _ if is_list => kind,
            "" => kind,
            field => field,
        };
        let _ = match is_list {
            true => write!(text, "{name}"),
            false => write!(text, "<{name}>"),
        };
        rest = after.get(end + 1..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Bundle, examine, zone_name};

    /// Units, stores and the like that the examples name.
    const PROGRAMME: &str = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\
        purposes = [\"marketing\"]\n[unit.star]\nkind = \"spendable\"\n[unit.year-star]\n\
        kind = \"qualifying\"\n[unit.mug]\nkind = \"voucher\"\n[unit.free-drink]\nkind = \"voucher\"\n\
        [unit.prime]\nkind = \"pass\"\nperiod = \"12 months\"\n";

    /// Story lines before the examples.
    const SETUP: &str = "2026-01-09 purchase alice 29.00 key sale-1\n\
        2026-01-09 hold alice 100 star until 2026-01-12 10:00\n2026-01-09 merge alice into bob\n";

    /// Findings of a story of these lines.
    fn wrong(lines: &str) -> String {
        let files = vec![("programme.toml".to_owned(), PROGRAMME.as_bytes().to_vec())];
        let bundle = Bundle::new(files).unwrap();
        let zone = crate::model::Zone {
            name: zone_name(&bundle).unwrap(),
            ..crate::model::Zone::default()
        };
        let policy = examine(&bundle, &mut crate::model::Names::default(), zone).unwrap();
        use crate::model::Policy;
        let story = super::super::parse(
            "x.story",
            &format!("programme x\n{SETUP}{lines}\n"),
            policy.programme(),
        );
        let found = story.err().unwrap_or_default();
        found
            .iter()
            .map(|d| format!("{lines}: {}\n", d.message))
            .collect()
    }

    /// Each example, and the story lines that other words of the reference name.
    #[test]
    fn every_example_of_a_story_can_be_read() {
        let mut found = String::new();
        for entry in entries() {
            found += &match entry.kind {
                EntryKind::StoryLine => wrong(&entry.example),
                EntryKind::StoryWord => {
                    let lines = forms::read(FORMS);
                    let takes =
                        |form: &&Form| form.options.iter().any(|(word, _)| *word == entry.name);
                    let of_member = |form: &&Form| form.reads.contains("<member:name>");
                    let all: Vec<&Form> = lines.iter().filter(takes).collect();
                    let best = all
                        .iter()
                        .copied()
                        .find(|form| of_member(form) && form.command != "ticket");
                    let line = best.or(all.first().copied()).map(line);
                    let line = line.map_or("2026-01-10 purchase alice 29.00".into(), |line| {
                        line.example
                    });
                    match entry.name.as_str() {
                        "sold" => wrong(&format!("2026-01-10 return 29.00 {}", entry.example)),
                        "line" => wrong(&format!("2026-01-10 return alice {}", entry.example)),
                        "-" => wrong(&format!("{line}\n    {}", entry.example)),
                        _ => wrong(&format!("{line} {}", entry.example)),
                    }
                }
                EntryKind::StoryCheck => wrong(&format!(
                    "2026-01-10 purchase alice 29.00 -> nothing; {}",
                    entry.example
                )),
                _ => wrong(&format!(
                    "2026-01-10 purchase alice 29.00 -> {}",
                    entry.example
                )),
            };
        }
        for word in crate::policy::words() {
            let line = word.story.replace(" ..", " key-1");
            found += &match line.chars().next() {
                None => String::new(),
                Some('2') => wrong(&line),
                Some(';') => wrong(&format!("2026-01-10 purchase alice 29.00 -> nothing{line}")),
                Some('+' | '-') if !line.starts_with("- ") => {
                    wrong(&format!("2026-01-10 purchase alice 29.00 -> {line}"))
                }
                Some('-') => wrong(&format!(
                    "2026-01-10 purchase alice 29.00\n    {}",
                    &line[2..]
                )),
                _ if line.starts_with("refused ")
                    || line == "repeated"
                    || line.starts_with("carla ") =>
                {
                    wrong(&format!("2026-01-10 purchase alice 29.00 -> {line}"))
                }
                _ if forms::read(FORMS)
                    .iter()
                    .any(|form| line.split(' ').next() == Some(form.word))
                    && !line.starts_with("reward ")
                    || line.starts_with("given ") =>
                {
                    wrong(&format!("2026-01-10 {line}"))
                }
                _ if line.starts_with("tag ") => wrong(&format!(
                    "2026-01-10 purchase alice 29.00\n    1 x coffee LATTE 29.00 {line}"
                )),
                _ => wrong(&format!("2026-01-10 purchase alice 29.00 {line}")),
            };
        }
        assert_eq!(found, "");
    }

    #[test]
    fn every_verb_word_and_check_is_in_it() {
        let entries = entries();
        for (table, kind) in [
            (FORMS, EntryKind::StoryLine),
            (CHOICES, EntryKind::StoryWord),
        ] {
            for form in forms::read(table) {
                let found = entries
                    .iter()
                    .find(|e| e.kind == kind && e.name == form.word);
                assert!(
                    found.is_some_and(|e| !e.zh.is_empty() && !e.means.is_empty()),
                    "{}",
                    form.word
                );
            }
        }
        let listed: Vec<&str> = CHECK_FORMS.iter().map(|(word, ..)| *word).collect();
        assert_eq!(listed, super::super::expect::CHECKS);
        for (word, says, ..) in CHECK_FORMS {
            assert!(says.starts_with(word), "{word}: {says}");
        }
    }

    #[test]
    fn a_pattern_is_told_by_what_stands_in_it() {
        assert_eq!(plain("<member:name> all!all"), "<member> all");
        assert_eq!(plain("<aliases[]:newcomer>"), "<aliases>");
        assert_eq!(plain("<by:scanned|typed>"), "scanned|typed");
        assert_eq!(
            plain("<points> <:unit> [final!final]"),
            "<points> <unit> [final]"
        );
        assert_eq!(
            sample("<member:name> <points> <unit> to <to:name>"),
            "alice 100 star to bob"
        );
        assert_eq!(sample("<points> <:unit> [final!final]"), "100 star");
    }
}
