//! `[alias.SCHEME]`: reading and checking.

use super::manifest::Manifest;
use super::reader::Reader;
use crate::model::AliasForm;

/// Forms of alias values, by scheme.
pub(super) fn read(reader: &mut Reader<'_>, manifest: &Manifest) -> Vec<(String, AliasForm)> {
    let mut forms = Vec::new();
    for (scheme, text) in &manifest.alias {
        let country = text.country.as_ref().map(|at| at.get_ref().as_str());
        match AliasForm::parse(text.form.get_ref(), country) {
            Ok(form) => forms.push((scheme.get_ref().clone(), form)),
            Err(message) => {
                let help = "write form = \"phone\" and country = \"DE\", or form = \"email\"";
                reader.wrong(text.country.as_ref().unwrap_or(&text.form), message, help);
            }
        }
    }
    forms
}
