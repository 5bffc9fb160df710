//! Houses of worship as far silhouettes with shape: each belongs to its own tradition alone.

use crate::color::lerp;
use crate::masonry::{Dome, Mason};
use crate::seed::Stream;

/// A North Indian temple: curved towers (shikhara) over sanctum and porches, steps to the water.
pub(crate) fn temple(m: &mut Mason<'_>, rng: &mut Stream) {
    steps(m, 0.86);
    let towers = rng.count(1, 2);
    for i in (1..=towers).rev() {
        let x = 0.27 + 0.20 * i as f32;
        let tall = 0.52 - 0.12 * i as f32;
        for side in [-1.0, 1.0] {
            shikhara(m, side * x, 0.105 - 0.012 * i as f32, 0.06, tall);
        }
    }
    // Porch, hall, sanctum: each higher than the last.
    m.wall(-0.36, 0.05, 0.36, 0.22);
    shikhara(m, -0.205, 0.115, 0.20, 0.62);
    shikhara(m, 0.205, 0.115, 0.20, 0.62);
    shikhara(m, 0.0, 0.185, 0.20, 1.0);
    m.wall(-0.20, 0.05, 0.20, 0.27);
    m.shape(m.place.pen().polygon(&[(-0.23, 0.27), (0.23, 0.27), (0.19, 0.31), (-0.19, 0.31)]), |_, _| 0.34);
    m.window(0.0, 0.06, 0.058, 0.17, 0.15);
    for x in [-0.135, 0.135, -0.28, 0.28] {
        m.window(x, 0.08, 0.026, 0.095, 0.15);
        m.tower(x - 0.055, 0.012, 0.05, 0.25);
    }
}

/// A curved tower: ribs that lean inwards, a ribbed stone disc on top, a pot finial and a flag.
fn shikhara(m: &mut Mason<'_>, x: f32, half: f32, bottom: f32, top: f32) {
    const COURSES: u32 = 22;
    let rise = (top - bottom) * 0.80;
    let mut profile = Vec::new();
    for i in 0..COURSES {
        let t = i as f32 / COURSES as f32;
        let width = half * (1.0 - 0.74 * t.powf(1.75));
        // Each course steps in a little and out again.
        profile.push((width, bottom + rise * t));
        profile.push((width * 0.93, bottom + rise * (t + 0.72 / COURSES as f32)));
        profile.push((width * 0.985, bottom + rise * (t + 0.76 / COURSES as f32)));
    }
    m.turned(x, &profile);
    // The middle rib stands forward and catches light of its own.
    let rib: Vec<(f32, f32)> = profile.iter().map(|&(w, y)| (w * 0.34, y)).collect();
    m.turned(x, &rib);
    let neck = bottom + rise;
    let disc = half * 0.36;
    m.turned(
        x,
        &[
            (disc * 0.62, neck - disc * 0.2),
            (disc * 0.66, neck),
            (disc, neck + disc * 0.22),
            (disc * 1.04, neck + disc * 0.38),
            (disc, neck + disc * 0.52),
            (disc * 0.5, neck + disc * 0.72),
            (disc * 0.3, neck + disc * 0.8),
        ],
    );
    let tip = m.finial(x, neck + disc * 0.75, (top - neck - disc * 0.75).max(half * 0.25));
    if half > 0.15 {
        let cloth = m.gilded();
        let flag = m
            .place
            .pen()
            .polygon(&[(x, tip + 0.01), (x + 0.075, tip - 0.012), (x, tip - 0.035)])
            .limb((x, tip - 0.05), (x, tip + 0.015), (0.004, 0.004));
        m.emblem(flag, cloth);
    }
}

/// Broad steps that lead down to the water (a ghat).
fn steps(m: &mut Mason<'_>, half: f32) {
    for i in 0..5 {
        let y = i as f32 * 0.012;
        m.wall(-half + i as f32 * 0.035, y - 0.01, half - i as f32 * 0.035, y + 0.0125);
    }
}

