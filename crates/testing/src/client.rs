//! A person with a browser without JavaScript: cookies, forms, files.

use anyhow::Context;
use reqwest::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;

/// Keeps cookies, follows no redirect.
pub struct Client {
    http: reqwest::Client,
    address: String,
}

/// What another program sends.
#[derive(Clone, Copy, Debug)]
pub enum Sent<'a> {
    /// A file with its name, in a form.
    File(&'a str, &'a [u8]),
    /// Plain text.
    Text(&'a str),
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Returns the body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns the body as JSON; `null` when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Returns a header's value; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

impl Client {
    /// Makes a client for the server at `address` that prefers `language`.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(address: &str, language: &str) -> anyhow::Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_str(language)?);
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .default_headers(headers)
            .no_proxy()
            .build()?;
        Ok(Self {
            http,
            address: address.to_owned(),
        })
    }

    /// Gets a page.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.get_with(path, &[]).await
    }

    /// Gets a page with more headers.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let mut request = self.http.get(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request).await
    }

    /// Asks with another method and no body.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn method(&self, method: &str, path: &str) -> anyhow::Result<Answer> {
        let method = reqwest::Method::from_bytes(method.as_bytes())?;
        answer(self.http.request(method, self.url(path))).await
    }

    /// Sends a form as it stands, without a token.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn post_bare(&self, path: &str, fields: &[(&str, &str)]) -> anyhow::Result<Answer> {
        answer(self.http.post(self.url(path)).form(fields)).await
    }

    /// Sends a form of the page `from`, with the token that stands in it.
    ///
    /// # Errors
    /// When the server does not answer or the page has no token.
    pub async fn post(
        &self,
        from: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Answer> {
        let token = self.csrf(from).await?;
        let mut fields = fields.to_vec();
        fields.push(("csrf", &token));
        answer(self.http.post(self.url(path)).form(&fields)).await
    }

    /// Uploads one file by the scripts' interface.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn upload(&self, file_name: &str, bytes: Vec<u8>) -> anyhow::Result<Answer> {
        let token = self.csrf("/upload").await?;
        let part = Part::bytes(bytes).file_name(file_name.to_owned());
        let form = Form::new().part("file", part);
        let request = self
            .http
            .post(self.url("/api/uploads"))
            .header("X-CSRF-Token", token)
            .multipart(form);
        answer(request).await
    }

    /// Posts as another program does: with a token, and no form of a page.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn post_by_token(
        &self,
        path: &str,
        token: &str,
        body: Sent<'_>,
    ) -> anyhow::Result<Answer> {
        let request = self.http.post(self.url(path)).bearer_auth(token);
        answer(match body {
            Sent::File(name, bytes) => {
                let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
                request.multipart(Form::new().part("file", part))
            }
            Sent::Text(text) => request
                .header("Content-Type", "text/plain")
                .body(text.to_owned()),
        })
        .await
    }

    /// Returns the token in the page `from`.
    ///
    /// # Errors
    /// When the page has none.
    pub async fn csrf(&self, from: &str) -> anyhow::Result<String> {
        let page = self.get(from).await?.text();
        let after = page
            .split("name=\"csrf\" value=\"")
            .nth(1)
            .with_context(|| format!("no token in {from}"))?;
        Ok(after.split('"').next().unwrap_or_default().to_owned())
    }

    /// Registers and logs in.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn register(&self, name: &str) -> anyhow::Result<()> {
        let email = format!("{}@example.com", crate::random_name());
        let fields = [
            ("name", name),
            ("email", email.as_str()),
            ("password", Self::PASSWORD),
        ];
        let answer = self.post("/register", "/register", &fields).await?;
        anyhow::ensure!(answer.status == 303, "registering: {}", answer.text());
        Ok(())
    }

    /// The password of everybody who registers here.
    pub const PASSWORD: &str = "correct horse battery";

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

async fn answer(request: reqwest::RequestBuilder) -> anyhow::Result<Answer> {
    let response = request.send().await?;
    Ok(Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.bytes().await?.to_vec(),
    })
}
