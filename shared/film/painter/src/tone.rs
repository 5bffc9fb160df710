//! From light to bytes: split toning, a filmic curve that never clips, a vignette, dither.

use crate::canvas::Canvas;
use crate::color::{lch, smoothstep};
use crate::noise::Noise;
use crate::palette::Manner;

/// Where the curve ends, in linear light: sRGB 247. Encoders and screens keep detail below that.
const CEILING: f32 = 0.93;
/// Up to here the curve is straight.
const SHOULDER: f32 = 0.42;

/// Finishes the picture: 8-bit sRGB, three bytes a pixel.
pub(crate) fn develop(canvas: &Canvas, manner: &Manner) -> Vec<u8> {
    let frame = canvas.frame;
    let curve = Curve::new();
    let shadow = lch(0.5, 0.055 * manner.toning, manner.cool).normalised();
    let light = lch(0.8, 0.030 * manner.toning, manner.warm).normalised();
    let dither = Noise::new(0x0d17_4e52);
    let (cx, cy) = (frame.w() * 0.5, frame.h() * 0.46);
    let reach = 1.0 / (cx * cx + cy * cy);
    let mut rgb = Vec::with_capacity(frame.width * frame.height * 3);
    for y in 0..frame.height {
        let dy = (y as f32 - cy).powi(2);
        for x in 0..frame.width {
            let edge = ((x as f32 - cx).powi(2) + dy) * reach;
            let vignette = 1.0 - 0.30 * edge * edge;
            let p = canvas.pixels[y * frame.width + x] * vignette;
            let l = p.luminance();
            let tint = shadow.mix(light, smoothstep(0.02, 0.55, l));
            // Very bright light loses colour, as on film, before single channels run into the ceiling.
            let p = p.mix(p.tint(tint), 0.55).saturate(1.06 - 0.25 * smoothstep(0.9, 2.5, l));
            // Triangular noise of one step hides the steps of 8 bits.
            let (column, row) = (x as i32, y as i32);
            let noise = |channel: i32| {
                dither.cell(column * 2, row * 3 + channel) - dither.cell(column * 2 + 1, row * 3 + channel)
            };
            rgb.extend([curve.byte(p.r, noise(0)), curve.byte(p.g, noise(1)), curve.byte(p.b, noise(2))]);
        }
    }
    rgb
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
        let at = (light.clamp(0.0, Self::BRIGHTEST) / Self::BRIGHTEST).sqrt() * Self::STEPS as f32;
        let i = at as usize;
        let value = self.table[i] + (self.table[i + 1] - self.table[i]) * (at - i as f32);
        (value + 0.5 + noise).clamp(0.0, 255.0) as u8
    }
}

/// Darkens the lower part of the picture a little, so that captions stand on quiet ground.
pub(crate) fn quiet_ground(canvas: &mut Canvas, strength: f32) {
    let frame = canvas.frame;
    let from = frame.h() * 0.62;
    canvas.wash(from as usize, frame.height, |_, y, before| {
        before * (1.0 - strength * smoothstep(from, frame.h(), y))
    });
}

/// Overall exposure.
pub(crate) fn expose(canvas: &mut Canvas, gain: f32) {
    for pixel in &mut canvas.pixels {
        *pixel = *pixel * gain;
    }
}
