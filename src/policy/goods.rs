//! The list of goods, `goods.csv`: the category of each article, for tills that send
//! none. It may be a price list as a till exports it: columns but `sku` and `category`
//! are passed over.

use super::diagnostic::Diagnostic;
use crate::model::unprintable;

/// The file.
pub(super) const FILE: &str = "goods.csv";

/// Reads the list: article and category, sorted by article.
pub(super) fn read(text: &str, found: &mut Vec<Diagnostic>) -> Vec<(String, String)> {
    let mut wrong = |line: usize, message: String, help: &str| {
        found.push(Diagnostic::error(FILE, (line, 1), message).help(help));
    };
    let head = text.lines().next().unwrap_or_default();
    let separator = [';', '\t'].into_iter().find(|c| head.contains(*c));
    let separator = separator.unwrap_or(',');
    let head: Vec<String> = cells(head, separator).unwrap_or_default();
    let column = |name: &str| head.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    let (Some(sku), Some(category)) = (column("sku"), column("category")) else {
        let help = "its first line names the columns, such as sku,category,name,price";
        wrong(1, "the list has no columns sku and category".into(), help);
        return Vec::new();
    };
    let mut goods: Vec<(String, String, usize)> = Vec::new();
    for (n, line) in text.lines().enumerate().skip(1) {
        let Some(row) = cells(line, separator) else {
            let help = "close it, or write a quote within a name twice";
            wrong(n + 1, "a quote (\") that is not closed".into(), help);
            continue;
        };
        let cell = |at: usize| row.get(at).cloned().unwrap_or_default();
        let (sku, category) = (cell(sku), cell(category));
        if line.trim().is_empty() || category.is_empty() {
            continue;
        }
        let unfit = unprintable(&sku).or_else(|| unprintable(&category));
        match unfit {
            _ if sku.is_empty() => wrong(
                n + 1,
                format!("a category '{category}' of no article"),
                "name its sku, or take the line away",
            ),
            Some(unfit) => wrong(n + 1, format!("a name {unfit}"), "write it anew"),
            None => goods.push((sku, category, n + 1)),
        }
    }
    goods.sort();
    for pair in goods.windows(2) {
        if pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1 {
            let (sku, one, other) = (&pair[0].0, &pair[0].1, &pair[1].1);
            let message = format!("the article {sku} has two categories, {one} and {other}");
            wrong(pair[1].2, message, "an article has one; tags may be many");
        }
    }
    goods.dedup_by(|one, other| one.0 == other.0);
    let goods = goods.into_iter();
    goods.map(|(sku, category, _)| (sku, category)).collect()
}

/// Cells of a line; one in quotes may hold the separator, and a quote twice. None if a quote
/// is not closed.
fn cells(line: &str, separator: char) -> Option<Vec<String>> {
    let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                cell.push('"');
                chars.next();
            }
            '"' => is_quoted = !is_quoted,
            c if c == separator && !is_quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    let cells = cells.iter().map(|cell| cell.trim().to_owned());
    (!is_quoted).then(|| cells.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Bundle;

    fn read_of(text: &str) -> (Vec<(String, String)>, Vec<String>) {
        let file = (FILE.to_owned(), text.as_bytes().to_vec());
        let mut found = Vec::new();
        let bundle = Bundle::new(vec![file]).unwrap();
        let goods = read(bundle.text(FILE).unwrap(), &mut found);
        (goods, found.into_iter().map(|f| f.message).collect())
    }

    #[test]
    fn a_price_list_is_read_as_tills_export_it() {
        let good = |sku: &str, category: &str| (sku.to_owned(), category.to_owned());
        for text in [
            "sku,name,category,price\nB2,\"Tea, green\",tea,3.00\nA1,Mug,,9.00\nA2,Bun,\"bread\",1\n",
            "SKU;Name;Category\nB2;Tee;tea\nA2;Bun;bread\nA2;Bun;bread\n\n",
            "\u{feff}category\tsku\r\ntea\tB2\r\nbread\tA2\r\n",
        ] {
            let (goods, wrong) = read_of(text);
            assert_eq!(goods, [good("A2", "bread"), good("B2", "tea")], "{text}");
            assert!(wrong.is_empty(), "{wrong:?}");
        }
        for (text, words) in [
            ("article,group\nA,b\n", "no columns"),
            ("sku,category\nA,tea\nA,bread\n", "two categories"),
            ("sku,category\n,tea\n", "of no article"),
            ("sku,category\n\"A,tea\n", "not closed"),
        ] {
            let (_, wrong) = read_of(text);
            assert!(wrong[0].contains(words), "{wrong:?}");
        }
    }
}
