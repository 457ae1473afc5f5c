//! A list that fails, made shorter while it still fails.

use super::ops::Op;
use super::words::Command;
use super::world::World;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Failure of a run of a list of operations, if it fails.
pub fn failure(ops: &[Op], is_ended: bool) -> Option<String> {
    let run = AssertUnwindSafe(|| {
        let mut world = World::new();
        ops.iter().for_each(|op| world.carry_out(op));
        if is_ended {
            world.end();
        }
    });
    let panic = catch_unwind(run).err()?;
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|t| (*t).into()));
    Some(text.unwrap_or_default())
}

/// Failure without its figures: part of a list may fail with others.
fn kind(failure: &str) -> String {
    let plain = failure.chars().filter(|c| !c.is_ascii_digit());
    plain.take(60).collect()
}

/// The list with each command by itself, and the operation it was of.
fn apart(ops: &[Op]) -> Vec<(usize, Op)> {
    let mut parts = Vec::new();
    for (n, op) in ops.iter().enumerate() {
        match op {
            Op::Submit(commands, is_quoted) => {
                let alone = |c: &Command| (n, Op::Submit(vec![c.clone()], *is_quoted));
                parts.extend(commands.iter().map(alone));
            }
            op => parts.push((n, op.clone())),
        }
    }
    parts
}

/// Joins again the operations that were one page.
fn together(parts: &[(usize, Op)]) -> Vec<Op> {
    let mut ops: Vec<(usize, Op)> = Vec::new();
    for (n, op) in parts {
        match (ops.last_mut(), op) {
            (Some((last, Op::Submit(page, _))), Op::Submit(more, _)) if last == n => {
                page.extend(more.iter().cloned());
            }
            _ => ops.push((*n, op.clone())),
        }
    }
    ops.into_iter().map(|op| op.1).collect()
}

/// The shortest list found in a while by leaving parts out.
pub fn shortest(ops: &[Op], is_ended: bool, time: Duration) -> Vec<Op> {
    let over = Instant::now() + time;
    let failed = failure(ops, is_ended).map(|text| kind(&text));
    let mut parts = apart(ops);
    let mut size = parts.len().div_ceil(2);
    while size > 0 && Instant::now() < over {
        let mut from = 0;
        while from < parts.len() && Instant::now() < over {
            let to = (from + size).min(parts.len());
            let less = [&parts[..from], &parts[to..]].concat();
            let text = failure(&together(&less), is_ended);
            match text.map(|text| kind(&text)) == failed {
                true => parts = less,
                false => from = to,
            }
        }
        size /= 2;
    }
    together(&parts)
}
