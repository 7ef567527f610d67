//! The `recognise` job: text for the pages of scans, read in their images.
//!
//! It comes after the document is readable: a scan is looked at at once, and
//! found by its words a little later.

use crate::tesseract::{Tesseract, TesseractError};
use crate::{Context, lease};
use anyhow::Context as _;
use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::watch;
use wenyuan_convert::Recognised;
use wenyuan_domain::document::{self, Page, RecognisedPage};
use wenyuan_domain::job::{Job, Kind};
use wenyuan_domain::{Blobs, Db, DocumentId};

/// Pages of one document that are read.
const MOST_PAGES: u32 = 1_000;
/// Characters that the language is told by.
const LANGUAGE_SAMPLE: usize = 20_000;
/// Attempts after which a page that Tesseract fails at is taken for one without
/// text.
const PATIENCE: u32 = 3;

/// Leases and works until the worker stops.
pub(crate) async fn run(
    context: Arc<Context>,
    tesseract: Tesseract,
    owner: String,
    stopped: watch::Receiver<bool>,
) {
    let body = move |context: Arc<Context>, job| {
        let tesseract = tesseract.clone();
        async move { recognise(&context.db, &context.blobs, &tesseract, &job).await }
    };
    lease::work(
        context,
        Kind::Recognise,
        owner,
        stopped,
        body,
        lease::let_go,
    )
    .await;
}

async fn recognise(db: &Db, blobs: &Blobs, tesseract: &Tesseract, job: &Job) -> anyhow::Result<()> {
    let id = DocumentId(job.subject);
    let pages = document::unrecognised_pages(db, id, MOST_PAGES).await?;
    let mut sample = String::new();
    for page in &pages {
        let image = blobs
            .get(&page.wide.blob)
            .await
            .context("the image of a page")?;
        let text = match tesseract.read(image, place_of(page)).await {
            Ok(text) => text,
            Err(error) if is_its_own(&error, job, tesseract).await => {
                tracing::warn!(
                    document = id.0,
                    page = page.number,
                    %error,
                    "the text of a page cannot be recognised"
                );
                place_of(page).read("")
            }
            Err(error) => return Err(error.into()),
        };
        let plain = text.plain();
        if sample.len() < LANGUAGE_SAMPLE {
            sample.push_str(&plain);
        }
        let layout = Bytes::from(serde_json::to_vec(&text)?);
        let recognised = RecognisedPage {
            number: page.number,
            layout: blobs.put(layout).await.context("the text layer")?,
            text: plain,
        };
        if !document::store_recognised(db, id, page, &recognised).await? {
            // Erased, or drawn anew: then that has asked for what is to be read.
            return Ok(());
        }
    }
    let language = wenyuan_text::language(&sample);
    document::finish_recognition(db, id, language.as_str()).await?;
    tracing::info!(document = id.0, pages = pages.len(), "recognised");
    Ok(())
}

/// Returns whether a page is to blame that it was not read, and not what is
/// missing or broken here: that passes, and the page has its text.
async fn is_its_own(error: &TesseractError, job: &Job, tesseract: &Tesseract) -> bool {
    job.attempt >= PATIENCE && matches!(error, TesseractError::Failed(_)) && tesseract.runs().await
}

