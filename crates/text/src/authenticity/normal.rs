//! The text without what a copyist changes for nothing: layout, punctuation,
//! width, script and case.

use crate::fold::fold_each;
use crate::script::is_unspaced;

/// Hands the characters of `text` that count to `emit`, folded (NFKC,
/// traditional → simplified, lower case): Chinese characters, letters and
/// digits of every script. No space and no mark is left, so that line breaks
/// and retyped punctuation change nothing.
pub(super) fn each_normal(text: &str, mut emit: impl FnMut(char)) {
    fold_each(text, |c, _| {
        if counts(c) {
            emit(c);
        }
    });
}

/// Whether a folded character counts.
pub(super) fn counts(c: char) -> bool {
    c.is_alphanumeric() || is_unspaced(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> String {
        let mut out = String::new();
        each_normal(text, |c| out.push(c));
        out
    }

    #[test]
    fn layout_width_script_and_case_do_not_count() {
        let plain = normal("第一章 总则：2023年，《Office Open XML》。");
        assert_eq!(plain, "第一章总则2023年officeopenxml");
        assert_eq!(
            normal("第一章\n  總則\u{3000}:２０２３ 年,OFFICE-open\u{AD}xml"),
            plain
        );
        assert_eq!(normal("مرحبا بالعالم!"), "مرحبابالعالم");
        assert_eq!(normal("… 🙂 —"), "");
    }
}
