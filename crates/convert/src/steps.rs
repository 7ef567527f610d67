//! The build steps of a presentation: what the slides look like between two
//! clicks.
//!
//! The page of a slide is its final state, everything on it, as on a handout;
//! the steps are further images. They are drawn from a second presentation
//! (`deck`) in which every state is a slide of its own (`slide`), after all
//! pages have been given out, so that no page waits for them. Whatever goes
//! wrong here costs the steps, never the document.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hayro::hayro_interpret::InterpreterSettings;

use crate::animation::{self, Hidden, Timing};
use crate::convert::on_a_large_stack;
use crate::deck::{Deck, SlideCopy};
use crate::detect::Format;
use crate::limits::Limits;
use crate::page::{Raster, StepOutput};
use crate::pdf::{self, guarded};
use crate::refusal::{Refusal, RefusalKind};
use crate::report::{PageSteps, Warning, WarningKind};
use crate::slide::Slide;
use crate::{clock, office};

/// Images of a document's steps, at most.
const MAX_IMAGES: usize = 300;
/// Slides of one presentation made for the engine, and what they may weigh,
/// in bytes.
const MAX_COPIES: usize = 40;
const MAX_WEIGHT: u64 = 48 << 20;
/// Bytes that all states of one slide may weigh, and that the slides held while
/// steps are drawn may have together.
const MAX_SLIDE_WEIGHT: u64 = 4 * MAX_WEIGHT;

/// What a presentation's pages have to be stepped through.
pub(crate) struct Job<'j> {
    pub(crate) package: &'j [u8],
    pub(crate) limits: &'j Limits,
    /// When the whole conversion must be over.
    pub(crate) deadline: Instant,
    /// How long the engine took for the whole document.
    pub(crate) engine: Duration,
    pub(crate) threads: usize,
    pub(crate) settings: &'j InterpreterSettings,
    pub(crate) font_paths: &'j [PathBuf],
    /// Pages that were drawn.
    pub(crate) pages: usize,
}

/// What became of it.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) steps: Vec<PageSteps>,
    pub(crate) warnings: Vec<Warning>,
}

/// A slide with an order of clicks.
struct Planned {
    page: u32,
    part: String,
    slide: Slide,
    /// Its number in the deck, which counts slides that are not shown.
    number: u32,
    states: Vec<Hidden>,
    /// Bytes of all states.
    weight: u64,
}

/// How long the engine takes: what so many bytes have cost it.
#[derive(Clone, Copy)]
struct Pace {
    time: Duration,
    weight: u64,
}

impl Pace {
    /// The time that other bytes should take, no less than what is known.
    fn for_weight(self, weight: u64) -> Duration {
        let times = weight as f64 / self.weight.max(1) as f64;
        // A day is for ever, and cannot overflow.
        Duration::try_from_secs_f64(self.time.as_secs_f64() * times.max(1.0))
            .unwrap_or(Duration::MAX)
            .min(Duration::from_secs(24 * 3600))
    }
}

/// Draws the steps and gives each to `emit`, a page's steps all or none.
///
/// # Errors
/// Only those of `emit`.
pub(crate) fn draw(
    job: &Job<'_>,
    emit: &mut dyn FnMut(StepOutput) -> Result<(), Refusal>,
) -> Result<Outcome, Refusal> {
    let mut outcome = Outcome::default();
    let opened = guarded("reading the animations", || Deck::open(job.package));
    let Ok(Some(mut deck)) = opened else {
        outcome.warn(None, "the animations cannot be read");
        return Ok(outcome);
    };
    let planned = guarded("reading the animations", || {
        plan(&mut deck, job, &mut outcome)
    });
    let (planned, weight) = match planned {
        Ok(planned) => planned,
        Err(refusal) => {
            outcome.warn(
                None,
                &format!("the animations cannot be read: {}", refusal.detail),
            );
            return Ok(outcome);
        }
    };
    let mut pace = Pace {
        time: job.engine,
        weight,
    };
    let mut left = planned.as_slice();
    while !left.is_empty() {
        let (now, later) = left.split_at(portion(left));
        let started = Instant::now();
        match draw_portion(&mut deck, now, job, pace) {
            Ok(images) => give_out(now, images, &mut outcome, emit)?,
            Err(refusal) => {
                tracing::warn!(%refusal, "build steps are not drawn");
                for slide in left {
                    outcome.warn(Some(slide.page), "its steps could not be drawn");
                }
                break;
            }
        }
        let time = started.elapsed();
        if time > pace.for_weight(weight_of(now)) {
            let weight = weight_of(now);
            pace = Pace { time, weight };
        }
        left = later;
    }
    Ok(outcome)
}

impl Outcome {
    fn warn(&mut self, page: Option<u32>, detail: &str) {
        let mut warning = Warning::new(WarningKind::Animation, detail);
        warning.page = page;
        self.warnings.push(warning);
    }
}

