//! Pictures as planes of luma and colour difference, resized for the camera.

use film_painter::{Picture, Size};

use crate::frames::axis::{Axis, PADDING, STEP_TOLERANCE};
use crate::frames::sample::sample;
use crate::frames::{grain, spline};
use crate::motion::{Camera, View};

/// The three planes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Luma,
    Blue,
    Red,
}

impl Channel {
    pub(super) const ALL: [Self; 3] = [Self::Luma, Self::Blue, Self::Red];

    /// The code value of a colour, by ITU-R BT.709-6 section 3 in eight bits and limited range: luma 16 to
    /// 235, colour difference 16 to 240 about 128.
    pub(super) fn code(self, r: f32, g: f32, b: f32) -> f32 {
        let luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        match self {
            Self::Luma => 16.0 + luma * (219.0 / 255.0),
            Self::Blue => 128.0 + (b - luma) * (224.0 / 255.0 / 1.8556),
            Self::Red => 128.0 + (r - luma) * (224.0 / 255.0 / 1.5748),
        }
    }

    /// The code values of 8-bit sRGB.
    pub(super) fn codes(self, rgb: &[u8]) -> impl Iterator<Item = f32> + '_ {
        let pixels = rgb.as_chunks::<3>().0.iter();
        pixels.map(move |&[r, g, b]| self.code(f32::from(r), f32::from(g), f32::from(b)))
    }

    /// The sample of black.
    pub(super) fn black(self) -> i16 {
        match self {
            Self::Luma => sample(16.0),
            Self::Blue | Self::Red => sample(128.0),
        }
    }

    /// The lowest and the highest code value of limited range.
    pub(super) fn legal_range(self) -> (u8, u8) {
        match self {
            Self::Luma => (16, 235),
            Self::Blue | Self::Red => (16, 240),
        }
    }

    /// Samples across and down in a frame.
    pub(super) fn extent(self, frame: Size) -> Size {
        match self {
            Self::Luma => frame,
            Self::Blue | Self::Red => Size { width: frame.width / 2, height: frame.height / 2 },
        }
    }

    /// Where this channel's samples of a frame lie on a prepared plane.
    pub(super) fn axes(self, view: View, plane: &Plane, frame: Size) -> (Axis, Axis) {
        // In luma pixels from the frame's top left corner: where the first sample stands and how far apart
        // they are. H.264's colour samples stand in the middle of every other luma column, and between two
        // luma rows (Rec. H.264 figure 6-1, chroma_sample_loc_type 0).
        let (first, spacing) = match self {
            Self::Luma => ((0.5, 0.5), 1.0),
            Self::Blue | Self::Red => ((0.5, 1.0), 2.0),
        };
        let axis = |centre: f64, extent: f64, frame: u32, samples: usize, first: f64| {
            let a_pixel = extent / f64::from(frame) * samples as f64;
            let corner = (centre - extent / 2.0) * samples as f64;
            Axis { start: corner + first * a_pixel - 0.5, step: spacing * a_pixel }
        };
        (
            axis(view.centre.0, view.extent.0, frame.width, plane.width, first.0),
            axis(view.centre.1, view.extent.1, frame.height, plane.height, first.1),
        )
    }
}

/// Spline coefficients of one channel of a picture, each row continued a little beyond both ends.
#[derive(Debug)]
pub(super) struct Plane {
    width: usize,
    height: usize,
    samples: Vec<i16>,
}

impl Plane {
    /// Takes one channel from a picture, at the size at which the camera steps by about one sample a pixel in
    /// the middle of its move: smaller, and detail would be missing; larger, and four taps would skip samples
    /// and the picture would shimmer. Luma gets grain, whose root mean square is given in code values.
    pub(super) fn from_picture(
        picture: &Picture,
        channel: Channel,
        camera: &Camera,
        frame: Size,
        grain: f32,
    ) -> Self {
        let (width, height) = (picture.size.width as usize, picture.size.height as usize);
        let codes = channel.codes(&picture.rgb).collect();
        let (mut codes, width, height) = resize_for_camera(codes, (width, height), channel, camera, frame);
        if channel == Channel::Luma {
            grain::add(&mut codes, width, frame, grain);
        }
        Self::new(width, height, &codes)
    }

