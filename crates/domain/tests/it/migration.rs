//! Opening a library: its schema is made, by whoever comes first.

use futures::future::join_all;
use wenyuan_domain::Db;

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_open_a_new_library_at_once_all_get_it() {
    let directory = tempfile::TempDir::new().unwrap();
    let url = format!("sqlite:{}", directory.path().join("test.db").display());
    let opening = (0..8).map(|_| {
        tokio::spawn({
            let url = url.clone();
            async move { Db::open(&url).await.map(|_| ()) }
        })
    });
    for opened in join_all(opening).await {
        opened.unwrap().unwrap();
    }
}
