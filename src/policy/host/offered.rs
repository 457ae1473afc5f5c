//! The shop's own functions, each with its price in steps. The length of
//! arguments and of the result costs as with the language's functions.

use super::price::{charge, length};
use rhai::{
    Dynamic, Engine, FuncRegistration, Module, NativeCallContext, RhaiFunc, RhaiNativeFunc, Shared,
    Variant,
};

/// The steps that a call of each of the shop's functions takes besides the
/// length of its texts, lists and maps; a getter's name begins with `get$`. A
/// function that is not in this table is not registered.
pub(in crate::policy) const PRICES: &[(&str, u64)] = &[
    // Proposals.
    ("award", 8),
    ("benefit", 8),
    ("contribute", 8),
    ("discount", 8),
    ("forget", 8),
    ("grant", 8),
    ("issue", 8),
    ("message", 16),
    ("pause", 8),
    ("refer", 8),
    ("refuse", 8),
    ("remember", 8),
    ("tag", 8),
    ("take_back", 8),
    ("tune", 8),
    ("untag", 8),
    // Declarations.
    ("campaign", 8),
    ("reward", 8),
    ("tiers", 8),
    // Arithmetic.
    ("ceil", 2),
    ("chance", 16),
    ("days_after", 16),
    ("floor", 2),
    ("half_even", 2),
    ("half_up", 2),
    ("max", 4),
    ("min", 4),
    ("months_after", 16),
    ("percent_of", 8),
    ("steps", 8),
    ("tuned", 4),
    ("zhe", 8),
    // Facts.
    ("activities", 4),
    ("attribute", 4),
    ("balance", 4),
    ("base", 4),
    ("charge", 4),
    ("consents", 4),
    ("count_in", 4),
    ("earned", 4),
    ("earning_in", 4),
    ("field", 4),
    ("given", 4),
    ("has_pass", 4),
    ("has_tag", 4),
    ("is_targeted", 4),
    ("memo", 4),
    ("months_active", 4),
    ("pass_promise", 8),
    ("pass_uses", 4),
    ("qualifying", 4),
    ("spend", 4),
    ("tier_at_least", 8),
    ("visits", 4),
    // Getters.
    ("get$amount", 2),
    ("get$birthday_this_month", 4),
    ("get$birthday_today", 4),
    ("get$bought", 2),
    ("get$category", 2),
    ("get$channel", 2),
    ("get$codes", 2),
    ("get$date", 8),
    ("get$days_since_purchase", 4),
    ("get$discountable", 2),
    ("get$earning", 2),
    ("get$hour", 1),
    ("get$id", 2),
    ("get$is_discountable", 1),
    ("get$is_known", 1),
    ("get$issued", 1),
    ("get$kind", 2),
    ("get$label", 2),
    ("get$lapsed", 1),
    ("get$last", 8),
    ("get$lines", 2),
    ("get$matured", 1),
    ("get$minute", 1),
    ("get$months_enrolled", 4),
    ("get$months_since_first_purchase", 4),
    ("get$number", 1),
    ("get$on_bill", 1),
    ("get$partner", 2),
    ("get$points", 2),
    ("get$purchase", 2),
    ("get$qty", 2),
    ("get$returned", 2),
    ("get$reward", 2),
    ("get$rfm", 4),
    ("get$sku", 2),
    ("get$store", 2),
    ("get$subtotal", 2),
    ("get$tags", 2),
    ("get$tenders", 2),
    ("get$terminal", 2),
    ("get$tier", 4),
    ("get$total", 2),
    ("get$unit", 2),
    ("get$used", 1),
    ("get$voided", 1),
    ("get$was_referred", 4),
    ("get$weekday", 2),
    ("get$years", 1),
    // Functions that the sandbox lacks report so.
    ("exit", 1),
    ("parse_json", 1),
    ("sleep", 1),
];

/// Price of the shop's function of that name, if it has one.
pub(in crate::policy) fn of(name: &str) -> Option<u64> {
    let found = PRICES.iter().find(|(known, _)| *known == name);
    found.map(|(_, price)| *price)
}

/// The shop's functions while they are collected for an engine.
pub(super) struct Offered<'e> {
    engine: &'e mut Engine,
    module: Module,
}

impl<'e> Offered<'e> {
    /// Begins with none.
    pub fn to(engine: &'e mut Engine) -> Offered<'e> {
        let module = Module::new();
        Offered { engine, module }
    }

    /// Registers all of them with the engine.
    pub fn done(self) {
        self.engine.register_global_module(self.module.into());
    }

    /// Adds a function with its price.
    pub fn register_fn<A: 'static, const N: usize, const X: bool, R, const F: bool, T>(
        &mut self,
        name: &str,
        function: T,
    ) -> &mut Self
    where
        R: Variant + Clone,
        T: RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    {
        if let Some(price) = of(name) {
            let function = priced(function.into_rhai_function(true, false), price);
            let registration = FuncRegistration::new(name).in_global_namespace();
            registration.set_into_module_raw(&mut self.module, T::param_types(), function);
        }
        self
    }

    /// Adds a getter with its price.
    pub fn register_get<A: 'static, const X: bool, R, const F: bool, T>(
        &mut self,
        name: &str,
        getter: T,
    ) -> &mut Self
    where
        R: Variant + Clone,
        T: RhaiNativeFunc<A, 1, X, R, F> + Send + Sync + 'static,
    {
        self.register_fn(&format!("get${name}"), getter)
    }

    /// Sets the name of a type in scripts' error messages.
    pub fn register_type_with_name<V: Variant + Clone>(&mut self, name: &str) -> &mut Self {
        self.engine.register_type_with_name::<V>(name);
        self
    }
}

/// Wraps a function so that it first subtracts its price from the budget, and
/// afterwards the length of its result.
fn priced(function: RhaiFunc, price: u64) -> RhaiFunc {
    let (is_method, inner) = match &function {
        RhaiFunc::Method { func, .. } => (true, func.clone()),
        RhaiFunc::Pure { func, .. } => (false, func.clone()),
        _ => return function,
    };
    let has_context = function.has_context();
    let paying = move |context: Option<NativeCallContext>, arguments: &mut [&mut Dynamic]| {
        let lengths: u64 = arguments.iter().map(|each| length(each)).sum();
        charge(price + lengths / 2)?;
        let result = inner(context, arguments)?;
        charge(length(&result) / 4)?;
        Ok(result)
    };
    let (func, is_pure, is_volatile) = (Shared::new(paying), true, false);
    match is_method {
        true => RhaiFunc::Method {
            func,
            has_context,
            is_pure,
            is_volatile,
        },
        false => RhaiFunc::Pure {
            func,
            has_context,
            is_pure,
            is_volatile,
        },
    }
}
