//! The syntax tree of a script: its calls, names and declarations.

use super::diagnostic::Place;
use crate::model::to_u16;
use rhai::{AST, ASTFlags, ASTNode, Expr, FnCallExpr, Position, Stmt};
use std::collections::{BTreeMap, BTreeSet};

/// An argument or operand, as far as it can be known without running the script.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Argument {
    /// A literal text.
    Text(String),
    /// A literal whole number.
    Whole(i64),
    /// Another literal number.
    Decimal,
    /// The result of a function, method or property.
    Named(String),
    /// A variable.
    Variable(String),
    /// Anything else.
    Other,
}

impl Argument {
    /// The literal text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Argument::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Labels that a script puts on members, by their texts; None for one that is computed.
pub(super) fn labels(uses: &[Use]) -> impl Iterator<Item = Option<String>> {
    let calls = uses.iter().filter(|each| each.is_call_of(&["tag"]));
    calls.map(|call| call.first_text().map(str::to_owned))
}

/// Form in which a name is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// `name(..)`
    Function,
    /// `x.name(..)`
    Method,
    /// `x.name`
    Property,
    /// `a name b`
    Operator,
    /// `name`
    Variable,
    /// `"name"`
    Text,
    /// `x.name = ..`
    Assigned,
}

/// One use of a name in a script.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// Its form.
    pub form: Form,
    /// The name.
    pub name: String,
    /// The variable directly before the dot, if it is one; of an operator, that of its
    /// first operand that has one.
    pub owner: Option<String>,
    /// Arguments or operands, without the value before a dot.
    pub arguments: Vec<Argument>,
    /// Its place.
    pub place: Place,
    /// Operator or function that takes the value; empty if none does.
    pub taker: String,
}

impl Use {
    /// True if it calls one of some functions.
    pub fn is_call_of(&self, functions: &[&str]) -> bool {
        self.form == Form::Function && functions.contains(&self.name.as_str())
    }

    /// True if it reads one of some properties.
    pub fn is_property(&self, names: &[&str]) -> bool {
        self.form == Form::Property && names.contains(&self.name.as_str())
    }

    /// The first argument, if it is a literal text.
    pub fn first_text(&self) -> Option<&str> {
        self.arguments.first().and_then(Argument::text)
    }

    /// The last argument, if it is a literal text.
    pub fn last_text(&self) -> Option<&str> {
        self.arguments.last().and_then(Argument::text)
    }
}

/// Converts a position to a place; unknown is (0, 0).
pub(super) fn place(at: Position) -> Place {
    (at.line().unwrap_or(0), at.position().unwrap_or(0))
}

/// Collects all uses in a script, function bodies included.
pub(super) fn uses(ast: &AST, text: &str) -> Vec<Use> {
    let mut found = Vec::new();
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        found.extend(path.last().and_then(|node| of_node(node, path)));
        found.extend(
            path.last()
                .map(|node| compared(node, text))
                .unwrap_or_default(),
        );
        true
    });
    found
}

/// Passes each call of a function in a script to `look`, function bodies included, with
/// its place.
pub(super) fn each_call(ast: &AST, mut look: impl FnMut(&FnCallExpr, Place)) {
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Stmt(Stmt::FnCall(call, at)) | ASTNode::Expr(Expr::FnCall(call, at))) =
            path.last()
        {
            look(call, place(*at));
        }
        true
    });
}

/// Uses with the texts of constants and variables in place of their names,
/// where those are certain.
pub(super) fn with_texts(uses: &[Use], ast: &AST) -> Vec<Use> {
    let fixed = fixed_texts(ast);
    let mut found = uses.to_vec();
    for argument in found.iter_mut().flat_map(|each| &mut each.arguments) {
        if let Argument::Variable(name) = argument
            && let Some(text) = fixed.get(name)
        {
            *argument = Argument::Text(text.clone());
        }
    }
    found
}

