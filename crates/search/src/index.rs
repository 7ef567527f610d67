//! The index as readers use it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use tantivy::{IndexReader, Searcher};

use crate::collect::{FacetedTop, Found};
use crate::letters::may_be_pinyin;
use crate::open::{Opened, needs_rebuild, open_or_replace, set_needs_rebuild};
use crate::plan::{Mode, can_relax, plan};
use crate::schema::{Fields, ID, schema};
use crate::{
    Filters, Hit, MAX_LIMIT, MAX_OFFSET, Query, Results, SearchError, Sort, Writer, WriterError,
};

/// The full-text index in a directory. Cheap to clone, safe to share.
#[derive(Clone)]
pub struct Index {
    inner: Arc<Inner>,
}

struct Inner {
    dir: PathBuf,
    engine: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    /// The commit that the reader shows.
    shown: Mutex<Option<Stamp>>,
}

/// Tells one state of the engine's `meta.json` from another: every commit
/// replaces that file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    bytes: u64,
    inode: u64,
}

impl Index {
    /// Opens the index in `dir`, creating it when it is not there.
    ///
    /// A directory that is damaged or of another version is moved aside (to
    /// the same name with `.old`) and an empty index takes its place;
    /// [`Index::needs_rebuild`] then says so.
    pub fn open(dir: &Path) -> Result<Index, SearchError> {
        let stamp = Stamp::of(dir);
        let Opened { engine, reader } = open_or_replace(dir)?;
        Ok(Index {
            inner: Arc::new(Inner {
                dir: dir.to_owned(),
                engine,
                reader,
                fields: schema().1,
                shown: Mutex::new(stamp),
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

    /// Searches. `limit` and `offset` are cut to [`MAX_LIMIT`] and
    /// [`MAX_OFFSET`]. An empty query matches every document.
    ///
    /// All terms must match; when nothing matches them all, Latin letters are
    /// read as pinyin, and when that finds nothing either, documents that
    /// match any word are given and [`Results::relaxed`] is set.
    pub fn search(
        &self,
        query: &Query,
        filters: &Filters,
        sort: Sort,
        offset: usize,
        limit: usize,
    ) -> Result<Results, SearchError> {
        let started = Instant::now();
        let (offset, limit) = (offset.min(MAX_OFFSET), limit.min(MAX_LIMIT));
        let collector = FacetedTop {
            sort,
            keep: offset + limit,
            format: filters.format.clone(),
            scored: sort == Sort::Relevance && query.wanted().next().is_some(),
        };
        let searcher = self.searcher();
        let run = |mode| -> Result<Found, SearchError> {
            let plan = plan(&self.inner.fields, query, filters, mode);
            Ok(searcher.search(&plan, &collector)?)
        };
        let mut found = run(Mode::All)?;
        if found.matched == 0 && may_be_pinyin(query) {
            found = run(Mode::Letters)?;
        }
        let relaxed = found.matched == 0 && can_relax(query);
        if relaxed {
            found = run(Mode::Any)?;
        }
        Ok(Results {
            total: found.total,
            relaxed: relaxed && found.matched > 0,
            hits: found
                .top
                .iter()
                .skip(offset)
                .map(|ranked| Hit {
                    id: ranked.id,
                    score: if collector.scored {
                        ranked.score()
                    } else {
                        0.0
                    },
                })
                .collect(),
            formats: by_count(found.formats),
            categories: by_count(found.categories),
            took_ms: started.elapsed().as_secs_f64() * 1e3,
        })
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
        let mut damaged: Vec<PathBuf> =
            self.inner.engine.validate_checksum()?.into_iter().collect();
        damaged.sort();
        Ok(damaged)
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.inner.dir
    }

    pub(crate) fn engine(&self) -> &tantivy::Index {
        &self.inner.engine
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.inner.fields
    }

    /// The latest commit, whichever process made it. Looking costs one `stat`.
    pub(crate) fn searcher(&self) -> Searcher {
        let current = Stamp::of(&self.inner.dir);
        let mut shown = self
            .inner
            .shown
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if current.is_some() && *shown != current {
            match self.inner.reader.reload() {
                Ok(()) => *shown = current,
                // What was read before still answers.
                Err(error) => tracing::warn!(%error, "search index cannot be reloaded"),
            }
        }
        self.inner.reader.searcher()
    }
}

impl Stamp {
    fn of(dir: &Path) -> Option<Stamp> {
        let metadata = fs::metadata(dir.join("meta.json")).ok()?;
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(&metadata);
        #[cfg(not(unix))]
        let inode = 0;
        Some(Stamp {
            modified: metadata.modified().ok()?,
            bytes: metadata.len(),
            inode,
        })
    }
}

/// Most first; equal counts by key, so that the order never flickers.
fn by_count<K: Ord>(counts: impl IntoIterator<Item = (K, usize)>) -> Vec<(K, usize)> {
    let mut list: Vec<(K, usize)> = counts.into_iter().collect();
    list.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    list
}
