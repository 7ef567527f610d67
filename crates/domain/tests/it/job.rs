use std::collections::HashSet;
use wenyuan_domain::job::{self, Counts, Kind};
use wenyuan_domain::{Db, Timestamp};

async fn enqueue(db: &Db, kind: Kind, subject: i64) {
    let mut tx = db.write().await.unwrap();
    job::enqueue(&mut tx, kind, subject).await.unwrap();
    tx.commit().await.unwrap();
}

async fn expire_leases(db: &Db) {
    let mut tx = db.write().await.unwrap();
    sqlx::query("update jobs set lease_until = 0 where state = 'running'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn many_workers_claim_each_job_once() {
    for test in wenyuan_testing::databases().await.unwrap() {
        for subject in 0..60 {
            enqueue(&test.db, Kind::Convert, subject).await;
            enqueue(&test.db, Kind::Convert, subject).await;
        }
        let mut workers = tokio::task::JoinSet::new();
        for number in 0..4 {
            let db = test.db.clone();
            workers.spawn(async move {
                let mut claimed = Vec::new();
                let owner = format!("w{number}");
                while let Some(job) = job::lease(&db, Kind::Convert, &owner).await.unwrap() {
                    job::finish(&db, &job).await.unwrap();
                    claimed.push(job.subject);
                }
                claimed
            });
        }
        let claimed = workers.join_all().await.concat();
        assert_eq!(claimed.len(), 60);
        assert_eq!(claimed.iter().collect::<HashSet<_>>().len(), 60);
        assert_eq!(job::counts(&test.db).await.unwrap(), Counts::default());
    }
}

#[tokio::test]
async fn a_job_lives_exactly_if_its_transaction_does() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let mut tx = test.db.write().await.unwrap();
        job::enqueue(&mut tx, Kind::Index, 1).await.unwrap();
        drop(tx);
        assert!(
            job::lease(&test.db, Kind::Index, "w")
                .await
                .unwrap()
                .is_none()
        );
    }
}

#[tokio::test]
async fn a_dead_workers_job_is_taken_over_and_it_cannot_settle_it_any_more() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        enqueue(db, Kind::Convert, 7).await;
        let first = job::lease(db, Kind::Convert, "first")
            .await
            .unwrap()
            .unwrap();
        assert!(job::renew(db, &first).await.unwrap());
        assert!(
            job::lease(db, Kind::Convert, "second")
                .await
                .unwrap()
                .is_none()
        );

        expire_leases(db).await;
        let second = job::lease(db, Kind::Convert, "second")
            .await
            .unwrap()
            .unwrap();
        assert_eq!((second.id, second.attempt), (first.id, 2));
        assert!(!job::renew(db, &first).await.unwrap());
        job::finish(db, &first).await.unwrap();
        assert_eq!(job::counts(db).await.unwrap().running, 1);
        job::finish(db, &second).await.unwrap();
        assert_eq!(job::counts(db).await.unwrap(), Counts::default());
    }
}

#[tokio::test]
async fn failures_back_off_and_end_in_death_with_the_reason_kept() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        enqueue(db, Kind::Convert, 7).await;
        for attempt in 1..=job::MAX_ATTEMPTS {
            let mut tx = db.write().await.unwrap();
            sqlx::query("update jobs set run_at = 0 where state = 'ready'")
                .execute(&mut *tx)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            let job = job::lease(db, Kind::Convert, "w").await.unwrap().unwrap();
            assert_eq!(job.attempt, attempt);
            let before = Timestamp::now();
            let dead = job::fail(db, &job, "the store is away").await.unwrap();
            assert_eq!(dead, attempt == job::MAX_ATTEMPTS);
            assert!(job::lease(db, Kind::Convert, "w").await.unwrap().is_none());
            let row = sqlx::query("select run_at from jobs")
                .fetch_one(db.read())
                .await
                .unwrap();
            let run_at: i64 = sqlx::Row::get(&row, 0);
            assert!(run_at >= before.plus(1_000_000 << attempt).0);
        }
        assert_eq!(job::counts(db).await.unwrap().dead, 1);
        let reason = job::last_error(db, Kind::Convert, 7).await.unwrap();
        assert_eq!(reason.as_deref(), Some("the store is away"));
    }
}

#[tokio::test]
async fn work_asked_for_while_it_runs_is_done_again() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        enqueue(db, Kind::Index, 7).await;
        let running = job::lease(db, Kind::Index, "w/index")
            .await
            .unwrap()
            .unwrap();
        enqueue(db, Kind::Index, 7).await;
        // Failing while a newer request waits must not collide with it.
        assert!(!job::fail(db, &running, "x").await.unwrap());
        let again = job::lease(db, Kind::Index, "w/index")
            .await
            .unwrap()
            .unwrap();
        assert_ne!(again.id, running.id);
        assert!(
            job::lease(db, Kind::Index, "w/index")
                .await
                .unwrap()
                .is_none()
        );
        job::release(db, "w").await.unwrap();
        let taken = job::lease(db, Kind::Index, "other/index")
            .await
            .unwrap()
            .unwrap();
        assert_eq!(taken.id, again.id);
    }
}

#[tokio::test]
async fn a_job_that_is_asked_for_anew_does_not_die() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        enqueue(db, Kind::Convert, 7).await;
        let mut last = job::lease(db, Kind::Convert, "w").await.unwrap().unwrap();
        last.attempt = job::MAX_ATTEMPTS;
        enqueue(db, Kind::Convert, 7).await;
        assert!(!job::fail(db, &last, "five times").await.unwrap());
        assert_eq!(
            job::counts(db).await.unwrap(),
            Counts {
                ready: 1,
                ..Counts::default()
            }
        );
    }
}
