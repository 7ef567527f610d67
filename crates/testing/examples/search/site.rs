//! The whole site over the library: the server with our index and a database
//! that has a row for every document.

use crate::library::Source;
use crate::queries::Ask;
use anyhow::{Context, Result};
use sqlx::SqlitePool;
use std::path::Path;
use std::sync::Arc;
use wenyuan_testing::{Client, Server};

/// Documents of one member; no two of the same file.
const OF_ONE: i64 = 1_000;
const BATCH: usize = 10_000;

/// Starts the server, gives it documents and index, and starts it again.
pub(crate) async fn open(source: &Source, count: i64, index: &Path) -> Result<Server> {
    let here = std::env::current_exe()?;
    let program = here.parent().and_then(Path::parent);
    let program = program.context("no directory of programs")?.join("wenyuan");
    let mut server = Server::start(&program, &[])?;
    server.kill();
    let data = server.data.path().to_owned();
    fill(source, count, &data.join("wenyuan.db")).await?;
    let place = data.join("index");
    std::fs::remove_dir_all(&place)?;
    std::fs::create_dir(&place)?;
    for file in std::fs::read_dir(index)? {
        let file = file?;
        std::fs::copy(file.path(), place.join(file.file_name()))?;
    }
    server.restart()?;
    Ok(server)
}

/// Puts as much into the database as a listed document needs.
async fn fill(source: &Source, count: i64, file: &Path) -> Result<()> {
    let pool = SqlitePool::connect(&format!("sqlite:{}", file.display())).await?;
    let mut tx = pool.begin().await?;
    for number in 0..=count / OF_ONE {
        sqlx::query(
            "insert into users (id, name, name_fold, email, email_fold, password_hash, role, \
             created_at, password_changed_at) values ($1, $2, $2, $2, $2, '', 'member', 0, 0)",
        )
        .bind(number + 1)
        .bind(format!("读者{number}"))
        .execute(&mut *tx)
        .await?;
    }
    for number in 0..OF_ONE {
        sqlx::query("insert into blobs (sha256, size_bytes, created_at) values ($1, 0, 0)")
            .bind(number.to_string())
            .execute(&mut *tx)
            .await?;
    }
    for (number, document) in source.documents(count).enumerate() {
        sqlx::query(
            "insert into documents (id, owner_id, title, description, language, visibility, \
             download, state, file_name, format, size_bytes, original_sha256, page_count, \
             pages_ready, created_at, published_at, updated_at) values ($1, $2, $3, '', 'zh', \
             'public', 'everyone', 'readable', '', $4, 0, $5, 1, 1, 0, $6, 0)",
        )
        .bind(document.id)
        .bind(document.id / OF_ONE + 1)
        .bind(document.title)
        .bind(document.format)
        .bind((document.id % OF_ONE).to_string())
        .bind((document.year - 1970) * 31_556_952_000_000)
        .execute(&mut *tx)
        .await?;
        if (number + 1) % BATCH == 0 {
            tx.commit().await?;
            tx = pool.begin().await?;
        }
    }
    tx.commit().await?;
    pool.close().await;
    Ok(())
}

/// A stranger's browser.
pub(crate) fn visitor(server: &Server) -> Result<Arc<Client>> {
    Ok(Arc::new(Client::new(&server.address, "zh-CN")?))
}

/// Asks for what stands under the search box; gives the number of suggestions.
pub(crate) async fn suggest(client: &Client, ask: &Ask) -> Result<u64> {
    let mut path = "/search/suggest?q=".to_owned();
    for byte in ask.words.concat().bytes() {
        path.push_str(&format!("%{byte:02X}"));
    }
    let answer = client.get(&path).await?;
    let items = answer.json()["items"].as_array().map(Vec::len);
    Ok(u64::try_from(items.context("no suggestions")?)?)
}
