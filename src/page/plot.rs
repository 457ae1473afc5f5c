//! Plots as inline SVG: positions are computed here, so that a template only
//! writes them out. Every mark has a tooltip, and the whole a summary for those who
//! cannot see it; a table with the same numbers stands behind.

use super::language::Lang;

/// Most labels of the value axis.
const TICKS_MAX: u8 = 12;
/// Size of the drawing, in its own units.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 260.0;
/// Space for labels of the value axis, and below for those of the other.
const LEFT: f64 = 56.0;
const BOTTOM: f64 = 44.0;
const TOP: f64 = 38.0;
const RIGHT: f64 = 8.0;
/// Most labels along the axis.
const LABELS_MAX: usize = 8;
/// Most bars; longer series are drawn as a line.
const BARS_MAX: usize = 40;
/// Most characters of a label where there are as many labels as there can be.
const LABEL_LEN: usize = 9;

/// A mark of the plot.
#[derive(Clone, PartialEq, Debug)]
pub struct Mark {
    /// Left edge of a bar, or the middle of a dot.
    pub x: String,
    /// Upper edge of a bar, or the middle of a dot.
    pub y: String,
    /// Width of a bar.
    pub width: String,
    /// Height of a bar.
    pub height: String,
    /// Label and value with its unit.
    pub tip: String,
}

/// A label at a position.
#[derive(Clone, PartialEq, Debug)]
pub struct Tick {
    /// Position along its axis.
    pub at: String,
    /// The label.
    pub label: String,
}

/// Values to be drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Series<'t> {
    /// Title of the plot.
    pub title: &'t str,
    /// Heading of the value axis: what is drawn, with its unit in brackets.
    pub axis: &'t str,
    /// Heading of the other axis.
    pub across: &'t str,
    /// Unit after a value in a tooltip; empty if there is none.
    pub unit: &'t str,
    /// Labels and values.
    pub rows: &'t [(String, f64)],
    /// True if the rows follow one another in time: they are drawn as a line.
    pub is_time: bool,
}

/// A series of values, ready to be drawn.
#[derive(Clone, PartialEq, Debug)]
pub struct Plot {
    /// Title.
    pub title: String,
    /// Heading of the value axis: what is drawn, and its unit.
    pub axis: String,
    /// Heading of the other axis.
    pub across: String,
    /// The plot in words: how many values, the first, the last, the least and the greatest.
    pub summary: String,
    /// True for a line with dots, false for bars.
    pub is_line: bool,
    /// Bars or dots.
    pub marks: Vec<Mark>,
    /// Points of the line.
    pub line: String,
    /// Labels of the value axis, with a line across each.
    pub ticks: Vec<Tick>,
    /// Labels of the other axis.
    pub labels: Vec<Tick>,
    /// Position of the base line.
    pub base: String,
}

impl Plot {
    /// Left edge of the drawing's inside.
    pub fn left(&self) -> String {
        told(LEFT)
    }

    /// Right edge of the drawing's inside.
    pub fn right(&self) -> String {
        told(WIDTH - RIGHT)
    }
}

fn told(at: f64) -> String {
    format!("{at:.1}")
}

