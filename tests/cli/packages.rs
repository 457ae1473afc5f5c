//! Files for packages and the pages about installing: they name only commands and
//! flags that there are, and files that are there.

use clap::CommandFactory;
use stampbook::cli::Arguments;
use std::path::Path;

/// Files in which commands stand, from the project's folder.
const FILES: [&str; 9] = [
    "README.md",
    "docs/backup.md",
    "docs/install.md",
    "docs/install/Dockerfile",
    "docs/install/default",
    "docs/install/stampbook.service",
    "docs/install/stampbook-backup.service",
    "justfile",
    ".github/workflows/ci.yml",
];

fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Words of the commands in a text: what follows the program's name, up to the end
/// of its line or of what is marked as code.
fn commands(text: &str) -> Vec<Vec<String>> {
    let text = text.replace("\\\n", " ");
    let mut found = Vec::new();
    for line in text.lines() {
        // In a container's file a command is a list of JSON.
        let line = line.replace("\", \"", " ").replace(['[', ']'], " ");
        let line = line.replace("STAMPBOOK_SERVE_FLAGS=\"", "stampbook serve ");
        for (at, _) in line.match_indices("stampbook ") {
            let before = line[..at].chars().next_back();
            if !before.is_none_or(|c| c.is_whitespace() || "`/\"".contains(c)) {
                continue;
            }
            let command = &line[at + "stampbook ".len()..];
            let end = command.find(['`', '#', '|', '"', '<', '>']);
            let words = crate::shop::words(&command[..end.unwrap_or(command.len())]);
            let is_word = |w: &String| !w.is_empty() && w != "stampbook";
            found.push(words.into_iter().filter(is_word).collect());
        }
    }
    found
}

/// First fault of a command: a word or flag that there is not.
fn fault(words: &[String]) -> Option<String> {
    let mut root = Arguments::command();
    // Hands down the flags of a command that its subcommands take too.
    root.build();
    let mut command = &root;
    for word in words {
        if let Some(flag) = word.strip_prefix("--") {
            let flag = flag
                .split(['=', ',', ';', '.', ')', ':'])
                .next()
                .unwrap_or(flag);
            let has = |command: &clap::Command| {
                let mut longs = command.get_arguments().filter_map(|arg| arg.get_long());
                longs.any(|long| long == flag)
            };
            if !["help", "version"].contains(&flag) && !has(command) && !has(&root) {
                return Some(format!("{} has no --{flag}", command.get_name()));
            }
            continue;
        }
        match command.find_subcommand(word.trim_end_matches([',', '.', ';', ')'])) {
            Some(sub) => command = sub,
            None if command.get_name() == "stampbook" => return Some(format!("no command {word}")),
            None => {}
        }
    }
    None
}

/// In an empty image nothing else brings it, and without it no programme has a zone.
#[test]
fn image_and_package_have_the_tz_database() {
    let image = text("docs/install/Dockerfile");
    assert!(image.contains("COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo"));
    assert!(text("Cargo.toml").contains(r#"depends = ["$auto", "tzdata"]"#));
}

// proves: KEEP6
#[test]
fn pages_and_units_name_only_commands_and_flags_that_there_are() {
    let (mut found, mut faults) = (0, Vec::new());
    for file in FILES {
        for words in commands(&text(file)) {
            // In a sentence, as in "the stampbook user".
            let is_prose = words
                .first()
                .is_none_or(|w| fault(std::slice::from_ref(w)).is_some())
                && !words.iter().any(|w| w.starts_with("--"));
            if is_prose {
                continue;
            }
            found += 1;
            faults.extend(fault(&words).map(|fault| format!("{file}: {words:?}: {fault}")));
        }
    }
    assert!(found > 60, "{found}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    // The check itself finds what is wrong.
    let wrong = [
        "serve --lisen 1",
        "serv --listen 1",
        "token make --role till --shop x",
    ];
    for line in wrong {
        assert!(fault(&crate::shop::words(line)).is_some(), "{line}");
    }
}

#[test]
fn every_file_of_the_package_is_there_or_made_by_its_recipe() {
    let manifest = text("Cargo.toml");
    let (_, deb) = manifest.split_once("[package.metadata.deb]").unwrap();
    let (_, assets) = deb.split_once("assets = [").unwrap();
    let (assets, _) = assets.split_once("\n]").unwrap();
    let mut paths = 0;
    for line in assets.lines().filter(|line| line.contains('[')) {
        let path = line.split('"').nth(1).unwrap();
        paths += 1;
        match path.strip_prefix("target/") {
            Some(made) => {
                let made = made.rsplit_once('/').map_or("", |(folder, _)| folder);
                assert!(
                    ["release", "package", "package/man"].contains(&made),
                    "{path}"
                );
            }
            None => drop(text(path)),
        }
    }
    assert!(paths > 8, "{paths}");
    // Environment names of the units are those that the program reads.
    for unit in ["stampbook", "stampbook-backup"] {
        let unit = text(&format!("docs/install/{unit}.service"));
        for (name, flag) in [
            ("STAMPBOOK_LEDGER", "ledger"),
            ("STAMPBOOK_SECRETS", "secrets"),
        ] {
            assert!(unit.contains(&format!("Environment={name}=")), "{name}");
            let root = Arguments::command();
            let arg = root
                .get_arguments()
                .find(|a| a.get_long() == Some(flag))
                .unwrap();
            assert_eq!(arg.get_env().and_then(|e| e.to_str()), Some(name));
        }
    }
}

/// As systemd reads them, where it is installed.
#[cfg(target_os = "linux")]
#[test]
fn units_are_as_systemd_wants_them() {
    let Ok(version) = std::process::Command::new("systemd-analyze")
        .arg("--version")
        .output()
    else {
        println!("systemd-analyze is not installed: the units were not checked");
        return;
    };
    assert!(version.status.success());
    // It checks that programs are there, so the binary of the tests takes their place.
    let dir = tempfile::tempdir().unwrap();
    for unit in [
        "stampbook.service",
        "stampbook-backup.service",
        "stampbook-backup.timer",
    ] {
        let text = text(&format!("docs/install/{unit}"));
        let text = text.replace("/usr/bin/stampbook", env!("CARGO_BIN_EXE_stampbook"));
        // The user is made by the package.
        let text = text
            .replace("User=stampbook\n", "")
            .replace("Group=stampbook\n", "");
        let text = text
            .lines()
            .filter(|line| !line.starts_with("Documentation=man:"));
        let text = text.collect::<Vec<_>>().join("\n");
        std::fs::write(dir.path().join(unit), text).unwrap();
    }
    for unit in ["stampbook.service", "stampbook-backup.timer"] {
        let checked = std::process::Command::new("systemd-analyze")
            .args(["verify", "--man=no"])
            .arg(dir.path().join(unit))
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&checked.stderr).into_owned();
        let ours: Vec<&str> = told.lines().filter(|l| l.contains("stampbook")).collect();
        assert!(
            checked.status.success() && ours.is_empty(),
            "{unit}: {told}"
        );
    }
}
