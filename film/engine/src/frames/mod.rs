//! Video frames straight from pictures: 8-bit YUV 4:2:0, BT.709, limited range.
//!
//! A [`Shot`] is prepared once: the picture becomes three planes of 16-bit samples, brought to about the size
//! at which the camera sees them. A frame is then one walk over its rows, in which each row is resampled at
//! its exact place, captions are laid on it, another shot or black is blended in, and the result is dithered
//! to bytes. Grain against bands is strewn on the picture beforehand. Nothing is stored between these but a few rows, which stay in the processor's first cache.
//!
//! All arithmetic on frames is on integers, so the same inputs give the same bytes on every processor, and a
//! faster version of its inner loops for one of them can be proved against this one byte by byte.
//!
//! Between samples stands the cubic spline that goes through all of them. Its four weights are those of a B-spline, so
//! a frame costs no more than with the usual four-tap filters; what makes it pass through the samples is done once a
//! shot (Unser, "Splines: a perfect fit", 1999). Detail of four pixels' length is shown at most 0.007 of a pixel off
//! its place; with Catmull-Rom it is 0.045, by a different amount on every frame, and trembles.
//!
//! Samples are code values less 128, times 64, because the spline's coefficients overshoot: those of a white dot on
//! black by a factor of three. Two passes of resampling are off by at most an eighth of a code value, a fortieth as a
//! rule.

mod axis;
mod fire;
mod grain;
mod kernel;
mod layers;
mod overlay;
mod plane;
mod rows;
mod spline;
mod water;

use std::ops::Range;

use film_captions::{CaptionBitmap, Cue};
use film_painter::{Layers, Picture, Size};

use crate::error::FilmError;
use crate::motion::Camera;
use crate::timeline::{FrameRate, Mix};
use axis::{Axis, Block};
use kernel::Kernels;
use layers::{Depth, Sheets};
use overlay::PreparedOverlay;
use plane::{Channel, Plane};
use rows::Rows;

/// The sample of a code value.
fn sample(code: f32) -> i16 {
    ((code - MIDDLE) * ONE).round() as i16
}

/// The code value that is 0, so that samples use both signs.
const MIDDLE: f32 = 128.0;

/// One code value is 2 to this power in samples.
const CODE_BITS: u32 = 6;

/// One code value in samples.
const ONE: f32 = (1 << CODE_BITS) as f32;

/// Something drawn that stays in place while the camera moves: a caption, a highlighted word, a title.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay {
    /// What is drawn, and where in the frame.
    pub bitmap: CaptionBitmap,
    /// On which frames of the scene it shows.
    pub frames: Range<u32>,
    /// Frames over which it appears and disappears, within `frames`; 0 for at once.
    pub fade: u32,
}

impl Overlay {
    /// A caption while its cue lasts, appearing and disappearing over a tenth of a second. The cue's times count
    /// from the scene's first frame.
    pub fn caption(cue: &Cue, bitmap: CaptionBitmap, rate: FrameRate) -> Self {
        let frame = |ms: u32| u32::try_from(rate.frame_near_ms(u64::from(ms))).unwrap_or(u32::MAX);
        Self { bitmap, frames: frame(cue.start_ms)..frame(cue.end_ms), fade: rate.fps() / 10 }
    }
}

/// A picture, the camera over it and what lies on top, ready to give frames of one size.
///
/// Costs 0.05 to 0.08 CPU s to prepare at 1080p and holds 8 MB there (32 MB at 4K).
#[derive(Debug)]
pub struct Shot {
    size: Size,
    camera: Camera,
    planes: [Plane; 3],
    /// What stands before `planes`, if the picture is not all one plane.
    depth: Option<Box<Depth>>,
    overlays: Vec<PreparedOverlay>,
}

impl Shot {
    /// Prepares a shot. Overlays are laid on in their order.
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
    /// As [`Shot::new`].
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
        Ok(Self { size, camera, planes, depth: None, overlays })
    }

    /// Prepares a shot of a picture in planes, which move apart as the camera moves and live; `seed` decides how they
    /// live. A picture of one plane gives the same shot as [`new`](Self::new).
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
        let depth = Depth::new(picture, layers, (&camera, seed), (rate, size))?;
        let backdrop = Picture { rgb: first.behind.clone(), ..*picture };
        let shot = Self::new(&backdrop, layers::backdrop(&camera, layers), overlays, size)?;
        Ok(Self { depth: Some(Box::new(depth)), ..shot })
    }
}

