//! Types of values, inferred without running a script: comparisons with a
//! constant result, and calls that can only fail at the till.

mod calls;
mod ranges;

use super::expressions::{last_name, variable};
use super::names::{missing, parameters};
use crate::model::{FieldKind, Hook, Programme};
use crate::policy::diagnostic::{Diagnostic, Place, suggest_or};
use crate::policy::host::names::{self as host, Type, ValueKind};
use crate::policy::source::{cases, place};
use rhai::{
    AST, ASTFlags, ASTNode, BinaryExpr, Expr, FlowControl, FnCallExpr, FnPtr, Position, Stmt,
    StmtBlock,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Most passes over a file until the argument types of its own functions are known.
const PASSES: usize = 8;

/// Types of the parameters of a file's own functions, by name and arity.
type Parameters = BTreeMap<(String, usize), Vec<Type>>;
/// Types of what they return.
type Results = BTreeMap<(String, usize), Type>;

/// Finds the type errors in a file.
pub(in crate::policy) fn types(
    file: &str,
    text: &str,
    ast: &AST,
    programme: &Programme,
) -> Vec<Diagnostic> {
    let bodies = bodies(ast);
    let (mut known, mut results) = (Parameters::new(), Results::new());
    for pass in 1.. {
        let mut walk = Walk {
            file,
            text,
            programme,
            own: bodies.iter().map(Body::key).collect(),
            passed: Parameters::new(),
            results,
            returned: None,
            constants: Vec::new(),
            scope: Vec::new(),
            assigned: BTreeSet::new(),
            found: Vec::new(),
        };
        for statement in ast.statements() {
            if let Stmt::Var(var, ..) = statement {
                let of = walk.infer(&var.1);
                walk.constants.push(Variable {
                    name: var.0.name.to_string(),
                    of,
                    of_first: of,
                    value: Some(var.1.clone()),
                });
            }
        }
        let mut told = Results::new();
        for body in &bodies {
            let of = walk.function(body, known.get(&body.key()));
            told.insert(body.key(), of);
        }
        if (walk.passed == known && walk.results == told) || pass == PASSES {
            return walk.found;
        }
        (known, results) = (walk.passed, told);
    }
    Vec::new()
}

/// A variable or a constant.
struct Variable {
    name: String,
    /// Type in every place.
    of: Type,
    /// Type of its first value.
    of_first: Type,
    /// Value, if it never has another.
    value: Option<Expr>,
}

/// A walk over one file's functions, one after the other.
pub(super) struct Walk<'a> {
    file: &'a str,
    text: &'a str,
    pub(super) programme: &'a Programme,
    /// The file's own functions.
    own: BTreeSet<(String, usize)>,
    /// Argument types with which they are called.
    passed: Parameters,
    /// Their results, as far as the pass before knows.
    results: Results,
    /// Common type of the values that the function returned so far.
    returned: Option<Type>,
    /// The constants of the file.
    constants: Vec<Variable>,
    /// Variables in scope, the innermost last.
    scope: Vec<Variable>,
    /// Variables of the function that are assigned again later.
    assigned: BTreeSet<String>,
    found: Vec<Diagnostic>,
}

