//! The document page.

use super::beside::Beside;
use super::cache::Cache;
use super::fidelity::{self, Fidelity, FontUse};
use super::find::Finder;
use super::pages::{self, BATCH, Frame};
use super::text::TextPage;
use super::{events, image, open, share, visit};
use crate::authenticity::Honest;
use crate::collection::Places;
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::manage::{self, CategoryOffer};
use crate::seo::{self, Metadata};
use crate::site::{Config, Site};
use crate::{refusal, render, url};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::request::Parts;
use axum::response::Response;
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;
use wenyuan_domain::category::{self, Tree};
use wenyuan_domain::document::{self, Document, State as Stage, Visibility};
use wenyuan_domain::visibility::DownloadAccess;
use wenyuan_domain::{Timestamp, favourite, review};

/// Characters of the text that are shown before one asks for all of it.
const LEAD_CHARS: usize = 240;

/// The query of the page: the words that the reader searched for, the page at
/// which its window begins, and the build step of that page.
#[derive(Deserialize)]
pub(crate) struct Params {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    step: String,
    #[serde(default)]
    said: String,
}

#[derive(Template)]
#[template(path = "document/show.html")]
struct DocumentPage {
    t: Locale,
    layout: Layout,
    metadata: Metadata,
    document: Document,
    document_url: String,
    format: String,
    date: Timestamp,
    crumbs: Vec<(String, String)>,
    tags: Vec<(String, String)>,
    owner_url: String,
    log_in_url: String,
    download: DownloadAccess,
    favourite: bool,
    /// The reader's own collections; strangers have none.
    places: Option<Places>,
    csrf: String,
    share_url: String,
    share_link: String,
    qr_url: String,
    /// The engine that the owner or staff can ask for instead.
    other_engine: Option<&'static str>,
    /// What is wrong, and the particulars, when the file was refused or could
    /// not be drawn again.
    refusal: Option<(String, String)>,
    /// It could be read, but was not taken.
    is_refused_by_check: bool,
    is_refused_by_reviewer: bool,
    honest: Honest,
    /// Its owner looks at it.
    is_own: bool,
    /// What its owner has said to it while it waits, and whether just now.
    explanation: String,
    has_explained: bool,
    most_chars: usize,
    review_url: String,
    progress: String,
    fidelity: Fidelity,
    batch: u32,
    frames: Vec<Frame>,
    /// First and last page of this window, and those before and after it.
    window: (u32, u32),
    before: Option<u32>,
    after: Option<u32>,
    /// Whether there are pages that this reader is not shown.
    limited: bool,
    /// Whether words on these pages were recognised in their images.
    recognised: bool,
    lead: Vec<TextPage>,
    texts: Vec<TextPage>,
    query: String,
    description: Vec<String>,
    beside: Beside,
    /// A category for its owner to take, when it has none.
    category_offer: Option<CategoryOffer>,
    words: String,
}

impl DocumentPage {
    fn is(&self, stage: &str) -> bool {
        self.document.state.as_str() == stage
    }

    /// Its pages are being drawn, or it is being compared with the library.
    fn is_under_way(&self) -> bool {
        matches!(self.document.state, Stage::Converting | Stage::Checking)
    }

    fn window_words(&self, key: &str) -> String {
        let (first, last) = self.window;
        self.t.with2(key, ("first", first), ("last", last))
    }

    fn preview_words(&self) -> String {
        let readable = ("readable", self.document.access.pages);
        let count = ("count", self.document.page_count);
        self.t.with2("document-preview", readable, count)
    }

    fn font_words(&self, font: &FontUse) -> String {
        let (asked, used) = (("asked", &font.asked), ("used", &font.used));
        self.t.with2("document-fidelity-font-use", asked, used)
    }
}

/// Shows a document.
pub(crate) async fn show_document(
    State(site): State<Arc<Site>>,
    Extension(cache): Extension<Arc<Cache>>,
    reader: Reader,
    Path(id): Path<String>,
    Query(params): Query<Params>,
    request: Parts,
) -> Result<Response, WebError> {
    let document = open(&site, reader.viewer, &id).await?;
    if visit::is_reading(&request.method, &request.headers) {
        count_view(&site, &cache, &reader, &document, &request);
    }
    let page = prepare(&site, &cache, reader, document, params).await?;
    render::page(&page)
}

