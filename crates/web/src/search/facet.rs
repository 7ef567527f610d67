//! The filters beside the hits, and those that are set.

use super::params::{PAGE_NAMES, Params, TIME_SPANS};
use crate::locale::Locale;
use wenyuan_domain::category::{Category, Tree};
use wenyuan_search::{Facets, PAGE_RANGES, Price, Query};

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

/// Years that are on offer.
const YEARS: usize = 8;

/// Prepares the filters. One that leaves no choice is left out.
pub(super) fn facets(params: &Params, counts: &Facets, tree: &Tree, t: &Locale) -> Vec<Facet> {
    let facets = Facetted { params, counts, t };
    [
        facets.formats(),
        facets.categories(tree),
        facets.years(),
        facets.pages(),
        facets.languages(),
        facets.prices(),
        facets.authors(),
        facets.times(),
    ]
    .into_iter()
    .filter(|facet| {
        // A single value that everything has narrows nothing.
        facet.options.len() > 2 || facet.options.iter().skip(1).any(|choice| choice.is_current)
    })
    .collect()
}

struct Facetted<'a> {
    params: &'a Params,
    counts: &'a Facets,
    t: &'a Locale,
}

impl Facetted<'_> {
    /// A facet whose values set one parameter.
    fn facet(
        &self,
        name: &str,
        any: &str,
        parameter: fn(&mut Params) -> &mut String,
        values: impl IntoIterator<Item = (String, String, usize)>,
    ) -> Facet {
        let mut params = self.params.clone();
        let current = parameter(&mut params).clone();
        let choice = |value: &str, label: String, count: String| Choice {
            label,
            count,
            url: self.params.url_with(|p| value.clone_into(parameter(p))),
            is_current: current == value,
        };
        let mut options = vec![choice("", self.t.get(any), String::new())];
        for (value, label, count) in values {
            if count > 0 || value == current {
                options.push(choice(&value, label, self.number(count)));
            }
        }
        Facet {
            name: self.t.get(name),
            options,
        }
    }

    fn number(&self, count: usize) -> String {
        let number = self.t.number(count);
        if self.counts.sampled {
            self.t.with("search-about", "count", number)
        } else {
            number
        }
    }

    fn formats(&self) -> Facet {
        let each = self.counts.formats.iter();
        self.facet(
            "search-format",
            "search-any-format",
            |p| &mut p.format,
            each.map(|(format, count)| (format.clone(), format.to_uppercase(), *count)),
        )
    }

    /// The way to the chosen category and what is below it; the top without
    /// one.
    fn categories(&self, tree: &Tree) -> Facet {
        let count = |category: &Category| {
            let mut all = self.counts.categories.iter();
            all.find(|(id, _)| *id == category.id.0)
                .map_or(0, |(_, count)| *count)
        };
        let value = |category: &Category| {
            let name = category.name(self.t.lang.code()).to_owned();
            (category.slug.clone(), name, count(category))
        };
        let chosen = tree.by_slug(&self.params.category).map(|chosen| chosen.id);
        let path = chosen.map(|id| tree.path(id)).unwrap_or_default();
        let all = path.into_iter().chain(tree.children(chosen));
        self.facet(
            "search-category",
            "search-any-category",
            |p| &mut p.category,
            all.map(value).collect::<Vec<_>>(),
        )
    }

    fn years(&self) -> Facet {
        let each = self.counts.years.iter();
        self.facet(
            "search-year-published",
            "search-any-year",
            |p| {
                p.time.clear();
                &mut p.year
            },
            each.take(YEARS)
                .map(|(year, count)| (year.to_string(), year.to_string(), *count)),
        )
    }

    fn pages(&self) -> Facet {
        let each = PAGE_NAMES.iter().zip(self.counts.pages);
        self.facet(
            "search-pages",
            "search-any-pages",
            |p| &mut p.pages,
            each.map(|(name, count)| ((*name).to_owned(), pages_label(name, self.t), count)),
        )
    }

    fn languages(&self) -> Facet {
        let each = self.counts.languages.iter();
        self.facet(
            "search-language",
            "search-any-language",
            |p| &mut p.lang,
            each.filter(|(language, _)| !language.is_empty())
                .map(|(language, count)| {
                    (language.clone(), language_label(language, self.t), *count)
                }),
        )
    }

    fn prices(&self) -> Facet {
        let each = Price::ALL.into_iter().zip(self.counts.prices);
        self.facet(
            "search-price",
            "search-any-price",
            |p| &mut p.price,
            each.map(|(price, count)| {
                (price.as_str().to_owned(), price_label(price, self.t), count)
            }),
        )
    }

    fn authors(&self) -> Facet {
        let each = self.counts.authors.iter();
        self.facet(
            "search-author",
            "search-any-author",
            |p| &mut p.author,
            each.map(|(author, count)| (author.clone(), author.clone(), *count)),
        )
    }

    fn times(&self) -> Facet {
        let names = std::iter::once("").chain(TIME_SPANS.iter().map(|(name, _)| *name));
        let options = names.map(|name| Choice {
            label: time_label(name, self.t),
            count: String::new(),
            url: self.params.url_with(|p| {
                p.year.clear();
                name.clone_into(&mut p.time);
            }),
            is_current: self.params.time == name,
        });
        Facet {
            name: self.t.get("search-time"),
            options: options.collect(),
        }
    }
}

