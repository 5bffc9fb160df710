//! Water: the world above mirrored in ripples, the light's path, and contact with what floats.

use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, lerp, smoothstep};
use crate::noise::Noise;
use crate::palette::Light;
use crate::seed::Stream;

/// A level surface from `shore` (row in pixels) to the bottom of the frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Water {
    pub(crate) shore: f32,
    /// How strongly ripples distort the reflection, about 1.
    pub(crate) ripple: f32,
    /// The water's own colour, seen where one looks down into it.
    pub(crate) deep: Rgb,
    /// Strength of the sun's or moon's path on the water.
    pub(crate) glitter: f32,
    /// What the waves are made from.
    pub(crate) waves: Noise,
}

impl Water {
    pub(crate) fn new(shore: f32, ripple: f32, deep: Rgb, glitter: f32, rng: &mut Stream) -> Self {
        Self { shore, ripple, deep, glitter, waves: rng.noise() }
    }

    /// Slopes of the surface at a pixel: along the view and across it.
    #[inline]
    fn slopes(&self, x: f32, y: f32, centre: f32, unit: f32) -> (f32, f32) {
        let below = ((y - self.shore) / unit).max(0.001);
        // Perspective: the same wave is smaller and flatter the nearer it is to the shore line.
        let z = 0.22 / below;
        let wx = (x - centre) / unit * z;
        let long = self.waves.at(wx * 5.0 + z * 0.7, z * 17.0);
        let short = self.waves.at(wx * 19.0 - z * 3.0, z * 47.0 + 11.0);
        let calm = 0.5 + 0.5 * self.waves.at(wx * 0.8 + 40.0, z * 1.9);
        let fine = smoothstep(0.0, 0.10, below);
        ((long * 0.62 + short * 0.38 * fine) * (0.45 + 0.9 * calm), short * 0.5 + long * 0.35)
    }

    /// Paints the surface below the shore line.
    pub(crate) fn paint(&self, canvas: &mut Canvas, light: &Light) {
        let frame = canvas.frame;
        let unit = frame.unit;
        let (sx, _) = frame.place(light.sun_at.0, light.sun_at.1);
        let centre = frame.w() * 0.5;
        let mirror = canvas.snapshot();
        let room = (frame.h() - self.shore).max(1.0);
        let stretch = (self.shore / room).min(1.35);
        let shore = self.shore;
        canvas.mark_water(shore);
        canvas.paint_rows(shore.max(0.0) as usize, frame.height, |x, y, before| {
            let below = (y - shore) / unit;
            if below < 0.0 {
                return before;
            }
            let (dy, dx) = self.slopes(x, y, centre, unit);
            let sway = self.ripple * (0.006 + 0.075 * below.min(0.6)) * unit;
            let source = shore - (y - shore) * stretch.max(0.6) + dy * sway;
            let tap = |spread: f32| mirror.sample(x + dx * sway * 0.35, (source + spread).min(shore - 1.0));
            let smear = (0.002 + 0.014 * below) * unit * self.ripple;
            let image = tap(-smear) * 0.3 + tap(0.0) * 0.4 + tap(smear) * 0.3;
            // Looking down (near) one sees into the water; looking across (far) one sees the sky.
            let into = smoothstep(0.0, 0.62, below) * 0.62 + 0.10 - dy * 0.10;
            let mut water = image.mix(self.deep, into.clamp(0.0, 1.0)) * 0.94;
            // The light's path: facets that happen to tilt the right way.
            let width = (0.030 + 0.16 * below) * unit;
            let off = (x - sx) / width;
            let path = (-off * off).exp() * self.glitter;
            if path > 0.004 {
                let facet = smoothstep(0.12, 0.62, dy + 0.35 * dx);
                let sheen = 0.10 * (1.0 - below).max(0.0);
                water += light.disc * (path * (facet * lerp(1.35, 0.55, below.min(1.0)) + sheen));
            }
            let edge = smoothstep(0.0, 0.004, below);
            (before * 0.8).mix(water, edge)
        });
    }

    /// Draws a floating thing on the water: its broken reflection below `line` (row), then itself.
    pub(crate) fn float(&self, canvas: &mut Canvas, sprite: &Sprite, line: f32, strength: f32) {
        let frame = canvas.frame;
        let (left, top, right, _) = sprite.bounds();
        let depth = (line - top).max(1.0);
        let centre = frame.w() * 0.5;
        let middle = ((left + right) * 0.5, line + depth * 0.5);
        canvas.paint_around(middle, ((right - left) * 0.6, depth * 0.5), |x, y, before| {
            let fall = (y - line) / depth;
            if fall < 0.0 {
                return before;
            }
            let (dy, dx) = self.slopes(x, y, centre, frame.unit);
            let sway = self.ripple * frame.unit * (0.004 + 0.020 * fall);
            let (color, alpha) = sprite.at(x + dx * sway, line - (y - line) * 1.35 + dy * sway * 1.4);
            let seen = strength * (1.0 - 1.3 * fall).max(0.0);
            before * (1.0 - alpha * seen) + color * (seen * 0.82)
        });
        canvas.draw_sprite(sprite);
    }

    /// Rings around something that touches the water; radii in pixels.
    pub(crate) fn rings(&self, canvas: &mut Canvas, centre: (f32, f32), radius: f32, light: Rgb, dark: Rgb) {
        canvas.paint_around(centre, (radius * 2.6, radius * 0.8), |x, y, before| {
            let d = (((x - centre.0) / radius).powi(2) + ((y - centre.1) / (radius * 0.27)).powi(2)).sqrt();
            let wobble = self.waves.at(x / radius * 2.0, y / radius * 6.0) * 0.10;
            let fade = smoothstep(2.5, 1.1, d) * smoothstep(0.75, 1.05, d);
            let ring = ((d + wobble) * 15.0).sin();
            let crest = smoothstep(0.2, 1.0, ring) * fade;
            let trough = smoothstep(0.2, 1.0, -ring) * fade;
            before.mix(light, crest * 0.30).mix(dark, trough * 0.22)
        });
    }
}
