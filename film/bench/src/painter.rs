//! What pictures cost: every kind at 1080p, and the dearest of them at 4K.

use anyhow::Result;
use film_painter::{SceneKind, Size};

use crate::figures::Figures;
use crate::setup::Setup;
use crate::{cost, fixtures, table};

/// How many kinds are painted at 4K: those that cost most at 1080p.
const LARGE: usize = 3;

/// `painter_1080p_cpu_s` is the mean over all kinds; `painter_1080p_worst_cpu_s` and `painter_4k_worst_cpu_s` are those
/// of the dearest kind.
pub(crate) fn run(setup: &Setup, figures: &mut Figures) -> Result<()> {
    let paint = |kind, width, height| {
        let mut once = || {
            std::hint::black_box(fixtures::painted(kind, Size { width, height }));
            Ok(())
        };
        cost::interleaved(setup.rounds, [&mut once]).map(|[cost]| cost.cpu())
    };
    let mut kinds = Vec::new();
    for kind in SceneKind::ALL {
        kinds.push((kind, paint(kind, 1920, 1080)?));
    }
    kinds.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mean = kinds.iter().map(|(_, seconds)| seconds).sum::<f64>() / kinds.len() as f64;
    let mut rows = Vec::new();
    let mut largest = 0.0_f64;
    for (index, (kind, seconds)) in kinds.iter().enumerate() {
        let large = if index < LARGE { Some(paint(*kind, 3840, 2160)?) } else { None };
        largest = largest.max(large.unwrap_or_default());
        let large = large.map_or_else(String::new, |seconds| format!("{seconds:.2}"));
        rows.push(vec![kind.name().to_owned(), format!("{seconds:.2}"), large]);
    }
    rows.push(vec!["mean".to_owned(), format!("{mean:.2}"), String::new()]);
    table::print("Pictures, CPU s each", &["kind", "1920 × 1080", "3840 × 2160"], &rows);
    figures.set("painter_1080p_cpu_s", mean);
    figures.set("painter_1080p_worst_cpu_s", kinds.first().map_or(0.0, |(_, seconds)| *seconds));
    figures.set("painter_4k_worst_cpu_s", largest);
    Ok(())
}
