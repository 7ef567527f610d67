//! What becomes of copies, on real databases.

use super::job::check;
use crate::{Action, Policy};
use sqlx::Row;
use wenyuan_domain::account::{self, NewUser, Role, User};
use wenyuan_domain::document::{self, NewDocument, NewPage, Published, State, Verdict, Visibility};
use wenyuan_domain::job::{self, Kind as JobKind};
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{Blobs, Db, DocumentId, UserId, Viewer, finding, signature};
use wenyuan_testing::{TestDb, TestStore, databases, stores};
use wenyuan_text::authenticity::Kind;

/// Some hundred characters of a report.
const REPORT: &str = "全省乡镇文化站建设工作座谈会今年春天在柳河县召开，来自各市的代表交流了做法。\
    会议认为，过去三年新建和扩建文化站一百二十六座，藏书总量比从前翻了一番，夜间开放的时间也延长了。\
    柳河县把闲置的校舍改成阅览室，由退休教师轮流值守，孩子们放学以后有了去处。\
    平山镇请来县剧团的演员教唱地方戏，每逢集日就在广场上演出，老人们搬着凳子来听。\
    代表们也谈到困难：有的站只有一名干部，身兼数职；有的站设备陈旧，冬天没有取暖。\
    会议要求各地在明年六月以前摸清家底，分清轻重缓急，先解决屋顶漏雨和线路老化的问题。\
    经费由省里补助一半，其余由县里自筹，任何人不得挪作他用，违者依纪处理。";
/// Of something else.
const RECIPE: &str = "把山楂洗净去核，加水煮到软烂，用勺背压成细泥，再按一斤果泥半斤白糖的比例拌匀。\
    小火慢慢熬，不停地搅动，免得粘住锅底。熬到果泥提起来挂在铲子上不往下掉，就可以倒进盘子里抹平。\
    放在通风的地方晾一整夜，第二天切成长条，卷起来就是果丹皮，酸甜可口，能存放很久。";

struct Library {
    db: Db,
    _database: TestDb,
    store: TestStore,
    policy: Policy,
}

impl Library {
    fn blobs(&self) -> &Blobs {
        &self.store.blobs
    }

    async fn user(&self, name: &str) -> User {
        let new = NewUser {
            name: name.into(),
            email: format!("{name}@example.com"),
            password: "correct horse battery".into(),
            role: Role::Member,
        };
        account::create(&self.db, new).await.unwrap()
    }

    async fn staff(&self) -> User {
        match account::find_by_name(&self.db, "staff").await {
            Ok(user) => user,
            Err(_) => {
                let new = NewUser {
                    name: "staff".into(),
                    email: "staff@example.com".into(),
                    password: "correct horse battery".into(),
                    role: Role::Moderator,
                };
                account::create(&self.db, new).await.unwrap()
            }
        }
    }

    /// An upload that is drawn, and is to be checked.
    async fn upload(
        &self,
        owner: UserId,
        title: &str,
        text: &str,
        visibility: Visibility,
    ) -> DocumentId {
        let file = format!("{text} in {title}");
        self.upload_file(owner, title, text, visibility, file).await
    }

    async fn upload_file(
        &self,
        owner: UserId,
        title: &str,
        text: &str,
        visibility: Visibility,
        file: String,
    ) -> DocumentId {
        let blob = self.blobs().put(file.into()).await.unwrap();
        let new = NewDocument {
            owner,
            title: title.into(),
            description: String::new(),
            category: None,
            tags: Vec::new(),
            visibility,
            download: Download::Everyone,
            preview_pages: None,
            file_name: format!("{title}.md"),
            original: blob,
        };
        let id = document::create(&self.db, new).await.unwrap();
        let page = NewPage {
            number: 1,
            page_count: 1,
            width_pt: 595.0,
            height_pt: 842.0,
            narrow: (blob, 800, 1132),
            wide: (blob, 1600, 2264),
            layout: blob,
            text: text.to_owned(),
            cover: None,
        };
        document::add_page(&self.db, id, &page).await.unwrap();
        let published = Published {
            format: "md".into(),
            engine: "native".into(),
            language: "zh".into(),
            page_count: 1,
            pdf: blob,
            report: blob,
            recognise: false,
        };
        document::publish(&self.db, id, &published).await.unwrap();
        id
    }

