//! Processor time, and comparisons that a busy machine does not spoil.

use anyhow::Result;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::sys::resource::{UsageWho, getrusage};
use nix::unistd::Pid;

/// Processor time of some work: user and system time of this process and of its children that have ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// Seconds in this process.
    pub(crate) own: f64,
    /// Seconds in children.
    pub(crate) children: f64,
}

impl Cost {
    /// Seconds in this process and its children together.
    pub(crate) fn cpu(self) -> f64 {
        self.own + self.children
    }
}

fn spent(who: UsageWho) -> Result<f64> {
    let usage = getrusage(who)?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}

/// Runs work and measures its processor time.
pub(crate) fn of<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Cost)> {
    let before = (spent(UsageWho::RUSAGE_SELF)?, spent(UsageWho::RUSAGE_CHILDREN)?);
    let result = work()?;
    let own = spent(UsageWho::RUSAGE_SELF)? - before.0;
    let children = spent(UsageWho::RUSAGE_CHILDREN)? - before.1;
    Ok((result, Cost { own, children }))
}

/// One of the alternatives that are compared.
pub(crate) type Side<'a> = &'a mut dyn FnMut() -> Result<()>;

/// Runs sides in turn, A B A B, and gives the median cost of each: whatever else the machine does, and however warm
/// its caches are, meets all of them alike.
pub(crate) fn interleaved<const N: usize>(rounds: u32, sides: [Side<'_>; N]) -> Result<[Cost; N]> {
    let costs = interleaved_all(rounds, sides.into())?;
    Ok(std::array::from_fn(|side| costs[side]))
}

/// [`interleaved`] for a number of sides that is known only at run time.
pub(crate) fn interleaved_all(rounds: u32, mut sides: Vec<Side<'_>>) -> Result<Vec<Cost>> {
    let mut costs = vec![Vec::new(); sides.len()];
    for _ in 0..rounds.max(1) {
        for (side, costs) in sides.iter_mut().zip(&mut costs) {
            costs.push(of(&mut **side)?.1);
        }
    }
    let median = |mut costs: Vec<Cost>| {
        costs.sort_by(|a, b| a.cpu().total_cmp(&b.cpu()));
        costs[costs.len() / 2]
    };
    Ok(costs.into_iter().map(median).collect())
}

/// Runs work pinned to one of the processors that this thread may use; child processes inherit that.
pub(crate) fn on_one_processor<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    let this = Pid::from_raw(0);
    let all = sched_getaffinity(this)?;
    let mut one = CpuSet::new();
    for processor in (0..CpuSet::count()).filter(|&processor| all.is_set(processor) == Ok(true)).take(1) {
        one.set(processor)?;
    }
    sched_setaffinity(this, &one)?;
    let done = work();
    sched_setaffinity(this, &all)?;
    done
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "test code")]
    use std::process::Command;

    use super::*;

    #[test]
    fn own_time_and_childrens_are_told_apart() {
        let ((), own) = of(|| {
            let sum = (0..20_000_000u64).fold(0, |sum, n| std::hint::black_box(sum ^ n));
            assert!(sum < u64::MAX);
            Ok(())
        })
        .unwrap();
        assert!(own.own > 0.0 && own.children == 0.0, "{own:?}");
        let busy = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done";
        let mut child = || {
            assert!(Command::new("/bin/sh").args(["-c", busy]).status()?.success());
            Ok(())
        };
        let [cost] = interleaved(1, [&mut child]).unwrap();
        assert!(cost.children > 0.005, "{cost:?}");
    }
}
