//! Writes the shapes of a metafile as SVG, in units of its page.

use std::fmt::Write;

use super::dc::{Color, State};
use super::{Bounds, Picture, Point};

/// An SVG in the making.
pub(super) struct Svg {
    body: String,
    defs: String,
    clips: Vec<[f64; 4]>,
    pub(super) bounds: Bounds,
    /// What was drawn reaches so far.
    reach: Option<[f64; 4]>,
    pub(super) is_full: bool,
}

/// How a shape is painted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Stroke,
    Fill,
    Both,
}

impl Svg {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            body: String::new(),
            defs: String::new(),
            clips: Vec::new(),
            bounds,
            reach: None,
            is_full: false,
        }
    }

    /// The box of what was drawn.
    pub(super) fn reach(&self) -> Option<[f64; 4]> {
        self.reach
    }

    /// Ends the SVG; `view` is left, top, width and height.
    pub(super) fn finish(
        self,
        view: [f64; 4],
        size_pt: Option<(f64, f64)>,
    ) -> Result<Picture, String> {
        if self.is_full {
            return Err("it draws more than is allowed".to_owned());
        }
        if self.body.is_empty() {
            return Err("nothing in it can be drawn".to_owned());
        }
        let [left, top, width, height] = view;
        if !(width > 0.0 && height > 0.0 && width.is_finite() && height.is_finite()) {
            return Err("it has no size".to_owned());
        }
        // Readers of SVG take a size without a unit for pixels: the box alone
        // says how large.
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"{}\" height=\"{}\" viewBox=\"{} {} {} {}\" preserveAspectRatio=\"none\"><defs>{}</defs>{}</svg>",
            number(width),
            number(height),
            number(left),
            number(top),
            number(width),
            number(height),
            self.defs,
            self.body
        );
        Ok(Picture {
            svg,
            size_pt,
            extent: (width, height),
        })
    }

    pub(super) fn see(&mut self, (x, y): Point) {
        let reach = self.reach.get_or_insert([x, y, x, y]);
        reach[0] = reach[0].min(x);
        reach[1] = reach[1].min(y);
        reach[2] = reach[2].max(x);
        reach[3] = reach[3].max(y);
    }

    /// Puts an element, clipped as the state says.
    pub(super) fn push(&mut self, state: &State, element: &str) {
        if self.body.len() + element.len() > self.bounds.svg_bytes {
            self.is_full = true;
            return;
        }
        let Some(clip) = state.clip else {
            self.body.push_str(element);
            return;
        };
        let known = self.clips.iter().position(|known| *known == clip);
        let index = known.unwrap_or_else(|| {
            let [left, top, right, bottom] = clip;
            let _ = write!(
                self.defs,
                "<clipPath id=\"c{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/></clipPath>",
                self.clips.len(),
                number(left),
                number(top),
                number(right - left),
                number(bottom - top)
            );
            self.clips.push(clip);
            self.clips.len() - 1
        });
        let _ = write!(self.body, "<g clip-path=\"url(#c{index})\">{element}</g>");
        if self.clips.len() > 4_000 {
            self.is_full = true;
        }
    }

    /// Draws a path already in page units.
    pub(super) fn path(&mut self, state: &State, d: &str, paint: Paint) {
        if d.is_empty() {
            return;
        }
        let mut element = format!("<path d=\"{d}\"");
        let fill = if paint == Paint::Stroke {
            None
        } else {
            state.brush
        };
        let stroke = if paint == Paint::Fill {
            None
        } else {
            state.pen.color
        };
        if fill.is_none() && stroke.is_none() {
            return;
        }
        match fill {
            Some(color) => {
                let _ = write!(element, " fill=\"{}\"", hex(color));
                if state.even_odd {
                    element.push_str(" fill-rule=\"evenodd\"");
                }
            }
            None => element.push_str(" fill=\"none\""),
        }
        if let Some(color) = stroke {
            let (x, y) = state.lengths();
            // A pen of no width draws a hair line.
            let width = (state.pen.width * x.midpoint(y)).max(self.hair());
            let _ = write!(
                element,
                " stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\" stroke-linecap=\"{}\"",
                hex(color),
                number(width),
                if state.pen.dash == 0 { "round" } else { "butt" },
            );
            let dashes: &[f64] = match state.pen.dash {
                1 => &[4.0, 2.0],
                2 => &[1.0, 1.5],
                3 => &[4.0, 1.5, 1.0, 1.5],
                4 => &[4.0, 1.5, 1.0, 1.5, 1.0, 1.5],
                _ => &[],
            };
            if !dashes.is_empty() {
                let list: Vec<String> = dashes
                    .iter()
                    .map(|dash| number(dash * width * 1.5))
                    .collect();
                let _ = write!(element, " stroke-dasharray=\"{}\"", list.join(" "));
            }
        }
        element.push_str("/>");
        self.push(state, &element);
    }

    /// The width of a hair line, by what has been seen of the picture.
    fn hair(&self) -> f64 {
        match self.reach {
            Some([left, top, right, bottom]) => {
                ((right - left).max(bottom - top) / 1_000.0).max(1e-3)
            }
            None => 1.0,
        }
    }

    /// Draws an image into a box on the page; `href` is a data URI.
    pub(super) fn image(&mut self, state: &State, a: Point, b: Point, href: &str) {
        let (left, top) = (a.0.min(b.0), a.1.min(b.1));
        let (width, height) = ((a.0 - b.0).abs(), (a.1 - b.1).abs());
        if width <= 0.0 || height <= 0.0 {
            return;
        }
        self.see(a);
        self.see(b);
        let element = format!(
            "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" xlink:href=\"{href}\"/>",
            number(left),
            number(top),
            number(width),
            number(height)
        );
        self.push(state, &element);
    }
}

/// A path's data of points on the page.
#[derive(Default)]
pub(super) struct Path {
    pub(super) d: String,
}

impl Path {
    pub(super) fn step(&mut self, svg: &mut Svg, command: char, points: &[Point]) {
        if self.d.len() > svg.bounds.svg_bytes {
            svg.is_full = true;
            return;
        }
        self.d.push(command);
        for (index, point) in points.iter().enumerate() {
            svg.see(*point);
            if index > 0 {
                self.d.push(' ');
            }
            let _ = write!(self.d, "{} {}", number(point.0), number(point.1));
        }
    }

    pub(super) fn close(&mut self) {
        if !self.d.is_empty() && !self.d.ends_with('Z') {
            self.d.push('Z');
        }
    }
}

pub(super) fn hex(color: Color) -> String {
    format!(
        "#{:02x}{:02x}{:02x}",
        color & 0xff,
        (color >> 8) & 0xff,
        (color >> 16) & 0xff
    )
}

/// A number in short.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}
