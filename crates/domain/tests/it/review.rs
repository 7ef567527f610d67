//! Held uploads: claims, decisions, and who learns what of them.

use crate::{audited, publish, settle, upload, user};
use wenyuan_domain::account::{Role, User};
use wenyuan_domain::document::{self, Document, State, Verdict};
use wenyuan_domain::finding::{self, Found};
use wenyuan_domain::job::{self, Kind};
use wenyuan_domain::notice::{self, News, Outcome};
use wenyuan_domain::review::{self, CLAIM, Decision, MOST_CHARS, REFUSED, ReviewError};
use wenyuan_domain::{Db, DocumentId, NoticeId, Viewer, verify};

struct Held {
    test: wenyuan_testing::TestDb,
    store: wenyuan_testing::TestStore,
    anna: User,
    first: DocumentId,
    /// Anna's uploads that were held, one after the other.
    ids: Vec<DocumentId>,
    reviewers: [User; 2],
}

/// Two held uploads of Anna's, each like a document of Bert's, on every
/// database.
async fn held() -> Vec<Held> {
    let mut all = Vec::new();
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let bert = user(db, "Bert", Role::Member).await;
        let reviewers = [
            user(db, "Reviewer", Role::Moderator).await,
            user(db, "Second", Role::Administrator).await,
        ];
        let first = upload(db, blobs, bert.id, "原文").await;
        publish(db, blobs, first, 1).await;
        let mut ids = Vec::new();
        for title in ["甲", "乙"] {
            let id = upload(db, blobs, anna.id, title).await;
            publish(db, blobs, id, 1).await;
            settle(db, id, Some(first), &Verdict::Hold).await;
            ids.push(id);
        }
        all.push(Held {
            test,
            store,
            anna,
            first,
            ids,
            reviewers,
        });
    }
    all
}

async fn find(db: &Db, viewer: Viewer, id: DocumentId) -> Option<Document> {
    document::find(db, viewer, id).await.unwrap()
}

async fn seen(db: &Db, viewer: Viewer, id: DocumentId) -> Vec<Found> {
    let document = find(db, viewer, id).await.unwrap();
    finding::of(db, viewer, &document).await.unwrap()
}

