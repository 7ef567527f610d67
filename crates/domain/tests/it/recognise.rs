//! Recognised text: which pages are looked at, and what becomes of it.

use crate::{page_of, publish, put, upload, user};
use wenyuan_domain::account::Role;
use wenyuan_domain::document::{self, NewPage, RecognisedPage};
use wenyuan_domain::{Blobs, Db, DocumentId};

/// A document whose second page of two is a scan.
async fn half_a_scan(db: &Db, blobs: &Blobs) -> DocumentId {
    let anna = user(db, "Anna", Role::Member).await;
    let id = upload(db, blobs, anna.id, "扫描件").await;
    publish(db, blobs, id, 2).await;
    let scan = NewPage {
        text: String::new(),
        ..page_of(blobs, id, 2, 2).await
    };
    document::add_page(db, id, &scan).await.unwrap();
    id
}

async fn recognised(blobs: &Blobs) -> RecognisedPage {
    RecognisedPage {
        number: 2,
        layout: put(blobs, "layout").await,
        text: "识别的文字".into(),
    }
}

#[tokio::test]
async fn what_was_taken_down_is_recognised_too() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let id = half_a_scan(db, blobs).await;
        let staff = user(db, "Staff", Role::Moderator).await;
        let source = document::source(db, id).await.unwrap().unwrap();
        document::withdraw(db, staff.viewer(), &source.document, true, "x")
            .await
            .unwrap();
        // It may be put back, and nobody would ask again.
        let pages = document::unrecognised_pages(db, id, 9).await.unwrap();
        let numbers: Vec<_> = pages.iter().map(|page| page.number).collect();
        assert_eq!(numbers, [2]);
    }
}

#[tokio::test]
async fn what_comes_too_late_is_told_so() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let id = half_a_scan(db, blobs).await;
        let page = document::unrecognised_pages(db, id, 9)
            .await
            .unwrap()
            .remove(0);
        let text = recognised(blobs).await;
        assert!(
            document::store_recognised(db, id, &page, &text)
                .await
                .unwrap()
        );
        assert!(
            !document::store_recognised(db, id, &page, &text)
                .await
                .unwrap(),
            "it has text now"
        );
        let pages = document::unrecognised_pages(db, id, 9).await.unwrap();
        assert!(pages.is_empty());
    }
}

#[tokio::test]
async fn recognised_pages_are_counted_where_they_are_shown() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let id = half_a_scan(db, blobs).await;
        let page = document::unrecognised_pages(db, id, 9)
            .await
            .unwrap()
            .remove(0);
        document::store_recognised(db, id, &page, &recognised(blobs).await)
            .await
            .unwrap();
        let document = document::source(db, id).await.unwrap().unwrap().document;
        for (window, count) in [(1..=2, 1), (2..=2, 1), (1..=1, 0), (3..=9, 0)] {
            let counted = document::recognised_count(db, &document, window.clone())
                .await
                .unwrap();
            assert_eq!(counted, count, "{window:?}");
        }
    }
}
