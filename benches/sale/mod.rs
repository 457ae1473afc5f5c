//! The purchase that the benches book: two lines, paid in cash, at the café.

/// A purchase as a line of JSON.
pub struct Sale<'a> {
    /// Idempotency key.
    pub key: &'a dyn std::fmt::Display,
    /// Number of the member's card.
    pub member: u64,
    /// Number of the till.
    pub till: u64,
    /// Amounts of the lines, in cents.
    pub amounts: (u64, u64),
}

impl std::fmt::Display for Sale<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Sale {
            key,
            member,
            till,
            amounts: (a, b),
        } = self;
        let (a_whole, a_cents) = (a / 100, a % 100);
        let (b_whole, b_cents) = (b / 100, b % 100);
        let (whole, cents) = ((a + b) / 100, (a + b) % 100);
        write!(
            out,
            r#"{{"do":"purchase","key":"{key}","member":"card:{member:010}","by":"scanned","store":"mitte","terminal":"till-{till}","total":"{whole}.{cents:02}","lines":[{{"sku":"LATTE","category":"coffee","qty":"2","amount":"{a_whole}.{a_cents:02}"}},{{"sku":"SCONE","category":"food","qty":"1","amount":"{b_whole}.{b_cents:02}"}}],"tenders":[{{"kind":"cash","amount":"{whole}.{cents:02}"}}],"enrol":true}}"#
        )
    }
}
