//! The embedded painter as the last provider of the chain for pictures.

use film_painter::{Brief, Size, paint};
use providers::{ImageError, ImageProvider, ImageRequest, Picture};

/// The painter's name in receipts.
pub(crate) const NAME: &str = "painter";

/// The longest side that is painted, in pixels: twice 4K UHD.
const LONGEST_SIDE: u32 = 7680;

/// Paints on the pool of blocking threads: a picture takes two to three seconds of a core, during which the lease of the
/// step must be renewed.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddedPainter;

#[async_trait::async_trait]
impl ImageProvider for EmbeddedPainter {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn generate(&self, request: &ImageRequest) -> Result<Picture, ImageError> {
        let size = Size { width: request.width, height: request.height };
        if size.width == 0 || size.height == 0 || size.width.max(size.height) > LONGEST_SIDE {
            let reason = format!("{} × {} pixels is outside 1..={LONGEST_SIDE}", size.width, size.height);
            return Err(ImageError::Rejected { provider: NAME, reason });
        }
        let brief = brief(request);
        let painted = tokio::task::spawn_blocking(move || paint(&brief, size)).await;
        match painted {
            Ok(film_painter::Picture { size, rgb, focus }) => {
                Ok(Picture { width: size.width, height: size.height, rgb, focus })
            }
            // A panic, which would happen again: the same request is always painted the same way.
            Err(error) => Err(ImageError::Rejected { provider: NAME, reason: error.to_string() }),
        }
    }
}

/// What the painter paints for a request.
pub(crate) fn brief(request: &ImageRequest) -> Brief {
    Brief {
        prompt: request.prompt.clone(),
        keywords: request.keywords.clone(),
        tradition: request.tradition,
        film_seed: request.film_seed,
        scene_seed: request.scene_seed,
    }
}

#[cfg(test)]
mod tests {
    use film_vocabulary::Tradition;

    use super::*;

    #[tokio::test]
    async fn a_picture_has_the_requested_size_and_impossible_sizes_are_rejected() {
        let request = |width, height| ImageRequest {
            prompt: "Still waters".to_owned(),
            keywords: vec!["water".to_owned()],
            tradition: Tradition::Universal,
            film_seed: 1,
            scene_seed: 2,
            width,
            height,
        };
        let picture = EmbeddedPainter.generate(&request(32, 18)).await.unwrap();
        assert_eq!((picture.width, picture.height, picture.rgb.len()), (32, 18, 32 * 18 * 3));
        for (width, height) in [(0, 18), (32, 0), (7681, 18)] {
            let refused = EmbeddedPainter.generate(&request(width, height)).await;
            assert!(matches!(refused, Err(ImageError::Rejected { provider: "painter", .. })));
        }
    }
}
