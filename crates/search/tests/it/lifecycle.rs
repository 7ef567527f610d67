//! Writing, deleting, reopening, other processes, damage.

use std::fs;
use std::path::Path;

use tantivy::schema::FieldEntry;
use tempfile::TempDir;
use wenyuan_search::{Entry, Filters, Index, Query, Sort, WriterError};

use crate::support::{TestIndex, entry, found_in};

#[test]
fn a_commit_is_seen_at_once_and_a_drop_forgets() {
    let mut test = TestIndex::new();
    test.writer.put(&entry(1, "文化站", "")).unwrap();
    assert!(test.ids("文化站").is_empty(), "not before the commit");
    test.writer.commit().unwrap();
    assert_eq!(test.ids("文化站"), [1]);
    test.writer.put(&entry(2, "文化站", "")).unwrap();
    let TestIndex { index, writer, dir } = test;
    drop(writer);
    let mut writer = index.writer().unwrap();
    writer.commit().unwrap();
    assert_eq!(found_in(&index, "文化站"), [1]);
    drop(dir);
}

#[test]
fn a_second_put_replaces_and_a_removal_removes() {
    let mut test = TestIndex::with(&[entry(1, "图书馆", "旧文"), entry(2, "博物馆", "")]);
    test.writer.put(&entry(1, "档案馆", "新文")).unwrap();
    test.writer.put(&entry(1, "档案馆", "最新文")).unwrap();
    test.writer.commit().unwrap();
    assert!(test.ids("图书馆").is_empty() && test.ids("旧文").is_empty());
    assert_eq!(test.ids("档案馆"), [1]);
    assert_eq!(test.index.len().unwrap(), 2);
    test.writer.remove(1).unwrap();
    test.writer.remove(77).unwrap();
    test.writer.commit().unwrap();
    assert!(test.ids("档案馆").is_empty());
    assert_eq!(test.index.ids().unwrap(), [2]);
    assert!(!test.index.is_empty().unwrap());
    let facets = test.search("").facets.formats;
    assert_eq!(
        facets,
        [("docx".to_owned(), 1)],
        "deleted ones do not count"
    );
}

#[test]
fn reopening_finds_everything() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("index");
    let index = Index::open(&path).unwrap();
    assert!(index.needs_rebuild(), "new and not filled");
    let mut writer = index.writer().unwrap();
    writer.put(&entry(1, "文化站", "")).unwrap();
    writer.commit().unwrap();
    drop((writer, index));
    let index = Index::open(&path).unwrap();
    assert!(
        index.needs_rebuild(),
        "filling did not end before the restart"
    );
    index.mark_rebuilt().unwrap();
    index.mark_rebuilt().unwrap();
    drop(index);
    let index = Index::open(&path).unwrap();
    assert!(!index.needs_rebuild());
    assert_eq!(found_in(&index, "文化站"), [1]);
    let mut writer = index.writer().unwrap();
    writer.clear().unwrap();
    assert!(index.needs_rebuild());
    writer.finish().unwrap();
    assert!(found_in(&index, "文化站").is_empty());
}

#[test]
fn one_writer_while_everybody_reads() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("index");
    let first = Index::open(&path).unwrap();
    let mut writer = first.writer().unwrap();
    writer.put(&entry(1, "文化站", "")).unwrap();
    writer.commit().unwrap();
    // A second handle on the directory is what another process has.
    let second = Index::open(&path).unwrap();
    assert!(matches!(second.writer(), Err(WriterError::Busy)));
    assert!(matches!(first.writer(), Err(WriterError::Busy)));
    assert_eq!(found_in(&second, "文化站"), [1]);
    for id in 2..30 {
        writer.put(&entry(id, "文化站", "")).unwrap();
        writer.commit().unwrap();
        assert_eq!(found_in(&second, "文化站").len() as i64, id);
        assert_eq!(found_in(&first, "文化站").len() as i64, id);
    }
    drop(writer);
    let mut writer = second.writer().unwrap();
    writer.remove(1).unwrap();
    writer.commit().unwrap();
    assert_eq!(found_in(&first, "文化站").len(), 28);
}

