//! Filters, facets, order, pages of hits.

use wenyuan_search::{Entry, Filters, MAX_LIMIT, Query, Sort};

use crate::support::{TestIndex, entry, ids};

/// Five documents: 1–3 DOCX, 4–5 PDF; categories 1 > 11 and 2.
fn library() -> TestIndex {
    let make = |id: i64, format: &str, path: &[i64], pages, published_at, views| Entry {
        format: format.to_owned(),
        category_path: path.to_vec(),
        pages,
        published_at,
        views,
        language: if id == 5 { "en" } else { "zh" }.to_owned(),
        ..entry(id, &format!("文化站总结{id}"), "乡镇文化站")
    };
    TestIndex::with(&[
        make(1, "docx", &[1, 11], 5, 1_000, 7),
        make(2, "docx", &[1, 11], 50, 2_000, 9),
        make(3, "docx", &[2], 500, 3_000, 9),
        make(4, "pdf", &[1], 5, 4_000, 0),
        make(5, "pdf", &[], 1, 5_000, 1),
    ])
}

#[test]
fn every_filter_narrows() {
    let test = library();
    let found = |filters: Filters| ids(&test.narrowed("文化站", &filters, Sort::Newest));
    let all = Filters::default;
    assert_eq!(found(all()), [5, 4, 3, 2, 1]);
    assert_eq!(
        found(Filters {
            format: Some("pdf".into()),
            ..all()
        }),
        [5, 4]
    );
    assert_eq!(
        found(Filters {
            format: Some("xlsx".into()),
            ..all()
        }),
        Vec::<i64>::new()
    );
    assert_eq!(
        found(Filters {
            category: Some(1),
            ..all()
        }),
        [4, 2, 1]
    );
    assert_eq!(
        found(Filters {
            category: Some(11),
            ..all()
        }),
        [2, 1]
    );
    assert_eq!(
        found(Filters {
            category: Some(7),
            ..all()
        }),
        Vec::<i64>::new()
    );
    assert_eq!(
        found(Filters {
            pages: Some((2, 50)),
            ..all()
        }),
        [4, 2, 1]
    );
    assert_eq!(
        found(Filters {
            pages: Some((501, u32::MAX)),
            ..all()
        }),
        Vec::<i64>::new()
    );
    assert_eq!(
        found(Filters {
            published: Some((2_000, 4_000)),
            ..all()
        }),
        [4, 3, 2]
    );
    assert_eq!(
        found(Filters {
            published: Some((i64::MIN, 1_000)),
            ..all()
        }),
        [1]
    );
    assert_eq!(
        found(Filters {
            language: Some("en".into()),
            ..all()
        }),
        [5]
    );
    let both = Filters {
        format: Some("docx".into()),
        category: Some(1),
        pages: Some((1, 10)),
        ..all()
    };
    assert_eq!(found(both), [1]);
    assert_eq!(
        found(Filters {
            pages: Some((9, 3)),
            ..all()
        }),
        Vec::<i64>::new()
    );
}

#[test]
fn facets_count_all_matches() {
    let test = library();
    let pairs = |list: &[(String, usize)]| -> Vec<(String, usize)> { list.to_vec() };
    let everything = test.search("文化站");
    assert_eq!(
        pairs(&everything.facets.formats),
        [("docx".to_owned(), 3), ("pdf".to_owned(), 2)]
    );
    assert_eq!(everything.facets.categories, [(1, 3), (11, 2), (2, 1)]);
    let filters = Filters {
        format: Some("pdf".to_owned()),
        ..Filters::default()
    };
    let pdf = test.narrowed("文化站", &filters, Sort::Relevance);
    assert_eq!(pdf.total, 2);
    assert_eq!(
        pairs(&pdf.facets.formats),
        pairs(&everything.facets.formats),
        "others stay on offer"
    );
    assert_eq!(pdf.facets.categories, [(1, 1)]);
}

#[test]
fn sorts_and_ties() {
    let test = library();
    let sorted = |query: &str, sort| ids(&test.narrowed(query, &Filters::default(), sort));
    assert_eq!(sorted("", Sort::MostRead), [3, 2, 1, 5, 4]);
    assert_eq!(sorted("文化站", Sort::MostRead), [3, 2, 1, 5, 4]);
    assert_eq!(
        sorted("", Sort::Relevance),
        [5, 4, 3, 2, 1],
        "newest of equals"
    );
    assert_eq!(sorted("总结2", Sort::Relevance)[0], 2);
    let scored = test.search("文化站");
    assert!(scored.hits.iter().all(|hit| hit.score > 0.0));
    assert!(test.search("").hits.iter().all(|hit| hit.score == 0.0));
}

#[test]
fn pages_of_hits_join_up_and_are_bounded() {
    let test = library();
    let query = Query::parse("文化站");
    let page = |offset, limit| {
        let results = test
            .index
            .search(&query, &Filters::default(), Sort::Newest, offset, limit)
            .unwrap();
        assert_eq!(results.total, 5);
        ids(&results)
    };
    assert_eq!(
        [page(0, 2), page(2, 2), page(4, 2)].concat(),
        [5, 4, 3, 2, 1]
    );
    assert!(page(5, 10).is_empty() && page(0, 0).is_empty());
    assert!(page(usize::MAX, usize::MAX).is_empty());
    let many: Vec<Entry> = (0..300).map(|id| entry(id, "文化站", "")).collect();
    let test = TestIndex::with(&many);
    let results = test
        .index
        .search(&query, &Filters::default(), Sort::Relevance, 0, 1_000)
        .unwrap();
    assert_eq!((results.total, results.hits.len()), (300, MAX_LIMIT));
    assert_eq!(results.hits[0].id, 299, "equal scores: the higher id first");
}

#[test]
fn scattered_category_ids_are_counted_too() {
    let with = |id, path: &[i64]| Entry {
        category_path: path.to_vec(),
        ..entry(id, "文化站", "")
    };
    let test = TestIndex::with(&[
        with(1, &[i64::MIN, 5]),
        with(2, &[i64::MAX, 5]),
        with(3, &[i64::MAX]),
    ]);
    let mut categories = test.search("文化站").facets.categories;
    categories.sort_unstable();
    assert_eq!(categories, [(i64::MIN, 1), (5, 2), (i64::MAX, 2)]);
}
