//! HTML pages and EPUB books: what they say is set, what they do is not done.

use std::time::Instant;

use wenyuan_convert::{Format, Limits, RefusalKind, WarningKind};

use crate::support::{Kept, convert, converter, crc32, kind, png, shared, text_of, zip_of};

const RED: [u8; 4] = [200, 30, 30, 255];

/// Bytes as an address, every one escaped.
fn data_address(bytes: &[u8]) -> String {
    let escaped: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
    format!("data:image/png,{escaped}")
}

#[test]
fn a_page_is_set_without_what_it_does() {
    let page = format!(
        "<!DOCTYPE html><html><head><title> 年度\n报告 </title><script>document.write('脚本')</script>\
        <style>p {{ color: red }}</style></head><body><h1>标题</h1><p>正文<b>加粗</b>与<a href=\"http://example.org\">链接</a>。\
        <ul><li>甲<li>乙<ul><li>丙</ul></ul><table><tr><th colspan=2>表头<tr><td rowspan=2>一<td>二<tr><td>三</table>\
        <pre>fn main() {{\n    x\n}}</pre><dl><dt>词<dd>释义</dl><ruby>漢<rt>かん</rt></ruby>\
        <img src='{}' alt='图'><img src='http://example.org/a.png' alt='外图'>\
        <iframe src='http://example.org/'>框</iframe><p hidden>藏一<p style='display: NONE'>藏二\
        <form><input value='输入'><textarea>框中</textarea><p>表单内文</form>&copy;&nbsp;&#x6587;</body></html>",
        data_address(&png(300, 200, RED))
    );
    let (report, kept) = convert(page.as_bytes(), "a.html").unwrap();
    assert_eq!(report.format, Format::Html);
    assert_eq!(report.title.as_deref(), Some("年度 报告"));
    let read = text_of(&kept);
    for piece in [
        "标题",
        "加粗",
        "链接",
        "丙",
        "表头",
        "三",
        "fn main",
        "释义",
        "漢",
        "かん",
        "外图",
        "表单内文",
        "©",
        "文",
    ] {
        assert!(read.contains(piece), "{piece} in {read}");
    }
    for piece in ["脚本", "color", "框", "藏", "输入", "年度"] {
        assert!(!read.contains(piece), "{piece} in {read}");
    }
    let kinds: Vec<_> = report.warnings.iter().map(|warning| warning.kind).collect();
    assert_eq!(kinds, [WarningKind::External]);
}

#[test]
fn formulas_of_a_page_are_set_and_read() {
    let page = "<!DOCTYPE html><p>质能方程 <math><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi>\
        <mn>2</mn></msup></math>。<math display=block><mfrac><mi>a</mi><mi>b</mi></mfrac></math>";
    let (report, kept) = convert(page.as_bytes(), "a.html").unwrap();
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    let read = text_of(&kept).replace(' ', "");
    assert!(read.contains("质能方程E=mc"), "{read}");
    let words = kept.pages[0].text.lines.iter().flat_map(|line| &line.words);
    let place = |text: &str| {
        let word = words.clone().find(|word| word.text == text).unwrap();
        (word.x0, word.y0)
    };
    let (above, below) = (place("a"), place("b"));
    assert!(
        above.1 + 5.0 < below.1,
        "a fraction stands: {above:?} {below:?}"
    );
}

#[test]
fn a_page_in_gb2312_with_tables_that_arrange_it_is_read() {
    let page = "<html><head><meta http-equiv=Content-Type content='text/html; charset=gb2312'><title>工作总结</title></head>\
        <body><center><table><tr><td><table><tr><td>首页<td>新闻</table><tr><td><font size=5>县图书馆</font>\
        <p>　　加强乡镇文化站建设。</table></center>";
    let (bytes, _, _) = encoding_rs::GBK.encode(page);
    let (report, kept) = convert(&bytes, "a.htm").unwrap();
    assert_eq!(report.title.as_deref(), Some("工作总结"));
    let read = text_of(&kept);
    assert!(
        read.contains("加强乡镇文化站建设。") && read.contains("首页"),
        "{read}"
    );
}

