//! A PDF to pages: opens it, has its fonts amended when it was uploaded
//! (`amend`), draws each page once, reads its text in a second pass over the
//! page's content (`glyphs`, `layout`), and gives the pages out in order while
//! later ones are being drawn.
//!
//! Memory stays flat: at most a few pages wait for their turn, and the parsed
//! file, whose caches grow with every page read, is opened anew every
//! [`SEGMENT`] pages.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hayro::hayro_interpret::hayro_syntax::object::dict::keys::BASE_FONT;
use hayro::hayro_interpret::hayro_syntax::object::{Name, Object};
use hayro::hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::kurbo::{Affine, Rect};
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

use crate::amend;
use crate::clock;
use crate::detect::find;
use crate::glyphs::{Collector, FontCharacters};
use crate::layout::page_text;
use crate::limits::Limits;
use crate::page::{PageOutput, PageText};
use crate::palette::Steps;
use crate::pdf_pictures::Pictures;
use crate::pdfstring::text_string;
use crate::raster::{Canvas, wide_size};
use crate::refusal::{Refusal, RefusalKind};

/// Pages drawn before the file is opened anew.
const SEGMENT: usize = 64;
/// Pages drawn ahead of the next one to give out, per thread.
const AHEAD: usize = 2;

/// What a whole run learned.
#[derive(Default)]
pub(crate) struct Drawn {
    pub(crate) page_sizes: Vec<[f32; 2]>,
    /// Glyphs that were drawn but could not be read.
    pub(crate) unreadable: usize,
    /// PostScript names of the file's fonts, when they were asked for.
    pub(crate) font_names: BTreeSet<String>,
    /// The title in the file's information dictionary.
    pub(crate) title: Option<String>,
}

/// How to draw.
pub(crate) struct Job<'j> {
    pub(crate) limits: &'j Limits,
    pub(crate) deadline: Instant,
    pub(crate) threads: usize,
    pub(crate) settings: &'j InterpreterSettings,
    /// Whether to look for the names of the file's fonts.
    pub(crate) list_fonts: bool,
    /// Whether the file is not of our making, and its fonts may lack something.
    pub(crate) is_upload: bool,
    /// Whether the images are all that is wanted: no text, no cover.
    pub(crate) images_only: bool,
}

/// Draws every page and gives each to `emit`, in order, as it is ready.
pub(crate) fn draw(
    bytes: &Arc<Vec<u8>>,
    job: &Job<'_>,
    emit: &mut dyn FnMut(PageOutput) -> Result<(), Refusal>,
) -> Result<Drawn, Refusal> {
    let mut drawn = Drawn::default();
    let mut pdf = open(bytes)?;
    let count = pdf.pages().len();
    if count == 0 {
        return Err(Refusal::new(RefusalKind::NoPages, "the file has no pages"));
    }
    if count > job.limits.pages as usize {
        return Err(Refusal::new(
            RefusalKind::TooManyPages,
            format!("{count} pages; {} are allowed", job.limits.pages),
        ));
    }
    drawn.title = pdf.metadata().title.as_deref().map(text_string);
    let mut bytes = Arc::clone(bytes);
    if job.is_upload {
        (bytes, pdf) = amended(&bytes, pdf)?;
    }
    let mut from = 0;
    while from < count {
        let to = (from + SEGMENT).min(count);
        draw_segment(&pdf, from..to, job, &mut |page: (PageOutput, usize)| {
            let (page, unreadable) = page;
            drawn.page_sizes.push([page.width_pt, page.height_pt]);
            drawn.unreadable += unreadable;
            emit(page)
        })?;
        from = to;
        if from < count {
            pdf = open(&bytes)?;
        }
    }
    // Last, because nobody waits for it.
    if job.list_fonts {
        drawn.font_names = guarded("listing fonts", || font_names(&pdf))?;
    }
    Ok(drawn)
}

/// The file with its fonts amended; as it was, when there is nothing to amend
/// or it is too odd for it.
fn amended(bytes: &Arc<Vec<u8>>, pdf: Pdf) -> Result<(Arc<Vec<u8>>, Pdf), Refusal> {
    if let Some(amended) = guarded("mending the fonts", || amend::amended(bytes, &pdf))? {
        let amended = Arc::new(amended);
        if let Ok(opened) = open(&amended)
            && opened.pages().len() == pdf.pages().len()
        {
            return Ok((amended, opened));
        }
    }
    Ok((Arc::clone(bytes), pdf))
}

