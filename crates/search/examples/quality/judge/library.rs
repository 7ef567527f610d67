//! The documents: the 48 shipped samples and the shared statutes.

use std::collections::HashSet;
use std::fs::read_to_string;

use serde_json::Value;

use super::{Result, folder, root};

/// A document as the rankings take it in.
pub(crate) struct Document {
    /// A sample's file name, or a statute's id in the corpus.
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) author: String,
    pub(crate) tags: Vec<String>,
    pub(crate) description: String,
    pub(crate) pages: Vec<String>,
    pub(crate) format: String,
    pub(crate) language: String,
    /// Year of publication, if known.
    pub(crate) year: Option<i64>,
}

impl Document {
    /// All that can be found, in one text.
    pub(crate) fn all_text(&self) -> String {
        let mut text = format!(
            "{}\n{}\n{}\n{}",
            self.title,
            self.author,
            self.tags.join(" "),
            self.description
        );
        for page in &self.pages {
            text.push('\n');
            text.push_str(page);
        }
        text
    }
}

/// All documents, or nothing where `../shared` is missing. A statute that the
/// samples have as well is taken from the samples alone.
pub(crate) fn library() -> Result<Option<Vec<Document>>> {
    let corpus = root().join("../shared/corpus/zh/laws.jsonl");
    if !corpus.exists() {
        return Ok(None);
    }
    let mut documents = Vec::new();
    for line in read_to_string(folder().join("samples.jsonl"))?.lines() {
        documents.push(sample(&serde_json::from_str(line)?));
    }
    let known: HashSet<String> = documents
        .iter()
        .map(|d| short_title(&d.title).to_owned())
        .collect();
    for line in read_to_string(corpus)?.lines() {
        let law = statute(&serde_json::from_str(line)?);
        if !known.contains(short_title(&law.title)) {
            documents.push(law);
        }
    }
    Ok(Some(documents))
}

fn short_title(title: &str) -> &str {
    title.strip_prefix("中华人民共和国").unwrap_or(title)
}

fn sample(line: &Value) -> Document {
    let file = text(line, "file");
    let (format, key) = file.split_once('/').unwrap_or(("", &file));
    Document {
        key: key.to_owned(),
        title: text(line, "title"),
        author: text(line, "owner"),
        tags: texts(line, "tags"),
        description: text(line, "description"),
        pages: texts(line, "pages"),
        format: format.to_owned(),
        language: text(line, "language"),
        year: year(&text(line, "published")),
    }
}

fn statute(line: &Value) -> Document {
    Document {
        key: text(line, "id"),
        title: text(line, "title"),
        author: String::new(),
        tags: Vec::new(),
        description: String::new(),
        pages: vec![text(line, "text")],
        format: "txt".to_owned(),
        language: "zh".to_owned(),
        year: year(&text(line, "year")),
    }
}

fn text(line: &Value, field: &str) -> String {
    line[field].as_str().unwrap_or_default().to_owned()
}

fn texts(line: &Value, field: &str) -> Vec<String> {
    let list = line[field].as_array().map_or(&[][..], Vec::as_slice);
    list.iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn year(date: &str) -> Option<i64> {
    date.get(..4)?.parse().ok()
}
