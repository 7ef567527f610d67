//! What is known of words that stand for one another.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use wenyuan_domain::{Db, swaps};
use wenyuan_text::authenticity::Knowledge;

/// The pairs that were learnt, and what they make with the shipped lexicon.
type Learnt = (Vec<(String, String)>, Arc<Knowledge>);

/// Made again only when there are other pairs: the lexicon has tens of
/// thousands of words.
static LATEST: LazyLock<Mutex<Learnt>> =
    LazyLock::new(|| Mutex::new((Vec::new(), Arc::new(Knowledge::builtin().clone()))));

/// The shipped lexicon and what was learnt from confirmed copies.
pub(super) async fn current(db: &Db) -> anyhow::Result<Arc<Knowledge>> {
    let pairs = swaps::learnt(db).await?;
    Ok(tokio::task::spawn_blocking(move || with(pairs)).await?)
}

fn with(pairs: Vec<(String, String)>) -> Arc<Knowledge> {
    let mut latest = LATEST.lock().unwrap_or_else(PoisonError::into_inner);
    if latest.0 != pairs {
        let learnt = pairs.iter().map(|(word, other)| (&**word, &**other));
        let knowledge = Arc::new(Knowledge::builtin().clone().with(learnt));
        *latest = (pairs, knowledge);
    }
    Arc::clone(&latest.1)
}
