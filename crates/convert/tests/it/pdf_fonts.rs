//! Fonts that a PDF names without carrying them, as older Chinese files do, and
//! fonts that do not say what their codes mean: drawn, and readable.

use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS};

use crate::pdfs::{hex, ink, page};
use crate::support::{convert, text_of};

/// How the codes of a predefined CMap are made of text.
#[derive(Clone, Copy)]
enum Codes {
    Utf16,
    In(&'static Encoding),
}

fn encoded(text: &str, codes: Codes) -> Vec<u8> {
    match codes {
        Codes::Utf16 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Codes::In(encoding) => encoding.encode(text).0.into_owned(),
    }
}

/// A page that shows codes in a composite font that is not embedded, 24 points
/// high from (20, 40) from the bottom.
fn shown(encoding: &str, name: &str, ordering: &str, codes: &[u8], more: &str) -> Vec<u8> {
    let font = format!(
        "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/{encoding}/DescendantFonts[6 0 R]>>"
    );
    let descendant = format!(
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)\
         /Ordering({ordering})/Supplement 2>>/FontDescriptor<</Type/FontDescriptor/FontName/{name}\
         /Flags 6>>{more}>>"
    );
    let content = format!("BT /F1 24 Tf 20 40 Td {} Tj ET", hex(codes));
    page(
        "/Font<</F1 5 0 R>>",
        content.as_bytes(),
        &[font.into_bytes(), descendant.into_bytes()],
    )
}

/// Ink in the em boxes of a line of `count` characters.
fn inks(page: &wenyuan_convert::PageOutput, count: usize) -> Vec<f32> {
    (0..count)
        .map(|index| {
            let x = 20.0 + index as f32 * 24.0;
            ink(page, [x, 38.0, x + 24.0, 66.0])
        })
        .collect()
}

#[test]
fn chinese_fonts_that_are_only_named_are_drawn_and_read() {
    let gbk = Codes::In(GBK);
    let mut seen = Vec::new();
    for (encoding, name, ordering, text, codes) in [
        (
            "UniGB-UCS2-H",
            "STSong-Light",
            "GB1",
            "文渊阁",
            Codes::Utf16,
        ),
        ("UniGB-UTF16-H", "SimSun", "GB1", "文渊阁", Codes::Utf16),
        ("GBK-EUC-H", "SimSun", "GB1", "文渊阁", gbk),
        ("GBKp-EUC-H", "#CB#CE#CC#E5", "GB1", "文渊阁", gbk),
        ("GBK2K-H", "NSimSun", "GB1", "文渊阁", gbk),
        ("GB-EUC-H", "STSong-Light", "GB1", "文渊阁", gbk),
        ("UniCNS-UCS2-H", "MingLiU", "CNS1", "文淵閣", Codes::Utf16),
        ("ETen-B5-H", "PMingLiU", "CNS1", "文淵閣", Codes::In(BIG5)),
        (
            "90ms-RKSJ-H",
            "MS-Mincho",
            "Japan1",
            "文字列",
            Codes::In(SHIFT_JIS),
        ),
        (
            "UniJIS-UCS2-H",
            "HeiseiMin-W3",
            "Japan1",
            "文字列",
            Codes::Utf16,
        ),
        (
            "KSCms-UHC-H",
            "HYSMyeongJo-Medium",
            "Korea1",
            "文字",
            Codes::In(EUC_KR),
        ),
    ] {
        let file = shown(encoding, name, ordering, &encoded(text, codes), "");
        let (report, kept) = convert(&file, "a.pdf").unwrap();
        assert_eq!(text_of(&kept), text, "{encoding}");
        assert!(
            report.fonts.iter().any(|font| font.used == "Wenyuan Song"),
            "{encoding} {:?}",
            report.fonts
        );
        let count = text.chars().count();
        let inks = inks(&kept.pages[0], count);
        assert!(
            inks.iter().all(|ink| (0.05..0.5).contains(ink)),
            "{encoding}: {inks:?}"
        );
        assert!(
            ink(
                &kept.pages[0],
                [20.0 + count as f32 * 24.0, 0.0, 200.0, 100.0]
            ) == 0.0
        );
        if text == "文渊阁" {
            seen.push((encoding, inks));
        }
    }
    // One face, one size: the same strokes, whatever the encoding.
    for (encoding, inks) in &seen {
        assert_eq!(inks, &seen[0].1, "{encoding}");
    }
}

