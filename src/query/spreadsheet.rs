//! Comma-separated values.

/// Mark by which Excel tells that a file is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A line by RFC 4180. A text that a spreadsheet would take for a formula is quoted as
/// one by an apostrophe.
pub fn line(cells: impl IntoIterator<Item = String>) -> String {
    let cells = cells.into_iter().map(|cell| {
        let is_formula = cell.starts_with(['=', '+', '@', '\t', '\r'])
            || cell.starts_with('-') && cell.parse::<f64>().is_err();
        let cell = if is_formula { format!("'{cell}") } else { cell };
        match cell.contains([',', '"', '\n', '\r']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell,
        }
    });
    let cells: Vec<String> = cells.collect();
    format!("{}\r\n", cells.join(","))
}
