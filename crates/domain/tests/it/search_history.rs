use crate::user;
use wenyuan_domain::account::Role;
use wenyuan_domain::{Db, UserId, search_history};

async fn words(db: &Db, user: UserId) -> Vec<String> {
    let list = search_history::list(db, user, 1_000).await.unwrap();
    list.into_iter().map(|search| search.query).collect()
}

#[tokio::test]
async fn each_query_is_kept_once_for_its_member_alone() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        let anna = user(db, "Anna", Role::Member).await.id;
        let bert = user(db, "Bert", Role::Member).await.id;
        for (query, fold) in [("文化站", "文化站"), ("WTO", "wto"), ("文化站", "文化站")]
        {
            search_history::record(db, anna, query, fold).await.unwrap();
        }
        search_history::record(db, anna, "wto", "wto")
            .await
            .unwrap();
        search_history::record(db, bert, "乡镇", "乡镇")
            .await
            .unwrap();
        assert_eq!(words(db, anna).await, ["wto", "文化站"]);

        let line = search_history::list(db, anna, 1).await.unwrap()[0].id;
        assert!(!search_history::delete(db, bert, line).await.unwrap());
        assert!(search_history::delete(db, anna, line).await.unwrap());
        assert_eq!(words(db, anna).await, ["文化站"]);
        search_history::clear(db, anna).await.unwrap();
        assert!(words(db, anna).await.is_empty());
        assert_eq!(words(db, bert).await, ["乡镇"]);
    }
}

#[tokio::test]
async fn who_does_not_want_it_has_no_history_and_nobody_a_long_one() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        let anna = user(db, "Anna", Role::Member).await.id;
        assert!(search_history::is_kept(db, anna).await.unwrap());
        search_history::set_kept(db, anna, false).await.unwrap();
        search_history::record(db, anna, "文化站", "文化站")
            .await
            .unwrap();
        assert!(words(db, anna).await.is_empty());

        search_history::set_kept(db, anna, true).await.unwrap();
        for number in 0..=search_history::MOST {
            let query = number.to_string();
            search_history::record(db, anna, &query, &query)
                .await
                .unwrap();
        }
        let kept = words(db, anna).await;
        assert_eq!(kept.len(), search_history::MOST as usize);
        assert_eq!(kept[0], search_history::MOST.to_string());
        assert!(!kept.contains(&"0".to_owned()), "the oldest is gone");
    }
}
