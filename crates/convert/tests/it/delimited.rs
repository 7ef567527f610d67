//! CSV and TSV: tables on pages, whatever they are written with.

use std::time::Instant;

use wenyuan_convert::{Format, RefusalKind, WarningKind};

use crate::support::{convert, text_of};

#[test]
fn a_table_in_gb18030_is_set_with_its_heading_on_each_page() {
    let mut text = "编号;名称;金额\r\n".to_owned();
    for row in 1..=120 {
        let more = "站".repeat(row % 9);
        text.push_str(&format!("{row};\"第{row}号; 文化{more}\";{row}.50\r\n"));
    }
    let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
    let (report, kept) = convert(&bytes, "目录.csv").unwrap();
    assert_eq!((report.format, report.pages), (Format::Csv, 3));
    assert!(report.warnings.is_empty(), "{:?}", report.warnings);
    for page in &kept.pages {
        let read = page.text.plain();
        assert!(read.starts_with("编号 名称 金额"), "{read}");
    }
    let read = text_of(&kept);
    assert!(read.contains("120 第120号; 文化站站站 120.50"), "{read}");
    // Amounts end at one edge.
    let edges: Vec<f32> = kept.pages[0]
        .text
        .lines
        .iter()
        .skip(1)
        .filter_map(|line| Some(line.words.last()?.x1))
        .collect();
    assert!(edges.iter().all(|edge| (edge - edges[0]).abs() < 0.5));
}

#[test]
fn a_wide_table_lies_and_a_wider_one_takes_pages_beside_one_another() {
    let row = |cell: &str, count: usize| vec![cell; count].join("\t");
    let lying = format!("{0}\n{0}\n", row("八个汉字宽的一列", 9));
    let (report, _) = convert(lying.as_bytes(), "a.tsv").unwrap();
    assert_eq!((report.format, report.pages), (Format::Tsv, 1));
    assert!(report.page_sizes[0][0] > report.page_sizes[0][1]);
    let wider = format!("{0}\n{0}\n", row("八个汉字宽的一列", 40));
    let (report, kept) = convert(wider.as_bytes(), "a.tsv").unwrap();
    assert!(report.pages >= 4);
    let edge = report.page_sizes[0][0] - 40.0;
    let words = kept.pages.iter().flat_map(|page| &page.text.lines);
    assert!(
        words
            .flat_map(|line| &line.words)
            .all(|word| word.x1 < edge)
    );
}

#[test]
fn a_heading_that_is_cut_is_told_of() {
    let table = "a,\"1\n2\n3\n4\n5\n6\n7\"\nx,y\n";
    let (report, _) = convert(table.as_bytes(), "a.csv").unwrap();
    let kinds: Vec<WarningKind> = report.warnings.iter().map(|w| w.kind).collect();
    assert_eq!(kinds, [WarningKind::Other]);
}

#[test]
fn a_table_that_is_none_is_set_as_text() {
    let (report, kept) = convert("只有一行\n又一行\n".as_bytes(), "a.csv").unwrap();
    assert_eq!(report.pages, 1);
    assert!(text_of(&kept).contains("又一行"));
}

#[test]
fn endless_rows_and_columns_are_refused_before_they_are_set() {
    let start = Instant::now();
    let wide = format!("a,b\n{}\n", "x,".repeat(1_000_000));
    let long = "a,b\n".repeat(400_000);
    for file in [wide, long] {
        let refusal = convert(file.as_bytes(), "a.csv").map(|_| ()).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::TooManyPages, "{refusal}");
    }
    let blank = convert(b",,\n,,\n", "a.csv").map(|_| ()).unwrap_err();
    assert_eq!(blank.kind, RefusalKind::NoPages);
    assert!(start.elapsed().as_secs() < 60);
}
