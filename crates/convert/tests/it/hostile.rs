//! Files that want to do harm, or are no files at all.

mod containers;
mod elsewhere;
pub(crate) mod make;
mod parts;
mod pdf;

use std::time::Instant;

use wenyuan_convert::{Limits, RefusalKind};

use crate::support::{Kept, convert, converter, docx_of, kind, pdf_of, shared, zip_of};

const PARAGRAPH: &str = "<w:p><w:r><w:t>文渊</w:t></w:r></w:p>";

#[test]
fn empty_and_cut_files_are_told_apart() {
    assert_eq!(kind(b"", "a.docx"), RefusalKind::Empty);
    assert_eq!(kind(b"\n\n  ", "a.txt"), RefusalKind::Empty);
    let whole = docx_of("", PARAGRAPH, &[]);
    assert!(convert(&whole, "a.docx").is_ok());
    assert_eq!(
        kind(&whole[..whole.len() / 2], "a.docx"),
        RefusalKind::Damaged
    );
    assert_eq!(
        kind(b"%PDF-1.7\n1 0 obj\n<<", "a.pdf"),
        RefusalKind::Damaged
    );
    assert_eq!(
        kind(&[0x7f, b'E', b'L', b'F', 0, 1, 2], "a.pdf"),
        RefusalKind::Unsupported
    );
    assert_eq!(
        kind(&zip_of(&[("a.txt", b"x")]), "a.docx"),
        RefusalKind::Unsupported
    );
}

#[test]
fn a_doctype_is_refused_in_any_part() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>";
    assert_eq!(
        kind(&docx_of(bomb, PARAGRAPH, &[]), "a.docx"),
        RefusalKind::ForbiddenXml
    );
    let part = format!("{bomb}<x>&b;</x>");
    let file = docx_of("", PARAGRAPH, &[("customXml/item1.xml", part.as_bytes())]);
    assert_eq!(kind(&file, "a.docx"), RefusalKind::ForbiddenXml);
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(part.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let file = docx_of("", PARAGRAPH, &[("customXml/item1.xml", &utf16)]);
    assert_eq!(kind(&file, "a.docx"), RefusalKind::ForbiddenXml);
}

#[test]
fn elements_nested_too_deep_are_refused() {
    let deep = format!("{}{}", "<w:sdt>".repeat(400), "</w:sdt>".repeat(400));
    assert_eq!(
        kind(&docx_of("", &deep, &[]), "a.docx"),
        RefusalKind::ForbiddenXml
    );
}

#[test]
fn bombs_are_refused_before_they_are_parsed() {
    let start = Instant::now();
    let zeros = vec![b' '; 32 << 20];
    let file = docx_of("", PARAGRAPH, &[("word/media/a.bin", &zeros)]);
    assert!(file.len() < 1 << 20);
    assert_eq!(kind(&file, "a.docx"), RefusalKind::Bomb);

    let limits = Limits {
        entries: 3,
        ..Limits::default()
    };
    let file = docx_of("", PARAGRAPH, &[("word/a.xml", b"<a/>")]);
    let refusal = converter()
        .convert(&file, "a.docx", &limits, &mut Kept::default())
        .unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Bomb);
    assert!(start.elapsed().as_secs() < 10);
}

#[test]
fn a_lying_directory_is_found_out_by_counting() {
    // The directory and the local header say one byte; four MiB come out.
    let comment = format!("{PARAGRAPH}<!--{}-->", "x".repeat(4 << 20));
    let mut file = docx_of("", &comment, &[]);
    let document = zip::ZipArchive::new(std::io::Cursor::new(&file))
        .unwrap()
        .by_name("word/document.xml")
        .unwrap()
        .size();
    let size = (document as u32).to_le_bytes();
    let mut at = 0;
    let mut patched = 0;
    while let Some(offset) = file[at..].windows(4).position(|four| four == size) {
        file[at + offset..at + offset + 4].copy_from_slice(&1_u32.to_le_bytes());
        at += offset + 4;
        patched += 1;
    }
    assert!(patched >= 2);
    let limits = Limits {
        expanded_bytes: 2 << 20,
        ratio: 1_000_000,
        ..Limits::default()
    };
    let refusal = converter()
        .convert(&file, "a.docx", &limits, &mut Kept::default())
        .unwrap_err();
    assert!(
        matches!(refusal.kind, RefusalKind::Bomb | RefusalKind::Damaged),
        "{refusal}"
    );
}

