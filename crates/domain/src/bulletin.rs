//! News between the tasks of one process: there is work; a document changed; a
//! file was compared.
//!
//! Only a short cut. Other processes see the same by polling the database, so
//! a message that is lost costs time and nothing else.

use crate::id::{CheckId, DocumentId};
use tokio::sync::{Notify, broadcast};

/// The notice board that a [`crate::Db`] carries.
#[derive(Debug)]
pub struct Bulletin {
    work: Notify,
    changed: broadcast::Sender<DocumentId>,
    checked: broadcast::Sender<CheckId>,
}

impl Default for Bulletin {
    fn default() -> Self {
        Self {
            work: Notify::new(),
            changed: broadcast::channel(256).0,
            checked: broadcast::channel(256).0,
        }
    }
}

impl Bulletin {
    /// Says that jobs were enqueued.
    pub fn announce_work(&self) {
        self.work.notify_waiters();
    }

    /// Waits until jobs are announced.
    pub async fn work_announced(&self) {
        self.work.notified().await;
    }

    /// Says that a document's state or pages changed.
    pub fn announce_change(&self, id: DocumentId) {
        // No listener is no failure.
        let _ = self.changed.send(id);
    }

    /// Listens to changes from now on. A listener that falls behind gets
    /// `Lagged` and should look at the database.
    pub fn changes(&self) -> broadcast::Receiver<DocumentId> {
        self.changed.subscribe()
    }

    /// Says that a file was compared, or cannot be.
    pub fn announce_check(&self, id: CheckId) {
        let _ = self.checked.send(id);
    }

    /// Listens to files that were compared, as [`Self::changes`] does.
    pub fn checks(&self) -> broadcast::Receiver<CheckId> {
        self.checked.subscribe()
    }
}
