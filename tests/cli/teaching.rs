//! Help for people who write programmes: the reference at a prompt.

use crate::shop::Shop;

// proves: TE2
#[test]
fn a_word_is_explained_in_two_languages_and_a_wrong_one_is_put_right() {
    let shop = Shop::plain();
    let award = shop.run("policy help award").ends(0);
    award.says(&[
        "award(unit, amount, [why], [options])",
        "example: award(\"star\"",
        "story: +29 star",
    ]);
    let tier = shop.run("policy help member.tier").ends(0);
    tier.says(&["member.tier", "default: ()", "given alice gold"]);
    let chinese = shop.run("policy help award --lang zh").ends(0);
    chinese.says(&["给积分", "示例: award("]);
    shop.run("policy help 给积分").ends(0).says(&["award("]);
    let key = shop.run("policy help weekday").ends(0);
    key.says(&["campaign: when.weekday", "purchase.weekday", "day.weekday"]);
    let wrong = shop.run("policy help awrad").ends(2);
    wrong.says(&["awrad", "did you mean 'award'?"]);
    let part = shop.run("policy help irthday_t").ends(0);
    part.says(&["member.birthday_today", "member.birthday_this_month"]);
    let all = shop.run("policy help").ends(0);
    assert!(all.out.lines().count() > 300);
    all.says(&[
        "facts:",
        "keys of programme.toml:",
        "checks in stories:",
        "purchase.total",
    ]);
    let chinese = shop.run("policy help --lang zh").ends(0);
    chinese.says(&["可读取的事实:", "应付总额"]);
    let tutorial = shop.run("policy help tutorial").ends(0);
    tutorial.says(&[
        "**8. Let it take effect.**",
        "award(\"star\", floor(purchase.earning)",
    ]);
    let story = shop.run("policy help stories").ends(0);
    story.says(&["programme corner-cafe", "**A refusal**"]);
    let codes = shop.run("policy help refusals").ends(0);
    codes.says(&[
        "over_limit  more than may be spent",
        "code_lapsed",
        "insufficient_points",
    ]);
    let code = shop.run("policy help over_limit").ends(0);
    code.says(&["Remedy: send no more", "example: refused over_limit"]);
    let code = shop.run("policy help code_lapsed --lang zh").ends(0);
    code.says(&["code_lapsed", "示例: refused code_lapsed"]);
    let template = shop.run("policy help cheapest-free").ends(0);
    template.says(&["(template)", "stampbook policy new cheapest-free"]);
    let shipped = shop.run("policy help happy-hour").ends(0);
    shipped.says(&["(programme)", "stampbook policy show happy-hour"]);
    // Words of people's own lead to ours.
    let tip = shop.run("policy help tip").ends(0);
    tip.says(&["charge tip 4.00", "[programme] earns.except_charges"]);
    let wine = shop.run("policy help excluding").ends(0);
    wine.says(&["earns = { except = [\"wine\", \"tobacco\"] }"]);
    let uses = shop.run("policy help uses").ends(0);
    uses.says(&["without_code = true", "else write `voucher`"]);
    shop.run("policy help backtest")
        .ends(0)
        .says(&["policy help changes"]);
    let json = shop.run("--json policy help step").ends(0).json();
    assert_eq!(json[0]["kind"], "manifest_key");
    assert_eq!(json[0]["default"], "1");
}

#[test]
fn a_hole_is_told_as_a_story_that_runs() {
    let shop = Shop::plain();
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = format!("{root}/tests/data/probe/ten-a-bill");
    let probed = shop
        .run(&format!("policy probe {folder} --runs 200"))
        .ends(1);
    probed.says(&[
        "hole: one bill, split into several",
        "programme ten-a-bill",
        "per_member",
    ]);
    shop.run("policy probe --runs 5")
        .ends(0)
        .says(&["no hole found", "seed 1"]);
    let schema = shop.run("--json policy schema").ends(0).json();
    assert_eq!(
        schema["properties"]["unit"]["additionalProperties"]["required"][0],
        "kind"
    );
}
