//! Boats and ships from hull, spars, sails and ropes, drawn from the side with the bow to the right.

use crate::canvas::Sprite;
use crate::color::{Rgb, lerp, smoothstep};
use crate::noise::Noise;
use crate::palette::{Light, Style};
use crate::pen::{Place, round};
use crate::seed::Stream;

/// A place in local measure.
type Point = (f32, f32);

/// Builds one boat on one place. 1 in local measure is the length of its hull, and the origin lies on the waterline.
pub(crate) struct Shipwright<'a> {
    pub(crate) sprite: &'a mut Sprite,
    pub(crate) place: Place,
    pub(crate) wood: Rgb,
    pub(crate) cloth: Rgb,
    pub(crate) light: &'a Light,
    pub(crate) grain: Noise,
}

impl<'a> Shipwright<'a> {
    /// Begins a boat in the wood and the sailcloth of a film.
    pub(crate) fn new(
        sprite: &'a mut Sprite,
        place: Place,
        style: &Style,
        light: &'a Light,
        rng: &mut Stream,
    ) -> Self {
        let wood = style.earth(0.46, 0.060, -8.0);
        let cloth = style.earth(0.80, 0.045, 2.0);
        Self { sprite, place, wood, cloth, light, grain: rng.noise() }
    }

    /// The light's side in local coordinates: −1 for the stern's, 1 for the bow's.
    fn side(&self) -> f32 {
        let right = self.light.sun_at.0 * self.sprite.frame().w() > self.place.x;
        if right { self.place.facing } else { -self.place.facing }
    }

    /// A hull by its outline; `sheer(x)` is the height of its upper edge, along which the planks run.
    fn hull(&mut self, outline: &[(f32, f32)], depth: f32, sheer: impl Fn(f32) -> f32) {
        let (place, side, light, grain) = (self.place, self.side(), self.light, self.grain);
        let wood = self.wood;
        self.sprite.fill(place.pen().smooth(outline).path(), |px, py| {
            let (x, y) = place.local(px, py);
            let down = ((sheer(x) - y) / depth).clamp(0.0, 1.0);
            let strake = down * 7.0;
            let seam = smoothstep(0.0, 0.14, (strake - strake.round()).abs());
            let worn = 0.86 + 0.34 * grain.fbm(x * 9.0, y * 46.0, 3);
            let rail = smoothstep(0.11, 0.03, down);
            let turn = (0.30 + 0.45 * side * x).clamp(0.04, 0.7) * (1.0 - 0.75 * down);
            let wet = lerp(1.0, 0.55, smoothstep(0.55, 0.95, down));
            wood.tint(light.ambient * (0.62 - 0.25 * down) + light.sun * (0.34 * turn + 0.10 * rail))
                * (worn * lerp(0.72, 1.0, seam.max(rail)) * wet)
        });
    }

    /// A round spar: mast, yard or oar.
    fn spar(&mut self, from: (f32, f32), to: (f32, f32), width: f32) {
        let (place, side, light, wood) = (self.place, self.side(), self.light, self.wood);
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = (dx * dx + dy * dy).sqrt().max(1e-4);
        self.sprite.fill(place.pen().limb(from, to, (width, width * 0.7)).path(), |px, py| {
            let (x, y) = place.local(px, py);
            let across = ((x - from.0) * dy - (y - from.1) * dx) / length / (width * 0.5);
            wood.tint(light.ambient * 0.55 + light.sun * (0.34 * round(across, side))) * 0.9
        });
    }

    /// Ropes between pairs of points.
    fn rigging(&mut self, ropes: &[(Point, Point)], width: f32) {
        let pen = ropes.iter().fold(self.place.pen(), |pen, &(a, b)| pen.limb(a, b, (width, width)));
        let hemp = self.wood.tint(self.light.ambient) * 0.5;
        self.sprite.fill_translucent(pen.path(), |_, _| (hemp, 0.85));
    }

