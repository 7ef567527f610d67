//! Tesseract's table (TSV) to the text layer of a page.
//!
//! The recognition itself is another program's; this reads what it prints. A
//! row of level 5 is a word with its box in pixels; block, paragraph and line
//! are numbered. Tesseract cuts Chinese into words and says nothing about
//! spaces: none stands between two Chinese characters, one does elsewhere
//! where the boxes stand apart.

use std::collections::HashMap;

use crate::page::{Line, PageText, Word, is_cjk};

/// Words of one page, at most; a page of small print has three thousand.
const MAX_WORDS: usize = 50_000;
/// Characters of one word, at most.
const MAX_CHARACTERS: usize = 200;
/// Words that Tesseract is less sure of, in percent, are noise of the paper.
const LEAST_CONFIDENCE: f32 = 30.0;
/// A gap of this share of the line's height is a space.
const SPACE: f32 = 0.25;

/// Where in a document a table's words belong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recognised {
    /// The page, counted from 1.
    pub number: u32,
    /// Width of the page, in points.
    pub width_pt: f32,
    /// Height of the page, in points.
    pub height_pt: f32,
}

impl Recognised {
    /// Reads the table that `tesseract … tsv` printed of this page's image.
    ///
    /// Columns are found by the names in the first line, rows that do not fit
    /// are left out. No words are an empty page, not an error.
    #[must_use]
    pub fn read(&self, table: &str) -> PageText {
        let mut page = PageText {
            number: self.number,
            width: self.width_pt,
            height: self.height_pt,
            lines: Vec::new(),
            recognised: true,
        };
        let mut rows = table.lines();
        let Some(columns) = rows.next().map(Columns::read) else {
            return page;
        };
        let mut scale = (1.0, 1.0);
        let mut line_of = ("", "", "");
        let mut paragraph = ("", "");
        for row in rows.take(MAX_WORDS) {
            let cells: Vec<&str> = row.split('\t').collect();
            let cell = |name| columns.cell(&cells, name);
            let number = |name| cell(name).parse::<f32>().ok().filter(|n| n.is_finite());
            let (Some(left), Some(top), Some(width), Some(height)) = (
                number("left"),
                number("top"),
                number("width"),
                number("height"),
            ) else {
                continue;
            };
            match cell("level") {
                "1" if width > 0.0 && height > 0.0 => {
                    scale = (self.width_pt / width, self.height_pt / height);
                }
                "5" => {
                    let text: String = cell("text")
                        .chars()
                        .filter(|c| !c.is_whitespace() && !c.is_control())
                        .take(MAX_CHARACTERS)
                        .collect();
                    let is_sure = number("conf").is_some_and(|conf| conf >= LEAST_CONFIDENCE);
                    if text.is_empty() || !is_sure {
                        continue;
                    }
                    let block = cell("block_num");
                    let line = (block, cell("par_num"), cell("line_num"));
                    if page.lines.is_empty() || line != line_of {
                        page.lines.push(Line {
                            words: Vec::new(),
                            starts_paragraph: (line.0, line.1) != paragraph,
                        });
                        line_of = line;
                        paragraph = (line.0, line.1);
                    }
                    if let Some(line) = page.lines.last_mut() {
                        line.words.push(Word {
                            text,
                            x0: left * scale.0,
                            y0: top * scale.1,
                            x1: (left + width) * scale.0,
                            y1: (top + height) * scale.1,
                            space_after: false,
                        });
                    }
                }
                _ => {}
            }
        }
        for line in &mut page.lines {
            set_spaces(&mut line.words);
        }
        page
    }
}

fn set_spaces(words: &mut [Word]) {
    for index in 1..words.len() {
        let (before, after) = words.split_at_mut(index);
        let (Some(last), Some(next)) = (before.last_mut(), after.first()) else {
            return;
        };
        let ends = last.text.chars().next_back().is_some_and(is_cjk);
        let begins = next.text.chars().next().is_some_and(is_cjk);
        let gap = next.x0 - last.x1;
        last.space_after = match (ends, begins) {
            (true, true) => false,
            (false, false) => true,
            _ => gap > SPACE * (last.y1 - last.y0),
        };
    }
}

/// Which cell of a row is which.
struct Columns<'t>(HashMap<&'t str, usize>);

impl<'t> Columns<'t> {
    fn read(head: &'t str) -> Self {
        Self(
            head.split('\t')
                .enumerate()
                .map(|(index, name)| (name.trim(), index))
                .collect(),
        )
    }

    fn cell<'r>(&self, cells: &[&'r str], name: &str) -> &'r str {
        self.0
            .get(name)
            .and_then(|index| cells.get(*index))
            .map_or("", |cell| cell.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::Recognised;

    const TABLE: &str = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
1\t1\t0\t0\t0\t0\t0\t0\t1600\t2263\t-1\t
5\t1\t1\t1\t1\t1\t152\t260\t91\t44\t96.14\t关于
5\t1\t1\t1\t1\t2\t259\t261\t81\t43\t96.5\t开展
5\t1\t1\t1\t1\t3\t400\t261\t81\t43\t96.5\t2023
5\t1\t1\t1\t2\t1\t152\t360\t81\t43\t96.5\t调研
5\t1\t1\t1\t2\t2\t250\t360\t81\t43\t12.0\t~;
5\t1\t1\t2\t1\t1\t152\t460\t81\t43\t96.5\tThe
5\t1\t1\t2\t1\t2\t240\t460\t81\t43\t96.5\tfox
";

    const PAGE: Recognised = Recognised {
        number: 3,
        width_pt: 800.0,
        height_pt: 1131.5,
    };

    #[test]
    fn words_lines_paragraphs_and_spaces_are_read() {
        let page = PAGE.read(TABLE);
        assert!(page.recognised);
        assert_eq!(page.number, 3);
        assert_eq!(page.plain(), "关于开展 2023调研\nThe fox");
        let word = &page.lines[0].words[0];
        assert_eq!((word.x0, word.y0, word.x1), (76.0, 130.0, 121.5));
    }

    #[test]
    fn what_is_no_table_has_no_words() {
        for table in [
            "",
            "level\ttext",
            "nonsense",
            "level\ttext\n5\t甲\n5",
            TABLE.split_once('\n').unwrap().0,
        ] {
            assert!(PAGE.read(table).lines.is_empty(), "{table}");
        }
    }
}
