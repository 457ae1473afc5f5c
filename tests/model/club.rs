//! A second model, of what members are to each other and to the shop's partners: tiers, passes,
//! households with pooled points, partners, pools, referrals, orders, slips, erasure, balances as
//! of an instant before, two programmes that take turns, and what either would have given.

use super::schema::make::Dice;
use super::words::MINUTE;
use super::world::{folders, start, tempdir};
use rust_decimal::Decimal;
use stampbook::answer::Answer;
use stampbook::audit;
use stampbook::command::{Who, parse};
use stampbook::engine::{self, ActivationNote, Ledger, Mode, Options};
use stampbook::model::{Calendar, Instant, MemberId, NameKind, Number};
use stampbook::policy::Bundle;
use stampbook::storage::clock::SteppingClock;
use stampbook::storage::entropy::Entropy;
use stampbook::workbench::Folder;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Members in a household at most, as the programme says.
const HOUSEHOLD_MAX: usize = 3;
/// Score at which a member is gold, for good.
const GOLD: i64 = 100;

#[derive(Clone, Default, Debug)]
struct Person {
    points: i64,
    score: i64,
    is_gold: bool,
    /// Instant at which the pass ends.
    prime: i64,
    referrer: Option<usize>,
    is_thanked: bool,
    household: Option<usize>,
    is_erased: bool,
}

#[derive(Clone, Debug)]
struct Sale {
    who: usize,
    euros: i64,
    store: &'static str,
    order: Option<i64>,
    receipt: i64,
    day: String,
    /// Points for each euro at the time.
    rate: i64,
    /// All points that its buyer got.
    given: i64,
    has_thanked: bool,
    is_back: bool,
}

/// A command and the answer that the model expects: None, or the code of a refusal.
struct Told {
    json: String,
    refused: Option<&'static str>,
}

/// Ledger and model, side by side.
pub struct Club {
    dir: tempfile::TempDir,
    clock: Arc<SteppingClock>,
    now: i64,
    opened: u64,
    ledger: Option<Ledger>,
    dice: Dice,
    people: Vec<Person>,
    sales: Vec<Sale>,
    households: usize,
    /// Points for each euro that the programme in force gives.
    rate: i64,
    /// Cents in the pool, and cents that the partner owes.
    pool: i64,
    owed: i64,
    keys: u64,
    /// Points of everybody after each step.
    history: Vec<(i64, Vec<i64>)>,
    log: Vec<String>,
}

impl Club {
    fn new(seed: u64) -> Club {
        let now = start();
        let mut club = Club {
            dir: tempdir(),
            clock: Arc::new(SteppingClock::new(now, 0)),
            now,
            opened: 0,
            ledger: None,
            dice: Dice::new(seed),
            people: Vec::new(),
            sales: Vec::new(),
            households: 0,
            rate: 1,
            pool: 0,
            owed: 0,
            keys: 0,
            history: Vec::new(),
            log: Vec::new(),
        };
        let options = club.options();
        let made = Ledger::create(
            &folders(&club.dir),
            "club.example/1",
            &programme(1),
            options,
        );
        club.ledger = Some(made.unwrap());
        club
    }

    fn options(&mut self) -> Options {
        self.opened += 1;
        let mut seed = [8; 32];
        seed[..8].copy_from_slice(&self.opened.to_le_bytes());
        Options {
            clock: Arc::<SteppingClock>::clone(&self.clock),
            entropy: Entropy::from_seed(&seed),
            is_clock_accepted: true,
            state_bytes: 3_000 * self.dice.upto(3) as u64,
            write_every: 1 + self.dice.upto(20) as u64,
            cache_bytes: 1 << 20,
            ..Options::new("club").unwrap()
        }
    }

    fn ledger(&mut self) -> &mut Ledger {
        self.ledger.as_mut().unwrap()
    }

    fn key(&mut self) -> String {
        self.keys += 1;
        format!("c{}", self.keys)
    }

