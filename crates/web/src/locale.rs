//! The reader's language: messages, numbers, dates, sizes.
//!
//! All text that people see stands in `locales/*.ftl`, Chinese and English.
//! The language is the cookie's, else the first of `Accept-Language` that is
//! spoken here, else Chinese.

use crate::cookie::{self, Cookie};
use crate::redirect;
use crate::site::{Config, Site};
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::{Arc, LazyLock};
use time::UtcOffset;
use wenyuan_domain::Timestamp;

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Chinese, simplified.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Returns `zh` or `en`: the cookie's value and the domain's name for it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// Returns the tag for the `lang` attribute.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// Returns the language to switch to.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }

    fn parse(code: &str) -> Option<Self> {
        match code {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    fn choose(headers: &HeaderMap) -> Self {
        cookie::get(headers, COOKIE)
            .and_then(Self::parse)
            .or_else(|| accepted(headers))
            .unwrap_or(Self::Zh)
    }
}

const COOKIE: &str = "lang";
const COOKIE_SECONDS: i64 = 365 * 86_400;

/// Returns the spoken language of highest weight in `Accept-Language`.
fn accepted(headers: &HeaderMap) -> Option<Lang> {
    let line = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(f32, Lang)> = None;
    for item in line.split(',').take(20) {
        let mut parts = item.split(';');
        let range = parts.next().unwrap_or_default().trim();
        let primary = range.split('-').next().unwrap_or_default();
        let Some(lang) = Lang::parse(&primary.to_ascii_lowercase()) else {
            continue;
        };
        let weight = parts
            .find_map(|part| part.trim().strip_prefix("q="))
            .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, lang));
        }
    }
    best.map(|(_, lang)| lang)
}

/// The reader's language and the site's time zone: `t` in the templates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locale {
    /// The language.
    pub(crate) lang: Lang,
    offset: UtcOffset,
}

impl Locale {
    /// Returns the locale for a language on a site.
    pub(crate) fn new(lang: Lang, config: &Config) -> Self {
        let seconds = i32::from(config.utc_offset_minutes) * 60;
        Self {
            lang,
            offset: UtcOffset::from_whole_seconds(seconds).unwrap_or(UtcOffset::UTC),
        }
    }

    /// Returns the locale that a request asks for.
    pub(crate) fn of(headers: &HeaderMap, config: &Config) -> Self {
        Self::new(Lang::choose(headers), config)
    }

    /// Returns the tag for the `lang` attribute.
    pub(crate) fn tag(&self) -> &'static str {
        self.lang.tag()
    }

    /// Returns a message without arguments.
    pub(crate) fn get(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// Returns a message with one argument.
    pub(crate) fn with(&self, key: &str, name: &str, value: impl Argument) -> String {
        let mut args = FluentArgs::new();
        args.set(name.to_owned(), value.value());
        self.format(key, Some(&args))
    }

    /// Returns a message with two arguments, `(name, value)`.
    pub(crate) fn with2(&self, key: &str, first: impl Named, second: impl Named) -> String {
        let mut args = FluentArgs::new();
        args.set(first.name(), first.value());
        args.set(second.name(), second.value());
        self.format(key, Some(&args))
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = bundle(self.lang);
        let pattern = bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else {
            // The catalogue test finds every missing key before a reader does.
            tracing::error!(key, "message missing from the catalogue");
            return key.to_owned();
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors);
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "message cannot be formatted");
        }
        text.into_owned()
    }

    /// Returns a number with its thousands apart: `1,945,073`.
    pub(crate) fn number(&self, n: impl Into<Count>) -> String {
        group(n.into().0)
    }

    /// Returns the day: `2023-04-24`, `Apr 24, 2023`.
    pub(crate) fn date(&self, at: &Timestamp) -> String {
        let day = at.utc().to_offset(self.offset);
        match self.lang {
            Lang::Zh => iso_day(day),
            Lang::En => format!("{} {}, {}", month(day.month()), day.day(), day.year()),
        }
    }

    /// Returns day and time in the site's time zone.
    pub(crate) fn datetime(&self, at: &Timestamp) -> String {
        let local = at.utc().to_offset(self.offset);
        format!(
            "{} {:02}:{:02}",
            self.date(at),
            local.hour(),
            local.minute()
        )
    }

    /// Returns the day for a `datetime` attribute: `2023-04-24`.
    pub(crate) fn machine_date(&self, at: &Timestamp) -> String {
        iso_day(at.utc().to_offset(self.offset))
    }

    /// Returns a size: `812 B`, `16.90 KB`, `3.20 MB` (1 KB is 1,024 B).
    pub(crate) fn size(&self, size_bytes: &u64) -> String {
        const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
        if *size_bytes < 1024 {
            return format!("{size_bytes} B");
        }
        // Hundredths, rounded, in integers: floats would show 16.89 for 16.895.
        let mut unit = 0;
        let mut scale: u128 = 1024;
        let hundredths = |scale: u128| (u128::from(*size_bytes) * 100 + scale / 2) / scale;
        while hundredths(scale) >= 102_400 && unit + 1 < UNITS.len() {
            scale *= 1024;
            unit += 1;
        }
        let value = hundredths(scale);
        let name = UNITS.get(unit).copied().unwrap_or("TB");
        format!("{}.{:02} {name}", value / 100, value % 100)
    }
}

