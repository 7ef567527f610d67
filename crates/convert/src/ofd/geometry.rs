//! Numbers, boxes, matrices and paths as OFD writes them: text, separated by
//! spaces, in millimetres.

use krilla::geom::{Path, PathBuilder, Transform};

/// Coordinates farther out than this are not drawn: nothing in a document is,
/// and products of them must stay finite.
const FAR: f32 = 1.0e7;
/// Segments of one path.
const MAX_SEGMENTS: usize = 200_000;

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Box {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Box {
    pub(super) const A4: Self = Self {
        x: 0.0,
        y: 0.0,
        width: 210.0,
        height: 297.0,
    };

    /// Reads `x y width height`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let [x, y, width, height] = numbers(text).try_into().ok()?;
        (width > 0.0 && height > 0.0).then_some(Self {
            x,
            y,
            width,
            height,
        })
    }
}

/// Reads numbers; one that is none, or not near, ends the list.
pub(super) fn numbers(text: &str) -> Vec<f32> {
    text.split([' ', ',', '\t', '\n', '\r'])
        .filter(|word| !word.is_empty())
        .map_while(number)
        .collect()
}

/// Reads one number.
pub(super) fn number(word: &str) -> Option<f32> {
    word.trim()
        .parse::<f32>()
        .ok()
        .filter(|number| number.is_finite() && number.abs() <= FAR)
}

/// Reads `a b c d e f`.
pub(super) fn matrix(text: &str) -> Option<Transform> {
    let [a, b, c, d, e, f] = numbers(text).try_into().ok()?;
    Some(Transform::from_row(a, b, c, d, e, f))
}

/// Reads the offsets of a text: `3.1 g 4 2.5` is 3.1 and four times 2.5.
pub(super) fn offsets(text: &str, most: usize) -> Vec<f32> {
    let mut out = Vec::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if word != "g" {
            let Some(offset) = number(word) else { break };
            out.push(offset);
        } else {
            let count = words.next().and_then(|word| word.parse::<usize>().ok());
            let offset = words.next().and_then(number);
            let (Some(count), Some(offset)) = (count, offset) else {
                break;
            };
            let count = count.min(most.saturating_sub(out.len()));
            out.extend(std::iter::repeat_n(offset, count));
        }
        if out.len() >= most {
            break;
        }
    }
    out
}

/// Reads a path in its abbreviated form (图元紧缩格式).
pub(super) fn path(data: &str) -> Option<Path> {
    let mut builder = PathBuilder::new();
    let mut words = data
        .split([' ', ',', '\t', '\n', '\r'])
        .filter(|w| !w.is_empty());
    let mut at = (0.0, 0.0);
    let mut start = at;
    let mut is_open = false;
    for _ in 0..MAX_SEGMENTS {
        let Some(command) = words.next() else { break };
        let mut take = |count: usize| -> Option<Vec<f32>> {
            let taken: Vec<f32> = words.by_ref().take(count).map_while(number).collect();
            (taken.len() == count).then_some(taken)
        };
        let count = match command {
            "S" | "M" | "L" => 2,
            "Q" => 4,
            "B" => 6,
            "A" => 7,
            "C" => 0,
            _ => break,
        };
        let Some(n) = take(count) else { break };
        if command == "C" {
            if is_open {
                builder.close();
                at = start;
                is_open = false;
            }
            continue;
        }
        let end = (n[count - 2], n[count - 1]);
        if matches!(command, "S" | "M") {
            builder.move_to(end.0, end.1);
            start = end;
            at = end;
            is_open = true;
            continue;
        }
        if !is_open {
            builder.move_to(at.0, at.1);
            start = at;
            is_open = true;
        }
        match command {
            "L" => builder.line_to(end.0, end.1),
            "Q" => builder.quad_to(n[0], n[1], end.0, end.1),
            "B" => builder.cubic_to(n[0], n[1], n[2], n[3], end.0, end.1),
            _ => arc(&mut builder, at, &n),
        }
        at = end;
    }
    builder.finish()
}

