//! Images: a page each, in every coding that is read; and those that lie.

use std::io::Cursor;

use image::{DynamicImage, GrayAlphaImage, ImageFormat, RgbImage, RgbaImage};
use tiff::encoder::{TiffEncoder, colortype};
use wenyuan_convert::{Format, Limits, RefusalKind, WarningKind};

use crate::pdfs::colour_at;
use crate::support::{Kept, convert, converter, crc32, zip_of};

fn coded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    image.write_to(&mut out, format).unwrap();
    out.into_inner()
}

/// Red left of blue.
fn two_colors(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| {
        image::Rgb(if x < width / 2 {
            [255, 0, 0]
        } else {
            [0, 0, 255]
        })
    })
    .into()
}

fn is_near(color: [u8; 3], wanted: [u8; 3]) -> bool {
    color.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 24)
}

#[test]
fn images_are_pages_of_their_size_and_colors() {
    let picture = two_colors(200, 100);
    for (format, kind, name) in [
        (ImageFormat::Png, Format::Png, "a.png"),
        (ImageFormat::Jpeg, Format::Jpeg, "a.jpg"),
        (ImageFormat::WebP, Format::Webp, "a.webp"),
    ] {
        let (report, kept) = convert(&coded(&picture, format), name).unwrap();
        assert_eq!((report.format, report.pages), (kind, 1));
        assert!(report.warnings.is_empty(), "{:?}", report.warnings);
        assert_eq!(report.page_sizes[0], [150.0, 75.0], "{name}");
        assert!(
            is_near(colour_at(&kept.pages[0], 0.2, 0.5), [255, 0, 0]),
            "{name}"
        );
        assert!(
            is_near(colour_at(&kept.pages[0], 0.8, 0.5), [0, 0, 255]),
            "{name}"
        );
    }
}

#[test]
fn transparent_parts_are_white_and_sixteen_bits_are_read() {
    let clear: DynamicImage = RgbaImage::from_pixel(100, 100, image::Rgba([0, 0, 0, 0])).into();
    let (_, kept) = convert(&coded(&clear, ImageFormat::Png), "a.png").unwrap();
    assert!(is_near(colour_at(&kept.pages[0], 0.5, 0.5), [255; 3]));
    let half: DynamicImage = GrayAlphaImage::from_pixel(100, 100, image::LumaA([0, 128])).into();
    let (_, kept) = convert(&coded(&half, ImageFormat::Png), "a.png").unwrap();
    assert!(is_near(colour_at(&kept.pages[0], 0.5, 0.5), [127; 3]));
    let deep = DynamicImage::ImageRgb16(two_colors(100, 100).into_rgb16());
    let (_, kept) = convert(&coded(&deep, ImageFormat::Png), "a.png").unwrap();
    assert!(is_near(colour_at(&kept.pages[0], 0.2, 0.5), [255, 0, 0]));
}

/// A JPEG with an Exif segment that says how to turn it and names a place.
fn turned_jpeg(orientation: u8) -> Vec<u8> {
    let plain = coded(&two_colors(200, 100), ImageFormat::Jpeg);
    let mut exif =
        b"\xff\xe1\0\x3aExif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    exif.extend_from_slice(b"PLACE OF THE PHOTO..");
    exif.resize(2 + 0x3a, 0);
    [&plain[..2], &exif, &plain[2..]].concat()
}

#[test]
fn a_photograph_is_turned_and_does_not_tell_where_it_was_taken() {
    let (report, kept) = convert(&turned_jpeg(6), "a.jpg").unwrap();
    assert_eq!(report.page_sizes[0], [75.0, 150.0]);
    // Turned clockwise, the left is above.
    assert!(is_near(colour_at(&kept.pages[0], 0.5, 0.2), [255, 0, 0]));
    assert!(is_near(colour_at(&kept.pages[0], 0.5, 0.8), [0, 0, 255]));
    let place = b"PLACE OF THE PHOTO";
    assert!(!kept.pdf.windows(place.len()).any(|part| part == place));
}

