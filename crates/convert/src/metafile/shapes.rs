//! The shapes of metafiles as paths on the page.

use super::Point;
use super::dc::State;
use super::svg::{Path, Svg};

/// Distance of a Bézier curve's handles that makes a quarter of a circle.
const QUARTER: f64 = 0.552_284_75;

/// A shape drawn round a part of an ellipse.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Arc {
    Open,
    Chord,
    Pie,
}

pub(super) fn polyline(path: &mut Path, svg: &mut Svg, state: &State, points: &[Point]) {
    let placed: Vec<Point> = points.iter().map(|point| state.place(*point)).collect();
    if let Some((first, rest)) = placed.split_first() {
        path.step(svg, 'M', &[*first]);
        if !rest.is_empty() {
            path.step(svg, 'L', rest);
        }
    }
}

pub(super) fn polygon(path: &mut Path, svg: &mut Svg, state: &State, points: &[Point]) {
    if points.len() > 1 {
        polyline(path, svg, state, points);
        path.close();
    }
}

/// Curves that go on from a point: handles and ends, three by three.
pub(super) fn curves(path: &mut Path, svg: &mut Svg, state: &State, points: &[Point]) {
    let whole = points.len() / 3 * 3;
    let placed: Vec<Point> = points[..whole]
        .iter()
        .map(|point| state.place(*point))
        .collect();
    if !placed.is_empty() {
        path.step(svg, 'C', &placed);
    }
}

pub(super) fn rectangle(path: &mut Path, svg: &mut Svg, state: &State, a: Point, b: Point) {
    polygon(path, svg, state, &[a, (b.0, a.1), b, (a.0, b.1)]);
}

pub(super) fn ellipse(path: &mut Path, svg: &mut Svg, state: &State, a: Point, b: Point) {
    rounded(
        path,
        svg,
        state,
        a,
        b,
        ((b.0 - a.0).abs(), (b.1 - a.1).abs()),
    );
}

/// A box whose corners are quarters of an ellipse of a size.
pub(super) fn rounded(
    path: &mut Path,
    svg: &mut Svg,
    state: &State,
    a: Point,
    b: Point,
    corner: Point,
) {
    let (left, right) = (a.0.min(b.0), a.0.max(b.0));
    let (top, bottom) = (a.1.min(b.1), a.1.max(b.1));
    let rx = (corner.0.abs() / 2.0).min((right - left) / 2.0);
    let ry = (corner.1.abs() / 2.0).min((bottom - top) / 2.0);
    let (hx, hy) = (rx * (1.0 - QUARTER), ry * (1.0 - QUARTER));
    let start = state.place((left + rx, top));
    path.step(svg, 'M', &[start]);
    for (line, curve) in [
        (
            (right - rx, top),
            [(right - hx, top), (right, top + hy), (right, top + ry)],
        ),
        (
            (right, bottom - ry),
            [
                (right, bottom - hy),
                (right - hx, bottom),
                (right - rx, bottom),
            ],
        ),
        (
            (left + rx, bottom),
            [
                (left + hx, bottom),
                (left, bottom - hy),
                (left, bottom - ry),
            ],
        ),
        (
            (left, top + ry),
            [(left, top + hy), (left + hx, top), (left + rx, top)],
        ),
    ] {
        path.step(svg, 'L', &[state.place(line)]);
        curves(path, svg, state, &curve);
    }
    path.close();
}

/// A part of the ellipse in a box, between the rays through two points.
pub(super) fn arc(
    path: &mut Path,
    svg: &mut Svg,
    state: &State,
    corners: [Point; 2],
    rays: [Point; 2],
    kind: Arc,
) {
    let [a, b] = corners;
    let middle = (a.0.midpoint(b.0), a.1.midpoint(b.1));
    let (rx, ry) = ((b.0 - a.0).abs() / 2.0, (b.1 - a.1).abs() / 2.0);
    if rx <= 0.0 || ry <= 0.0 {
        return;
    }
    let angle = |ray: Point| ((ray.1 - middle.1) / ry).atan2((ray.0 - middle.0) / rx);
    let (from, to) = (angle(rays[0]), angle(rays[1]));
    let turn = std::f64::consts::TAU;
    // Anticlockwise on the page, whose y runs down, unless said otherwise.
    let flips = {
        let (zero, x, y) = (
            state.place((0.0, 0.0)),
            state.place((1.0, 0.0)),
            state.place((0.0, 1.0)),
        );
        (x.0 - zero.0) * (y.1 - zero.1) - (x.1 - zero.1) * (y.0 - zero.0) < 0.0
    };
    let mut sweep = to - from;
    if state.arcs_clockwise == flips {
        while sweep >= -1e-9 {
            sweep -= turn;
        }
    } else {
        while sweep <= 1e-9 {
            sweep += turn;
        }
    }
    let on = |angle: f64| (middle.0 + rx * angle.cos(), middle.1 + ry * angle.sin());
    let start = state.place(on(from));
    if kind == Arc::Pie {
        path.step(svg, 'M', &[state.place(middle)]);
        path.step(svg, 'L', &[start]);
    } else {
        path.step(svg, 'M', &[start]);
    }
    let parts = (sweep.abs() / (turn / 4.0)).ceil().max(1.0) as usize;
    let part = sweep / parts as f64;
    let handle = 4.0 / 3.0 * (part / 4.0).tan();
    for index in 0..parts {
        let (p, q) = (from + part * index as f64, from + part * (index + 1) as f64);
        let (start, end) = (on(p), on(q));
        let points = [
            (
                start.0 - handle * rx * p.sin(),
                start.1 + handle * ry * p.cos(),
            ),
            (end.0 + handle * rx * q.sin(), end.1 - handle * ry * q.cos()),
            end,
        ];
        curves(path, svg, state, &points);
    }
    if kind != Arc::Open {
        path.close();
    }
}
