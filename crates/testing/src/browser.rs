//! Headless Chromium, driven through chromedriver.
//!
//! The WebDriver protocol is a handful of JSON requests, so it is spoken here
//! directly: the client library for it brought a second generation of the ICU
//! crates and other features of `syn`, and with them a second compilation of
//! every dependency.

use crate::provided;
use anyhow::Context;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The size and kind of a window.
#[derive(Clone, Copy, Debug)]
pub enum Window {
    /// 390 × 844 CSS pixels at 2×, with touch.
    Phone,
    /// 1440 × 900 CSS pixels at 1×.
    Desktop,
}

impl Window {
    /// Returns a name for screenshots.
    pub fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Desktop => "desktop",
        }
    }
}

/// A browser with an empty profile of its own; it ends with this value.
pub struct Browser {
    http: reqwest::Client,
    session: String,
    _profile: TempDir,
}

/// An element of the page.
pub struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

/// The key under which W3C WebDriver names elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Browser {
    /// Starts a browser that prefers `language` (`zh-CN`, `en-US`); `None`,
    /// said aloud, where there is no chromedriver.
    ///
    /// # Errors
    /// When chromedriver cannot start one.
    pub async fn start(language: &str, window: Window) -> anyhow::Result<Option<Self>> {
        let Some(driver) = provided("TEST_CHROMEDRIVER", "the browser") else {
            return Ok(None);
        };
        let _ = rustls::crypto::ring::default_provider().install_default();
        let profile = TempDir::new()?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        let options = options(language, window, &profile.path().display().to_string());
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "timeouts": {"script": 120_000},
        }}});
        let mut browser = Self {
            http,
            session: format!("{driver}/session"),
            _profile: profile,
        };
        let started = browser
            .post("", &capabilities)
            .await
            .context("starting Chromium through chromedriver")?;
        let id = started["sessionId"].as_str().context("no session")?;
        browser.session = format!("{driver}/session/{id}");
        Ok(Some(browser))
    }

    /// Opens an address and waits until the page is loaded.
    ///
    /// # Errors
    /// When the browser does not answer.
    pub async fn open(&self, url: &str) -> anyhow::Result<()> {
        self.post("/url", &json!({ "url": url })).await.map(|_| ())
    }

    /// Waits for an element; fails after a minute.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn wait(&self, css: &str) -> anyhow::Result<Element<'_>> {
        let deadline = Instant::now() + Duration::from_secs(60);
        let query = json!({ "using": "css selector", "value": css });
        loop {
            match self.post("/element", &query).await {
                Ok(found) => {
                    let id = found[ELEMENT].as_str().context("not an element")?;
                    return Ok(Element {
                        browser: self,
                        id: id.to_owned(),
                    });
                }
                Err(error) if Instant::now() > deadline => {
                    return Err(error.context(format!("no `{css}`")));
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    /// Runs a script that calls its last argument with its result.
    ///
    /// # Errors
    /// When it throws or never calls back.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> anyhow::Result<Value> {
        let body = json!({ "script": script, "args": arguments });
        self.post("/execute/async", &body).await
    }

    /// Runs a script for its effect.
    ///
    /// # Errors
    /// When it throws.
    pub async fn run(&self, script: &str) -> anyhow::Result<()> {
        let body = json!({ "script": script, "args": [] });
        self.post("/execute/sync", &body).await.map(|_| ())
    }

    /// Keeps a screenshot of the window among the test artefacts.
    ///
    /// # Errors
    /// When the browser or the disk refuse.
    pub async fn screenshot(&self, name: &str) -> anyhow::Result<()> {
        #[expect(
            clippy::disallowed_methods,
            reason = "how ./test tells where artefacts go"
        )]
        let directory = std::env::var("TEST_ARTEFACTS").map_or_else(
            |_| std::env::temp_dir().join("wenyuan-artefacts"),
            PathBuf::from,
        );
        std::fs::create_dir_all(&directory)?;
        let shot = self.get("/screenshot").await?;
        let png = shot.as_str().context("no screenshot")?;
        std::fs::write(directory.join(format!("{name}.png")), decode_base64(png))?;
        Ok(())
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        value(self.http.get(format!("{}{path}", self.session))).await
    }

    async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        value(self.http.post(format!("{}{path}", self.session)).json(body)).await
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When it does not answer any more.
    pub async fn close(self) -> anyhow::Result<()> {
        value(self.http.delete(&self.session)).await.map(|_| ())
    }
}

impl Element<'_> {
    /// Types, or chooses files in a file input (one path a line).
    ///
    /// # Errors
    /// When the element cannot take it.
    pub async fn send_keys(&self, text: &str) -> anyhow::Result<()> {
        self.act("value", &json!({ "text": text })).await
    }

    /// Clicks.
    ///
    /// # Errors
    /// When it is not to be clicked at.
    pub async fn click(&self) -> anyhow::Result<()> {
        self.act("click", &json!({})).await
    }

    /// Returns the text as shown.
    ///
    /// # Errors
    /// When the element is gone.
    pub async fn text(&self) -> anyhow::Result<String> {
        let text = self
            .browser
            .get(&format!("/element/{}/text", self.id))
            .await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Returns an attribute; empty when absent.
    ///
    /// # Errors
    /// When the element is gone.
    pub async fn attribute(&self, name: &str) -> anyhow::Result<String> {
        let path = format!("/element/{}/attribute/{name}", self.id);
        let value = self.browser.get(&path).await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    async fn act(&self, action: &str, body: &Value) -> anyhow::Result<()> {
        let path = format!("/element/{}/{action}", self.id);
        self.browser.post(&path, body).await.map(|_| ())
    }
}

fn options(language: &str, window: Window, profile: &str) -> Value {
    let mut arguments: Vec<String> = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.push(format!("--lang={language}"));
    arguments.push(format!("--user-data-dir={profile}"));
    let mut options = json!({ "prefs": { "intl.accept_languages": language } });
    match window {
        Window::Phone => {
            options["mobileEmulation"] = json!({
                "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2.0, "touch": true },
                "userAgent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 \
                              (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36",
            });
        }
        Window::Desktop => arguments.push("--window-size=1440,900".into()),
    }
    options["args"] = json!(arguments);
    options
}

/// Sends a request and takes the `value` of the answer, or its error.
async fn value(request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
    let mut answer: Value = request.send().await?.json().await?;
    let value = answer["value"].take();
    if let Some(error) = value.get("error").and_then(Value::as_str) {
        let message = value["message"].as_str().unwrap_or_default();
        anyhow::bail!("{error}: {}", message.lines().next().unwrap_or_default());
    }
    Ok(value)
}

fn decode_base64(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits = 0_u32;
    let mut count = 0;
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xff) as u8);
        }
    }
    out
}
