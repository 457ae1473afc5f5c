//! The price of a script's steps: one budget for a call, its callbacks and
//! whatever they call.
//!
//! Each operation of the script engine costs one. A function of the language
//! costs more by the length of its operands and of its result, a variable by
//! what copying it takes. All of it is counted and nothing is timed, so that an
//! auditor's machine stops a script where the till's did.

use super::Answer;
use rhai::packages::{
    BasicArrayPackage, BasicMapPackage, BasicMathPackage, CorePackage, LogicPackage,
    MoreStringPackage, Package,
};
use rhai::{
    Array, Dynamic, Engine, EvalAltResult, FnPtr, FuncRegistration, INT, ImmutableString, Module,
    NativeCallContext, Position, RhaiFunc, Shared,
};
use std::any::TypeId;
use std::cell::Cell;
use std::sync::Arc;

/// Price of a function of the language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::policy) enum Price {
    /// This many steps, whatever the operands.
    Flat(u64),
    /// This many steps for each eight elements or 64 bytes.
    Length(u64),
    /// Like the one before, and steps by the length of the resulting text,
    /// however short: a number has no length, its digits do.
    Printed(u64),
    /// The product of the operands' lengths, for a result that may be as long.
    Product,
}

/// Functions of the language that a script can call, with their prices. A
/// function without a price is not registered.
pub(in crate::policy) const PRICES: &[(&str, Price)] = &[
    ("!", Price::Flat(1)),
    ("!=", Price::Length(5)),
    ("+", Price::Length(4)),
    ("+=", Price::Length(4)),
    ("-", Price::Length(4)),
    ("-=", Price::Length(4)),
    ("<", Price::Length(1)),
    ("<=", Price::Length(1)),
    ("==", Price::Length(5)),
    (">", Price::Length(1)),
    (">=", Price::Length(1)),
    ("abs", Price::Flat(1)),
    ("ceiling", Price::Flat(1)),
    ("bits", Price::Flat(4)),
    ("chars", Price::Length(16)),
    ("clear", Price::Length(2)),
    ("contains", Price::Length(10)),
    ("end", Price::Flat(1)),
    ("ends_with", Price::Length(1)),
    ("floor", Price::Flat(1)),
    ("get$bits", Price::Flat(4)),
    ("get$chars", Price::Length(16)),
    ("get$end", Price::Flat(1)),
    ("get$is_empty", Price::Flat(1)),
    ("get$is_exclusive", Price::Flat(1)),
    ("get$is_inclusive", Price::Flat(1)),
    ("get$len", Price::Length(1)),
    ("get$start", Price::Flat(1)),
    ("index_of", Price::Length(10)),
    ("insert", Price::Length(2)),
    ("is_empty", Price::Flat(1)),
    ("is_exclusive", Price::Flat(1)),
    ("is_inclusive", Price::Flat(1)),
    ("keys", Price::Length(4)),
    ("len", Price::Length(1)),
    ("max", Price::Length(1)),
    ("min", Price::Length(1)),
    ("parse_decimal", Price::Length(4)),
    ("parse_int", Price::Length(4)),
    ("pop", Price::Length(1)),
    ("push", Price::Flat(2)),
    ("remove", Price::Length(4)),
    ("replace", Price::Product),
    ("reverse", Price::Length(2)),
    ("shift", Price::Length(2)),
    ("sort", Price::Length(16)),
    ("split", Price::Length(16)),
    ("start", Price::Flat(1)),
    ("starts_with", Price::Length(1)),
    ("sub_string", Price::Length(4)),
    ("to_decimal", Price::Flat(1)),
    ("to_int", Price::Flat(1)),
    ("to_lower", Price::Length(4)),
    ("to_string", Price::Printed(20)),
    ("to_upper", Price::Length(4)),
    ("trim", Price::Length(4)),
    ("values", Price::Length(4)),
];

/// Price of the function of that name, if it has one.
pub(in crate::policy) fn of(name: &str) -> Option<Price> {
    let found = PRICES.iter().find(|(known, _)| *known == name);
    found.map(|(_, price)| *price)
}

thread_local! {
    /// Steps left to the call that runs on this thread.
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
}

