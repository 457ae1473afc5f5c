//! The grammar of story lines, as two tables. The resulting command is read in
//! the same way as JSON.

/// Forms of lines: `verb, pattern = command, fields | words that may follow`.
///
/// A word stands for itself, `word!field` sets a field to true, `<field:kind>`
/// fills a field (`<kind>` the one of the same name), `<field[]:kind>` appends
/// to a list, `[..]` may be left out and `[..]*` repeats. The command's verb
/// and fields follow `=`: `field=value` is fixed, `field?=value` is a default,
/// `of~purchase` defaults to the member's last purchase. Words that may follow
/// are in [`CHOICES`]; `word=field` fills another field than theirs.
pub(super) const FORMS: &str = "
enrol <aliases[]:newcomer> = enrol | born consent from
purchase <total:amount> = purchase | BILL
purchase <member:name> <total:amount> = purchase | BILL
return <amount:money> = return | of receipt sold return_receipt
return all!all = return | of receipt sold return_receipt
return = return | of receipt sold return_receipt line
return <member:name> <amount:money> = return of~purchase | of receipt sold return_receipt
return <member:name> all!all = return of~purchase | of receipt sold return_receipt
return <member:name> <amount:money> without_slip!without_slip = return | return_receipt
return <member:name> = return of~purchase | of receipt sold return_receipt line
ticket <member:name> <total:amount> = ticket | BILL back back_without_slip
ticket <member:name> = ticket | receipt back back_without_slip
redeem <member:name> <points> <unit> = redeem | by
redeem <member:name> <reward:word> = redeem | by
activity <member:name> <activity:word> [<fields>] = activity | by
consent <member:name> give <purposes[]:word> [notice <notice:word>] = consent action=give
consent <member:name> withdraw <purposes[]:word> [notice <notice:word>] = consent action=withdraw
note <member:name> for <purpose:word> = note text?=story | saying
pass <member:name> start <pass:unit> [price <paid:money>] = pass action=start
pass <member:name> renew <pass:unit> [price <paid:money>] = pass action=renew
pass <member:name> cancel <pass:unit> = pass action=cancel reason?=story | because
void <whose> = void of~entry reason?=story | of receipt sold because
reassign <whose> to <to:name> = reassign of~purchase reason?=story | of receipt sold because
amend <whose> <total:amount> = amend of~purchase reason?=story | AMENDED
amend <whose> = amend of~purchase reason?=story | AMENDED
adjust <member:name> <points:signed> <unit> = adjust reason?=story | because
daily = daily
pause <campaign:word> = campaign action=pause reason?=story | because
resume <campaign:word> = campaign action=resume reason?=story | because
erase <member:name> = erase reason?=story | because
close <campaign:word> = campaign action=close reason?=story | because
open <campaign:word> = campaign action=open reason?=story | because
target <campaign:word> [<quota:count>] [decline <decline:name>] = campaign action=target reason?=story | because
period <through:day> = close_period
opening <member:name> <points> <unit> = opening source=story
partner <partner:word> suspend = partner action=suspend | because
partner <partner:word> resume = partner action=resume | because
partner <partner:word> settle <month> = partner action=settle | because
pool <pool:word> pay <amount:money> to <to:word> = pool
hold <member:name> <points> <unit> until <until:moment> = hold | because=note
hold <member:name> voucher <code:held> until <until:moment> = hold | because=note
hold <member:name> <reward:word> until <until:moment> = hold | because=note
capture <whose> all [final!final] = capture of~hold | of
capture <whose> <points> <:unit> [final!final] = capture of~hold | of
release <whose> = release of~hold | of
transfer <member:name> <points> <unit> to <to:name> = transfer | because=note
transfer <member:name> <points> <unit> with token = transfer action=send_token | because=note
merge <member:name> into <into:name> = merge reason?=story | because
unmerge <whose> = unmerge of~merge | of
issue <member:name> <unit:voucher> [until <expires:day>] = voucher action=issue reason?=story | because
withdraw <member:name> <code:held> = voucher action=void reason?=story | because
claim <member:name> slip <code:slip> = claim
claim <member:name> <code:wrong> = claim
claim <member:name> gift <token:gift> [unnamed] = voucher action=claim
claim <member:name> points <token:gift> = transfer action=claim
profile <member:name> [<attributes:fields>] = profile | born
give <member:name> <code:held> = voucher action=give
household <member:name> join <with:name> = household action=join
household <member:name> leave = household action=leave
unlock <codes:voucher|gift|claim|activity> terminal <locked_terminal:word> = unlock reason?=story | because
unlock <member:name> <codes:voucher|gift|claim|activity> = unlock reason?=story | because
";

