//! A site over a temporary directory and a browser for it, for the tests of
//! this crate. The journey through conversion is tested where a worker is.

use crate::{Config, Site, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use std::collections::BTreeMap;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;
use wenyuan_domain::account::{NewUser, Role, User};
use wenyuan_domain::blob::S3Options;
use wenyuan_domain::document::{self, NewDocument, NewPage, Published, Visibility};
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{Blobs, Db, DocumentId, UserId};
use wenyuan_search::Index;

pub(crate) struct TestSite {
    pub(crate) site: Arc<Site>,
    router: Router,
    _dir: TempDir,
}

/// The largest upload of a test site.
pub(crate) const MAX_UPLOAD: u64 = 64 << 10;
/// The password of everybody.
pub(crate) const PASSWORD: &str = "correct horse";

impl TestSite {
    pub(crate) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// Makes a site with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let dir = TempDir::new().unwrap();
        let path = |name: &str| dir.path().join(name);
        std::fs::create_dir(path("spool")).unwrap();
        let db = Db::open(&format!("sqlite:{}", path("db").display()))
            .await
            .unwrap();
        let blobs = Blobs::open(path("blobs").to_str().unwrap(), &S3Options::default()).unwrap();
        let index = Index::open(&path("index")).unwrap();
        let mut config = Config {
            spool_dir: path("spool"),
            max_upload_bytes: MAX_UPLOAD,
            secret: [7; 32],
            ..Config::default()
        };
        change(&mut config);
        let site = Arc::new(Site::new(db, blobs, index, config));
        Self {
            router: router(Arc::clone(&site)),
            site,
            _dir: dir,
        }
    }

    pub(crate) fn browser(&self) -> Browser<'_> {
        Browser {
            site: self,
            cookies: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// Makes an account without the form.
    pub(crate) async fn user(&self, name: &str, role: Role) -> User {
        let new = NewUser {
            name: name.to_owned(),
            email: format!("{name}@example.org"),
            password: PASSWORD.to_owned(),
            role,
        };
        wenyuan_domain::account::create(&self.site.db, new)
            .await
            .unwrap()
    }

    /// Returns how many files lie in the spool directory.
    pub(crate) fn spooled(&self) -> usize {
        std::fs::read_dir(&self.site.config.spool_dir)
            .unwrap()
            .count()
    }
}

/// Puts in a document of one page as a worker would, tagged 文化.
pub(crate) async fn published(
    site: &TestSite,
    owner: UserId,
    title: &str,
    visibility: Visibility,
) -> DocumentId {
    let id = drawn(site, owner, title, visibility, &["正文"]).await;
    document::settle(&site.site.db, id, &[], &document::Verdict::Publish)
        .await
        .unwrap();
    id
}

/// Puts in a document with these pages as a worker would before it is checked.
pub(crate) async fn drawn(
    site: &TestSite,
    owner: UserId,
    title: &str,
    visibility: Visibility,
    pages: &[&str],
) -> DocumentId {
    let put = async |text: String| site.site.blobs.put(text.into()).await.unwrap();
    let db = &site.site.db;
    let new = NewDocument {
        owner,
        title: title.to_owned(),
        description: String::new(),
        category: None,
        tags: vec!["文化".to_owned()],
        visibility,
        download: Download::Everyone,
        preview_pages: None,
        file_name: format!("{title}.docx"),
        original: put(format!("original of {title}")).await,
    };
    let id = document::create(db, new).await.unwrap();
    let image = put(format!("image of {title}")).await;
    let page_count = u32::try_from(pages.len()).unwrap();
    for (number, text) in (1..).zip(pages) {
        let page = NewPage {
            number,
            page_count,
            width_pt: 595.0,
            height_pt: 842.0,
            narrow: (image, 800, 1131),
            wide: (image, 1600, 2262),
            layout: put(r#"{"number":1,"width":595,"height":842,"lines":[]}"#.to_owned()).await,
            text: (*text).to_owned(),
            cover: None,
        };
        document::add_page(db, id, &page).await.unwrap();
    }
    let published = Published {
        format: "docx".to_owned(),
        engine: "native".to_owned(),
        language: "zh".to_owned(),
        page_count,
        pdf: put(format!("pdf of {title}")).await,
        report: put("{}".to_owned()).await,
        recognise: false,
    };
    document::publish(db, id, &published).await.unwrap();
    id
}

/// A browser: it keeps cookies.
pub(crate) struct Browser<'a> {
    site: &'a TestSite,
    cookies: BTreeMap<String, String>,
    headers: Vec<(&'static str, String)>,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }
}

impl Browser<'_> {
    /// Sends a header with every request.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &str,
        media_type: Option<&str>,
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "library.test");
        if let Some(media_type) = media_type {
            request = request.header(header::CONTENT_TYPE, media_type);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if !self.cookies.is_empty() {
            let line: Vec<_> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request = request.header(header::COOKIE, line.join("; "));
        }
        let request = request.body(body.into()).unwrap();
        let response = self.site.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 4 << 20).await.unwrap();
        Answer {
            status,
            headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Body::empty()).await
    }

    /// Returns the token that the form on the page at `path` holds.
    pub(crate) async fn token(&mut self, path: &str) -> String {
        let page = self.get(path).await;
        let at = page
            .body
            .find("name=\"csrf\" value=\"")
            .unwrap_or_else(|| panic!("no token on {path}: {} {}", page.status, page.body));
        page.body[at..].split('"').nth(3).unwrap().to_owned()
    }

    /// Posts a form with the token of the page at `page`.
    pub(crate) async fn post(&mut self, page: &str, path: &str, fields: &str) -> Answer {
        let token = self.token(page).await;
        self.post_raw(path, format!("csrf={token}&{fields}")).await
    }

    pub(crate) async fn post_raw(&mut self, path: &str, body: String) -> Answer {
        self.send(
            Method::POST,
            path,
            Some("application/x-www-form-urlencoded"),
            body,
        )
        .await
    }

    /// Posts a form with files: `(field, file name or nothing, content)`.
    pub(crate) async fn post_files(
        &mut self,
        path: &str,
        parts: &[(&str, Option<&str>, &[u8])],
    ) -> Answer {
        let mut body = Vec::new();
        for (field, file_name, content) in parts {
            body.extend_from_slice(
                format!("--cut\r\nContent-Disposition: form-data; name=\"{field}\"").as_bytes(),
            );
            if let Some(name) = file_name {
                body.extend_from_slice(
                    format!("; filename=\"{name}\"\r\nContent-Type: application/octet-stream")
                        .as_bytes(),
                );
            }
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--cut--\r\n");
        self.send(
            Method::POST,
            path,
            Some("multipart/form-data; boundary=cut"),
            body,
        )
        .await
    }

    /// Logs in with the form.
    pub(crate) async fn log_in(&mut self, name: &str) {
        let fields = format!("login={name}&password={}", crate::url::encode(PASSWORD));
        let answer = self.post("/login", "/login", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
}
