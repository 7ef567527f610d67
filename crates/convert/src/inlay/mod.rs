//! Pictures set into an Office package for what its engine passes over, before
//! its parser sees the package.
//!
//! Metafiles become pictures it can read (`metafile`, `raster`), objects of
//! other programs pictures in their line (`objects`), Word's formulas likewise
//! (`formulas`), and so on slides and sheets (`slides`, `sheets`), whose old
//! drawings `vml` reads. `convert` hands [`apply`] to `package`, which calls it
//! when every part is checked.

mod drawing;
mod formulas;
mod objects;
mod raster;
mod relations;
mod sheets;
mod slides;
#[cfg(test)]
mod tests;
mod vml;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use crate::clock;
use crate::detect::Format;
use crate::guard::{self, Archive, Budget};
use crate::limits::Limits;
use crate::metafile::{self, Bounds};
use crate::package::Parts;
use crate::pdf::guarded;
use crate::refusal::Refusal;
use crate::report::{Warning, WarningKind};
use crate::typeset::Typesetter;
use crate::xml;
use relations::{Added, Relations};

const SHOWN_AS_WORDS: &str = "a formula that cannot be drawn is shown as its words";

/// Most metafiles of a package that are drawn.
const MAX_METAFILES: usize = 500;
/// Most of their SVG together, in bytes, and of the pixels of their bitmaps.
const MAX_SVG_BYTES: usize = 64 << 20;
const MAX_PIXELS: u64 = 64_000_000;
/// Most formulas of a package that are drawn.
const MAX_FORMULAS: usize = 3_000;
/// Longest side of a metafile's page, in points.
const MAX_POINTS: f64 = 3_000.0;

/// A package in which pictures are set.
struct Setter<'m, 'b> {
    archive: &'m mut Archive<'b>,
    parts: &'m mut Parts,
    /// Where the new parts stand among those added, by their names.
    added: HashMap<String, usize>,
    budget: Budget,
    deadline: Instant,
}

impl Setter<'_, '_> {
    /// A part as it is now.
    fn read(&mut self, index: usize) -> Result<Vec<u8>, Refusal> {
        match self.parts.changed.get(&index) {
            Some(content) => Ok(content.clone()),
            None => {
                let content = self.budget.read(self.archive, index)?;
                Ok(content)
            }
        }
    }

    fn read_xml(&mut self, index: usize) -> Result<Vec<u8>, Refusal> {
        Ok(guard::to_utf8(self.read(index)?).0)
    }

    /// A part by its name, of the upload or added; `None` when it is not there.
    fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        if let Some(index) = self.archive.index_for_name(name) {
            return self.read_xml(index).map(Some);
        }
        let added = &self.parts.added;
        let place = self.added.get(name);
        Ok(place.map(|place| added[*place].1.clone()))
    }

    /// Exchanges the content of a part, or adds it.
    fn put(&mut self, name: &str, content: Vec<u8>) {
        if let Some(index) = self.archive.index_for_name(name) {
            self.parts.changed.insert(index, content);
        } else if let Some(place) = self.added.get(name) {
            self.parts.added[*place].1 = content;
        } else {
            self.added.insert(name.to_owned(), self.parts.added.len());
            self.parts.added.push((name.to_owned(), content));
        }
    }

    /// Adds a part, under a name that none has; gives the name.
    fn add(&mut self, stem: &str, ending: &str, content: Vec<u8>) -> String {
        let mut name = format!("{stem}{ending}");
        let mut count = 1;
        while self.archive.index_for_name(&name).is_some() || self.added.contains_key(&name) {
            count += 1;
            name = format!("{stem}-{count}{ending}");
        }
        self.put(&name, content);
        name
    }

    fn names(&self) -> Vec<(usize, String)> {
        (0..self.archive.len())
            .filter_map(|index| {
                let name = self.archive.name_for_index(index)?.ok()?.into_owned();
                Some((index, name))
            })
            .collect()
    }
}

/// Sets pictures into a package; gives what could not be drawn.
pub(crate) fn apply(
    archive: &mut Archive<'_>,
    parts: &mut Parts,
    format: Format,
    typesetter: &Typesetter,
    limits: &Limits,
    packed_bytes: usize,
    deadline: Instant,
) -> Result<Vec<Warning>, Refusal> {
    let mut setter = Setter {
        archive,
        parts,
        added: HashMap::new(),
        budget: Budget::new(limits, packed_bytes),
        deadline,
    };
    let mut warnings = Vec::new();
    let renamed = metafiles(&mut setter, format, typesetter, &mut warnings)?;
    relations::rename(&mut setter, &renamed)?;
    match format {
        Format::Docx => stories(&mut setter, typesetter, &mut warnings)?,
        Format::Pptx => {
            let lost = slides::set(&mut setter)?;
            if lost.lines > 0 {
                let detail = "formulas on slides are shown as a line of text";
                warnings.push(Warning::new(WarningKind::Formula, detail));
            }
            warnings.extend(left_out(lost.formulas, WarningKind::Formula, "formulas"));
            warnings.extend(left_out(
                lost.objects,
                WarningKind::Image,
                "embedded objects",
            ));
        }
        Format::Xlsx => {
            let lost = sheets::set(&mut setter)?;
            warnings.extend(left_out(lost, WarningKind::Image, "embedded objects"));
        }
        _ => {}
    }
    Ok(warnings)
}

