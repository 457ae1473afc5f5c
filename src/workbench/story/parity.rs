//! Channel parity: each purchase of a story is quoted on every channel, at its
//! place in the story, to find differences.

use super::finding::{Mismatch, StoryResult};
use super::run::{Beside, Runner, gist};
use super::words::error;
use super::{Asked, Step, Story};
use crate::answer::{Answer, Did};
use crate::command::{Request, Verb};
use crate::engine::{self, Error};
use crate::model::{Campaign, Channel, Policy};
use crate::policy::Bundle;

/// Result of a story's purchases on every channel.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Parity {
    /// Number of purchases quoted on every channel.
    pub purchases: usize,
    /// The first with another result on another channel, although no campaign
    /// that declares its channels took part.
    pub differs: Option<Mismatch>,
}

/// Runs a story, and quotes each purchase on every channel.
///
/// # Errors
/// As [`super::run`].
pub fn parity(story: &Story, bundle: &Bundle, beside: Beside) -> Result<Parity, Error> {
    let mut runner = Runner::in_a_folder(story, bundle, beside)?;
    let mut found = Parity::default();
    for step in &story.steps {
        if let Asked::Command(request) = &step.asked
            && matches!(request.verb, Verb::Purchase(_))
        {
            found.purchases += 1;
            found.differs = differing(&mut runner, step, request)?;
        }
        if found.differs.is_some() {
            break;
        }
        // `policy test` reports outcomes that differ from the expected ones.
        runner.step(step, &mut StoryResult::default())?;
    }
    runner.close()?;
    Ok(found)
}

/// The finding of a purchase that comes to something else on another channel.
fn differing(runner: &mut Runner, step: &Step, asked: &Request) -> Result<Option<Mismatch>, Error> {
    runner.set_clock(step);
    let request = runner.with_codes(step, asked)?;
    let policy = runner.ledger.policy()?.clone();
    let declared: Vec<&Campaign> = policy.campaigns().iter().filter(is_declared).collect();
    let own = engine::quote(&mut runner.ledger, &request, None)?;
    for channel in channels(&declared) {
        let mut elsewhere = request.clone();
        elsewhere.source.channel = channel;
        let other = engine::quote(&mut runner.ledger, &elsewhere, None)?;
        let takes_part = [&own, &other].into_iter().any(|a| has_any(a, &declared));
        if takes_part || gist(&own) == gist(&other) {
            continue;
        }
        let message = "this purchase comes to something else on another channel";
        let place = (step.line, step.expected.as_ref().map_or(0, |e| e.column));
        let help = "a campaign that means this says so: when: #{ channel: [\"app\"] }";
        let [here, there] = [&request, &elsewhere].map(|request| request.source.channel.name());
        return Ok(Some(Mismatch {
            diagnostic: error(&runner.story.file, place, message.into()).help(help),
            expected: format!("{}, as on {here}", shown(&own)),
            happened: format!("{} on {there}", shown(&other)),
            is_failure: false,
            because: String::new(),
        }));
    }
    Ok(None)
}

fn is_declared(campaign: &&Campaign) -> bool {
    !campaign.when.channels.is_empty()
}

/// Channels that people buy on, and those that headers name.
fn channels(declared: &[&Campaign]) -> Vec<Channel> {
    use Channel::{App, MiniProgram, Till, Web};
    let mut all = vec![Till, App, Web, MiniProgram];
    for name in declared.iter().flat_map(|c| &c.when.channels) {
        if !all.iter().any(|known| known.name() == name) {
            all.push(Channel::Other(name.clone()));
        }
    }
    all
}

fn has_any(answer: &Answer, campaigns: &[&Campaign]) -> bool {
    let is_of = |did: &Did| {
        let own = did.campaign.as_ref();
        own.is_some_and(|id| campaigns.iter().any(|c| c.id == *id))
    };
    matches!(answer, Answer::Accepted(done) if done.did.iter().any(is_of))
}

/// Short description of an answer's effects.
fn shown(answer: &Answer) -> String {
    let done = match answer {
        Answer::Refused(denied) => return format!("refused {}", denied.code),
        Answer::Accepted(done) => done,
    };
    let item = |did: &Did| {
        let figure = did.amount.as_ref().map(|amount| format!("{amount} "));
        let money = did.money.as_ref().map(|money| format!("{money} "));
        let (figure, money) = (figure.unwrap_or_default(), money.unwrap_or_default());
        let unit = did.unit.as_deref().unwrap_or_default();
        let from = did.campaign.as_deref().unwrap_or("the programme");
        format!("{} {figure}{money}{unit} from {from}", did.effect)
    };
    let items: Vec<String> = done.did.iter().map(item).collect();
    match items.is_empty() {
        true => "nothing".into(),
        false => items.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BundleFile;
    use crate::workbench::judge;
    use crate::workbench::story::parse;

    const MANIFEST: &str = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\n[unit.point]\nkind = \"spendable\"\n";
    const STORY: &str = "programme x\n2026-01-05 enrol alice -> nothing\n\
        2026-01-05 purchase alice 5.00 -> +5 point\n\
        2026-01-05 purchase alice 50.00 -> +50 point\n\
        2026-01-05 purchase alice 60.00 -> +60 point\n";

    fn checked(app_header: &str) -> Parity {
        let base = "campaign(#{ id: \"base\", role: \"base\" });\nfn on_purchase(purchase, member) { award(\"point\", purchase.total, \"p\"); }";
        let app = format!(
            "campaign(#{{ id: \"extra\"{app_header} }});\nfn on_purchase(purchase, member) {{\n\
             if purchase.channel == \"app\" && purchase.total >= 50 {{ award(\"point\", 7, \"app\"); }}\n}}"
        );
        let file = |path: &str, text: &str| BundleFile {
            path: path.into(),
            text: text.into(),
        };
        let bundle = Bundle {
            files: vec![
                file("campaigns/base.rhai", base),
                file("campaigns/extra.rhai", &app),
                file("programme.toml", MANIFEST),
            ],
        };
        let policy = judge(&bundle).unwrap();
        let story = parse("first.story", STORY, policy.programme()).unwrap();
        parity(&story, &bundle, &|name| Err(name.into())).unwrap()
    }

    #[test]
    fn the_first_purchase_that_differs_on_another_channel_is_told_with_its_line() {
        let told = checked("");
        let finding = told.differs.unwrap();
        assert_eq!((told.purchases, finding.diagnostic.line), (2, 4));
        let text = finding.render(STORY);
        assert!(text.contains("first.story:4"), "{text}");
        assert!(
            text.contains("expected: award 50 point from base, as on till"),
            "{text}"
        );
        assert!(text.contains("award 7 point from extra on app"), "{text}");
    }

    #[test]
    fn a_campaign_that_declares_its_channels_may_differ() {
        let told = checked(", when: #{ channel: [\"app\"] }");
        assert_eq!((told.purchases, told.differs), (3, None));
    }
}
