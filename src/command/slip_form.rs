//! Form of a printed slip: its language, its width and what is made besides the text.

use std::fmt;
use std::str::FromStr;

/// Language of slips and of the reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese (简体中文).
    Zh,
}

/// Bytes for a printer that understands ESC/POS.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EscPos {
    /// Text in UTF-8, which the printer is told with `FS ( C`.
    Utf8,
    /// Text in GB 18030, as printers sold in China have it.
    Gb18030,
}

/// Form of a printed slip, such as `en:42` or `zh:32:escpos`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SlipForm {
    /// Language.
    pub lang: Lang,
    /// Columns of the paper: 42 or 32.
    pub columns: u8,
    /// Bytes for a printer, if wanted.
    pub escpos: Option<EscPos>,
    /// True if the text has the QR code in half blocks.
    pub has_blocks: bool,
    /// True for the QR code as SVG.
    pub has_svg: bool,
    /// True for the QR code as PNG.
    pub has_png: bool,
}

impl Default for SlipForm {
    fn default() -> SlipForm {
        SlipForm {
            lang: Lang::En,
            columns: 42,
            escpos: None,
            has_blocks: false,
            has_svg: false,
            has_png: false,
        }
    }
}

impl FromStr for SlipForm {
    type Err = String;

    fn from_str(text: &str) -> Result<SlipForm, String> {
        let mut parts = text.split(':');
        let mut form = SlipForm {
            lang: match parts.next().unwrap_or_default() {
                "en" => Lang::En,
                "zh" => Lang::Zh,
                other => return Err(format!("'{other}' is no language of slips: en or zh")),
            },
            ..SlipForm::default()
        };
        form.columns = match parts.next() {
            None | Some("42") => 42,
            Some("32") => 32,
            Some(other) => return Err(format!("'{other}' is no width of a slip: 42 or 32")),
        };
        for part in parts {
            match part {
                "escpos" => form.escpos = Some(EscPos::Utf8),
                "escpos-gb18030" => form.escpos = Some(EscPos::Gb18030),
                "qr" => form.has_blocks = true,
                "svg" => form.has_svg = true,
                "png" => form.has_png = true,
                other => {
                    return Err(format!(
                        "'{other}' is nothing that a slip has: escpos, escpos-gb18030, qr, svg, png"
                    ));
                }
            }
        }
        Ok(form)
    }
}

impl fmt::Display for SlipForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lang = match self.lang {
            Lang::En => "en",
            Lang::Zh => "zh",
        };
        write!(f, "{lang}:{}", self.columns)?;
        let escpos = match self.escpos {
            None => "",
            Some(EscPos::Utf8) => ":escpos",
            Some(EscPos::Gb18030) => ":escpos-gb18030",
        };
        f.write_str(escpos)?;
        for (is_wanted, word) in [
            (self.has_blocks, ":qr"),
            (self.has_svg, ":svg"),
            (self.has_png, ":png"),
        ] {
            f.write_str(if is_wanted { word } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_it_is_written() {
        for text in [
            "en:42",
            "zh:32",
            "zh:32:escpos",
            "en:32:escpos-gb18030:qr:svg:png",
        ] {
            assert_eq!(text.parse::<SlipForm>().unwrap().to_string(), text);
        }
        assert_eq!("zh".parse::<SlipForm>().unwrap().to_string(), "zh:42");
        for wrong in ["", "de:42", "en:40", "en:42:pdf", "en:42:", "EN"] {
            assert!(wrong.parse::<SlipForm>().is_err(), "{wrong}");
        }
    }
}
