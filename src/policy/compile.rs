//! Compilation of a bundle to a policy that can be run.

use super::assemble::{self, Depth};
use super::compiled::Compiled;
use super::diagnostic::Diagnostic;
use super::draft::{Draft, Drafts, TIERS};
use super::host::header::{Header, Headers};
use super::host::price;
use super::host::sandbox::{ENGINE, OPERATIONS_MAX};
use super::source::{self, Top};
use super::{Bundle, check, codes, failure, goods, manifest, programme, setting};
use crate::model::{CodeLabel, Names, Zone};
use rhai::{AST, CallFnOptions, Dynamic, EvalAltResult, Scope};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Compiles a bundle that took effect before. It passed the checks of the program
/// that activated it, so only what prevents running is an error here; what this
/// program would refuse besides is among the [`Compiled::warnings`], and a value
/// that it cannot read is at its default. Names without a number get the
/// next one, in an order that depends on nothing but the bundle and the names
/// so far; if there is an error, `names` is left unchanged. `zone` is the table
/// of the zone that [`zone_name`] names.
///
/// # Errors
/// All findings, if the manifest or a file of it cannot be read at all.
pub fn compile(
    bundle: &Bundle,
    names: &mut Names,
    zone: Zone,
) -> Result<Compiled, Vec<Diagnostic>> {
    compiled(bundle, names, zone, Depth::Use)
}

/// Compiles a bundle that is to take effect, with all checks. Errors have their
/// places.
///
/// # Errors
/// All findings, warnings included.
pub fn examine(
    bundle: &Bundle,
    names: &mut Names,
    zone: Zone,
) -> Result<Compiled, Vec<Diagnostic>> {
    compiled(bundle, names, zone, Depth::Examination)
}

fn compiled(
    bundle: &Bundle,
    names: &mut Names,
    zone: Zone,
    depth: Depth,
) -> Result<Compiled, Vec<Diagnostic>> {
    let mut more = names.clone();
    let mut found = match depth {
        Depth::Use => Vec::new(),
        Depth::Examination => check::characters(bundle),
    };
    let made = judge(bundle, &mut more, zone, depth, &mut found);
    found.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    found.dedup();
    match made {
        Some(compiled) if depth == Depth::Use || !found.iter().any(Diagnostic::is_error) => {
            *names = more;
            Ok(compiled.with_warnings(found))
        }
        _ => Err(found),
    }
}

/// The name of the zone that a bundle's programme.toml asks for.
pub fn zone_name(bundle: &Bundle) -> Result<String, Vec<Diagnostic>> {
    let text = bundle.text(manifest::FILE);
    let text = text.ok_or_else(|| vec![no_manifest()])?;
    manifest::zone_name(text).map_err(|found| vec![found])
}

fn no_manifest() -> Diagnostic {
    Diagnostic::error(
        manifest::FILE,
        (0, 0),
        "the programme has no programme.toml",
    )
    .help("start from one that is shipped")
}

fn judge(
    bundle: &Bundle,
    names: &mut Names,
    zone: Zone,
    depth: Depth,
    found: &mut Vec<Diagnostic>,
) -> Option<Compiled> {
    let Some(text) = bundle.text(manifest::FILE) else {
        found.push(no_manifest());
        return None;
    };
    let has_lookalikes = found.iter().any(|f| f.file == manifest::FILE);
    let mut programme = match has_lookalikes {
        true => None,
        false => programme::read(text, names, zone, found),
    };
    for activity in programme.iter_mut().flat_map(|p| &mut p.activities) {
        for field in activity.fields.iter().filter(|f| !f.codes.is_empty()) {
            activity.codes = listed_codes(bundle, &field.codes, found);
        }
    }
    if let Some(programme) = &mut programme {
        let text = bundle.text(goods::FILE);
        programme.goods = text.map_or_else(Vec::new, |text| goods::read(text, found));
    }
    let drafts = Drafts {
        manifest: text.to_owned(),
        ..drafts(bundle, depth, found)
    };
    let programme = programme?;
    if depth == Depth::Use && drafts.is_partial {
        return None;
    }
    if depth == Depth::Examination {
        for draft in drafts.all() {
            let (file, text) = (&draft.file, &draft.text);
            found.extend(check::types(file, text, &draft.ast, &programme));
            found.extend(check::untold(file, &draft.uses, &draft.ast));
            found.extend(check::newcomers(file, &draft.uses, &draft.ast));
        }
    }
    assemble::assemble(programme, drafts, names, depth, found)
}

