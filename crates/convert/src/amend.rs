//! Adds to a PDF, before it is read, what its fonts leave out: the map to
//! Unicode of a font whose encoding tells it, and the true encoding of Chinese
//! fonts that lie about it.
//!
//! hayro keeps a font's encoding to itself, so that a glyph cannot be asked for
//! it later; it does read the font's dictionary. So the dictionaries are written
//! anew in an incremental update at the end of the file, as PDF means changes to
//! be made. Only the copy that is drawn is amended, never the one kept.

use std::time::{Duration, Instant};

use hayro::hayro_interpret::hayro_cmap::CidFamily;
use hayro::hayro_interpret::hayro_syntax::object::dict::keys::{
    BASE_FONT, CIDSYSTEMINFO, DESCENDANT_FONTS, DIFFERENCES, ENCODING, FIRST_CHAR, FLAGS,
    FONT_DESC, FONT_FILE, FONT_FILE2, FONT_FILE3, ORDERING, REGISTRY, SUBTYPE, TO_UNICODE, WIDTHS,
};
use hayro::hayro_interpret::hayro_syntax::object::{self, Array, Dict, Name, Object};
use hayro::hayro_syntax::Pdf;

use crate::cmaps;
use crate::detect::find;
use crate::pdf_update::appended;

/// Looking at objects ends after this time: a file may name one place a million
/// times over.
const PATIENCE: Duration = Duration::from_secs(2);
/// A map that there is not, so that hayro looks further.
const UNKNOWN: &str = "None";
/// Fonts amended at most.
const MAX_FONTS: usize = 10_000;

/// Gives the file with its fonts amended; `None` when there is nothing to add.
pub(crate) fn amended(bytes: &[u8], pdf: &Pdf) -> Option<Vec<u8>> {
    let start = Instant::now();
    let mut fonts = Vec::new();
    for object in pdf.objects() {
        if start.elapsed() > PATIENCE || fonts.len() >= MAX_FONTS {
            break;
        }
        let Object::Dict(dict) = object else {
            continue;
        };
        if let (Some(id), Some(font)) = (dict.obj_id(), amended_font(&dict)) {
            fonts.push((id, font));
        }
    }
    if fonts.is_empty() {
        return None;
    }
    appended(bytes, &fonts)
}

/// A font's dictionary as it should be.
fn amended_font(font: &Dict<'_>) -> Option<Vec<u8>> {
    if font.contains_key(TO_UNICODE) {
        return None;
    }
    match font.get::<Name<'_>>(SUBTYPE)?.as_ref() {
        b"Type0" => composite(font),
        b"TrueType" if !font.contains_key(ENCODING) => {
            // Without a word of its encoding it has the machine's; a subset with
            // codes of its own begins at 0 or 1.
            let begins_at_space = font.get::<u32>(FIRST_CHAR)? >= 32;
            begins_at_space.then(|| with(font, cmaps::LATIN, None))
        }
        b"TrueType" => chinese_in_disguise(font),
        b"Type3" => names_tell_codes(font).then(|| with(font, cmaps::LATIN, None)),
        _ => None,
    }
}

/// The dictionary with a map to Unicode, and with another name if it needs one.
fn with(font: &Dict<'_>, map: &str, name: Option<&str>) -> Vec<u8> {
    let body = font.data();
    let mut body = body.strip_prefix(b"<<").unwrap_or(body).to_vec();
    let mut added = format!("<</ToUnicode/{map} ");
    if let Some(name) = name {
        if let Some(at) = find(&body, b"/BaseFont") {
            body[at + 1] = b'-';
        }
        added.push_str(&format!("/BaseFont/{} ", escaped(name.as_bytes())));
    }
    [added.into_bytes(), body].concat()
}

fn escaped(name: &[u8]) -> String {
    name.iter().map(|byte| format!("#{byte:02X}")).collect()
}

/// A font's name that is in GBK; hayro takes names in UTF-8 only.
fn name_in_gbk(name: &[u8]) -> Option<String> {
    if std::str::from_utf8(name).is_ok() {
        return None;
    }
    match encoding_rs::GBK.decode_without_bom_handling(name) {
        (text, false) => Some(text.into_owned()),
        (_, true) => None,
    }
}

fn composite(font: &Dict<'_>) -> Option<Vec<u8>> {
    let descendant = font
        .get::<Array<'_>>(DESCENDANT_FONTS)?
        .iter::<Dict<'_>>()
        .next()?;
    let name = font
        .get::<Name<'_>>(BASE_FONT)
        .and_then(|name| name_in_gbk(&name));
    match (map_of_composite(font, &descendant), &name) {
        (Some(map), name) => Some(with(font, &map, name.as_deref())),
        (None, Some(name)) => Some(with(font, UNKNOWN, Some(name))),
        (None, None) => None,
    }
}

