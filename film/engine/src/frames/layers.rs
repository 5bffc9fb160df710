//! Shots of pictures in several planes (sheets), each with the camera's move as it is seen at its distance (parallax).
//!
//! A sheet holds its own light, multiplied by its mask, and the mask. Both are resampled alike, so that a frame is
//! `sheet + behind × (1 − mask)` at every distance, and edges are as fine as the picture's. With the camera at rest
//! that gives back the picture itself, whatever the mask: a sheet's light is found as what the picture is more than
//! what is behind it, as far as it shows.
//!
//! Frames cost two and a half times (two sheets) to seven times (four, a forest) what those of a flat picture do: up to
//! 0.65 CPU s a second of 1080p30, of which half is spent resampling across.
//!
//! Rows on which a sheet is transparent are skipped, and where it is opaque, what is behind it is not drawn.

use film_painter::{Layers, Picture, SheetMotion, Size};

use crate::error::FilmError;
use crate::frames::axis::{self, Axis, Block};
use crate::frames::firelight::{Fires, Gains};
use crate::frames::grain;
use crate::frames::kernel::{Kernels, TRANSPARENT};
use crate::frames::plane::{self, Channel, Plane};
use crate::frames::row_cache::RowCache;
use crate::frames::sample::{MIDDLE, ONE};
use crate::frames::water::Ripple;
use crate::motion::{Camera, View};
use crate::rng::SeededRng;
use crate::timeline::FrameRate;

/// The planes of a shot in front of its backdrop, with their animation.
#[derive(Debug)]
pub(super) struct PreparedLayers {
    sheets: Vec<PreparedSheet>,
    fires: Fires,
    /// The camera's move as it is seen on the plane of the subject.
    camera: Camera,
    rate: FrameRate,
    frame: Size,
}

#[derive(Debug)]
struct PreparedSheet {
    camera: Camera,
    /// Light × mask, about the middle of the code values.
    planes: [Plane; 3],
    /// The mask at the resolution of luma, and at that of colour.
    masks: [Plane; 2],
    coverage: [Vec<Coverage>; 2],
    ripple: Option<Ripple>,
}

/// How much a row of a sheet hides of what is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coverage {
    None,
    Partial,
    Full,
}

/// Rows above and below the four of a resampled one that still reach it through the spline's coefficients: by
/// less than a thousandth.
const SPLINE_MARGIN: usize = 5;

/// The move as it is seen on what has nothing behind it.
pub(super) fn backdrop(camera: &Camera, layers: &Layers) -> Camera {
    camera.clone().at_nearness(layers.backdrop.nearness())
}

/// Speed of clouds in picture widths a second: four pixels a second at 1080p.
const CLOUD_SPEED: f64 = 0.002;

/// How far clouds drift in a scene at most, in picture widths: they are enlarged by as much, which must not be seen.
const MAX_CLOUD_DRIFT: f64 = 0.03;

/// How far clouds drift in a scene of so many seconds, in picture widths; to the left below 0.
fn drift(seconds: f64, seed: &mut SeededRng) -> f64 {
    let far = (CLOUD_SPEED * seconds).min(MAX_CLOUD_DRIFT);
    if seed.unit() < 0.5 { -far } else { far }
}

impl PreparedLayers {
    pub(super) fn new(
        picture: &Picture,
        layers: &Layers,
        (camera, seed): (&Camera, u64),
        (rate, frame): (FrameRate, Size),
    ) -> Result<Self, FilmError> {
        let pixels = picture.rgb.len() / 3;
        if layers.sheets.iter().any(|s| s.behind.len() != pixels * 3 || s.mask.len() != pixels) {
            return Err(FilmError::Invalid("a picture's planes are not of its size".into()));
        }
        let mut seed = SeededRng::new(seed ^ 0x6c69_6665);
        let seconds = f64::from(camera.frames()) / f64::from(rate.fps());
        let drift = drift(seconds, &mut seed);
        let mut sheets = Vec::with_capacity(layers.sheets.len());
        for (index, sheet) in layers.sheets.iter().enumerate() {
            let with = layers.sheets.get(index + 1).map_or(&picture.rgb, |next| &next.behind);
            let own = camera.clone().at_nearness(sheet.distance.nearness());
            let (own, ripple) = match sheet.motion {
                SheetMotion::Still => (own, None),
                SheetMotion::Drift => (own.drifting(drift), None),
                SheetMotion::Ripple { shore } => (own, Some(Ripple::new(shore, picture.size, &mut seed))),
            };
            let size = (picture.size.width as usize, picture.size.height as usize);
            let light = (with.as_slice(), sheet.behind.as_slice());
            sheets.push(PreparedSheet::new(light, &sheet.mask, size, own, ripple, frame));
        }
        let fires = Fires::new(&layers.flames, &mut seed);
        Ok(Self { sheets, fires, camera: camera.clone(), rate, frame })
    }
}

