//! PDFs that mean harm: what they build runs in circles, is without end, or
//! asks for more than there is. Each is drawn within the caps or refused.

use std::time::{Duration, Instant};

use wenyuan_convert::{Limits, RefusalKind};

use crate::pdfs::{self, pdf as file};
use crate::support::{Kept, converter, text_of};

/// Time enough for any of them on a busy machine, and far from without end.
const PATIENCE: Duration = Duration::from_secs(120);

const CATALOG: &[u8] = b"<</Type/Catalog/Pages 2 0 R>>";
const PAGES: &[u8] = b"<</Type/Pages/Count 1/Kids[3 0 R]>>";

fn stream(dictionary: &str, content: &str) -> Vec<u8> {
    pdfs::stream(dictionary, content.as_bytes())
}

/// A file of one page, with its resources, its content, and further objects
/// from number 5.
fn one_page(resources: &str, content: &str, more: Vec<Vec<u8>>) -> Vec<u8> {
    pdfs::page_of([600, 800], resources, content.as_bytes(), &more)
}

/// Pages drawn, or why there are none; in time, in any case.
fn outcome(name: &str, pdf: &[u8]) -> Result<(usize, String), RefusalKind> {
    let started = Instant::now();
    let mut kept = Kept::default();
    let limits = Limits {
        seconds: 60,
        ..Limits::default()
    };
    let drawn = converter().convert(pdf, "a.pdf", &limits, &mut kept);
    assert!(started.elapsed() < PATIENCE, "{name} took too long");
    match drawn {
        Ok(_) => Ok((kept.pages.len(), text_of(&kept))),
        Err(refusal) => Err(refusal.kind),
    }
}

fn drawn(name: &str, pdf: &[u8]) {
    assert_eq!(outcome(name, pdf).map(|(pages, _)| pages), Ok(1), "{name}");
}

#[test]
fn page_trees_that_lie_or_run_in_circles_end() {
    let page = |number: usize| {
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 60 80]/Contents {number} 0 R>>")
            .into_bytes()
    };
    let tree = |pages: &str| {
        file(
            &[
                CATALOG.to_vec(),
                pages.as_bytes().to_vec(),
                page(4),
                stream("", ""),
            ],
            "",
        )
    };
    drawn(
        "its own kid",
        &tree("<</Type/Pages/Count 5/Kids[2 0 R 3 0 R]>>"),
    );
    drawn(
        "a count that lies",
        &tree("<</Type/Pages/Count 2147483647/Kids[3 0 R]>>"),
    );
    let wide = format!(
        "<</Type/Pages/Count 1000000/Kids[{}]>>",
        "3 0 R ".repeat(1_000_000)
    );
    match outcome("a million kids", &tree(&wide)) {
        Ok((pages, _)) => assert!(pages <= 5_000),
        Err(kind) => assert_eq!(kind, RefusalKind::TooManyPages),
    }
    let mut deep = vec![CATALOG.to_vec()];
    deep.extend(
        (0..50_000)
            .map(|level| format!("<</Type/Pages/Count 1/Kids[{} 0 R]>>", level + 3).into_bytes()),
    );
    deep.push(page(deep.len() + 2));
    deep.push(stream("", ""));
    let ended = outcome("a tree of 50,000 levels", &file(&deep, ""));
    assert!(matches!(
        ended,
        Ok((1, _)) | Err(RefusalKind::NoPages | RefusalKind::Damaged)
    ));
}

