use crate::{publish, upload, user};
use wenyuan_domain::account::{Role, User};
use wenyuan_domain::clock::DAY;
use wenyuan_domain::document::{self, Changes, Visibility};
use wenyuan_domain::job::{self, Kind};
use wenyuan_domain::notice::{self, News};
use wenyuan_domain::saved_search::{self, NewSavedSearch, SaveError};
use wenyuan_domain::{
    Blobs, Db, DocumentId, NoticeId, SavedSearchId, Timestamp, UserId, search_history, sweep,
    verify,
};
use wenyuan_testing::TestDb;

fn search(words: &str) -> NewSavedSearch {
    NewSavedSearch {
        name: words.into(),
        address: format!("q={words}"),
        words: words.into(),
        filters: "{}".into(),
        notify: true,
    }
}

async fn save(db: &Db, user: UserId, words: &str) -> SavedSearchId {
    saved_search::save(db, user, &search(words)).await.unwrap()
}

/// A published document that the index has just taken in.
async fn arrived(db: &Db, blobs: &Blobs, owner: UserId, title: &str) -> DocumentId {
    let id = upload(db, blobs, owner, title).await;
    publish(db, blobs, id, 1).await;
    saved_search::arrive(db, &[id]).await.unwrap();
    id
}

/// Works off what is due, as the worker would if every search found every
/// arrival; returns what arrived for whom.
async fn run(db: &Db) -> Vec<(SavedSearchId, Vec<DocumentId>)> {
    let mut seen = Vec::new();
    while let Some(round) = saved_search::next_round(db, 1).await.unwrap() {
        let found: Vec<_> = round.arrivals.iter().rev().map(|a| a.document).collect();
        seen.push((round.searches[0].id, found.clone()));
        for _ in 0..2 {
            saved_search::finish_round(db, &round, std::slice::from_ref(&found))
                .await
                .unwrap();
        }
    }
    seen
}

async fn notices(db: &Db, user: UserId) -> Vec<(bool, String, Vec<DocumentId>)> {
    let list = notice::list(db, user, NoticeId(i64::MAX), 100).await;
    list.unwrap()
        .into_iter()
        .map(|notice| {
            let News::SavedSearch { name, documents } = notice.news else {
                panic!("another kind of notice");
            };
            (notice.is_new, name, documents)
        })
        .collect()
}

async fn hide(db: &Db, owner: &User, id: DocumentId, visibility: Visibility) {
    let found = document::find(db, owner.viewer(), id).await.unwrap();
    let document = found.unwrap();
    let changes = Changes {
        title: document.title.clone(),
        description: String::new(),
        category: None,
        tags: Vec::new(),
        visibility,
        download: document.download,
        preview_pages: None,
    };
    document::update(db, owner.viewer(), &document, &changes)
        .await
        .unwrap();
}

async fn prepare(test: &TestDb) -> (&Db, Blobs, User, User) {
    let store = wenyuan_testing::stores().unwrap().remove(0);
    let anna = user(&test.db, "Anna", Role::Member).await;
    let bert = user(&test.db, "Bert", Role::Member).await;
    (&test.db, store.blobs, anna, bert)
}

#[tokio::test]
async fn each_arrival_is_told_once() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let (db, blobs, anna, bert) = prepare(&test).await;
        arrived(db, &blobs, bert.id, "旧").await;
        let id = save(db, anna.id, "文化站").await;
        assert!(run(db).await.is_empty(), "what was there is not new");

        let first = arrived(db, &blobs, bert.id, "一").await;
        saved_search::arrive(db, &[first]).await.unwrap();
        assert_eq!(run(db).await, [(id, vec![first])]);
        assert_eq!(run(db).await, [], "indexing anew is no arrival");
        assert_eq!(
            notices(db, anna.id).await,
            [(true, "文化站".into(), vec![first])]
        );

        // What he has not seen becomes one notice with what came since.
        let second = arrived(db, &blobs, bert.id, "二").await;
        run(db).await;
        assert_eq!(
            notices(db, anna.id).await,
            [(true, "文化站".into(), vec![second, first])]
        );
        assert_eq!(notice::unseen(db, anna.id).await.unwrap(), 1);
        assert_eq!(saved_search::list(db, anna.id).await.unwrap()[0].unseen, 2);

        let address = saved_search::open(db, anna.id, id).await.unwrap();
        assert_eq!(address.as_deref(), Some("q=文化站"));
        assert_eq!(notice::unseen(db, anna.id).await.unwrap(), 0);
        assert_eq!(saved_search::list(db, anna.id).await.unwrap()[0].unseen, 0);

        let third = arrived(db, &blobs, bert.id, "三").await;
        run(db).await;
        let told = notices(db, anna.id).await;
        assert_eq!(told[0], (true, "文化站".into(), vec![third]));
        assert!(!told[1].0, "what was seen stays as it was");
        assert!(notices(db, bert.id).await.is_empty());
    }
}

