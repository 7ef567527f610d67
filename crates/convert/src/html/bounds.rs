//! What a page would cost its parser, told from its tags before it is parsed.
//!
//! The parser looks through the open elements at every tag, and opens all
//! formatting elements anew in every block: a few megabytes of tags can ask for
//! hours, or for all memory. This counts with a rough model of its rules; what
//! deceives the model is left to the limits of time and memory.

use std::collections::HashMap;

use crate::refusal::{Refusal, RefusalKind};

/// Looks at open elements, summed over all tags.
const MAX_LOOKS: u64 = 600_000_000;
/// Elements the parser makes.
const MAX_ELEMENTS: u64 = 2_000_000;
/// Formatting elements of the same kind that are opened anew, at most.
const SAME_FORMATTING: usize = 3;

const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];
/// Elements that never hold others, or that the next of their kind ends.
const NOT_OPEN: [&str; 31] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option",
    "html", "head", "body", "rt", "rp", "colgroup",
];
/// Elements that the end of an unknown one does not close.
const SPECIAL: [&str; 38] = [
    "address",
    "applet",
    "article",
    "aside",
    "blockquote",
    "button",
    "center",
    "details",
    "dir",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "listing",
    "main",
    "marquee",
    "menu",
    "nav",
    "object",
    "ol",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "template",
    "ul",
];
/// Elements whose content is not markup.
const RAW: [&str; 7] = [
    "script", "style", "textarea", "title", "xmp", "noscript", "iframe",
];

/// Refuses a page that would take its parser too long, or too much memory.
pub(super) fn check(html: &str) -> Result<(), Refusal> {
    let mut open: Vec<(&str, &str)> = Vec::new();
    let mut formatting: HashMap<&str, usize> = HashMap::new();
    let (mut again, mut looks, mut elements) = (0_usize, 0_u64, 0_u64);
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = after_comment(comment);
            continue;
        }
        let (is_end, tag) = match rest.strip_prefix('/') {
            Some(tag) => (true, tag),
            None => (false, rest),
        };
        let length = tag
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))
            .unwrap_or(tag.len());
        let name = &tag[..length];
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let is = |list: &[&str]| list.iter().any(|other| other.eq_ignore_ascii_case(name));
        let whole = &tag[..end_of_tag(tag)];
        rest = &tag[whole.len()..];
        looks += open.len() as u64;
        if is_end {
            let found = open
                .iter()
                .rposition(|(other, _)| other.eq_ignore_ascii_case(name))
                // An unknown element does not end across one that is known.
                .filter(|at| {
                    is(&FORMATTING)
                        || is(&SPECIAL)
                        || !open[at + 1..].iter().any(|(other, _)| is_special(other))
                });
            if let Some(at) = found {
                // Only a formatting element's end reaches past others.
                let closed = if is(&FORMATTING) {
                    vec![open.remove(at)]
                } else {
                    open.split_off(at)
                };
                for (_, whole) in closed {
                    if let Some(count) = formatting.get_mut(whole) {
                        *count -= 1;
                        again -= usize::from(*count < SAME_FORMATTING);
                    }
                }
            }
        } else {
            elements += 1 + again as u64;
            if is(&FORMATTING) {
                let count = formatting.entry(whole).or_default();
                *count += 1;
                again += usize::from(*count <= SAME_FORMATTING);
            }
            if is(&RAW) {
                let end = rest
                    .match_indices("</")
                    .map(|(at, _)| at)
                    .find(|at| {
                        rest.get(at + 2..at + 2 + length)
                            .is_some_and(|other| other.eq_ignore_ascii_case(name))
                    })
                    .unwrap_or(rest.len());
                rest = &rest[end..];
            } else if !is(&NOT_OPEN) {
                open.push((name, whole));
            }
        }
        if looks > MAX_LOOKS || elements > MAX_ELEMENTS {
            return Err(Refusal::new(
                RefusalKind::Bomb,
                "the page holds or nests more elements than can be meant",
            ));
        }
    }
    Ok(())
}

fn is_special(name: &str) -> bool {
    SPECIAL.iter().any(|other| other.eq_ignore_ascii_case(name))
}

fn after_comment(comment: &str) -> &str {
    for short in [">", "->"] {
        if let Some(rest) = comment.strip_prefix(short) {
            return rest;
        }
    }
    comment
        .match_indices("--")
        .find_map(|(at, _)| {
            let rest = &comment[at + 2..];
            rest.strip_prefix('>').or_else(|| rest.strip_prefix("!>"))
        })
        .unwrap_or("")
}

/// Where a tag's `>` stands, or the end; quotes around values may hold one.
fn end_of_tag(tag: &str) -> usize {
    let mut quote = None;
    let mut after_equals = false;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (Some(mark), _) if byte == mark => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if after_equals => quote = Some(byte),
            (None, b'>') => return at,
            _ => {}
        }
        after_equals = byte == b'=' || after_equals && byte.is_ascii_whitespace();
    }
    tag.len()
}

/// Writes XHTML's elements that end themselves (`<a id="x"/>`) as HTML knows
/// them, where they would otherwise stay open.
pub(super) fn without_self_closing(xhtml: &str) -> String {
    const VOID: [&str; 14] = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param",
        "source", "track", "wbr",
    ];
    let mut out = String::with_capacity(xhtml.len() + xhtml.len() / 16);
    let mut rest = xhtml;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at + 1);
        out.push_str(text);
        rest = tag;
        if let Some(comment) = rest.strip_prefix("!--") {
            let after = after_comment(comment);
            out.push_str(&rest[..rest.len() - after.len()]);
            rest = after;
            continue;
        }
        let length = rest
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/'))
            .unwrap_or(rest.len());
        let name = &rest[..length];
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let end = end_of_tag(rest);
        match rest[..end].strip_suffix('/') {
            Some(whole) if !VOID.iter().any(|void| void.eq_ignore_ascii_case(name)) => {
                out.push_str(whole);
                out.push_str("></");
                out.push_str(name);
            }
            _ => out.push_str(&rest[..end]),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{check, without_self_closing};

    #[test]
    fn pages_as_they_are_pass() {
        let row = "<tr><td>甲<td><b>乙</b></tr>";
        let page = format!(
            "<p>一<p>二<ul><li>三<li>四</ul><table>{}</table>",
            row.repeat(50_000)
        );
        assert!(check(&page).is_ok());
        // A page of old, with hundreds of fonts that never end.
        assert!(check(&"<font size=2><p>行</p>".repeat(2000)).is_ok());
        assert!(check(&"<div>".repeat(20_000)).is_ok());
    }

    #[test]
    fn nesting_and_formatting_without_end_are_refused() {
        assert!(check(&"<div>".repeat(100_000)).is_err());
        assert!(check(&"<x><div></x></div>".repeat(100_000)).is_err());
        let fonts: String = (0..3000)
            .map(|size| format!("<font size={size}>"))
            .collect();
        assert!(check(&format!("{fonts}{}", "<p>x".repeat(20_000))).is_err());
    }

    #[test]
    fn what_looks_like_a_tag_in_a_script_is_none() {
        let script = format!("<script>{}</script>", "a<div;".repeat(100_000));
        assert!(check(&script).is_ok());
    }

    #[test]
    fn elements_that_end_themselves_are_ended() {
        assert_eq!(
            without_self_closing(
                "<a id=\"p/1>\"/>一<br/><p class='x' />二<!-- <b/> --><img src=a />"
            ),
            "<a id=\"p/1>\"></a>一<br/><p class='x' ></p>二<!-- <b/> --><img src=a />"
        );
    }
}
