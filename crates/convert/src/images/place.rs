//! How large an image's page is, and how the image lies on it.

use image::metadata::Orientation;

/// Resolution of an image that names none, or an impossible one.
const USUAL_DPI: f64 = 96.0;
/// Resolutions that are believed.
const DPI: std::ops::RangeInclusive<f64> = 50.0..=2400.0;
/// Short and long side of the largest page: A3, in points.
const LARGEST: (f64, f64) = (841.89, 1190.55);
/// Shortest side of a page, in points.
const SHORTEST: f64 = 36.0;

/// Size of a page and of the image in its middle, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) page: (f64, f64),
    image: (f64, f64),
    orientation: Orientation,
}

/// Finds the place of an image of so many pixels, as they are stored.
pub(super) fn place(
    (width, height): (u32, u32),
    dpi: Option<(f64, f64)>,
    orientation: Orientation,
) -> Place {
    let believed = dpi.filter(|(x, y)| DPI.contains(x) && DPI.contains(y));
    let (dpi_x, dpi_y) = believed.unwrap_or((USUAL_DPI, USUAL_DPI));
    let mut size = (
        f64::from(width) * 72.0 / dpi_x,
        f64::from(height) * 72.0 / dpi_y,
    );
    if turns(orientation) {
        size = (size.1, size.0);
    }
    let most = if size.0 > size.1 {
        (LARGEST.1, LARGEST.0)
    } else {
        LARGEST
    };
    let scale = (most.0 / size.0).min(most.1 / size.1).min(1.0);
    let image = (size.0 * scale, size.1 * scale);
    Place {
        page: (image.0.max(SHORTEST), image.1.max(SHORTEST)),
        image,
        orientation,
    }
}

fn turns(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

impl Place {
    /// The matrix that brings the unit square, or a band of it between two
    /// shares of the height from the top, to its place on the page.
    pub(super) fn matrix(&self, top: f64, bottom: f64) -> [f64; 6] {
        // Where the stored image's right and up directions point to, and where
        // its lower left corner is, in a unit square with the origin below.
        let [a, b, c, d, e, f] = match self.orientation {
            Orientation::NoTransforms => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
            Orientation::FlipHorizontal => [-1.0, 0.0, 0.0, 1.0, 1.0, 0.0],
            Orientation::Rotate180 => [-1.0, 0.0, 0.0, -1.0, 1.0, 1.0],
            Orientation::FlipVertical => [1.0, 0.0, 0.0, -1.0, 0.0, 1.0],
            Orientation::Rotate90FlipH => [0.0, -1.0, -1.0, 0.0, 1.0, 1.0],
            Orientation::Rotate90 => [0.0, -1.0, 1.0, 0.0, 0.0, 1.0],
            Orientation::Rotate270FlipH => [0.0, 1.0, 1.0, 0.0, 0.0, 0.0],
            Orientation::Rotate270 => [0.0, 1.0, -1.0, 0.0, 1.0, 0.0],
        };
        let (low, part) = (1.0 - bottom, bottom - top);
        let (x, y) = (
            (self.page.0 - self.image.0) / 2.0,
            (self.page.1 - self.image.1) / 2.0,
        );
        [
            a * self.image.0,
            b * self.image.1,
            c * part * self.image.0,
            d * part * self.image.1,
            x + (e + c * low) * self.image.0,
            y + (f + d * low) * self.image.1,
        ]
    }
}

#[cfg(test)]
mod tests {
    use image::metadata::Orientation;

    use super::place;

    #[test]
    fn a_scan_is_as_large_as_its_paper_and_a_poster_no_larger_than_a3() {
        let scan = place(
            (2480, 3508),
            Some((300.0, 300.0)),
            Orientation::NoTransforms,
        );
        assert!((scan.page.0 - 595.2).abs() < 0.1 && (scan.page.1 - 841.9).abs() < 0.1);
        let poster = place((8000, 6000), None, Orientation::NoTransforms);
        assert!(poster.page.0 <= 1190.6 && poster.page.1 <= 841.9);
        let unbelievable = place((96, 96), Some((1.0, 1.0)), Orientation::NoTransforms);
        assert_eq!(unbelievable.page, (72.0, 72.0));
    }

    #[test]
    fn a_line_of_pixels_has_a_page() {
        let line = place((100_000, 1), None, Orientation::NoTransforms);
        assert_eq!(line.page.1, 36.0);
    }

    #[test]
    fn a_turned_image_lies_within_its_page() {
        for number in 1..=8 {
            let orientation = Orientation::from_exif(number).unwrap();
            let place = place((200, 100), None, orientation);
            assert_eq!(place.page.0 > place.page.1, number < 5);
            let [a, b, c, d, e, f] = place.matrix(0.0, 1.0);
            for (u, v) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)] {
                let (x, y) = (a * u + c * v + e, b * u + d * v + f);
                assert!((-0.01..=place.page.0 + 0.01).contains(&x), "{number}: {x}");
                assert!((-0.01..=place.page.1 + 0.01).contains(&y), "{number}: {y}");
            }
        }
    }
}
