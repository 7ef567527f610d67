//! Finding, making and replacing the index directory.
//!
//! Beside the engine's files a directory holds `VERSION` (what wrote it) and,
//! as long as the index has not been filled since it was made, `REBUILD`.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError};
use tantivy::directory::{INDEX_WRITER_LOCK, MmapDirectory};
use tantivy::{Directory, IndexReader, ReloadPolicy, TantivyError};

use crate::SearchError;
use crate::analysis::tokenizers;
use crate::schema::{Fields, VERSION, schema, settings};

const VERSION_FILE: &str = "VERSION";
const REBUILD_FILE: &str = "REBUILD";
/// There as long as somebody wants the index made anew.
pub(crate) const RENEW_FILE: &str = "RENEW";

/// Blocks of stored fields kept unpacked; only `related` reads any.
const STORE_BLOCKS_CACHED: usize = 4;

/// Threads that search the segments of a large index.
const MOST_THREADS: usize = 4;

/// An index that answers.
pub(crate) struct Opened {
    pub(crate) engine: tantivy::Index,
    pub(crate) reader: IndexReader,
}

/// Why an index cannot be used.
enum Unusable {
    /// Nothing is there.
    Missing,
    /// What is there has to be made anew.
    Replace(String),
    /// It may be good, but cannot be read now (permission, memory, …).
    Unreadable(SearchError),
}

/// Opens the index in `dir`, or puts an empty one there.
pub(crate) fn open_or_replace(dir: &Path) -> Result<Opened, SearchError> {
    match open(dir) {
        Ok(opened) => return Ok(opened),
        Err(Unusable::Missing) => {}
        Err(Unusable::Replace(reason)) => {
            tracing::warn!(dir = %dir.display(), reason, "search index is made anew");
            move_aside(dir)?;
        }
        Err(Unusable::Unreadable(error)) => return Err(error),
    }
    if complete_renewal(dir)?
        && let Ok(opened) = open(dir)
    {
        return Ok(opened);
    }
    create(dir)?;
    reopen(dir)
}

/// Opens the index in `dir` if it is good.
pub(crate) fn reopen(dir: &Path) -> Result<Opened, SearchError> {
    open(dir).map_err(|unusable| match unusable {
        Unusable::Missing => SearchError::new("the index is gone"),
        Unusable::Replace(reason) => SearchError::new(reason),
        Unusable::Unreadable(error) => error,
    })
}

fn open(dir: &Path) -> Result<Opened, Unusable> {
    match fs::read_dir(dir).map(|mut entries| entries.next().is_none()) {
        Ok(true) => return Err(Unusable::Missing),
        Ok(false) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Unusable::Missing),
        Err(error) => return Err(Unusable::Unreadable(error.into())),
    }
    match fs::read_to_string(dir.join(VERSION_FILE)) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Unusable::Replace("no version file".to_owned()));
        }
        Err(error) => return Err(Unusable::Unreadable(error.into())),
    }
    // The engine trusts its files in places and panics on mangled ones.
    catch_unwind(AssertUnwindSafe(|| open_engine(dir)))
        .unwrap_or_else(|_| Err(TantivyError::InternalError("engine panicked".to_owned())))
        .map_err(judge)
}

fn open_engine(dir: &Path) -> Result<Opened, TantivyError> {
    let mut engine = tantivy::Index::open_in_dir(dir)?;
    Fields::of(&engine.schema()).map_err(|error| TantivyError::SchemaError(error.to_string()))?;
    engine.set_tokenizers(tokenizers());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    engine.set_multithread_executor(cores.min(MOST_THREADS))?;
    let reader = engine
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .doc_store_cache_num_blocks(STORE_BLOCKS_CACHED)
        .try_into()?;
    Ok(Opened { engine, reader })
}

/// Tells a damaged index from a machine in trouble: replacing a good index
/// because memory ran out would be a disaster of our own making.
fn judge(error: TantivyError) -> Unusable {
    let io_error = match &error {
        TantivyError::IoError(io_error) => Some(io_error),
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) => Some(io_error),
        TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. }) => {
            Some(io_error)
        }
        TantivyError::LockFailure(..) => return Unusable::Unreadable(error.into()),
        _ => None,
    };
    let damaged = io_error.is_none_or(|io_error| {
        matches!(
            io_error.kind(),
            io::ErrorKind::NotFound
                | io::ErrorKind::UnexpectedEof
                | io::ErrorKind::InvalidData
                | io::ErrorKind::InvalidInput
        )
    });
    if damaged {
        Unusable::Replace(error.to_string())
    } else {
        Unusable::Unreadable(error.into())
    }
}

/// Renames an unusable index to `….old`, in place of an earlier one.
fn move_aside(dir: &Path) -> Result<(), SearchError> {
    // Somebody who writes to it right now has it open and thinks it good.
    let _lock = match MmapDirectory::open(dir).map(|d| d.acquire_lock(&INDEX_WRITER_LOCK)) {
        Ok(Err(LockError::LockBusy)) => {
            return Err(SearchError::new(
                "unusable, and being written by somebody else",
            ));
        }
        Ok(Ok(lock)) => Some(lock),
        Ok(Err(LockError::IoError(_))) | Err(_) => None,
    };
    let old = beside(dir, "old");
    remove_if_there(&old)?;
    fs::rename(dir, &old)?;
    Ok(())
}

/// Makes an empty index elsewhere and moves it to `dir` in one step, so that
/// nobody ever sees half of one.
fn create(dir: &Path) -> Result<(), SearchError> {
    let new = beside(dir, &format!("new-{}", std::process::id()));
    remove_if_there(&new)?;
    fs::create_dir_all(&new)?;
    tantivy::Index::builder()
        .schema(schema().0)
        .settings(settings())
        .create_in_dir(&new)?;
    fs::write(new.join(REBUILD_FILE), "")?;
    fs::write(new.join(VERSION_FILE), VERSION)?;
    if let Err(error) = fs::rename(&new, dir) {
        fs::remove_dir_all(&new)?;
        // Another process may have been faster.
        if !dir.join(VERSION_FILE).exists() {
            return Err(error.into());
        }
    }
    Ok(())
}

/// Ends a renewal that was interrupted between its two steps: the old index is
/// gone and the new one complete.
fn complete_renewal(dir: &Path) -> io::Result<bool> {
    let next = beside(dir, "next");
    let complete = !dir.exists() && next.join(VERSION_FILE).exists() && !needs_rebuild(&next);
    if complete {
        fs::rename(next, dir)?;
    }
    Ok(complete)
}

pub(crate) fn beside(dir: &Path, ending: &str) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    dir.with_file_name(name)
}

pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Whether the index was made empty and not filled since.
pub(crate) fn needs_rebuild(dir: &Path) -> bool {
    dir.join(REBUILD_FILE).exists()
}

/// Whether another version wrote it: it answers, but is to be made anew.
pub(crate) fn is_outdated(dir: &Path) -> bool {
    fs::read_to_string(dir.join(VERSION_FILE)).is_ok_and(|version| version.trim() != VERSION)
}

/// Notes whether the index has still to be filled.
pub(crate) fn set_needs_rebuild(dir: &Path, needed: bool) -> io::Result<()> {
    let path = dir.join(REBUILD_FILE);
    if needed {
        fs::write(path, "")
    } else {
        remove_if_there(&path)
    }
}
