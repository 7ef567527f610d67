//! Characters with places to lines of words in reading order.
//!
//! Text of one direction is laid into a frame where `u` runs along the line
//! and `v` from line to line, so that horizontal, turned and vertical text are
//! one problem. In the frame, characters gather into rows by their baselines
//! (`rows`); columns are taken apart where a gutter splits rows full of text, so
//! that a table stays row by row (`columns`); gaps become spaces by script, and
//! what is written from right to left is turned around (`words`, `bidi`).

use hayro::kurbo::Vec2;

use crate::columns;
use crate::glyphs::Mark;
use crate::page::{PageText, is_cjk};
use crate::rows::{Cell, into_rows};

/// Directions told apart on one page.
const MAX_DIRECTIONS: usize = 64;

/// Makes the text layer of one page.
pub(crate) fn page_text(number: u32, width: f32, height: f32, marks: &[Mark]) -> PageText {
    let mut lines = Vec::new();
    for group in by_direction(marks, f64::from(width), f64::from(height)) {
        columns::emit(into_rows(group), &mut lines);
    }
    PageText {
        number,
        width,
        height,
        lines,
        recognised: false,
    }
}

/// Splits by direction, the most frequent first, and moves into the frame.
fn by_direction(marks: &[Mark], width: f64, height: f64) -> Vec<Vec<Cell>> {
    let mut groups: Vec<(i32, Vec<Cell>)> = Vec::new();
    let mut space_pending = false;
    for mark in marks {
        if mark.text == " " {
            space_pending = true;
            continue;
        }
        let middle = mark.origin + mark.advance * 0.5;
        let outside = middle.x < -1.0 || middle.y < -1.0;
        if outside || middle.x > width + 1.0 || middle.y > height + 1.0 {
            continue;
        }
        let degrees = mark.advance.atan2().to_degrees();
        // Two degrees of skew from a scanner are no direction of their own.
        let nearest = (degrees / 90.0).round() * 90.0;
        let snapped = if (degrees - nearest).abs() < 2.5 {
            nearest
        } else {
            degrees.round()
        };
        let turned = if mark.vertical {
            snapped + 90.0
        } else {
            snapped
        };
        let key = (turned as i32).rem_euclid(360) + if mark.vertical { 1000 } else { 0 };
        let cell = frame_cell(mark, turned, std::mem::take(&mut space_pending));
        let known = groups.iter().position(|(other, _)| *other == key);
        match known {
            Some(index) => groups[index].1.push(cell),
            // A page of letters thrown at all angles keeps its text, not its
            // order.
            None if groups.len() >= MAX_DIRECTIONS => {
                if let Some((_, cells)) = groups.last_mut() {
                    cells.push(cell);
                }
            }
            None => groups.push((key, vec![cell])),
        }
    }
    groups.sort_by_key(|(_, cells)| std::cmp::Reverse(cells.len()));
    groups.into_iter().map(|(_, cells)| cells).collect()
}

fn frame_cell(mark: &Mark, degrees: f64, space_before: bool) -> Cell {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let along = Vec2::new(cos, sin);
    let across = Vec2::new(-sin, cos);
    let first = mark.text.chars().next().unwrap_or(' ');
    let (ascent, descent) = if is_cjk(first) || mark.vertical {
        (0.86, 0.14)
    } else {
        (0.90, 0.21)
    };
    // The glyph's own box: baseline along its advance, upright across it.
    let unit = mark.advance / mark.advance.hypot().max(f64::EPSILON);
    let up = Vec2::new(unit.y, -unit.x) * mark.size;
    let corners = [
        mark.origin + up * ascent,
        mark.origin - up * descent,
        mark.origin + mark.advance + up * ascent,
        mark.origin + mark.advance - up * descent,
    ];
    let fold = |pick: fn(f64, f64) -> f64, x: bool| {
        corners
            .iter()
            .map(|corner| if x { corner.x } else { corner.y })
            .reduce(pick)
            .unwrap_or(0.0)
    };
    let rect = [
        fold(f64::min, true),
        fold(f64::min, false),
        fold(f64::max, true),
        fold(f64::max, false),
    ];
    let (u0, u1, v) = if mark.vertical {
        // Set down the column: the box's extent along the column.
        let tops = corners.map(|corner| corner.to_vec2().dot(along));
        let middle = (mark.origin + mark.advance * 0.5).to_vec2();
        (
            tops.iter().copied().fold(f64::INFINITY, f64::min),
            tops.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            middle.dot(across),
        )
    } else {
        let start = mark.origin.to_vec2();
        let end = (mark.origin + mark.advance).to_vec2();
        (start.dot(along), end.dot(along), start.dot(across))
    };
    Cell {
        text: mark.text.clone(),
        u0,
        u1,
        v,
        size: mark.size,
        rect,
        space_before,
    }
}

