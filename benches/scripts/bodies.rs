//! A loop for each function that scripts are offered, with operands that make it
//! as slow as it can be: the bench measures them, and a test holds that none of
//! the functions is missing.

/// One loop.
pub struct Body {
    /// The function's name, as the price lists have it.
    pub of: &'static str,
    /// The hook that it stands in.
    pub hook: &'static str,
    /// Statements before the loop.
    pub before: &'static str,
    /// Statement repeated in the loop.
    pub body: &'static str,
}

/// Loop of the cheapest step: the unit that every other function is compared with.
pub const PLAIN: Body = body("plain", "", "n += 1;");

const BIG: &str = "let big = []; for i in range(0, 900) { big.push(i); } let other = big;";
const TEXTS: &str = "let list = []; for i in range(0, 300) { list.push(`text ${i}`); }";
const TEXT: &str =
    "let text = \"x\"; while text.len() < 2000 { text += text; } let same = text + \"\";";
const MAP: &str = "let m = #{}; for i in range(0, 150) { m[`k${i}`] = i; } let other = m;";
const LINES: &str = "let lines = purchase.lines;";
const FUNCTIONS: &str = "let list = []; for i in range(0, 300) { list.push(|x| x); }";
const NUMBERS: &str = "let list = []; for i in range(0, 900) { list.push(i * 1.5); }";
/// As many ranges as there may be.
const SWITCH: &str = "switch 1.5 { 10..11 => 1, 20..21 => 1, 30..31 => 1, 40..41 => 1, 50..51 => 1, 60..61 => 1, 70..71 => 1, 80..81 => 1, 90..91 => 1, 100..101 => 1, 110..111 => 1, 120..121 => 1, 130..131 => 1, 140..141 => 1, 150..151 => 1, 160..161 => 1, 170..171 => 1, 180..181 => 1, 190..191 => 1, 200..201 => 1, 210..211 => 1, 220..221 => 1, 230..231 => 1, 240..241 => 1, 250..251 => 1, 260..261 => 1, 270..271 => 1, 280..281 => 1, 290..291 => 1, 300..301 => 1, 310..311 => 1, 320..321 => 1, 330..331 => 1, 340..341 => 1, 350..351 => 1, 360..361 => 1, 370..371 => 1, 380..381 => 1, 390..391 => 1, 400..401 => 1, _ => 2 };";
/// Lists within lists.
const NEST: &str = "let nest = []; for i in range(0, 24) { let row = []; for j in range(0, 20) { row.push([i]); } nest.push(row); } let other = nest;";
/// As many variables as there may be.
const MANY: &str = "let a0 = 0; let a1 = 0; let a2 = 0; let a3 = 0; let a4 = 0; let a5 = 0; let a6 = 0; let a7 = 0; let a8 = 0; let a9 = 0; let b0 = 0; let b1 = 0; let b2 = 0; let b3 = 0; let b4 = 0; let b5 = 0; let b6 = 0; let b7 = 0; let b8 = 0; let b9 = 0; let c0 = 0; let c1 = 0; let c2 = 0; let c3 = 0; let c4 = 0; let c5 = 0; let c6 = 0; let c7 = 0; let c8 = 0; let c9 = 0; let d0 = 0; let d1 = 0; let d2 = 0; let d3 = 0; let d4 = 0; let d5 = 0; let d6 = 0; let d7 = 0; let d8 = 0; let d9 = 0; let e0 = 0; let e1 = 0; let e2 = 0; let e3 = 0; let e4 = 0; let e5 = 0; let e6 = 0; let e7 = 0; let e8 = 0; let e9 = 0;";
/// Decimals of as many digits as there can be.
const LONGEST: &str =
    "let d = 7.922816251426433759354395033; let e = 0.0000000003141592653589793238;";
const LONG: &str = "let d = 1.234567890123456789; let e = 987654.321;";

const fn body(of: &'static str, before: &'static str, body: &'static str) -> Body {
    on("on_purchase", of, before, body)
}

const fn on(
    hook: &'static str,
    of: &'static str,
    before: &'static str,
    body: &'static str,
) -> Body {
    Body {
        of,
        hook,
        before,
        body,
    }
}

/// Functions of the language that no script can name.
pub const OUT_OF_REACH: &[&str] = &[
    "bits",
    "ceiling",
    "chars",
    "end",
    "is_exclusive",
    "is_inclusive",
    "start",
    "get$bits",
    "exit",
    "parse_json",
    "sleep",
];

