//! ZIP containers that lie, overlap, hide things or are something else as well.

use wenyuan_convert::{Limits, Refusal, RefusalKind};

use super::make::{Entry, container, docx, paragraph, relationships, types, word};
use crate::support::{Kept, convert, converter, pdf_of, text_of, zip_of};

/// The entries of a small Word file.
fn entries(text: &str) -> Vec<Entry> {
    let types = types(&[("/word/document.xml", "wordprocessingml.document.main")]);
    let root = relationships(&[("rId1", "officeDocument", "word/document.xml", false)]);
    vec![
        Entry::deflated("[Content_Types].xml", types.as_bytes()),
        Entry::deflated("_rels/.rels", root.as_bytes()),
        Entry::deflated("word/document.xml", word(&paragraph(text)).as_bytes()),
    ]
}

fn within(file: &[u8], limits: &Limits) -> Result<u32, Refusal> {
    let report = converter().convert(file, "a.docx", limits, &mut Kept::default())?;
    Ok(report.pages)
}

fn outcome(entries: &[Entry]) -> Result<String, RefusalKind> {
    convert(&container(b"", entries), "a.docx")
        .map(|(_, kept)| text_of(&kept))
        .map_err(|refusal| refusal.kind)
}

#[test]
fn a_plain_container_of_ours_converts() {
    assert_eq!(outcome(&entries("文渊")), Ok("文渊".to_owned()));
    let mut streamed = entries("文渊");
    streamed
        .iter_mut()
        .for_each(|entry| entry.descriptor = true);
    assert_eq!(
        outcome(&streamed),
        Ok("文渊".to_owned()),
        "data descriptors"
    );
}

#[test]
fn entries_that_overlap_are_counted_each() {
    let mut all = entries("文渊");
    all.push(Entry::deflated("word/media/0.bin", &vec![0; 900 << 10]));
    for number in 1..400 {
        let mut same = all[3].clone();
        same.name = format!("word/media/{number}.bin").into_bytes();
        same.shares = Some(3);
        all.push(same);
    }
    assert_eq!(outcome(&all), Err(RefusalKind::Bomb), "as promised");
    for entry in &mut all[3..] {
        entry.sizes.1 = 1;
    }
    let refusal = outcome(&all).unwrap_err();
    assert!(
        matches!(refusal, RefusalKind::Bomb | RefusalKind::Damaged),
        "{refusal}"
    );
}

#[test]
fn containers_in_containers_are_not_opened() {
    let bomb = zip_of(&[("a.bin", &vec![0; 4 << 20])]);
    let mut nested = docx(&paragraph("里"), &[], &[("word/media/a.bin", "", &bomb)]);
    for _ in 0..20 {
        nested = docx(
            &paragraph("外"),
            &[("rId5", "package", "embeddings/a.docx", false)],
            &[("word/embeddings/a.docx", "", &nested)],
        );
    }
    let (_, kept) = convert(&nested, "a.docx").unwrap();
    assert_eq!(text_of(&kept), "外");
}

#[test]
fn entries_and_expansion_are_counted() {
    let mut many = entries("文渊");
    many.extend((0..200).map(|i| Entry::stored(format!("word/{i}.bin"), b"")));
    let file = container(b"", &many);
    assert!(within(&file, &Limits::default()).is_ok());
    let limits = Limits {
        entries: 100,
        ..Limits::default()
    };
    assert_eq!(within(&file, &limits).unwrap_err().kind, RefusalKind::Bomb);

    // One node of text, as large as the ratio allows and larger.
    let long = entries(&"x".repeat(3 << 20));
    assert_eq!(outcome(&long), Err(RefusalKind::Bomb));
    let limits = Limits {
        expanded_bytes: 1 << 20,
        ratio: u64::MAX,
        ..Limits::default()
    };
    let refusal = within(&container(b"", &long), &limits).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Bomb);
}

#[test]
fn sizes_that_lie_are_found_out() {
    let limits = Limits {
        expanded_bytes: 200 << 10,
        ..Limits::default()
    };
    // More than 200 KiB, which do not pack well enough to be told by the ratio.
    let text: String = (0..60_000_u32)
        .filter_map(|i| char::from_u32(0x4e00 + i * 7919 % 20_000))
        .chain(std::iter::repeat_n('x', 100_000))
        .collect();
    for (packed, expanded) in [
        (None, 1),
        (None, u32::MAX),
        (Some(1), 1),
        (Some(u32::MAX), 1),
    ] {
        let mut lying = entries(&text);
        let sizes = (packed.unwrap_or(lying[2].sizes.0), expanded);
        for local in [false, true] {
            lying[2].sizes = sizes;
            if local {
                lying[2].local_sizes = sizes;
            }
            let refusal = within(&container(b"", &lying), &limits).unwrap_err();
            assert!(
                matches!(refusal.kind, RefusalKind::Bomb | RefusalKind::Damaged),
                "{packed:?} {expanded}: {refusal}"
            );
        }
    }
    // Sizes of 64 bits, 2^62 bytes.
    let mut lying = entries("文渊");
    lying[2].sizes = (lying[2].sizes.0, u32::MAX);
    lying[2].extra = [&[1, 0, 8, 0][..], &(1_u64 << 62).to_le_bytes()].concat();
    let refusal = within(&container(b"", &lying), &limits).unwrap_err();
    assert!(
        matches!(refusal.kind, RefusalKind::Bomb | RefusalKind::Damaged),
        "{refusal}"
    );
}

