//! Reading and writing cookies.

use axum::http::{HeaderMap, HeaderValue, header};

/// Returns the value of the cookie `name`.
pub(crate) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// A cookie to be set.
pub(crate) struct Cookie<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Its value: letters, digits and `-` only.
    pub(crate) value: &'a str,
    /// How long the browser keeps it; 0 removes it.
    pub(crate) max_age_seconds: i64,
    /// Whether it goes over HTTPS only.
    pub(crate) secure: bool,
}

impl Cookie<'_> {
    /// Returns the value of the `Set-Cookie` header, `None` when `value` is
    /// not one.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        HeaderValue::try_from(format!(
            "{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
            self.name, self.value, self.max_age_seconds
        ))
        .ok()
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn finds_a_cookie_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; lang=en"));
        headers.append(header::COOKIE, HeaderValue::from_static("session=x=y"));
        assert_eq!(get(&headers, "lang"), Some("en"));
        assert_eq!(get(&headers, "session"), Some("x=y"));
        assert_eq!(get(&headers, "ang"), None);
    }

    #[test]
    fn refuses_a_value_that_would_split_the_header() {
        let cookie = |value| Cookie {
            name: "lang",
            value,
            max_age_seconds: 60,
            secure: true,
        };
        assert!(cookie("a\r\nb").header().is_none());
        let good = cookie("en").header().unwrap();
        assert!(good.to_str().unwrap().ends_with("; Secure"));
    }
}
