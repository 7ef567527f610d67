//! Tests of what a saved search finds, on a real database and index.

use super::*;
use tempfile::TempDir;
use wenyuan_domain::account::{self, NewUser, Role, User};
use wenyuan_domain::document::{self, NewDocument, NewPage, Published, Visibility};
use wenyuan_domain::notice::{self, News};
use wenyuan_domain::saved_search::NewSavedSearch;
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{Blobs, NoticeId, Timestamp};
use wenyuan_search::Entry;

struct Library {
    db: Db,
    blobs: Blobs,
    index: Index,
    _dir: TempDir,
}

impl Library {
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let path = |name: &str| dir.path().join(name);
        let url = format!("sqlite:{}", path("db").display());
        let blobs = Blobs::open(
            path("blobs").to_str().unwrap(),
            &wenyuan_domain::blob::S3Options::default(),
        );
        Self {
            db: Db::open(&url).await.unwrap(),
            blobs: blobs.unwrap(),
            index: Index::open(&path("index")).unwrap(),
            _dir: dir,
        }
    }

    async fn user(&self, name: &str) -> User {
        let new = NewUser {
            name: name.to_owned(),
            email: format!("{name}@example.org"),
            password: "correct horse".to_owned(),
            role: Role::Member,
        };
        account::create(&self.db, new).await.unwrap()
    }

    /// Publishes a document past the converter and indexes it as of a date.
    async fn put(&self, owner: &User, title: &str, visibility: Visibility) -> DocumentId {
        let blob = self.blobs.put(title.to_owned().into()).await.unwrap();
        let new = NewDocument {
            owner: owner.id,
            title: title.to_owned(),
            description: String::new(),
            category: None,
            tags: Vec::new(),
            visibility,
            download: Download::Everyone,
            preview_pages: None,
            file_name: "a.md".to_owned(),
            original: blob,
        };
        let id = document::create(&self.db, new).await.unwrap();
        let page = NewPage {
            number: 1,
            page_count: 1,
            width_pt: 595.0,
            height_pt: 842.0,
            narrow: (blob, 800, 1131),
            wide: (blob, 1600, 2262),
            layout: blob,
            text: String::new(),
            cover: None,
        };
        document::add_page(&self.db, id, &page).await.unwrap();
        let published = Published {
            format: "md".to_owned(),
            engine: "native".to_owned(),
            language: "zh".to_owned(),
            page_count: 1,
            pdf: blob,
            report: blob,
            recognise: false,
        };
        document::publish(&self.db, id, &published).await.unwrap();
        document::settle(&self.db, id, &[], &document::Verdict::Publish)
            .await
            .unwrap();
        self.index(id, title).await;
        id
    }

    /// What the index job does: put, commit, tell of the arrival.
    async fn index(&self, id: DocumentId, title: &str) {
        let source = document::source(&self.db, id).await.unwrap().unwrap();
        if source.listed {
            let published_at = source.document.published_at;
            let mut writer = self.index.writer().unwrap();
            let entry = Entry {
                id: id.0,
                title: title.to_owned(),
                format: "md".to_owned(),
                pages: 1,
                published_at: published_at.unwrap_or(Timestamp(0)).0,
                ..Entry::default()
            };
            writer.put(&entry).unwrap();
            writer.commit().unwrap();
        }
        saved_search::arrive(&self.db, &[id]).await.unwrap();
    }

    async fn save(&self, user: &User, words: &str, filters: Filters) {
        let new = NewSavedSearch {
            name: words.to_owned(),
            address: format!("q={words}&{filters:?}"),
            words: words.to_owned(),
            filters: serde_json::to_string(&filters).unwrap(),
            notify: true,
        };
        saved_search::save(&self.db, user.id, &new).await.unwrap();
    }

    /// Catches up and returns what the user was told, oldest first.
    async fn told(&self, user: &User) -> Vec<(String, Vec<DocumentId>)> {
        catch_up(&self.db, &self.index).await.unwrap();
        let notices = notice::list(&self.db, user.id, NoticeId(i64::MAX), 100).await;
        let said = |notice: notice::Notice| match notice.news {
            News::SavedSearch { name, documents } => Some((name, documents)),
            _ => None,
        };
        notices
            .unwrap()
            .into_iter()
            .rev()
            .filter_map(said)
            .collect()
    }
}

#[tokio::test]
async fn a_search_finds_what_others_publish_and_fits_as_a_whole() {
    let library = Library::new().await;
    let anna = library.user("anna").await;
    let bert = library.user("bert").await;
    let public = Visibility::Public;
    library.put(&bert, "文化站旧闻", public).await;
    library.save(&anna, "文化站 经费", Filters::default()).await;
    let of_another_format = Filters {
        format: Some("docx".to_owned()),
        ..Filters::default()
    };
    library.save(&anna, "文化站", of_another_format).await;
    library.put(&anna, "文化站经费（自己的）", public).await;
    library.put(&bert, "文化站开放时间", public).await;
    library
        .put(&bert, "文化站经费（私有）", Visibility::Private)
        .await;
    let fits = library.put(&bert, "文化站经费公告", public).await;
    assert_eq!(
        library.told(&anna).await,
        [("文化站 经费".to_owned(), vec![fits])]
    );
    assert!(library.told(&bert).await.is_empty());
    assert_eq!(library.told(&anna).await.len(), 1, "told once");
}

#[tokio::test]
async fn an_old_document_made_public_is_new() {
    let library = Library::new().await;
    let anna = library.user("anna").await;
    let bert = library.user("bert").await;
    let old = library.put(&bert, "文化站年鉴", Visibility::Private).await;
    library.save(&anna, "文化站", Filters::default()).await;
    assert!(library.told(&anna).await.is_empty());
    let found = document::find(&library.db, bert.viewer(), old).await;
    let document = found.unwrap().unwrap();
    let changes = document::Changes {
        title: document.title.clone(),
        description: String::new(),
        category: None,
        tags: Vec::new(),
        visibility: Visibility::Public,
        download: document.download,
        preview_pages: None,
    };
    document::update(&library.db, bert.viewer(), &document, &changes)
        .await
        .unwrap();
    library.index(old, "文化站年鉴").await;
    let new = library.put(&bert, "文化站新章", Visibility::Public).await;
    assert_eq!(
        library.told(&anna).await,
        [("文化站".to_owned(), vec![new, old])]
    );
}

#[test]
fn what_came_together_is_searched_for_together() {
    let arrival = |published_at| Arrival {
        document: DocumentId(published_at),
        owner: UserId(1),
        published_at: Timestamp(published_at),
    };
    let day = 86_400 * SECOND;
    let arrivals = [day + 5, 3, day, day + 5 + GAP].map(arrival);
    assert_eq!(spans(&arrivals), [(day, day + 5 + GAP), (3, 3)]);
    assert!(spans(&[]).is_empty());
}