    async fn check(&self, id: DocumentId) -> State {
        check(&self.db, &self.policy, id).await.unwrap();
        self.state(id).await
    }

    async fn state(&self, id: DocumentId) -> State {
        let source = document::source(&self.db, id).await.unwrap();
        source.unwrap().state
    }

    /// What a viewer is told, of another document.
    async fn told(&self, viewer: Viewer, id: DocumentId) -> Vec<(Kind, Option<i64>)> {
        let document = document::find(&self.db, viewer, id).await.unwrap().unwrap();
        finding::of(&self.db, viewer, &document)
            .await
            .unwrap()
            .into_iter()
            .filter(|found| found.finding.kind.names_another())
            .map(|found| (found.finding.kind, found.other.map(|other| other.id.0)))
            .collect()
    }

    async fn work_off(&self, kind: JobKind) {
        while let Some(job) = job::lease(&self.db, kind, "test").await.unwrap() {
            job::finish(&self.db, &job).await.unwrap();
        }
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let row = sqlx::query(sql).fetch_one(self.db.read()).await.unwrap();
        row.try_get(0).unwrap()
    }
}

async fn libraries() -> Vec<Library> {
    let found = databases().await.unwrap();
    found
        .into_iter()
        .map(|test| Library {
            db: test.db.clone(),
            _database: test,
            store: stores().unwrap().remove(0),
            policy: Policy::default(),
        })
        .collect()
}

fn member(user: &User) -> Viewer {
    Viewer::Member {
        id: user.id,
        role: user.role,
    }
}

const STAFF: Viewer = Viewer::Member {
    id: UserId(0),
    role: Role::Administrator,
};

#[tokio::test]
async fn anothers_text_is_held_and_the_first_named() {
    for library in libraries().await {
        let (anna, bert) = (library.user("anna").await, library.user("bert").await);
        let first = library
            .upload(anna.id, "座谈会纪要", REPORT, Visibility::Public)
            .await;
        assert_eq!(library.check(first).await, State::Readable);
        assert_eq!(library.told(STAFF, first).await, []);

        // Another layout, another file.
        let layout = REPORT.replace('，', ",\n");
        let copy = library
            .upload(bert.id, "文化站会议", &layout, Visibility::Public)
            .await;
        assert_eq!(library.check(copy).await, State::Held);
        let expected = [(Kind::SameText, Some(first.0))];
        assert_eq!(library.told(member(&bert), copy).await, expected);
        let reviews = "select cast(count(*) as bigint) from reviews";
        assert_eq!(library.count(reviews).await, 1);
        assert_eq!(
            signature::cluster_of(&library.db, copy).await.unwrap(),
            Some(first)
        );

        // What has nothing to do with it is published.
        let other = library
            .upload(bert.id, "果丹皮", RECIPE, Visibility::Public)
            .await;
        assert_eq!(library.check(other).await, State::Readable);
        // A job that is begun again finds what stands there and writes nothing.
        library.work_off(JobKind::Index).await;
        for (id, state) in [(first, State::Readable), (copy, State::Held)] {
            assert_eq!(library.check(id).await, state);
        }
        assert_eq!(
            job::unsettled(&library.db, JobKind::Index).await.unwrap(),
            0
        );
        let rows = "select cast(count(*) as bigint) from findings where kind = 'same_text'";
        assert_eq!(library.count(rows).await, 1);
    }
}

