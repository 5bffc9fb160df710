//! Still lives of food: bread and cup, dates and water.

use crate::canvas::Canvas;
use crate::color::{lerp, smoothstep};
use crate::noise::Noise;
use crate::pen::Place;
use crate::scenes::interiors::{dim_room, table};
use crate::scenes::still_life::{Lamp, back_wall, cloth, loaf, shadow, vessel};
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::{lamps, light, tone};

/// A room with a table, the light from one side, and where things stand on it.
pub(crate) struct Still {
    pub(crate) canvas: Canvas,
    pub(crate) lamp: Lamp,
    edge: f32,
    middle: f32,
    unit: f32,
}

impl Still {
    /// A table of dark wood before a dark wall.
    pub(crate) fn dark(s: &Setting<'_>, rng: &mut Stream) -> Self {
        let frame = s.frame;
        let tall = frame.tallness();
        let side = rng.sign();
        let lamp = Lamp {
            side,
            window: s.style.warm(0.90, 0.080, -2.0) * 2.1,
            room: s.style.cool(0.30, 0.035, 0.0) * 0.9,
            bounce: s.style.earth(0.46, 0.075, -10.0) * 0.55,
        };
        let middle = frame.w() * (0.5 + rng.range(-0.03, 0.03) * (1.0 - tall));
        let edge = lerp(0.60, 0.60, tall) * frame.h();
        let mut canvas = dim_room(s, (0.5 + side * 0.16, 0.30), 0, rng);
        let wood = s.style.earth(0.44, 0.065, -12.0);
        table(&mut canvas, edge, wood, lamp.window * 0.55, middle + side * 0.15 * frame.unit, rng);
        // Pictures of one room are flat.
        canvas.take_layers();
        Self { canvas, lamp, edge, middle, unit: frame.unit * lerp(1.12, 1.02, tall) }
    }

    /// A place on the table: right of the middle on the light's side, and down from the table's edge.
    pub(crate) fn at(&self, x: f32, y: f32) -> Place {
        Place::new((self.middle + x * self.lamp.side * self.unit, self.edge + y * self.unit), self.unit)
    }

    /// Beams that fall from the light's side onto a point of the table, and the finish of the picture.
    pub(crate) fn finish(
        mut self,
        s: &Setting<'_>,
        onto: (f32, f32),
        strength: f32,
        rng: &mut Stream,
    ) -> Scene {
        let frame = s.frame;
        let dust = rng.noise();
        let side = self.lamp.side;
        let from = (self.middle + side * 0.95 * self.unit, -0.10 * frame.h());
        let target = self.at(onto.0, onto.1);
        for (shift, width, share) in [(0.0, 0.10, 0.060), (-0.20, 0.07, 0.042)] {
            let to = (target.x + shift * side * self.unit, target.y + 0.05 * self.unit);
            let light = self.lamp.window * (share * strength * s.style.rays);
            light::beam(
                &mut self.canvas,
                (from.0 + side * shift * self.unit, from.1),
                to,
                (width * 0.6, width * 1.3),
                light,
                dust,
            );
        }
        light::bloom(&mut self.canvas, 0.7, 0.5);
        tone::darken_for_captions(&mut self.canvas, 0.42);
        let focus = self.at(onto.0, onto.1 - 0.12);
        Scene { canvas: self.canvas, focus: (focus.x / frame.w(), focus.y / frame.h()) }
    }
}

/// A loaf and a cup on a table of dark wood.
pub(crate) fn bread_and_cup(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("bread and cup");
    let mut still = Still::dark(s, &mut rng);
    let grain = rng.noise();
    napkin(s, &mut still, (0.06, 0.16), grain);
    let goblet: [(f32, f32); 14] = [
        (0.078, 0.0),
        (0.076, 0.008),
        (0.050, 0.020),
        (0.018, 0.036),
        (0.014, 0.075),
        (0.026, 0.095),
        (0.026, 0.108),
        (0.014, 0.125),
        (0.030, 0.150),
        (0.068, 0.178),
        (0.088, 0.225),
        (0.094, 0.275),
        (0.096, 0.315),
        (0.093, 0.320),
    ];
    let gold = s.style.earth(0.76, 0.088, 16.0);
    let place = still.at(-0.15, 0.085);
    vessel(&mut still.canvas, place, &goblet, (gold, 1.5, true), &still.lamp, grain);
    // The wine in it.
    let wine = place.pen().ellipse((0.0, 0.314), (0.082, 0.0165)).path();
    let (ink, shine) = (s.style.accent(0.30, 0.11), still.lamp.window * 0.10);
    still.canvas.fill(wine, |px, _, _| {
        let (x, _) = place.local(px, 0.0);
        ink.tint(still.lamp.window * 0.30 + still.lamp.room) + shine * (-(x / 0.03).powi(2)).exp()
    });
    let place = still.at(0.115, 0.135);
    loaf(&mut still.canvas, place, (0.185, 0.125), s, &still.lamp, &mut rng);
    let place = still.at(-0.02, 0.185);
    crust(s, &mut still.canvas, place, &still.lamp, grain);
    still.finish(s, (0.0, 0.06), 1.0, &mut rng)
}

