use crate::{draw, publish, put, upload, user};
use wenyuan_domain::account::Role;
use wenyuan_domain::category::{self, Seed};
use wenyuan_domain::document::{
    self, Changes, CreateError, Cursor, NewDocument, NewStep, State, UpdateError, Visibility,
};
use wenyuan_domain::job::{self, Kind};
use wenyuan_domain::visibility::{Download, DownloadAccess};
use wenyuan_domain::{Viewer, favourite, sweep, verify};

#[tokio::test]
async fn an_upload_is_private_to_its_owner_until_it_is_readable() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let other = user(db, "Other", Role::Member).await;
        let staff = user(db, "Staff", Role::Moderator).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        draw(db, blobs, id, 2).await;

        for viewer in [Viewer::Stranger, other.viewer()] {
            assert!(document::find(db, viewer, id).await.unwrap().is_none());
        }
        let mine = document::find(db, anna.viewer(), id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((mine.state, mine.pages_ready), (State::Converting, 2));
        assert_eq!(mine.tags, ["文化", "总结"]);
        assert_eq!(document::pages(db, &mine).await.unwrap().len(), 2);
        assert!(
            document::find(db, staff.viewer(), id)
                .await
                .unwrap()
                .is_some()
        );
        assert!(
            document::latest(db, Cursor::START, 10)
                .await
                .unwrap()
                .is_empty()
        );

        publish(db, blobs, id, 3).await;
        let open = document::find(db, Viewer::Stranger, id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(open.access.pages, 3);
        assert!(!open.access.edit);
        let texts = document::page_texts(db, &open).await.unwrap();
        assert_eq!(texts[2], (3, format!("第3页 of {id}")));
        assert_eq!(
            document::latest(db, Cursor::START, 10).await.unwrap().len(),
            1
        );
        let job = job::lease(db, Kind::Index, "w").await.unwrap().unwrap();
        assert_eq!(job.subject, id.0);
    }
}