#[tokio::test]
async fn what_is_hidden_neither_arrives_nor_counts() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let (db, blobs, anna, bert) = prepare(&test).await;
        save(db, anna.id, "文化站").await;
        let id = upload(db, &blobs, bert.id, "私").await;
        publish(db, &blobs, id, 1).await;
        hide(db, &bert, id, Visibility::Private).await;
        saved_search::arrive(db, &[id]).await.unwrap();
        assert!(run(db).await.is_empty());

        // Made public later, it arrives then, whatever its date.
        hide(db, &bert, id, Visibility::Public).await;
        saved_search::arrive(db, &[id]).await.unwrap();
        hide(db, &bert, id, Visibility::Private).await;
        let found = run(db).await;
        assert!(found[0].1.is_empty(), "hidden again before the run");

        let other = arrived(db, &blobs, bert.id, "公").await;
        run(db).await;
        assert_eq!(saved_search::list(db, anna.id).await.unwrap()[0].unseen, 1);
        hide(db, &bert, other, Visibility::Unlisted).await;
        assert_eq!(saved_search::list(db, anna.id).await.unwrap()[0].unseen, 0);
    }
}

#[tokio::test]
async fn the_job_is_asked_for_once_a_minute_and_only_if_somebody_waits() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let (db, blobs, anna, bert) = prepare(&test).await;
        arrived(db, &blobs, bert.id, "旧").await;
        assert_eq!(job::unsettled(db, Kind::Saved).await.unwrap(), 0);
        save(db, anna.id, "文化站").await;
        arrived(db, &blobs, bert.id, "一").await;
        arrived(db, &blobs, bert.id, "二").await;
        assert_eq!(job::unsettled(db, Kind::Saved).await.unwrap(), 1);
        let run = job::lease(db, Kind::Saved, "w").await.unwrap().unwrap();
        job::finish(db, &run).await.unwrap();
        arrived(db, &blobs, bert.id, "三").await;
        assert_eq!(job::unsettled(db, Kind::Saved).await.unwrap(), 1);
        assert!(!job::is_due(db, Kind::Saved).await.unwrap(), "not yet");
    }
}

#[tokio::test]
async fn nobody_touches_anothers_searches_or_notices() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let (db, blobs, anna, bert) = prepare(&test).await;
        let id = save(db, anna.id, "文化站").await;
        arrived(db, &blobs, bert.id, "一").await;
        run(db).await;
        let other = bert.id;
        assert_eq!(saved_search::open(db, other, id).await.unwrap(), None);
        let renamed = saved_search::update(db, other, id, "别的", false).await;
        assert!(!renamed.unwrap());
        assert!(!saved_search::delete(db, other, id).await.unwrap());
        assert!(saved_search::list(db, other).await.unwrap().is_empty());
        notice::mark_seen(db, other, NoticeId(i64::MAX))
            .await
            .unwrap();
        assert_eq!(notice::unseen(db, anna.id).await.unwrap(), 1);

        assert!(
            saved_search::update(db, anna.id, id, "站", false)
                .await
                .unwrap()
        );
        let list = saved_search::list(db, anna.id).await.unwrap();
        assert_eq!((list[0].name.as_str(), list[0].notify), ("站", false));
        arrived(db, &blobs, bert.id, "二").await;
        run(db).await;
        assert_eq!(notice::unseen(db, anna.id).await.unwrap(), 1, "no more");
        assert_eq!(saved_search::list(db, anna.id).await.unwrap()[0].unseen, 2);

        notice::mark_seen(db, anna.id, NoticeId(i64::MAX))
            .await
            .unwrap();
        assert_eq!(notice::unseen(db, anna.id).await.unwrap(), 0);
        assert!(saved_search::delete(db, anna.id, id).await.unwrap());
        assert!(notices(db, anna.id).await.is_empty());
        let failed: Vec<_> = verify::run(db, &blobs)
            .await
            .unwrap()
            .into_iter()
            .filter(|check| !check.ok)
            .collect();
        assert!(failed.is_empty(), "{failed:?}");
    }
}

