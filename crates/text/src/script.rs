//! Character classes that decide how text is cut.

/// Whether `c` is a Chinese character (Han ideograph, radical, 〇 or 々).
pub fn is_han(c: char) -> bool {
    matches!(c,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}' | '\u{3005}' | '\u{3007}'
        | '\u{2E80}'..='\u{2EFF}' | '\u{2F00}'..='\u{2FDF}')
}

/// Whether `c` is hiragana or katakana.
pub(crate) fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}' | '\u{31F0}'..='\u{31FF}')
}

/// Whether `c` belongs to a script written without spaces between words, so
/// that one character is the unit of search (Han, kana, Thai, Lao, Burmese,
/// Khmer).
pub fn is_unspaced(c: char) -> bool {
    is_han(c)
        || is_kana(c)
        || matches!(c, '\u{0E01}'..='\u{0E4E}' | '\u{0E81}'..='\u{0ECD}'
            | '\u{1000}'..='\u{103F}' | '\u{1780}'..='\u{17D3}')
}

/// Whether `c` shows nothing and only steers layout or rendering (zero-width
/// marks, soft hyphen, variation selectors, controls that are no whitespace).
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{E0100}'..='\u{E01EF}')
        || (c.is_control() && !c.is_whitespace())
}

/// Joins text over line breaks and padding: whitespace beside a character of
/// an unspaced script goes, any other run of it becomes one space, and none
/// is left at the ends. `emit` gets every character that stays, with its tag.
pub(crate) struct Compactor<T> {
    last: Option<char>,
    pending: Option<T>,
}

impl<T> Compactor<T> {
    pub(crate) fn new() -> Self {
        Self {
            last: None,
            pending: None,
        }
    }

    /// Takes the next character; `tag` says where it came from.
    pub(crate) fn push(&mut self, c: char, tag: T, mut emit: impl FnMut(char, T)) {
        if c.is_whitespace() {
            self.pending.get_or_insert(tag);
            return;
        }
        if let (Some(space), Some(last)) = (self.pending.take(), self.last)
            && !is_unspaced(last)
            && !is_unspaced(c)
        {
            emit(' ', space);
        }
        self.last = Some(c);
        emit(c, tag);
    }
}

/// [`Compactor`] over a whole text.
pub(crate) fn compact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut compactor = Compactor::new();
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        compactor.push(c, (), |c, ()| out.push(c));
    }
    out
}
