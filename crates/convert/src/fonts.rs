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

/// A font with its family exchanged for the engine's name of it.
fn for_engine(bytes: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
    let mut out = std::borrow::Cow::Borrowed(bytes);
    for (own, name) in ENGINE_NAMES {
        let (own, name) = (wide(own), wide(name));
        let mut from = 0;
        while let Some(at) = crate::detect::find(&bytes[from..], &own) {
            let at = from + at;
            out.to_mut()[at..at + name.len()].copy_from_slice(&name);
            from = at + own.len();
        }
    }
    out
}

/// A font begins with the checksums of its tables, so its head stands for it.
fn fingerprint() -> u64 {
    const HEAD_BYTES: usize = 1024;
    let mut hasher = DefaultHasher::new();
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
    use super::{bundled, engine_name, own_name, unpack};

    #[test]
    fn names_for_the_engine_are_as_long_as_our_own() {
        for family in [super::SONG, super::HEI, super::FANG_SONG, super::KAI] {
            assert_eq!(engine_name(family).len(), family.len());
            assert_eq!(own_name(engine_name(family)), family);
        }
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
