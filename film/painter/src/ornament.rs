//! Ornament by rule: rose windows and mandalas in polar rings, girih stars by folding the plane.
//! Each is a function of a point, so that it is sharp at any size.

use std::f32::consts::TAU;

use crate::color::{Rgb, lerp, smoothstep};
use crate::noise::Noise;

/// What a rose window shows at a point: which glass, and how far from the nearest lead (in radii).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pane {
    /// Ring from the middle, and place in the ring.
    pub(crate) ring: u32,
    pub(crate) index: i32,
    /// Distance to the edge of the pane; negative is stone tracery.
    pub(crate) edge: f32,
}

/// Polar coordinates folded into one of `count` equal sectors: index, and angle from its middle.
fn sector(angle: f32, count: f32, turn: f32) -> (i32, f32) {
    let t = angle / TAU * count + turn;
    let index = t.round();
    ((index as i32).rem_euclid(count as i32), (t - index) * TAU / count)
}

/// A rose window of `fold` petals (8, 10 or 12), radius 1.
pub(crate) fn rose(x: f32, y: f32, fold: f32) -> Option<Pane> {
    let r = (x * x + y * y).sqrt();
    let angle = y.atan2(x);
    let pane = |ring, index, edge| Some(Pane { ring, index, edge });
    // Rings of stone at these radii; between them the panes.
    if r < 0.135 {
        let (_, a) = sector(angle, fold, 0.0);
        let foil = 0.105 + 0.026 * (a * fold * 0.5).cos();
        return pane(0, 0, if r < foil { foil - r } else { -0.01 });
    }
    if r < 0.385 {
        // Petals: drops whose wide end points outwards.
        let (i, a) = sector(angle, fold, 0.0);
        let along = (r - 0.145) / 0.235;
        let half =
            0.088 * (12.0 / fold) * (along.max(0.0).powf(0.8) * (1.0 - along).max(0.0).powf(0.42)) * 1.75;
        let off = (a * r).abs();
        if off < half {
            return pane(1, i, (half - off).min(0.37 - r).min(r - 0.14));
        }
        // Spandrels between petals, near the ring.
        let (j, b) = sector(angle, fold, 0.5);
        let fits = (r - 0.285).min(0.372 - r).min(off - half - 0.012).min(0.05 - (b * r).abs() + 0.02);
        return pane(2, j, fits);
    }
    if r < 0.445 {
        let (i, a) = sector(angle, fold * 3.0, 0.0);
        let bead = 0.021 - ((a * r).powi(2) + (r - 0.416).powi(2)).sqrt();
        return pane(3, i, bead);
    }
    if r < 0.755 {
        // Lancets with round heads, two to a petal.
        let (i, a) = sector(angle, fold * 2.0, 0.5);
        let half = r.min(0.66) * std::f32::consts::PI / (fold * 2.0) - 0.014;
        let off = (a * r).abs();
        let head = if r < 0.675 { half - off } else { half - (off * off + (r - 0.675).powi(2)).sqrt() };
        if head > -0.008 {
            return pane(4, i, head.min(r - 0.462));
        }
        let (j, b) = sector(angle, fold * 2.0, 0.0);
        let eye = 0.024 - ((b * r).powi(2) + (r - 0.722).powi(2)).sqrt();
        return pane(5, j, eye);
    }
    if r < 0.90 {
        let (i, a) = sector(angle, fold, 0.0);
        let big = 0.058 - ((a * r).powi(2) + (r - 0.828).powi(2)).sqrt();
        // A quatrefoil within each roundel.
        let (u, v) = (a * r, r - 0.828);
        let foil = 0.050 + 0.008 * (4.0 * v.atan2(u)).cos() - (u * u + v * v).sqrt();
        if big > 0.0 {
            return pane(6, i, foil.min(big));
        }
        let (j, b) = sector(angle, fold, 0.5);
        let long = ((0.150 * 12.0 / fold) - (b * r).abs()).min(0.052 - (r - 0.828).abs()).min(-big - 0.012);
        return pane(7, j, long);
    }
    if r < 0.972 {
        let (i, a) = sector(angle, fold * 4.0, 0.0);
        let half = r * std::f32::consts::PI / (fold * 4.0) - 0.007;
        return pane(8, i, (half - (a * r).abs()).min(r - 0.910).min(0.962 - r));
    }
    None
}

