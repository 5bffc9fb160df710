//! A picture under a moving camera, prepared once for all its frames.

use film_painter::{Layers, Picture, Size};

use crate::error::FilmError;
use crate::frames::grain;
use crate::frames::layers::{self, PreparedLayers};
use crate::frames::overlay::{Overlay, PreparedOverlay};
use crate::frames::plane::{Channel, Plane};
use crate::motion::Camera;
use crate::timeline::FrameRate;

/// A picture, the camera over it and its overlays, prepared for frames of one size.
///
/// Costs 0.05 to 0.08 CPU s to prepare at 1080p and holds 8 MB there (32 MB at 4K).
#[derive(Debug)]
pub struct Shot {
    pub(super) size: Size,
    pub(super) camera: Camera,
    pub(super) planes: [Plane; 3],
    /// The planes in front of the backdrop, for a picture in several planes.
    pub(super) layers: Option<Box<PreparedLayers>>,
    pub(super) overlays: Vec<PreparedOverlay>,
}

impl Shot {
    /// Prepares a shot. Overlays are blended in their order.
    ///
    /// # Errors
    /// [`FilmError::Invalid`] if the frame's sides are odd or below 16, if the picture's bytes do not fit its
    /// size, or if an overlay leaves the frame.
    pub fn new(
        picture: &Picture,
        camera: Camera,
        overlays: &[Overlay],
        size: Size,
    ) -> Result<Self, FilmError> {
        Self::with_grain(picture, camera, overlays, size, grain::STRENGTH)
    }

    /// Prepares a shot whose grain has another strength: the root of its mean square, in code values. At 0.0 the frames
    /// are the picture and nothing else, which is what they must be to be compared with it.
    ///
    /// # Errors
    /// As [`Shot::new`]: [`FilmError::Invalid`] for a size, picture or overlay that does not fit.
    pub fn with_grain(
        picture: &Picture,
        camera: Camera,
        overlays: &[Overlay],
        size: Size,
        grain: f32,
    ) -> Result<Self, FilmError> {
        if size.width < 16 || size.height < 16 || size.width % 2 == 1 || size.height % 2 == 1 {
            return Err(FilmError::Invalid(format!(
                "a frame of {}×{} pixels: sides must be even and at least 16",
                size.width, size.height
            )));
        }
        let Size { width, height } = picture.size;
        if width == 0 || height == 0 || picture.rgb.len() != width as usize * height as usize * 3 {
            return Err(FilmError::Invalid(format!(
                "a picture of {width}×{height} pixels does not have {} bytes",
                picture.rgb.len()
            )));
        }
        let planes = Channel::ALL.map(|channel| Plane::from_picture(picture, channel, &camera, size, grain));
        let overlays = overlays.iter().map(|o| PreparedOverlay::new(o, size)).collect::<Result<_, _>>()?;
        Ok(Self { size, camera, planes, layers: None, overlays })
    }

    /// Prepares a shot of a picture in planes, which move at different speeds as the camera moves and are animated; `seed` decides
    /// the animation. A picture of one plane gives the same shot as [`new`](Self::new).
    ///
    /// Costs 0.15 CPU s more a sheet at 1080p, and holds 13 MB more for each.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`FilmError::Invalid`] if planes are not of the picture's size.
    pub fn layered(
        (picture, layers): (&Picture, &Layers),
        (camera, seed): (Camera, u64),
        rate: FrameRate,
        overlays: &[Overlay],
        size: Size,
    ) -> Result<Self, FilmError> {
        let Some(first) = layers.sheets.first() else {
            return Self::new(picture, camera, overlays, size);
        };
        let prepared = PreparedLayers::new(picture, layers, (&camera, seed), (rate, size))?;
        let backdrop = Picture { rgb: first.behind.clone(), ..*picture };
        let shot = Self::new(&backdrop, layers::backdrop(&camera, layers), overlays, size)?;
        Ok(Self { layers: Some(Box::new(prepared)), ..shot })
    }
}
