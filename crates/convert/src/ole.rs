//! Looks into an OLE2 file (DOC, XLS, PPT) without parsing the document: is it
//! encrypted, does it carry macros. The document itself is LibreOffice's.
//!
//! [MS-CFB] names the container's fields, [MS-DOC], [MS-XLS] and [MS-PPT] the
//! marks of encryption.

use crate::detect::find;
use crate::metafile::Record;

/// Sectors of the directory that are looked at: 16,384 entries at 512 bytes.
const DIRECTORY_SECTORS: usize = 4096;
const END_OF_CHAIN: u32 = 0xffff_fffe;

/// A stream or storage: its name and its first sector.
struct Entry {
    name: String,
    start: u32,
    size: u64,
}

/// An OLE2 file's directory.
pub(crate) struct Ole<'b> {
    bytes: &'b [u8],
    sector_size: usize,
    entries: Vec<Entry>,
}

impl<'b> Ole<'b> {
    /// Reads the directory as far as it can be followed.
    pub(crate) fn read(bytes: &'b [u8]) -> Self {
        let shift = Record(bytes).u16(30).unwrap_or(9).clamp(7, 12);
        let mut ole = Self {
            bytes,
            sector_size: 1 << shift,
            entries: Vec::new(),
        };
        let mut sector = Record(bytes).u32(48).unwrap_or(END_OF_CHAIN);
        for _ in 0..DIRECTORY_SECTORS {
            let Some(content) = ole.sector(sector) else {
                break;
            };
            let entries: Vec<Entry> = content.chunks_exact(128).filter_map(entry).collect();
            ole.entries.extend(entries);
            let Some(next) = ole.next(sector) else { break };
            sector = next;
        }
        ole
    }

    /// Whether a password is needed to open the document.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.has_encrypted_word() || self.has_encrypted_workbook() || self.has_encrypted_show()
    }

    /// Whether the document carries Visual Basic.
    pub(crate) fn has_macros(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(entry.name.as_str(), "_VBA_PROJECT" | "_VBA_PROJECT_CUR"))
    }

    /// `fEncrypted` of the FIB; the obfuscation of `fObfuscated` needs the
    /// password as well.
    fn has_encrypted_word(&self) -> bool {
        const ENCRYPTED: u16 = 0x0100;
        self.head("WordDocument")
            .and_then(|fib| Record(fib).u16(10))
            .is_some_and(|flags| flags & ENCRYPTED != 0)
    }

    /// A `FilePass` record near the beginning: only `WriteProtect` may stand
    /// between it and the first `BOF`.
    fn has_encrypted_workbook(&self) -> bool {
        const FILE_PASS: u16 = 0x2f;
        const RECORDS: usize = 4;
        let Some(stream) = self.head("Workbook").or_else(|| self.head("Book")) else {
            return false;
        };
        let mut at = 0;
        for _ in 0..RECORDS {
            let (Some(kind), Some(length)) = (Record(stream).u16(at), Record(stream).u16(at + 2))
            else {
                return false;
            };
            if kind == FILE_PASS {
                return true;
            }
            at += 4 + usize::from(length);
        }
        false
    }

    /// The header token of `CurrentUserAtom`. The stream is small and lies in
    /// sectors of its own kind, so it is found by its beginning.
    fn has_encrypted_show(&self) -> bool {
        const ENCRYPTED: [u8; 8] = [0x14, 0, 0, 0, 0xdf, 0xc4, 0xd1, 0xf3];
        self.entries
            .iter()
            .any(|entry| entry.name == "PowerPoint Document")
            && find(self.bytes, &ENCRYPTED).is_some()
    }

    /// The first sector of a stream that is not small.
    fn head(&self, name: &str) -> Option<&'b [u8]> {
        const SMALL: u64 = 4096;
        let entry = self.entries.iter().find(|entry| entry.name == name)?;
        if entry.size < SMALL {
            return None;
        }
        self.sector(entry.start)
    }

    fn sector(&self, number: u32) -> Option<&'b [u8]> {
        let start = (number as usize)
            .checked_add(1)?
            .checked_mul(self.sector_size)?;
        let end = start.checked_add(self.sector_size)?;
        // The last one may be cut short.
        self.bytes
            .get(start..end.min(self.bytes.len()))
            .filter(|content| !content.is_empty())
    }

    /// The sector after `number`, by the allocation table. Its first 109
    /// sectors stand in the header; the directories of larger files lie within.
    fn next(&self, number: u32) -> Option<u32> {
        let per_sector = self.sector_size / 4;
        let table = number as usize / per_sector;
        if table >= 109 {
            return None;
        }
        let sector = self.sector(Record(self.bytes).u32(76 + table * 4)?)?;
        let next = Record(sector).u32(number as usize % per_sector * 4)?;
        (next < 0xffff_fffa).then_some(next)
    }
}

fn entry(raw: &[u8]) -> Option<Entry> {
    let length = usize::from(Record(raw).u16(64)?).clamp(2, 64) - 2;
    let units: Vec<u16> = raw
        .get(..length)?
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    Some(Entry {
        name: String::from_utf16_lossy(&units),
        start: Record(raw).u32(116)?,
        size: u64::from(Record(raw).u32(120)?),
    })
}

#[cfg(test)]
mod tests {
    use super::Ole;

    /// A file of one directory sector and one stream.
    fn file(name: &str, stream: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0_u8; 512];
        bytes[30] = 9;
        bytes[48] = 0;
        bytes[76..80].copy_from_slice(&1_u32.to_le_bytes());
        let mut entry = vec![0_u8; 512];
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..wide.len()].copy_from_slice(&wide);
        entry[64] = wide.len() as u8 + 2;
        entry[116] = 2;
        entry[120..124].copy_from_slice(&8192_u32.to_le_bytes());
        bytes.extend(entry);
        bytes.extend([0xfe, 0xff, 0xff, 0xff].repeat(128));
        bytes.extend_from_slice(stream);
        bytes.resize(2048 + 512, 0);
        bytes
    }

    #[test]
    fn passwords_are_told_by_the_marks_of_each_format() {
        let mut fib = vec![0xec, 0xa5, 0xc1, 0, 0, 0, 0, 0, 0, 0, 0, 0x01];
        assert!(Ole::read(&file("WordDocument", &fib)).is_encrypted());
        fib[11] = 0;
        assert!(!Ole::read(&file("WordDocument", &fib)).is_encrypted());

        let book = |second: u8| [0x09, 0x08, 2, 0, 0, 6, second, 0, 0, 0];
        assert!(Ole::read(&file("Workbook", &book(0x2f))).is_encrypted());
        assert!(!Ole::read(&file("Workbook", &book(0x42))).is_encrypted());

        let token = [0x14, 0, 0, 0, 0xdf, 0xc4, 0xd1, 0xf3];
        assert!(Ole::read(&file("PowerPoint Document", &token)).is_encrypted());
        assert!(!Ole::read(&file("PowerPoint Document", b"")).is_encrypted());
    }

    #[test]
    fn macros_are_seen_and_nonsense_is_survived() {
        assert!(Ole::read(&file("_VBA_PROJECT", b"")).has_macros());
        assert!(!Ole::read(&file("WordDocument", b"")).has_macros());
        for length in [0, 7, 49, 80, 511, 600] {
            let cut = &file("Workbook", b"")[..length];
            assert!(!Ole::read(cut).is_encrypted());
        }
        // A directory that leads to itself ends.
        let mut circle = file("x", b"");
        circle[1024..1028].copy_from_slice(&0_u32.to_le_bytes());
        assert!(!Ole::read(&circle).is_encrypted());
    }
}
