//! `stampbook demo`: a list of commands, each printed as it would
//! be typed and then run by this same binary.

use super::print::{Exit, Failure, Mood, Printer, colored};
use crate::chain::page::Page;
use crate::storage::error::At;
use crate::storage::files::{self, limit};
use crate::storage::journal::files::segment_name;
use clap::Args;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Real purchases: see tests/data/README.md.
const SAMPLE: &str = include_str!("../../tests/data/cdnow_sample.txt");
/// Offset of the changed byte in the copied journal: within the imported purchases.
const FLIPPED_AT: usize = 4000;
/// Pages begin at multiples of this.
const SECTOR: usize = 512;

const MAP: &str = "member=customer_id:id:,at=date:%Y%m%d,qty=number_of_cds,total=dollar_value";

/// Shows till, merchant and auditor at work, offline, every command printed as
/// one could type it; its folder is left behind.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook demo --folder stampbook-demo")]
pub struct DemoArgs {
    /// A folder that does not exist yet.
    #[arg(long, value_name = "DIR", default_value = "stampbook-demo")]
    pub folder: PathBuf,
}

impl DemoArgs {
    /// Runs the demonstration; the folder is left behind.
    pub fn run(&self, out: &mut Printer) -> Result<Exit, Failure> {
        if self.folder.exists() {
            let message = format!("{} is there already", self.folder.display());
            return Err(Failure::bad_input(message)
                .hint("name another folder with --folder, or remove that one"));
        }
        files::make_named_folder(&self.folder)?;
        let program = std::env::current_exe()?;
        let mut demo = Demo {
            folder: self.folder.clone(),
            program,
            out,
        };
        demo.write("purchases.txt", SAMPLE.as_bytes())?;
        demo.note(&format!("in {}", self.folder.display()))?;
        demo.till()?;
        demo.merchant()?;
        demo.auditor()?;
        demo.note("that was all; the folder is yours: look around, or remove it")?;
        out.done(&json!({"ok": true, "folder": self.folder}))
    }
}

struct Demo<'o> {
    folder: PathBuf,
    program: PathBuf,
    out: &'o mut Printer,
}