/// A stupa on terraces, with its spire of rings.
pub(crate) fn stupa(m: &mut Mason<'_>, rng: &mut Stream) {
    steps(m, 0.70);
    for (i, half) in [0.50_f32, 0.43, 0.37].into_iter().enumerate() {
        let y = 0.05 + 0.055 * i as f32;
        m.wall(-half, y, half, y + 0.055);
        m.wall(-half - 0.012, y + 0.042, half + 0.012, y + 0.056);
    }
    for side in [-1.0, 1.0] {
        for (x, k) in [(0.58, 0.5), (0.44, 0.36)] {
            small_stupa(m, side * x, 0.05 + 0.05 * (1.0 - k), 0.16 * k + 0.02);
        }
    }
    let wide = rng.range(0.27, 0.31);
    let top = m.dome(0.0, wide, 0.215, Dome::Bell);
    m.wall(-0.085, top - 0.03, 0.085, top + 0.055);
    m.wall(-0.098, top + 0.04, 0.098, top + 0.06);
    let rings = 11;
    let mut y = top + 0.06;
    for i in 0..rings {
        let t = i as f32 / rings as f32;
        let half = lerp(0.066, 0.014, t);
        m.ring(0.0, half, y + 0.010, 0.011);
        y += 0.0225;
    }
    m.finial(0.0, y, 0.09);
    m.window(0.0, 0.10, 0.04, 0.11, 0.6);
}

fn small_stupa(m: &mut Mason<'_>, x: f32, y: f32, half: f32) {
    m.wall(x - half, y - 0.05, x + half, y + half * 0.3);
    let top = m.dome(x, half * 0.8, y + half * 0.3, Dome::Bell);
    m.turned(x, &[(half * 0.2, top - 0.005), (half * 0.03, top + half * 1.3)]);
}

/// A country church: nave, steep tower, lit windows; a cross where the tradition has it.
pub(crate) fn church(m: &mut Mason<'_>, cross: bool, rng: &mut Stream) {
    let mirror = rng.sign();
    m.place.facing = mirror;
    // Choir and nave.
    m.wall(0.36, 0.0, 0.62, 0.24);
    m.shape(m.place.pen().polygon(&[(0.34, 0.235), (0.64, 0.235), (0.57, 0.37), (0.36, 0.37)]), |_, y| {
        0.30 + y * 0.4
    });
    m.wall(-0.08, 0.0, 0.40, 0.30);
    m.shape(m.place.pen().polygon(&[(-0.08, 0.295), (0.43, 0.295), (0.385, 0.50), (-0.08, 0.50)]), |_, y| {
        0.22 + y * 0.5
    });
    for x in [0.085, 0.185, 0.285] {
        m.window(x, 0.07, 0.026, 0.16, 0.8);
        m.shape(
            m.place.pen().polygon(&[
                (x + 0.044, 0.0),
                (x + 0.064, 0.0),
                (x + 0.058, 0.25),
                (x + 0.046, 0.28),
            ]),
            |_, _| 0.42,
        );
    }
    for x in [0.46, 0.54] {
        m.window(x, 0.06, 0.020, 0.12, 0.8);
    }
    // Tower, its corners buttressed, and spire.
    m.wall(-0.29, 0.0, -0.05, 0.60);
    for x in [-0.30, -0.06] {
        m.shape(
            m.place.pen().polygon(&[(x - 0.012, 0.0), (x + 0.028, 0.0), (x + 0.022, 0.50), (x, 0.54)]),
            |_, _| 0.36,
        );
    }
    m.wall(-0.305, 0.60, -0.035, 0.622);
    m.spire(-0.17, 0.128, 0.615, 1.02);
    for x in [-0.285, -0.055] {
        m.spire(x, 0.020, 0.62, 0.72);
    }
    m.window(-0.17, 0.0, 0.048, 0.17, 0.8);
    m.window(-0.205, 0.43, 0.019, 0.11, 0.8);
    m.window(-0.135, 0.43, 0.019, 0.11, 0.8);
    let pane = m.inside * 0.9;
    let rose = m.place.pen().ellipse((-0.17, 0.305), (0.046, 0.046));
    m.emblem(rose, pane);
    if cross {
        let gilded = m.gilded();
        let sign = m.place.pen().limb((-0.17, 1.01), (-0.17, 1.11), (0.011, 0.011)).limb(
            (-0.20, 1.075),
            (-0.14, 1.075),
            (0.011, 0.011),
        );
        m.emblem(sign, gilded);
    }
}

