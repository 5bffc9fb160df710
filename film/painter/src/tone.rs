//! From light to bytes: split toning, a filmic curve that never clips, a vignette, dither.

use crate::canvas::{Canvas, Frame};
use crate::color::{Rgb, lch, smoothstep};
use crate::noise::Noise;
use crate::palette::Style;

/// Where the curve ends, in linear light: sRGB 247. Encoders and screens keep detail below that.
const CEILING: f32 = 0.93;
/// Linear light up to which the curve is straight.
const SHOULDER: f32 = 0.42;

/// Tone-maps a whole frame to 8-bit sRGB, three bytes a pixel, row by row.
pub(crate) fn tone_map(frame: Frame, pixels: &[Rgb], style: &Style) -> Vec<u8> {
    let mapper = ToneMapper::new(frame, style);
    let mut rgb = Vec::with_capacity(frame.width * frame.height * 3);
    for y in 0..frame.height {
        for x in 0..frame.width {
            rgb.extend(mapper.pixel(x, y, pixels[y * frame.width + x]));
        }
    }
    rgb
}

/// Turns a pixel's linear light into bytes, with the vignette, curve and tones of one film.
pub(crate) struct ToneMapper {
    curve: Curve,
    shadow: Rgb,
    light: Rgb,
    dither: Noise,
    centre: (f32, f32),
    reach: f32,
}

impl ToneMapper {
    pub(crate) fn new(frame: Frame, style: &Style) -> Self {
        let (cx, cy) = (frame.w() * 0.5, frame.h() * 0.46);
        Self {
            curve: Curve::new(),
            shadow: lch(0.5, 0.055 * style.toning, style.cool).normalised(),
            light: lch(0.8, 0.030 * style.toning, style.warm).normalised(),
            dither: Noise::new(0x0d17_4e52),
            centre: (cx, cy),
            reach: 1.0 / (cx * cx + cy * cy),
        }
    }

    /// How much a pixel's byte rises, in steps of 255, when `more` light is added to `light` there. At least 0.001, so
    /// that callers can divide by it.
    pub(crate) fn contrast(&self, (x, y): (usize, usize), light: f32, more: f32) -> f32 {
        let vignette = self.vignette(x, y);
        let at = |light: f32| self.curve.value(light * vignette);
        (at(light + more) - at(light)).max(1e-3)
    }

    #[inline]
    fn vignette(&self, x: usize, y: usize) -> f32 {
        let (cx, cy) = self.centre;
        let edge = ((x as f32 - cx).powi(2) + (y as f32 - cy).powi(2)) * self.reach;
        1.0 - 0.30 * edge * edge
    }

    /// The bytes of light at a pixel.
    #[inline]
    pub(crate) fn pixel(&self, x: usize, y: usize, light: Rgb) -> [u8; 3] {
        let p = light * self.vignette(x, y);
        let l = p.luminance();
        // NaN would come out black: where it gets into the land's height, as a black column up to the picture's top.
        debug_assert!(l.is_finite(), "the light at {x}, {y} is {l}");
        let tint = self.shadow.mix(self.light, smoothstep(0.02, 0.55, l));
        // Very bright light loses colour, as on film, before single channels run into the ceiling.
        let p = p.mix(p.tint(tint), 0.55).saturate(1.06 - 0.25 * smoothstep(0.9, 2.5, l));
        // Triangular noise of one step hides the steps of 8 bits.
        let (column, row) = (x as i32, y as i32);
        let noise = |channel: i32| {
            self.dither.cell(column * 2, row * 3 + channel)
                - self.dither.cell(column * 2 + 1, row * 3 + channel)
        };
        [self.curve.byte(p.r, noise(0)), self.curve.byte(p.g, noise(1)), self.curve.byte(p.b, noise(2))]
    }
}

/// Linear light to sRGB through the filmic curve, as a table over the square root of light, which
/// spaces its entries about as the eye does.
struct Curve {
    table: Vec<f32>,
}

impl Curve {
    const STEPS: usize = 1024;
    const BRIGHTEST: f32 = 9.0;

    fn new() -> Self {
        let table = (0..=Self::STEPS + 1)
            .map(|i| {
                let root = i as f32 / Self::STEPS as f32 * Self::BRIGHTEST.sqrt();
                let x = root * root;
                // A little toe deepens the darks without crushing them.
                let toed = x * (0.80 + 0.20 * smoothstep(0.0, 0.14, x));
                let span = CEILING - SHOULDER;
                let linear = if toed < SHOULDER {
                    toed
                } else {
                    SHOULDER + span * (1.0 - (-(toed - SHOULDER) / span).exp())
                };
                let encoded = if linear <= 0.003_130_8 {
                    12.92 * linear
                } else {
                    1.055 * linear.powf(1.0 / 2.4) - 0.055
                };
                encoded * 255.0
            })
            .collect();
        Self { table }
    }

    #[inline]
    fn byte(&self, light: f32, noise: f32) -> u8 {
        (self.value(light) + 0.5 + noise).clamp(0.0, 255.0) as u8
    }

    #[inline]
    fn value(&self, light: f32) -> f32 {
        let at = (light.clamp(0.0, Self::BRIGHTEST) / Self::BRIGHTEST).sqrt() * Self::STEPS as f32;
        let i = at as usize;
        self.table[i] + (self.table[i + 1] - self.table[i]) * (at - i as f32)
    }
}

/// Darkens the lower part of the picture a little, so that captions stand on a calm background. `strength` is the share
/// of the light that is taken away at the bottom edge.
pub(crate) fn darken_for_captions(canvas: &mut Canvas, strength: f32) {
    let frame = canvas.frame;
    let from = frame.h() * 0.62;
    canvas.scale_rows(from as usize..frame.height, |y| 1.0 - strength * smoothstep(from, frame.h(), y));
}

/// Multiplies the light of the whole picture by a gain.
pub(crate) fn expose(canvas: &mut Canvas, gain: f32) {
    canvas.scale_rows(0..canvas.frame.height, |_| gain);
}
