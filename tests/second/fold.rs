//! Claim 1: heads (section 7.2), the fold (section 8), and what occurs only once.

use super::value::Value;
use super::{Wrong, bad};
use crate::second::pages::derive;
use std::collections::{BTreeMap, HashSet};

/// The greatest sum of one member.
const AMOUNT_MAX: i128 = (1 << 53) - 1;

type Id = Vec<u8>;
type LotId = (i128, i128);
type Done = Result<(), Wrong>;

#[derive(Clone, Default)]
struct Lot {
    unit: i128,
    left: i128,
    held: i128,
}

#[derive(Clone, Default)]
struct Hold {
    seq: i128,
    unit: i128,
    parts: BTreeMap<LotId, i128>,
}

#[derive(Clone, Default)]
struct Member {
    last: Option<i128>,
    effective: i128,
    is_live: bool,
    lots: BTreeMap<LotId, Lot>,
    owed: BTreeMap<i128, i128>,
    ever: BTreeMap<i128, i128>,
    holds: Vec<Hold>,
    passes: BTreeMap<i128, LotId>,
    absorbed: Vec<Id>,
    is_gone: bool,
}

/// The programme in force, as far as heads need it.
#[derive(Default)]
struct Programme {
    number: i128,
    offset: i128,
    changes: Vec<(i128, i128)>,
    day_starts: i128,
    stores: BTreeMap<i128, Vec<String>>,
    /// Parts of a unit, by id.
    parts: BTreeMap<String, i128>,
}

/// The state.
#[derive(Default)]
pub struct Fold {
    next_seq: i128,
    effective: i128,
    programme: Programme,
    /// Number of the activation that is a pilot.
    pilot: Option<i128>,
    names: BTreeMap<(String, i128), String>,
    members: BTreeMap<Id, Member>,
    accounts: BTreeMap<(i128, Value), i128>,
    /// The greatest counter and the last.
    terminals: BTreeMap<(i128, String), (i128, i128)>,
    suspended: HashSet<i128>,
    partners: i128,
    pools: BTreeMap<i128, i128>,
    /// Names that may be used only once, with the entry that used each.
    once: BTreeMap<String, i128>,
    /// Entries that were undone.
    undone: HashSet<i128>,
    /// Locks for guessing: the party and the kind of codes, and until when.
    locks: BTreeMap<(Value, Value), i128>,
    consumers: BTreeMap<String, (i128, i128)>,
    /// Scheduled programmes by their entry: the instant and the digest.
    scheduled: BTreeMap<i128, (i128, Vec<u8>)>,
    /// Entries that put a programme in force.
    activations: HashSet<i128>,
}

/// Checks the order of files, and their digest.
fn files_of(record: &Value, context: &str) -> Done {
    let files = record.get("files").list();
    let is_sorted = files
        .iter()
        .map(|file| file.get("path").text())
        .is_sorted_by(|one, next| one < next);
    ensure(is_sorted, "order of the files")?;
    let mut joined = Vec::new();
    for file in files {
        for part in [file.get("path").text(), file.get("text").text()] {
            joined.extend((part.len() as u64).to_be_bytes());
            joined.extend(part.as_bytes());
        }
    }
    let digest = derive(context, &[&joined]);
    ensure(digest == record.get("digest").bytes(), "digest")
}

const BUNDLE: &str = "stampbook 2026-11 bundle v1";

fn ensure(holds: bool, what: &str) -> Done {
    match holds {
        true => Ok(()),
        false => bad(what),
    }
}

/// Checks that an entry has a `Terminal` if and only if its command counted,
/// and that a refusal has nothing else.
fn counted(entry: &Value) -> Done {
    let origin = entry.get("head").get("origin");
    let effects = || entry.get("effects").list().iter();
    let moved: Vec<&Value> = effects().filter(|e| e.kind() == "Terminal").collect();
    let is_right = match (moved.as_slice(), origin.get("counter").opt()) {
        ([], None) => true,
        ([moved], Some(counter)) => {
            let place = origin.get("place");
            let store = if place.kind() == "Store" {
                place.get("0").num()
            } else {
                0
            };
            moved.get("store").num() == store
                && moved.get("counter").num() == counter.num()
                && moved.get("terminal").text() == origin.get("terminal").text()
        }
        _ => false,
    };
    ensure(is_right, "the terminal's counter")?;
    let is_still = |e: &Value| matches!(e.kind(), "Terminal" | "Warned" | "Failed");
    let is_refused = entry.get("act").kind() == "Refused";
    ensure(
        !is_refused || effects().all(is_still),
        "effects of a refusal",
    )
}

