//! Titles and the tags in them.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

use crate::fold::fold_with_map;
use crate::script::is_invisible;
use crate::segment::Segmenter;
use crate::stop::is_stop_word;

/// File extensions that are no part of a title. A fixed list, because
/// `5.12总结` has none.
const EXTENSIONS: [&str; 63] = [
    "docx", "docm", "dotx", "dotm", "doc", "dot", "wps", "wpt", "rtf", "odt", "ott", "fodt",
    "xlsx", "xlsm", "xltx", "xltm", "xls", "xlt", "et", "ett", "ods", "ots", "fods", "csv", "tsv",
    "tab", "pptx", "pptm", "ppsx", "ppsm", "potx", "potm", "ppt", "pps", "pot", "dps", "dpt",
    "odp", "otp", "fodp", "pdf", "ai", "ofd", "epub", "mobi", "html", "htm", "xhtml", "md",
    "markdown", "txt", "text", "tex", "xml", "png", "jpg", "jpeg", "jpe", "webp", "tiff", "tif",
    "zip", "rar",
];

/// What a file system or an office suite appends to a copy.
const COPY_MARKS: [&str; 6] = ["- 副本", "-副本", "的副本", " 副本", "- copy", " copy"];

/// Cuts a title (or file name) into tags, in order: jieba's words without
/// single characters, stop words, punctuation, duplicates and the extension.
///
/// `2023年文化厅学习实践科学发展观活动总结.docx` gives
/// `2023 文化厅 学习 实践 科学 发展观 活动 总结`. A tag is spelled as in the
/// title (script and case), only its width is normalised.
pub fn title_tags(title: &str) -> Vec<String> {
    let title = without_extension(title.trim());
    // Cut in folded form, so that a traditional title meets the dictionary.
    let folded = fold_with_map(title);
    let base = folded.text.as_ptr() as usize;
    let mut seen = HashSet::new();
    let mut tags = Vec::new();
    for word in Segmenter::shared().words(&folded.text) {
        if word.chars().nth(1).is_none() || is_stop_word(word) || !seen.insert(word) {
            continue;
        }
        let at = word.as_ptr() as usize - base;
        let source = &title[folded.source_range(at..at + word.len())];
        tags.push(source.nfkc().filter(|c| !is_invisible(*c)).collect());
    }
    tags
}

/// Makes a human title from a file name: folders and extension off,
/// underscores → spaces, copy marks such as `(1)` or ` - 副本` off; 最终版 and
/// the like stay. Never empty: without a name it is `未命名`.
pub fn tidy_title(file_name: &str) -> String {
    let name = file_name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or(file_name)
        .trim();
    // Browsers on macOS send decomposed names.
    let name: String = without_extension(name)
        .nfc()
        .filter(|c| !is_invisible(*c))
        .map(|c| if c == '_' { ' ' } else { c })
        .collect();
    let mut title = name.split_whitespace().collect::<Vec<_>>().join(" ");
    while let Some(shorter) = without_copy_mark(&title) {
        title = shorter.to_owned();
    }
    let title = title.trim_matches([' ', '-', '.']);
    if title.is_empty() {
        "未命名".to_owned()
    } else {
        title.to_owned()
    }
}

fn without_extension(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty()
                && EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()) =>
        {
            stem
        }
        _ => name,
    }
}

/// Takes one copy mark off the end, if there is one and something before it.
fn without_copy_mark(title: &str) -> Option<&str> {
    let title = title.trim_end();
    let shorter = without_copy_number(title).or_else(|| {
        COPY_MARKS.iter().find_map(|mark| {
            let at = title.len().checked_sub(mark.len())?;
            let end = title.get(at..)?;
            end.eq_ignore_ascii_case(mark).then(|| &title[..at])
        })
    })?;
    let shorter = shorter.trim_end();
    (!shorter.is_empty()).then_some(shorter)
}

/// Takes `(1)` or `（12）` off; one or two digits only, `(2023)` is a year.
fn without_copy_number(title: &str) -> Option<&str> {
    let inner = title.strip_suffix([')', '）'])?;
    let open = inner.rfind(['(', '（'])?;
    let digits = inner[open..].trim_start_matches(['(', '（']);
    let is_number = matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| &inner[..open])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_page_has_exactly_these_tags() {
        let tags = title_tags("2023年文化厅学习实践科学发展观活动总结");
        let expected = "2023 文化厅 学习 实践 科学 发展观 活动 总结";
        assert_eq!(tags.join(" "), expected);
        let from_file = title_tags("２０２３年文化厅学习实践科学发展观活动总结.docx");
        assert_eq!(from_file.join(" "), expected);
    }

    #[test]
    fn tags_keep_their_spelling() {
        let tags = title_tags("關於鄉鎮文化站使用WPS Office的通知，文化站");
        assert_eq!(tags.join(" "), "鄉鎮 文化站 使用 WPS Office 通知");
        assert!(title_tags("。！").is_empty() && title_tags("").is_empty());
    }

    #[test]
    fn the_ending_is_no_tag() {
        for name in ["扫描件.png", "扫描件.tiff", "扫描件.webp", "扫描件.odt"] {
            assert_eq!(title_tags(name).join(" "), title_tags("扫描件").join(" "));
        }
    }

    #[test]
    fn file_names_become_titles() {
        for (name, title) in [
            ("2023年总结.docx", "2023年总结"),
            ("C:\\文档\\年度_报告__最终版(1).PDF", "年度 报告 最终版"),
            ("总结 - 副本 (2).doc", "总结"),
            ("report - Copy.docx", "report"),
            ("总结(2023).xlsx", "总结(2023)"),
            ("5.12总结", "5.12总结"),
            ("（1）", "（1）"),
            (".docx", "docx"),
            ("a/b/", "未命名"),
            ("扫描件.png", "扫描件"),
            ("扫描件.JPEG", "扫描件"),
            ("成绩.tab", "成绩"),
            ("___.pdf", "未命名"),
            ("re\u{301}sume\u{301}.txt", "résumé"),
        ] {
            assert_eq!(tidy_title(name), title, "{name}");
        }
    }
}
