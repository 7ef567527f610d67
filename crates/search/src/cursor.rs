//! Where a page of hits ended, in a form that goes into an address.

use std::fmt;
use std::str::FromStr;

use crate::plan::Mode;

/// A place in a list of hits: opaque outside, as short as it can be.
///
/// It names a hit and what the hit was ordered by. The next page begins behind
/// that hit wherever it stands by then, and where it would stand if it is gone:
/// documents that come in meanwhile shift nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// How the words were taken.
    pub(crate) mode: Mode,
    /// Hits before it.
    pub(crate) before: usize,
    pub(crate) key: Key,
}

/// What hits are ordered by; the greatest comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// Bits of the score, which order like the score because it is not
    /// negative; or reads; or nothing.
    pub(crate) rank: u64,
    pub(crate) published_at: i64,
    pub(crate) id: i64,
}

impl Key {
    pub(crate) fn score(&self) -> f32 {
        f32::from_bits(u32::try_from(self.rank).unwrap_or(0))
    }

    /// The key that orders the other way round.
    pub(crate) fn flipped(self) -> Self {
        Self {
            rank: !self.rank,
            published_at: !self.published_at,
            id: !self.id,
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = match self.mode {
            Mode::Words => 'w',
            Mode::Pieces => 'p',
            Mode::Letters => 'l',
            Mode::Any => 'a',
        };
        let Key {
            rank,
            published_at,
            id,
        } = self.key;
        write!(
            f,
            "{mode}{:x}.{rank:x}.{published_at:x}.{id:x}",
            self.before
        )
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mode = match text.chars().next() {
            Some('w') => Mode::Words,
            Some('p') => Mode::Pieces,
            Some('l') => Mode::Letters,
            Some('a') => Mode::Any,
            _ => return Err(()),
        };
        let mut numbers = text[1..]
            .split('.')
            .map(|number| u64::from_str_radix(number, 16).map_err(|_| ()));
        let mut next = || numbers.next().unwrap_or(Err(()));
        let before = usize::try_from(next()?).map_err(|_| ())?;
        let rank = next()?;
        // Hexadecimal of a negative number is that of its bits.
        let (published_at, id) = (next()?.cast_signed(), next()?.cast_signed());
        if numbers.next().is_some() {
            return Err(());
        }
        Ok(Self {
            mode,
            before,
            key: Key {
                rank,
                published_at,
                id,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_nonsense_is_not() {
        let cursor = Cursor {
            mode: Mode::Pieces,
            before: 41,
            key: Key {
                rank: u64::from(1.5_f32.to_bits()),
                published_at: -1,
                id: i64::MAX,
            },
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for nonsense in [
            "",
            "w",
            "w1",
            "w1.2.3",
            "w1.2.3.4.5",
            "x1.2.3.4",
            "w-1.2.3.4",
            "文1.2.3.4",
            "w1.2.3.zz",
        ] {
            assert_eq!(nonsense.parse::<Cursor>(), Err(()), "{nonsense}");
        }
    }

    #[test]
    fn a_flipped_key_orders_the_other_way() {
        let key = |rank, published_at, id| Key {
            rank,
            published_at,
            id,
        };
        let keys = [
            key(1, -5, 9),
            key(1, 5, -9),
            key(1, 5, 8),
            key(2, i64::MIN, 0),
        ];
        for pair in keys.windows(2) {
            assert!(pair[0] < pair[1] && pair[0].flipped() > pair[1].flipped());
        }
    }
}