/// The characters that section 7.2 takes out of keys.
fn is_unseen(c: char) -> bool {
    let ranges = [
        (0xad, 0xad),
        (0x34f, 0x34f),
        (0x61c, 0x61c),
        (0x115f, 0x1160),
        (0x180e, 0x180e),
        (0x200b, 0x200f),
        (0x2028, 0x202e),
        (0x2060, 0x206f),
        (0x3164, 0x3164),
        (0xe000, 0xf8ff),
        (0xfdd0, 0xfdef),
        (0xfeff, 0xfeff),
        (0xffa0, 0xffa0),
        (0xfff0, 0xfffb),
        (0xe0000, 0x10ffff),
    ];
    let n = c as u32;
    let is_in = |(from, to): &(u32, u32)| (*from..=*to).contains(&n);
    c.is_control() || n & 0xfffe == 0xfffe || ranges.iter().any(is_in)
}

/// Checks that an account is none of the members' own.
fn outside(account: &Value) -> Done {
    let is_own = matches!(account.kind(), "Lots" | "Deficit");
    ensure(!is_own, "an account of the members' own")
}

fn lot_id(effect: &Value) -> LotId {
    let lot = effect.get("lot");
    (lot.get("seq").num(), lot.get("n").num())
}

impl Fold {
    pub fn entry(&mut self, entry: &Value) -> Done {
        let act = entry.get("act");
        ensure((act.kind() == "Genesis") == (self.next_seq == 0), "genesis")?;
        self.head(entry)?;
        self.once(entry)?;
        for touched in entry.get("touched").list() {
            let member = self.members.get(touched.get("member").bytes());
            let last = member.and_then(|m| m.last);
            let said = touched.get("previous").opt().map(Value::num);
            ensure(last == said, "the entry before of a member")?;
        }
        self.in_time(entry)?;
        match act.kind() {
            "PolicyActivated" => {
                self.on_schedule(entry)?;
                self.activate(act.get("0"))?;
                self.activations.insert(self.next_seq);
            }
            "PolicyScheduled" => {
                let schedule = act.get("0");
                files_of(schedule, BUNDLE)?;
                let at = schedule.get("at").get("0").num();
                let digest = schedule.get("digest").bytes().to_vec();
                self.scheduled.insert(self.next_seq, (at, digest));
            }
            "ScheduleCancelled" => {
                let was = self.scheduled.remove(&act.get("of").num());
                ensure(was.is_some(), "of the schedule")?;
            }
            "TermsAnnounced" => {
                let announced = act.get("0");
                let of = announced.get("of").num();
                let at = announced.get("at").get("0").num();
                let scheduled = self.scheduled.get(&of);
                ensure(scheduled.is_some_and(|s| s.0 == at), "of the announcement")?;
            }
            "AnnouncementWithdrawn" => {
                let of = act.get("announced").get("of").num();
                let is_pending = self.scheduled.contains_key(&of);
                ensure(!is_pending, "withdrawn announcement of a schedule")?;
            }
            "StoriesKept" => {
                let of = act.get("of").num();
                let is_one = self.scheduled.contains_key(&of) || self.activations.contains(&of);
                ensure(is_one, "of the stories")?;
                ensure(!act.get("files").list().is_empty(), "stories")?;
                files_of(act, "stampbook 2026-11 stories v1")?;
            }
            _ => {}
        }
        counted(entry)?;
        self.effects(entry)?;
        let head = entry.get("head");
        let is_live = head.get("origin").get("is_history").num() == 0;
        for touched in entry.get("touched").list() {
            if let Some(member) = self.members.get_mut(touched.get("member").bytes()) {
                member.last = Some(self.next_seq);
                member.effective = member.effective.max(head.get("effective").num());
                member.is_live |= is_live;
            }
        }
        if is_live {
            self.effective = head.get("effective").num();
        }
        self.next_seq += 1;
        Ok(())
    }

