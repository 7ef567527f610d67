//! Words that spinners put in each other's places (换词对), learnt from spun
//! copies that a reviewer has confirmed.
//!
//! What one reviewer confirmed is evidence, not knowledge: a pair counts once it
//! was seen in [`LEAST_COPIES`] copies of [`LEAST_SOURCES`] originals, so that
//! nobody teaches the library by one text. The documents may be gone; what was
//! learnt of them stays.

use crate::db::{Db, DbError, Tx};
use crate::id::DocumentId;
use sqlx::Row as _;
use wenyuan_text::authenticity::{Finding, Kind, Swap};

/// Confirmed copies in which a pair must have been seen.
pub const LEAST_COPIES: i64 = 3;
/// Originals that these must have been copied from.
pub const LEAST_SOURCES: i64 = 2;
/// The most pairs that are used, those of the most copies.
const MOST: i64 = 20_000;
/// The longest word, in characters.
const WORD_CHARS: usize = 8;

/// Records the pairs of a document that a reviewer takes for a spun copy.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub(crate) async fn confirm(tx: &mut Tx, id: DocumentId) -> Result<(), DbError> {
    let rows = sqlx::query(
        "select finding, other_id from findings \
         where document_id = $1 and kind = $2 and other_id is not null order by position",
    )
    .bind(id.0)
    .bind(Kind::SpunCopy.as_str())
    .fetch_all(&mut **tx)
    .await?;
    for row in &rows {
        let finding: Finding = serde_json::from_str(row.try_get("finding")?)
            .map_err(|error| DbError::Corrupt(format!("findings.finding: {error}")))?;
        let source: i64 = row.try_get("other_id")?;
        for swap in finding.swaps.iter().filter(|swap| is_of_words(swap)) {
            sqlx::query(
                "insert into confirmed_swaps (word, substitute, document_id, source_id, times) \
                 values ($1, $2, $3, $4, $5) \
                 on conflict (word, substitute, document_id) do update set \
                     source_id = excluded.source_id, times = excluded.times",
            )
            .bind(swap.from.clone())
            .bind(swap.to.clone())
            .bind(id.0)
            .bind(source)
            .bind(i64::from(swap.count))
            .execute(&mut **tx)
            .await?;
        }
    }
    Ok(())
}

/// Figures are replaced in every new version of a text: they are no synonyms.
fn is_of_words(swap: &Swap) -> bool {
    [&swap.from, &swap.to].iter().all(|word| {
        let chars = word.chars().count();
        (1..=WORD_CHARS).contains(&chars)
            && word
                .chars()
                .all(|c| c.is_alphabetic() && !"〇零一二三四五六七八九十百千万亿两".contains(c))
    })
}

/// Returns the pairs that were learnt, as word and substitute, in order.
///
/// # Errors
/// [`DbError`] when the database refuses.
pub async fn learnt(db: &Db) -> Result<Vec<(String, String)>, DbError> {
    let rows = sqlx::query(
        "select word, substitute from confirmed_swaps group by word, substitute \
         having count(*) >= $1 and count(distinct source_id) >= $2 \
         order by count(*) desc, word, substitute limit $3",
    )
    .bind(LEAST_COPIES)
    .bind(LEAST_SOURCES)
    .bind(MOST)
    .fetch_all(db.read())
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_clauses_are_no_words() {
        let is = |from: &str, to: &str| {
            is_of_words(&Swap {
                from: from.into(),
                to: to.into(),
                count: 1,
            })
        };
        assert!(is("发展", "进展") && is("adopt", "take"));
        assert!(!is("十七大", "十九大") && !is("2008", "2023"));
        assert!(!is("发展", "") && !is("深入学习实践科学发展", "进展"));
    }
}