#[tokio::test]
async fn names_in_use_are_those_of_listed_documents() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let bert = user(db, "Bert", Role::Member).await;
        let first = upload(db, blobs, anna.id, "报告").await;
        publish(db, blobs, first, 1).await;
        let second = upload(db, blobs, anna.id, "报告二").await;
        publish(db, blobs, second, 1).await;
        // Still converting.
        upload(db, blobs, bert.id, "报告三").await;

        let named = |name: &str, count| (name.to_owned(), count);
        let tags = document::tags_in_use(db, 10).await.unwrap();
        assert_eq!(tags, [named("总结", 2), named("文化", 2)]);
        assert_eq!(document::tags_in_use(db, 1).await.unwrap().len(), 1);
        let authors = document::authors_in_use(db, 10).await.unwrap();
        assert_eq!(authors, [named("Anna", 2)]);

        let ask = |names: [&str; 2]| names.map(str::to_owned).to_vec();
        let tags = || document::tags_still_in_use(db, ask(["文化", "没有"]));
        let authors = || document::authors_still_in_use(db, ask(["Bert", "Anna"]));
        assert_eq!(tags().await.unwrap(), ["文化"]);
        assert_eq!(authors().await.unwrap(), ["Anna"]);
        for id in [first, second] {
            let mine = document::find(db, anna.viewer(), id).await.unwrap();
            document::delete(db, anna.viewer(), &mine.unwrap())
                .await
                .unwrap();
        }
        assert!(tags().await.unwrap().is_empty() && authors().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_preview_budget_holds_for_every_kind_of_page_content() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        publish(db, blobs, id, 5).await;
        let mine = document::find(db, anna.viewer(), id)
            .await
            .unwrap()
            .unwrap();
        let changes = Changes {
            title: " 新\n标题 ".into(),
            description: "x".into(),
            category: None,
            tags: vec!["甲".into()],
            visibility: Visibility::Public,
            download: Download::Members,
            preview_pages: Some(2),
        };
        document::update(db, anna.viewer(), &mine, &changes)
            .await
            .unwrap();

        let stranger = document::find(db, Viewer::Stranger, id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(stranger.title, "新 标题");
        assert_eq!(stranger.access.download, DownloadAccess::LogIn);
        assert_eq!(document::pages(db, &stranger).await.unwrap().len(), 2);
        assert_eq!(document::page_texts(db, &stranger).await.unwrap().len(), 2);
        assert!(document::page(db, &stranger, 2).await.unwrap().is_some());
        assert!(document::page(db, &stranger, 3).await.unwrap().is_none());
        assert!(document::page(db, &stranger, 0).await.unwrap().is_none());
        let card = document::latest(db, Cursor::START, 1)
            .await
            .unwrap()
            .remove(0);
        assert_eq!(card.preview_texts(db).await.unwrap().len(), 2);

        let mine = document::find(db, anna.viewer(), id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(mine.access.pages, 5);
        assert_eq!(mine.access.download, DownloadAccess::Allowed);
        let none = Changes {
            preview_pages: Some(0),
            ..changes.clone()
        };
        let error = document::update(db, anna.viewer(), &mine, &none)
            .await
            .unwrap_err();
        assert!(matches!(error, UpdateError::BadPreview));
        let error = document::update(db, Viewer::Stranger, &stranger, &changes)
            .await
            .unwrap_err();
        assert!(matches!(error, UpdateError::Forbidden));
    }
}

#[tokio::test]
async fn build_steps_reach_as_far_as_their_page_and_go_with_it() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "课件").await;
        draw(db, blobs, id, 3).await;
        for page in [1, 3] {
            let mut steps = Vec::new();
            for step in 0..3 {
                steps.push(NewStep {
                    narrow: (put(blobs, &format!("narrow {page} {step}")).await, 800, 450),
                    wide: (put(blobs, &format!("wide {page} {step}")).await, 1600, 900),
                });
            }
            document::add_steps(db, id, page, &steps).await.unwrap();
        }
        publish(db, blobs, id, 3).await;
        let mine = document::find(db, anna.viewer(), id)
            .await
            .unwrap()
            .unwrap();
        let changes = Changes {
            title: mine.title.clone(),
            description: String::new(),
            category: None,
            tags: Vec::new(),
            visibility: Visibility::Public,
            download: Download::Everyone,
            preview_pages: Some(2),
        };
        document::update(db, anna.viewer(), &mine, &changes)
            .await
            .unwrap();
        let stranger = document::find(db, Viewer::Stranger, id)
            .await
            .unwrap()
            .unwrap();
        let pages = |steps: Vec<document::PageStep>| -> Vec<u32> {
            steps.iter().map(|step| step.page).collect()
        };
        let all = document::steps(db, &mine, 1, u32::MAX).await.unwrap();
        let last = put(blobs, "wide 3 2").await;
        assert_eq!(all[5].wide.blob, last.sha256, "in the order of clicks");
        assert_eq!(pages(all), [1, 1, 1, 3, 3, 3]);
        let seen = document::steps(db, &stranger, 1, u32::MAX).await.unwrap();
        assert_eq!(pages(seen), [1, 1, 1]);
        let beyond = document::steps(db, &stranger, 3, 3).await.unwrap();
        assert_eq!(pages(beyond), [0_u32; 0]);

        let swept = sweep::run(db, blobs, -1_000_000).await.unwrap();
        assert_eq!(swept.blobs, 0, "steps need their images");
        let failed: Vec<_> = verify::run(db, blobs)
            .await
            .unwrap()
            .into_iter()
            .filter(|check| !check.ok)
            .collect();
        assert!(failed.is_empty(), "{failed:?}");

        // A conversion that begins anew begins without steps.
        document::begin(db, id).await.unwrap();
        let none = document::steps(db, &mine, 1, u32::MAX).await.unwrap();
        assert_eq!(pages(none), [0_u32; 0]);
        sweep::run(db, blobs, -1_000_000).await.unwrap();
        assert!(!blobs.exists(&last.sha256).await.unwrap());
    }
}

#[tokio::test]
async fn a_missing_build_step_is_found() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "课件").await;
        draw(db, blobs, id, 1).await;
        let image = put(blobs, "image").await;
        let step = NewStep {
            narrow: (image, 1, 1),
            wide: (image, 1, 1),
        };
        document::add_steps(db, id, 1, &[step; 3]).await.unwrap();
        publish(db, blobs, id, 1).await;
        let mut tx = db.write().await.unwrap();
        sqlx::query("delete from page_steps where position = 1")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let checks = verify::run(db, blobs).await.unwrap();
        let failed: Vec<_> = checks.into_iter().filter(|check| !check.ok).collect();
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert!(failed[0].detail.contains("page 1"), "{failed:?}");
    }
}

