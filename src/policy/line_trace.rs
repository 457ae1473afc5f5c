//! Statements of scripts that ran, for the coverage of stories. A copy of each
//! script calls a function before every statement, and in an `else` of its own
//! where an `if` has none; steps are counted as without it.

use super::Bundle;
use super::host::{price, sandbox};
use super::source;
use rhai::{AST, ASTNode, Engine, Expr, Position, Stmt};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, PoisonError};

/// Function that the copies call with the number of the place.
pub(super) const CALL: &str = "__reached";

/// Steps that the engine counts for one such call.
const CALL_STEPS: u64 = 4;

/// An engine as that of the sandbox, in which scripts tell the lines that they reach.
pub(super) static TRACED: LazyLock<Engine> = LazyLock::new(|| {
    let mut engine = sandbox::build();
    engine.register_fn(CALL, note);
    engine
});

/// A place in a script that stories may reach.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Spot {
    /// Line from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Function that it belongs to.
    pub function: String,
    /// True for the way past an `if` that has no `else`.
    pub is_otherwise: bool,
}

/// Places of a script, each with whether it was reached.
pub type Spots = BTreeMap<Spot, bool>;

thread_local! {
    /// Places reached by the call that runs on this thread.
    static REACHED: RefCell<BTreeSet<usize>> = const { RefCell::new(BTreeSet::new()) };
}

/// Notes that a place was reached.
pub(super) fn note(spot: rhai::INT) {
    price::give_back(CALL_STEPS);
    if let Ok(spot) = usize::try_from(spot) {
        REACHED.with_borrow_mut(|reached| reached.insert(spot));
    }
}

/// A script whose statements tell that they ran.
pub(super) struct TracedScript {
    ast: AST,
    spots: Vec<Spot>,
    reached: Mutex<BTreeSet<usize>>,
}

impl TracedScript {
    /// Script to run.
    pub fn ast(&self) -> &AST {
        &self.ast
    }

    /// Adds what the calls on this thread reached.
    pub fn collect(&self) {
        let new = REACHED.take();
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        reached.extend(new);
    }

    fn spots(&self) -> Spots {
        let reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let spots = self.spots.iter().enumerate();
        spots
            .map(|(n, spot)| (spot.clone(), reached.contains(&n)))
            .collect()
    }
}

/// All scripts of a programme, by file.
#[derive(Default)]
pub(super) struct LineTrace(BTreeMap<String, TracedScript>);

impl LineTrace {
    /// Copies the scripts of a bundle that can be copied.
    pub fn of(bundle: &Bundle) -> LineTrace {
        let scripts = bundle.files.iter().filter(|f| f.path.ends_with(".rhai"));
        let traced = scripts.filter_map(|f| Some((f.path.clone(), traced(&f.path, &f.text)?)));
        LineTrace(traced.collect())
    }

    /// The copy of a file.
    pub fn script(&self, file: &str) -> Option<&TracedScript> {
        self.0.get(file)
    }

    /// All places, by file.
    pub fn spots(&self) -> BTreeMap<String, Spots> {
        let each = self.0.iter();
        each.map(|(file, script)| (file.clone(), script.spots()))
            .collect()
    }
}

/// A call to be written into a script.
struct Edit {
    /// Index of the character before which it is written.
    at: usize,
    spot: Spot,
}

fn traced(file: &str, text: &str) -> Option<TracedScript> {
    let plain = TRACED.compile(text).ok()?;
    let code = Code::of(text);
    let mut edits = edits(&plain, &code);
    edits.sort_by(|a, b| (a.at, &a.spot).cmp(&(b.at, &b.spot)));
    edits.dedup_by(|a, b| a.spot == b.spot);
    let mut made = String::with_capacity(text.len() * 2);
    let mut rest = edits.iter().enumerate().peekable();
    for (at, c) in text.chars().chain(std::iter::once('\n')).enumerate() {
        while let Some((n, edit)) = rest.next_if(|(_, edit)| edit.at <= at) {
            made.push_str(&match edit.spot.is_otherwise {
                true => format!(" else {{ {CALL}({n}); }}"),
                false => format!("{CALL}({n}); "),
            });
        }
        made.push(c);
    }
    let mut ast = TRACED.compile(&made).ok()?;
    ast.set_source(file);
    Some(TracedScript {
        ast: source::without_declarations(&ast),
        spots: edits.into_iter().map(|edit| edit.spot).collect(),
        reached: Mutex::default(),
    })
}

fn edits(ast: &AST, code: &Code) -> Vec<Edit> {
    let functions: Vec<_> = ast
        .shared_lib()
        .iter_script_fn_info()
        // A closure belongs to the function around it.
        .filter(|(_, _, name, ..)| !name.starts_with("anon$"))
        .map(|(.., function)| {
            let body = &function.body;
            let span = source::place(body.start_position())..source::place(body.end_position());
            (function.name.to_string(), span)
        })
        .collect();
    let mut edits = Vec::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        let Some(ASTNode::Stmt(statement)) = path.last() else {
            return true;
        };
        let from = source::place(start(statement));
        let Some((function, _)) = functions.iter().find(|(_, span)| span.contains(&from)) else {
            return true;
        };
        let mut edit = |at: usize, is_otherwise| {
            let (line, column) = from;
            let function = function.clone();
            let spot = Spot {
                line,
                column,
                function,
                is_otherwise,
            };
            edits.push(Edit { at, spot });
        };
        if let Some(at) = code.index(from)
            && code.begins_statement(at)
        {
            edit(at, false);
        }
        if let Stmt::If(flow, _) = statement
            && flow.branch.is_empty()
            && let Some(end) = code.index(source::place(flow.body.end_position()))
            && code.closes_without_else(end)
        {
            edit(end + 1, true);
        }
        true
    });
    edits
}

