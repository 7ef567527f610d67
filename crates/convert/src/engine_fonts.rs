//! The bundled fonts as the Office engine gets to see them.
//!
//! The engine knows some things about East Asian type by the names of the
//! families it was measured with: that Word gives a line set in such a face
//! 130 % of its body, an empty paragraph and a line of Latin too; and which
//! family to take for a script when the file names none. It reads the height of
//! a line from the face, and 微软雅黑 stands on a taller body than 黑体. So the
//! faces are written for it under names it knows, those without serifs, the
//! Korean and a Latin one twice, on two bodies. Each lies in a folder of its own:
//! the one that the machine has under that very name is left out.

use std::io;
use std::path::{Path, PathBuf};

use crate::detect::find;
use crate::fonts;
use crate::sfnt::{place, record, u16_at};

/// A bundled family under a name, and on a body, that means something to the
/// engine.
#[derive(Hash)]
pub(crate) struct EngineFace {
    /// Its family in `fonts/README.md`.
    pub(crate) own: &'static str,
    /// Its family for the engine.
    pub(crate) name: &'static str,
    /// The body, when it is not the one that the file states.
    body: Option<Body>,
}

/// Ascent, descent and line gap of the design that the face stands for.
#[derive(Clone, Copy, Hash)]
struct Body {
    em: i32,
    ascent: i32,
    descent: i32,
    gap: i32,
}

pub(crate) const SONG: &str = "SimSun";
pub(crate) const YAHEI: &str = "Microsoft YaHei";
pub(crate) const HEI: &str = "Nanum Gothic";
pub(crate) const FANG_SONG: &str = "Nanum Myeongjo";
pub(crate) const KAI: &str = "Gungsuh";
/// 맑은 고딕, which the engine itself leads here.
const MALGUN: &str = "Noto Sans CJK KR";
pub(crate) const GULIM: &str = "Gulim";

/// The Latin face of a current Word, which has no free twin. Arial's widths are
/// within some percent of its; its body is lower than that of the face which
/// the engine would take.
pub(crate) const APTOS: &str = "Aptos";

pub(crate) const FACES: [EngineFace; 8] = [
    EngineFace {
        own: fonts::SONG,
        name: SONG,
        body: None,
    },
    // What msyh.ttc states in `hhea`.
    EngineFace {
        own: fonts::HEI,
        name: YAHEI,
        body: Some(Body {
            em: 2048,
            ascent: 2167,
            descent: 536,
            gap: 0,
        }),
    },
    EngineFace {
        own: fonts::HEI,
        name: HEI,
        body: None,
    },
    EngineFace {
        own: fonts::FANG_SONG,
        name: FANG_SONG,
        body: None,
    },
    EngineFace {
        own: fonts::KAI,
        name: KAI,
        body: None,
    },
    EngineFace {
        own: fonts::KOREAN,
        name: MALGUN,
        body: None,
    },
    EngineFace {
        own: fonts::LATIN_SANS,
        name: APTOS,
        body: Some(Body {
            em: 2048,
            ascent: 1923,
            descent: 577,
            gap: 0,
        }),
    },
    // 굴림, 돋움, 바탕 and 궁서 share these.
    EngineFace {
        own: fonts::KOREAN,
        name: GULIM,
        body: Some(Body {
            em: 1024,
            ascent: 879,
            descent: 145,
            gap: 152,
        }),
    },
];

/// Counts up with every change of what [`write`] does to a font.
pub(crate) const REVISION: u32 = 1;

/// The bundled family behind a name that the engine tells.
pub(crate) fn own_name(engine_name: &str) -> &str {
    FACES
        .iter()
        .find(|face| face.name == engine_name)
        .map_or(engine_name, |face| face.own)
}

/// The folders of an unpacked directory that this machine needs.
pub(crate) fn folders(unpacked: &Path, machine_has: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    std::iter::once(LATIN)
        .chain(FACES.iter().map(|face| face.name))
        .filter(|name| !machine_has(name))
        .map(|name| unpacked.join(name))
        .collect()
}

const LATIN: &str = "latin";

/// Whether a folder holds Korean faces. The engine reads all characters of all
/// faces that it is given, at each conversion, so these are kept from files
/// without Korean.
pub(crate) fn is_korean(folder: &Path) -> bool {
    [MALGUN, GULIM].iter().any(|name| folder.ends_with(name))
}

/// Whether a part is Korean by its letters, or asks for the face of Korean
/// Windows. A theme names that face in every Office file, and is not asked.
pub(crate) fn is_korean_part(name: &str, content: &[u8]) -> bool {
    // The first bytes of Hangul in UTF-8, and of a few scripts as rare here.
    let has_hangul = || content.iter().any(|byte| (0xea..=0xed).contains(byte));
    !name.contains("/theme/") && (has_hangul() || find(content, b"Malgun").is_some())
}

