//! Bytes for a receipt printer, by Epson's ESC/POS command reference.

use super::layout::Paper;
use crate::command::EscPos;
use encoding_rs::GB18030;

/// `ESC @`: resets the printer.
const RESET: &[u8] = b"\x1b@";
/// `FS ( C`, function 48: text is UTF-8.
const UTF8: &[u8] = b"\x1c(C\x02\x000\x02";
/// `FS &`: Chinese characters are two bytes each.
const CHINESE: &[u8] = b"\x1c&";
/// `ESC E`: bold on or off.
const BOLD: &[u8] = b"\x1bE\x01";
const PLAIN: &[u8] = b"\x1bE\x00";
/// `ESC a`: centred, or at the left.
const CENTRE: &[u8] = b"\x1ba\x01";
const LEFT: &[u8] = b"\x1ba\x00";
/// `GS ( k`, functions 165, 167 and 169: QR model 2, modules of 6 dots, level M.
const QR_SETUP: &[u8] = b"\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x03\x001E1";
/// `GS ( k`, function 181: prints the symbol that is stored.
const QR_PRINT: &[u8] = b"\x1d(k\x03\x001Q0";
/// `GS V`, function B: feeds past the cutter, and cuts but for one point.
const CUT: &[u8] = b"\x1dVB\x03";

/// Bytes of a slip, with a code as QR.
pub(super) fn bytes(paper: &Paper, code: Option<&str>, kind: EscPos) -> Vec<u8> {
    let mut bytes = RESET.to_vec();
    bytes.extend(match kind {
        EscPos::Utf8 => UTF8,
        EscPos::Gb18030 => CHINESE,
    });
    for line in &paper.lines {
        bytes.extend(if line.is_bold { BOLD } else { &[] });
        match kind {
            EscPos::Utf8 => bytes.extend(line.text.trim_end().as_bytes()),
            EscPos::Gb18030 => bytes.extend(&*GB18030.encode(line.text.trim_end()).0),
        }
        bytes.extend(if line.is_bold { PLAIN } else { &[] });
        bytes.push(b'\n');
    }
    if let Some(code) = code {
        bytes.extend([CENTRE, QR_SETUP].concat());
        // Function 180: length of what follows, low byte first, then the content.
        let len = u16::try_from(code.len() + 3).unwrap_or(u16::MAX);
        bytes.extend(b"\x1d(k");
        bytes.extend(len.to_le_bytes());
        bytes.extend(b"1P0");
        bytes.extend(code.as_bytes());
        bytes.extend([QR_PRINT, LEFT].concat());
    }
    bytes.extend(CUT);
    bytes
}
