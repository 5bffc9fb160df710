//! A peacock's feather and a flute on silk.

use crate::canvas::Canvas;
use crate::color::{Rgb, lch, lerp, smoothstep};
use crate::pen::Place;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::{light, tone};

/// A peacock's feather and a flute of bamboo on silk.
pub(crate) fn feather_and_flute(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("feather");
    let frame = s.frame;
    let tall = frame.tallness();
    let side = rng.sign();
    let mut canvas = Canvas::new(frame);
    let (folds, weave) = (rng.noise(), rng.noise());
    let silk = rng.pick(&[lch(0.66, 0.135, 70.0), lch(0.56, 0.13, 48.0), s.style.warm(0.62, 0.11, 0.0)]);
    let key = s.style.warm(0.93, 0.06, 4.0);
    let shade = s.style.cool(0.34, 0.05, 0.0);
    let slant = side * rng.range(0.5, 0.8);
    canvas.paint_rows(0, frame.height, |x, y, _| {
        let (u, v) = ((x - frame.w() * 0.5) / frame.unit * side, y / frame.unit);
        let along = u + v * slant.abs();
        let wave = |a: f32| {
            folds.at(a * 1.7 + 0.7 * folds.at(a * 0.6, v * 0.6), v * 0.4)
                + 0.42 * folds.at(a * 4.6 + 3.0, v * 0.7)
        };
        let slope = (wave(along + 0.012) - wave(along - 0.012)) / 0.024;
        let fall = smoothstep(1.0, -0.6, u + v * 0.4);
        let lit = key * ((0.40 + 0.060 * slope).clamp(0.10, 0.9) * lerp(0.55, 1.05, fall)) + shade * 0.35;
        silk.tint(lit) * (1.0 + 0.04 * weave.at(u * 120.0, v * 120.0))
    });
    let middle = frame.place(0.5, lerp(0.46, 0.45, tall));
    let unit = frame.unit * lerp(1.22, 1.20, tall);
    let place = Place::new(middle, unit).facing(side);
    let lean = lerp(0.50, 0.95, tall);
    flute(s, &mut canvas, place.within(0.02, -0.11, 1.0).turned(lean - 0.62), (key, shade), &mut rng);
    feather(&mut canvas, place.within(-0.06, 0.03, 1.0).turned(lean), (key, shade), &mut rng);
    light::bloom(&mut canvas, 0.7, 0.5);
    tone::darken_for_captions(&mut canvas, 0.45);
    let eye = place.within(-0.06, 0.03, 1.0).turned(lean).at(0.26, 0.02);
    Scene { canvas, focus: (eye.0 / frame.w(), eye.1 / frame.h()) }
}

/// A flute along the local x axis, about 0.8 long.
fn flute(s: &Setting<'_>, canvas: &mut Canvas, place: Place, (key, shade): (Rgb, Rgb), rng: &mut Stream) {
    let grain = rng.noise();
    let cane = s.style.earth(0.68, 0.085, 6.0);
    let thread = s.style.accent(0.46, 0.12);
    let (left, right, half) = (-0.42, 0.40, 0.021);
    let shadow = place
        .within(0.012, -0.020, 1.0)
        .pen()
        .limb((left, 0.0), (right, 0.0), (half * 2.4, half * 2.4))
        .path();
    canvas.fill(shadow, |_, _, before| before * 0.45);
    canvas.fill(place.pen().limb((left, 0.0), (right, 0.0), (half * 2.0, half * 2.0)).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let across = (y / half).clamp(-1.0, 1.0);
        let body = (1.0 - across * across).max(0.0).sqrt();
        let knot = smoothstep(0.010, 0.003, (x + 0.16).abs()).max(smoothstep(0.010, 0.003, (x - 0.27).abs()));
        let wound = [-0.36_f32, -0.10, 0.33].iter().any(|b| (x - b).abs() < 0.018);
        let ink = if wound {
            thread * (0.8 + 0.3 * (x * 900.0).sin())
        } else {
            cane * (0.88 + 0.24 * grain.fbm(x * 5.0, y * 90.0, 3))
        };
        let gleam = (-((across - 0.45) / 0.16).powi(2)).exp();
        ink.tint(key * (0.10 + 0.34 * (body * 0.6 + across * 0.45).max(0.0)) + shade * 0.35)
            * (1.0 - 0.35 * knot)
            + key * (0.07 * gleam)
    });
    for (x, wide) in
        [(-0.28, 0.0115), (-0.04, 0.0085), (0.02, 0.0085), (0.08, 0.0085), (0.14, 0.0085), (0.20, 0.0085)]
    {
        canvas.fill(place.pen().ellipse((x, 0.003), (wide, wide * 0.85)).path(), |px, py, _| {
            let (lx, ly) = place.local(px, py);
            let rim =
                smoothstep(0.4, 1.0, (((lx - x) / wide).powi(2) + ((ly - 0.003) / wide).powi(2)).sqrt());
            cane.tint(shade * 0.10 + key * (0.10 * rim * smoothstep(0.0, -0.01, ly)))
        });
    }
}

