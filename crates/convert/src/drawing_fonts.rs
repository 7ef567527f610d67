//! The faces that PDFs name without carrying them, and what the drawing engine
//! says while it draws.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use hayro::hayro_interpret::font::FontQuery;
use hayro::hayro_interpret::hayro_cmap::CidFamily;
use hayro::hayro_interpret::{InterpreterSettings, InterpreterWarning};

use crate::cmaps;
use crate::fontmap::{self, Class};
use crate::fonts;
use crate::report::{FontUse, Warning, WarningKind};

/// What the drawing engine says while it draws.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) fonts: BTreeSet<FontUse>,
    unsupported_font: bool,
    broken_image: bool,
}

impl Heard {
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.unsupported_font {
            warnings.push(Warning::new(
                WarningKind::Font,
                "a font of the file cannot be used; its text may be missing",
            ));
        }
        if self.broken_image {
            warnings.push(Warning::new(
                WarningKind::Image,
                "a picture of the file cannot be decoded",
            ));
        }
        warnings
    }
}

/// Settings that give faces for fonts a PDF names without carrying them.
pub(crate) fn drawing_settings(heard: &Arc<Mutex<Heard>>) -> InterpreterSettings {
    let for_fonts = Arc::clone(heard);
    let for_warnings = Arc::clone(heard);
    InterpreterSettings {
        font_resolver: Arc::new(move |query| match query {
            FontQuery::Standard(font) => Some(font.get_font_data()),
            FontQuery::Fallback(wanted) => {
                let name = [
                    &wanted.font_name,
                    &wanted.post_script_name,
                    &wanted.font_family,
                ]
                .into_iter()
                .flatten()
                .next()
                .map_or("", String::as_str);
                let name = name.split(',').next().unwrap_or_default();
                let is_cjk = wanted
                    .character_collection
                    .as_ref()
                    .is_some_and(|collection| {
                        matches!(
                            collection.family,
                            CidFamily::AdobeGB1
                                | CidFamily::AdobeCNS1
                                | CidFamily::AdobeJapan1
                                | CidFamily::AdobeKorea1
                        )
                    });
                let is_korean = wanted
                    .character_collection
                    .as_ref()
                    .is_some_and(|collection| collection.family == CidFamily::AdobeKorea1);
                let class = fontmap::class_of(&decode_name(name))
                    .or_else(|| fontmap::class_of(name.split('-').next().unwrap_or_default()))
                    .or_else(|| {
                        is_cjk.then_some(if is_korean {
                            Class::Malgun
                        } else if wanted.is_serif {
                            Class::Song
                        } else {
                            Class::Hei
                        })
                    });
                let face = class.and_then(|class| fonts::face(class.family(), wanted.is_bold));
                match (face, class) {
                    (Some(bytes), Some(class)) => {
                        let mut heard = for_fonts.lock().unwrap_or_else(PoisonError::into_inner);
                        heard.fonts.insert(FontUse {
                            asked: decode_name(name).chars().take(100).collect(),
                            used: class.family().to_owned(),
                        });
                        Some((Arc::new(bytes), 0))
                    }
                    _ => Some(wanted.pick_standard_font().get_font_data()),
                }
            }
        }),
        cmap_resolver: Arc::new(cmaps::resolve),
        warning_sink: Arc::new(move |warning| {
            let mut heard = for_warnings.lock().unwrap_or_else(PoisonError::into_inner);
            match warning {
                InterpreterWarning::UnsupportedFont => heard.unsupported_font = true,
                InterpreterWarning::ImageDecodeFailure => heard.broken_image = true,
                _ => {}
            }
        }),
        ..InterpreterSettings::default()
    }
}

/// Chinese producers write family names into PDF in GBK; read as Latin, byte
/// by byte, they come back here.
fn decode_name(name: &str) -> String {
    let bytes: Option<Vec<u8>> = name
        .chars()
        .map(|character| u8::try_from(u32::from(character)).ok())
        .collect();
    match bytes {
        Some(bytes) if !bytes.is_ascii() => {
            match encoding_rs::GBK.decode_without_bom_handling(&bytes) {
                (text, false) => text.into_owned(),
                (_, true) => name.to_owned(),
            }
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::decode_name;

    #[test]
    fn family_names_in_gbk_are_read() {
        let (gbk, _, _) = encoding_rs::GBK.encode("宋体");
        let latin: String = gbk.iter().map(|byte| char::from(*byte)).collect();
        assert_eq!(decode_name(&latin), "宋体");
        assert_eq!(decode_name("SimSun"), "SimSun");
    }
}
