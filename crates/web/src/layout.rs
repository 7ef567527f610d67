//! Who asks, and what every page shows around its content.

use crate::csrf::Browser;
use crate::error::WebError;
use crate::locale::Locale;
use crate::site::Site;
use crate::{redirect, session, url};
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::sync::Arc;
use wenyuan_domain::account::User;
use wenyuan_domain::{Viewer, notice, review};

/// Whoever asks for a page, logged in or not.
pub(crate) struct Reader {
    /// For the domain's visibility rule.
    pub(crate) viewer: Viewer,
    /// The account, if logged in.
    pub(crate) user: Option<User>,
    /// The language.
    pub(crate) t: Locale,
    site: Arc<Site>,
    unseen: u32,
    waiting: u32,
    browser: Option<Browser>,
    path: String,
    host: String,
}

impl Reader {
    /// Learns who asks. A session that cannot be read (the database is gone)
    /// counts as none: what the page itself needs of the database will fail
    /// and say so.
    pub(crate) async fn load(parts: &mut Parts, site: &Arc<Site>) -> Self {
        let user = match session::token(&site.config, &parts.headers) {
            Some(token) => match wenyuan_domain::session::find(&site.db, token).await {
                Ok(user) => user,
                Err(error) => {
                    tracing::error!(%error, "session cannot be read");
                    None
                }
            },
            None => None,
        };
        let unseen = match &user {
            Some(user) if wants_page(parts) => unseen(site, user).await,
            _ => 0,
        };
        let waiting = match &user {
            Some(user) if user.role.is_staff() && wants_page(parts) => waiting(site).await,
            _ => 0,
        };
        let host = parts
            .headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or("localhost");
        Self {
            viewer: user.as_ref().map_or(Viewer::Stranger, User::viewer),
            user,
            t: Locale::of(&parts.headers, &site.config),
            site: Arc::clone(site),
            unseen,
            waiting,
            browser: parts.extensions.get::<Browser>().cloned(),
            path: parts
                .uri
                .path_and_query()
                .map_or("/", |path| path.as_str())
                .to_owned(),
            host: host.to_owned(),
        }
    }

    /// Returns the token for a form on the page (field `csrf`).
    pub(crate) fn csrf(&self) -> String {
        let token = |browser: &Browser| browser.token(&self.site.config);
        self.browser.as_ref().map(token).unwrap_or_default()
    }

    /// Returns the address of a path with scheme and host, for canonical
    /// links, sharing and the sitemap.
    pub(crate) fn absolute(&self, path: &str) -> String {
        absolute(&self.site, &self.host, path)
    }

    /// Returns path and query of the request.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Returns what the page shows around its content.
    pub(crate) fn layout(&self) -> Layout {
        let path_only = self.path.split('?').next().unwrap_or("/");
        Layout {
            site_name: self.site.name(self.t.lang).to_owned(),
            user: self.user.as_ref().map(|user| LayoutUser {
                name: user.name.clone(),
                is_staff: user.role.is_staff(),
                csrf: self.csrf(),
                waiting: match self.waiting {
                    0 => String::new(),
                    review::COUNTED.. => format!("{}+", review::COUNTED - 1),
                    count => count.to_string(),
                },
                notices: match self.unseen {
                    0 => String::new(),
                    notice::COUNTED.. => format!("{}+", notice::COUNTED - 1),
                    count => count.to_string(),
                },
            }),
            canonical: self.absolute(path_only),
            log_in_url: url::log_in(&self.path),
            language_url: url::language(self.t.lang.other().code(), &self.path),
            query: String::new(),
            index: true,
        }
    }
}

/// Returns the address of a path with scheme and host.
pub(crate) fn absolute(site: &Site, host: &str, path: &str) -> String {
    match &site.config.base_url {
        Some(base) => format!("{base}{path}"),
        None if site.config.secure_cookies => format!("https://{host}{path}"),
        None => format!("http://{host}{path}"),
    }
}

impl FromRequestParts<Arc<Site>> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Infallible> {
        Ok(Self::load(parts, site).await)
    }
}

/// Somebody who has logged in. Others are sent to the log-in page and come
/// back from there; scripts get status 401.
pub(crate) struct Member {
    /// As for anybody who asks for a page.
    pub(crate) reader: Reader,
    /// The account.
    pub(crate) user: User,
}

impl FromRequestParts<Arc<Site>> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Response> {
        let reader = Reader::load(parts, site).await;
        match reader.user.clone() {
            Some(user) => Ok(Self { reader, user }),
            None if wants_json(parts) => Err(WebError::LogIn.into_response()),
            None if parts.method.is_safe() => Err(redirect::see_other(&url::log_in(&reader.path))),
            None => Err(redirect::see_other(&url::log_in("/"))),
        }
    }
}

impl Member {
    /// Lets nobody pass but staff.
    pub(crate) fn staff_only(&self) -> Result<(), WebError> {
        if self.reader.viewer.is_staff() {
            Ok(())
        } else {
            Err(WebError::Forbidden)
        }
    }
}

/// Returns whether a script asks, not a page.
pub(crate) fn wants_json(parts: &Parts) -> bool {
    let accept = parts.headers.get(header::ACCEPT);
    parts.uri.path().starts_with("/api/")
        || accept.is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
}

/// Returns whether the answer may be a page with the header: pictures, of
/// which a page has many, need no more than the session.
fn wants_page(parts: &Parts) -> bool {
    let accept = parts.headers.get(header::ACCEPT);
    !wants_json(parts) && !accept.is_some_and(|value| value.as_bytes().starts_with(b"image/"))
}

/// Counts the notices that wait. The page is shown without the count when it
/// cannot be had.
async fn unseen(site: &Site, user: &User) -> u32 {
    notice::unseen(&site.db, user.id)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "notices cannot be counted");
            0
        })
}

/// Counts the uploads that wait for a reviewer; none when they cannot be
/// counted.
async fn waiting(site: &Site) -> u32 {
    review::count(&site.db).await.unwrap_or_else(|error| {
        tracing::error!(%error, "reviews cannot be counted");
        0
    })
}

/// What `layout.html` shows around a page.
pub(crate) struct Layout {
    /// The site's name in the reader's language.
    pub(crate) site_name: String,
    /// The account, if logged in.
    pub(crate) user: Option<LayoutUser>,
    /// The page's one address, with scheme and host.
    pub(crate) canonical: String,
    /// Where the log-in link leads.
    pub(crate) log_in_url: String,
    /// Where the language switch leads.
    pub(crate) language_url: String,
    /// What stands in the search box.
    pub(crate) query: String,
    /// Whether search engines may list the page.
    pub(crate) index: bool,
}

impl Layout {
    /// Keeps the page out of search engines.
    pub(crate) fn unlisted(mut self) -> Self {
        self.index = false;
        self
    }
}

/// The account in the header.
pub(crate) struct LayoutUser {
    /// Its name.
    pub(crate) name: String,
    /// Whether it moderates the library.
    pub(crate) is_staff: bool,
    /// The token of the log-out button.
    pub(crate) csrf: String,
    /// How many uploads wait for a reviewer; empty without any.
    pub(crate) waiting: String,
    /// How many notices wait; empty without any.
    pub(crate) notices: String,
}
