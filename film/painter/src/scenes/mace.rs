//! A mace before the mountains, as Hanuman carries it.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::noise::Noise;
use crate::pen::Place;
use crate::scenes::lands::{Ranges, ranges};
use crate::scenes::still_life::Lamp;
use crate::setting::{Scene, Setting};
use crate::{light, tone};

/// Half-widths by height of the shaft with its collars and of the finial; the head is a globe of its own.
const SHAFT: [(f32, f32); 15] = [
    (0.010, -0.06),
    (0.034, -0.04),
    (0.040, -0.015),
    (0.028, 0.010),
    (0.017, 0.022),
    (0.017, 0.25),
    (0.026, 0.256),
    (0.026, 0.272),
    (0.017, 0.278),
    (0.018, 0.47),
    (0.034, 0.480),
    (0.044, 0.497),
    (0.030, 0.512),
    (0.040, 0.530),
    (0.055, 0.545),
];
const FINIAL: [(f32, f32); 8] = [
    (0.060, 0.795),
    (0.046, 0.812),
    (0.026, 0.820),
    (0.034, 0.838),
    (0.036, 0.850),
    (0.024, 0.872),
    (0.010, 0.905),
    (0.001, 0.930),
];
/// Middle and half-width of the head.
const HEAD: (f32, f32) = (0.670, 0.148);

/// A golden mace stands on a rock; behind it are the mountains that it was carried over.
pub(crate) fn mace(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("mace");
    let frame = s.frame;
    let tall = frame.tallness();
    let Ranges { mut canvas, light, .. } = ranges(s, &mut rng);
    let side = if light.sun_at.0 > 0.5 { 1.0 } else { -1.0 };
    s.begin_layer(&mut canvas, Distance::Near, SheetMotion::Still);
    let lamp = Lamp {
        side,
        window: light.disc.normalised() * 1.25,
        room: light.ambient * 0.9,
        bounce: s.style.earth(0.50, 0.07, -8.0) * 0.35,
    };
    let unit = frame.unit * lerp(0.80, 0.86, tall);
    let foot = (frame.w() * (0.5 - side * lerp(0.10, 0.02, tall)), frame.h() * lerp(0.845, 0.80, tall));
    let place = Place::new(foot, unit).turned(side * 0.06);
    let grain = rng.noise();
    rock(s, &mut canvas, Place::new(foot, unit), &lamp, grain);
    let gold = s.style.earth(0.74, 0.120, 12.0);
    turned(&mut canvas, place, &SHAFT, gold * 0.9, &lamp, grain);
    turned(&mut canvas, place, &FINIAL, gold, &lamp, grain);
    head(&mut canvas, place, gold, &lamp, grain);
    let (hx, hy) = place.at(0.0, HEAD.0);
    light::halo(&mut canvas, (hx / frame.w(), hy / frame.h()), 0.22, lamp.window * 0.05);
    light::bloom(&mut canvas, 0.80, 0.45);
    tone::darken_for_captions(&mut canvas, 0.40);
    Scene { canvas, focus: (hx / frame.w(), hy / frame.h()) }
}

/// A rock that fills the lower edge of the picture around the foot of the mace.
fn rock(s: &Setting<'_>, canvas: &mut Canvas, place: Place, lamp: &Lamp, grain: Noise) {
    let stone = s.style.stone(0.40);
    let mut outline = vec![(-3.0, -1.2), (-3.0, -0.40)];
    for step in 0..=60 {
        let x = lerp(-1.3, 1.3, step as f32 / 60.0);
        let heap = -0.30 * smoothstep(0.10, 0.95, x.abs()) - 0.012;
        outline.push((x, heap + 0.045 * grain.fbm(x * 5.0 + 40.0, 3.0, 4)));
    }
    outline.extend([(3.0, -0.40), (3.0, -1.2)]);
    canvas.fill(place.pen().polygon(&outline).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let height = |x: f32, y: f32| grain.ridged(x * 2.4 + 9.0, y * 3.4, 6, 0.0);
        let (dx, dy) =
            (height(x + 0.012, y) - height(x - 0.012, y), height(x, y + 0.012) - height(x, y - 0.012));
        let (nx, ny) = ((-dx * 2.4).clamp(-0.8, 0.8), (0.30 - dy * 1.6).clamp(-0.5, 0.9));
        let deep = smoothstep(0.05, -0.55, y);
        stone.tint(lamp.on(nx, ny)) * (lerp(0.85, 0.22, deep) * (0.80 + 0.4 * height(x, y)))
    });
}

/// A turned part of the mace in metal.
fn turned(canvas: &mut Canvas, place: Place, profile: &[(f32, f32)], ink: Rgb, lamp: &Lamp, grain: Noise) {
    let half_at = |y: f32| {
        let next = profile.iter().position(|p| p.1 >= y).unwrap_or(profile.len() - 1).max(1);
        let (a, b) = (profile[next - 1], profile[next]);
        lerp(a.0, b.0, ((y - a.1) / (b.1 - a.1).max(1e-4)).clamp(0.0, 1.0)).max(1e-4)
    };
    canvas.fill(place.pen().turned(0.0, profile).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let lean = (half_at(y - 0.006) - half_at(y + 0.006)) / 0.012;
        let flat = 1.0 / (1.0 + lean * lean).sqrt();
        let across = (x / half_at(y)).clamp(-1.0, 1.0);
        metal(ink, (across * flat, lean * flat), lamp) * (0.92 + 0.16 * grain.fbm(x * 30.0, y * 30.0, 3))
    });
}

/// The globe: sixteen ribs from pole to pole and a girdle around its middle.
fn head(canvas: &mut Canvas, place: Place, ink: Rgb, lamp: &Lamp, grain: Noise) {
    let (middle, half) = HEAD;
    let tall = half * 0.92;
    canvas.fill(place.pen().ellipse((0.0, middle), (half, tall)).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let v = ((y - middle) / tall).clamp(-1.0, 1.0);
        let ring = (1.0 - v * v).sqrt().max(1e-3);
        let across = (x / half / ring).clamp(-1.0, 1.0);
        let angle = across.asin();
        let rib = (angle * 8.0).sin() * smoothstep(0.10, 0.45, ring);
        let girdle = smoothstep(0.15, 0.11, v.abs());
        let bead = (angle * 16.0).cos() * smoothstep(0.085, 0.05, v.abs());
        let nx = (across * ring + 0.34 * rib * (1.0 - girdle) - 0.25 * bead * girdle).clamp(-0.97, 0.97);
        let ny = (v + 0.20 * girdle * (v / 0.13)).clamp(-0.95, 0.95);
        let crease = 1.0 - 0.35 * smoothstep(0.55, 1.0, (angle * 8.0).cos().abs()) * (1.0 - girdle);
        let worn = 0.92 + 0.16 * grain.fbm(angle * 4.0, v * 6.0, 4);
        metal(ink, (nx, ny), lamp) * (crease * worn)
    });
}

/// Light on gold: the colour, a broad reflection of the ground and a narrow one of the sun.
fn metal(ink: Rgb, (nx, ny): (f32, f32), lamp: &Lamp) -> Rgb {
    let rim = smoothstep(0.70, 1.0, (nx * nx + ny * ny).sqrt());
    let ground = smoothstep(-0.1, -0.6, ny) * 0.5;
    ink.tint(lamp.on(nx, ny.clamp(-0.9, 0.9))) * (1.0 - 0.45 * rim)
        + ink.tint(lamp.bounce) * ground
        + lamp.gleam(nx, ny) * 0.75
}
