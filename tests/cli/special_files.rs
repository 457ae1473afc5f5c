//! Links, FIFOs, sockets, devices, folders and absurd lengths in the place of
//! every file and folder: each is reported with its path or does not matter,
//! nothing hangs, and nothing outside is touched.

use crate::shop::{Ran, Shop, copy, words};
use std::collections::BTreeMap;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Longer than any of these commands takes.
const HANG: Duration = Duration::from_secs(30);

/// Kinds of thing that take the place of a file or folder.
const KINDS: [&str; 10] = [
    "link to a file",
    "link to a folder",
    "link to nothing",
    "link to a device",
    "FIFO",
    "socket",
    "folder",
    "file",
    "huge file",
    "second name",
];

fn put(kind: &str, shop: &Shop, path: &Path) {
    let _ = std::fs::remove_file(path);
    let _ = std::fs::remove_dir_all(path);
    match kind {
        "link to a file" => symlink(shop.path("outside/vault"), path).unwrap(),
        "link to a folder" => symlink(shop.path("outside"), path).unwrap(),
        "link to nothing" => symlink(shop.path("outside/nothing"), path).unwrap(),
        "link to a device" => symlink("/dev/zero", path).unwrap(),
        "FIFO" => {
            let made = Command::new("mkfifo").arg(path).status().unwrap();
            assert!(made.success());
        }
        "socket" => bind(path),
        "folder" => {
            std::fs::create_dir(path).unwrap();
            std::fs::write(path.join("auditor.pub"), "mine").unwrap();
        }
        "file" => std::fs::write(path, "mine").unwrap(),
        "second name" => std::fs::hard_link(shop.path("outside/vault"), path).unwrap(),
        "huge file" => {
            let file = std::fs::File::create(path).unwrap();
            file.set_len(1 << 42).unwrap();
        }
        other => panic!("{other}"),
    }
}

/// A socket's path is short, so it is bound elsewhere and moved.
fn bind(path: &Path) {
    let dir = tempfile::tempdir_in(path.parent().unwrap()).unwrap();
    let short = dir.path().join("s");
    match UnixListener::bind(&short) {
        Ok(_) => std::fs::rename(short, path).unwrap(),
        Err(error) => panic!("{}: {error}", short.display()),
    }
}

/// Every path below a folder, with its content: only regular files are opened.
fn contents(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            let kind = path.symlink_metadata().unwrap();
            let told = match kind.is_file() && kind.len() < 1 << 30 {
                true => format!("{:?}", blake3::hash(&std::fs::read(&path).unwrap())),
                false => format!("{:?} {}", kind.file_type(), kind.len()),
            };
            found.insert(path.clone(), told);
            if kind.is_dir() {
                folders.push(path);
            }
        }
    }
    found
}

