//! What readers do: trending, and what readers of a document also read.

use crate::{publish, upload, user};
use wenyuan_domain::account::Role;
use wenyuan_domain::clock::DAY;
use wenyuan_domain::document::{self, Changes, Cursor, Document, Visibility};
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{
    Blobs, Db, DocumentId, Timestamp, UserId, Viewer, also_read, favourite, sweep, trending,
};

async fn published(db: &Db, blobs: &Blobs, owner: UserId, title: &str) -> DocumentId {
    let id = upload(db, blobs, owner, title).await;
    publish(db, blobs, id, 1).await;
    id
}

async fn opened(db: &Db, viewer: Viewer, id: DocumentId) -> Document {
    document::find(db, viewer, id).await.unwrap().unwrap()
}

async fn read(db: &Db, viewer: Viewer, id: DocumentId, reader: &str) {
    let document = opened(db, viewer, id).await;
    document::count_view(db, viewer, &document, reader)
        .await
        .unwrap();
}

async fn pair_all(db: &Db) {
    while also_read::pair_reads(db).await.unwrap() > 0 {}
}

/// Moves what was read so far into the past.
async fn age_reads(db: &Db, days: i64) {
    let mut tx = db.write().await.unwrap();
    sqlx::query("update document_views set day = day - $1")
        .bind(days)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("update trending set cools_at = cools_at - $1")
        .bind(days * DAY)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn hide(db: &Db, owner: Viewer, id: DocumentId, visibility: Visibility) {
    let document = opened(db, owner, id).await;
    let changes = Changes {
        title: document.title.clone(),
        description: String::new(),
        category: None,
        tags: Vec::new(),
        visibility,
        download: Download::Everyone,
        preview_pages: None,
    };
    document::update(db, owner, &document, &changes)
        .await
        .unwrap();
}

async fn trending_titles(db: &Db) -> Vec<String> {
    let found = trending::top(db, 10).await.unwrap();
    found.into_iter().map(|card| card.title).collect()
}

#[tokio::test]
async fn what_is_read_now_comes_before_what_was_read_more() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let old = published(db, blobs, anna.id, "old").await;
        let new = published(db, blobs, anna.id, "new").await;
        let once = published(db, blobs, anna.id, "once").await;
        assert!(trending_titles(db).await.is_empty());

        for reader in 0..6 {
            read(db, Viewer::Stranger, old, &format!("a{reader}")).await;
        }
        assert_eq!(trending_titles(db).await, ["old"]);
        age_reads(db, 4).await;
        for reader in 0..4 {
            read(db, Viewer::Stranger, new, &format!("b{reader}")).await;
            // The same reader on the same day counts once.
            read(db, Viewer::Stranger, new, &format!("b{reader}")).await;
        }
        read(db, Viewer::Stranger, once, "c").await;
        // One's own reading and keeping does not count.
        read(db, anna.viewer(), once, "u1").await;
        let document = opened(db, anna.viewer(), once).await;
        favourite::set(db, anna.id, &document, true).await.unwrap();
        assert_eq!(trending_titles(db).await, ["new", "old"]);

        // Page by page.
        let now = Timestamp::now();
        let first = document::trending(db, now, Cursor::START, 1).await.unwrap();
        let after = Cursor {
            key: first[0].1.0,
            id: first[0].0.id.0,
        };
        let second = document::trending(db, now, after, 9).await.unwrap();
        assert_eq!(second.len(), 1);
        assert_eq!(second[0].0.title, "old");

        hide(db, anna.viewer(), new, Visibility::Unlisted).await;
        assert_eq!(trending_titles(db).await, ["old"]);
        age_reads(db, 30).await;
        assert!(trending_titles(db).await.is_empty());
        sweep::run(db, blobs, sweep::GRACE).await.unwrap();
    }
}

#[tokio::test]
async fn keeping_counts_and_letting_go_takes_it_back() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let bert = user(db, "Bert", Role::Member).await;
        let id = published(db, blobs, anna.id, "kept").await;
        let document = opened(db, bert.viewer(), id).await;
        for keep in [true, true] {
            favourite::set(db, bert.id, &document, keep).await.unwrap();
        }
        assert_eq!(trending_titles(db).await, ["kept"]);
        for keep in [false, false, true, false] {
            favourite::set(db, bert.id, &document, keep).await.unwrap();
        }
        assert!(trending_titles(db).await.is_empty());
    }
}