/// Makes frames of one size. Holds the rows it works on, and no picture.
#[derive(Debug)]
pub struct Compositor {
    size: Size,
    kernels: Kernels,
    scene: Layer,
    next: Layer,
}

impl Compositor {
    /// A compositor for frames of one size.
    pub fn new(size: Size) -> Self {
        Self { size, kernels: Kernels::default(), scene: Layer::default(), next: Layer::default() }
    }

    /// Bytes of one frame: all of Y, then all of U, then all of V.
    pub fn frame_bytes(&self) -> usize {
        self.size.width as usize * self.size.height as usize * 3 / 2
    }

    /// Draws one frame of a scene into `out`. `next` is what [`Mix::Next`] blends in.
    ///
    /// Costs 0.04 to 0.05 CPU s a second of video at 1080p30, and as much again while two shots are blended.
    ///
    /// # Errors
    /// [`FilmError::Invalid`] if a shot was prepared for another size, if `next` is missing where the mix
    /// needs it, or if `out` has the wrong length.
    pub fn draw(
        &mut self,
        shot: &Shot,
        frame: u32,
        mix: Mix,
        next: Option<&Shot>,
        out: &mut [u8],
    ) -> Result<(), FilmError> {
        let blended = match (mix, next) {
            (Mix::Next { frame, share }, Some(next)) => Some((next, frame, kernel::weight(share))),
            (Mix::Next { .. }, None) => {
                return Err(FilmError::Invalid("a crossfade without a next scene".into()));
            }
            _ => None,
        };
        let darkness = if let Mix::Black { share } = mix { Some(kernel::weight(share)) } else { None };
        if shot.size != self.size || blended.is_some_and(|(next, ..)| next.size != self.size) {
            return Err(FilmError::Invalid("a shot was prepared for another frame size".into()));
        }
        if out.len() != self.frame_bytes() {
            return Err(FilmError::Invalid(format!("{} bytes are not a frame", out.len())));
        }

        let (luma, chroma) = out.split_at_mut(self.size.width as usize * self.size.height as usize);
        let (u, v) = chroma.split_at_mut(chroma.len() / 2);
        for (channel, bytes) in Channel::ALL.into_iter().zip([luma, u, v]) {
            let extent = channel.extent(self.size);
            self.scene.aim(shot, channel, frame, extent);
            if let Some((next, next_frame, _)) = blended {
                self.next.aim(next, channel, next_frame, extent);
            }
            for (y, row) in bytes.chunks_exact_mut(extent.width as usize).enumerate() {
                self.scene.draw_row(shot, channel, y);
                if let Some((next, _, weight)) = blended {
                    self.next.draw_row(next, channel, y);
                    self.kernels.mix(&mut self.scene.row, &self.next.row, weight);
                }
                if let Some(weight) = darkness {
                    self.kernels.mix_with(&mut self.scene.row, channel.black(), weight);
                }
                self.kernels.to_bytes(&self.scene.row, y, channel.legal(), row);
            }
        }
        Ok(())
    }
}

/// One shot while one plane of one frame is drawn.
#[derive(Debug, Default)]
struct Layer {
    kernels: Kernels,
    frame: u32,
    down: Axis,
    blocks: Vec<Block>,
    rows: Rows,
    sheets: Sheets,
    row: Vec<i16>,
}

impl Layer {
    fn aim(&mut self, shot: &Shot, channel: Channel, frame: u32, extent: Size) {
        let plane = &shot.planes[channel as usize];
        let (across, down) = channel.axes(shot.camera.view(frame), plane, shot.size);
        let padded = (extent.width as usize).next_multiple_of(axis::LANES);
        axis::plan(across, padded, plane.stride(), &mut self.blocks);
        self.rows.clear(padded);
        self.row.resize(padded, 0);
        if let Some(depth) = &shot.depth {
            self.sheets.aim(depth, channel, frame);
        }
        self.down = down;
        self.frame = frame;
    }

    /// Leaves the row in `self.row`.
    fn draw_row(&mut self, shot: &Shot, channel: Channel, y: usize) {
        let plane = &shot.planes[channel as usize];
        let (kernels, at) = (self.kernels, self.down.at(y));
        let mut backdrop = |row: &mut [i16]| self.rows.draw(kernels, plane, &self.blocks, at, row);
        match &shot.depth {
            None => backdrop(&mut self.row),
            Some(depth) => self.sheets.draw_row((depth, channel, y), kernels, &mut self.row, backdrop),
        }
        for overlay in &shot.overlays {
            overlay.lay_on(self.kernels, &mut self.row, channel, y, self.frame);
        }
    }
}

#[cfg(test)]
mod tests;