/// Reads every slide that is a page; also gives the bytes of them all.
fn plan(deck: &mut Deck<'_>, job: &Job<'_>, outcome: &mut Outcome) -> (Vec<Planned>, u64) {
    let left = job.deadline.saturating_duration_since(Instant::now());
    let deadline = Instant::now() + left / 2;
    let mut planned: Vec<Planned> = Vec::new();
    let mut page = 0;
    let mut images = 0;
    let mut whole = 0;
    let mut held = 0;
    for (index, part) in deck.slides.clone().into_iter().enumerate() {
        if clock::check(deadline).is_err() {
            outcome.warn(None, "there was no time for the animations");
            return (planned, whole);
        }
        let xml = deck.part(&part).unwrap_or_default();
        let bytes = xml.len() as u64;
        let Some(slide) = Slide::read(xml) else {
            // The engine may have left it out: which page is which?
            page = usize::MAX;
            break;
        };
        if slide.is_hidden {
            continue;
        }
        page += 1;
        let own_weight = bytes + deck.weight(&part);
        whole += own_weight;
        let (states, is_partial) = match animation::read(&slide.xml, &|id| slide.paragraphs_of(id))
        {
            Timing::Still => continue,
            Timing::Unreadable(reason) => {
                outcome.warn(Some(page as u32), reason);
                continue;
            }
            Timing::Steps { states, is_partial } => (states, is_partial),
        };
        if images + states.len() > MAX_IMAGES {
            outcome.warn(Some(page as u32), "the document has too many steps");
            continue;
        }
        let weight = own_weight.saturating_mul(states.len() as u64);
        if weight > MAX_SLIDE_WEIGHT || held + bytes > MAX_SLIDE_WEIGHT {
            outcome.warn(Some(page as u32), "it is too large to be drawn in steps");
            continue;
        }
        images += states.len();
        held += bytes;
        if is_partial {
            outcome.warn(Some(page as u32), "what only moves or changes is left out");
        }
        planned.push(Planned {
            page: page as u32,
            number: index as u32 + 1,
            weight,
            part,
            slide,
            states,
        });
    }
    if page != job.pages {
        outcome.warnings.clear();
        outcome.warn(None, "a slide is missing, so that the steps find no page");
        return (Vec::new(), whole);
    }
    (planned, whole)
}

fn weight_of(slides: &[Planned]) -> u64 {
    slides.iter().map(|slide| slide.weight).sum()
}

/// How many of the slides are drawn together: one at least.
fn portion(slides: &[Planned]) -> usize {
    let mut copies = 0;
    let mut weight = 0;
    let fits = slides.iter().take_while(|slide| {
        copies += slide.states.len();
        weight += slide.weight;
        copies <= MAX_COPIES && weight <= MAX_WEIGHT
    });
    fits.count().max(1)
}

/// Draws all states of some slides.
fn draw_portion(
    deck: &mut Deck<'_>,
    slides: &[Planned],
    job: &Job<'_>,
    pace: Pace,
) -> Result<Vec<(Raster, Raster)>, Refusal> {
    let failed = |detail: &str| Refusal::new(RefusalKind::Internal, detail);
    // Nothing stops the engine while it works, and the parent process would
    // take back the whole document.
    let left = job.deadline.saturating_duration_since(Instant::now());
    if left < pace.for_weight(weight_of(slides)) * 3 + Duration::from_secs(1) {
        return Err(failed("there is no time left"));
    }
    let font_paths = job.font_paths;
    let pdf = on_a_large_stack(|| {
        guarded("drawing the steps", || {
            let package = package_of(deck, slides, job.deadline)?;
            office::to_pdf(&package, Format::Pptx, font_paths)
        })?
    })?
    .pdf;
    let drawing = pdf::Job {
        limits: job.limits,
        deadline: job.deadline.checked_sub(left / 10).unwrap_or(job.deadline),
        threads: job.threads,
        settings: job.settings,
        list_fonts: false,
        is_upload: false,
        images_only: true,
    };
    let mut images = Vec::new();
    pdf::draw(&Arc::new(pdf), &drawing, &mut |page| {
        images.push((page.narrow, page.wide));
        Ok(())
    })?;
    let wanted: usize = slides.iter().map(|slide| slide.states.len()).sum();
    if images.len() != wanted {
        return Err(failed("the engine left out a step"));
    }
    Ok(images)
}

/// Makes the presentation in which every state is a slide.
fn package_of(
    deck: &mut Deck<'_>,
    slides: &[Planned],
    deadline: Instant,
) -> Result<Vec<u8>, Refusal> {
    let mut copies = Vec::new();
    for planned in slides {
        for hidden in &planned.states {
            clock::check(deadline)?;
            copies.push(SlideCopy {
                original: planned.part.clone(),
                xml: planned.slide.without(hidden, planned.number),
            });
        }
    }
    deck.with_copies(&copies)
        .ok_or_else(|| Refusal::new(RefusalKind::Internal, "the package cannot be rebuilt"))
}

/// Hands on the images of each slide; of images that follow each other and are
/// the same, as when an empty paragraph appears, one.
fn give_out(
    slides: &[Planned],
    images: Vec<(Raster, Raster)>,
    outcome: &mut Outcome,
    emit: &mut dyn FnMut(StepOutput) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut images = images.into_iter();
    for slide in slides {
        let mut seen: Vec<(Raster, Raster)> = images.by_ref().take(slide.states.len()).collect();
        seen.dedup();
        let count = seen.len() as u32;
        if count < 2 {
            continue;
        }
        for (index, (narrow, wide)) in seen.into_iter().enumerate() {
            emit(StepOutput {
                page: slide.page,
                index: index as u32,
                count,
                narrow,
                wide,
            })?;
        }
        outcome.steps.push(PageSteps {
            page: slide.page,
            count,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Pace;

    /// One slide in forty states was given the time of one slide.
    #[test]
    fn forty_copies_are_given_the_time_of_forty() {
        let pace = Pace {
            time: Duration::from_secs(2),
            weight: 1_000,
        };
        assert_eq!(pace.for_weight(40_000), Duration::from_secs(80));
        assert_eq!(pace.for_weight(10), Duration::from_secs(2));
        assert!(pace.for_weight(u64::MAX) > Duration::from_secs(3_600));
    }
}