/// A mandala's colours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inks {
    pub(crate) ground: Rgb,
    pub(crate) petals: [Rgb; 3],
    pub(crate) line: Rgb,
    pub(crate) heart: Rgb,
}

/// One ring of a mandala, from the outside in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ring {
    pub(crate) inner: f32,
    pub(crate) outer: f32,
    pub(crate) count: f32,
    /// 0 round petals … 1 pointed.
    pub(crate) point: f32,
    pub(crate) ink: usize,
    pub(crate) turn: f32,
}

/// The light of a mandala at a point, radius 1; `fine` is the size of a pixel in radii.
pub(crate) fn mandala(x: f32, y: f32, rings: &[Ring], inks: &Inks, fine: f32, cloth: Noise) -> (Rgb, f32) {
    let r = (x * x + y * y).sqrt();
    if r > 1.06 {
        return (Rgb::BLACK, 0.0);
    }
    let angle = y.atan2(x);
    let weave = 0.93 + 0.10 * cloth.fbm(x * 9.0, y * 9.0, 3);
    let mut color = inks.ground;
    let mut shown = 1.0 - smoothstep(1.0 - fine, 1.0 + fine, r);
    let line = |d: f32, half: f32| 1.0 - smoothstep(half, half + fine * 1.5, d.abs());
    for ring in rings {
        let long = ring.outer - ring.inner;
        let along = (r - ring.inner) / long;
        if !(-0.15..=1.1).contains(&along) {
            continue;
        }
        let (_, a) = sector(angle, ring.count, ring.turn);
        let room = r * std::f32::consts::PI / ring.count;
        let t = along.clamp(0.0, 1.0);
        let shape = (t * 2.2 + 0.55).min(1.0)
            * (1.0 - t.powf(lerp(5.0, 1.9, ring.point))).max(0.0).powf(lerp(0.5, 0.9, ring.point));
        let half = room * shape * 1.02;
        let off = (a * r).abs();
        let inside = half - off;
        let cover = smoothstep(-fine, fine, inside) * smoothstep(-0.02, 0.0, along);
        if cover > 0.0 {
            // Each petal is modelled: bright along its spine and tip, deep at root and edge.
            let across = (off / half.max(1e-4)).min(1.0);
            let ink = inks.petals[ring.ink % 3];
            let glow = lerp(0.30, 1.0, t) * lerp(1.0, 0.58, across * across);
            let mut petal = ink * (glow * weave);
            let inner = half * 0.58 - off;
            let seam = line(inner, fine * 0.35 + 0.0012)
                * smoothstep(0.06, 0.2, t)
                * smoothstep(0.92, 0.8, t)
                * 0.65;
            let vein = line(off, 0.0012) * smoothstep(0.1, 0.3, t) * smoothstep(0.8, 0.5, t) * 0.5;
            petal = petal.mix(inks.line * 0.85, seam.max(vein));
            let dot = 0.10 * room - ((off).powi(2) + (r - ring.inner - long * 0.72).powi(2)).sqrt();
            petal = petal.mix(inks.line, smoothstep(-fine, fine, dot));
            petal = petal.mix(inks.line, line(inside, 0.0016 + fine * 0.35));
            color = color.mix(petal, cover);
            shown = shown.max(cover);
        }
        // A thin ring and a row of beads bind each ring of petals.
        let band = r - ring.inner;
        color = color.mix(inks.line * 0.9, line(band, 0.0018 + fine * 0.3));
        let (_, b) = sector(angle, ring.count * 2.0, 0.0);
        let bead = 0.0075 - ((b * r).powi(2) + (band - 0.018).powi(2)).sqrt();
        color = color.mix(inks.line, smoothstep(-fine, fine, bead));
    }
    let heart = (-(r / 0.085).powi(2)).exp();
    (color + inks.heart * (heart * 1.1 + 0.10 * (-(r / 0.30).powi(2)).exp()), shown)
}

