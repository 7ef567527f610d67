//! A file on its way between store and child: in memory while it is small.

use bytes::{Buf, Bytes};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use tempfile::NamedTempFile;

/// Bytes, or a file that is removed with the last of its clones.
#[derive(Clone, Debug)]
pub enum Payload {
    /// Held in memory.
    Memory(Bytes),
    /// Spooled, with its length in bytes.
    File(Arc<NamedTempFile>, u64),
}

impl Payload {
    /// What may be held in memory, in bytes: more is spooled.
    pub(crate) const IN_MEMORY: u64 = 4 << 20;

    /// Returns its length in bytes.
    pub fn size_bytes(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(_, size_bytes) => *size_bytes,
        }
    }

    /// Reads it from the beginning.
    ///
    /// # Errors
    /// When the spooled file cannot be opened.
    pub fn reader(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Self::Memory(bytes) => Box::new(bytes.clone().reader()),
            Self::File(file, _) => Box::new(File::open(file.path())?),
        })
    }

    /// Writes it to a file.
    ///
    /// # Errors
    /// When either file fails.
    pub fn copy_to(&self, path: &Path) -> io::Result<()> {
        io::copy(&mut self.reader()?, &mut File::create(path)?).map(|_| ())
    }
}

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Self {
        Self::Memory(bytes)
    }
}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Memory(bytes.into())
    }
}
