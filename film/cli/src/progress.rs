//! Bars on a terminal; nothing where nobody watches.

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::RenderError;

/// One stage of the work.
pub(crate) fn bar(name: &'static str, length: u64, unit: &str) -> ProgressBar {
    let bar = ProgressBar::new(length).with_prefix(name);
    let template = format!("{{prefix:>10}}  {{bar:32.green/dim}}  {{pos}}/{{len}} {unit}  {{eta}}");
    // The template is a constant but for the unit; were it wrong, a plainer bar is shown.
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style.progress_chars("━━─"));
    }
    bar
}

/// Shows a stage that has one step.
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
