//! Which bytes of a file a request gets: preconditions and ranges of RFC 9110.
//!
//! Pure: the handler in [`super::download`] acts on the answer. Deliberately
//! absent are several ranges in one answer (nobody resumes a download that
//! way, and they multiply the work): such a request gets the whole file.

use axum::http::{HeaderMap, Method, header};
use std::ops::Range;

/// What to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// 200: all of it.
    Whole,
    /// 206: these bytes, never empty.
    Part(Range<u64>),
    /// 304: the client has it.
    NotModified,
    /// 412: the client wants another version.
    PreconditionFailed,
    /// 416: there are no such bytes.
    Unsatisfiable,
}

/// Decides what a request for `size_bytes` bytes with the strong entity tag
/// `etag` (quotes included) gets.
pub(super) fn decide(
    method: &Method,
    headers: &HeaderMap,
    size_bytes: u64,
    etag: &str,
) -> Delivery {
    if let Some(wanted) = joined(headers, header::IF_MATCH)
        && !tags(&wanted).any(|tag| tag == "*" || tag == etag)
    {
        return Delivery::PreconditionFailed;
    }
    if let Some(known) = joined(headers, header::IF_NONE_MATCH)
        && tags(&known).any(|tag| tag == "*" || weak(tag) == etag)
    {
        return Delivery::NotModified;
    }
    // Ranges are defined for GET alone.
    if method != Method::GET {
        return Delivery::Whole;
    }
    // A date, a weak tag or another version: what the client has of the file
    // cannot be continued, so it gets all of it.
    if let Some(version) = headers.get(header::IF_RANGE)
        && version.as_bytes() != etag.as_bytes()
    {
        return Delivery::Whole;
    }
    let mut asked = headers.get_all(header::RANGE).iter();
    match (
        asked.next().and_then(|value| value.to_str().ok()),
        asked.next(),
    ) {
        (Some(value), None) => single_range(value, size_bytes),
        _ => Delivery::Whole,
    }
}

/// Whether the client already has the version `etag` (quotes included).
pub(super) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    joined(headers, header::IF_NONE_MATCH)
        .is_some_and(|known| tags(&known).any(|tag| tag == "*" || weak(tag) == etag))
}

fn single_range(value: &str, size_bytes: u64) -> Delivery {
    let Some((unit, set)) = value.split_once('=') else {
        return Delivery::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") || set.contains(',') {
        return Delivery::Whole;
    }
    let Some((first, last)) = set.trim().split_once('-') else {
        return Delivery::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let part = match (position(first), position(last)) {
        (None, Some(suffix)) if first.is_empty() => size_bytes.saturating_sub(suffix)..size_bytes,
        (Some(first), None) if last.is_empty() => first..size_bytes,
        (Some(first), Some(last)) if first <= last => first..size_bytes.min(last.saturating_add(1)),
        // Not a range at all: RFC 9110 has it ignored.
        _ => return Delivery::Whole,
    };
    if part.is_empty() {
        Delivery::Unsatisfiable
    } else {
        Delivery::Part(part)
    }
}

/// A position; one beyond 64 bits lies beyond every file.
fn position(digits: &str) -> Option<u64> {
    let number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    number.then(|| digits.parse().unwrap_or(u64::MAX))
}

fn joined(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    let values: Vec<&str> = headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// Ours are hexadecimal, so a comma inside somebody else's tag does no harm.
fn tags(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}

fn weak(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    const ETAG: &str = "\"abc\"";

    fn get(fields: &[(HeaderName, &'static str)]) -> Delivery {
        with(&Method::GET, fields)
    }

    fn with(method: &Method, fields: &[(HeaderName, &'static str)]) -> Delivery {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name.clone(), HeaderValue::from_static(value));
        }
        decide(method, &headers, 1_000, ETAG)
    }

    #[test]
    fn single_ranges() {
        for (value, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=0-", 0..1_000),
            ("bytes=500-", 500..1_000),
            ("bytes=200-299", 200..300),
            ("bytes=900-5000", 900..1_000),
            ("bytes=-100", 900..1_000),
            ("bytes=-5000", 0..1_000),
            ("Bytes = 1 - 2", 1..3),
            ("bytes=0-99999999999999999999999", 0..1_000),
        ] {
            assert_eq!(
                get(&[(header::RANGE, value)]),
                Delivery::Part(part),
                "{value}"
            );
        }
    }

    #[test]
    fn unsatisfiable_ranges() {
        for value in [
            "bytes=1000-",
            "bytes=1000-2000",
            "bytes=-0",
            "bytes=99999999999999999999-",
        ] {
            assert_eq!(
                get(&[(header::RANGE, value)]),
                Delivery::Unsatisfiable,
                "{value}"
            );
        }
    }

    #[test]
    fn what_is_no_single_range_gets_the_whole() {
        for value in [
            "bytes=0-1,3-4",
            "bytes=5-4",
            "bytes=-",
            "bytes=a-b",
            "bytes=1-b",
            "bytes=+1-2",
            "bytes",
            "lines=0-1",
            "",
        ] {
            assert_eq!(get(&[(header::RANGE, value)]), Delivery::Whole, "{value}");
        }
        let twice = [(header::RANGE, "bytes=0-1"), (header::RANGE, "bytes=2-3")];
        assert_eq!(get(&twice), Delivery::Whole);
        assert_eq!(get(&[]), Delivery::Whole);
        assert_eq!(
            with(&Method::HEAD, &[(header::RANGE, "bytes=0-1")]),
            Delivery::Whole
        );
    }

    #[test]
    fn a_range_holds_only_for_the_version_it_was_begun_with() {
        let range = (header::RANGE, "bytes=1-2");
        for (version, expected) in [
            ("\"abc\"", Delivery::Part(1..3)),
            ("\"abd\"", Delivery::Whole),
            ("W/\"abc\"", Delivery::Whole),
            ("Tue, 24 Nov 2026 05:00:00 GMT", Delivery::Whole),
        ] {
            assert_eq!(
                get(&[range.clone(), (header::IF_RANGE, version)]),
                expected,
                "{version}"
            );
        }
    }

    #[test]
    fn preconditions_come_before_ranges() {
        let range = (header::RANGE, "bytes=5000-");
        for known in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            let fields = [range.clone(), (header::IF_NONE_MATCH, known)];
            assert_eq!(get(&fields), Delivery::NotModified, "{known}");
        }
        assert_eq!(
            get(&[range.clone(), (header::IF_NONE_MATCH, "\"x\"")]),
            Delivery::Unsatisfiable
        );
        assert_eq!(
            get(&[(header::IF_MATCH, "\"x\"")]),
            Delivery::PreconditionFailed
        );
        assert_eq!(
            get(&[(header::IF_MATCH, "\"x\", \"abc\"")]),
            Delivery::Whole
        );
    }
}
