use crate::{publish, upload, user};
use wenyuan_domain::account::Role;
use wenyuan_domain::collection::{self, CollectionError, Fields, Step, Wish};
use wenyuan_domain::document::{self, Changes, Document, Visibility};
use wenyuan_domain::id::CollectionId;
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{Blobs, Db, DocumentId, UserId, Viewer};

fn fields(title: &str, is_public: bool) -> Fields {
    Fields {
        title: title.into(),
        description: " 说明\u{7}\n第二行 ".into(),
        is_public,
    }
}

async fn readable(db: &Db, blobs: &Blobs, owner: UserId, title: &str) -> DocumentId {
    let id = upload(db, blobs, owner, title).await;
    publish(db, blobs, id, 1).await;
    id
}

async fn opened(db: &Db, viewer: Viewer, id: DocumentId) -> Document {
    document::find(db, viewer, id).await.unwrap().unwrap()
}

async fn hide(db: &Db, owner: Viewer, id: DocumentId, visibility: Visibility) {
    let found = opened(db, owner, id).await;
    let changes = Changes {
        title: found.title.clone(),
        description: String::new(),
        category: None,
        tags: Vec::new(),
        visibility,
        download: Download::Everyone,
        preview_pages: None,
    };
    document::update(db, owner, &found, &changes).await.unwrap();
}

async fn put_in(db: &Db, owner: Viewer, id: CollectionId, documents: &[DocumentId]) {
    for document in documents {
        let wish = Wish {
            shown: vec![id],
            chosen: vec![id],
            new_title: String::new(),
        };
        let document = opened(db, owner, *document).await;
        collection::place(db, owner.id().unwrap(), &document, &wish)
            .await
            .unwrap();
    }
}

async fn titles(db: &Db, viewer: Viewer, id: CollectionId) -> Vec<String> {
    let cards = collection::documents(db, viewer, id, 200).await.unwrap();
    cards.into_iter().map(|card| card.title).collect()
}

#[tokio::test]
async fn a_collection_shows_nobody_more_than_he_may_see() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let ben = user(db, "Ben", Role::Member).await;
        let staff = user(db, "Staff", Role::Moderator).await;
        let mut ids = Vec::new();
        for title in ["公开", "未列出", "私有", "下架", "收回"] {
            ids.push(readable(db, blobs, anna.id, title).await);
        }
        hide(db, anna.viewer(), ids[1], Visibility::Unlisted).await;
        hide(db, anna.viewer(), ids[2], Visibility::Private).await;
        let open = collection::create(db, anna.id, &fields("开放", true))
            .await
            .unwrap();
        put_in(db, anna.viewer(), open, &ids).await;
        let taken = opened(db, staff.viewer(), ids[3]).await;
        document::withdraw(db, staff.viewer(), &taken, true, "reason")
            .await
            .unwrap();
        // Ben keeps what Anna then takes back.
        let bens = collection::create(db, ben.id, &fields("留", true))
            .await
            .unwrap();
        put_in(db, ben.viewer(), bens, &[ids[4], ids[1]]).await;
        hide(db, anna.viewer(), ids[4], Visibility::Private).await;

        let all = ["公开", "未列出", "私有", "下架", "收回"];
        assert_eq!(titles(db, anna.viewer(), open).await, all);
        for viewer in [Viewer::Stranger, ben.viewer(), staff.viewer()] {
            assert_eq!(titles(db, viewer, open).await, ["公开"]);
            let found = collection::find(db, viewer, open).await.unwrap().unwrap();
            assert_eq!((found.documents, found.is_public), (1, true));
            assert_eq!(found.description, "说明\n第二行");
        }
        assert_eq!(titles(db, ben.viewer(), bens).await, ["未列出"]);
        assert!(titles(db, Viewer::Stranger, bens).await.is_empty());
        let listed = collection::by_owner(db, Viewer::Stranger, ben.id).await;
        assert!(listed.unwrap().is_empty(), "there is nothing to see");

        // A private collection is its owner's, not even staff's.
        let found = collection::find(db, anna.viewer(), open).await.unwrap();
        collection::update(db, anna.viewer(), &found.unwrap(), &fields("关", false))
            .await
            .unwrap();
        for viewer in [Viewer::Stranger, ben.viewer(), staff.viewer()] {
            assert!(collection::find(db, viewer, open).await.unwrap().is_none());
            assert!(titles(db, viewer, open).await.is_empty());
            let listed = collection::by_owner(db, viewer, anna.id).await.unwrap();
            assert!(listed.is_empty());
        }
        let own = collection::by_owner(db, anna.viewer(), anna.id).await;
        assert_eq!(own.unwrap()[0].documents, 5);
    }
}

