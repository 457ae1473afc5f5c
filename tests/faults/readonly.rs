//! Questions on a disk that cannot be written: answered nevertheless, from the journal.

use crate::process::{Fault, copy, run, shim};
use std::path::Path;

/// Each kind of question.
const QUESTIONS: [&[&str]; 10] = [
    &["balance", "card:1"],
    &["statement", "card:1"],
    &["explain", "9"],
    &["find", "--key", "b1"],
    &["member", "show", "card:1"],
    &["campaign", "list"],
    &["policy", "status"],
    &["daily", "--last"],
    &["audit", "verify"],
    &["audit", "verify", "--card", "card.txt"],
];

/// Content of every file below a folder, as bytes.
fn content(root: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push((path.clone(), std::fs::read(&path).unwrap())),
            }
        }
    }
    found.sort();
    found
}

/// Takes away or gives back the permission to write everything below a folder.
#[cfg(unix)]
fn set_writable(root: &Path, is_writable: bool) {
    use std::os::unix::fs::PermissionsExt;
    let meta = std::fs::metadata(root).unwrap();
    let mode = meta.permissions().mode();
    let mode = if is_writable {
        mode | 0o200
    } else {
        mode & !0o222
    };
    let items = || std::fs::read_dir(root).unwrap().map(|i| i.unwrap().path());
    if meta.is_dir() && !is_writable {
        items().for_each(|path| set_writable(&path, false));
    }
    std::fs::set_permissions(root, std::fs::Permissions::from_mode(mode)).unwrap();
    if meta.is_dir() && is_writable {
        items().for_each(|path| set_writable(&path, true));
    }
}

/// Asks everything, and compares with the answers on a disk that can be written.
fn ask_all(dir: &Path, writable: &Path, fault: Option<Fault>) {
    let before = content(dir);
    let mut wrong = Vec::new();
    for question in QUESTIONS {
        let told = run(writable, question, "", None, None);
        assert_eq!(told.code, Some(0), "{question:?}: {}", told.err);
        let ran = run(dir, question, "", fault, None);
        if ran.code != Some(0) || ran.is_hung || ran.out != told.out {
            wrong.push(format!(
                "{question:?}: {:?}\n{}{}wanted\n{}",
                ran.code, ran.out, ran.err, told.out
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let bought = run(dir, &["do", "-"], &crate::purchase("no", 1), fault, None);
    assert_eq!(bought.code, Some(5), "{}{}", bought.out, bought.err);
    assert!(content(dir) == before, "something was written");
}

/// A ledger closed properly, or left as a killed process leaves it.
fn ask_where(take_writes: impl Fn(&Path) -> Option<Fault>) {
    for is_killed in [false, true] {
        let (dir, writable) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        crate::base(dir.path());
        if is_killed {
            let fault = Fault {
                at: 18,
                kind: "kill",
                stays: false,
                reads: false,
            };
            let bought = crate::purchase("killed", 1);
            let ran = run(dir.path(), &["do", "-"], &bought, Some(fault), None);
            assert_eq!(ran.code, None, "{}{}", ran.out, ran.err);
        }
        copy(dir.path(), writable.path());
        let root = dir.path().canonicalize().unwrap();
        let fault = take_writes(&root);
        ask_all(&root, writable.path(), fault);
        #[cfg(unix)]
        set_writable(&root, true);
    }
}

#[test]
fn every_question_is_answered_on_a_file_system_that_takes_no_writes() {
    if let Err(why) = shim() {
        eprintln!("NOT RUN: no file system could be made to take no writes here: {why}");
        return;
    }
    ask_where(|_| {
        Some(Fault {
            at: 0,
            kind: "erofs",
            stays: true,
            reads: false,
        })
    });
}

#[cfg(unix)]
#[test]
fn every_question_is_answered_in_a_folder_without_the_right_to_write() {
    let dir = tempfile::tempdir().unwrap();
    set_writable(dir.path(), false);
    if std::fs::write(dir.path().join("file"), "").is_ok() {
        eprintln!("NOT RUN: whoever runs this may write everywhere");
        return;
    }
    if shim().is_err() {
        eprintln!("NOT RUN: no process could be killed at one of its operations here");
        return;
    }
    ask_where(|root| {
        set_writable(root, false);
        None
    });
}
