//! Slides that build up click by click.

use std::path::Path;

use wenyuan_convert::{PageSteps, Raster, Report, StepOutput, WarningKind};

use crate::support::{Kept, convert, zip_of};

const NAMESPACES: &str = r#"xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;

/// A presentation of slides given as `(attributes, shapes, timing)`.
fn pptx_of(slides: &[(&str, String, String)]) -> Vec<u8> {
    let mut types = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/ppt/presentation.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/>"#.to_owned();
    let mut links = String::new();
    let mut ids = String::new();
    let mut parts: Vec<(String, String)> = Vec::new();
    for (index, (attributes, shapes, timing)) in slides.iter().enumerate() {
        types.push_str(&format!(r#"<Override PartName="/ppt/slides/slide{index}.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.slide+xml"/>"#));
        links.push_str(&format!(r#"<Relationship Id="rId{index}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/slide" Target="slides/slide{index}.xml"/>"#));
        ids.push_str(&format!(
            r#"<p:sldId id="{}" r:id="rId{index}"/>"#,
            256 + index
        ));
        parts.push((
            format!("ppt/slides/slide{index}.xml"),
            format!(r#"<p:sld {NAMESPACES} {attributes}><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/></p:nvGrpSpPr><p:grpSpPr/>{shapes}</p:spTree></p:cSld>{timing}</p:sld>"#),
        ));
    }
    types.push_str("</Types>");
    let relationships = |content: &str| {
        format!(
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{content}</Relationships>"#
        )
    };
    parts.push(("[Content_Types].xml".to_owned(), types));
    parts.push((
        "_rels/.rels".to_owned(),
        relationships(r#"<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="ppt/presentation.xml"/>"#),
    ));
    parts.push((
        "ppt/_rels/presentation.xml.rels".to_owned(),
        relationships(&links),
    ));
    parts.push((
        "ppt/presentation.xml".to_owned(),
        format!(r#"<p:presentation {NAMESPACES}><p:sldIdLst>{ids}</p:sldIdLst><p:sldSz cx="9144000" cy="5143500"/></p:presentation>"#),
    ));
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_bytes()))
        .collect();
    zip_of(&parts)
}

/// A box with a paragraph for each line, as high as the slide has room.
fn text_box(id: u32, left: u32, lines: &[&str]) -> String {
    let paragraphs: String = lines
        .iter()
        .map(|line| {
            format!(r#"<a:p><a:r><a:rPr lang="zh-CN" sz="2400"/><a:t>{line}</a:t></a:r></a:p>"#)
        })
        .collect();
    format!(
        r#"<p:sp><p:nvSpPr><p:cNvPr id="{id}" name=""/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{left}" y="400000"/><a:ext cx="3600000" cy="4000000"/></a:xfrm><a:prstGeom prst="rect"/><a:solidFill><a:srgbClr val="E4EFEE"/></a:solidFill></p:spPr><p:txBody><a:bodyPr anchor="ctr"/>{paragraphs}</p:txBody></p:sp>"#
    )
}

fn effect(class: &str, node: &str, target: &str) -> String {
    format!(
        r#"<p:par><p:cTn presetID="10" presetClass="{class}" nodeType="{node}"><p:childTnLst><p:animEffect filter="fade"><p:cBhvr><p:cTn dur="500"/><p:tgtEl>{target}</p:tgtEl></p:cBhvr></p:animEffect></p:childTnLst></p:cTn></p:par>"#
    )
}

fn timing(sequence: &str, effects: &str) -> String {
    format!(
        r#"<p:timing><p:tnLst><p:par><p:cTn id="1" nodeType="tmRoot"><p:childTnLst><p:seq><p:cTn id="2" nodeType="{sequence}"><p:childTnLst>{effects}</p:childTnLst></p:cTn></p:seq></p:childTnLst></p:cTn></p:par></p:tnLst></p:timing>"#
    )
}

fn paragraph(id: u32, number: u32) -> String {
    format!(
        r#"<p:spTgt spid="{id}"><p:txEl><p:pRg st="{number}" end="{number}"/></p:txEl></p:spTgt>"#
    )
}

fn shape(id: u32) -> String {
    format!(r#"<p:spTgt spid="{id}"/>"#)
}

fn of_page(kept: &Kept, page: u32) -> Vec<&StepOutput> {
    kept.steps.iter().filter(|step| step.page == page).collect()
}

fn animation_warnings(report: &Report) -> Vec<Option<u32>> {
    report
        .warnings
        .iter()
        .filter(|warning| warning.kind == WarningKind::Animation)
        .map(|warning| warning.page)
        .collect()
}

/// Rows of the narrow image that are not of one colour, between the columns
/// from left to right, as parts of the whole.
fn inked_rows(raster: &Raster, left: f32, right: f32) -> Vec<u32> {
    let image = webp::Decoder::new(&raster.webp).decode().unwrap();
    let bytes_per_pixel = if image.is_alpha() { 4 } else { 3 };
    let column = |part: f32| (part * raster.width as f32) as usize;
    (0..raster.height)
        .filter(|row| {
            let start = *row as usize * raster.width as usize;
            let pixels: Vec<&[u8]> = (start + column(left)..start + column(right))
                .map(|at| &image[at * bytes_per_pixel..][..3])
                .collect();
            pixels.iter().any(|pixel| pixel != &pixels[0])
        })
        .collect()
}

#[test]
fn shapes_and_paragraphs_come_where_the_page_has_them() {
    let shapes =
        text_box(2, 400_000, &["甲甲甲", "乙乙乙", "丙丙丙"]) + &text_box(3, 5_000_000, &["丁"]);
    let clicks = effect("entr", "clickEffect", &paragraph(2, 0))
        + &effect("entr", "clickEffect", &paragraph(2, 1))
        + &effect("entr", "clickEffect", &paragraph(2, 2))
        + &effect("entr", "withEffect", &shape(3));
    let file = pptx_of(&[
        (r#"show="0""#, text_box(2, 0, &["藏"]), String::new()),
        ("", text_box(2, 0, &["第一页"]), String::new()),
        ("", shapes, timing("mainSeq", &clicks)),
    ]);
    let (report, kept) = convert(&file, "课件.pptx").unwrap();
    assert_eq!(report.pages, 2, "a hidden slide is no page");
    assert_eq!(report.steps, [PageSteps { page: 2, count: 4 }]);
    assert_eq!(animation_warnings(&report), []);
    let steps = of_page(&kept, 2);
    assert_eq!(steps.len(), kept.steps.len());
    for (index, step) in steps.iter().enumerate() {
        assert_eq!((step.index, step.count), (index as u32, 4));
        assert_eq!(step.wide.width, kept.pages[1].wide.width);
    }
    assert!(steps.windows(2).all(|two| two[0].wide != two[1].wide));
    // The last state is the page, byte for byte: it is stored once.
    assert_eq!(steps[3].wide, kept.pages[1].wide);
    assert_eq!(steps[3].narrow, kept.pages[1].narrow);
    // The box is there from the start, and the lines do not move: what the
    // second image shows is a part of what the page shows.
    let inside = |raster: &Raster| inked_rows(raster, 0.08, 0.4);
    let whole = inside(&kept.pages[1].narrow);
    let [none, one, two] = [0, 1, 2].map(|index| inside(&steps[index].narrow));
    assert!(none.len() < one.len() && one.len() < two.len() && two.len() < whole.len());
    assert!(
        two.iter().all(|row| whole.contains(row)),
        "{two:?} {whole:?}"
    );
    assert!(two.starts_with(&one), "{one:?} {two:?}");
}

#[test]
fn what_waits_for_a_click_on_a_shape_is_said_with_its_page() {
    let trigger = timing("interactiveSeq", &effect("entr", "clickEffect", &shape(2)));
    let plain = timing("mainSeq", &effect("entr", "clickEffect", &shape(2)));
    let moved = plain.replacen(
        "</p:childTnLst></p:cTn></p:seq>",
        &format!(
            "{}</p:childTnLst></p:cTn></p:seq>",
            effect("path", "clickEffect", &shape(2))
        ),
        1,
    );
    let slide = |timing: &str| ("", text_box(2, 400_000, &["甲"]), timing.to_owned());
    let file = pptx_of(&[slide(&trigger), slide(&plain), slide(&moved)]);
    let (report, kept) = convert(&file, "课件.pptx").unwrap();
    assert_eq!(animation_warnings(&report), [Some(1), Some(3)]);
    let counts = [2, 3].map(|page| PageSteps { page, count: 2 });
    assert_eq!(report.steps, counts);
    assert_eq!(kept.pages.len(), 3);
}

#[test]
fn hostile_timing_costs_the_steps_and_not_the_document() {
    let click =
        effect("entr", "clickEffect", &shape(2)) + &effect("exit", "clickEffect", &shape(2));
    let nobody = effect("entr", "clickEffect", &shape(4_000_000_000))
        + &effect("entr", "clickEffect", &paragraph(2, 77))
        + &effect("entr", "clickEffect", r#"<p:spTgt spid="-1"/>"#);
    let slide = |timing: String| ("", text_box(2, 400_000, &["甲"]), timing);
    let file = pptx_of(&[
        slide(timing("mainSeq", &click.repeat(3_000))),
        slide(timing("mainSeq", &nobody)),
        slide(timing("mainSeq", &"<p:par><p:cTn>".repeat(60)).replace("</p:", "<!--")),
        slide(timing("mainSeq", &click.repeat(20))),
    ]);
    let (report, kept) = convert(&file, "课件.pptx").unwrap();
    assert!(!animation_warnings(&report).is_empty(), "{report:?}");
    assert_eq!(kept.pages.len() as u32, report.pages);
    assert!(kept.steps.len() <= 41);
}

#[test]
fn a_document_of_very_many_steps_stops_somewhere() {
    let click =
        effect("entr", "clickEffect", &shape(2)) + &effect("exit", "clickEffect", &shape(2));
    let slides: Vec<_> = (0..9)
        .map(|_| {
            (
                "",
                text_box(2, 400_000, &["甲"]),
                timing("mainSeq", &click.repeat(20)),
            )
        })
        .collect();
    let (report, kept) = convert(&pptx_of(&slides), "课件.pptx").unwrap();
    assert_eq!(report.pages, 9);
    assert!(kept.steps.len() <= 300, "{}", kept.steps.len());
    assert_eq!(animation_warnings(&report), [Some(8), Some(9)]);
}

#[test]
fn the_sample_builds_up() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../samples/pptx/勾股定理的证明.pptx"
    );
    let bytes = std::fs::read(Path::new(path)).unwrap();
    let (report, _) = convert(&bytes, "勾股定理的证明.pptx").unwrap();
    let counts: Vec<(u32, u32)> = report.steps.iter().map(|s| (s.page, s.count)).collect();
    assert_eq!(counts, [(2, 6), (3, 11), (4, 4)]);
    assert_eq!(animation_warnings(&report), []);
}
