//! The drawing state of a metafile: mapping, pen, brush, font, and what is
//! saved of them.

use super::Point;
use super::text::Font;

/// Most states saved at a time.
const MAX_SAVED: usize = 256;
/// Coordinates past this are a hostile joke.
const FAR: f64 = 1e7;

/// A colour, red in the lowest byte.
pub(super) type Color = u32;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pen {
    /// None for the pen that draws nothing.
    pub(super) color: Option<Color>,
    /// In logical units; at least a device pixel is drawn.
    pub(super) width: f64,
    /// 1 dash, 2 dot, 3 dash dot, 4 dash dot dot.
    pub(super) dash: u32,
}

/// What can be selected.
#[derive(Clone, Debug)]
pub(super) enum Object {
    Pen(Pen),
    /// None for the hollow brush.
    Brush(Option<Color>),
    Font(Font),
    Other,
}

/// How logical units become those of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mapping {
    /// The window fills a frame of this size, as players of WMF have it.
    Frame(f64, f64),
    /// Scale fixed by a unit: page units a logical unit, y up.
    Fixed(f64, f64),
    /// Window to viewport, with one scale for both sides or not.
    Window {
        isotropic: bool,
    },
    Text,
}

#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) mapping: Mapping,
    pub(super) window_origin: Point,
    pub(super) window_extent: Point,
    pub(super) view_origin: Point,
    pub(super) view_extent: Point,
    /// The world transform: m11, m12, m21, m22, dx, dy.
    pub(super) world: [f64; 6],
    pub(super) pen: Pen,
    pub(super) brush: Option<Color>,
    pub(super) font: Font,
    pub(super) text_color: Color,
    pub(super) back_color: Color,
    pub(super) is_opaque: bool,
    pub(super) align: u32,
    pub(super) even_odd: bool,
    pub(super) at: Point,
    /// Left, top, right, bottom on the page.
    pub(super) clip: Option<[f64; 4]>,
    pub(super) char_extra: f64,
    pub(super) arcs_clockwise: bool,
}

impl State {
    pub(super) fn new(mapping: Mapping) -> Self {
        Self {
            mapping,
            window_origin: (0.0, 0.0),
            window_extent: (1.0, 1.0),
            view_origin: (0.0, 0.0),
            view_extent: (1.0, 1.0),
            world: IDENTITY,
            pen: Pen {
                color: Some(0),
                width: 0.0,
                dash: 0,
            },
            brush: Some(0x00ff_ffff),
            font: Font::default(),
            text_color: 0,
            back_color: 0x00ff_ffff,
            is_opaque: true,
            align: 0,
            even_odd: true,
            at: (0.0, 0.0),
            clip: None,
            char_extra: 0.0,
            arcs_clockwise: false,
        }
    }

    /// A logical point on the page.
    pub(super) fn place(&self, (x, y): Point) -> Point {
        let [a, b, c, d, e, f] = self.world;
        let (x, y) = (a * x + c * y + e, b * x + d * y + f);
        let (sx, sy) = self.scale();
        let (x, y) = (
            (x - self.window_origin.0) * sx + self.view_origin.0,
            (y - self.window_origin.1) * sy + self.view_origin.1,
        );
        let near = |side: f64| {
            if side.is_finite() {
                side.clamp(-FAR, FAR)
            } else {
                0.0
            }
        };
        (near(x), near(y))
    }

    fn scale(&self) -> Point {
        let ratio = |view: f64, window: f64| {
            if window == 0.0 { 1.0 } else { view / window }
        };
        match self.mapping {
            Mapping::Text => (1.0, 1.0),
            Mapping::Fixed(x, y) => (x, -y),
            Mapping::Frame(width, height) => (
                ratio(width, self.window_extent.0),
                ratio(height, self.window_extent.1),
            ),
            Mapping::Window { isotropic } => {
                let sx = ratio(self.view_extent.0, self.window_extent.0);
                let sy = ratio(self.view_extent.1, self.window_extent.1);
                if isotropic {
                    let least = sx.abs().min(sy.abs());
                    (least.copysign(sx), least.copysign(sy))
                } else {
                    (sx, sy)
                }
            }
        }
    }

    /// Page units of a logical length along x and y.
    pub(super) fn lengths(&self) -> Point {
        let zero = self.place((0.0, 0.0));
        let x = self.place((1.0, 0.0));
        let y = self.place((0.0, 1.0));
        (
            (x.0 - zero.0).hypot(x.1 - zero.1),
            (y.0 - zero.0).hypot(y.1 - zero.1),
        )
    }

    /// Turns of the page's x axis against the logical one, in degrees.
    pub(super) fn turn(&self) -> f64 {
        let zero = self.place((0.0, 0.0));
        let x = self.place((1.0, 0.0));
        // A mirrored page keeps its text upright.
        let (dx, dy) = (x.0 - zero.0, x.1 - zero.1);
        if dy.abs() < 1e-9 {
            0.0
        } else {
            dy.atan2(dx).to_degrees()
        }
    }

    pub(super) fn select(&mut self, object: &Object) {
        match object {
            Object::Pen(pen) => self.pen = *pen,
            Object::Brush(brush) => self.brush = *brush,
            Object::Font(font) => self.font = font.clone(),
            Object::Other => {}
        }
    }

    /// Narrows the clip to a box on the page.
    pub(super) fn clip_to(&mut self, a: Point, b: Point) {
        let [mut left, mut top] = [a.0.min(b.0), a.1.min(b.1)];
        let [mut right, mut bottom] = [a.0.max(b.0), a.1.max(b.1)];
        if let Some(old) = self.clip {
            left = left.max(old[0]);
            top = top.max(old[1]);
            right = right.min(old[2]);
            bottom = bottom.min(old[3]);
        }
        self.clip = Some([left, top, right.max(left), bottom.max(top)]);
    }
}

pub(super) const IDENTITY: [f64; 6] = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// `first`, then `second`.
pub(super) fn then(first: [f64; 6], second: [f64; 6]) -> [f64; 6] {
    let [a, b, c, d, e, f] = first;
    let [p, q, r, s, t, u] = second;
    [
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    ]
}

/// The state and those saved below it.
pub(super) struct Dc {
    pub(super) now: State,
    saved: Vec<State>,
}

impl Dc {
    pub(super) fn new(mapping: Mapping) -> Self {
        Self {
            now: State::new(mapping),
            saved: Vec::new(),
        }
    }

    pub(super) fn save(&mut self) {
        if self.saved.len() < MAX_SAVED {
            self.saved.push(self.now.clone());
        }
    }

    /// Goes back to a state: so many up when negative, else by its number.
    pub(super) fn restore(&mut self, which: i32) {
        let count = self.saved.len();
        let index = if which < 0 {
            count.checked_sub(which.unsigned_abs() as usize)
        } else {
            (which as usize).checked_sub(1)
        };
        if let Some(index) = index.filter(|index| *index < count) {
            self.saved.truncate(index + 1);
            if let Some(state) = self.saved.pop() {
                self.now = state;
            }
        }
    }
}
