//! Waiting for a result, so that most programs need not ask twice.

use crate::error::WebError;
use crate::site::Site;
use axum::http::HeaderMap;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use wenyuan_domain::file_check::{self, FileCheck, State};
use wenyuan_domain::{CheckId, UserId};

/// A worker in another process posts no news: look by oneself this often.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How long a program waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patience(Duration);

impl Patience {
    const USUAL: Duration = Duration::from_secs(5);
    const MOST: Duration = Duration::from_secs(30);

    /// Reads `Prefer: respond-async` and `Prefer: wait=SECONDS` (RFC 7240).
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let preferences = headers
            .get_all("prefer")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split([',', ';']))
            .map(str::trim);
        let (mut is_asynchronous, mut seconds) = (false, None);
        for preference in preferences {
            match preference.split_once('=') {
                Some((name, value)) if name.trim().eq_ignore_ascii_case("wait") => {
                    seconds = value.trim().parse().ok();
                }
                None if preference.eq_ignore_ascii_case("respond-async") => is_asynchronous = true,
                _ => {}
            }
        }
        Self(match (seconds, is_asynchronous) {
            (Some(seconds), _) => Duration::from_secs(seconds).min(Self::MOST),
            (None, true) => Duration::ZERO,
            (None, false) => Self::USUAL,
        })
    }
}

/// Waits until a check is settled, or patience ends.
pub(super) async fn settled(
    site: &Site,
    owner: UserId,
    id: CheckId,
    mut board: Receiver<CheckId>,
    Patience(patience): Patience,
) -> Result<Option<FileCheck>, WebError> {
    let deadline = Instant::now() + patience;
    loop {
        let check = file_check::find(&site.db, owner, id).await?;
        let waits = matches!(&check, Some(check) if matches!(check.state, State::Waiting));
        let left = deadline.saturating_duration_since(Instant::now());
        if !waits || left.is_zero() || site.is_closing() {
            return Ok(check);
        }
        let news = async {
            loop {
                match board.recv().await {
                    Ok(other) if other != id => {}
                    Err(RecvError::Closed) => std::future::pending::<()>().await,
                    Ok(_) | Err(RecvError::Lagged(_)) => break,
                }
            }
        };
        // Either way the database is asked next.
        let _ = tokio::time::timeout(left.min(LOOK_EVERY), news).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_as_asked_and_bounded() {
        for (line, seconds) in [
            ("", 5),
            ("respond-async", 0),
            ("Respond-Async, wait=7", 7),
            ("wait=0", 0),
            ("wait = 3; x", 3),
            ("wait=86400", 30),
            ("wait=soon", 5),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("prefer", line.parse().unwrap());
            assert_eq!(Patience::of(&headers).0.as_secs(), seconds, "{line}");
        }
    }
}