    /// A sail by its outline, hung from `top` to `foot` (local heights): light shines through it.
    fn sail(&mut self, outline: &[(f32, f32)], (foot, top): (f32, f32)) {
        let (place, side, light, grain) = (self.place, self.side(), self.light, self.grain);
        let cloth = self.cloth;
        let (left, right) = outline.iter().fold((f32::MAX, f32::MIN), |(a, b), p| (a.min(p.0), b.max(p.0)));
        self.sprite.fill(place.pen().smooth(outline).path(), |px, py| {
            let (x, y) = place.local(px, py);
            let up = ((y - foot) / (top - foot)).clamp(0.0, 1.0);
            let across = ((x - left) / (right - left) * 2.0 - 1.0).clamp(-1.0, 1.0);
            let belly = (1.0 - across * across).max(0.0).sqrt() * (1.0 - (up - 0.45).powi(2));
            let fold = 0.93 + 0.10 * grain.fbm(across * 2.0 + up, up * 3.0, 3);
            let panel = across * 5.0;
            let seam = 1.0 - 0.10 * smoothstep(0.06, 0.0, (panel - panel.round()).abs());
            let through = light.sun * (0.20 + 0.16 * belly + 0.10 * across * side);
            cloth.tint(light.ambient * (0.40 + 0.25 * up) + through) * (fold * seam * lerp(0.80, 1.05, up))
        });
    }

    /// An open fishing boat with a mast. `set` 1 has the sail full, 0 has it furled on its yard.
    pub(crate) fn fishing_boat(&mut self, set: f32) {
        let sheer = |x: f32| 0.105 + 0.30 * (x + 0.02).powi(2) + 0.12 * x.max(0.0).powi(3);
        let rim: Vec<_> = (0..=10).map(|i| -0.48 + 0.103 * i as f32).map(|x| (x, sheer(x))).collect();
        // The far side shows above the near one.
        let inside: Vec<_> = rim
            .iter()
            .map(|&(x, y)| (x * 0.97, y + 0.022))
            .chain(rim.iter().rev().map(|&(x, y)| (x, y - 0.05)))
            .collect();
        let dark = self.wood.tint(self.light.ambient) * 0.32;
        self.sprite.fill(self.place.pen().polygon(&inside).path(), |_, _| dark);
        let (foot, head) = ((0.04, 0.06), (0.02, 1.02));
        self.spar(foot, head, 0.026);
        let (peak, tack) = ((-0.40, 1.12), (0.42, 0.30));
        if set > 0.5 {
            self.sail(
                &[(-0.39, 1.08), (0.02, 0.72), (0.40, 0.33), (0.10, 0.25), (-0.34, 0.27), (-0.42, 0.66)],
                (0.25, 1.08),
            );
        } else {
            let line = [peak, (-0.18, 0.885), (0.02, 0.690), (0.22, 0.485), tack];
            let (place, light, cloth, grain) = (self.place, self.light, self.cloth, self.grain);
            let bundle = place.pen().ribbon(&line, |t| 0.020 + 0.050 * (t * std::f32::consts::PI).sin());
            self.sprite.fill(bundle.path(), |px, py| {
                let (x, y) = place.local(px, py);
                let folds = 0.75 + 0.4 * grain.fbm(x * 26.0 + y * 8.0, y * 18.0, 2);
                cloth.tint(light.ambient * 0.5 + light.sun * 0.12) * folds
            });
        }
        self.spar(peak, tack, 0.020);
        self.rigging(&[(head, (-0.46, 0.17)), (head, (0.50, 0.24)), (tack, (0.44, 0.2))], 0.0045);
        let mut outline = rim;
        outline.extend([(0.50, 0.06), (0.36, -0.06), (0.0, -0.09), (-0.36, -0.07), (-0.47, 0.04)]);
        self.hull(&outline, 0.22, sheer);
    }