impl Walk<'_> {
    pub(super) fn error(&mut self, at: Position, message: impl Into<String>, help: String) {
        let found = Diagnostic::error(self.file, place(at), message);
        self.found.push(found.help(help));
    }

    pub(super) fn warning(&mut self, at: Position, message: impl Into<String>, help: String) {
        let found = Diagnostic::warning(self.file, place(at), message);
        self.found.push(found.help(help));
    }

    /// Checks a function; returns the type of its result.
    fn function(&mut self, body: &Body, given: Option<&Vec<Type>>) -> Type {
        self.assigned.clone_from(&body.assigned);
        self.returned = None;
        self.scope.clear();
        for (n, (name, of)) in body.parameters.iter().enumerate() {
            let given = given.and_then(|given| given.get(n));
            let of = given.filter(|_| *of == Type::Any).unwrap_or(of);
            self.declare(name, *of, None);
        }
        let last = self.statements(&body.statements);
        let ends = body.statements.last();
        match self.returned {
            Some(of) if matches!(ends, Some(Stmt::Return(..))) => of,
            Some(of) => common(of, last),
            None => last,
        }
    }

    /// Notes the argument types of a call of one of the file's own functions.
    fn pass(&mut self, name: &str, given: &[Type]) {
        let key = (name.to_owned(), given.len());
        if !self.own.contains(&key) {
            return;
        }
        match self.passed.get_mut(&key) {
            Some(known) => {
                for (known, given) in known.iter_mut().zip(given) {
                    *known = common(*known, *given);
                }
            }
            None => {
                self.passed.insert(key, given.to_vec());
            }
        }
    }

    /// Notes the element type that a closure receives from a list.
    fn pass_elements(&mut self, name: &str, list: Type, arguments: &[&Expr]) {
        let each = element(list);
        let given: &[Type] = match name {
            "filter" | "map" | "some" | "all" | "find" => &[each],
            "sort" => &[each, each],
            "reduce" => &[Type::Any, each],
            _ => return,
        };
        for argument in arguments {
            if let Expr::DynamicConstant(value, _) = argument
                && let Some(function) = value.read_lock::<FnPtr>()
            {
                self.pass(function.fn_name(), given);
            }
        }
    }

    fn block(&mut self, block: &StmtBlock) -> Type {
        let outer = self.scope.len();
        let last = self.statements(block.statements());
        self.scope.truncate(outer);
        last
    }

    /// Checks statements; returns the type of the last, which is their value.
    fn statements(&mut self, all: &[Stmt]) -> Type {
        let mut last = Type::Nothing;
        for (n, statement) in all.iter().enumerate() {
            last = self.statement(statement);
            if n + 1 < all.len() {
                self.idle(statement);
            }
        }
        last
    }

    fn declare(&mut self, name: &str, of: Type, value: Option<&Expr>) {
        let is_steady = !self.assigned.contains(name);
        self.scope.push(Variable {
            name: name.into(),
            of: if is_steady { of } else { Type::Any },
            of_first: of,
            value: value.filter(|_| is_steady).cloned(),
        });
    }

    /// Variable or constant that an expression names.
    fn named(&self, expr: &Expr) -> Option<&Variable> {
        let name = variable(expr)?;
        let is_constant = matches!(expr, Expr::Variable(names, ..) if !names.2.is_empty());
        let known = match is_constant {
            // `global::NAME`
            true => &self.constants,
            false => &self.scope,
        };
        known.iter().rev().find(|known| known.name == name)
    }

    /// Value of a variable, if it is known; else the expression itself.
    pub(super) fn value_of<'e>(&self, expr: &'e Expr) -> Cow<'e, Expr> {
        match self.named(expr).and_then(|known| known.value.as_ref()) {
            Some(value) => Cow::Owned(value.clone()),
            None => Cow::Borrowed(expr),
        }
    }

    fn statement(&mut self, statement: &Stmt) -> Type {
        match statement {
            Stmt::If(flow, _) => {
                self.condition(&flow.expr);
                let (yes, no) = (self.block(&flow.body), self.block(&flow.branch));
                return common(yes, no);
            }
            Stmt::While(flow, _) | Stmt::Do(flow, ..) => {
                if !matches!(flow.expr, Expr::Unit(_)) {
                    self.condition(&flow.expr);
                }
                self.block(&flow.body);
            }
            Stmt::For(parts, _) => {
                let (name, counter, flow) = &**parts;
                self.for_each(&name.name, counter.as_ref().map(|c| c.name.as_str()), flow);
            }
            Stmt::Switch(parts, at) => {
                let of = self.infer(&parts.0);
                for case in cases(self.text, place(*at)) {
                    let (of_case, at) = (self.infer(&case), case.position());
                    ranges::comparison(self, "==", at, (&parts.0, of), (&case, of_case));
                }
                let cases = parts.1.expressions.iter();
                self.infer_all(cases.flat_map(|case| [&case.lhs, &case.rhs]));
                return Type::Any;
            }
            Stmt::Var(parts, ..) => {
                let of = self.infer(&parts.1);
                self.declare(&parts.0.name, of, Some(&parts.1));
            }
            Stmt::Assignment(parts) => {
                let of = self.infer(&parts.1.rhs);
                if parts.0.is_op_assignment() {
                    self.added(&parts.1.lhs, &parts.1.rhs, of);
                }
            }
            Stmt::FnCall(call, at) => return self.call(call, *at),
            Stmt::Block(block) => return self.block(block),
            Stmt::TryCatch(flow, _) => {
                self.block(&flow.body);
                self.block(&flow.branch);
            }
            Stmt::Expr(expr) => return self.infer(expr),
            Stmt::Return(Some(value), ..) => {
                let of = self.infer(value);
                self.returns(of);
                return of;
            }
            Stmt::Return(None, ..) => self.returns(Type::Nothing),
            Stmt::BreakLoop(Some(value), ..) => {
                self.infer(value);
                return Type::Any;
            }
            _ => {}
        }
        Type::Nothing
    }

    /// Checks a loop over a list, whose elements have a name.
    fn for_each(&mut self, name: &str, counter: Option<&str>, flow: &FlowControl) {
        let list = self.infer(&flow.expr);
        self.loops(&flow.expr, list);
        let outer = self.scope.len();
        self.declare(name, element(list), None);
        if let Some(counter) = counter {
            self.declare(counter, Type::Whole, None);
        }
        self.block(&flow.body);
        self.scope.truncate(outer);
    }

    /// Checks that a loop goes over something that has elements.
    fn loops(&mut self, over: &Expr, of: Type) {
        let has_none = matches!(
            class(of),
            Class::Object | Class::Number | Class::Bool | Class::Nothing
        );
        if has_none {
            let message = format!("a loop goes over a list, and this is {}", words(of));
            let help = match of {
                Type::Object("purchase") => "write for line in purchase.lines",
                _ => "write for n in 0..3 to do something three times",
            };
            self.error(over.position(), message, help.into());
        }
    }

    /// Warns of a comparison that stands alone: it changes nothing.
    fn idle(&mut self, statement: &Stmt) {
        let call = match statement {
            Stmt::FnCall(call, at) => Some((call, *at)),
            Stmt::Expr(expr) => match expr.as_ref() {
                Expr::FnCall(call, at) => Some((call, *at)),
                _ => None,
            },
            _ => None,
        };
        if let Some((call, at)) = call
            && call.op_token.is_some()
            && matches!(call.name.as_str(), "==" | "!=" | "<" | "<=" | ">" | ">=")
        {
            let message = format!("'{}' compares, and nothing uses the answer", call.name);
            self.warning(
                at,
                message,
                "write = to set a variable, or if before it".into(),
            );
        }
    }

    fn returns(&mut self, of: Type) {
        self.returned = Some(self.returned.map_or(of, |before| common(before, of)));
    }

    /// Checks that only a number is added to, or subtracted from, a number.
    fn added(&mut self, target: &Expr, value: &Expr, of: Type) {
        let name = variable(target).unwrap_or_default();
        let mut known = self.scope.iter().rev();
        let first = known.find(|known| known.name == name);
        let first = first.map(|known| known.of_first);
        if first.is_some_and(|first| class(first) == Class::Number)
            && !matches!(class(of), Class::Any | Class::Number)
        {
            let message = format!("'{name}' is a number, and this is {}", words(of));
            self.error(value.position(), message, unquoted(value));
        }
    }

    /// Checks a value that must be true or false.
    fn condition(&mut self, expr: &Expr) {
        let of = self.infer(expr);
        if !matches!(of, Type::Any | Type::Bool) {
            let message = format!("a condition is true or false, and this is {}", words(of));
            self.error(expr.position(), message, condition_help(expr, of));
        }
    }

    /// Infers the type of a value; errors within it are reported on the way.
    pub(super) fn infer(&mut self, expr: &Expr) -> Type {
        match expr {
            Expr::BoolConstant(..) => Type::Bool,
            Expr::IntegerConstant(..) => Type::Whole,
            Expr::StringConstant(text, at) => {
                self.calendar(text, *at);
                Type::Text
            }
            Expr::InterpolatedString(parts, _) => {
                self.infer_all(parts.iter());
                Type::Text
            }
            Expr::DynamicConstant(value, _) if value.is_decimal() => Type::Decimal,
            Expr::Unit(_) => Type::Nothing,
            Expr::Array(items, _) => {
                self.infer_all(items.iter());
                Type::List
            }
            Expr::Map(map, _) => {
                self.infer_all(map.0.iter().map(|(_, value)| value));
                Type::Map
            }
            Expr::Variable(names, _, at) => {
                let is_constant = !names.2.is_empty();
                if is_constant && self.named(expr).is_none() {
                    self.undeclared(&names.1, *at);
                }
                self.variable(expr)
            }
            Expr::Stmt(block) => self.block(block),
            Expr::FnCall(call, at) => self.call(call, *at),
            Expr::Dot(pair, ..) => {
                let of = self.infer(&pair.lhs);
                self.link(of, &pair.lhs, &pair.rhs)
            }
            Expr::Index(pair, flags, _) => {
                let of = self.infer(&pair.lhs);
                self.element(of, pair, *flags)
            }
            Expr::And(parts, _) | Expr::Or(parts, _) => {
                parts.iter().for_each(|part| self.condition(part));
                if matches!(expr, Expr::And(..)) {
                    ranges::contradictions(self, parts);
                }
                Type::Bool
            }
            Expr::Coalesce(parts, _) => {
                self.infer_all(parts.iter());
                Type::Any
            }
            _ => Type::Any,
        }
    }

    /// Checks values whose types do not matter.
    fn infer_all<'e>(&mut self, all: impl Iterator<Item = &'e Expr>) {
        for each in all {
            self.infer(each);
        }
    }

    /// Reports `global::NAME` without a constant of that name.
    fn undeclared(&mut self, name: &str, at: Position) {
        let remedy = format!("write const {name} = ..; at the top of the file");
        let known = self.constants.iter().map(|constant| &constant.name);
        let help = suggest_or(name, known, remedy);
        self.error(at, format!("this file has no constant '{name}'"), help);
    }

    fn variable(&self, expr: &Expr) -> Type {
        self.named(expr).map_or(Type::Any, |known| known.of)
    }

    /// Infers the type of a property or method call of a value.
    fn link(&mut self, of: Type, owner: &Expr, link: &Expr) -> Type {
        match link {
            Expr::Property(names, at) => match kind(of) {
                Some(kind) => self.property(kind, owner, &names.2, *at),
                None => {
                    match of {
                        Type::Day => self.part_of_day(&names.2, *at),
                        _ => self.part_of_list(of, &names.2, *at),
                    }
                    Type::Any
                }
            },
            Expr::MethodCall(call, at) => self.method(of, owner, call, *at),
            Expr::Dot(pair, ..) => {
                let of = self.link(of, owner, &pair.lhs);
                self.link(of, &pair.lhs, &pair.rhs)
            }
            Expr::Index(pair, flags, _) => {
                // The check of names sees no property before a bracket, so this one tells.
                let owner = match &pair.lhs {
                    property @ Expr::Property(..) => property,
                    _ => owner,
                };
                let of = self.link(of, owner, &pair.lhs);
                self.element(of, pair, *flags)
            }
            _ => Type::Any,
        }
    }

    /// Infers the type of an element by its index, or of what follows behind the bracket:
    /// the language puts `[0].amount` to the right of its list, as a chain that begins
    /// with the index.
    fn element(&mut self, list: Type, pair: &BinaryExpr, flags: ASTFlags) -> Type {
        let is_last = flags.intersects(ASTFlags::BREAK);
        let (index, next) = match &pair.rhs {
            Expr::Dot(next, ..) if !is_last => (&next.lhs, Some((next, None))),
            Expr::Index(next, flags, _) if !is_last => (&next.lhs, Some((next, Some(*flags)))),
            index => (index, None),
        };
        self.infer(index);
        if let (Type::Object(name), Expr::StringConstant(field, at)) = (list, index) {
            let message = format!("{name} is no map: this fails at the till");
            self.error(*at, message, format!("write {name}.{field}"));
        }
        let of = element(list);
        match next {
            None => of,
            Some((next, None)) => self.link(of, index, &next.rhs),
            Some((next, Some(flags))) => self.element(of, next, flags),
        }
    }

    /// Refuses a part of a date, which is a text.
    fn part_of_day(&mut self, name: &str, at: Position) {
        let help = match name {
            "year" => "write parse_int(purchase.date.sub_string(0, 4))",
            "month" => "write parse_int(purchase.date.sub_string(5, 2))",
            "day" => {
                "write parse_int(purchase.date.sub_string(8)), or in the header when: #{ monthly: 1 }"
            }
            _ => return,
        };
        let message = format!("a date is a text such as \"2026-12-24\" and has no '{name}'");
        self.error(at, message, help.into());
    }

    /// Refuses a property of a list that its elements have.
    fn part_of_list(&mut self, list: Type, name: &str, at: Position) {
        if let Some(each) = kind(element(list)).filter(|each| each.property(name).is_some()) {
            let message = format!("a list has no '{name}': each {} in it has", each.name);
            let help = format!("write for {0} in purchase.{0}s {{ {0}.{name} }}", each.name);
            self.error(at, message, help);
        }
    }

    fn property(&mut self, kind: &ValueKind, owner: &Expr, name: &str, at: Position) -> Type {
        if let Some(of) = kind.property(name) {
            return of;
        }
        // Calls named after their kind were checked by name.
        let is_told = variable(owner).is_some_and(|n| host::kind(n).is_some());
        if is_told {
            return Type::Any;
        }
        let (message, help) = match kind.method(name) {
            Some((_, parameters, _)) => (
                format!("{}.{name} needs round brackets", kind.name),
                host::signature(&format!("{}.{name}", kind.name), parameters),
            ),
            None => missing(name, kind),
        };
        self.error(at, message, help);
        Type::Any
    }

    fn method(&mut self, of: Type, owner: &Expr, call: &FnCallExpr, at: Position) -> Type {
        let given: Vec<Type> = call.args.iter().map(|a| self.infer(a)).collect();
        let name = call.name.as_str();
        if let Some((_, parameters, answer)) = kind(of).and_then(|kind| kind.method(name)) {
            let arguments: Vec<&Expr> = call.args.iter().collect();
            calls::arguments(self, name, at, parameters, &arguments, &given);
            if let ("charge", Some(Expr::StringConstant(kind, at))) = (name, arguments.first()) {
                ranges::charge(self, kind, *at);
            }
            return match (name, arguments.first()) {
                ("field", Some(Expr::StringConstant(field, _))) => self.field(field),
                _ => *answer,
            };
        }
        let given: Vec<Type> = std::iter::once(of).chain(given).collect();
        let arguments: Vec<&Expr> = std::iter::once(owner).chain(call.args.iter()).collect();
        self.called(name, at, &arguments, &given)
    }

    /// Infers the result type of a function, in either call syntax.
    fn called(&mut self, name: &str, at: Position, arguments: &[&Expr], given: &[Type]) -> Type {
        if self.own.contains(&(name.to_owned(), given.len())) {
            self.pass(name, given);
            let result = self.results.get(&(name.to_owned(), given.len()));
            return result.copied().unwrap_or(Type::Any);
        }
        let Some((_, _, parameters, answer)) = host::function(name) else {
            return Type::Any;
        };
        calls::arguments(self, name, at, parameters, arguments, given);
        let Some(first) = given.first() else {
            return *answer;
        };
        self.pass_elements(name, *first, arguments);
        match (name, arguments) {
            ("filter", _) => *first,
            ("find" | "pop" | "shift", _) => element(*first),
            ("contains", [list, item]) => {
                ranges::membership(self, at, (*list, *first), (*item, given[1]));
                *answer
            }
            ("starts_with" | "ends_with", [_, Expr::StringConstant(text, at)]) => {
                ranges::part_of_date(self, name, *first, text, *at);
                *answer
            }
            ("sub_string", [_, from, rest @ ..]) => {
                let part = (*first == Type::Day).then(|| part_of_day(from, rest.first()));
                part.flatten().unwrap_or(*answer)
            }
            ("parse_int", _) => match first {
                Type::PartOfDay(5, 2) => Type::MonthNumber,
                Type::PartOfDay(8, 2) => Type::DayNumber,
                _ => *answer,
            },
            _ => *answer,
        }
    }

    /// Type of an activity's field, if all activities that have it agree.
    fn field(&self, name: &str) -> Type {
        let fields = self.programme.activities.iter().flat_map(|a| &a.fields);
        let mut types = fields.filter(|f| f.name == name).map(|f| match f.kind {
            FieldKind::Text | FieldKind::Secret => Type::Text,
            FieldKind::Whole => Type::Whole,
            FieldKind::Decimal => Type::Decimal,
            FieldKind::Bool => Type::Bool,
            FieldKind::Day => Type::Day,
        });
        let first = types.next().unwrap_or(Type::Any);
        if types.all(|other| other == first) {
            first
        } else {
            Type::Any
        }
    }

    fn call(&mut self, call: &FnCallExpr, at: Position) -> Type {
        let given: Vec<Type> = call.args.iter().map(|a| self.infer(a)).collect();
        let name = call.name.as_str();
        if call.op_token.is_some() && name != "contains" {
            return self.operator(name, call, at, &given);
        }
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let answer = self.called(name, at, &arguments, &given);
        calls::literals(self, name, at, &arguments);
        answer
    }

    fn operator(&mut self, name: &str, call: &FnCallExpr, at: Position, given: &[Type]) -> Type {
        match (name, &call.args[..], given) {
            ("!", [one], [of]) => {
                if !matches!(of, Type::Any | Type::Bool) {
                    let message = format!("'!' needs true or false, and this is {}", words(*of));
                    self.error(one.position(), message, condition_help(one, *of));
                }
                Type::Bool
            }
            ("-" | "+", [_], [of]) => *of,
            ("==" | "!=" | "<" | "<=" | ">" | ">=", [a, b], [of_a, of_b]) => {
                let (of_a, of_b) = (*of_a, *of_b);
                let (was_a, was_b) = (self.value_of(a), self.value_of(b));
                if matches!((&was_a, &was_b), (Cow::Owned(_), _) | (_, Cow::Owned(_))) {
                    ranges::named_between(self, (&was_a, &was_b));
                }
                ranges::comparison(self, name, at, (&was_a, of_a), (&was_b, of_b));
                Type::Bool
            }
            ("+" | "-" | "*" | "/" | "%", [a, b], [of_a, of_b]) => {
                self.reckoned(name, at, (a, *of_a), (b, *of_b))
            }
            _ => Type::Any,
        }
    }

    fn reckoned(&mut self, name: &str, at: Position, a: Typed, b: Typed) -> Type {
        let classes = (class(a.1), class(b.1));
        match classes {
            (Class::Number, Class::Number) => match (a.1, b.1) {
                (Type::Whole, Type::Whole) => Type::Whole,
                (Type::Decimal, _) | (_, Type::Decimal) => Type::Decimal,
                _ => Type::Number,
            },
            (Class::Text, Class::Number) if a.1 == Type::Day => {
                let message = format!("'{name}' of a date and a number makes no date");
                self.error(at, message, "write days_after(purchase.date, 30)".into());
                Type::Any
            }
            // A text can be concatenated with anything, and a part can be
            // removed from it.
            (Class::Text, _) | (_, Class::Text) if name == "+" => Type::Text,
            (Class::Text, Class::Text) if name == "-" => Type::Text,
            (Class::Text, Class::Number) | (Class::Number, Class::Text) => {
                let message = format!("'{name}' of {} and {} fails", words(a.1), words(b.1));
                let text = if class(a.1) == Class::Text { a.0 } else { b.0 };
                self.error(at, message, unquoted(text));
                Type::Any
            }
            (Class::Bool | Class::Nothing | Class::Object, Class::Number)
            | (Class::Number, Class::Bool | Class::Nothing | Class::Object) => {
                let message = format!("'{name}' of {} and {} fails", words(a.1), words(b.1));
                self.error(at, message, String::new());
                Type::Any
            }
            _ => Type::Any,
        }
    }

    /// Reports a text that looks like a date and is not one.
    fn calendar(&mut self, text: &str, at: Position) {
        if is_like_date(text)
            && let Err(wrong) = crate::model::Day::parse(text)
        {
            self.error(at, wrong, String::new());
        }
    }
}