#[tokio::test]
async fn ones_own_copy_is_published_with_a_note() {
    for library in libraries().await {
        let anna = library.user("anna").await;
        let first = library
            .upload(anna.id, "一", REPORT, Visibility::Public)
            .await;
        library.check(first).await;
        let again = library
            .upload(anna.id, "二", REPORT, Visibility::Public)
            .await;
        assert_eq!(library.check(again).await, State::Readable);
        let expected = [(Kind::SameText, Some(first.0))];
        assert_eq!(library.told(Viewer::Stranger, again).await, expected);
    }
}

#[tokio::test]
async fn a_document_that_is_not_public_is_not_given_away() {
    for library in libraries().await {
        let (anna, bert) = (library.user("anna").await, library.user("bert").await);
        for visibility in [Visibility::Private, Visibility::Unlisted] {
            let title = format!("{visibility:?}");
            let text = if visibility == Visibility::Private {
                REPORT
            } else {
                RECIPE
            };
            let first = library.upload(anna.id, &title, text, visibility).await;
            assert_eq!(library.check(first).await, State::Readable);
            let later = library
                .upload(
                    bert.id,
                    &format!("later than {title}"),
                    text,
                    Visibility::Public,
                )
                .await;
            assert_eq!(library.check(later).await, State::Readable);
            assert_eq!(library.told(member(&bert), later).await, []);
            assert_eq!(library.told(Viewer::Stranger, later).await, []);
            let expected = [(Kind::SameText, Some(first.0))];
            assert_eq!(library.told(STAFF, later).await, expected);
        }
    }
}

#[tokio::test]
async fn of_two_at_once_one_is_held_and_the_other_not_named() {
    for library in libraries().await {
        let (anna, bert) = (library.user("anna").await, library.user("bert").await);
        let first = library
            .upload(anna.id, "一", REPORT, Visibility::Public)
            .await;
        let later = library
            .upload(bert.id, "二", REPORT, Visibility::Public)
            .await;
        let (first_at, later_at) = tokio::join!(library.check(first), library.check(later));
        // Whichever was signed later.
        let mut both = [first_at, later_at];
        both.sort_by_key(|state| *state == State::Held);
        assert_eq!(both, [State::Readable, State::Held]);

        let third = library
            .upload(bert.id, "三", RECIPE, Visibility::Public)
            .await;
        let text = format!("{RECIPE}\n");
        let fourth = library
            .upload(anna.id, "四", &text, Visibility::Public)
            .await;
        // Only the third is signed when the fourth is compared.
        let words = wenyuan_text::authenticity::sign(RECIPE);
        signature::put(&library.db, third, &words).await.unwrap();
        assert_eq!(library.check(fourth).await, State::Held);
        assert_eq!(library.told(member(&anna), fourth).await, []);
        let expected = [(Kind::SameText, Some(third.0))];
        assert_eq!(library.told(STAFF, fourth).await, expected);
        // Once the third is public, the fourth is looked at again and its
        // uploader may know.
        assert_eq!(library.check(third).await, State::Readable);
        let jobs = job::unsettled_subjects(&library.db, JobKind::Check)
            .await
            .unwrap();
        assert!(jobs.contains(&fourth.0));
        assert_eq!(library.check(fourth).await, State::Held);
        assert_eq!(library.told(member(&anna), fourth).await, expected);
    }
}

#[tokio::test]
async fn the_same_file_is_refused_with_the_first() {
    for library in libraries().await {
        let (anna, bert) = (library.user("anna").await, library.user("bert").await);
        let public = Visibility::Public;
        let file = "the bytes".to_owned();
        let first = library
            .upload_file(anna.id, "一", REPORT, public, file.clone())
            .await;
        library.check(first).await;
        let copy = library
            .upload_file(bert.id, "二", REPORT, public, file)
            .await;
        assert_eq!(library.check(copy).await, State::Refused);
        let source = document::source(&library.db, copy).await.unwrap().unwrap();
        let failure = source.document.failure.unwrap();
        assert_eq!(
            (failure.kind.as_str(), failure.detail),
            ("same_file", first.to_string())
        );
        let expected = [(Kind::SameFile, Some(first.0))];
        assert_eq!(library.told(member(&bert), copy).await, expected);
        assert_eq!(
            signature::cluster_of(&library.db, copy).await.unwrap(),
            None
        );
        let pages = "select cast(count(*) as bigint) from document_pages";
        assert_eq!(library.count(pages).await, 1);
    }
}