    pub(super) fn new(width: usize, height: usize, codes: &[f32]) -> Self {
        let stride = width + 2 * PADDING;
        let mut padded = Vec::with_capacity(stride * height);
        for row in codes.chunks_exact(width) {
            let start = padded.len();
            padded.resize(start + PADDING, row[0]);
            padded.extend_from_slice(row);
            padded.resize(start + stride, row[width - 1]);
            spline::prefilter_row(&mut padded[start..]);
        }
        spline::prefilter_columns(&mut padded, stride);
        Self { width, height, samples: padded.into_iter().map(sample).collect() }
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    pub(super) fn stride(&self) -> usize {
        self.width + 2 * PADDING
    }

    /// One row with its padding.
    pub(super) fn row(&self, y: usize) -> &[i16] {
        &self.samples[y * self.stride()..][..self.stride()]
    }
}

/// Resizes code values so that the camera steps by about one sample per pixel in the middle of its move. Returns them
/// with their width and height.
pub(super) fn resize_for_camera(
    codes: Vec<f32>,
    (width, height): (usize, usize),
    channel: Channel,
    camera: &Camera,
    frame: Size,
) -> (Vec<f32>, usize, usize) {
    let extent = channel.extent(frame);
    let ideal = |samples: u32, cover: f64| f64::from(samples) * camera.middle_zoom() / cover;
    let (across, down) = camera.cover();
    let (ideal_width, ideal_height) = (ideal(extent.width, across), ideal(extent.height, down));
    // A picture of nearly the right size is not resized: resampling it twice would only soften it.
    let slack = (STEP_TOLERANCE / 3.0).min((1.0 + STEP_TOLERANCE) / camera.zoom_ratio() - 1.0);
    let near = |have: usize, ideal: f64| (have as f64 / ideal - 1.0).abs() < slack;
    if near(width, ideal_width) && near(height, ideal_height) {
        return (codes, width, height);
    }
    let (wanted_width, wanted_height) = (round_up(ideal_width), round_up(ideal_height));
    let codes = resize(&codes, width, height, wanted_width, wanted_height);
    (codes, wanted_width, wanted_height)
}

fn round_up(ideal: f64) -> usize {
    (ideal.ceil() as usize).max(1)
}

/// Resizes with a Lanczos filter of three lobes, widened when shrinking. Done once a shot, so quality is what
/// counts.
fn resize(codes: &[f32], width: usize, height: usize, to_width: usize, to_height: usize) -> Vec<f32> {
    let across = lanczos(width, to_width);
    let mut narrow = Vec::with_capacity(to_width * height);
    for row in codes.chunks_exact(width) {
        narrow.extend(
            across
                .iter()
                .map(|(from, weights)| row[*from..].iter().zip(weights).map(|(s, w)| s * w).sum::<f32>()),
        );
    }
    let mut out = Vec::with_capacity(to_width * to_height);
    for (from, weights) in lanczos(height, to_height) {
        let start = out.len();
        out.resize(start + to_width, 0.0);
        let row = &mut out[start..];
        for (source, weight) in narrow[from * to_width..].chunks_exact(to_width).zip(&weights) {
            for (sum, sample) in row.iter_mut().zip(source) {
                *sum += sample * weight;
            }
        }
    }
    out
}

/// For each output the first source sample and the weights from there on, which sum to 1.
fn lanczos(from: usize, to: usize) -> Vec<(usize, Vec<f32>)> {
    const LOBES: f64 = 3.0;
    let step = from as f64 / to as f64;
    let widen = step.max(1.0);
    let sinc = |x: f64| {
        if x.abs() < 1e-9 { 1.0 } else { (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x) }
    };
    (0..to)
        .map(|output| {
            let at = (output as f64 + 0.5) * step - 0.5;
            let first = (at - LOBES * widen).ceil().max(0.0) as usize;
            let last = ((at + LOBES * widen).floor() as usize).min(from - 1);
            let weights: Vec<f64> = (first..=last)
                .map(|source| {
                    let x = (source as f64 - at) / widen;
                    sinc(x) * sinc(x / LOBES)
                })
                .collect();
            let sum: f64 = weights.iter().sum();
            (first, weights.iter().map(|w| (w / sum) as f32).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colours_have_their_published_codes() {
        // 75 % bars of SMPTE RP 219 in eight bits.
        let bars = [
            ([191.0, 191.0, 191.0], [180, 128, 128]),
            ([191.0, 191.0, 0.0], [168, 44, 136]),
            ([0.0, 191.0, 191.0], [145, 147, 44]),
            ([0.0, 191.0, 0.0], [133, 63, 52]),
            ([191.0, 0.0, 191.0], [63, 193, 204]),
            ([191.0, 0.0, 0.0], [51, 109, 212]),
            ([0.0, 0.0, 191.0], [28, 212, 120]),
        ];
        for ([r, g, b], codes) in bars {
            for (channel, code) in Channel::ALL.into_iter().zip(codes) {
                assert!((channel.code(r, g, b) - code as f32).abs() < 0.75, "{r} {g} {b} {channel:?}");
            }
        }
    }

    #[test]
    fn resizing_keeps_a_ramp_a_ramp() {
        let ramp: Vec<f32> = (0..300).map(|x| 20.0 + 0.5 * x as f32).collect();
        let half = resize(&ramp, 300, 1, 150, 1);
        for (x, code) in half.iter().enumerate().skip(5).take(140) {
            let wanted = 20.0 + 0.5 * (2.0 * x as f32 + 0.5);
            assert!((code - wanted).abs() < 0.02, "{x}: {code} instead of {wanted}");
        }
    }
}
