//! Drawing a document again: one that can be read by another engine, one that
//! was refused by any.
//!
//! A document that can be read stays as it is until every new page is there
//! and [`replace`] exchanges them in one transaction; when the other engine
//! fails, [`keep`] leaves the pages and the owner reads why. A refused document
//! begins anew, as a new upload does.

use super::publish::{NewPage, NewStep, Published, insert_page, insert_steps};
use super::{Document, State};
use crate::blob;
use crate::clock::Timestamp;
use crate::db::{Db, DbError};
use crate::id::DocumentId;
use crate::job::{self, Kind};
use crate::visibility::Viewer;

/// What a document shall be drawn by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// By what suits its format.
    #[default]
    Auto,
    /// By the native engine.
    Native,
    /// By LibreOffice.
    LibreOffice,
}

impl Engine {
    /// Returns the stored name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Native => "native",
            Self::LibreOffice => "libreoffice",
        }
    }

    /// Returns the value with that stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Auto, Self::Native, Self::LibreOffice]
            .into_iter()
            .find(|value| value.as_str() == name)
    }
}

/// The formats that are drawn by either engine.
const TWO_ENGINES: [&str; 3] = ["docx", "xlsx", "pptx"];

/// Asks for a document to be drawn by `engine`. Its owner and staff may, when it
/// was refused, or can be read and two engines draw its format. What a reviewer
/// has refused is staff's alone.
///
/// Returns whether there was anything to do.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn redraw(
    db: &Db,
    viewer: Viewer,
    document: &Document,
    engine: Engine,
) -> Result<bool, DbError> {
    if !document.has_two_engines() {
        return Ok(false);
    }
    let mut tx = db.write().await?;
    let changed = sqlx::query(
        "update documents set engine_asked = $3, failure_kind = null, failure_detail = null, \
             redrawing = case state when 'refused' then 0 else 1 end, \
             state = case state when 'refused' then 'converting' else state end, \
             updated_at = $4 \
         where id = $5 and (owner_id = $1 or $2 = 1) \
             and (state in ('readable', 'refused') or (state = 'withdrawn' and $2 = 1)) \
             and (state <> 'refused' or $2 = 1 or coalesce(failure_kind, '') <> $6)",
    )
    .bind(viewer.sql_id())
    .bind(viewer.sql_staff())
    .bind(engine.as_str())
    .bind(Timestamp::now().0)
    .bind(document.id.0)
    .bind(crate::review::REFUSED)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if changed == 1 {
        job::enqueue(&mut tx, Kind::Convert, document.id.0).await?;
        if viewer.id() != Some(document.owner) {
            crate::audit::record(
                &mut tx,
                viewer.id(),
                "document.redraw",
                &format!("document:{}", document.id),
                engine.as_str(),
            )
            .await?;
        }
    }
    tx.commit().await?;
    db.bulletin().announce_change(document.id);
    db.bulletin().announce_work();
    Ok(changed == 1)
}

/// Asks for a refused document to be converted again, by what suits it: the
/// engine that was asked for may be why it was refused.
///
/// Returns whether there was anything to do.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn retry(db: &Db, viewer: Viewer, document: &Document) -> Result<bool, DbError> {
    Ok(document.state == State::Refused && redraw(db, viewer, document, Engine::Auto).await?)
}

/// The new pages of a document, until they take the place of the old ones.
#[derive(Clone, Debug, Default)]
pub struct Redrawn {
    /// The pages, in order.
    pub pages: Vec<NewPage>,
    /// The build steps of pages, by the page's number.
    pub steps: Vec<(u32, Vec<NewStep>)>,
}

/// Exchanges the pages of a document that was drawn again, and asks for it to
/// be compared with the library once more and indexed. Whoever asked for another engine than `asked` meanwhile is still
/// to be served.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn replace(
    db: &Db,
    id: DocumentId,
    asked: Engine,
    drawn: &Redrawn,
    published: &Published,
) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    blob::record(&mut tx, &published.pdf).await?;
    blob::record(&mut tx, &published.report).await?;
    let cover = drawn.pages.iter().find_map(|page| page.cover);
    if let Some(cover) = &cover {
        blob::record(&mut tx, cover).await?;
    }
    let changed = sqlx::query(
        "update documents set format = $1, engine = $2, language = $3, page_count = $4, \
             pages_ready = $4, pdf_sha256 = $5, report_sha256 = $6, \
             cover_sha256 = coalesce($7, cover_sha256), updated_at = $8, \
             redrawing = case engine_asked when $9 then 0 else 1 end \
         where id = $10 and state in ('readable', 'withdrawn') and redrawing = 1",
    )
    .bind(published.format.clone())
    .bind(published.engine.clone())
    .bind(published.language.clone())
    .bind(i64::from(published.page_count))
    .bind(published.pdf.sha256.to_string())
    .bind(published.report.sha256.to_string())
    .bind(cover.map(|blob| blob.sha256.to_string()))
    .bind(Timestamp::now().0)
    .bind(asked.as_str())
    .bind(id.0)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    // Deleted meanwhile: nothing to exchange.
    if changed == 0 {
        return Ok(());
    }
    sqlx::query("delete from document_pages where document_id = $1")
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
    for page in &drawn.pages {
        insert_page(&mut tx, id, page).await?;
    }
    for (page, steps) in &drawn.steps {
        insert_steps(&mut tx, id, *page, steps).await?;
    }
    job::enqueue(&mut tx, Kind::Check, id.0).await?;
    job::enqueue(&mut tx, Kind::Index, id.0).await?;
    if published.recognise {
        job::enqueue(&mut tx, Kind::Recognise, id.0).await?;
    }
    tx.commit().await?;
    db.bulletin().announce_change(id);
    db.bulletin().announce_work();
    Ok(())
}

/// Records why a document could not be drawn again; its pages stay. Whoever
/// asked for another engine than `asked` meanwhile is still to be served.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn keep(
    db: &Db,
    id: DocumentId,
    asked: Engine,
    kind: &str,
    detail: &str,
) -> Result<(), DbError> {
    let mut tx = db.write().await?;
    sqlx::query(
        "update documents set redrawing = 0, failure_kind = $1, failure_detail = $2 \
         where id = $3 and state in ('readable', 'withdrawn') and redrawing = 1 \
             and engine_asked = $4",
    )
    .bind(kind.to_owned())
    .bind(detail.to_owned())
    .bind(id.0)
    .bind(asked.as_str())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    db.bulletin().announce_change(id);
    Ok(())
}

impl Document {
    /// Returns whether [`redraw`] has a choice of engines, as far as is known:
    /// what a refused document is, is not.
    pub fn has_two_engines(&self) -> bool {
        TWO_ENGINES.contains(&self.format.as_str()) || self.state == State::Refused
    }
}
