//! The `convert` job: original in, pages out, published as they come. Its loops
//! also work off `check_file`.

use crate::child::{Child, Step, Upload};
use crate::libreoffice::Office;
use crate::payload::Payload;
use crate::{Context, check, check_file, lease, lease_one, next_turn};
use anyhow::Context as _;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch;
use wenyuan_convert::engine::Wish;
use wenyuan_convert::{PageOutput, Refusal, RefusalKind, StepOutput};
use wenyuan_domain::document::{self, Engine, NewPage, NewStep, Published, Redrawn, Source, State};
use wenyuan_domain::job::{Job, Kind, MAX_ATTEMPTS};
use wenyuan_domain::{BlobRef, DocumentId, Sha256};
use wenyuan_text::authenticity::Kind as FindingKind;

/// Text enough to tell the language by, in characters.
const LANGUAGE_SAMPLE: usize = 20_000;

/// Leases and converts until the worker stops; keeps a warm child.
pub(crate) async fn run(context: Arc<Context>, owner: String, mut stopped: watch::Receiver<bool>) {
    let mut warm: Option<Child> = None;
    let mut office = Office::new(context.office.clone());
    let mut kinds = [Kind::Convert, Kind::CheckFile];
    loop {
        if warm.as_ref().is_none_or(Child::is_spent) {
            warm = None;
            match Child::start(&context.child) {
                Ok(child) => warm = Some(child),
                Err(error) => tracing::error!(%error, "no converter"),
            }
        }
        let job = match warm {
            Some(_) => lease_either(&context, &mut kinds, &owner).await,
            // Others may have a converter; leave them the jobs.
            None => None,
        };
        let (Some(job), Some(child)) = (job, warm.as_mut()) else {
            if next_turn(&context.db, &mut stopped).await {
                continue;
            }
            return;
        };
        let body = async {
            match job.kind {
                Kind::CheckFile => check_file::check_file(&context, &job, child, &mut office).await,
                _ => convert(&context, &job, child, &mut office).await,
            }
        };
        let result = tokio::select! {
            result = lease::keep(&context.db, &job, body) => result,
            _ = stopped.changed() => return,
        };
        // Read before the job may be given up: what is asked for after that is
        // another job's.
        let asked = match &result {
            Err(_) if job.kind == Kind::Convert => engine_asked(&context, &job).await,
            _ => None,
        };
        if lease::settle(&context.db, &job, result).await {
            match job.kind {
                Kind::CheckFile => check_file::give_up(&context, &job).await,
                _ => give_up(&context, &job, asked).await,
            }
        }
    }
}

/// Leases a job of either kind; the other kind comes first the next time, so
/// that none waits for the other's queue to end.
async fn lease_either(context: &Context, kinds: &mut [Kind; 2], owner: &str) -> Option<Job> {
    for kind in *kinds {
        if let Some(job) = lease_one(context, kind, owner).await {
            if kind == kinds[0] {
                kinds.swap(0, 1);
            }
            return Some(job);
        }
    }
    None
}

async fn engine_asked(context: &Context, job: &Job) -> Option<Engine> {
    let source = document::source(&context.db, DocumentId(job.subject)).await;
    source.ok().flatten().map(|source| source.asked)
}

/// A document whose job is dead is refused, so that its owner is told.
async fn give_up(context: &Context, job: &Job, asked: Option<Engine>) {
    let id = DocumentId(job.subject);
    let (kind, detail) = (
        RefusalKind::Internal.as_str(),
        "the conversion was tried five times; the operator's log has the reason",
    );
    // Only one of them finds the document in the state that it is for.
    let refused = async {
        document::refuse(&context.db, id, kind, detail).await?;
        match asked {
            Some(asked) => document::keep(&context.db, id, asked, kind, detail).await,
            None => Ok(()),
        }
    };
    if let Err(error) = refused.await {
        tracing::error!(%error, document = job.subject, "cannot refuse a document");
    }
}