async fn prepare(
    site: &Arc<Site>,
    cache: &Cache,
    reader: Reader,
    document: Document,
    params: Params,
) -> Result<DocumentPage, WebError> {
    let t = reader.t;
    let readable = document.access.pages;
    let start = pages::window_start(params.page.parse().unwrap_or(1).min(readable));
    let end = start.saturating_add(BATCH - 1).min(readable);
    let mut frames = pages::frames(site, &document, start).await?;
    if let Some(frame) = frames.first_mut() {
        frame.first = true;
    }
    if let (Ok(page), Ok(step)) = (params.page.parse::<u32>(), params.step.parse()) {
        let frame = frames.iter_mut().find(|frame| frame.number == page);
        frame.into_iter().for_each(|frame| frame.show_step(step));
    }
    let query = params.q.trim().to_owned();
    let mut texts = document::page_texts(&site.db, &pages::up_to(&document, end)).await?;
    let first_text = texts.first().map(|(_, text)| text.clone());
    texts.retain(|(number, _)| *number >= start);
    let mut texts = cut(texts, query.clone()).await?;
    let recognised = document::recognised_count(&site.db, &document, start..=end).await? > 0;
    let document_url = url::document(document.id);
    let metadata = Metadata::new(
        &reader,
        site.name(t.lang),
        &document,
        first_text.as_deref().unwrap_or_default(),
        image::cover(&document).map(|cover| url::cover(document.id, &cover)),
    );
    let crumbs = match document.category {
        Some(id) => tree(site, cache)
            .await?
            .path(id)
            .iter()
            .map(|node| {
                (
                    url::category(&node.slug),
                    node.name(t.lang.code()).to_owned(),
                )
            })
            .collect(),
        None => Vec::new(),
    };
    let mut layout = reader.layout();
    layout.index = document.state == Stage::Readable && document.visibility == Visibility::Public;
    layout.canonical = metadata.url.clone();
    if start > 1 {
        layout.canonical.push_str(&format!("?page={start}"));
    }
    layout.query.clone_from(&query);
    Ok(DocumentPage {
        recognised,
        lead: take_lead(&mut texts),
        texts,
        frames,
        window: (start, end),
        before: (start > 1).then(|| start.saturating_sub(BATCH).max(1)),
        after: (end < readable).then_some(end + 1),
        limited: document.state == Stage::Readable && readable < document.page_count,
        batch: BATCH,
        crumbs,
        tags: document
            .tags
            .iter()
            .map(|tag| (url::tag(tag), tag.clone()))
            .collect(),
        owner_url: url::author(&document.owner_name),
        log_in_url: url::log_in(&document_url),
        download: document.access.download,
        favourite: favourite::has(&site.db, reader.viewer, &document).await?,
        places: Places::of(site, &reader, &document).await?,
        csrf: match (&reader.user, document.access.edit) {
            (None, false) => String::new(),
            _ => reader.csrf(),
        },
        share_url: format!("{document_url}/share"),
        share_link: metadata.url.clone(),
        qr_url: share::qr_url(&document_url),
        is_own: reader.viewer.id() == Some(document.owner),
        honest: Honest::of(site, reader.viewer, &document, &t).await?,
        explanation: match document.state {
            Stage::Held => review::explanation(&site.db, &document).await?,
            _ => String::new(),
        },
        has_explained: params.said == "1",
        most_chars: review::MOST_CHARS,
        review_url: url::review(document.id),
        is_refused_by_check: failed_as(&document, refusal::is_by_check),
        is_refused_by_reviewer: failed_as(&document, |kind| kind == review::REFUSED),
        refusal: document.failure.as_ref().map(|failure| {
            let sentence = refusal::sentence(&failure.kind, &site.config, &t);
            (sentence, failure.detail.clone())
        }),
        other_engine: other_engine(&site.config, &reader, &document),
        progress: events::progress(&t, &document),
        fidelity: fidelity::of(site, cache, &document).await,
        description: paragraphs(&document.description),
        category_offer: category_offer(site, &reader, &document).await,
        beside: Beside::of(site, cache, &document, &t).await,
        words: words(&t),
        format: document.format.to_uppercase(),
        date: document.published_at.unwrap_or(document.created_at),
        metadata,
        layout,
        document_url,
        query,
        document,
        t,
    })
}

fn failed_as(document: &Document, is_so: impl Fn(&str) -> bool) -> bool {
    let failure = document.failure.as_ref();
    failure.is_some_and(|failure| is_so(&failure.kind))
}

