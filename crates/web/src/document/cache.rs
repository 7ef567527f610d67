//! What the document page remembers between requests, so that it need not be
//! read or computed for each: nothing that decides who may see what.

use super::fidelity::Fidelity;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use wenyuan_domain::category::Tree;
use wenyuan_domain::{DocumentId, Sha256};

/// Lists of documents beside another and the names of categories may be this old.
const FRESH: Duration = Duration::from_secs(60);
const MOST_ENTRIES: usize = 10_000;
const MOST_READERS: usize = 200_000;

/// The memory of one router.
#[derive(Default)]
pub(super) struct Cache {
    tree: Mutex<Option<Seen<Tree>>>,
    related: Lists,
    also_read: Lists,
    fidelity: Mutex<HashMap<Sha256, Arc<Fidelity>>>,
    counted: Mutex<Counted>,
}

/// Something, and when it was looked at.
type Seen<T> = (Instant, Arc<T>);

#[derive(Default)]
struct Counted {
    day: i64,
    readers: HashSet<(DocumentId, String)>,
}

impl Cache {
    /// Returns the category tree, if it was read lately.
    pub(super) fn tree(&self) -> Option<Arc<Tree>> {
        let tree = lock(&self.tree);
        tree.as_ref()
            .filter(|(read, _)| read.elapsed() < FRESH)
            .map(|(_, tree)| Arc::clone(tree))
    }

    /// Remembers the category tree.
    pub(super) fn put_tree(&self, tree: &Arc<Tree>) {
        *lock(&self.tree) = Some((Instant::now(), Arc::clone(tree)));
    }

    /// Returns what is like a document, if it was looked for lately. Whether
    /// these may be listed is asked anew every time.
    pub(super) fn related(&self, id: DocumentId) -> Option<Arc<[i64]>> {
        fresh(&self.related, id)
    }

    /// Remembers what is like a document.
    pub(super) fn put_related(&self, id: DocumentId, ids: &Arc<[i64]>) {
        put(&self.related, id, ids);
    }

    /// Returns what readers of a document also read, if it was looked for
    /// lately.
    pub(super) fn also_read(&self, id: DocumentId) -> Option<Arc<[i64]>> {
        fresh(&self.also_read, id)
    }

    /// Remembers what readers of a document also read.
    pub(super) fn put_also_read(&self, id: DocumentId, ids: &Arc<[i64]>) {
        put(&self.also_read, id, ids);
    }

    /// Returns what a report says. A blob never changes.
    pub(super) fn fidelity(&self, report: &Sha256) -> Option<Arc<Fidelity>> {
        lock(&self.fidelity).get(report).map(Arc::clone)
    }

    /// Remembers what a report says.
    pub(super) fn put_fidelity(&self, report: Sha256, fidelity: &Arc<Fidelity>) {
        let mut reports = lock(&self.fidelity);
        make_room(&mut reports);
        reports.insert(report, Arc::clone(fidelity));
    }

    /// Returns whether a reader has not been seen at a document on `day` in
    /// this process; the database alone knows whether he counts.
    pub(super) fn is_new_reader(&self, id: DocumentId, reader: &str, day: i64) -> bool {
        let mut counted = lock(&self.counted);
        if counted.day != day || counted.readers.len() >= MOST_READERS {
            counted.readers.clear();
            counted.day = day;
        }
        counted.readers.insert((id, reader.to_owned()))
    }
}

type Lists = Mutex<HashMap<DocumentId, Seen<[i64]>>>;

fn fresh(lists: &Lists, id: DocumentId) -> Option<Arc<[i64]>> {
    lock(lists)
        .get(&id)
        .filter(|(found, _)| found.elapsed() < FRESH)
        .map(|(_, ids)| Arc::clone(ids))
}

fn put(lists: &Lists, id: DocumentId, ids: &Arc<[i64]>) {
    let mut lists = lock(lists);
    make_room(&mut lists);
    lists.insert(id, (Instant::now(), Arc::clone(ids)));
}

fn make_room<K, V>(map: &mut HashMap<K, V>) {
    if map.len() >= MOST_ENTRIES {
        map.clear();
    }
}

/// A panic elsewhere leaves at worst an entry missing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_new_once_a_day_at_each_document() {
        let cache = Cache::default();
        assert!(cache.is_new_reader(DocumentId(1), "a", 5));
        assert!(!cache.is_new_reader(DocumentId(1), "a", 5));
        assert!(cache.is_new_reader(DocumentId(2), "a", 5));
        assert!(cache.is_new_reader(DocumentId(1), "b", 5));
        assert!(cache.is_new_reader(DocumentId(1), "a", 6));
    }
}
