//! Serves the site over a temporary directory, without workers, for whoever
//! works on templates and style sheets:
//!
//! ```text
//! cargo run -p wenyuan-web --example preview -- [PICTURE.webp] [ORIGINAL.txt COPY.txt]
//! ```
//!
//! There are a few documents in it, whose pages all show the picture, and the
//! accounts `anna` (staff) and `bert` with the password `correct horse`. Of two
//! texts the second is put in as copies of the first by Bert: one that waits for
//! a reviewer, one that was published, one that a reviewer refused. It prints
//! its address.
#![expect(clippy::print_stdout, reason = "a program for the developer")]

use bytes::Bytes;
use std::sync::Arc;
use wenyuan_domain::account::{NewUser, Role, User};
use wenyuan_domain::blob::S3Options;
use wenyuan_domain::category::{self, Seed};
use wenyuan_domain::document::{self, NewDocument, NewPage, Published, Verdict, Visibility};
use wenyuan_domain::finding::NewFinding;
use wenyuan_domain::review::{self, Decision};
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{Blobs, Db, DocumentId, signature};
use wenyuan_search::{Entry, Index};
use wenyuan_text::authenticity::{Knowledge, compare, sign};
use wenyuan_web::{Config, Site, router};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const TITLES: [(&str, &str, Visibility); 9] = [
    (
        "2023年文化厅学习实践科学发展观活动总结",
        "docx",
        Visibility::Public,
    ),
    ("中华人民共和国公共图书馆法", "pdf", Visibility::Public),
    (
        "乡镇文化站建设管理办法（征求意见稿）",
        "docx",
        Visibility::Public,
    ),
    (
        "Annual report on rural libraries, with tables and figures",
        "pdf",
        Visibility::Public,
    ),
    (
        "全省公共文化场馆免费开放经费明细",
        "xlsx",
        Visibility::Public,
    ),
    ("非物质文化遗产保护工作培训课件", "pptx", Visibility::Public),
    ("数据库系统原理复习提纲", "md", Visibility::Public),
    ("读书笔记", "txt", Visibility::Private),
    (
        "一篇标题很长很长的文档：关于进一步加强新形势下基层公共文化服务体系建设与管理工作若干问题的调查研究报告",
        "docx",
        Visibility::Unlisted,
    ),
];

#[tokio::main]
async fn main() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let path = |name: &str| dir.path().join(name);
    std::fs::create_dir(path("spool"))?;
    let db = Db::open(&format!("sqlite:{}", path("db").display())).await?;
    let blobs = Blobs::open(&path("blobs").to_string_lossy(), &S3Options::default())?;
    let index = Index::open(&path("index"))?;
    let config = Config {
        spool_dir: path("spool"),
        secret: [1; 32],
        ..Config::default()
    };
    let site = Arc::new(Site::new(db, blobs, index, config));
    let picture = match std::env::args().nth(1) {
        Some(file) => Some(Bytes::from(std::fs::read(file)?)),
        None => None,
    };
    let user = fill(&site, picture.clone()).await?;
    if let (Some(original), Some(copy)) = (std::env::args().nth(2), std::env::args().nth(3)) {
        let texts = (
            std::fs::read_to_string(original)?,
            std::fs::read_to_string(copy)?,
        );
        copies(&site, &user, texts, picture).await?;
    }

    let listener = tokio::net::TcpListener::bind("127.0.0.1:8090").await?;
    println!("http://{}/", listener.local_addr()?);
    axum::serve(listener, router(site)).await?;
    Ok(())
}

async fn account(site: &Site, name: &str, role: Role) -> Result<User> {
    let new = NewUser {
        name: name.to_owned(),
        email: format!("{name}@example.org"),
        password: "correct horse".to_owned(),
        role,
    };
    Ok(wenyuan_domain::account::create(&site.db, new).await?)
}

/// Puts in an original and copies of it, in the states that a check and a
/// reviewer leave them in.
async fn copies(
    site: &Site,
    user: &User,
    (original, copy): (String, String),
    picture: Option<Bytes>,
) -> Result<()> {
    let bert = account(site, "bert", Role::Member).await?;
    let put = async |owner: &User, title: &str, text: &str| -> Result<DocumentId> {
        let new = new_document(site, owner, title, "docx", Visibility::Public, None).await?;
        let id = document::create(&site.db, new).await?;
        draw(site, id, "docx", &cut(text), picture.clone()).await?;
        signature::put(&site.db, id, &sign(text)).await?;
        Ok(id)
    };
    let first = put(user, "2008年文化厅学习实践科学发展观活动总结", &original).await?;
    document::settle(&site.db, first, &[], &Verdict::Publish).await?;
    let finding = compare(&copy, &original, Knowledge::builtin()).finding;
    let mut findings: Vec<NewFinding> = finding
        .into_iter()
        .map(|finding| NewFinding {
            finding,
            other: Some(first),
            is_hint: false,
        })
        .collect();
    let own: [&str; 2] = [
        r#"{"kind":"redated","rule":"years.anchors","coverage":1.0,"evidence":{"type":"years",
            "promised":[{"year":2023,"source":"title","text":"2023年","at":0}],
            "found":[{"year":2008,"source":"event","text":"汶川地震","at":9},
                     {"year":2008,"source":"anniversary","text":"改革开放30年","at":99}]}}"#,
        r#"{"kind":"title_mismatch","rule":"title.terms","coverage":1.0,"evidence":{"type":"terms",
            "missing":["科学发展观"],"instead":[{"from":"发展观","to":"进展观","count":18}]}}"#,
    ];
    for json in own {
        findings.push(NewFinding {
            finding: serde_json::from_str(json)?,
            other: None,
            is_hint: false,
        });
    }
    for (title, verdict) in [
        (
            "2023年文化厅学习实践科学发展观活动总结（待审核）",
            Verdict::Hold,
        ),
        (
            "2023年文化厅学习实践科学发展观活动总结（修订）",
            Verdict::Publish,
        ),
    ] {
        let id = put(&bert, title, &copy).await?;
        document::settle(&site.db, id, &findings, &verdict).await?;
    }
    let refused = put(&bert, "学习实践活动总结", &copy).await?;
    document::settle(&site.db, refused, &findings, &Verdict::Hold).await?;
    review::claim(&site.db, user.viewer(), refused).await?;
    let reason = "与站内 2008 年的总结逐句相同，仅替换了词语。".to_owned();
    review::decide(
        &site.db,
        user.viewer(),
        refused,
        &Decision::Refuse { reason },
    )
    .await?;
    Ok(())
}

