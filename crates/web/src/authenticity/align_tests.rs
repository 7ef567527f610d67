//! Tests of the rows.

use super::*;
use wenyuan_text::authenticity::{Knowledge, compare};

fn text(words: &str) -> Text {
    Text::new(&[(1, words.to_owned())], 1_000_000)
}

fn laid_out(here: &str, there: &str) -> Vec<Row> {
    let spans = compare(here, there, Knowledge::builtin()).spans;
    rows(&text(here), &text(there), &spans)
}

/// A side as it reads, `[swapped]` and `{other}`.
fn side(text: &Text, parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| {
            let words = text.slice(&part.range);
            match part.mark {
                Mark::Same => words,
                Mark::Swap(_) => format!("[{words}]"),
                Mark::Other => format!("{{{words}}}"),
            }
        })
        .collect()
}

/// All letters of one side, in the order of the rows.
fn letters(text: &Text, rows: &[Row], side: impl Fn(&Row) -> &[Part]) -> String {
    let parts = rows.iter().flat_map(|row| side(row).to_vec());
    let all: String = parts.map(|part| text.slice(&part.range)).collect();
    all.chars().filter(|c| c.is_alphanumeric()).collect()
}

const ORIGINAL: &str = "我厅高度重视学习实践活动，成立领导小组，广泛发动群众参与讨论。\
    各乡镇文化站结合实际开展服务，为广大农民送去图书和电影，受到热烈欢迎。\
    活动中举办知识竞赛三次，参加人数超过两千，积极推进了公共文化服务体系的发展。\
    下一步将继续深入调查研究，解决突出问题，把各项工作落到实处。";

#[test]
fn swapped_words_stand_beside_each_other() {
    let spun = ORIGINAL
        .replace("广大", "宽敞")
        .replace("知识", "学问")
        .replace("积极", "乐观")
        .replace("服务", "效劳");
    let (here, there) = (text(&spun), text(ORIGINAL));
    let rows = laid_out(&spun, ORIGINAL);
    assert!(rows.len() > 1, "it is cut at the ends of sentences");
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (side(&here, &row.here), side(&there, &row.there)))
        .collect();
    let (mine, other) = shown
        .iter()
        .find(|(mine, _)| mine.contains("学问"))
        .unwrap();
    assert!(
        mine.contains("[学问]") && other.contains("[知识]"),
        "{shown:?}"
    );
    for row in &rows {
        let numbers = |parts: &[Part]| {
            let marks = parts.iter().map(|part| part.mark);
            marks
                .filter(|mark| matches!(mark, Mark::Swap(_)))
                .collect::<Vec<_>>()
        };
        assert_eq!(numbers(&row.here), numbers(&row.there));
    }
    assert!(rows.iter().any(Row::differs));
}

#[test]
fn nothing_of_either_text_is_lost_or_told_twice() {
    let long = ORIGINAL.repeat(3);
    let other =
        "这一段只在另一份文档里，讲的是完全不同的事情，比如怎样修理一辆自行车的链条。".repeat(9);
    let kept: String = ORIGINAL.chars().filter(|c| *c != '，').collect();
    for (mine, theirs) in [
        (ORIGINAL.to_owned(), ORIGINAL.to_owned()),
        (format!("{other}{ORIGINAL}"), ORIGINAL.to_owned()),
        (ORIGINAL.to_owned(), format!("{ORIGINAL}{other}")),
        (
            format!("甲{other}{kept}"),
            format!("{ORIGINAL}乙{other}尾声。"),
        ),
        (long.clone(), ORIGINAL.to_owned()),
        (ORIGINAL.replace("活动中", "\n\n活动　中"), long),
        (String::new(), ORIGINAL.to_owned()),
        (other, String::new()),
    ] {
        let (here, there) = (text(&mine), text(&theirs));
        let rows = laid_out(&mine, &theirs);
        let expected: String = mine.chars().filter(|c| c.is_alphanumeric()).collect();
        assert_eq!(letters(&here, &rows, |row| &row.here), expected);
        // Of the other text the order may be another.
        let sorted = |text: &str| {
            let mut chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
            chars.sort_unstable();
            chars
        };
        let shown = sorted(&letters(&there, &rows, |row| &row.there));
        assert!(shown.len() >= sorted(&theirs).len(), "{mine} / {theirs}");
        for row in &rows {
            for parts in [&row.here, &row.there] {
                let length: usize = parts.iter().map(|part| part.range.len()).sum();
                assert!(length <= 2 * LONG, "{length}");
            }
        }
    }
}

#[test]
fn spans_that_do_not_fit_are_no_harm() {
    use wenyuan_text::authenticity::{Edit, Passage};
    let odd = Span {
        passage: Passage {
            start: 2,
            end: 900,
            other_start: 700,
            other_end: 800,
            replaced: 1,
        },
        edits: vec![Edit {
            start: 5,
            end: 800,
            other_start: 710,
            other_end: 705,
            is_swap: false,
        }],
    };
    let short = text("一二三。");
    rows(&short, &short, &[odd]);
}