#[test]
fn readers_on_many_threads_see_whole_commits() {
    let mut test = TestIndex::new();
    let index = test.index.clone();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..200 {
                    assert_eq!(found_in(&index, "成对").len() % 2, 0);
                }
            });
        }
        for id in 0..20 {
            test.writer.put(&entry(2 * id, "成对", "")).unwrap();
            test.writer.put(&entry(2 * id + 1, "成对", "")).unwrap();
            test.writer.commit().unwrap();
        }
    });
    assert_eq!(test.index.len().unwrap(), 40);
}

fn filled(path: &Path) {
    let index = Index::open(path).unwrap();
    let mut writer = index.writer().unwrap();
    for id in 0..50 {
        writer.put(&entry(id, "文化站", "乡镇文化站总结")).unwrap();
    }
    writer.finish().unwrap();
    index.mark_rebuilt().unwrap();
    assert!(index.verify().unwrap().is_empty());
}

#[test]
fn a_damaged_or_foreign_index_is_put_aside() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 7] = [
        ("no meta.json", |dir| {
            fs::remove_file(dir.join("meta.json")).unwrap()
        }),
        ("meta.json cut", |dir| {
            let text = fs::read(dir.join("meta.json")).unwrap();
            fs::write(dir.join("meta.json"), &text[..text.len() / 2]).unwrap();
        }),
        ("a field gone", |dir| {
            outdate(dir, |name| (name != "keywords").then_some(name))
        }),
        ("a field of another kind", |dir| {
            outdate(dir, |name| Some(if name == "pages" { "id" } else { name }))
        }),
        ("no version", |dir| {
            fs::remove_file(dir.join("VERSION")).unwrap()
        }),
        ("segments cut", |dir| {
            for_segments(dir, |path| {
                let bytes = fs::read(path).unwrap();
                fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
            })
        }),
        ("segments gone", |dir| {
            for_segments(dir, |path| fs::remove_file(path).unwrap())
        }),
    ];
    for (name, damage) in damages {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("index");
        filled(&path);
        damage(&path);
        let index = Index::open(&path).unwrap_or_else(|error| unreachable!("{name}: {error}"));
        assert!(index.needs_rebuild(), "{name}");
        assert!(index.is_empty().unwrap(), "{name}");
        assert!(dir.path().join("index.old").exists(), "{name}");
        filled(&path);
        assert_eq!(Index::open(&path).unwrap().len().unwrap(), 50, "{name}");
    }
}

fn for_segments(dir: &Path, change: fn(&Path)) {
    for file in fs::read_dir(dir).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let is_segment = name.len() > 33 && !name.starts_with('.');
        if is_segment {
            change(&path);
        }
    }
}

/// Puts an empty index of another version in the place of one: its fields in
/// another order, kept like those that `like` names for each.
fn outdate(dir: &Path, like: fn(&str) -> Option<&str>) {
    let schema = tantivy::Index::open_in_dir(dir).unwrap().schema();
    let mut builder = tantivy::schema::Schema::builder();
    builder.add_text_field("forgotten", tantivy::schema::STRING);
    let mut fields: Vec<_> = schema.fields().map(|(_, entry)| entry).collect();
    fields.reverse();
    for entry in fields {
        let Some(like) = like(entry.name()) else {
            continue;
        };
        let like = schema.get_field_entry(schema.get_field(like).unwrap());
        let name = entry.name().to_owned();
        builder.add_field(FieldEntry::new(name, like.field_type().clone()));
    }
    fs::remove_dir_all(dir).unwrap();
    fs::create_dir(dir).unwrap();
    tantivy::Index::create_in_dir(dir, builder.build()).unwrap();
    fs::write(dir.join("VERSION"), "0").unwrap();
}

#[test]
fn an_index_of_another_version_answers_until_it_is_made_anew() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("index");
    drop(Index::open(&path).unwrap());
    outdate(&path, |name| Some(name));
    filled(&path);
    let (index, other) = (Index::open(&path).unwrap(), Index::open(&path).unwrap());
    assert!(index.wants_renewal() && !index.needs_rebuild());
    assert!(!dir.path().join("index.old").exists());
    let everything = |index: &Index| {
        let found = index
            .search(
                &Query::parse("文化站 format:docx"),
                &Filters::default(),
                Sort::Relevance,
                0,
                10,
            )
            .unwrap();
        let suggested = index.suggest_titles("wenhua", 10).unwrap().len();
        let related = index.related(7, 10).unwrap().len();
        let formats = found.facets.formats;
        (found.total, formats, suggested, related)
    };
    let all = (50, vec![("docx".to_owned(), 50)], 10, 10);
    assert_eq!(everything(&index), all);
    let mut held = index.writer().unwrap();
    let mut renewal = index.begin_renewal().unwrap();
    for id in 0..49 {
        renewal
            .writer()
            .put(&entry(id, "文化站", "乡镇文化站总结"))
            .unwrap();
        assert_eq!(found_in(&other, "文化站").len(), 50);
    }
    held.put(&entry(99, "图书馆", "")).unwrap();
    held.commit().unwrap();
    assert_eq!(found_in(&other, "图书馆"), [99]);
    drop(index.replace(held, renewal).unwrap());
    for reader in [&index, &other] {
        let all = (49, vec![("docx".to_owned(), 49)], 10, 10);
        assert_eq!(everything(reader), all);
        assert!(!reader.wants_renewal() && found_in(reader, "图书馆").is_empty());
    }
}