impl Demo<'_> {
    fn till(&mut self) -> Result<(), Failure> {
        self.note("the till: real purchases, then today's")?;
        self.done("init --programme one-for-one --currency USD --zone UTC")?;
        self.done(&format!(
            "import purchases.txt --history --enrol --map '{MAP}'"
        ))?;
        self.done("balance id:00003")?;
        let bought = "purchase --member id:00003 --total 20.76 --line CD:music:2:14.99 --line CD:music:1:5.77 --key till-1/1";
        self.done(bought)?;
        self.note("the line went down, the till sends it again: nothing is booked twice")?;
        self.done(bought)?;
        self.note("one of the discs comes back")?;
        self.done("return --of till-1/1 --line 2 --key till-1/2")?;
        self.note("more than there is cannot be spent")?;
        self.ends(
            "redeem --member id:00003 --points 5000 --unit point --key till-1/3",
            Exit::Refused,
        )?;
        self.done("statement id:00003 --last 4")
    }

    fn merchant(&mut self) -> Result<(), Failure> {
        self.note("the merchant: a slip of the pen is caught before it costs anything")?;
        self.replace("purchase.earning", "purchase.earnign")?;
        self.ends("policy check programme", Exit::BadInput)?;
        self.note("two points for each dollar, tried on the desk, then for everybody")?;
        self.replace("purchase.earnign", "2 * purchase.earning")?;
        self.done("policy check programme")?;
        self.done("quote --member id:00003 --total 10.00 --with programme")?;
        self.note("its stories still say one point: nothing takes effect unsaid")?;
        self.ends("policy activate programme", Exit::BadInput)?;
        self.done("policy activate programme --without-stories --reason 'two points for each dollar, stories follow'")?;
        self.done("purchase --member id:00003 --total 10.00 --key till-1/4")
    }

    fn auditor(&mut self) -> Result<(), Failure> {
        self.note("the auditor: keeps a card, and checks everything alone")?;
        self.done("audit card --out card.txt")?;
        self.done("audit verify --card card.txt")?;
        self.note("somebody changes one byte of a copy")?;
        self.flip()?;
        self.ends(
            "audit verify --ledger flipped --card card.txt",
            Exit::Refused,
        )?;
        self.note(
            "somebody cuts off the last purchase: what is left looks whole, but not to the card",
        )?;
        self.cut()?;
        self.ends("audit verify --ledger cut --card card.txt", Exit::Refused)
    }

    fn note(&mut self, text: &str) -> Result<(), Failure> {
        self.out.line("")?;
        let line = format!("# {text}");
        Ok(self.out.line(colored(Mood::Quiet, &line))?)
    }

    fn show(&mut self, typed: &str) -> Result<(), Failure> {
        let line = format!("$ {typed}");
        Ok(self.out.line(colored(Mood::Good, &line))?)
    }

    fn done(&mut self, typed: &str) -> Result<(), Failure> {
        self.ends(typed, Exit::Done)
    }

    /// Prints a command, runs it, prints its output, and compares its exit code.
    fn ends(&mut self, typed: &str, exit: Exit) -> Result<(), Failure> {
        self.show(&format!("stampbook {typed}"))?;
        let ran = Command::new(&self.program)
            .args(words(typed))
            .current_dir(&self.folder)
            .env_remove("STAMPBOOK_LEDGER")
            .env_remove("STAMPBOOK_SECRETS")
            .output()?;
        for said in [&ran.stdout, &ran.stderr] {
            let text = String::from_utf8_lossy(said);
            if !text.trim().is_empty() {
                self.out.line(text.trim_end())?;
            }
        }
        match ran.status.code() {
            Some(code) if code == exit as i32 => Ok(()),
            other => Err(Failure::internal(format!(
                "`stampbook {typed}` ended with {other:?}, expected {}",
                exit as i32
            ))),
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let mut file = files::create(&path, false)?;
        Ok(file.write_all(bytes).at("write", &path)?)
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let path = self.folder.join(name);
        Ok(files::read(&path, limit::SEGMENT)?)
    }

    /// Replaces a text in a file, as an editor would.
    fn replace(&mut self, was: &str, is: &str) -> Result<(), Failure> {
        const SCRIPT: &str = "programme/campaigns/base.rhai";
        self.show(&format!("sed -i 's/{was}/{is}/' {SCRIPT}"))?;
        let text = String::from_utf8_lossy(&self.read(SCRIPT)?).replace(was, is);
        self.write(SCRIPT, text.as_bytes())
    }

    /// The path of the copied journal's only segment.
    fn copy(&mut self, name: &str) -> Result<String, Failure> {
        self.show(&format!("cp -r ledger {name}"))?;
        copy(&self.folder.join("ledger"), &self.folder.join(name))?;
        Ok(format!("{name}/journal/{}", segment_name(0)))
    }

    fn flip(&mut self) -> Result<(), Failure> {
        let segment = self.copy("flipped")?;
        let mut bytes = self.read(&segment)?;
        bytes[FLIPPED_AT] ^= 1;
        self.show(&format!(
            "printf '\\{:03o}' | dd of={segment} bs=1 seek={FLIPPED_AT} conv=notrunc status=none",
            bytes[FLIPPED_AT]
        ))?;
        self.write(&segment, &bytes)
    }

    fn cut(&mut self) -> Result<(), Failure> {
        let segment = self.copy("cut")?;
        let mut bytes = self.read(&segment)?;
        let (start, end) = last_page(&bytes);
        let (from, count) = (start / SECTOR, (end - start) / SECTOR);
        self.show(&format!(
            "dd if=/dev/zero of={segment} bs={SECTOR} seek={from} count={count} conv=notrunc status=none"
        ))?;
        bytes[start..end].fill(0);
        self.write(&segment, &bytes)?;
        self.show("rm cut/checkpoint")?;
        let path = self.folder.join("cut/checkpoint");
        Ok(files::remove(&path)?)
    }
}

/// Start and end of the last page of a segment.
fn last_page(bytes: &[u8]) -> (usize, usize) {
    let (mut start, mut end) = (0, 0);
    while let Some(Ok(view)) = bytes.get(end..).map(Page::parse) {
        (start, end) = (end, end + view.bytes().len());
    }
    (start, end)
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    files::make_folder(to)?;
    for path in files::list(from)? {
        let target = to.join(path.file_name().unwrap_or_default());
        match path.is_dir() {
            true => copy(&path, &target)?,
            false => {
                let (mut from, mut to) = (files::open(&path)?, files::create(&target, false)?);
                std::io::copy(&mut from, &mut to).at("copy", &path)?;
            }
        }
    }
    Ok(())
}

/// Splits a typed line like a shell, as far as the demo's lines need.
fn words(typed: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    for letter in typed.chars() {
        match letter {
            '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(std::mem::take(&mut word)),
            letter => word.push(letter),
        }
    }
    words.push(word);
    words
}
