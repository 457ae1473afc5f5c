//! Stores and terminals of tokens, checked against the programme.

use super::options::Cli;
use super::print::{Failure, Printer};
use super::service_client::{connect, post_lines};
use crate::query::{self, StoreTold};
use crate::serve::tokens::Place;
use serde::Deserialize;

/// Refuses a place that the programme in force does not have; where the ledger cannot
/// be asked, it is left unchecked, with a note.
pub(super) fn check(place: &Place, cli: &Cli, out: &mut Printer) -> Result<(), Failure> {
    let Some(store) = &place.store else {
        return Ok(());
    };
    let stores = match stores(cli, out) {
        Ok(stores) => stores,
        Err(failure) => {
            out.note(format!(
                "note: whether the programme has store and terminal was not checked: {}",
                failure.message
            ));
            return Ok(());
        }
    };
    // A programme without stores takes any.
    if stores.is_empty() {
        return Ok(());
    }
    let Some(found) = stores.iter().find(|found| found.store == *store) else {
        let known: Vec<&str> = stores.iter().map(|found| found.store.as_str()).collect();
        return Err(Failure::bad_input(format!(
            "--store: the programme has no store '{store}'; it has {}",
            known.join(", ")
        )));
    };
    let known = &found.terminals;
    match &place.terminal {
        Some(terminal) if !known.is_empty() && !known.contains(terminal) => {
            Err(Failure::bad_input(format!(
                "--terminal: the store '{store}' has no terminal '{terminal}'; it has {}",
                known.join(", ")
            )))
        }
        _ => Ok(()),
    }
}

/// Reply of a service to the question `policy`.
#[derive(Deserialize)]
struct Told {
    stores: Vec<StoreTold>,
}

/// Stores of the programme in force, by the service that has the ledger open, or by
/// opening it.
fn stores(cli: &Cli, out: &mut Printer) -> Result<Vec<StoreTold>, Failure> {
    if let Some(mut client) = connect(cli) {
        let told = post_lines(&mut client, br#"{"ask":"policy"}"#)?;
        let told: Result<Told, _> = serde_json::from_slice(&told);
        return match told {
            Ok(told) => Ok(told.stores),
            Err(_) => Err(Failure::busy("the service does not say")),
        };
    }
    cli.reading("policy show", out, |ledger, _| {
        Ok(query::ask(ledger, &query::Policy::default())?.reply.stores)
    })
}