/// Distance from a point to the nearest strap of a girih pattern; `fold` 8 on squares, 6 on hexagons.
/// The pattern's cell measures 2.
pub(crate) fn girih(x: f32, y: f32, fold: u32) -> f32 {
    if fold == 6 { hexagonal(x, y) } else { octagonal(x, y) }
}

fn segment(p: (f32, f32), a: (f32, f32), b: (f32, f32)) -> f32 {
    let (ux, uy) = (b.0 - a.0, b.1 - a.1);
    let (px, py) = (p.0 - a.0, p.1 - a.1);
    let t = ((px * ux + py * uy) / (ux * ux + uy * uy)).clamp(0.0, 1.0);
    ((px - ux * t).powi(2) + (py - uy * t).powi(2)).sqrt()
}

/// Octagons and squares, with rays from the middle of each side (Hankin's method).
fn octagonal(x: f32, y: f32) -> f32 {
    let wrap = |v: f32| (v - 2.0 * (v * 0.5).round()).abs();
    let (x, y) = (wrap(x), wrap(y));
    let p = if x > y { (x, y) } else { (y, x) };
    const HALF: f32 = std::f32::consts::FRAC_1_SQRT_2;
    // The rays meet on the line at 22.5° and make an eight-pointed star; a second one, turned, hangs in it.
    const MEET: f32 = 0.64;
    const INNER: f32 = 0.37;
    let meet = (MEET * 0.923_88, MEET * 0.382_68);
    let (m1, m2) = ((1.0, 0.0), (HALF, HALF));
    // The octagon's own side closes the square in the corner, and a smaller square hangs in that: so no
    // gap between stars is shaped like a cross.
    let vertex = (1.0, std::f32::consts::SQRT_2 - 1.0);
    segment(p, m1, meet)
        .min(segment(p, m2, meet))
        .min(segment(p, meet, (INNER, 0.0)))
        .min(segment(p, meet, (INNER * HALF, INNER * HALF)))
        .min(segment(p, m2, vertex))
        .min(segment(p, m2, (1.0, HALF)))
}

/// Hexagons, six-pointed stars at their middles.
fn hexagonal(x: f32, y: f32) -> f32 {
    const ROOT3: f32 = 1.732_050_8;
    // Nearest centre of the hexagonal lattice with apothem 1.
    let near = |ox: f32, oy: f32| {
        let (u, v) =
            (((x - ox) / 2.0).round() * 2.0 + ox, ((y - oy) / (2.0 * ROOT3)).round() * 2.0 * ROOT3 + oy);
        (x - u, y - v)
    };
    let (a, b) = (near(0.0, 0.0), near(1.0, ROOT3));
    let (px, py) = if a.0 * a.0 + a.1 * a.1 < b.0 * b.0 + b.1 * b.1 { a } else { b };
    let r = (px * px + py * py).sqrt();
    let (_, angle) = sector(py.atan2(px), 6.0, 0.0);
    let p = (r * angle.cos(), (r * angle.sin()).abs());
    let m1 = (1.0, 0.0);
    let meet = (0.62 * 0.866_03, 0.62 * 0.5);
    let beyond = (m1.0 + (meet.0 - m1.0) * 1.9, m1.1 + (meet.1 - m1.1) * 1.9);
    // The mirrored ray of the next side crosses into this sector.
    let (bx, by) = (beyond.0 * 0.5 + beyond.1 * 0.866_03, beyond.0 * 0.866_03 - beyond.1 * 0.5);
    segment(p, m1, meet).min(segment(p, meet, (bx, by)))
}
