//! A file on its way between store, child and LibreOffice: in memory while it is
//! small.

use crate::scratch::Scratch;
use bytes::{Buf, Bytes};
use std::fs::File;
use std::io::{self, Read, Write};
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

    /// Takes what a reader gives to its end.
    ///
    /// # Errors
    /// When it cannot be read, or not be spooled.
    pub(crate) fn read_from(mut reader: impl Read, scratch: &Scratch) -> io::Result<Self> {
        let mut head = Vec::new();
        reader
            .by_ref()
            .take(Self::IN_MEMORY + 1)
            .read_to_end(&mut head)?;
        if head.len() as u64 <= Self::IN_MEMORY {
            return Ok(head.into());
        }
        let mut file = scratch.file()?;
        file.write_all(&head)?;
        let rest = io::copy(&mut reader, &mut file)?;
        Ok(Self::File(Arc::new(file), head.len() as u64 + rest))
    }

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
