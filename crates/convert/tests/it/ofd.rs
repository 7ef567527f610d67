//! OFD (GB/T 33190): made here part by part, since producers are not at hand.

use wenyuan_convert::{Limits, PageOutput, RefusalKind, WarningKind, fonts};

use crate::pdfs;
use crate::support::{Kept, convert, converter, png, text_of, zip_of};

const NS: &str = r#"xmlns:ofd="http://www.ofdspec.org/2016""#;
const ROOT: &str = r#"<ofd:DocBody><ofd:DocInfo><ofd:Title>关于开展调研的通知</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>"#;
const DOCUMENT: &str = r#"<ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes><ofd:TemplatePage ID="50" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages><ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"#;
const PUBLIC: &str = r#"<ofd:Fonts><ofd:Font ID="2" FontName="方正小标宋简体"/><ofd:Font ID="3" FontName="仿宋_GB2312"/></ofd:Fonts><ofd:DrawParams><ofd:DrawParam ID="4" LineWidth="0.7"><ofd:StrokeColor Value="200 30 30"/></ofd:DrawParam></ofd:DrawParams>"#;
const TEMPLATE: &str = r#"<ofd:Content><ofd:Layer ID="51"><ofd:PathObject ID="52" Boundary="25 60 160 1" DrawParam="4"><ofd:AbbreviatedData>M 0 0.5 L 160 0.5</ofd:AbbreviatedData></ofd:PathObject></ofd:Layer></ofd:Content>"#;
const TEXT: &str = r#"<ofd:TextObject ID="10" Boundary="30 35 150 12" Font="2" Size="7.76"><ofd:FillColor Value="200 30 30"/><ofd:TextCode X="0" Y="8" DeltaX="g 7 9">某某市文化局文件</ofd:TextCode></ofd:TextObject><ofd:TextObject ID="11" Boundary="28 70 160 20" Font="3" Size="5.64"><ofd:TextCode X="0" Y="6">各区文化馆：现将 2023 年 Annual 调研事项通知如下。</ofd:TextCode></ofd:TextObject>"#;

/// A document of one page; parts given replace those of the same name.
fn ofd(page: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let xml = |name: &str, body: &str| {
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:{name} {NS}>{body}</ofd:{name}>")
            .into_bytes()
    };
    let content = format!(
        r#"<ofd:Template TemplateID="50" ZOrder="Background"/><ofd:Content><ofd:Layer ID="9">{page}</ofd:Layer></ofd:Content>"#
    );
    let mut parts: Vec<(String, Vec<u8>)> = vec![
        ("OFD.xml".into(), xml("OFD", ROOT)),
        ("Doc_0/Document.xml".into(), xml("Document", DOCUMENT)),
        ("Doc_0/PublicRes.xml".into(), xml("Res", PUBLIC)),
        ("Doc_0/Tpls/Tpl_0/Content.xml".into(), xml("Page", TEMPLATE)),
        (
            "Doc_0/Pages/Page_0/Content.xml".into(),
            xml("Page", &content),
        ),
    ];
    for (name, content) in more {
        parts.retain(|(known, _)| known != name);
        parts.push(((*name).to_owned(), content.to_vec()));
    }
    let parts: Vec<(&str, &[u8])> = parts
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .collect();
    zip_of(&parts)
}

