use super::{Bounds, MAX_PIXELS, Picture};

fn to_svg(bytes: &[u8], bounds: Bounds) -> Result<Picture, String> {
    super::to_svg(bytes, bounds, &mut { MAX_PIXELS })
}

fn wmf_record(kind: u16, words: &[i16]) -> Vec<u8> {
    let mut out = (words.len() as u32 + 3).to_le_bytes().to_vec();
    out.extend(kind.to_le_bytes());
    for word in words {
        out.extend(word.to_le_bytes());
    }
    out
}

/// A WMF of a size in twentieths of a point, with a placeable header.
fn wmf(width: i16, height: i16, records: &[Vec<u8>]) -> Vec<u8> {
    let mut out = 0x9ac6_cdd7_u32.to_le_bytes().to_vec();
    for word in [0, 0, 0, width, height, 1440, 0, 0, 0] {
        out.extend(word.to_le_bytes());
    }
    out.extend([1, 0, 9, 0, 0, 3, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]);
    out.extend(wmf_record(0x020b, &[0, 0]));
    out.extend(wmf_record(0x020c, &[height, width]));
    for record in records {
        out.extend(record);
    }
    out.extend([3, 0, 0, 0, 0, 0]);
    out
}

fn wmf_font(height: i16, name: &str, charset: u8) -> Vec<u8> {
    let mut words = vec![height, 0, 0, 0, 400, 0, i16::from(charset) << 8, 0, 0];
    let mut bytes = name.as_bytes().to_vec();
    bytes.resize(name.len() / 2 * 2 + 2, 0);
    words.extend(
        bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| i16::from_le_bytes(*pair)),
    );
    wmf_record(0x02fb, &words)
}

fn emf_record(kind: u32, content: &[u8]) -> Vec<u8> {
    let mut out = kind.to_le_bytes().to_vec();
    out.extend((content.len() as u32 + 8).to_le_bytes());
    out.extend(content);
    out
}