/// Texts of constants and variables that are declared once in a file and have
/// one value: `let t = "silver"`, also by way of another.
pub(super) fn fixed_texts(ast: &AST) -> BTreeMap<String, String> {
    let mut declared: BTreeMap<String, Vec<Argument>> = BTreeMap::new();
    // Parameters, loop variables and those assigned again have no one value.
    let mut open: BTreeSet<String> = BTreeSet::new();
    for function in ast.iter_functions() {
        open.extend(function.params.iter().map(|name| (*name).to_owned()));
    }
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        match path.last() {
            Some(ASTNode::Stmt(Stmt::Var(var, ..))) => {
                let all = declared.entry(var.0.name.to_string()).or_default();
                all.push(argument(&var.1));
            }
            Some(ASTNode::Stmt(Stmt::Assignment(parts))) => {
                if let Expr::Variable(names, ..) = &parts.1.lhs {
                    open.insert(names.1.to_string());
                }
            }
            Some(ASTNode::Stmt(Stmt::For(parts, ..))) => {
                open.insert(parts.0.name.to_string());
                open.extend(parts.1.iter().map(|name| name.name.to_string()));
            }
            _ => {}
        }
        true
    });
    declared.retain(|name, values| !open.contains(name) && values.iter().all(|v| *v == values[0]));
    let mut fixed = BTreeMap::new();
    for name in declared.keys() {
        // A variable cannot be declared by way of itself more often than there are others.
        let mut value = declared.get(name).and_then(|values| values.first());
        for _ in 0..=declared.len() {
            match value {
                Some(Argument::Variable(other)) => {
                    value = declared.get(other).and_then(|values| values.first());
                }
                _ => break,
            }
        }
        if let Some(Argument::Text(text)) = value {
            fixed.insert(name.clone(), text.clone());
        }
    }
    fixed
}

/// Comparisons that `x in [..]` and `switch x { .. }` stand for.
fn compared(node: &ASTNode<'_>, text: &str) -> Vec<Use> {
    let (value, literals) = match node {
        ASTNode::Expr(Expr::FnCall(call, _)) => match (call.name.as_str(), &call.args[..]) {
            ("contains", [Expr::Array(items, _), value]) => (value, items.to_vec()),
            _ => return Vec::new(),
        },
        ASTNode::Expr(Expr::Dot(pair, ..)) => match (&pair.lhs, &pair.rhs) {
            (Expr::Array(items, _), Expr::MethodCall(call, _)) => {
                match (call.name.as_str(), &call.args[..]) {
                    ("contains", [value]) => (value, items.to_vec()),
                    _ => return Vec::new(),
                }
            }
            _ => return Vec::new(),
        },
        ASTNode::Stmt(Stmt::Switch(parts, at)) => (&parts.0, cases(text, place(*at))),
        _ => return Vec::new(),
    };
    let equal = |literal: &Expr| Use {
        arguments: vec![argument(value), argument(literal)],
        owner: variable_of(value),
        ..plain(Form::Operator, "==", literal.position())
    };
    literals.iter().map(equal).collect()
}

