//! Compositions of pattern and light: rose window, mandala, pierced screen.

use crate::canvas::Canvas;
use crate::color::{Rgb, lch, lerp, smoothstep};
use crate::noise::{Field, Noise};
use crate::ornament::{self, Inks, Ring};
use crate::palette::Hour;
use crate::pen::Place;
use crate::setting::{Scene, Setting};
use crate::{light, sky, tone};

/// Courses of stone in low light: the inside of a wall.
pub(crate) fn wall(
    canvas: &mut Canvas,
    stone: Rgb,
    course: f32,
    lamp: impl Fn(f32, f32) -> Rgb,
    grain: Noise,
) {
    let unit = canvas.frame.unit;
    canvas.paint_rows(0, canvas.frame.height, |x, y, _| {
        let (u, v) = (x / unit, y / unit);
        let row = (v / course).floor();
        let (bx, by) = ((u / (course * 2.1) + row * 0.5).fract(), v / course - row);
        let joint = smoothstep(0.0, 0.035, bx.min(1.0 - bx)) * smoothstep(0.0, 0.07, by.min(1.0 - by));
        let block = 0.86 + 0.28 * grain.cell((u / (course * 2.1) + row * 0.5).floor() as i32, row as i32);
        let rough = 1.0 + 0.30 * grain.fbm(u * 14.0, v * 14.0, 4) + 0.22 * grain.fbm(u * 2.0, v * 2.0, 2);
        stone.tint(lamp(x, y)) * (block * rough * lerp(0.62, 1.0, joint)).max(0.0)
    });
}

/// A rose window in a dark wall, its colours falling into the room.
pub(crate) fn rose_window(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("rose");
    let frame = s.frame;
    let tall = frame.tallness();
    let (cx, cy) = frame.place(0.5 + rng.range(-0.02, 0.02) * (1.0 - tall), lerp(0.42, 0.38, tall));
    let radius = lerp(0.375, 0.43, tall) * frame.unit;
    let fold = rng.pick(&[8.0, 10.0, 12.0, 12.0]);
    let (grain, glass, paint) = (rng.noise(), rng.noise(), rng.noise());
    let mut canvas = Canvas::new(frame);
    let day = s.style.warm(0.9, 0.05, 0.0);
    let shade = s.style.cool(0.42, 0.035, 0.0);
    wall(
        &mut canvas,
        s.style.stone(0.42),
        0.085,
        |x, y| {
            let d = ((x - cx).powi(2) + (y - cy).powi(2)).sqrt() / frame.unit;
            shade * 0.55 + day * (0.34 * (-(d - 0.36).max(0.0) * 3.6).exp())
        },
        grain,
    );
    // Jewel colours around the film's own hues.
    let jewels = [
        lch(0.46, 0.150, s.style.cool),
        lch(0.55, 0.175, s.style.accent),
        lch(0.74, 0.140, s.style.warm),
        lch(0.56, 0.110, s.style.cool - 55.0),
        lch(0.50, 0.160, s.style.accent + 34.0),
        lch(0.80, 0.085, s.style.warm + 14.0),
    ];
    let scheme: Vec<[usize; 2]> =
        (0..9).map(|_| [rng.count(0, 5) as usize, rng.count(0, 4) as usize]).collect();
    let (sun_x, sun_y) = (rng.range(-0.35, 0.35), rng.range(-0.45, -0.1));
    let fine = 1.2 / radius;
    let outer = radius * 1.10;
    canvas.paint_around((cx, cy), (outer, outer), |px, py, before| {
        let (x, y) = ((px - cx) / radius, (py - cy) / radius);
        let r = (x * x + y * y).sqrt();
        // The moulding around: round in section, lit from within and from the upper side.
        let tracery = s.style.stone(0.40).tint(shade * 0.5 + day * 0.05);
        let Some(pane) = ornament::rose(x, y, fold) else {
            if r > 1.09 {
                return before;
            }
            let t = (r - 0.972) / 0.118;
            let bead = (t * std::f32::consts::PI * 3.0).sin().abs();
            let facing = 0.30 + 0.55 * bead * (0.6 - 0.4 * (y * (t - 0.5).signum()));
            return tracery.mix(before, smoothstep(0.9, 1.0, t)) * (facing * 1.2 + 0.15 * (-t * 5.0).exp());
        };
        let tint = scheme[pane.ring as usize][(pane.index.rem_euclid(2)) as usize];
        let tint = jewels[if pane.ring == 0 { 5 } else { tint }];
        let sun = (-((x - sun_x).powi(2) + (y - sun_y).powi(2)) * 1.5).exp();
        let piece = 0.82 + 0.36 * glass.cell(pane.index * 7 + 3, pane.ring as i32 * 13);
        let texture = 0.86
            + 0.26 * glass.fbm(x * 9.0 + pane.index as f32, y * 9.0, 4)
            + 0.08 * glass.at(x * 60.0, y * 60.0);
        // Old glass is darkest along its leads.
        let aged = 0.42 + 0.58 * smoothstep(0.0, 0.030, pane.edge);
        let lines = 1.0
            - 0.35
                * smoothstep(0.10, 0.02, paint.fbm(x * 7.0, y * 7.0, 2).abs())
                * smoothstep(0.012, 0.03, pane.edge);
        let lit = tint * (piece * texture * aged * lines * (0.48 + 1.05 * sun));
        tracery.mix(lit, smoothstep(0.004 - fine, 0.004 + fine, pane.edge))
    });
    // The window's colours on the air and the floor: its own picture, thrown along the light.
    let lean = -sun_x * 0.55 + rng.range(-0.1, 0.1);
    let thrown = Field::new(frame.width, frame.height, 8.0, |px, py| {
        let mut sum = Rgb::BLACK;
        for tap in 1..=14 {
            let t = tap as f32 / 14.0 * 0.62 * frame.unit;
            let (x, y) = (px - lean * t, py - t);
            let d = ((x - cx).powi(2) + (y - cy).powi(2)).sqrt();
            if d < radius * 0.96 {
                sum += canvas.pixel(x, y);
            }
        }
        sum * (1.0 / 14.0)
    });
    canvas.paint_rows(0, frame.height, |x, y, before| {
        let inside = smoothstep(radius * 1.06, radius * 0.96, ((x - cx).powi(2) + (y - cy).powi(2)).sqrt());
        let floor = smoothstep(0.62, 1.0, y / frame.h());
        let dust = 0.8 + 0.35 * grain.at((x - lean * y) / frame.unit * 9.0, 2.0);
        before + thrown.at(x, y) * ((0.85 - 0.55 * floor) * (1.0 - 0.86 * inside) * dust)
    });
    light::bloom(&mut canvas, 0.35, 0.75);
    tone::darken_for_captions(&mut canvas, 0.30);
    Scene { canvas, focus: (cx / frame.w(), cy / frame.h()) }
}