/// A mosque: a great dome among lesser ones, minarets, crescents on top.
pub(crate) fn mosque(m: &mut Mason<'_>, rng: &mut Stream) {
    let style = rng.pick(&[Dome::Round, Dome::Onion, Dome::Onion]);
    for (x, tall) in [(0.82, 0.80), (0.52, 0.98)] {
        for side in [-1.0, 1.0] {
            minaret(m, side * x, tall);
        }
    }
    m.wall(-0.70, 0.0, 0.70, 0.17);
    for side in [-1.0, 1.0] {
        small_dome(m, side * 0.60, 0.085, 0.17, style);
        small_dome(m, side * 0.40, 0.10, 0.22, style);
    }
    m.wall(-0.48, 0.0, 0.48, 0.235);
    m.wall(-0.26, 0.0, 0.26, 0.34);
    small_dome(m, -0.20, 0.065, 0.33, style);
    small_dome(m, 0.20, 0.065, 0.33, style);
    m.tower(0.0, 0.20, 0.32, 0.43);
    for i in -3..=3 {
        m.window(i as f32 * 0.054, 0.345, 0.013, 0.06, 0.7);
    }
    let top = m.dome(0.0, 0.215, 0.425, style);
    crescent(m, 0.0, top - 0.012, 0.10);
    m.shape(m.place.pen().block(-0.115, 0.0, 0.115, 0.30), |_, _| 0.30);
    m.window(0.0, 0.0, 0.078, 0.25, 1.0);
    for i in 0..5 {
        let x = 0.17 + 0.075 * i as f32;
        for side in [-1.0, 1.0] {
            m.window(side * x, 0.02, 0.022, 0.11, 1.0);
        }
    }
}

fn small_dome(m: &mut Mason<'_>, x: f32, half: f32, y: f32, style: Dome) {
    m.tower(x, half * 0.9, y - 0.02, y + half * 0.25);
    let top = m.dome(x, half, y + half * 0.22, style);
    crescent(m, x, top - half * 0.05, half * 0.45);
}

fn minaret(m: &mut Mason<'_>, x: f32, tall: f32) {
    m.tower(x, 0.034, 0.0, tall * 0.42);
    m.ring(x, 0.046, tall * 0.43, 0.012);
    m.tower(x, 0.026, tall * 0.43, tall * 0.70);
    m.ring(x, 0.038, tall * 0.71, 0.011);
    m.tower(x, 0.019, tall * 0.71, tall * 0.84);
    m.window(x, tall * 0.735, 0.008, tall * 0.07, 0.8);
    m.ring(x, 0.026, tall * 0.845, 0.008);
    let top = m.dome(x, 0.024, tall * 0.85, Dome::Onion);
    crescent(m, x, top - 0.004, 0.045);
}

/// A crescent on a rod.
fn crescent(m: &mut Mason<'_>, x: f32, y: f32, tall: f32) {
    let gilded = m.gilded();
    let r = tall * 0.26;
    let (cx, cy) = (x, y + tall * 0.74);
    let sign = m
        .place
        .pen()
        .limb((x, y), (x, y + tall * 0.5), (tall * 0.07, tall * 0.05))
        .ellipse((x, y + tall * 0.24), (tall * 0.09, tall * 0.09))
        // Horns upwards: the outer curve, and back along the inner one.
        .move_to(cx - r * 0.62, cy + r * 0.80)
        .cubic_to((cx - r * 1.5, cy - r * 0.2), (cx - r * 0.7, cy - r), (cx, cy - r))
        .cubic_to((cx + r * 0.7, cy - r), (cx + r * 1.5, cy - r * 0.2), (cx + r * 0.62, cy + r * 0.80))
        .cubic_to((cx + r * 0.95, cy), (cx + r * 0.5, cy - r * 0.55), (cx, cy - r * 0.55))
        .cubic_to((cx - r * 0.5, cy - r * 0.55), (cx - r * 0.95, cy), (cx - r * 0.62, cy + r * 0.80))
        .close();
    m.emblem(sign, gilded);
}

