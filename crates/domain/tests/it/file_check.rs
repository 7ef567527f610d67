use crate::{convert, publish, put, upload, user};
use wenyuan_domain::account::Role;
use wenyuan_domain::clock::DAY;
use wenyuan_domain::document::{self, Changes, Visibility};
use wenyuan_domain::file_check::{self, CheckError, MOST_WAITING, NewCheck, State};
use wenyuan_domain::finding::NewFinding;
use wenyuan_domain::job::{self, Kind};
use wenyuan_domain::told::{Audience, tell};
use wenyuan_domain::{BlobRef, Db, DocumentId, Timestamp, UserId, Viewer, sweep, verify};
use wenyuan_text::authenticity::{Evidence, Finding, Kind as Found, Passage, Swap};

fn new_check(owner: UserId, file: BlobRef) -> NewCheck {
    NewCheck {
        owner,
        title: " 总\u{0}结\n ".into(),
        file_name: "总结.docx".into(),
        file,
        is_text: false,
    }
}

fn copy_of(other: Option<DocumentId>, rule: &str, is_hint: bool) -> NewFinding {
    NewFinding {
        finding: Finding {
            kind: Found::SpunCopy,
            rule: rule.into(),
            coverage: 1.0,
            other_coverage: 1.0,
            swaps: vec![Swap {
                from: "发展\u{0}".into(),
                to: "进展".into(),
                count: 1,
            }],
            swap_count: 1,
            replaced: 1,
            evidence: Evidence::Passages {
                passages: vec![Passage {
                    start: 0,
                    end: 9,
                    other_start: 5,
                    other_end: 14,
                    replaced: 1,
                }],
            },
        },
        other,
        is_hint,
    }
}

#[tokio::test]
async fn a_check_is_its_owners_and_its_file_goes_with_it() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let bert = user(db, "Bert", Role::Administrator).await;
        let file = put(blobs, "a file").await;
        let id = file_check::create(db, new_check(anna.id, file))
            .await
            .unwrap();
        let waiting = file_check::waiting(db, id).await.unwrap().unwrap();
        assert_eq!((waiting.file, waiting.owner), (file.sha256, anna.id));
        assert_eq!(waiting.title, "总结");
        let found = file_check::find(db, anna.id, id).await.unwrap().unwrap();
        assert!(matches!(found.state, State::Waiting));
        assert!(file_check::find(db, bert.id, id).await.unwrap().is_none());

        let swept = sweep::run(db, blobs, -1_000_000).await.unwrap();
        assert_eq!(swept.blobs, 0, "what waits to be compared stays");
        let job = job::lease(db, Kind::CheckFile, "test").await.unwrap();
        let job = job.unwrap();
        assert_eq!(job.subject, id.0);
        let mut news = db.bulletin().checks();
        file_check::finish(db, id, &[copy_of(None, "a\\u0000b", false)])
            .await
            .unwrap();
        assert_eq!(news.try_recv().unwrap(), id);
        // A worker that was late changes nothing.
        file_check::refuse(db, id, "crashed", "late").await.unwrap();
        job::finish(db, &job).await.unwrap();
        let found = file_check::find(db, anna.id, id).await.unwrap().unwrap();
        let State::Done(findings) = found.state else {
            panic!("{:?}", found.state);
        };
        assert_eq!(findings[0].finding.rule, "a\\u0000b");
        assert_eq!(findings[0].finding.swaps[0].from, "发展");
        assert!(file_check::waiting(db, id).await.unwrap().is_none());

        let swept = sweep::run(db, blobs, -1_000_000).await.unwrap();
        assert_eq!(swept.blobs, 1, "what was compared goes");
        let failed: Vec<_> = verify::run(db, blobs).await.unwrap();
        assert!(failed.iter().all(|check| check.ok), "{failed:?}");
    }
}