fn tiff_of(pages: usize) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut out).unwrap();
    for page in 0..pages {
        let raw = two_colors(60, 40).into_rgb8().into_raw();
        if page % 2 == 0 {
            encoder
                .write_image::<colortype::RGB8>(60, 40, &raw)
                .unwrap();
        } else {
            let grey = vec![40_000_u16; 60 * 40];
            encoder
                .write_image::<colortype::Gray16>(60, 40, &grey)
                .unwrap();
        }
    }
    out.into_inner()
}

#[test]
fn every_page_of_a_tiff_is_a_page() {
    let (report, kept) = convert(&tiff_of(3), "a.tif").unwrap();
    assert_eq!((report.format, report.pages), (Format::Tiff, 3));
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    assert!(is_near(colour_at(&kept.pages[0], 0.2, 0.5), [255, 0, 0]));
    assert!(is_near(colour_at(&kept.pages[1], 0.2, 0.5), [156; 3]));
    assert!(is_near(colour_at(&kept.pages[2], 0.8, 0.5), [0, 0, 255]));
}

/// A little-endian TIFF of 32 × 32 pixels with these tags (all LONG) and data.
fn small_tiff(tags: &[(u16, u32)], data: &[u8]) -> Vec<u8> {
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    let data_at = 8 + 2 + 12 * (tags.len() as u32 + 4) + 4;
    let mut all = vec![
        (256, 32),
        (257, 32),
        (273, data_at),
        (279, data.len() as u32),
    ];
    all.extend_from_slice(tags);
    all.sort_unstable();
    out.extend_from_slice(&(all.len() as u16).to_le_bytes());
    for (tag, value) in all {
        out.extend_from_slice(&tag.to_le_bytes());
        out.extend_from_slice(&[4, 0, 1, 0, 0, 0]);
        out.extend_from_slice(&value.to_le_bytes());
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(data);
    out
}

/// A black square in the middle, coded by the fax rules G3 and G4.
const FAX_3: &str = "0013506a0013506a0013506a0013506a0013506a0013506a0013506a0013506a0013516a14004d45a850013516a14004d45a850013516a14004d45a850013516a14004d45a850013516a14004d45a850013516a14004d45a850013516a14004d45a850013516a14004d45a850013506a0013506a0013506a0013506a0013506a0013506a0013506a0013506a";
const FAX_4: &str = "26a0d5fffc8b57ffffffffffffffe3fffc004004";

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap())
        .collect()
}

#[test]
fn fax_pages_are_drawn() {
    for (compression, hex) in [(3, FAX_3), (4, FAX_4)] {
        let file = small_tiff(&[(259, compression), (262, 1)], &bytes_of(hex));
        let (report, kept) = convert(&file, "a.tif").unwrap();
        assert_eq!(report.pages, 1);
        let page = &kept.pages[0];
        // The page is 36 points wide, the image 24 in its middle.
        assert!(is_near(colour_at(page, 0.5, 0.5), [0; 3]), "{compression}");
        assert!(
            is_near(colour_at(page, 0.25, 0.25), [255; 3]),
            "{compression}"
        );
    }
    // Bits in the other order.
    let reversed: Vec<u8> = bytes_of(FAX_4).iter().map(|b| b.reverse_bits()).collect();
    let file = small_tiff(&[(259, 4), (262, 1), (266, 2)], &reversed);
    let (_, kept) = convert(&file, "a.tif").unwrap();
    assert!(is_near(colour_at(&kept.pages[0], 0.5, 0.5), [0; 3]));
}

/// Where a little-endian TIFF keeps the place of the directory after the one at
/// `at`.
fn next_field(file: &[u8], at: usize) -> usize {
    let entries = usize::from(u16::from_le_bytes([file[at], file[at + 1]]));
    at + 2 + 12 * entries
}

fn number_at(file: &[u8], at: usize) -> usize {
    u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize
}

#[test]
fn a_tiff_whose_directories_run_in_a_circle_ends() {
    let mut file = tiff_of(2);
    let first = number_at(&file, 4);
    let second = number_at(&file, next_field(&file, first));
    let last = next_field(&file, second);
    // Back to the first, which costs the page that says so; then to where
    // nothing is.
    for (to, pages) in [(first as u32, 1), (0x7fff_0000, 2)] {
        file[last..last + 4].copy_from_slice(&to.to_le_bytes());
        let (report, kept) = convert(&file, "a.tif").unwrap();
        assert_eq!(report.pages, pages);
        assert_eq!(report.warnings[0].kind, WarningKind::Other);
        assert!(is_near(colour_at(&kept.pages[0], 0.2, 0.5), [255, 0, 0]));
    }
    let to_itself = next_field(&file, first);
    file[to_itself..to_itself + 4].copy_from_slice(&(first as u32).to_le_bytes());
    let refusal = convert(&file, "a.tif").map(|_| ()).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Damaged);
}