#[test]
fn markup_in_a_page_never_reaches_the_typesetter() {
    let page = "<p>#panic(\"ran\") $x$ #read(\"/etc/passwd\") \\ <b>*a*</b></p><img alt='#x' src='p0.png'>";
    let (_, kept) = convert(page.as_bytes(), "a.html").unwrap();
    assert!(text_of(&kept).contains("#panic"));
}

#[test]
fn pages_nested_without_end_are_flat_or_refused() {
    let start = Instant::now();
    for (open, count) in [
        ("<div>", 5000),
        ("<ul><li>", 2000),
        ("<blockquote>", 2000),
        ("<span><b><i>", 2000),
        ("<table><tr><td>", 500),
        ("<dl><dd>", 2000),
        ("<ruby>", 500),
    ] {
        let page = format!("上文{}深处", open.repeat(count));
        let (_, kept) = convert(page.as_bytes(), "a.html").unwrap();
        assert!(text_of(&kept).contains("深处"), "{open}");
    }
    assert_eq!(
        kind("<div>".repeat(100_000).as_bytes(), "a.html"),
        RefusalKind::Bomb
    );
    let fonts: String = (0..3000)
        .map(|size| format!("<font size={size}>"))
        .collect();
    let page = format!("{fonts}{}", "<p>x".repeat(20_000));
    assert_eq!(kind(page.as_bytes(), "a.html"), RefusalKind::Bomb);
    assert!(start.elapsed().as_secs() < 120);
}

#[test]
fn tables_and_pictures_of_a_page_are_bounded() {
    let wide = format!("<table><tr>{}</table>", "<td>x".repeat(100));
    let (report, kept) = convert(wide.as_bytes(), "a.html").unwrap();
    assert!(text_of(&kept).matches('x').count() == 100);
    assert_eq!(report.warnings[0].kind, WarningKind::Other);
    let million = format!("<table><tr>{}</table>", "<td>x".repeat(1_000_000));
    assert_eq!(
        kind(million.as_bytes(), "a.html"),
        RefusalKind::TooManyPages
    );
    let spans = "<table><tr><td rowspan=65000 colspan=1000>甲<td>乙<tr><td rowspan=0>丙</table>";
    assert!(convert(spans.as_bytes(), "a.html").is_ok());
    // A header alone, of 60,000 × 60,000 pixels.
    let mut bomb = png(1, 1, RED);
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    let page = format!("<p>图<img src='{}'>", data_address(&bomb));
    assert_eq!(kind(page.as_bytes(), "a.html"), RefusalKind::TooManyPixels);
    let broken = "<p>图<img alt=坏图 src='data:image/png;base64,AAAA'>";
    let (report, _) = convert(broken.as_bytes(), "a.html").unwrap();
    assert_eq!(report.warnings[0].kind, WarningKind::Image);
    assert_eq!(
        kind(b"<html><script>run()</script>", "a.html"),
        RefusalKind::NoPages
    );
}

const CONTAINER: &str = r#"<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>"#;
const OPF: &str = r#"<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="2.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>文渊阁志</dc:title><meta name="cover" content="cover"/></metadata><manifest><item id="cover" href="images/cover.png" media-type="image/png"/><item id="a" href="text/a.xhtml" media-type="application/xhtml+xml"/><item id="b" href="text/%E4%BA%8C.xhtml" media-type="application/xhtml+xml"/><item id="gone" href="../../../../etc/passwd" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/><itemref idref="gone"/><itemref idref="nowhere"/><itemref idref="b"/><itemref idref="a"/></spine></package>"#;
const DOCTYPE: &str = r#"<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">"#;

fn chapter(doctype: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>{doctype}<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title/></head><body>{body}</body></html>"
    )
}

