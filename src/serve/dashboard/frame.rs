//! The frame of every page: language, appearance, navigation, and the place in
//! the ledger that the page was made at.

use super::session::{Session, value_in};
use super::words::chinese;
use crate::answer::catalogue;
use crate::page::{Lang, SECTIONS};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use std::collections::BTreeMap;

/// Appearance of a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Theme {
    /// As the browser prefers.
    System,
    Light,
    Dark,
}

impl Theme {
    pub(super) fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// Cookie of the language, and of the appearance.
pub(super) const LANG: &str = "stampbook_lang";
pub(super) const THEME: &str = "stampbook_theme";

/// Page of the navigation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Heading that stands above it, in English and Chinese; empty for most.
    pub group: (&'static str, &'static str),
    pub path: &'static str,
    pub english: &'static str,
    pub chinese: &'static str,
}

const fn place(path: &'static str, english: &'static str, chinese: &'static str) -> Place {
    Place {
        group: ("", ""),
        path,
        english,
        chinese,
    }
}

/// A page that begins a group of pages.
const fn first(group: (&'static str, &'static str), place: Place) -> Place {
    Place { group, ..place }
}

const fn section(path: &'static str, number: usize) -> Place {
    let (english, chinese) = SECTIONS[number].title;
    place(path, english, chinese)
}

/// Pages in the order of the navigation.
pub(super) const PLACES: [Place; 16] = [
    place("/dashboard", "Overview", "总览"),
    place("/dashboard/campaigns", "Campaigns", "活动"),
    place("/dashboard/members", "Members", "会员"),
    place("/dashboard/messages", "Messages", "消息"),
    place("/dashboard/day", "Day", "日结"),
    first(
        ("Figures", "指标"),
        section("/dashboard/figures/customers", 0),
    ),
    section("/dashboard/figures/points", 1),
    section("/dashboard/figures/tiers", 6),
    section("/dashboard/figures/segments", 2),
    section("/dashboard/figures/results", 3),
    section("/dashboard/figures/channels", 4),
    section("/dashboard/figures/voice", 5),
    place("/dashboard/figures/all", "All figures", "全部指标"),
    first(
        ("Rules and proof", "规则与证明"),
        place("/dashboard/programme", "Programme", "方案"),
    ),
    place("/dashboard/draft", "Draft", "草稿"),
    place("/dashboard/audit", "Audit", "审计"),
];

/// Values that all pages share.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub lang: Lang,
    pub theme: Theme,
    /// Path of the page.
    pub path: String,
    /// The person's session; None before signing in.
    pub session: Option<Session>,
    /// Number of entries that the page takes into account.
    pub entries: u64,
    /// True if a figure of the page is of fewer entries.
    pub is_behind: bool,
    /// True if the page is fetched again only while something is under way.
    pub is_still: bool,
    /// Message about what the person has just done.
    pub message: Option<Message>,
}

/// A message on a page.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub is_good: bool,
    pub text: String,
}

