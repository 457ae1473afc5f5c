//! A QR code as PNG (ISO/IEC 15948): greyscale of one bit, not compressed
//! (RFC 1950 and 1951, stored blocks), since it has three kilobytes.

use super::qr::{QUIET, is_dark};
use qrcode::QrCode;

/// Pixels of a module.
const SCALE: usize = 4;

/// Bytes of the picture.
pub(super) fn of(code: &QrCode) -> Vec<u8> {
    let size = (code.width() + 2 * QUIET) * SCALE;
    let mut rows = Vec::new();
    for y in 0..size {
        rows.push(0);
        let is_light = |x: usize| !is_dark(code, x / SCALE, y / SCALE, QUIET);
        for byte in 0..size.div_ceil(8) {
            let bits = (0..8).map(|bit| u8::from(is_light(byte * 8 + bit)) << (7 - bit));
            rows.push(bits.sum());
        }
    }
    let side = u32::try_from(size).unwrap_or(0).to_be_bytes();
    let header = [&side[..], &side, &[1, 0, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [
        (b"IHDR", header),
        (b"IDAT", stored(&rows)),
        (b"IEND", Vec::new()),
    ] {
        let named = [&name[..], &data].concat();
        png.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
        png.extend(&named);
        png.extend(crc32(&named).to_be_bytes());
    }
    png
}

fn stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let len = u16::try_from(block.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(len.to_le_bytes());
        stream.extend((!len).to_le_bytes());
        stream.extend(block);
    }
    let (a, b) = data.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    stream.extend((b << 16 | a).to_be_bytes());
    stream
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert!(stored(b"Wikipedia").ends_with(&0x11e6_0398u32.to_be_bytes()));
    }
}