#[tokio::test]
async fn a_member_saves_a_hundred_searches_each_once() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let (db, _, anna, _) = prepare(&test).await;
        let first = save(db, anna.id, "0").await;
        for number in 1..saved_search::MOST {
            save(db, anna.id, &number.to_string()).await;
        }
        let full = saved_search::save(db, anna.id, &search("more")).await;
        assert!(matches!(full, Err(SaveError::Full)));
        let mut again = search("0");
        again.name = "零".into();
        let id = saved_search::save(db, anna.id, &again).await.unwrap();
        assert_eq!(id, first);
        let list = saved_search::list(db, anna.id).await.unwrap();
        assert_eq!(list.len(), saved_search::MOST as usize);
        assert_eq!(list.last().unwrap().name, "零");
        again.name = " ".into();
        let bad = saved_search::save(db, anna.id, &again).await;
        assert!(matches!(bad, Err(SaveError::BadName)));
    }
}

#[tokio::test]
async fn what_is_remembered_of_a_member_goes_with_the_account() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let (db, blobs, anna, bert) = prepare(&test).await;
        save(db, anna.id, "文化站").await;
        arrived(db, &blobs, bert.id, "一").await;
        run(db).await;
        search_history::record(db, anna.id, "文化站", "文化站")
            .await
            .unwrap();
        let rows = async || {
            let mut counts = Vec::new();
            for sql in [
                "select cast(count(*) as bigint) from search_history",
                "select cast(count(*) as bigint) from saved_searches",
                "select cast(count(*) as bigint) from saved_search_finds",
                "select cast(count(*) as bigint) from notices",
            ] {
                let row = sqlx::query(sql).fetch_one(db.read()).await.unwrap();
                counts.push(sqlx::Row::try_get::<i64, _>(&row, 0).unwrap());
            }
            counts
        };
        assert_eq!(rows().await, [1, 1, 1, 1]);
        execute(db, "delete from users where id = $1", anna.id.0).await;
        assert_eq!(rows().await, [0, 0, 0, 0]);
    }
}

#[tokio::test]
async fn old_notices_are_swept_and_one_without_its_search_is_found() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let (db, blobs, anna, bert) = prepare(&test).await;
        save(db, anna.id, "文化站").await;
        arrived(db, &blobs, bert.id, "一").await;
        run(db).await;
        let ago = |days: i64| Timestamp::now().plus(-days * DAY).0;
        execute(db, "update notices set created_at = $1", ago(100)).await;
        sweep::run(db, &blobs, sweep::GRACE).await.unwrap();
        assert_eq!(notices(db, anna.id).await.len(), 1, "not seen yet");

        execute(db, "delete from saved_searches where id > $1", 0).await;
        let checks = verify::run(db, &blobs).await.unwrap();
        let failed: Vec<_> = checks.iter().filter(|check| !check.ok).collect();
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert!(failed[0].name.contains("saved search"), "{failed:?}");

        execute(db, "update notices set seen_at = $1", ago(91)).await;
        sweep::run(db, &blobs, sweep::GRACE).await.unwrap();
        assert!(notices(db, anna.id).await.is_empty());
    }
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