    fn head(&self, entry: &Value) -> Done {
        let head = entry.get("head");
        let (origin, touched) = (head.get("origin"), entry.get("touched").list());
        let effective = head.get("effective").num();
        let recorded = effective + head.get("recorded_lag").num();
        let first = touched.first().map(|t| t.get("member").bytes());
        let member = first.and_then(|id| self.members.get(id));
        let bundle = head.get("bundle").num();
        let is_pilots = Some(bundle) == self.pilot;
        ensure(bundle == self.programme.number || is_pilots, "bundle")?;
        if origin.get("is_history").num() == 1 {
            ensure(
                !member.is_some_and(|m| m.is_live),
                "history of a live member",
            )?;
            let last = member.map_or(i128::MIN, |m| m.effective);
            ensure(effective >= last, "history out of order")?;
        } else {
            let is_free = self.next_seq == 0 || entry.get("act").kind() == "ClockCorrected";
            ensure(is_free || effective > self.effective, "effective")?;
            let is_behind = recorded < effective && effective == self.effective + 1;
            ensure(recorded == effective || is_behind, "recorded")?;
        }
        let said = head.get("occurred").opt();
        let occurred = effective + said.map_or(0, |o| o.get("lag").num());
        let ten_minutes = 600_000_000;
        ensure(
            occurred <= effective.max(recorded) + ten_minutes,
            "occurred",
        )?;
        let offset = said.map_or(0, |o| o.get("offset").num());
        ensure((-1439..=1439).contains(&offset), "offset")?;
        let second = occurred.div_euclid(1_000_000);
        let passed = self.programme.changes.iter().rfind(|c| c.0 <= second);
        let zone = passed.map_or(self.programme.offset, |c| c.1);
        let day = (second + zone - 60 * self.programme.day_starts).div_euclid(86_400);
        ensure(day == head.get("day").num(), "day")?;
        let (place, terminal) = (origin.get("place"), origin.get("terminal").text());
        match place.kind() {
            "Store" => match self.programme.stores.get(&place.get("0").num()) {
                None => return bad("store"),
                Some(all) => ensure(
                    terminal.is_empty() || all.is_empty() || all.iter().any(|t| t == terminal),
                    "terminal",
                )?,
            },
            "Named" => ensure(
                self.programme.stores.is_empty() && !place.get("0").text().is_empty(),
                "named store",
            )?,
            _ => {}
        }
        let key = head.get("key").text();
        ensure(key.len() <= 64 && !key.chars().any(is_unseen), "key")?;
        let mut seen = HashSet::new();
        for (n, touched) in touched.iter().enumerate() {
            let id = touched.get("member").bytes();
            ensure(seen.insert(id), "a member twice")?;
            ensure(n == 0 || id != [0; 16], "nobody")?;
        }
        Ok(())
    }

    /// Checks that nothing but the ledger's own entries is decided behind the instant of a
    /// scheduled programme.
    fn in_time(&self, entry: &Value) -> Done {
        let head = entry.get("head");
        let recorded = head.get("effective").num() + head.get("recorded_lag").num();
        let is_own = head.get("origin").get("channel").kind() == "House"
            || entry.get("act").kind() == "ClockCorrected";
        let mut pending = self.scheduled.values();
        ensure(
            is_own || pending.all(|(at, _)| recorded < *at),
            "a schedule",
        )
    }

    /// Checks that an activation is what was scheduled, if it says so.
    fn on_schedule(&mut self, entry: &Value) -> Done {
        let activation = entry.get("act").get("0");
        let Some(of) = activation.get("scheduled").opt().map(Value::num) else {
            return Ok(());
        };
        let head = entry.get("head");
        let lag = head.get("occurred").opt().map_or(0, |o| o.get("lag").num());
        let is = (
            head.get("effective").num() + lag,
            activation.get("digest").bytes().to_vec(),
        );
        ensure(self.scheduled.remove(&of) == Some(is), "the schedule")
    }

