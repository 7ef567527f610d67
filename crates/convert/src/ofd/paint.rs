//! Colours, gradients and lines, and the drawing parameters (绘制参数) that
//! objects inherit them from.

use krilla::color::{Color, cmyk, luma, rgb};
use krilla::geom::Transform;
use krilla::num::NormalizedF32;
use krilla::paint::{
    Fill, FillRule, LineCap, LineJoin, LinearGradient, Paint, RadialGradient, SpreadMethod, Stop,
    Stroke, StrokeDash,
};
use roxmltree::Node;

use super::child;
use super::geometry::{number, numbers};
use super::resources::ColourSpaces;

/// Stops of one gradient.
const MAX_STOPS: usize = 256;
/// Lengths of one dash pattern.
const MAX_DASHES: usize = 32;
/// The line width of an object that names none, in millimetres.
const LINE_WIDTH: f32 = 0.353;

/// A colour or gradient, with its opacity.
#[derive(Clone, Debug)]
pub(super) struct Colour {
    paint: Paint,
    alpha: f32,
}

/// What an object or a drawing parameter says; the rest is inherited.
#[derive(Clone, Debug, Default)]
pub(super) struct Style {
    fill: Option<Colour>,
    stroke: Option<Colour>,
    width: Option<f32>,
    cap: Option<LineCap>,
    join: Option<LineJoin>,
    miter_limit: Option<f32>,
    dash: Option<Vec<f32>>,
    dash_offset: Option<f32>,
}

impl Style {
    /// Reads what a node says itself.
    pub(super) fn read(node: Node<'_, '_>, spaces: &ColourSpaces) -> Self {
        let number_of = |name| node.attribute(name).and_then(number);
        Self {
            fill: child(node, "FillColor").and_then(|node| Colour::read(node, spaces)),
            stroke: child(node, "StrokeColor").and_then(|node| Colour::read(node, spaces)),
            width: number_of("LineWidth").filter(|width| *width >= 0.0),
            cap: node.attribute("Cap").map(|cap| match cap {
                "Round" => LineCap::Round,
                "Square" => LineCap::Square,
                _ => LineCap::Butt,
            }),
            join: node.attribute("Join").map(|join| match join {
                "Round" => LineJoin::Round,
                "Bevel" => LineJoin::Bevel,
                _ => LineJoin::Miter,
            }),
            miter_limit: number_of("MiterLimit").filter(|limit| *limit >= 1.0),
            dash: node.attribute("DashPattern").map(|pattern| {
                let mut lengths = numbers(pattern);
                lengths.truncate(MAX_DASHES);
                lengths
            }),
            dash_offset: number_of("DashOffset"),
        }
    }

    /// Takes from `base` what this says nothing about.
    pub(super) fn over(self, base: &Self) -> Self {
        Self {
            fill: self.fill.or_else(|| base.fill.clone()),
            stroke: self.stroke.or_else(|| base.stroke.clone()),
            width: self.width.or(base.width),
            cap: self.cap.or(base.cap),
            join: self.join.or(base.join),
            miter_limit: self.miter_limit.or(base.miter_limit),
            dash: self.dash.or_else(|| base.dash.clone()),
            dash_offset: self.dash_offset.or(base.dash_offset),
        }
    }

    /// The fill; black when no colour is given and `or_black`.
    pub(super) fn fill(&self, alpha: f32, rule: FillRule, or_black: bool) -> Option<Fill> {
        let colour = match &self.fill {
            Some(colour) => colour.clone(),
            None if or_black => Colour::black(),
            None => return None,
        };
        Some(Fill {
            opacity: opacity(colour.alpha * alpha),
            paint: colour.paint,
            rule,
        })
    }

    /// The stroke.
    pub(super) fn stroke(&self, alpha: f32) -> Stroke {
        let colour = self.stroke.clone().unwrap_or_else(Colour::black);
        let dash = self
            .dash
            .as_ref()
            .filter(|lengths| {
                lengths.iter().all(|length| *length >= 0.0) && lengths.iter().any(|l| *l > 0.0)
            })
            .map(|lengths| {
                // An odd pattern is run through twice.
                let twice = lengths.len() % 2;
                let array = lengths.repeat(1 + twice);
                StrokeDash {
                    array,
                    offset: self.dash_offset.unwrap_or_default(),
                }
            });
        Stroke {
            opacity: opacity(colour.alpha * alpha),
            paint: colour.paint,
            width: self.width.unwrap_or(LINE_WIDTH),
            miter_limit: self.miter_limit.unwrap_or(4.234),
            line_cap: self.cap.unwrap_or_default(),
            line_join: self.join.unwrap_or_default(),
            dash,
        }
    }
}

impl Colour {
    fn black() -> Self {
        Self {
            paint: luma::Color::black().into(),
            alpha: 1.0,
        }
    }