impl PreparedSheet {
    fn new(
        (with, behind): (&[u8], &[u8]),
        mask: &[u8],
        size: (usize, usize),
        camera: Camera,
        ripple: Option<Ripple>,
        frame: Size,
    ) -> Self {
        let share = |mask: u8| f32::from(mask) / 255.0;
        let masks = [Channel::Luma, Channel::Blue].map(|channel| {
            plane::resize_for_camera(
                mask.iter().map(|&mask| share(mask)).collect(),
                size,
                channel,
                &camera,
                frame,
            )
        });
        let mut light = Channel::ALL.map(|channel| {
            let own = channel.codes(with).zip(channel.codes(behind)).zip(mask);
            let own = own.map(|((with, behind), &mask)| with - (behind - MIDDLE) * (1.0 - share(mask)));
            plane::resize_for_camera(own.collect(), size, channel, &camera, frame)
        });
        let (luma, width, height) = &mut light[0];
        let mut grain = vec![0.0; *width * *height];
        grain::add(&mut grain, *width, frame, grain::STRENGTH);
        luma.iter_mut()
            .zip(grain.iter().zip(&masks[0].0))
            .for_each(|(code, (grain, mask))| *code += grain * mask);
        let [luma, blue, red] = light.each_ref().map(|(codes, width, _)| codes.chunks_exact(*width));
        let [fine, coarse] = masks.each_ref().map(|(mask, width, _)| mask.chunks_exact(*width));
        let coverage = [
            fine.zip(luma).map(|(mask, luma)| coverage(mask, [luma, luma])).collect(),
            coarse.zip(blue.zip(red)).map(|(mask, (blue, red))| coverage(mask, [blue, red])).collect(),
        ];
        let planes = light.map(|(codes, width, height)| Plane::new(width, height, &codes));
        let masks = masks.map(|(mut mask, width, height)| {
            // As code values: nothing is TRANSPARENT, all its negative.
            let nothing = f32::from(TRANSPARENT) / ONE;
            mask.iter_mut().for_each(|share| *share = MIDDLE + nothing * (1.0 - 2.0 * *share));
            Plane::new(width, height, &mask)
        });
        Self { camera, planes, masks, coverage, ripple }
    }

    /// A place among the sheet's rows as a fraction of its height.
    fn row(&self, channel: Channel, at: f64) -> f64 {
        (at + 0.5) / self.planes[channel as usize].height() as f64
    }

    /// What the sheet hides on a row that lies at a place among its own.
    fn coverage_at(&self, channel: Channel, at: f64) -> Coverage {
        let rows = &self.coverage[usize::from(channel != Channel::Luma)];
        let last = rows.len() as f64 - 1.0;
        let from = (at.floor() - 1.0 - SPLINE_MARGIN as f64).clamp(0.0, last) as usize;
        let to = (at.floor() + 2.0 + SPLINE_MARGIN as f64).clamp(0.0, last) as usize;
        let first = rows[from];
        if rows[from..=to].iter().all(|row| *row == first) { first } else { Coverage::Partial }
    }
}

/// How much a row hides, from its mask and its light in two channels.
fn coverage(mask: &[f32], light: [&[f32]; 2]) -> Coverage {
    /// Less than a 512th is not seen.
    const TRACE: f32 = 1.0 / 512.0;
    let dark = |light: &[f32]| light.iter().all(|&code| (code - MIDDLE).abs() < 256.0 * TRACE);
    if mask.iter().all(|&m| m < TRACE) && light.into_iter().all(dark) {
        Coverage::None
    } else if mask.iter().all(|&m| m > 1.0 - TRACE) {
        Coverage::Full
    } else {
        Coverage::Partial
    }
}