#[test]
fn pages_of_a_tiff_are_counted_before_any_is_read() {
    let limits = Limits {
        pages: 2,
        ..Limits::default()
    };
    let refusal = converter()
        .convert(&tiff_of(3), "a.tif", &limits, &mut Kept::default())
        .unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::TooManyPages);
}

#[test]
fn a_page_that_cannot_be_read_costs_that_page_alone() {
    let mut file = tiff_of(2);
    // The second page's compression becomes one that nobody reads.
    let tag = [0x03, 0x01, 0x03, 0x00, 0x01, 0, 0, 0, 1, 0];
    let at = file.windows(10).rposition(|part| part == tag).unwrap();
    file[at + 8] = 99;
    let (report, _) = convert(&file, "a.tif").unwrap();
    assert_eq!(report.pages, 2);
    let warning = &report.warnings[0];
    assert_eq!((warning.kind, warning.page), (WarningKind::Image, Some(2)));
}

#[test]
fn a_warning_about_the_list_of_pages_is_no_page_that_failed() {
    let mut file = tiff_of(2);
    let tag = [0x03, 0x01, 0x03, 0x00, 0x01, 0, 0, 0, 1, 0];
    let at = file.windows(10).rposition(|part| part == tag).unwrap();
    file[at + 8] = 99;
    let second = number_at(&file, next_field(&file, number_at(&file, 4)));
    let last = next_field(&file, second);
    file[last..last + 4].copy_from_slice(&0x7fff_0000_u32.to_le_bytes());
    let (report, kept) = convert(&file, "a.tif").unwrap();
    assert_eq!((report.pages, report.warnings.len()), (2, 2));
    assert!(is_near(colour_at(&kept.pages[0], 0.2, 0.5), [255, 0, 0]));
}

#[test]
fn headers_that_promise_too_many_pixels_are_refused() {
    let side = 60_000_u32;
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend_from_slice(&side.to_be_bytes());
    png.extend_from_slice(&side.to_be_bytes());
    png.extend_from_slice(&[8, 2, 0, 0, 0]);
    let crc = crc32(&png[12..]);
    png.extend_from_slice(&crc.to_be_bytes());
    png.extend_from_slice(b"\0\0\0\x02IDAT\x78\x9c");
    let tiff = small_tiff(&[(259, 1), (262, 1), (258, 8)], &[0; 64]);
    let mut wide = tiff;
    let at = wide.windows(2).position(|part| part == [0, 1]).unwrap();
    wide[at + 8..at + 12].copy_from_slice(&2_000_000_u32.to_le_bytes());
    for (file, name) in [(png, "a.png"), (wide, "a.tif")] {
        let refusal = convert(&file, name).map(|_| ()).unwrap_err();
        assert_eq!(
            refusal.kind,
            RefusalKind::TooManyPixels,
            "{name}: {refusal}"
        );
    }
}

#[test]
fn cut_images_are_damaged() {
    let picture = two_colors(300, 300);
    for (format, name) in [(ImageFormat::Png, "a.png"), (ImageFormat::WebP, "a.webp")] {
        let whole = coded(&picture, format);
        let refusal = convert(&whole[..whole.len() / 2], name)
            .map(|_| ())
            .unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Damaged, "{name}");
    }
    let refusal = convert(&tiff_of(1)[..60], "a.tif").map(|_| ()).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Damaged);
    assert_eq!(
        convert(b"\xff\xd8\xff\xe0", "a.jpg")
            .map(|_| ())
            .unwrap_err()
            .kind,
        RefusalKind::Damaged
    );
    assert_eq!(
        convert(&zip_of(&[("a.png", b"x")]), "a.png")
            .map(|_| ())
            .unwrap_err()
            .kind,
        RefusalKind::Unsupported
    );
}
