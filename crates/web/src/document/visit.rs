//! Whether a request is a reader's, and whose: what stands behind 阅读次数.
//!
//! A reader counts once a day. He is known by his account, or else by a keyed
//! hash of what his browser shows of itself, under a key of the day: the hash
//! cannot be traced back, nor one day's be matched with another's.

use crate::site::Config;
use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use ring::hmac;
use std::net::{IpAddr, SocketAddr};
use wenyuan_domain::{Timestamp, Viewer};

/// What programs that are no readers have in their names, in lower case.
const CRAWLERS: [&str; 36] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "archiver",
    "facebookexternalhit",
    "mediapartners",
    "bingpreview",
    "lighthouse",
    "pagespeed",
    "pingdom",
    "uptime",
    "monitor",
    "feedfetcher",
    "curl/",
    "wget/",
    "python",
    "go-http-client",
    "java/",
    "okhttp",
    "libwww",
    "httpclient",
    "scrapy",
    "axios",
    "node-fetch",
    "ruby",
    "perl",
    "php/",
    "guzzle",
    "postman",
    "yisou",
    "baiduboxapp-prefetch",
    "sogou web",
    "360spider",
    "bytespider",
    "whatsapp",
];

/// Returns whether the request is that of somebody who opens the page to read
/// it, as far as it tells.
pub(crate) fn is_reading(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::GET && !is_prefetch(headers) && !is_crawler(headers)
}

/// Returns the name under which a reader is counted on the day of `now`.
pub(crate) fn reader_key(
    config: &Config,
    viewer: Viewer,
    address: Option<IpAddr>,
    headers: &HeaderMap,
    now: Timestamp,
) -> String {
    if let Some(id) = viewer.id() {
        return format!("u{id}");
    }
    let root = hmac::Key::new(hmac::HMAC_SHA256, &config.secret);
    let day = hmac::sign(&root, format!("reader {}", now.day()).as_bytes());
    let mut shown = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, day.as_ref()));
    let network = address.map(|address| network(address).to_string());
    for part in [
        network.as_deref().unwrap_or_default(),
        field(headers, &header::USER_AGENT),
        field(headers, &header::ACCEPT_LANGUAGE),
    ] {
        shown.update(&part.len().to_be_bytes());
        shown.update(part.as_bytes());
    }
    hex::encode(shown.sign())
}

/// Returns the name under which a reader (by [`reader_key`]) is counted as one
/// who searched for `query` on the day of `now`. It differs for every query: no
/// two of them can be found to be the same reader's.
pub(crate) fn searcher_key(config: &Config, reader: &str, query: &str, now: Timestamp) -> String {
    let root = hmac::Key::new(hmac::HMAC_SHA256, &config.secret);
    let day = hmac::sign(&root, format!("searcher {}", now.day()).as_bytes());
    let mut shown = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, day.as_ref()));
    for part in [reader, query] {
        shown.update(&part.len().to_be_bytes());
        shown.update(part.as_bytes());
    }
    hex::encode(shown.sign())
}

/// Returns where a request came from.
pub(crate) fn address(request: &Parts) -> Option<IpAddr> {
    let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(address)| address.ip())
}

fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"]
        .iter()
        .any(|name| {
            headers
                .get(*name)
                .and_then(|value| value.to_str().ok())
                .is_some_and(|value| {
                    let value = value.to_ascii_lowercase();
                    value.contains("prefetch")
                        || value.contains("prerender")
                        || value.contains("preview")
                })
        })
}

fn is_crawler(headers: &HeaderMap) -> bool {
    let agent = field(headers, &header::USER_AGENT).to_ascii_lowercase();
    agent.is_empty() || CRAWLERS.iter().any(|name| agent.contains(name))
}

fn field<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// A household has one IPv6 prefix of 64 bits and ever new addresses in it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use wenyuan_domain::UserId;
    use wenyuan_domain::account::Role;
    use wenyuan_domain::clock::DAY;

    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0";

    fn agent(name: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, HeaderValue::from_static(name));
        headers
    }

    #[test]
    fn browsers_read_and_crawlers_do_not() {
        for reader in [
            FIREFOX,
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
             (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50",
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile baiduboxapp/13",
        ] {
            assert!(is_reading(&Method::GET, &agent(reader)), "{reader}");
            assert!(!is_reading(&Method::HEAD, &agent(reader)));
        }
        for crawler in [
            "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Sogou web spider/4.0",
            "facebookexternalhit/1.1",
            "curl/8.5.0",
            "python-requests/2.32",
            "",
        ] {
            assert!(!is_reading(&Method::GET, &agent(crawler)), "{crawler}");
        }
        assert!(!is_reading(&Method::GET, &HeaderMap::new()));
    }

    #[test]
    fn a_prefetch_is_no_reading() {
        for (name, value) in [
            ("sec-purpose", "prefetch"),
            ("sec-purpose", "prefetch;prerender"),
            ("purpose", "prefetch"),
            ("x-moz", "prefetch"),
        ] {
            let mut headers = agent(FIREFOX);
            headers.insert(name, HeaderValue::from_static(value));
            assert!(!is_reading(&Method::GET, &headers), "{name}: {value}");
        }
    }

    #[test]
    fn a_reader_is_the_same_for_a_day_and_no_longer() {
        let config = Config::default();
        let now = Timestamp(20_000 * DAY);
        let key = |address: &str, agent_name, now| {
            let address = address.parse().ok();
            reader_key(&config, Viewer::Stranger, address, &agent(agent_name), now)
        };
        let first = key("192.0.2.1", FIREFOX, now);
        assert_eq!(first, key("192.0.2.1", FIREFOX, now.plus(DAY - 1)));
        assert_eq!(first, key("::ffff:192.0.2.1", FIREFOX, now));
        assert_ne!(first, key("192.0.2.1", FIREFOX, now.plus(DAY)));
        assert_ne!(first, key("192.0.2.2", FIREFOX, now));
        assert_ne!(first, key("192.0.2.1", "Safari", now));
        assert_eq!(
            key("2001:db8::1", FIREFOX, now),
            key("2001:db8::2", FIREFOX, now)
        );
        assert_ne!(
            key("2001:db8::1", FIREFOX, now),
            key("2001:db8:0:1::1", FIREFOX, now)
        );
        assert!(!first.contains("192"));
    }

    #[test]
    fn a_searcher_is_another_one_for_every_query_and_day() {
        let config = Config::default();
        let now = Timestamp(20_000 * DAY);
        let key = |reader, query, now| searcher_key(&config, reader, query, now);
        let first = key("u5", "文化站", now);
        assert_eq!(first, key("u5", "文化站", now.plus(DAY - 1)));
        assert_ne!(first, key("u5", "文化站", now.plus(DAY)));
        assert_ne!(first, key("u5", "文化", now));
        assert_ne!(first, key("u6", "文化站", now));
        assert_ne!(key("u5", "5文", now), key("u55", "文", now));
    }

    #[test]
    fn a_member_is_his_account() {
        let viewer = Viewer::Member {
            id: UserId(5),
            role: Role::Member,
        };
        let key = reader_key(
            &Config::default(),
            viewer,
            None,
            &HeaderMap::new(),
            Timestamp(0),
        );
        assert_eq!(key, "u5");
    }
}
