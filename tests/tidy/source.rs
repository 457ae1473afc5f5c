//! Source files as the rules of `tidy.rs` see them.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// A part of a source file: shipped code, or its tests.
pub struct Source {
    /// Path from the package's folder.
    pub path: String,
    /// Folder or file under `src`.
    pub room: String,
    /// Text as written.
    pub text: String,
    /// Code without comments, without the insides of literals, and without blanks
    /// but those between two words.
    pub code: String,
    /// Its functions, those in other functions included.
    pub functions: Vec<Function>,
    /// Types to which it adds methods of their own, those of traits apart.
    pub own_methods_of: BTreeSet<String>,
    /// Those methods: type and method.
    pub own_methods: BTreeSet<(String, String)>,
    /// Calls of methods on plain names: name and method.
    pub calls: BTreeSet<(String, String)>,
    /// Paths that it imports, and those that begin with `crate` or `super`, word by word.
    pub paths: Vec<Vec<String>>,
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
    /// Line on which it begins.
    pub line: usize,
    pub name: String,
    /// Lines from its first word to its closing brace.
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
pub fn sources() -> &'static [Source] {
    static SOURCES: OnceLock<Vec<Source>> = OnceLock::new();
    SOURCES.get_or_init(|| {
        let mut paths = Vec::new();
        files_under(&root().join("src"), &mut paths);
        let is_code =
            |p: &&PathBuf| p.extension().is_some_and(|e| e == "rs") && !p.ends_with("lib.rs");
        let ours = paths.iter().filter(is_code);
        ours.flat_map(|p| parts(p)).collect()
    })
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
    let lines = text.lines().count();
    let (ours, tests) = match text.find("\n#[cfg(test)]\nmod tests {") {
        Some(at) => text.split_at(at),
        None => (text.as_str(), ""),
    };
    let mut parts = vec![part(&path, room, ours, lines, is_test_file)];
    if !tests.is_empty() {
        parts.push(part(&path, room, tests, lines, true));
    }
    parts
}

/// Parses a part of a file.
fn part(path: &str, room: &str, text: &str, lines: usize, is_test: bool) -> Source {
    let file = syn::parse_file(text).unwrap_or_else(|e| panic!("{path}: {e}"));
    let mut found = Found::default();
    found.visit_file(&file);
    let tokens: TokenStream = text.parse().expect("what was parsed has tokens");
    let mut code = String::with_capacity(text.len());
    write_code(tokens, &mut code);
    Source {
        path: path.into(),
        room: room.into(),
        text: text.into(),
        code,
        functions: found.functions,
        own_methods_of: found.own_methods_of,
        own_methods: found.own_methods,
        calls: found.calls,
        paths: found.paths,
        lines,
        is_test,
    }
}

/// Functions, types with methods, calls and paths of a part.
#[derive(Default)]
struct Found {
    functions: Vec<Function>,
    own_methods_of: BTreeSet<String>,
    own_methods: BTreeSet<(String, String)>,
    calls: BTreeSet<(String, String)>,
    paths: Vec<Vec<String>>,
}

impl Found {
    fn tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        match tree {
            syn::UseTree::Path(path) => {
                let own = [before, &[path.ident.to_string()]].concat();
                self.tree(&path.tree, &own);
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|t| self.tree(t, before)),
            syn::UseTree::Name(name) if name.ident == "self" => self.paths.push(before.to_vec()),
            syn::UseTree::Name(syn::UseName { ident })
            | syn::UseTree::Rename(syn::UseRename { ident, .. }) => {
                self.paths.push([before, &[ident.to_string()]].concat());
            }
            syn::UseTree::Glob(_) => self.paths.push(before.to_vec()),
        }
    }

    fn function(&mut self, sig: &syn::Signature, block: &syn::Block) {
        let (line, end) = (sig.span().start().line, block.span().end().line);
        self.functions.push(Function {
            line,
            name: sig.ident.to_string(),
            lines: end + 1 - line,
        });
    }
}

impl<'ast> Visit<'ast> for Found {
    fn visit_item_fn(&mut self, of: &'ast syn::ItemFn) {
        self.function(&of.sig, &of.block);
        visit::visit_item_fn(self, of);
    }

    fn visit_impl_item_fn(&mut self, of: &'ast syn::ImplItemFn) {
        self.function(&of.sig, &of.block);
        visit::visit_impl_item_fn(self, of);
    }

    fn visit_trait_item_fn(&mut self, of: &'ast syn::TraitItemFn) {
        if let Some(block) = &of.default {
            self.function(&of.sig, block);
        }
        visit::visit_trait_item_fn(self, of);
    }

