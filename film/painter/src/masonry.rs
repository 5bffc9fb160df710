//! Buildings from a few solid parts, each shaded as the solid it is: walls, towers, domes, spires.

use crate::canvas::Sprite;
use crate::color::{Rgb, lerp, smoothstep};
use crate::noise::Noise;
use crate::palette::Light;
use crate::pen::{Pen, Place, round};

/// Builds in one stone, in one light, on one place.
pub(crate) struct Mason<'a> {
    pub(crate) sprite: &'a mut Sprite,
    pub(crate) place: Place,
    pub(crate) stone: Rgb,
    pub(crate) light: &'a Light,
    /// Light from inside, seen in openings and spilling a little over the stone around them.
    pub(crate) inside: Rgb,
    pub(crate) grain: Noise,
    /// Mist around the foot: its colour, how much of it, and how high it stands.
    pub(crate) mist: (Rgb, f32, f32),
}

/// A dome's outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Dome {
    /// Half a ball.
    Round,
    /// Drawn up to a point, widest above its foot.
    Onion,
    /// A bell, as of a stupa.
    Bell,
}

impl Mason<'_> {
    /// The side that the light comes from, in the place's coordinates: −1 for left, 1 for right.
    pub(crate) fn side(&self) -> f32 {
        let right = self.light.sun_at.0 * self.sprite.frame().w() > self.place.x;
        if right { self.place.facing } else { -self.place.facing }
    }

    /// The light of stone at a local point that takes a share `facing` (0..1) of the direct light.
    fn lit(&self, (x, y): (f32, f32), facing: f32) -> Rgb {
        let grain = 0.90 + 0.16 * self.grain.fbm(x * 16.0, y * 22.0, 4) + 0.05 * (y * 150.0).sin();
        let sky = self.light.ambient * (0.42 + 0.25 * smoothstep(0.0, 1.0, y));
        let stone = self.stone.tint(sky + self.light.sun * (0.40 * facing)) * grain;
        let (mist, amount, top) = self.mist;
        stone.mix(mist, amount * smoothstep(top, 0.0, y))
    }

    /// A flat wall facing the eye.
    pub(crate) fn wall(&mut self, left: f32, bottom: f32, right: f32, top: f32) {
        let side = self.side();
        let (middle, half) = ((left + right) * 0.5, ((right - left) * 0.5).max(1e-3));
        self.shape(self.place.pen().block(left, bottom, right, top), |x, _| {
            0.18 + 0.09 * side * (x - middle) / half
        });
    }

    /// Any flat shape, by how much direct light it takes at a local point.
    pub(crate) fn shape(&mut self, pen: Pen, facing: impl Fn(f32, f32) -> f32) {
        let place = self.place;
        let mut sprite =
            std::mem::replace(self.sprite, Sprite::new(self.sprite.frame(), (0.0, 0.0), (0.0, 0.0)));
        sprite.fill(pen.path(), |px, py| {
            let (x, y) = place.local(px, py);
            self.lit((x, y), facing(x, y))
        });
        *self.sprite = sprite;
    }

    /// A solid of revolution around a vertical axis at `x`: half-widths by height, bottom to top.
    pub(crate) fn turned(&mut self, x: f32, profile: &[(f32, f32)]) {
        let (place, side) = (self.place, self.side());
        let half_at = |y: f32| {
            let next = profile.iter().position(|p| p.1 >= y).unwrap_or(profile.len() - 1).max(1);
            let (a, b) = (profile[next - 1], profile[next]);
            lerp(a.0, b.0, ((y - a.1) / (b.1 - a.1).max(1e-5)).clamp(0.0, 1.0)).max(1e-4)
        };
        let mut sprite =
            std::mem::replace(self.sprite, Sprite::new(self.sprite.frame(), (0.0, 0.0), (0.0, 0.0)));
        sprite.fill(place.pen().turned(x, profile).path(), |px, py| {
            let (lx, y) = place.local(px, py);
            self.lit((lx, y), round((lx - x) / half_at(y), side))
        });
        *self.sprite = sprite;
    }

    /// A round tower.
    pub(crate) fn tower(&mut self, x: f32, half: f32, bottom: f32, top: f32) {
        self.turned(x, &[(half, bottom), (half * 0.97, top)]);
    }

    /// A ring around a tower, such as a gallery.
    pub(crate) fn ring(&mut self, x: f32, half: f32, y: f32, tall: f32) {
        self.turned(
            x,
            &[
                (half * 0.80, y - tall),
                (half, y - tall * 0.3),
                (half, y + tall * 0.6),
                (half * 0.86, y + tall),
            ],
        );
    }

    /// A dome of `half` width on the height `y`; returns the height of its top.
    pub(crate) fn dome(&mut self, x: f32, half: f32, y: f32, style: Dome) -> f32 {
        const STEPS: u32 = 26;
        let rise = half
            * match style {
                Dome::Round => 1.0,
                Dome::Onion => 1.62,
                Dome::Bell => 1.35,
            };
        let profile: Vec<(f32, f32)> = (0..=STEPS)
            .map(|i| {
                let t = i as f32 / STEPS as f32;
                let width = match style {
                    Dome::Round => (1.0 - t * t).max(0.0).sqrt(),
                    // A bulge over the neck, then a long point.
                    Dome::Onion => {
                        (1.0 - t.powf(1.55)).max(0.0).powf(0.72)
                            * (0.86 + 0.42 * (t * 3.3).min(std::f32::consts::PI).sin() * (1.0 - t))
                    }
                    Dome::Bell => {
                        0.20 + 0.80 * (1.0 - t).powf(0.62) * (1.0 + 0.10 * (t * 9.0).sin() * (1.0 - t))
                    }
                };
                (half * width, y + rise * t)
            })
            .collect();
        self.turned(x, &profile);
        y + rise
    }

    /// A spire or pyramid roof seen from the front: one face lit, one in shade.
    pub(crate) fn spire(&mut self, x: f32, half: f32, bottom: f32, top: f32) {
        let side = self.side();
        self.shape(self.place.pen().polygon(&[(x - half, bottom), (x + half, bottom), (x, top)]), |lx, _| {
            if (lx - x) * side > 0.0 { 0.62 } else { 0.06 }
        });
    }

    /// A metal finial: a rod with balls, gilded; returns its top.
    pub(crate) fn finial(&mut self, x: f32, y: f32, tall: f32) -> f32 {
        let gilded = self.gilded();
        let pen = self.place.pen().limb((x, y - tall * 0.05), (x, y + tall), (tall * 0.10, tall * 0.04));
        let pen = pen
            .ellipse((x, y + tall * 0.18), (tall * 0.15, tall * 0.13))
            .ellipse((x, y + tall * 0.48), (tall * 0.10, tall * 0.09));
        self.sprite.fill(pen.path(), |_, _| gilded);
        y + tall
    }

    /// The colour of gilding in this light.
    pub(crate) fn gilded(&self) -> Rgb {
        self.stone
            .mix(Rgb::new(0.85, 0.58, 0.22), 0.75)
            .tint(self.light.ambient * 0.7 + self.light.sun * 0.40)
    }

    /// Paints a small thing in one colour.
    pub(crate) fn emblem(&mut self, pen: Pen, color: Rgb) {
        self.sprite.fill(pen.path(), |_, _| color);
    }

    /// An opening with light inside: pointed above when `point` is more than 0.
    pub(crate) fn window(&mut self, x: f32, bottom: f32, half: f32, tall: f32, point: f32) {
        let (place, inside) = (self.place, self.inside);
        let recess = self.stone.tint(self.light.ambient) * 0.22;
        let around = arch(place.pen(), x, bottom, half * 1.22, tall + half * 0.22, point);
        self.sprite.fill_translucent(around.path(), |_, _| (recess, 0.75));
        self.sprite.fill(arch(place.pen(), x, bottom, half, tall, point).path(), |px, py| {
            let (lx, y) = place.local(px, py);
            let up = ((y - bottom) / tall).clamp(0.0, 1.0);
            let across = ((lx - x) / half).abs();
            let bars = 1.0
                - 0.55 * smoothstep(0.16, 0.08, across)
                - 0.35 * smoothstep(0.06, 0.02, (up * 3.0 - (up * 3.0).round()).abs());
            inside * (lerp(1.0, 0.38, up) * (1.0 - 0.45 * across) * bars)
        });
    }
}

/// The outline of an arched opening; `point` 0 is round, 1 sharply pointed.
pub(crate) fn arch(pen: Pen, x: f32, bottom: f32, half: f32, tall: f32, point: f32) -> Pen {
    let spring = bottom + tall - half * (1.0 + 0.45 * point);
    let top = bottom + tall;
    let ease = 0.552 + 0.10 * point;
    let flat = 0.552 * (1.0 - point);
    pen.move_to(x - half, bottom)
        .line_to(x - half, spring)
        .cubic_to(
            (x - half, spring + (top - spring) * ease),
            (x - half * flat.max(0.16), top - half * 0.25 * point),
            (x, top),
        )
        .cubic_to(
            (x + half * flat.max(0.16), top - half * 0.25 * point),
            (x + half, spring + (top - spring) * ease),
            (x + half, spring),
        )
        .line_to(x + half, bottom)
        .close()
}