#[tokio::test]
async fn checks_are_forgotten_after_a_day_and_few_wait() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let file = put(blobs, "a file").await;
        let mut ids = Vec::new();
        for _ in 0..MOST_WAITING {
            assert!(file_check::has_room(db, anna.id).await.unwrap());
            let id = file_check::create(db, new_check(anna.id, file)).await;
            ids.push(id.unwrap());
        }
        assert!(!file_check::has_room(db, anna.id).await.unwrap());
        let refused = file_check::create(db, new_check(anna.id, file)).await;
        assert!(matches!(refused, Err(CheckError::TooMany)));

        let mut tx = db.write().await.unwrap();
        sqlx::query("update checks set created_at = $1 where id = $2")
            .bind(Timestamp::now().plus(-DAY).0)
            .bind(ids[0].0)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let old = file_check::find(db, anna.id, ids[0]).await.unwrap();
        assert!(old.is_none());
        sweep::run(db, blobs, sweep::GRACE).await.unwrap();
        // Its job finds nothing to do.
        assert!(file_check::waiting(db, ids[0]).await.unwrap().is_none());
        assert!(file_check::has_room(db, anna.id).await.unwrap());
    }
}

async fn hide(db: &Db, owner: Viewer, id: DocumentId, visibility: Visibility) {
    let document = document::find(db, owner, id).await.unwrap().unwrap();
    let changes = Changes {
        title: document.title.clone(),
        description: String::new(),
        category: None,
        tags: Vec::new(),
        visibility,
        download: document.download,
        preview_pages: None,
    };
    document::update(db, owner, &document, &changes)
        .await
        .unwrap();
}

#[tokio::test]
async fn nobody_is_told_of_what_he_could_not_find_himself() {
    for test in wenyuan_testing::databases().await.unwrap() {
        let store = wenyuan_testing::stores().unwrap().remove(0);
        let (db, blobs) = (&test.db, &store.blobs);
        let anna = user(db, "Anna", Role::Member).await;
        let bert = user(db, "Bert", Role::Member).await;
        let staff = user(db, "Staff", Role::Moderator).await;
        let mut ids = Vec::new();
        for title in ["public", "private", "unlisted"] {
            let id = upload(db, blobs, anna.id, title).await;
            publish(db, blobs, id, 1).await;
            ids.push(id);
        }
        hide(db, anna.viewer(), ids[1], Visibility::Private).await;
        hide(db, anna.viewer(), ids[2], Visibility::Unlisted).await;
        // It stays in the check: about to be published.
        let coming = upload(db, blobs, anna.id, "coming").await;
        convert(db, blobs, coming, 1).await;
        ids.push(coming);
        let found: Vec<_> = ids
            .iter()
            .map(|id| copy_of(Some(*id), "spun.pairs", false))
            .chain([copy_of(None, "hint", true)])
            .collect();
        let told = async |audience| {
            let told = tell(db, audience, found.clone()).await.unwrap();
            let named = |finding: &wenyuan_domain::told::Told| match &finding.other {
                Some(other) => other.title.clone(),
                None => {
                    let words = finding.swaps.len();
                    format!("{} with {words} words", finding.rule)
                }
            };
            told.iter().map(named).collect::<Vec<_>>()
        };
        let all = [
            "public",
            "private",
            "unlisted",
            "coming",
            "hint with 1 words",
        ];
        assert_eq!(told(Audience::Operator).await, all);
        assert_eq!(told(Audience::Viewer(staff.viewer())).await, all);
        assert_eq!(told(Audience::Viewer(anna.viewer())).await, all[..4]);
        // Of what is read in part, no words.
        let mut tx = db.write().await.unwrap();
        sqlx::query("update documents set preview_pages = 1, page_count = 2 where id = $1")
            .bind(ids[0].0)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for (viewer, words) in [(bert.viewer(), 0), (anna.viewer(), 1)] {
            let told = tell(db, Audience::Viewer(viewer), found.clone()).await;
            let told = &told.unwrap()[0];
            assert_eq!((told.swaps.len(), told.swap_count), (words, 1));
        }
        for viewer in [bert.viewer(), Viewer::Stranger] {
            assert_eq!(
                told(Audience::Viewer(viewer)).await,
                ["public", "spun.pairs with 0 words"]
            );
        }
    }
}
