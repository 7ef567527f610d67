//! The home page: the search box and the shelves, as the librarian has
//! arranged them.

use crate::card::{Branch, CardView};
use crate::error::WebError;
use crate::layout::{Layout, Reader};
use crate::locale::Locale;
use crate::site::Site;
use crate::{render, url};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use futures::future::try_join_all;
use std::sync::Arc;
use wenyuan_domain::category::{self, Tree};
use wenyuan_domain::document::Card;
use wenyuan_domain::shelf::{self, Fields, Source};
use wenyuan_domain::{DbError, Viewer, collection};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    t: Locale,
    layout: Layout,
    total: u64,
    /// One shelf, or two that stand side by side where there is room.
    rows: Vec<Vec<ShelfView>>,
}

impl HomePage {
    fn has_documents(&self) -> bool {
        let mut shelves = self.rows.iter().flatten();
        shelves.any(|shelf| shelf.look.has_documents())
    }
}

/// A shelf, ready for the template.
struct ShelfView {
    title: String,
    /// Where there is more of it, and what the link says.
    more: Option<(String, String)>,
    look: Look,
}

enum Look {
    Covers(Vec<CardView>),
    Ranking(Vec<CardView>),
    Tree(Vec<Branch>),
}

/// A shelf with what stands on it.
struct Filled {
    fields: Fields,
    cards: Vec<Card>,
    /// The collection's title, when nobody gave the shelf one.
    title: Option<String>,
}

/// Shows the search box and the shelves.
pub(crate) async fn show_home(
    State(site): State<Arc<Site>>,
    reader: Reader,
) -> Result<Response, WebError> {
    let t = reader.t;
    let (tree, arranged) = tokio::try_join!(category::tree(&site.db), shelf::arranged(&site.db))?;
    let arranged: Vec<Fields> = arranged.into_iter().map(|shelf| shelf.fields).collect();
    let mut rows = rows(&site, reader.viewer, &tree, arranged, &t).await?;
    if !rows
        .iter()
        .flatten()
        .any(|shelf| shelf.look.has_documents())
    {
        // Nobody has arranged anything, or nothing of it can be seen yet.
        rows = self::rows(&site, reader.viewer, &tree, usual(), &t).await?;
    }
    let index = site.index.clone();
    let total = tokio::task::spawn_blocking(move || index.len()).await??;
    render::page(&HomePage {
        t,
        layout: reader.layout(),
        total: u64::try_from(total).unwrap_or(0),
        rows,
    })
}

/// The shelves of a library that nobody has arranged.
fn usual() -> Vec<Fields> {
    [
        (Source::Newest, 12),
        (Source::Followed, 6),
        (Source::Categories, 1),
        (Source::Trending, 10),
        (Source::MostRead, 10),
    ]
    .map(|(source, size)| Fields {
        source,
        title_zh: String::new(),
        title_en: String::new(),
        size,
    })
    .into()
}

/// Fills the shelves, all at once, leaves out those on which nothing stands
/// for this reader, and puts them into rows.
async fn rows(
    site: &Site,
    viewer: Viewer,
    tree: &Tree,
    shelves: Vec<Fields>,
    t: &Locale,
) -> Result<Vec<Vec<ShelfView>>, WebError> {
    let filling = shelves
        .into_iter()
        .map(|fields| fill(site, viewer, tree, fields));
    let mut rows: Vec<Vec<ShelfView>> = Vec::new();
    for filled in try_join_all(filling).await? {
        let Some(shelf) = view(filled, tree, t) else {
            continue;
        };
        match rows.last_mut() {
            Some(row)
                if row.len() == 1 && row.iter().all(|left| left.look.goes_with(&shelf.look)) =>
            {
                row.push(shelf);
            }
            _ => rows.push(vec![shelf]),
        }
    }
    Ok(rows)
}

async fn fill(site: &Site, viewer: Viewer, tree: &Tree, fields: Fields) -> Result<Filled, DbError> {
    let cards = shelf::documents(&site.db, viewer, tree, &fields).await?;
    let title = match fields.source {
        Source::Collection(id) if !cards.is_empty() && fields.title("zh").is_empty() => {
            let found = collection::find(&site.db, Viewer::Stranger, id).await?;
            found.map(|collection| collection.title)
        }
        _ => None,
    };
    Ok(Filled {
        fields,
        cards,
        title,
    })
}

impl Look {
    fn has_documents(&self) -> bool {
        matches!(self, Self::Covers(_) | Self::Ranking(_))
    }

    /// Returns whether two looks are narrow enough to stand side by side.
    fn goes_with(&self, other: &Self) -> bool {
        !matches!(self, Self::Covers(_)) && !matches!(other, Self::Covers(_))
    }
}

fn view(filled: Filled, tree: &Tree, t: &Locale) -> Option<ShelfView> {
    let Filled {
        fields,
        cards,
        title,
    } = filled;
    let lang = t.lang.code();
    let all = |address: String| Some((address, t.get("home-all")));
    let (usual_title, more) = match &fields.source {
        Source::Newest => (t.get("home-latest"), all("/search?sort=newest".to_owned())),
        Source::MostRead => (t.get("home-most-read"), None),
        Source::Trending => (t.get("trending-title"), all("/trending".to_owned())),
        Source::Categories => (
            t.get("nav-categories"),
            Some(("/categories".to_owned(), t.get("home-all-categories"))),
        ),
        Source::Category(id) => {
            let category = tree.get(*id)?;
            let address = url::category(&category.slug);
            (category.name(lang).to_owned(), all(address))
        }
        Source::Tag(tag) => (tag.clone(), all(url::tag(tag))),
        Source::Collection(id) => (title.unwrap_or_default(), all(url::collection(*id))),
        Source::Followed => (t.get("home-followed"), all("/my/following".to_owned())),
        Source::Picked(_) => (t.get("home-picked"), None),
    };
    let look = match &fields.source {
        Source::Categories => {
            let branches = Branch::list(tree, None, 1, t);
            Look::Tree(branches)
        }
        Source::MostRead | Source::Trending => Look::Ranking(CardView::list(&cards, t)),
        _ => Look::Covers(CardView::list(&cards, t)),
    };
    let is_empty = match &look {
        Look::Covers(cards) | Look::Ranking(cards) => cards.is_empty(),
        Look::Tree(branches) => branches.is_empty(),
    };
    let given = fields.title(lang);
    (!is_empty).then(|| ShelfView {
        title: if given.is_empty() {
            usual_title
        } else {
            given.to_owned()
        },
        more,
        look,
    })
}
