//! QR codes (ISO/IEC 18004) as SVG and as half blocks of text.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// Light modules around a code; the standard wants four.
pub(super) const QUIET: usize = 4;

/// Fewest of them that readers still take.
const QUIET_MIN: usize = 2;

/// Encodes a text; None if it is too long for a code.
pub(super) fn encode(text: &str) -> Option<QrCode> {
    QrCode::with_error_correction_level(text, EcLevel::M).ok()
}

/// The code as SVG.
pub(super) fn svg(code: &QrCode) -> String {
    code.render::<svg::Color>()
        .module_dimensions(4, 4)
        .quiet_zone(true)
        .build()
}

/// True for a dark module; light outside of the code.
pub(super) fn is_dark(code: &QrCode, x: usize, y: usize, quiet: usize) -> bool {
    let inside = |at: usize| at.checked_sub(quiet).filter(|at| *at < code.width());
    match (inside(x), inside(y)) {
        (Some(x), Some(y)) => code[(x, y)] == qrcode::Color::Dark,
        _ => false,
    }
}

/// The code as lines of half blocks, black on white; none if the paper is too
/// narrow for it.
pub(super) fn blocks(code: &QrCode, columns: u8) -> Vec<String> {
    let columns = usize::from(columns);
    let quiet = columns.saturating_sub(code.width()) / 2;
    if quiet < QUIET_MIN {
        return Vec::new();
    }
    let quiet = quiet.min(QUIET);
    let size = code.width() + 2 * quiet;
    let indent = " ".repeat((columns - size) / 2);
    let cell =
        |x: usize, y: usize| match (is_dark(code, x, y, quiet), is_dark(code, x, y + 1, quiet)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
    let rows = (0..size).step_by(2);
    rows.map(|y| {
        format!(
            "{indent}{}",
            (0..size).map(|x| cell(x, y)).collect::<String>()
        )
    })
    .collect()
}
