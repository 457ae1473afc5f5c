//! Work of a script that costs no steps: copying a constant,
//! looking through the cases of a `switch`, and catching an error. The first two
//! are bounded instead, and the last is refused.

use crate::policy::diagnostic::{Diagnostic, Place, place_of};
use crate::policy::draft::Draft;
use crate::policy::host::price;
use crate::policy::host::sandbox::{ENGINE, OPERATIONS_MAX};
use crate::policy::source;
use rhai::{ASTNode, Dynamic, Scope, Stmt};

/// Most elements of a constant; a list or map within it counts for eight.
const CONSTANT_MAX: u64 = 72;
/// Most cases that a `switch` compares one after another: its ranges, and the
/// further conditions that one value has.
const COMPARED_MAX: usize = 40;

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
            let place = place_of(&draft.text, &format!("const {name}"));
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
        if let Some((place, message, help)) = path.last().and_then(unpaid) {
            found.push(Diagnostic::error(&draft.file, place, message).help(help));
        }
        true
    });
    found
}

/// Place, fault and remedy of a statement that takes far longer than its steps.
fn unpaid(node: &ASTNode<'_>) -> Option<(Place, String, &'static str)> {
    let ASTNode::Stmt(statement) = node else {
        return None;
    };
    match statement {
        Stmt::Switch(parts, at) => {
            let conditions = parts
                .1
                .cases
                .values()
                .map(|case| case.blocks.len().saturating_sub(1));
            let compared = parts.1.ranges.len() + conditions.max().unwrap_or_default();
            let message = format!(
                "a switch that compares {compared} ranges and conditions, more than {COMPARED_MAX}"
            );
            let help = "each use compares them all: look the value up in a list instead";
            (compared > COMPARED_MAX).then(|| (source::place(*at), message, help))
        }
        Stmt::TryCatch(_, at) => Some((
            source::place(*at),
            "an error cannot be caught".to_owned(),
            "ask before, such as if list.len() > 3 or map.contains(\"name\"); a campaign that fails gives nothing, which the answer says",
        )),
        _ => None,
    }
}
