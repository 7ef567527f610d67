//! The demo's story: copies are uploaded once their originals can be read, are
//! held for what they are, and a reviewer decides of one.

use serde::Deserialize;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use wenyuan_domain::document::{self, NewDocument, State};
use wenyuan_domain::review::{self, Decision as Verdict};
use wenyuan_domain::{Db, DocumentId, Viewer};

/// Bulletins can be missed: look by oneself this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A reviewer's decision, as the manifest spells it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Decision {
    PublishWithNote,
}

/// A copy to be uploaded.
pub(super) struct Copy {
    pub(super) original: DocumentId,
    pub(super) document: NewDocument,
    pub(super) decision: Option<Decision>,
}

pub(super) struct Copies {
    pub(super) db: Db,
    pub(super) reviewer: Viewer,
    pub(super) copies: Vec<Copy>,
}

impl Copies {
    /// Tells the story beside the running site; what fails of it is logged.
    pub(super) async fn upload(self) {
        for copy in self.copies {
            if let Err(error) = upload(&self.db, self.reviewer, copy).await {
                tracing::error!("a copy for the demo: {error:#}");
            }
        }
    }
}

async fn upload(db: &Db, reviewer: Viewer, copy: Copy) -> anyhow::Result<()> {
    let mut board = db.bulletin().changes();
    settled(db, &mut board, copy.original).await?;
    let id = document::create(db, copy.document).await?;
    let state = settled(db, &mut board, id).await?;
    // The operator may have configured that nothing is held.
    if let (Some(State::Held), Some(Decision::PublishWithNote)) = (state, copy.decision) {
        review::claim(db, reviewer, id).await?;
        review::decide(db, reviewer, id, &Verdict::PublishWithNote).await?;
    }
    Ok(())
}

/// Waits until a document is neither converted nor compared any more.
async fn settled(
    db: &Db,
    board: &mut Receiver<DocumentId>,
    id: DocumentId,
) -> anyhow::Result<Option<State>> {
    loop {
        let state = document::source(db, id).await?.map(|source| source.state);
        if !matches!(state, Some(State::Converting | State::Checking)) {
            return Ok(state);
        }
        // Either way the database is asked next.
        let _ = tokio::time::timeout(LOOK_EVERY, board.recv()).await;
    }
}
