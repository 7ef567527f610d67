//! The bundled fonts: their bytes, and a directory of them for the engine that
//! takes fonts only by path. Which families there are, their sources and
//! licences: `fonts/README.md`.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use crate::engine_fonts;

/// The family of the class 宋体.
pub const SONG: &str = "Wenyuan Song";
/// The family of the class 黑体.
pub const HEI: &str = "Wenyuan Hei";
/// The family of the class 仿宋.
pub const FANG_SONG: &str = "Wenyuan FangSong";
/// The family of the class 楷体.
pub const KAI: &str = "Wenyuan Kai";

/// The family with the widths of Arial.
pub const LATIN_SANS: &str = "Liberation Sans";
/// The Korean family, with the widths of 맑은 고딕.
pub const KOREAN: &str = "Wenyuan K Gothic";

include!(concat!(env!("OUT_DIR"), "/bundled_fonts.rs"));

/// Gives every bundled font: its file name and its bytes.
#[must_use]
pub fn bundled() -> &'static [(&'static str, &'static [u8])] {
    BUNDLED
}

/// Writes the bundled fonts below `parent`, as the Office engine wants them
/// (`engine_fonts`), and returns their directory.
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
    engine_fonts::write(&staging)?;
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
    // A new name table makes a file longer, so the least length is asked for.
    let is_whole = |path: &Path, bytes: &[u8]| {
        fs::metadata(path).is_ok_and(|metadata| metadata.len() >= bytes.len() as u64)
    };
    directory.is_dir()
        && bundled().iter().all(|(name, bytes)| {
            engine_fonts::places(name)
                .iter()
                .all(|place| is_whole(&directory.join(place), bytes))
        })
}

/// A font begins with the checksums of its tables, so its head stands for it.
fn fingerprint() -> u64 {
    const HEAD_BYTES: usize = 1024;
    let mut hasher = DefaultHasher::new();
    engine_fonts::REVISION.hash(&mut hasher);
    engine_fonts::FACES.hash(&mut hasher);
    for (name, bytes) in bundled() {
        name.hash(&mut hasher);
        bytes.len().hash(&mut hasher);
        bytes[..bytes.len().min(HEAD_BYTES)].hash(&mut hasher);
    }
    hasher.finish()
}

/// The face of a bundled family: bold when asked for and there.
pub(crate) fn face(family: &str, bold: bool) -> Option<&'static [u8]> {
    let stem = engine_fonts::stem(family);
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
    use super::{bundled, unpack};

    #[test]
    fn unpacking_twice_writes_once_and_mends_a_broken_directory() {
        let parent = std::env::temp_dir().join(format!("wenyuan-fonts-{}", std::process::id()));
        let first = unpack(&parent).unwrap();
        if let Some((name, bytes)) = bundled().first() {
            let place = first.join(&crate::engine_fonts::places(name)[0]);
            std::fs::write(&place, b"cut").unwrap();
            assert_eq!(unpack(&parent).unwrap(), first);
            assert!(std::fs::metadata(place).unwrap().len() > bytes.len() as u64);
        }
        std::fs::remove_dir_all(&parent).unwrap();
    }
}