fn font_names(pdf: &Pdf) -> BTreeSet<String> {
    pdf.objects()
        .into_iter()
        .filter_map(Object::into_dict)
        .filter_map(|dict| dict.get::<Name<'_>>(BASE_FONT))
        .map(|name| name.as_str().to_owned())
        .collect()
}

fn open(bytes: &Arc<Vec<u8>>) -> Result<Pdf, Refusal> {
    let opened = guarded("opening the PDF", || Pdf::new(Arc::clone(bytes)))?;
    opened.map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Refusal::new(
            RefusalKind::Encrypted,
            "the PDF needs a password to be opened",
        ),
        LoadPdfError::Decryption(error) => Refusal::new(
            RefusalKind::Encrypted,
            format!("the PDF is encrypted in a way not known here: {error:?}"),
        ),
        // A password that is wanted is not told apart when the table of places
        // is broken as well.
        LoadPdfError::Invalid if find(bytes, b"/Encrypt").is_some() => Refusal::new(
            RefusalKind::Encrypted,
            "the PDF is encrypted, and broken or in need of its password",
        ),
        LoadPdfError::Invalid => Refusal::new(
            RefusalKind::Damaged,
            "the PDF is broken or cut off: no pages can be found in it",
        ),
    })
}

/// Runs a parser; its panic is the file's fault, not the process's end.
pub(crate) fn guarded<T>(doing: &str, work: impl FnOnce() -> T) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let message = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        let message: String = message.chars().take(200).collect();
        Refusal::new(
            RefusalKind::Crashed,
            format!("a parser failed while {doing}: {message}"),
        )
    })
}

/// The state the drawing threads share.
struct Queue {
    /// The next page nobody draws yet.
    next: usize,
    /// The next page to give out.
    turn: usize,
    done: BTreeMap<usize, Result<(PageOutput, usize), Refusal>>,
    stopped: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // A thread that panicked inside the lock left a consistent queue: every
        // update is one assignment.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn draw_segment(
    pdf: &Pdf,
    range: std::ops::Range<usize>,
    job: &Job<'_>,
    emit: &mut dyn FnMut((PageOutput, usize)) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let threads = job.threads.clamp(1, range.len());
    if threads == 1 {
        let brush = Brush::new(job);
        return range
            .into_iter()
            .try_for_each(|index| emit(brush.page(pdf, index)?));
    }
    let shared = Shared {
        queue: Mutex::new(Queue {
            next: range.start,
            turn: range.start,
            done: BTreeMap::new(),
            stopped: false,
        }),
        changed: Condvar::new(),
    };
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let shared = &shared;
            // The first page is waited for: alone it is drawn in half the time
            // that it takes beside the second.
            let from_turn = usize::from(range.start == 0 && thread > 0);
            scope.spawn(move || draw_pages(pdf, range.end, job, (threads, from_turn), shared));
        }
        let outcome = give_out(range.end, &shared, emit);
        shared.lock().stopped = true;
        shared.changed.notify_all();
        outcome
    })
}

