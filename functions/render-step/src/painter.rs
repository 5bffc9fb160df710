//! The painter, at the end of every chain.

use film_painter::{Brief, Illustrator, IllustratorError, Painter, Picture, Size};

/// Paints on a thread that may block: a picture takes two to three seconds of a core, in which the lease of the step
/// must be renewed.
#[derive(Clone, Copy, Debug)]
pub struct OffThreadPainter;

#[async_trait::async_trait]
impl Illustrator for OffThreadPainter {
    fn name(&self) -> &'static str {
        Painter.name()
    }

    async fn illustrate(&self, brief: &Brief, size: Size) -> Result<Picture, IllustratorError> {
        let brief = brief.clone();
        let runtime = tokio::runtime::Handle::current();
        let painted =
            tokio::task::spawn_blocking(move || runtime.block_on(Painter.illustrate(&brief, size))).await;
        painted.unwrap_or_else(|error| {
            // It panicked, and will again: the same brief is painted the same way.
            Err(IllustratorError::Rejected { provider: Painter.name(), reason: error.to_string() })
        })
    }
}