fn res(body: &str) -> Vec<u8> {
    format!(r#"<ofd:Res {NS} BaseLoc="Res">{body}</ofd:Res>"#).into_bytes()
}

/// The colour in the middle of a place of page 1, in millimetres of A4.
fn colour_at(page: &PageOutput, x: f32, y: f32) -> [u8; 3] {
    pdfs::colour_at(page, x / 210.0, y / 297.0)
}

fn is_reddish([red, green, blue]: [u8; 3]) -> bool {
    red > 150 && green < 110 && blue < 110
}

#[test]
fn text_template_and_title_are_there() {
    let (report, kept) = convert(&ofd(TEXT, &[]), "通知.ofd").unwrap();
    assert_eq!((report.pages, report.format.as_str()), (1, "ofd"));
    assert_eq!(report.title.as_deref(), Some("关于开展调研的通知"));
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    let text = text_of(&kept);
    assert!(text.contains("某某市文化局文件"), "{text}");
    assert!(
        text.contains("各区文化馆：现将 2023 年 Annual 调研事项通知如下。"),
        "{text}"
    );
    let asked: Vec<&str> = report
        .fonts
        .iter()
        .map(|font| font.asked.as_str())
        .collect();
    assert_eq!(asked, ["仿宋_GB2312", "方正小标宋简体"]);
    // The red line of the template, and the first character at its place.
    assert!(is_reddish(colour_at(&kept.pages[0], 100.0, 60.5)));
    let word = &kept.pages[0].text.lines[0].words[0];
    assert!((word.x0 * 25.4 / 72.0 - 30.0).abs() < 1.5, "{word:?}");
    let [width, height] = report.page_sizes[0];
    assert!((width - 595.28).abs() < 0.1 && (height - 841.89).abs() < 0.1);
}

#[test]
fn pictures_paths_gradients_and_composites_are_drawn() {
    let resources = res(
        r##"<ofd:MultiMedias><ofd:MultiMedia ID="20" Type="Image" Format="PNG"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="21" Width="10" Height="10"><ofd:Content><ofd:PathObject Boundary="0 0 10 10" Fill="true" Stroke="false"><ofd:FillColor Value="#c8 #1e #1e"/><ofd:AbbreviatedData>M 0 0 L 10 0 L 10 10 L 0 10 C</ofd:AbbreviatedData></ofd:PathObject></ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"##,
    );
    let page = r#"<ofd:ImageObject ID="30" Boundary="20 100 40 20" CTM="40 0 0 20 0 0" ResourceID="20"/>
<ofd:PathObject ID="31" Boundary="80 100 40 20" Fill="true" Stroke="false"><ofd:FillColor><ofd:AxialShd StartPoint="0 0" EndPoint="40 0"><ofd:Segment Position="0"><ofd:Color Value="255 255 255"/></ofd:Segment><ofd:Segment Position="1"><ofd:Color Value="0 0 0"/></ofd:Segment></ofd:AxialShd></ofd:FillColor><ofd:AbbreviatedData>S 0 0 L 40 0 L 40 20 L 0 20 C</ofd:AbbreviatedData></ofd:PathObject>
<ofd:CompositeObject ID="32" Boundary="150 100 20 20" CTM="2 0 0 2 0 0" ResourceID="21"/>
<ofd:PathObject ID="33" Boundary="20 150 40 40" Fill="true" Stroke="false"><ofd:FillColor Value="200 30 30"/><ofd:AbbreviatedData>M 0 20 A 20 20 0 1 1 40 20 A 20 20 0 1 1 0 20 C</ofd:AbbreviatedData></ofd:PathObject>
<ofd:PathObject ID="34" Boundary="80 150 40 40" Fill="true" Stroke="false"><ofd:FillColor Value="200 30 30"/><ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 40 40"><ofd:AbbreviatedData>M 0 0 L 20 0 L 20 40 L 0 40 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips><ofd:AbbreviatedData>M 0 0 L 40 0 L 40 40 L 0 40 C</ofd:AbbreviatedData></ofd:PathObject>"#;
    let more: [(&str, &[u8]); 2] = [
        ("Doc_0/DocumentRes.xml", &resources),
        ("Doc_0/Res/a.png", &png(4, 2, [200, 30, 30, 255])),
    ];
    let (report, kept) = convert(&ofd(page, &more), "a.ofd").unwrap();
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    let page = &kept.pages[0];
    assert!(is_reddish(colour_at(page, 40.0, 110.0)), "picture");
    let (light, dark) = (colour_at(page, 85.0, 110.0), colour_at(page, 115.0, 110.0));
    assert!(light[0] > dark[0] + 100, "gradient: {light:?} {dark:?}");
    assert!(is_reddish(colour_at(page, 165.0, 115.0)), "composite");
    assert!(
        is_reddish(colour_at(page, 40.0, 155.0)),
        "upper half of a circle"
    );
    assert!(
        is_reddish(colour_at(page, 40.0, 185.0)),
        "lower half of a circle"
    );
    assert!(is_reddish(colour_at(page, 90.0, 170.0)), "inside the clip");
    assert!(
        !is_reddish(colour_at(page, 110.0, 170.0)),
        "outside the clip"
    );
}

#[test]
fn glyphs_of_an_embedded_font_are_drawn_and_read_as_their_codes() {
    let Some((_, font)) = fonts::bundled()
        .iter()
        .find(|(name, _)| name.contains("Kai"))
    else {
        return;
    };
    let face = ttf_parser::Face::parse(font, 0).unwrap();
    let glyph = face.glyph_index('印').unwrap().0;
    let public = format!(
        r#"<ofd:Res {NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="2" FontName="某字库"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font></ofd:Fonts></ofd:Res>"#
    );
    // The code is 甲, the glyph is that of 印: the eye sees one, search the other.
    let page = format!(
        r#"<ofd:TextObject ID="10" Boundary="30 35 150 60" Font="2" Size="40"><ofd:CGTransform CodePosition="0" CodeCount="1" GlyphCount="1"><ofd:Glyphs>{glyph}</ofd:Glyphs></ofd:CGTransform><ofd:TextCode X="0" Y="40">甲</ofd:TextCode></ofd:TextObject>"#
    );
    let more: [(&str, &[u8]); 2] = [
        ("Doc_0/PublicRes.xml", public.as_bytes()),
        ("Doc_0/Res/f.ttf", font),
    ];
    let (report, kept) = convert(&ofd(&page, &more), "a.ofd").unwrap();
    assert!(report.fonts.is_empty(), "{:?}", report.fonts);
    assert_eq!(text_of(&kept).trim(), "甲");
    let plain = page.replace("甲", "印").replace("CGTransform", "Other");
    let (_, expected) = convert(&ofd(&plain, &more), "a.ofd").unwrap();
    assert_eq!(kept.pages[0].wide.webp, expected.pages[0].wide.webp);
}

#[test]
fn a_broken_font_gives_way_to_a_bundled_one() {
    let public = format!(
        r#"<ofd:Res {NS} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="2" FontName="宋体"><ofd:FontFile>f.ttf</ofd:FontFile></ofd:Font></ofd:Fonts></ofd:Res>"#
    );
    let mut cut = fonts::bundled()[0].1.to_vec();
    cut.truncate(3_000);
    for font in [&b"no font"[..], &cut] {
        let more: [(&str, &[u8]); 2] = [
            ("Doc_0/PublicRes.xml", public.as_bytes()),
            ("Doc_0/Res/f.ttf", font),
        ];
        let (report, kept) = convert(&ofd(TEXT, &more), "a.ofd").unwrap();
        assert!(text_of(&kept).contains("文化局"));
        assert_eq!(report.fonts[0].asked, "");
    }
}

#[test]
fn seals_and_annotations_are_drawn() {
    let der = |tag: u8, content: &[u8]| {
        let mut out = vec![tag, 0x83];
        out.extend(&(content.len() as u32).to_be_bytes()[1..]);
        out.extend(content);
        out
    };
    let picture = [
        der(0x16, b"png"),
        der(0x04, &png(30, 30, [200, 30, 30, 255])),
    ]
    .concat();
    let signed = der(0x30, &der(0x30, &picture));
    let inner = ofd(
        r#"<ofd:PathObject Boundary="0 0 210 297" Fill="true" Stroke="false"><ofd:FillColor Value="200 30 30"/><ofd:AbbreviatedData>M 0 0 L 210 0 L 210 297 L 0 297 C</ofd:AbbreviatedData></ofd:PathObject>"#,
        &[],
    );
    let nested = der(0x30, &[der(0x16, b"ofd"), der(0x04, &inner)].concat());
    let list = format!(
        r#"<ofd:Signatures {NS}><ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/><ofd:Signature ID="2" BaseLoc="Sign_1/Signature.xml"/></ofd:Signatures>"#
    );
    let signature = |place: &str| {
        format!(
            r#"<ofd:Signature {NS}><ofd:SignedInfo><ofd:StampAnnot ID="1" PageRef="1" Boundary="{place}"/></ofd:SignedInfo><ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"#
        )
    };
    let annotations = format!(
        r#"<ofd:Annotations {NS}><ofd:Page PageID="1"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>"#
    );
    let annotation = format!(
        r#"<ofd:PageAnnot {NS}><ofd:Annot ID="1" Type="Stamp"><ofd:Appearance Boundary="20 200 30 30"><ofd:PathObject Boundary="0 0 30 30" Fill="true" Stroke="false"><ofd:FillColor Value="200 30 30"/><ofd:AbbreviatedData>M 0 0 L 30 0 L 30 30 L 0 30 C</ofd:AbbreviatedData></ofd:PathObject></ofd:Appearance></ofd:Annot></ofd:PageAnnot>"#
    );
    let (first, second) = (signature("100 200 40 40"), signature("150 200 40 40"));
    let more: [(&str, &[u8]); 7] = [
        ("Doc_0/Signs/Signatures.xml", list.as_bytes()),
        ("Doc_0/Signs/Sign_0/Signature.xml", first.as_bytes()),
        ("Doc_0/Signs/Sign_0/SignedValue.dat", &signed),
        ("Doc_0/Signs/Sign_1/Signature.xml", second.as_bytes()),
        ("Doc_0/Signs/Sign_1/SignedValue.dat", &nested),
        ("Doc_0/Annots/Annotations.xml", annotations.as_bytes()),
        ("Doc_0/Annots/Page_0/Annotation.xml", annotation.as_bytes()),
    ];
    let (report, kept) = convert(&ofd(TEXT, &more), "a.ofd").unwrap();
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    let page = &kept.pages[0];
    assert!(is_reddish(colour_at(page, 35.0, 215.0)), "annotation");
    assert!(is_reddish(colour_at(page, 120.0, 220.0)), "seal");
    assert!(
        is_reddish(colour_at(page, 170.0, 220.0)),
        "seal that is an OFD"
    );
    assert!(!is_reddish(colour_at(page, 145.0, 220.0)), "between them");
}

#[test]
fn hostile_files_are_refused_or_drawn_within_bounds() {
    let kind = |bytes: &[u8]| convert(bytes, "a.ofd").err().unwrap().kind;
    let entity = format!("<!DOCTYPE x [<!ENTITY e \"x\">]><ofd:Document {NS}/>");
    let more: [(&str, &[u8]); 1] = [("Doc_0/Document.xml", entity.as_bytes())];
    assert_eq!(kind(&ofd(TEXT, &more)), RefusalKind::ForbiddenXml);
    let empty = format!("<ofd:Document {NS}><ofd:Pages/></ofd:Document>");
    let more: [(&str, &[u8]); 1] = [("Doc_0/Document.xml", empty.as_bytes())];
    assert_eq!(kind(&ofd(TEXT, &more)), RefusalKind::NoPages);
    let pages = "<ofd:Page ID=\"1\" BaseLoc=\"x\"/>".repeat(5_001);
    let many = format!("<ofd:Document {NS}><ofd:Pages>{pages}</ofd:Pages></ofd:Document>");
    let more: [(&str, &[u8]); 1] = [("Doc_0/Document.xml", many.as_bytes())];
    assert_eq!(kind(&ofd(TEXT, &more)), RefusalKind::TooManyPages);
    assert_eq!(kind(&zip_of(&[("OFD.xml", b"<a/>")])), RefusalKind::Damaged);

    // A unit that holds itself, twice at each level, drawn until the bound.
    let cyclic = res(
        r#"<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="21"><ofd:Content><ofd:CompositeObject Boundary="0 0 9 9" ResourceID="21"/><ofd:CompositeObject Boundary="0 0 9 9" ResourceID="21"/></ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits><ofd:DrawParams><ofd:DrawParam ID="7" Relative="8"/><ofd:DrawParam ID="8" Relative="7"/></ofd:DrawParams>"#,
    );
    let page = r#"<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="21" DrawParam="7"/><ofd:TextObject Boundary="0 0 9 9" Font="3" Size="1e30"><ofd:TextCode X="NaN" Y="1e38" DeltaX="g 4000000000 1">远</ofd:TextCode></ofd:TextObject><ofd:PathObject Boundary="0 0 9 9" CTM="0 0 0 0 0 0"><ofd:AbbreviatedData>M 1e38 0 A 1e7 1e-7 0 1 1 1e7 1e7</ofd:AbbreviatedData></ofd:PathObject><ofd:ImageObject Boundary="0 0 9 9" ResourceID="20"/>"#;
    let more: [(&str, &[u8]); 1] = [("Doc_0/DocumentRes.xml", &cyclic)];
    let (report, _) = convert(&ofd(page, &more), "a.ofd").unwrap();
    let kinds: Vec<WarningKind> = report.warnings.iter().map(|warning| warning.kind).collect();
    assert!(kinds.contains(&WarningKind::Other) && kinds.contains(&WarningKind::Image));
}

#[test]
fn a_budget_that_is_passed_in_any_part_refuses_the_file() {
    // Everything is named five times under different ids.
    let five = |item: &dyn Fn(usize) -> String| (1..=5).map(item).collect::<String>();
    let xml = |name: &str, body: &str| format!("<ofd:{name} {NS}>{body}</ofd:{name}>");
    let templates = five(&|id| format!(r#"<ofd:TemplatePage ID="{id}" BaseLoc="t.xml"/>"#));
    let pages = five(&|id| format!(r#"<ofd:Page ID="{id}" BaseLoc="p.xml"/>"#));
    let document = format!(
        "<ofd:CommonData><ofd:DocumentRes>r.xml</ofd:DocumentRes>{templates}</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages><ofd:Annotations>l.xml</ofd:Annotations>"
    );
    let media = five(&|id| {
        format!(r#"<ofd:MultiMedia ID="1{id}"><ofd:MediaFile>i</ofd:MediaFile></ofd:MultiMedia>"#)
    });
    let faces =
        five(&|id| format!(r#"<ofd:Font ID="2{id}"><ofd:FontFile>f</ofd:FontFile></ofd:Font>"#));
    let page = five(&|id| format!(r#"<ofd:Template TemplateID="{id}"/>"#));
    let objects = five(&|id| {
        format!(
            r#"<ofd:ImageObject Boundary="0 0 9 9" ResourceID="1{id}"/><ofd:TextObject Boundary="0 0 9 9" Font="2{id}"><ofd:TextCode X="0" Y="0">远</ofd:TextCode></ofd:TextObject>"#
        )
    });
    let content = format!("{page}<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content>");
    let annotations = five(&|id| {
        format!(r#"<ofd:Page PageID="{id}"><ofd:FileLoc>a.xml</ofd:FileLoc></ofd:Page>"#)
    });
    let signatures = five(&|id| format!(r#"<ofd:Signature ID="{id}" BaseLoc="s.xml"/>"#));
    let signature = "<ofd:SignedInfo/><ofd:SignedValue>v</ofd:SignedValue>";
    let parts = [
        ("Doc_0/Document.xml", xml("Document", &document)),
        (
            "Doc_0/r.xml",
            xml(
                "Res",
                &format!(
                    "<ofd:MultiMedias>{media}</ofd:MultiMedias><ofd:Fonts>{faces}</ofd:Fonts>"
                ),
            ),
        ),
        ("Doc_0/l.xml", xml("Annotations", &annotations)),
        ("Doc_0/Signs/Signatures.xml", xml("Signatures", &signatures)),
        ("Doc_0/p.xml", xml("Page", &content)),
        ("Doc_0/t.xml", xml("Page", "")),
        ("Doc_0/a.xml", xml("PageAnnot", "")),
        ("Doc_0/Signs/s.xml", xml("Signature", signature)),
        ("Doc_0/Signs/v", String::new()),
        ("Doc_0/i", String::new()),
        ("Doc_0/f", String::new()),
    ];
    let limits = Limits {
        expanded_bytes: 1 << 20,
        ratio: 1_000_000,
        ..Limits::default()
    };
    let outcome = |large: Option<&str>| {
        let filled = parts.clone().map(|(name, mut part)| {
            if Some(name) == large {
                part.push_str(&format!("<!--{}-->", "x".repeat(300_000)));
            }
            (name, part)
        });
        let more: Vec<(&str, &[u8])> = filled
            .iter()
            .map(|(name, part)| (*name, part.as_bytes()))
            .collect();
        converter()
            .convert(&ofd("", &more), "a.ofd", &limits, &mut Kept::default())
            .map_err(|refusal| refusal.kind)
    };
    assert_eq!(outcome(None).unwrap().pages, 5);
    for (name, _) in &parts[4..] {
        assert_eq!(
            outcome(Some(name)).unwrap_err(),
            RefusalKind::Bomb,
            "{name}"
        );
    }
}

#[test]
fn a_damaged_page_is_empty_and_told_of_but_a_forbidden_one_refuses_the_file() {
    for broken in ["<ofd:Page><unclosed>", "no XML"] {
        let more: [(&str, &[u8]); 1] = [("Doc_0/Pages/Page_0/Content.xml", broken.as_bytes())];
        let (report, _) = convert(&ofd("", &more), "a.ofd").unwrap();
        assert_eq!(report.warnings.len(), 1, "{:?}", report.warnings);
    }
    let entity = format!("<!DOCTYPE x [<!ENTITY e \"x\">]><ofd:Page {NS}/>");
    for part in [
        "Doc_0/Pages/Page_0/Content.xml",
        "Doc_0/Tpls/Tpl_0/Content.xml",
    ] {
        let more: [(&str, &[u8]); 1] = [(part, entity.as_bytes())];
        let refusal = convert(&ofd("", &more), "a.ofd").map(|_| ()).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::ForbiddenXml, "{part}");
    }
}

#[test]
fn a_template_of_many_pages_is_read_once() {
    let pages: String = (1..=20)
        .map(|id| format!(r#"<ofd:Page ID="{id}" BaseLoc="Pages/Page_0/Content.xml"/>"#))
        .collect();
    let common = DOCUMENT.split_once("<ofd:Pages>").unwrap().0;
    let document =
        format!("<ofd:Document {NS}>{common}<ofd:Pages>{pages}</ofd:Pages></ofd:Document>");
    let template = format!(
        "<ofd:Page {NS}>{TEMPLATE}<!--{}--></ofd:Page>",
        "x".repeat(100_000)
    );
    let more: [(&str, &[u8]); 2] = [
        ("Doc_0/Document.xml", document.as_bytes()),
        ("Doc_0/Tpls/Tpl_0/Content.xml", template.as_bytes()),
    ];
    let limits = Limits {
        expanded_bytes: 1 << 20,
        ratio: 1_000_000,
        ..Limits::default()
    };
    let mut kept = Kept::default();
    converter()
        .convert(&ofd("", &more), "a.ofd", &limits, &mut kept)
        .unwrap();
    assert!(is_reddish(colour_at(&kept.pages[19], 100.0, 60.5)));
}

#[test]
fn every_resource_file_is_read() {
    let names: Vec<String> = (0..100).map(|file| format!("R{file}.xml")).collect();
    let listed: String = names
        .iter()
        .map(|name| format!("<ofd:PageRes>{name}</ofd:PageRes>"))
        .collect();
    let page = format!(
        r#"<ofd:Page {NS}>{listed}<ofd:Content><ofd:Layer><ofd:ImageObject Boundary="20 100 40 20" ResourceID="99"/></ofd:Layer></ofd:Content></ofd:Page>"#
    );
    let parts: Vec<(String, Vec<u8>)> = (0..100)
        .map(|file| {
            let medium = format!(
                r#"<ofd:MultiMedias><ofd:MultiMedia ID="{file}"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>"#
            );
            (format!("Doc_0/Pages/Page_0/R{file}.xml"), res(&medium))
        })
        .collect();
    let picture = png(4, 2, [200, 30, 30, 255]);
    let mut more: Vec<(&str, &[u8])> = vec![
        ("Doc_0/Pages/Page_0/Content.xml", page.as_bytes()),
        ("Doc_0/Pages/Page_0/Res/a.png", &picture),
    ];
    more.extend(
        parts
            .iter()
            .map(|(name, part)| (name.as_str(), part.as_slice())),
    );
    let (report, kept) = convert(&ofd("", &more), "a.ofd").unwrap();
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    assert!(is_reddish(colour_at(&kept.pages[0], 40.0, 110.0)));
}

#[test]
fn a_broken_picture_costs_that_picture_alone() {
    let resources = res(
        r#"<ofd:MultiMedias><ofd:MultiMedia ID="20"><ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia><ofd:MultiMedia ID="21"><ofd:MediaFile>b.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>"#,
    );
    let page = format!(
        r#"{TEXT}<ofd:ImageObject Boundary="20 100 40 20" ResourceID="20"/><ofd:ImageObject Boundary="20 150 40 20" ResourceID="21"/>"#
    );
    let whole = png(40, 20, [200, 30, 30, 255]);
    let mut broken = whole.clone();
    let pixels = whole.windows(4).position(|four| four == b"IDAT").unwrap();
    broken[pixels + 8..pixels + 16].fill(0xff);
    let more: [(&str, &[u8]); 3] = [
        ("Doc_0/DocumentRes.xml", &resources),
        ("Doc_0/Res/a.png", &broken),
        ("Doc_0/Res/b.png", &whole),
    ];
    let (report, kept) = convert(&ofd(&page, &more), "a.ofd").unwrap();
    let kinds: Vec<WarningKind> = report.warnings.iter().map(|warning| warning.kind).collect();
    assert_eq!(kinds, [WarningKind::Image]);
    assert!(text_of(&kept).contains("文化局"));
    assert!(is_reddish(colour_at(&kept.pages[0], 40.0, 160.0)));
}