fn pages_label(name: &str, t: &Locale) -> String {
    let at = PAGE_NAMES.iter().position(|known| *known == name);
    match at.and_then(|at| PAGE_RANGES.get(at)) {
        Some((least, u32::MAX)) => t.with("search-pages-from", "least", *least),
        Some((least, most)) => t.with2(
            "search-pages-range",
            ("least", (*least).max(1)),
            ("most", *most),
        ),
        None => name.to_owned(),
    }
}

fn language_label(language: &str, t: &Locale) -> String {
    match language {
        "zh" => t.get("search-language-zh"),
        "en" => t.get("search-language-en"),
        _ => t.get("search-language-other"),
    }
}

fn price_label(price: Price, t: &Locale) -> String {
    match price {
        Price::Everyone => t.get("search-price-everyone"),
        Price::Members => t.get("search-price-members"),
        Price::Nobody => t.get("search-price-none"),
    }
}

fn time_label(name: &str, t: &Locale) -> String {
    match name {
        "week" => t.get("search-week"),
        "month" => t.get("search-month"),
        "year" => t.get("search-year"),
        _ => t.get("search-any-time"),
    }
}

/// Prepares what narrows the search: each filter that is set and each part of
/// the query that is no plain word. The address is the search without it.
pub(super) fn chips(params: &Params, query: &Query, tree: &Tree, t: &Locale) -> Vec<Choice> {
    let mut chips: Vec<Choice> = Vec::new();
    let mut add = |value: &str, label: String, without: fn(&mut Params)| {
        if !value.is_empty() {
            chips.push(Choice {
                label,
                count: String::new(),
                url: params.url_with(without),
                is_current: false,
            });
        }
    };
    add(&params.format, params.format.to_uppercase(), |p| {
        p.format.clear()
    });
    let category = tree.by_slug(&params.category);
    let category = category.map_or(params.category.as_str(), |c| c.name(t.lang.code()));
    add(&params.category, category.to_owned(), |p| {
        p.category.clear()
    });
    add(&params.year, params.year.clone(), |p| p.year.clear());
    add(&params.time, time_label(&params.time, t), |p| {
        p.time.clear()
    });
    add(&params.pages, pages_label(&params.pages, t), |p| {
        p.pages.clear()
    });
    add(&params.lang, language_label(&params.lang, t), |p| {
        p.lang.clear()
    });
    let price = Price::named(&params.price).unwrap_or_default();
    add(&params.price, price_label(price, t), |p| p.price.clear());
    add(&params.author, params.author.clone(), |p| p.author.clear());
    add(&params.copies, t.get("search-copies-only"), |p| {
        p.copies.clear()
    });
    let parts = query.parts().into_iter().filter(|part| part.narrows);
    chips.extend(parts.map(|part| Choice {
        url: params.url_with(|p| p.q = part.rest),
        label: part.typed,
        count: String::new(),
        is_current: false,
    }));
    chips
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