/// Runs a call with a budget of its own; returns its result and the steps it took.
pub(in crate::policy) fn within<T>(budget: u64, call: impl FnOnce() -> T) -> (T, u64) {
    let outer = LEFT.replace(budget);
    let answer = call();
    (answer, budget - LEFT.replace(outer))
}

/// Subtracts steps from the budget; false if there are not enough.
pub(in crate::policy) fn spend(steps: u64) -> bool {
    let left = LEFT.get();
    LEFT.set(left.saturating_sub(steps));
    left >= steps
}

/// Adds steps that were not a script's own.
pub(in crate::policy) fn give_back(steps: u64) {
    LEFT.set(LEFT.get().saturating_add(steps));
}

pub(super) fn charge(steps: u64) -> Answer<()> {
    match spend(steps) {
        true => Ok(()),
        false => Err(EvalAltResult::ErrorTooManyOperations(Position::NONE).into()),
    }
}

/// Elements that a list, a map or a value of the shop's own (a line, the
/// purchase) counts for within a list or map: each is memory of its own, which
/// copying takes and dropping gives back.
const NESTED: u64 = 8;
/// The same of a text, whose memory is shared, and of a decimal.
const SHARED: u64 = 2;

/// The length of a value: its elements, at every depth, and its texts in units
/// of eight bytes.
pub(in crate::policy) fn length(value: &Dynamic) -> u64 {
    // Asking first costs little; a failed cast makes an error with names.
    if value.is_string() {
        return value
            .as_immutable_string_ref()
            .map_or(0, |text| bytes(&text));
    }
    if value.is_array() {
        let each = |list: &Array| list.iter().map(|each| 1 + inner(each)).sum();
        return value.as_array_ref().map_or(0, |list| each(&list));
    }
    if value.is_map() {
        let each = |(name, each): (&_, &_)| 4 + bytes(name) + inner(each);
        let map = value.as_map_ref();
        return map.map_or(0, |map| map.iter().map(|(k, v)| each((k, v))).sum());
    }
    0
}

/// The length of a value within a list or map.
fn inner(value: &Dynamic) -> u64 {
    let is_flat = value.is_int() || value.is_bool() || value.is_char() || value.is_unit();
    let own = match is_flat {
        true => 0,
        false if value.is_string() || value.is_decimal() => SHARED,
        false => NESTED,
    };
    length(value) + own
}

/// Elements that copying a constant copies, at every depth; a text is shared.
pub(in crate::policy) fn copied(value: &Dynamic) -> u64 {
    let list = value.as_array_ref().map_or(0, |list| {
        list.iter().map(|each| 1 + copied(each)).sum::<u64>() + NESTED
    });
    let map = value.as_map_ref().map_or(0, |map| {
        let pairs = map
            .iter()
            .map(|(name, each)| 4 + bytes(name) + copied(each));
        pairs.sum::<u64>() + NESTED
    });
    list + map
}

fn bytes(text: &str) -> u64 {
    text.len() as u64 / 8
}

fn price_before(price: Price, arguments: &[&mut Dynamic]) -> u64 {
    let lengths = arguments.iter().map(|each| length(each));
    match price {
        Price::Flat(steps) => steps,
        Price::Length(each) | Price::Printed(each) => lengths.sum::<u64>() * each / 8,
        Price::Product => {
            let product = lengths.fold(1, |so_far: u64, each| so_far.saturating_mul(each + 1));
            product / 4
        }
    }
}

fn price_after(price: Price, result: &Dynamic) -> u64 {
    match price {
        Price::Flat(_) => 0,
        Price::Length(_) | Price::Product => length(result) / 4,
        Price::Printed(_) => 2 + length(result),
    }
}