/// A piece broken from a loaf: crumb in front, crust around it.
fn crust(s: &Setting<'_>, canvas: &mut Canvas, place: Place, lamp: &Lamp, grain: Noise) {
    shadow(canvas, place, 0.07, lamp.side);
    let (brown, crumb) = (s.style.earth(0.52, 0.095, -12.0), s.style.earth(0.84, 0.060, 8.0));
    let outer = place.pen().smooth(&[
        (-0.078, 0.0),
        (-0.072, 0.045),
        (-0.02, 0.070),
        (0.045, 0.058),
        (0.078, 0.020),
        (0.060, -0.010),
        (0.0, -0.016),
    ]);
    canvas.fill(outer.path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        brown.tint(lamp.on(x / 0.08, (y - 0.02) / 0.06)) * (0.85 + 0.4 * grain.fbm(x * 40.0, y * 40.0, 3))
    });
    let torn = place.pen().smooth(&[
        (-0.066, 0.004),
        (-0.052, 0.038),
        (-0.012, 0.056),
        (0.036, 0.043),
        (0.060, 0.016),
        (0.045, -0.004),
        (0.0, -0.008),
    ]);
    canvas.fill(torn.path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let pores = grain.fbm(x * 55.0, y * 55.0, 4);
        crumb.tint(lamp.on(0.25 * lamp.side, 0.35)) * (0.78 + 0.55 * pores).max(0.2)
    });
}

/// A cloth spread on the table, seen flat.
fn napkin(s: &Setting<'_>, still: &mut Still, (x, y): (f32, f32), folds: Noise) {
    let place = still.at(x, y).facing(still.lamp.side);
    let linen = s.style.earth(0.86, 0.022, 6.0);
    let lamp = &still.lamp;
    let spread = place.pen().smooth(&[
        (-0.30, 0.045),
        (-0.12, 0.075),
        (0.14, 0.078),
        (0.31, 0.048),
        (0.36, -0.03),
        (0.20, -0.085),
        (-0.06, -0.078),
        (-0.33, -0.062),
        (-0.36, -0.01),
    ]);
    still.canvas.fill(spread.path(), |px, py, before| {
        let (x, y) = place.local(px, py);
        let wave = |x: f32, y: f32| folds.fbm(x * 5.0, y * 15.0, 4);
        let slope = (wave(x + 0.006, y) - wave(x - 0.006, y)) / 0.012 * 0.010;
        let color = linen.tint(lamp.on((slope * lamp.side).clamp(-0.7, 0.7), 0.75)) * 0.62;
        before.mix(color, 0.96)
    });
}

/// A plate of dates, a glass of water and a lantern: what the fast is broken with.
pub(crate) fn dates(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("dates");
    let frame = s.frame;
    let tall = frame.tallness();
    let side = rng.sign();
    let lamp = Lamp {
        side,
        window: s.style.warm(0.82, 0.115, -6.0) * 2.0,
        room: s.style.cool(0.34, 0.045, 0.0) * 1.0,
        bounce: s.style.earth(0.55, 0.085, -10.0) * 0.6,
    };
    let edge = lerp(0.585, 0.60, tall) * frame.h();
    let mut canvas = Canvas::new(frame);
    back_wall(s, &mut canvas, &lamp, edge, &mut rng);
    cloth(s, &mut canvas, &lamp, edge, &mut rng);
    let middle = frame.w() * (0.5 + rng.range(-0.03, 0.03) * (1.0 - tall));
    let mut still = Still { canvas, lamp, edge, middle, unit: frame.unit * lerp(1.12, 1.05, tall) };
    let grain = rng.noise();
    // A tall jug of copper behind.
    let jug: [(f32, f32); 11] = [
        (0.070, 0.0),
        (0.082, 0.012),
        (0.108, 0.07),
        (0.104, 0.13),
        (0.070, 0.20),
        (0.036, 0.26),
        (0.030, 0.30),
        (0.034, 0.335),
        (0.050, 0.365),
        (0.054, 0.378),
        (0.048, 0.380),
    ];
    let place = still.at(0.27, 0.050);
    vessel(
        &mut still.canvas,
        place,
        &jug,
        (s.style.earth(0.58, 0.105, -16.0), 1.3, true),
        &still.lamp,
        grain,
    );
    let plate: [(f32, f32); 6] =
        [(0.075, 0.0), (0.080, 0.010), (0.140, 0.026), (0.182, 0.044), (0.190, 0.052), (0.184, 0.054)];
    let place = still.at(-0.10, 0.135);
    vessel(&mut still.canvas, place, &plate, (s.style.cool(0.60, 0.06, 0.0), 1.0, false), &still.lamp, grain);
    heap_of_dates(s, &mut still.canvas, place.within(0.0, 0.046, 1.0), &still.lamp, &mut rng);
    let place = still.at(0.135, 0.125);
    tumbler(&mut still.canvas, place, &still.lamp);
    let night = s.style.cool(0.40, 0.05, 0.0) * 0.9;
    let hung = Place::new(
        (still.middle - side * lerp(0.46, 0.30, tall) * frame.unit, lerp(0.26, 0.22, tall) * frame.h()),
        0.24 * frame.unit,
    );
    lamps::lantern(&mut still.canvas, hung, &s.style, night, &mut rng);
    still.finish(s, (-0.04, 0.08), 0.9, &mut rng)
}