    fn day(&self) -> String {
        let day = Calendar::default().day_of(Instant(self.now));
        day.to_string()
    }

    /// Members who are there, by number.
    fn alive(&self) -> Vec<usize> {
        let all = 0..self.people.len();
        all.filter(|who| !self.people[*who].is_erased).collect()
    }

    /// Who shares points with a member, themselves included.
    fn group(&self, who: usize) -> Vec<usize> {
        match self.people[who].household {
            None => vec![who],
            some => {
                let all = 0..self.people.len();
                all.filter(|n| self.people[*n].household == some).collect()
            }
        }
    }

    fn sum(&self, group: &[usize]) -> i64 {
        group.iter().map(|who| self.people[*who].points).sum()
    }

    /// One step of a seed.
    fn step(&mut self) {
        self.now += MINUTE * (1 + self.dice.upto(30 * 60));
        self.clock.set(self.now);
        match self.dice.upto(99) {
            _ if self.alive().len() < 3 => self.enrol(),
            0..=7 => self.enrol(),
            8..=49 => self.purchase(),
            50..=59 => self.give_back(),
            60..=66 => self.pass(),
            67..=74 => self.household(),
            75..=83 => self.redeem(),
            84..=85 => self.erase(),
            86..=88 => self.pay_out(),
            89..=91 => self.activate(),
            92..=95 => self.reopen(),
            _ => drop(engine::daily(self.ledger()).unwrap()),
        }
        self.check();
        let points = self.people.iter().map(|p| p.points).collect();
        self.history.push((self.now, points));
    }

    /// Sends a command, which comes to what the model says, and so does sending it again.
    fn send(&mut self, told: Told) {
        let answer = self.answer(&told.json);
        let code = match &answer {
            Answer::Accepted(_) => None,
            Answer::Refused(denied) => Some(&*denied.code),
        };
        assert_eq!(code, told.refused, "{answer:?}");
        if self.dice.is_one_in(4) && told.refused.is_none() {
            match self.answer(&told.json) {
                Answer::Accepted(again) => assert!(again.repeated, "{again:?}"),
                refused => panic!("{refused:?}"),
            }
        }
    }

    fn answer(&mut self, json: &str) -> Answer {
        self.log
            .push(format!("{} {json}", Instant(self.now).display(0)));
        let request = parse(json.as_bytes(), 2).unwrap();
        self.ledger().stage(&request, Mode::default()).unwrap();
        let answer = self.ledger().commit().unwrap().remove(0);
        self.log.push(format!("  {}", answer.to_json()));
        answer
    }

