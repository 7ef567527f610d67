//! A brake on guessing passwords.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Counts failed log-ins by the name tried, whether or not anybody has it.
#[derive(Default)]
pub(crate) struct Throttle {
    failures: Mutex<HashMap<String, Failures>>,
}

struct Failures {
    count: u32,
    since: Instant,
}

/// How many failures a name has before it must wait.
const ALLOWED: u32 = 10;
/// How long failures are remembered.
const WINDOW: Duration = Duration::from_secs(600);
/// How many names are remembered; someone who tries more is not slowed down by
/// name, but the memory stays bounded.
const NAMES: usize = 10_000;

impl Throttle {
    /// Returns whether a log-in under this name may be tried now.
    pub(crate) fn allows(&self, name: &str) -> bool {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures
            .get(&key(name))
            .is_none_or(|f| f.count < ALLOWED || f.since.elapsed() > WINDOW)
    }

    /// Remembers a failure.
    pub(crate) fn record(&self, name: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= NAMES {
            failures.retain(|_, f| f.since.elapsed() <= WINDOW);
        }
        if failures.len() >= NAMES && !failures.contains_key(&key(name)) {
            return;
        }
        let entry = failures.entry(key(name)).or_insert_with(|| Failures {
            count: 0,
            since: Instant::now(),
        });
        if entry.since.elapsed() > WINDOW {
            entry.count = 0;
            entry.since = Instant::now();
        }
        entry.count += 1;
    }

    /// Forgets a name's failures after it logged in.
    pub(crate) fn clear(&self, name: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&key(name));
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase().chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_must_wait_after_ten_failures() {
        let throttle = Throttle::default();
        for _ in 0..ALLOWED {
            assert!(throttle.allows("Anna"));
            throttle.record("anna ");
        }
        assert!(!throttle.allows("anna"));
        assert!(throttle.allows("bert"));
        throttle.clear("ANNA");
        assert!(throttle.allows("anna"));
    }
}
