//! The queries and what was judged about them.

use std::collections::HashMap;
use std::fs::read_to_string;

use super::{Result, folder};

/// A query and its judgments.
pub(crate) struct Judged {
    pub(crate) number: String,
    pub(crate) kind: String,
    pub(crate) query: String,
    /// 3: exactly what was meant, 2: squarely about it, 1: touches it, 0: read
    /// and found to be beside the point. By document key.
    pub(crate) grades: HashMap<String, u8>,
}

/// Reads `queries.tsv`, `judgments.tsv` and `beside.tsv`.
pub(crate) fn judged() -> Result<Vec<Judged>> {
    let read = |name: &str| read_to_string(folder().join(name));
    let mut all = Vec::new();
    for line in lines(&read("queries.tsv")?) {
        let [number, kind, query, _intent] = columns(line)?;
        all.push(Judged {
            number: number.to_owned(),
            kind: kind.to_owned(),
            query: query.to_owned(),
            grades: HashMap::new(),
        });
    }
    for line in lines(&read("judgments.tsv")?) {
        let [number, grade, key, _title] = columns(line)?;
        of(&mut all, number)?
            .grades
            .insert(key.to_owned(), grade.parse()?);
    }
    for line in lines(&read("beside.tsv")?) {
        let [number, keys] = columns(line)?;
        let grades = &mut of(&mut all, number)?.grades;
        for key in keys.split('|') {
            grades.entry(key.to_owned()).or_insert(0);
        }
    }
    Ok(all)
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().skip(1).filter(|line| !line.is_empty())
}

fn columns<const N: usize>(line: &str) -> Result<[&str; N]> {
    let columns: Vec<&str> = line.split('\t').collect();
    columns
        .try_into()
        .map_err(|_| format!("not {N} columns: {line}").into())
}

fn of<'a>(all: &'a mut [Judged], number: &str) -> Result<&'a mut Judged> {
    all.iter_mut()
        .find(|judged| judged.number == number)
        .ok_or_else(|| format!("judgment of no query: {number}").into())
}