/// The engine that this reader may ask for instead of the one that drew the
/// document, or that did not.
fn other_engine(config: &Config, reader: &Reader, document: &Document) -> Option<&'static str> {
    let format = match document.state {
        Stage::Readable => document.format.clone(),
        Stage::Withdrawn if reader.viewer.is_staff() => document.format.clone(),
        // It was not recognised, so its name must do.
        Stage::Refused => match document.file_name.rsplit_once('.') {
            Some((_, ending)) => ending.to_ascii_lowercase(),
            None => return None,
        },
        Stage::Converting | Stage::Checking | Stage::Held | Stage::Withdrawn => return None,
    };
    let is_by_libreoffice = match document.state {
        Stage::Refused => document.engine_asked == document::Engine::LibreOffice,
        _ => document.engine == "libreoffice",
    };
    let is_drawn = document.state != Stage::Refused;
    // The native engine is always here, LibreOffice may be gone.
    let is_here = (is_by_libreoffice && is_drawn) || config.two_engines.contains(&format);
    let offered =
        document.access.edit && !document.is_redrawing && document.has_two_engines() && is_here;
    offered.then_some(if is_by_libreoffice {
        "native"
    } else {
        "libreoffice"
    })
}

/// The category that documents like this one are in, for its owner.
async fn category_offer(
    site: &Site,
    reader: &Reader,
    document: &Document,
) -> Option<CategoryOffer> {
    let is_own = reader.viewer.id() == Some(document.owner);
    if !is_own || document.state != Stage::Readable {
        return None;
    }
    manage::offer_category(site, document, &reader.t).await
}

/// Cuts texts where they are shown to be hits, if anything was searched for.
async fn cut(texts: Vec<(u32, String)>, query: String) -> Result<Vec<TextPage>, WebError> {
    if query.is_empty() {
        return Ok(text_pages(&texts, &vec![Vec::new(); texts.len()]));
    }
    let search = move || text_pages(&texts, &Finder::search(&query, &texts).1);
    Ok(tokio::task::spawn_blocking(search).await?)
}

fn text_pages(texts: &[(u32, String)], hits: &[Vec<Range<usize>>]) -> Vec<TextPage> {
    texts
        .iter()
        .zip(hits)
        .map(|((number, text), hits)| TextPage::new(*number, text, hits))
        .filter(|page| !page.paragraphs.is_empty())
        .collect()
}

/// Takes what is shown of the text before one asks for all: nothing when the
/// text is hardly longer than that.
fn take_lead(texts: &mut Vec<TextPage>) -> Vec<TextPage> {
    let Some(first) = texts.first_mut() else {
        return Vec::new();
    };
    let lead = TextPage {
        number: first.number,
        paragraphs: first.split_lead(LEAD_CHARS),
    };
    if first.paragraphs.is_empty() {
        texts.remove(0);
    }
    vec![lead]
}

async fn tree(site: &Site, cache: &Cache) -> Result<Arc<Tree>, WebError> {
    if let Some(tree) = cache.tree() {
        return Ok(tree);
    }
    let tree = Arc::new(category::tree(&site.db).await?);
    cache.put_tree(&tree);
    Ok(tree)
}

fn count_view(
    site: &Arc<Site>,
    cache: &Cache,
    reader: &Reader,
    document: &Document,
    request: &Parts,
) {
    let now = Timestamp::now();
    let address = visit::address(request);
    let key = visit::reader_key(&site.config, reader.viewer, address, &request.headers, now);
    let counts = reader.viewer.id() != Some(document.owner) && document.state == Stage::Readable;
    if !counts || !cache.is_new_reader(document.id, &key, now.day()) {
        return;
    }
    let (site, viewer, document) = (Arc::clone(site), reader.viewer, document.clone());
    // The reader need not wait for it.
    tokio::spawn(async move {
        if let Err(error) = document::count_view(&site.db, viewer, &document, &key).await {
            tracing::warn!(id = %document.id, %error, "view not counted");
        }
    });
}

fn paragraphs(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What the reader's scripts say, as JSON.
fn words(t: &Locale) -> String {
    seo::data_block(&serde_json::json!({
        "page": t.with("document-page-number", "page", "{page}"),
        "step": t.with2("document-step", ("at", "{at}"), ("count", "{count}")),
        "find_position": t.with2("document-find-position", ("at", "{at}"), ("total", "{total}")),
        "find_none": t.get("document-find-none"),
        "find_failed": t.get("document-find-failed"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lead_is_taken_once() {
        let mut texts = vec![
            TextPage::new(1, "标题", &[]),
            TextPage::new(2, "一\n二", &[]),
        ];
        let lead = take_lead(&mut texts);
        assert_eq!(lead.len(), 1);
        assert_eq!(texts.len(), 1, "page 1 has nothing left to show");
        assert!(take_lead(&mut Vec::new()).is_empty());
    }

    #[test]
    fn a_description_has_its_paragraphs() {
        assert_eq!(paragraphs("一\n\n 二 \r\n"), ["一", "二"]);
    }
}
