//! How a list shows a collection.

use crate::locale::Locale;
use crate::url;
use wenyuan_domain::collection::Collection;

/// One collection of a list, ready for `collection/list.html`.
pub(crate) struct CollectionView {
    /// Its page.
    pub(crate) url: String,
    /// Its title.
    pub(crate) title: String,
    /// What its owner says of it, cut short; may be empty.
    pub(crate) description: String,
    /// `12 documents`, as many as the reader is shown.
    pub(crate) documents: String,
    /// When it last changed, for people.
    pub(crate) date: String,
    /// When it last changed, for machines.
    pub(crate) machine_date: String,
    /// Whether its owner alone sees it.
    pub(crate) is_private: bool,
}

const DESCRIPTION_CHARS: usize = 120;

impl CollectionView {
    /// Prepares a list.
    pub(crate) fn list(collections: &[Collection], t: &Locale) -> Vec<Self> {
        collections
            .iter()
            .map(|collection| Self {
                url: url::collection(collection.id),
                title: collection.title.clone(),
                description: wenyuan_text::excerpt(&collection.description, DESCRIPTION_CHARS),
                documents: t.with("documents", "count", collection.documents),
                date: t.date(&collection.updated_at),
                machine_date: t.machine_date(&collection.updated_at),
                is_private: !collection.is_public,
            })
            .collect()
    }
}