async fn run_out(db: &Db, id: DocumentId) {
    let mut tx = db.write().await.unwrap();
    sqlx::query("update reviews set claimed_until = claimed_until - $1 where document_id = $2")
        .bind(CLAIM)
        .bind(id.0)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_queue_is_for_staff_and_oldest_first() {
    for held in held().await {
        let db = &held.test.db;
        let [reviewer, _] = &held.reviewers;
        for viewer in [Viewer::Stranger, held.anna.viewer()] {
            let refused = review::list(db, viewer, None, 10).await;
            assert!(matches!(refused, Err(ReviewError::Forbidden)));
            let refused = review::claim_next(db, viewer).await;
            assert!(matches!(refused, Err(ReviewError::Forbidden)));
            let refused = review::decide(db, viewer, held.ids[0], &Decision::Publish).await;
            assert!(matches!(refused, Err(ReviewError::Forbidden)));
        }
        let all = review::list(db, reviewer.viewer(), None, 10).await.unwrap();
        let ids: Vec<_> = all.iter().map(|review| review.document).collect();
        assert_eq!(ids, held.ids);
        assert_eq!(all[0].kinds.len(), 1);
        assert_eq!(review::count(db).await.unwrap(), 2);
        let place = Some(all[0].place());
        let rest = review::list(db, reviewer.viewer(), place, 10)
            .await
            .unwrap();
        assert_eq!(rest.len(), 1);
        let beside = review::beside(db, reviewer.viewer(), &all[1])
            .await
            .unwrap();
        assert_eq!(beside, (Some(held.ids[0]), None));
        let beside = review::beside(db, reviewer.viewer(), &all[0])
            .await
            .unwrap();
        assert_eq!(beside, (None, Some(held.ids[1])));
    }
}

#[tokio::test]
async fn two_reviewers_never_have_the_same_one() {
    for held in held().await {
        let db = &held.test.db;
        let [one, two] = held.reviewers.each_ref().map(User::viewer);
        assert_eq!(
            review::claim_next(db, one).await.unwrap(),
            Some(held.ids[0])
        );
        assert_eq!(
            review::claim_next(db, two).await.unwrap(),
            Some(held.ids[1])
        );
        let taken = review::claim(db, two, held.ids[0]).await;
        assert!(matches!(taken, Err(ReviewError::Taken)));
        let taken = review::decide(db, two, held.ids[0], &Decision::Publish).await;
        assert!(matches!(taken, Err(ReviewError::Taken)));
        // Who has one goes on with it.
        assert_eq!(
            review::claim_next(db, one).await.unwrap(),
            Some(held.ids[0])
        );
        review::claim(db, one, held.ids[0]).await.unwrap();

        // It goes back when it has run out, and then to another.
        run_out(db, held.ids[0]).await;
        let found = review::find(db, two, held.ids[0]).await.unwrap().unwrap();
        assert!(found.claimed_by.is_none());
        review::claim(db, two, held.ids[0]).await.unwrap();
        let late = review::decide(db, one, held.ids[0], &Decision::Publish).await;
        assert!(matches!(late, Err(ReviewError::Taken)));
        let found = review::find(db, one, held.ids[0]).await.unwrap().unwrap();
        assert_eq!(found.claimed_by.unwrap().name, "Second");

        // Only who has one gives it back.
        review::release(db, one, held.ids[0]).await.unwrap();
        let taken = review::claim(db, one, held.ids[0]).await;
        assert!(matches!(taken, Err(ReviewError::Taken)));
        review::release(db, two, held.ids[0]).await.unwrap();
        review::claim(db, one, held.ids[0]).await.unwrap();
        let nothing = review::claim(db, one, held.first).await;
        assert!(matches!(nothing, Err(ReviewError::NotWaiting)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reviewers_who_ask_at_once_get_different_ones() {
    for held in held().await {
        let claims = held.reviewers.each_ref().map(|reviewer| {
            let (db, viewer) = (held.test.db.clone(), reviewer.viewer());
            tokio::spawn(async move { review::claim_next(&db, viewer).await.unwrap() })
        });
        let mut got = Vec::new();
        for claim in claims {
            got.push(claim.await.unwrap().unwrap());
        }
        got.sort_unstable();
        assert_eq!(got, held.ids);
    }
}

#[tokio::test]
async fn what_is_published_is_accepted_and_its_uploader_told() {
    for held in held().await {
        let (db, id) = (&held.test.db, held.ids[0]);
        let reviewer = held.reviewers[0].viewer();
        while job::lease(db, Kind::Index, "w").await.unwrap().is_some() {}
        for (id, decision, outcome, action, readers_see) in [
            (
                id,
                Decision::Publish,
                Outcome::Published,
                "review.publish",
                0,
            ),
            (
                held.ids[1],
                Decision::PublishWithNote,
                Outcome::Noted,
                "review.publish_with_note",
                1,
            ),
        ] {
            assert!(find(db, Viewer::Stranger, id).await.is_none());
            review::claim(db, reviewer, id).await.unwrap();
            review::decide(db, reviewer, id, &decision).await.unwrap();
            let open = find(db, Viewer::Stranger, id).await.unwrap();
            assert_eq!(open.state, State::Readable);
            assert!(open.checked_chars.is_some() && open.published_at.is_some());
            let found = seen(db, Viewer::Stranger, id).await;
            assert_eq!(found.len(), readers_see, "{action}");
            for viewer in [held.anna.viewer(), reviewer] {
                let found = seen(db, viewer, id).await;
                assert!(found.len() == 1 && found[0].is_accepted, "{action}");
                assert_eq!(found[0].is_shown, readers_see == 1);
            }
            let accepted = finding::accepted(db, id).await.unwrap();
            assert_eq!(accepted.len(), 1);
            assert_eq!(audited(db).await.last().unwrap(), action);
            let notices = notice::list(db, held.anna.id, NoticeId(i64::MAX), 1)
                .await
                .unwrap();
            let told = News::Reviewed {
                document: id,
                outcome,
            };
            assert_eq!((notices[0].news.clone(), notices[0].subject), (told, id.0));
            let job = job::lease(db, Kind::Index, "w").await.unwrap().unwrap();
            assert_eq!(job.subject, id.0);
            // Decided is decided.
            let again = review::decide(db, reviewer, id, &Decision::Publish).await;
            assert!(matches!(again, Err(ReviewError::NotWaiting)));
        }
        // What was let pass stays so when the check finds it again.
        settle(db, id, Some(held.first), &Verdict::Publish).await;
        assert!(seen(db, Viewer::Stranger, id).await.is_empty());
        assert_eq!(review::count(db).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_refusal_has_a_reason_that_the_uploader_reads() {
    for held in held().await {
        let (db, id) = (&held.test.db, held.ids[0]);
        let reviewer = held.reviewers[0].viewer();
        let refuse = |reason: &str| Decision::Refuse {
            reason: reason.into(),
        };
        review::claim(db, reviewer, id).await.unwrap();
        let none = review::decide(db, reviewer, id, &refuse(" \n ")).await;
        assert!(matches!(none, Err(ReviewError::NoReason)));
        review::decide(db, reviewer, id, &refuse(" 与原文相同。 "))
            .await
            .unwrap();
        let mine = find(db, held.anna.viewer(), id).await.unwrap();
        let failure = mine.failure.as_ref().unwrap();
        assert_eq!(
            (failure.kind.as_str(), failure.detail.as_str()),
            (REFUSED, "与原文相同。")
        );
        assert_eq!(mine.state, State::Refused);
        assert_eq!(
            seen(db, held.anna.viewer(), id).await.len(),
            1,
            "he reads why"
        );
        assert!(find(db, Viewer::Stranger, id).await.is_none());
        // Only who refused it may have it converted once more.
        assert!(
            !document::retry(db, held.anna.viewer(), &mine)
                .await
                .unwrap()
        );
        let checks = verify::run(db, &held.store.blobs).await.unwrap();
        for name in ["nothing refused", "every held document", "the audit log"] {
            let check = checks.iter().find(|check| check.name.starts_with(name));
            assert!(check.unwrap().ok, "{check:?}");
        }
    }
}

#[tokio::test]
async fn the_uploader_explains_and_the_claim_stays() {
    for held in held().await {
        let (db, id) = (&held.test.db, held.ids[0]);
        let reviewer = held.reviewers[0].viewer();
        review::claim(db, reviewer, id).await.unwrap();
        let long = "我".repeat(MOST_CHARS + 5);
        assert!(
            review::explain(db, held.anna.viewer(), id, &long)
                .await
                .unwrap()
        );
        for other in [held.reviewers[1].viewer(), Viewer::Stranger] {
            assert!(!review::explain(db, other, id, "x").await.unwrap());
        }
        let found = review::find(db, reviewer, id).await.unwrap().unwrap();
        assert_eq!(found.explanation.chars().count(), MOST_CHARS);
        assert_eq!(found.claimed_by.unwrap().id, held.reviewers[0].id);
        let mine = find(db, held.anna.viewer(), id).await.unwrap();
        assert_eq!(
            review::explanation(db, &mine).await.unwrap(),
            found.explanation
        );

        // He takes it back: nothing is left to review.
        assert!(
            document::delete(db, held.anna.viewer(), &mine)
                .await
                .unwrap()
        );
        assert_eq!(review::count(db).await.unwrap(), 1);
        assert!(review::find(db, reviewer, id).await.unwrap().is_none());
        assert!(
            !review::explain(db, held.anna.viewer(), id, "x")
                .await
                .unwrap()
        );
    }
}

#[tokio::test]
async fn a_finding_never_names_what_is_not_listed() {
    for held in held().await {
        let (db, id) = (&held.test.db, held.ids[0]);
        let own = finding::of_own(db, held.anna.id, &held.ids).await.unwrap();
        assert_eq!(own.len(), 2);
        assert_eq!(own[&id][0].other.as_ref().unwrap().title, "原文");
        assert!(own[&id][0].other.as_ref().unwrap().is_whole);
        let others = finding::of_own(db, held.reviewers[0].id, &held.ids);
        assert!(others.await.unwrap().is_empty());

        let staff = held.reviewers[0].viewer();
        let first = find(db, staff, held.first).await.unwrap();
        document::withdraw(db, staff, &first, true, "reason")
            .await
            .unwrap();
        let found = seen(db, held.anna.viewer(), id).await;
        assert!(found[0].other.is_none());
        assert!(found[0].finding.swaps.is_empty() && found[0].finding.replaced == 0);
        let found = seen(db, staff, id).await;
        assert!(found[0].other.is_some() && !found[0].finding.swaps.is_empty());
    }
}

#[tokio::test]
async fn the_librarians_mark_asks_for_new_checks() {
    for held in held().await {
        let db = &held.test.db;
        let staff = held.reviewers[0].viewer();
        let like = held.ids[1];
        settle_readable(&held, like).await;
        while job::lease(db, Kind::Check, "w").await.unwrap().is_some() {}
        let first = find(db, held.anna.viewer(), held.first).await.unwrap();
        let set = |viewer, on| document::set_reference(db, viewer, &first, on);
        assert!(!set(held.anna.viewer(), true).await.unwrap());
        assert!(set(staff, true).await.unwrap());
        assert!(!set(staff, true).await.unwrap(), "it is one already");
        assert!(find(db, staff, held.first).await.unwrap().is_reference);
        assert_eq!(audited(db).await.last().unwrap(), "document.reference");
        let mut checked = Vec::new();
        while let Some(job) = job::lease(db, Kind::Check, "w").await.unwrap() {
            checked.push(DocumentId(job.subject));
        }
        checked.sort_unstable();
        assert_eq!(checked, [held.first, like], "what is held stays so");
    }
}

async fn settle_readable(held: &Held, id: DocumentId) {
    let (db, reviewer) = (&held.test.db, held.reviewers[0].viewer());
    review::claim(db, reviewer, id).await.unwrap();
    review::decide(db, reviewer, id, &Decision::PublishWithNote)
        .await
        .unwrap();
}