/// Where a bundled file stands in the directory: once for each of its faces.
pub(crate) fn places(file_name: &str) -> Vec<PathBuf> {
    let mut folders: Vec<&str> = faces_of(file_name).map(|face| face.name).collect();
    // Latin families keep their own names, too.
    if !file_name.starts_with("Wenyuan") {
        folders.push(LATIN);
    }
    folders
        .into_iter()
        .map(|folder| Path::new(folder).join(file_name))
        .collect()
}

fn faces_of(file_name: &str) -> impl Iterator<Item = &'static EngineFace> {
    FACES
        .iter()
        .filter(move |face| file_name.starts_with(&format!("{}-", stem(face.own))))
}

/// Writes the directory.
pub(crate) fn write(directory: &Path) -> io::Result<()> {
    for (name, bytes) in fonts::bundled() {
        let mut faces = faces_of(name);
        for place in places(name) {
            let mut dressed = match faces.next() {
                Some(face) => face.dress(bytes).ok_or_else(|| {
                    io::Error::new(io::ErrorKind::InvalidData, format!("{name} is no font"))
                })?,
                None => bytes.to_vec(),
            };
            // A font of another kind stays as it is.
            let _ = keep_one_character_table(&mut dressed);
            let path = directory.join(place);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, dressed)?;
        }
    }
    Ok(())
}

/// A family's part of a file name.
pub(crate) fn stem(family: &str) -> String {
    family.chars().filter(|c| *c != ' ').collect()
}

/// Leaves the fullest Unicode table of the `cmap` alone; `None` when the font
/// is not of the plain kind, and stays as it is.
///
/// The engine reads all characters of all fonts at each conversion, twice, and
/// sorts them: four tables that say the same cost a fifth of its time.
fn keep_one_character_table(font: &mut [u8]) -> Option<()> {
    const RECORD: usize = 8;
    let number = |at: usize| u16_at(font, at).map(usize::from);
    let (start, _) = place(font, b"cmap")?;
    let count = number(start + 2)?;
    let first = start + 4;
    // Platform and encoding, the ones that reach beyond the first plane best.
    let rank = |at: usize| match (number(at), number(at + 2)) {
        (Some(3), Some(10)) => 4,
        (Some(0), Some(4 | 6)) => 3,
        (Some(3), Some(1)) => 2,
        (Some(0), Some(_)) => 1,
        _ => 0,
    };
    let best = (0..count)
        .map(|index| first + RECORD * index)
        .max_by_key(|at| rank(*at))
        .filter(|at| rank(*at) > 0)?;
    font.get(best..best + RECORD)?;
    font.copy_within(best..best + RECORD, first);
    font.get_mut(start + 2..start + 4)?
        .copy_from_slice(&1_u16.to_be_bytes());
    Some(())
}

impl EngineFace {
    /// The font file with this face's family and body. The PostScript name
    /// stays, by which the PDF and the report know the bundled font.
    fn dress(&self, font: &[u8]) -> Option<Vec<u8>> {
        let mut out = font.to_vec();
        if let Some(body) = self.body {
            let em = i32::from(u16_at(font, place(font, b"head")?.0 + 18)?);
            let of_em = |part: i32| ((part * em + body.em / 2) / body.em) as i16;
            let (ascent, descent, gap) = (of_em(body.ascent), of_em(body.descent), of_em(body.gap));
            let (hhea, _) = place(font, b"hhea")?;
            let (os2, _) = place(font, b"OS/2")?;
            for (at, value) in [
                (hhea + 4, ascent),
                (hhea + 6, -descent),
                (hhea + 8, gap),
                (os2 + 68, ascent),
                (os2 + 70, -descent),
                (os2 + 72, gap),
                (os2 + 74, ascent),
                (os2 + 76, descent),
            ] {
                out.get_mut(at..at + 2)?
                    .copy_from_slice(&value.to_be_bytes());
            }
        }
        let names = self.renamed(font)?;
        out.resize(out.len().next_multiple_of(4), 0);
        let (record, at) = (record(font, b"name")?, out.len());
        out.extend_from_slice(&names);
        out.get_mut(record + 8..record + 12)?
            .copy_from_slice(&(at as u32).to_be_bytes());
        out.get_mut(record + 12..record + 16)?
            .copy_from_slice(&(names.len() as u32).to_be_bytes());
        Some(out)
    }

