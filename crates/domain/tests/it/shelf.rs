use crate::{publish, upload, user};
use wenyuan_domain::account::Role;
use wenyuan_domain::category::{self, Seed};
use wenyuan_domain::collection::{self, Wish};
use wenyuan_domain::document::{self, Changes, Visibility};
use wenyuan_domain::shelf::{self, Fields, ShelfError, Source};
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{Db, DocumentId, Viewer, follow};

fn of(source: Source) -> Fields {
    Fields {
        source,
        title_zh: " 馆员\u{0}推荐 ".into(),
        title_en: String::new(),
        size: 6,
    }
}

async fn titles(db: &Db, viewer: Viewer, source: Source) -> Vec<String> {
    let tree = category::tree(db).await.unwrap();
    let cards = shelf::documents(db, viewer, &tree, &of(source)).await;
    cards.unwrap().into_iter().map(|card| card.title).collect()
}

#[tokio::test]
async fn staff_arrange_the_shelves_and_each_step_is_on_record() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        let anna = user(db, "Anna", Role::Member).await;
        let staff = user(db, "Staff", Role::Moderator).await;
        assert!(shelf::arranged(db).await.unwrap().is_empty());

        let newest = shelf::add(db, staff.viewer(), &of(Source::Newest))
            .await
            .unwrap();
        let read = shelf::add(db, staff.viewer(), &of(Source::MostRead))
            .await
            .unwrap();
        let tag = Source::Tag("文化".into());
        let tagged = shelf::add(db, staff.viewer(), &of(tag.clone()))
            .await
            .unwrap();
        for viewer in [Viewer::Stranger, anna.viewer()] {
            for refused in [
                shelf::add(db, viewer, &of(Source::Newest))
                    .await
                    .map(|_| ()),
                shelf::update(db, viewer, read, &of(Source::Newest)).await,
                shelf::shift(db, viewer, read, true).await,
                shelf::remove(db, viewer, read).await,
            ] {
                assert!(matches!(refused, Err(ShelfError::Forbidden)));
            }
        }
        shelf::shift(db, staff.viewer(), tagged, true)
            .await
            .unwrap();
        shelf::shift(db, staff.viewer(), newest, true)
            .await
            .unwrap();
        shelf::shift(db, staff.viewer(), read, false).await.unwrap();
        let order = async || -> Vec<_> {
            let shelves = shelf::arranged(db).await.unwrap();
            shelves.iter().map(|shelf| shelf.id).collect()
        };
        assert_eq!(order().await, [newest, tagged, read]);
        let mut changed = of(Source::Categories);
        changed.size = 99;
        shelf::update(db, staff.viewer(), newest, &changed)
            .await
            .unwrap();
        shelf::remove(db, staff.viewer(), read).await.unwrap();
        let again = shelf::remove(db, staff.viewer(), read).await;
        assert!(matches!(again, Err(ShelfError::NotFound)));
        let shelves = shelf::arranged(db).await.unwrap();
        assert_eq!(shelves.len(), 2);
        assert_eq!(shelves[0].fields.source, Source::Categories);
        assert_eq!(shelves[0].fields.size, shelf::MOST_DOCUMENTS);
        assert_eq!(shelves[1].fields.source, tag);
        assert_eq!(shelves[1].fields.title("en"), "馆员 推荐");
        assert_eq!(
            crate::audited(db).await,
            [
                "shelf.add",
                "shelf.add",
                "shelf.add",
                "shelf.move",
                "shelf.edit",
                "shelf.remove"
            ],
            "what changes nothing is not logged"
        );
        for _ in shelves.len()..shelf::MOST as usize {
            shelf::add(db, staff.viewer(), &of(Source::Newest))
                .await
                .unwrap();
        }
        let more = shelf::add(db, staff.viewer(), &of(Source::Newest)).await;
        assert!(matches!(more, Err(ShelfError::TooMany)));
    }
}

