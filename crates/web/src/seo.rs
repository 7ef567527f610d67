//! For search engines and for those who share a link: robots, sitemap, and
//! what a document's page says of itself (description, Open Graph, JSON-LD).
//!
//! The sitemap holds what `wenyuan-domain` lists for everybody; metadata hold
//! no more of the text than the reader of the page is shown.

use crate::error::WebError;
use crate::layout::{self, Reader};
use crate::site::Site;
use crate::url;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::Arc;
use time::format_description::well_known::Rfc3339;
use wenyuan_domain::document::{self, Document};
use wenyuan_domain::id::CollectionId;
use wenyuan_domain::{DocumentId, Timestamp, collection};

crate::routes::route_table! {
    get "/robots.txt" => show_robots;
    get "/sitemap.xml" => show_sitemap_index;
    get "/sitemap/{file}" => show_sitemap;
}

/// Documents in one file of the sitemap; the protocol allows 50,000.
const CHUNK: u32 = 10_000;
/// What search engines show of a description.
const DESCRIPTION_CHARS: usize = 120;
/// The longest line that is taken for a heading.
const HEADING_CHARS: usize = 48;

/// What a document's page says of itself to programs.
pub(crate) struct Metadata {
    /// Its one address, with scheme and host.
    pub(crate) url: String,
    /// What it is about, in a sentence or two; may be empty.
    pub(crate) description: String,
    /// The address of its picture.
    pub(crate) image: Option<String>,
    /// `zh_CN` or `en_US`, for Open Graph: the language of the document.
    pub(crate) locale: Option<&'static str>,
    /// Schema.org's description, as the text of a script element.
    pub(crate) json_ld: String,
}

impl Metadata {
    /// Describes a document. `first_text` is the text of its first page, as
    /// far as the reader may see it, `cover_url` its cover likewise.
    pub(crate) fn new(
        reader: &Reader,
        site_name: &str,
        document: &Document,
        first_text: &str,
        cover_url: Option<String>,
    ) -> Self {
        let url = reader.absolute(&url::document(document.id));
        let about = if document.description.trim().is_empty() {
            without_headings(first_text)
        } else {
            &document.description
        };
        let description = wenyuan_text::excerpt(about, DESCRIPTION_CHARS);
        let image = cover_url.map(|cover| reader.absolute(&cover));
        let owner_url = reader.absolute(&url::author(&document.owner_name));
        let json_ld = data_block(&linked_data(
            document,
            site_name,
            &url,
            &description,
            image.as_deref(),
            &owner_url,
        ));
        Self {
            locale: match document.language.as_str() {
                "zh" => Some("zh_CN"),
                "en" => Some("en_US"),
                _ => None,
            },
            url,
            description,
            image,
            json_ld,
        }
    }
}

/// Returns a text from its first sentence on: title, author and date at its
/// head say nothing that the page's title does not.
fn without_headings(text: &str) -> &str {
    let is_prose = |line: &str| {
        let long = line.chars().count() > HEADING_CHARS;
        long || line.trim_end().ends_with(['。', '！', '？', '.', '!', '?'])
    };
    let mut rest = text;
    while let Some((line, after)) = rest.split_once('\n') {
        if is_prose(line) {
            return rest;
        }
        rest = after;
    }
    // Nothing but short lines: a list, a table, slides.
    if is_prose(rest) { rest } else { text }
}

