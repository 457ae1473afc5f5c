//! Source files as the rules of `tidy.rs` see them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A part of a source file: shipped code, or its tests.
pub struct Source {
    /// Path from the package's folder.
    pub path: String,
    /// Folder or file under `src`.
    pub room: String,
    /// Text as written.
    pub text: String,
    /// Code without comments and the insides of literals; lines keep their numbers.
    pub code: String,
    /// Number of lines in the whole file.
    pub lines: usize,
    /// True if it exists for tests alone.
    pub is_test: bool,
}

impl Source {
    /// The words of the code.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let parts = self.code.split(|c: char| !c.is_alphanumeric() && c != '_');
        parts.filter(|w| w.starts_with(|c: char| c.is_alphabetic() || c == '_'))
    }
}

/// A function of a source file.
pub struct Function {
    pub path: String,
    /// Line on which it begins.
    pub line: usize,
    pub name: String,
    /// Code from its first line to its closing brace.
    pub lines: usize,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn files_under(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(items) = fs::read_dir(dir) else { return };
    for item in items {
        let path = item.expect("the folder can be read").path();
        match path.is_dir() {
            true => files_under(&path, found),
            false => found.push(path),
        }
    }
    found.sort();
}

fn told(path: &Path) -> String {
    let path = path.strip_prefix(root()).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

/// Every part of every file under `src`: a file with tests at its end has two.
pub fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    files_under(&root().join("src"), &mut paths);
    let is_code = |p: &&PathBuf| p.extension().is_some_and(|e| e == "rs") && !p.ends_with("lib.rs");
    paths
        .iter()
        .filter(is_code)
        .flat_map(|p| parts(p))
        .collect()
}

fn parts(path: &Path) -> Vec<Source> {
    let text = fs::read_to_string(path).expect("a source file can be read");
    let path = told(path);
    let room = path
        .trim_start_matches("src/")
        .split(['/', '.'])
        .next()
        .unwrap_or_default();
    let is_test_file = path.contains("/tests/") || path.ends_with("/tests.rs");
    let (ours, tests) = match text.split_once("\n#[cfg(test)]\nmod tests {") {
        Some((ours, tests)) => (ours, tests),
        None => (text.as_str(), ""),
    };
    let part = |text: &str, is_test| Source {
        path: path.clone(),
        room: room.into(),
        text: text.into(),
        code: code_of(text),
        lines: ours.lines().count() + tests.lines().count(),
        is_test,
    };
    let mut parts = vec![part(ours, is_test_file)];
    if !tests.is_empty() {
        parts.push(part(tests, true));
    }
    parts
}

/// All files that people read or run, with their text.
pub fn text_files() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    for dir in [
        "src",
        "tests",
        "benches",
        "scripts",
        ".ci",
        "fuzz/src",
        "fuzz/fuzz_targets",
    ] {
        files_under(&root().join(dir), &mut paths);
    }
    let items = fs::read_dir(root()).expect("the package's folder can be read");
    let top = items.map(|i| i.expect("the folder can be read").path());
    paths.extend(top.filter(|p| p.is_file() && !p.ends_with(".git")));
    let texts = paths
        .iter()
        .filter_map(|p| Some((told(p), fs::read_to_string(p).ok()?)));
    texts.collect()
}

/// Lexical state of a reader within a source file.
#[derive(Clone, Copy, PartialEq)]
enum In {
    Code,
    Line,
    Comment(usize),
    Text,
    Raw(usize),
}

/// The code of a text: comments and the insides of literals become blanks.
pub fn code_of(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at, mut state) = (String::with_capacity(text.len()), 0, In::Code);
    while at < chars.len() {
        let (next, len) = step(&chars[at..], state, at.checked_sub(1).map(|i| chars[i]));
        for c in &chars[at..at + len] {
            let is_kept = state == In::Code && next == In::Code && len == 1 || *c == '\n';
            out.push(if is_kept { *c } else { ' ' });
        }
        (at, state) = (at + len, next);
    }
    out
}