/// The planes of a shot while one channel of one frame is drawn.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    sheets: Vec<SheetRows>,
    gains: Gains,
    glints: Vec<i16>,
    drawn: Vec<i16>,
    mask: Vec<i16>,
}

#[derive(Debug, Default)]
struct SheetRows {
    down: Axis,
    view: View,
    /// Seconds from the scene's beginning.
    time: f64,
    blocks: Vec<Block>,
    light: RowCache,
    mask: RowCache,
}

impl Sheets {
    pub(super) fn begin_frame(&mut self, layers: &PreparedLayers, channel: Channel, frame: u32) {
        let size = layers.frame;
        let padded = (channel.extent(size).width as usize).next_multiple_of(axis::LANES);
        let time = f64::from(frame) / f64::from(layers.rate.fps());
        self.sheets.resize_with(layers.sheets.len(), SheetRows::default);
        self.drawn.resize(padded, 0);
        self.mask.resize(padded, 0);
        for (rows, sheet) in self.sheets.iter_mut().zip(&layers.sheets) {
            let plane = &sheet.planes[channel as usize];
            let view = sheet.camera.view(frame);
            let (across, down) = channel.axes(view, plane, size);
            axis::plan_blocks(across, padded, plane.stride(), &mut rows.blocks);
            rows.light.reset(padded);
            rows.mask.reset(padded);
            (rows.down, rows.view, rows.time) = (down, view, time);
        }
        if channel == Channel::Luma {
            layers.fires.update_gains(layers.camera.view(frame), size, time, &mut self.gains);
        }
    }

    /// Draws a row: `backdrop` draws what is behind all sheets, if any of it is to be seen.
    pub(super) fn draw_row(
        &mut self,
        (layers, channel, y): (&PreparedLayers, Channel, usize),
        kernels: Kernels,
        row: &mut [i16],
        backdrop: impl FnOnce(&mut [i16]),
    ) {
        let places: Vec<(f64, Coverage)> = self
            .sheets
            .iter()
            .zip(&layers.sheets)
            .map(|(rows, sheet)| {
                let at = rows.place(sheet, channel, y);
                (at, sheet.coverage_at(channel, at))
            })
            .collect();
        let opaque = places.iter().rposition(|(_, coverage)| *coverage == Coverage::Full);
        if opaque.is_none() {
            backdrop(row);
        }
        let from = opaque.unwrap_or(0);
        let sheets = self.sheets.iter_mut().zip(&layers.sheets).zip(&places).enumerate().skip(from);
        for (index, ((rows, sheet), &(at, coverage))) in sheets {
            let plane = &sheet.planes[channel as usize];
            if Some(index) == opaque {
                rows.light.draw(kernels, plane, &rows.blocks, at, row);
            } else if coverage != Coverage::None {
                let mask = &sheet.masks[usize::from(channel != Channel::Luma)];
                rows.light.draw(kernels, plane, &rows.blocks, at, &mut self.drawn);
                rows.mask.draw(kernels, mask, &rows.blocks, at, &mut self.mask);
                kernels.composite_masked(row, &self.drawn, &self.mask);
            }
            if channel == Channel::Luma
                && let Some(ripple) = &sheet.ripple
                && ripple.glint_gains(
                    sheet.row(channel, at),
                    (rows.view, layers.frame),
                    rows.time,
                    &mut self.glints,
                )
            {
                kernels.brighten(row, &self.glints, channel.black());
            }
        }
        if channel == Channel::Luma
            && let Some(gains) = self.gains.row(y)
        {
            kernels.brighten(row, gains, channel.black());
        }
    }
}

impl SheetRows {
    /// Where a row of the frame lies among a sheet's.
    fn place(&self, sheet: &PreparedSheet, channel: Channel, y: usize) -> f64 {
        let at = self.down.at(y);
        let Some(ripple) = &sheet.ripple else { return at };
        let rows = sheet.planes[channel as usize].height() as f64;
        at + ripple.offset(sheet.row(channel, at), self.time) * rows
    }
}

#[cfg(test)]
mod tests;