/// The first character of a statement.
fn start(statement: &Stmt) -> Position {
    match statement {
        Stmt::Assignment(parts) => start_of(&parts.1.lhs),
        Stmt::Expr(expr) => start_of(expr),
        other => other.position(),
    }
}

fn start_of(expr: &Expr) -> Position {
    match expr {
        Expr::FnCall(call, at) => match (&call.op_token, call.args.first()) {
            (Some(_), Some(first)) if call.args.len() > 1 => start_of(first),
            _ => *at,
        },
        Expr::And(parts, _) | Expr::Or(parts, _) | Expr::Coalesce(parts, _) => {
            parts.first().map_or(Position::NONE, start_of)
        }
        Expr::Dot(pair, ..) | Expr::Index(pair, ..) => start_of(&pair.lhs),
        other => other.position(),
    }
}

/// A script's characters, with blanks in place of comments and texts.
struct Code {
    chars: Vec<char>,
    /// Index of the first character of each line.
    lines: Vec<usize>,
}

impl Code {
    fn of(text: &str) -> Code {
        let mut chars: Vec<char> = text.chars().collect();
        let breaks = chars.iter().enumerate().filter(|(_, c)| **c == '\n');
        let lines = std::iter::once(0)
            .chain(breaks.map(|(at, _)| at + 1))
            .collect();
        let mut at = 0;
        while let Some(&c) = chars.get(at) {
            let next = chars.get(at + 1).copied();
            let end = match (c, next) {
                ('/', Some('/')) => until(&chars, at + 2, &['\n'], false),
                ('/', Some('*')) => until(&chars, at + 2, &['*', '/'], false),
                ('"' | '`' | '\'', _) => until(&chars, at + 1, &[c], c != '`'),
                _ => {
                    at += 1;
                    continue;
                }
            };
            // A text stays something: its first character.
            let from = if c == '/' { at } else { at + 1 };
            let masked = chars.get_mut(from..end).into_iter().flatten();
            masked.filter(|c| **c != '\n').for_each(|c| *c = ' ');
            at = end;
        }
        Code { chars, lines }
    }

    /// Index of a place.
    fn index(&self, (line, column): (usize, usize)) -> Option<usize> {
        let at = self.lines.get(line.checked_sub(1)?)? + column.checked_sub(1)?;
        (at < self.chars.len()).then_some(at)
    }

    /// True if a call can be written before a character: a statement or block
    /// ends or begins there.
    fn begins_statement(&self, at: usize) -> bool {
        let mut before = self.chars[..at].iter().rev().filter(|c| !c.is_whitespace());
        let last = before.next();
        let is_map = matches!((last, before.next()), (Some('{'), Some('#')));
        matches!(last, Some(';' | '{' | '}')) && !is_map
    }

    /// True if the character closes a block that no `else` follows.
    fn closes_without_else(&self, at: usize) -> bool {
        let after = self
            .chars
            .iter()
            .skip(at + 1)
            .skip_while(|c| c.is_whitespace());
        self.chars.get(at) == Some(&'}')
            && !after.take(4).eq("else".chars().collect::<Vec<_>>().iter())
    }
}

/// Index after the next occurrence of characters; `\` takes the next one away if it escapes.
fn until(chars: &[char], from: usize, end: &[char], is_escaping: bool) -> usize {
    let mut at = from;
    while at < chars.len() {
        if is_escaping && chars[at] == '\\' {
            at += 2;
            continue;
        }
        if chars[at..].starts_with(end) {
            return at + end.len();
        }
        at += 1;
    }
    chars.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_and_ways_past_an_if_are_found_whatever_the_layout() {
        let text = "campaign(#{ id: \"x\" });\n// { a comment; }\nfn on_purchase(p, m) {\n    let a = if p.total > 2 { 1 } else { 2 };\n    if p.x { return; }\n    if a == 1 { award(\"};\", 1); }\n    else if a == 3 { let b = #{ c: 1 }; }\n    a + 1\n}\nfn f(x) { x.y() + 2 }\n";
        let script = traced("a.rhai", text).unwrap();
        let found: Vec<_> = script
            .spots
            .iter()
            .map(|s| (s.line, s.column, s.is_otherwise, &*s.function))
            .collect();
        assert_eq!(
            found,
            [
                (4, 5, false, "on_purchase"),
                (4, 30, false, "on_purchase"),
                (4, 41, false, "on_purchase"),
                (5, 5, false, "on_purchase"),
                (5, 14, false, "on_purchase"),
                (5, 5, true, "on_purchase"),
                (6, 5, false, "on_purchase"),
                (6, 17, false, "on_purchase"),
                (7, 22, false, "on_purchase"),
                (7, 10, true, "on_purchase"),
                (8, 5, false, "on_purchase"),
                (10, 11, false, "f"),
            ]
        );
    }

    #[test]
    fn a_traced_call_takes_the_steps_of_a_plain_one() {
        let text = "fn f(x) { let sum = 0; for i in 0..x { if i > 3 { sum += i; } if i == 5 { return sum; } } sum }";
        let run = |ast: &AST, engine: &rhai::Engine| {
            let mut scope = rhai::Scope::new();
            price::within(10_000, || {
                engine
                    .call_fn::<i64>(&mut scope, ast, "f", (20_i64,))
                    .unwrap()
            })
        };
        let plain = TRACED.compile(text).unwrap();
        let script = traced("a.rhai", text).unwrap();
        assert_eq!(run(&plain, &TRACED), run(script.ast(), &TRACED));
        script.collect();
        let spots = script.spots();
        assert!(
            spots
                .iter()
                .all(|(spot, is_reached)| *is_reached != (spot.column > 85)),
            "{spots:?}"
        );
    }
}