/// Registers the language's functions, each with its price.
pub(super) fn register(engine: &mut Engine, language: &'static Engine) {
    let mut module = Module::new();
    for (name, types) in natives(language) {
        let is_scalar = types.iter().all(is_scalar);
        // The engine's own operators on numbers cost one step.
        let is_built_in = is_scalar && BUILT_IN.contains(&name.as_str()) && types.len() == 2;
        let takes_function = types.contains(&TypeId::of::<FnPtr>());
        // Anything that is appended to a text is printed first, as interpolation does.
        let is_printing = name.starts_with('+') && types.contains(&TypeId::of::<Dynamic>());
        let known = if is_printing { "to_string" } else { &name };
        if let Some(price) = of(known).filter(|_| !is_built_in && !takes_function) {
            let known: Arc<str> = name.as_str().into();
            let function = move |context: Option<NativeCallContext>,
                                 arguments: &mut [&mut Dynamic]| {
                pass_on(language, &known, price, context, arguments)
            };
            let function = RhaiFunc::Method {
                func: Shared::new(function),
                has_context: true,
                is_pure: true,
                is_volatile: true,
            };
            let registration = FuncRegistration::new(name).in_global_namespace();
            registration.set_into_module_raw(&mut module, types, function);
        }
    }
    module.set_iterable::<Array>();
    module.set_iter(TypeId::of::<ImmutableString>(), |text| {
        let text = text.into_immutable_string().unwrap_or_default();
        made(text.len() / 4);
        let all: Vec<char> = text.chars().collect();
        Box::new(all.into_iter().map(Dynamic::from))
    });
    engine.register_global_module(module.into());
    callbacks(engine);
    // Each round of a loop is a step, and each read of a variable.
    engine.on_progress(|_| (!spend(1)).then_some(Dynamic::UNIT));
    #[expect(
        deprecated,
        reason = "the only place that sees a variable copied; rhai is pinned"
    )]
    engine.on_var(|name, from_end, context| {
        let scope = context.scope();
        // By its place: comparing names costs more, the more variables there are.
        let place = scope.len().checked_sub(from_end);
        let at = place.and_then(|place| scope.iter_raw().nth(place));
        let found = match at {
            Some((there, _, value)) if there == name => Some(value),
            _ => scope.get(name),
        };
        // A script's constants are outside of its scope.
        charge(found.map_or(8, read))?;
        Ok(None)
    });
}

/// Price of reading a variable. A text costs more than copying it takes: when one
/// of its letters is replaced, which no function does, all of it is made again.
fn read(value: &Dynamic) -> u64 {
    match value.is_string() {
        true => 2 * length(value),
        false => length(value) / 8,
    }
}

/// Operators that the engine applies to numbers without a registered function.
const BUILT_IN: [&str; 15] = [
    "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "+=", "-=", "*=", "/=",
];

fn is_scalar(of: &TypeId) -> bool {
    let scalars = [
        TypeId::of::<INT>(),
        TypeId::of::<bool>(),
        TypeId::of::<char>(),
        TypeId::of::<rust_decimal::Decimal>(),
    ];
    scalars.contains(of)
}

/// A function's name and its parameters' types.
type Native = (String, Vec<TypeId>);

/// Lists all functions of an engine.
pub(in crate::policy) fn natives(engine: &Engine) -> Vec<Native> {
    let each = |found: rhai::FuncInfo| {
        let metadata = found.metadata;
        Some((metadata.name.to_string(), metadata.param_types.to_vec()))
    };
    engine.collect_fn_metadata(None, each, true)
}

fn pass_on(
    language: &Engine,
    name: &str,
    price: Price,
    context: Option<NativeCallContext>,
    arguments: &mut [&mut Dynamic],
) -> Answer<Dynamic> {
    charge(price_before(price, arguments))?;
    let Some(outer) = context else {
        return super::fail("this function needs its caller");
    };
    let inner = NativeCallContext::new_with_all_fields(
        language,
        name,
        outer.call_source(),
        outer.global_runtime_state(),
        outer.call_position(),
    );
    let result = inner.call_native_fn_raw(name, true, arguments)?;
    charge(price_after(price, &result))?;
    Ok(result)
}

/// An engine with the packages of the language, without prices and the shop's
/// functions.
pub(super) fn language() -> Engine {
    let mut engine = Engine::new_raw();
    CorePackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicMathPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    engine
}

type C<'a> = NativeCallContext<'a>;

/// Calls a script's function with an element and, if it takes two, its position.
fn apply(c: &C, name: &str, f: &FnPtr, item: &mut Dynamic, at: usize) -> Answer<Dynamic> {
    charge(4 + length(item) / 4)?;
    let at = INT::try_from(at).unwrap_or(INT::MAX);
    f.call_raw_with_extra_args(name, c, Some(item), [], [at.into()], Some(0))
}

