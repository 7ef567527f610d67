//! The bundled fonts: their bytes, and a directory of them for the engine that
//! takes fonts only by path. Which families there are, their sources and
//! licences: `fonts/README.md`.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// The family of the class 宋体.
pub const SONG: &str = "Wenyuan Song";
/// The family of the class 黑体.
pub const HEI: &str = "Wenyuan Hei";
/// The family of the class 仿宋.
pub const FANG_SONG: &str = "Wenyuan FangSong";
/// The family of the class 楷体.
pub const KAI: &str = "Wenyuan Kai";

/// Families under the names that the Office engine gets to see.
///
/// For Chinese text whose file names no Chinese family, the engine takes the
/// first family by name that has the characters. That must be Hei, not FangSong
/// or Kai: so these two come last in the directory that the engine searches.
/// The names are of equal length, so that they are exchanged in place.
const ENGINE_NAMES: [(&str, &str); 2] = [(FANG_SONG, "Zenyuan FangSong"), (KAI, "Zenyuan Kai")];

include!(concat!(env!("OUT_DIR"), "/bundled_fonts.rs"));

/// Gives every bundled font: its file name and its bytes.
#[must_use]
pub fn bundled() -> &'static [(&'static str, &'static [u8])] {
    BUNDLED
}

/// Writes the bundled fonts below `parent` and returns their directory.
///
/// The directory's name is made from the fonts, so that it is written once per
/// build; a half-written one is never seen, because it is renamed into place.
///
/// # Errors
/// When the directory cannot be written.
pub fn unpack(parent: &Path) -> io::Result<PathBuf> {
    let target = parent.join(format!("fonts-{:016x}", fingerprint()));
    if is_complete(&target) {
        return Ok(target);
    }
    fs::create_dir_all(parent)?;
    let staging = parent.join(format!(
        ".fonts-{:016x}-{}",
        fingerprint(),
        std::process::id()
    ));
    fs::create_dir_all(&staging)?;
    for (name, bytes) in bundled() {
        fs::write(staging.join(name), for_engine(bytes))?;
    }
    // What stands there is incomplete: an interrupted removal, never a write.
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let renamed = fs::rename(&staging, &target);
    if renamed.is_err() {
        // Another process of the same build may have been faster.
        fs::remove_dir_all(&staging)?;
        if !is_complete(&target) {
            renamed?;
        }
    }
    Ok(target)
}

fn is_complete(directory: &Path) -> bool {
    directory.is_dir()
        && bundled().iter().all(|(name, bytes)| {
            fs::metadata(directory.join(name))
                .is_ok_and(|metadata| metadata.len() == bytes.len() as u64)
        })
}

/// The name under which the Office engine finds a bundled family.
pub(crate) fn engine_name(family: &str) -> &str {
    ENGINE_NAMES
        .iter()
        .find(|(own, _)| *own == family)
        .map_or(family, |(_, name)| name)
}

/// The bundled family behind a name that the Office engine tells.
pub(crate) fn own_name(engine_name: &str) -> &str {
    ENGINE_NAMES
        .iter()
        .find(|(_, name)| *name == engine_name)
        .map_or(engine_name, |(own, _)| own)
}

/// A font as the engine gets it: its family under the engine's name, one table
/// of characters instead of four that say the same.
///
/// The engine reads all characters of all fonts at each conversion, twice, and
/// sorts them: a fifth of its time.
fn for_engine(bytes: &[u8]) -> Vec<u8> {
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
    let mut out = bytes.to_vec();
    for (own, name) in ENGINE_NAMES {
        let (own, name) = (wide(own), wide(name));
        let mut from = 0;
        while let Some(at) = crate::detect::find(&bytes[from..], &own) {
            let at = from + at;
            out[at..at + name.len()].copy_from_slice(&name);
            from = at + own.len();
        }
    }
    keep_one_character_table(&mut out);
    out
}

