//! Layout of a slip for paper of a fixed number of columns. Wide characters
//! (Unicode Standard Annex 11) take two columns.

use super::content::{Content, Moved, Occasion, Standing, to_minute};
use super::words::{Words, filled};
use crate::model::on_one_line;

/// A line of paper.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Line {
    /// Text, as wide as the paper at most.
    pub text: String,
    /// True for bold.
    pub is_bold: bool,
}

/// Lines of a slip.
pub(super) struct Paper {
    columns: usize,
    /// The lines.
    pub lines: Vec<Line>,
}

/// Lays out a slip.
pub(super) fn lay_out(content: &Content, words: &Words, columns: u8) -> Paper {
    let mut paper = Paper {
        columns: columns.into(),
        lines: Vec::new(),
    };
    paper.head(content, words);
    paper.points(content, words);
    paper.balances(content, words);
    paper.codes(content, words);
    paper
}

impl Paper {
    pub fn to_text(&self) -> String {
        let lines = self
            .lines
            .iter()
            .map(|line| format!("{}\n", line.text.trim_end()));
        lines.collect()
    }

    pub fn append(&mut self, lines: Vec<String>) {
        self.lines.extend(lines.into_iter().map(|text| Line {
            text,
            is_bold: false,
        }));
    }

    fn head(&mut self, content: &Content, words: &Words) {
        let source = content.source;
        self.centred(&source.shop, true);
        let place = format!("{} {}", source.store, source.terminal);
        self.pair(place.trim(), &content.at, "");
        let receipt = match source.receipt.as_str() {
            "" => String::new(),
            receipt => filled(words.receipt, &[receipt]),
        };
        let entry = content
            .seq
            .map(|seq| filled(words.entry, &[&seq.to_string()]));
        self.pair(&receipt, &entry.unwrap_or_default(), "");
        let remark = match source.occasion {
            Occasion::Booked | Occasion::Later(_) => "",
            Occasion::Training => words.training,
            Occasion::Quote => words.quote,
            Occasion::Reprint(_) => words.reprint,
            Occasion::Pending => words.pending,
        };
        if !remark.is_empty() {
            self.centred(&format!("*** {remark} ***"), true);
        }
        if let Some(name) = &source.name {
            self.text(name, "");
        }
    }

    fn points(&mut self, content: &Content, words: &Words) {
        let told = |moved: &&Moved| words.kind(moved.kind).is_some();
        let moved: Vec<&Moved> = content.moved.iter().filter(told).collect();
        if moved.is_empty() && content.vouchers.is_empty() {
            return;
        }
        self.rule();
        for moved in moved {
            let word = words.kind(moved.kind).unwrap_or_default();
            let label = match moved.label.as_str() {
                "" => word.to_owned(),
                title => format!("{word} {title}"),
            };
            self.pair(&label, &format!("{:+} {}", moved.amount, moved.unit), "  ");
            if let Some(from) = &moved.from {
                self.text(&filled(words.spendable_from, &[from]), "  ");
            }
        }
        for voucher in &content.vouchers {
            let told = match &voucher.until {
                None => filled(words.voucher, &[&voucher.unit]),
                Some(until) => filled(words.voucher_until, &[&voucher.unit, until]),
            };
            self.text(&told, "  ");
        }
    }

    fn balances(&mut self, content: &Content, words: &Words) {
        if content.balances.is_empty() && content.tier.is_none() {
            return;
        }
        self.rule();
        let word = match &content.source.occasion {
            Occasion::Later(at) | Occasion::Reprint(at) => {
                filled(words.balance_on, &[&to_minute(at)])
            }
            _ => words.balance.to_owned(),
        };
        for balance in &content.balances {
            self.balance(&word, balance, words);
        }
        let Some(tier) = content.tier else {
            return;
        };
        let told = match &tier.until {
            None => filled(words.tier, &[&tier.name]),
            Some(until) => filled(words.tier_until, &[&tier.name, until]),
        };
        self.text(&told, "  ");
        for (next, unit, more) in tier.next.iter().flat_map(|next| {
            next.needs
                .iter()
                .map(move |(unit, more)| (next, unit, more))
        }) {
            let more = format!("{more} {unit}");
            self.text(&filled(words.needs, &[&more, &next.name]), "  ");
        }
    }

