//! Operators, prefixes, dates, proximity, copies, places in the list.

use wenyuan_search::{Entry, Filters, Price, Query, Request, Results, Sort, Start, year_span};

use crate::support::{TestIndex, entry, ids};

/// The beginning of a year.
fn in_year(year: i32) -> i64 {
    year_span(year).0
}

fn library() -> TestIndex {
    TestIndex::with(&[
        Entry {
            author: "张三丰".to_owned(),
            tags: vec!["武术".to_owned()],
            published_at: in_year(2020),
            pages: 5,
            ..entry(1, "太极拳图解", "以柔克刚，后发先至")
        },
        Entry {
            author: "李四".to_owned(),
            tags: vec!["太极拳".to_owned()],
            format: "pdf".to_owned(),
            published_at: in_year(2021),
            pages: 50,
            ..entry(2, "武术大全", "太极拳与少林拳")
        },
        Entry {
            author: "Anna Smith".to_owned(),
            format: "pdf".to_owned(),
            language: "en".to_owned(),
            published_at: in_year(2023),
            pages: 500,
            price: Price::Members,
            ..entry(
                3,
                "Rural libraries",
                "The librarian reads about martial arts",
            )
        },
    ])
}

#[test]
fn prefixes_look_where_they_say() {
    let test = library();
    for (query, expected) in [
        ("title:太极拳", vec![1]),
        ("标题：太极", vec![1]),
        ("tag:太极拳", vec![2]),
        ("author:三丰", vec![1]),
        ("作者:smith", vec![3]),
        ("author:“anna smith”", vec![3]),
        ("author:“smith anna”", vec![]),
        ("太极拳 format:pdf", vec![2]),
        ("year:2020", vec![1]),
        ("year:2020..2022", vec![2, 1]),
        ("年份:>2021", vec![3]),
        ("pages:<10", vec![1]),
        ("页数:5..50", vec![2, 1]),
        ("lang:en", vec![3]),
        ("-lang:en -format:docx", vec![2]),
        ("-title:太极拳 太极拳", vec![2]),
        ("format:docx OR lang:en", vec![3, 1]),
    ] {
        let found = test.narrowed(query, &Filters::default(), Sort::Newest);
        assert_eq!(ids(&found), expected, "{query}");
        assert!(!found.relaxed, "{query}");
    }
}

#[test]
fn alternatives_and_beginnings() {
    let test = library();
    let found = |query: &str| ids(&test.narrowed(query, &Filters::default(), Sort::Newest));
    assert_eq!(found("以柔克刚 OR 少林拳"), [2, 1]);
    assert_eq!(found("少林拳|librarian"), [3, 2]);
    assert_eq!(found("“以柔克刚” OR martial 拳"), [1]);
    assert_eq!(found("libr*"), [3]);
    assert_eq!(found("martia"), Vec::<i64>::new());
    assert_eq!(found("librar"), [3], "a word of a title begins so");
    assert_eq!(found("少林*"), [2]);
    assert_eq!(found("title:rur*"), [3]);
    assert_eq!(found("qqq*"), Vec::<i64>::new());
}

#[test]
fn a_date_is_found_in_every_spelling() {
    let spellings = [
        "2023年4月24日",
        "二〇二三年四月二十四日",
        "2023-04-24",
        "2023.4.24",
        "2023/4/24",
    ];
    let entries: Vec<Entry> = (0..)
        .zip(spellings)
        .map(|(id, date)| entry(id, "通知", &format!("本办法自{date}起施行。")))
        .chain([entry(9, "通知", "本办法自2023年4月25日起施行，共24条。")])
        .collect();
    let test = TestIndex::with(&entries);
    for spelling in spellings {
        let mut found = test.ids(spelling);
        found.truncate(5);
        found.sort_unstable();
        assert_eq!(found, [0, 1, 2, 3, 4], "{spelling}");
    }
    for month in ["2023年4月", "二〇二三年四月", "2023-04"] {
        assert_eq!(test.ids(month).len(), 6, "{month}");
    }
    for year in ["二〇二三年", "2023年", "2023"] {
        assert_eq!(test.ids(year).len(), 6, "{year}");
    }
}

