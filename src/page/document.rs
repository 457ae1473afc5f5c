//! A report as one HTML file: style and plots are inside, nothing is fetched and
//! nothing runs. It follows the reader's light or dark, and prints on white.

use super::language::Lang;
use super::view::View;
use askama::Template;

/// Style of cards, figures, plots and tables, in light, dark and print. The
/// dashboard puts that of its own parts after it.
pub const STYLE: &str = include_str!("style.css");

/// Figures under a heading.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Part {
    /// Word in the address of the heading; distinct within the document.
    pub id: String,
    /// The heading.
    pub title: String,
    /// The figures.
    pub views: Vec<View>,
}

/// A report of figures, ready to be written out.
#[derive(Clone, PartialEq, Debug, Default, Template)]
#[template(path = "page/document.html")]
pub struct Document {
    /// Language of the frame; the figures have theirs.
    pub lang: Lang,
    /// Title of the document.
    pub title: String,
    /// Sentences below the title, a paragraph each.
    pub lead: Vec<String>,
    /// Names and values of what the document was made from, such as the last hash.
    pub origin: Vec<(String, String)>,
    /// The figures, by heading; a heading without figures is left out.
    pub parts: Vec<Part>,
    /// Figures that are not in the document, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// Sentences and figures of a document, without its frame.
#[derive(Template)]
#[template(path = "page/part.html")]
struct Inner<'d> {
    document: &'d Document,
}

impl Document {
    /// Writes the document as HTML.
    ///
    /// # Errors
    /// The template could not be filled; no input is known to lead there.
    pub fn to_html(&self) -> Result<String, askama::Error> {
        self.render()
    }

    /// Writes what is in the document as HTML that another page of this room's style holds.
    ///
    /// # Errors
    /// The template could not be filled; no input is known to lead there.
    pub fn to_part(&self) -> Result<String, askama::Error> {
        Inner { document: self }.render()
    }

    fn style(&self) -> &'static str {
        STYLE
    }

    /// Parts that have a figure.
    fn filled(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| !part.views.is_empty())
    }

    /// True if a figure has a single value, which the summary shows.
    fn has_values(&self) -> bool {
        self.valued().next().is_some()
    }

    /// Figures with a single value, for the summary.
    fn valued(&self) -> impl Iterator<Item = &View> {
        let views = self.parts.iter().flat_map(|part| &part.views);
        views.filter(|view| !view.is_table && view.trouble.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::super::plot::{Series, plot};
    use super::*;

    #[test]
    fn a_document_needs_no_other_file_and_escapes_what_it_is_told() {
        let rows = [("<b>".to_owned(), 1.0), ("2026-02".to_owned(), 3.0)];
        let series = Series {
            title: "Sales & more",
            axis: "net (EUR)",
            across: "month",
            unit: "EUR",
            rows: &rows,
            is_time: true,
        };
        let view = View {
            id: "sales".into(),
            name: "Sales & more".into(),
            value: Some("4.00 EUR".into()),
            plot: plot(Lang::English, &series),
            ..View::default()
        };
        let part = Part {
            id: "all".into(),
            title: "All".into(),
            views: vec![view],
        };
        for lang in [Lang::English, Lang::Chinese] {
            let document = Document {
                lang,
                title: "Report <2026>".into(),
                parts: vec![part.clone(), Part::default()],
                left_out: vec![("nps".into(), "no \"score\"".into())],
                ..Document::default()
            };
            let html = document.to_html().unwrap();
            for outside in ["http:", "https:", "<script", "<link", "src=", "<b>", "url("] {
                assert!(!html.contains(outside), "{outside} in {html}");
            }
            for part in ["<svg", "<desc", "<title", lang.tag(), "Sales &#38; more"] {
                assert!(html.contains(part), "{part} is not in {html}");
            }
            assert_eq!(html.matches("<h2").count(), 3, "summary, part, left out");
        }
    }
}
