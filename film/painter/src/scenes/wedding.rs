//! A wedding's table: jars of stone, cups of wine, a garland along the cloth.

use crate::canvas::Canvas;
use crate::color::{lch, lerp, smoothstep};
use crate::pen::{Place, spline};
use crate::scenes::still_life::{Lamp, back_wall, cloth, fruit, loaf, vessel};
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::{light, tone};

/// Half-widths by height.
const JAR: [(f32, f32); 14] = [
    (0.070, 0.0),
    (0.074, 0.015),
    (0.105, 0.07),
    (0.138, 0.15),
    (0.150, 0.22),
    (0.146, 0.28),
    (0.122, 0.335),
    (0.086, 0.372),
    (0.078, 0.392),
    (0.090, 0.405),
    (0.101, 0.415),
    (0.102, 0.428),
    (0.094, 0.433),
    (0.088, 0.434),
];
const CUP: [(f32, f32); 11] = [
    (0.058, 0.0),
    (0.055, 0.008),
    (0.017, 0.022),
    (0.013, 0.050),
    (0.024, 0.066),
    (0.013, 0.082),
    (0.046, 0.110),
    (0.068, 0.145),
    (0.074, 0.185),
    (0.075, 0.205),
    (0.072, 0.208),
];

/// A wedding's table in evening light.
pub(crate) fn feast(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("wedding");
    let frame = s.frame;
    let tall = frame.tallness();
    let side = rng.sign();
    let lamp = Lamp {
        side,
        window: s.style.warm(0.90, 0.095, -4.0) * 2.1,
        room: s.style.cool(0.36, 0.035, 0.0) * 1.05,
        bounce: s.style.earth(0.58, 0.085, -10.0) * 0.65,
    };
    let mut canvas = Canvas::new(frame);
    let edge = lerp(0.575, 0.60, tall) * frame.h();
    back_wall(s, &mut canvas, &lamp, edge, &mut rng);
    cloth(s, &mut canvas, &lamp, edge, &mut rng);
    let middle = frame.w() * (0.5 + rng.range(-0.03, 0.03) * (1.0 - tall));
    let unit = frame.unit * lerp(1.0, 0.84, tall);
    let grain = rng.noise();
    let at = |x: f32, y: f32| Place::new((middle + x * side * unit, edge + y * unit), unit);
    let stone = s.style.stone(0.66).mix(s.style.earth(0.66, 0.045, -4.0), 0.6);

    // Painted from the back to the front.
    for (x, y, scale, shade) in [
        (-0.56, 0.020, 0.86, 0.80),
        (0.58, 0.016, 0.82, 0.84),
        (-0.33, 0.045, 1.0, 0.94),
        (0.36, 0.050, 0.94, 1.0),
    ] {
        vessel(
            &mut canvas,
            at(x, y).within(0.0, 0.0, scale),
            &JAR,
            (stone * shade, 0.12, true),
            &lamp,
            grain,
        );
    }
    let gold = s.style.earth(0.72, 0.095, 12.0);
    for (x, y) in [(-0.085, 0.070), (0.115, 0.082)] {
        let place = at(x, y);
        vessel(&mut canvas, place, &CUP, (gold, 1.4, true), &lamp, grain);
        let wine = place.pen().ellipse((0.0, 0.205), (0.062, 0.0135)).path();
        let ink = s.style.accent(0.30, 0.11);
        canvas.fill(wine, |px, _, _| {
            let (x, _) = place.local(px, 0.0);
            ink.tint(lamp.window * 0.30 + lamp.room) + lamp.window * (0.10 * (-(x / 0.025).powi(2)).exp())
        });
    }
    loaf(&mut canvas, at(0.015, 0.125), (0.100, 0.062), s, &lamp, &mut rng);
    fruit(s, &mut canvas, at(0.30, 0.110), &lamp, &mut rng);
    garland(s, &mut canvas, at(0.0, 0.185).facing(side), &lamp, &mut rng);
    let dust = rng.noise();
    let from = (middle + side * 0.95 * unit, -0.10 * frame.h());
    for (shift, width, strength) in [(0.0, 0.10, 0.060), (-0.26, 0.07, 0.045)] {
        let to = (middle - side * (0.06 - shift) * unit, edge + 0.10 * unit);
        let light = lamp.window * (strength * s.style.rays);
        let from = (from.0 + side * shift * unit, from.1);
        light::beam(&mut canvas, from, to, (width * 0.6, width * 1.25), light, dust);
    }
    light::bloom(&mut canvas, 0.7, 0.5);
    tone::darken_for_captions(&mut canvas, 0.42);
    Scene { canvas, focus: (middle / frame.w(), (edge - 0.10 * unit) / frame.h()) }
}

