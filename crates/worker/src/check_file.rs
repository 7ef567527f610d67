//! The `check_file` job: a file of the API is compared with the library and let
//! go of.
//!
//! The loops that convert do it too, with the same warm child.

use crate::child::{Child, Upload};
use crate::convert::{fetch, is_tried_again};
use crate::libreoffice::Office;
use crate::read::{ReadPage, Reader, read_file};
use crate::{Context, check::check_text};
use anyhow::Context as _;
use wenyuan_convert::engine::Wish;
use wenyuan_convert::{Refusal, RefusalKind};
use wenyuan_domain::file_check::{self, Waiting};
use wenyuan_domain::finding::NewFinding;
use wenyuan_domain::job::Job;
use wenyuan_domain::{CheckId, Db, Sha256};
use wenyuan_text::authenticity::{Subject, SubjectPage};

/// A file that was read, and what it says of itself.
#[derive(Clone, Copy, Debug)]
pub struct ReadFile<'a> {
    /// The title that it claims; without one, its name is taken for it.
    pub title: &'a str,
    /// Its name.
    pub file_name: &'a str,
    /// The hash of its bytes.
    pub sha256: &'a Sha256,
    /// Its pages.
    pub pages: &'a [ReadPage],
}

/// Compares a file with the whole library; gravest finding first.
///
/// # Errors
/// When the database fails.
pub async fn check_read(db: &Db, file: &ReadFile<'_>) -> anyhow::Result<Vec<NewFinding>> {
    let title = if file.title.is_empty() {
        wenyuan_text::tidy_title(file.file_name)
    } else {
        file.title.to_owned()
    };
    let pages: Vec<_> = file
        .pages
        .iter()
        .map(|page| SubjectPage {
            text: &page.text,
            picture: page.picture.as_deref(),
        })
        .collect();
    let subject = Subject {
        title: &title,
        file_name: file.file_name,
        pages: &pages,
    };
    let texts: Vec<_> = file.pages.iter().map(|page| page.text.as_str()).collect();
    check_text(db, &subject, &texts.join("\n"), Some(file.sha256), None).await
}

/// Works one job off.
pub(crate) async fn check_file(
    context: &Context,
    job: &Job,
    child: &mut Child,
    office: &mut Office,
) -> anyhow::Result<()> {
    let id = CheckId(job.subject);
    let Some(waiting) = file_check::waiting(&context.db, id).await? else {
        return Ok(());
    };
    let pages = match read(context, &waiting, child, office).await? {
        Ok(pages) => pages,
        Err(refusal) if is_tried_again(refusal.kind, job.attempt) => anyhow::bail!("{refusal}"),
        Err(refusal) => {
            let kind = refusal.kind.as_str();
            metrics::counter!("checks_total", "outcome" => kind).increment(1);
            return Ok(file_check::refuse(&context.db, id, kind, &refusal.detail).await?);
        }
    };
    let file = ReadFile {
        title: &waiting.title,
        file_name: &waiting.file_name,
        sha256: &waiting.file,
        pages: &pages,
    };
    let findings = check_read(&context.db, &file).await?;
    metrics::counter!("checks_total", "outcome" => "done").increment(1);
    Ok(file_check::finish(&context.db, id, &findings).await?)
}

/// A check whose job is dead is refused, so that its owner is told.
pub(crate) async fn give_up(context: &Context, job: &Job) {
    let detail = "it was tried five times; the operator's log has the reason";
    let (id, kind) = (CheckId(job.subject), RefusalKind::Internal.as_str());
    if let Err(error) = file_check::refuse(&context.db, id, kind, detail).await {
        tracing::error!(%error, check = job.subject, "cannot refuse a check");
    }
}

async fn read(
    context: &Context,
    waiting: &Waiting,
    child: &mut Child,
    office: &mut Office,
) -> anyhow::Result<Result<Vec<ReadPage>, Refusal>> {
    let fetching = "reading the file";
    if waiting.is_text {
        let bytes = context.blobs.get(&waiting.file).await.context(fetching)?;
        return Ok(Ok(vec![ReadPage {
            text: String::from_utf8_lossy(&bytes).into_owned(),
            picture: None,
        }]));
    }
    let upload = Upload {
        file_name: waiting.file_name.clone(),
        bytes: fetch(context, &waiting.file).await.context(fetching)?,
        engine: Wish::Auto,
    };
    let reader = Reader {
        child,
        office,
        tesseract: context.tesseract.as_ref(),
        scratch: &context.child.scratch,
        limits: &context.limits,
    };
    read_file(reader, upload).await
}