/// The uploader is named as provider, not as author: that he wrote it is more
/// than the site knows.
fn linked_data(
    document: &Document,
    site_name: &str,
    url: &str,
    description: &str,
    image: Option<&str>,
    owner_url: &str,
) -> Value {
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "DigitalDocument",
        "@id": url,
        "url": url,
        "name": document.title,
        "identifier": document.id.to_string(),
        "isAccessibleForFree": document.preview_pages.is_none(),
        "provider": { "@type": "Person", "name": document.owner_name, "url": owner_url },
        "isPartOf": { "@type": "WebSite", "name": site_name },
        "dateModified": rfc3339(document.updated_at),
    });
    if let Some(fields) = data.as_object_mut() {
        let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        if !description.is_empty() {
            put("description", json!(description));
        }
        if let Some(image) = image {
            put("thumbnailUrl", json!(image));
        }
        if document.language != "und" && !document.language.is_empty() {
            put("inLanguage", json!(document.language));
        }
        if !document.tags.is_empty() {
            put("keywords", json!(document.tags.join(",")));
        }
        if let Some(published) = document.published_at {
            put("datePublished", json!(rfc3339(published)));
        }
        if document.view_count > 0 {
            let counter = json!({
                "@type": "InteractionCounter",
                "interactionType": "https://schema.org/ReadAction",
                "userInteractionCount": document.view_count,
            });
            put("interactionStatistic", counter);
        }
    }
    data
}

/// Returns JSON that can stand in a script element: nothing in it ends one.
pub(crate) fn data_block(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// Returns a moment as feeds and sitemaps write it.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    let second = at.utc().replace_nanosecond(0).unwrap_or_else(|_| at.utc());
    second.format(&Rfc3339).unwrap_or_default()
}

/// Tells crawlers what to leave alone: what is not for reading, what has no
/// end, and originals.
pub(crate) async fn show_robots(State(site): State<Arc<Site>>, headers: HeaderMap) -> Response {
    let sitemap = layout::absolute(&site, host(&headers), "/sitemap.xml");
    let text = format!(
        "User-agent: *\n\
         Disallow: /account\n\
         Disallow: /api/\n\
         Disallow: /language\n\
         Disallow: /login\n\
         Disallow: /manage/\n\
         Disallow: /my/\n\
         Disallow: /register\n\
         Disallow: /search\n\
         Disallow: /upload\n\
         Disallow: /d/*/collections\n\
         Disallow: /d/*/download\n\
         Disallow: /d/*/events\n\
         Disallow: /d/*/find\n\
         Disallow: /d/*/share\n\
         Disallow: /d/*?q=\n\
         \n\
         Sitemap: {sitemap}\n"
    );
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=3600"),
        ),
    ];
    (headers, text).into_response()
}

/// Lists the files of the sitemap.
///
/// A file is named by the id before its first document, so that new documents
/// change the last file only.
pub(crate) async fn show_sitemap_index(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let mut files = Vec::new();
    let mut after = DocumentId(0);
    loop {
        let chunk = document::for_sitemap(&site.db, after, CHUNK).await?;
        let Some((last, _)) = chunk.last() else { break };
        let changed = chunk.iter().map(|(_, updated)| *updated).max();
        files.push((after, changed));
        if chunk.len() < CHUNK as usize {
            break;
        }
        after = *last;
    }
    let collections = collection_files(&site).await?;
    let base = layout::absolute(&site, host(&headers), "");
    let names: Vec<_> = files
        .iter()
        .map(|(after, changed)| (after.to_string(), *changed))
        .chain(collections)
        .collect();
    Ok(xml(sitemap_index(&base, &names)))
}

/// The files of collections, named like those of documents, behind a word.
async fn collection_files(site: &Site) -> Result<Vec<(String, Option<Timestamp>)>, WebError> {
    let mut files = Vec::new();
    let mut after = CollectionId(0);
    loop {
        let chunk = collection::for_sitemap(&site.db, after, CHUNK).await?;
        let Some((last, _)) = chunk.last() else { break };
        let changed = chunk.iter().map(|(_, updated)| *updated).max();
        files.push((format!("{COLLECTIONS}{after}"), changed));
        if chunk.len() < CHUNK as usize {
            break;
        }
        after = *last;
    }
    Ok(files)
}

const COLLECTIONS: &str = "collections-";