#[test]
fn the_class_of_a_named_font_chooses_the_face() {
    for (name, face) in [
        ("SimHei", "Wenyuan Hei"),
        ("#BA#DA#CC#E5", "Wenyuan Hei"),
        ("KaiTi_GB2312", "Wenyuan Kai"),
        ("#B7#C2#CB#CE_GB2312", "Wenyuan FangSong"),
        ("STFangsong-Light", "Wenyuan FangSong"),
    ] {
        let file = shown(
            "GBK-EUC-H",
            name,
            "GB1",
            &encoded("文渊", Codes::In(GBK)),
            "",
        );
        let (report, _) = convert(&file, "a.pdf").unwrap();
        let used: Vec<&str> = report.fonts.iter().map(|font| font.used.as_str()).collect();
        assert_eq!(used, [face], "{name}");
        assert!(
            !report
                .fonts
                .iter()
                .any(|font| font.asked.contains("non-ascii")),
            "{name}"
        );
    }
}

#[test]
fn cids_without_a_map_are_read_by_their_collection() {
    // Adobe-GB1: A is 34, 文 is 3795 and 一 is 4162.
    let codes = [0, 34, 0x0e, 0xd3, 0x10, 0x42];
    let file = shown("Identity-H", "SimSun", "GB1", &codes, "/W[34[500]]");
    let (_, kept) = convert(&file, "a.pdf").unwrap();
    assert_eq!(text_of(&kept), "A文一");
    assert!(inks(&kept.pages[0], 1)[0] > 0.02);
}

#[test]
fn half_width_letters_keep_their_width() {
    let codes = encoded("AB文", Codes::In(GBK));
    let file = shown(
        "GBKp-EUC-H",
        "SimSun",
        "GB1",
        &codes,
        "/W[1 95 500 814 939 500]",
    );
    let (_, kept) = convert(&file, "a.pdf").unwrap();
    let words = &kept.pages[0].text.lines[0].words;
    assert_eq!(
        (words[0].text.as_str(), words[1].text.as_str()),
        ("AB", "文")
    );
    let other = shown(
        "GBK-EUC-H",
        "SimSun",
        "GB1",
        &codes,
        "/W[1 95 500 814 939 500]",
    );
    let (_, other) = convert(&other, "a.pdf").unwrap();
    for kept in [&kept, &other] {
        let words = &kept.pages[0].text.lines[0].words;
        // Two letters of half an em where the font has a width for them.
        assert!((words[1].x0 - 44.0).abs() < 12.5, "{words:?}");
        assert!(ink(&kept.pages[0], [20.0, 38.0, 44.0, 66.0]) > 0.02);
    }
}

#[test]
fn vertical_writing_is_drawn_downwards_and_read_in_order() {
    for (encoding, text, codes) in [
        ("UniGB-UCS2-V", "文渊阁", Codes::Utf16),
        ("GBK-EUC-V", "文渊阁", Codes::In(GBK)),
    ] {
        let content = format!(
            "BT /F1 24 Tf 150 90 Td {} Tj ET BT /F1 24 Tf 110 90 Td {} Tj ET",
            hex(&encoded(text, codes)),
            hex(&encoded("第二行", codes))
        );
        let font = format!(
            "<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/{encoding}/DescendantFonts[6 0 R]>>"
        );
        let descendant = "<</Type/Font/Subtype/CIDFontType0/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)\
             /Ordering(GB1)/Supplement 2>>/FontDescriptor<</Type/FontDescriptor/FontName/SimSun/Flags 6>>>>";
        let file = page(
            "/Font<</F1 5 0 R>>",
            content.as_bytes(),
            &[font.into_bytes(), descendant.as_bytes().to_vec()],
        );
        let (_, kept) = convert(&file, "a.pdf").unwrap();
        assert_eq!(
            text_of(&kept).replace('\n', ""),
            "文渊阁第二行",
            "{encoding}"
        );
        for index in 0..3 {
            let y = 10.0 + index as f32 * 24.0;
            let share = ink(&kept.pages[0], [138.0, y, 162.0, y + 24.0]);
            assert!((0.05..0.5).contains(&share), "{encoding} {index}: {share}");
        }
    }
}

