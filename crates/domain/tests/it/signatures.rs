//! Signatures, clusters and the index over them.

use crate::{upload, user};
use sqlx::Row;
use wenyuan_domain::account::Role;
use wenyuan_domain::job::{self, Kind};
use wenyuan_domain::signature::{self, Sizes, Standing, Suspect};
use wenyuan_domain::{Db, DocumentId, Viewer, document, review, swaps, verify};
use wenyuan_testing::databases;
use wenyuan_text::authenticity::{METHOD_VERSION, Signature};

/// The signature of a text that shares nothing with others of another number.
fn signature(number: u64) -> Signature {
    let mut hashes: Vec<u64> = (1..=60).map(|n| mix(number * 1_000 + n)).collect();
    hashes.sort_unstable();
    let mut text_sha256 = [0; 32];
    text_sha256[..8].copy_from_slice(&number.to_be_bytes());
    Signature {
        text_sha256,
        chars: 2_000,
        hashes,
    }
}

/// 40 bits that look like chance.
fn mix(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 24
}

async fn found(db: &Db, signature: &Signature) -> Vec<i64> {
    let found = signature::candidates(db, signature, None).await.unwrap();
    found.iter().map(|c| c.document.0).collect()
}

async fn number(db: &Db, sql: &'static str) -> i64 {
    let row = sqlx::query(sql).fetch_one(db.read()).await.unwrap();
    row.try_get(0).unwrap()
}

async fn faults(db: &Db) -> Vec<String> {
    let store = wenyuan_testing::stores().unwrap().remove(0);
    let checks = verify::run(db, &store.blobs).await.unwrap();
    let about = ["cluster", "signatures", "signed"];
    checks
        .into_iter()
        .filter(|check| !check.ok && about.iter().any(|word| check.name.contains(word)))
        .map(|check| check.detail)
        .collect()
}

const SMALL: Sizes = Sizes {
    waiting: 2,
    tier: 2,
};

#[tokio::test]
async fn a_text_is_found_waiting_written_and_merged() {
    for test in databases().await.unwrap() {
        let (db, store) = (&test.db, wenyuan_testing::stores().unwrap().remove(0));
        let anna = user(db, "Anna", Role::Member).await;
        let mut ids = Vec::new();
        for n in 1..=9 {
            let id = upload(db, &store.blobs, anna.id, &format!("T{n}")).await;
            signature::put(db, id, &signature(n)).await.unwrap();
            ids.push(id);
            assert_eq!(found(db, &signature(n)).await, [id.0], "waiting");
            let folded = signature::fold(db, &SMALL).await.unwrap();
            assert_eq!(folded.written, if n % 2 == 0 { 2 } else { 0 });
        }
        // 8 = 2 + 2, 4 + 4 …: merged into one; the ninth waits.
        let live = "select cast(count(*) as bigint) from signature_segments";
        assert_eq!(number(db, live).await, 1);
        for (n, id) in (1..).zip(&ids) {
            assert_eq!(found(db, &signature(n)).await, [id.0]);
            let but = signature::candidates(db, &signature(n), Some(*id))
                .await
                .unwrap();
            assert_eq!(but, []);
        }
        assert_eq!(found(db, &signature(10)).await, [0; 0]);
        assert_eq!(faults(db).await, [""; 0]);

        // A part: three of its hashes are enough, two are not.
        let mut part = signature(20);
        part.hashes = signature(3).hashes[..3].to_vec();
        assert_eq!(found(db, &part).await, [ids[2].0]);
        part.hashes.pop();
        assert_eq!(found(db, &part).await, [0; 0]);
    }
}

