//! How long steps of a kind usually take, to tell a step that is stuck from one that has much to do.

use std::time::Duration;

use cloud::table::Update;
use serde::{Deserialize, Serialize};

use crate::step::Step;
use crate::step_kind::StepKind;

/// A step is slow when it has taken this many times the 95th percentile of its kind. A second worker then tries too.
const SLOW_FACTOR: u64 = 3;

/// Steps of a kind that must have been measured before any is called slow.
const SEEN_AT_LEAST: u64 = 20;

/// No step is called slow before this: a second worker would cost more than it could save.
const SLOW_AT_LEAST: Duration = Duration::from_secs(10);

/// The step of the estimate, in per cent: it moves up by nineteen twentieths of it when a step took longer,
/// down by one twentieth when it did not, and so stands still where one step in twenty takes longer (frugal
/// streaming: Ma, Muthukrishnan and Sandler 2013).
const STRIDE: u64 = 20;

macro_rules! estimates {
    ($($kind:ident: $p95:ident, $seen:ident;)+) => {
        /// For each kind the 95th percentile of what a step takes, in milliseconds a unit of work, and how
        /// many were seen. A unit is a second of speech or film; a picture is one.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub(super) struct DurationEstimates {
            $($p95: u64, $seen: u64,)+
        }

        impl DurationEstimates {
            const fn of(&self, kind: StepKind) -> (u64, u64) {
                match kind { $(StepKind::$kind => (self.$p95, self.$seen),)+ }
            }

            const fn attributes(kind: StepKind) -> (&'static str, &'static str) {
                match kind { $(StepKind::$kind => (stringify!($p95), stringify!($seen)),)+ }
            }
        }
    };
}

estimates! {
    Image: image_p95, image_seen;
    Narration: narration_p95, narration_seen;
    Clip: clip_p95, clip_seen;
    Soundtrack: soundtrack_p95, soundtrack_seen;
    Stitch: stitch_p95, stitch_seen;
}

impl DurationEstimates {
    /// The time after which a step is slow; none while fewer than [`SEEN_AT_LEAST`] were measured.
    pub(super) fn slow_after(&self, step: &Step) -> Option<Duration> {
        let (p95, seen) = self.of(step.input.kind());
        let slow = Duration::from_millis(SLOW_FACTOR * p95.max(1) * work_units(step));
        (seen >= SEEN_AT_LEAST).then_some(slow.max(SLOW_AT_LEAST))
    }

    /// Adds to the update of the tenant's slots that a step took `ran_ms`. Workers that finish at the same moment may
    /// overwrite each other's value, which an estimate can bear.
    pub(super) fn observe(&self, slots: Update, step: &Step, ran_ms: u64) -> Update {
        let kind = step.input.kind();
        let (p95, _) = self.of(kind);
        let unit_ms = (ran_ms / work_units(step)).max(1);
        let (p95_attribute, seen_attribute) = Self::attributes(kind);
        slots.set(p95_attribute, next_estimate(p95, unit_ms)).add(seen_attribute, 1)
    }
}

/// The estimate after one more step, which took `unit_ms` for each unit of work. The first step counts twice its time.
fn next_estimate(p95: u64, unit_ms: u64) -> u64 {
    match (p95, unit_ms) {
        (0, first) => first * 2,
        (p95, unit_ms) if unit_ms > p95 => p95 + (p95 * STRIDE * 19).div_ceil(2000),
        (p95, _) => (p95 - (p95 * STRIDE).div_ceil(2000)).max(1),
    }
}

fn work_units(step: &Step) -> u64 {
    step.estimate_ms.div_ceil(1000).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_finds_the_slowest_twentieth() {
        // 1..=1000 in an order that knows nothing of size.
        let durations = (1..=20_000_u64).map(|i| i * 7919 % 1000 + 1);
        let mut p95 = 0;
        let mut seen = Vec::new();
        for (i, unit_ms) in durations.enumerate() {
            p95 = next_estimate(p95, unit_ms);
            if i > 1000 {
                seen.push(p95);
            }
        }
        seen.sort_unstable();
        let median = seen[seen.len() / 2];
        assert!((850..=1050).contains(&median), "{median}");
    }

    #[test]
    fn a_faster_machine_is_learned_too() {
        let mut p95 = 10_000;
        for _ in 0..500 {
            p95 = next_estimate(p95, 1000);
        }
        assert!((900..1300).contains(&p95), "{p95}");
    }
}
