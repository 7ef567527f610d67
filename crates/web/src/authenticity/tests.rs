//! Tests of what readers and uploaders see of the check.

use crate::testing::{Browser, TestSite, drawn, published};
use axum::http::StatusCode;
use wenyuan_domain::account::{Role, User};
use wenyuan_domain::document::{self, Changes, Document, Verdict, Visibility};
use wenyuan_domain::finding::NewFinding;
use wenyuan_domain::{DocumentId, signature};
use wenyuan_text::authenticity::{Anchor, Evidence, Finding, Kind, Knowledge, compare, sign};

const PAGES: [&str; 2] = [
    "我厅高度重视学习实践活动，成立领导小组，广泛发动群众参与讨论。\
     各乡镇文化站结合实际开展服务，为广大农民送去图书和电影，受到热烈欢迎。\
     活动中举办知识竞赛三次，参加人数超过两千，积极推进了公共文化服务体系的发展。\
     同时认真对照检查，听取反馈意见，分析问题的原因，提出整改措施，情况良好。",
    "下一步将继续深入调查研究，解决突出问题，把各项工作落到实处。\
     要加强基础建设，扩大图书馆的开放时间，培训基层人员，提高服务质量。\
     还要总结经验，宣传典型，批评不良倾向，让科学发展的观念深入人心。\
     密语紫电青霜只在第二页出现，预览的读者不应当看到。",
];

const SWAPS: [(&str, &str); 10] = [
    ("广大", "宽敞"),
    ("知识", "学问"),
    ("积极", "乐观"),
    ("服务", "效劳"),
    ("发展", "进展"),
    ("继续", "连续"),
    ("原因", "缘由"),
    ("反馈", "反应"),
    ("基础", "根底"),
    ("批评", "批判"),
];

fn spun(text: &str) -> String {
    SWAPS
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Bert's document, and Anna's spun copy of it.
pub(super) struct Pair {
    pub(super) site: TestSite,
    anna: User,
    first: DocumentId,
    pub(super) copy: DocumentId,
}

fn spun_finding(other: DocumentId) -> NewFinding {
    let (mine, theirs) = (spun(&PAGES.join("\n")), PAGES.join("\n"));
    let found = compare(&mine, &theirs, Knowledge::builtin()).finding;
    NewFinding {
        finding: Finding {
            kind: Kind::SpunCopy,
            rule: "spun.pairs".to_owned(),
            ..found.unwrap()
        },
        other: Some(other),
        is_hint: false,
    }
}

fn redated(is_hint: bool) -> NewFinding {
    let anchor = |year, source: &str, text: &str| Anchor {
        year,
        source: source.to_owned(),
        text: text.to_owned(),
        at: 0,
    };
    NewFinding {
        finding: Finding {
            kind: Kind::Redated,
            rule: "years.anchors".to_owned(),
            coverage: 1.0,
            other_coverage: 0.0,
            swaps: Vec::new(),
            swap_count: 0,
            replaced: 0,
            evidence: Evidence::Years {
                promised: vec![anchor(2023, "title", "2023年")],
                found: vec![anchor(2008, "event", "汶川地震")],
            },
        },
        other: None,
        is_hint,
    }
}

impl Pair {
    pub(super) async fn with(
        verdict: Verdict,
        findings: fn(DocumentId) -> Vec<NewFinding>,
    ) -> Self {
        let site = TestSite::new().await;
        let bert = site.user("bert", Role::Member).await;
        let anna = site.user("anna", Role::Member).await;
        site.user("chief", Role::Moderator).await;
        let db = &site.site.db;
        let first = drawn(&site, bert.id, "原文", Visibility::Public, &PAGES).await;
        let mut firsts = first_signed(&site, first, &PAGES.join("\n"), &[]).await;
        assert!(firsts.checked_chars.take().unwrap() > 100);
        let pages = PAGES.map(spun);
        let pages = pages.each_ref().map(String::as_str);
        let copy = drawn(&site, anna.id, "2023年总结", Visibility::Public, &pages).await;
        let text = sign(&pages.join("\n"));
        signature::put(db, copy, &text).await.unwrap();
        document::settle(db, copy, &findings(first), &verdict)
            .await
            .unwrap();
        Self {
            site,
            anna,
            first,
            copy,
        }
    }

    async fn browser(&self, name: &str) -> Browser<'_> {
        let mut browser = self.site.browser();
        browser.log_in(name).await;
        browser
    }

    pub(super) fn compare(&self) -> String {
        format!("/d/{}/compare/{}", self.copy, self.first)
    }

    async fn change(&self, id: DocumentId, change: impl FnOnce(&mut Changes)) {
        let db = &self.site.site.db;
        let document = document::source(db, id).await.unwrap().unwrap().document;
        let mut changes = Changes {
            title: document.title.clone(),
            description: String::new(),
            category: None,
            tags: Vec::new(),
            visibility: document.visibility,
            download: document.download,
            preview_pages: document.preview_pages,
        };
        change(&mut changes);
        let chief = wenyuan_domain::Viewer::Member {
            id: wenyuan_domain::UserId(3),
            role: Role::Moderator,
        };
        document::update(db, chief, &document, &changes)
            .await
            .unwrap();
    }
}