/// A mandala glowing on a dark ground.
pub(crate) fn mandala(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("mandala");
    let frame = s.frame;
    let tall = frame.tallness();
    // Whole in the middle, nearer at one side, or so near that it rises over the frame's edge.
    let mut pose = s.stream("pose");
    let (x, y, near) = pose.pick(&[
        (0.50, 0.44, 1.0),
        (0.34, 0.45, 1.08),
        (0.66, 0.45, 1.08),
        (0.50, 0.30, 1.45),
        (0.20, 0.46, 1.50),
        (0.80, 0.46, 1.50),
    ]);
    let (cx, cy) = frame.place(lerp(x, 0.5 + (x - 0.5) * 0.5, tall), lerp(y, y - 0.03, tall));
    let radius = lerp(0.405, 0.45, tall) * near * frame.unit;
    let mut canvas = Canvas::new(frame);
    let (cloth, drift) = (rng.noise(), rng.noise());
    let deep = pose.pick(&[
        s.style.cool(0.22, 0.055, 0.0),
        s.style.warm(0.20, 0.050, -20.0),
        s.style.accent(0.20, 0.055),
    ]);
    let halo = s.style.warm(0.66, 0.10, -8.0);
    let air = Field::new(frame.width, frame.height, 4.0, |x, y| {
        let d = ((x - cx).powi(2) + (y - cy).powi(2)).sqrt() / radius;
        let cloud = 0.75 + 0.6 * drift.fbm(x / frame.unit * 1.8, y / frame.unit * 1.8, 5);
        deep * (0.85 * cloud) + halo * (0.34 * (-(d - 0.9).max(0.0) * 2.6).exp() * cloud)
    });
    canvas.paint_rows(0, frame.height, |x, y, _| air.at(x, y));
    for _ in 0..150 {
        // Dust in the light.
        let at = (rng.unit() * frame.w(), rng.unit() * frame.h() * 0.9);
        let d = ((at.0 - cx).powi(2) + (at.1 - cy).powi(2)).sqrt() / radius;
        let bright = (-(d - 1.0).abs() * 1.6).exp() * rng.unit().powi(3);
        sky::star(&mut canvas, at, frame.unit * rng.range(0.0008, 0.0020), s.style.flame() * (0.5 * bright));
    }
    let fold = rng.pick(&[8.0, 10.0, 12.0]);
    let offset = rng.count(0, 2) as usize;
    let mut rings = vec![
        Ring { inner: 0.80, outer: 1.04, count: fold * 3.0, point: 0.75, ink: offset, turn: 0.5 },
        Ring { inner: 0.70, outer: 0.95, count: fold * 2.0, point: 1.0, ink: offset + 1, turn: 0.0 },
        Ring {
            inner: 0.56,
            outer: 0.82,
            count: fold * 2.0,
            point: rng.range(0.2, 0.9),
            ink: offset + 2,
            turn: 0.5,
        },
        Ring { inner: 0.40, outer: 0.69, count: fold, point: rng.range(0.5, 1.0), ink: offset, turn: 0.0 },
        Ring {
            inner: 0.34,
            outer: 0.58,
            count: fold,
            point: rng.range(0.2, 0.8),
            ink: offset + 1,
            turn: 0.5,
        },
        Ring {
            inner: 0.20,
            outer: 0.42,
            count: fold,
            point: rng.range(0.5, 1.0),
            ink: offset + 2,
            turn: 0.0,
        },
        Ring { inner: 0.11, outer: 0.26, count: fold, point: 0.8, ink: offset, turn: 0.5 },
        Ring { inner: 0.05, outer: 0.15, count: fold * 0.5, point: 0.9, ink: offset + 1, turn: 0.0 },
    ];
    if rng.chance(0.5) {
        rings.remove(2);
    }
    let inks = Inks {
        ground: s.style.cool(0.26, 0.075, 8.0) * 0.75,
        petals: [
            lch(0.56, 0.150 * s.style.chroma, s.style.accent),
            s.style.warm(0.66, 0.130, -8.0),
            s.style.cool(0.50, 0.115, -18.0),
        ],
        line: s.style.warm(0.84, 0.110, 8.0) * 0.92,
        heart: s.style.flame() * 0.75,
    };
    let fine = 1.1 / radius;
    let turn = rng.range(0.0, 0.4);
    let (sin, cos) = turn.sin_cos();
    let outer = radius * 1.08;
    canvas.paint_around((cx, cy), (outer, outer), |px, py, before| {
        let (x, y) = ((px - cx) / radius, (py - cy) / radius);
        let (color, shown) =
            ornament::mandala(x * cos - y * sin, x * sin + y * cos, &rings, &inks, fine, cloth);
        // Lit from its heart, so the rim lies in a softer light; and from above.
        let r = (x * x + y * y).sqrt();
        let lamp = 0.50 + 0.62 * (-r * r * 2.0).exp() - 0.10 * y;
        before.mix(color * lamp, shown)
    });
    light::shafts(&mut canvas, (cx, cy), 0.9, 0.22 * s.style.rays, s.style.flame(), &mut rng);
    light::bloom(&mut canvas, 0.42, 0.7);
    tone::darken_for_captions(&mut canvas, 0.55);
    Scene { canvas, focus: (cx / frame.w(), cy / frame.h()) }
}

