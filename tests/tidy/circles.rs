//! Files that import each other in circles. A file may use what the head of its folder
//! holds, as modules do; so such a way up is no import, and everything else is: what a head
//! hands on from another folder as well. A call of a method of [`SHARED`] types counts as an
//! import of the file that has it.

use super::source::{Source, sources};
use std::collections::{BTreeMap, BTreeSet};

/// Rooms in which files import each other in circles, with the number of those files. It
/// only falls, and a room without any goes from the list.
const IN_CIRCLES: &[(&str, usize)] = &[];

/// Types that most files of a room get as an argument: room, type, and the names that its
/// values go by.
const SHARED: &[(&str, &str, &[&str])] = &[
    ("engine", "Ledger", &["ledger"]),
    ("engine", "Records", &["ledger", "records"]),
];

#[test]
fn files_do_not_import_each_other_in_circles() {
    let circles = in_circles(sources());
    let mut by_room: BTreeMap<&str, usize> = BTreeMap::new();
    for file in circles.keys() {
        let room = file.split('/').next().unwrap_or_default();
        *by_room.entry(room).or_default() += 1;
    }
    let listed: BTreeMap<&str, usize> = IN_CIRCLES.iter().copied().collect();
    let told = circles
        .iter()
        .map(|(file, next)| format!("{file} -> {}", next.join(", ")));
    let told: Vec<String> = told.collect();
    assert_eq!(
        by_room,
        listed,
        "files in circles:\n  {}\n",
        told.join("\n  ")
    );
}

/// The names of a module from the crate on.
type Module = Vec<String>;

/// Files that are in circles, each with the files of its circles that it imports.
fn in_circles(sources: &[Source]) -> BTreeMap<String, Vec<String>> {
    let shipped: Vec<(Module, &Source)> = sources
        .iter()
        .filter(|s| !s.is_test)
        .map(|s| (module_of(&s.path), s))
        .collect();
    let known: BTreeSet<Module> = shipped.iter().map(|(module, _)| module.clone()).collect();
    let imports: BTreeMap<Module, BTreeSet<Module>> = shipped
        .iter()
        .map(|(module, source)| {
            let mut found = imported(module, &source.paths, &known);
            found.extend(called(source, sources).map(|other| module_of(&other.path)));
            found.retain(|found| !module.starts_with(found));
            (module.clone(), found)
        })
        .collect();
    let reached: BTreeMap<&Module, BTreeSet<&Module>> = known
        .iter()
        .map(|m| (m, reached_from(m, &imports)))
        .collect();
    let is_circle =
        |one: &Module, other: &Module| reached[one].contains(other) && reached[other].contains(one);
    let told = |module: &Module| module.join("/");
    known
        .iter()
        .filter(|module| reached[module].contains(module))
        .map(|module| {
            let next = imports[module]
                .iter()
                .filter(|next| is_circle(module, next));
            (told(module), next.map(told).collect())
        })
        .collect()
}

/// Files that have a method of a [`SHARED`] type which a file calls.
fn called<'s>(source: &'s Source, sources: &'s [Source]) -> impl Iterator<Item = &'s Source> {
    let shared = SHARED.iter().filter(|(room, ..)| *room == source.room);
    shared.flat_map(move |(room, of, names)| {
        let is_value = move |name: &str| match name {
            "self" => source.own_methods_of.contains(*of),
            name => names.contains(&name),
        };
        let is_called = move |method: &str| {
            let mut calls = source.calls.iter();
            calls.any(|(name, called)| called == method && is_value(name))
        };
        let others = sources.iter().filter(|s| !s.is_test && s.room == *room);
        others.filter(move |other| {
            let mut own = other.own_methods.iter();
            own.any(|(owner, method)| owner == of && is_called(method))
        })
    })
}

fn reached_from<'m>(
    from: &Module,
    imports: &'m BTreeMap<Module, BTreeSet<Module>>,
) -> BTreeSet<&'m Module> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Module> = imports[from].iter().collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(&imports[next]);
        }
    }
    reached
}

fn module_of(path: &str) -> Module {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    let mut names: Module = path.split('/').map(str::to_owned).collect();
    if matches!(names.last().map(String::as_str), Some("mod" | "main")) {
        names.pop();
    }
    names
}

/// Modules that a file imports, without heads of folders that it is in.
fn imported(module: &Module, paths: &[Vec<String>], known: &BTreeSet<Module>) -> BTreeSet<Module> {
    let found = paths.iter().filter_map(|path| {
        let full = resolved(module, path, known)?;
        let lengths = (1..=full.len()).rev();
        lengths
            .map(|n| full[..n].to_vec())
            .find(|m| known.contains(m))
    });
    found.filter(|found| !module.starts_with(found)).collect()
}

/// A path from the crate on; None if it leads out of it, or into the file itself.
fn resolved(module: &Module, path: &[String], known: &BTreeSet<Module>) -> Option<Module> {
    let mut base = match path.first()?.as_str() {
        "crate" => return Some(path[1..].to_vec()),
        "super" => module.clone(),
        first => {
            let child: Module = [&module[..], &[first.to_owned()]].concat();
            return known.contains(&child).then(|| [&module[..], path].concat());
        }
    };
    let mut rest = path;
    while let Some(("super", after)) = rest.split_first().map(|(f, after)| (f.as_str(), after)) {
        base.pop();
        rest = after;
    }
    Some([&base[..], rest].concat())
}