/// Signs a document and lets its check find `findings`.
async fn first_signed(
    site: &TestSite,
    id: DocumentId,
    text: &str,
    findings: &[NewFinding],
) -> Document {
    let db = &site.site.db;
    signature::put(db, id, &sign(text)).await.unwrap();
    document::settle(db, id, findings, &Verdict::Publish)
        .await
        .unwrap();
    document::source(db, id).await.unwrap().unwrap().document
}

pub(super) fn spun_and_redated(first: DocumentId) -> Vec<NewFinding> {
    vec![spun_finding(first), redated(false)]
}

#[tokio::test]
async fn the_line_says_what_is_known_before_the_download() {
    let pair = Pair::with(Verdict::Publish, spun_and_redated).await;
    let mut stranger = pair.site.browser();
    let page = stranger.get(&format!("/d/{}", pair.first)).await.body;
    assert!(page.contains("首次上传"), "{page}");

    let page = stranger.get(&format!("/d/{}", pair.copy)).await.body;
    let at = |words: &str| {
        page.find(words)
            .unwrap_or_else(|| panic!("{words}: {page}"))
    };
    assert!(at("与《原文》相同") < at("个词被替换"));
    assert!(
        at("正文为 2008 年的内容") < at("下载文档"),
        "before the download"
    );
    assert!(page.contains(&format!("href=\"{}\"", pair.compare())));
    assert!(
        page.contains("href=\"#finding-2\""),
        "leads to its evidence"
    );
    assert!(
        page.contains("swap-from\">知识</span>"),
        "the swaps are listed"
    );
    assert!(!page.contains("未经本站核查"));

    // Nobody has looked; nothing to look at.
    let old = drawn(
        &pair.site,
        pair.anna.id,
        "旧文",
        Visibility::Public,
        &["短"],
    )
    .await;
    let mut anna = pair.browser("anna").await;
    let page = anna.get(&format!("/d/{old}")).await.body;
    assert!(page.contains("正在与文库"), "{page}");
    first_signed(&pair.site, old, "短", &[]).await;
    let page = stranger.get(&format!("/d/{old}")).await.body;
    assert!(page.contains("正文文字太少"), "{page}");
}

#[tokio::test]
async fn a_hint_and_what_is_hidden_are_not_for_readers() {
    let pair = Pair::with(Verdict::Publish, |_| vec![redated(true)]).await;
    let address = format!("/d/{}", pair.copy);
    let mut readers = [pair.site.browser(), pair.browser("anna").await];
    for reader in &mut readers {
        let page = reader.get(&address).await.body;
        assert!(
            page.contains("首次上传") && !page.contains("2008"),
            "{page}"
        );
    }
    let page = pair.browser("chief").await.get(&address).await.body;
    assert!(
        page.contains("线索，仅审核员可见") && page.contains("2008"),
        "{page}"
    );
    assert!(page.contains("首次上传"), "the line is what readers see");
}