/// A screen of girih stars in an arch, the sun behind it.
pub(crate) fn screen(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("screen");
    let frame = s.frame;
    let tall = frame.tallness();
    let fold = if s.permits.six_fold { 6 } else { 8 };
    let light =
        s.light(s.hour(&[Hour::Dawn, Hour::Dusk]), (0.5 + rng.range(-0.10, 0.10), lerp(0.40, 0.38, tall)));
    // What lies behind: a bright sky, out of focus.
    let mut canvas = Canvas::new(frame);
    sky::paint(&mut canvas, &light, frame.h() * 0.72);
    let sun = frame.place(light.sun_at.0, light.sun_at.1);
    light::glow(&mut canvas, sun, 0.15, light.disc * 0.40);
    let leaves = rng.noise();
    let green = s.style.green(0.40, 0.06).tint(light.ambient + light.sun * 0.2);
    canvas.paint_rows(0, frame.height, |x, y, before| {
        let bank = smoothstep(
            0.52,
            0.78,
            y / frame.h() + 0.10 * leaves.fbm(x / frame.unit * 2.5, y / frame.unit * 2.0, 3),
        );
        before.mix(green, bank * 0.85)
    });

    let height = lerp(0.80, 0.66, tall) * frame.h();
    let half = (height * 0.40).min(frame.w() * 0.40);
    let foot = frame.h() * lerp(0.855, 0.76, tall);
    let place = Place::new((frame.w() * 0.5, foot), half);
    let opening = |px: f32, py: f32| {
        // Inside the arch: positive distance to its edge, in half-widths.
        let (x, y) = place.local(px, py);
        let spring = height / half - 1.35;
        if y < spring {
            (1.0 - x.abs()).min(y)
        } else {
            1.0 - ((x.abs() + 0.42).powi(2) + ((y - spring) * 1.0).powi(2)).sqrt() / 1.42 * 1.0
        }
    };
    let cell = 0.105 * frame.unit * rng.range(0.85, 1.2);
    let thick = 0.070;
    let shift = (sun.0 - frame.w() * 0.5, sun.1 - frame.h() * 0.42);
    let shift = (shift.0 / frame.unit * 0.25, 0.10 + shift.1 / frame.unit * 0.25);
    let strap = |px: f32, py: f32| ornament::girih((px - place.x) / cell, (py - foot) / cell, fold) - thick;
    let (wood, grain) = (s.style.stone(0.40), rng.noise());
    let fine = 0.9 / cell;
    let edge_light = light.sun * 0.34 + light.haze() * 0.25;
    canvas.paint_rows(0, frame.height, |px, py, before| {
        if opening(px, py) < -0.02 {
            return before;
        }
        let d = strap(px, py);
        if d > 0.12 {
            return before;
        }
        // The screen has depth: seen past its front edge, its inner sides take the light.
        let deep = strap(px + shift.0 * cell, py + shift.1 * cell);
        let behind = before.mix(wood.tint(edge_light) * 1.5, smoothstep(fine, -fine, deep));
        let relief = smoothstep(-thick, 0.0, d);
        let groove = 1.0 - 0.45 * smoothstep(0.020, 0.006, (d + thick * 0.5).abs());
        let face = wood.tint(light.ambient * (0.26 + 0.20 * relief) + light.sun * (0.05 * relief))
            * (groove * (0.9 + 0.25 * grain.fbm(px / cell * 2.0, py / cell * 2.0, 3)));
        behind.mix(face, smoothstep(fine, -fine, d))
    });
    // The wall around, with a carved border, and the sill in shade.
    let (stone, blocks) = (s.style.stone(0.46), rng.noise());
    let mut room = Canvas::new(frame);
    let spill = (place.x, foot - height * 0.45);
    wall(
        &mut room,
        stone,
        0.11,
        |x, y| {
            let d = (((x - spill.0) / half).powi(2) + ((y - spill.1) / height * 1.6).powi(2)).sqrt();
            light.ambient * 0.50 + light.sun * (0.34 * (-(d - 1.0).max(0.0) * 2.0).exp())
        },
        blocks,
    );
    canvas.paint_rows(0, frame.height, |px, py, before| {
        let inside = opening(px, py);
        let width = inside * half;
        let border = -inside;
        let edge = smoothstep(-0.8, 0.8, width);
        let mut stone = room.pixel(px, py);
        if border > 0.0 && border < 0.20 {
            let band = ornament::girih((px - place.x) / cell * 2.2, (py - foot) / cell * 2.2, fold);
            let carved = smoothstep(0.10, 0.16, band)
                * smoothstep(0.0, 0.02, border - 0.035)
                * smoothstep(0.0, 0.02, 0.18 - border);
            let lip =
                smoothstep(0.025, 0.0, border) * 0.9 + smoothstep(0.012, 0.0, (border - 0.19).abs()) * 0.4;
            stone = stone * (1.15 - 0.5 * carved) + light.sun.tint(s.style.stone(0.5)) * (0.14 * lip);
        }
        stone.mix(before, edge)
    });
    light::shafts(&mut canvas, sun, 0.85, 0.55 * s.style.rays, light.disc, &mut rng);
    // Patches of light on the sill and the wall below, the screen's own pattern drawn out.
    canvas.paint_rows((foot.max(0.0)) as usize, frame.height, |px, py, before| {
        let below = (py - foot) / frame.unit;
        let x = place.x + (px - place.x) / (1.0 + below * 1.1);
        let y = foot - below * 2.2 * frame.unit * 0.6;
        let gap = smoothstep(0.0, 0.10, strap(x, y)) * smoothstep(-0.1, 0.1, opening(x, y));
        before + light.sun.tint(s.style.stone(0.5)) * (0.10 * gap * (-below * 4.5).exp())
    });
    light::bloom(&mut canvas, 0.75, 0.6);
    tone::darken_for_captions(&mut canvas, 0.40);
    Scene { canvas, focus: (light.sun_at.0, light.sun_at.1) }
}
