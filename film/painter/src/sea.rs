//! The open sea: swell, chop and foam, seen from a little above the waves.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::noise::Noise;
use crate::palette::{Hour, Light};
use crate::seed::Stream;
use crate::setting::Setting;
use crate::terrain::{self, Air, Ground, View};

/// The shape of the waves and the colours of the water. Lengths are in eye heights.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sea {
    swell: Noise,
    chop: Noise,
    spray: Noise,
    /// How high the waves are: about 1 on a fair day, 1.5 and more in a storm.
    pub(crate) rough: f32,
    /// Height of the great waves that a storm heaps up, in eye heights; 0 for none.
    pub(crate) heave: f32,
    sway: f32,
    deep: Rgb,
    lit: Rgb,
    /// Direction towards the sun: right, up, away.
    towards: (f32, f32, f32),
    /// How much cloud the water mirrors, 0 to 1.
    cover: f32,
}

impl Sea {
    pub(crate) fn new(s: &Setting<'_>, light: &Light, view: &View, cover: f32, rng: &mut Stream) -> Self {
        let (swell, chop, spray) = (rng.noise(), rng.noise(), rng.noise());
        let rough = if light.hour == Hour::Storm { 1.5 } else { rng.range(0.8, 1.1) };
        let (deep, lit) = (s.style.cool(0.27, 0.060, -14.0), s.style.cool(0.56, 0.085, -42.0));
        let sun = s.frame.place(light.sun_at.0, light.sun_at.1);
        let towards = ((sun.0 - view.centre) / view.focal, (view.horizon - sun.1) / view.focal, 1.0_f32);
        let length = (towards.0.powi(2) + towards.1.powi(2) + 1.0).sqrt();
        let towards = (towards.0 / length, towards.1 / length, 1.0 / length);
        let sway = rng.range(-0.5, 0.5);
        Self { swell, chop, spray, rough, heave: 0.0, sway, deep, lit, towards, cover }
    }

    /// Height of the water at a place; what is finer than `finest` is left out.
    pub(crate) fn height(&self, x: f32, z: f32, finest: f32) -> f32 {
        let crest = |n: f32| 1.0 - n.abs() * 1.6;
        let long = crest(self.swell.at(x * 0.16 + self.sway * z * 0.1, z * 0.42));
        let short = crest(self.swell.at(x * 0.45 + 8.0, z * 0.9 + x * 0.2));
        let ripple = self.chop.fbm_from(x * 1.6, z * 2.6, 6, finest * 2.6);
        let near = smoothstep(1.0, 3.5, z);
        let waves = (long * 0.17 + short * 0.075 + ripple * 0.085) * self.rough * lerp(0.45, 1.0, near);
        if self.heave == 0.0 {
            return waves;
        }
        // Steep on the side away from the eye, and lower close to it, so that no wave hides the picture.
        let bend = self.chop.at(x * 0.11, z * 0.13) * 0.9;
        let great = crest(self.swell.at(x * 0.085 + bend * 0.35, z * 0.21 + bend)).max(-0.6);
        waves + great * self.heave * smoothstep(1.2, 4.5, z)
    }

    /// Light that the water sends to an eye at the height of `view`.
    pub(crate) fn shade(&self, ground: &Ground, view: &View, light: &Light) -> Rgb {
        let (nx, ny, nz) = ground.normal;
        // Towards the eye, and mirrored at the surface.
        let (vx, vy, vz) = (-ground.x, view.eye - ground.height, -ground.z);
        let d = 1.0 / (vx * vx + vy * vy + vz * vz).sqrt();
        let (vx, vy, vz) = (vx * d, vy * d, vz * d);
        let facing = (nx * vx + ny * vy + nz * vz).max(0.0);
        let (rx, ry, rz) = (2.0 * facing * nx - vx, 2.0 * facing * ny - vy, 2.0 * facing * nz - vz);
        let fresnel = 0.04 + 0.96 * (1.0 - facing).powi(5);
        let sky = light.sky_at(ry.abs().sqrt() * 1.1) * lerp(1.0, 0.62, self.cover * 0.7);
        let spark = (rx * self.towards.0 + ry * self.towards.1 + rz * self.towards.2).max(0.0);
        let glint = light.disc * ((spark.powi(220) * 2.4 + spark.powi(24) * 0.22) * light.halo * 2.0);
        // Crests are thin: the light behind them shines through.
        let thin = smoothstep(0.05, 0.30, ground.height) * (0.35 + 0.65 * spark.powi(3));
        let body = self.deep.tint(light.ambient * 1.5) + self.lit.tint(light.sun) * (0.20 * thin);
        let foam_at = self.spray.fbm_from(ground.x * 3.0, ground.z * 2.0, 5, ground.finest * 3.0);
        let foam = smoothstep(0.20, 0.34, ground.height / (self.rough + self.heave * 2.4) + foam_at * 0.16)
            * smoothstep(-0.15, 0.35, foam_at);
        let white = light.ambient * 0.9 + light.sun * 0.20;
        body.mix(sky, fresnel).mix(white, foam * 0.75) + glint * (1.0 - foam)
    }

    /// Paints the water that `view` sees.
    pub(crate) fn paint(&self, canvas: &mut Canvas, view: &View, light: &Light) {
        terrain::paint(
            canvas,
            view,
            (light, Air { clear: 150.0, mist: 0.0, mist_top: 1.0 }),
            (-9.0, 0.6),
            |x, z, finest| self.height(x, z, finest),
            |ground| self.shade(ground, view, light),
        );
    }
}
