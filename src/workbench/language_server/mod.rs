//! A server of the Language Server Protocol 3.17 for scripts, stories and
//! programme.toml: findings as one types, completion, and explanations of words,
//! all from the tables that the checks use. Messages come in and go out as JSON;
//! the command `policy lsp` carries them.

mod complete;
mod document;

use crate::command::Lang;
use crate::engine::Error;
use crate::model::Policy;
use crate::policy::Diagnostic;
use crate::workbench::{Folder, judge, story};
use document::{Document, Language};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Codes of JSON-RPC errors.
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;

/// State of one connection.
#[derive(Default)]
pub struct LanguageServer {
    /// Documents that the editor has open, by path.
    open: BTreeMap<PathBuf, Document>,
    /// Files with findings that the editor shows, by the folder of their programme.
    shown: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    lang: Lang,
    is_shut_down: bool,
    exit: Option<bool>,
}

impl LanguageServer {
    /// True or false once the editor asked to exit: whether it shut down before.
    pub fn exit(&self) -> Option<bool> {
        self.exit
    }

    /// Takes a message; returns those to be sent.
    pub fn take(&mut self, message: &Value) -> Vec<Value> {
        let method = message["method"].as_str().unwrap_or_default();
        let params = &message["params"];
        match message.get("id") {
            // An answer: nothing was asked.
            Some(_) if method.is_empty() => Vec::new(),
            Some(id) => vec![self.respond(id, method, params)],
            None => self.notice(method, params),
        }
    }

    fn respond(&mut self, id: &Value, method: &str, params: &Value) -> Value {
        if self.is_shut_down {
            let error = json!({ "code": INVALID_REQUEST, "message": "the server was shut down" });
            return json!({ "jsonrpc": "2.0", "id": id, "error": error });
        }
        let result = match method {
            "initialize" => self.initialize(params),
            "shutdown" => {
                self.is_shut_down = true;
                Value::Null
            }
            "textDocument/completion" => self.at(params, complete::completion),
            "textDocument/hover" => self.at(params, complete::hover),
            _ => {
                let message = format!("{method} is not offered");
                let error = json!({ "code": METHOD_NOT_FOUND, "message": message });
                return json!({ "jsonrpc": "2.0", "id": id, "error": error });
            }
        };
        json!({ "jsonrpc": "2.0", "id": id, "result": result })
    }

