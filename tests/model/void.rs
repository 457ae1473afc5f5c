//! Voids in the model: moves of an entry are reversed, if nothing depends on it.

use super::book::{Book, Outcome};
use super::words::{LotId, Made, Member, Move};

impl Book {
    pub fn void(&mut self, of: &str) -> Outcome {
        let (who, made) = &self.made[of];
        let moves = match made {
            Made::Final | Made::Hold | Made::Merge(..) => return Err("not_reversible"),
            _ if self.voided.contains(of) => return Err("already_voided"),
            Made::Sale(_) if !self.sales[of].returns.is_empty() => return Err("has_dependents"),
            Made::Plain(moves) | Made::Sale(moves) | Made::Return(_, _, moves) => moves,
        };
        let who = self.resolve(*who);
        let member = &self.members[&who];
        let mut turned = Vec::new();
        for posted in moves {
            let back = match posted {
                Move::Issue(_) | Move::Use(_) | Move::Back(..) => {
                    let back = self.turn_voucher(posted, who, self.numbers[of]);
                    back.map(|back| vec![back])
                }
                _ => turn(member, posted),
            };
            turned.extend(back.ok_or("has_dependents")?);
        }
        if let Made::Return(sale, before, _) = made {
            if self.sales[sale].returns.last().map(String::as_str) != Some(of) {
                return Err("has_dependents");
            }
            self.sales.insert(sale.clone(), *before.clone());
        }
        if let Some(sale) = self.sales.get_mut(of) {
            sale.is_voided = true;
        }
        self.voided.insert(of.into());
        Ok((Made::Final, turned))
    }
}

/// Moves that undo a posting, if nothing depends on it.
fn turn(member: &Member, posted: &Move) -> Option<Vec<Move>> {
    let left = |id: &LotId| member.lots.get(id).map_or(0, |l| l.left);
    let held = |id: &LotId| member.lots.get(id).map_or(0, |l| l.held);
    Some(match posted {
        Move::Give {
            amount, fills, id, ..
        } => {
            let opened = amount - fills;
            if opened > 0 && (left(id), held(id)) != (opened, 0) {
                return None;
            }
            let close = (opened > 0).then_some(Move::Take(*id, opened));
            close.into_iter().chain([Move::Owe(*fills)]).collect()
        }
        Move::Take(id, amount) => vec![Move::PutBack(*id, *amount)],
        Move::PutBack(id, amount) if left(id) - held(id) < *amount => return None,
        Move::PutBack(id, amount) => vec![Move::Take(*id, *amount)],
        Move::Owe(amount) if *amount > member.owed => return None,
        Move::Owe(amount) => vec![Move::Owe(-amount)],
        Move::Spend(day, points) => vec![Move::Spend(*day, -points)],
        Move::Visit(day, times) => vec![Move::Visit(*day, -times)],
        Move::Issue(_) | Move::Use(_) | Move::Back(..) => return None,
    })
}