/// Leaves and blossoms on a string that hangs in two bows along the table's front.
fn garland(s: &Setting<'_>, canvas: &mut Canvas, place: Place, lamp: &Lamp, rng: &mut Stream) {
    let bows: Vec<(f32, f32)> = (0..=16)
        .map(|i| {
            let x = lerp(-1.10, 1.10, i as f32 / 16.0);
            let within = (x / 0.55 + 0.5).rem_euclid(1.0) * 2.0 - 1.0;
            (x, -0.085 * (1.0 - within * within))
        })
        .collect();
    let line = spline(&bows);
    let leaf = s.style.green(0.40, 0.075);
    let petals =
        [lch(0.93, 0.02, 95.0), s.style.accent(0.62, 0.13), lch(0.78, 0.135, 70.0), lch(0.90, 0.03, 20.0)];
    let count = 190;
    for i in 0..count {
        let at = line[i * (line.len() - 1) / count];
        let root = (at.0 + rng.range(-0.006, 0.006), at.1 + rng.range(-0.008, 0.008));
        let angle = rng.range(0.0, std::f32::consts::TAU);
        let long = rng.range(0.028, 0.044);
        let tip = (root.0 + angle.cos() * long, root.1 + angle.sin() * long);
        let bend =
            ((root.0 + tip.0) * 0.5 - angle.sin() * 0.006, (root.1 + tip.1) * 0.5 + angle.cos() * 0.006);
        let tone = rng.range(0.6, 1.1);
        canvas.fill(place.pen().blade(root, bend, tip, 0.016).path(), |_, _, _| {
            leaf.tint(lamp.on(angle.cos() * 0.5 * lamp.side, angle.sin() * 0.6)) * (0.62 * tone)
        });
    }
    for i in 0..46 {
        let at = line[i * (line.len() - 1) / 46];
        let centre = (at.0 + rng.range(-0.012, 0.012), at.1 + rng.range(-0.012, 0.012));
        let (ink, r) = (rng.pick(&petals), rng.range(0.014, 0.025));
        let turn = rng.range(0.0, std::f32::consts::TAU);
        let points: Vec<_> = (0..40)
            .map(|k| k as f32 / 40.0 * std::f32::consts::TAU)
            .map(|a| (a, r * (0.80 + 0.22 * (a * 5.0 + turn).cos())))
            .map(|(a, r)| (centre.0 + a.cos() * r, centre.1 + a.sin() * r))
            .collect();
        canvas.fill(place.pen().smooth(&points).path(), |px, py, _| {
            let (x, y) = place.local(px, py);
            let (nx, ny) = ((x - centre.0) / r, (y - centre.1) / r);
            let d = (nx * nx + ny * ny).sqrt();
            let heart = smoothstep(0.34, 0.22, d);
            let ink = ink.mix(lch(0.72, 0.13, 80.0), heart);
            ink.tint(lamp.on(nx * 0.6 * lamp.side * place.facing, ny * 0.7))
                * lerp(0.62, 0.95, smoothstep(0.1, 0.8, d))
        });
    }
}