#[test]
fn words_that_stand_together_come_first() {
    let filler = "其他内容，无关紧要，与此毫不相干。".repeat(60);
    let test = TestIndex::with(&[
        entry(1, "甲", &format!("乡镇。{filler}{filler}文化站。")),
        entry(2, "乙", &format!("{filler}乡镇文化站。{filler}")),
        entry(3, "丙", &format!("文化站。{filler}{filler}乡镇。")),
    ]);
    assert_eq!(test.ids("乡镇文化站")[0], 2);
    assert_eq!(test.ids("乡镇 文化站")[0], 2);
    assert_eq!(test.ids("乡镇 文化站").len(), 3);
    assert_eq!(test.ids("“乡镇文化站”"), [2]);
}

#[test]
fn a_phrase_whose_pieces_lie_apart_is_no_hit() {
    let filler = "其他内容，无关紧要，与此毫不相干。".repeat(100);
    // All pairs of 农村公共文化服务体系 are there, but not the phrase.
    let apart = format!(
        "农村公路。村公所。公共。{filler}文化。{filler}文化服务。{filler}服务体系。共文。化服。务体"
    );
    let test = TestIndex::with(&[
        entry(1, "甲", &apart),
        entry(2, "乙", &format!("{filler}农村公共文化服务体系{filler}")),
    ]);
    assert_eq!(test.ids("“农村公共文化服务体系”"), [2]);
}

#[test]
fn reads_and_freshness_decide_between_equals() {
    let now = i64::try_from(
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_micros(),
    )
    .unwrap();
    let test = TestIndex::with(&[
        Entry {
            views: 5_000,
            ..entry(1, "文化站工作", "")
        },
        entry(2, "文化站工作", ""),
        Entry {
            favourites: 900,
            views: 50_000,
            ..entry(3, "文化站工作", "")
        },
        Entry {
            published_at: now,
            ..entry(4, "文化站工作", "")
        },
        Entry {
            views: 1_000_000,
            ..entry(5, "另一篇", "文化站的工作")
        },
    ]);
    assert_eq!(test.ids("文化站 工作"), [3, 4, 1, 2, 5]);
}

const TEXT: &str = "为了加强乡镇文化站的建设和管理，发挥文化站在宣传、教育、辅导方面的作用，\
    根据国家有关规定，结合本地实际，制定本办法。文化站是政府举办的公益性文化机构，\
    其职责是开展书报刊阅读、影视放映、文艺演出、科普教育、体育健身等活动，\
    收集整理民族民间文化遗产，协助管理文化市场。";

#[test]
fn copies_are_one_hit_the_earliest() {
    let made = |id, title: &str, published_at, body: &str| Entry {
        published_at,
        ..entry(id, title, body)
    };
    let mut test = TestIndex::with(&[
        made(1, "转载", 3_000, TEXT),
        made(2, "原文", 1_000, TEXT),
        made(3, "转载民间文化遗产", 2_000, &TEXT.replace('，', "，\n")),
        made(4, "另一篇", 500, "民间文化遗产"),
        Entry {
            cluster: Some(77),
            ..made(5, "甲", 1, "民间文化遗产之一")
        },
        Entry {
            cluster: Some(77),
            ..made(6, "乙", 2, "民间文化遗产之二")
        },
    ]);
    let found = test.search("民间文化遗产");
    let hits: Vec<(i64, usize)> = found.hits.iter().map(|hit| (hit.id, hit.copies)).collect();
    assert_eq!(hits[0], (2, 2), "where the best copy stands");
    assert!(hits.contains(&(5, 1)) && hits.contains(&(4, 0)), "{hits:?}");
    assert_eq!(hits.len(), 3);
    assert_eq!(found.total, 6, "copies count");
    let copies = Filters {
        cluster: Some(found.hits[0].cluster),
        ..Filters::default()
    };
    assert_eq!(ids(&test.narrowed("", &copies, Sort::Newest)), [1, 3, 2]);
    test.writer.remove(2).unwrap();
    test.writer.commit().unwrap();
    assert!(test.ids("民间文化遗产").contains(&3));
}

fn page(test: &TestIndex, query: &str, sort: Sort, start: Start) -> Results {
    test.index
        .find(&Request {
            query: Query::parse(query),
            sort,
            start,
            limit: 30,
            ..Request::default()
        })
        .unwrap()
}