async fn convert(
    context: &Context,
    job: &Job,
    child: &mut Child,
    office: &mut Office,
) -> anyhow::Result<()> {
    let id = DocumentId(job.subject);
    let Some(source) = document::source(&context.db, id).await? else {
        return Ok(());
    };
    let may_be_read = matches!(source.state, State::Readable | State::Withdrawn);
    let is_redrawn = may_be_read && source.is_redrawing;
    if source.state != State::Converting && !is_redrawn {
        return Ok(());
    }
    if !is_redrawn
        && let Some(first) = check::first_of_file(&context.db, &context.policy, &source).await?
    {
        let kind = FindingKind::SameFile.as_str();
        tracing::info!(document = id.0, kind, first = first.id.0, "refused");
        metrics::counter!("refusals_total", "kind" => kind).increment(1);
        let found = [check::same_file(&first)];
        document::refuse_for(&context.db, id, kind, &first.id.to_string(), &found).await?;
        return Ok(());
    }
    let started = Instant::now();
    let original = fetch(context, &source.original)
        .await
        .context("reading the original")?;
    let mut drawn = Drawn {
        aside: is_redrawn.then(Redrawn::default),
        ..Drawn::default()
    };
    if !is_redrawn {
        document::begin(&context.db, id).await?;
    }
    let upload = Upload {
        file_name: source.file_name.clone(),
        bytes: original,
        engine: Wish::parse(source.asked.as_str()).unwrap_or_default(),
    };
    let mut conversion = child.convert_by(upload, &context.limits, Some(office));
    let end = loop {
        match conversion.next().await {
            Step::Pdf(pdf) => drawn.take_pdf(context, pdf).await?,
            Step::Page(page) => drawn.take_page(context, id, *page).await?,
            Step::Build(step) => drawn.take_step(context, id, *step).await?,
            Step::End(end) => break end,
        }
    };
    match end {
        Ok(report) => {
            publish(context, &source, drawn, &report).await?;
            let seconds = started.elapsed().as_secs_f64();
            metrics::histogram!("conversion_seconds").record(seconds);
            tracing::info!(
                document = id.0,
                pages = report.pages,
                format = report.format.as_str(),
                engine = report.engine,
                seconds,
                "converted"
            );
            Ok(())
        }
        Err(refusal) => refuse(context, job, &source, &refusal).await,
    }
}

/// Brings an original from the store, checked, without holding it in memory.
pub(crate) async fn fetch(context: &Context, original: &Sha256) -> anyhow::Result<Payload> {
    let file = context.child.scratch.file()?;
    let size_bytes = context.blobs.fetch(original, file.path()).await?;
    Ok(Payload::File(Arc::new(file), size_bytes))
}

async fn refuse(
    context: &Context,
    job: &Job,
    source: &Source,
    refusal: &Refusal,
) -> anyhow::Result<()> {
    if is_tried_again(refusal.kind, job.attempt) {
        anyhow::bail!("{refusal}");
    }
    let (id, kind, detail) = (source.id, refusal.kind.as_str(), &refusal.detail);
    tracing::info!(document = id.0, kind, detail, "refused");
    metrics::counter!("refusals_total", "kind" => kind).increment(1);
    if source.state == State::Converting {
        document::refuse(&context.db, id, kind, detail).await?;
    } else {
        document::keep(&context.db, id, source.asked, kind, detail).await?;
    }
    Ok(())
}

/// Returns whether a file that was refused at this attempt may do better at the
/// next, before it is blamed.
pub(crate) fn is_tried_again(kind: RefusalKind, attempt: u32) -> bool {
    match kind {
        // A child may be killed from outside, and a file may meet one that
        // others had worn out.
        RefusalKind::Crashed => attempt == 1,
        // A fault of ours, such as a LibreOffice that does not start, may pass.
        RefusalKind::Internal => attempt < MAX_ATTEMPTS,
        _ => false,
    }
}

/// What has come of a conversion so far.
#[derive(Default)]
struct Drawn {
    pdf: Option<BlobRef>,
    sample: String,
    /// Whether a page has no text of its own.
    has_silent_page: bool,
    /// Steps of a page whose last is still to come.
    steps: Vec<NewStep>,
    /// What waits for the last page, because others stand in its place.
    aside: Option<Redrawn>,
}