    /// A ship with three masts of square sails.
    pub(crate) fn tall_ship(&mut self) {
        let sheer = |x: f32| 0.105 + 0.22 * x * x + if x < -0.20 { 0.055 } else { 0.0 };
        let masts = [(0.33, 0.86), (0.02, 1.0), (-0.30, 0.80)];
        for (x, tall) in masts {
            self.spar((x, 0.05), (x, tall + 0.10), 0.018);
        }
        self.spar((0.42, 0.17), (0.72, 0.30), 0.016);
        for (x, tall) in masts {
            self.rigging(
                &[
                    ((x, tall), (x - 0.13, 0.13)),
                    ((x, tall), (x - 0.09, 0.12)),
                    ((x, tall), (x + 0.12, 0.13)),
                    ((x, tall), (x + 0.34, 0.22)),
                ],
                0.0035,
            );
        }
        self.sail(&[(0.41, 0.76), (0.50, 0.50), (0.69, 0.29), (0.52, 0.32), (0.43, 0.42)], (0.28, 0.76));
        for (x, tall) in masts {
            let rise = tall - 0.16;
            let mut bottom = 0.18;
            for (share, half) in [(0.42, 0.150), (0.34, 0.122), (0.24, 0.090)] {
                let top = bottom + rise * share;
                let (low, high) = (half, half * 0.84);
                let pull = 0.030;
                self.sail(
                    &[
                        (x - high, top - 0.012),
                        (x, top - 0.008),
                        (x + high, top - 0.012),
                        (x + lerp(low, high, 0.4) + pull, lerp(bottom, top, 0.45)),
                        (x + low, bottom + 0.010),
                        (x + pull, bottom + 0.034),
                        (x - low, bottom + 0.010),
                        (x - lerp(low, high, 0.5) + pull, lerp(bottom, top, 0.5)),
                    ],
                    (bottom, top),
                );
                self.spar((x - high - 0.02, top), (x + high + 0.02, top), 0.011);
                bottom = top + 0.012;
            }
        }
        let mut outline: Vec<_> = (0..=12).map(|i| -0.48 + 0.083 * i as f32).map(|x| (x, sheer(x))).collect();
        outline.extend([
            (0.56, 0.20),
            (0.48, 0.04),
            (0.40, -0.05),
            (0.0, -0.07),
            (-0.40, -0.05),
            (-0.47, 0.05),
        ]);
        self.hull(&outline, 0.20, sheer);
        let (inside, place) = (self.light.disc * 0.5, self.place);
        let panes = (0..3).fold(place.pen(), |pen, i| {
            let x = -0.44 + 0.052 * i as f32;
            pen.block(x, 0.135, x + 0.026, 0.165)
        });
        self.sprite.fill(panes.path(), |_, _| inside);
    }

    /// The ark of Genesis 6: a great hull, a house of three storeys on it, a roof and one window.
    pub(crate) fn ark(&mut self, inside: Rgb) {
        let sheer = |x: f32| 0.150 + 0.34 * x * x;
        let (place, side, light, grain, wood) = (self.place, self.side(), self.light, self.grain, self.wood);
        let planks = |x: f32, y: f32, rows: f32| {
            let row = y * rows;
            let seam = smoothstep(0.0, 0.12, (row - row.round()).abs());
            (0.85 + 0.32 * grain.fbm(x * 8.0, y * 60.0, 3)) * lerp(0.66, 1.0, seam)
        };
        let house = place.pen().block(-0.37, 0.14, 0.35, 0.290).path();
        self.sprite.fill(house, |px, py| {
            let (x, y) = place.local(px, py);
            let lit = 0.16 + 0.16 * side * x;
            let post = (x * 14.0 - (x * 14.0).round()).abs();
            let post = lerp(0.8, 1.0, smoothstep(0.03, 0.09, post));
            let eaves = lerp(1.0, 0.6, smoothstep(0.25, 0.29, y));
            wood.tint(light.ambient * 0.52 + light.sun * lit) * (planks(x, y, 48.0) * post * eaves)
        });
        let roof =
            place.pen().polygon(&[(-0.42, 0.282), (0.40, 0.282), (0.30, 0.372), (-0.32, 0.372)]).path();
        self.sprite.fill(roof, |px, py| {
            let (x, y) = place.local(px, py);
            wood.tint(light.ambient * 0.74 + light.sun * (0.18 + 0.16 * side * x)) * planks(x, y, 64.0)
        });
        let ridge = place.pen().block(-0.075, 0.366, 0.055, 0.408).path();
        self.sprite.fill(ridge, |px, py| {
            let (x, y) = place.local(px, py);
            wood.tint(light.ambient * 0.5 + light.sun * 0.12) * planks(x, y, 50.0)
        });
        let window = place.pen().block(-0.030, 0.375, 0.010, 0.398).path();
        self.sprite.fill(window, |_, _| inside * 1.2);
        let mut outline: Vec<_> =
            (0..=12).map(|i| -0.50 + 0.0833 * i as f32).map(|x| (x, sheer(x))).collect();
        outline.extend([(0.47, 0.08), (0.36, -0.05), (0.0, -0.08), (-0.36, -0.05), (-0.47, 0.08)]);
        self.hull(&outline, 0.26, sheer);
        let door = place.pen().block(0.085, 0.035, 0.165, 0.128).path();
        self.sprite.fill(door, |px, py| {
            let (x, y) = place.local(px, py);
            wood.tint(light.ambient * 0.34 + light.sun * 0.05) * planks(y, x * 0.3, 90.0)
        });
    }
}
