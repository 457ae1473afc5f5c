//! A report as plain text.

use super::report::{Claim, Finding, Report, Verdict};
use crate::model::{counted, on_one_line};
use crate::storage::journal::files::segment_name;
use std::fmt;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.tool)?;
        writeln!(f, "ledger      {}", on_one_line(&self.ledger))?;
        if !self.origin.is_empty() {
            writeln!(f, "origin      {}", on_one_line(&self.origin))?;
        }
        writeln!(f, "size        {}", grouped(self.head.size))?;
        writeln!(f, "last hash   {}", self.head.hash)?;
        writeln!(f, "root        {}", or_none(&self.head.root))?;
        let counts = &self.counts;
        let (valid, all) = (grouped(counts.entries_valid), grouped(counts.entries));
        writeln!(f, "entries     {valid}/{all} valid")?;
        let (pages, segments) = (grouped(counts.pages), counts.segments);
        let files = counted(segments, "segment file", "segment files");
        writeln!(f, "pages       {pages} in {files}")?;
        writeln!(f)?;
        self.claims.iter().try_for_each(|claim| claim.fmt_on(f))?;
        if let Some(secrets) = &self.secrets {
            let (verdict, because) = (word(secrets.verdict), on_one_line(&secrets.because));
            writeln!(f, "- {:<12} {verdict:<12} {because}", "secrets")?;
            write_findings(f, &secrets.findings, secrets.findings_count)?;
        }
        self.notes
            .iter()
            .try_for_each(|note| writeln!(f, "note: {}", on_one_line(note)))
    }
}

impl Claim {
    fn fmt_on(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = word(self.verdict);
        writeln!(
            f,
            "{} {:<12} {:<12} {}",
            self.level,
            self.name,
            verdict,
            on_one_line(&self.because)
        )?;
        write_findings(f, &self.findings, self.findings_count)
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Held => "held",
        Verdict::Failed => "FAILED",
        Verdict::NotChecked => "not checked",
    }
}

fn write_findings(f: &mut fmt::Formatter<'_>, findings: &[Finding], count: u64) -> fmt::Result {
    findings
        .iter()
        .try_for_each(|finding| writeln!(f, "    {finding}"))?;
    match count.saturating_sub(findings.len() as u64) {
        0 => Ok(()),
        more => writeln!(f, "    and {} more", grouped(more)),
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entries {
            Some((first, last)) if first == last => write!(f, "entry {first}: ")?,
            Some((first, last)) => write!(f, "entries {first} to {last}: ")?,
            None => {}
        }
        // A name from the ledger must not look like a line of the report.
        f.write_str(&on_one_line(&self.what))?;
        match self.place {
            Some(place) => {
                let file = segment_name(place.segment);
                write!(f, " ({file} at byte {})", place.offset)
            }
            None => Ok(()),
        }
    }
}

fn or_none(text: &str) -> &str {
    if text.is_empty() {
        "none: entries are missing"
    } else {
        text
    }
}

/// Formats a number with a comma after every three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Finding, grouped};

    #[test]
    fn a_name_in_a_finding_makes_no_line_of_its_own() {
        let finding = Finding {
            kind: super::super::report::DeviationKind::Edited,
            entries: None,
            place: None,
            what: "star\nAll that was asked held.\u{202e}".into(),
        };
        let text = finding.to_string();
        assert!(!text.contains(['\n', '\u{202e}']), "{text}");
    }

    #[test]
    fn digits_are_grouped_by_three() {
        let all = [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_204_331, "1,204,331"),
        ];
        for (number, text) in all {
            assert_eq!(grouped(number), text);
        }
    }
}
