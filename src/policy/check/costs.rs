//! What a script does without paying for it by steps: copying a constant, and
//! looking through the ranges of a `switch`. Both are bounded instead.

use crate::policy::assemble::Draft;
use crate::policy::diagnostic::{Diagnostic, Place};
use crate::policy::host::price;
use crate::policy::host::sandbox::{ENGINE, OPERATIONS_MAX};
use crate::policy::source;
use rhai::{ASTNode, Dynamic, Scope, Stmt};

/// Most elements of a constant; a list or map within it counts for eight.
const CONSTANT_MAX: u64 = 72;
/// Most ranges of a `switch`.
const RANGES_MAX: usize = 64;

/// Constants and switches of a file that are too large.
pub(in crate::policy) fn costs(draft: &Draft) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut constants = Scope::new();
    let only = source::without_declarations(&draft.ast);
    let run = || ENGINE.eval_ast_with_scope::<Dynamic>(&mut constants, &only);
    // Whoever calls a function meets an error of this as well.
    let _ = price::within(OPERATIONS_MAX, run);
    for (name, _, value) in constants.iter_raw() {
        let elements = price::copied(value);
        if elements > CONSTANT_MAX {
            let place = source::place_of(&draft.text, &format!("const {name}"));
            let message = format!(
                "constant {name} has {elements} elements, more than {CONSTANT_MAX}; a list or map counts for eight of its own"
            );
            let help = format!(
                "each use copies it: make it a function, `fn {}() {{ [..] }}`",
                name.to_lowercase()
            );
            found.push(Diagnostic::error(&draft.file, place, message).help(help));
        }
    }
    draft.ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some((ranges, place)) = path.last().and_then(ranges)
            && ranges > RANGES_MAX
        {
            let message = format!("a switch over {ranges} ranges, more than {RANGES_MAX}");
            let help = "each use compares them all: look the value up in a list instead";
            found.push(Diagnostic::error(&draft.file, place, message).help(help));
        }
        true
    });
    found
}

/// Number of ranges of a switch, with its place.
fn ranges(node: &ASTNode<'_>) -> Option<(usize, Place)> {
    match node {
        ASTNode::Stmt(Stmt::Switch(parts, at)) => Some((parts.1.ranges.len(), source::place(*at))),
        _ => None,
    }
}
