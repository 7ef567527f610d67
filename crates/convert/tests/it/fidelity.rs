//! Office's own PDFs beside ours, word by word: how far each word stands from
//! where Office has it. `bench/fidelity` measures the same by characters.

use std::collections::HashMap;
use std::path::Path;

use wenyuan_convert::PageOutput;

use crate::support::{convert, docx_of, shared};

/// Words with their place: the left end of the baseline.
type Places = HashMap<String, Vec<(f32, f32)>>;

fn places(page: &PageOutput) -> Places {
    let mut places = Places::new();
    for word in page.text.lines.iter().flat_map(|line| &line.words) {
        places
            .entry(word.text.clone())
            .or_default()
            .push((word.x0, word.y1));
    }
    places
}

/// Distances, in % of the page width, of words that both pages have as often.
fn distances(own: &PageOutput, other: &PageOutput) -> Vec<f32> {
    let theirs = places(other);
    places(own)
        .into_iter()
        .filter_map(|(word, ours)| Some((ours, theirs.get(&word)?)))
        .filter(|(ours, theirs)| ours.len() == theirs.len())
        .flat_map(|(ours, theirs)| {
            let pairs: Vec<f32> = ours
                .into_iter()
                .zip(theirs)
                .map(|((x, y), (u, v))| 100.0 * (x - u).hypot(y - v) / other.width_pt)
                .collect();
            pairs
        })
        .collect()
}

fn median(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values[values.len() / 2]
}

fn pages(path: &Path) -> Vec<PageOutput> {
    let bytes = std::fs::read(path).unwrap();
    convert(&bytes, &path.to_string_lossy()).unwrap().1.pages
}

#[test]
fn words_stand_where_office_has_them() {
    let Some(shared) = shared() else { return };
    let mut of_format: HashMap<String, Vec<f32>> = HashMap::new();
    for entry in std::fs::read_dir(shared.join("truth")).unwrap() {
        let path = entry.unwrap().path();
        let expected = format!("{}.expected.pdf", path.display());
        if !Path::new(&expected).is_file() {
            continue;
        }
        let (ours, theirs) = (pages(&path), pages(Path::new(&expected)));
        assert_eq!(ours.len(), theirs.len(), "{}", path.display());
        let found: Vec<f32> = ours
            .iter()
            .zip(&theirs)
            .flat_map(|(own, other)| distances(own, other))
            .collect();
        let of_file = median(found.clone());
        assert!(of_file <= 0.2, "{}: {of_file}", path.display());
        let format = path.extension().unwrap().to_string_lossy().into_owned();
        of_format.entry(format).or_default().extend(found);
    }
    for (format, limit) in [("docx", 0.2), ("pptx", 0.05), ("xlsx", 0.05)] {
        let found = of_format.remove(format).unwrap();
        assert!(found.len() > 300, "{format}: {} words", found.len());
        let all = median(found);
        eprintln!("{format}: {all:.3} %");
        assert!(all <= limit, "{format}: {all}");
    }
}

#[test]
fn borders_of_a_row_of_many_lines_are_whole() {
    let side = |name: &str| format!(r#"<w:{name} w:val="single" w:sz="4"/>"#);
    let borders = ["top", "left", "bottom", "right"].map(side).concat();
    let text = "加强乡镇文化站建设，".repeat(40);
    let body = format!(
        r#"<w:tbl><w:tblPr><w:tblBorders>{borders}</w:tblBorders></w:tblPr><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>"#
    );
    let (_, kept) = convert(&docx_of("", &body, &[]), "a.docx").unwrap();
    let page = &kept.pages[0];
    let (top, bottom) = page
        .text
        .lines
        .iter()
        .flat_map(|line| &line.words)
        .fold((f32::MAX, 0.0_f32), |(top, bottom), word| {
            (top.min(word.y0), bottom.max(word.y1))
        });
    assert!(bottom - top > 200.0, "{}", bottom - top);
    // The column of pixels with most ink on the left is the border.
    let image = image::load_from_memory(&page.wide.webp).unwrap().to_luma8();
    let scale = image.width() as f32 / page.width_pt;
    let rows = (top * scale) as u32..(bottom * scale) as u32;
    let darkest = (0..image.width() / 4)
        .map(|x| {
            rows.clone()
                .filter(|y| image.get_pixel(x, *y).0[0] < 200)
                .count()
        })
        .max()
        .unwrap();
    assert!(
        darkest * 100 >= rows.len() * 98,
        "{darkest} of {}",
        rows.len()
    );
}