/// A gurdwara: a central ribbed dome over arcades, corner pavilions, doors on its sides.
pub(crate) fn gurdwara(m: &mut Mason<'_>, rng: &mut Stream) {
    steps(m, 0.80);
    m.wall(-0.56, 0.05, 0.56, 0.24);
    for i in -5..=5 {
        let x = i as f32 * 0.098;
        m.window(x, 0.07, 0.026, if i == 0 { 0.145 } else { 0.115 }, 0.45);
    }
    m.wall(-0.58, 0.235, 0.58, 0.258);
    m.wall(-0.38, 0.25, 0.38, 0.42);
    for i in -3..=3 {
        m.window(i as f32 * 0.096, 0.275, 0.026, 0.105, 0.45);
    }
    m.wall(-0.40, 0.415, 0.40, 0.436);
    for side in [-1.0, 1.0] {
        pavilion(m, side * 0.50, 0.258, 0.055);
        pavilion(m, side * 0.335, 0.436, 0.050);
    }
    for i in [-2.0, -1.0, 1.0, 2.0] {
        pavilion(m, i * 0.105, 0.436, 0.022);
    }
    let wide = rng.range(0.165, 0.185);
    m.tower(0.0, wide * 0.92, 0.43, 0.50);
    let top = m.dome(0.0, wide, 0.495, Dome::Onion);
    m.finial(0.0, top - 0.02, 0.12);
}

/// A small domed pavilion on pillars.
fn pavilion(m: &mut Mason<'_>, x: f32, y: f32, half: f32) {
    m.wall(x - half, y, x + half, y + half * 1.5);
    m.window(x, y + half * 0.15, half * 0.55, half * 1.15, 0.4);
    m.wall(x - half * 1.15, y + half * 1.45, x + half * 1.15, y + half * 1.7);
    let top = m.dome(x, half, y + half * 1.7, Dome::Onion);
    m.finial(x, top - half * 0.1, half * 0.8);
}

/// A walled city of stone on a hill: flat roofs, arches, towers, a gate.
pub(crate) fn city(m: &mut Mason<'_>, rng: &mut Stream) {
    // Houses behind the wall, far rows first, climbing towards the middle.
    for row in 0..4 {
        let base = 0.40 - 0.09 * row as f32;
        let mut x = -0.92 + 0.03 * row as f32;
        while x < 0.90 {
            let half = rng.range(0.035, 0.075);
            let hill = 0.62 * (-(x / 0.52_f32).powi(2)).exp();
            let y = base * 0.5 + hill * (0.62 - 0.13 * row as f32);
            let tall = rng.range(0.09, 0.20);
            m.wall(x, (y - 0.2).max(0.0), x + half * 2.0, y + tall);
            if rng.chance(0.22) {
                m.dome(x + half, half * 0.72, y + tall, Dome::Round);
            } else {
                m.wall(x - 0.004, y + tall - 0.010, x + half * 2.0 + 0.004, y + tall + 0.006);
            }
            for _ in 0..rng.count(0, 3) {
                let (wx, wy) = (x + half * rng.range(0.4, 1.6), y + tall * rng.range(0.15, 0.65));
                m.window(wx, wy, 0.0085, 0.034, 0.0);
            }
            x += half * rng.range(1.7, 2.3);
        }
    }
    for x in [-0.46, 0.34] {
        m.wall(x, 0.0, x + 0.13, 0.54);
        for i in 0..4 {
            m.wall(x - 0.006 + 0.038 * i as f32, 0.535, x + 0.022 + 0.038 * i as f32, 0.572);
        }
        m.window(x + 0.065, 0.36, 0.014, 0.07, 0.0);
    }
    m.wall(-1.05, -0.02, 1.05, 0.19);
    for i in 0..36 {
        let x = -1.045 + i as f32 * 0.0585;
        m.wall(x, 0.185, x + 0.034, 0.215);
    }
    for x in [-0.14, 0.14] {
        m.wall(x - 0.05, -0.02, x + 0.05, 0.27);
        for i in 0..3 {
            m.wall(x - 0.052 + 0.040 * i as f32, 0.265, x - 0.028 + 0.040 * i as f32, 0.295);
        }
    }
    m.window(0.0, -0.02, 0.068, 0.19, 0.25);
}