#[test]
fn content_that_draws_itself_is_drawn_once() {
    let form = "/Type/XObject/Subtype/Form/BBox[0 0 600 800]";
    drawn(
        "a form in itself",
        &one_page(
            "/XObject<</F 5 0 R>>",
            "/F Do",
            vec![stream(
                &format!("{form}/Resources<</XObject<</F 5 0 R>>>>"),
                "/F Do 0 0 9 9 re f /F Do",
            )],
        ),
    );
    drawn(
        "a glyph of itself",
        &one_page(
            "/Font<</T 5 0 R>>",
            "BT /T 20 Tf 10 10 Td (aaaa) Tj ET",
            vec![
                b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/FirstChar 97/LastChar 97/Widths[1]/Encoding<</Differences[97/a]>>/CharProcs<</a 6 0 R>>/Resources<</Font<</T 5 0 R>>>>>>".to_vec(),
                stream("", "1 0 d0 BT /T 1 Tf (aa) Tj ET 0 0 1 1 re f"),
            ],
        ),
    );
    let pattern = |steps: &str, resources: &str, content: &str| {
        one_page(
            "/Pattern<</P 5 0 R>>",
            "/Pattern cs /P scn 0 0 600 800 re f",
            vec![stream(
                &format!(
                    "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]{steps}/Resources<<{resources}>>"
                ),
                content,
            )],
        )
    };
    drawn(
        "a pattern of itself",
        &pattern(
            "/XStep 1/YStep 1",
            "/Pattern<</P 5 0 R>>",
            "/Pattern cs /P scn 0 0 1 1 re f",
        ),
    );
    drawn(
        "a pattern of hardly any step",
        &pattern("/XStep 0.0001/YStep 0.0001", "", "1 0 0 rg 0 0 1 1 re f"),
    );
    drawn(
        "a mask of itself",
        &one_page(
            "/ExtGState<</G 5 0 R>>",
            "/G gs 0 0 600 800 re f",
            vec![
                b"<</SMask<</S/Luminosity/G 6 0 R>>>>".to_vec(),
                stream(
                    &format!("{form}/Group<</S/Transparency>>/Resources<</ExtGState<</G 5 0 R>>>>"),
                    "/G gs 0 0 600 800 re f",
                ),
            ],
        ),
    );
}

#[test]
fn nesting_sizes_and_functions_without_measure_end() {
    let page_of = |content: &str| one_page("", content, Vec::new());
    drawn("arrays in arrays", &page_of(&"[".repeat(1_000_000)));
    drawn("states in states", &page_of(&"q ".repeat(1_000_000)));
    drawn(
        "clips in clips",
        &page_of(&"0 0 500 700 re W n q ".repeat(50_000)),
    );
    let shading = |shading: &str, dictionary: &str, function: &str| {
        one_page(
            "/Shading<</S 5 0 R>>",
            "/S sh",
            vec![shading.as_bytes().to_vec(), stream(dictionary, function)],
        )
    };
    drawn(
        "a program of a function",
        &shading(
            "<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1e9 0 1e9]/Function 6 0 R>>",
            "/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]",
            &format!("{{ {}}}", "dup mul ".repeat(100_000)),
        ),
    );
    drawn(
        "a function of two thousand million samples",
        &shading(
            "<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 600 0]/Function 6 0 R>>",
            "/FunctionType 0/Domain[0 1]/Range[0 1 0 1 0 1]/Size[2147483647]/BitsPerSample 32",
            "a",
        ),
    );
    let picture = one_page(
        "/XObject<</I 5 0 R>>",
        "q 500 0 0 500 0 0 cm /I Do Q",
        vec![stream(
            "/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceRGB",
            "abc",
        )],
    );
    let refused = outcome("a picture by its word", &picture);
    assert_eq!(refused.unwrap_err(), RefusalKind::TooManyPixels);
    for place in [
        "[0 0 1e9 1e9]",
        "[0 0 0 0]",
        "[600 800 0 0]",
        "[0 0 1 14000]",
        "[0 0 nan inf]",
    ] {
        let objects = [
            CATALOG.to_vec(),
            PAGES.to_vec(),
            format!("<</Type/Page/Parent 2 0 R/MediaBox{place}/Contents 4 0 R>>").into_bytes(),
            stream("", "0 0 10 10 re f"),
        ];
        let ended = outcome(place, &file(&objects, ""));
        assert!(
            matches!(
                ended,
                Ok((1, _)) | Err(RefusalKind::NoPages | RefusalKind::TooManyPixels)
            ),
            "{place}: {ended:?}"
        );
    }
}

