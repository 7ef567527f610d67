//! Breaks the text of a cell into lines.

use super::measure::Measure;
use crate::page::is_cjk;

/// Characters that do not begin a line, and those that do not end one.
const NOT_FIRST: &str = "，。、；：？！）》」』】〕…—·,.;:?!)]}%";
const NOT_LAST: &str = "（《「『【〔([{￥$";

/// Breaks a text into lines no wider than `width` ems: where it says so, at
/// spaces, between Chinese characters, and where nothing else helps anywhere.
pub(super) fn wrap(text: &str, width: f32, measure: &mut Measure) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut reached = 0.0;
        // The last place in the line where it may break, and the width there.
        let mut chance: Option<(usize, f32)> = None;
        let mut before = ' ';
        for character in paragraph.chars() {
            let character = if character == '\t' { ' ' } else { character };
            if character.is_control() {
                continue;
            }
            if !line.is_empty() && may_break(before, character) {
                chance = Some((line.len(), reached));
            }
            let advance = measure.character(character);
            if reached + advance > width && !line.is_empty() && character != ' ' {
                let (at, used) = chance.take().unwrap_or((line.len(), reached));
                let rest = line.split_off(at);
                lines.push(line.trim_end().to_owned());
                line = rest;
                reached -= used;
            }
            line.push(character);
            reached += advance;
            before = character;
        }
        lines.push(line.trim_end().to_owned());
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

fn may_break(before: char, after: char) -> bool {
    if NOT_FIRST.contains(after) || NOT_LAST.contains(before) {
        return false;
    }
    before == ' ' && after != ' '
        || matches!(before, '-' | '/' | '_') && after.is_alphabetic()
        || is_cjk(before)
        || is_cjk(after)
}

#[cfg(test)]
mod tests {
    use super::super::measure::Measure;
    use super::wrap;

    /// Without a face, ASCII is 0.6 ems wide and the rest one.
    fn lines(text: &str, width: f32) -> Vec<String> {
        wrap(text, width, &mut Measure::new(None))
    }

    #[test]
    fn text_breaks_where_it_may() {
        assert_eq!(lines("乡镇文化站", 2.0), ["乡镇", "文化", "站"]);
        assert_eq!(lines("甲乙，丙", 2.0), ["甲", "乙，", "丙"]);
        assert_eq!(lines("one two three", 4.5), ["one two", "three"]);
        assert_eq!(lines("unbreakable", 3.0), ["unbre", "akabl", "e"]);
        assert_eq!(lines("一\n二", 9.0), ["一", "二"]);
        assert_eq!(lines("", 9.0), [""]);
    }
}