/// Cuts a text into pages of some 900 characters.
fn cut(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars
        .chunks(900)
        .map(|page| page.iter().collect())
        .collect()
}

async fn fill(site: &Site, picture: Option<Bytes>) -> Result<User> {
    let user = account(site, "anna", Role::Administrator).await?;
    let seeds: Vec<Seed> = serde_json::from_str(
        r#"[{"slug":"law","name_zh":"法律法规","name_en":"Law","children":[
               {"slug":"culture-law","name_zh":"文化法规","name_en":"Culture"}]},
            {"slug":"report","name_zh":"工作报告","name_en":"Reports"},
            {"slug":"course","name_zh":"课件","name_en":"Courses"}]"#,
    )?;
    category::ensure(&site.db, &seeds).await?;
    let tree = category::tree(&site.db).await?;
    let mut writer = site.index.writer()?;
    for (n, (title, format, visibility)) in TITLES.into_iter().enumerate() {
        let category = tree.all().get(n % 4).map(|category| category.id);
        let new = new_document(site, &user, title, format, visibility, category).await?;
        let id = document::create(&site.db, new).await?;
        let text =
            format!("{title}。扎实推动乡镇文化站建设，为基层群众服务。The text of the page.");
        let pages = vec![text.clone(); 3];
        draw(site, id, format, &pages, picture.clone()).await?;
        document::settle(&site.db, id, &[], &Verdict::Publish).await?;
        if visibility == Visibility::Public {
            writer.put(&Entry {
                id: id.0,
                title: title.to_owned(),
                author: user.name.clone(),
                body: vec![text],
                format: format.to_owned(),
                category_path: category.iter().map(|id| id.0).collect(),
                pages: 3,
                published_at: wenyuan_domain::Timestamp::now().0,
                language: "zh".to_owned(),
                ..Entry::default()
            })?;
        }
    }
    writer.commit()?;
    for (title, kind) in [("加密的文件", Some("encrypted")), ("正在转换的文件", None)] {
        let new = new_document(site, &user, title, "docx", Visibility::Public, None).await?;
        let id = document::create(&site.db, new).await?;
        if let Some(kind) = kind {
            document::refuse(&site.db, id, kind, "a sentence for the log").await?;
        }
    }
    Ok(user)
}

async fn new_document(
    site: &Site,
    user: &User,
    title: &str,
    format: &str,
    visibility: Visibility,
    category: Option<wenyuan_domain::CategoryId>,
) -> Result<NewDocument> {
    let original = site.blobs.put(Bytes::from(title.to_owned())).await?;
    Ok(NewDocument {
        owner: user.id,
        title: title.to_owned(),
        description: "一份用来看版式的文档，说明文字可以长一些，看看换行是不是合适。".to_owned(),
        category,
        tags: wenyuan_text::title_tags(title),
        visibility,
        download: Download::Everyone,
        preview_pages: None,
        file_name: format!("{title}.{format}"),
        original,
    })
}

/// Draws a document; a check settles it.
async fn draw(
    site: &Site,
    id: DocumentId,
    format: &str,
    pages: &[String],
    picture: Option<Bytes>,
) -> Result<()> {
    let image = site.blobs.put(picture.clone().unwrap_or_default()).await?;
    let layout = r#"{"number":1,"width":595.0,"height":842.0,"lines":[]}"#;
    let layout = site
        .blobs
        .put(Bytes::from_static(layout.as_bytes()))
        .await?;
    let page_count = u32::try_from(pages.len())?;
    for (number, text) in (1..).zip(pages) {
        let page = NewPage {
            number,
            page_count,
            width_pt: 595.0,
            height_pt: 842.0,
            narrow: (image, 794, 1123),
            wide: (image, 794, 1123),
            layout,
            text: text.clone(),
            cover: picture.is_some().then_some(image).filter(|_| number == 1),
        };
        document::add_page(&site.db, id, &page).await?;
    }
    let report = site.blobs.put(Bytes::from_static(b"{}")).await?;
    let published = Published {
        format: format.to_owned(),
        engine: "native".to_owned(),
        language: "zh".to_owned(),
        page_count,
        pdf: image,
        report,
        recognise: false,
    };
    document::publish(&site.db, id, &published).await?;
    document::settle(&site.db, id, &[], &document::Verdict::Publish).await?;
    Ok(())
}