/// Reads a list of codes, which a field of an activity names.
fn listed_codes(bundle: &Bundle, path: &str, found: &mut Vec<Diagnostic>) -> Vec<CodeLabel> {
    let Some(text) = bundle.text(path) else {
        let message = format!("there is no file {path}");
        let help = "a list of codes lies in codes/, one code a line, its name ending in .txt";
        found.push(Diagnostic::error("programme.toml", (0, 0), message).help(help));
        return Vec::new();
    };
    codes::read(path, text, found)
}

fn drafts(bundle: &Bundle, depth: Depth, found: &mut Vec<Diagnostic>) -> Drafts {
    let mut drafts = Drafts::default();
    let mut is_partial = false;
    let mut draft = |path: &str, text: &str, word, found: &mut Vec<Diagnostic>| {
        let made = draft((path, text), word, depth, found);
        is_partial |= made.as_ref().is_none_or(|draft| draft.headers.is_empty());
        made
    };
    for file in bundle.files.iter().filter(|f| f.path.ends_with(".rhai")) {
        let is_campaign =
            file.path.starts_with("campaigns/") && file.path.matches('/').count() == 1;
        match file.path.as_str() {
            TIERS => drafts.tiers = draft(&file.path, &file.text, "tiers", found),
            "rewards.rhai" => drafts.rewards = draft(&file.path, &file.text, "reward", found),
            path if is_campaign => {
                drafts
                    .campaigns
                    .extend(draft(path, &file.text, "campaign", found));
            }
            path => found.push(misplaced(path)),
        }
        if !drafts.all().any(|draft| draft.file == file.path) {
            drafts.unread.push(file.path.clone());
        }
    }
    drafts.is_partial = is_partial;
    drafts
}

fn misplaced(path: &str) -> Diagnostic {
    Diagnostic::error(path, (0, 0), "this file is no part of a programme").help(
        "scripts are campaigns/*.rhai (one campaign a file), tiers.rhai and rewards.rhai; \
         move it or take it away",
    )
}

/// Parses and checks a file by itself; None if it cannot be parsed.
fn draft(
    (file, text): (&str, &str),
    word: &'static str,
    depth: Depth,
    found: &mut Vec<Diagnostic>,
) -> Option<Draft> {
    // A lookalike explains the error that the parser would report.
    if found.iter().any(|f| f.file == file) {
        return None;
    }
    let mut ast = match ENGINE.compile(text) {
        Ok(ast) => ast,
        Err(error) => {
            found.push(check::syntax(file, text, &error));
            return None;
        }
    };
    ast.set_source(file);
    check_top(file, &ast, found);
    let uses = source::uses(&ast, text);
    let before = found.len();
    found.extend(check::names(file, &uses, &ast));
    found.extend(check::habits(file, &uses));
    found.extend(check::zeros(file, &uses));
    found.extend(check::asked(file, &uses, &ast));
    // Running a file's top level is useless if its names are wrong.
    let is_sound = depth == Depth::Use || !found[before..].iter().any(Diagnostic::is_error);
    let headers = if is_sound {
        headers(file, &ast, word, found)
    } else {
        Vec::new()
    };
    Some(Draft {
        file: file.into(),
        text: text.into(),
        ast,
        uses,
        headers,
        is_sound,
    })
}

fn check_top(file: &str, ast: &AST, found: &mut Vec<Diagnostic>) {
    for top in source::tops(ast) {
        if let Top::Foreign(place) = top {
            let message = "outside of functions only constants and declarations may stand";
            let error = Diagnostic::error(file, place, message);
            found.push(error.help("put it into a function such as on_purchase"));
        }
    }
}