impl Drawn {
    async fn take_pdf(&mut self, context: &Context, pdf: Payload) -> anyhow::Result<()> {
        let stored = match pdf {
            Payload::Memory(bytes) => context.blobs.put(bytes).await,
            Payload::File(file, _) => context.blobs.put_spooled(file.path()).await,
        };
        self.pdf = Some(stored.context("the PDF")?);
        Ok(())
    }

    async fn take_page(
        &mut self,
        context: &Context,
        id: DocumentId,
        page: PageOutput,
    ) -> anyhow::Result<()> {
        let text = page.text.plain();
        self.has_silent_page |= text.trim().is_empty();
        let left = LANGUAGE_SAMPLE.saturating_sub(self.sample.len() / 3);
        self.sample.extend(text.chars().take(left));
        let number = page.number;
        let page = store_page(context, page, text)
            .await
            .with_context(|| format!("page {number}"))?;
        match &mut self.aside {
            Some(redrawn) => redrawn.pages.push(page),
            None => document::add_page(&context.db, id, &page).await?,
        }
        Ok(())
    }
}

impl Drawn {
    /// A page's steps become visible together, with the last of them.
    async fn take_step(
        &mut self,
        context: &Context,
        id: DocumentId,
        step: StepOutput,
    ) -> anyhow::Result<()> {
        let (narrow, wide) = tokio::try_join!(
            context.blobs.put(step.narrow.webp.into()),
            context.blobs.put(step.wide.webp.into()),
        )
        .with_context(|| format!("step {} of page {}", step.index + 1, step.page))?;
        self.steps.push(NewStep {
            narrow: (narrow, step.narrow.width, step.narrow.height),
            wide: (wide, step.wide.width, step.wide.height),
        });
        if step.index + 1 == step.count {
            let steps = std::mem::take(&mut self.steps);
            match &mut self.aside {
                Some(redrawn) => redrawn.steps.push((step.page, steps)),
                None => document::add_steps(&context.db, id, step.page, &steps).await?,
            }
        }
        Ok(())
    }
}

async fn store_page(context: &Context, page: PageOutput, text: String) -> anyhow::Result<NewPage> {
    let layout = Bytes::from(serde_json::to_vec(&page.text)?);
    let blobs = &context.blobs;
    let cover = async {
        match page.cover {
            Some(cover) => blobs.put(cover.webp.into()).await.map(Some),
            None => Ok(None),
        }
    };
    let (narrow, wide, layout, cover) = tokio::try_join!(
        blobs.put(page.narrow.webp.into()),
        blobs.put(page.wide.webp.into()),
        blobs.put(layout),
        cover,
    )?;
    Ok(NewPage {
        number: page.number,
        page_count: page.page_count,
        width_pt: f64::from(page.width_pt),
        height_pt: f64::from(page.height_pt),
        narrow: (narrow, page.narrow.width, page.narrow.height),
        wide: (wide, page.wide.width, page.wide.height),
        layout,
        text,
        cover,
    })
}

async fn publish(
    context: &Context,
    source: &Source,
    drawn: Drawn,
    report: &wenyuan_convert::Report,
) -> anyhow::Result<()> {
    let pdf = drawn.pdf.context("the converter sent no PDF")?;
    let json = Bytes::from(serde_json::to_vec(report)?);
    let published = Published {
        format: report.format.as_str().to_owned(),
        engine: report.engine.clone(),
        language: wenyuan_text::language(&drawn.sample).as_str().to_owned(),
        page_count: report.pages,
        pdf,
        report: context.blobs.put(json).await.context("the report")?,
        recognise: drawn.has_silent_page && context.tesseract.is_some(),
    };
    match drawn.aside {
        Some(redrawn) => {
            document::replace(&context.db, source.id, source.asked, &redrawn, &published).await?;
        }
        None => document::publish(&context.db, source.id, &published).await?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_ours_is_not_blamed_on_the_file_at_once() {
        assert!(is_tried_again(RefusalKind::Internal, MAX_ATTEMPTS - 1));
        assert!(!is_tried_again(RefusalKind::Internal, MAX_ATTEMPTS));
        assert!(is_tried_again(RefusalKind::Crashed, 1));
        assert!(!is_tried_again(RefusalKind::Crashed, 2));
        assert!(!is_tried_again(RefusalKind::Damaged, 1));
    }
}