fn book(first: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let second = chapter(
        "",
        "<h1>第二章</h1><p>其二<a id=\"n\"/>正文。</p><img src=\"../images/p.png\"/>",
    );
    let (cover, picture) = (png(300, 450, RED), png(200, 200, RED));
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", CONTAINER.as_bytes()),
        ("OEBPS/book.opf", OPF.as_bytes()),
        ("OEBPS/text/a.xhtml", first.as_bytes()),
        ("OEBPS/text/二.xhtml", second.as_bytes()),
        ("OEBPS/images/cover.png", &cover),
        ("OEBPS/images/p.png", &picture),
    ];
    parts.extend_from_slice(more);
    zip_of(&parts)
}

#[test]
fn a_book_is_set_chapter_by_chapter_behind_its_cover() {
    let first = chapter(DOCTYPE, "<h1>第一章</h1><p>其一正文。</p>");
    let (report, kept) = convert(&book(&first, &[]), "a.epub").unwrap();
    assert_eq!((report.format, report.pages), (Format::Epub, 3));
    assert_eq!(report.title.as_deref(), Some("文渊阁志"));
    assert!(kept.pages[0].text.plain().is_empty());
    assert!(kept.pages[1].text.plain().starts_with("第一章"));
    let second = kept.pages[2].text.plain();
    assert!(
        second.starts_with("第二章") && second.contains("其二正文。"),
        "{second}"
    );
    // The spine names what is not there, and one outside; it is said once.
    let details: Vec<_> = report.warnings.iter().map(|w| w.detail.as_str()).collect();
    assert_eq!(details, ["a chapter of the book is missing"]);
}

#[test]
fn entities_and_locks_of_books_are_refused() {
    let bomb = r#"<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>"#;
    let first = chapter(bomb, "<p>&b;</p>");
    assert_eq!(
        kind(&book(&first, &[]), "a.epub"),
        RefusalKind::ForbiddenXml
    );
    let plain = chapter("", "<p>一</p>");
    let lock = |algorithm: &str| {
        format!(
            "<encryption xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><EncryptedData xmlns=\"http://www.w3.org/2001/04/xmlenc#\"><EncryptionMethod Algorithm=\"{algorithm}\"/></EncryptedData></encryption>"
        )
    };
    let locked = lock("http://www.w3.org/2001/04/xmlenc#aes128-cbc");
    let file = book(&plain, &[("META-INF/encryption.xml", locked.as_bytes())]);
    assert_eq!(kind(&file, "a.epub"), RefusalKind::Encrypted);
    let fonts = lock("http://www.idpf.org/2008/embedding");
    let file = book(&plain, &[("META-INF/encryption.xml", fonts.as_bytes())]);
    assert!(convert(&file, "a.epub").is_ok());
}

#[test]
fn books_without_a_package_or_chapters_say_so() {
    let bare = zip_of(&[("mimetype", b"application/epub+zip"), ("a.txt", b"x")]);
    assert_eq!(kind(&bare, "a.epub"), RefusalKind::Damaged);
    let empty = zip_of(&[
        ("META-INF/container.xml", CONTAINER.as_bytes()),
        ("OEBPS/book.opf", b"<package><manifest/><spine/></package>"),
    ]);
    assert_eq!(kind(&empty, "a.epub"), RefusalKind::NoPages);
    let zeros = vec![b' '; 32 << 20];
    let first = chapter("", "<p>一</p>");
    let file = book(&first, &[("OEBPS/fill.bin", &zeros)]);
    assert_eq!(kind(&file, "a.epub"), RefusalKind::Bomb);
    let limits = Limits {
        entries: 3,
        ..Limits::default()
    };
    let refusal = converter()
        .convert(&book(&first, &[]), "a.epub", &limits, &mut Kept::default())
        .unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Bomb);
}

#[test]
fn books_of_others_are_set() {
    let Some(shared) = shared() else { return };
    for (name, title) in [
        ("testEPUB.epub", "An ePub for Tika"),
        ("testEPUB_xml_ext.epub", "1984"),
    ] {
        let file = std::fs::read(shared.join("corpus/office").join(name)).unwrap();
        let (report, kept) = convert(&file, name).unwrap();
        assert_eq!(report.title.as_deref(), Some(title));
        assert!(text_of(&kept).contains("Chapter 1"), "{name}");
    }
}
