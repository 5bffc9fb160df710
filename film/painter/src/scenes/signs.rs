//! Still lives of one sign: a crown of thorns, a scroll.

use crate::canvas::Canvas;
use crate::color::{lerp, smoothstep};
use crate::pen::round;
use crate::scenes::tables::Still;
use crate::setting::{Scene, Setting};

/// A crown of thorns on a table of wood.
pub(crate) fn thorns(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("thorns");
    let mut still = Still::dark(s, &mut rng);
    let place = still.at(0.0, 0.150);
    let (rx, ry) = (0.315, 0.098);
    let (cx, cy) = place.at(-still.lamp.side * 0.03, -0.015);
    let (sx, sy) = (rx * place.scale, ry * place.scale);
    still.canvas.paint_around((cx, cy), (sx * 1.6, sy * 2.0), |x, y, before| {
        let d = (((x - cx) / sx).powi(2) + ((y - cy) / sy).powi(2)).sqrt();
        before * (1.0 - 0.62 * (-((d - 0.98) / 0.24).powi(2)).exp())
    });
    let grain = rng.noise();
    let bark = s.style.earth(0.44, 0.062, -10.0);
    let lamp = &still.lamp;
    let strands: Vec<(f32, f32, f32, f32)> = (0..9)
        .map(|_| (rng.range(0.0, 6.3), rng.range(2.0, 4.0).round(), rng.range(0.3, 1.0), rng.range(0.0, 6.3)))
        .collect();
    // A point of a strand: `a` around the ring, anticlockwise from the right.
    let point = |a: f32, (phase, turns, reach, _): (f32, f32, f32, f32)| {
        let twist = a * turns + phase;
        let r = 1.0 + 0.085 * reach * twist.cos();
        let lift = 0.052 + 0.036 * reach * twist.sin();
        (a.cos() * rx * r, a.sin() * ry * r + lift)
    };
    let canvas = &mut still.canvas;
    // The far half is painted before the near one; each half from its ends to what lies nearest.
    for (start, depth) in [(0.0, 0.74), (std::f32::consts::PI, 1.0)] {
        for &strand in &strands {
            let line: Vec<_> = (0..=22)
                .map(|i| point(start - 0.05 + (std::f32::consts::PI + 0.1) * i as f32 / 22.0, strand))
                .collect();
            let width = 0.0165;
            for (share, shift, bright) in [(1.0, 0.0, 0.30), (0.62, 0.0035, 1.0), (0.20, 0.006, 1.7)] {
                let moved: Vec<_> =
                    line.iter().map(|&(x, y)| (x + shift * 0.5 * lamp.side, y + shift)).collect();
                let cane = place.pen().ribbon(&moved, |_| width * share).path();
                canvas.fill(cane, |px, py, _| {
                    let (x, y) = place.local(px, py);
                    let knots = 0.75 + 0.5 * grain.fbm(x * 40.0, y * 60.0, 3);
                    bark.tint(lamp.on((x / rx * 0.55).clamp(-0.8, 0.8), 0.45) * bright) * (knots * depth)
                });
            }
            for k in 0..9 {
                let a = start
                    + (k as f32 + 0.5 + 0.3 * (strand.3 * (k as f32 + 1.0)).sin()) / 9.0
                        * std::f32::consts::PI;
                let root = point(a, strand);
                let out = strand.3 + k as f32 * 2.4;
                let long = 0.045 + 0.022 * (out * 1.7).sin();
                let tip = (
                    root.0 + out.cos() * long + a.cos() * 0.018,
                    root.1 + out.sin().abs() * long * 0.9 - 0.004,
                );
                let bend = (lerp(root.0, tip.0, 0.5) + 0.004, lerp(root.1, tip.1, 0.5));
                let thorn =
                    place.pen().limb(root, bend, (0.0085, 0.0052)).limb(bend, tip, (0.0052, 0.0008)).path();
                canvas.fill(thorn, |px, py, _| {
                    let (x, y) = place.local(px, py);
                    let t = (((x - root.0).powi(2) + (y - root.1).powi(2)).sqrt() / long).clamp(0.0, 1.0);
                    bark.mix(s.style.earth(0.66, 0.05, 0.0), t * 0.7).tint(lamp.on(0.3 * lamp.side, 0.55))
                        * (depth * 1.05)
                });
            }
        }
    }
    still.finish(s, (0.0, 0.10), 1.25, &mut rng)
}

