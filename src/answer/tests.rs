use super::*;
use crate::command::{VERBS, parse};

#[test]
fn bad_input_is_an_answer_too() {
    let bad = parse(br#"{"do":"purchase","key":"k","total":"x"}"#, 2).unwrap_err();
    let answer = Answer::from(Denied::bad("k", &bad)).to_json();
    assert_eq!(
        answer,
        r#"{"ok":false,"key":"k","class":"invalid","code":"bad_input","message":"total: 'x' is not a decimal number such as 42.50","field":"total","retry":"never"}"#
    );
}

#[test]
fn answers_are_written_as_designed() {
    let accepted = r#"{"ok":true,"key":"till-1/000812","seq":4711,"did":[{"effect":"award","unit":"star","amount":43,"campaign":"base","expires_at":"2027-01-01T00:00:00+01:00"},{"effect":"award","unit":"star","amount":42,"campaign":"double-tuesday","expires_at":"2027-01-01T00:00:00+01:00"}],"after":{"star":143},"now":{"seq":4711,"balance":{"star":{"available":143,"pending":0,"held":0,"expiring":{"amount":143,"at":"2027-01-01T00:00:00+01:00","last_day":"2026-12-31","keeps":"half"}}},"tier":{"name":"silver","until":"2027-12-31","next":{"name":"gold","needs":{"year-star":120}}}},"warnings":[],"stamp":{"seq":4711,"size":4712,"root":"..."}}"#;
    let refused = r#"{"ok":false,"key":"k9","seq":4712,"class":"refused","code":"insufficient_points","message":"30 star available, 50 asked","unit":"star","asked":50,"available":30,"missing":20,"retry":"new_key"}"#;
    for json in [accepted, refused] {
        let answer: Answer = serde_json::from_str(json).unwrap();
        assert_eq!(answer.to_json(), json);
        assert_eq!(answer.is_ok(), json == accepted);
    }
}

#[test]
fn the_class_and_the_remedy_follow_from_the_code() {
    use crate::model::Code;
    for (code, class, retry) in [
        (Code::InsufficientPoints, Class::Refused, Retry::NewKey),
        (Code::UnknownMember, Class::Refused, Retry::SameKey),
        (Code::BadInput, Class::Invalid, Retry::Never),
        (Code::KeyConflict, Class::Refused, Retry::NewKey),
        (Code::ReceiptConflict, Class::Refused, Retry::Never),
    ] {
        let denied = Denied::new("k", code, "no");
        assert_eq!((denied.class, denied.retry), (class, retry), "{code:?}");
    }
    assert_eq!(keeps_text(5000).as_deref(), Some("half"));
    assert_eq!(keeps_text(250).as_deref(), Some("0.025"));
    assert_eq!(keeps_text(0), None);
}

#[test]
fn the_schema_names_every_verb_and_field() {
    let schema = schema();
    let text = schema.to_string();
    for verb in VERBS {
        let known = &schema["$defs"]["commands"][verb];
        assert_eq!(known["properties"]["do"]["const"], *verb, "{known}");
        assert_eq!(known["additionalProperties"], false);
    }
    assert!(!text.contains("#/$defs/Line"), "parts stand alone");
    let amount = &schema["$defs"]["commands"]["purchase"]["properties"]["total"];
    assert_eq!(amount["type"], "string");
    assert!(schema["$defs"]["answer"]["anyOf"].is_array());
}

#[test]
fn the_schema_says_what_each_kind_of_effect_means() {
    let schema = schema();
    let mut open = vec![&schema];
    let mut meant = std::collections::BTreeMap::new();
    while let Some(next) = open.pop() {
        if let (Some(kind), Some(meaning)) = (next["const"].as_str(), next["description"].as_str())
        {
            meant.insert(kind, meaning);
        }
        open.extend(
            next.as_object()
                .into_iter()
                .flat_map(|fields| fields.values()),
        );
        open.extend(next.as_array().into_iter().flatten());
    }
    for kind in EffectKind::ALL {
        let meaning = meant.get(kind.as_str());
        assert!(
            meaning.is_some_and(|m| m.ends_with('.')),
            "{kind}: {meaning:?}"
        );
    }
}