/// A feather along the local x axis, its eye near 0.26.
fn feather(canvas: &mut Canvas, place: Place, (key, shade): (Rgb, Rgb), rng: &mut Stream) {
    let (green, bronze) = (lch(0.56, 0.13, 150.0), lch(0.60, 0.11, 100.0));
    let sheen = rng.noise();
    let eye = (0.26, 0.0);
    let stem = |x: f32| 0.035 * ((x + 0.5) * 2.2).sin() - 0.035 * ((0.26_f32 + 0.5) * 2.2).sin();
    let barbs = |lift: f32, count: u32, rng: &mut Stream| {
        let mut pen = place.within(lift, -lift * 1.6, 1.0).pen();
        for i in 0..count {
            let t = i as f32 / count as f32;
            for way in [-1.0, 1.0] {
                // Loose barbs below, dense ones around the eye, short at the tip.
                let x = lerp(-0.44, 0.325, t.powf(0.62));
                let head = smoothstep(0.05, 0.20, x);
                let long = lerp(0.085, 0.150, head)
                    * lerp(1.0, 0.62, smoothstep(0.24, 0.33, x))
                    * rng.range(0.86, 1.08);
                let angle = lerp(0.80, 1.05, head) * lerp(1.0, 0.25, smoothstep(0.24, 0.33, x))
                    + rng.range(-0.08, 0.08);
                let root = (x, stem(x));
                let tip = (root.0 + angle.cos() * long, root.1 + way * angle.sin() * long);
                let bend = (lerp(root.0, tip.0, 0.45), lerp(root.1, tip.1, 0.62));
                let width = lerp(0.0040, 0.0062, head);
                pen = pen.ribbon(&[root, bend, tip], |u| width * (1.0 - 0.8 * u));
            }
        }
        pen.path()
    };
    let shadow = barbs(0.010, 90, &mut rng.clone());
    canvas.fill(shadow, |_, _, before| before * 0.55);
    for pass in 0..2 {
        let path = barbs(0.0, if pass == 0 { 170 } else { 120 }, rng);
        canvas.fill(path, |px, py, before| {
            let (x, y) = place.local(px, py);
            let d = (((x - eye.0) / 1.25).powi(2) + (y - eye.1).powi(2)).sqrt();
            let gloss = 0.75 + 0.5 * sheen.at(x * 14.0, y * 14.0);
            let ink = green
                .mix(bronze, smoothstep(0.05, 0.14, d) * 0.7)
                .mix(lch(0.66, 0.12, 90.0), smoothstep(0.105, 0.085, d) * 0.8);
            let color = ink.tint(key * (0.62 * gloss) + shade * 0.4);
            before.mix(color, if pass == 0 { 0.80 } else { 0.95 })
        });
    }
    let quill = [(-0.52, stem(-0.52)), (-0.25, stem(-0.25)), (0.0, stem(0.0)), (0.22, stem(0.22))];
    canvas.fill(place.pen().ribbon(&quill, |t| lerp(0.0095, 0.003, t)).path(), |_, _, _| {
        lch(0.82, 0.03, 90.0).tint(key * 0.42 + shade * 0.3)
    });
    // The eye: rings of gold, bronze and turquoise around a heart of deep blue.
    let rings = [
        (0.082, 0.068, 0.0, lch(0.70, 0.125, 98.0)),
        (0.066, 0.054, -0.002, lch(0.50, 0.10, 62.0)),
        (0.052, 0.043, -0.004, lch(0.66, 0.115, 205.0)),
        (0.033, 0.030, -0.011, lch(0.30, 0.135, 275.0)),
    ];
    for (index, (rx, ry, shift, ink)) in rings.into_iter().enumerate() {
        let (cx, cy) = (eye.0 + shift, eye.1);
        // The heart is notched towards the tip.
        let points: Vec<_> = (0..28)
            .map(|i| i as f32 / 28.0 * std::f32::consts::TAU)
            .map(|a| {
                let notch = if index == 3 {
                    1.0 - 0.45 * (-(a.sin() / 0.35).powi(2)).exp() * f32::from(a.cos() > 0.0)
                } else {
                    1.0
                };
                (cx + a.cos() * rx * notch, cy + a.sin() * ry)
            })
            .collect();
        canvas.fill(place.pen().smooth(&points).path(), |px, py, before| {
            let (x, y) = place.local(px, py);
            let angle = (y - eye.1).atan2(x - eye.0 + 0.12);
            let fibre = 0.86 + 0.20 * (angle * 260.0).sin();
            let gleam = 0.75 + 0.55 * sheen.at(x * 22.0 + 5.0, y * 22.0);
            before.mix(ink.tint(key * (0.50 * gleam) + shade * 0.45) * fibre, 0.95)
        });
    }
}