/// The state after the next characters, and how many those are.
fn step(rest: &[char], state: In, before: Option<char>) -> (In, usize) {
    let starts = |text: &str| {
        text.chars()
            .enumerate()
            .all(|(i, c)| rest.get(i) == Some(&c))
    };
    match state {
        In::Code if starts("//") => (In::Line, 2),
        In::Code if starts("/*") => (In::Comment(1), 2),
        In::Code if starts("\"") => (In::Text, 1),
        In::Code if rest[0] == 'r' && !before.is_some_and(|c| c.is_alphanumeric() || c == '_') => {
            raw(rest)
        }
        In::Code if rest[0] == '\'' => (In::Code, char_len(rest)),
        In::Line if rest[0] == '\n' => (In::Code, 1),
        In::Comment(depth) if starts("/*") => (In::Comment(depth + 1), 2),
        In::Comment(1) if starts("*/") => (In::Code, 2),
        In::Comment(depth) if starts("*/") => (In::Comment(depth - 1), 2),
        In::Text if rest[0] == '\\' => (In::Text, rest.len().min(2)),
        In::Text if rest[0] == '"' => (In::Code, 1),
        In::Raw(hashes)
            if rest[0] == '"'
                && rest[1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes =>
        {
            (In::Code, 1 + hashes)
        }
        other => (other, 1),
    }
}

/// An `r` in code: the start of a raw text, or of a name.
fn raw(rest: &[char]) -> (In, usize) {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    match rest.get(1 + hashes) {
        Some('"') => (In::Raw(hashes), 2 + hashes),
        _ => (In::Code, 1),
    }
}

/// The length of a character in quotes; 1 for the quote of a lifetime.
fn char_len(rest: &[char]) -> usize {
    match (rest.get(1), rest.get(2)) {
        (Some('\\'), _) => {
            let end = rest.iter().skip(3).position(|c| *c == '\'');
            end.map_or(1, |end| end + 4)
        }
        (Some(_), Some('\'')) => 3,
        _ => 1,
    }
}

/// The functions of a part, those in other functions included.
pub fn functions(source: &Source) -> Vec<Function> {
    let lines: Vec<&str> = source.code.lines().collect();
    let starts = lines
        .iter()
        .enumerate()
        .filter_map(|(n, line)| Some((n, name_of(line)?)));
    let found = starts.filter_map(|(n, name)| {
        let lines = body_lines(&lines[n..])?;
        Some(Function {
            path: source.path.clone(),
            line: n + 1,
            name,
            lines,
        })
    });
    found.collect()
}

/// The name of the function that begins in a line.
fn name_of(line: &str) -> Option<String> {
    let (before, rest) = line.split_once("fn ")?;
    let is_head = before.split_whitespace().all(|w| {
        w.starts_with("pub") || w.starts_with("in") || ["const", "async", "extern"].contains(&w)
    });
    let name: String = rest
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (is_head && !name.is_empty()).then_some(name)
}

/// Number of lines to the brace that closes the first; none if a semicolon
/// comes before it opens.
fn body_lines(lines: &[&str]) -> Option<usize> {
    let (mut depth, mut brackets) = (0i32, 0i32);
    for (n, line) in lines.iter().enumerate() {
        for c in line.chars() {
            match c {
                '(' | '[' => brackets += 1,
                ')' | ']' => brackets -= 1,
                ';' if depth == 0 && brackets == 0 => return None,
                '{' => depth += 1,
                '}' if depth == 1 => return Some(n + 1),
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    None
}

/// Types to which a part adds methods of their own, those of traits apart.
pub fn own_methods_of(source: &Source) -> BTreeSet<String> {
    let blocks = source.code.lines().filter_map(|l| l.strip_prefix("impl"));
    let named = blocks.filter_map(|block| {
        let of = match block.strip_prefix('<') {
            Some(generics) => behind_generics(generics)?,
            None => block,
        };
        let of = of.split(" where").next().unwrap_or(of).trim();
        let is_of_trait = of.contains(" for ");
        let name = of.trim_end_matches('{').split('<').next()?.trim();
        let name = name.rsplit("::").next()?;
        (!is_of_trait && !name.is_empty()).then(|| name.to_owned())
    });
    named.collect()
}

/// The rest of a line behind the `>` that ends its generics.
fn behind_generics(line: &str) -> Option<&str> {
    let mut depth = 1;
    let end = line.char_indices().find(|(_, c)| {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    end.map(|(at, _)| &line[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_comments_are_no_code() {
        let text = "a(\"b // \\\" c\"); // d\n/* e /* f */ */ 'g' <'h> r#\"i \" \"# '\\u{41}' j";
        let code = code_of(text);
        let words: Vec<&str> = code.split_whitespace().collect();
        assert_eq!(words.join(" "), "a( ); <'h> j", "{code}");
    }

    #[test]
    fn functions_are_measured() {
        let text =
            "fn a() {\n  x;\n}\npub fn b(\n  y: [u8; 2],\n) {\n}\nfn c();\nconst fn d() {}\n";
        let source = Source {
            path: "p".into(),
            room: "r".into(),
            text: text.into(),
            code: code_of(text),
            lines: 9,
            is_test: false,
        };
        let found: Vec<_> = functions(&source)
            .into_iter()
            .map(|f| (f.name, f.line, f.lines))
            .collect();
        assert_eq!(
            found,
            [("a".into(), 1, 3), ("b".into(), 4, 4), ("d".into(), 9, 1)]
        );
    }
}
