//! What a document has going for it whatever is asked.
//!
//! A score is multiplied by
//!
//! ```text
//! 1 + 0.10 × min(1, log2(1 + reads) / 16) + 0.10 × min(1, log2(1 + favourites) / 10)
//!   + 0.10 × 2^(−age / 1 year)
//! ```
//!
//! Reads and favourites count by their orders of magnitude, and 60,000 reads or
//! 1,000 favourites are enough. At most 1.3, so that what is read most never
//! stands before what fits much better. Ratings will join when there are any.

use std::sync::{Arc, Mutex, PoisonError};

const READS: f32 = 0.10;
const FAVOURITES: f32 = 0.10;
const FRESHNESS: f32 = 0.10;
const MANY_READS_LOG2: f32 = 16.0;
const MANY_FAVOURITES_LOG2: f32 = 10.0;

/// Steps of the stored merit.
const STEPS: f32 = 255.0;
const DAY: i64 = 86_400_000_000;
const HALF_LIFE_DAYS: f32 = 365.25;

/// Reads and favourites, as they are stored: 0 to 255.
fn stored(reads: i64, favourites: i64) -> u64 {
    let share = |count: i64, many: f32| ((1.0 + count.max(0) as f32).log2() / many).min(1.0);
    let merit = READS * share(reads, MANY_READS_LOG2)
        + FAVOURITES * share(favourites, MANY_FAVOURITES_LOG2);
    (merit / (READS + FAVOURITES) * STEPS).round() as u64
}

/// What scores are multiplied by on one day. Within a day a document's factor
/// does not change, so that pages of hits join up.
pub(crate) struct Factors {
    today: i64,
    /// By age in days; older ones are all as old as the last.
    freshness: Vec<f32>,
}

/// Days of age that are told apart: ten half-lives.
const AGES: u16 = 3_653;

impl Factors {
    /// For today; reckoned once a day.
    pub(crate) fn of_today() -> Arc<Self> {
        static LATEST: Mutex<Option<Arc<Factors>>> = Mutex::new(None);
        let today = today();
        let mut latest = LATEST.lock().unwrap_or_else(PoisonError::into_inner);
        match &*latest {
            Some(factors) if factors.today == today => Arc::clone(factors),
            _ => Arc::clone(latest.insert(Arc::new(Self::of(today)))),
        }
    }

    /// For a day, counted since 1970.
    fn of(today: i64) -> Self {
        let freshness = (0..AGES)
            .map(|age| 1.0 + FRESHNESS * (-f32::from(age) / HALF_LIFE_DAYS).exp2())
            .collect();
        Self { today, freshness }
    }

    /// The factor of a document with that [`standing`].
    #[inline]
    pub(crate) fn of_standing(&self, standing: u64) -> f32 {
        let day = i64::try_from(standing >> 8).unwrap_or(0);
        let age = usize::try_from(self.today - day).unwrap_or(0);
        let fresh = self.freshness.get(age).copied().unwrap_or(1.0);
        (standing & 0xFF) as f32 * (READS + FAVOURITES) / STEPS + fresh
    }
}

/// All that the factor depends on in one number, for one column: the day of
/// publication and the stored merit.
pub(crate) fn standing(published_at: i64, reads: i64, favourites: i64) -> u64 {
    let day = published_at.div_euclid(DAY).clamp(0, 0xFFFF_FFFF);
    (day.cast_unsigned() << 8) | stored(reads, favourites)
}

/// A standing that is as good as both in age and in merit.
pub(crate) fn best_of(one: u64, other: u64) -> u64 {
    let day = (one >> 8).max(other >> 8);
    (day << 8) | (one & 0xFF).max(other & 0xFF)
}

/// Days since 1970.
fn today() -> i64 {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(now.as_secs() / 86_400).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merit_grows_and_is_bounded() {
        let today = 20_000;
        let factors = Factors::of(today);
        let factor = |at, reads, favourites| factors.of_standing(standing(at, reads, favourites));
        let old = |reads, favourites| factor(0, reads, favourites);
        assert!(old(0, 0) < 1.001);
        assert!(old(10, 0) > old(1, 0) && old(1_000, 0) > old(10, 0));
        assert!(old(0, 30) > old(0, 3));
        let best = factor(i64::MAX, i64::MAX, i64::MAX);
        assert!((best - 1.3).abs() < 0.01, "{best}");
        let [read, new] = [standing(0, 500, 0), standing(today * DAY, 3, 0)];
        let both = factors.of_standing(best_of(read, new));
        assert!(both > factors.of_standing(read) && both > factors.of_standing(new));
        assert_eq!(stored(-5, i64::MIN), 0);
        let year_old = factor((today - 365) * DAY, 0, 0);
        assert!((year_old - 1.05).abs() < 0.01, "{year_old}");
        assert!(factor(i64::MIN, 0, 0) >= 1.0);
    }
}
