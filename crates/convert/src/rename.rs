//! Rewrites family names in the XML of an Office package, as `fontmap` decides,
//! and spells out the East Asian families that Word takes from the theme.
//!
//! Only attribute values change, in place; everything else stays byte by byte.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use quick_xml::events::BytesStart;

use crate::detect::Format;
use crate::fontmap::{Choice, FontMap};
use crate::guard;
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::report::FontUse;
use crate::xml::{self, Edit};

/// Stand-ins by how sure it is that the document shows them.
#[derive(Default)]
pub(crate) struct Uses {
    /// Named by the text itself.
    by_text: BTreeSet<FontUse>,
    /// Named by a style, a theme or a list, which the text may not use.
    by_style: BTreeSet<FontUse>,
}

impl Uses {
    pub(crate) fn of_part(&mut self, name: &str) -> &mut BTreeSet<FontUse> {
        let is_style = name.starts_with("word/")
            && ["styles", "theme", "numbering", "glossary"]
                .iter()
                .any(|part| name.contains(part));
        if is_style || name.starts_with("ppt/theme/") || name.starts_with("ppt/slideMasters/") {
            &mut self.by_style
        } else {
            &mut self.by_text
        }
    }

    /// A style counts when the text does not already explain the face it asks
    /// for; the caller keeps only faces that are in the result.
    pub(crate) fn likely(self) -> BTreeSet<FontUse> {
        let Self {
            mut by_text,
            by_style,
        } = self;
        let explained: BTreeSet<String> = by_text.iter().map(|font| font.used.clone()).collect();
        by_text.extend(
            by_style
                .into_iter()
                .filter(|font| !explained.contains(&font.used)),
        );
        by_text
    }
}

/// The East Asian families a Word theme gives, which the engine does not look
/// up: it sets such text by the Latin family's metrics.
#[derive(Default)]
pub(crate) struct ThemeFonts {
    major: Option<String>,
    minor: Option<String>,
}

impl ThemeFonts {
    /// Reads `word/settings.xml` and the theme.
    pub(crate) fn read(settings: &[u8], theme: &[u8], limits: &Limits) -> Result<Self, Refusal> {
        let mut language = String::new();
        guard::walk_xml(settings, limits, |start| {
            if start.local_name().as_ref() == b"themeFontLang" {
                language = attribute(start, b"eastAsia").unwrap_or_default();
            }
        })?;
        let script = match language.to_ascii_lowercase().as_str() {
            "zh-cn" | "zh-sg" => "Hans",
            "zh-tw" | "zh-hk" | "zh-mo" => "Hant",
            "ja-jp" => "Jpan",
            "ko-kr" => "Hang",
            _ => "",
        };
        let mut fonts = Self::default();
        let mut is_major = false;
        guard::walk_xml(theme, limits, |start| {
            let slot = match start.local_name().as_ref() {
                b"majorFont" => {
                    is_major = true;
                    return;
                }
                b"minorFont" => {
                    is_major = false;
                    return;
                }
                b"ea" => attribute(start, b"typeface"),
                b"font" if attribute(start, b"script").as_deref() == Some(script) => {
                    attribute(start, b"typeface")
                }
                _ => return,
            };
            let target = if is_major {
                &mut fonts.major
            } else {
                &mut fonts.minor
            };
            // The theme's own East Asian family stands before its script list.
            if target.is_none() {
                *target = slot.filter(|family| !family.trim().is_empty());
            }
        })?;
        Ok(fonts)
    }

    pub(crate) fn get(&self, slot: &str) -> Option<&str> {
        if slot.starts_with("major") {
            self.major.as_deref()
        } else {
            self.minor.as_deref()
        }
    }
}

pub(crate) fn attribute(start: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    start
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .map(|attribute| String::from_utf8_lossy(&attribute.value).into_owned())
}

/// Replacements in one XML part.
pub(crate) struct Edits<'x> {
    xml: &'x [u8],
    edits: Vec<Edit>,
}

impl<'x> Edits<'x> {
    pub(crate) fn new(xml: &'x [u8]) -> Self {
        Self {
            xml,
            edits: Vec::new(),
        }
    }

    /// Looks for family names: `w:rFonts`, `w:font`, any `typeface`, and the
    /// workbook's `name` and `rFont`.
    pub(crate) fn see(
        &mut self,
        format: Format,
        start: &BytesStart<'x>,
        map: &FontMap,
        theme: &ThemeFonts,
        uses: &mut BTreeSet<FontUse>,
    ) {
        let element = start.local_name();
        let element = element.as_ref();
        let mut theme_slot = None;
        let mut literal = None;
        for attribute in start.attributes().with_checks(false).flatten() {
            let key = attribute.key.local_name();
            let names_family = match (element, key.as_ref()) {
                // The list of a theme's families by script: the engine reads
                // none of it, and none of it is a use.
                (b"font", b"typeface") => false,
                (b"rFonts", b"ascii" | b"hAnsi" | b"eastAsia" | b"cs") => true,
                (b"font", b"name") => format == Format::Docx,
                (b"name" | b"rFont", b"val") => format == Format::Xlsx,
                (_, b"typeface") => true,
                _ => false,
            };
            let Some(place) = self.place(&attribute.value) else {
                continue;
            };
            let Ok(value) = std::str::from_utf8(&self.xml[place.clone()]) else {
                continue;
            };
            if element == b"rFonts" && key.as_ref() == b"eastAsiaTheme" {
                theme_slot = theme.get(value).map(|family| {
                    let prefix = attribute.key.prefix();
                    let prefix = prefix.map_or(String::new(), |prefix| {
                        format!("{}:", String::from_utf8_lossy(prefix.as_ref()))
                    });
                    // Right behind the closing quote of this value.
                    (place.end + 1, prefix, family.to_owned())
                });
            }
            if element == b"rFonts" && key.as_ref() == b"eastAsia" {
                literal = Some(place.clone());
            }
            if !names_family {
                continue;
            }
            // A font table declares families, it does not use them.
            let mut unused = BTreeSet::new();
            let record = if element == b"font" {
                &mut unused
            } else {
                &mut *uses
            };
            if let Some(used) = choose(map, value, record) {
                self.edits.push((place, escape(&used)));
            }
        }
        if let Some((at, prefix, family)) = theme_slot {
            let used = choose(map, &family, uses).unwrap_or(family);
            match literal {
                Some(place) => {
                    self.edits.retain(|(other, _)| *other != place);
                    self.edits.push((place, escape(&used)));
                }
                None => self
                    .edits
                    .push((at..at, format!(" {prefix}eastAsia=\"{}\"", escape(&used)))),
            }
        }
    }

