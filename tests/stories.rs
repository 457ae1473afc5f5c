//! Every story comes out as it is told: those of the shipped programmes, and
//! those that hold the ledger's own rules.

use stampbook::model::Policy;
use stampbook::workbench::{Folder, judge, story};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Scripts need more stack than a test's thread has.
fn with_stack<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new()
        .stack_size(16 << 20)
        .spawn(act)
        .unwrap();
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn folders(path: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root(path)).unwrap();
    let mut folders: Vec<PathBuf> = entries
        .map(|e| e.unwrap().path())
        .filter(|p| p.is_dir())
        .collect();
    folders.sort();
    folders
}

/// What is wrong with a story; empty if nothing is.
fn wrong(folder: &Folder, file: &str, text: &str) -> String {
    let policy = match judge(&folder.bundle) {
        Ok(policy) => policy,
        Err(found) => return found.iter().map(|d| folder.bundle.render(d)).collect(),
    };
    let told = match story::parse(file, text, policy.programme()) {
        Ok(story) => story::run(&story, &folder.bundle, &|name| folder.beside(name)).unwrap(),
        Err(found) => return found.iter().map(|d| d.render(text)).collect(),
    };
    told.findings.iter().map(|f| f.render(text)).collect()
}

/// Runs all stories of all programmes in a folder; the stories may lie elsewhere.
fn tell_all(programmes: &'static str, stories: Option<&'static str>, at_least: usize) {
    let (count, wrong) = with_stack(move || {
        let (mut count, mut all) = (0, String::new());
        for path in folders(programmes) {
            let folder = Folder::read(&path).unwrap();
            let name = path.file_name().unwrap().to_str().unwrap();
            let told = match stories {
                Some(stories) => {
                    Folder::read(&root(stories).join(name)).map_or(Vec::new(), |f| f.stories)
                }
                None => folder.stories.clone(),
            };
            for (file, text) in told {
                count += 1;
                let named = text.lines().find(|l| l.starts_with("programme "));
                if named != Some(&format!("programme {name}")) {
                    writeln!(all, "{name}/{file} is not told of its own programme").unwrap();
                }
                all.push_str(&self::wrong(&folder, &format!("{name}/{file}"), &text));
            }
        }
        (count, all)
    });
    assert_eq!(wrong, "", "\n{wrong}");
    assert!(count >= at_least, "only {count} stories were found");
}

#[test]
fn shipped_stories_come_out_as_told() {
    tell_all("scripts", None, 8);
}

#[test]
fn the_rules_come_out_as_told() {
    tell_all("tests/programmes", Some("tests/stories"), 1);
}
