//! The filters beside the hits.

use super::params::{PAGE_RANGES, Params, TIME_SPANS};
use crate::locale::Locale;
use wenyuan_domain::category::{Category, Tree};
use wenyuan_search::Results;

/// A filter with its values.
pub(super) struct Facet {
    /// What it filters by.
    pub(super) name: String,
    /// Its values, the first of which takes the filter away.
    pub(super) options: Vec<Choice>,
}

/// A value of a filter or an order.
pub(super) struct Choice {
    /// What it is called.
    pub(super) label: String,
    /// How many documents it leaves; empty when that is not known.
    pub(super) count: String,
    /// The search with it.
    pub(super) url: String,
    /// Whether it is set.
    pub(super) is_current: bool,
}

/// Prepares the filters.
pub(super) fn facets(params: &Params, results: &Results, tree: &Tree, t: &Locale) -> Vec<Facet> {
    [
        formats(params, results, t),
        categories(params, results, tree, t),
        pages(params, t),
        times(params, t),
    ]
    .into_iter()
    .filter(|facet| facet.options.len() > 1)
    .collect()
}

fn formats(params: &Params, results: &Results, t: &Locale) -> Facet {
    let any = Choice {
        label: t.get("search-any-format"),
        count: String::new(),
        url: params.url_with(|p| p.format.clear()),
        is_current: params.format.is_empty(),
    };
    let each = results.facets.formats.iter().map(|(format, count)| Choice {
        label: format.to_uppercase(),
        count: t.number(*count),
        url: params.url_with(|p| format.clone_into(&mut p.format)),
        is_current: params.format == *format,
    });
    Facet {
        name: t.get("search-format"),
        options: std::iter::once(any).chain(each).collect(),
    }
}

/// The way to the chosen category and what is below it; the top without one.
fn categories(params: &Params, results: &Results, tree: &Tree, t: &Locale) -> Facet {
    let count = |category: &Category| {
        let found = results
            .facets
            .categories
            .iter()
            .find(|(id, _)| *id == category.id.0);
        found.map(|(_, count)| *count)
    };
    let choice = |category: &Category| Choice {
        label: category.name(t.lang.code()).to_owned(),
        count: count(category).map(|n| t.number(n)).unwrap_or_default(),
        url: params.url_with(|p| category.slug.clone_into(&mut p.category)),
        is_current: params.category == category.slug,
    };
    let chosen = tree.by_slug(&params.category).map(|category| category.id);
    let mut options = vec![Choice {
        label: t.get("search-any-category"),
        count: String::new(),
        url: params.url_with(|p| p.category.clear()),
        is_current: chosen.is_none(),
    }];
    if let Some(id) = chosen {
        options.extend(tree.path(id).into_iter().map(&choice));
    }
    let below = tree.children(chosen).filter(|child| count(child).is_some());
    options.extend(below.map(&choice));
    Facet {
        name: t.get("search-category"),
        options,
    }
}

fn pages(params: &Params, t: &Locale) -> Facet {
    let any = ("", t.get("search-any-pages"));
    let each = PAGE_RANGES.iter().map(|(name, (least, most))| {
        let label = if *most == u32::MAX {
            t.with("search-pages-from", "least", *least)
        } else {
            t.with2("search-pages-range", ("least", *least), ("most", *most))
        };
        (*name, label)
    });
    Facet {
        name: t.get("search-pages"),
        options: std::iter::once(any)
            .chain(each)
            .map(|(name, label)| Choice {
                label,
                count: String::new(),
                url: params.url_with(|p| name.clone_into(&mut p.pages)),
                is_current: params.pages == name,
            })
            .collect(),
    }
}

fn times(params: &Params, t: &Locale) -> Facet {
    let label = |name: &str| match name {
        "week" => t.get("search-week"),
        "month" => t.get("search-month"),
        "year" => t.get("search-year"),
        _ => t.get("search-any-time"),
    };
    let names = std::iter::once("").chain(TIME_SPANS.iter().map(|(name, _)| *name));
    Facet {
        name: t.get("search-time"),
        options: names
            .map(|name| Choice {
                label: label(name),
                count: String::new(),
                url: params.url_with(|p| name.clone_into(&mut p.time)),
                is_current: params.time == name,
            })
            .collect(),
    }
}

/// Prepares the orders; without words there is no relevance to order by.
pub(super) fn orders(params: &Params, t: &Locale) -> Vec<Choice> {
    let has_words = !params.q.trim().is_empty();
    [
        ("", t.get("search-by-relevance")),
        ("newest", t.get("search-by-time")),
        ("read", t.get("search-by-reads")),
    ]
    .into_iter()
    .filter(|(name, _)| has_words || !name.is_empty())
    .map(|(name, label)| Choice {
        label,
        count: String::new(),
        url: params.url_with(|p| name.clone_into(&mut p.sort)),
        is_current: params.sort == name
            || (!has_words && name == "newest" && params.sort != "read"),
    })
    .collect()
}
