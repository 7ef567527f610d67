//! Two documents side by side, as one reader may see them: few are laid out at
//! once, and some are kept.

use super::sheet::{MOST_CHARS, Sheet};
use crate::error::WebError;
use crate::site::Site;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use wenyuan_domain::document::{self, Document};

/// Comparisons at once, and how long one waits for its turn.
const AT_ONCE: usize = 2;
const PATIENCE: Duration = Duration::from_secs(10);
/// Sheets that are kept for whoever turns their pages.
const KEPT: usize = 4;

/// The sheets of a site: a few are kept, and few are laid out at once.
pub(crate) struct Sheets {
    turns: Semaphore,
    /// The latest last, by a hash of both texts: who may read less has others.
    kept: Mutex<VecDeque<([u8; 32], Arc<Sheet>)>>,
}

impl Default for Sheets {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            kept: Mutex::default(),
        }
    }
}

impl Sheets {
    /// Lays out two documents, as far as their viewer may read each.
    ///
    /// # Errors
    /// [`WebError::TooMany`] when too many others wait.
    pub(crate) async fn of(
        &self,
        site: &Site,
        here: &Document,
        there: &Document,
    ) -> Result<Arc<Sheet>, WebError> {
        let here = document::page_texts_within(&site.db, here, MOST_CHARS).await?;
        let there = document::page_texts_within(&site.db, there, MOST_CHARS).await?;
        let key = key(&here, &there);
        if let Some(sheet) = self.kept(&key) {
            return Ok(sheet);
        }
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(WebError::TooMany);
        };
        // Somebody may have waited for the same.
        if let Some(sheet) = self.kept(&key) {
            return Ok(sheet);
        }
        let sheet = tokio::task::spawn_blocking(move || Sheet::lay_out(&here, &there)).await?;
        let sheet = Arc::new(sheet);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((key, Arc::clone(&sheet)));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        Ok(sheet)
    }

    fn kept(&self, key: &[u8; 32]) -> Option<Arc<Sheet>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(known, _)| known == key);
        found.map(|(_, sheet)| Arc::clone(sheet))
    }
}

fn key(here: &[(u32, String)], there: &[(u32, String)]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for texts in [here, there] {
        hasher.update((texts.len() as u64).to_be_bytes());
        for (number, text) in texts {
            hasher.update(number.to_be_bytes());
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text);
        }
    }
    hasher.finalize().into()
}