/// All loops.
pub const BODIES: &[Body] = &[
    // What no function does.
    body("=", TEXT, "text[1] = 'y';"),
    body("=", NEST, "let x = nest;"),
    body("=", LINES, "let x = lines;"),
    body("=", LINES, "for line in lines { break; }"),
    body("=", FUNCTIONS, "let x = list;"),
    body("=", NUMBERS, "let x = list;"),
    body("=", TEXTS, "let x = list;"),
    body("switch", "", SWITCH),
    body("=", NEST, "nest[3][2][0] = 4;"),
    body("=", NEST, "try { throw nest; } catch (e) { }"),
    body("=", MANY, "a0 += 1;"),
    body("=", "", "try { parse_int(\"x\") } catch (e) { let f = e; }"),
    body("=", "", "try { let x = 1 / 0; } catch (e) { e; }"),
    body("map", NEST, "nest.map(|x| x);"),
    body("reduce", BIG, "big.reduce(|s, x| [s], 0);"),
    body("contains", NEST, "nest.contains(other);"),
    body("trim", "let t = \"\";", "t.trim();"),
    body("clear", "let m = #{};", "m.clear();"),
    body("contains", "", "3 in 0..10;"),
    // The language: operators.
    body("!", "let b = true;", "b = !b;"),
    body("!=", BIG, "big != other;"),
    body("!=", TEXT, "text != same;"),
    body("+", TEXT, "let t = text + same;"),
    body("+", LONG, "let y = d + e;"),
    body("+", BIG, "let y = [1] + [2];"),
    body("+=", BIG, "let a = []; a += big;"),
    body(
        "+=",
        "let t = \"\";",
        "t += \"a\"; if n > 500 { t = \"\"; n = 0; } n += 1;",
    ),
    body("-", TEXT, "let t = text - \"y\";"),
    body("-", "let n = 1;", "n = -n;"),
    body("-=", TEXT, "text -= \"y\";"),
    body("<", TEXT, "text < same;"),
    body("<=", TEXT, "text <= same;"),
    body("==", BIG, "big == other;"),
    body("==", MAP, "m == other;"),
    body("==", TEXTS, "list == list;"),
    body(">", TEXT, "text > same;"),
    body(">=", TEXT, "text >= same;"),
    body("*", LONG, "let y = d * e;"),
    body("/", LONG, "let y = d / 3.7;"),
    body("%", LONG, "let y = e % d;"),
    // Numbers.
    body("abs", "", "abs(-5);"),
    body("floor", LONG, "floor(d);"),
    body("ceil", LONG, "ceil(d);"),
    body("half_up", LONG, "half_up(d);"),
    body("half_even", LONG, "half_even(d);"),
    body("min", LONG, "min(d, 3);"),
    body("max", LONG, "max(d, 3);"),
    body("to_decimal", "", "to_decimal(5);"),
    body("to_int", LONG, "to_int(d);"),
    body("to_string", LONG, "d.to_string();"),
    body("to_string", "let i = 5;", "i.to_string();"),
    body("to_string", LONGEST, "d.to_string();"),
    body("parse_int", TEXT, "try { parse_int(text); } catch { }"),
    body("parse_int", "", "parse_int(\"123456\");"),
    body(
        "parse_decimal",
        TEXT,
        "try { parse_decimal(text); } catch { }",
    ),
    body("parse_decimal", "", "parse_decimal(\"1234.5678\");"),
    body("percent_of", LONG, "percent_of(e, d);"),
    body("steps", LONG, "steps(e, d);"),
    body("zhe", "", "zhe(\"8.5\");"),
    body("zhe", BIG, "try { zhe(big); } catch { }"),
    body("days_after", "", "days_after(\"2026-01-01\", 40_000);"),
    body("months_after", "", "months_after(\"2026-01-31\", 1_200);"),
    body("range", "", "for i in range(0, 100, 7) { }"),
    // Texts.
    body("len", TEXT, "text.len();"),
    body("get$len", TEXT, "text.len;"),
    body("is_empty", TEXT, "text.is_empty();"),
    body("get$is_empty", TEXT, "text.is_empty;"),
    body("get$chars", TEXT, "text.chars;"),
    body("contains", TEXT, "text.contains(\"xxxxxxy\");"),
    body("starts_with", TEXT, "text.starts_with(same);"),
    body("ends_with", TEXT, "text.ends_with(same);"),
    body("index_of", TEXT, "text.index_of(\"xxxxy\");"),
    body("sub_string", TEXT, "text.sub_string(1, 1990);"),
    body("split", TEXT, "text.split(\"y\");"),
    body("split", "let t = \"a,b,c,d,e,f,g,h\";", "t.split(\",\");"),
    body("to_upper", TEXT, "text.to_upper();"),
    body("to_lower", TEXT, "text.to_lower();"),
    body("trim", TEXT, "text.trim();"),
    body("replace", TEXT, "text.replace(\"y\", \"z\");"),
    body(
        "replace",
        "let t = \"abababab\";",
        "t.replace(\"a\", \"b\"); t.replace(\"b\", \"a\");",
    ),
    body("to_string", BIG, "big.to_string();"),
    body("to_string", MAP, "m.to_string();"),
    body("get$start", "let r = 0..5;", "r.start;"),
    body("get$end", "let r = 0..5;", "r.end;"),
    body("get$is_exclusive", "let r = 0..5;", "r.is_exclusive;"),
    body("get$is_inclusive", "let r = 0..5;", "r.is_inclusive;"),
    // Lists and maps.
    body("len", BIG, "big.len();"),
    body("push", BIG, "big.push(1); big.pop();"),
    body("pop", BIG, "big.pop(); big.push(1);"),
    body("shift", BIG, "big.shift(); big.push(1);"),
    body("insert", BIG, "big.insert(0, 1); big.pop();"),
    body("remove", BIG, "big.remove(0); big.push(1);"),
    body("remove", MAP, "m.remove(\"k7\");"),
    body("clear", MAP, "let a = m; a.clear();"),
    body("reverse", BIG, "big.reverse();"),
    body("sort", BIG, "big.sort();"),
    body("sort", TEXTS, "list.sort();"),
    body("sort", BIG, "big.sort(|a, b| b - a);"),
    body("contains", BIG, "big.contains(-1);"),
    body("contains", MAP, "m.contains(\"k149\");"),
    body("index_of", BIG, "big.index_of(-1);"),
    body("index_of", BIG, "big.index_of(|x| x == -1);"),
    body("filter", BIG, "big.filter(|x| x > 5);"),
    body("map", BIG, "big.map(|x| x + 1);"),
    body("reduce", BIG, "big.reduce(|sum, x| sum + x, 0);"),
    body("some", BIG, "big.some(|x| x == -1);"),
    body("all", BIG, "big.all(|x| x >= 0);"),
    body("find", BIG, "big.find(|x| x == -1);"),
    body("keys", MAP, "m.keys();"),
    body("values", MAP, "m.values();"),
    body("type_of", BIG, "type_of(big);"),
    body("call", BIG, "let f = |x| x; f.call(big);"),
    // The engine's own work.
    body("copy", BIG, "let copy = big;"),
    body("copy", MAP, "let copy = m;"),
    body("index", BIG, "let x = big[899];"),
    body("index", MAP, "let x = m.k149;"),
    body("in", BIG, "if -1 in big { }"),
    body("for", TEXT, "for c in text { break; }"),
    body("for", BIG, "for x in big { break; }"),
    body("interpolate", LONGEST, "let t = `${d}${e}`;"),
    body("interpolate", "", "let t = `${n}${n}${n}${n}`;"),
    body("+", LONGEST, "let t = \"\" + d;"),
    body("+", TEXTS, "let t = \"\" + list;"),
    body("+", MAP, "try { let t = \"\" + m; } catch { }"),
    body("interpolate", TEXTS, "let t = `${list}`;"),
    body("+=", LONGEST, "let t = \"\"; t += d;"),
    body("==", LONGEST, "d == e;"),
    body("/", LONGEST, "let y = d / e;"),
    body("*", LONGEST, "try { let y = d * 7.0; } catch { }"),
    body("%", LONGEST, "let y = d % e;"),
    body("interpolate", TEXT, "let t = `${text}${same}`;"),
    body("switch", BIG, "switch big { 1 => 2, _ => 3 }"),
    body("throw", TEXT, "try { throw text; } catch (e) { }"),
    body("missing", BIG, "try { big[1000]; } catch (e) { }"),
    // Proposals.
    body("award", "", "try { award(\"star\", 1); } catch { }"),
    body(
        "award",
        LONG,
        "try { award(\"star\", d, \"a reason that is printed\"); } catch { }",
    ),
    body("award", TEXT, "try { award(text, 1); } catch { }"),
    body("award", TEXT, "try { award(\"star\", 1, text); } catch { }"),
    body("award", BIG, "try { award(\"star\", big); } catch { }"),
    body("issue", "", "try { issue(\"coffee\", \"why\"); } catch { }"),
    body("discount", LONG, "try { discount(d, \"why\"); } catch { }"),
    body(
        "remember",
        "",
        "try { remember(\"k\", \"a value that is kept\"); } catch { }",
    ),
    body("forget", "", "try { forget(\"k\"); } catch { }"),
    body("tag", "", "try { tag(\"vip\"); } catch { }"),
    body("tag", TEXT, "try { tag(text); } catch { }"),
    body("untag", "", "try { untag(\"vip\"); } catch { }"),
    body(
        "message",
        "",
        "try { message(\"hello\", #{ a: 1, b: \"two\" }); } catch { }",
    ),
    body("message", MAP, "try { message(\"hello\", m); } catch { }"),
    body(
        "refer",
        "",
        "try { refer(\"star\", 1, \"why\"); } catch { }",
    ),
    body(
        "grant",
        "",
        "try { grant(\"prime\", \"2027-01-01\", \"why\"); } catch { }",
    ),
    body("benefit", "", "try { benefit(\"prime\", 1.50); } catch { }"),
    body(
        "contribute",
        "",
        "try { contribute(\"trees\", 0.10); } catch { }",
    ),
    on(
        "on_redeem",
        "refuse",
        "",
        "try { refuse(\"no\", \"why not\"); } catch { }",
    ),
    on(
        "on_return",
        "take_back",
        "",
        "try { take_back(\"star\"); } catch { }",
    ),
    on(
        "on_review",
        "tune",
        "",
        "try { tune(\"rate\", 1.5); } catch { }",
    ),
    on(
        "on_review",
        "pause",
        "",
        "try { pause(\"too few\"); } catch { }",
    ),
    body("tuned", "", "tuned(\"rate\");"),
    body("chance", "", "try { chance(6); } catch { }"),
    body("campaign", "", "try { campaign(#{}); } catch { }"),
    body("tiers", "", "try { tiers(#{}); } catch { }"),
    body("reward", "", "try { reward(#{}); } catch { }"),
    // Facts.
    body("balance", "", "member.balance(\"star\");"),
    body("qualifying", "", "member.qualifying(\"year-star\");"),
    body("visits", "", "member.visits(\"12 months\");"),
    body("spend", "", "member.spend(\"year\");"),
    body("earned", "", "member.earned(\"star\", \"month\");"),
    body("has_tag", "", "member.has_tag(\"vip\");"),
    body("consents", "", "member.consents(\"marketing\");"),
    body("memo", "", "member.memo(\"k\");"),
    body("attribute", "", "member.attribute(\"sweetness\");"),
    body("is_targeted", "", "member.is_targeted(\"x\");"),
    body("months_active", "", "member.months_active(12);"),
    body("activities", "", "member.activities(\"run\", 30);"),
    body("has_pass", "", "member.has_pass(\"prime\");"),
    body("pass_uses", "", "member.pass_uses(\"prime\");"),
    body(
        "pass_promise",
        "",
        "member.pass_promise(\"prime\", \"price\");",
    ),
    body("tier_at_least", "", "member.tier_at_least(\"base\");"),
    body("base", "", "purchase.base(\"star\");"),
    body("base", "let l = purchase.lines[0];", "l.base(\"star\");"),
    body("earning_in", "", "purchase.earning_in(\"coffee\");"),
    body("count_in", "", "purchase.count_in(\"coffee\");"),
    body("charge", "", "purchase.charge(\"delivery\");"),
    on("on_activity", "field", "", "activity.field(\"km\");"),
    on("on_review", "given", "", "figures.given(\"star\");"),
    // Getters.
    body("get$total", "", "purchase.total;"),
    body("get$subtotal", "", "purchase.subtotal;"),
    body("get$discountable", "", "purchase.discountable;"),
    body("get$earning", "", "purchase.earning;"),
    body("get$lines", "", "purchase.lines;"),
    body("get$tenders", "", "purchase.tenders;"),
    body("get$store", "", "purchase.store;"),
    body("get$partner", "", "purchase.partner;"),
    body("get$terminal", "", "purchase.terminal;"),
    body("get$channel", "", "purchase.channel;"),
    body("get$codes", "", "purchase.codes;"),
    body("get$date", "", "purchase.date;"),
    body("get$weekday", "", "purchase.weekday;"),
    body("get$hour", "", "purchase.hour;"),
    body("get$minute", "", "purchase.minute;"),
    body("get$bought", "", "purchase.bought;"),
    body("get$returned", "", "purchase.returned;"),
    body("get$number", "let l = purchase.lines[0];", "l.number;"),
    body(
        "get$is_discountable",
        "let l = purchase.lines[0];",
        "l.is_discountable;",
    ),
    body("get$sku", "let l = purchase.lines[0];", "l.sku;"),
    body("get$category", "let l = purchase.lines[0];", "l.category;"),
    body("get$tags", "let l = purchase.lines[0];", "l.tags;"),
    body("get$qty", "let l = purchase.lines[0];", "l.qty;"),
    body("get$amount", "let l = purchase.lines[0];", "l.amount;"),
    body("get$kind", "let t = purchase.tenders[0];", "t.kind;"),
    body("get$is_known", "", "member.is_known;"),
    body("get$tier", "", "member.tier;"),
    body("get$days_since_purchase", "", "member.days_since_purchase;"),
    body("get$birthday_today", "", "member.birthday_today;"),
    body("get$birthday_this_month", "", "member.birthday_this_month;"),
    body("get$months_enrolled", "", "member.months_enrolled;"),
    body(
        "get$months_since_first_purchase",
        "",
        "member.months_since_first_purchase;",
    ),
    body("get$was_referred", "", "member.was_referred;"),
    body("get$rfm", "", "member.rfm;"),
    on("on_redeem", "get$reward", "", "redemption.reward;"),
    on("on_redeem", "get$unit", "", "redemption.unit;"),
    on("on_redeem", "get$points", "", "redemption.points;"),
    on("on_redeem", "get$on_bill", "", "redemption.on_bill;"),
    on("on_redeem", "get$purchase", "", "redemption.purchase;"),
    on("on_activity", "get$id", "", "activity.id;"),
    on("on_activity", "get$label", "", "activity.label;"),
    on("on_day", "get$last", "", "day.last;"),
    on("on_day", "get$years", "", "day.years;"),
    on("on_review", "get$issued", "", "figures.issued;"),
    on("on_review", "get$matured", "", "figures.matured;"),
    on("on_review", "get$used", "", "figures.used;"),
    on("on_review", "get$voided", "", "figures.voided;"),
    on("on_review", "get$lapsed", "", "figures.lapsed;"),
];