#[test]
fn what_is_checked_is_what_is_drawn_when_names_repeat() {
    let hidden = word(&paragraph("乙")).replace(
        "?><w:document",
        "?><!DOCTYPE a [<!ENTITY b \"c\">]><w:document",
    );
    let hidden = Entry::deflated("word/document.xml", hidden.as_bytes());
    for (name, at) in [
        ("word/document.xml", 2),
        ("word/document.xml", 3),
        ("WORD/DOCUMENT.XML", 2),
        ("Word/Document.xml", 3),
    ] {
        let mut twice = entries("甲");
        let mut hidden = hidden.clone();
        hidden.name = name.as_bytes().to_vec();
        twice.insert(at, hidden);
        match outcome(&twice) {
            Ok(text) => assert_eq!(text, "甲", "{name} at {at}"),
            Err(kind) => assert_eq!(kind, RefusalKind::ForbiddenXml, "{name} at {at}"),
        }
    }
}

#[test]
fn names_lead_nowhere() {
    let mark = format!("wenyuan-escape-{}", std::process::id());
    let outside = std::env::temp_dir().join(&mark);
    let mut names: Vec<Vec<u8>> = [
        format!("../../../../../../../..{}", outside.display()),
        outside.display().to_string(),
        format!("word/media/../../../../../../../../..{}", outside.display()),
        format!("..\\..\\{mark}"),
        format!("C:\\{mark}"),
        format!("\\\\host\\share\\{mark}"),
        format!("word/media/a\0{mark}.png"),
        "n".repeat(60_000),
        String::new(),
        "/".to_owned(),
        "word/media/".to_owned(),
    ]
    .into_iter()
    .map(String::into_bytes)
    .collect();
    names.push(vec![0xff, 0xfe, b'/', 0xc0, 0xaf]);
    for name in names {
        let mut all = entries("文渊");
        // Changed, so that the container is written anew with this name in it.
        all[2] = Entry::deflated(
            "word/document.xml",
            word("<w:p><w:r><w:rPr><w:rFonts w:eastAsia=\"黑体\"/></w:rPr><w:t>文渊</w:t></w:r></w:p>")
                .as_bytes(),
        );
        all.push(Entry::stored(&name, b"<a/>"));
        let outcome = outcome(&all);
        assert!(
            matches!(&outcome, Ok(text) if text == "文渊") || outcome == Err(RefusalKind::Damaged),
            "{}: {outcome:?}",
            String::from_utf8_lossy(&name)
        );
        assert!(!outside.exists(), "{}", String::from_utf8_lossy(&name));
    }
}

#[test]
fn a_link_is_a_file_whose_content_is_a_path() {
    let secret = std::env::temp_dir().join(format!("wenyuan-secret-{}", std::process::id()));
    std::fs::write(&secret, word(&paragraph("秘密"))).unwrap();
    let mut linked = entries("文渊");
    linked[2] = Entry::stored("word/document.xml", secret.display().to_string());
    linked[2].mode = 0o120_777;
    let outcome = outcome(&linked);
    std::fs::remove_file(&secret).unwrap();
    assert!(
        outcome.as_ref().map_or(true, |text| !text.contains("秘密")),
        "{outcome:?}"
    );
}

#[test]
fn locked_and_strange_entries_are_refused() {
    let mut locked = entries("文渊");
    locked[2].flags = 1;
    assert_eq!(outcome(&locked), Err(RefusalKind::Encrypted));
    // Shrunk, bzip2, LZMA, Zstandard, xz, AES, and none there is.
    for method in [1, 12, 14, 93, 95, 99, 65_535] {
        let mut strange = entries("文渊");
        strange[2].method = method;
        assert_eq!(outcome(&strange), Err(RefusalKind::Damaged), "{method}");
    }
    let mut wrong = entries("文渊");
    wrong[2].crc ^= 1;
    assert_eq!(outcome(&wrong), Err(RefusalKind::Damaged), "checksum");
}

#[test]
fn a_file_that_is_two_things_is_one_of_them() {
    let docx = container(b"", &entries("文渊"));
    let pdf = pdf_of(1);
    let shifted = |junk: &[u8]| container(junk, &entries("文渊"));
    let cases: [(&str, Vec<u8>, Result<&str, RefusalKind>); 8] = [
        (
            "gif.docx",
            shifted(b"GIF89a"),
            Err(RefusalKind::Unsupported),
        ),
        (
            "exe.docx",
            shifted(b"MZ\0\0\0"),
            Err(RefusalKind::Unsupported),
        ),
        (
            "page.html",
            shifted(b"<!DOCTYPE html><script>alert(1)</script>"),
            Err(RefusalKind::Unsupported),
        ),
        ("rtf", shifted(b"{\\rtf1 "), Err(RefusalKind::Unsupported)),
        ("pdf first", [&pdf[..], &docx].concat(), Ok("pdf")),
        (
            "pdf behind jpeg",
            [b"\xff\xd8\xff\xe0", &pdf[..]].concat(),
            Ok("pdf"),
        ),
        ("pdf in zip", [&docx[..], &pdf].concat(), Ok("docx")),
        ("two zips", [&docx[..], &docx].concat(), Ok("docx")),
    ];
    for (name, file, expected) in cases {
        let seen = convert(&file, name).map(|(report, _)| report.format.as_str());
        match (&seen, expected) {
            (Ok(format), Ok(expected)) => assert_eq!(*format, expected, "{name}"),
            // A reader that keeps to offsets from the beginning may refuse.
            (Err(refusal), Ok(_)) => assert_eq!(refusal.kind, RefusalKind::Damaged, "{name}"),
            (Err(refusal), Err(expected)) => assert_eq!(refusal.kind, expected, "{name}"),
            (Ok(format), Err(_)) => panic!("{name} was converted as {format}"),
        }
    }
}