#[tokio::test]
async fn what_is_gone_or_signed_anew_is_not_found_and_dropped() {
    for test in databases().await.unwrap() {
        let (db, store) = (&test.db, wenyuan_testing::stores().unwrap().remove(0));
        let anna = user(db, "Anna", Role::Member).await;
        let viewer = Viewer::Member {
            id: anna.id,
            role: anna.role,
        };
        let mut ids = Vec::new();
        for n in 1..=4 {
            let id = upload(db, &store.blobs, anna.id, &format!("T{n}")).await;
            signature::put(db, id, &signature(n)).await.unwrap();
            ids.push(id);
        }
        let sizes = Sizes {
            waiting: 4,
            tier: 4,
        };
        assert_eq!(signature::fold(db, &sizes).await.unwrap().written, 4);

        let gone = document::find(db, viewer, ids[0]).await.unwrap().unwrap();
        assert!(document::delete(db, viewer, &gone).await.unwrap());
        signature::put(db, ids[1], &signature(12)).await.unwrap();
        signature::put(db, ids[2], &signature(13)).await.unwrap();
        assert_eq!(found(db, &signature(1)).await, [0; 0]);
        assert_eq!(found(db, &signature(2)).await, [0; 0]);
        assert_eq!(found(db, &signature(12)).await, [ids[1].0]);
        assert_eq!(found(db, &signature(4)).await, [ids[3].0]);
        assert_eq!(faults(db).await, [""; 0]);

        // One of four lives: the segment is written anew without the others.
        let folded = signature::fold(db, &sizes).await.unwrap();
        assert_eq!((folded.merges, folded.dropped), (1, 180));
        let held = "select cast(sum(postings) as bigint) from signature_segments";
        assert_eq!(number(db, held).await, 60);
        assert_eq!(found(db, &signature(4)).await, [ids[3].0]);
        assert_eq!(found(db, &signature(13)).await, [ids[2].0]);
        assert_eq!(faults(db).await, [""; 0]);

        let last = document::find(db, viewer, ids[3]).await.unwrap().unwrap();
        assert!(document::delete(db, viewer, &last).await.unwrap());
        signature::fold(db, &sizes).await.unwrap();
        signature::fold(db, &sizes).await.unwrap();
        let rows = "select (select cast(count(*) as bigint) from signature_blocks) \
                    + (select cast(count(*) as bigint) from signature_segments)";
        assert_eq!(number(db, rows).await, 0);
    }
}

#[tokio::test]
async fn of_copies_at_once_one_stands_for_all() {
    for test in databases().await.unwrap() {
        let (db, store) = (&test.db, wenyuan_testing::stores().unwrap().remove(0));
        let anna = user(db, "Anna", Role::Member).await;
        let first = upload(db, &store.blobs, anna.id, "A").await;
        let second = upload(db, &store.blobs, anna.id, "B").await;
        let text = signature(1);
        let (one, other) = tokio::join!(
            signature::put(db, first, &text),
            signature::put(db, second, &text)
        );
        let (one, other) = (one.unwrap().unwrap(), other.unwrap().unwrap());
        assert_eq!(one, other);
        assert!([first, second].contains(&one));
        assert_eq!(found(db, &text).await, [one.0]);
        let waiting = "select cast(count(*) as bigint) from signature_hashes";
        assert_eq!(number(db, waiting).await, 1);
        assert_eq!(signature::put(db, one, &text).await.unwrap(), Some(one));

        // A text of a few words is no copy of another.
        let mut short = signature(2);
        short.chars = 12;
        for id in [first, second] {
            assert_eq!(signature::put(db, id, &short).await.unwrap(), Some(id));
            assert_eq!(signature::cluster_of(db, id).await.unwrap(), None);
        }
        let gone = DocumentId(999);
        assert_eq!(signature::put(db, gone, &text).await.unwrap(), None);
    }
}

#[tokio::test]
async fn when_the_first_goes_the_next_stands_for_the_cluster() {
    for test in databases().await.unwrap() {
        let (db, store) = (&test.db, wenyuan_testing::stores().unwrap().remove(0));
        let anna = user(db, "Anna", Role::Member).await;
        let viewer = Viewer::Member {
            id: anna.id,
            role: anna.role,
        };
        let text = signature(1);
        let mut ids = Vec::new();
        for title in ["A", "B", "C", "D"] {
            let id = upload(db, &store.blobs, anna.id, title).await;
            ids.push(id);
        }
        for id in &ids[..3] {
            let cluster = signature::put(db, *id, &text).await.unwrap();
            assert_eq!(cluster, Some(ids[0]));
        }
        // The same in all but letters.
        signature::put(db, ids[3], &signature(2)).await.unwrap();
        assert!(signature::join(db, ids[3], ids[0]).await.unwrap());
        assert!(!signature::join(db, ids[3], ids[0]).await.unwrap());
        assert_eq!(found(db, &signature(2)).await, [ids[0].0]);

        let first = document::find(db, viewer, ids[0]).await.unwrap().unwrap();
        assert!(document::delete(db, viewer, &first).await.unwrap());
        assert_eq!(faults(db).await, [""; 0]);
        let jobs = job::unsettled_subjects(db, Kind::Check).await.unwrap();
        assert_eq!(jobs, [ids[1].0]);
        // What that job does first.
        let cluster = signature::put(db, ids[1], &text).await.unwrap();
        assert_eq!(cluster, Some(ids[1]));
        for id in &ids[1..] {
            assert_eq!(signature::cluster_of(db, *id).await.unwrap(), Some(ids[1]));
        }
        assert_eq!(found(db, &text).await, [ids[1].0]);
        assert_eq!(faults(db).await, [""; 0]);

        // Another text: it leaves, and hands on what it stood for.
        signature::put(db, ids[1], &signature(9)).await.unwrap();
        assert_eq!(
            signature::cluster_of(db, ids[1]).await.unwrap(),
            Some(ids[1])
        );
        assert_eq!(
            signature::cluster_of(db, ids[3]).await.unwrap(),
            Some(ids[2])
        );
    }
}