    /// Sets the value of an attribute.
    pub(crate) fn set(&mut self, start: &BytesStart<'x>, name: &[u8], value: String) {
        let found = start
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref() == name);
        if let Some(place) = found.and_then(|attribute| self.place(&attribute.value)) {
            self.edits.push((place, escape(&value)));
        }
    }

    /// Lowers a number in an attribute to `most`.
    pub(crate) fn cap(&mut self, start: &BytesStart<'x>, name: &[u8], most: u64) {
        let value = attribute(start, name).and_then(|value| value.trim().parse::<u64>().ok());
        if value.is_some_and(|value| value > most) {
            self.set(start, name, most.to_string());
        }
    }

    /// The text that follows an element's start, up to the next tag.
    pub(crate) fn text_after(&self, start: &BytesStart<'x>) -> Cow<'x, str> {
        let Some(place) = self.place(start) else {
            return Cow::Borrowed("");
        };
        let rest = self.xml.get(place.end..).unwrap_or_default();
        let text = rest.strip_prefix(b">").unwrap_or_default();
        let end = text.iter().position(|byte| *byte == b'<');
        String::from_utf8_lossy(text.get(..end.unwrap_or(text.len())).unwrap_or_default())
    }

    /// Where a borrowed value stands in the part.
    fn place(&self, value: &[u8]) -> Option<Range<usize>> {
        let start = (value.as_ptr() as usize).checked_sub(self.xml.as_ptr() as usize)?;
        let end = start.checked_add(value.len())?;
        (end <= self.xml.len()).then_some(start..end)
    }

    pub(crate) fn apply(self) -> Option<Vec<u8>> {
        xml::apply(self.xml, self.edits)
    }
}

/// The name to write instead of `asked`, recording a stand-in.
fn choose(map: &FontMap, asked: &str, uses: &mut BTreeSet<FontUse>) -> Option<String> {
    match map.choose(asked) {
        Choice::Keep => None,
        Choice::Alias(own) => Some(own),
        Choice::StandIn { name, family } => {
            uses.insert(FontUse {
                asked: asked.trim().chars().take(100).collect(),
                used: family.to_owned(),
            });
            Some(name.to_owned())
        }
    }
}

fn escape(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Edits, ThemeFonts};
    use crate::detect::Format;
    use crate::fontmap::FontMap;
    use crate::guard::walk_xml;
    use crate::limits::Limits;

    fn edited(format: Format, xml: &str) -> String {
        let map = FontMap::new(Vec::new(), true);
        let theme = ThemeFonts {
            major: None,
            minor: Some("宋体".to_owned()),
        };
        let mut fonts = BTreeSet::new();
        let mut edits = Edits::new(xml.as_bytes());
        walk_xml(xml.as_bytes(), &Limits::default(), |start| {
            edits.see(format, start, &map, &theme, &mut fonts);
        })
        .unwrap();
        edits
            .apply()
            .map_or(xml.to_owned(), |bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn names_are_rewritten_where_families_stand() {
        assert_eq!(
            edited(
                Format::Docx,
                r#"<w:rFonts w:ascii="Arial" w:eastAsia="仿宋_GB2312"/><w:t>仿宋_GB2312</w:t>"#
            ),
            r#"<w:rFonts w:ascii="Arial" w:eastAsia="Nanum Myeongjo"/><w:t>仿宋_GB2312</w:t>"#
        );
        assert_eq!(
            edited(Format::Pptx, r#"<a:ea typeface="微软雅黑"/>"#),
            r#"<a:ea typeface="Microsoft YaHei"/>"#
        );
        assert_eq!(
            edited(Format::Xlsx, r#"<font><name val="宋体"/></font>"#),
            r#"<font><name val="SimSun"/></font>"#
        );
    }

    #[test]
    fn theme_slots_are_spelled_out() {
        assert_eq!(
            edited(
                Format::Docx,
                r#"<w:rFonts w:eastAsiaTheme="minorEastAsia"/>"#
            ),
            r#"<w:rFonts w:eastAsiaTheme="minorEastAsia" w:eastAsia="SimSun"/>"#
        );
        assert_eq!(
            edited(
                Format::Docx,
                r#"<w:rFonts w:eastAsia="黑体" w:eastAsiaTheme="minorEastAsia"/>"#
            ),
            r#"<w:rFonts w:eastAsia="SimSun" w:eastAsiaTheme="minorEastAsia"/>"#
        );
    }
}