/// Draws the metafiles; gives the names of the parts that took their place.
fn metafiles(
    setter: &mut Setter<'_, '_>,
    format: Format,
    typesetter: &Typesetter,
    warnings: &mut Vec<Warning>,
) -> Result<BTreeMap<String, String>, Refusal> {
    let mut renamed = BTreeMap::new();
    let mut jobs = Vec::new();
    let mut names = Vec::new();
    let (mut svg_bytes, mut pixels) = (MAX_SVG_BYTES, MAX_PIXELS);
    let found: Vec<(usize, String)> = setter
        .names()
        .into_iter()
        .filter(|(_, name)| {
            let lower = name.to_ascii_lowercase();
            [".wmf", ".emf", ".wmz", ".emz"].iter().any(|ending| lower.ends_with(ending))
                // The small picture of the file itself is on no page.
                && !lower.starts_with("docprops/")
        })
        .collect();
    for (index, name) in found.into_iter().take(MAX_METAFILES) {
        clock::check(setter.deadline)?;
        let bytes = setter.read(index)?;
        let usual = Bounds::default();
        let bounds = Bounds {
            svg_bytes: usual.svg_bytes.min(svg_bytes),
            ..usual
        };
        let most = metafile::MAX_PIXELS.min(pixels);
        let mut left = most;
        let played = guarded("playing a metafile", || {
            metafile::to_svg(&bytes, bounds, &mut left)
        });
        pixels -= most - left;
        let picture = match played {
            Ok(Ok(picture)) => picture,
            Ok(Err(error)) => {
                warnings.push(lost(&name, &error));
                continue;
            }
            Err(refusal) => {
                warnings.push(lost(&name, &refusal.detail));
                continue;
            }
        };
        svg_bytes = svg_bytes.saturating_sub(picture.svg.len());
        if format != Format::Docx {
            let new = setter.add(&name, ".svg", picture.svg.into_bytes());
            renamed.insert(name, new);
            continue;
        }
        let (width, height) = picture.size_pt.unwrap_or(picture.extent);
        let scale = (MAX_POINTS / width.max(height)).min(1.0);
        jobs.push(raster::Job::Svg {
            s: picture.svg,
            w: (width * scale).max(1.0),
            h: (height * scale).max(1.0),
        });
        names.push(name);
    }
    let rasters = raster::draw(typesetter, &jobs, setter.deadline)?;
    for (name, drawn) in names.into_iter().zip(rasters) {
        let Some(drawn) = drawn else {
            warnings.push(lost(&name, "it cannot be set"));
            continue;
        };
        let new = setter.add(&name, ".png", drawn.png);
        renamed.insert(name, new);
    }
    Ok(renamed)
}

fn lost(name: &str, error: &str) -> Warning {
    let name = name.rsplit('/').next().unwrap_or(name);
    let detail = format!("the picture {name} cannot be drawn: {error}");
    Warning::new(
        WarningKind::Image,
        detail.chars().take(200).collect::<String>(),
    )
}

/// Sets pictures into the stories of a Word file: its body, notes, headers and footers.
fn stories(
    setter: &mut Setter<'_, '_>,
    typesetter: &Typesetter,
    warnings: &mut Vec<Warning>,
) -> Result<(), Refusal> {
    let sizes = formulas::Sizes::read(setter)?;
    let mut lost_formulas = 0;
    let mut lost_objects = 0;
    let mut said = BTreeSet::new();
    let mut left = MAX_FORMULAS;
    for (index, name) in setter.names() {
        if !is_story(&name) || !setter.parts.with_objects.contains(&name) {
            continue;
        }
        clock::check(setter.deadline)?;
        let xml = setter.read_xml(index)?;
        let known = Relations::read(setter, &name)?;
        let objects = objects::find(&xml, &|relation| known.is_picture(relation));
        lost_formulas += objects.lost_formulas;
        lost_objects += objects.lost_objects;
        let mut changes = objects.changes;
        let made = formulas::find(&xml, &sizes, &mut left);
        if made.lost > 0 {
            said.insert(SHOWN_AS_WORDS.to_owned());
        }
        changes.extend(made.changes);
        let rasters = raster::draw(typesetter, &made.jobs, setter.deadline)?;
        let mut added = Added::new(&name, &known);
        for (place, drawn) in made.places.into_iter().zip(rasters) {
            match drawn {
                Some(drawn) => {
                    let relation = added.add(setter, drawn.png.clone());
                    changes.extend(place.changes(&relation, &drawn));
                }
                None => {
                    said.insert(SHOWN_AS_WORDS.to_owned());
                    changes.push(place.words());
                }
            }
        }
        added.write(setter)?;
        if let Some(changed) = xml::apply(&xml, changes) {
            setter.parts.changed.insert(index, changed);
        }
    }
    warnings.extend(left_out(lost_formulas, WarningKind::Formula, "formulas"));
    warnings.extend(
        said.into_iter()
            .map(|detail| Warning::new(WarningKind::Formula, detail)),
    );
    warnings.extend(left_out(
        lost_objects,
        WarningKind::Image,
        "embedded objects",
    ));
    Ok(())
}

/// What has no picture that could stand for it.
fn left_out(count: usize, kind: WarningKind, what: &str) -> Option<Warning> {
    let detail = format!("{count} {what} without a picture of them are left out");
    (count > 0).then(|| Warning::new(kind, detail))
}

fn is_story(name: &str) -> bool {
    let Some(part) = name
        .strip_prefix("word/")
        .and_then(|part| part.strip_suffix(".xml"))
    else {
        return false;
    };
    part.starts_with("document")
        || part.starts_with("header")
        || part.starts_with("footer")
        || part == "footnotes"
        || part == "endnotes"
}
