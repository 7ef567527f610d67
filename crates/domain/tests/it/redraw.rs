//! Drawing a document again: who may, and what becomes of the pages.

use crate::{draw, page_of, publish, put, upload, user};
use wenyuan_domain::account::Role;
use wenyuan_domain::document::{self, Document, Engine, NewPage, Published, Redrawn, State};
use wenyuan_domain::job::{self, Kind};
use wenyuan_domain::{Blobs, Db, DocumentId, Viewer, verify};

async fn find(db: &Db, id: DocumentId) -> Document {
    document::source(db, id).await.unwrap().unwrap().document
}

async fn published(blobs: &Blobs, pages: u32) -> Published {
    Published {
        format: "docx".into(),
        engine: "libreoffice".into(),
        language: "zh".into(),
        page_count: pages,
        pdf: put(blobs, "another PDF").await,
        report: put(blobs, "{}").await,
        recognise: false,
    }
}

async fn two_pages(blobs: &Blobs, id: DocumentId) -> Vec<NewPage> {
    let mut pages = Vec::new();
    for number in 1..=2 {
        let mut page = page_of(blobs, id, number, 2).await;
        page.text = format!("重绘第{number}页");
        pages.push(page);
    }
    pages
}

async fn texts(db: &Db, id: DocumentId) -> Vec<String> {
    let texts = document::page_texts(db, &find(db, id).await).await.unwrap();
    texts.into_iter().map(|(_, text)| text).collect()
}

#[tokio::test]
async fn pages_stay_until_the_new_ones_are_all_there() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        publish(db, blobs, id, 3).await;
        let before = texts(db, id).await;
        let mine = find(db, id).await;
        let asked = document::redraw(db, anna.viewer(), &mine, Engine::LibreOffice).await;
        assert!(asked.unwrap());
        let source = document::source(db, id).await.unwrap().unwrap();
        assert_eq!(
            (source.state, source.asked),
            (State::Readable, Engine::LibreOffice)
        );
        assert!(source.is_redrawing);
        assert_eq!(texts(db, id).await, before);

        let pages = two_pages(blobs, id).await;
        let published = published(blobs, 2).await;
        document::replace(
            db,
            id,
            Engine::LibreOffice,
            &Redrawn {
                pages,
                steps: Vec::new(),
            },
            &published,
        )
        .await
        .unwrap();
        let after = find(db, id).await;
        assert_eq!((after.page_count, after.pages_ready), (2, 2));
        assert_eq!(after.engine, "libreoffice");
        assert!(!after.is_redrawing);
        assert_eq!(texts(db, id).await, ["重绘第1页", "重绘第2页"]);
        // Nobody asked again, so a worker that comes late changes nothing.
        document::replace(db, id, Engine::Native, &Redrawn::default(), &published)
            .await
            .unwrap();
        assert_eq!(texts(db, id).await.len(), 2);
    }
}

#[tokio::test]
async fn a_redraw_that_fails_leaves_the_pages_and_says_why() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        publish(db, blobs, id, 3).await;
        let before = texts(db, id).await;
        let mine = find(db, id).await;
        document::redraw(db, anna.viewer(), &mine, Engine::LibreOffice)
            .await
            .unwrap();
        // What is for a first conversion does not touch it.
        document::refuse(db, id, "internal", "five times")
            .await
            .unwrap();
        assert_eq!(texts(db, id).await, before);
        document::keep(db, id, Engine::LibreOffice, "timeout", "600 s")
            .await
            .unwrap();

        let kept = document::find(db, anna.viewer(), id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((kept.state, kept.is_redrawing), (State::Readable, false));
        assert_eq!(kept.engine, "native");
        assert_eq!(kept.failure.unwrap().kind, "timeout");
        assert_eq!(texts(db, id).await, before);
        let open = document::find(db, Viewer::Stranger, id)
            .await
            .unwrap()
            .unwrap();
        assert!(open.failure.is_none());
    }
}

