//! Programs that stay while a programme is written: `policy lsp` for editors, and
//! `policy test --watch`. Nothing sleeps: each step waits for what is printed.

use crate::shop::Shop;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const MANIFEST: &str = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\n[unit.star]\nkind = \"spendable\"\n";
const BASE: &str = "campaign(#{ id: \"base\", role: \"base\" });\n\nfn on_purchase(purchase, member) {\n    award(\"star\", floor(purchase.earning), \"base\");\n}\n";
const STORY: &str =
    "programme p\n2026-01-05 enrol alice -> nothing\n2026-01-06 purchase alice 9.50 -> +9 star\n";

fn shop() -> Shop {
    let shop = Shop::empty();
    shop.write("p/programme.toml", MANIFEST);
    shop.write("p/campaigns/base.rhai", BASE);
    shop.write("p/stories/first.story", STORY);
    shop
}

/// A program with its pipes, ended with the test.
struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Running {
    fn start(shop: &Shop, arguments: &[&str]) -> Running {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stampbook"))
            .args(arguments)
            .current_dir(shop.path(""))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Running {
            child,
            input,
            output,
        }
    }

    /// Lines up to one that has a text.
    fn until(&mut self, text: &str) -> String {
        let mut all = String::new();
        while !all.contains(text) {
            let read = self.output.read_line(&mut all).unwrap();
            assert!(read > 0, "it ended without '{text}':\n{all}");
        }
        all
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut head = String::new();
        self.output.read_line(&mut head).unwrap();
        let len = head.trim().strip_prefix("Content-Length: ").unwrap();
        self.output.read_line(&mut String::new()).unwrap();
        let mut text = vec![0; len.parse().unwrap()];
        self.output.read_exact(&mut text).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    /// The answer to a request.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.send(&json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }));
        let answer = self.receive();
        assert_eq!(answer["id"], 7, "{answer}");
        answer
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

// proves: TE6
#[test]
fn an_editor_is_shown_findings_words_and_meanings_as_somebody_types() {
    let shop = shop();
    let root = shop.path("p").canonicalize().unwrap();
    let uri = |file: &str| format!("file://{}/{file}", root.display());
    let base = uri("campaigns/base.rhai");
    let mut editor = Running::start(&shop, &["policy", "lsp"]);
    let told = editor.ask("initialize", json!({ "capabilities": {}, "locale": "en" }));
    assert_eq!(told["result"]["capabilities"]["hoverProvider"], true);
    editor.tell("initialized", json!({}));
    let open = |text: &str| json!({ "textDocument": { "uri": base, "languageId": "rhai", "version": 1, "text": text } });
    let wrong = BASE.replace("floor(purchase.earning)", "floor(purchase.erning)");
    editor.tell("textDocument/didOpen", open(&wrong));
    let found = editor.receive();
    assert_eq!(found["method"], "textDocument/publishDiagnostics");
    assert_eq!(found["params"]["uri"], base.as_str());
    let finding = &found["params"]["diagnostics"][0];
    assert_eq!(finding["range"]["start"]["line"], 3, "{found}");
    let message = finding["message"].as_str().unwrap();
    assert!(message.contains("earning"), "{message}");
    // What is on the disk counts for other files, what is open for this one.
    let change = json!({ "textDocument": { "uri": base, "version": 2 }, "contentChanges": [{ "text": BASE }] });
    editor.tell("textDocument/didChange", change);
    let gone = editor.receive();
    assert_eq!(gone["params"]["diagnostics"], json!([]), "{gone}");

    let at = |line: u32, character: u32| json!({ "textDocument": { "uri": base }, "position": { "line": line, "character": character } });
    let hover = editor.ask("textDocument/hover", at(3, 6));
    let text = hover["result"]["contents"]["value"].as_str().unwrap();
    assert!(text.contains("award(unit, amount"), "{text}");
    let offered = editor.ask("textDocument/completion", at(3, 34));
    let labels = offered["result"]["items"].as_array().unwrap().iter();
    let labels: Vec<&str> = labels.map(|item| item["label"].as_str().unwrap()).collect();
    assert!(
        labels.contains(&"earning") && !labels.contains(&"tier"),
        "{labels:?}"
    );

    let story = uri("stories/first.story");
    let text = STORY.replace("purchase alice", "purchse alice");
    let open = json!({ "textDocument": { "uri": story, "languageId": "story", "version": 1, "text": text } });
    editor.tell("textDocument/didOpen", open);
    let found = editor.receive();
    assert_eq!(found["params"]["uri"], story.as_str(), "{found}");
    assert_eq!(
        found["params"]["diagnostics"][0]["range"]["start"]["line"], 2,
        "{found}"
    );

    let unknown = editor.ask("workspace/symbol", json!({}));
    assert_eq!(unknown["error"]["code"], -32601);
    assert_eq!(editor.ask("shutdown", Value::Null)["result"], Value::Null);
    editor.tell("exit", Value::Null);
    assert!(editor.child.wait().unwrap().success());
}

#[test]
fn an_editor_that_leaves_or_talks_nonsense_ends_it() {
    let shop = shop();
    let mut editor = Running::start(&shop, &["policy", "lsp", "--stdio"]);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.child.wait().unwrap().code(), Some(1));
    let mut editor = Running::start(&shop, &["policy", "lsp"]);
    editor.input.write_all(b"hello\n\n").unwrap();
    assert_eq!(editor.child.wait().unwrap().code(), Some(2));
}

#[test]
fn stories_run_again_when_a_file_changes() {
    let shop = shop();
    let mut watch = Running::start(&shop, &["policy", "test", "p", "--watch"]);
    let first = watch.until("waiting for a change");
    assert!(first.contains("1 story, 2 lines: all as told"), "{first}");
    shop.write("p/stories/first.story", STORY.replace("+9 star", "+8 star"));
    let second = watch.until("waiting for a change");
    assert!(
        second.contains("expected: +8 star") && second.contains("happened: +9 star"),
        "{second}"
    );
    // A folder that cannot be read is told, and watched all the same.
    shop.write("p/campaigns/base.rhai", "campaign(#{ id: ");
    let third = watch.until("waiting for a change");
    assert!(third.contains("error: campaigns/base.rhai"), "{third}");
    shop.write("p/campaigns/base.rhai", BASE);
    shop.write("p/stories/first.story", STORY);
    watch.until("all as told");
}
