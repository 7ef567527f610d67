//! Where children write: a directory for each, gone with it.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::{Builder, TempDir};

/// The scratch directories of this process's children, below one of its own.
///
/// Several processes may share the parent; each holds a lock in its own, by
/// which the next to start tells what a killed one left.
#[derive(Debug)]
pub struct Scratch {
    directory: PathBuf,
    _lock: File,
}

/// What the directory of a process is called, and what holds its lock.
const OWN: &str = "of-";
const LOCK: &str = "lock";

impl Scratch {
    /// Makes a directory below `parent`, and removes those of dead processes.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(parent: &Path) -> io::Result<Self> {
        fs::create_dir_all(parent)?;
        let parent = parent.canonicalize()?;
        for entry in fs::read_dir(&parent)? {
            let path = entry?.path();
            let is_dead = path
                .file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(OWN.as_bytes()))
                && File::open(path.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok());
            if is_dead && let Err(error) = fs::remove_dir_all(&path) {
                tracing::warn!(%error, "cannot remove a scratch directory");
            }
        }
        // Locked before it has its name, so that nobody takes it for dead.
        let fresh = private(&parent, ".new-")?;
        let lock = File::create(fresh.path().join(LOCK))?;
        lock.lock()?;
        let fresh = fresh.keep();
        let name = fresh.file_name().unwrap_or_default().to_string_lossy();
        let directory = parent.join(name.replacen(".new-", OWN, 1));
        fs::rename(&fresh, &directory)?;
        Ok(Self {
            directory,
            _lock: lock,
        })
    }

    /// Makes an empty directory that only this user can read; removed when
    /// dropped.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make(&self) -> io::Result<TempDir> {
        private(&self.directory, "")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn private(parent: &Path, prefix: &str) -> io::Result<TempDir> {
    Builder::new()
        .prefix(prefix)
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(parent)
}

#[cfg(test)]
mod tests {
    use super::Scratch;
    use std::fs;

    #[test]
    fn what_a_dead_process_left_is_removed_and_what_a_live_one_has_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let live = Scratch::open(parent.path()).unwrap();
        let kept = live.make().unwrap();
        let dead = parent.path().join("of-dead");
        fs::create_dir_all(dead.join("child")).unwrap();
        fs::write(dead.join("lock"), "").unwrap();
        let other = Scratch::open(parent.path()).unwrap();
        assert!(!dead.exists());
        assert!(kept.path().is_dir());
        drop((live, other));
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
    }
}
