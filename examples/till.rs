//! A till in a few lines: `cargo run --example till -- FOLDER`.

use stampbook::{Answer, Command, Ledger};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name the ledger's folder")?;
    let ledger = match std::path::Path::new(&folder).exists() {
        true => Ledger::open(&folder)?,
        false => Ledger::create(&folder, "corner-cafe", "example.org/stars")?,
    };
    ledger.submit(Command::enrol("card:6900012345").key("till-1/enrol-1"))?;
    let sale = Command::purchase("7.70")
        .member("card:6900012345")
        .at_till("mitte", "till-1")
        .line("LATTE", "coffee", "2", "5.80")
        .line("SCONE", "food", "1", "1.90")
        .key("till-1/000812");
    match ledger.submit(sale)? {
        Answer::Accepted(done) if done.repeated => println!("booked before"),
        Answer::Accepted(done) => println!("booked as entry {}", done.seq.unwrap_or_default()),
        Answer::Refused(no) => println!("no: {} ({})", no.message, no.code),
    }
    let held = ledger.balance("card:6900012345")?.unwrap_or_default();
    if let Some(star) = held.balance.get("star") {
        println!("{} stars", star.available);
    }
    ledger.close()?;
    Ok(())
}
