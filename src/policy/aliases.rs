//! `[alias.SCHEME]`: reading and checking.

use super::fields::Fields;
use crate::model::AliasForm;

/// Forms of alias values, by scheme.
pub(super) fn read(root: &mut Fields) -> Vec<(String, AliasForm)> {
    let mut forms = Vec::new();
    for (scheme, mut f) in root.tables("alias") {
        let country = f.text("country");
        let Some(form) = f.text("form") else { continue };
        match AliasForm::parse(&form, country.as_deref()) {
            Ok(form) => forms.push((scheme, form)),
            Err(message) => {
                let help = "write form = \"phone\" and country = \"DE\", or form = \"email\"";
                let name = if country.is_some() { "country" } else { "form" };
                f.fault(name, message, help);
            }
        }
    }
    forms
}
