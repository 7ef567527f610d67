//! How far apart two Latin words are, for a person at a keyboard.

/// A neighbouring key, or two letters in the wrong order, is a smaller slip.
const SMALL_SLIP: f32 = 0.7;

/// Gives the cost of turning `typed` into `meant` when it is at most `most`:
/// 1 a letter too many, missing or wrong, [`SMALL_SLIP`] for a neighbouring
/// key or two letters exchanged (Damerau–Levenshtein, neighbours only).
/// Expects lower-case ASCII of at most 32 letters.
pub(crate) fn distance(typed: &str, meant: &str, most: f32) -> Option<f32> {
    const MOST_LETTERS: usize = 32;
    let (typed, meant) = (typed.as_bytes(), meant.as_bytes());
    if typed.len() > MOST_LETTERS || meant.len() > MOST_LETTERS {
        return None;
    }
    let apart = u8::try_from(typed.len().abs_diff(meant.len())).map_or(f32::MAX, f32::from);
    if apart > most {
        return None;
    }
    // rows[i][j]: cost of the first i letters of `typed` and j of `meant`.
    let mut before = [0.0_f32; MOST_LETTERS + 1];
    let mut last = [0.0_f32; MOST_LETTERS + 1];
    for j in 1..=meant.len() {
        last[j] = last[j - 1] + 1.0;
    }
    for i in 1..=typed.len() {
        let mut row = [0.0_f32; MOST_LETTERS + 1];
        row[0] = last[0] + 1.0;
        let mut least = row[0];
        for j in 1..=meant.len() {
            let (a, b) = (typed[i - 1], meant[j - 1]);
            let mut cost = (last[j] + 1.0).min(row[j - 1] + 1.0);
            cost = cost.min(last[j - 1] + substitution(a, b));
            if i > 1 && j > 1 && a == meant[j - 2] && b == typed[i - 2] && a != b {
                cost = cost.min(before[j - 2] + SMALL_SLIP);
            }
            row[j] = cost;
            least = least.min(cost);
        }
        if least > most {
            return None;
        }
        (before, last) = (last, row);
    }
    let cost = last[meant.len()];
    (cost <= most).then_some(cost)
}

fn substitution(a: u8, b: u8) -> f32 {
    if a == b {
        0.0
    } else if are_neighbours(a, b) {
        SMALL_SLIP
    } else {
        1.0
    }
}

/// Whether two keys touch on a QWERTY keyboard.
fn are_neighbours(a: u8, b: u8) -> bool {
    const ROWS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    let place = |key: u8| {
        ROWS.iter()
            .enumerate()
            .find_map(|(row, keys)| Some((row, keys.iter().position(|k| *k == key)?)))
    };
    let (Some((row_a, at_a)), Some((row_b, at_b))) = (place(a), place(b)) else {
        return false;
    };
    match row_a.abs_diff(row_b) {
        0 => at_a.abs_diff(at_b) == 1,
        // Each row lies half a key to the right of the one above.
        1 => {
            let (upper, lower) = if row_a < row_b {
                (at_a, at_b)
            } else {
                (at_b, at_a)
            };
            upper == lower || upper == lower + 1
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_cost_less_than_mistakes() {
        assert_eq!(distance("library", "library", 2.0), Some(0.0));
        assert_eq!(distance("libary", "library", 1.0), Some(1.0));
        assert_eq!(distance("librray", "library", 1.0), Some(SMALL_SLIP));
        assert_eq!(distance("lobrary", "library", 1.0), Some(SMALL_SLIP));
        assert_eq!(distance("lbbrary", "library", 1.0), Some(1.0));
        assert_eq!(distance("museum", "library", 2.0), None);
        assert_eq!(distance("", "abc", 2.0), None);
        assert_eq!(distance(&"a".repeat(40), &"a".repeat(40), 2.0), None);
    }
}
