//! A text by characters, with the pages that they stand on: what places of a
//! comparison count.

use std::ops::Range;

/// The pages of a document, joined by line ends, by characters.
#[derive(Debug, Default)]
pub(super) struct Text {
    chars: Vec<char>,
    /// Where each page begins, and its number.
    pages: Vec<(usize, u32)>,
}

impl Text {
    /// Joins pages, `most` characters of them at most.
    pub(super) fn new(pages: &[(u32, String)], most: usize) -> Self {
        let mut text = Self::default();
        for (number, page) in pages {
            if text.chars.len() >= most {
                break;
            }
            if !text.pages.is_empty() {
                text.chars.push('\n');
            }
            text.pages.push((text.chars.len(), *number));
            text.chars.extend(page.chars());
        }
        text.chars.truncate(most);
        text
    }

    pub(super) fn len(&self) -> usize {
        self.chars.len()
    }

    /// The text as it is compared.
    pub(super) fn joined(&self) -> String {
        self.chars.iter().collect()
    }

    /// The characters of a range; fewer when it does not fit the text.
    pub(super) fn chars(&self, range: &Range<usize>) -> &[char] {
        let end = range.end.min(self.chars.len());
        self.chars.get(range.start..end).unwrap_or_default()
    }

    /// Returns a range as a string.
    pub(super) fn slice(&self, range: &Range<usize>) -> String {
        self.chars(range).iter().collect()
    }

    /// Returns whether there is anything to read in a range.
    pub(super) fn has_words(&self, range: &Range<usize>) -> bool {
        self.chars(range).iter().any(|c| c.is_alphanumeric())
    }

    /// The page on which a character stands; 0 in a text without pages.
    pub(super) fn page_at(&self, at: usize) -> u32 {
        let behind = self.pages.partition_point(|(start, _)| *start <= at);
        let page = behind
            .checked_sub(1)
            .and_then(|index| self.pages.get(index));
        page.or(self.pages.first()).map_or(0, |(_, number)| *number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_over_page_ends() {
        let pages = [
            (1, "一二".to_owned()),
            (2, String::new()),
            (4, "三。".to_owned()),
        ];
        let text = Text::new(&pages, 100);
        assert_eq!(text.joined(), "一二\n\n三。");
        assert_eq!(text.slice(&(1..5)), "二\n\n三");
        assert_eq!([0, 2, 3, 4, 99].map(|at| text.page_at(at)), [1, 1, 2, 4, 4]);
        assert!(!text.has_words(&(2..4)) && text.has_words(&(2..5)));
        assert!(text.slice(&(5..99)).len() == 3 && text.slice(&(50..99)).is_empty());
        assert_eq!(Text::new(&pages, 1).joined(), "一");
        assert_eq!(Text::default().page_at(3), 0);
    }
}