/// Leaves the fullest Unicode table of the `cmap` alone; `None` when the font
/// is not of the plain kind, and stays as it is.
fn keep_one_character_table(font: &mut [u8]) -> Option<()> {
    const RECORD: usize = 8;
    let number = |at: usize| -> Option<usize> {
        let bytes = font.get(at..at + 2)?.try_into().ok()?;
        Some(usize::from(u16::from_be_bytes(bytes)))
    };
    let tables = number(4)?;
    let directory = font.get(12..12 + 16 * tables)?;
    let entry = directory
        .chunks(16)
        .find(|entry| entry.starts_with(b"cmap"))?;
    let start = u32::from_be_bytes(entry.get(8..12)?.try_into().ok()?) as usize;
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

/// Counts up with every change of what [`for_engine`] does.
const REVISION: u32 = 2;

/// A font begins with the checksums of its tables, so its head stands for it.
fn fingerprint() -> u64 {
    const HEAD_BYTES: usize = 1024;
    let mut hasher = DefaultHasher::new();
    REVISION.hash(&mut hasher);
    ENGINE_NAMES.hash(&mut hasher);
    for (name, bytes) in bundled() {
        name.hash(&mut hasher);
        bytes.len().hash(&mut hasher);
        bytes[..bytes.len().min(HEAD_BYTES)].hash(&mut hasher);
    }
    hasher.finish()
}

/// The face of a bundled family: bold when asked for and there.
pub(crate) fn face(family: &str, bold: bool) -> Option<&'static [u8]> {
    let stem: String = family.chars().filter(|c| *c != ' ').collect();
    let find = |style: &str| {
        bundled()
            .iter()
            .find(|(name, _)| {
                name.strip_prefix(stem.as_str())
                    .is_some_and(|rest| rest.starts_with(style))
            })
            .map(|(_, bytes)| *bytes)
    };
    if bold {
        find("-Bold.").or_else(|| find("-Regular."))
    } else {
        find("-Regular.")
    }
}

#[cfg(test)]
mod tests {
    use super::{bundled, engine_name, for_engine, keep_one_character_table, own_name, unpack};

    #[test]
    fn names_for_the_engine_are_as_long_as_our_own() {
        for family in [super::SONG, super::HEI, super::FANG_SONG, super::KAI] {
            assert_eq!(engine_name(family).len(), family.len());
            assert_eq!(own_name(engine_name(family)), family);
        }
    }

    #[test]
    fn fonts_for_the_engine_have_one_table_of_characters() {
        for (name, bytes) in bundled() {
            let font = for_engine(bytes);
            assert_eq!(font.len(), bytes.len());
            let at = 12 + 16 * usize::from(u16::from_be_bytes([font[4], font[5]]));
            let entry = font[12..at]
                .chunks(16)
                .find(|entry| entry.starts_with(b"cmap"))
                .unwrap();
            let start = u32::from_be_bytes(entry[8..12].try_into().unwrap()) as usize;
            assert_eq!(font[start + 2..start + 4], [0, 1], "{name}");
            // Windows, Unicode; beyond the first plane for Chinese.
            let encoding = if name.starts_with("Wenyuan") { 10 } else { 1 };
            assert_eq!(font[start + 4..start + 8], [0, 3, 0, encoding], "{name}");
        }
        assert_eq!(keep_one_character_table(&mut [0; 40]), None);
    }

    #[test]
    fn unpacking_twice_writes_once_and_mends_a_broken_directory() {
        let parent = std::env::temp_dir().join(format!("wenyuan-fonts-{}", std::process::id()));
        let first = unpack(&parent).unwrap();
        assert_eq!(std::fs::read_dir(&first).unwrap().count(), bundled().len());
        if let Some((name, bytes)) = bundled().first() {
            std::fs::write(first.join(name), b"cut").unwrap();
            assert_eq!(unpack(&parent).unwrap(), first);
            let mended = std::fs::metadata(first.join(name)).unwrap();
            assert_eq!(mended.len(), bytes.len() as u64);
        }
        std::fs::remove_dir_all(&parent).unwrap();
    }
}
