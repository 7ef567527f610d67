//! The `recognise` job: text for the pages of scans, read in their images.
//!
//! It comes after the document is readable: a scan is looked at at once, and
//! found by its words a little later.

use crate::tesseract::Tesseract;
use crate::{Context, lease, lease_one, next_turn};
use anyhow::Context as _;
use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::watch;
use wenyuan_convert::{PageText, Recognised};
use wenyuan_domain::DocumentId;
use wenyuan_domain::document::{self, Page, RecognisedPage};
use wenyuan_domain::job::{Job, Kind};

/// Pages of one document that are read.
const MOST_PAGES: u32 = 1_000;
/// Characters that the language is told by.
const LANGUAGE_SAMPLE: usize = 20_000;
/// Attempts after which a page that fails is taken for one without text.
const PATIENCE: u32 = 3;

/// Leases and works until the worker stops.
pub(crate) async fn run(
    context: Arc<Context>,
    tesseract: Tesseract,
    owner: String,
    mut stopped: watch::Receiver<bool>,
) {
    loop {
        let Some(job) = lease_one(&context, Kind::Recognise, &owner).await else {
            if next_turn(&context.db, &mut stopped).await {
                continue;
            }
            return;
        };
        let body = recognise(&context, &tesseract, &job);
        let result = tokio::select! {
            result = lease::keep(&context.db, &job, body) => result,
            _ = stopped.changed() => return,
        };
        lease::settle(&context.db, &job, result).await;
    }
}

async fn recognise(context: &Context, tesseract: &Tesseract, job: &Job) -> anyhow::Result<()> {
    let id = DocumentId(job.subject);
    let pages = document::unrecognised_pages(&context.db, id, MOST_PAGES).await?;
    let mut sample = String::new();
    for page in &pages {
        let text = match read(context, tesseract, page).await {
            Ok(text) => text,
            Err(error) if job.attempt < PATIENCE => return Err(error),
            Err(error) => {
                tracing::warn!(
                    document = id.0,
                    page = page.number,
                    error = format!("{error:#}"),
                    "the text of a page cannot be recognised"
                );
                place_of(page).read("")
            }
        };
        let plain = text.plain();
        if sample.len() < LANGUAGE_SAMPLE {
            sample.push_str(&plain);
        }
        let layout = Bytes::from(serde_json::to_vec(&text)?);
        let recognised = RecognisedPage {
            number: page.number,
            layout: context.blobs.put(layout).await.context("the text layer")?,
            text: plain,
        };
        document::store_recognised(&context.db, id, page, &recognised).await?;
    }
    let language = wenyuan_text::language(&sample);
    document::finish_recognition(&context.db, id, language.as_str()).await?;
    tracing::info!(document = id.0, pages = pages.len(), "recognised");
    Ok(())
}

async fn read(context: &Context, tesseract: &Tesseract, page: &Page) -> anyhow::Result<PageText> {
    let image = context
        .blobs
        .get(&page.wide.blob)
        .await
        .context("the image of a page")?;
    tesseract.read(image, place_of(page)).await
}

fn place_of(page: &Page) -> Recognised {
    Recognised {
        number: page.number,
        width_pt: page.size.width_pt as f32,
        height_pt: page.size.height_pt as f32,
    }
}