/// The parameters of a hook.
pub fn parameters(hook: &str) -> &'static str {
    match hook {
        "on_redeem" => "redemption, member",
        "on_activity" => "activity, member",
        "on_day" => "day, member",
        "on_review" => "figures",
        _ => "purchase, member",
    }
}

const TUNABLE: &str = ", tunable: #{ rate: #{ start: 1.0, min: 0.5, max: 2.0 } }";
/// The programme that the loops run in.
const PROGRAMME: &str = include_str!("programme.toml");
const TIERS: &str = "tiers(#{ levels: [\"base\"] });\nfn qualify(member) { \"base\" }\n";

/// The files of a programme with such a campaign.
pub fn files(one: &Body) -> Vec<(String, Vec<u8>)> {
    let files = [
        ("programme.toml", PROGRAMME.to_owned()),
        ("campaigns/x.rhai", campaign(one)),
        ("tiers.rhai", TIERS.to_owned()),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.into_bytes()));
    files.to_vec()
}

/// A campaign whose only function runs a loop until its steps are used up.
pub fn campaign(one: &Body) -> String {
    let Body {
        hook, before, body, ..
    } = one;
    let on_day = match *hook {
        "on_day" => ", on_day: #{ birthday: true }",
        _ => "",
    };
    // A constant marked as tunable must be tuned.
    let (tunable, tuning) = match one.of {
        "tune" => (TUNABLE, ""),
        "tuned" => (TUNABLE, "fn on_review(figures) { tune(\"rate\", 1.5); }\n"),
        _ => ("", ""),
    };
    format!(
        "campaign(#{{ id: \"x\", title: \"X\"{tunable}{on_day} }});\n\
         {tuning}fn {hook}({}) {{ let n = 0; {before}\nloop {{ {body} }} }}\n",
        parameters(hook)
    )
}