#[tokio::test]
async fn each_kind_is_treated_by_the_policy() {
    for mut library in libraries().await {
        let (anna, bert) = (library.user("anna").await, library.user("bert").await);
        let first = library
            .upload(anna.id, "一", REPORT, Visibility::Public)
            .await;
        library.check(first).await;
        let part = format!("{RECIPE}{REPORT}");
        let expectations = [
            (Action::Publish, State::Readable, false),
            (Action::Note, State::Readable, true),
            (Action::Hold, State::Held, true),
            (Action::Refuse, State::Refused, true),
        ];
        for (action, state, is_told) in expectations {
            library.policy.containing = action;
            library.policy.spun_copy = action;
            let name = format!("{action:?}");
            let copy = library
                .upload(bert.id, &name, &part, Visibility::Public)
                .await;
            assert_eq!(library.check(copy).await, state, "{action:?}");
            let told = library.told(member(&bert), copy).await;
            let expected = (Kind::Containing, Some(first.0));
            assert_eq!(told.contains(&expected), is_told, "{action:?}: {told:?}");
            assert!(library.told(STAFF, copy).await.contains(&expected));
        }
    }
}

#[tokio::test]
async fn what_a_reviewer_accepted_holds_no_more() {
    for library in libraries().await {
        let (anna, bert) = (library.user("anna").await, library.user("bert").await);
        let first = library
            .upload(anna.id, "一", REPORT, Visibility::Public)
            .await;
        library.check(first).await;
        let copy = library
            .upload(bert.id, "二", REPORT, Visibility::Public)
            .await;
        let mut tx = library.db.write().await.unwrap();
        sqlx::query(
            "insert into accepted_findings (document_id, kind, other_id, accepted_at) \
             values ($1, 'same_text', $2, 1)",
        )
        .bind(copy.0)
        .bind(first.0)
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(library.check(copy).await, State::Readable);
        let expected = [(Kind::SameText, Some(first.0))];
        assert_eq!(library.told(Viewer::Stranger, copy).await, expected);
        assert_eq!(library.check(copy).await, State::Readable);
    }
}

#[tokio::test]
async fn a_readable_document_whose_text_turns_out_to_be_a_copy_is_held() {
    for library in libraries().await {
        let (anna, bert) = (library.user("anna").await, library.user("bert").await);
        let first = library
            .upload(anna.id, "一", REPORT, Visibility::Public)
            .await;
        library.check(first).await;
        let scan = library
            .upload(bert.id, "扫描件", "", Visibility::Public)
            .await;
        assert_eq!(library.check(scan).await, State::Readable);
        // Its text is read in its image.
        let mut tx = library.db.write().await.unwrap();
        sqlx::query("update document_pages set text = $1 where document_id = $2")
            .bind(REPORT)
            .bind(scan.0)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        document::finish_recognition(&library.db, scan, "zh")
            .await
            .unwrap();
        let jobs = job::unsettled_subjects(&library.db, JobKind::Check)
            .await
            .unwrap();
        assert!(jobs.contains(&scan.0));
        assert_eq!(library.check(scan).await, State::Held);
        // Refused by configuration, its pages stay all the same.
        let verdict = Verdict::Refuse {
            kind: "same_text".into(),
            detail: first.to_string(),
        };
        document::settle(&library.db, first, &[], &verdict)
            .await
            .unwrap();
        assert_eq!(library.state(first).await, State::Held);
        let pages = "select cast(count(*) as bigint) from document_pages";
        assert_eq!(library.count(pages).await, 2);
    }
}