    /// The `name` table with the English family exchanged and the other
    /// languages left out.
    fn renamed(&self, font: &[u8]) -> Option<Vec<u8>> {
        const ENGLISH: u16 = 0x409;
        const FAMILY: [u16; 2] = [1, 16];
        let (at, length) = place(font, b"name")?;
        let old = font.get(at..at + length)?;
        let strings = usize::from(u16_at(old, 4)?);
        let mut records = Vec::new();
        for index in 0..usize::from(u16_at(old, 2)?) {
            let field = |number: usize| u16_at(old, 6 + index * 12 + number * 2);
            if field(2)? != ENGLISH {
                continue;
            }
            let from = strings + usize::from(field(5)?);
            let text = old.get(from..from + usize::from(field(4)?))?;
            let text = if FAMILY.contains(&field(3)?) {
                self.name
                    .encode_utf16()
                    .flat_map(u16::to_be_bytes)
                    .collect()
            } else {
                text.to_vec()
            };
            records.push(([field(0)?, field(1)?, field(2)?, field(3)?], text));
        }
        let head = [0, records.len() as u16, (6 + records.len() * 12) as u16];
        let mut out: Vec<u8> = head.into_iter().flat_map(u16::to_be_bytes).collect();
        let mut offset = 0;
        for (keys, text) in &records {
            let fields = keys.iter().copied().chain([text.len() as u16, offset]);
            out.extend(fields.flat_map(u16::to_be_bytes));
            offset += text.len() as u16;
        }
        out.extend(records.into_iter().flat_map(|(_, text)| text));
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        FACES, faces_of, folders, is_korean, is_korean_part, keep_one_character_table, own_name,
        places, stem,
    };
    use crate::fonts;
    use std::path::Path;
    use typst::foundations::Bytes;
    use typst::layout::Abs;
    use typst::text::{Font, FontVariant, FontVariations};

    #[test]
    fn every_face_has_its_name_and_its_body() {
        for face in &FACES {
            let bytes = fonts::face(face.own, false).unwrap();
            let dressed = face.dress(bytes).unwrap();
            let font = Font::new(Bytes::new(dressed), 0).unwrap();
            assert_eq!(font.info().family, face.name);
            // What the report knows it by in the PDF.
            let postscript = font.post_script_name().unwrap();
            assert!(postscript.starts_with(&stem(face.own)), "{postscript}");
            if let Some(body) = face.body {
                let instance = font.instantiate(
                    FontVariant::default(),
                    Abs::pt(10.0),
                    &FontVariations::default(),
                );
                let stated = instance.metrics().ascender.get();
                let wanted = f64::from(body.ascent) / f64::from(body.em);
                assert!((stated - wanted).abs() < 0.001, "{}: {stated}", face.name);
            }
            assert_eq!(own_name(face.name), face.own);
        }
        assert_eq!(places("WenyuanHei-Bold.otf").len(), 2);
        assert_eq!(places("LiberationSans-Bold.ttf").len(), 2);
        assert_eq!(
            places("Carlito-Bold.ttf"),
            [Path::new("latin/Carlito-Bold.ttf")]
        );
        assert_eq!(faces_of("Carlito-Bold.ttf").count(), 0);
    }

    #[test]
    fn fonts_for_the_engine_have_one_table_of_characters() {
        for (name, bytes) in fonts::bundled() {
            let mut font = bytes.to_vec();
            keep_one_character_table(&mut font).unwrap();
            let at = 12 + 16 * usize::from(u16::from_be_bytes([font[4], font[5]]));
            let entry = font[12..at]
                .chunks(16)
                .find(|entry| entry.starts_with(b"cmap"))
                .unwrap();
            let start = u32::from_be_bytes(entry[8..12].try_into().unwrap()) as usize;
            assert_eq!(font[start + 2..start + 4], [0, 1], "{name}");
            // Windows, Unicode; beyond the first plane for Chinese.
            let is_chinese = name.starts_with("Wenyuan") && !name.starts_with("WenyuanKGothic");
            let encoding = if is_chinese { 10 } else { 1 };
            assert_eq!(font[start + 4..start + 8], [0, 3, 0, encoding], "{name}");
        }
        assert_eq!(keep_one_character_table(&mut [0; 40]), None);
    }

    #[test]
    fn only_korean_files_get_the_korean_faces() {
        let folders = folders(Path::new("/f"), |_| false);
        assert_eq!(folders.iter().filter(|folder| is_korean(folder)).count(), 2);
        assert!(is_korean_part(
            "word/document.xml",
            "<t>보고서</t>".as_bytes()
        ));
        assert!(is_korean_part(
            "word/styles.xml",
            b"ascii=\"Malgun Gothic\""
        ));
        assert!(!is_korean_part(
            "word/document.xml",
            "<t>文化 café</t>".as_bytes()
        ));
        assert!(!is_korean_part(
            "word/theme/theme1.xml",
            "맑은 고딕".as_bytes()
        ));
    }

    #[test]
    fn a_family_that_the_machine_has_is_not_shadowed() {
        let folders = folders(Path::new("/f"), |name| name == "SimSun");
        assert!(!folders.contains(&Path::new("/f/SimSun").to_owned()));
        assert!(folders.contains(&Path::new("/f/latin").to_owned()));
        assert_eq!(folders.len(), FACES.len());
    }
}