/// Words that may follow: `word, pattern = fields`, where `list+` adds an
/// object to a list of the command.
pub(super) const CHOICES: &str = "
at <store:word>
till <terminal:word>
via <channel:word>
key <key>
happened <at:moment>
of <of:key>
receipt <receipt:word>
sold [on <sale_day:day>] [at <sale_store:word>] [till <sale_terminal:word>]
return_receipt <return_receipt:word>
in <currency:word>
order <order:word>
by <by:scanned|typed|app|staff>
code <codes[]:word>
because <reason:rest>
saying <text:rest>
consent <consents[]:word>
born <birthday>
from <referrer:name>
enrolling !enrol
training !training
if_short <if_short:refuse|book>
line <line:number> [qty <qty>] [amount <amount:money>] = lines+
paid <points> <unit> [worth <amount:money>] [line <lines[]:number>]* = tenders+ kind=points
reward <reward:word> [worth <amount:money>] [line <lines[]:number>]* = tenders+ kind=reward
voucher <code:spent> [worth <amount:money>] [line <lines[]:number>]* = tenders+ kind=voucher
pays <kind:word> <amount> = tenders+
uses <unit:voucher> [worth <amount:money>] [line <lines[]:number>]* = tenders+ kind=voucher
held <hold:key> [<points>] [final!final] [worth <amount:money>] [line <lines[]:number>]* = tenders+ kind=hold
charge <kind:word> <amount> = charges+
back_without_slip !without_slip <amount:money> = returns+
back <of:key> [line <line:number>] [qty <qty>] = returns+
off <amount:money> [from <campaign:word>] [line <lines[]:number>]* = discounts+
";

/// An indented line that begins with a quantity: one position of the bill.
pub(super) const POSITION: &str = "- <qty> x <category:word> <sku:word> <amount> [name <name:word>] [tax <tax:money>] [price <unit_price:money>] [id <id:word>] [tag <tags[]:word>]* = lines+";

/// Words that every line takes.
pub(super) const EVERYWHERE: &str = "at till via key happened training";
/// Words that a bill takes: [`FORMS`] refers to them as `BILL`.
const BILL: &str =
    "in receipt order by code enrolling if_short paid reward pays voucher uses held charge off";

/// Words that an amended bill takes: [`FORMS`] refers to them as `AMENDED`.
const AMENDED: &str =
    "of receipt sold order in because paid reward pays voucher uses held charge off";

/// One form of a line, or one word that may follow.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Form {
    /// First word.
    pub word: &'static str,
    /// Pattern of the words after it.
    pub reads: &'static str,
    /// The command's verb.
    pub command: &'static str,
    /// List of the command that it adds to; empty if it fills fields.
    pub list: &'static str,
    /// Fields that follow from the form.
    pub fixed: Vec<(&'static str, &'static str)>,
    /// Default fields.
    pub defaults: Vec<(&'static str, &'static str)>,
    /// Default of `of`: the member's last purchase, hold, ...
    pub latest: &'static str,
    /// Words that may follow, each with the field that it fills; empty for its own.
    pub options: Vec<(&'static str, &'static str)>,
}

impl Form {
    /// True if indented lines may follow, with positions and more options.
    pub fn has_lines(&self) -> bool {
        matches!(self.command, "purchase" | "ticket" | "amend")
    }
}

/// Reads a table.
pub(super) fn read(table: &'static str) -> Vec<Form> {
    table.lines().filter(|l| !l.is_empty()).map(form).collect()
}

/// Reads a row of a table.
pub(super) fn form(row: &'static str) -> Form {
    let (row, options) = row.split_once(" | ").unwrap_or((row, ""));
    let (pattern, command) = row.split_once(" = ").unwrap_or((row, ""));
    let (word, reads) = pattern.split_once(' ').unwrap_or((pattern, ""));
    let words = [("BILL", BILL), ("AMENDED", AMENDED)].into_iter();
    let mut bill = words.filter_map(|(name, words)| Some([words, options.strip_prefix(name)?]));
    let options = bill.next().unwrap_or([options, ""]);
    let options = options.into_iter().flat_map(str::split_whitespace);
    let options = EVERYWHERE.split(' ').chain(options);
    let mut form = Form {
        word,
        reads,
        options: options
            .map(|o| o.split_once('=').unwrap_or((o, "")))
            .collect(),
        ..Form::default()
    };
    for part in command.split_whitespace() {
        if let Some((field, value)) = part.split_once("?=") {
            form.defaults.push((field, value));
        } else if let Some((field, value)) = part.split_once('=') {
            form.fixed.push((field, value));
        } else if let Some(latest) = part.strip_prefix("of~") {
            form.latest = latest;
        } else if let Some(list) = part.strip_suffix('+') {
            form.list = list;
        } else {
            form.command = part;
        }
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_says_a_command_and_only_words_that_there_are() {
        let choices = read(CHOICES);
        let forms = read(FORMS);
        assert!(forms.len() > 40 && choices.len() > 20);
        for form in &forms {
            assert!(!form.command.is_empty(), "{form:?}");
            for (option, _) in &form.options {
                let found = choices.iter().find(|choice| choice.word == *option);
                assert!(found.is_some(), "{option} of {}", form.word);
            }
        }
    }
}