    fn enrol(&mut self) {
        let who = self.people.len();
        let free = self.alive();
        let referrer = match self.dice.is_one_in(2) {
            true => self.dice.pick(&free).copied(),
            false => None,
        };
        let referred = referrer.map(|by| format!(r#","referrer":"card:{by}""#));
        let (key, referred) = (self.key(), referred.unwrap_or_default());
        self.people.push(Person {
            referrer,
            ..Person::default()
        });
        self.send(Told {
            json: format!(r#"{{"do":"enrol","key":"{key}","aliases":["card:{who}"]{referred}}}"#),
            refused: None,
        });
    }

    /// Number of a member: now and then of one who was erased or never was.
    fn anybody(&mut self) -> (usize, bool) {
        let there = self.alive();
        match self.dice.is_one_in(12) {
            true => {
                let who = self.dice.below(self.people.len() + 1);
                (who, there.contains(&who))
            }
            false => (*self.dice.pick(&there).unwrap(), true),
        }
    }

    fn purchase(&mut self) {
        let ((who, is_there), key, day) = (self.anybody(), self.key(), self.day());
        let euros = 1 + self.dice.upto(40);
        let store = ["own", "guest"][self.dice.below(2)];
        let receipt = 1 + self.dice.upto(3);
        let order = self.dice.is_one_in(3).then(|| self.dice.upto(60));
        let said = order
            .map(|n| format!(r#","order":"o{n}""#))
            .unwrap_or_default();
        let json = format!(
            r#"{{"do":"purchase","key":"{key}","member":"card:{who}","store":"{store}","receipt":"r{receipt}","total":"{euros}.00"{said}}}"#
        );
        let is_slip = |s: &Sale| (s.store, s.receipt, &s.day) == (store, receipt, &day);
        let refused = if !is_there {
            Some("unknown_member")
        } else if order.is_some() && self.sales.iter().any(|s| s.order == order) {
            Some("order_conflict")
        } else if self.sales.iter().any(is_slip) {
            Some("receipt_conflict")
        } else {
            None
        };
        if refused.is_none() {
            self.sell(Sale {
                who,
                euros,
                store,
                order,
                receipt,
                day,
                rate: self.rate,
                given: 0,
                has_thanked: false,
                is_back: false,
            });
        }
        self.send(Told { json, refused });
    }

    fn sell(&mut self, mut sale: Sale) {
        let (base, now) = (sale.euros * self.rate, self.now);
        let buyer = &mut self.people[sale.who];
        let gold = if buyer.is_gold { base } else { 0 };
        let prime = if buyer.prime > now { 3 } else { 0 };
        let guest = if sale.store == "guest" { sale.euros } else { 0 };
        sale.given = base + gold + prime + guest;
        buyer.points += sale.given;
        buyer.score += sale.euros;
        buyer.is_gold |= buyer.score >= GOLD;
        if let (Some(referrer), false) = (buyer.referrer, buyer.is_thanked) {
            buyer.is_thanked = true;
            sale.has_thanked = true;
            self.people[referrer].points += 5;
        }
        self.pool += sale.euros;
        self.owed += guest;
        self.sales.push(sale);
    }

    /// Gives all of a sale back, which its slip names.
    fn give_back(&mut self) {
        // Nobody comes to owe points here: the other model is about that.
        let can = |s: &&Sale| !s.has_thanked && self.people[s.who].points >= s.given;
        let sales: Vec<Sale> = self.sales.iter().filter(can).cloned().collect();
        let Some(named) = self.dice.pick(&sales).cloned() else {
            return;
        };
        let is_placed = self.dice.is_one_in(2);
        let is_of = |s: &Sale| {
            let is_slip = (s.receipt, &s.day) == (named.receipt, &named.day);
            is_slip && (!is_placed || s.store == named.store)
        };
        let found: Vec<usize> = (0..self.sales.len())
            .filter(|n| is_of(&self.sales[*n]))
            .collect();
        let is_gone = |n: usize| self.people[self.sales[n].who].is_erased;
        let refused = match found[..] {
            [n] if is_gone(n) => return,
            [n] if self.sales[n].is_back => Some("too_much_returned"),
            [n] => {
                self.take_back(n);
                None
            }
            _ => Some("ambiguous_slip"),
        };
        let place = match is_placed {
            true => format!(r#","sale_store":"{}""#, named.store),
            false => String::new(),
        };
        let (key, receipt, day) = (self.key(), named.receipt, named.day);
        let json = format!(
            r#"{{"do":"return","key":"{key}","receipt":"r{receipt}","sale_day":"{day}","all":true{place}}}"#
        );
        self.send(Told { json, refused });
    }

    fn take_back(&mut self, n: usize) {
        let sale = &mut self.sales[n];
        sale.is_back = true;
        let buyer = &mut self.people[sale.who];
        buyer.points -= sale.given;
        buyer.score -= sale.euros;
        self.pool -= sale.euros;
        if sale.store == "guest" {
            self.owed -= sale.euros;
        }
    }

    fn pass(&mut self) {
        let ((who, is_there), key) = (self.anybody(), self.key());
        let is_start = !self.dice.is_one_in(4);
        let is_held = is_there && self.people[who].prime > self.now;
        let refused = match (is_there, is_start, is_held) {
            (false, ..) => Some("unknown_member"),
            (_, true, true) => Some("already_so"),
            (_, false, false) => Some("pass_required"),
            _ => None,
        };
        if refused.is_none() {
            let calendar = Calendar::default();
            let over = calendar.day_of(Instant(self.now)).after_months(1);
            self.people[who].prime = match is_start {
                true => calendar.start_of(over).0,
                false => self.now,
            };
        }
        let action = match is_start {
            true => r#""action":"start""#,
            false => r#""action":"cancel","reason":"moves away""#,
        };
        let json = format!(
            r#"{{"do":"pass","key":"{key}","member":"card:{who}","pass":"prime",{action}}}"#
        );
        self.send(Told { json, refused });
    }

    fn household(&mut self) {
        let (alive, key) = (self.alive(), self.key());
        let Some(who) = self.dice.pick(&alive).copied() else {
            return;
        };
        let json = |rest: &str| {
            format!(r#"{{"do":"household","key":"{key}","member":"card:{who}","action":{rest}}}"#)
        };
        if self.people[who].household.is_some() {
            let refused = None;
            let left: Vec<usize> = self.group(who).into_iter().filter(|n| *n != who).collect();
            self.people[who].household = None;
            if let [alone] = left[..] {
                self.people[alone].household = None;
            }
            let json = json(r#""leave""#);
            return self.send(Told { json, refused });
        }
        let others: Vec<usize> = alive.into_iter().filter(|n| *n != who).collect();
        let with = *self.dice.pick(&others).unwrap();
        let is_full = self.group(with).len() >= HOUSEHOLD_MAX;
        if !is_full {
            if self.people[with].household.is_none() {
                self.households += 1;
                self.people[with].household = Some(self.households);
            }
            self.people[who].household = self.people[with].household;
        }
        self.send(Told {
            json: json(&format!(r#""join","with":"card:{with}""#)),
            refused: is_full.then_some("household_full"),
        });
    }

    fn redeem(&mut self) {
        let ((who, is_there), key) = (self.anybody(), self.key());
        let points = 1 + self.dice.upto(60);
        let group = if is_there {
            self.group(who)
        } else {
            Vec::new()
        };
        let refused = match is_there {
            false => Some("unknown_member"),
            true => (self.sum(&group) < points).then_some("insufficient_points"),
        };
        self.send(Told {
            json: format!(
                r#"{{"do":"redeem","key":"{key}","member":"card:{who}","unit":"point","points":{points}}}"#
            ),
            refused,
        });
        if refused.is_some() {
            return;
        }
        // Whose points in a household pay is not told a second time: their sum is.
        let left = self.sum(&group) - points;
        for who in &group {
            self.people[*who].points = self.balances(*who)["point"];
        }
        assert_eq!(self.sum(&group), left, "points of {group:?}");
    }

    fn erase(&mut self) {
        let is_referrer = |who: usize| {
            let mut all = self.people.iter();
            all.any(|p| p.referrer == Some(who) && !p.is_thanked)
        };
        let alive = self.alive();
        let can = |who: &usize| self.people[*who].household.is_none() && !is_referrer(*who);
        let can: Vec<usize> = alive.into_iter().filter(can).collect();
        let Some(who) = self.dice.pick(&can).copied() else {
            return;
        };
        let key = self.key();
        self.people[who].is_erased = true;
        let json = format!(
            r#"{{"do":"erase","key":"{key}","member":"card:{who}","reason":"asked for it"}}"#
        );
        let refused = None;
        self.send(Told { json, refused });
    }

    fn pay_out(&mut self) {
        let (key, cents) = (self.key(), 1 + self.dice.upto(150));
        let is_there = self.pool >= cents;
        if is_there {
            self.pool -= cents;
        }
        self.send(Told {
            json: format!(
                r#"{{"do":"pool","key":"{key}","pool":"trees","amount":"{}.{:02}","to":"gardeners"}}"#,
                cents / 100,
                cents % 100
            ),
            refused: (!is_there).then_some("insufficient_points"),
        });
    }

    /// Lets the other programme take effect.
    fn activate(&mut self) {
        self.rate = 3 - self.rate;
        self.log.push(format!("now {} a euro", self.rate));
        let bundle = programme(self.rate);
        engine::activate(self.ledger(), &bundle, ActivationNote::default()).unwrap();
    }

    /// Closes the ledger or lets it fall, with a command that was never answered.
    fn reopen(&mut self) {
        let way = self.dice.upto(2);
        self.log.push(format!("reopened, way {way}"));
        let lost = r#"{"do":"purchase","key":"lost","total":"5.00"}"#;
        let request = parse(lost.as_bytes(), 2).unwrap();
        match way {
            0 => {
                self.ledger().stage(&request, Mode::default()).unwrap();
                self.ledger = None;
            }
            _ => self.ledger.take().unwrap().close().unwrap(),
        }
        let (folders, options) = (folders(&self.dir), self.options());
        let opened = match way {
            2 => Ledger::rebuild(&folders, options),
            _ => Ledger::open(&folders, options),
        };
        self.ledger = Some(opened.unwrap());
    }

    fn id(&mut self, who: usize) -> Option<MemberId> {
        let alias = Who::parse(&format!("card:{who}")).unwrap();
        self.ledger().resolve(&alias).unwrap()
    }

    /// Balances of a member, by unit.
    fn balances(&mut self, who: usize) -> BTreeMap<String, i64> {
        let id = self.id(who).expect("nobody is forgotten");
        let ledger = self.ledger();
        let units = ledger.programme().unwrap().units.clone();
        let member = ledger.member(id).unwrap().unwrap();
        let held = units
            .iter()
            .map(|u| (u.id.clone(), member.balance(u.number).0));
        held.collect()
    }

    fn check(&mut self) {
        for who in 0..self.people.len() {
            let expected = self.people[who].clone();
            if expected.is_erased {
                assert_eq!(self.id(who), None, "card:{who} was erased");
                continue;
            }
            let id = self.id(who).expect("nobody is forgotten");
            let now = Instant(self.now);
            assert_eq!(
                self.balances(who)["point"],
                expected.points,
                "points of {who}"
            );
            let ledger = self.ledger.as_mut().unwrap();
            let programme = ledger.programme().unwrap();
            let unit = |id: &str| programme.unit_named(id).unwrap().number;
            let (score, prime) = (unit("score"), unit("prime"));
            let day = programme.calendar.day_of(now);
            let window = programme.unit(score).unwrap().window;
            let names = &ledger.global().names;
            let gold = names.number(NameKind::Tier, "gold").unwrap();
            let member = ledger.member(id).unwrap().unwrap();
            assert_eq!(
                member.window(window, day, |f| f.unit(score)),
                expected.score
            );
            assert_eq!(
                member.tier.is_some_and(|held| held.tier == gold),
                expected.is_gold,
                "tier of {who}"
            );
            let has_prime = member.pass(prime, now).is_some();
            assert_eq!(has_prime, expected.prime > self.now, "pass of {who}");
            let mut home = ledger.household(id).unwrap();
            let group = self.group(who);
            let mut ids: Vec<_> = group.iter().map(|n| self.id(*n).unwrap()).collect();
            home.sort_unstable();
            ids.sort_unstable();
            assert!(
                home == ids || home.is_empty() && ids == [id],
                "household of {who}"
            );
        }
        // Below nothing where what was paid out was for a sale that came back since.
        let told = |cents: i64| Decimal::new(cents, 2).to_string();
        let (pool, owed) = (told(self.pool), told(self.owed));
        let ledger = self.ledger();
        assert_eq!(engine::pools(ledger).unwrap()[0].balance, pool);
        assert_eq!(engine::partners(ledger).unwrap().0[0].owes, owed);
        self.check_as_of();
    }

    /// A member's balance as of an instant before is what they had then.
    fn check_as_of(&mut self) {
        let Some((then, points)) = self.dice.pick(&self.history).cloned() else {
            return;
        };
        let who = self.dice.below(points.len());
        if points.is_empty() || self.people[who].is_erased {
            return;
        }
        let (unit, id) = (self.unit("point"), self.id(who).unwrap());
        let at = Instant(then + MINUTE / 2);
        let told = engine::standing_at(self.ledger(), id, at).unwrap().0;
        let held = told.iter().find(|(number, _)| *number == unit);
        let held = held.map_or(0, |h| h.1.0);
        assert_eq!(held, points[who], "{who} as of {}", at.display(0));
    }

    fn unit(&mut self, id: &str) -> Number {
        let programme = self.ledger().programme().unwrap();
        programme.unit_named(id).unwrap().number
    }

    /// The programme in force would have given its own rate for all that was not sent back.
    /// What it would have given more can be booked, once.
    fn check_redecided(&mut self) {
        let (point, rate, now) = (self.unit("point"), self.rate, Instant(self.now));
        let mut expected: BTreeMap<MemberId, i64> = BTreeMap::new();
        for sale in self.sales.clone() {
            let more = sale.euros * (rate - sale.rate);
            if sale.is_back || more == 0 || self.people[sale.who].is_erased {
                continue;
            }
            let id = self.id(sale.who).unwrap();
            *expected.entry(id).or_default() += more;
        }
        let found = engine::redecide(self.ledger(), "base", Instant(start()), now).unwrap();
        let mut told: BTreeMap<MemberId, i64> = BTreeMap::new();
        for one in found.iter().filter(|one| one.unit == point) {
            *told.entry(one.member).or_default() += one.points.0;
        }
        assert_eq!(told, expected, "what {rate} a euro would have given");
        engine::settle_redecided(self.ledger(), &found, false, "a better rate").unwrap();
        for who in self.alive() {
            let id = self.id(who).unwrap();
            let more = expected.get(&id).copied().unwrap_or(0);
            self.people[who].points += more.max(0);
        }
        let again = engine::redecide(self.ledger(), "base", Instant(start()), now).unwrap();
        assert!(again.iter().all(|one| one.points.0 < 0), "{again:?}");
    }

    fn end(&mut self) {
        self.check_redecided();
        self.check();
        self.ledger.take().unwrap().close().unwrap();
        let folder = folders(&self.dir).ledger;
        let report = audit::verify(&audit::Options::new(&folder), |_, _| {}).unwrap();
        assert_eq!(report.outcome(), audit::Outcome::Held, "{report:?}");
        let schema = crate::schema::Schema::of_the_document();
        let verdicts = crate::second::verify(&schema, &folder);
        assert!(verdicts.are_held(), "{verdicts:?}");
    }
}

/// The programme that gives so many points for each euro.
fn programme(rate: i64) -> Bundle {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programmes/club");
    let mut bundle = Folder::read(&path).unwrap().bundle;
    for file in &mut bundle.files {
        let award = r#"award("point", purchase.earning"#;
        file.text = file.text.replace(award, &format!("{award} * {rate}"));
    }
    bundle
}

/// Runs a seed; what fails is told with its last steps.
pub fn run(seed: u64, steps: u64) {
    let mut club = Club::new(seed);
    let work = std::panic::AssertUnwindSafe(|| {
        (0..steps).for_each(|_| club.step());
        club.end();
    });
    if let Err(panic) = std::panic::catch_unwind(work) {
        let last = club.log.len().saturating_sub(30);
        eprintln!("{}", club.log[last..].join("\n"));
        eprintln!("it was STAMPBOOK_SEED={seed}");
        std::panic::resume_unwind(panic);
    }
    assert!(club.sales.iter().any(|s| s.is_back), "nothing came back");
}
