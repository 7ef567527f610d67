use crate::user;
use wenyuan_domain::account::Role;
use wenyuan_domain::{Db, Timestamp, search_log, sweep};

async fn searched(db: &Db, query: &str, readers: &[&str]) {
    for reader in readers {
        search_log::record(db, query, reader).await.unwrap();
    }
}

async fn words(db: &Db) -> Vec<String> {
    let popular = search_log::popular(db, 10).await.unwrap();
    popular.into_iter().map(|popular| popular.query).collect()
}

async fn execute(db: &Db, sql: &'static str, value: i64) {
    let mut tx = db.write().await.unwrap();
    sqlx::query(sql)
        .bind(value)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_fewer_than_three_search_for_is_nobodys_business() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        searched(db, "文化站", &["a", "b", "c", "d"]).await;
        searched(db, "乡镇", &["a", "b", "c"]).await;
        searched(db, "张三的病历", &["a", "a", "a", "b", "b"]).await;
        searched(db, "anna@example.org", &["a", "b", "c"]).await;
        assert_eq!(words(db).await, ["文化站", "乡镇"]);
        assert_eq!(search_log::popular(db, 1).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn popularity_decays_and_is_forgotten() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let today = Timestamp::now().day();
        searched(db, "旧闻", &["a", "b", "c", "d"]).await;
        execute(db, "update search_counts set day = $1", today - 20).await;
        execute(db, "update search_readers set day = $1", today - 20).await;
        searched(db, "新闻", &["a", "b", "c"]).await;
        let popular = search_log::popular_on(db, today, 10).await.unwrap();
        let weights: Vec<_> = popular
            .iter()
            .map(|popular| (popular.query.as_str(), popular.weight))
            .collect();
        assert_eq!(weights, [("新闻", 3 * 30), ("旧闻", 4 * 10)]);
        let later = search_log::popular_on(db, today + 10, 10).await.unwrap();
        assert_eq!(later.len(), 1, "thirty days are over");

        searched(db, "一人所搜", &["a"]).await;
        execute(
            db,
            "update search_counts set day = $1 where query = '一人所搜'",
            today - 2,
        )
        .await;
        sweep::run(db, &store.blobs, sweep::GRACE).await.unwrap();
        let count = async |sql: &'static str| {
            let row = sqlx::query(sql).fetch_one(db.read()).await.unwrap();
            sqlx::Row::try_get::<i64, _>(&row, 0).unwrap()
        };
        let counts = count("select cast(count(*) as bigint) from search_counts").await;
        assert_eq!(counts, 2, "what one person searched for is gone");
        let readers = count("select cast(count(*) as bigint) from search_readers").await;
        assert_eq!(readers, 4, "today's three and the one");
    }
}

#[tokio::test]
async fn staff_hide_a_popular_search_and_the_log_says_so() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        let anna = user(db, "Anna", Role::Member).await;
        let chief = user(db, "Chief", Role::Moderator).await;
        searched(db, "脏话", &["a", "b", "c"]).await;
        let by_anna = search_log::set_hidden(db, anna.viewer(), "脏话", true).await;
        assert!(!by_anna.unwrap());
        assert_eq!(words(db).await, ["脏话"]);
        for _ in 0..2 {
            let by_chief = search_log::set_hidden(db, chief.viewer(), "脏话", true).await;
            assert!(by_chief.unwrap());
        }
        assert!(words(db).await.is_empty());
        assert_eq!(search_log::hidden(db, 10).await.unwrap(), ["脏话"]);
        search_log::set_hidden(db, chief.viewer(), "脏话", false)
            .await
            .unwrap();
        assert_eq!(words(db).await, ["脏话"]);
        let rows = sqlx::query("select action from audit_log where subject = 'search' order by id")
            .fetch_all(db.read())
            .await
            .unwrap();
        let actions: Vec<String> = rows
            .iter()
            .map(|row| sqlx::Row::try_get(row, 0).unwrap())
            .collect();
        assert_eq!(actions, ["search.hide", "search.show"]);
    }
}
