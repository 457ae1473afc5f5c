//! An auditor verifies a copy of a ledger: `cargo run --example verify -- FOLDER`.
//! Ends with 0 if all claims held, 1 if one failed, 3 if one could not be checked.

use stampbook::{VerifyOptions, verify};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("name the ledger's folder")?;
    let report = verify(&VerifyOptions::new(Path::new(&folder)), |_, _| {})?;
    for claim in &report.claims {
        println!("claim {}: {:?}", claim.level, claim.verdict);
    }
    println!("{:?}", report.outcome());
    Ok(ExitCode::from(report.outcome() as u8))
}