#[tokio::test]
async fn two_texts_stand_side_by_side() {
    let pair = Pair::with(Verdict::Publish, spun_and_redated).await;
    let page = pair.site.browser().get(&pair.compare()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let body = page.body;
    for (from, to) in [("知识", "学问"), ("积极", "乐观")] {
        assert!(
            body.contains(&format!("title=\"对方是“{from}”\">{to}</mark>")),
            "{body}"
        );
        assert!(body.contains(&format!(">{from}</mark>")), "{body}");
    }
    assert!(body.contains("href=\"#row-1\"") && body.contains("id=\"row-1\""));
    assert!(
        body.contains("紫电青霜"),
        "nothing is held back from this reader"
    );
    assert!(body.contains("noindex"));
}

#[tokio::test]
async fn no_word_of_a_page_beyond_either_preview_is_shown() {
    let pair = Pair::with(Verdict::Publish, spun_and_redated).await;
    let limit = |changes: &mut Changes| changes.preview_pages = Some(1);
    pair.change(pair.first, limit).await;
    let mut stranger = pair.site.browser();
    let body = stranger.get(&pair.compare()).await.body;
    assert_eq!(
        body.matches("紫电青霜").count(),
        1,
        "of this document alone"
    );
    assert!(!body.contains("基础建设") && body.contains("根底建设"));
    assert!(body.contains("只对照您可以阅读的页"));
    let page = stranger.get(&format!("/d/{}", pair.copy)).await.body;
    assert!(
        !page.contains("swap-from"),
        "nor are the swaps listed: {page}"
    );
    pair.change(pair.copy, limit).await;
    let body = stranger.get(&pair.compare()).await.body;
    assert!(
        !body.contains("紫电青霜") && !body.contains("根底"),
        "{body}"
    );
    assert!(body.contains("学问") && body.contains("知识"));
    let body = pair.browser("chief").await.get(&pair.compare()).await.body;
    assert_eq!(body.matches("紫电青霜").count(), 2, "staff may read both");
}

#[tokio::test]
async fn a_comparison_is_found_only_by_who_may_open_both() {
    let pair = Pair::with(Verdict::Hold, spun_and_redated).await;
    let mut stranger = pair.site.browser();
    let mut bert = pair.browser("bert").await;
    let mut anna = pair.browser("anna").await;
    let mut chief = pair.browser("chief").await;
    // Held: its owner and staff.
    for (browser, status) in [
        (&mut stranger, StatusCode::NOT_FOUND),
        (&mut bert, StatusCode::NOT_FOUND),
        (&mut anna, StatusCode::OK),
        (&mut chief, StatusCode::OK),
    ] {
        assert_eq!(browser.get(&pair.compare()).await.status, status);
    }
    // The other is hidden: no more its owner's.
    for visibility in [Visibility::Private, Visibility::Unlisted] {
        pair.change(pair.first, |changes| changes.visibility = visibility)
            .await;
        let answer = anna.get(&pair.compare()).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{visibility:?}");
        let page = anna.get(&format!("/d/{}", pair.copy)).await.body;
        assert!(page.contains("与一份现不公开的文档雷同"), "{page}");
        assert!(!page.contains("原文") && !page.contains("知识</span>"));
        let mine = anna.get("/my/documents").await.body;
        assert!(!mine.contains("原文"), "{mine}");
        assert_eq!(chief.get(&pair.compare()).await.status, StatusCode::OK);
    }
    let missing = format!("/d/{}/compare/99", pair.copy);
    let hidden = anna.get(&pair.compare()).await;
    let absent = anna.get(&missing).await;
    let no_links = |body: &str| body.replace(&pair.compare(), "").replace(&missing, "");
    let encoded = |path: &str| crate::url::encode(path);
    let bare = |body: &str| {
        no_links(body)
            .replace(&encoded(&pair.compare()), "")
            .replace(&encoded(&missing), "")
    };
    assert_eq!(bare(&hidden.body), bare(&absent.body), "they do not differ");
}

#[tokio::test]
async fn only_pairs_that_were_found_are_compared() {
    let pair = Pair::with(Verdict::Publish, spun_and_redated).await;
    let third = published(&pair.site, pair.anna.id, "别的", Visibility::Public).await;
    let backwards = format!("/d/{}/compare/{}", pair.first, pair.copy);
    let any = format!("/d/{}/compare/{third}", pair.copy);
    let itself = format!("/d/{0}/compare/{0}", pair.copy);
    let mut stranger = pair.site.browser();
    let mut chief = pair.browser("chief").await;
    for path in [&backwards, &any, &itself] {
        let answer = stranger.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(chief.get(&backwards).await.status, StatusCode::OK);
    let page = chief.get(&any).await;
    assert!(page.body.contains("没有相同的段落"), "{}", page.body);
    assert_eq!(chief.get(&itself).await.status, StatusCode::NOT_FOUND);
    for odd in ["1", "0", "01", "x", "999999999999999999999"] {
        let path = format!("/d/{}/compare/{odd}?row=99999999", pair.copy);
        let status = stranger.get(&path).await.status;
        let is_pair = odd == pair.first.to_string();
        assert_eq!(status == StatusCode::OK, is_pair, "{odd}");
    }
}

#[tokio::test]
async fn the_uploader_reads_why_explains_and_takes_back() {
    let pair = Pair::with(Verdict::Hold, spun_and_redated).await;
    let mut anna = pair.browser("anna").await;
    let address = format!("/d/{}", pair.copy);
    let mine = anna.get("/my/documents").await.body;
    assert!(
        mine.contains("待审核") && mine.contains("与《原文》相同"),
        "{mine}"
    );
    assert!(mine.contains("撤回上传"));
    let page = anna.get(&address).await.body;
    assert!(
        page.contains(&pair.compare()) && page.contains("逐句照搬"),
        "{page}"
    );
    let notices = anna.get("/my/notices").await.body;
    assert!(notices.contains("《2023年总结》正在等待审核"), "{notices}");

    let explain = format!("{address}/explain");
    let answer = anna
        .post(&address, &explain, "text=%E6%88%91%E6%98%AF%3Cb%3E")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = anna
        .get(answer.location().split('#').next().unwrap())
        .await
        .body;
    assert!(
        page.contains("说明已经提交") && !page.contains("我是<b>"),
        "{page}"
    );
    assert!(page.contains("我是&"), "{page}");
    // Nobody else's to say.
    let mut bert = pair.browser("bert").await;
    let answer = bert.post("/account", &explain, "text=x").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let mut chief = pair.browser("chief").await;
    let answer = chief.post("/account", &explain, "text=x").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let page = chief.get(&address).await.body;
    assert!(page.contains("我是&") && page.contains("去审核"), "{page}");

    let delete = format!("{address}/delete");
    let page = anna.get(&delete).await.body;
    assert!(page.contains("撤回上传"), "{page}");
    let answer = anna.post(&delete, &delete, "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(anna.get(&address).await.status, StatusCode::NOT_FOUND);
    let notices = anna.get("/my/notices").await.body;
    assert!(notices.contains("您已删除的文档"), "{notices}");
}

#[tokio::test]
async fn what_the_policy_refused_links_to_the_first() {
    let refuse = Verdict::Refuse {
        kind: "same_file".to_owned(),
        detail: "1".to_owned(),
    };
    let pair = Pair::with(refuse, |first| {
        let mut found = spun_finding(first);
        found.finding.kind = Kind::SameFile;
        found.finding.evidence = Evidence::Identity;
        found.finding.swap_count = 0;
        vec![found]
    })
    .await;
    let mut anna = pair.browser("anna").await;
    let page = anna.get(&format!("/d/{}", pair.copy)).await.body;
    assert!(page.contains("文库里已有同一个文件"), "{page}");
    assert!(
        page.contains(&format!("href=\"/d/{}\">《原文》", pair.first)),
        "{page}"
    );
    assert!(!page.contains("无法转换"), "{page}");
    let mine = anna.get("/my/documents").await.body;
    assert!(mine.contains("与《原文》是同一文件"), "{mine}");
    // Its pages are gone, and so there is nothing to compare.
    assert!(!page.contains(&pair.compare()));
    let answer = anna.get(&pair.compare()).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_librarian_marks_a_reference() {
    let pair = Pair::with(Verdict::Publish, |_| Vec::new()).await;
    let (edit, mark) = (
        format!("/d/{}/edit", pair.first),
        format!("/d/{}/reference", pair.first),
    );
    let mut bert = pair.browser("bert").await;
    assert!(!bert.get(&edit).await.body.contains("标为参考件"));
    let answer = bert.post(&edit, &mark, "reference=1").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let mut chief = pair.browser("chief").await;
    assert!(chief.get(&edit).await.body.contains("标为参考件"));
    let answer = chief.post(&edit, &mark, "reference=1").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(chief.get(&edit).await.body.contains("取消标记"));
    let page = pair
        .site
        .browser()
        .get(&format!("/d/{}", pair.first))
        .await
        .body;
    assert!(page.contains("参考件"), "{page}");
}
