//! Time of one conversion: the deadline and the milliseconds by phase.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::limits::Limits;
use crate::refusal::{Refusal, RefusalKind};

/// Runs from the call to the end of one conversion.
pub(crate) struct Clock {
    start: Instant,
    phase: Instant,
    deadline: Instant,
    pub(crate) ms: BTreeMap<String, f64>,
}

impl Clock {
    pub(crate) fn start(limits: &Limits) -> Self {
        let now = Instant::now();
        // A year is for ever, and cannot overflow the clock.
        let seconds = limits.seconds.min(365 * 24 * 3600);
        Self {
            start: now,
            phase: now,
            deadline: now + Duration::from_secs(seconds),
            ms: BTreeMap::new(),
        }
    }

    /// Ends a phase: records the time since the last phase ended.
    pub(crate) fn phase(&mut self, name: &str) {
        let now = Instant::now();
        let spent = millis(now - self.phase);
        *self.ms.entry(name.to_owned()).or_default() += spent;
        self.phase = now;
    }

    /// Records a moment: the time since the call.
    pub(crate) fn moment(&mut self, name: &str) {
        self.ms
            .insert(name.to_owned(), millis(self.start.elapsed()));
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }
}

/// Milliseconds with three decimals.
pub(crate) fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// Refuses when the deadline has passed.
pub(crate) fn check(deadline: Instant) -> Result<(), Refusal> {
    if Instant::now() > deadline {
        return Err(Refusal::new(
            RefusalKind::Timeout,
            "the conversion took longer than allowed",
        ));
    }
    Ok(())
}
