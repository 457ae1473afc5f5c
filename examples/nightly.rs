//! Daily run of a shop: `cargo run --example nightly -- FOLDER`.

use stampbook::{Answer, Ledger};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name the ledger's folder")?;
    let ledger = Ledger::open(&folder)?;
    match ledger.daily()? {
        Answer::Accepted(done) => {
            println!("what had fallen due is booked");
            for warning in done.warnings {
                println!("{}: {}", warning.code, warning.message);
            }
        }
        Answer::Refused(no) => println!("not today: {}", no.message),
    }
    ledger.close()?;
    Ok(())
}