impl Frame {
    pub(super) fn new(headers: &HeaderMap, path: &str, session: Option<Session>) -> Frame {
        let of = |name| {
            headers
                .get(name)
                .and_then(|v| v.to_str().ok())
                .unwrap_or("")
        };
        let cookies = of(COOKIE);
        let lang = match value_in(cookies, LANG).as_deref() {
            Some("zh") => Lang::Chinese,
            Some(_) => Lang::English,
            None => match of(ACCEPT_LANGUAGE).trim_start().starts_with("zh") {
                true => Lang::Chinese,
                false => Lang::English,
            },
        };
        let theme = match value_in(cookies, THEME).as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        };
        Frame {
            lang,
            theme,
            path: path.into(),
            session,
            entries: 0,
            is_behind: false,
            is_still: false,
            message: None,
        }
    }

    pub(super) fn say<'t>(&self, english: &'t str, chinese: &'t str) -> &'t str {
        self.lang.say(english, chinese)
    }

    /// Says that a command was booked, where the address names its entry.
    pub(super) fn tell_done(&mut self, query: &BTreeMap<String, String>) {
        let seq = query.get("done");
        let seq = seq.filter(|seq| seq.bytes().all(|byte| byte.is_ascii_digit()));
        if let Some(seq) = seq {
            let text = self.say("Done and durable: entry ", "已完成并持久保存：条目 ");
            self.message = Some(Message {
                is_good: true,
                text: format!("{text}{seq}"),
            });
        }
    }

    /// Says why nothing was done.
    pub(super) fn tell_refusal(&mut self, text: String) {
        self.message = Some(Message {
            is_good: false,
            text,
        });
    }

    /// Pages of the navigation.
    pub(super) fn places(&self) -> &'static [Place] {
        &PLACES
    }

    pub(super) fn is_here(&self, place: &Place) -> bool {
        let within = |rest: &str| rest.is_empty() || rest.starts_with('/');
        match self.path.strip_prefix(place.path) {
            // Every path begins as the overview's.
            Some(rest) if place.path == PLACES[0].path => rest.is_empty(),
            rest => rest.is_some_and(within),
        }
    }

    /// Heading above a page of the navigation; empty for most.
    pub(super) fn group_of(&self, place: &Place) -> &'static str {
        self.lang.say(place.group.0, place.group.1)
    }

    pub(super) fn title_of(&self, place: &Place) -> &'static str {
        self.lang.say(place.english, place.chinese)
    }

    pub(super) fn csrf(&self) -> &str {
        self.session.as_ref().map_or("", |session| &session.csrf)
    }

    pub(super) fn role(&self) -> &'static str {
        let role = self
            .session
            .as_ref()
            .map(|session| session.caller.role.word());
        match role {
            Some("till") => self.say("till", "收银"),
            Some("merchant") => self.say("merchant", "商户"),
            Some("auditor") => self.say("auditor", "审计"),
            Some(_) => self.say("office", "总部"),
            None => "",
        }
    }

    /// A campaign's state in the page's language.
    pub(super) fn state<'t>(&self, word: &'t str) -> &'t str {
        let chinese = match word {
            "running" => "进行中",
            "paused" => "已暂停",
            "closed" => "已关闭",
            "draft" => "草稿",
            "planned" => "未开始",
            "over" => "已结束",
            "exhausted" => "预算用尽",
            other => other,
        };
        self.lang.say(word, chinese)
    }

    /// A word of answers, such as `issued`, in the page's language.
    pub(super) fn word(&self, word: &str) -> String {
        let chinese = chinese(word).unwrap_or(word);
        self.lang.say(word, chinese).replace('_', " ")
    }

    /// A code of a refusal, or what it means in Simplified Chinese.
    pub(super) fn code<'t>(&self, code: &'t str) -> &'t str {
        let meaning_zh = catalogue::find(code).map_or(code, |known| known.meaning_zh);
        self.lang.say(code, meaning_zh)
    }

    /// True if the person may change campaigns.
    pub(super) fn may_act(&self) -> bool {
        let session = self.session.as_ref();
        session.is_some_and(|session| session.caller.may_send("campaign"))
    }

    /// True if the person may let a programme take effect.
    pub(super) fn may_activate(&self) -> bool {
        let session = self.session.as_ref();
        session.is_some_and(|session| session.caller.may_activate())
    }

    /// The link that chooses a language or an appearance and comes back here.
    pub(super) fn look(&self, choice: &str) -> String {
        format!("/dashboard/look?{choice}&back={}", self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_code_is_not_read_as_a_word() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("zh-CN"));
        let frame = Frame::new(&headers, "/dashboard/day", None);
        assert_eq!(frame.word("used"), "已使用");
        assert_eq!(frame.code("used"), "used");
        assert_eq!(frame.code("insufficient_points"), "积分不足");
    }
}