/// Adds an elliptical arc from `from`: radii, rotation in degrees, whether it
/// is the large one, whether it turns clockwise, and its end, as in SVG. After
/// the SVG 1.1 specification, appendix F.6.
fn arc(builder: &mut PathBuilder, from: (f32, f32), n: &[f32]) {
    let &[rx, ry, degrees, large, sweep, x, y] = n else {
        return;
    };
    let (mut rx, mut ry) = (rx.abs(), ry.abs());
    if rx < 1e-6 || ry < 1e-6 || ((x - from.0).abs() < 1e-6 && (y - from.1).abs() < 1e-6) {
        builder.line_to(x, y);
        return;
    }
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (dx, dy) = ((from.0 - x) / 2.0, (from.1 - y) / 2.0);
    let (x1, y1) = (cos * dx + sin * dy, -sin * dx + cos * dy);
    let lambda = (x1 / rx).powi(2) + (y1 / ry).powi(2);
    if lambda > 1.0 {
        rx *= lambda.sqrt();
        ry *= lambda.sqrt();
    }
    let square = (rx * y1).powi(2) + (ry * x1).powi(2);
    let factor = (((rx * ry).powi(2) - square) / square).max(0.0).sqrt();
    let factor = if (large != 0.0) == (sweep != 0.0) {
        -factor
    } else {
        factor
    };
    let (cx1, cy1) = (factor * rx * y1 / ry, -factor * ry * x1 / rx);
    let (cx, cy) = (
        cos * cx1 - sin * cy1 + (from.0 + x) / 2.0,
        sin * cx1 + cos * cy1 + (from.1 + y) / 2.0,
    );
    let begin = ((y1 - cy1) / ry).atan2((x1 - cx1) / rx);
    let end = ((-y1 - cy1) / ry).atan2((-x1 - cx1) / rx);
    let turn = std::f32::consts::TAU;
    let mut angle = end - begin;
    if sweep != 0.0 && angle < 0.0 {
        angle += turn;
    } else if sweep == 0.0 && angle > 0.0 {
        angle -= turn;
    }
    // A cubic follows a quarter of an ellipse within 0.03 %.
    let pieces = (angle.abs() / std::f32::consts::FRAC_PI_2).ceil().max(1.0);
    let step = angle / pieces;
    let handle = 4.0 / 3.0 * (step / 4.0).tan();
    let place = |px: f32, py: f32| {
        (
            cx + cos * rx * px - sin * ry * py,
            cy + sin * rx * px + cos * ry * py,
        )
    };
    let mut angle = begin;
    for _ in 0..pieces as usize {
        let (sin1, cos1) = angle.sin_cos();
        angle += step;
        let (sin2, cos2) = angle.sin_cos();
        let first = place(cos1 - handle * sin1, sin1 + handle * cos1);
        let second = place(cos2 + handle * sin2, sin2 - handle * cos2);
        let to = place(cos2, sin2);
        builder.cubic_to(first.0, first.1, second.0, second.1, to.0, to.1);
    }
}

#[cfg(test)]
mod tests {
    use super::{Box, numbers, offsets, path};

    #[test]
    fn boxes_and_numbers_are_read_or_refused() {
        assert_eq!(Box::parse("0 0 210 297"), Some(Box::A4));
        assert_eq!(Box::parse("0 0 -1 297"), None);
        assert_eq!(Box::parse("0 0 210"), None);
        assert_eq!(numbers("1 2.5 x 3"), [1.0, 2.5]);
        assert_eq!(numbers("1 1e30 2"), [1.0]);
    }

    #[test]
    fn repeated_offsets_are_spelled_out_up_to_a_bound() {
        assert_eq!(offsets("3.5 g 2 4 1", 10), [3.5, 4.0, 4.0, 1.0]);
        assert_eq!(offsets("g 4000000000 1", 5).len(), 5);
        assert_eq!(offsets("1 g x", 5), [1.0]);
    }

    #[test]
    fn paths_of_every_segment_are_read() {
        for data in [
            "M 0 0 L 10 0 L 10 10 C",
            "S 0 0 Q 5 5 10 0",
            "M 0 0 B 1 1 2 2 3 0 C",
            "M 0 0 A 5 5 0 1 1 10 0",
            "L 3 3 L 4 4",
        ] {
            assert!(path(data).is_some(), "{data}");
        }
        assert!(path("").is_none());
        assert!(path("nonsense").is_none());
        assert!(path("M 0").is_none());
    }
}