#[tokio::test]
async fn whoever_changes_his_mind_meanwhile_is_served_too() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        publish(db, blobs, id, 3).await;
        while let Some(job) = job::lease(db, Kind::Convert, "w").await.unwrap() {
            job::finish(db, &job).await.unwrap();
        }
        let mine = find(db, id).await;
        for engine in [Engine::LibreOffice, Engine::Native] {
            assert!(
                document::redraw(db, anna.viewer(), &mine, engine)
                    .await
                    .unwrap()
            );
            // The first is being worked on when the second comes.
            if engine == Engine::LibreOffice {
                assert!(job::lease(db, Kind::Convert, "w").await.unwrap().is_some());
            }
        }
        let pages = two_pages(blobs, id).await;
        let published = published(blobs, 2).await;
        document::replace(
            db,
            id,
            Engine::LibreOffice,
            &Redrawn {
                pages,
                steps: Vec::new(),
            },
            &published,
        )
        .await
        .unwrap();
        let source = document::source(db, id).await.unwrap().unwrap();
        assert!(source.is_redrawing);
        assert_eq!(source.asked, Engine::Native);
        assert!(job::lease(db, Kind::Convert, "w").await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_failure_does_not_take_back_what_was_asked_for_meanwhile() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        publish(db, blobs, id, 1).await;
        let mine = find(db, id).await;
        for engine in [Engine::LibreOffice, Engine::Native] {
            document::redraw(db, anna.viewer(), &mine, engine)
                .await
                .unwrap();
        }
        document::keep(db, id, Engine::LibreOffice, "timeout", "600 s")
            .await
            .unwrap();
        let kept = find(db, id).await;
        assert!(kept.is_redrawing && kept.failure.is_none());
        document::keep(db, id, Engine::Native, "timeout", "600 s")
            .await
            .unwrap();
        let kept = find(db, id).await;
        assert!(!kept.is_redrawing && kept.failure.is_some());
    }
}

#[tokio::test]
async fn a_redraw_that_nobody_works_on_is_found() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        publish(db, blobs, id, 1).await;
        let first = job::lease(db, Kind::Convert, "w").await.unwrap().unwrap();
        job::finish(db, &first).await.unwrap();
        let mine = find(db, id).await;
        document::redraw(db, anna.viewer(), &mine, Engine::LibreOffice)
            .await
            .unwrap();
        let failed = async || {
            let checks = verify::run(db, blobs).await.unwrap();
            let failed = checks.into_iter().filter(|check| !check.ok);
            failed.map(|check| check.detail).collect::<Vec<_>>()
        };
        assert_eq!(failed().await, [""; 0]);
        let second = job::lease(db, Kind::Convert, "w").await.unwrap().unwrap();
        job::finish(db, &second).await.unwrap();
        let failed = failed().await;
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert!(failed[0].contains(&format!("document {id}")), "{failed:?}");
    }
}

#[tokio::test]
async fn a_retry_forgets_the_engine_that_failed() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        document::refuse(db, id, "damaged", "cut").await.unwrap();
        let refused = find(db, id).await;
        document::redraw(db, anna.viewer(), &refused, Engine::LibreOffice)
            .await
            .unwrap();
        document::refuse(db, id, "needs_libreoffice", "gone")
            .await
            .unwrap();
        let mine = document::find(db, anna.viewer(), id).await.unwrap();
        assert!(
            document::retry(db, anna.viewer(), &mine.unwrap())
                .await
                .unwrap()
        );
        let source = document::source(db, id).await.unwrap().unwrap();
        assert_eq!(
            (source.state, source.asked),
            (State::Converting, Engine::Auto)
        );
    }
}

#[tokio::test]
async fn only_the_owner_and_staff_ask_and_staff_are_logged() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let other = user(db, "Other", Role::Member).await;
        let staff = user(db, "Staff", Role::Moderator).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        draw(db, blobs, id, 1).await;
        let ask = async |viewer, engine| {
            let document = find(db, id).await;
            document::redraw(db, viewer, &document, engine)
                .await
                .unwrap()
        };
        assert!(
            !ask(anna.viewer(), Engine::Native).await,
            "it is converting"
        );
        publish(db, blobs, id, 3).await;
        for viewer in [Viewer::Stranger, other.viewer()] {
            assert!(!ask(viewer, Engine::LibreOffice).await);
        }
        assert!(!find(db, id).await.is_redrawing);
        assert!(ask(staff.viewer(), Engine::LibreOffice).await);
        let logged: (String, String) =
            sqlx::query_as("select action, detail from audit_log order by id desc limit 1")
                .fetch_one(db.read())
                .await
                .unwrap();
        assert_eq!(
            logged,
            ("document.redraw".to_owned(), "libreoffice".to_owned())
        );

        // What was taken down is for staff; what was refused begins anew.
        let document = find(db, id).await;
        document::withdraw(db, staff.viewer(), &document, true, "x")
            .await
            .unwrap();
        assert!(!ask(anna.viewer(), Engine::Native).await);
        assert!(ask(staff.viewer(), Engine::Native).await);
        let second = upload(db, blobs, anna.id, "另一份").await;
        document::refuse(db, second, "damaged", "cut")
            .await
            .unwrap();
        let refused = find(db, second).await;
        assert!(
            document::redraw(db, anna.viewer(), &refused, Engine::LibreOffice)
                .await
                .unwrap()
        );
        let again = find(db, second).await;
        assert_eq!(
            (again.state, again.is_redrawing),
            (State::Converting, false)
        );
    }
}