/// Runs a command that may hang; one that does is killed and fails the test.
fn run(shop: &Shop, line: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stampbook"))
        .args(words(line))
        .current_dir(shop.path(""))
        .env_remove("STAMPBOOK_LEDGER")
        .env_remove("STAMPBOOK_SECRETS")
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let read = |mut from: Box<dyn Read + Send>| {
        std::thread::spawn(move || {
            let mut text = Vec::new();
            from.read_to_end(&mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        })
    };
    let out = read(Box::new(child.stdout.take().unwrap()));
    let err = read(Box::new(child.stderr.take().unwrap()));
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > HANG {
            child.kill().unwrap();
            panic!("`{line}` hung");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ran {
        code: child.wait().unwrap().code(),
        out: out.join().unwrap(),
        err: err.join().unwrap(),
    }
}

fn shop() -> Shop {
    let shop = Shop::empty();
    for line in [
        "init",
        "member enrol --alias card:1 --birthday 02-03",
        "purchase --member card:1 --total 5.00 --key k1",
        "purchase --member card:1 --total 5.00 --key k2",
    ] {
        shop.run(line).ends(0);
    }
    copy(&shop.path("ledger-secrets"), &shop.path("outside"));
    shop
}

/// Every path of ledger, secrets and programme.
fn targets(shop: &Shop) -> Vec<PathBuf> {
    let root = shop.path("");
    let mut found = Vec::new();
    for folder in ["ledger", "ledger-secrets", "programme"] {
        let paths = contents(&root.join(folder)).into_keys();
        found.extend(paths.map(|path| path.strip_prefix(&root).unwrap().to_path_buf()));
    }
    found
}

fn try_all(commands: &[&str], is_tried: impl Fn(&str) -> bool) {
    let whole = shop();
    let mut tried = 0;
    for target in targets(&whole) {
        for kind in KINDS {
            let name = target.to_string_lossy().into_owned();
            if !is_tried(&name) {
                continue;
            }
            for command in commands {
                let shop = whole.copied();
                put(kind, &shop, &shop.path(&name));
                let before = contents(&shop.path("outside"));
                let said = run(&shop, command);
                let what = format!(
                    "{name} as a {kind}, `{command}`: {:?}\n{}{}",
                    said.code, said.out, said.err
                );
                assert!(matches!(said.code, Some(0..=5)), "{what}");
                assert!(!said.err.contains("panicked"), "{what}");
                let last = target.file_name().unwrap().to_string_lossy();
                let is_named = said.err.contains(&*last) || said.out.contains(&*last);
                // A command that succeeds did not need the file, or made it again.
                let is_told = matches!(said.code, Some(0)) || is_named || !said.err.is_empty();
                assert!(is_told, "{what}");
                let is_followed = kind.starts_with("link") || ["FIFO", "socket"].contains(&kind);
                if is_followed && !matches!(said.code, Some(0 | 3)) {
                    assert!(is_named, "{what}");
                    assert_eq!(said.code, Some(2), "{what}");
                }
                assert_eq!(contents(&shop.path("outside")), before, "{what}");
                let stays = shop.path(&name).symlink_metadata();
                if is_followed {
                    assert!(stays.is_ok_and(|found| !found.is_file()), "{what}");
                } else if kind == "folder" && !name.contains("book") && !name.contains("copies") {
                    let mine = shop.path(&name).join("auditor.pub");
                    assert_eq!(std::fs::read(mine).unwrap(), b"mine", "{what}");
                }
                tried += 1;
            }
        }
    }
    assert!(tried > 20, "only {tried} were tried");
    println!("{tried} were tried");
}

#[test]
fn in_the_place_of_what_derives_from_the_journal() {
    let commands = ["balance card:1", "rebuild"];
    try_all(&commands, |name| {
        name.starts_with("ledger/") && !name.contains("journal") && !name.contains("lock")
    });
}

#[test]
fn in_the_place_of_journal_and_secrets() {
    let commands = [
        "purchase --member card:1 --total 1.00 --key k9",
        "audit verify",
    ];
    try_all(&commands, |name| {
        let is_journal = name.contains("journal") || name.contains("lock");
        name.starts_with("ledger-secrets") || is_journal
    });
}

#[test]
fn in_the_place_of_a_programme() {
    try_all(&["policy check programme"], |name| {
        name.starts_with("programme")
    });
}

#[test]
fn in_the_place_of_a_named_file() {
    let shop = shop();
    shop.run("audit card --out outside/card").ends(0);
    let secret = shop.read("outside/vault");
    let is_tried = |kind: &&&str| !["link to a file", "second name"].contains(*kind);
    for kind in KINDS.iter().filter(is_tried) {
        for command in [
            "import PATH --map member=card:card:,total=total",
            "import rows.csv --map-file PATH",
            "do PATH",
            "audit verify --card PATH",
            "audit verify --checkpoint PATH",
            "audit verify --stamp PATH",
            "policy check PATH",
            "policy test PATH",
            "balance card:1 --ledger PATH",
            "balance card:1 --secrets PATH",
            "audit verify --ledger PATH",
        ] {
            shop.write("rows.csv", "member,total\n");
            put(kind, &shop, &shop.path("named"));
            let before = contents(&shop.path("outside"));
            let line = command.replace("PATH", "named");
            if kind.ends_with("folder") && line.ends_with("--secrets named") {
                continue; // They are there.
            }
            let said = run(&shop, &line);
            let what = format!(
                "{kind}, `{line}`: {:?}\n{}{}",
                said.code, said.out, said.err
            );
            // A socket or a link to nothing in the place of a folder is no
            // ledger either.
            assert!(matches!(said.code, Some(2 | 3 | 5)), "{what}");
            // A file that is read is reported by the fault in its content.
            let is_read = *kind == "file" || line == "do named" && *kind == "huge file";
            assert!(is_read || said.err.contains("named"), "{what}");
            assert!(!said.err.contains("panicked"), "{what}");
            assert_eq!(contents(&shop.path("outside")), before, "{what}");
        }
    }
    assert_eq!(shop.read("outside/vault"), secret);
    // A link named by the user to a regular file stands for that file.
    put("link to nothing", &shop, &shop.path("named"));
    std::fs::remove_file(shop.path("named")).unwrap();
    symlink(shop.path("outside/card"), shop.path("named")).unwrap();
    run(&shop, "audit verify --card named").ends(0);
}

/// Files with names that are not ours stay, even in folders of ours.
#[test]
fn what_is_not_ours_by_name_is_never_removed() {
    for folder in [
        "ledger/keys",
        "ledger/book",
        "ledger/copies",
        "ledger/journal",
    ] {
        let shop = shop();
        let name = format!("{folder}/auditor.pub");
        shop.write(&name, "mine");
        for line in [
            "balance card:1",
            "rebuild",
            "purchase --member card:1 --total 1.00",
        ] {
            run(&shop, line);
            assert_eq!(shop.read(&name), b"mine", "{line}");
        }
    }
}

/// What lies in the place of something named is no fault of the disk.
#[test]
fn in_the_place_of_a_named_folder() {
    let shop = shop();
    shop.run("backup bk").ends(0);
    for kind in [
        "file",
        "FIFO",
        "socket",
        "link to nothing",
        "link to itself",
    ] {
        for command in [
            "backup PATH",
            "restore PATH --check",
            "restore bk --sealed-secrets PATH --code-file PATH",
            "queue init --terminal till-1 --queue PATH",
            "queue status --queue PATH",
            "man PATH",
            "init --ledger other --secrets others --folder PATH",
            "init --ledger other --secrets PATH --folder mine",
        ] {
            match kind {
                "link to itself" => {
                    std::fs::remove_file(shop.path("named")).unwrap();
                    symlink("named", shop.path("named")).unwrap();
                }
                kind => put(kind, &shop, &shop.path("named")),
            }
            let said = run(&shop, &command.replace("PATH", "named"));
            let what = format!("{kind}, `{command}`: {}{}", said.out, said.err);
            assert_eq!(said.code, Some(2), "{what}");
            assert!(said.err.contains("named"), "{what}");
        }
    }
}

#[test]
fn a_backup_writes_nothing_into_a_folder_of_somebody_elses() {
    let shop = shop();
    shop.write("mine/lock", "of another program");
    let before = contents(&shop.path("mine"));
    for more in ["", "mine/letter"] {
        if !more.is_empty() {
            shop.write(more, "mine");
        }
        let before = contents(&shop.path("mine"));
        run(&shop, "backup mine").ends(2);
        assert_eq!(contents(&shop.path("mine")), before);
    }
    assert_eq!(contents(&shop.path("mine")).len(), before.len() + 1);
}