fn longs(values: &[i32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// An EMF of 100 × 50 device units, 4 to the millimetre.
fn emf(records: &[Vec<u8>]) -> Vec<u8> {
    let mut content = longs(&[0, 0, 99, 49, 0, 0, 2500, 1250]);
    content.extend(b" EMF");
    content.extend(longs(&[0x10000, 0, 0, 0, 0, 0, 0, 1000, 1000, 250, 250]));
    let mut out = emf_record(1, &content);
    for record in records {
        out.extend(record);
    }
    out.extend(emf_record(14, &[0; 12]));
    out
}

fn played(bytes: &[u8]) -> Picture {
    to_svg(bytes, Bounds::default()).unwrap()
}

#[test]
fn a_wmf_has_the_size_of_its_header_and_its_lines() {
    let bytes = wmf(
        1440,
        720,
        &[
            wmf_record(0x0214, &[100, 50]),
            wmf_record(0x0213, &[100, 1000]),
            wmf_record(0x0324, &[3, 0, 0, 30, 0, 15, 40]),
        ],
    );
    let picture = played(&bytes);
    assert_eq!(picture.size_pt, Some((72.0, 36.0)));
    assert_eq!(picture.extent, (1440.0, 720.0));
    assert!(picture.svg.contains("M50 100L1000 100"), "{}", picture.svg);
    assert!(picture.svg.contains("M0 0L30 0 15 40Z"), "{}", picture.svg);
}

#[test]
fn text_of_equations_is_read_in_its_fonts() {
    let bytes = wmf(
        1440,
        720,
        &[
            wmf_record(0x012e, &[24]),
            wmf_font(-240, "Symbol", 2),
            wmf_record(0x012d, &[0]),
            wmf_record(0x0521, &[2, i16::from_le_bytes([b'a', 0xb3]), 300, 100]),
            wmf_font(-240, "MT Extra", 2),
            wmf_record(0x012d, &[1]),
            wmf_record(0x0521, &[1, i16::from(b'L'), 300, 400]),
            wmf_font(-240, "SimSun", 134),
            wmf_record(0x012d, &[2]),
            wmf_record(0x0521, &[2, i16::from_le_bytes([0xce, 0xc4]), 300, 700]),
        ],
    );
    let svg = played(&bytes).svg;
    for piece in [
        ">α≥<",
        ">⋯<",
        ">文<",
        "x=\"100\" y=\"300\"",
        "font-size=\"240\"",
        "Wenyuan Song",
    ] {
        assert!(svg.contains(piece), "{piece} in {svg}");
    }
}

#[test]
fn an_emf_maps_its_window_to_its_frame() {
    let bytes = emf(&[
        emf_record(17, &longs(&[8])),
        emf_record(9, &longs(&[1000, 500])),
        emf_record(11, &longs(&[100, 50])),
        emf_record(39, &longs(&[1, 0, 0x0000_00ff, 0])),
        emf_record(37, &longs(&[1])),
        emf_record(43, &longs(&[100, 100, 500, 400])),
        // A path of a line and a curve.
        emf_record(59, &[]),
        emf_record(27, &longs(&[0, 0])),
        emf_record(54, &longs(&[1000, 0])),
        emf_record(5, &longs(&[0, 0, 0, 0, 3, 1000, 100, 900, 200, 0, 500])),
        emf_record(61, &[]),
        emf_record(60, &[]),
        emf_record(62, &longs(&[0, 0, 0, 0])),
    ]);
    let picture = played(&bytes);
    assert_eq!(picture.extent, (100.0, 50.0));
    let svg = picture.svg;
    assert!(
        svg.contains("M10 10L50 10 50 40 10 40Z\" fill=\"#ff0000\""),
        "{svg}"
    );
    assert!(svg.contains("M0 0L100 0C100 10 90 20 0 50Z"), "{svg}");
}

#[test]
fn records_that_lie_end_the_picture_and_nothing_else() {
    let line = wmf_record(0x0325, &[2, 0, 0, 100, 100]);
    let mut tried = 0;
    for size in [0_u32, 1, 2, 3, 0x7fff_ffff, 0xffff_ffff] {
        let mut lying = line.clone();
        lying[..4].copy_from_slice(&size.to_le_bytes());
        let _ = to_svg(
            &wmf(100, 100, &[lying.clone(), line.clone()]),
            Bounds::default(),
        );
        let mut lying = emf_record(4, &longs(&[0, 0, 0, 0, 2, 0, 0, 9, 9]));
        lying[4..8].copy_from_slice(&size.to_le_bytes());
        let _ = to_svg(&emf(&[lying.clone()]), Bounds::default());
        // Counts of points and offsets of texts and bitmaps that lie.
        for kind in [2, 3, 4, 5, 6, 7, 8, 81, 83, 84, 85, 90, 91, 108, 114] {
            let huge = longs(&[size as i32; 30]);
            let _ = to_svg(&emf(&[emf_record(kind, &huge)]), Bounds::default());
            tried += 1;
        }
    }
    assert_eq!(tried, 90);
    // Cut off anywhere.
    let whole = wmf(100, 100, &[wmf_font(-20, "Symbol", 2), line]);
    for length in 0..whole.len() {
        let _ = to_svg(&whole[..length], Bounds::default());
    }
    let whole = emf(&[emf_record(84, &longs(&[0; 30]))]);
    for length in 0..whole.len() {
        let _ = to_svg(&whole[..length], Bounds::default());
    }
}

#[test]
fn records_output_and_pixels_are_bounded() {
    let line = wmf_record(0x0325, &[2, 0, 0, 100, 100]);
    let bounds = Bounds {
        records: 1_000,
        svg_bytes: 10_000,
    };
    let error = to_svg(&wmf(100, 100, &vec![line; 900]), bounds).unwrap_err();
    assert!(error.contains("more than is allowed"), "{error}");
    // A million records that draw nothing.
    let nothing = wmf_record(0x0102, &[1]);
    let error = to_svg(&wmf(100, 100, &vec![nothing; 1_000_000]), Bounds::default()).unwrap_err();
    assert!(error.contains("nothing in it"), "{error}");
    // States saved without end, windows of no size, coordinates of all sizes.
    let saves = vec![wmf_record(0x001e, &[]); 10_000];
    let _ = to_svg(&wmf(100, 100, &saves), Bounds::default());
    let far = emf_record(
        4,
        &longs(&[0, 0, 0, 0, 2, i32::MIN, i32::MAX, i32::MAX, i32::MIN]),
    );
    let scale = emf_record(32, &longs(&[1, i32::MAX, 1, 0]));
    let picture = to_svg(
        &emf(&[emf_record(17, &longs(&[8])), scale, far]),
        Bounds::default(),
    );
    assert!(
        picture.is_ok_and(|picture| !picture.svg.contains("inf") && !picture.svg.contains("NaN"))
    );
}

/// The budget of a package was not charged for them.
#[test]
fn the_pixels_of_a_metafile_that_cannot_be_drawn_count() {
    let bounds = Bounds {
        svg_bytes: 10_000,
        ..Bounds::default()
    };
    // 8 × 4 pixels of 24 bits, on a place of that size.
    let mut bitmap = vec![0x0020, 0x00cc, 4, 8, 0, 0, 4, 8, 0, 0];
    bitmap.extend([40, 0, 8, 0, 4, 0, 1, 24]);
    bitmap.extend([0; 12 + 8 * 4 * 3 / 2]);
    let mut records = vec![wmf_record(0x0b41, &bitmap)];
    records.extend(vec![wmf_record(0x0325, &[2, 0, 0, 100, 100]); 900]);
    let mut left = 100;
    let error = super::to_svg(&wmf(100, 100, &records), bounds, &mut left).unwrap_err();
    assert!(error.contains("more than is allowed"), "{error}");
    assert_eq!(left, 100 - 8 * 4);
}

#[test]
fn the_metafiles_of_the_corpus_are_drawn() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/office");
    let Ok(files) = std::fs::read_dir(folder) else {
        eprintln!("skipped: no ../shared");
        return;
    };
    let limits = crate::limits::Limits::default();
    let (mut found, mut drawn) = (0, 0);
    for file in files.flatten() {
        let bytes = std::fs::read(file.path()).unwrap();
        let Ok(mut archive) = crate::guard::open(&bytes, &limits) else {
            continue;
        };
        for index in 0..archive.len() {
            let name = archive
                .name_for_index(index)
                .unwrap()
                .unwrap()
                .to_ascii_lowercase();
            if !name.ends_with(".wmf") && !name.ends_with(".emf") {
                continue;
            }
            let mut budget = crate::guard::Budget::new(&limits, bytes.len());
            let Ok(content) = budget.read(&mut archive, index) else {
                continue;
            };
            found += 1;
            match to_svg(&content, Bounds::default()) {
                Ok(_) => drawn += 1,
                Err(error) => eprintln!("{} {name}: {error}", file.path().display()),
            }
        }
    }
    eprintln!("{drawn} of {found} metafiles drawn");
    assert!(
        found >= 80 && drawn * 100 >= found * 97,
        "{drawn} of {found}"
    );
}