    fn activate(&mut self, activation: &Value) -> Done {
        let number = activation.get("number").num();
        ensure(
            number == self.activations.len() as i128 + 1,
            "number of the activation",
        )?;
        for name in activation.get("names").list() {
            let kind = name.get("kind").kind().to_owned();
            let (number, text) = (name.get("number").num(), name.get("text").text());
            let of_kind = self.names.iter().filter(|n| n.0.0 == kind);
            let (count, is_known) = of_kind.fold((0, false), |(count, is_known), n| {
                (count + 1, is_known || n.1 == text)
            });
            ensure(number == count + 1 && !is_known, "names")?;
            self.names.insert((kind, number), text.into());
        }
        files_of(activation, BUNDLE)?;
        let changes = activation.get("zone").get("changes").list().iter();
        let is_sorted = changes
            .map(|change| change.get("at").num())
            .is_sorted_by(|one, next| one < next);
        ensure(is_sorted, "order of the zone's changes")?;
        if let Some(pilot) = activation.get("pilot").opt() {
            let base = pilot.get("base").num();
            let is_beside = base == self.programme.number && base != 0;
            ensure(is_beside && self.pilot.is_none(), "base of the pilot")?;
            let is_free = activation.get("scheduled").opt().is_none();
            ensure(is_free, "a pilot that was scheduled")?;
            let scope = pilot.get("scope");
            let is_for_some = match scope.kind() {
                "Tag" => !scope.get("0").text().is_empty(),
                _ => {
                    let stores: Vec<i128> = scope.get("0").list().iter().map(Value::num).collect();
                    !stores.is_empty() && stores.is_sorted_by(|one, next| one < next)
                }
            };
            ensure(is_for_some, "scope of the pilot")?;
            self.pilot = Some(number);
            return Ok(());
        }
        self.pilot = None;
        let files = activation.get("files").list().iter();
        let manifest = files
            .filter(|file| file.get("path").text() == "programme.toml")
            .find_map(|file| file.get("text").text().parse::<toml::Table>().ok());
        let zone = activation.get("zone");
        let change = |c: &Value| (c.get("at").num(), c.get("offset").num());
        let Some(manifest) = manifest else {
            return Err(Wrong::Unsupported("programme.toml".into()));
        };
        let starts = manifest["programme"].get("day_starts");
        let starts = starts.and_then(|s| s.as_str()?.split_once(':'));
        let minutes = |t: &str| t.parse::<i128>().unwrap();
        let text = |v: &toml::Value| v.as_str().unwrap().to_owned();
        let mut stores = BTreeMap::new();
        let listed = manifest.get("store").and_then(|s| s.as_array());
        for store in listed.into_iter().flatten() {
            let id = text(&store["id"]);
            let number = self.names.iter().find(|n| n.0.0 == "Store" && *n.1 == id);
            let terminals = store.get("terminals").and_then(|t| t.as_array());
            let terminals = terminals.into_iter().flatten().map(text).collect();
            stores.insert(number.unwrap().0.1, terminals);
        }
        let units = manifest.get("unit").and_then(|units| units.as_table());
        let parts = units.into_iter().flatten().filter_map(|(id, unit)| {
            let parts = unit.get("subunits")?.as_integer()?;
            Some((id.clone(), i128::from(parts)))
        });
        let parts = parts.collect();
        self.programme = Programme {
            number,
            offset: zone.get("offset").num(),
            changes: zone.get("changes").list().iter().map(change).collect(),
            day_starts: starts.map_or(0, |(h, m)| minutes(h) * 60 + minutes(m)),
            stores,
            parts,
        };
        Ok(())
    }

    fn once(&mut self, entry: &Value) -> Done {
        let (head, act) = (entry.get("head"), entry.get("act"));
        let mut all = Vec::new();
        let key = head.get("key").text();
        all.extend((!key.is_empty()).then(|| format!("key:{key}")));
        let receipt = match act.kind() {
            "Purchase" => act.get("0").get("receipt").text(),
            "Return" | "ReturnedWithoutSlip" => act.get("receipt").text(),
            _ => "",
        };
        if !receipt.is_empty() {
            let origin = head.get("origin");
            let place = origin.get("place");
            let (terminal, day) = (origin.get("terminal").text(), head.get("day").num());
            all.push(format!("receipt:{place:?}\0{terminal}\0{day}\0{receipt}"));
        }
        if act.kind() == "Purchase" {
            let purchase = act.get("0");
            let order = purchase.get("order").text();
            let scope = purchase.get("order_scope");
            all.extend((!order.is_empty()).then(|| format!("order:{order}\0{scope:?}")));
        }
        if act.kind() == "Activity" {
            let fields = act.get("fields").list();
            let marked = |f: &&Value| f.get("0").text().ends_with(['!', '*']);
            if let Some(field) = fields.iter().find(marked) {
                let is_for_all = field.get("0").text().ends_with('*');
                let first = entry.get("touched").list().first();
                let whose = first.filter(|_| !is_for_all).map(|t| t.get("member"));
                all.push(format!(
                    "{:?}{whose:?}{:?}",
                    act.get("activity"),
                    field.get("1")
                ));
            }
        }
        for one in all {
            let is_number = one.starts_with("receipt:") || one.starts_with("order:");
            let before = self.once.insert(one, self.next_seq);
            let is_given_back = is_number && before.is_some_and(|seq| self.undone.contains(&seq));
            ensure(before.is_none() || is_given_back, "used twice")?;
        }
        Ok(())
    }