#[test]
fn silent_damage_is_found_by_verify() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("index");
    filled(&path);
    for_segments(&path, |path| {
        let mut bytes = fs::read(path).unwrap();
        if path.extension().is_some_and(|e| e == "pos") {
            bytes[0] ^= 0xFF;
            fs::write(path, bytes).unwrap();
        }
    });
    let damaged = Index::open(&path).unwrap().verify().unwrap();
    assert_eq!(damaged.len(), 1, "{damaged:?}");
}

#[test]
fn an_unusable_index_in_use_is_left_alone() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("index");
    let index = Index::open(&path).unwrap();
    let writer = index.writer().unwrap();
    fs::remove_file(path.join("VERSION")).unwrap();
    assert!(Index::open(&path).is_err());
    drop(writer);
    assert!(Index::open(&path).is_ok());
}

#[test]
fn a_directory_that_cannot_be_made_is_an_error() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "x").unwrap();
    assert!(Index::open(&file.join("index")).is_err());
    assert!(Index::open(&file).is_err());
    assert_eq!(
        fs::read(&file).unwrap(),
        b"x",
        "and nothing is taken for an index"
    );
}

#[test]
fn an_empty_index_answers() {
    let test = TestIndex::new();
    for query in ["", "文化站", "\"文化\"", "-文化", "文化 站"] {
        let found = test.search(query);
        assert_eq!(
            (found.total, found.hits.len(), found.relaxed),
            (0, 0, false)
        );
    }
    assert!(test.index.related(1, 5).unwrap().is_empty());
    let bare = TestIndex::with(&[Entry::default()]);
    let found = bare
        .index
        .search(&Query::parse(""), &Filters::default(), Sort::Newest, 0, 10)
        .unwrap();
    assert_eq!(found.total, 1);
    assert!(bare.index.related(0, 5).unwrap().is_empty());
}

#[test]
fn a_renewal_takes_the_place_while_everybody_reads() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("index");
    filled(&path);
    let index = Index::open(&path).unwrap();
    let other = Index::open(&path).unwrap();
    assert!(!index.wants_renewal());
    other.ask_renewal().unwrap();
    assert!(index.wants_renewal());
    let mut held = index.writer().unwrap();
    let mut renewal = index.begin_renewal().unwrap();
    for id in 0..40 {
        renewal
            .writer()
            .put(&entry(id, "图书馆", "乡镇文化站总结"))
            .unwrap();
    }
    // The old one answers and changes until the end.
    held.put(&entry(99, "文化站", "")).unwrap();
    held.commit().unwrap();
    assert_eq!(found_in(&other, "title:文化站").len(), 51);
    let mut writer = index.replace(held, renewal).unwrap();
    for reader in [&index, &other] {
        assert_eq!(found_in(reader, "title:图书馆").len(), 40);
        assert!(found_in(reader, "title:文化站").is_empty());
        assert!(!reader.wants_renewal() && !reader.needs_rebuild());
    }
    assert!(matches!(other.writer(), Err(WriterError::Busy)));
    writer.remove(0).unwrap();
    writer.commit().unwrap();
    assert_eq!(found_in(&other, "图书馆").len(), 39);
    drop(writer);
    assert!(other.verify().unwrap().is_empty());
    other.writer().unwrap().finish().unwrap();
    // An end between the two steps is made good by the next opening.
    fs::rename(&path, dir.path().join("index.next")).unwrap();
    let again = Index::open(&path).unwrap();
    assert_eq!(again.len().unwrap(), 39);
}