/// Collects the declarations of a file by running its top level.
fn headers(file: &str, ast: &AST, word: &'static str, found: &mut Vec<Diagnostic>) -> Vec<Header> {
    let headers = match declared(ast) {
        Ok(headers) => headers,
        Err(error) => {
            let failure = failure::explain(file, *error);
            let place = (failure.line.into(), failure.column.into());
            found.push(Diagnostic::error(file, place, failure.message));
            return Vec::new();
        }
    };
    let (mine, foreign): (Vec<_>, Vec<_>) = headers.into_iter().partition(|h| h.word == word);
    for header in foreign {
        let message = format!("{}(..) does not belong into this file", header.word);
        found.push(Diagnostic::error(file, source::place(header.at), message));
    }
    for header in &mine {
        let settings = setting::of_header(&header.map, "", &BTreeMap::new(), (0, 0));
        if let Some((_, wrong)) = setting::hidden(&settings) {
            let message = format!("{word}(..) {wrong}");
            found.push(Diagnostic::error(file, source::place(header.at), message));
        }
    }
    check_count(file, word, &mine, found);
    mine
}

/// Declarations of all files that can be read: the file, the declaration, and the script
/// beside it, without declarations, comments and blank lines.
pub(super) fn declarations(bundle: &Bundle) -> Vec<(String, Header, String)> {
    let mut found = Vec::new();
    for file in bundle.files.iter().filter(|f| f.path.ends_with(".rhai")) {
        let Ok(ast) = ENGINE.compile(&file.text) else {
            continue;
        };
        let headers = declared(&ast).unwrap_or_default();
        let script = without_headers(&file.text, &headers);
        let each = headers.into_iter();
        found.extend(each.map(|header| (file.path.clone(), header, script.clone())));
    }
    found
}

/// A script's lines without the calls that declare, comments and blank lines.
fn without_headers(text: &str, headers: &[Header]) -> String {
    let starts: Vec<usize> = headers.iter().filter_map(|h| h.at.line()).collect();
    let mut kept = Vec::new();
    let mut open = 0_i32;
    for (n, line) in text.lines().enumerate() {
        let code = without_comment(line);
        if open > 0 || starts.contains(&(n + 1)) {
            open += depth_change(code);
            continue;
        }
        if !code.trim().is_empty() {
            kept.push(code.trim());
        }
    }
    kept.join("\n")
}

/// Parentheses that a line of code opens, less those that it closes, outside of texts.
fn depth_change(code: &str) -> i32 {
    let mut is_text = false;
    code.chars().fold(0, |depth, c| {
        is_text ^= c == '"';
        match c {
            '(' | '{' | '[' if !is_text => depth + 1,
            ')' | '}' | ']' if !is_text => depth - 1,
            _ => depth,
        }
    })
}

fn without_comment(line: &str) -> &str {
    let mut is_text = false;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        is_text ^= c == '"';
        if !is_text && before == '/' && c == '/' {
            return &line[..at - 1];
        }
        before = c;
    }
    line
}

fn check_count(file: &str, word: &str, headers: &[Header], found: &mut Vec<Diagnostic>) {
    match headers {
        [] => found.push(
            Diagnostic::error(file, (0, 0), format!("the file declares no {word}"))
                .help(format!("it begins with {word}(#{{ .. }});")),
        ),
        [_, second, ..] if word != "reward" => {
            let message = format!("a second {word}(..) in one file");
            found.push(Diagnostic::error(file, source::place(second.at), message));
        }
        _ => {}
    }
}

/// An empty function that is merged into a file and called: the engine then runs
/// the file's top level first, with a tag.
static LAST: LazyLock<AST> =
    LazyLock::new(|| ENGINE.compile("fn declared() {}").expect("this compiles"));

fn declared(ast: &AST) -> Result<Vec<Header>, Box<EvalAltResult>> {
    let headers = Headers::default();
    let options = CallFnOptions::new().with_tag(Dynamic::from(headers.clone()));
    let whole = ast.merge(&LAST);
    let run = || {
        let mut scope = Scope::new();
        ENGINE.call_fn_with_options::<()>(options, &mut scope, &whole, "declared", ())
    };
    price::within(OPERATIONS_MAX, run).0?;
    Ok(headers.take())
}
