//! `demo`: the site on a fresh library of sample documents.

mod copies;

use super::{Place, admin, serve};
use crate::config::Config;
use crate::data::Library;
use crate::log;
use anyhow::Context;
use clap::Args;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use wenyuan_domain::account::{self, NewUser, Role, User};
use wenyuan_domain::category::{self, Seed, Tree};
use wenyuan_domain::document::{self, NewDocument, Visibility};
use wenyuan_domain::visibility::Download;
use wenyuan_domain::{Blobs, DocumentId};

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Address to listen on
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

static SAMPLES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../samples");

/// Marks a library that `demo` made, and may therefore throw away.
const MARK: &str = "demo-library";

/// A line of `samples/manifest.json`.
#[derive(Debug, Deserialize)]
struct Sample {
    file: String,
    title: String,
    description: String,
    category: String,
    tags: Vec<String>,
    owner: String,
    /// The sample that it is a copy of: that one must be there first.
    #[serde(default)]
    copy_of: Option<String>,
    /// What a reviewer decides of it; without that it stays held.
    #[serde(default)]
    decision: Option<copies::Decision>,
}

/// What was made of the samples before the site is up.
struct Filled {
    /// Names, roles and passwords.
    accounts: Vec<(String, &'static str, String)>,
    copies: copies::Copies,
}

impl Demo {
    pub(crate) async fn run(self, place: &Place) -> anyhow::Result<ExitCode> {
        let directory = place.data.join("demo");
        let mut config = Config::read(place.config.as_deref(), &place.data)?;
        // A demo's library is a directory that can be thrown away, whatever
        // database and store the configuration names.
        config.database = None;
        config.blobs = None;
        if let Some(listen) = self.listen {
            config.listen = listen;
        }
        log::start(&config);
        let listener = serve::listen(&config).await?;
        clear(&directory)?;
        crate::data::make_private(&directory)?;
        fs::write(
            directory.join(MARK),
            "made by `wenyuan demo`, which will delete it\n",
        )?;
        let library = Library::open(&directory, config).await?;

        let Filled { accounts, copies } = fill(&library).await?;
        let telling = tokio::spawn(copies.upload());
        serve::run(library, listener, |address| {
            log::print(&format!("\n  文渊 Wenyuan  http://{address}\n"))?;
            for (name, role, password) in &accounts {
                log::print(&format!("  {name}  {password}  ({role})"))?;
            }
            log::print("")?;
            Ok(())
        })
        .await?;
        telling.abort();
        Ok(ExitCode::SUCCESS)
    }
}

/// Removes the library of an earlier demo, and nothing else.
fn clear(directory: &Path) -> anyhow::Result<()> {
    if !directory.exists() || fs::read_dir(directory)?.next().is_none() {
        return Ok(());
    }
    anyhow::ensure!(
        directory.join(MARK).is_file(),
        "{} holds something that `wenyuan demo` did not make",
        directory.display()
    );
    fs::remove_dir_all(directory).with_context(|| format!("clearing {}", directory.display()))
}

/// Makes categories, accounts and documents; the workers convert them while
/// the site is up already.
async fn fill(library: &Library) -> anyhow::Result<Filled> {
    let seeds: Vec<Seed> = serde_json::from_slice(sample("categories.json")?)?;
    category::ensure(&library.db, &seeds).await?;
    let tree = category::tree(&library.db).await?;
    let samples: Vec<Sample> = serde_json::from_slice(sample("manifest.json")?)?;

    let mut accounts = Vec::new();
    let mut owners: HashMap<&str, User> = HashMap::new();
    let password = admin::generate_password()?;
    person(library, "admin", 0, Role::Administrator, &password).await?;
    accounts.push(("admin".to_owned(), "administrator", password));
    let password = admin::generate_password()?;
    let number = samples.len() + 1;
    let reviewer = person(library, "审核员", number, Role::Moderator, &password).await?;
    accounts.push(("审核员".to_owned(), "moderator", password));
    for sample in &samples {
        if owners.contains_key(sample.owner.as_str()) {
            continue;
        }
        let password = admin::generate_password()?;
        let number = owners.len() + 1;
        let user = person(library, &sample.owner, number, Role::Member, &password).await?;
        accounts.push((sample.owner.clone(), "author", password));
        owners.insert(&sample.owner, user);
    }
    let mut there: HashMap<&str, DocumentId> = HashMap::new();
    let mut later = Vec::new();
    for sample in &samples {
        let owner = owners
            .get(sample.owner.as_str())
            .with_context(|| format!("the owner of {}", sample.file))?;
        let new = new_document(&library.blobs, &tree, owner, sample)
            .await
            .with_context(|| format!("sample {}", sample.file))?;
        match &sample.copy_of {
            None => {
                let id = document::create(&library.db, new).await?;
                there.insert(&sample.file, id);
            }
            Some(original) => later.push((original.as_str(), new, sample.decision)),
        }
    }
    let copies = later.into_iter().map(|(original, document, decision)| {
        Ok(copies::Copy {
            original: *there
                .get(original)
                .with_context(|| format!("no sample {original}"))?,
            document,
            decision,
        })
    });
    Ok(Filled {
        accounts,
        copies: copies::Copies {
            db: library.db.clone(),
            reviewer: reviewer.viewer(),
            copies: copies.collect::<anyhow::Result<_>>()?,
        },
    })
}

async fn person(
    library: &Library,
    name: &str,
    number: usize,
    role: Role,
    password: &str,
) -> anyhow::Result<User> {
    let new = NewUser {
        name: name.into(),
        email: format!("demo{number}@demo.invalid"),
        password: password.into(),
        role,
    };
    account::create(&library.db, new)
        .await
        .with_context(|| format!("account {name}"))
}

async fn new_document(
    blobs: &Blobs,
    tree: &Tree,
    owner: &User,
    item: &Sample,
) -> anyhow::Result<NewDocument> {
    let original = blobs
        .put(bytes::Bytes::from_static(sample(&item.file)?))
        .await?;
    let category = tree
        .by_slug(&item.category)
        .with_context(|| format!("no category `{}`", item.category))?;
    let file_name = Path::new(&item.file)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    Ok(NewDocument {
        owner: owner.id,
        title: item.title.clone(),
        description: item.description.clone(),
        category: Some(category.id),
        tags: item.tags.clone(),
        visibility: Visibility::Public,
        download: Download::Everyone,
        preview_pages: None,
        file_name,
        original,
    })
}

fn sample(path: &str) -> anyhow::Result<&'static [u8]> {
    SAMPLES
        .get_file(path)
        .map(include_dir::File::contents)
        .with_context(|| format!("no sample {path}"))
}