fn holds(c: &C, name: &str, f: &FnPtr, item: &mut Dynamic, at: usize) -> Answer<bool> {
    Ok(apply(c, name, f, item, at)?.as_bool().unwrap_or(false))
}

fn map(c: C, list: &mut Array, f: FnPtr) -> Answer<Array> {
    let each = list.iter_mut().enumerate();
    each.map(|(at, item)| apply(&c, "map", &f, item, at))
        .collect()
}

fn filter(c: C, list: &mut Array, f: FnPtr) -> Answer<Array> {
    let mut kept = Array::new();
    for (at, item) in list.iter_mut().enumerate() {
        if holds(&c, "filter", &f, item, at)? {
            kept.push(item.clone());
        }
    }
    Ok(kept)
}

fn position(c: &C, name: &str, list: &mut Array, f: &FnPtr) -> Answer<Option<usize>> {
    for (at, item) in list.iter_mut().enumerate() {
        if holds(c, name, f, item, at)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

fn some(c: C, list: &mut Array, f: FnPtr) -> Answer<bool> {
    Ok(position(&c, "some", list, &f)?.is_some())
}

fn all(c: C, list: &mut Array, f: FnPtr) -> Answer<bool> {
    for (at, item) in list.iter_mut().enumerate() {
        if !holds(&c, "all", &f, item, at)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn find(c: C, list: &mut Array, f: FnPtr) -> Answer<Dynamic> {
    let found = position(&c, "find", list, &f)?;
    let found = found.and_then(|at| list.get(at));
    Ok(found.cloned().unwrap_or(Dynamic::UNIT))
}

fn index_of(c: C, list: &mut Array, f: FnPtr) -> Answer<INT> {
    let found = position(&c, "index_of", list, &f)?;
    Ok(found.and_then(|at| INT::try_from(at).ok()).unwrap_or(-1))
}

fn fold(c: C, list: &mut Array, f: FnPtr, initial: Dynamic) -> Answer<Dynamic> {
    let mut result = initial;
    for (at, item) in list.iter_mut().enumerate() {
        charge(4 + (length(&result) + length(item)) / 4)?;
        let at = INT::try_from(at).unwrap_or(INT::MAX);
        let extra = [at.into()];
        result = f.call_raw_with_extra_args("reduce", &c, Some(item), [result], extra, Some(1))?;
    }
    Ok(result)
}

/// Sorts by a script's comparison: a stable merge sort, whose number of
/// comparisons does not depend on the results.
fn sort(c: C, list: &mut Array, f: FnPtr) -> Answer<()> {
    let less = |a: &Dynamic, b: &Dynamic| -> Answer<bool> {
        charge(4 + (length(a) + length(b)) / 4)?;
        let answer = f.call_within_context::<Dynamic>(&c, (a.clone(), b.clone()))?;
        match answer.as_bool() {
            Ok(is_before) => Ok(is_before),
            Err(_) => Ok(answer.as_int().unwrap_or(0) < 0),
        }
    };
    let mut width = 1;
    while width < list.len() {
        let mut merged = Array::with_capacity(list.len());
        for pair in list.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
            while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
                let next = if less(b, a)? {
                    right.next()
                } else {
                    left.next()
                };
                merged.extend(next.cloned());
            }
            merged.extend(left.chain(right).cloned());
        }
        *list = merged;
        width *= 2;
    }
    Ok(())
}

/// Registers the functions that call back; their callbacks share the budget.
fn callbacks(engine: &mut Engine) {
    engine
        .register_fn("map", map)
        .register_fn("filter", filter)
        .register_fn("some", some)
        .register_fn("all", all)
        .register_fn("find", find)
        .register_fn("index_of", index_of)
        .register_fn("reduce", |c: C, list: &mut Array, f: FnPtr| {
            fold(c, list, f, Dynamic::UNIT)
        })
        .register_fn("reduce", fold)
        .register_fn("sort", sort);
}

/// Charges the length of a map or a list that a shop's function returns.
pub(super) fn made(elements: usize) {
    // If too little is left, the next step fails.
    let _ = spend(1 + elements as u64 / 2);
}
