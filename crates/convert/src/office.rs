//! DOCX, XLSX and PPTX to PDF through `office2pdf`.
//!
//! What the engine gets wrong is mended before its parser sees the file
//! (`package`, with `fontmap`, `mend` and `inlay`) or in its PDF
//! (`mend::table_bands`); this module calls it and translates what it says.

use std::path::PathBuf;

use office2pdf::config::{ConvertOptions, XlsxUiScript};
use office2pdf::error::{ConvertError, ConvertWarning};

use crate::detect::Format;
use crate::engine_fonts;
use crate::refusal::{Refusal, RefusalKind};
use crate::report::{FontUse, Warning, WarningKind};

/// What the engine made of a package.
pub(crate) struct Made {
    pub(crate) pdf: Vec<u8>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) fonts: Vec<FontUse>,
}

/// Longest detail of a warning, in characters.
const DETAIL_CHARACTERS: usize = 200;

/// Draws a package. A panic of the engine is the caller's to catch.
pub(crate) fn to_pdf(
    package: &[u8],
    format: Format,
    font_paths: &[PathBuf],
) -> Result<Made, Refusal> {
    let options = ConvertOptions {
        font_paths: font_paths.to_vec(),
        // Excel's own words (page numbers, chart labels without a font) are
        // Korean by default; no Chinese setting exists, Latin is neutral.
        xlsx_ui_script: XlsxUiScript::Latin,
        last_resort_font_family: Some(engine_fonts::SONG.to_owned()),
        ..ConvertOptions::default()
    };
    let engine_format = match format {
        Format::Docx => office2pdf::config::Format::Docx,
        Format::Xlsx => office2pdf::config::Format::Xlsx,
        Format::Pptx => office2pdf::config::Format::Pptx,
        _ => {
            return Err(Refusal::new(
                RefusalKind::Internal,
                "not a format of the Office engine",
            ));
        }
    };
    let result =
        office2pdf::convert_bytes(package, engine_format, &options).map_err(refusal_from)?;
    let mut made = Made {
        pdf: result.pdf,
        warnings: Vec::new(),
        fonts: Vec::new(),
    };
    for warning in result.warnings {
        sort_warning(warning, &mut made);
    }
    Ok(made)
}

fn refusal_from(error: ConvertError) -> Refusal {
    let detail = |error: &dyn std::fmt::Display| shorten(&error.to_string());
    match &error {
        ConvertError::UnsupportedEncryption => Refusal::new(RefusalKind::Encrypted, detail(&error)),
        ConvertError::UnsupportedFormat(_) => {
            Refusal::new(RefusalKind::Unsupported, detail(&error))
        }
        ConvertError::Parse(message) if message.contains("panicked") => {
            Refusal::new(RefusalKind::Crashed, detail(&error))
        }
        ConvertError::Parse(_) => Refusal::new(RefusalKind::Damaged, detail(&error)),
        // What the typesetter cannot set for what the file asks of it.
        ConvertError::Render(message) if message.contains("depth exceeded") => {
            Refusal::new(RefusalKind::ForbiddenXml, detail(&error))
        }
        ConvertError::Render(message)
            if ["SVG", "image", "font"]
                .iter()
                .any(|word| message.contains(word)) =>
        {
            Refusal::new(RefusalKind::Damaged, detail(&error))
        }
        ConvertError::Io(_) | ConvertError::Render(_) => {
            Refusal::new(RefusalKind::Internal, detail(&error))
        }
    }
}

/// The engine tells substituted fonts and everything else in one list.
fn sort_warning(warning: ConvertWarning, made: &mut Made) {
    let (subject, detail) = match warning {
        ConvertWarning::FallbackUsed { from, to, .. } => {
            if is_family_pair(&from, &to) {
                made.fonts.push(FontUse {
                    asked: shorten(&from),
                    used: shorten(engine_fonts::own_name(&to)),
                });
                return;
            }
            (from.clone(), format!("{from} is drawn as {to}"))
        }
        ConvertWarning::UnsupportedElement { element, .. } => {
            (element.clone(), format!("{element} is left out"))
        }
        ConvertWarning::PartialElement {
            element, detail, ..
        } => (element.clone(), format!("{element}: {detail}")),
        ConvertWarning::ParseSkipped { reason, .. } => (reason.clone(), reason),
    };
    made.warnings
        .push(Warning::new(kind_of(&subject), shorten(&detail)));
}

/// The engine's other fallbacks name charts, diagrams and breaks.
fn is_family_pair(from: &str, to: &str) -> bool {
    let others = ["chart", "SmartArt", "section break", "header/footer"];
    !others
        .iter()
        .any(|other| from.contains(other) || to.contains(other))
}

fn kind_of(subject: &str) -> WarningKind {
    let lower = subject.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["chart", "smartart", "diagram", "sparkline"]) {
        WarningKind::Chart
    } else if has(&["image", "picture", "png", "svg", "emf", "wmf"]) {
        WarningKind::Image
    } else if has(&["equation", "math", "formula"]) {
        WarningKind::Formula
    } else if has(&["font"]) {
        WarningKind::Font
    } else {
        WarningKind::Other
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(DETAIL_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use office2pdf::error::ConvertWarning;

    use super::{Made, sort_warning};
    use crate::report::{FontUse, WarningKind};

    #[test]
    fn fonts_and_other_fallbacks_are_told_apart() {
        let mut made = Made {
            pdf: Vec::new(),
            warnings: Vec::new(),
            fonts: Vec::new(),
        };
        for (from, to) in [("Calibri", "Carlito"), ("chart (销售)", "data table")] {
            let warning = ConvertWarning::FallbackUsed {
                format: "DOCX".into(),
                from: from.into(),
                to: to.into(),
            };
            sort_warning(warning, &mut made);
        }
        let calibri = FontUse {
            asked: "Calibri".into(),
            used: "Carlito".into(),
        };
        assert_eq!(made.fonts, [calibri]);
        assert_eq!(made.warnings[0].kind, WarningKind::Chart);
    }
}