#[test]
fn sizes_pages_and_time_are_limited() {
    let refused = |bytes: &[u8], name: &str, limits: Limits| {
        converter()
            .convert(bytes, name, &limits, &mut Kept::default())
            .unwrap_err()
            .kind
    };
    let limits = Limits {
        input_bytes: 10,
        ..Limits::default()
    };
    assert_eq!(
        refused(b"longer than ten bytes", "a.txt", limits),
        RefusalKind::TooLarge
    );
    let limits = Limits {
        pages: 2,
        ..Limits::default()
    };
    assert_eq!(
        refused(&pdf_of(3), "a.pdf", limits.clone()),
        RefusalKind::TooManyPages
    );
    let long = "一行文字\n".repeat(1000);
    assert_eq!(
        refused(long.as_bytes(), "a.txt", limits),
        RefusalKind::TooManyPages
    );
    let limits = Limits {
        seconds: 0,
        ..Limits::default()
    };
    assert_eq!(refused(&pdf_of(1), "a.pdf", limits), RefusalKind::Timeout);
    assert_eq!(kind(&pdf_of(0), "a.pdf"), RefusalKind::NoPages);
}

#[test]
fn a_picture_of_too_many_pixels_is_refused() {
    // A PNG header of 100,000 × 100,000 pixels; the rest does not matter.
    let mut png =
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\x86\xa0\0\x01\x86\xa0\x08\x02\0\0\0".to_vec();
    png.extend_from_slice(&0x27309c9f_u32.to_be_bytes());
    // The beginning of the pixels.
    png.extend_from_slice(b"\0\0\0\x02IDAT\x78\x9c");
    let file = docx_of("", PARAGRAPH, &[("word/media/image1.png", &png)]);
    assert_eq!(kind(&file, "a.docx"), RefusalKind::TooManyPixels);
}

#[test]
fn encrypted_files_say_so() {
    let Some(shared) = shared() else { return };
    for name in ["Encrypted_MSO2007_abc.docx", "Encrypted_MSO2013_abc.docx"] {
        let file = std::fs::read(shared.join("corpus/office").join(name)).unwrap();
        assert_eq!(kind(&file, name), RefusalKind::Encrypted, "{name}");
    }
}

#[test]
fn the_hostile_corpus_is_refused_or_converted() {
    let Some(shared) = shared() else { return };
    for entry in std::fs::read_dir(shared.join("corpus/hostile")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let outcome =
            convert(&std::fs::read(&path).unwrap(), &name).map(|(report, _)| report.pages);
        match name.as_str() {
            "poc-xmlbomb.xlsx" | "54764.xlsx" | "ExternalEntityInText.docx" => {
                assert_eq!(
                    outcome.unwrap_err().kind,
                    RefusalKind::ForbiddenXml,
                    "{name}"
                );
            }
            _ => eprintln!("{name}: {outcome:?}"),
        }
    }
}

#[test]
fn what_the_fuzzers_found_stays_mended() {
    let seeds = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds");
    let mut seen = 0;
    for folder in std::fs::read_dir(seeds).unwrap() {
        for seed in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = seed.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if let Err(refusal) = convert(&std::fs::read(&path).unwrap(), &name) {
                assert!(
                    !matches!(refusal.kind, RefusalKind::Crashed | RefusalKind::Internal),
                    "{}: {refusal}",
                    path.display()
                );
            }
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}
