//! Why a file was refused, in the reader's words: what is wrong with it and
//! what he can do.

use crate::authenticity::kind_name;
use crate::locale::Locale;
use crate::site::Config;
use wenyuan_text::authenticity::Kind;

/// Returns the sentences for a kind of refusal (`RefusalKind::as_str` of the
/// converter; the door uses `empty` and `too_large` itself).
pub(crate) fn sentence(kind: &str, config: &Config, t: &Locale) -> String {
    match kind {
        "empty" => t.get("refusal-empty"),
        "unsupported" => t.with("refusal-unsupported", "formats", formats(config)),
        "needs_libreoffice" => t.with("refusal-needs-libreoffice", "formats", formats(config)),
        "encrypted" => t.get("refusal-encrypted"),
        "damaged" => t.get("refusal-damaged"),
        "no_pages" => t.get("refusal-no-pages"),
        "too_large" => t.with("refusal-too-large", "limit", limit(config, t)),
        "too_many_pages" => t.get("refusal-too-many-pages"),
        "too_many_pixels" => t.get("refusal-too-many-pixels"),
        "bomb" => t.get("refusal-bomb"),
        "forbidden_xml" => t.get("refusal-forbidden-xml"),
        "timeout" => t.get("refusal-timeout"),
        "memory" => t.get("refusal-memory"),
        "crashed" => t.get("refusal-crashed"),
        wenyuan_domain::review::REFUSED => t.get("refusal-reviewer"),
        kind => match Kind::parse(kind) {
            Some(Kind::SameFile) => t.get("refusal-same-file"),
            Some(kind) => t.with("refusal-finding", "kind", kind_name(kind, t)),
            None => t.get("refusal-internal"),
        },
    }
}

/// Returns whether the file could be read, but was not taken: by the check or
/// by a reviewer.
pub(crate) fn is_by_check(kind: &str) -> bool {
    kind == wenyuan_domain::review::REFUSED || Kind::parse(kind).is_some()
}

/// Returns the largest size of a file: `100 MB`.
pub(crate) fn limit(config: &Config, t: &Locale) -> String {
    t.size(&config.max_upload_bytes).replace(".00 ", " ")
}

/// Returns the formats that can be read here: `DOCX, PDF, …`.
pub(crate) fn formats(config: &Config) -> String {
    upper_case(&config.formats)
}

/// Writes formats as they are shown: `DOCX, PDF, …`.
pub(crate) fn upper_case(formats: &[String]) -> String {
    formats
        .iter()
        .map(|format| format.to_uppercase())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Lang;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_sentences_of_its_own_in_both_languages() {
        const KINDS: [&str; 18] = [
            "empty",
            "unsupported",
            "needs_libreoffice",
            "encrypted",
            "damaged",
            "no_pages",
            "too_large",
            "too_many_pages",
            "too_many_pixels",
            "bomb",
            "forbidden_xml",
            "timeout",
            "memory",
            "crashed",
            "internal",
            "reviewer",
            "same_file",
            "spun_copy",
        ];
        let config = Config::default();
        let all: BTreeSet<_> = [Lang::Zh, Lang::En]
            .map(|lang| Locale::new(lang, &config))
            .iter()
            .flat_map(|t| KINDS.map(|kind| sentence(kind, &config, t)))
            .collect();
        assert_eq!(all.len(), 2 * KINDS.len());
    }
}