#[test]
fn pictures_are_measured_wherever_they_hide() {
    let picture = |more: &str| {
        stream(
            &format!("/Type/XObject/Subtype/Image/BitsPerComponent 8/ColorSpace/DeviceGray{more}"),
            "abc",
        )
    };
    let large = || picture("/Width 60000/Height 60000");
    let form = "/Type/XObject/Subtype/Form/BBox[0 0 600 800]";
    let drawing = "q 500 0 0 500 0 0 cm /I Do Q";
    let inside = "/Resources<</XObject<</I 6 0 R>>>>";
    let hidden = [
        (
            "a form",
            "/XObject<</F 5 0 R>>",
            "/F Do",
            vec![stream(&format!("{form}{inside}"), drawing), large()],
        ),
        (
            "the mask of a picture",
            "/XObject<</I 5 0 R>>",
            drawing,
            vec![picture("/Width 1/Height 1/SMask 6 0 R"), large()],
        ),
        (
            "a pattern",
            "/Pattern<</P 5 0 R>>",
            "/Pattern cs /P scn 0 0 600 800 re f",
            vec![
                stream(
                    &format!(
                        "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 600 800]\
                         /XStep 600/YStep 800{inside}"
                    ),
                    drawing,
                ),
                large(),
            ],
        ),
        (
            "a mask of the page",
            "/ExtGState<</G<</SMask<</S/Luminosity/G 5 0 R>>>>>>",
            "/G gs 0 0 600 800 re f",
            vec![
                stream(&format!("{form}/Group<</S/Transparency>>{inside}"), drawing),
                large(),
            ],
        ),
        (
            "a letter",
            "/Font<</T 5 0 R>>",
            "BT /T 20 Tf 10 10 Td (a) Tj ET",
            vec![
                format!("<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/FirstChar 97/LastChar 97/Widths[1]/Encoding<</Differences[97/a]>>/CharProcs<</a 7 0 R>>{inside}>>").into_bytes(),
                large(),
                stream("", "1 0 d0 /I Do"),
            ],
        ),
    ];
    for (name, resources, content, objects) in hidden {
        let refused = outcome(name, &one_page(resources, content, objects));
        assert_eq!(refused.unwrap_err(), RefusalKind::TooManyPixels, "{name}");
    }
    let note = [
        CATALOG.to_vec(),
        PAGES.to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Annots[<</Type/Annot/Subtype/Stamp/Rect[0 0 600 800]/AP<</N 4 0 R>>>>]>>".to_vec(),
        stream(&format!("{form}/Resources<</XObject<</I 5 0 R>>>>"), drawing),
        large(),
    ];
    let refused = outcome("a stamp", &file(&note, ""));
    assert_eq!(refused.unwrap_err(), RefusalKind::TooManyPixels);
}

#[test]
fn spans_that_never_end_keep_their_words() {
    let font = "<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/FirstChar 97/LastChar 97/Widths[1]/Encoding<</Differences[97/zzz]>>/CharProcs<</zzz 6 0 R>>>>";
    let content = "/Span<</ActualText(Words)>>BDC BT /T 20 Tf 10 10 Td (aaaaa) Tj ET";
    let more = || vec![font.into(), stream("", "1 0 d0 0 0 1 1 re f")];
    let read = outcome("a span", &one_page("/Font<</T 5 0 R>>", content, more()));
    assert_eq!(read.unwrap().1, "Words");
    let deep = format!("{}{content}", "/Span<<>>BDC ".repeat(400_000));
    let read = outcome("spans", &one_page("/Font<</T 5 0 R>>", &deep, more()));
    assert_eq!(read.unwrap().1, "Words");
}

#[test]
fn tables_of_objects_that_run_in_circles_end() {
    let objects = [
        CATALOG.to_vec(),
        PAGES.to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 60 80]/Contents 4 0 R>>".to_vec(),
        stream("", ""),
    ];
    for trailer in ["/Prev 9", "/Prev 99999999999", "/XRefStm 9/Prev 0"] {
        let ended = outcome(trailer, &file(&objects, trailer));
        assert!(
            matches!(
                ended,
                Ok((1, _)) | Err(RefusalKind::Damaged | RefusalKind::NoPages)
            ),
            "{trailer}: {ended:?}"
        );
    }
}

#[test]
fn what_a_file_would_do_is_not_done_and_not_said() {
    let objects = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R/Names<</EmbeddedFiles<</Names[(x) 6 0 R]>>/JavaScript<</Names[(y) 5 0 R]>>>>>>".to_vec(),
        PAGES.to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/AA<</O 5 0 R>>/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 600 800]/A<</S/URI/URI(http://127.0.0.1:9/x)>>>><</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 6 0 R>>]/Resources<</Font<</F 8 0 R>>>>>>".to_vec(),
        stream("", "BT /F 20 Tf 10 10 Td (visible) Tj ET"),
        b"<</S/JavaScript/JS(app.alert\\('ran'\\))/Next<</S/Launch/F(/bin/sh)>>>>".to_vec(),
        b"<</Type/Filespec/F(../../etc/passwd)/EF<</F 7 0 R>>>>".to_vec(),
        stream("/Type/EmbeddedFile", "embedded words"),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
    ];
    let (pages, text) = outcome("actions", &file(&objects, "")).unwrap();
    assert_eq!((pages, text.trim()), (1, "visible"));
}