#[tokio::test]
async fn what_hundreds_have_says_nothing() {
    for test in databases().await.unwrap() {
        let (db, store) = (&test.db, wenyuan_testing::stores().unwrap().remove(0));
        let anna = user(db, "Anna", Role::Member).await;
        let common: Vec<u64> = (1..=20).map(|n| mix(7_000_000 + n)).collect();
        let of = |n: u64| {
            let mut text = signature(n);
            text.hashes.extend(&common);
            text.hashes.sort_unstable();
            text
        };
        for n in 1..=205 {
            let id = upload(db, &store.blobs, anna.id, &format!("T{n}")).await;
            signature::put(db, id, &of(n)).await.unwrap();
        }
        let mut formula = signature(900);
        formula.hashes.clone_from(&common);
        formula.hashes.sort_unstable();
        let sizes = Sizes {
            waiting: 103,
            tier: 2,
        };
        assert_eq!(found(db, &formula).await, [0; 0], "waiting");
        signature::fold(db, &sizes).await.unwrap();
        assert_eq!(found(db, &formula).await, [0; 0], "written");
        let held = "select cast(sum(postings) as bigint) from signature_segments";
        assert_eq!(number(db, held).await, 205 * 60 + 20 * 201);
        assert_eq!(found(db, &of(5)).await.len(), 1);
        assert_eq!(faults(db).await, [""; 0]);
    }
}