#[tokio::test]
async fn hidden_documents_stand_in_no_list() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let seeds = [Seed {
            slug: "law".into(),
            name_zh: "法律".into(),
            name_en: "Law".into(),
            children: vec![Seed {
                slug: "civil".into(),
                name_zh: "民法".into(),
                name_en: "Civil".into(),
                children: Vec::new(),
            }],
        }];
        category::ensure(db, &seeds).await.unwrap();
        category::ensure(db, &seeds).await.unwrap();
        let tree = category::tree(db).await.unwrap();
        assert_eq!(tree.all().len(), 2);
        let civil = tree.by_slug("civil").unwrap().id;
        let law = tree.by_slug("law").unwrap().id;

        let anna = user(db, "Anna", Role::Member).await;
        let staff = user(db, "Staff", Role::Moderator).await;
        let mut ids = Vec::new();
        for visibility in [
            Visibility::Public,
            Visibility::Unlisted,
            Visibility::Private,
        ] {
            let id = upload(db, blobs, anna.id, visibility.as_str()).await;
            publish(db, blobs, id, 1).await;
            let mine = document::find(db, anna.viewer(), id)
                .await
                .unwrap()
                .unwrap();
            let changes = Changes {
                title: mine.title.clone(),
                description: String::new(),
                category: Some(civil),
                tags: vec!["甲".into()],
                visibility,
                download: Download::Everyone,
                preview_pages: None,
            };
            document::update(db, anna.viewer(), &mine, &changes)
                .await
                .unwrap();
            favourite::set(db, staff.id, &mine, true).await.unwrap();
            ids.push(id);
        }
        let open = document::find(db, Viewer::Stranger, ids[1]).await.unwrap();
        assert!(open.is_some(), "unlisted opens by its address");
        assert!(
            document::find(db, Viewer::Stranger, ids[2])
                .await
                .unwrap()
                .is_none()
        );

        let all: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let tree = category::tree(db).await.unwrap();
        assert_eq!(tree.get(law).unwrap().documents, 1);
        for list in [
            document::latest(db, Cursor::START, 10).await.unwrap(),
            document::most_read(db, 10).await.unwrap(),
            document::by_category(db, &tree, law, Cursor::START, 10)
                .await
                .unwrap(),
            document::by_owner(db, anna.id, Cursor::START, 10)
                .await
                .unwrap(),
            document::by_tag(db, "甲", Cursor::START, 10).await.unwrap(),
            document::by_ids(db, &all).await.unwrap(),
        ] {
            assert_eq!(
                list.iter().map(|card| card.id).collect::<Vec<_>>(),
                ids[..1]
            );
        }
        assert_eq!(
            document::mine(db, anna.id, Cursor::START, 10)
                .await
                .unwrap()
                .len(),
            3
        );
        let sitemap = document::for_sitemap(db, wenyuan_domain::DocumentId(0), 10)
            .await
            .unwrap();
        assert_eq!(sitemap.len(), 1);
        let kept = favourite::list(db, staff.viewer(), staff.id, Cursor::START, 10)
            .await
            .unwrap();
        assert_eq!(kept.len(), 3);
        let seen = favourite::list(db, Viewer::Stranger, staff.id, Cursor::START, 10)
            .await
            .unwrap();
        assert_eq!(
            seen.len(),
            2,
            "a favourite that was made private is not shown"
        );

        let staffs = document::find(db, staff.viewer(), ids[0])
            .await
            .unwrap()
            .unwrap();
        assert!(
            !document::withdraw(db, anna.viewer(), &staffs, true, "")
                .await
                .unwrap()
        );
        assert!(
            document::withdraw(db, staff.viewer(), &staffs, true, "版权")
                .await
                .unwrap()
        );
        assert!(
            document::find(db, Viewer::Stranger, ids[0])
                .await
                .unwrap()
                .is_none()
        );
        let mine = document::find(db, anna.viewer(), ids[0])
            .await
            .unwrap()
            .unwrap();
        assert!(
            !document::delete(db, anna.viewer(), &mine).await.unwrap(),
            "evidence stays"
        );
        let rows = sqlx::query("select action from audit_log where action like 'document.%'")
            .fetch_all(db.read())
            .await
            .unwrap();
        assert_eq!(rows.len(), 1);
        let mut tx = db.write().await.unwrap();
        assert!(
            sqlx::query("delete from audit_log")
                .execute(&mut *tx)
                .await
                .is_err()
        );
    }
}

