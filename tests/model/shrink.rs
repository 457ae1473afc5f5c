//! A list that fails, made shorter while it still fails.

use super::ops::Op;
use super::world::World;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// What goes wrong when a list is gone through, if anything does.
pub fn failure(ops: &[Op], is_ended: bool) -> Option<(usize, String)> {
    let mut at = 0;
    let run = AssertUnwindSafe(|| {
        let mut world = World::new();
        for (n, op) in ops.iter().enumerate() {
            at = n;
            world.carry_out(op);
        }
        if is_ended {
            world.end();
        }
    });
    let panic = catch_unwind(run).err()?;
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|t| (*t).into()));
    Some((at, text.unwrap_or_default()))
}

/// The shortest list found in a while by leaving parts out.
pub fn shortest(mut ops: Vec<Op>, is_ended: bool, time: Duration) -> Vec<Op> {
    let over = Instant::now() + time;
    let mut part = ops.len().div_ceil(2);
    while part > 0 {
        let mut from = 0;
        while from < ops.len() && Instant::now() < over {
            let to = (from + part).min(ops.len());
            let less = [&ops[..from], &ops[to..]].concat();
            match failure(&less, is_ended) {
                Some((at, _)) => {
                    ops = less;
                    ops.truncate(if is_ended { ops.len() } else { at + 1 });
                }
                None => from = to,
            }
        }
        part /= 2;
    }
    ops
}
