use crate::{upload, user};
use wenyuan_domain::account::Role;
use wenyuan_domain::category::{self, Seed};
use wenyuan_domain::{CategoryId, description};

#[tokio::test]
async fn staff_describe_categories_and_tags_that_there_are() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let staff = user(db, "Staff", Role::Moderator).await;
        let seed = Seed {
            slug: "law".into(),
            name_zh: "法律".into(),
            name_en: "Law".into(),
            children: Vec::new(),
        };
        category::ensure(db, &[seed]).await.unwrap();
        let law = category::tree(db).await.unwrap().all()[0].id;
        upload(db, blobs, anna.id, "文档").await;

        let of_law = async |viewer, id, zh: &str, en: &str| {
            description::set_for_category(db, viewer, id, zh, en)
                .await
                .unwrap()
        };
        assert!(!of_law(anna.viewer(), law, "改", "").await);
        assert!(!of_law(staff.viewer(), CategoryId(99), "改", "").await);
        assert!(of_law(staff.viewer(), law, " 现行法律。\r\n与法规\u{0} ", "").await);
        let tree = category::tree(db).await.unwrap();
        let found = tree.get(law).unwrap();
        assert_eq!(found.description("zh"), "现行法律。\n与法规");
        assert_eq!(found.description("en"), "现行法律。\n与法规");
        assert!(of_law(staff.viewer(), law, "现行法律", "Law in force").await);
        let tree = category::tree(db).await.unwrap();
        assert_eq!(tree.get(law).unwrap().description("en"), "Law in force");

        let of_tag = async |viewer, tag: &str, text: &str| {
            description::set_for_tag(db, viewer, tag, text)
                .await
                .unwrap()
        };
        assert!(!of_tag(anna.viewer(), "文化", "改").await);
        assert!(!of_tag(staff.viewer(), "没有人用", "改").await);
        assert!(of_tag(staff.viewer(), " 文化", &"长".repeat(2_000)).await);
        let long = description::of_tag(db, "文化").await.unwrap();
        assert_eq!(long.chars().count(), description::CHARS);
        assert!(of_tag(staff.viewer(), "文化", "文化工作").await);
        assert_eq!(description::of_tag(db, "文化 ").await.unwrap(), "文化工作");
        assert!(of_tag(staff.viewer(), "文化", " ").await);
        assert_eq!(description::of_tag(db, "文化").await.unwrap(), "");
        let log = crate::audited(db).await;
        assert_eq!(
            log.iter()
                .filter(|action| *action == "category.describe")
                .count(),
            2
        );
        assert_eq!(
            log.iter()
                .filter(|action| *action == "tag.describe")
                .count(),
            3
        );
    }
}