    fn transfer(&mut self, unit: i128, from: Value, to: Value, n: i128) {
        *self.accounts.entry((unit, from)).or_default() -= n;
        *self.accounts.entry((unit, to)).or_default() += n;
    }

    fn effects(&mut self, entry: &Value) -> Done {
        let mut folding = Folding {
            ids: entry
                .get("touched")
                .list()
                .iter()
                .map(|t| t.get("member").bytes().to_vec())
                .collect(),
            lots: 0,
            moved: Vec::new(),
            qualified: Vec::new(),
        };
        for effect in entry.get("effects").list() {
            self.effect(&mut folding, entry, effect)?;
        }
        let mut after = Vec::new();
        for (who, unit) in &folding.moved {
            let member = self.member(&folding, *who)?;
            let lots = member.lots.values().filter(|lot| lot.unit == *unit);
            let sum: i128 = lots.map(|lot| lot.left).sum();
            let owed = member.owed.get(unit).copied().unwrap_or_default();
            ensure(sum <= AMOUNT_MAX && owed <= AMOUNT_MAX, "a sum's range")?;
            after.push((*who, *unit, sum - owed));
        }
        for (who, unit) in &folding.qualified {
            let ever = self.member(&folding, *who)?.ever.get(unit).copied();
            let ever = ever.unwrap_or_default();
            ensure(ever.abs() <= AMOUNT_MAX, "a sum's range")?;
            after.push((*who, *unit, ever));
        }
        let said = entry.get("after").list().iter();
        let said = said.map(|a| {
            (
                a.get("who").num(),
                a.get("unit").num(),
                a.get("balance").num(),
            )
        });
        ensure(said.eq(after.iter().copied()), "after")?;
        let mut outstanding: Vec<(i128, i128)> = Vec::new();
        for (_, unit) in &folding.moved {
            if outstanding.iter().all(|o| o.0 != *unit) {
                let of = |name: &str, tag| {
                    let account = Value::Record(tag, name.into(), vec![]);
                    self.accounts
                        .get(&(*unit, account))
                        .copied()
                        .unwrap_or_default()
                };
                outstanding.push((*unit, of("Lots", 0) + of("Deficit", 1)));
            }
        }
        let said = entry.get("outstanding").list().iter();
        let said = said.map(|o| (o.get("unit").num(), o.get("total").num()));
        ensure(said.eq(outstanding), "outstanding")
    }

    fn member(&mut self, folding: &Folding, who: i128) -> Result<&mut Member, Wrong> {
        let id = folding.ids.get(who as usize);
        let member = id.and_then(|id| self.members.get_mut(id));
        member.ok_or(Wrong::Bad("no such member".into()))
    }

    /// Account that a wrong code counts against: a member, a terminal or a channel.
    fn guesser(&self, folding: &Folding, effect: &Value) -> Result<Value, Wrong> {
        let at = |name: &str, whose: &Value| {
            Value::Record(
                0,
                name.into(),
                vec![
                    ("place".into(), effect.get("place").clone()),
                    ("whose".into(), whose.clone()),
                ],
            )
        };
        if let Some(who) = effect.get("who").opt() {
            let id = folding.ids.get(who.num() as usize);
            let id = id.filter(|id| self.members.contains_key(*id));
            let id = id.ok_or(Wrong::Bad("no such member".into()))?;
            return Ok(Value::Bytes(id.clone()));
        }
        Ok(match effect.get("terminal").text() {
            "" => at("channel", effect.get("channel")),
            _ => at("terminal", effect.get("terminal")),
        })
    }

    fn open(&mut self, folding: &mut Folding, who: i128, lot: Lot) -> Result<LotId, Wrong> {
        let id = (self.next_seq, folding.lots);
        folding.lots += 1;
        self.member(folding, who)?.lots.insert(id, lot);
        Ok(id)
    }

    fn owe(&mut self, folding: &Folding, who: i128, unit: i128, n: i128, with: Value) -> Done {
        let owed = self.member(folding, who)?.owed.entry(unit).or_default();
        *owed += n;
        ensure(*owed >= 0, "more is filled than is owed")?;
        self.transfer(unit, account("Deficit", 1), with, n);
        Ok(())
    }