#[cfg(test)]
mod tests {
    use hayro::kurbo::{Point, Vec2};

    use super::page_text;
    use crate::glyphs::Mark;

    fn set(marks: &mut Vec<Mark>, text: &str, x: f64, y: f64, size: f64) {
        let mut x = x;
        for character in text.chars() {
            let width = if character.is_ascii() { 0.5 } else { 1.0 } * size;
            marks.push(Mark {
                text: character.to_string(),
                origin: Point::new(x, y),
                advance: Vec2::new(width, 0.0),
                size,
                vertical: false,
            });
            x += width;
        }
    }

    fn plain(marks: &[Mark]) -> String {
        page_text(1, 595.0, 842.0, marks).plain()
    }

    #[test]
    fn a_phrase_across_a_line_end_is_whole() {
        let mut marks = Vec::new();
        set(&mut marks, "　　加强乡镇文化站建设是", 90.0, 100.0, 16.0);
        marks.retain(|mark| mark.text != "　");
        set(&mut marks, "文化厅今年的一项重点工作", 90.0, 128.0, 16.0);
        set(&mut marks, "完成。", 90.0, 156.0, 16.0);
        assert_eq!(
            plain(&marks),
            "加强乡镇文化站建设是文化厅今年的一项重点工作完成。"
        );
    }

    #[test]
    fn spaces_stand_between_latin_words_only() {
        let mut marks = Vec::new();
        set(&mut marks, "on two lines", 50.0, 100.0, 12.0);
        set(&mut marks, "共5页", 50.0, 300.0, 12.0);
        let text = page_text(1, 595.0, 842.0, &marks);
        assert_eq!(text.plain(), "on two lines\n共5页");
        assert_eq!(text.lines[0].words.len(), 3);
        assert_eq!(text.lines[0].words[0].x0, 50.0);
        assert_eq!(text.lines[0].words[0].x1, 62.0);
    }

    #[test]
    fn columns_are_read_one_after_the_other_and_tables_by_row() {
        let mut marks = Vec::new();
        for line in 0..8 {
            let y = 100.0 + f64::from(line) * 20.0;
            set(&mut marks, "左栏的文字排满了一整行", 50.0, y, 12.0);
            set(&mut marks, "右栏的文字也排满一整行", 300.0, y, 12.0);
        }
        let text = plain(&marks);
        assert!(text.starts_with("左栏的文字排满了一整行左栏"), "{text}");
        let mut marks = Vec::new();
        for line in 0..8 {
            let y = 100.0 + f64::from(line) * 20.0;
            set(&mut marks, "姓名", 50.0, y, 12.0);
            set(
                &mut marks,
                if line == 0 {
                    "一个很长的表头单元格"
                } else {
                    "张三"
                },
                300.0,
                y,
                12.0,
            );
        }
        let text = plain(&marks);
        assert!(text.contains("姓名 张三"), "{text}");
    }

    #[test]
    fn vertical_columns_run_right_to_left() {
        let mut marks = Vec::new();
        for (column, text) in ["竖排文", "字两列"].iter().enumerate() {
            for (row, character) in text.chars().enumerate() {
                marks.push(Mark {
                    text: character.to_string(),
                    origin: Point::new(400.0 - column as f64 * 20.0, 100.0 + row as f64 * 12.0),
                    advance: Vec2::new(12.0, 0.0),
                    size: 12.0,
                    vertical: true,
                });
            }
        }
        let text = page_text(1, 595.0, 842.0, &marks);
        assert_eq!(text.lines.len(), 2);
        assert!(text.plain().starts_with("竖排文"));
    }

