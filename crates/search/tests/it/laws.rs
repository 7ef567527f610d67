//! The 765 statutes of the shared corpus.

use std::collections::HashSet;

use wenyuan_search::{Filters, Query, Sort};
use wenyuan_text::is_han;

use crate::support::{TestIndex, entry, laws};

fn index_of(laws: &[(String, String)]) -> TestIndex {
    let entries: Vec<_> = (0..)
        .zip(laws)
        .map(|(id, (title, text))| entry(id, title, text))
        .collect();
    TestIndex::with(&entries)
}

/// Whether document `id` is among all hits, and not only as a near miss.
fn finds(test: &TestIndex, query: &str, id: i64) -> bool {
    let query = Query::parse(query);
    for offset in (0..).step_by(100) {
        let page = test
            .index
            .search(&query, &Filters::default(), Sort::Relevance, offset, 100)
            .unwrap();
        if page.hits.iter().any(|hit| hit.id == id) {
            return !page.relaxed;
        }
        if offset + page.hits.len() >= page.total {
            break;
        }
    }
    false
}

#[test]
fn every_piece_of_a_title_finds_it() {
    let laws = laws();
    let sample: Vec<(String, String)> = laws
        .into_iter()
        .take(200)
        .map(|(title, _)| (title, "无关的正文".to_owned()))
        .collect();
    let test = index_of(&sample);
    let mut pieces: HashSet<(String, i64)> = HashSet::new();
    for (id, (title, _)) in (0..).zip(&sample) {
        let chars: Vec<char> = title.chars().collect();
        for length in 2..=4 {
            for piece in chars
                .windows(length)
                .filter(|w| w.iter().all(|c| is_han(*c)))
            {
                pieces.insert((piece.iter().collect(), id));
            }
        }
    }
    for (piece, id) in pieces {
        assert!(
            finds(&test, &piece, id),
            "{piece} in {}",
            sample[id as usize].0
        );
    }
}

#[test]
fn a_title_finds_its_statute_first() {
    let laws = laws();
    let test = index_of(&laws);
    for (id, (title, _)) in (0..).zip(&laws).step_by(5) {
        let first = test.ids(title).first().copied();
        let same_title = first.is_some_and(|first| laws[first as usize].0 == *title);
        assert!(same_title, "{title}: {first:?}, not {id}");
    }
}

#[test]
fn pieces_of_the_text_are_found() {
    let laws = laws();
    let test = index_of(&laws);
    for (id, (_, text)) in (0..).zip(&laws).step_by(31) {
        let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        let han: Vec<&[char]> = chars
            .windows(9)
            .filter(|w| w.iter().all(|c| is_han(*c)))
            .step_by(997)
            .collect();
        for piece in han {
            let piece: String = piece.iter().collect();
            for query in [piece.clone(), format!("“{piece}”")] {
                assert!(
                    finds(&test, &query, id),
                    "{query} in {}",
                    laws[id as usize].0
                );
            }
        }
    }
}
