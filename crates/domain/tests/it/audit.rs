//! The chain of the audit log: what is tampered with is found.

use wenyuan_domain::audit::record;
use wenyuan_domain::verify::{self, Check};
use wenyuan_domain::{Db, UserId};

const CHECK: &str = "the audit log is what was written";

async fn log(db: &Db, detail: &str) {
    let mut tx = db.write().await.unwrap();
    record(&mut tx, Some(UserId(7)), "test", "document:1", detail)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn check(db: &Db) -> Check {
    let store = wenyuan_testing::stores().unwrap().remove(0);
    let checks = verify::run(db, &store.blobs).await.unwrap();
    checks
        .into_iter()
        .find(|check| check.name == CHECK)
        .unwrap()
}

async fn execute(db: &Db, statements: &[&str]) {
    let mut tx = db.write().await.unwrap();
    for statement in statements {
        let statement = sqlx::AssertSqlSafe((*statement).to_owned());
        sqlx::query(statement).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Takes the triggers away, as somebody can who has the database in his hands.
async fn unlock(db: &Db) {
    match db.backend_name() {
        "sqlite" => {
            execute(
                db,
                &[
                    "drop trigger audit_log_no_update",
                    "drop trigger audit_log_no_delete",
                    "drop trigger audit_chain_no_update",
                    "drop trigger audit_chain_no_delete",
                    "drop trigger audit_head_only_grows",
                    "drop trigger audit_head_no_delete",
                ],
            )
            .await;
        }
        _ => {
            execute(
                db,
                &[
                    "alter table audit_log disable trigger user",
                    "alter table audit_chain disable trigger user",
                    "alter table audit_head disable trigger user",
                ],
            )
            .await;
        }
    }
}

#[tokio::test]
async fn the_chain_holds_and_ends_with_the_last_line() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        assert!(check(db).await.ok, "an empty log");
        for number in 0..3 {
            log(db, &format!("第{number}行")).await;
        }
        let whole = check(db).await;
        assert!(whole.ok && whole.detail.starts_with("3 lines"), "{whole:?}");
        // A transaction that fails leaves neither a line nor a hole.
        let mut tx = db.write().await.unwrap();
        record(&mut tx, None, "test", "document:1", "undone")
            .await
            .unwrap();
        tx.rollback().await.unwrap();
        log(db, "after it").await;
        let more = check(db).await;
        assert!(more.ok && more.detail.starts_with("4 lines"), "{more:?}");
        assert_ne!(more.detail, whole.detail);
    }
}

/// What is done to the log, and what `verify` says of it.
const TAMPERED: [(&[&str], &str); 8] = [
    (
        &["update audit_log set detail = 'nothing' where id = 2"],
        "line 2",
    ),
    (
        &["update audit_log set actor = null where id = 1"],
        "line 1",
    ),
    // Where one field ends and the next begins is part of it.
    (
        &["update audit_log set action = 'testd', subject = 'ocument:1' where id = 3"],
        "line 3",
    ),
    (
        &["update audit_chain set hash = '00' where id = 2"],
        "line 2",
    ),
    (
        &[
            "delete from audit_chain where id = 2",
            "delete from audit_log where id = 2",
        ],
        "line 3",
    ),
    (
        &[
            "delete from audit_chain where id = 4",
            "delete from audit_log where id = 4",
        ],
        "ends with line 3, 3 in all; 4 were written",
    ),
    (
        &["delete from audit_head"],
        "the end of the chain is missing",
    ),
    (
        &["update audit_head set lines = 3, last_id = 3"],
        "3 were written, line 3 the last",
    ),
];

#[tokio::test]
async fn what_was_tampered_with_is_named() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        for number in 1..=4 {
            log(db, &format!("line {number}")).await;
        }
        for (statements, _) in TAMPERED {
            let mut tx = db.write().await.unwrap();
            let refused = sqlx::query(statements[0]).execute(&mut *tx).await;
            assert!(refused.is_err(), "{statements:?} is not refused");
        }
        unlock(db).await;
        execute(
            db,
            &[
                "create table kept_log as select * from audit_log",
                "create table kept_chain as select * from audit_chain",
                "create table kept_head as select * from audit_head",
            ],
        )
        .await;
        for (statements, named) in TAMPERED {
            execute(db, statements).await;
            let found = check(db).await;
            assert!(
                !found.ok && found.detail.contains(named),
                "{statements:?}: {found:?}"
            );
            execute(
                db,
                &[
                    "delete from audit_chain",
                    "delete from audit_log",
                    "delete from audit_head",
                    "insert into audit_log select * from kept_log",
                    "insert into audit_chain select * from kept_chain",
                    "insert into audit_head select * from kept_head",
                ],
            )
            .await;
            assert!(check(db).await.ok);
        }
    }
}

#[tokio::test]
async fn lines_from_before_the_chain_are_chained_in_order() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let db = &test.db;
        let mut tx = db.write().await.unwrap();
        // More than one step.
        for at in 0..1_500_i64 {
            sqlx::query(
                "insert into audit_log (at, action, subject, detail) values ($1, 'old', 'a', '')",
            )
            .bind(at)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        log(db, "the first of the new ones").await;
        let found = check(db).await;
        assert!(
            found.ok && found.detail.starts_with("1501 lines"),
            "{found:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_log_at_once_follow_each_other() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let writers = (0..8).map(|writer| {
            let db = test.db.clone();
            tokio::spawn(async move {
                for number in 0..5 {
                    log(&db, &format!("{writer} {number}")).await;
                }
            })
        });
        for done in futures::future::join_all(writers).await {
            done.unwrap();
        }
        let found = check(&test.db).await;
        assert!(
            found.ok && found.detail.starts_with("40 lines"),
            "{found:?}"
        );
    }
}