#[tokio::test]
async fn a_private_copy_is_nobodys_business_until_it_is_public() {
    for library in libraries().await {
        let (anna, bert) = (library.user("anna").await, library.user("bert").await);
        let first = library
            .upload(anna.id, "一", REPORT, Visibility::Public)
            .await;
        library.check(first).await;
        let copy = library
            .upload(bert.id, "二", REPORT, Visibility::Private)
            .await;
        assert_eq!(library.check(copy).await, State::Readable);
        library.work_off(JobKind::Check).await;
        let document = document::find(&library.db, member(&bert), copy)
            .await
            .unwrap()
            .unwrap();
        let changes = document::Changes {
            title: document.title.clone(),
            description: String::new(),
            category: None,
            tags: Vec::new(),
            visibility: Visibility::Public,
            download: Download::Everyone,
            preview_pages: None,
        };
        document::update(&library.db, member(&bert), &document, &changes)
            .await
            .unwrap();
        let jobs = job::unsettled_subjects(&library.db, JobKind::Check)
            .await
            .unwrap();
        assert_eq!(jobs, [copy.0]);
        assert_eq!(library.check(copy).await, State::Held);
    }
}

#[tokio::test]
async fn what_was_read_before_a_change_settles_nothing() {
    for library in libraries().await {
        let (anna, bert) = (library.user("anna").await, library.user("bert").await);
        let first = library
            .upload(anna.id, "一", REPORT, Visibility::Public)
            .await;
        library.check(first).await;
        let copy = library
            .upload(bert.id, "二", REPORT, Visibility::Private)
            .await;
        let document = document::find(&library.db, member(&bert), copy)
            .await
            .unwrap()
            .unwrap();
        let changes = document::Changes {
            title: document.title.clone(),
            description: String::new(),
            category: None,
            tags: Vec::new(),
            visibility: Visibility::Public,
            download: Download::Everyone,
            preview_pages: None,
        };
        document::update(&library.db, member(&bert), &document, &changes)
            .await
            .unwrap();
        // What a check would settle that has read it while it was private.
        let as_of = Some(document.updated_at);
        let settled =
            document::settle_as_of(&library.db, copy, as_of, &[], &Verdict::Publish).await;
        assert_eq!(settled.unwrap(), document::Settled::Stale);
        assert_eq!(library.state(copy).await, State::Checking);
        assert_eq!(library.check(copy).await, State::Held);
    }
}

#[tokio::test]
async fn private_documents_do_not_crowd_the_original_out() {
    for mut library in libraries().await {
        library.policy.containing = Action::Hold;
        let (anna, bert) = (library.user("anna").await, library.user("bert").await);
        let carol = library.user("carol").await;
        let first = library
            .upload(anna.id, "一", REPORT, Visibility::Public)
            .await;
        library.check(first).await;
        let longer = format!("{REPORT}{RECIPE}");
        for n in 0..12 {
            let text = format!("{longer}第{n}次试做的时候又多放了一勺桂花。");
            let title = format!("底稿{n}");
            let hidden = library
                .upload(carol.id, &title, &text, Visibility::Private)
                .await;
            library.check(hidden).await;
        }
        let copy = library
            .upload(bert.id, "二", &longer, Visibility::Public)
            .await;
        assert_eq!(library.check(copy).await, State::Held);
        let told = library.told(member(&bert), copy).await;
        assert_eq!(told, [(Kind::Containing, Some(first.0))]);
    }
}

