//! The category tree (分类): two names, a slug, a place.

use crate::db::{Db, DbError, Row};
use crate::id::CategoryId;
use sqlx::Row as _;
use std::collections::HashMap;

/// One category.
#[derive(Clone, Debug)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// The category above it.
    pub parent: Option<CategoryId>,
    /// Its name in addresses.
    pub slug: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// What staff say of it in Chinese; may be empty.
    pub description_zh: String,
    /// What staff say of it in English; may be empty.
    pub description_en: String,
    /// Listed documents in it and below it.
    pub documents: u64,
}

impl Category {
    /// Returns the name in `zh` or `en`.
    pub fn name(&self, language: &str) -> &str {
        if language == "en" {
            &self.name_en
        } else {
            &self.name_zh
        }
    }

    /// Returns the description in `zh` or `en`, or the other one where that is
    /// missing; empty without any.
    pub fn description(&self, language: &str) -> &str {
        let (own, other) = if language == "en" {
            (&self.description_en, &self.description_zh)
        } else {
            (&self.description_zh, &self.description_en)
        };
        if own.is_empty() { other } else { own }
    }
}

/// All categories; there are tens of them, so they are read whole.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    nodes: Vec<Category>,
}

impl Tree {
    /// Returns every category, in the order of the tree: parents before their
    /// children.
    pub fn all(&self) -> &[Category] {
        &self.nodes
    }

    /// Returns the categories directly under `parent` (the top when `None`).
    pub fn children(&self, parent: Option<CategoryId>) -> impl Iterator<Item = &Category> {
        self.nodes.iter().filter(move |node| node.parent == parent)
    }

    /// Finds a category by id.
    pub fn get(&self, id: CategoryId) -> Option<&Category> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// Finds a category by slug.
    pub fn by_slug(&self, slug: &str) -> Option<&Category> {
        self.nodes.iter().find(|node| node.slug == slug)
    }

    /// Returns the way from the top down to `id`, itself included.
    pub fn path(&self, id: CategoryId) -> Vec<&Category> {
        let mut path = Vec::new();
        let mut next = Some(id);
        while let Some(node) = next.and_then(|id| self.get(id)) {
            if path.len() > self.nodes.len() {
                break;
            }
            path.push(node);
            next = node.parent;
        }
        path.reverse();
        path
    }

    /// Returns `id` and everything below it.
    pub fn subtree(&self, id: CategoryId) -> Vec<CategoryId> {
        let mut found = vec![id];
        // Parents come before children, so one pass suffices.
        for node in &self.nodes {
            if node.parent.is_some_and(|parent| found.contains(&parent)) {
                found.push(node.id);
            }
        }
        found
    }
}

/// Reads the tree with its document counts.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn tree(db: &Db) -> Result<Tree, DbError> {
    let rows = sqlx::query(
        "select id, parent_id, slug, name_zh, name_en, description_zh, description_en \
         from categories order by position, id",
    )
    .fetch_all(db.read())
    .await?;
    let counts = sqlx::query(concat!(
        "select d.category_id, cast(count(*) as bigint) from documents d where ",
        crate::visibility::listed!(),
        " and d.category_id is not null group by d.category_id"
    ))
    .fetch_all(db.read())
    .await?;
    let own: HashMap<i64, i64> = counts
        .iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<_, sqlx::Error>>()?;
    let flat = rows
        .iter()
        .map(|row| from_row(row, &own))
        .collect::<Result<Vec<_>, DbError>>()?;

    let mut nodes = Vec::with_capacity(flat.len());
    append_children(&flat, None, &mut nodes);
    let mut tree = Tree { nodes };
    let totals: Vec<u64> = tree
        .nodes
        .iter()
        .map(|node| {
            tree.subtree(node.id)
                .iter()
                .filter_map(|id| own.get(&id.0))
                .map(|count| u64::try_from(*count).unwrap_or(0))
                .sum()
        })
        .collect();
    for (node, total) in tree.nodes.iter_mut().zip(totals) {
        node.documents = total;
    }
    Ok(tree)
}

fn append_children(flat: &[Category], parent: Option<CategoryId>, out: &mut Vec<Category>) {
    for node in flat.iter().filter(|node| node.parent == parent) {
        out.push(node.clone());
        append_children(flat, Some(node.id), out);
    }
}

fn from_row(row: &Row, own: &HashMap<i64, i64>) -> Result<Category, DbError> {
    let id: i64 = row.try_get("id")?;
    Ok(Category {
        id: CategoryId(id),
        parent: row.try_get::<Option<i64>, _>("parent_id")?.map(CategoryId),
        slug: row.try_get("slug")?,
        name_zh: row.try_get("name_zh")?,
        name_en: row.try_get("name_en")?,
        description_zh: row.try_get("description_zh")?,
        description_en: row.try_get("description_en")?,
        documents: own.get(&id).map_or(0, |n| u64::try_from(*n).unwrap_or(0)),
    })
}

/// A category to be there, for [`ensure`].
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Seed {
    /// Its name in addresses.
    pub slug: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// The categories below it.
    #[serde(default)]
    pub children: Vec<Seed>,
}

/// Adds the categories that are not there yet, by slug.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn ensure(db: &Db, seeds: &[Seed]) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    let mut todo: Vec<(Option<i64>, i64, &Seed)> =
        (0..).zip(seeds).map(|(i, s)| (None, i, s)).collect();
    while let Some((parent, position, seed)) = todo.pop() {
        sqlx::query(
            "insert into categories (parent_id, slug, name_zh, name_en, position) \
             values ($1, $2, $3, $4, $5) on conflict (slug) do nothing",
        )
        .bind(parent)
        .bind(seed.slug.clone())
        .bind(seed.name_zh.clone())
        .bind(seed.name_en.clone())
        .bind(position)
        .execute(&mut *tx)
        .await?;
        let id: i64 = sqlx::query("select id from categories where slug = $1")
            .bind(seed.slug.clone())
            .fetch_one(&mut *tx)
            .await?
            .try_get(0)?;
        todo.extend((0..).zip(&seed.children).map(|(i, s)| (Some(id), i, s)));
    }
    tx.commit().await?;
    Ok(())
}