/// Leafs through all pages and back; gives the ids in order.
fn leaf(test: &TestIndex, query: &str, sort: Sort) -> Vec<i64> {
    let mut pages = vec![page(test, query, sort, Start::First)];
    while let Some(next) = pages.last().unwrap().next {
        // It survives an address.
        let next = next.to_string().parse().unwrap();
        pages.push(page(test, query, sort, Start::After(next)));
    }
    let mut before = 0;
    for results in &pages {
        assert_eq!(results.before, before);
        before += results.hits.len();
    }
    for pair in pages.windows(2).rev() {
        let back = page(test, query, sort, Start::Before(pair[1].previous.unwrap()));
        assert_eq!(ids(&back), ids(&pair[0]), "back in {query}");
    }
    assert!(pages[0].previous.is_none());
    pages.iter().flat_map(ids).collect()
}

#[test]
fn every_hit_is_on_one_page() {
    let made = |id: i64| Entry {
        published_at: id % 40,
        views: id % 9,
        ..entry(
            id,
            &format!("第{id}号"),
            &"文化站 ".repeat(1 + (id % 7) as usize),
        )
    };
    let entries: Vec<Entry> = (1..=700).map(made).collect();
    let mut test = TestIndex::with(&entries);
    for sort in [Sort::Relevance, Sort::Newest, Sort::MostRead] {
        for query in ["文化站", "", "文化站 号"] {
            let mut seen = leaf(&test, query, sort);
            assert_eq!(seen.len(), 700, "{query} {sort:?}");
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), 700, "{query} {sort:?}: each once");
        }
    }
    // What comes in meanwhile neither repeats nor hides what follows.
    for sort in [Sort::Relevance, Sort::Newest] {
        let first = page(&test, "文化站", sort, Start::First);
        let second = page(&test, "文化站", sort, Start::After(first.next.unwrap()));
        let best = first.hits[0].id;
        for id in 0..50 {
            let new = Entry {
                id: 1_000 + id,
                ..entries[usize::try_from(best - 1).unwrap()].clone()
            };
            test.writer.put(&new).unwrap();
        }
        test.writer.commit().unwrap();
        let again = page(&test, "文化站", sort, Start::After(first.next.unwrap()));
        let repeated = ids(&again).iter().any(|id| ids(&first).contains(id));
        assert!(!repeated, "{sort:?}");
        // New documents change the rarity of words, and with it close scores.
        assert!(sort == Sort::Relevance || ids(&again) == ids(&second));
        for id in 0..50 {
            test.writer.remove(1_000 + id).unwrap();
        }
        test.writer.commit().unwrap();
    }
    // The hit a page ended with is gone: the next page follows all the same.
    let first = page(&test, "", Sort::Newest, Start::First);
    let second = page(&test, "", Sort::Newest, Start::After(first.next.unwrap()));
    test.writer.remove(first.hits[29].id).unwrap();
    test.writer.commit().unwrap();
    let again = page(&test, "", Sort::Newest, Start::After(first.next.unwrap()));
    assert_eq!(ids(&again), ids(&second));
}

#[test]
fn each_facet_ignores_its_own_filter() {
    let test = library();
    let filters = Filters {
        format: Some("pdf".to_owned()),
        published: Some((in_year(2022), i64::MAX)),
        ..Filters::default()
    };
    let found = test.narrowed("", &filters, Sort::Newest);
    assert_eq!(ids(&found), [3]);
    let facets = found.facets;
    assert_eq!(facets.formats, [("pdf".to_owned(), 1)]);
    assert_eq!(facets.years, [(2023, 1), (2021, 1)]);
    assert_eq!(facets.languages, [("en".to_owned(), 1)]);
    assert_eq!(facets.pages, [0, 0, 0, 1]);
    assert_eq!(facets.prices, [0, 1, 0]);
    assert_eq!(facets.authors, [("Anna Smith".to_owned(), 1)]);
    assert!(!facets.sampled);
    let members = Filters {
        price: Some(Price::Members),
        author: Some("Anna Smith".to_owned()),
        ..Filters::default()
    };
    let found = test.narrowed("", &members, Sort::Newest);
    assert_eq!(ids(&found), [3]);
    assert_eq!(found.facets.prices, [0, 1, 0]);
    assert_eq!(found.facets.authors, [("Anna Smith".to_owned(), 1)]);
}