    fn effect(&mut self, folding: &mut Folding, entry: &Value, effect: &Value) -> Done {
        let num = |field: &str| effect.get(field).num();
        let lots = || account("Lots", 0);
        match effect.kind() {
            "Award" => {
                let (who, unit, amount, fills) =
                    (num("who"), num("unit"), num("amount"), num("fills"));
                ensure(0 <= fills && fills <= amount, "fills")?;
                folding.mark(who, unit);
                let from = effect.get("from");
                outside(from)?;
                if fills > 0 {
                    self.owe(folding, who, unit, -fills, from.clone())?;
                }
                let left = amount - fills;
                if left > 0 {
                    self.open(
                        folding,
                        who,
                        Lot {
                            unit,
                            left,
                            held: 0,
                        },
                    )?;
                    self.transfer(unit, from.clone(), lots(), left);
                }
                let member = self.member(folding, who)?;
                if from.kind() == "Issuance" {
                    *member.ever.entry(unit).or_default() += amount;
                }
            }
            "Voucher" => {
                let (who, unit) = (num("who"), num("unit"));
                folding.mark(who, unit);
                self.open(
                    folding,
                    who,
                    Lot {
                        unit,
                        left: 1,
                        held: 0,
                    },
                )?;
                self.transfer(unit, account("Issuance", 2), lots(), 1);
            }
            "Debit" => {
                outside(effect.get("to"))?;
                let (who, unit, amount, id) =
                    (num("who"), num("unit"), num("amount"), lot_id(effect));
                folding.mark(who, unit);
                let all = &mut self.member(folding, who)?.lots;
                let Some(lot) = all.get_mut(&id) else {
                    return bad("no such lot");
                };
                ensure(
                    lot.unit == unit && amount > 0 && amount <= lot.left - lot.held,
                    "debit",
                )?;
                lot.left -= amount;
                if lot.left == 0 {
                    all.remove(&id);
                }
                self.transfer(unit, lots(), effect.get("to").clone(), amount);
            }
            "Restore" => {
                outside(effect.get("from"))?;
                let (who, unit, amount) = (num("who"), num("unit"), num("amount"));
                folding.mark(who, unit);
                let all = &mut self.member(folding, who)?.lots;
                let lot = all.entry(lot_id(effect)).or_insert(Lot {
                    unit,
                    left: 0,
                    held: 0,
                });
                ensure(lot.unit == unit && amount > 0, "restore")?;
                lot.left += amount;
                self.transfer(unit, effect.get("from").clone(), lots(), amount);
            }
            "Owe" => {
                folding.mark(num("who"), num("unit"));
                let with = effect.get("with").clone();
                outside(&with)?;
                self.owe(folding, num("who"), num("unit"), num("amount"), with)?;
            }
            "Moved" => {
                let (from, to) = (effect.get("from").clone(), effect.get("to").clone());
                outside(&from)?;
                outside(&to)?;
                self.transfer(num("unit"), from, to, num("amount"));
            }
            "Qualify" => {
                let (who, unit) = (num("who"), num("unit"));
                if !folding.qualified.contains(&(who, unit)) {
                    folding.qualified.push((who, unit));
                }
                *self.member(folding, who)?.ever.entry(unit).or_default() += num("amount");
            }
            _ => return self.held(folding, entry, effect),
        }
        Ok(())
    }