/// A scroll on its rollers, unrolled on a table; its columns are ruled, and no letter can be read.
pub(crate) fn scroll(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("scroll");
    let mut still = Still::dark(s, &mut rng);
    let grain = rng.noise();
    let place = still.at(0.0, 0.205);
    let parchment = s.style.earth(0.84, 0.050, 4.0);
    let lamp = &still.lamp;
    let canvas = &mut still.canvas;
    let (cx, cy) = place.at(0.0, -0.02);
    canvas.paint_around((cx, cy), (place.scale * 0.7, place.scale * 0.12), |x, y, before| {
        let d = ((x - cx) / place.scale / 0.48).powi(2) + ((y - cy) / place.scale / 0.055).powi(2);
        before * (1.0 - 0.6 * (-d).exp())
    });
    // The sheet leans back from the eye: narrower above than below.
    let corner = |u: f32, v: f32| {
        let sag = 0.016 * (1.0 - u * u);
        (u * lerp(0.335, 0.300, v), lerp(0.0, 0.330, v) - sag)
    };
    let edge = |v: f32| (0..=16).map(move |i| (i as f32 / 8.0 - 1.0, v));
    let outline: Vec<_> =
        edge(0.0).chain(edge(1.0).collect::<Vec<_>>().into_iter().rev()).map(|(u, v)| corner(u, v)).collect();
    canvas.fill(place.pen().polygon(&outline).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let v = ((y + 0.010) / 0.330).clamp(0.0, 1.0);
        let u = (x / lerp(0.335, 0.300, v)).clamp(-1.0, 1.0);
        // Towards the rollers the sheet curls up.
        let curl = u.powi(5) * 0.8;
        let age = 0.90 + 0.16 * grain.fbm(x * 7.0, y * 7.0, 5) + 0.05 * grain.fbm(x * 60.0, y * 60.0, 2);
        let column = (u * 1.5 + 0.5).rem_euclid(1.0);
        let inside = smoothstep(0.06, 0.10, column)
            * smoothstep(0.94, 0.90, column)
            * smoothstep(0.08, 0.11, v)
            * smoothstep(0.92, 0.89, v);
        let line = v * 26.0;
        let ruled = smoothstep(0.30, 0.16, (line - line.round()).abs());
        // Faded ink: strokes of uneven strength along each line, none of them a letter.
        let strokes = smoothstep(-0.10, 0.28, grain.fbm(u * 34.0, line.round() * 7.3, 2))
            * smoothstep(-0.5, 0.1, grain.at(u * 9.0, line.round() * 3.1 + 40.0));
        let ink = ruled * strokes * inside * 0.50;
        parchment.tint(lamp.on(-curl * 0.8, 0.62)) * (age * (1.0 - ink) * 0.78)
    });
    let wood = s.style.earth(0.46, 0.085, -14.0);
    for way in [-1.0, 1.0] {
        // The rolled part, then the roller's handles.
        let (low, high) = (corner(way, 0.0), corner(way, 1.0));
        let roll = place.pen().limb((low.0, low.1 - 0.006), (high.0, high.1 + 0.006), (0.084, 0.074)).path();
        canvas.fill(roll, |px, py, _| {
            let (x, y) = place.local(px, py);
            let t = ((y - low.1) / (high.1 - low.1)).clamp(0.0, 1.0);
            let across = ((x - lerp(low.0, high.0, t)) / lerp(0.042, 0.037, t)).clamp(-1.0, 1.0);
            let wound = 0.95 + 0.05 * (across.asin() * 22.0).sin();
            let age = 0.90 + 0.18 * grain.fbm(x * 9.0, y * 9.0, 4);
            parchment.tint(lamp.on(across * 0.92, 0.25)) * (0.80 * wound * age)
        });
        let spindle = |canvas: &mut Canvas, from: (f32, f32), sign: f32| {
            let profile = [
                (0.044, 0.0),
                (0.044, 0.010),
                (0.015, 0.016),
                (0.012, 0.040),
                (0.020, 0.062),
                (0.020, 0.078),
                (0.008, 0.098),
            ];
            let outline: Vec<(f32, f32)> = profile
                .iter()
                .map(|&(half, y)| (from.0 + half, from.1 + sign * y))
                .chain(profile.iter().rev().map(|&(half, y)| (from.0 - half, from.1 + sign * y)))
                .collect();
            canvas.fill(place.pen().polygon(&outline).path(), |px, py, _| {
                let (x, y) = place.local(px, py);
                let up = ((y - from.1) * sign).max(0.0);
                let half = profile.iter().rev().find(|p| p.1 <= up).map_or(0.03, |p| p.0).max(0.01);
                let across = ((x - from.0) / half).clamp(-1.0, 1.0);
                wood.tint(lamp.on(across * 0.9, 0.2)) * (0.9 + 0.2 * round(across, lamp.side))
                    + lamp.gleam(across * 0.9, 0.2) * 0.25
            });
        };
        spindle(canvas, (high.0, high.1 + 0.004), 1.0);
        spindle(canvas, (low.0, low.1 - 0.004), -1.0);
    }
    still.finish(s, (0.0, 0.08), 1.1, &mut rng)
}