#[tokio::test]
async fn only_its_owner_arranges_a_collection_and_staff_are_on_record() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let ben = user(db, "Ben", Role::Member).await;
        let staff = user(db, "Staff", Role::Moderator).await;
        let mut ids = Vec::new();
        for title in ["一", "二", "三", "四"] {
            ids.push(readable(db, blobs, anna.id, title).await);
        }
        let id = collection::create(db, anna.id, &fields("次序", true))
            .await
            .unwrap();
        put_in(db, anna.viewer(), id, &ids).await;
        let own = collection::find(db, anna.viewer(), id)
            .await
            .unwrap()
            .unwrap();
        let step = |document, step| collection::arrange(db, anna.viewer(), &own, document, step);
        step(ids[0], Step::Up).await.unwrap();
        step(ids[3], Step::First).await.unwrap();
        step(ids[0], Step::Down).await.unwrap();
        assert_eq!(
            titles(db, Viewer::Stranger, id).await,
            ["四", "二", "一", "三"]
        );
        step(ids[1], Step::Out).await.unwrap();
        step(ids[2], Step::Up).await.unwrap();
        step(DocumentId(999), Step::First).await.unwrap();
        assert_eq!(titles(db, Viewer::Stranger, id).await, ["四", "三", "一"]);

        // Ben names Anna's collection: nothing happens to it.
        let wish = Wish {
            shown: vec![id],
            chosen: vec![id],
            new_title: "本的合集".into(),
        };
        let second = opened(db, ben.viewer(), ids[1]).await;
        collection::place(db, ben.id, &second, &wish).await.unwrap();
        let first = opened(db, ben.viewer(), ids[0]).await;
        let out = Wish {
            shown: vec![id],
            ..Wish::default()
        };
        collection::place(db, ben.id, &first, &out).await.unwrap();
        assert_eq!(titles(db, Viewer::Stranger, id).await, ["四", "三", "一"]);
        let places = collection::places(db, ben.id, &second).await.unwrap();
        assert_eq!(places.len(), 1);
        assert!(places[0].holds && places[0].title == "本的合集");

        let seen = collection::find(db, ben.viewer(), id)
            .await
            .unwrap()
            .unwrap();
        for refused in [
            collection::update(db, ben.viewer(), &seen, &fields("改", true)).await,
            collection::delete(db, ben.viewer(), &seen).await,
            collection::arrange(db, ben.viewer(), &seen, ids[0], Step::Out).await,
            collection::arrange(db, staff.viewer(), &seen, ids[0], Step::Out).await,
        ] {
            assert!(matches!(refused, Err(CollectionError::Forbidden)));
        }
        let bad = collection::update(db, anna.viewer(), &own, &fields(" ", true)).await;
        assert!(matches!(bad, Err(CollectionError::BadTitle)));
        collection::update(db, staff.viewer(), &seen, &fields("改", true))
            .await
            .unwrap();
        collection::delete(db, staff.viewer(), &seen).await.unwrap();
        assert!(
            collection::find(db, anna.viewer(), id)
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(
            crate::audited(db).await,
            ["collection.edit", "collection.delete"]
        );
        // Its documents are still there, and can be erased with their places.
        let second = opened(db, anna.viewer(), ids[1]).await;
        assert!(document::delete(db, anna.viewer(), &second).await.unwrap());
        let bens = collection::by_owner(db, ben.viewer(), ben.id)
            .await
            .unwrap();
        assert_eq!(bens[0].documents, 0);
    }
}

#[tokio::test]
async fn collections_have_their_limits_and_large_ones_are_in_the_sitemap() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let mut made = Vec::new();
        for number in 0..collection::MOST_PER_MEMBER {
            let new = fields(&format!("合集 {number}"), true);
            made.push(collection::create(db, anna.id, &new).await.unwrap());
        }
        let more = collection::create(db, anna.id, &fields("多", true)).await;
        assert!(matches!(more, Err(CollectionError::TooMany)));

        let mut ids = Vec::new();
        for number in 0..=collection::MOST_DOCUMENTS {
            ids.push(upload(db, blobs, anna.id, &format!("文档 {number}")).await);
        }
        let (last, fitting) = ids.split_last().unwrap();
        put_in(db, anna.viewer(), made[0], fitting).await;
        // Twice is once, and the collection is full all the same.
        put_in(db, anna.viewer(), made[0], &fitting[..1]).await;
        let document = opened(db, anna.viewer(), *last).await;
        let wish = Wish {
            shown: made.clone(),
            chosen: vec![made[0], made[1]],
            new_title: String::new(),
        };
        let full = collection::place(db, anna.id, &document, &wish).await;
        assert!(matches!(full, Err(CollectionError::Full(title)) if title == "合集 0"));
        let places = collection::places(db, anna.id, &document).await.unwrap();
        assert!(places.iter().all(|place| !place.holds), "all or nothing");

        let told = async || {
            collection::for_sitemap(db, CollectionId(0), 10)
                .await
                .unwrap()
        };
        publish(db, blobs, ids[0], 1).await;
        publish(db, blobs, ids[1], 1).await;
        assert!(told().await.is_empty(), "two listed documents are too few");
        publish(db, blobs, ids[2], 1).await;
        assert_eq!(told().await[0].0, made[0]);
        let own = collection::find(db, anna.viewer(), made[0]).await.unwrap();
        collection::update(db, anna.viewer(), &own.unwrap(), &fields("合集", false))
            .await
            .unwrap();
        assert!(told().await.is_empty());
    }
}