/// One thread's work: takes the next page until none is left, not before it is
/// that page's turn to be given out.
fn draw_pages(
    pdf: &Pdf,
    end: usize,
    job: &Job<'_>,
    (threads, from_turn): (usize, usize),
    shared: &Shared,
) {
    let brush = Brush::new(job);
    loop {
        let mut queue = shared.lock();
        while !queue.stopped
            && queue.next < end
            && (queue.next >= queue.turn + threads * AHEAD || queue.turn < from_turn)
        {
            queue = shared
                .changed
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if queue.stopped || queue.next >= end {
            return;
        }
        let index = queue.next;
        queue.next += 1;
        drop(queue);
        let page = brush.page(pdf, index);
        shared.lock().done.insert(index, page);
        shared.changed.notify_all();
    }
}

fn give_out(
    end: usize,
    shared: &Shared,
    emit: &mut dyn FnMut((PageOutput, usize)) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut queue = shared.lock();
    while queue.turn < end {
        let turn = queue.turn;
        let Some(page) = queue.done.remove(&turn) else {
            queue = shared
                .changed
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        queue.turn += 1;
        drop(queue);
        shared.changed.notify_all();
        emit(page?)?;
        queue = shared.lock();
    }
    Ok(())
}

/// What one thread draws with; the caches live as long as one opened file.
struct Brush<'a, 'j> {
    job: &'j Job<'j>,
    cache: RenderCache<'a>,
    text_cache: InterpreterCache<'a>,
    fonts: RefCell<FontCharacters>,
    pictures: Pictures,
    /// Of the page before: 14 MB each on a page at 2×, which the system would
    /// have to clear for every page.
    buffers: RefCell<Option<(Pixmap, Vec<u32>)>>,
}

impl<'a, 'j> Brush<'a, 'j> {
    fn new(job: &'j Job<'j>) -> Self {
        Self {
            job,
            cache: RenderCache::new(),
            text_cache: InterpreterCache::new(),
            fonts: RefCell::default(),
            pictures: Pictures::default(),
            buffers: RefCell::new(None),
        }
    }

    /// Draws and reads one page; also gives the number of unreadable glyphs.
    fn page(&self, pdf: &'a Pdf, index: usize) -> Result<(PageOutput, usize), Refusal> {
        clock::check(self.job.deadline)?;
        let number = index as u32 + 1;
        guarded("drawing a page", || {
            let pages = pdf.pages();
            let page = pages
                .get(index)
                .ok_or_else(|| Refusal::new(RefusalKind::Damaged, "a page went missing"))?;
            self.pictures.check(page, self.job.limits)?;
            let (width, height) = page.render_dimensions();
            if !(width.is_finite() && height.is_finite()) {
                return Err(Refusal::new(
                    RefusalKind::Damaged,
                    format!("page {number} has no size that could be drawn"),
                ));
            }
            let (pixmap, canvas) = self.raster(page, width, height);
            let narrow = canvas.halved();
            let (cover, (text, unreadable)) = if self.job.images_only {
                (None, (PageText::default(), 0))
            } else {
                (
                    (index == 0).then(|| narrow.cover()),
                    self.text(page, number, width, height),
                )
            };
            let output = (
                PageOutput {
                    number,
                    page_count: pages.len() as u32,
                    width_pt: width,
                    height_pt: height,
                    narrow: narrow.encode(Steps::Many)?,
                    wide: canvas.encode(Steps::Few)?,
                    cover: cover.map(|cover| cover.encode(Steps::Many)).transpose()?,
                    text,
                },
                unreadable,
            );
            self.buffers.replace(Some((pixmap, canvas.into_buffer())));
            Ok(output)
        })?
    }

    fn raster(&self, page: &'a Page<'a>, width: f32, height: f32) -> (Pixmap, Canvas) {
        let (wide, high) = wide_size(width, height, self.job.limits);
        let mut context = RenderContext::new(wide, high);
        let scale = Affine::scale_non_uniform(
            f64::from(wide) / f64::from(width),
            f64::from(high) / f64::from(height),
        );
        render_into(
            page,
            &self.cache,
            self.job.settings,
            &RenderSettings {
                // At two pixels a point there is nothing to fit to a grid, and
                // fitting costs a third of the first page.
                hinting: false,
                ..RenderSettings::default()
            },
            &mut context,
            scale * page.initial_transform(true).to_kurbo(),
        );
        context.flush();
        let (mut pixmap, buffer) = match self.buffers.take() {
            Some((pixmap, buffer)) if (pixmap.width(), pixmap.height()) == (wide, high) => {
                (pixmap, buffer)
            }
            _ => (Pixmap::new(wide, high), Vec::new()),
        };
        context.render_with(
            &mut pixmap,
            &mut Resources::default(),
            RasterizerSettings {
                target_init: TargetInit::Clear(WHITE),
                ..RasterizerSettings::default()
            },
        );
        let canvas = Canvas::from_pixmap(&pixmap, buffer);
        (pixmap, canvas)
    }

    fn text(&self, page: &'a Page<'a>, number: u32, width: f32, height: f32) -> (PageText, usize) {
        let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let mut context = Context::new(
            page.initial_transform(true).to_kurbo(),
            area,
            &self.text_cache,
            page.xref(),
            self.job.settings.clone(),
        );
        let mut fonts = self.fonts.borrow_mut();
        let mut collector = Collector::new(&mut fonts);
        interpret_page(page, &mut context, &mut collector);
        let (marks, unreadable) = collector.finish();
        (page_text(number, width, height, &marks), unreadable)
    }
}

/// Reads the text of every page without drawing any, and looks for its
/// pictures: the fuzz target's way in.
#[cfg(feature = "fuzz")]
pub(crate) fn read_text(bytes: &Arc<Vec<u8>>, job: &Job<'_>) -> Result<usize, Refusal> {
    let (_, pdf) = amended(bytes, open(bytes)?)?;
    let brush = Brush::new(job);
    let mut lines = 0;
    for (index, page) in pdf.pages().iter().enumerate() {
        if index >= job.limits.pages as usize {
            break;
        }
        clock::check(job.deadline)?;
        brush.pictures.check(page, job.limits)?;
        let (width, height) = page.render_dimensions();
        let (text, _) = brush.text(page, index as u32 + 1, width, height);
        lines += text.lines.len();
    }
    Ok(lines)
}
