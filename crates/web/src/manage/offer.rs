//! What the library itself offers an author: tags from the text, and the
//! category of the documents like his. Nothing is added unless he takes it,
//! and without an offer the page is whole, so what fails is only logged.

use crate::card::Choice;
use crate::error::WebError;
use crate::locale::Locale;
use crate::site::Site;
use wenyuan_domain::category;
use wenyuan_domain::category_vote::{self, Vote};
use wenyuan_domain::document::{self, Document};

/// Tags that are offered.
const TAGS: usize = 8;
/// Keywords that are looked at: the author has some of them as tags already.
const KEYWORDS: usize = 20;
/// The longest tag that can be kept, in characters.
const TAG_CHARS: usize = 40;
/// Documents that are asked for their category.
const NEIGHBOURS: usize = 12;
/// Pages of the text that are read.
const PAGES: u32 = 60;

/// A category that the documents like this one are in.
pub(crate) struct CategoryOffer {
    /// The category, with its full name.
    pub(crate) choice: Choice,
    vote: Vote,
}

impl CategoryOffer {
    /// Says how clear it is: `6 of the 8 documents most like it are there`.
    pub(crate) fn reason(&self, t: &Locale) -> String {
        t.with2(
            "offer-category-reason",
            ("agreeing", self.vote.agreeing),
            ("asked", self.vote.asked),
        )
    }
}

/// Finds words of the text that could be tags and are none yet.
pub(super) async fn tags(site: &Site, document: &Document) -> Vec<String> {
    let found = keywords(site, document).await.unwrap_or_else(|error| {
        tracing::warn!(id = %document.id, %error, "no tags to offer");
        Vec::new()
    });
    let known: Vec<String> = document.tags.iter().map(|tag| tag.to_lowercase()).collect();
    found
        .into_iter()
        .filter(|word| word.chars().count() <= TAG_CHARS && !known.contains(&word.to_lowercase()))
        .take(TAGS)
        .collect()
}

async fn keywords(site: &Site, document: &Document) -> Result<Vec<String>, WebError> {
    let text = text(site, document).await?;
    let index = site.index.clone();
    let found = tokio::task::spawn_blocking(move || index.keywords_of_text(&text, KEYWORDS));
    Ok(found.await??)
}

/// Finds the category that the documents like this one are in, when it has
/// none and they agree.
pub(crate) async fn category(
    site: &Site,
    document: &Document,
    t: &Locale,
) -> Option<CategoryOffer> {
    if document.category.is_some() || document.pages_ready == 0 {
        return None;
    }
    agreed(site, document, t).await.unwrap_or_else(|error| {
        tracing::warn!(id = %document.id, %error, "no category to offer");
        None
    })
}

async fn agreed(
    site: &Site,
    document: &Document,
    t: &Locale,
) -> Result<Option<CategoryOffer>, WebError> {
    let ids = neighbours(site, document).await?;
    let cards = document::by_ids(&site.db, &ids).await?;
    let categories: Vec<_> = cards
        .iter()
        .filter(|card| card.id != document.id)
        .map(|card| card.category)
        .collect();
    let tree = category::tree(&site.db).await?;
    Ok(category_vote::vote(&tree, &categories).and_then(|vote| {
        let mut choices = Choice::list(&tree, t.lang).into_iter();
        let choice = choices.find(|choice| choice.id == vote.category.0)?;
        Some(CategoryOffer { choice, vote })
    }))
}

/// The documents most like this one; by its text where the index has it not.
async fn neighbours(site: &Site, document: &Document) -> Result<Vec<i64>, WebError> {
    let (index, id) = (site.index.clone(), document.id.0);
    let found = tokio::task::spawn_blocking(move || index.related(id, NEIGHBOURS)).await??;
    if !found.is_empty() {
        return Ok(found);
    }
    let text = format!("{}\n{}", document.title, text(site, document).await?);
    let index = site.index.clone();
    let found = tokio::task::spawn_blocking(move || index.related_to_text(&text, NEIGHBOURS));
    Ok(found.await??)
}

async fn text(site: &Site, document: &Document) -> Result<String, WebError> {
    let mut part = document.clone();
    part.access.pages = part.access.pages.min(PAGES);
    let texts = document::page_texts(&site.db, &part).await?;
    let texts: Vec<String> = texts.into_iter().map(|(_, text)| text).collect();
    Ok(texts.join("\n"))
}