/// A value and its type.
pub(super) type Typed<'a> = (&'a Expr, Type);

/// Types that can be compared with one another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Any,
    Nothing,
    Bool,
    Number,
    Text,
    List,
    Map,
    Call,
    Object,
}

/// The class of a type.
pub(super) fn class(of: Type) -> Class {
    match of {
        Type::Any => Class::Any,
        Type::Nothing => Class::Nothing,
        Type::Bool => Class::Bool,
        Type::Whole
        | Type::Decimal
        | Type::Number
        | Type::Amount
        | Type::MonthNumber
        | Type::DayNumber => Class::Number,
        Type::Text | Type::Day | Type::PartOfDay(..) => Class::Text,
        Type::Texts | Type::Lines | Type::Tenders | Type::List => Class::List,
        Type::Map => Class::Map,
        Type::Call => Class::Call,
        Type::Object(_) => Class::Object,
    }
}

/// Name of a type in messages.
pub(super) fn words(of: Type) -> String {
    match of {
        Type::Any => "anything",
        Type::Nothing => "() (nothing)",
        Type::Bool => "true or false",
        Type::Whole | Type::MonthNumber | Type::DayNumber => "a whole number",
        Type::Decimal | Type::Number | Type::Amount => "a number",
        Type::Text | Type::PartOfDay(..) => "a text",
        Type::Day => "a date",
        Type::Texts | Type::Lines | Type::Tenders | Type::List => "a list",
        Type::Map => "a map #{..}",
        Type::Call => "a function",
        Type::Object(name) => return format!("the {name} itself"),
    }
    .into()
}