/// Lists the documents, or collections, of one file of the sitemap.
pub(crate) async fn show_sitemap(
    State(site): State<Arc<Site>>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let name = file.strip_suffix(".xml").ok_or(WebError::NotFound)?;
    let pages: Vec<(String, Timestamp)> = if let Some(after) = name.strip_prefix(COLLECTIONS) {
        let after = after.parse().map_err(|_| WebError::NotFound)?;
        let found = collection::for_sitemap(&site.db, after, CHUNK).await?;
        let page = |(id, updated)| (url::collection(id), updated);
        found.into_iter().map(page).collect()
    } else {
        let after = name.parse().map_err(|_| WebError::NotFound)?;
        let found = document::for_sitemap(&site.db, after, CHUNK).await?;
        let page = |(id, updated)| (url::document(id), updated);
        found.into_iter().map(page).collect()
    };
    if pages.is_empty() {
        return Err(WebError::NotFound);
    }
    let base = layout::absolute(&site, host(&headers), "");
    Ok(xml(sitemap(&base, &pages)))
}

const SITEMAP_NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

fn sitemap_index(base: &str, files: &[(String, Option<Timestamp>)]) -> String {
    let mut out = format!("<sitemapindex xmlns=\"{SITEMAP_NAMESPACE}\">\n");
    for (name, changed) in files {
        let address = escape(&format!("{base}/sitemap/{name}.xml"));
        let changed = changed.map(|at| format!("<lastmod>{}</lastmod>", rfc3339(at)));
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "<sitemap><loc>{address}</loc>{}</sitemap>",
            changed.unwrap_or_default()
        );
    }
    out.push_str("</sitemapindex>\n");
    out
}

fn sitemap(base: &str, pages: &[(String, Timestamp)]) -> String {
    let mut out = format!("<urlset xmlns=\"{SITEMAP_NAMESPACE}\">\n");
    for (page, updated) in pages {
        let address = escape(&format!("{base}{page}"));
        let _ = writeln!(
            out,
            "<url><loc>{address}</loc><lastmod>{}</lastmod></url>",
            rfc3339(*updated)
        );
    }
    out.push_str("</urlset>\n");
    out
}

fn xml(body: String) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/xml; charset=utf-8"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=600"),
        ),
    ];
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}");
    (headers, text).into_response()
}

/// Returns a text that can stand in XML, between tags or in an attribute.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn host(headers: &HeaderMap) -> &str {
    headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2023-04-24 00:00:00 UTC, and a fraction.
    const DAY: Timestamp = Timestamp(1_682_294_400_123_456);

    #[test]
    fn the_sitemap_lists_addresses_with_their_change() {
        let text = sitemap("https://a.example", &[("/d/7".to_owned(), DAY)]);
        assert_eq!(
            text,
            "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n\
             <url><loc>https://a.example/d/7</loc><lastmod>2023-04-24T00:00:00Z</lastmod></url>\n\
             </urlset>\n"
        );
    }

    #[test]
    fn the_index_names_files_by_what_stands_before_them() {
        let files = [("0".to_owned(), Some(DAY)), ("10004".to_owned(), None)];
        let text = sitemap_index("http://a.example?<&", &files);
        assert!(
            text.contains(
                "<loc>http://a.example?&lt;&amp;/sitemap/0.xml</loc><lastmod>2023-04-24T"
            )
        );
        assert!(text.contains("/sitemap/10004.xml</loc></sitemap>"));
        assert!(!sitemap_index("http://a.example", &[]).contains("<sitemap>"));
    }

    #[test]
    fn a_description_begins_with_a_sentence() {
        let text = "2023年活动总结\n文化厅\n自我厅学习以来。\n一、重在深化";
        assert_eq!(without_headings(text), "自我厅学习以来。\n一、重在深化");
        assert_eq!(without_headings("目录\n第一章"), "目录\n第一章");
        assert_eq!(without_headings(""), "");
    }

    #[test]
    fn no_title_ends_the_script_it_stands_in() {
        let block = data_block(&json!({ "name": "</script><script>alert(1)</script>&\u{2028}" }));
        assert!(!block.contains(['<', '>', '&', '\u{2028}']), "{block}");
        let back: Value = serde_json::from_str(&block).unwrap_or_default();
        assert_eq!(back["name"], "</script><script>alert(1)</script>&\u{2028}");
    }
}