fn iso_day(day: time::OffsetDateTime) -> String {
    format!(
        "{:04}-{:02}-{:02}",
        day.year(),
        u8::from(day.month()),
        day.day()
    )
}

fn month(month: time::Month) -> &'static str {
    const NAMES: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    NAMES
        .get(usize::from(u8::from(month)).saturating_sub(1))
        .copied()
        .unwrap_or("")
}

fn group(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count of anything, from whatever integer holds it.
#[derive(Clone, Copy)]
pub(crate) struct Count(u64);

/// An argument of a message: a text, or a count that chooses singular and
/// plural and is shown with its thousands apart.
pub(crate) trait Argument {
    /// Returns the value as the catalogue's engine takes it.
    fn value(&self) -> FluentValue<'static>;
}

macro_rules! counts {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Count {
            fn from(n: $integer) -> Self {
                Self(u64::try_from(n).unwrap_or(0))
            }
        }

        impl From<&$integer> for Count {
            fn from(n: &$integer) -> Self {
                Self::from(*n)
            }
        }

        impl Argument for $integer {
            fn value(&self) -> FluentValue<'static> {
                FluentValue::from(Count::from(*self).0)
            }
        }
    )*};
}
counts!(u32, u64, usize, i64);

impl Argument for str {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_owned())
    }
}

impl Argument for String {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::from(self.clone())
    }
}

impl<T: Argument + ?Sized> Argument for &T {
    fn value(&self) -> FluentValue<'static> {
        (**self).value()
    }
}

/// An argument with its name; templates pass a reference to the pair.
pub(crate) trait Named {
    /// Returns the name.
    fn name(&self) -> String;
    /// Returns the value.
    fn value(&self) -> FluentValue<'static>;
}

impl<T: Argument> Named for (&str, T) {
    fn name(&self) -> String {
        self.0.to_owned()
    }

    fn value(&self) -> FluentValue<'static> {
        self.1.value()
    }
}

impl<T: Named + ?Sized> Named for &T {
    fn name(&self) -> String {
        (**self).name()
    }

    fn value(&self) -> FluentValue<'static> {
        (**self).value()
    }
}

const ZH: &[&str] = &[
    include_str!("../locales/zh.ftl"),
    include_str!("../locales/authenticity.zh.ftl"),
    include_str!("../locales/shelf.zh.ftl"),
    include_str!("../locales/document.zh.ftl"),
    include_str!("../locales/people.zh.ftl"),
    include_str!("../locales/reading.zh.ftl"),
    include_str!("../locales/api.zh.ftl"),
];
const EN: &[&str] = &[
    include_str!("../locales/en.ftl"),
    include_str!("../locales/authenticity.en.ftl"),
    include_str!("../locales/shelf.en.ftl"),
    include_str!("../locales/document.en.ftl"),
    include_str!("../locales/people.en.ftl"),
    include_str!("../locales/reading.en.ftl"),
    include_str!("../locales/api.en.ftl"),
];

type Bundle = FluentBundle<FluentResource>;

fn bundle(lang: Lang) -> &'static Bundle {
    static CHINESE: LazyLock<Bundle> = LazyLock::new(|| load("zh-CN", ZH));
    static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| load("en", EN));
    match lang {
        Lang::Zh => &CHINESE,
        Lang::En => &ENGLISH,
    }
}

fn load(tag: &str, sources: &[&str]) -> Bundle {
    let mut bundle = Bundle::new_concurrent(tag.parse().into_iter().collect());
    // The marks around arguments are for mixed directions; neither language
    // here runs right to left, and they would end up in titles and mail.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) if number.value >= 0.0 => Some(group(number.value as u64)),
        _ => None,
    }));
    for source in sources {
        let resource = match FluentResource::try_new((*source).to_owned()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                tracing::error!(tag, ?errors, "catalogue has errors");
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(tag, ?errors, "catalogue has a key twice");
        }
    }
    bundle
}

impl FromRequestParts<Arc<Site>> for Locale {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, &site.config))
    }
}

/// The query of the language switch.
#[derive(Deserialize)]
pub(crate) struct Switch {
    #[serde(default)]
    to: String,
    #[serde(default)]
    back: String,
}

/// Remembers a language and goes back.
pub(crate) async fn switch_language(
    State(site): State<Arc<Site>>,
    Query(switch): Query<Switch>,
) -> Response {
    let mut response = redirect::see_other(redirect::local(&switch.back));
    let cookie = Lang::parse(&switch.to).and_then(|lang| {
        Cookie {
            name: COOKIE,
            value: lang.code(),
            max_age_seconds: COOKIE_SECONDS,
            secure: site.config.secure_cookies,
        }
        .header()
    });
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
#[path = "locale_tests.rs"]
mod tests;