/// Remedy for a text in place of a number.
pub(super) fn unquoted(expr: &Expr) -> String {
    let Expr::StringConstant(text, _) = expr else {
        return String::new();
    };
    let with_point = text.replace(',', ".");
    let is_number = with_point.parse::<rust_decimal::Decimal>().is_ok();
    match is_number {
        true => format!("write {with_point}, without quotes"),
        false => String::new(),
    }
}

fn condition_help(expr: &Expr, of: Type) -> String {
    let name = last_name(expr).unwrap_or_default();
    match class(of) {
        Class::Number => "compare it, as in `x > 0`".into(),
        Class::Text => "compare it, as in `x == \"..\"`".into(),
        Class::List if name == "codes" => "write \"CODE\" in purchase.codes".into(),
        Class::List => "write !x.is_empty()".into(),
        _ => String::new(),
    }
}

fn kind(of: Type) -> Option<&'static ValueKind> {
    match of {
        Type::Object(name) => host::kind(name),
        _ => None,
    }
}

/// Element type of a list.
fn element(of: Type) -> Type {
    match of {
        Type::Texts => Type::Text,
        Type::Lines => Type::Object("line"),
        Type::Tenders => Type::Object("tender"),
        _ => Type::Any,
    }
}

/// Characters of a date that `sub_string` takes; None if they are not written as numbers.
fn part_of_day(from: &Expr, len: Option<&&Expr>) -> Option<Type> {
    let count = |expr: &Expr| match expr {
        Expr::IntegerConstant(n, _) => usize::try_from(*n).ok(),
        _ => None,
    };
    let from = count(from)?;
    let left = ranges::DATE_LEN.checked_sub(from)?;
    let len = len.map_or(Some(left), |len| count(len))?;
    Some(Type::PartOfDay(from, len.min(left)))
}