    fn balance(&mut self, word: &str, balance: &Standing, words: &Words) {
        let unit = &balance.unit;
        let from = self.lines.len();
        self.pair(word, &format!("{} {unit}", balance.available), "  ");
        for line in &mut self.lines[from..] {
            line.is_bold = true;
        }
        for (sentence, amount) in [(words.later, balance.pending), (words.held, balance.held)] {
            if amount != 0 {
                let amount = format!("{amount} {unit}");
                self.text(&filled(sentence, &[&amount]), "  ");
            }
        }
        if let Some(ending) = &balance.ending {
            let amount = format!("{} {unit}", ending.amount);
            let mut told = filled(words.ending, &[&amount, &ending.last_day]);
            if let Some(part) = &ending.keeps {
                let part = if part == "half" { words.half } else { part };
                told.push_str(&filled(words.keeps, &[part]));
            }
            if ending.moves_on {
                told.push_str(words.moves_on);
            }
            self.text(&told, "  ");
        }
    }

    fn codes(&mut self, content: &Content, words: &Words) {
        let is_any = content.claim.is_some() || !content.codes.is_empty();
        if is_any || content.stamp.is_some() {
            self.rule();
        }
        for (kind, code) in &content.codes {
            let word = match *kind {
                "gift" => words.gift_code,
                _ => words.voucher_code,
            };
            self.text(word, "");
            self.centred(code, false);
        }
        if let Some(code) = content.claim {
            self.text(words.claim, "");
            self.centred(code, true);
            if let Some(until) = &content.source.claim_until {
                self.text(&filled(words.claim_until, &[until]), "");
            }
        }
        if let Some(stamp) = content.stamp {
            self.text(stamp, "");
        }
    }

    fn rule(&mut self) {
        self.push("-".repeat(self.columns), false);
    }

    fn centred(&mut self, text: &str, is_bold: bool) {
        for line in wrapped(text, self.columns, "") {
            let space = self.columns.saturating_sub(width(&line)) / 2;
            self.push(format!("{}{line}", " ".repeat(space)), is_bold);
        }
    }

    fn text(&mut self, text: &str, indent: &str) {
        for line in wrapped(text, self.columns, indent) {
            self.push(line, false);
        }
    }

    /// A label at the left and a figure at the right; on a line of its own if
    /// there is no room. Further lines of the label are indented.
    fn pair(&mut self, left: &str, right: &str, indent: &str) {
        if left.is_empty() && right.is_empty() {
            return;
        }
        let mut lines = wrapped(left, self.columns, indent);
        let right = on_one_line(right);
        let mut last = lines.pop().unwrap_or_default();
        if width(&last) + 1 + width(&right) > self.columns && !last.is_empty() {
            lines.push(last);
            last = String::new();
        }
        lines.into_iter().for_each(|line| self.push(line, false));
        let rights = wrapped(&right, self.columns, "");
        let (first, rest) = match rights.split_first() {
            Some((first, rest)) => (first.clone(), rest),
            None => (String::new(), &[][..]),
        };
        let space = self.columns.saturating_sub(width(&last) + width(&first));
        self.push(format!("{last}{}{first}", " ".repeat(space)), false);
        rest.iter().for_each(|line| self.push(line.clone(), false));
    }

    fn push(&mut self, text: String, is_bold: bool) {
        self.lines.push(Line { text, is_bold });
    }
}