fn place_of(page: &Page) -> Recognised {
    Recognised {
        number: page.number,
        width_pt: page.size.width_pt as f32,
        height_pt: page.size.height_pt as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tesseract::tests::stand_in;
    use std::path::Path;
    use wenyuan_domain::account::{self, NewUser, Role};
    use wenyuan_domain::document::{NewDocument, NewPage, Published, Visibility};
    use wenyuan_domain::visibility::Download;
    use wenyuan_domain::{BlobRef, JobId, job};

    const FAILS: &str = "exit 1";
    const RUNS: &str = "echo tesseract 5";

    async fn put(blobs: &Blobs, text: &'static str) -> BlobRef {
        blobs.put(text.into()).await.unwrap()
    }

    /// A readable document of one page without text, as a worker publishes it.
    async fn scan(db: &Db, blobs: &Blobs) -> DocumentId {
        let new = NewUser {
            name: "Anna".into(),
            email: "anna@example.com".into(),
            password: "correct horse battery".into(),
            role: Role::Member,
        };
        let new = NewDocument {
            owner: account::create(db, new).await.unwrap().id,
            title: "扫描件".into(),
            description: String::new(),
            category: None,
            tags: Vec::new(),
            visibility: Visibility::Public,
            download: Download::Everyone,
            preview_pages: None,
            file_name: "扫描件.png".into(),
            original: put(blobs, "original").await,
        };
        let id = document::create(db, new).await.unwrap();
        draw(db, blobs, id, put(blobs, "image").await).await;
        let blob = put(blobs, "{}").await;
        let published = Published {
            format: "png".into(),
            engine: "native".into(),
            language: "und".into(),
            page_count: 1,
            pdf: blob,
            report: blob,
            recognise: false,
        };
        document::publish(db, id, &published).await.unwrap();
        document::settle(db, id, &[], &document::Verdict::Publish)
            .await
            .unwrap();
        let indexed = job::lease(db, Kind::Index, "test").await.unwrap().unwrap();
        job::finish(db, &indexed).await.unwrap();
        id
    }

    async fn draw(db: &Db, blobs: &Blobs, id: DocumentId, image: BlobRef) {
        let page = NewPage {
            number: 1,
            page_count: 1,
            width_pt: 595.0,
            height_pt: 842.0,
            narrow: (image, 800, 1132),
            wide: (image, 1600, 2264),
            layout: put(blobs, "layout").await,
            text: String::new(),
            cover: None,
        };
        document::add_page(db, id, &page).await.unwrap();
    }

    fn last_attempt(id: DocumentId) -> Job {
        Job {
            id: JobId(1),
            kind: Kind::Recognise,
            subject: id.0,
            attempt: job::MAX_ATTEMPTS,
            owner: "test".into(),
        }
    }

    async fn tesseract(scratch: &Path, page: &str, version: &str) -> Tesseract {
        let command = stand_in(scratch, page, version);
        Tesseract::find(command, "eng").await.unwrap()
    }

    async fn waits(db: &Db, id: DocumentId) -> bool {
        let pages = document::unrecognised_pages(db, id, 9).await.unwrap();
        !pages.is_empty()
    }

    #[tokio::test]
    async fn a_page_has_no_text_only_when_it_is_the_page_that_fails() {
        for test in wenyuan_testing::databases().await.unwrap() {
            let store = wenyuan_testing::stores().unwrap().remove(0);
            let (db, blobs, place) = (&test.db, &store.blobs, store.directory.path());
            let id = scan(db, blobs).await;
            let last = last_attempt(id);

            // It was there when it was looked for.
            let broken = format!("echo tesseract; rm {0}/here || exit 1", place.display());
            std::fs::write(place.join("here"), "").unwrap();
            let gone = tesseract(place, FAILS, &broken).await;
            assert!(recognise(db, blobs, &gone, &last).await.is_err());
            assert!(waits(db, id).await);

            let fails = tesseract(place, FAILS, RUNS).await;
            let first = Job {
                attempt: 1,
                ..last.clone()
            };
            assert!(recognise(db, blobs, &fails, &first).await.is_err());
            assert!(waits(db, id).await);
            recognise(db, blobs, &fails, &last).await.unwrap();
            assert!(!waits(db, id).await);
        }
    }

    #[tokio::test]
    async fn a_store_that_is_away_takes_no_text_from_a_page() {
        for test in wenyuan_testing::databases().await.unwrap() {
            let store = wenyuan_testing::stores().unwrap().remove(0);
            let (db, blobs) = (&test.db, &store.blobs);
            let id = scan(db, blobs).await;
            let tesseract = tesseract(store.directory.path(), FAILS, RUNS).await;
            let away = wenyuan_testing::stores().unwrap().remove(0);
            let last = last_attempt(id);
            assert!(recognise(db, &away.blobs, &tesseract, &last).await.is_err());
            assert!(waits(db, id).await);
        }
    }

    #[tokio::test]
    async fn a_page_that_is_drawn_anew_ends_the_job() {
        for test in wenyuan_testing::databases().await.unwrap() {
            let store = wenyuan_testing::stores().unwrap().remove(0);
            let (db, blobs, place) = (&test.db, &store.blobs, store.directory.path());
            let id = scan(db, blobs).await;
            let (begun, go) = (place.join("begun"), place.join("go"));
            let script = format!(
                "touch {}; while ! test -e {}; do :; done; printf 'level\\tpage_num\\n'",
                begun.display(),
                go.display()
            );
            let tesseract = tesseract(place, &script, RUNS).await;
            let last = last_attempt(id);
            let drawing = async {
                while !begun.exists() {
                    tokio::task::yield_now().await;
                }
                draw(db, blobs, id, put(blobs, "another image").await).await;
                std::fs::write(&go, "").unwrap();
            };
            let (ended, ()) = tokio::join!(recognise(db, blobs, &tesseract, &last), drawing);
            ended.unwrap();
            assert!(waits(db, id).await);
            assert_eq!(job::unsettled(db, Kind::Index).await.unwrap(), 0);
        }
    }
}