/// The variable that a value is a property or the result of a method of.
fn variable_of(value: &Expr) -> Option<String> {
    match value {
        Expr::Dot(pair, ..) => match &pair.lhs {
            Expr::Variable(names, ..) => Some(names.1.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Literals with which the cases of a `switch` at a place begin. The syntax
/// tree keeps only their hashes, so the text is read.
pub(super) fn cases(text: &str, at: Place) -> Vec<Expr> {
    let mut found = Vec::new();
    // Literals since the last bracket or comma: those of a case, if `=>` follows.
    let mut open: Vec<Expr> = Vec::new();
    let mut depth = 0;
    let (mut line, mut column) = (1, 0);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        column += 1;
        if c == '\n' {
            (line, column) = (line + 1, 0);
        }
        if (line, column) < at {
            continue;
        }
        let start = Position::new(to_u16(line), to_u16(column));
        let next = chars.peek().copied();
        match c {
            '"' => {
                let (literal, len) = rest_of_text(&mut chars);
                column += len;
                open.push(Expr::StringConstant(literal.into(), start));
            }
            '/' if next == Some('/') => {
                while chars.next_if(|c| *c != '\n').is_some() {
                    column += 1;
                }
            }
            '0'..='9' if depth == 1 => {
                let mut digits = String::from(c);
                while let Some(c) = chars.next_if(|c| c.is_ascii_digit() || *c == '_') {
                    column += 1;
                    digits.push(c);
                }
                let whole = digits.replace('_', "").parse();
                open.extend(whole.map(|whole| Expr::IntegerConstant(whole, start)));
            }
            '=' if next == Some('>') && depth == 1 => found.append(&mut open),
            '{' | '(' | '[' => (depth, open) = (depth + 1, Vec::new()),
            '}' | ')' | ']' => {
                (depth, open) = (depth - 1, Vec::new());
                // A bracket that closes before is of the value.
                if depth == 0 && c == '}' {
                    return found;
                }
            }
            ',' | ';' => open.clear(),
            // A range, or a part of a number with decimals.
            '.' => open.clear(),
            _ => {}
        }
    }
    found
}

/// A text behind its opening quote, without what a backslash stands before, and how many
/// characters it takes.
fn rest_of_text(chars: &mut impl Iterator<Item = char>) -> (String, usize) {
    let (mut text, mut len) = (String::new(), 0);
    while let Some(c) = chars.next() {
        len += 1;
        match c {
            '"' | '\n' => break,
            '\\' => len += usize::from(chars.next().is_some()),
            c => text.push(c),
        }
    }
    (text, len)
}

/// Functions of a script, each with the uses in its body.
pub(super) fn functions<'a>(ast: &AST, all: &'a [Use]) -> Vec<(String, Vec<&'a Use>)> {
    let within = |function: &rhai::ScriptFuncDef| {
        let (from, to) = (
            &function.body.start_position(),
            &function.body.end_position(),
        );
        let body = place(*from)..=place(*to);
        let own = all.iter().filter(|each| body.contains(&each.place));
        (function.name.to_string(), own.collect())
    };
    let functions = ast.shared_lib().iter_script_fn_info();
    let mut found: Vec<_> = functions.map(|(.., function)| within(function)).collect();
    // The language keeps them in an unordered table.
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn of_node(node: &ASTNode<'_>, path: &[ASTNode<'_>]) -> Option<Use> {
    let made = match node {
        ASTNode::Stmt(Stmt::FnCall(call, at)) => of_call(call, Form::Function, *at),
        ASTNode::Stmt(Stmt::Assignment(parts)) => return assigned(&parts.1.lhs),
        ASTNode::Expr(expr) => of_expression(expr)?,
        _ => return None,
    };
    Some(Use {
        owner: owner(path).or(made.owner),
        taker: taker(path),
        ..made
    })
}

fn assigned(target: &Expr) -> Option<Use> {
    let Expr::Dot(pair, ..) = target else {
        return None;
    };
    match (&pair.lhs, &pair.rhs) {
        (Expr::Variable(owner, ..), Expr::Property(names, at)) => Some(Use {
            owner: Some(owner.1.to_string()),
            ..plain(Form::Assigned, &names.2, *at)
        }),
        _ => None,
    }
}

fn of_expression(expr: &Expr) -> Option<Use> {
    Some(match expr {
        Expr::FnCall(call, at) => of_call(call, Form::Function, *at),
        Expr::MethodCall(call, at) => of_call(call, Form::Method, *at),
        Expr::Property(names, at) => plain(Form::Property, &names.2, *at),
        Expr::Variable(names, _, at) => plain(Form::Variable, &names.1, *at),
        Expr::StringConstant(text, at) => plain(Form::Text, text, *at),
        _ => return None,
    })
}

fn plain(form: Form, name: &str, at: Position) -> Use {
    Use {
        form,
        name: name.into(),
        owner: None,
        arguments: Vec::new(),
        place: place(at),
        taker: String::new(),
    }
}

fn of_call(call: &FnCallExpr, form: Form, at: Position) -> Use {
    let form = if call.op_token.is_some() {
        Form::Operator
    } else {
        form
    };
    let owner = match form {
        Form::Operator => call.args.iter().find_map(variable_of),
        _ => None,
    };
    Use {
        arguments: call.args.iter().map(argument).collect(),
        owner,
        ..plain(form, &call.name, at)
    }
}

fn argument(expr: &Expr) -> Argument {
    match expr {
        Expr::StringConstant(text, _) => Argument::Text(text.to_string()),
        Expr::IntegerConstant(whole, _) => Argument::Whole(*whole),
        Expr::DynamicConstant(value, _) if value.is_decimal() => Argument::Decimal,
        Expr::FnCall(call, _) | Expr::MethodCall(call, _) => Argument::Named(call.name.to_string()),
        Expr::Property(names, _) => Argument::Named(names.2.to_string()),
        Expr::Dot(pair, ..) => argument(&pair.rhs),
        Expr::Variable(names, ..) => Argument::Variable(names.1.to_string()),
        _ => Argument::Other,
    }
}

/// The variable before the dot, if this node is the first link after it.
fn owner(path: &[ASTNode<'_>]) -> Option<String> {
    let [.., outer, inner] = path else {
        return None;
    };
    let ASTNode::Expr(Expr::Dot(pair, ..)) = outer else {
        return None;
    };
    let is_first = ASTNode::Expr(&pair.lhs) != *inner;
    match &pair.lhs {
        Expr::Variable(names, ..) if is_first => Some(names.1.to_string()),
        // In a.b.c the link b is first in the pair (b, c) of the pair (a, ..).
        _ if !is_first => owner(&path[..path.len() - 1]),
        _ => None,
    }
}

/// Operator or function whose operand this value (with its dots) is.
fn taker(path: &[ASTNode<'_>]) -> String {
    let outer = path.iter().rev().skip(1);
    let mut outer = outer.skip_while(|n| matches!(n, ASTNode::Expr(Expr::Dot(..))));
    match outer.next() {
        Some(ASTNode::Expr(Expr::FnCall(call, _) | Expr::MethodCall(call, _))) => {
            call.name.to_string()
        }
        Some(ASTNode::Stmt(Stmt::FnCall(call, _))) => call.name.to_string(),
        Some(ASTNode::Expr(Expr::And(..) | Expr::Or(..))) => "&&".into(),
        Some(ASTNode::Expr(Expr::Coalesce(..))) => "??".into(),
        Some(ASTNode::Stmt(Stmt::If(..))) => "if".into(),
        _ => String::new(),
    }
}

/// A statement outside of functions.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Top {
    /// A constant, by name.
    Constant(String),
    /// A declaration such as `campaign(..)`.
    Declaration,
    /// Any other, and its place.
    Foreign(Place),
}

/// The statements outside of functions.
pub(super) fn tops(ast: &AST) -> Vec<Top> {
    ast.statements().iter().filter_map(top).collect()
}

fn top(statement: &Stmt) -> Option<Top> {
    let call = match statement {
        Stmt::Noop(_) => return None,
        Stmt::Var(var, flags, _) if flags.contains(ASTFlags::CONSTANT) => {
            return Some(Top::Constant(var.0.name.to_string()));
        }
        Stmt::FnCall(call, _) => Some(call),
        Stmt::Expr(expr) => match expr.as_ref() {
            Expr::FnCall(call, _) => Some(call),
            _ => None,
        },
        _ => None,
    };
    let is_declared = call.is_some_and(|c| matches!(&*c.name, "campaign" | "tiers" | "reward"));
    Some(if is_declared {
        Top::Declaration
    } else {
        Top::Foreign(place(statement.position()))
    })
}

/// The script without its declarations: constants and functions remain, and
/// nothing is declared twice when a function is called.
pub(super) fn without_declarations(ast: &AST) -> AST {
    let constants = ast.statements().iter().filter(|s| is_constant(s)).cloned();
    AST::new(constants.collect::<Vec<_>>(), ast.shared_lib().clone())
}

fn is_constant(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Var(_, flags, _) if flags.contains(ASTFlags::CONSTANT))
}

/// Places of the fields of the declaration at a place: paths such as
/// `when.weekday` and `when.weekday.0`.
pub(super) fn fields(ast: &AST, declaration: Place) -> Vec<(String, Place)> {
    let mut found = Vec::new();
    for statement in ast.statements() {
        let (call, at) = match statement {
            Stmt::FnCall(call, at) => (call, at),
            Stmt::Expr(expr) => match expr.as_ref() {
                Expr::FnCall(call, at) => (call, at),
                _ => continue,
            },
            _ => continue,
        };
        if place(*at) == declaration {
            call.args.iter().for_each(|a| gather(a, "", &mut found));
        }
    }
    found
}

fn gather(expr: &Expr, path: &str, found: &mut Vec<(String, Place)>) {
    let join = |name: &str| match path {
        "" => name.to_string(),
        _ => format!("{path}.{name}"),
    };
    match expr {
        Expr::Map(map, _) => {
            for (ident, value) in &map.0 {
                let path = join(&ident.name);
                found.push((path.clone(), place(ident.pos)));
                gather(value, &path, found);
            }
        }
        Expr::Array(items, _) => {
            for (i, item) in items.iter().enumerate() {
                let path = join(&i.to_string());
                found.push((path.clone(), place(item.position())));
                gather(item, &path, found);
            }
        }
        _ => {}
    }
}