#[test]
fn chinese_that_calls_itself_latin_is_drawn_and_read() {
    // What S22PDF writes: a name in GBK, WinAnsi, half an em a byte.
    let widths = "500 ".repeat(256);
    let font = format!(
        "<</Type/Font/Subtype/TrueType/BaseFont/#CB#CE#CC#E5/Encoding/WinAnsiEncoding/FirstChar 0\
         /LastChar 255/Widths[{widths}]/FontDescriptor<</Type/FontDescriptor/FontName/#CB#CE#CC#E5/Flags 4>>>>"
    );
    let content = format!(
        "BT /F1 24 Tf 20 40 Td {} Tj ET",
        hex(&GBK.encode("文渊A").0)
    );
    let file = page(
        "/Font<</F1 5 0 R>>",
        content.as_bytes(),
        &[font.into_bytes()],
    );
    let (report, kept) = convert(&file, "a.pdf").unwrap();
    assert_eq!(text_of(&kept), "文渊A");
    assert!(inks(&kept.pages[0], 2).iter().all(|ink| *ink > 0.05));
    let asked: Vec<&str> = report
        .fonts
        .iter()
        .map(|font| font.asked.as_str())
        .collect();
    assert_eq!(asked, ["宋体"]);
    // The same in a font that is Latin after all stays Latin.
    let font = "<</Type/Font/Subtype/TrueType/BaseFont/SimSun/Encoding/WinAnsiEncoding\
                /FontDescriptor<</Type/FontDescriptor/FontName/SimSun/Flags 32>>>>";
    let file = page(
        "/Font<</F1 5 0 R>>",
        b"BT /F1 24 Tf 20 40 Td (caf\xe9) Tj ET",
        &[font.as_bytes().to_vec()],
    );
    let (_, kept) = convert(&file, "a.pdf").unwrap();
    assert_eq!(text_of(&kept), "café");
    assert!(ink(&kept.pages[0], [20.0, 38.0, 70.0, 66.0]) > 0.02);
}

#[test]
fn glyph_numbers_of_core_fonts_are_read() {
    let font =
        "<</Type/Font/Subtype/Type0/BaseFont/Verdana/Encoding/Identity-H/DescendantFonts[6 0 R]>>";
    let descendant = "<</Type/Font/Subtype/CIDFontType2/BaseFont/Verdana/CIDSystemInfo<</Registry(Adobe)\
         /Ordering(Identity)/Supplement 0>>/FontDescriptor<</Type/FontDescriptor/FontName/Verdana/Flags 32>>>>";
    let file = page(
        "/Font<</F1 5 0 R>>",
        b"BT /F1 24 Tf 20 40 Td <003900240037> Tj ET",
        &[font.as_bytes().to_vec(), descendant.as_bytes().to_vec()],
    );
    let (_, kept) = convert(&file, "a.pdf").unwrap();
    assert_eq!(text_of(&kept), "VAT");
}

#[test]
fn replacement_text_and_invisible_text_are_read() {
    let font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";
    for (content, text) in [
        // A scan with its letters behind it.
        (
            "BT 3 Tr /F1 12 Tf 20 40 Td (behind a scan) Tj ET",
            "behind a scan",
        ),
        (
            "BT /F1 12 Tf 20 40 Td /Span<</ActualText<FEFF0066006600690063>>>BDC (xyz) Tj EMC (e) Tj ET",
            "ffice",
        ),
        (
            "BT /F1 12 Tf 20 60 Td (a line ends with con) Tj /Span<</ActualText<FEFF00AD>>>BDC (-) Tj EMC 0 -14 Td (verter) Tj ET",
            "a line ends with converter",
        ),
        // Bold made by drawing twice.
        (
            "BT /F1 12 Tf 20 40 Td (twice) Tj ET BT /F1 12 Tf 20.3 40 Td (twice) Tj ET",
            "twice",
        ),
        ("BT /F1 12 Tf 20 40 Td (\\256re) Tj ET", "®re"),
    ] {
        let file = page("/Font<</F1 5 0 R>>", content.as_bytes(), &[font.to_vec()]);
        let (_, kept) = convert(&file, "a.pdf").unwrap();
        assert_eq!(text_of(&kept), text, "{content}");
    }
}
