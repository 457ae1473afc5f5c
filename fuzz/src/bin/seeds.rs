//! Writes the seeds of every target to `corpus/TARGET/`, where cargo-fuzz looks.

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in stampbook_fuzz::TARGETS {
        let folder = corpus.join(target.name);
        fs::create_dir_all(&folder)?;
        for (n, seed) in (target.seeds)().into_iter().enumerate() {
            fs::write(folder.join(format!("seed-{n:04}")), seed)?;
        }
    }
    Ok(())
}