    fn visit_item_impl(&mut self, of: &'ast syn::ItemImpl) {
        if let (None, syn::Type::Path(path)) = (&of.trait_, &*of.self_ty) {
            let last = path.path.segments.last();
            let name = last.map_or_else(String::new, |name| name.ident.to_string());
            for item in &of.items {
                if let syn::ImplItem::Fn(method) = item {
                    let method = method.sig.ident.to_string();
                    self.own_methods.insert((name.clone(), method));
                }
            }
            self.own_methods_of.insert(name);
        }
        visit::visit_item_impl(self, of);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        if let syn::Expr::Path(receiver) = &*call.receiver
            && let Some(name) = receiver.path.get_ident()
        {
            let method = call.method.to_string();
            self.calls.insert((name.to_string(), method));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        if matches!(names[0].as_str(), "crate" | "super") {
            self.paths.push(names);
        }
        visit::visit_path(self, path);
    }
}

/// Writes tokens as code: no comments, literals as `""`, a blank between words.
fn write_code(tokens: TokenStream, code: &mut String) {
    for token in without_comments(tokens) {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    proc_macro2::Delimiter::Parenthesis => ("(", ")"),
                    proc_macro2::Delimiter::Brace => ("{", "}"),
                    proc_macro2::Delimiter::Bracket => ("[", "]"),
                    proc_macro2::Delimiter::None => ("", ""),
                };
                code.push_str(open);
                write_code(group.stream(), code);
                code.push_str(close);
            }
            TokenTree::Ident(word) => {
                if code.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                    code.push(' ');
                }
                code.push_str(&word.to_string());
            }
            TokenTree::Punct(punct) => code.push(punct.as_char()),
            TokenTree::Literal(_) => code.push_str("\"\""),
        }
    }
}

/// Tokens without the attributes that comments of items become.
fn without_comments(tokens: TokenStream) -> Vec<TokenTree> {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let is_doc = matches!(&token, TokenTree::Group(group)
            if group.stream().into_iter().next().is_some_and(
                |first| matches!(&first, TokenTree::Ident(word) if word == "doc")));
        let is_mark = |t: Option<&TokenTree>, mark: char| matches!(t, Some(TokenTree::Punct(p)) if p.as_char() == mark);
        if is_doc && (is_mark(kept.last(), '#') || is_mark(kept.last(), '!')) {
            if is_mark(kept.last(), '!') {
                kept.pop();
            }
            kept.pop();
            continue;
        }
        kept.push(token);
    }
    kept
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Source {
        part("p", "r", text, text.lines().count(), false)
    }

    #[test]
    fn literals_and_comments_are_no_code() {
        let source = read(
            "//! a\n/// b\nfn c<'d>(e: &'d str) { f(\"g // \\\" h\", 'i', r#\"j \" k\"#); /* l */ } // m",
        );
        assert_eq!(source.code, "fn c<'d>(e:&'d str){f(\"\",\"\",\"\");}");
    }

    #[test]
    fn functions_are_measured() {
        let source = read(
            "fn a() {\n  x;\n}\n/// y\npub fn b(\n  y: [u8; 2],\n) {\n}\ntrait T { fn c(); }\nconst fn d() {}\n",
        );
        let found: Vec<_> = source
            .functions
            .iter()
            .map(|f| (f.name.as_str(), f.line, f.lines))
            .collect();
        assert_eq!(found, [("a", 1, 3), ("b", 5, 4), ("d", 10, 1)]);
    }

    #[test]
    fn methods_of_traits_are_not_a_types_own() {
        let source = read("impl<T: Into<U>> a::B<T> {} impl C for D {} impl E {}");
        let own: Vec<&str> = source.own_methods_of.iter().map(String::as_str).collect();
        assert_eq!(own, ["B", "E"]);
    }

    #[test]
    fn methods_and_their_calls_are_found() {
        let source =
            read("impl A { fn b(&self) { self.c(d.e().f()) } } impl G for A { fn h() {} }");
        let pair = |(a, b): (&str, &str)| (a.to_owned(), b.to_owned());
        assert_eq!(source.own_methods, [("A", "b")].map(pair).into());
        assert_eq!(source.calls, [("d", "e"), ("self", "c")].map(pair).into());
    }

    #[test]
    fn paths_are_those_of_imports_and_from_the_crate_on() {
        let source = read("use super::{a, b::{self, C as D}};\nfn e() { crate::f::g(); h::i(); }");
        let paths: Vec<String> = source.paths.iter().map(|path| path.join("::")).collect();
        assert_eq!(
            paths,
            ["super::a", "super::b", "super::b::C", "crate::f::g"]
        );
    }
}