    fn held(&mut self, folding: &mut Folding, entry: &Value, effect: &Value) -> Done {
        let num = |field: &str| effect.get(field).num();
        match effect.kind() {
            "HoldOpened" => {
                let hold = Hold {
                    seq: self.next_seq,
                    unit: num("unit"),
                    ..Hold::default()
                };
                self.member(folding, num("who"))?.holds.push(hold);
            }
            "Held" => {
                let (unit, amount, id) = (num("unit"), num("amount"), lot_id(effect));
                folding.mark(num("who"), unit);
                let member = self.member(folding, num("who"))?;
                let Some(lot) = member.lots.get_mut(&id) else {
                    return bad("no such lot");
                };
                lot.held += amount;
                ensure(
                    lot.unit == unit && lot.held >= 0 && lot.held <= lot.left,
                    "held",
                )?;
                let is_it = |h: &&mut Hold| (h.seq, h.unit) == (num("hold"), unit);
                let Some(hold) = member.holds.iter_mut().find(is_it) else {
                    return bad("no such hold");
                };
                let part = hold.parts.entry(id).or_default();
                *part += amount;
                ensure(*part >= 0, "held")?;
                hold.parts.retain(|_, part| *part != 0);
            }
            "HoldClosed" => {
                let holds = &mut self.member(folding, num("who"))?.holds;
                let is_it = |h: &Hold| h.seq == num("hold") && h.parts.is_empty();
                let Some(at) = holds.iter().position(is_it) else {
                    return bad("no such hold is at its end");
                };
                holds.remove(at);
            }
            "LotMoved" => self.lot_moved(folding, effect)?,
            "Absorbed" => {
                let (from, into) = (num("from"), num("into"));
                let ever = self.member(folding, from)?.ever.clone();
                let id = folding.ids[from as usize].clone();
                let is_undone = num("is_undone") == 1;
                let member = self.member(folding, into)?;
                match (is_undone, member.absorbed.iter().rposition(|a| *a == id)) {
                    (false, _) => member.absorbed.push(id),
                    (true, Some(at)) => drop(member.absorbed.remove(at)),
                    (true, None) => return bad("it was not absorbed"),
                }
                for (unit, sum) in ever {
                    *member.ever.entry(unit).or_default() += if is_undone { -sum } else { sum };
                }
            }
            "Standing" => {
                let Some(id) = folding.ids.get(num("who") as usize) else {
                    return bad("no such member");
                };
                let standing = effect.get("standing");
                if standing.kind() == "MergedInto" {
                    let other = standing.get("0").num();
                    let is_gone = self.member(folding, other)?.is_gone;
                    ensure(other != num("who") && !is_gone, "merged into nobody")?;
                }
                match standing.kind() {
                    "Active" => self.members.entry(id.clone()).or_default().is_gone = false,
                    _ => self.member(folding, num("who"))?.is_gone = true,
                }
            }
            "Released" | "Extended" => {
                let lots = &self.member(folding, num("who"))?.lots;
                ensure(lots.contains_key(&lot_id(effect)), "no such lot")?;
            }
            _ => return self.global(folding, entry, effect),
        }
        Ok(())
    }

    fn lot_moved(&mut self, folding: &mut Folding, effect: &Value) -> Done {
        let num = |field: &str| effect.get(field).num();
        let (who, to, unit, amount, id) = (
            num("who"),
            num("to"),
            num("unit"),
            num("amount"),
            lot_id(effect),
        );
        folding.mark(who, unit);
        let member = self.member(folding, who)?;
        let Some(lot) = member.lots.get_mut(&id) else {
            return bad("no such lot");
        };
        let is_whole = amount == lot.left;
        ensure(lot.unit == unit && amount > 0, "lot moved")?;
        ensure(is_whole || amount <= lot.left - lot.held, "lot moved")?;
        let mut taken = Lot {
            unit,
            left: amount,
            held: 0,
        };
        let mut parts = Vec::new();
        match is_whole {
            false => lot.left -= amount,
            true => {
                taken.held = lot.held;
                member.lots.remove(&id);
                for hold in &mut member.holds {
                    if let Some(part) = hold.parts.remove(&id) {
                        parts.push((hold.seq, hold.unit, part));
                    }
                }
                let moved = |h: &Hold| parts.iter().any(|p| p.0 == h.seq);
                member.holds.retain(|h| !(moved(h) && h.parts.is_empty()));
            }
        }
        let pass = member.passes.iter().find(|p| *p.1 == id).map(|p| *p.0);
        pass.iter().for_each(|unit| _ = member.passes.remove(unit));
        folding.mark(to, unit);
        let new = self.open(folding, to, taken)?;
        let other = self.member(folding, to)?;
        pass.iter()
            .for_each(|unit| _ = other.passes.insert(*unit, new));
        for (seq, unit, part) in parts {
            if !other.holds.iter().any(|h| h.seq == seq) {
                other.holds.push(Hold {
                    seq,
                    unit,
                    ..Hold::default()
                });
            }
            let hold = other.holds.iter_mut().find(|h| h.seq == seq).unwrap();
            hold.parts.insert(new, part);
        }
        Ok(())
    }

