//! The progress of a job on standard error: bars on a terminal, lines elsewhere.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use client::Progress;
use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};

use crate::units;

/// The shortest time between two lines.
const LINE_INTERVAL: Duration = Duration::from_secs(3);
/// The time between two drawings of the bars. They are redrawn without news too, because the time left runs on.
const REDRAW_INTERVAL: Duration = Duration::from_millis(500);

const KIND_BAR: &str = "{prefix:>10}  {bar:32.green/dim}  {pos}/{len}";
const WHOLE_BAR: &str = "{prefix:>10}  {bar:32.cyan/dim}  {percent} %  {left}";

/// Shows the progress of one job from its start to its end.
pub(crate) enum Display {
    Bars(Bars),
    Lines(Lines),
}

impl Display {
    /// Bars if standard error is a terminal, else lines.
    pub(crate) fn new() -> Self {
        if std::io::stderr().is_terminal() {
            Self::Bars(Bars::new())
        } else {
            Self::Lines(Lines { said: None, text: String::new() })
        }
    }

    /// Shows the latest progress.
    pub(crate) fn show(&mut self, progress: &Progress) {
        match self {
            Self::Bars(bars) => bars.show(progress),
            Self::Lines(lines) => {
                if let Some(line) = lines.line(progress, Instant::now()) {
                    eprintln!("{line}");
                }
            }
        }
    }

    /// Leaves the bars on the screen as they are.
    pub(crate) fn end(self) {
        if let Self::Bars(bars) = self {
            bars.end();
        }
    }
}

/// A bar for each kind of step, and one for the whole job.
pub(crate) struct Bars {
    screen: MultiProgress,
    kinds: Vec<ProgressBar>,
    whole: ProgressBar,
    ready_at: Arc<Mutex<Option<Instant>>>,
}

impl Bars {
    fn new() -> Self {
        let ready_at = Arc::new(Mutex::new(None));
        let read = Arc::clone(&ready_at);
        let left = move |state: &ProgressState, into: &mut dyn std::fmt::Write| {
            let ready_at = *read.lock().unwrap_or_else(PoisonError::into_inner);
            let left = ready_at.map(|ready_at: Instant| ready_at.saturating_duration_since(Instant::now()));
            let text = left.filter(|_| !state.is_finished()).map(units::time_left).unwrap_or_default();
            // An error of the terminal is not worth ending the demo.
            into.write_str(&text).ok();
        };
        let style = style(WHOLE_BAR).with_key("left", left);
        let screen = MultiProgress::new();
        let whole = screen.add(ProgressBar::new(100).with_style(style).with_prefix("film"));
        whole.enable_steady_tick(REDRAW_INTERVAL);
        Self { screen, kinds: Vec::new(), whole, ready_at }
    }

    fn show(&mut self, progress: &Progress) {
        // The kinds of steps are known with the first answer.
        for kind in progress.kinds.iter().skip(self.kinds.len()) {
            let bar =
                ProgressBar::new(kind.total).with_style(style(KIND_BAR)).with_prefix(kind.kind.as_str());
            self.kinds.push(self.screen.insert_before(&self.whole, bar));
        }
        for (bar, kind) in self.kinds.iter().zip(&progress.kinds) {
            bar.set_length(kind.total);
            bar.set_position(kind.done);
        }
        let ready_at = progress.left_s.map(|left| Instant::now() + Duration::from_secs(left));
        *self.ready_at.lock().unwrap_or_else(PoisonError::into_inner) = ready_at;
        self.whole.set_position(progress.percent);
    }

    fn end(self) {
        for bar in &self.kinds {
            bar.abandon();
        }
        self.whole.abandon();
    }
}

fn style(template: &str) -> ProgressStyle {
    // The templates are constants that the test below parses.
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━╸─")
}

/// Lines, at most one every [`LINE_INTERVAL`].
pub(crate) struct Lines {
    said: Option<Instant>,
    text: String,
}

impl Lines {
    /// The next line; none if the last one is too recent or says the same.
    fn line(&mut self, progress: &Progress, now: Instant) -> Option<String> {
        let mut steps = String::new();
        for kind in &progress.kinds {
            // Writing to a string cannot fail.
            write!(steps, " · {} {}/{}", kind.kind.as_str(), kind.done, kind.total).ok();
        }
        let is_done = progress.percent >= 100;
        let too_soon = self.said.is_some_and(|said| now.duration_since(said) < LINE_INTERVAL);
        if steps == self.text || (too_soon && !is_done) {
            return None;
        }
        self.said = Some(now);
        self.text.clone_from(&steps);
        let left = progress.left_s.filter(|_| !is_done).map(Duration::from_secs);
        let left = left.map(|left| format!(" · {}", units::time_left(left))).unwrap_or_default();
        Some(format!("{:>3} %{steps}{left}", progress.percent))
    }
}

#[cfg(test)]
mod tests {
    use client::{KindProgress, StepKind};
    use indicatif::ProgressDrawTarget;

    use super::*;

    fn progress(percent: u64, done: u64) -> Progress {
        let kinds = StepKind::ALL.map(|kind| KindProgress { kind, total: 4, done }).to_vec();
        Progress { percent, left_s: Some(90), kinds }
    }

    #[test]
    fn lines_come_seldom_and_only_with_news() {
        let mut lines = Lines { said: None, text: String::new() };
        let start = Instant::now();
        let first = lines.line(&progress(25, 1), start).unwrap();
        assert_eq!(
            first,
            " 25 % · image 1/4 · narration 1/4 · clip 1/4 · soundtrack 1/4 · stitch 1/4 · about 2 min left"
        );
        assert_eq!(lines.line(&progress(50, 2), start + LINE_INTERVAL / 2), None, "too soon");
        assert!(lines.line(&progress(50, 2), start + LINE_INTERVAL).is_some());
        assert_eq!(lines.line(&progress(50, 2), start + LINE_INTERVAL * 9), None, "nothing new");
        assert!(lines.line(&progress(100, 4), start + LINE_INTERVAL).unwrap().starts_with("100 %"));
    }

    #[test]
    fn bars_follow_the_job() {
        let mut bars = Bars::new();
        bars.screen.set_draw_target(ProgressDrawTarget::hidden());
        bars.show(&progress(25, 1));
        bars.show(&progress(50, 2));
        let positions: Vec<u64> = bars.kinds.iter().map(ProgressBar::position).collect();
        assert_eq!((positions, bars.whole.position()), (vec![2; 5], 50));
        bars.end();
    }

    #[test]
    fn the_templates_are_sound() {
        for template in [KIND_BAR, WHOLE_BAR] {
            ProgressStyle::with_template(template).unwrap();
        }
    }
}
