use crate::{publish, upload, user};
use wenyuan_domain::account::Role;
use wenyuan_domain::document::{self, Cursor};
use wenyuan_domain::follow::{self, FollowError, Following};
use wenyuan_domain::{Db, UserId, Viewer};

async fn titles(db: &Db, user: UserId) -> Vec<String> {
    let cards = follow::documents(db, user, Cursor::START, 10).await;
    cards.unwrap().into_iter().map(|card| card.title).collect()
}

#[tokio::test]
async fn followed_authors_bring_what_is_listed_newest_first() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let ben = user(db, "Ben", Role::Member).await;
        let carl = user(db, "Carl", Role::Member).await;
        let staff = user(db, "Staff", Role::Moderator).await;
        let mut ids = Vec::new();
        for (owner, title) in [
            (anna.id, "安一"),
            (carl.id, "卡尔"),
            (anna.id, "安二"),
            (anna.id, "安三"),
        ] {
            let id = upload(db, blobs, owner, title).await;
            publish(db, blobs, id, 1).await;
            ids.push(id);
        }
        upload(db, blobs, anna.id, "还在转换").await;
        follow::set(db, ben.id, anna.id, true).await.unwrap();
        follow::set(db, ben.id, anna.id, true).await.unwrap();
        assert_eq!(titles(db, ben.id).await, ["安三", "安二", "安一"]);
        assert!(titles(db, anna.id).await.is_empty());
        let first = follow::documents(db, ben.id, Cursor::START, 1)
            .await
            .unwrap();
        let rest = follow::documents(db, ben.id, Cursor::after(&first[0]), 5).await;
        assert_eq!(rest.unwrap()[0].title, "安二");

        let taken = document::find(db, staff.viewer(), ids[2])
            .await
            .unwrap()
            .unwrap();
        document::withdraw(db, staff.viewer(), &taken, true, "reason")
            .await
            .unwrap();
        assert_eq!(titles(db, ben.id).await, ["安三", "安一"]);

        let of = |viewer| follow::of(db, viewer, anna.id);
        let expected = |by_viewer| Following {
            followers: 1,
            by_viewer,
        };
        assert_eq!(of(ben.viewer()).await.unwrap(), expected(true));
        assert_eq!(of(carl.viewer()).await.unwrap(), expected(false));
        assert_eq!(of(Viewer::Stranger).await.unwrap(), expected(false));
        assert_eq!(follow::authors(db, ben.id).await.unwrap(), ["Anna"]);
        let oneself = follow::set(db, ben.id, ben.id, true).await;
        assert!(matches!(oneself, Err(FollowError::Oneself)));
        follow::set(db, ben.id, anna.id, false).await.unwrap();
        follow::set(db, ben.id, anna.id, false).await.unwrap();
        assert!(titles(db, ben.id).await.is_empty());
        assert_eq!(of(ben.viewer()).await.unwrap().followers, 0);
    }
}
