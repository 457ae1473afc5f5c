//! The engine that runs scripts: its restrictions and limits.

use super::offered::Offered;
use super::{activity, days, facts, header, helpers, own, price, proposals};
use rhai::module_resolvers::DummyModuleResolver;
use rhai::packages::{BasicIteratorPackage, Package};
use rhai::{Engine, EvalAltResult, INT, OptimizationLevel, Token};
use std::cell::Cell;
use std::sync::LazyLock;

/// The script language, its version and that of its price list, as entries name
/// them. A changed price may stop a script elsewhere, so the list's number is
/// raised with it.
pub const SCRIPT: &str = "rhai 1.27.0, prices 5";

/// Version of the host functions. It is raised when one is removed or changes
/// its results.
pub const HOST: u32 = 2;

/// Most steps of one call, including callbacks and the work of the language's
/// functions.
pub const OPERATIONS_MAX: u64 = 100_000;
/// Greatest depth of nested function calls.
pub const CALL_LEVELS_MAX: usize = 8;
/// Stack of a thread that runs scripts: a level of calls takes up to 64 KiB in
/// a debug build, and functions call functions.
pub const STACK_LEN: usize = 16 << 20;

/// The one engine of the process; it is never changed once built.
pub(in crate::policy) static ENGINE: LazyLock<Engine> = LazyLock::new(build);

/// The language's functions, which [`ENGINE`] calls at their price.
static LANGUAGE: LazyLock<Engine> = LazyLock::new(|| {
    let mut engine = price::language();
    limit(&mut engine);
    engine
});

/// Builds the engine.
pub(in crate::policy) fn build() -> Engine {
    let mut engine = Engine::new_raw();
    engine.set_module_resolver(DummyModuleResolver::new());
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    price::register(&mut engine, &LANGUAGE);
    limit(&mut engine);
    close(&mut engine);
    name_fields(&mut engine);
    let mut offered = Offered::to(&mut engine);
    facts::register(&mut offered);
    activity::register(&mut offered);
    days::register(&mut offered);
    own::register(&mut offered);
    proposals::register(&mut offered);
    helpers::register(&mut offered);
    header::register(&mut offered);
    absences(&mut offered);
    offered.done();
    engine
}

/// Sets the limits. All are counts, none is a time: the same script on the same
/// facts ends the same way on every machine.
fn limit(engine: &mut Engine) {
    // The optimiser changes the meaning of a script: errors vanish with the code.
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_strict_variables(true);
    engine.set_fail_on_invalid_map_property(true);
    engine.set_max_operations(OPERATIONS_MAX);
    engine.set_max_call_levels(CALL_LEVELS_MAX);
    engine.set_max_expr_depths(48, 24);
    engine.set_max_string_size(4096);
    engine.set_max_array_size(1000);
    engine.set_max_map_size(200);
    engine.set_max_variables(64);
    engine.set_max_functions(64);
    engine.set_max_modules(0);
    // The interner is shared by all threads and has one lock.
    engine.set_max_strings_interned(0);
}

/// Keywords and operators that reach out of the sandbox, or end a script in a
/// way that looks like success. Powers are among them: one of decimals takes
/// the time of a hundred steps, and a built-in operator cannot have a price.
const DISABLED: [&str; 8] = [
    "eval", "import", "export", "Fn", "curry", "print", "debug", "**",
];

thread_local! {
    /// True if the token before the present one begins a field of a map.
    static IS_FIELD: Cell<bool> = const { Cell::new(false) };
}

/// Lets a header state `for: "everybody"` without quotes: directly after `#{`
/// and `,` the keyword is a name.
fn name_fields(engine: &mut Engine) {
    #[expect(
        deprecated,
        reason = "rhai marks it as volatile; its version is pinned"
    )]
    engine.on_parse_token(|token, _, _| {
        let is_field = IS_FIELD.replace(matches!(token, Token::MapStart | Token::Comma));
        match token {
            Token::For if is_field => Token::Identifier(Box::new("for".into())),
            other => other,
        }
    });
}

fn close(engine: &mut Engine) {
    for word in DISABLED {
        engine.disable_symbol(word);
    }
}

/// Functions that cannot be disabled, only shadowed.
fn absences(engine: &mut Offered) {
    engine
        .register_fn("sleep", |_: INT| absent("sleep"))
        .register_fn("exit", || absent("exit"))
        .register_fn("exit", |_: rhai::Dynamic| absent("exit"))
        .register_fn("parse_json", |_: &str| absent("parse_json"));
}

fn absent(name: &str) -> Result<(), Box<EvalAltResult>> {
    Err(format!("{name} is not available to scripts").into())
}
