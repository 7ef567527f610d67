//! Metafiles and formulas to PNG: the one form in which the engine of Word
//! files takes every picture. Typst sets them as pages, hayro draws those.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Instant;

use hayro::hayro_interpret::{InterpreterSettings, TransformExt};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::TRANSPARENT;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use image::{ImageFormat, RgbaImage};
use serde::Serialize;

use crate::clock;
use crate::formula::Node;
use crate::pdf::guarded;
use crate::refusal::{Refusal, RefusalKind};
use crate::typeset::Typesetter;

/// Pixels of a long side, at least and at most.
const LEAST_SIDE: f32 = 700.0;
const MOST_SIDE: f32 = 2_400.0;
/// Pixels a point: one and a half of the widest page image.
const SCALE: f32 = 4.0;
const FORMULA_SCALE: f32 = 8.0;
/// Height of the page after a formula that hangs nowhere; a page cannot be as
/// low as one likes.
const BELOW_PAGE: f32 = 50.0;
/// What to draw.
#[derive(Serialize)]
#[serde(tag = "k", rename_all = "snake_case")]
pub(super) enum Job {
    Svg {
        s: String,
        /// In points.
        w: f64,
        h: f64,
    },
    Formula {
        f: Node,
        /// In display style.
        d: bool,
        /// Of the type, in points.
        size: f32,
        /// Above and below, for what leans out, in points.
        room: f32,
    },
}

/// A picture drawn.
pub(super) struct Raster {
    pub(super) png: Vec<u8>,
    pub(super) width_pt: f32,
    pub(super) height_pt: f32,
    /// How much of the height hangs below the line.
    pub(super) below_pt: f32,
}

/// Draws all jobs, each to its picture; `None` for one that cannot be drawn.
///
/// # Errors
/// When the deadline has passed.
pub(super) fn draw(
    typesetter: &Typesetter,
    jobs: &[Job],
    deadline: Instant,
) -> Result<Vec<Option<Raster>>, Refusal> {
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let all = guarded("drawing pictures", || together(typesetter, jobs, deadline));
    if let Ok(Ok(rasters)) = all {
        return Ok(rasters.into_iter().map(Some).collect());
    }
    // One of them spoils the rest: each for itself.
    jobs.chunks(1)
        .map(|job| {
            clock::check(deadline)?;
            let one = guarded("drawing a picture", || together(typesetter, job, deadline));
            Ok(one.ok().and_then(|one| one.ok()?.pop()))
        })
        .collect()
}

fn together(
    typesetter: &Typesetter,
    jobs: &[Job],
    deadline: Instant,
) -> Result<Vec<Raster>, Refusal> {
    let pdf = typesetter.pictures(&jobs)?;
    let lost = || Refusal::new(RefusalKind::Internal, "the pictures cannot be drawn");
    let pdf = Pdf::new(Arc::new(pdf)).map_err(|_| lost())?;
    let cache = RenderCache::new();
    let settings = InterpreterSettings::default();
    let mut pages = pdf.pages().iter();
    jobs.iter()
        .map(|job| {
            clock::check(deadline)?;
            let page = pages.next().ok_or_else(lost)?;
            let (width, height) = page.render_dimensions();
            let (scale, below_pt) = match job {
                Job::Svg { .. } => {
                    let long = width.max(height).max(1.0);
                    let side = (long * SCALE).clamp(LEAST_SIDE, MOST_SIDE);
                    (side / long, 0.0)
                }
                Job::Formula { room, .. } => {
                    let (_, below) = pages.next().ok_or_else(lost)?.render_dimensions();
                    let scale = FORMULA_SCALE.min(MOST_SIDE / width.max(height).max(1.0));
                    (scale, below - BELOW_PAGE + room)
                }
            };
            Ok(Raster {
                png: png(page, &cache, &settings, scale).ok_or_else(lost)?,
                width_pt: width,
                height_pt: height,
                below_pt,
            })
        })
        .collect()
}

fn png<'a>(
    page: &'a Page<'a>,
    cache: &RenderCache<'a>,
    settings: &InterpreterSettings,
    scale: f32,
) -> Option<Vec<u8>> {
    let (width, height) = page.render_dimensions();
    let side = |points: f32| (points * scale).ceil().clamp(1.0, MOST_SIDE) as u16;
    let (wide, high) = (side(width), side(height));
    let mut context = RenderContext::new(wide, high);
    render_into(
        page,
        cache,
        settings,
        &RenderSettings {
            hinting: false,
            ..RenderSettings::default()
        },
        &mut context,
        Affine::scale(f64::from(scale)) * page.initial_transform(true).to_kurbo(),
    );
    context.flush();
    let mut pixmap = Pixmap::new(wide, high);
    context.render_with(
        &mut pixmap,
        &mut Resources::default(),
        RasterizerSettings {
            target_init: TargetInit::Clear(TRANSPARENT),
            ..RasterizerSettings::default()
        },
    );
    let mut pixels = pixmap.data_as_u8_slice().to_vec();
    for pixel in pixels.as_chunks_mut::<4>().0 {
        let alpha = u32::from(pixel[3]);
        if alpha > 0 && alpha < 255 {
            for part in &mut pixel[..3] {
                *part = (u32::from(*part) * 255 / alpha).min(255) as u8;
            }
        }
    }
    let image = RgbaImage::from_raw(u32::from(wide), u32::from(high), pixels)?;
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, ImageFormat::Png).ok()?;
    Some(out.into_inner())
}