/// Breaks a text into lines of at most so many columns: at blanks, between wide
/// characters, and inside a word, after a dash, only if it is longer than a line. Lines after
/// the first are indented. Hidden characters, which a printer might obey, are
/// spelt out.
fn wrapped(text: &str, columns: usize, indent: &str) -> Vec<String> {
    let text = on_one_line(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    // Byte at which the line can be cut: after a blank or a wide character.
    let mut cut = 0;
    // Likewise after a dash.
    let mut dash = 0;
    for c in text.chars() {
        line.push(c);
        if width(&line) > columns {
            let at = match cut {
                _ if c == ' ' => line.len(),
                0 if dash > indent.len() => dash,
                0 => line.len() - c.len_utf8(),
                at => at,
            };
            let rest = line.split_off(at);
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            line = format!("{indent}{}", rest.trim_start());
            (cut, dash) = (0, 0);
        }
        if c == '-' {
            dash = line.len();
        }
        if c == ' ' && line.trim() != "" || char_width(c) == 2 {
            cut = line.len();
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Columns of a text.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Blocks of wide characters: East Asian Width W and F, and emoji, which
/// printers without them show as two columns as well.
const WIDE: [(u32, u32); 14] = [
    (0x1100, 0x115f),
    (0x2e80, 0x303e),
    (0x3041, 0x33ff),
    (0x3400, 0x4dbf),
    (0x4e00, 0x9fff),
    (0xa000, 0xa4cf),
    (0xa960, 0xa97f),
    (0xac00, 0xd7a3),
    (0xf900, 0xfaff),
    (0xfe30, 0xfe6f),
    (0xff01, 0xff60),
    (0xffe0, 0xffe6),
    (0x1f300, 0x1faff),
    (0x20000, 0x3fffd),
];

/// Marks that stand above or below the character before them.
const MARKS: [(u32, u32); 5] = [
    (0x300, 0x36f),
    (0x483, 0x489),
    (0x200b, 0x200f),
    (0x20d0, 0x20ff),
    (0xfe00, 0xfe0f),
];

fn char_width(c: char) -> usize {
    let is_in = |blocks: &[(u32, u32)]| {
        let code = u32::from(c);
        blocks
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&code))
    };
    match c {
        ' '..='~' => 1,
        _ if is_in(&MARKS) => 0,
        _ if is_in(&WIDE) => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "cli")]
    #[test]
    fn columns_are_those_of_the_crate_that_prints_tables() {
        for text in [
            "BALANCE 42 star",
            "余额（2026-11-28）",
            "培训 - 未入账",
            "Café 咖啡，再来",
            "東京カフェ・한국",
            "e\u{301}tude ½",
            "🍵 tea",
        ] {
            let mut table = comfy_table::Table::new();
            table
                .load_style(comfy_table::presets::UTF8_BORDERS_ONLY)
                .add_row([text]);
            let border = table.to_string().lines().next().map(|l| l.chars().count());
            assert_eq!(border, Some(width(text) + 4), "{text}");
        }
    }

    #[test]
    fn no_line_is_wider_than_the_paper_and_nothing_is_lost() {
        for text in [
            "A long title of a campaign that nobody would print in one line",
            "这是一个很长的活动名称，小票上一行放不下，所以要折行显示",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        ] {
            for columns in [32, 42] {
                let lines = wrapped(text, columns, "  ");
                assert!(lines.iter().all(|line| width(line) <= columns), "{lines:?}");
                let plain = |text: &str| text.replace(' ', "");
                assert_eq!(plain(&lines.concat()), plain(text));
            }
        }
        let lines = wrapped("one two three", 7, "");
        assert_eq!(lines, ["one two", "three"]);
        // A code that is longer than a line stays in its groups.
        let lines = wrapped("8FR3-SZFE-1A1C-6751-S4XD-NKK9-MSX1-RCS8-X", 32, "");
        assert_eq!(lines, ["8FR3-SZFE-1A1C-6751-S4XD-NKK9-", "MSX1-RCS8-X"]);
        let lines = wrapped("ends on 2026-12-31", 14, "");
        assert_eq!(lines, ["ends on", "2026-12-31"]);
    }

    #[test]
    fn a_name_cannot_command_the_printer() {
        let lines = wrapped("Ann\u{1b}@\u{1d}V\u{0}", 42, "");
        assert!(lines.concat().chars().all(|c| c >= ' '), "{lines:?}");
    }
}