    fn read(node: Node<'_, '_>, spaces: &ColourSpaces) -> Option<Self> {
        let alpha = node
            .attribute("Alpha")
            .and_then(number)
            .map_or(1.0, |alpha| alpha / 255.0);
        let paint = if let Some(shade) = child(node, "AxialShd") {
            axial(shade, spaces)?
        } else if let Some(shade) = child(node, "RadialShd") {
            radial(shade, spaces)?
        } else {
            solid(node, spaces)?.into()
        };
        Some(Self { paint, alpha })
    }
}

fn opacity(alpha: f32) -> NormalizedF32 {
    NormalizedF32::new(alpha.clamp(0.0, 1.0)).unwrap_or(NormalizedF32::ONE)
}

/// A colour by its components, or by its place in a palette. Components are
/// 0–255, decimal or, with a `#`, hexadecimal.
fn solid(node: Node<'_, '_>, spaces: &ColourSpaces) -> Option<Color> {
    let space = node.attribute("ColorSpace").unwrap_or_default();
    let value = match node.attribute("Value") {
        Some(value) => value.to_owned(),
        None => {
            let index = node.attribute("Index")?.trim().parse::<usize>().ok()?;
            spaces.palette_entry(space, index)?.to_owned()
        }
    };
    let components: Vec<u8> = value
        .split_whitespace()
        .map_while(|word| match word.strip_prefix('#') {
            Some(digits) => u8::from_str_radix(digits, 16).ok(),
            None => number(word).map(|component| component.clamp(0.0, 255.0) as u8),
        })
        .collect();
    match components.as_slice() {
        [grey] => Some(luma::Color::new(*grey).into()),
        [red, green, blue, ..] if components.len() == 3 => {
            Some(rgb::Color::new(*red, *green, *blue).into())
        }
        [cyan, magenta, yellow, black] => {
            Some(cmyk::Color::new(*cyan, *magenta, *yellow, *black).into())
        }
        _ => None,
    }
}

/// The stops of a gradient; all in RGB, as the writer needs one space.
fn stops(node: Node<'_, '_>, spaces: &ColourSpaces) -> Option<Vec<Stop>> {
    let segments: Vec<Node<'_, '_>> = super::children(node, "Segment").take(MAX_STOPS).collect();
    let last = segments.len().saturating_sub(1).max(1) as f32;
    let mut stops = Vec::with_capacity(segments.len());
    let mut behind = 0.0_f32;
    for (index, segment) in segments.into_iter().enumerate() {
        let place = segment
            .attribute("Position")
            .and_then(number)
            .unwrap_or(index as f32 / last);
        // Places must rise.
        behind = place.clamp(0.0, 1.0).max(behind);
        let node = child(segment, "Color")?;
        let components = numbers(node.attribute("Value")?);
        let byte = |index: usize| {
            components
                .get(index)
                .map_or(0, |c| c.clamp(0.0, 255.0) as u8)
        };
        let color = match components.len() {
            1 => rgb::Color::new(byte(0), byte(0), byte(0)).into(),
            3 => rgb::Color::new(byte(0), byte(1), byte(2)).into(),
            _ => solid(node, spaces)?,
        };
        stops.push(Stop {
            offset: opacity(behind),
            color,
            opacity: opacity(
                node.attribute("Alpha")
                    .and_then(number)
                    .map_or(1.0, |alpha| alpha / 255.0),
            ),
        });
    }
    (stops.len() >= 2).then_some(stops)
}

fn point(node: Node<'_, '_>, name: &str) -> Option<(f32, f32)> {
    let [x, y] = numbers(node.attribute(name)?).try_into().ok()?;
    Some((x, y))
}

fn spread(node: Node<'_, '_>) -> SpreadMethod {
    match node.attribute("MapType") {
        Some("Repeat") => SpreadMethod::Repeat,
        Some("Reflect") => SpreadMethod::Reflect,
        _ => SpreadMethod::Pad,
    }
}

fn axial(node: Node<'_, '_>, spaces: &ColourSpaces) -> Option<Paint> {
    let (start, end) = (point(node, "StartPoint")?, point(node, "EndPoint")?);
    Some(
        LinearGradient {
            x1: start.0,
            y1: start.1,
            x2: end.0,
            y2: end.1,
            transform: Transform::identity(),
            spread_method: spread(node),
            stops: stops(node, spaces)?,
            anti_alias: true,
        }
        .into(),
    )
}

fn radial(node: Node<'_, '_>, spaces: &ColourSpaces) -> Option<Paint> {
    let radius = |name| node.attribute(name).and_then(number).filter(|r| *r >= 0.0);
    let (start, end) = (point(node, "StartPoint")?, point(node, "EndPoint")?);
    Some(
        RadialGradient {
            fx: start.0,
            fy: start.1,
            fr: radius("StartRadius").unwrap_or_default(),
            cx: end.0,
            cy: end.1,
            cr: radius("EndRadius")?,
            transform: Transform::identity(),
            spread_method: SpreadMethod::Pad,
            stops: stops(node, spaces)?,
            anti_alias: true,
        }
        .into(),
    )
}
