use crate::{publish, put, upload, user};
use wenyuan_domain::account::Role;
use wenyuan_domain::{document, sweep, verify};

#[tokio::test]
async fn a_deleted_documents_bytes_go_and_everybody_elses_stay() {
    let stores = wenyuan_testing::stores().unwrap();
    for test in wenyuan_testing::databases().await.unwrap() {
        for store in stores.iter().filter(|store| store.is_private) {
            let (db, blobs) = (&test.db, &store.blobs);
            let anna = user(db, "Anna", Role::Member).await;
            let keep = upload(db, blobs, anna.id, "keep").await;
            publish(db, blobs, keep, 2).await;
            let go = upload(db, blobs, anna.id, "go").await;
            publish(db, blobs, go, 2).await;
            let stray = put(blobs, "written, never registered").await;

            let document = document::find(db, anna.viewer(), go)
                .await
                .unwrap()
                .unwrap();
            assert!(
                document::delete(db, anna.viewer(), &document)
                    .await
                    .unwrap()
            );
            let swept = sweep::run(db, blobs, sweep::GRACE).await.unwrap();
            assert_eq!(swept.blobs, 0, "nothing young is touched");

            let swept = sweep::run(db, blobs, -1_000_000).await.unwrap();
            // Original, PDF, report, and three for each of two pages; the stray.
            assert_eq!(swept.blobs, 9 + 1);
            assert!(!blobs.exists(&stray.sha256).await.unwrap());
            assert!(!blobs.exists(&document.original).await.unwrap());

            let failed: Vec<_> = verify::run(db, blobs)
                .await
                .unwrap()
                .into_iter()
                .filter(|check| !check.ok)
                .collect();
            assert!(failed.is_empty(), "{failed:?}");
        }
    }
}

#[tokio::test]
async fn verify_finds_a_missing_blob_and_a_missing_page() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        publish(db, blobs, id, 2).await;
        let document = document::find(db, anna.viewer(), id)
            .await
            .unwrap()
            .unwrap();
        blobs.delete(&document.original).await.unwrap();
        let mut tx = db.write().await.unwrap();
        sqlx::query("delete from document_pages where number = 2")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let failed: Vec<String> = verify::run(db, blobs)
            .await
            .unwrap()
            .into_iter()
            .filter(|check| !check.ok)
            .map(|check| check.detail)
            .collect();
        assert_eq!(failed.len(), 2, "{failed:?}");
        assert!(failed[0].contains(&document.original.to_string()));
        assert!(failed[1].contains("has 1 of 2 pages"), "{failed:?}");
    }
}
