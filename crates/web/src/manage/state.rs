//! Where a document stands, in words, for its owner.

use crate::locale::Locale;
use crate::site::Config;
use crate::{refusal, url};
use serde::Serialize;
use wenyuan_domain::document::{Card, State, Visibility};
use wenyuan_domain::review;

/// Where a document stands; also the data of a live event.
#[derive(Serialize)]
pub(crate) struct StateView {
    /// The document.
    pub(crate) id: i64,
    /// `converting`, `checking`, `held`, `readable`, `refused`, `withdrawn`.
    pub(crate) state: &'static str,
    /// The same in words: `Converting, 2 of 5 pages`.
    pub(crate) label: String,
    /// Why it was refused, or could not be drawn again, and what to do; empty
    /// otherwise.
    pub(crate) message: String,
    /// What the converter said of it, in English, for whoever is curious;
    /// empty unless there is a message.
    pub(crate) detail: String,
    /// Whether another try may end otherwise.
    pub(crate) may_retry: bool,
    /// Pages drawn so far.
    pub(crate) pages_ready: u32,
    /// Pages in all; 0 while that is not known.
    pub(crate) page_count: u32,
    /// Its title.
    pub(crate) title: String,
    /// Its page.
    pub(crate) url: String,
    /// The picture of its first page, when there is one.
    pub(crate) cover_url: Option<String>,
}

impl StateView {
    /// Says where a document of one's own list stands.
    pub(crate) fn new(card: &Card, config: &Config, t: &Locale) -> Self {
        let failure = card.failure.as_ref();
        let is_by_reviewer = failure.is_some_and(|failure| failure.kind == review::REFUSED);
        let is_by_check = failure.is_some_and(|failure| refusal::is_by_check(&failure.kind));
        let label = match (card.state, card.visibility) {
            (State::Converting, _) if card.page_count == 0 => t.get("state-converting"),
            (State::Converting, _) => t.with2(
                "state-converting-pages",
                ("ready", card.pages_ready),
                ("count", card.page_count),
            ),
            (State::Checking, _) => t.get("state-checking"),
            (State::Held, _) => t.get("state-held"),
            (State::Readable, Visibility::Public) => t.get("state-readable"),
            (State::Readable, Visibility::Unlisted) => t.get("state-unlisted"),
            (State::Readable, Visibility::Private) => t.get("state-private"),
            (State::Refused, _) if is_by_check => t.get("state-not-taken"),
            (State::Refused, _) => t.get("state-refused"),
            (State::Withdrawn, _) => t.get("state-withdrawn"),
        };
        Self {
            id: card.id.0,
            state: card.state.as_str(),
            label,
            message: failure
                .map(|failure| match failure.kind.as_str() {
                    review::REFUSED => t.with("refusal-reviewer-says", "reason", &failure.detail),
                    kind => refusal::sentence(kind, config, t),
                })
                .map(|reason| match card.state {
                    State::Refused => reason,
                    // Only drawing it again failed.
                    _ => t.with("mine-redraw-failed", "reason", reason),
                })
                .unwrap_or_default(),
            detail: failure
                .filter(|failure| !refusal::is_by_check(&failure.kind))
                .map(|failure| failure.detail.clone())
                .unwrap_or_default(),
            may_retry: card.state == State::Refused && !is_by_reviewer,
            pages_ready: card.pages_ready,
            page_count: card.page_count,
            title: card.title.clone(),
            url: url::document(card.id),
            cover_url: card.cover.map(|cover| url::cover(card.id, &cover)),
        }
    }
}
