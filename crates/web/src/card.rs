//! How a list shows a document.

use crate::locale::{Lang, Locale};
use crate::url;
use wenyuan_domain::category::Tree;
use wenyuan_domain::document::Card;

/// One document of a list, ready for the templates `card/*.html`.
pub(crate) struct CardView {
    /// Its page.
    pub(crate) url: String,
    /// Its title.
    pub(crate) title: String,
    /// The picture of its first page, if there is one.
    pub(crate) cover_url: Option<String>,
    /// `DOCX`; empty until recognised.
    pub(crate) format: String,
    /// `5 pages`.
    pub(crate) pages: String,
    /// `16.90 KB`.
    pub(crate) size: String,
    /// When it was published, for people.
    pub(crate) date: String,
    /// When it was published, for machines.
    pub(crate) machine_date: String,
    /// `12 reads`; empty when nobody has read it yet.
    pub(crate) views: String,
    /// The uploader.
    pub(crate) author: String,
    /// The uploader's page.
    pub(crate) author_url: String,
    /// What the uploader says of it, cut short; may be empty.
    pub(crate) description: String,
}

const DESCRIPTION_CHARS: usize = 120;

impl CardView {
    /// Prepares a document for a list.
    pub(crate) fn new(card: &Card, t: &Locale) -> Self {
        let published = card.published_at.unwrap_or(card.created_at);
        Self {
            url: url::document(card.id),
            title: card.title.clone(),
            cover_url: card.cover.map(|cover| url::cover(card.id, &cover)),
            format: card.format.to_uppercase(),
            pages: t.with("pages", "count", card.page_count),
            size: t.size(&card.size_bytes),
            date: t.date(&published),
            machine_date: t.machine_date(&published),
            views: match card.view_count {
                0 => String::new(),
                n => t.with("views", "count", n),
            },
            author: card.owner_name.clone(),
            author_url: url::author(&card.owner_name),
            description: wenyuan_text::excerpt(&card.description, DESCRIPTION_CHARS),
        }
    }

    /// Prepares a whole list.
    pub(crate) fn list(cards: &[Card], t: &Locale) -> Vec<Self> {
        cards.iter().map(|card| Self::new(card, t)).collect()
    }
}

/// A category in a list, with the categories below it.
pub(crate) struct Branch {
    /// Its page.
    pub(crate) url: String,
    /// Its name in the reader's language.
    pub(crate) name: String,
    /// How many documents it holds, with those below it.
    pub(crate) documents: String,
    /// The categories below it.
    pub(crate) children: Vec<Branch>,
}

impl Branch {
    /// Prepares what stands under `parent` (the top when `None`), `depth`
    /// levels deep.
    pub(crate) fn list(
        tree: &Tree,
        parent: Option<wenyuan_domain::CategoryId>,
        depth: usize,
        t: &Locale,
    ) -> Vec<Self> {
        if depth == 0 {
            return Vec::new();
        }
        tree.children(parent)
            .map(|node| Self {
                url: url::category(&node.slug),
                name: node.name(t.lang.code()).to_owned(),
                documents: t.number(node.documents),
                children: Self::list(tree, Some(node.id), depth - 1, t),
            })
            .collect()
    }
}

/// A category to choose in a form or filter.
pub(crate) struct Choice {
    /// Its id.
    pub(crate) id: i64,
    /// Its name, behind the names of those above it: `教育 / 论文`.
    pub(crate) name: String,
}

impl Choice {
    /// Prepares every category of the tree.
    pub(crate) fn list(tree: &Tree, lang: Lang) -> Vec<Self> {
        tree.all()
            .iter()
            .map(|node| Self {
                id: node.id.0,
                name: tree
                    .path(node.id)
                    .iter()
                    .map(|step| step.name(lang.code()))
                    .collect::<Vec<_>>()
                    .join(" / "),
            })
            .collect()
    }
}