/// Dates heaped on a plate: glossy, wrinkled along their length.
fn heap_of_dates(s: &Setting<'_>, canvas: &mut Canvas, place: Place, lamp: &Lamp, rng: &mut Stream) {
    let wrinkle = rng.noise();
    let skins = [
        s.style.earth(0.34, 0.085, -22.0),
        s.style.earth(0.40, 0.095, -16.0),
        s.style.earth(0.29, 0.075, -26.0),
    ];
    let mut laid: Vec<(f32, f32, f32)> = Vec::new();
    for (row, (count, half)) in
        [(6, 0.135), (5, 0.115), (4, 0.082), (2, 0.040), (1, 0.0)].into_iter().enumerate()
    {
        for i in 0..count {
            let t = if count > 1 { i as f32 / (count - 1) as f32 * 2.0 - 1.0 } else { 0.0 };
            laid.push((
                t * half + rng.range(-0.008, 0.008),
                row as f32 * 0.026 + rng.range(0.0, 0.006),
                rng.range(-0.6, 0.6),
            ));
        }
    }
    for (x, y, turn) in laid {
        let skin = rng.pick(&skins);
        let fruit = place.within(x, y, 1.0).turned(turn);
        canvas.fill(fruit.pen().ellipse((0.0, 0.0), (0.041, 0.0215)).path(), |px, py, _| {
            let (u, v) = fruit.local(px, py);
            let (u, v) = (u / 0.041, v / 0.0215);
            let crease = 0.30 * wrinkle.fbm(u * 1.4 + x * 90.0, v * 4.5, 3);
            let (nx, ny) = (
                (u * 0.75 * turn.cos() - v * 0.9 * turn.sin()).clamp(-0.95, 0.95),
                (v * 0.85 * turn.cos() + u * 0.6 * turn.sin() + crease).clamp(-0.9, 0.95),
            );
            let rim = 1.0 - 0.5 * smoothstep(0.55, 1.0, (u * u + v * v).sqrt());
            skin.tint(lamp.on(nx, ny)) * (rim * (1.0 + crease)) + lamp.gleam(nx, ny) * 0.30
        });
    }
}

/// A glass of water: what stands behind it, bent and brightened.
fn tumbler(canvas: &mut Canvas, place: Place, lamp: &Lamp) {
    let (foot, mouth, top, fill) = (0.046, 0.058, 0.190, 0.145);
    shadow(canvas, place, foot, lamp.side);
    let caustic = place.at(-lamp.side * 0.10, -0.006);
    canvas.paint_around(caustic, (place.scale * 0.10, place.scale * 0.03), |x, y, before| {
        let d =
            ((x - caustic.0) / place.scale / 0.045).powi(2) + ((y - caustic.1) / place.scale / 0.010).powi(2);
        before + lamp.window * (0.10 * (-d).exp())
    });
    let behind = canvas.snapshot();
    let body = place
        .pen()
        .polygon(&[(-foot, 0.004), (0.0, -0.006), (foot, 0.004), (mouth, top), (-mouth, top)])
        .path();
    canvas.fill(body, |px, py, _| {
        let (x, y) = place.local(px, py);
        let half = lerp(foot, mouth, (y / top).clamp(0.0, 1.0));
        let across = (x / half).clamp(-1.0, 1.0);
        let wet = smoothstep(fill + 0.002, fill - 0.002, y);
        // Water in a round glass turns the picture behind it.
        let seen = behind.sample(px - x * place.scale * (0.2 + 1.3 * wet), py + 0.010 * place.scale);
        let wall = smoothstep(0.72, 1.0, across.abs());
        let edge = lamp.room * (0.5 * wall)
            + lamp.window * (0.16 * wall * (0.5 + 0.5 * across * lamp.side).max(0.0));
        let glint = (-((across - lamp.side * 0.62) / 0.09).powi(2)).exp()
            * smoothstep(0.02, 0.06, y)
            * smoothstep(top, top - 0.04, y);
        seen * (0.94 - 0.22 * wall) + edge + lamp.window * (0.42 * glint)
    });
    for (y, half, share) in [(fill, lerp(foot, mouth, fill / top), 0.30), (top, mouth, 0.22)] {
        let level = place.pen().ellipse((0.0, y), (half, half * 0.22)).path();
        canvas.fill(level, |px, py, before| {
            let (x, ly) = place.local(px, py);
            let d = ((x / half).powi(2) + ((ly - y) / (half * 0.22)).powi(2)).sqrt();
            before
                + lamp.window
                    * (share * (0.12 + 0.88 * smoothstep(0.80, 1.0, d)) * (0.6 + 0.4 * x / half * lamp.side))
        });
    }
}
