//! The live state of one's own documents, as server-sent events.

use crate::error::WebError;
use crate::layout::Member;
use crate::locale::Locale;
use crate::manage::StateView;
use crate::site::Site;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;
use serde::Deserialize;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::time::Instant;
use wenyuan_domain::document::{self, Card, Cursor, State as DocumentState};
use wenyuan_domain::{DbError, DocumentId, UserId};

/// The documents to watch: `1,2,3`.
#[derive(Deserialize)]
pub(crate) struct Watch {
    #[serde(default)]
    ids: String,
}

/// How many documents one page watches; it is also how far back in a person's
/// uploads the look at the database reaches.
const MOST: u32 = 200;
/// How often the database is looked at while nothing is announced.
const INTERVAL: Duration = Duration::from_millis(150);
/// A browser whose stream ends before the last event opens a new one.
const LIFETIME: Duration = Duration::from_secs(600);

/// Sends an event `document` whenever a watched document changes (the fields
/// of [`StateView`]), and `settled` when all of them are readable or refused.
pub(crate) async fn stream_events(
    State(site): State<Arc<Site>>,
    member: Member,
    Query(watch): Query<Watch>,
) -> Result<Response, WebError> {
    let ids: Vec<i64> = watch
        .ids
        .split(',')
        .filter_map(|id| id.trim().parse().ok())
        .take(MOST as usize)
        .collect();
    if ids.is_empty() {
        return Err(WebError::BadRequest);
    }
    let watcher = Watcher {
        t: member.reader.t,
        owner: member.user.id,
        board: site.db.bulletin().changes(),
        site,
        ids,
        sent: HashMap::new(),
        queue: Vec::new(),
        is_settled: false,
        until: Instant::now() + LIFETIME,
    };
    let events = stream::unfold(watcher, async |mut watcher| {
        let event = watcher.next().await?;
        Some((Ok::<_, Infallible>(event), watcher))
    });
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
        .into_response();
    // Proxies that buffer would hold the events back.
    response
        .headers_mut()
        .insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

struct Watcher {
    site: Arc<Site>,
    owner: UserId,
    t: Locale,
    board: broadcast::Receiver<DocumentId>,
    ids: Vec<i64>,
    /// What the browser knows of each document.
    sent: HashMap<i64, (DocumentState, u32, u32)>,
    queue: Vec<Event>,
    is_settled: bool,
    until: Instant,
}

impl Watcher {
    /// Waits for the next event; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        let mut is_first = self.sent.is_empty();
        loop {
            if let Some(event) = self.queue.pop() {
                return Some(event);
            }
            if self.is_settled || self.site.is_closing() || Instant::now() > self.until {
                return None;
            }
            if !is_first {
                self.wait().await;
            }
            is_first = false;
            if let Err(error) = self.look().await {
                // The browser tries again by itself.
                tracing::warn!(%error, "live state cannot be read");
                return None;
            }
        }
    }

    /// Waits until a watched document is announced or the interval is over.
    async fn wait(&mut self) {
        let deadline = Instant::now() + INTERVAL;
        loop {
            match tokio::time::timeout_at(deadline, self.board.recv()).await {
                Ok(Ok(id)) if !self.ids.contains(&id.0) => {}
                // Without a board (it never closes while the site lives) the
                // interval alone remains.
                Ok(Err(broadcast::error::RecvError::Closed)) => {
                    tokio::time::sleep_until(deadline).await;
                    return;
                }
                _ => return,
            }
        }
    }

    /// Looks at the database and queues what has changed.
    async fn look(&mut self) -> Result<(), DbError> {
        let cards = document::mine(&self.site.db, self.owner, Cursor::START, MOST).await?;
        let watched: Vec<&Card> = cards
            .iter()
            .filter(|card| self.ids.contains(&card.id.0))
            .collect();
        let mut events = Vec::new();
        for card in &watched {
            let now = (card.state, card.pages_ready, card.page_count);
            if self.sent.insert(card.id.0, now) != Some(now) {
                let view = StateView::new(card, &self.site.config, &self.t);
                match Event::default().event("document").json_data(&view) {
                    Ok(event) => events.push(event),
                    Err(error) => tracing::error!(%error, "event cannot be written"),
                }
            }
        }
        self.is_settled = !watched.iter().any(|card| {
            matches!(
                card.state,
                DocumentState::Converting | DocumentState::Checking
            )
        });
        if self.is_settled {
            events.push(Event::default().event("settled").data("{}"));
        }
        // Taken from the end.
        events.reverse();
        self.queue = events;
        Ok(())
    }
}
