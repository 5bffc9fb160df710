//! Compositions of a sign in gold: the wheel of the dharma, the khanda.

use crate::canvas::Canvas;
use crate::color::{Rgb, lch, lerp, smoothstep};
use crate::noise::Field;
use crate::pen::{Pen, Place, outline};
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::{light, relief, sky, tone};

/// Silk in folds, with a glow behind what lies before it.
fn silk(s: &Setting<'_>, (ink, glow): (Rgb, Rgb), centre: (f32, f32), rng: &mut Stream) -> Canvas {
    let frame = s.frame;
    let mut canvas = Canvas::new(frame);
    let (folds, weave) = (rng.noise(), rng.noise());
    let slant = rng.sign() * rng.range(0.25, 0.5);
    let field = Field::new(frame.width, frame.height, 2.0, |x, y| {
        let (u, v) = ((x - centre.0) / frame.unit, (y - centre.1) / frame.unit);
        let along = u + v * slant;
        let wave = |a: f32| {
            folds.at(a * 2.1 + 0.6 * folds.at(a * 0.7, v * 0.5), v * 0.35)
                + 0.4 * folds.at(a * 5.2, v * 0.6 + 9.0)
        };
        let slope = (wave(along + 0.01) - wave(along - 0.01)) / 0.02;
        let lit = (0.46 + 0.060 * slope).clamp(0.12, 1.1);
        let d = (u * u + v * v).sqrt();
        let thread = 1.0 + 0.03 * weave.at(u * 90.0, v * 90.0);
        ink * (lit * thread * (0.45 + 0.75 * (-d * 1.5).exp())) + glow * (0.20 * (-d * d * 6.0).exp())
    });
    canvas.paint_rows(0, frame.height, |x, y, _| field.at(x, y));
    canvas
}

/// The wheel of the dharma: eight spokes, a hub, a rim with beads.
pub(crate) fn wheel(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("wheel");
    let frame = s.frame;
    let tall = frame.tallness();
    let centre = frame.place(0.5, lerp(0.43, 0.42, tall));
    let radius = lerp(0.315, 0.36, tall) * frame.unit;
    let ink = rng.pick(&[
        s.style.cool(0.36, 0.075, 0.0),
        s.style.accent(0.36, 0.095),
        s.style.warm(0.44, 0.10, -24.0),
    ]);
    let gold = s.style.earth(0.76, 0.115, 14.0);
    let key = s.style.warm(0.94, 0.06, 4.0) * 1.05;
    let mut canvas = silk(s, (ink, key), centre, &mut rng);
    rays(&mut canvas, centre, radius, key * 0.024);
    let place = Place::new(centre, radius);
    let (shade, grain) = (s.style.cool(0.40, 0.05, 0.0), rng.noise());
    let lamp = (rng.sign() * 0.6, 0.8);
    let metal = |canvas: &mut Canvas, pen: Pen, bevel: f32| {
        relief::emboss(canvas, pen.path(), (bevel * radius).max(1.2), (gold, key, shade), lamp, grain);
    };
    // Spokes with a waist and a bead, as lathes turn them.
    let turn = |a: f32, r: f32, side: f32| (a.cos() * r - a.sin() * side, a.sin() * r + a.cos() * side);
    for i in 0..8 {
        let a = std::f32::consts::FRAC_PI_8 * 2.0 * i as f32 + std::f32::consts::FRAC_PI_2;
        let profile = [
            (0.16, 0.050),
            (0.26, 0.032),
            (0.38, 0.024),
            (0.46, 0.052),
            (0.52, 0.052),
            (0.60, 0.026),
            (0.70, 0.040),
            (0.80, 0.062),
        ];
        let points: Vec<_> = profile
            .iter()
            .map(|&(r, w)| turn(a, r, w))
            .chain(profile.iter().rev().map(|&(r, w)| turn(a, r, -w)))
            .collect();
        metal(&mut canvas, place.pen().polygon(&points), 0.022);
        // A knob outside the rim, at the end of each spoke.
        let at = turn(a, 1.045, 0.0);
        metal(&mut canvas, place.pen().ellipse(at, (0.062, 0.062)), 0.030);
        let tip = [turn(a, 1.08, 0.045), turn(a, 1.20, 0.0), turn(a, 1.08, -0.045)];
        metal(&mut canvas, place.pen().polygon(&tip), 0.018);
    }
    let ring = |r: f32, wide: f32| {
        let circle = place.pen().ellipse((0.0, 0.0), (r, r)).path()?;
        outline(&circle, wide * radius)
    };
    for (r, wide, bevel) in [(0.88, 0.20, 0.035), (0.88, 0.075, 0.022), (0.165, 0.085, 0.024)] {
        relief::emboss(
            &mut canvas,
            ring(r, wide),
            (bevel * radius).max(1.2),
            (gold, key, shade),
            lamp,
            grain,
        );
    }
    for i in 0..24 {
        let a = std::f32::consts::TAU / 24.0 * (i as f32 + 0.5);
        metal(&mut canvas, place.pen().ellipse(turn(a, 0.88, 0.0), (0.022, 0.022)), 0.014);
    }
    metal(&mut canvas, place.pen().ellipse((0.0, 0.0), (0.135, 0.135)), 0.050);
    // Three commas turn around each other in the hub.
    for i in 0..3 {
        let a = std::f32::consts::TAU / 3.0 * i as f32;
        let line = [
            turn(a, 0.015, 0.0),
            turn(a + 0.5, 0.055, 0.0),
            turn(a + 1.1, 0.085, 0.0),
            turn(a + 1.9, 0.095, 0.0),
        ];
        let comma = place.pen().ribbon(&line, |t| 0.050 * (1.0 - t) + 0.004);
        metal(&mut canvas, comma, 0.012);
    }
    finish(s, canvas, centre, radius, &mut rng)
}