/// Common type of two types.
fn common(a: Type, b: Type) -> Type {
    match (a, b) {
        _ if a == b => a,
        _ if class(a) != class(b) => Type::Any,
        _ => match class(a) {
            Class::Number => Type::Number,
            Class::Text => Type::Text,
            Class::List => Type::List,
            _ => Type::Any,
        },
    }
}

/// True if a text is written as dates are: such texts are checked wherever they occur.
pub(super) fn is_like_date(text: &str) -> bool {
    let is_part = |(i, c): (usize, char)| match i {
        4 | 7 => c == '-',
        _ => c.is_ascii_digit(),
    };
    text.len() == 10 && text.char_indices().all(is_part)
}

/// A function of a script: its parameters, statements, and the variables it assigns.
#[derive(Default)]
pub(super) struct Body {
    name: String,
    parameters: Vec<(String, Type)>,
    pub(super) statements: Vec<Stmt>,
    assigned: BTreeSet<String>,
}

impl Body {
    fn key(&self) -> (String, usize) {
        (self.name.clone(), self.parameters.len())
    }
}

/// Functions of a script, by their places. The language keeps their bodies
/// private, but walks over them; each statement belongs to the innermost
/// function around its place.
pub(super) fn bodies(ast: &AST) -> Vec<Body> {
    let mut found: Vec<(Place, Place, Body)> = Vec::new();
    for (.., function) in ast.shared_lib().iter_script_fn_info() {
        let (from, to) = (function.body.start_position(), function.body.end_position());
        // A hook's parameters are typed by their position, whatever their names.
        let hook = Hook::ALL.iter().find(|hook| hook.name() == function.name);
        let kinds = hook.map_or(&[][..], |hook| parameters(*hook));
        let typed = |n: usize| match kinds.get(n).and_then(|kind| host::kind(kind)) {
            Some(kind) => Type::Object(kind.name),
            None => Type::Any,
        };
        let named = function.params.iter().enumerate();
        let body = Body {
            name: function.name.to_string(),
            parameters: named.map(|(n, p)| (p.to_string(), typed(n))).collect(),
            ..Body::default()
        };
        // A closure whose body is one expression has no end position.
        let (from, to) = (place(from), place(to));
        found.push((from, to.max(from), body));
    }
    found.sort_by_key(|(from, ..)| *from);
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        let Some(ASTNode::Stmt(first)) = path.first() else {
            return true;
        };
        let at = place(first.position());
        let around = |(from, to, _): &&mut (Place, Place, Body)| (*from..=*to).contains(&at);
        let Some((.., body)) = found.iter_mut().rev().find(around) else {
            return true;
        };
        match path.last() {
            Some(ASTNode::Stmt(statement)) if path.len() == 1 => {
                body.statements.push((*statement).clone());
            }
            _ => {}
        }
        if let Some(ASTNode::Stmt(Stmt::Assignment(parts))) = path.last()
            && let Some(name) = variable(&parts.1.lhs)
        {
            body.assigned.insert(name.into());
        }
        true
    });
    found.into_iter().map(|(.., body)| body).collect()
}