/// Plots labelled values; None of fewer than two, and of zeros alone.
pub fn plot(lang: Lang, series: &Series<'_>) -> Option<Plot> {
    let (rows, unit) = (series.rows, series.unit);
    if rows.len() < 2 || rows.iter().all(|(_, value)| *value == 0.0) {
        return None;
    }
    let values = || rows.iter().map(|(_, value)| *value);
    let (low, high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
    let step = step(high - low);
    let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
    let span = (high - low).max(step);
    let y = |value: f64| TOP + (low + span - value) / span * (HEIGHT - TOP - BOTTOM);
    let each = (WIDTH - LEFT - RIGHT) / rows.len() as f64;
    let x = |at: usize| LEFT + each * (at as f64 + 0.5);
    let is_line = series.is_time && rows.len() > 2 || rows.len() > BARS_MAX;
    let marks = rows.iter().enumerate().map(|(at, (label, value))| {
        let wide = (each * 0.7).clamp(1.0, 64.0);
        let (top, bottom) = (y(value.max(0.0)), y(value.min(0.0)));
        Mark {
            x: told(if is_line { x(at) } else { x(at) - wide / 2.0 }),
            y: told(if is_line { y(*value) } else { top }),
            width: told(wide),
            height: told((bottom - top).max(0.5)),
            tip: format!("{label}: {} {unit}", plain(*value))
                .trim_end()
                .to_owned(),
        }
    });
    let marks: Vec<Mark> = marks.collect();
    let line = marks.iter().map(|mark| format!("{},{}", mark.x, mark.y));
    let line = line.collect::<Vec<_>>().join(" ");
    let ticks = (0..=TICKS_MAX).map(|at| (at, low + f64::from(at) * step));
    let ticks = ticks.take_while(|(at, value)| *at <= 1 || *value < high + step / 2.0);
    let ticks = ticks.map(|(_, value)| Tick {
        at: told(y(value)),
        label: short(value),
    });
    let every = rows.len().div_ceil(LABELS_MAX).max(1);
    // Where there are few, each has more room.
    let room = LABEL_LEN * LABELS_MAX / rows.len().div_ceil(every).max(1);
    let labels = rows.iter().enumerate().filter(|(at, _)| at % every == 0);
    let labels = labels.map(|(at, (label, _))| Tick {
        at: told(x(at)),
        label: clipped(label, room),
    });
    Some(Plot {
        title: series.title.into(),
        axis: series.axis.into(),
        across: series.across.into(),
        summary: summary(lang, &marks, rows),
        is_line,
        line,
        ticks: ticks.collect(),
        labels: labels.collect(),
        base: told(y(0.0)),
        marks,
    })
}

/// The values in words, for those who cannot see the drawing.
fn summary(lang: Lang, marks: &[Mark], rows: &[(String, f64)]) -> String {
    let by_value = |a: &usize, b: &usize| rows[*a].1.total_cmp(&rows[*b].1);
    let (least, most) = (
        (0..rows.len()).min_by(by_value),
        (0..rows.len()).max_by(by_value),
    );
    let tip = |at: Option<usize>| {
        let mark = at.and_then(|at| marks.get(at));
        mark.map_or("", |mark| mark.tip.as_str())
    };
    let (first, last) = (tip(Some(0)), tip(rows.len().checked_sub(1)));
    let (least, most, count) = (tip(least), tip(most), rows.len());
    match lang {
        Lang::English => format!(
            "{count} values from {first} to {last}; the least is {least}, the greatest {most}."
        ),
        Lang::Chinese => {
            format!("共{count}个数值，从 {first} 到 {last}；最小 {least}，最大 {most}。")
        }
    }
}

/// A round step of which about four span the range: 1, 2 or 5 times a power of ten.
fn step(range: f64) -> f64 {
    if range <= 0.0 || !range.is_finite() {
        return 1.0;
    }
    let rough = range / 4.0;
    let power = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power);
    steps
        .into_iter()
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(power * 10.0)
}

/// A number without needless decimals.
fn plain(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".into(),
        text => text.into(),
    }
}

/// A number of the axis: thousands and millions by their letters.
fn short(value: f64) -> String {
    match value.abs() {
        big if big >= 1e9 => format!("{}G", plain(value / 1e9)),
        big if big >= 1e6 => format!("{}M", plain(value / 1e6)),
        big if big >= 1e4 => format!("{}k", plain(value / 1e3)),
        _ => plain(value),
    }
}

fn clipped(label: &str, room: usize) -> String {
    match label.chars().count() > room {
        true => label.chars().take(room - 1).chain(['…']).collect(),
        false => label.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(values: &[f64]) -> Vec<(String, f64)> {
        values
            .iter()
            .enumerate()
            .map(|(at, value)| (format!("row {at}"), *value))
            .collect()
    }

    fn made(values: &[f64], is_time: bool) -> Option<Plot> {
        let series = Series {
            title: "t",
            axis: "a",
            across: "b",
            unit: "u",
            rows: &rows(values),
            is_time,
        };
        plot(Lang::English, &series)
    }

    #[test]
    fn a_plot_has_round_ticks_that_hold_all_values() {
        let ticks = |values: &[f64]| -> Vec<String> {
            let made = made(values, false).unwrap();
            made.ticks.iter().map(|tick| tick.label.clone()).collect()
        };
        assert_eq!(ticks(&[3.0, 41.0]), ["0", "20", "40", "60"]);
        assert_eq!(ticks(&[-5.0, 15.0]), ["-5", "0", "5", "10", "15"]);
        assert_eq!(ticks(&[1.0, 2_400_000.0]), ["0", "1M", "2M", "3M"]);
        assert_eq!(made(&[1.0], false), None);
        assert_eq!(made(&[0.0, 0.0], false), None);
        let told = made(&[3.0, 41.0, -2.5], true).unwrap().summary;
        assert_eq!(
            told,
            "3 values from row 0: 3 u to row 2: -2.5 u; the least is row 2: -2.5 u, the greatest row 1: 41 u."
        );
    }

    #[test]
    fn marks_stay_inside_the_drawing() {
        for count in [2, 7, 40, 41, 400] {
            for is_series in [false, true] {
                let values: Vec<f64> = (0..count).map(|n| f64::from(n) * 3.7 - 9.0).collect();
                let made = made(&values, is_series).unwrap();
                assert_eq!(made.marks.len(), values.len());
                assert!(made.labels.len() <= LABELS_MAX, "{}", made.labels.len());
                for mark in &made.marks {
                    let at = |text: &str| text.parse::<f64>().unwrap();
                    assert!((0.0..=WIDTH).contains(&at(&mark.x)), "{mark:?}");
                    assert!((0.0..=HEIGHT).contains(&at(&mark.y)), "{mark:?}");
                }
            }
        }
    }
}