/// Fine rays behind a sign.
fn rays(canvas: &mut Canvas, centre: (f32, f32), radius: f32, light: Rgb) {
    canvas.add_light(|x, y| {
        let (dx, dy) = ((x - centre.0) / radius, (y - centre.1) / radius);
        let d = (dx * dx + dy * dy).sqrt();
        let comb = (dy.atan2(dx) * 24.0).cos() * 0.5 + 0.5;
        light * (comb.powi(3) * smoothstep(0.9, 1.25, d) * (-(d - 1.0).max(0.0) * 1.1).exp() * 2.0)
    });
}

fn finish(s: &Setting<'_>, mut canvas: Canvas, centre: (f32, f32), radius: f32, rng: &mut Stream) -> Scene {
    let frame = s.frame;
    let gold = s.style.warm(0.92, 0.08, 6.0).normalised();
    // Motes of light in the air.
    for _ in 0..70 {
        let (a, d) = (rng.range(0.0, std::f32::consts::TAU), rng.range(0.9, 2.4) * radius);
        let at = (centre.0 + a.cos() * d, centre.1 + a.sin() * d * 0.8);
        sky::star(&mut canvas, at, frame.unit * rng.range(0.0008, 0.0020), gold * rng.range(0.05, 0.35));
    }
    light::bloom(&mut canvas, 0.65, 0.6);
    tone::darken_for_captions(&mut canvas, 0.45);
    Scene { canvas, focus: (centre.0 / frame.w(), centre.1 / frame.h()) }
}

/// The khanda: a double-edged sword in a ring, between two single-edged ones.
pub(crate) fn khanda(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("khanda");
    let frame = s.frame;
    let tall = frame.tallness();
    let centre = frame.place(0.5, lerp(0.43, 0.42, tall));
    let radius = lerp(0.335, 0.37, tall) * frame.unit;
    // Saffron or the blue of the Nihangs, whatever the film's palette.
    let saffron = lch(0.62, 0.150, 62.0);
    let ink = if rng.chance(0.6) { saffron * 0.75 } else { lch(0.36, 0.095, 262.0) };
    let steel = lch(0.80, 0.100, 86.0);
    let key = s.style.warm(0.95, 0.05, 6.0) * 1.05;
    let mut canvas = silk(s, (ink, key), centre, &mut rng);
    rays(&mut canvas, centre, radius, key * 0.022);
    let place = Place::new(centre, radius);
    let (shade, grain) = (s.style.cool(0.40, 0.05, 0.0), rng.noise());
    let lamp = (rng.sign() * 0.6, 0.8);
    let metal = |canvas: &mut Canvas, pen: Pen, bevel: f32| {
        relief::emboss(canvas, pen.path(), (bevel * radius).max(1.2), (steel, key, shade), lamp, grain);
    };
    // Two swords bend around the ring and cross below it.
    for way in [-1.0, 1.0] {
        let blade = place.facing(way);
        let curve =
            [(0.60, 0.78), (0.735, 0.42), (0.745, 0.02), (0.62, -0.38), (0.34, -0.66), (-0.02, -0.80)];
        let sword = blade
            .pen()
            .ribbon(&curve, |t| 0.012 + 0.135 * smoothstep(0.0, 0.30, t) * smoothstep(1.25, 0.72, t));
        metal(&mut canvas, sword, 0.032);
        let grip = blade.pen().ribbon(&[(0.00, -0.80), (-0.13, -0.86), (-0.27, -0.98)], |_| 0.060);
        metal(&mut canvas, grip, 0.022);
        metal(&mut canvas, blade.pen().ellipse((-0.285, -0.995), (0.052, 0.052)), 0.022);
        let guard = blade.pen().limb((-0.075, -0.72), (0.015, -0.93), (0.045, 0.045));
        metal(&mut canvas, guard, 0.016);
    }
    let circle = place.pen().ellipse((0.0, 0.05), (0.46, 0.46)).path();
    let ring = circle.and_then(|circle| outline(&circle, 0.115 * radius));
    relief::emboss(&mut canvas, ring, (0.028 * radius).max(1.2), (steel, key, shade), lamp, grain);
    let sword = place.pen().smooth(&[
        (0.0, 1.08),
        (0.055, 0.93),
        (0.150, 0.74),
        (0.125, 0.50),
        (0.098, 0.20),
        (0.120, -0.10),
        (0.150, -0.36),
        (0.045, -0.47),
        (0.0, -0.49),
        (-0.045, -0.47),
        (-0.150, -0.36),
        (-0.120, -0.10),
        (-0.098, 0.20),
        (-0.125, 0.50),
        (-0.150, 0.74),
        (-0.055, 0.93),
    ]);
    metal(&mut canvas, sword, 0.060);
    metal(
        &mut canvas,
        place.pen().polygon(&[(-0.23, -0.46), (0.23, -0.46), (0.20, -0.535), (-0.20, -0.535)]),
        0.018,
    );
    metal(&mut canvas, place.pen().block(-0.048, -0.86, 0.048, -0.52), 0.022);
    metal(&mut canvas, place.pen().ellipse((0.0, -0.915), (0.082, 0.082)), 0.030);
    finish(s, canvas, centre, radius, &mut rng)
}