    #[test]
    fn notes_and_exponents_stand_in_their_row() {
        let mut marks = Vec::new();
        set(&mut marks, "Firefox", 50.0, 100.0, 12.0);
        set(&mut marks, "[4]", 92.0, 95.0, 8.0);
        set(&mut marks, "is", 108.0, 100.0, 12.0);
        set(&mut marks, "H", 50.0, 130.0, 12.0);
        set(&mut marks, "2", 56.0, 133.0, 8.0);
        set(&mut marks, "O", 60.0, 130.0, 12.0);
        let text = page_text(1, 595.0, 842.0, &marks);
        assert_eq!(text.plain(), "Firefox[4] is H2O");
        // A note of its own size is a line of its own.
        set(&mut marks, "small print", 50.0, 150.0, 8.0);
        set(&mut marks, "Large", 50.0, 170.0, 12.0);
        assert!(plain(&marks).ends_with("small print\nLarge"));
    }

    #[test]
    fn letters_set_apart_are_one_word() {
        let mut marks = Vec::new();
        for (index, letter) in "ANEXO".chars().enumerate() {
            let x = 50.0 + index as f64 * 10.0;
            set(&mut marks, &letter.to_string(), x, 100.0, 12.0);
        }
        set(&mut marks, "two", 120.0, 100.0, 12.0);
        assert_eq!(plain(&marks), "ANEXO two");
    }

    /// Sets text as it is seen, from left to right.
    fn seen(text: &str) -> String {
        let mut marks = Vec::new();
        set(&mut marks, text, 50.0, 100.0, 12.0);
        plain(&marks)
    }

    #[test]
    fn hebrew_and_arabic_are_read_from_right_to_left() {
        assert_eq!(seen("םלוע םולש"), "שלום עולם");
        assert_eq!(seen(")4( ףיעס"), "סעיף (4)");
        assert_eq!(seen("15.5 ףיעס"), "סעיף 15.5");
        assert_eq!(
            seen("the word םולש means peace"),
            "the word שלום means peace"
        );
        assert_eq!(seen("ةعاس 24 لالخ"), "خلال 24 ساعة");
        // In a row that has more Latin than Hebrew, the page decides.
        let mut marks = Vec::new();
        set(&mut marks, "ירוקמ Open Source דוק", 50.0, 100.0, 12.0);
        assert_eq!(plain(&marks), "מקורי Open Source קוד");
        set(&mut marks, "םלוע םולש", 50.0, 118.0, 12.0);
        assert!(plain(&marks).starts_with("קוד Open Source מקורי"));
    }

    /// Thousands of gutters, one under the other, once ended the process: a
    /// call each, on the stack of a thread.
    #[test]
    fn gutters_without_end_are_read_in_time() {
        let started = std::time::Instant::now();
        let mut marks = Vec::new();
        for row in 0..30_000 {
            let at = 50.0 + f64::from(row / 6 % 2) * 30.0;
            let y = f64::from(row) * 0.028;
            for start in [at, at + 130.0] {
                for column in 0..2 {
                    marks.push(Mark {
                        text: "x".to_owned(),
                        origin: Point::new(start + f64::from(column) * 60.0, y),
                        advance: Vec2::new(59.0, 0.0),
                        size: 0.01,
                        vertical: false,
                    });
                }
            }
        }
        let text = page_text(1, 595.0, 842.0, &marks);
        assert!(text.lines.len() > 30_000);
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    }

    #[test]
    fn exponents_without_end_are_read_in_time() {
        let started = std::time::Instant::now();
        let mut marks = Vec::new();
        for column in 0..60_000 {
            let x = f64::from(column) * 0.009;
            set(&mut marks, "x", x, 100.0, 0.01);
            set(&mut marks, "2", x + 0.006, 99.996, 0.006);
        }
        let text = page_text(1, 595.0, 842.0, &marks);
        assert_eq!(text.lines.len(), 1);
        assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    }
}
