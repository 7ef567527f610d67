//! Redirects that cannot leave the site.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Returns `target` if it is a path on this site, else `/`.
///
/// `//host`, `/\host` and control characters are how a path becomes another
/// host in a browser.
pub(crate) fn local(target: &str) -> &str {
    let second = target.as_bytes().get(1);
    let safe = target.starts_with('/')
        && !matches!(second, Some(b'/' | b'\\'))
        && target.len() <= 2_000
        && target.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if safe { target } else { "/" }
}

/// Answers 303, so that the browser gets the next page with GET.
pub(crate) fn see_other(path: &str) -> Response {
    let location = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_local_paths_are_followed() {
        for good in ["/", "/d/1?q=%E4%B9%A1#page-2", "/search?q=a&page=2"] {
            assert_eq!(local(good), good);
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x",
            "d/1",
        ] {
            assert_eq!(local(bad), "/", "{bad:?}");
        }
    }
}
