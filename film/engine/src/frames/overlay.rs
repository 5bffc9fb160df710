//! Captions and titles, converted once to the video's own planes.

use std::ops::Range;

use film_captions::{CaptionBitmap, Cue};
use film_painter::Size;

use crate::error::FilmError;
use crate::frames::kernel::{self, Kernels};
use crate::frames::plane::Channel;
use crate::frames::sample::{MIDDLE, ONE};
use crate::timeline::FrameRate;

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

/// An overlay as premultiplied samples of each channel.
#[derive(Debug)]
pub(super) struct PreparedOverlay {
    frames: Range<u32>,
    fade: u32,
    planes: [OverlayPlane; 3],
}

#[derive(Debug)]
struct OverlayPlane {
    x: usize,
    y: usize,
    width: usize,
    /// Samples multiplied by their coverage.
    drawn: Vec<i16>,
    /// 1 − coverage, in units of [`kernel::weight`].
    kept: Vec<i16>,
}

impl PreparedOverlay {
    pub(super) fn new(overlay: &Overlay, frame: Size) -> Result<Self, FilmError> {
        let bitmap = &overlay.bitmap;
        let CaptionBitmap { x, y, width, height, .. } = *bitmap;
        let inside = x.checked_add(width).is_some_and(|right| right <= frame.width)
            && y.checked_add(height).is_some_and(|bottom| bottom <= frame.height);
        if !inside {
            return Err(FilmError::Invalid(format!(
                "a caption of {width}×{height} pixels at {x}, {y} leaves the frame of {}×{}",
                frame.width, frame.height
            )));
        }
        if [x, y, width, height].iter().any(|n| n % 2 == 1) {
            return Err(FilmError::Invalid("a caption's edges must lie on even pixels".into()));
        }
        if bitmap.rgba.len() != width as usize * height as usize * 4 {
            return Err(FilmError::Invalid(format!(
                "a caption of {width}×{height} pixels does not have {} bytes",
                bitmap.rgba.len()
            )));
        }
        let planes = Channel::ALL.map(|channel| OverlayPlane::new(bitmap, channel));
        Ok(Self { frames: overlay.frames.clone(), fade: overlay.fade, planes })
    }

    /// Blends the overlay's part of row `y` over a row of the frame, if it has one.
    pub(super) fn blend_row(
        &self,
        kernels: Kernels,
        row: &mut [i16],
        channel: Channel,
        y: usize,
        frame: u32,
    ) {
        let plane = &self.planes[channel as usize];
        let Some(inside) = y.checked_sub(plane.y) else { return };
        let from = inside * plane.width;
        let (Some(drawn), Some(kept)) =
            (plane.drawn.get(from..from + plane.width), plane.kept.get(from..from + plane.width))
        else {
            return;
        };
        let opacity = self.opacity(frame);
        if opacity > 0 {
            kernels.overlay(&mut row[plane.x..plane.x + plane.width], drawn, kept, opacity);
        }
    }

    /// Opacity of the overlay on a frame: it rises and falls over the fade.
    fn opacity(&self, frame: u32) -> i16 {
        if !self.frames.contains(&frame) {
            return 0;
        }
        let from_edge = (frame - self.frames.start).min(self.frames.end - 1 - frame);
        kernel::weight((f64::from(from_edge) + 1.0) / (f64::from(self.fade) + 1.0))
    }
}

impl OverlayPlane {
    fn new(bitmap: &CaptionBitmap, channel: Channel) -> Self {
        let (width, height) = (bitmap.width as usize, bitmap.height as usize);
        let pixel = |x: usize, y: usize| {
            let at = (y * width + x) * 4;
            let [r, g, b, a] = [0, 1, 2, 3].map(|i| f32::from(bitmap.rgba[at + i]));
            let coverage = a / 255.0;
            ((channel.code(r, g, b) - MIDDLE) * ONE * coverage, coverage)
        };
        let shrink = if channel == Channel::Luma { 1 } else { 2 };
        let (columns, rows) = (width / shrink, height / shrink);
        let mut drawn = Vec::with_capacity(columns * rows);
        let mut kept = Vec::with_capacity(columns * rows);
        for y in 0..rows {
            for x in 0..columns {
                let (drawn_here, coverage) = if channel == Channel::Luma {
                    pixel(x, y)
                } else {
                    // H.264's chroma samples stand in the middle of every other luma column, and between
                    // two luma rows: weights 1 2 1 across and 1 1 down.
                    let mut sum = (0.0, 0.0);
                    for (column, weight) in
                        [((2 * x).saturating_sub(1), 0.125), (2 * x, 0.25), (2 * x + 1, 0.125)]
                    {
                        for row in [2 * y, 2 * y + 1] {
                            let (colour, coverage) = pixel(column, row);
                            sum.0 += colour * weight;
                            sum.1 += coverage * weight;
                        }
                    }
                    sum
                };
                drawn.push(drawn_here.round() as i16);
                kept.push(kernel::weight(f64::from(1.0 - coverage)));
            }
        }
        Self { x: bitmap.x as usize / shrink, y: bitmap.y as usize / shrink, width: columns, drawn, kept }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frames::sample::sample;

    fn white(x: u32, y: u32) -> Overlay {
        let bitmap = CaptionBitmap { x, y, width: 8, height: 4, rgba: [255; 8 * 4 * 4].to_vec() };
        Overlay { bitmap, frames: 10..20, fade: 3 }
    }

    #[test]
    fn fades_at_both_ends() {
        let overlay = PreparedOverlay::new(&white(2, 2), Size { width: 32, height: 32 }).unwrap();
        let opacities: Vec<i16> = (9..21).map(|f| overlay.opacity(f)).collect();
        let (q, full) = (4096, 16384);
        let wanted = [0, q, 2 * q, 3 * q, full, full, full, full, 3 * q, 2 * q, q, 0];
        assert_eq!(opacities, wanted);
    }

    #[test]
    fn covers_exactly_its_own_pixels() {
        let overlay = PreparedOverlay::new(&white(2, 2), Size { width: 32, height: 32 }).unwrap();
        for y in 0..32 {
            let mut row = [sample(50.0); 32];
            overlay.blend_row(Kernels::default(), &mut row, Channel::Luma, y, 15);
            for (x, found) in row.iter().enumerate() {
                let covered = (2..10).contains(&x) && (2..6).contains(&y);
                assert_eq!(*found, sample(if covered { 235.0 } else { 50.0 }), "{x} {y}");
            }
        }
    }

    #[test]
    fn refuses_what_leaves_the_frame() {
        let error = PreparedOverlay::new(&white(26, 2), Size { width: 32, height: 32 }).unwrap_err();
        assert!(error.to_string().contains("leaves the frame"), "{error}");
    }
}