    fn global(&mut self, folding: &Folding, entry: &Value, effect: &Value) -> Done {
        let num = |field: &str| effect.get(field).num();
        match effect.kind() {
            "Pass" => {
                let member = self.member(folding, num("who"))?;
                let lot = member.lots.get(&lot_id(effect));
                ensure(
                    lot.is_some_and(|lot| lot.unit == num("unit")),
                    "no such pass",
                )?;
                member.passes.insert(num("unit"), lot_id(effect));
            }
            "BenefitUsed" => {
                let member = self.member(folding, num("who"))?;
                let lot = member.passes.get(&num("unit"));
                let is_open = lot.is_some_and(|lot| member.lots.contains_key(lot));
                ensure(is_open || num("amount") < 0, "no such pass")?;
            }
            "PartnerSet" => {
                let is_active = num("is_active") == 1;
                let changed = match is_active {
                    true => self.suspended.remove(&num("partner")),
                    false => self.suspended.insert(num("partner")),
                };
                ensure(changed, "the partner is in that state")?;
            }
            "PartnerOwes" => self.partners += num("amount"),
            "Pooled" => {
                let effects = entry.get("effects").list().iter();
                let is_voided = effects.clone().any(|e| e.kind() == "Voided");
                let is_payment = num("campaign") == 0 && num("amount") < 0 && !is_voided;
                let pool = self.pools.entry(num("pool")).or_default();
                *pool += num("amount");
                ensure(
                    !is_payment || *pool >= 0,
                    "more is paid than the pool holds",
                )?;
            }
            "Terminal" => {
                let terminal = (num("store"), effect.get("terminal").text().to_owned());
                let counter = num("counter");
                let before = self.terminals.get(&terminal).copied();
                let next_to = |(greatest, last)| if counter > greatest { greatest } else { last };
                let missing = before.map_or(0, |before| (counter - next_to(before) - 1).max(0));
                ensure(num("missing") == missing, "missing")?;
                let greatest = before.map_or(counter, |before| counter.max(before.0));
                self.terminals.insert(terminal, (greatest, counter));
            }
            "Counted" => {
                let scope = effect.get("scope");
                if scope.kind() == "Member" {
                    self.member(folding, scope.get("0").num())?;
                }
            }
            "Voided" => drop(self.undone.insert(num("of"))),
            "GuessCounted" => drop(self.guesser(folding, effect)?),
            "GuessLock" => {
                let party = (self.guesser(folding, effect)?, effect.get("kind").clone());
                let now = entry.get("head").get("effective").num();
                let stands = self.locks.get(&party).is_some_and(|until| *until > now);
                match effect.get("until").opt().map(Value::num) {
                    Some(until) => {
                        ensure(until > now && !stands, "a lock that stands or is over")?;
                        self.locks.insert(party, until);
                    }
                    None => {
                        ensure(stands, "no lock to lift")?;
                        self.locks.remove(&party);
                    }
                }
            }
            "OutboxRead" => {
                let at =
                    |position: &Value| (position.get("seq").num(), position.get("index").num());
                let to = at(effect.get("to"));
                ensure(to.0 < entry.get("seq").num(), "acknowledged ahead")?;
                let name = effect.get("consumer").text().to_owned();
                let before = self.consumers.insert(name, to);
                ensure(
                    before.is_none_or(|before| before < to),
                    "acknowledged backwards",
                )?;
            }
            "Cut" | "MessageFor" | "Discounted" | "DiscountDiffers" | "Failed" | "Warned"
            | "RewardUsed" | "Drawn" | "Allocated" | "TenderLeftOut" | "RefundedAs"
            | "Campaign" | "Tuned" | "Closed" | "Returned" | "Claimed" => {}
            // Values that are set, added or told for a member.
            _ => drop(self.member(folding, num("who"))?),
        }
        Ok(())
    }

    /// Units by id, each with its number and the parts of a whole one.
    pub fn units(&self) -> BTreeMap<String, (i128, i128)> {
        let units = self.names.iter().filter(|name| name.0.0 == "Unit");
        units
            .map(|((_, number), id)| {
                let parts = self.programme.parts.get(id).copied().unwrap_or(1);
                (id.clone(), (*number, parts))
            })
            .collect()
    }

    /// Checks that accounts add up to zero in each unit.
    pub fn end(&self) -> Result<(), String> {
        let mut sums: BTreeMap<i128, i128> = BTreeMap::new();
        for ((unit, _), sum) in &self.accounts {
            *sums.entry(*unit).or_default() += sum;
        }
        match sums.values().all(|sum| *sum == 0) {
            true => Ok(()),
            false => Err("accounts do not add up".into()),
        }
    }
}

fn account(name: &str, tag: u32) -> Value {
    Value::Record(tag, name.into(), vec![])
}

struct Folding {
    ids: Vec<Id>,
    lots: i128,
    /// Pairs of member and unit, as they were first named.
    moved: Vec<(i128, i128)>,
    qualified: Vec<(i128, i128)>,
}

impl Folding {
    fn mark(&mut self, who: i128, unit: i128) {
        if !self.moved.contains(&(who, unit)) {
            self.moved.push((who, unit));
        }
    }
}
