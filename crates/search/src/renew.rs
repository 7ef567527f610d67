//! Making the index anew beside the one that answers.
//!
//! A renewal is a second index in `….next`. When it is complete the two
//! directories change places; readers of this and of other processes go over
//! to it with their next search. Until then the old one answers and takes in
//! what changes; whoever renews puts that into both.

use std::fs;

use tantivy::Directory as _;
use tantivy::directory::error::LockError;
use tantivy::directory::{INDEX_WRITER_LOCK, MmapDirectory};

use crate::open::{RENEW_FILE, beside, is_outdated, remove_if_there};
use crate::{Index, SearchError, Writer, WriterError};

/// An index on its way to take the place of another.
pub struct Renewal {
    index: Index,
    writer: Writer,
}

impl Renewal {
    /// Where to put the documents. They need no commit.
    pub fn writer(&mut self) -> &mut Writer {
        &mut self.writer
    }
}

impl Index {
    /// Asks whoever writes this index to make it anew. The request outlives
    /// restarts and ends when the new index has taken its place.
    pub fn ask_renewal(&self) -> Result<(), SearchError> {
        Ok(fs::write(self.dir().join(RENEW_FILE), "")?)
    }

    /// Whether a renewal was asked for and has not come to its end, or another
    /// version wrote the index.
    pub fn wants_renewal(&self) -> bool {
        self.dir().join(RENEW_FILE).exists() || is_outdated(self.dir())
    }

    /// Begins a renewal from nothing. Only for whoever holds the writer.
    pub fn begin_renewal(&self) -> Result<Renewal, WriterError> {
        let next = beside(self.dir(), "next");
        remove_if_there(&next).map_err(SearchError::from)?;
        let index = Index::open(&next)?;
        let writer = index.writer()?;
        Ok(Renewal { index, writer })
    }

    /// Puts a renewal that has every document in the place of this index and
    /// gives the writer of the new one. `held` is the writer of the old.
    pub fn replace(&self, held: Writer, renewal: Renewal) -> Result<Writer, WriterError> {
        let Renewal { index, writer } = renewal;
        writer.finish()?;
        index.mark_rebuilt()?;
        self.hand_on_words(&index)?;
        held.finish()?;
        // Nobody may begin to write to the old one while it moves.
        let old = MmapDirectory::open(self.dir()).map_err(|e| SearchError::new(e.to_string()))?;
        let lock = match old.acquire_lock(&INDEX_WRITER_LOCK) {
            Ok(lock) => lock,
            Err(LockError::LockBusy) => return Err(WriterError::Busy),
            Err(error) => return Err(SearchError::new(error.to_string()).into()),
        };
        let aside = beside(self.dir(), "old");
        remove_if_there(&aside).map_err(SearchError::from)?;
        fs::rename(self.dir(), &aside).map_err(SearchError::from)?;
        // Should it end here, the next opening completes the step.
        fs::rename(index.dir(), self.dir()).map_err(SearchError::from)?;
        drop(lock);
        // Searches that began in the old one keep its files open.
        remove_if_there(&aside).map_err(SearchError::from)?;
        self.writer()
    }
}