#[tokio::test]
async fn what_staff_puts_back_is_compared_again() {
    for library in libraries().await {
        let anna = library.user("anna").await;
        let id = library
            .upload(anna.id, "一", REPORT, Visibility::Public)
            .await;
        library.check(id).await;
        library.work_off(JobKind::Check).await;
        for is_down in [true, false] {
            let document = document::find(&library.db, STAFF, id)
                .await
                .unwrap()
                .unwrap();
            document::withdraw(
                &library.db,
                member(&library.staff().await),
                &document,
                is_down,
                "",
            )
            .await
            .unwrap();
            let jobs = job::unsettled_subjects(&library.db, JobKind::Check)
                .await
                .unwrap();
            assert_eq!(jobs.contains(&id.0), !is_down);
        }
    }
}

/// A statute that ships with the samples, and its words as a spinner swaps them.
fn statute() -> (String, String, String) {
    const SWAPS: [(&str, &str); 14] = [
        ("加强", "增强"),
        ("保护", "维护"),
        ("有关", "相关"),
        ("可以", "能够"),
        ("提供", "供给"),
        ("管理", "治理"),
        ("制定", "制订"),
        ("鼓励", "勉励"),
        ("服务", "效劳"),
        ("建立", "创立"),
        ("推进", "推动"),
        ("开展", "进行"),
        ("情况", "状况"),
        ("单位", "机构"),
    ];
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tools/samples/laws.jsonl"
    );
    let laws = std::fs::read_to_string(path).unwrap();
    let law: serde_json::Value = serde_json::from_str(laws.lines().next().unwrap()).unwrap();
    let (title, text) = (
        law["title"].as_str().unwrap(),
        law["text"].as_str().unwrap(),
    );
    let spun = SWAPS
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    (title.to_owned(), text.to_owned(), spun)
}

#[tokio::test]
async fn a_statute_may_be_repeated_and_not_spun() {
    let (title, text, spun) = statute();
    for library in libraries().await {
        let (anna, bert) = (library.user("anna").await, library.user("bert").await);
        let public = Visibility::Public;
        let first = library.upload(anna.id, &title, &text, public).await;
        assert_eq!(library.check(first).await, State::Readable);
        let copy = library.upload(bert.id, &title, &spun, public).await;
        assert_eq!(library.check(copy).await, State::Held);
        let told = library.told(STAFF, copy).await;
        assert_eq!(told, [(Kind::SpunCopy, Some(first.0))]);
        // The same once more does not hide behind the first.
        let spun = format!("{spun}\n附录");
        let twin = library.upload(bert.id, &title, &spun, public).await;
        assert_eq!(library.check(twin).await, State::Held);
        let repeated = format!("{text}\n附录");
        let again = library.upload(bert.id, &title, &repeated, public).await;
        assert_eq!(library.check(again).await, State::Readable);
        assert_eq!(library.told(STAFF, again).await, []);
    }
}

#[tokio::test]
async fn the_specimen_is_a_spun_copy_of_its_original() {
    let Some(seed) = wenyuan_testing::shared().map(|shared| shared.join("seed")) else {
        return;
    };
    let read = |name: &str| std::fs::read_to_string(seed.join(name)).unwrap();
    let (original, specimen) = (
        read("original-reconstructed.txt"),
        read("document-page.txt"),
    );
    for library in libraries().await {
        let (anna, bert) = (library.user("anna").await, library.user("bert").await);
        let public = Visibility::Public;
        let first = library
            .upload(anna.id, "2008年活动总结", &original, public)
            .await;
        assert_eq!(library.check(first).await, State::Readable);
        let title = "2023年文化厅学习实践科学发展观活动总结";
        let copy = library.upload(bert.id, title, &specimen, public).await;
        assert_eq!(library.check(copy).await, State::Held);
        let document = document::find(&library.db, STAFF, copy)
            .await
            .unwrap()
            .unwrap();
        let found = finding::of(&library.db, STAFF, &document).await.unwrap();
        assert_eq!(found[0].finding.kind, Kind::SpunCopy);
        assert!(
            found[0].finding.swap_count >= 50,
            "{}",
            found[0].finding.swap_count
        );
    }
}
