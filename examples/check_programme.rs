//! Checks a programme and runs its stories, as an editor or a build would:
//! `cargo run --example check_programme -- FOLDER`.

use stampbook::{Programme, judge};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("name the programme's folder")?;
    let programme = Programme::read(Path::new(&folder))?;
    match judge(&programme.bundle) {
        Ok(_) => println!("it can take effect"),
        Err(found) => found
            .iter()
            .for_each(|one| println!("{}", programme.bundle.render(one))),
    }
    println!("{} stories", programme.stories.len());
    Ok(())
}
