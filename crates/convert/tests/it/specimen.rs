//! The document of the product's brief: five pages, lines 28 pt apart.

use std::io;
use std::path::Path;

use wenyuan_convert::{Format, Limits, PageOutput, Sink};

use crate::support::{convert, converter, shared, text_of};

fn specimen(shared: &Path) -> Vec<u8> {
    let seed = std::fs::read_dir(shared.join("seed")).unwrap();
    let file = seed
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "docx")
        })
        .unwrap();
    std::fs::read(file).unwrap()
}

#[test]
fn the_specimen_has_five_pages_with_lines_28_pt_apart() {
    let Some(shared) = shared() else { return };
    let (report, kept) = convert(&specimen(&shared), "活动总结.docx").unwrap();
    assert_eq!(report.pages, 5);
    assert_eq!(report.format, Format::Docx);
    for page in &kept.pages {
        // Lines of the body are 16 pt; their boxes sit on the baseline.
        let bottoms: Vec<f32> = page
            .text
            .lines
            .iter()
            .filter_map(|line| line.words.first())
            .filter(|word| (word.y1 - word.y0 - 16.0).abs() < 0.5)
            .map(|word| word.y1)
            .collect();
        let steps: Vec<f32> = bottoms.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let exact = steps
            .iter()
            .filter(|step| (*step - 28.0).abs() < 0.05)
            .count();
        assert!(
            exact * 10 >= steps.len() * 7,
            "page {}: {steps:?}",
            page.number
        );
        // The rest is the space that headings have around them.
        assert!(steps.iter().all(|step| *step > 27.9), "{steps:?}");
    }
}

#[test]
fn phrases_of_the_specimen_are_whole_in_its_text() {
    let Some(shared) = shared() else { return };
    let (_, kept) = convert(&specimen(&shared), "活动总结.docx").unwrap();
    let text = text_of(&kept);
    for phrase in ["乡镇文化站", "分析评议阶段各项工作", "学习实践"] {
        assert!(text.contains(phrase), "{phrase}\n{text}");
    }
    let spaced = text.chars().collect::<Vec<_>>().windows(3).any(|three| {
        three[1] == ' '
            && three[0] > '\u{4e00}'
            && three[2] > '\u{4e00}'
            && three[0] < '\u{a000}'
            && three[2] < '\u{a000}'
    });
    assert!(!spaced, "a space between Chinese characters");
}

#[test]
fn each_substituted_font_is_reported() {
    let Some(shared) = shared() else { return };
    let (report, _) = convert(&specimen(&shared), "活动总结.docx").unwrap();
    let used = |asked: &str| {
        let font = report.fonts.iter().find(|font| font.asked == asked);
        font.map(|font| font.used.as_str())
    };
    assert_eq!(used("仿宋_GB2312"), Some("Wenyuan FangSong"));
    assert_eq!(used("黑体"), Some("Wenyuan Hei"));
    assert_eq!(used("方正小标宋简体"), Some("Wenyuan Song"));
}

#[test]
fn images_of_text_are_small_and_as_wide_as_asked() {
    let Some(shared) = shared() else { return };
    let (_, kept) = convert(&specimen(&shared), "活动总结.docx").unwrap();
    for page in &kept.pages {
        assert_eq!((page.wide.width, page.narrow.width), (1600, 800));
        assert!(page.wide.webp.len() < 120_000, "{}", page.wide.webp.len());
        assert!(page.wide.webp.starts_with(b"RIFF"));
        assert_eq!(page.cover.is_some(), page.number == 1);
    }
}

/// Stops after the first page, as a reader who sees it while the rest is drawn.
struct FirstOnly(u32);

impl Sink for FirstOnly {
    fn pdf(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn page(&mut self, page: PageOutput) -> io::Result<()> {
        self.0 = page.number;
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

#[test]
fn the_first_page_comes_before_the_last_is_drawn_and_a_gone_receiver_ends_it() {
    let Some(shared) = shared() else { return };
    let mut sink = FirstOnly(0);
    let refusal = converter()
        .convert(&specimen(&shared), "a.docx", &Limits::default(), &mut sink)
        .unwrap_err();
    assert_eq!(sink.0, 1);
    assert_eq!(refusal.kind.as_str(), "internal");
    let (report, _) = convert(&specimen(&shared), "a.docx").unwrap();
    assert!(report.ms["first_page"] < report.ms["total"]);
}
