//! The index as readers use it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, IndexReader, Searcher, TERMINATED, Term};

use crate::columns::{Cache, Columns};
use crate::open::{Opened, needs_rebuild, open_or_replace, reopen, set_needs_rebuild};
use crate::schema::{Fields, ID};
use crate::{SearchError, Writer, WriterError};

/// The full-text index in a directory. Cheap to clone, safe to share.
#[derive(Clone)]
pub struct Index {
    inner: Arc<Inner>,
}

struct Inner {
    dir: PathBuf,
    columns: Cache,
    shown: Mutex<Shown>,
}

/// What readers see.
struct Shown {
    engine: tantivy::Index,
    reader: IndexReader,
    /// Its commit.
    stamp: Option<Stamp>,
}

/// Tells one state of the engine's `meta.json` from another: every commit
/// replaces that file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    bytes: u64,
    inode: u64,
    /// Another directory is another index: a renewal took the place.
    directory: u64,
}

impl Index {
    /// Opens the index in `dir`, creating it when it is not there.
    ///
    /// One of another version answers until it is made anew, which
    /// [`Index::wants_renewal`] then asks for. A directory that is damaged, or
    /// lacks a field, is moved aside (to the same name with `.old`) and an
    /// empty index takes its place; [`Index::needs_rebuild`] then says so.
    pub fn open(dir: &Path) -> Result<Index, SearchError> {
        let stamp = Stamp::of(dir);
        let Opened { engine, reader } = open_or_replace(dir)?;
        Ok(Index {
            inner: Arc::new(Inner {
                dir: dir.to_owned(),
                columns: Cache::default(),
                shown: Mutex::new(Shown {
                    engine,
                    reader,
                    stamp,
                }),
            }),
        })
    }

    /// Whether the index was made empty and has not been filled since. Stays
    /// true over restarts until [`Index::mark_rebuilt`]; a brand-new library
    /// starts so as well.
    pub fn needs_rebuild(&self) -> bool {
        needs_rebuild(&self.inner.dir)
    }

    /// Says that every public document has been put and committed.
    pub fn mark_rebuilt(&self) -> Result<(), SearchError> {
        Ok(set_needs_rebuild(&self.inner.dir, false)?)
    }

    /// Gives the one writer. Reading never needs it. It costs some 30 MB and
    /// a few threads while it lives, and it merges in the background: hold one
    /// for as long as there is writing to do rather than one per document.
    pub fn writer(&self) -> Result<Writer, WriterError> {
        Writer::new(self.clone())
    }

    /// How many documents it holds.
    pub fn len(&self) -> Result<usize, SearchError> {
        usize::try_from(self.searcher().num_docs()).map_err(|e| SearchError::new(e.to_string()))
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> Result<bool, SearchError> {
        Ok(self.len()? == 0)
    }

    /// The ids it holds, ascending. For comparing with the database.
    pub fn ids(&self) -> Result<Vec<i64>, SearchError> {
        let mut ids = Vec::new();
        for segment in self.searcher().segment_readers() {
            let column = segment.fast_fields().i64(ID)?;
            ids.extend(segment.doc_ids_alive().filter_map(|doc| column.first(doc)));
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// Reads every file and compares its checksum; gives the damaged ones.
    pub fn verify(&self) -> Result<Vec<PathBuf>, SearchError> {
        let mut damaged: Vec<PathBuf> = self.engine().validate_checksum()?.into_iter().collect();
        damaged.sort();
        Ok(damaged)
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.inner.dir
    }

    /// The engine of the index that is in place now.
    pub(crate) fn engine(&self) -> tantivy::Index {
        self.current().engine.clone()
    }

    /// The columns of the searcher's segments.
    pub(crate) fn columns(&self, searcher: &Searcher) -> Result<Vec<Arc<Columns>>, SearchError> {
        Ok(self.inner.columns.of(searcher)?)
    }

    /// Where the document of that id lies: segment and number in it.
    pub(crate) fn address(
        &self,
        searcher: &Searcher,
        id: i64,
    ) -> Result<Option<(u32, DocId)>, SearchError> {
        let fields = Fields::of(searcher.schema())?;
        let term = Term::from_field_i64(fields.id, id);
        for (ordinal, reader) in (0..).zip(searcher.segment_readers()) {
            let index = reader.inverted_index(term.field())?;
            let Some(mut postings) = index.read_postings(&term, IndexRecordOption::Basic)? else {
                continue;
            };
            let mut doc = postings.doc();
            while doc != TERMINATED {
                if !reader.is_deleted(doc) {
                    return Ok(Some((ordinal, doc)));
                }
                doc = postings.advance();
            }
        }
        Ok(None)
    }

    /// The latest commit, whichever process made it. Looking costs one `stat`.
    pub(crate) fn searcher(&self) -> Searcher {
        self.current().reader.searcher()
    }

    /// Goes over to the latest commit, or to the index that took the place of
    /// the one known. What was read before still answers when that fails.
    fn current(&self) -> MutexGuard<'_, Shown> {
        let current = Stamp::of(&self.inner.dir);
        let mut shown = self
            .inner
            .shown
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(current) = current else { return shown };
        if shown.stamp == Some(current) {
            return shown;
        }
        let moved = shown
            .stamp
            .is_none_or(|known| known.directory != current.directory);
        let gone_over = if moved {
            reopen(&self.inner.dir).map(|opened| {
                shown.engine = opened.engine;
                shown.reader = opened.reader;
            })
        } else {
            shown.reader.reload().map_err(SearchError::from)
        };
        match gone_over {
            Ok(()) => shown.stamp = Some(current),
            Err(error) => tracing::warn!(%error, "search index cannot be reloaded"),
        }
        shown
    }
}

impl Stamp {
    fn of(dir: &Path) -> Option<Stamp> {
        let metadata = fs::metadata(dir.join("meta.json")).ok()?;
        Some(Stamp {
            modified: metadata.modified().ok()?,
            bytes: metadata.len(),
            inode: inode(&metadata),
            directory: inode(&fs::metadata(dir).ok()?),
        })
    }
}

#[cfg(unix)]
fn inode(metadata: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn inode(_: &fs::Metadata) -> u64 {
    0
}
