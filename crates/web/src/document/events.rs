//! A conversion watched from the document page: server-sent events to whoever
//! may open the document (before it is readable: its owner, and staff).

use super::open;
use crate::error::WebError;
use crate::layout::Reader;
use crate::locale::Locale;
use crate::site::Site;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::stream;
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use wenyuan_domain::document::{self, Document, State as Stage};
use wenyuan_domain::{DocumentId, Viewer};

/// A worker in another process posts no news: look by oneself this often.
const LOOK_EVERY: Duration = Duration::from_millis(500);

#[derive(Clone, PartialEq, Eq, Serialize)]
struct News {
    state: &'static str,
    pages_ready: u32,
    page_count: u32,
    text: String,
}

struct Watch {
    site: Arc<Site>,
    viewer: Viewer,
    t: Locale,
    id: DocumentId,
    told: Option<News>,
    board: Receiver<DocumentId>,
    over: bool,
}

/// Streams the progress of a conversion; the last event is its end.
pub(crate) async fn stream_events(
    State(site): State<Arc<Site>>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, WebError> {
    let document = open(&site, reader.viewer, &id).await?;
    let watch = Watch {
        board: site.db.bulletin().changes(),
        site,
        viewer: reader.viewer,
        t: reader.t,
        id: document.id,
        told: None,
        over: false,
    };
    let events = stream::unfold(watch, async |mut watch| {
        let event = watch.next().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

impl Watch {
    async fn next(&mut self) -> Option<Event> {
        while !self.over && !self.site.is_closing() {
            let document = document::find(&self.site.db, self.viewer, self.id).await;
            // Gone, hidden or not to be known: the page is to be loaded anew.
            let news = match document {
                Ok(Some(document)) => news(&self.t, &document),
                Ok(None) | Err(_) => News {
                    state: "gone",
                    pages_ready: 0,
                    page_count: 0,
                    text: String::new(),
                },
            };
            let is_under_way = [Stage::Converting, Stage::Checking]
                .iter()
                .any(|stage| news.state == stage.as_str());
            self.over = !is_under_way;
            if self.told.as_ref() != Some(&news) {
                let event = Event::default().event("state").json_data(&news).ok()?;
                self.told = Some(news);
                return Some(event);
            }
            self.wait().await;
        }
        None
    }

    async fn wait(&mut self) {
        let id = self.id;
        let board = &mut self.board;
        let news = async move {
            loop {
                match board.recv().await {
                    Ok(changed) if changed != id => {}
                    Err(tokio::sync::broadcast::error::RecvError::Closed) => {
                        std::future::pending::<()>().await;
                    }
                    Ok(_) | Err(_) => break,
                }
            }
        };
        // Either way the database is asked next.
        let _ = tokio::time::timeout(LOOK_EVERY, news).await;
    }
}

fn news(t: &Locale, document: &Document) -> News {
    News {
        state: document.state.as_str(),
        pages_ready: document.access.pages,
        page_count: document.page_count,
        text: progress(t, document),
    }
}

/// Returns how far a conversion is, for its owner.
pub(super) fn progress(t: &Locale, document: &Document) -> String {
    if document.state == Stage::Checking {
        t.get("document-checking-wait")
    } else if document.page_count == 0 {
        t.get("document-converting-waiting")
    } else {
        t.with2(
            "document-converting-pages",
            ("ready", document.pages_ready),
            ("count", document.page_count),
        )
    }
}