#[tokio::test]
async fn lists_page_by_seek_without_gap_or_repeat() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let mut expected = Vec::new();
        for number in 0..7 {
            let id = upload(db, blobs, anna.id, &format!("n{number}")).await;
            publish(db, blobs, id, 1).await;
            expected.insert(0, id);
        }
        let mut tx = db.write().await.unwrap();
        sqlx::query("update documents set published_at = 5 where id > 2")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let mut seen = Vec::new();
        let mut cursor = Cursor::START;
        loop {
            let list = document::latest(db, cursor, 3).await.unwrap();
            let Some(last) = list.last() else { break };
            cursor = Cursor::after(last).to_string().parse().unwrap();
            seen.extend(list.iter().map(|card| card.id));
        }
        seen.sort();
        expected.sort();
        assert_eq!(seen, expected);
    }
}

#[tokio::test]
async fn the_same_file_by_the_same_owner_is_one_document() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let other = user(db, "Other", Role::Member).await;
        let first = upload(db, blobs, anna.id, "报告").await;
        let original = put(blobs, "original of 报告").await;
        let mut new = NewDocument {
            owner: anna.id,
            title: "又一次".into(),
            description: String::new(),
            category: None,
            tags: Vec::new(),
            visibility: Visibility::Public,
            download: Download::Everyone,
            preview_pages: None,
            file_name: "b.docx".into(),
            original,
        };
        let error = document::create(db, new.clone()).await.unwrap_err();
        assert!(
            matches!(error, CreateError::Duplicate(id) if id == first),
            "{error}"
        );
        new.owner = other.id;
        document::create(db, new.clone()).await.unwrap();
        new.title = " \n ".into();
        let error = document::create(db, new).await.unwrap_err();
        assert!(matches!(error, CreateError::BadTitle), "{error}");
    }
}

#[tokio::test]
async fn a_refusal_leaves_nothing_half_published_and_can_be_retried() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        let job = job::lease(db, Kind::Convert, "w").await.unwrap().unwrap();
        draw(db, blobs, id, 2).await;
        document::refuse(db, id, "damaged", "cut short")
            .await
            .unwrap();
        job::finish(db, &job).await.unwrap();

        let mine = document::find(db, anna.viewer(), id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((mine.state, mine.access.pages), (State::Refused, 0));
        assert_eq!(mine.failure.as_ref().unwrap().kind, "damaged");
        assert!(document::pages(db, &mine).await.unwrap().is_empty());
        assert!(
            document::find(db, Viewer::Stranger, id)
                .await
                .unwrap()
                .is_none()
        );

        assert!(document::retry(db, anna.viewer(), &mine).await.unwrap());
        assert!(
            !document::retry(db, anna.viewer(), &mine).await.unwrap(),
            "once"
        );
        let job = job::lease(db, Kind::Convert, "w").await.unwrap().unwrap();
        assert_eq!(job.subject, id.0);
    }
}

#[tokio::test]
async fn a_reader_counts_once_a_day_and_the_owner_never() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        publish(db, blobs, id, 1).await;
        let document = document::find(db, Viewer::Stranger, id)
            .await
            .unwrap()
            .unwrap();
        for reader in ["a", "a", "b"] {
            document::count_view(db, Viewer::Stranger, &document, reader)
                .await
                .unwrap();
        }
        document::count_view(db, anna.viewer(), &document, "anna")
            .await
            .unwrap();
        let document = document::find(db, Viewer::Stranger, id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(document.view_count, 2);
    }
}

#[tokio::test]
async fn the_index_hears_of_reads_by_their_orders_of_magnitude() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let id = upload(db, blobs, anna.id, "报告").await;
        publish(db, blobs, id, 1).await;
        while let Some(job) = job::lease(db, Kind::Index, "w").await.unwrap() {
            job::finish(db, &job).await.unwrap();
        }
        let document = document::find(db, Viewer::Stranger, id)
            .await
            .unwrap()
            .unwrap();
        let mut told = Vec::new();
        for reader in 1..=20 {
            document::count_view(db, Viewer::Stranger, &document, &format!("reader {reader}"))
                .await
                .unwrap();
            if let Some(job) = job::lease(db, Kind::Index, "w").await.unwrap() {
                assert_eq!(job.subject, id.0);
                job::finish(db, &job).await.unwrap();
                told.push(reader);
            }
        }
        assert_eq!(told, [8, 16]);
    }
}
