//! Progress bars on a terminal; nothing if standard error is not one.

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::RenderError;

/// A progress bar for one stage of the work.
pub(crate) fn bar(name: &'static str, length: u64, unit: &str) -> ProgressBar {
    let bar = ProgressBar::new(length).with_prefix(name);
    let template = format!("{{prefix:>10}}  {{bar:32.green/dim}}  {{pos}}/{{len}} {unit}  {{eta}}");
    // The template is a constant but for the unit; were it wrong, a plainer bar is shown.
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style.progress_chars("━━─"));
    }
    bar
}

/// Runs a stage that consists of one step, and shows it.
pub(crate) fn step<T>(
    name: &'static str,
    work: impl FnOnce() -> Result<T, RenderError>,
) -> Result<T, RenderError> {
    let bar = bar(name, 1, "");
    bar.tick();
    let result = work()?;
    bar.finish();
    Ok(result)
}