#[tokio::test]
async fn what_a_crash_left_of_a_merge_is_erased() {
    for test in databases().await.unwrap() {
        let db = &test.db;
        let mut tx = db.write().await.unwrap();
        for (id, state) in [(1, "building"), (2, "dropped")] {
            sqlx::query(
                "insert into signature_segments (state, bits, first_signature, last_signature, \
                     signatures, postings) values ($1, 3, 1, 9, 9, 9)",
            )
            .bind(state)
            .execute(&mut *tx)
            .await
            .unwrap();
            sqlx::query("insert into signature_blocks (id, postings) values ($1, $2)")
                .bind((id << 24) + 7)
                .bind(vec![1_u8])
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(found(db, &signature(1)).await, [0; 0]);
        signature::fold(db, &SMALL).await.unwrap();
        let rows = "select (select cast(count(*) as bigint) from signature_blocks) \
                    + (select cast(count(*) as bigint) from signature_segments)";
        assert_eq!(number(db, rows).await, 0);
    }
}

#[tokio::test]
async fn damage_is_named() {
    for test in databases().await.unwrap() {
        let (db, store) = (&test.db, wenyuan_testing::stores().unwrap().remove(0));
        let anna = user(db, "Anna", Role::Member).await;
        for n in 1..=2 {
            let id = upload(db, &store.blobs, anna.id, &format!("T{n}")).await;
            signature::put(db, id, &signature(n)).await.unwrap();
        }
        signature::fold(db, &SMALL).await.unwrap();
        assert_eq!(faults(db).await, [""; 0]);
        let mut tx = db.write().await.unwrap();
        sqlx::query("update signature_blocks set postings = $1")
            .bind(vec![0xFF_u8; 3])
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query("update signatures set cluster_id = 77 where document_id = 2")
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let faults = faults(db).await;
        assert!(
            faults
                .iter()
                .any(|fault| fault.contains("damaged postings")),
            "{faults:?}"
        );
        assert!(
            faults.iter().any(|fault| fault.contains("cluster 77")),
            "{faults:?}"
        );
        assert!(
            signature::candidates(db, &signature(1), None)
                .await
                .is_err()
        );
    }
}

#[tokio::test]
async fn pairs_of_several_confirmed_copies_are_learnt() {
    for test in databases().await.unwrap() {
        let (db, store) = (&test.db, wenyuan_testing::stores().unwrap().remove(0));
        let anna = user(db, "Anna", Role::Member).await;
        let staff = user(db, "Maria", Role::Moderator).await;
        let reviewer = Viewer::Member {
            id: staff.id,
            role: staff.role,
        };
        let mut originals = Vec::new();
        for title in ["A", "B"] {
            let id = upload(db, &store.blobs, anna.id, title).await;
            crate::publish(db, &store.blobs, id, 1).await;
            originals.push(id);
        }
        for (n, first) in [originals[0], originals[0], originals[1]]
            .iter()
            .enumerate()
        {
            assert_eq!(swaps::learnt(db).await.unwrap(), [], "{n}");
            let copy = upload(db, &store.blobs, anna.id, &format!("copy {n}")).await;
            crate::convert(db, &store.blobs, copy, 1).await;
            crate::settle(db, copy, Some(*first), &document::Verdict::Hold).await;
            review::claim(db, reviewer, copy).await.unwrap();
            let refuse = review::Decision::Refuse {
                reason: "伪原创".into(),
            };
            review::decide(db, reviewer, copy, &refuse).await.unwrap();
        }
        let learnt = [("发展".to_owned(), "进展".to_owned())];
        assert_eq!(swaps::learnt(db).await.unwrap(), learnt);
    }
}

#[tokio::test]
async fn everything_is_signed_anew_by_another_method() {
    for test in databases().await.unwrap() {
        let (db, store) = (&test.db, wenyuan_testing::stores().unwrap().remove(0));
        let anna = user(db, "Anna", Role::Member).await;
        let mut ids = Vec::new();
        for n in 1..=3 {
            let id = upload(db, &store.blobs, anna.id, &format!("T{n}")).await;
            crate::publish(db, &store.blobs, id, 1).await;
            ids.push(id);
        }
        signature::put(db, ids[0], &signature(1)).await.unwrap();
        signature::put(db, ids[1], &signature(2)).await.unwrap();
        signature::join(db, ids[1], ids[0]).await.unwrap();
        assert_eq!(signature::unsigned(db, DocumentId(0), 9).await.unwrap(), []);

        signature::forget_versions(db).await.unwrap();
        assert_eq!(job::unsettled(db, Kind::Sign).await.unwrap(), 1);
        assert_eq!(
            signature::unsigned(db, DocumentId(0), 9).await.unwrap(),
            ids
        );
        assert_eq!(found(db, &signature(1)).await, [ids[0].0], "meanwhile");
        for (n, id) in (1..).zip(&ids) {
            signature::put(db, *id, &signature(n)).await.unwrap();
        }
        assert_eq!(signature::unsigned(db, ids[0], 9).await.unwrap(), []);
        assert_eq!(
            signature::cluster_of(db, ids[1]).await.unwrap(),
            Some(ids[0])
        );
        assert_eq!(
            METHOD_VERSION,
            number(db, "select min(version) from signatures").await
        );
        assert_eq!(faults(db).await, [""; 0]);
    }
}

#[tokio::test]
async fn the_earlier_document_that_matters_most_is_chosen() {
    for test in databases().await.unwrap() {
        let (db, store) = (&test.db, wenyuan_testing::stores().unwrap().remove(0));
        let mut ids = Vec::new();
        for name in ["Anna", "Bert", "Cora", "Dora"] {
            let owner = user(db, name, Role::Member).await;
            let id = upload(db, &store.blobs, owner.id, name).await;
            ids.push((owner, id));
        }
        let text = signature(1);
        for (_, id) in &ids {
            signature::put(db, *id, &text).await.unwrap();
        }
        let [anna, bert, cora, dora] = &ids[..] else {
            unreachable!()
        };
        let suspect = Suspect {
            id: Some(dora.1),
            owner: Some(dora.0.id),
            published_at: None,
        };
        let best = async |suspect: &Suspect| {
            let found = signature::earlier_in_clusters(db, suspect, &[anna.1])
                .await
                .unwrap();
            found.first().map(|e| (e.id, e.standing, e.is_listed))
        };
        // All are still being drawn: nobody knows of them.
        assert_eq!(
            best(&suspect).await,
            Some((anna.1, Standing::Hidden, false))
        );
        crate::convert(db, &store.blobs, bert.1, 1).await;
        assert_eq!(
            best(&suspect).await,
            Some((bert.1, Standing::Pending, false))
        );
        crate::convert(db, &store.blobs, cora.1, 1).await;
        document::settle(db, cora.1, &[], &document::Verdict::Publish)
            .await
            .unwrap();
        assert_eq!(best(&suspect).await, Some((cora.1, Standing::Listed, true)));
        // What came later than the suspect does not count.
        let early = Suspect {
            id: Some(anna.1),
            owner: Some(anna.0.id),
            published_at: None,
        };
        assert_eq!(best(&early).await, Some((cora.1, Standing::Listed, true)));
        let published = Suspect {
            published_at: Some(wenyuan_domain::Timestamp(1)),
            ..early
        };
        assert_eq!(best(&published).await, None);
        let own = Suspect {
            owner: Some(cora.0.id),
            ..suspect
        };
        assert_eq!(best(&own).await, Some((bert.1, Standing::Pending, false)));
        assert_eq!(
            best(&Suspect::default()).await,
            Some((cora.1, Standing::Listed, true))
        );
        let file = document::source(db, cora.1)
            .await
            .unwrap()
            .unwrap()
            .original;
        let same = signature::earlier_same_file(db, &suspect, &file)
            .await
            .unwrap();
        assert_eq!(same.map(|same| same.id), Some(cora.1));
    }
}
