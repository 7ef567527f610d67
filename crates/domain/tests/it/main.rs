//! The domain on real databases and stores.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod account;
mod api_token;
mod audit;
mod blob;
mod category_vote;
mod collection;
mod description;
mod document;
mod file_check;
mod follow;
mod job;
mod migration;
mod reading;
mod recognise;
mod redraw;
mod review;
mod saved_search;
mod search_history;
mod search_log;
mod shelf;
mod signatures;
mod sweep;

use wenyuan_domain::account::{NewUser, Role, User};
use wenyuan_domain::document::{NewDocument, NewPage, Published, Verdict, Visibility};
use wenyuan_domain::finding::NewFinding;
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{
    BlobRef, Blobs, Db, DocumentId, UserId, account as accounts, document as documents,
    job as jobs, signature,
};
use wenyuan_text::authenticity::{Evidence, Finding, Kind, Swap, sign};

pub(crate) async fn user(db: &Db, name: &str, role: Role) -> User {
    let new = NewUser {
        name: name.into(),
        email: format!("{}@example.com", hex::encode(name)),
        password: "correct horse battery".into(),
        role,
    };
    accounts::create(db, new).await.unwrap()
}

pub(crate) async fn put(blobs: &Blobs, text: &str) -> BlobRef {
    blobs.put(text.to_owned().into()).await.unwrap()
}

pub(crate) async fn upload(db: &Db, blobs: &Blobs, owner: UserId, title: &str) -> DocumentId {
    let new = NewDocument {
        owner,
        title: title.into(),
        description: String::new(),
        category: None,
        tags: vec!["文化".into(), "文化".into(), "总结".into()],
        visibility: Visibility::Public,
        download: Download::Everyone,
        preview_pages: None,
        file_name: format!("{title}.docx"),
        original: put(blobs, &format!("original of {title}")).await,
    };
    documents::create(db, new).await.unwrap()
}

/// A page as the worker would draw it.
pub(crate) async fn page_of(blobs: &Blobs, id: DocumentId, number: u32, pages: u32) -> NewPage {
    NewPage {
        number,
        page_count: pages,
        width_pt: 595.0,
        height_pt: 842.0,
        narrow: (
            put(blobs, &format!("{id} narrow {number}")).await,
            800,
            1132,
        ),
        wide: (put(blobs, &format!("{id} wide {number}")).await, 1600, 2264),
        layout: put(blobs, &format!("{id} layout {number}")).await,
        text: format!("第{number}页\0 of {id}"),
        cover: None,
    }
}

/// Draws `pages` pages as the worker would.
pub(crate) async fn draw(db: &Db, blobs: &Blobs, id: DocumentId, pages: u32) {
    for number in 1..=pages {
        let page = page_of(blobs, id, number, pages).await;
        documents::add_page(db, id, &page).await.unwrap();
    }
}

/// Draws a document, lets it pass the check, and publishes it.
pub(crate) async fn publish(db: &Db, blobs: &Blobs, id: DocumentId, pages: u32) {
    convert(db, blobs, id, pages).await;
    let checked = jobs::lease(db, jobs::Kind::Check, "test")
        .await
        .unwrap()
        .unwrap();
    let pages = documents::checked_pages(db, id, 10_000).await.unwrap();
    let text: String = pages.into_iter().map(|page| page.text + "\n").collect();
    signature::put(db, id, &sign(&text)).await.unwrap();
    documents::settle(db, id, &[], &Verdict::Publish)
        .await
        .unwrap();
    jobs::finish(db, &checked).await.unwrap();
}

/// Draws a document as the worker would; it is to be checked.
pub(crate) async fn convert(db: &Db, blobs: &Blobs, id: DocumentId, pages: u32) {
    draw(db, blobs, id, pages).await;
    let published = Published {
        format: "docx".into(),
        engine: "native".into(),
        language: "zh".into(),
        page_count: pages,
        pdf: put(blobs, &format!("{id} pdf")).await,
        report: put(blobs, &format!("{id} report")).await,
        recognise: false,
    };
    documents::publish(db, id, &published).await.unwrap();
}

/// Lets a check end as `verdict` says, with one finding: that the document is
/// like `other`, or that its title promises what its text has not.
pub(crate) async fn settle(
    db: &Db,
    id: DocumentId,
    other: Option<DocumentId>,
    verdict: &documents::Verdict,
) {
    let finding = match other {
        Some(_) => Finding {
            kind: Kind::SpunCopy,
            rule: "spun.pairs".into(),
            coverage: 0.98,
            other_coverage: 0.97,
            swaps: vec![Swap {
                from: "发展".into(),
                to: "进展".into(),
                count: 18,
            }],
            swap_count: 54,
            replaced: 118,
            evidence: Evidence::Passages {
                passages: Vec::new(),
            },
        },
        None => Finding {
            kind: Kind::TitleMismatch,
            rule: "title.terms".into(),
            coverage: 1.0,
            other_coverage: 0.0,
            swaps: Vec::new(),
            swap_count: 0,
            replaced: 0,
            evidence: Evidence::Terms {
                missing: vec!["科学发展观".into()],
                instead: Vec::new(),
            },
        },
    };
    let new = NewFinding {
        finding,
        other,
        is_hint: false,
    };
    documents::settle(db, id, &[new], verdict).await.unwrap();
}

/// The actions in the audit log, in order, but for the making of accounts.
pub(crate) async fn audited(db: &Db) -> Vec<String> {
    sqlx::query_scalar("select action from audit_log where action not like 'account.%' order by id")
        .fetch_all(db.read())
        .await
        .unwrap()
}