    fn initialize(&mut self, params: &Value) -> Value {
        let locale = params["locale"].as_str().unwrap_or_default();
        if locale.starts_with("zh") {
            self.lang = Lang::Zh;
        }
        json!({
            "capabilities": {
                "positionEncoding": "utf-16",
                // Each change sends the whole text: programmes are small.
                "textDocumentSync": { "openClose": true, "change": 1, "save": true },
                "completionProvider": { "triggerCharacters": [".", "[", "#"] },
                "hoverProvider": true,
            },
            "serverInfo": { "name": "stampbook", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    /// Answers about a place in an open document.
    fn at(&self, params: &Value, answer: fn(&Document, (usize, usize), Lang) -> Value) -> Value {
        let path = path_of(&params["textDocument"]);
        let number = |name: &str| params["position"][name].as_u64();
        let place = number("line").zip(number("character"));
        let (Some(document), Some((line, character))) =
            (path.and_then(|path| self.open.get(&path)), place)
        else {
            return Value::Null;
        };
        let index = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        answer(document, (index(line), index(character)), self.lang)
    }

    fn notice(&mut self, method: &str, params: &Value) -> Vec<Value> {
        let document = &params["textDocument"];
        let Some(path) = path_of(document) else {
            if method == "exit" {
                self.exit = Some(self.is_shut_down);
            }
            return Vec::new();
        };
        match method {
            "textDocument/didOpen" => self.replace(path, document["text"].as_str()),
            "textDocument/didChange" => {
                let changes = params["contentChanges"].as_array();
                let last = changes.and_then(|all| all.last());
                self.replace(path, last.and_then(|change| change["text"].as_str()))
            }
            "textDocument/didSave" => self.examine(&path),
            "textDocument/didClose" => {
                self.open.remove(&path);
                self.examine(&path)
            }
            _ => Vec::new(),
        }
    }

    fn replace(&mut self, path: PathBuf, text: Option<&str>) -> Vec<Value> {
        if let (Some(text), Some(language)) = (text, Language::of(&path)) {
            let document = Document::new(language, text);
            self.open.insert(path.clone(), document);
        }
        self.examine(&path)
    }

    /// Findings of the programme that a file belongs to, file by file.
    fn examine(&mut self, path: &Path) -> Vec<Value> {
        let is_root = |dir: &&Path| {
            let manifest = dir.join("programme.toml");
            manifest.is_file() || self.open.contains_key(&manifest)
        };
        let Some(root) = path.ancestors().skip(1).find(is_root).map(Path::to_owned) else {
            return Vec::new();
        };
        let Some(folder) = self.folder(&root) else {
            return Vec::new();
        };
        let found = match folder {
            Ok(folder) => findings(&folder),
            Err(found) => found,
        };
        let mut by_file: BTreeMap<PathBuf, Vec<Value>> = BTreeMap::new();
        for finding in &found {
            let path = root.join(&finding.file);
            let text = self
                .open
                .get(&path)
                .map(|document| document.text().to_owned());
            let text = text.or_else(|| {
                std::str::from_utf8(&self.bytes(&root, &finding.file)?)
                    .ok()
                    .map(str::to_owned)
            });
            let shown = document::as_lsp(finding, &text.unwrap_or_default());
            by_file.entry(path).or_default().push(shown);
        }
        // A file without findings any more is told so.
        let before = self.shown.insert(root, by_file.keys().cloned().collect());
        for path in before.into_iter().flatten() {
            by_file.entry(path).or_default();
        }
        let told = by_file.into_iter().map(|(path, found)| {
            let params = json!({ "uri": document::uri(&path), "diagnostics": found });
            let method = "textDocument/publishDiagnostics";
            json!({ "jsonrpc": "2.0", "method": method, "params": params })
        });
        told.collect()
    }

    fn bytes(&self, root: &Path, file: &str) -> Option<Vec<u8>> {
        let files = Folder::files(root).ok()?;
        files.into_iter().find(|f| f.0 == file).map(|f| f.1)
    }

    /// The folder with the texts that the editor has open; None if it cannot be read.
    fn folder(&self, root: &Path) -> Option<Result<Folder, Vec<Diagnostic>>> {
        let mut files = Folder::files(root).ok()?;
        for (path, document) in &self.open {
            let Ok(within) = path.strip_prefix(root) else {
                continue;
            };
            let name = within.to_string_lossy().replace('\\', "/");
            let text = document.text().as_bytes().to_vec();
            match files.iter_mut().find(|file| file.0 == name) {
                Some(file) => file.1 = text,
                None => files.push((name, text)),
            }
        }
        files.sort();
        match Folder::of(root, files, BTreeMap::new()) {
            Ok(folder) => Some(Ok(folder)),
            Err(Error::Programme(found)) => Some(Err(found)),
            Err(_) => None,
        }
    }
}

/// Findings of a programme and its stories, as `policy check` has them.
fn findings(folder: &Folder) -> Vec<Diagnostic> {
    match judge(&folder.bundle) {
        Err(found) => found,
        Ok(policy) => {
            let mut found = policy.warnings().to_vec();
            for (file, text) in &folder.stories {
                found.extend(
                    story::parse(file, text, policy.programme())
                        .err()
                        .into_iter()
                        .flatten(),
                );
            }
            found
        }
    }
}

fn path_of(document: &Value) -> Option<PathBuf> {
    document::path(document["uri"].as_str()?)
}