#[tokio::test]
async fn two_readers_make_documents_belong_together() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let a = published(db, blobs, anna.id, "a").await;
        let b = published(db, blobs, anna.id, "b").await;
        let c = published(db, blobs, anna.id, "c").await;
        let popular = published(db, blobs, anna.id, "popular").await;

        for id in [a, b, c, popular] {
            read(db, Viewer::Stranger, id, "one").await;
        }
        pair_all(db).await;
        assert!(also_read::list(db, a).await.unwrap().is_empty(), "one");
        for id in [a, b, popular] {
            read(db, Viewer::Stranger, id, "two").await;
        }
        for reader in 0..30 {
            read(db, Viewer::Stranger, popular, &format!("p{reader}")).await;
        }
        pair_all(db).await;
        assert_eq!(also_read::list(db, a).await.unwrap(), [b.0, popular.0]);
        assert_eq!(also_read::list(db, b).await.unwrap(), [a.0, popular.0]);
        assert!(also_read::list(db, c).await.unwrap().is_empty());

        // What is hidden does not come into a list that is made anew, and is
        // not shown from one that was made before.
        hide(db, anna.viewer(), b, Visibility::Private).await;
        let listed = also_read::list(db, a).await.unwrap();
        let cards = document::by_ids(db, &listed).await.unwrap();
        assert_eq!(cards.len(), 1);
        assert_eq!(cards[0].id, popular);
        for id in [a, c] {
            read(db, Viewer::Stranger, id, "three").await;
        }
        pair_all(db).await;
        assert_eq!(also_read::list(db, a).await.unwrap(), [c.0, popular.0]);

        // Who goes takes his pairs along.
        let document = opened(db, anna.viewer(), c).await;
        assert!(
            document::delete(db, anna.viewer(), &document)
                .await
                .unwrap()
        );
        assert_eq!(also_read::list(db, a).await.unwrap(), [popular.0]);
    }
}

#[tokio::test]
async fn a_member_is_the_same_over_days_and_counts_once() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let a = published(db, blobs, anna.id, "a").await;
        let b = published(db, blobs, anna.id, "b").await;
        for reader in ["u7", "u8"] {
            read(db, Viewer::Stranger, a, reader).await;
        }
        pair_all(db).await;
        age_reads(db, 5).await;
        sweep::run(db, blobs, sweep::GRACE).await.unwrap();
        for id in [a, b] {
            read(db, Viewer::Stranger, id, "u7").await;
        }
        pair_all(db).await;
        age_reads(db, 1).await;
        for id in [a, b] {
            read(db, Viewer::Stranger, id, "u7").await;
        }
        pair_all(db).await;
        assert!(also_read::list(db, a).await.unwrap().is_empty(), "only u7");
        read(db, Viewer::Stranger, b, "u8").await;
        pair_all(db).await;
        assert_eq!(also_read::list(db, a).await.unwrap(), [b.0]);
        let row = sqlx::query_scalar::<_, i64>(
            "select readers from co_reads where document_id = $1 and other_id = $2",
        )
        .bind(b.0)
        .bind(a.0)
        .fetch_one(db.read())
        .await
        .unwrap();
        assert_eq!(row, 2);
    }
}

#[tokio::test]
async fn who_read_what_is_forgotten() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = published(db, blobs, anna.id, "a").await;
        for reader in ["u7", "0f"] {
            read(db, Viewer::Stranger, id, reader).await;
        }
        let mut left = Vec::new();
        for days in [2, 1, 11, 1] {
            age_reads(db, days).await;
            sweep::run(db, blobs, sweep::GRACE).await.unwrap();
            let row =
                sqlx::query_scalar::<_, i64>("select cast(count(*) as bigint) from document_views")
                    .fetch_one(db.read())
                    .await
                    .unwrap();
            left.push(row);
        }
        assert_eq!(left, [2, 1, 1, 0]);
    }
}
