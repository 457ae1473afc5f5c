//! `stampbook policy new / templates`

use crate::cli::policy::{NewArgs, TemplatesArgs};
use crate::cli::print::{Exit, Failure, Printer, row};
use crate::cli::programme;
use crate::cli::trouble::programme_failure;
use crate::model::BundleFile;
use crate::policy::shipped;
use crate::workbench::template::{Made, NotMade, Template, Wishes, templates};
use crate::workbench::{Folder, judge};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;

impl TemplatesArgs {
    /// Lists the templates, and the programmes that come with the program.
    pub(in crate::cli) fn run(&self, out: &mut Printer) -> Result<Exit, Failure> {
        if let Some(name) = &self.template {
            let template = found(name)?;
            let made = made(template, None, &self.wishes())?;
            if out.is_json() {
                let files: BTreeMap<String, String> = made.files.into_iter().collect();
                return out.done(&json!({"ok": true, "template": name, "files": files}));
            }
            for parameter in &template.parameters {
                let (name, default) = (parameter.name, parameter.default);
                out.line(format!("--set {name}={default}: {}", parameter.means))?;
            }
            for (path, text) in &made.files {
                out.line(format!("=== {path}"))?;
                out.verbatim(text)?;
            }
            return Ok(Exit::Done);
        }
        let names: Vec<&str> = shipped().iter().map(|s| s.0).collect();
        let rows = templates().iter().map(|t| row(&[&t.name, &t.gist]));
        out.table(&["template", "makes"], rows)?;
        out.line("`stampbook policy templates NAME` shows one, `stampbook policy new NAME` makes it in your programme (in a folder without one also the base rate, campaigns/base.rhai: take that out if purchases shall earn no points); `stampbook policy show NAME` shows a whole programme that is shipped:")?;
        out.line(names.join(", "))?;
        let each = templates().iter().map(|template| {
            let parameters = template.parameters.iter();
            let parameters =
                parameters.map(|p| json!({"name": p.name, "default": p.default, "means": p.means}));
            json!({
                "template": template.name, "makes": template.gist,
                "parameters": parameters.collect::<Vec<_>>(),
            })
        });
        out.done(&json!({
            "ok": true, "templates": each.collect::<Vec<_>>(), "programmes": names,
        }))
    }

    fn wishes(&self) -> Wishes {
        Wishes {
            currency: "EUR".into(),
            zone: "Europe/Berlin".into(),
            ..Wishes::default()
        }
    }
}

impl NewArgs {
    /// Makes a campaign and its story from a template.
    pub(in crate::cli) fn run(&self, out: &mut Printer) -> Result<Exit, Failure> {
        let is_asking = std::io::stdin().is_terminal() && !out.is_json();
        let template = self.template(is_asking, out)?;
        let mut wishes = self.wishes()?;
        if is_asking {
            ask_parameters(template, &mut wishes, out)?;
        }
        let folder = match self.folder.join("programme.toml").is_file() {
            true => Some(Folder::read(&self.folder)?),
            false => None,
        };
        if let Some(folder) = &folder {
            judge(&folder.bundle)
                .map_err(|found| programme_failure(Some(&folder.bundle), &found))?;
        }
        let made = made(template, folder.as_ref(), &wishes)?;
        let files = made.files.iter();
        let files = files.map(|(path, text)| (path.clone(), text.clone().into_bytes()));
        programme::write(&self.folder, &files.collect())?;
        self.print(&made, out)
    }

