//! Commands built in code.

use serde_json::{Map, Value};

/// A command as a till sends it: a verb and its fields, as `stampbook schema`
/// describes them. Bounds and names are checked when it is submitted, by the same
/// rules as a line of JSON.
///
/// ```
/// use stampbook::Command;
///
/// let sale = Command::purchase("7.70")
///     .member("card:1")
///     .key("till-1/000812")
///     .line("LATTE", "coffee", "2", "5.80")
///     .line("SCONE", "food", "1", "1.90");
/// assert_eq!(sale.to_json().matches("sku").count(), 2);
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Command(Map<String, Value>);

impl Command {
    /// Makes a command of a verb, such as `redeem` or `household`.
    pub fn new(verb: &str) -> Command {
        Command(Map::new()).field("do", verb)
    }

    /// Makes a sale; the total is money as a decimal.
    pub fn purchase(total: &str) -> Command {
        Command::new("purchase").field("total", total)
    }

    /// Returns all of a purchase, unless [`Command::amount`] or lines limit it.
    pub fn return_of(key: &str) -> Command {
        Command::new("return").field("of", key).field("all", true)
    }

    /// Voids an entry; `reason` is for the auditor.
    pub fn void(key: &str, reason: &str) -> Command {
        Command::new("void")
            .field("of", key)
            .field("reason", reason)
    }

    /// Enrols a person, known by an alias such as `card:6900012345`.
    pub fn enrol(alias: &str) -> Command {
        Command::new("enrol").field("aliases", vec![alias])
    }

    /// Redeems points for a reward of the programme.
    pub fn redeem(reward: &str) -> Command {
        Command::new("redeem").field("reward", reward)
    }

    /// Reads a command from one object of JSON.
    ///
    /// # Errors
    /// The text is not a JSON object.
    pub fn from_json(json: &str) -> Result<Command, serde_json::Error> {
        serde_json::from_str(json).map(Command)
    }

    /// Sets the member: an alias or a member's id.
    #[must_use]
    pub fn member(self, member: &str) -> Command {
        self.field("member", member)
    }

    /// Sets the idempotency key: a command sent again under it is not carried
    /// out twice.
    #[must_use]
    pub fn key(self, key: &str) -> Command {
        self.field("key", key)
    }

    /// Sets the store of the programme, and a terminal in it.
    #[must_use]
    pub fn at_till(self, store: &str, terminal: &str) -> Command {
        self.field("store", store).field("terminal", terminal)
    }

    /// Sets the amount, if the verb has one; a return is then partial.
    #[must_use]
    pub fn amount(mut self, amount: &str) -> Command {
        self.0.remove("all");
        self.field("amount", amount)
    }

    /// Adds a line of the bill.
    #[must_use]
    pub fn line(self, sku: &str, category: &str, qty: &str, amount: &str) -> Command {
        let line = [
            ("sku", sku),
            ("category", category),
            ("qty", qty),
            ("amount", amount),
        ];
        let line = line.map(|(name, text)| (name.to_owned(), Value::from(text)));
        self.item("lines", Value::Object(line.into_iter().collect()))
    }

    /// Adds a tender: `cash`, `card` and others.
    #[must_use]
    pub fn tender(self, kind: &str, amount: &str) -> Command {
        let tender = [("kind", kind), ("amount", amount)];
        let tender = tender.map(|(name, text)| (name.to_owned(), Value::from(text)));
        self.item("tenders", Value::Object(tender.into_iter().collect()))
    }

    /// Sets any other field of the schema.
    #[must_use]
    pub fn field(mut self, name: &str, value: impl Into<Value>) -> Command {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    fn item(mut self, list: &str, item: Value) -> Command {
        let items = self.0.entry(list.to_owned());
        if let Value::Array(items) = items.or_insert_with(|| Value::Array(Vec::new())) {
            items.push(item);
        }
        self
    }

    /// The command as one line of JSON, in the form that a session accepts as well.
    pub fn to_json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }
}