/// The map for a composite font.
fn map_of_composite(font: &Dict<'_>, descendant: &Dict<'_>) -> Option<String> {
    let encoding = font.get::<Name<'_>>(ENCODING)?;
    let is_embedded = descendant
        .get::<Dict<'_>>(FONT_DESC)
        .is_some_and(|descriptor| has_program(&descriptor));
    let info = descendant.get::<Dict<'_>>(CIDSYSTEMINFO);
    let family = info.and_then(|info| {
        let registry = info.get::<object::String<'_>>(REGISTRY)?;
        let ordering = info.get::<object::String<'_>>(ORDERING)?;
        Some(CidFamily::from_registry_ordering(&registry, &ordering))
    });
    if !is_embedded {
        // hayro finds the Unicode of the Chinese collections itself. What is
        // left are codes that are glyphs of a font on the writer's machine.
        let is_glyphs = encoding.starts_with(b"Identity")
            && !matches!(
                family,
                Some(
                    CidFamily::AdobeGB1
                        | CidFamily::AdobeCNS1
                        | CidFamily::AdobeJapan1
                        | CidFamily::AdobeKorea1
                )
            )
            && descendant.get::<Name<'_>>(SUBTYPE)?.as_ref() == b"CIDFontType2";
        return is_glyphs.then(|| cmaps::GLYPHS.to_owned());
    }
    cmaps::name_for(std::str::from_utf8(&encoding).ok()?, family.as_ref())
}

fn has_program(descriptor: &Dict<'_>) -> bool {
    [FONT_FILE, FONT_FILE2, FONT_FILE3]
        .iter()
        .any(|key| descriptor.contains_key(key))
}

/// Chinese producers (S22PDF is known for it) write a font by its name in GBK,
/// do not embed it, and call its encoding WinAnsi: the text is in GBK, two bytes
/// a character, half an em a byte. Said as it is, such a font can be drawn.
fn chinese_in_disguise(font: &Dict<'_>) -> Option<Vec<u8>> {
    let name = font.get::<Name<'_>>(BASE_FONT)?;
    let encoding = font.get::<Name<'_>>(ENCODING)?;
    let descriptor = font.get::<Dict<'_>>(FONT_DESC)?;
    if name.is_ascii()
        || encoding.as_ref() != b"WinAnsiEncoding"
        || has_program(&descriptor)
        // Not symbolic: the letters are Latin after all.
        || descriptor.get::<u32>(FLAGS)? & 4 == 0
    {
        return None;
    }
    // One width for all codes is what gives such a font away.
    let widths: Vec<f32> = font.get::<Array<'_>>(WIDTHS)?.iter::<f32>().collect();
    let byte = *widths.first()?;
    if widths.len() < 128 || widths.iter().any(|width| (width - byte).abs() > 1.0) {
        return None;
    }
    let name = escaped(name_in_gbk(&name)?.as_bytes());
    let descriptor = font
        .get_ref(FONT_DESC)
        .map(|id| format!("/FontDescriptor {} {} R", id.obj_number, id.gen_number))
        .unwrap_or_default();
    Some(
        format!(
            "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/GBK-EUC-H/DescendantFonts[<</Type/Font\
             /Subtype/CIDFontType2/BaseFont/{name}{descriptor}/DW {}/W[814 939 {byte} 7712 7716 {byte}]>>]>>",
            byte * 2.0
        )
        .into_bytes(),
    )
}

/// Whether a drawn font's glyph names are numbers that are its codes (`/a65`),
/// as the fonts of dvips become in PDF; else its codes mean nothing.
fn names_tell_codes(font: &Dict<'_>) -> bool {
    let Some(differences) = font
        .get::<Dict<'_>>(ENCODING)
        .and_then(|encoding| encoding.get::<Array<'_>>(DIFFERENCES))
    else {
        return false;
    };
    let (mut code, mut names, mut telling) = (0_i64, 0, 0);
    for item in differences.iter::<Object<'_>>().take(512) {
        match item {
            Object::Number(number) => code = number.as_i64(),
            Object::Name(name) => {
                if name.as_ref() != b".notdef" {
                    names += 1;
                    let digits = name
                        .as_str()
                        .trim_start_matches(|c: char| c.is_ascii_alphabetic());
                    telling += usize::from(digits.parse() == Ok(code));
                }
                code += 1;
            }
            _ => {}
        }
    }
    names > 0 && telling == names
}