    /// The template that is named, or asked for.
    fn template(&self, is_asking: bool, out: &mut Printer) -> Result<&'static Template, Failure> {
        if let Some(name) = &self.template {
            return found(name);
        }
        if !is_asking {
            let message = "name a template; `stampbook policy templates` lists them";
            return Err(Failure::bad_input(message));
        }
        for template in templates() {
            out.line(format!("{}: {}", template.name, template.gist))?;
        }
        found(&answer(out, "template", "")?)
    }

    /// The wishes that the flags state.
    fn wishes(&self) -> Result<Wishes, Failure> {
        let mut wishes = Wishes {
            id: self.id.clone().unwrap_or_default(),
            unit: self.unit.clone().unwrap_or_default(),
            currency: self.currency.clone(),
            zone: self.zone.clone(),
            ..Wishes::default()
        };
        for set in &self.set {
            let Some((name, value)) = set.split_once('=') else {
                let message = format!("--set: '{set}' is not NAME=VALUE");
                return Err(Failure::bad_input(message));
            };
            wishes
                .values
                .insert(name.trim().into(), value.trim().into());
        }
        Ok(wishes)
    }

    /// Prints the files that were made, the story, and how it goes on.
    fn print(&self, made: &Made, out: &mut Printer) -> Result<Exit, Failure> {
        let shown = self.folder.display();
        if out.is_json() {
            let paths: Vec<&str> = made.files.iter().map(|f| f.0.as_str()).collect();
            return out.done(&json!({"ok": true, "folder": shown.to_string(), "files": paths, "differing": made.differing}));
        }
        for (path, _) in &made.files {
            out.line(format!("{shown}/{path}"))?;
        }
        let story = made.files.iter().find(|file| file.0 == made.story);
        out.verbatim(story.map_or("", |file| file.1.as_str()))?;
        if !made.differing.is_empty() {
            out.line(format!(
                "the new campaign takes part in {} too: `stampbook policy test {shown}` shows what differs there, and --refill writes it",
                made.differing.join(", ")
            ))?;
        }
        out.line(format!(
            "that is what it does; change it as you like, then `stampbook policy test {shown}` and `stampbook policy activate {shown}`"
        ))?;
        Ok(Exit::Done)
    }
}

/// Asks for the parameters of a template that no flag states.
fn ask_parameters(
    template: &Template,
    wishes: &mut Wishes,
    out: &mut Printer,
) -> Result<(), Failure> {
    for parameter in &template.parameters {
        if wishes.values.contains_key(parameter.name) {
            continue;
        }
        let asked = format!("{}, {}", parameter.name, parameter.means);
        let mut value = answer(out, &asked, parameter.default)?;
        while let Err(wrong) = parameter.check(&value) {
            out.note(wrong);
            value = answer(out, &asked, parameter.default)?;
        }
        wishes.values.insert(parameter.name.into(), value);
    }
    Ok(())
}

fn found(name: &str) -> Result<&'static Template, Failure> {
    Template::find(name).ok_or_else(|| {
        let all: Vec<&str> = templates().iter().map(|template| template.name).collect();
        let near = crate::policy::nearest(name, all.iter().copied());
        let hint = match near {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("there are {}", all.join(", ")),
        };
        Failure::bad_input(format!("there is no template '{name}'")).hint(hint)
    })
}

fn made(template: &Template, folder: Option<&Folder>, wishes: &Wishes) -> Result<Made, Failure> {
    template.make(folder, wishes).map_err(|wrong| match wrong {
        NotMade::Wish(message) => Failure::bad_input(message),
        NotMade::Programme(bundle, found) => programme_failure(Some(&bundle), &found)
            .hint("nothing was written; --set, --unit and --id change what it would be"),
        NotMade::Story(text, found) => {
            let rendered: Vec<String> = found.iter().map(|f| f.render(&text)).collect();
            Failure::in_lines(
                crate::answer::catalogue::ErrorCode::BadProgramme,
                format!("its story does not run\n{}", rendered.join("").trim_end()),
            )
        }
        NotMade::Error(error) => error.into(),
    })
}

/// The files of a shipped programme, for `policy show`.
pub(in crate::cli) fn shipped_text(name: &str) -> Option<Vec<BundleFile>> {
    let (_, files) = shipped().iter().find(|(known, _)| *known == name)?;
    let file = |(path, text): &(&str, &str)| BundleFile {
        path: (*path).to_owned(),
        text: (*text).to_owned(),
    };
    Some(files.iter().map(file).collect())
}

fn answer(out: &mut Printer, asked: &str, default: &str) -> Result<String, Failure> {
    out.note(match default {
        "" => format!("{asked}:"),
        default => format!("{asked} [{default}]:"),
    });
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| crate::cli::trouble::not_read(Path::new("-"), error))?;
    Ok(match line.trim() {
        "" => default.to_owned(),
        answer => answer.to_owned(),
    })
}
