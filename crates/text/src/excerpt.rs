//! Short descriptions cut from a longer text.

use crate::script::compact;

/// Cuts the beginning of `text` to at most `max_chars` characters: at the end
/// of a sentence if one ends in the second half of that, else behind a clause,
/// else at a space, else hard. Anything but a whole sentence ends in `…`, which
/// counts as one of the characters.
///
/// Whitespace runs become one space; between Chinese characters they go,
/// because there they only wrap lines.
pub fn excerpt(text: &str, max_chars: usize) -> String {
    // What can end up in the excerpt stands in the text's beginning; padding
    // is not unlimited.
    let reach = max_chars.saturating_mul(4).saturating_add(64);
    let beginning = text
        .char_indices()
        .nth(reach)
        .map_or(text, |(at, _)| &text[..at]);
    let clean = compact(beginning);
    let chars: Vec<char> = clean.chars().collect();
    if chars.len() <= max_chars && beginning.len() == text.len() {
        return clean;
    }
    if max_chars == 0 {
        return String::new();
    }
    let window = &chars[..chars.len().min(max_chars)];
    let half = window.len() / 2;
    if let Some(end) = (half..window.len())
        .rev()
        .find(|&i| ends_sentence(&chars, i))
    {
        return chars[..=end].iter().collect();
    }
    let room = window.len().min(max_chars - 1);
    let cut = (half..room)
        .rev()
        .find(|&i| is_clause_end(chars[i]))
        .or_else(|| (half..room).rev().find(|&i| chars[i] == ' '))
        .unwrap_or(room);
    let mut out: String = chars[..cut].iter().collect();
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// Whether a sentence ends with the character at `i`, closing quotes included.
fn ends_sentence(chars: &[char], i: usize) -> bool {
    let next = chars.get(i + 1);
    if next.is_some_and(|&c| is_closing(c) || is_full_stop(c)) {
        return false;
    }
    match chars[i] {
        c if is_full_stop(c) => true,
        // A point ends a sentence before a space only: 5.12, e.g. v1.0.
        '.' | '!' | '?' => next.is_none_or(|&c| c == ' ' || !c.is_ascii()),
        c if is_closing(c) => i > 0 && is_full_stop(chars[i - 1]),
        _ => false,
    }
}

fn is_full_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '；' | '…')
}

fn is_closing(c: char) -> bool {
    matches!(c, '”' | '’' | '」' | '』' | '）' | '》')
}

fn is_clause_end(c: char) -> bool {
    matches!(c, '，' | '、' | '：' | ',' | ':' | ';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_the_end_of_a_sentence() {
        let text = "乡镇文化站是公益\n性文化机构。它为农民服务。经费由财政安排，不得挪用。";
        assert_eq!(
            excerpt(text, 22),
            "乡镇文化站是公益性文化机构。它为农民服务。"
        );
        assert_eq!(excerpt(text, 16), "乡镇文化站是公益性文化机构。");
        assert_eq!(excerpt(text, 200), text.replace('\n', ""));
    }

    #[test]
    fn keeps_closing_quotes_and_decimal_points() {
        assert_eq!(
            excerpt("他说：“可以。”然后走了很远很远的路。", 9),
            "他说：“可以。”"
        );
        assert_eq!(
            excerpt("Version 1.0 is out. More follows later on.", 22),
            "Version 1.0 is out."
        );
    }

    #[test]
    fn cuts_elsewhere_with_an_ellipsis_within_the_limit() {
        assert_eq!(
            excerpt("经费由财政安排，不得挪用任何一分钱给别人", 12),
            "经费由财政安排…"
        );
        assert_eq!(excerpt("一二三四五六七八九十", 5), "一二三四…");
        assert_eq!(excerpt("alpha beta gamma delta", 13), "alpha beta…");
        for max in 0..30 {
            let cut = excerpt("Alpha 一二三，四五六。Beta gamma! 七八九", max);
            assert!(cut.chars().count() <= max, "{max}: {cut}");
        }
    }
}
