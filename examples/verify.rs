//! An auditor verifies a copy of a ledger: `cargo run --example verify -- FOLDER`.

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
    Ok(ExitCode::SUCCESS)
}