#[tokio::test]
async fn no_shelf_shows_what_is_not_listed() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let ben = user(db, "Ben", Role::Member).await;
        let staff = user(db, "Staff", Role::Moderator).await;
        let seed = Seed {
            slug: "law".into(),
            name_zh: "法律".into(),
            name_en: "Law".into(),
            children: Vec::new(),
        };
        category::ensure(db, &[seed]).await.unwrap();
        let law = category::tree(db).await.unwrap().all()[0].id;
        let picture = collection::Fields {
            title: "合集".into(),
            description: String::new(),
            is_public: true,
        };
        let kept = collection::create(db, anna.id, &picture).await.unwrap();
        let mut ids: Vec<DocumentId> = Vec::new();
        for (title, visibility) in [
            ("公开", Visibility::Public),
            ("未列出", Visibility::Unlisted),
            ("私有", Visibility::Private),
            ("下架", Visibility::Public),
        ] {
            let id = upload(db, blobs, anna.id, title).await;
            publish(db, blobs, id, 1).await;
            let found = document::find(db, anna.viewer(), id)
                .await
                .unwrap()
                .unwrap();
            let changes = Changes {
                title: title.into(),
                description: String::new(),
                category: Some(law),
                tags: vec!["文化".into()],
                visibility,
                download: Download::Everyone,
                preview_pages: None,
            };
            document::update(db, anna.viewer(), &found, &changes)
                .await
                .unwrap();
            // One reader alone is no trend.
            for reader in ["ben", "somebody"] {
                document::count_view(db, ben.viewer(), &found, reader)
                    .await
                    .unwrap();
            }
            let wish = Wish {
                shown: vec![kept],
                chosen: vec![kept],
                new_title: String::new(),
            };
            collection::place(db, anna.id, &found, &wish).await.unwrap();
            ids.push(id);
        }
        let source = Source::Picked(vec![ids[3], ids[0], ids[0]]);
        shelf::add(db, staff.viewer(), &of(source)).await.unwrap();
        let taken = document::find(db, staff.viewer(), ids[3])
            .await
            .unwrap()
            .unwrap();
        document::withdraw(db, staff.viewer(), &taken, true, "reason")
            .await
            .unwrap();
        follow::set(db, ben.id, anna.id, true).await.unwrap();
        follow::set(db, staff.id, anna.id, true).await.unwrap();

        for source in [
            Source::Newest,
            Source::MostRead,
            Source::Trending,
            Source::Category(law),
            Source::Tag("文化".into()),
            Source::Collection(kept),
            Source::Picked(ids.clone()),
        ] {
            for viewer in [
                Viewer::Stranger,
                anna.viewer(),
                ben.viewer(),
                staff.viewer(),
            ] {
                let shown = titles(db, viewer, source.clone()).await;
                assert_eq!(shown, ["公开"], "{source:?}");
            }
        }
        for viewer in [ben.viewer(), staff.viewer()] {
            assert_eq!(titles(db, viewer, Source::Followed).await, ["公开"]);
        }
        for viewer in [Viewer::Stranger, anna.viewer()] {
            assert!(titles(db, viewer, Source::Followed).await.is_empty());
        }
        assert!(
            titles(db, staff.viewer(), Source::Categories)
                .await
                .is_empty()
        );

        // What not everybody may see cannot be put on a shelf.
        let own = collection::find(db, anna.viewer(), kept)
            .await
            .unwrap()
            .unwrap();
        let hidden = collection::Fields {
            is_public: false,
            ..picture
        };
        collection::update(db, anna.viewer(), &own, &hidden)
            .await
            .unwrap();
        assert!(
            titles(db, anna.viewer(), Source::Collection(kept))
                .await
                .is_empty()
        );
        for source in [
            Source::Picked(vec![ids[0], ids[2]]),
            Source::Picked(vec![DocumentId(999)]),
            Source::Category(wenyuan_domain::CategoryId(99)),
            Source::Collection(kept),
        ] {
            let refused = shelf::add(db, staff.viewer(), &of(source)).await;
            assert!(matches!(refused, Err(ShelfError::BadSubject)));
        }
    }
}
