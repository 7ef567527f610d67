//! The upload page, which also works without JavaScript.

use super::accept::{self, Common};
use super::receive::{Files, ReceiveError, receive, text, verify_first_field};
use crate::card::Choice;
use crate::csrf::Browser;
use crate::error::WebError;
use crate::layout::{Layout, Member};
use crate::locale::Locale;
use crate::site::{Absence, Config, Site};
use crate::{redirect, refusal, render, url};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "upload/upload.html")]
struct UploadPage {
    t: Locale,
    layout: Layout,
    csrf: String,
    formats: String,
    /// Endings for the file chooser: `.docx,.pdf`; anything when empty.
    accept: String,
    /// What cannot be read here, and why; empty when there is nothing to say.
    absent: String,
    limit: String,
    limit_bytes: u64,
    empty_message: String,
    too_large_message: String,
    categories: Vec<Choice>,
}

/// Shows the form.
pub(crate) async fn show_upload(
    State(site): State<Arc<Site>>,
    member: Member,
) -> Result<Response, WebError> {
    let reader = &member.reader;
    let t = reader.t;
    let tree = wenyuan_domain::category::tree(&site.db).await?;
    render::page(&UploadPage {
        t,
        layout: reader.layout().unlisted(),
        csrf: reader.csrf(),
        formats: refusal::formats(&site.config),
        accept: accepted(&site.config),
        absent: absent(&site.config, &t),
        limit: refusal::limit(&site.config, &t),
        limit_bytes: site.config.max_upload_bytes,
        empty_message: refusal::sentence("empty", &site.config, &t),
        too_large_message: refusal::sentence("too_large", &site.config, &t),
        categories: Choice::list(&tree, t.lang),
    })
}

fn accepted(config: &Config) -> String {
    let endings: Vec<String> = config
        .endings
        .iter()
        .map(|ending| format!(".{ending}"))
        .collect();
    endings.join(",")
}

fn absent(config: &Config, t: &Locale) -> String {
    if config.absent_formats.is_empty() {
        return String::new();
    }
    let key = match config.absence {
        Absence::NotInstalled => "upload-absent",
        Absence::Off => "upload-absent-off",
    };
    t.with(key, "formats", refusal::upper_case(&config.absent_formats))
}

/// What became of one file.
struct Outcome {
    file_name: String,
    /// The document's page, if there is one now.
    url: Option<String>,
    message: String,
}

#[derive(Template)]
#[template(path = "upload/outcome.html")]
struct OutcomePage {
    t: Locale,
    layout: Layout,
    outcomes: Vec<Outcome>,
}

/// The most files of one request.
const FILES: usize = 100;

/// Takes the form's files. One that will not do leaves the others unharmed.
pub(crate) async fn create_uploads(
    State(site): State<Arc<Site>>,
    member: Member,
    browser: Browser,
    Files(mut files): Files,
) -> Result<Response, WebError> {
    let t = member.reader.t;
    verify_first_field(&mut files, &browser, &site.config).await?;

    let mut common = Common::default();
    let mut received = Vec::new();
    let mut outcomes = Vec::new();
    while let Some(field) = files.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            common.set(&name, &text(field).await?);
            continue;
        }
        // What browsers send for a choice of no file.
        if field.file_name().is_none_or(str::is_empty) {
            continue;
        }
        if received.len() + outcomes.len() >= FILES {
            return Err(WebError::TooLarge);
        }
        match receive(field, &site.config).await {
            Ok(file) => received.push(file),
            Err(ReceiveError::Refused { file_name, kind }) => outcomes.push(Outcome {
                file_name,
                url: None,
                message: refusal::sentence(kind, &site.config, &t),
            }),
            Err(ReceiveError::Broken(error)) => return Err(error),
        }
    }
    common.check(&site).await?;
    for file in received {
        let accepted = accept::accept(&site, member.user.id, &file, &common).await?;
        outcomes.push(Outcome {
            file_name: file.file_name.clone(),
            url: Some(url::document(accepted.id)),
            message: if accepted.is_known {
                t.get("upload-known")
            } else {
                t.get("upload-accepted")
            },
        });
    }
    if outcomes.is_empty() {
        return Ok(redirect::see_other("/upload"));
    }
    let page = OutcomePage {
        t,
        layout: member.reader.layout().unlisted(),
        outcomes,
    };
    if page.outcomes.iter().any(|outcome| outcome.url.is_none()) {
        render::unprocessable(&page)
    } else {
        Ok(redirect::see_other("/my/documents"))
    }
}
