//! Plants: reeds, grass, wheat, lotus, trees.

use std::f32::consts::FRAC_PI_2;

use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, lerp, smoothstep};
use crate::palette::{Light, Style};
use crate::pen::{Pen, Place};
use crate::seed::Stream;

/// Reeds along the bottom from both sides, leaving the middle of the frame free.
pub(crate) fn reeds(canvas: &mut Canvas, style: &Style, light: &Light, free: f32, rng: &mut Stream) {
    let frame = canvas.frame;
    let unit = frame.unit;
    let (sx, _) = light.sun_at;
    for depth in 0..3 {
        // Farther reeds first: paler, thinner, standing a little higher.
        let near = depth as f32 / 2.0;
        let foot = frame.h() + unit * lerp(-0.035, 0.02, near);
        let mut blades = Place::new((0.0, 0.0), 1.0).pen();
        let count = (frame.w() / unit * lerp(70.0, 46.0, near)) as u32;
        for _ in 0..count {
            let x = rng.unit();
            let side = ((x - 0.5).abs() * 2.0 - free).max(0.0) / (1.0 - free);
            if !rng.chance(side.sqrt() * 0.95) || side <= 0.0 {
                continue;
            }
            let tall = unit * lerp(0.05, lerp(0.15, 0.26, near), side.powf(0.8)) * rng.range(0.55, 1.1);
            let px = x * frame.w();
            let lean = rng.range(-0.20, 0.20) * tall;
            let place = Place::new((px, foot), tall);
            let lean = lean / tall;
            let width = unit * lerp(0.0022, 0.0045, near) / tall;
            blades = blade(blades, place, lean, width);
            if rng.chance(0.13) {
                let stem = rng.range(0.75, 1.0);
                blades = cattail(blades, place, lean * 0.4, stem, unit * lerp(0.004, 0.0075, near) / tall);
            }
        }
        let body = light.ambient.tint(style.green(0.62, 0.05)) * lerp(0.75, 0.34, near);
        let rim = light.sun * 0.16;
        canvas.fill(blades.path(), |x, y, _| {
            let up = ((foot - y) / (0.26 * unit)).clamp(0.0, 1.0);
            let toward = 1.0 - ((x / frame.w() - sx).abs() * 1.6).min(1.0);
            body + rim * (up * up * (0.25 + 0.75 * toward))
        });
    }
}

fn blade(pen: Pen, place: Place, lean: f32, width: f32) -> Pen {
    pen.placed(place).blade((0.0, 0.0), (lean * 0.15, 0.62), (lean, 1.0), width)
}

fn cattail(pen: Pen, place: Place, lean: f32, stem: f32, width: f32) -> Pen {
    pen.placed(place).limb((0.0, 0.0), (lean, stem * 1.22), (width * 0.35, width * 0.25)).limb(
        (lean * 0.86, stem),
        (lean * 0.98, stem * 1.16),
        (width, width),
    )
}

/// A lotus of layered petals, lit from within as thin petals are; 1 in local measure is its width.
pub(crate) fn lotus(sprite: &mut Sprite, place: Place, style: &Style, light: &Light, rng: &mut Stream) {
    let petal = style.accent(0.78, 0.105);
    let edge = style.accent(0.66, 0.150);
    let heart = style.warm(0.90, 0.090, 10.0);
    let lamp = light.sun * 0.30 + light.ambient * 0.85;
    let side = if light.sun_at.0 * sprite.frame().w() < place.x { -1.0 } else { 1.0 };
    // Rows from the back: how far they spread, how tall they stand, how many petals.
    let rows: [(f32, f32, u32, f32); 4] =
        [(0.46, 0.42, 9, 0.62), (0.42, 0.40, 8, 0.80), (0.34, 0.36, 7, 0.94), (0.23, 0.30, 5, 1.08)];
    for (spread, tall, count, brightness) in rows {
        // From the sides inwards, so that the middle petals lie in front.
        let mut order: Vec<u32> = (0..count).collect();
        order.sort_by_key(|&i| std::cmp::Reverse((2 * i as i32 - count as i32 + 1).abs()));
        for i in order {
            let t = if count > 1 { i as f32 / (count - 1) as f32 * 2.0 - 1.0 } else { 0.0 };
            let angle = t * (spread * 2.55) + rng.range(-0.03, 0.03);
            let length = tall * lerp(1.0, 0.98, t.abs()) * rng.range(0.95, 1.04);
            petal_shape(sprite, place, angle, length, (petal, edge, heart), lamp * brightness, side);
        }
    }
}

fn petal_shape(
    sprite: &mut Sprite,
    place: Place,
    angle: f32,
    length: f32,
    (petal, edge, heart): (Rgb, Rgb, Rgb),
    lamp: Rgb,
    side: f32,
) {
    let (sin, cos) = angle.sin_cos();
    // A petal's own axes: `along` from root to tip, `across` to its right; outer petals curl upwards.
    let curl = 0.20 * sin.abs() * length;
    let at = |along: f32, across: f32| {
        let lift = curl * along * along;
        (
            along * length * sin + across * length * cos,
            along * length * cos * 0.92 - across * length * sin * 0.92 + lift,
        )
    };
    let width = 0.27;
    let path = place
        .pen()
        .move_to(0.0, 0.0)
        .cubic_to(at(0.18, -width), at(0.62, -width * 1.45), at(1.0, 0.0))
        .cubic_to(at(0.62, width * 1.45), at(0.18, width), at(0.0, 0.0))
        .close()
        .path();
    let (tip, root) = (at(1.0, 0.0), at(0.0, 0.0));
    let axis = ((tip.0 - root.0) / length, (tip.1 - root.1) / length);
    sprite.fill(path, |px, py| {
        let (x, y) = place.local(px, py);
        let along = ((x * axis.0 + y * axis.1) / length).clamp(0.0, 1.1);
        let across = (x * axis.1 - y * axis.0) / (length * width);
        let rim = smoothstep(0.55, 1.05, across.abs() + smoothstep(0.75, 1.05, along) * 0.5);
        let veins = 0.96 + 0.04 * (across * 16.0 + along * 2.0).sin();
        let color = heart
            .mix(petal, smoothstep(0.05, 0.55, along))
            .mix(edge, rim * 0.75 + 0.25 * smoothstep(0.6, 1.0, along));
        // Cupped: one flank takes the light, the other turns away; roots lie in the flower's shade.
        let cup = 0.86 + 0.30 * across.clamp(-1.0, 1.0) * side - 0.10 * (1.0 - across.abs().min(1.0));
        let depth = 0.60 + 0.52 * smoothstep(0.0, 0.65, along);
        color.tint(lamp) * (cup * depth * veins * 1.25)
    });
}

/// A floating leaf seen at a low angle; 1 in local measure is its width.
pub(crate) fn pad(sprite: &mut Sprite, place: Place, style: &Style, light: &Light, rng: &mut Stream) {
    let leaf = style.green(0.60, 0.090);
    let notch = rng.range(-0.5, 0.5);
    let flat = 0.30;
    let path = place
        .pen()
        .move_to(notch * 0.2, 0.0)
        .line_to(notch * 0.8 - 0.035, -0.5 * flat * 0.8)
        .cubic_to((-0.60, -0.62 * flat), (-0.60, 0.52 * flat), (0.0, 0.5 * flat))
        .cubic_to((0.60, 0.52 * flat), (0.60, -0.62 * flat), (notch * 0.8 + 0.035, -0.5 * flat * 0.8))
        .close()
        .path();
    let thick = place.within(0.0, -0.012, 1.0).pen().ellipse((0.0, -0.01), (0.475, 0.5 * flat)).path();
    sprite.fill(thick, |_, _| light.ambient.tint(leaf) * 0.25);
    let side = if light.sun_at.0 * sprite.frame().w() < place.x { -1.0 } else { 1.0 };
    sprite.fill(path, |px, py| {
        let (x, y) = place.local(px, py);
        let r = (x * x + (y / flat).powi(2)).sqrt() * 2.0;
        let angle = (y / flat).atan2(x);
        let veins = smoothstep(0.90, 1.0, (angle * 9.0).cos().abs()) * smoothstep(0.1, 0.4, r) * 0.16;
        let rim = smoothstep(0.86, 0.97, r);
        let sheen = smoothstep(0.1, 0.9, x * side * 1.2 + y / flat * 0.9 + 0.15);
        let lit = light.ambient * (0.62 + 0.25 * r) + light.sun * (0.10 + 0.22 * sheen);
        leaf.tint(lit) * (1.0 - veins) + light.sun * (rim * 0.045 * (0.4 + sheen))
    });
}

/// Grass along a line of the picture: `foot(x)` its row in pixels; backlit tips.
pub(crate) fn grass(
    canvas: &mut Canvas,
    (body, tip): (Rgb, Rgb),
    (tall, density): (f32, f32),
    foot: impl Fn(f32) -> f32,
    rng: &mut Stream,
) {
    let frame = canvas.frame;
    let unit = frame.unit;
    let tufts = rng.noise();
    let count = (frame.w() / unit * density) as u32;
    let mut pen = Place::new((0.0, 0.0), 1.0).pen();
    for _ in 0..count {
        let x = rng.unit() * frame.w();
        let lush = 0.55 + 0.75 * tufts.fbm(x / unit * 3.0, 0.0, 3);
        let height = tall * unit * rng.range(0.35, 1.0) * lush.max(0.15);
        let place = Place::new((x, foot(x)), height);
        let lean = rng.range(-0.45, 0.45);
        pen = pen.placed(place).blade((0.0, -0.2), (lean * 0.2, 0.6), (lean, 1.0), 0.0032 * unit / height);
    }
    canvas.fill(pen.path(), |x, y, _| {
        let up = ((foot(x) - y) / (tall * unit)).clamp(0.0, 1.0);
        body.mix(tip, up * up)
    });
}

/// A row of ripe wheat along the bottom, against the light: `depth` 0 far … 1 near, `count` per unit of width.
pub(crate) fn wheat(
    canvas: &mut Canvas,
    style: &Style,
    light: &Light,
    (depth, count): (f32, f32),
    rng: &mut Stream,
) {
    let frame = canvas.frame;
    let unit = frame.unit;
    let (sx, _) = light.sun_at;
    let wind = rng.sign() * 0.22;
    let foot = frame.h() + unit * lerp(-0.01, 0.05, depth);
    let mut stalks = Place::new((0.0, 0.0), 1.0).pen();
    let mut ears = Place::new((0.0, 0.0), 1.0).pen();
    for _ in 0..(frame.w() / unit * count) as u32 {
        let x = rng.unit();
        // Lower in the middle, where captions stand.
        let side = smoothstep(0.05, 0.5, (x - 0.5).abs());
        let tall = unit * lerp(0.17, 0.25, depth) * lerp(0.62, 1.25, side) * rng.range(0.75, 1.1);
        let place = Place::new((x * frame.w(), foot), tall);
        let lean = wind + rng.range(-0.12, 0.12);
        let neck = (lean * 0.55, 0.72);
        let width = unit * lerp(0.0014, 0.0026, depth) / tall;
        stalks = stalks.placed(place).blade((0.0, 0.0), (lean * 0.12, 0.45), neck, width * 1.6).limb(
            (lean * 0.28, 0.5),
            neck,
            (width, width),
        );
        // The ear: grains in two rows, each with its awn.
        let direction = (1.15 + rng.range(-0.25, 0.25)) * lean.signum();
        let (sin, cos) = direction.sin_cos();
        let (sin, cos) = (sin * 0.75, cos.abs().mul_add(0.7, 0.3));
        let long = unit * lerp(0.036, 0.058, depth) / tall;
        for i in 0..9 {
            let t = i as f32 / 8.0;
            let at = (neck.0 + sin * long * t, neck.1 + cos * long * t - 0.3 * long * t * t);
            let row = if i % 2 == 0 { 1.0 } else { -1.0 };
            let size = long * 0.135 * (1.0 - 0.45 * t);
            let out = (at.0 + cos * row * size * 0.9, at.1 - sin * row * size * 0.9);
            ears = ears.placed(place).blade(
                (out.0 - sin * size, out.1 - cos * size),
                (out.0 + cos * row * size, out.1 - sin * row * size),
                (out.0 + sin * size * 1.8, out.1 + cos * size * 1.8),
                size * 1.7,
            );
            let awn = (at.0 + sin * long * 0.75 + cos * row * long * 0.28, at.1 + cos * long * 0.62);
            ears = ears.placed(place).limb(out, awn, (width * 0.42, width * 0.15));
        }
    }
    let (straw, gold) = (style.earth(0.56, 0.085, 12.0), style.earth(0.80, 0.115, 16.0));
    let lamp = |x: f32| {
        let toward = 1.0 - ((x / frame.w() - sx).abs() * 1.5).min(1.0);
        light.ambient * lerp(0.62, 0.34, depth)
            + light.sun * ((0.05 + 0.42 * toward * toward) * lerp(1.0, 0.62, depth))
    };
    canvas.fill(stalks.path(), |x, y, _| {
        straw.tint(lamp(x)) * lerp(0.9, 2.6, ((foot - y) / (0.24 * unit)).clamp(0.0, 1.0))
    });
    canvas.fill(ears.path(), |x, _, _| gold.tint(lamp(x)) * 2.6);
}

/// What a tree looks like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Foliage {
    pub(crate) leaf: Rgb,
    pub(crate) bark: Rgb,
    /// Radius of a leaf cluster, in tree heights.
    pub(crate) cluster: f32,
    /// Leaves per cluster.
    pub(crate) leaves: u32,
    /// Length of a leaf, in tree heights.
    pub(crate) leaf_size: f32,
    /// How wide branches spread, radians.
    pub(crate) spread: f32,
}

/// A broad tree grown by branching; 1 in local measure is its height.
pub(crate) fn tree(canvas: &mut Canvas, place: Place, light: &Light, foliage: Foliage, rng: &mut Stream) {
    let frame = canvas.frame;
    let side = if light.sun_at.0 * frame.w() < place.x { -1.0 } else { 1.0 };
    let mut limbs = Vec::new();
    let mut tips = Vec::new();
    let lean = rng.range(-0.12, 0.12);
    grow((0.0, 0.0), FRAC_PI_2 + lean, 0.20, 0.105, 0, foliage.spread, &mut limbs, &mut tips, rng);
    let wood = |pen: Pen| {
        limbs.iter().fold(pen, |pen, &(from, to, widths)| {
            pen.limb(from, to, widths).ellipse(to, (widths.1 * 0.5, widths.1 * 0.5))
        })
    };
    let bark_noise = rng.noise();
    // Roots spread where the trunk meets the ground; they wind as the limbs do.
    let roots = place
        .pen()
        .move_to(0.125, -0.016)
        .quad_to((0.060, 0.010), (0.036, 0.07))
        .line_to(-0.036, 0.07)
        .quad_to((-0.060, 0.010), (-0.125, -0.016))
        .quad_to((-0.060, -0.006), (-0.035, -0.022))
        .quad_to((0.0, -0.002), (0.045, -0.020))
        .close();
    let bark = wood(roots).path();
    canvas.fill(bark, |px, py, _| {
        let (x, y) = place.local(px, py);
        let grain = 0.7 + 0.55 * bark_noise.fbm(x * 38.0 + y * 6.0, y * 9.0, 3);
        let lit = 0.32 + 0.55 * smoothstep(-0.05, 0.06, x * side) * smoothstep(0.75, 0.1, y);
        foliage.bark.tint(light.ambient * 0.75 + light.sun * (0.40 * lit)) * grain.max(0.2)
    });
    // Leaves in four depths: shade inside first, lit crowns last.
    for tone in 0..4 {
        let t = tone as f32 / 3.0;
        let mut pen = place.pen();
        for &(x, y) in &tips {
            for _ in 0..foliage.leaves / 4 {
                let angle = rng.range(0.0, std::f32::consts::TAU);
                let r = foliage.cluster * rng.unit().sqrt() * lerp(1.10, 0.52, t);
                let shift = foliage.cluster * 0.55 * t;
                let at = (x + angle.cos() * r + side * shift * 0.8, y + angle.sin() * r * 0.72 + shift);
                let turn = rng.range(0.0, std::f32::consts::PI);
                let long = foliage.leaf_size * rng.range(0.6, 1.15);
                let tip = (at.0 + turn.cos() * long, at.1 + turn.sin() * long);
                let bulge = (-turn.sin() * long * 0.26, turn.cos() * long * 0.26);
                let middle = ((at.0 + tip.0) * 0.5, (at.1 + tip.1) * 0.5);
                pen = pen
                    .move_to(at.0, at.1)
                    .quad_to((middle.0 + bulge.0, middle.1 + bulge.1), tip)
                    .quad_to((middle.0 - bulge.0, middle.1 - bulge.1), at)
                    .close();
            }
        }
        let lamp = light.ambient * lerp(0.22, 0.85, t) + light.sun * lerp(0.01, 0.55, t * t);
        let clumps = rng.noise();
        canvas.fill(pen.path(), |px, py, _| {
            let (x, y) = place.local(px, py);
            let high = 0.55
                + 0.50 * smoothstep(0.3, 1.0, y)
                + 0.45 * (x * side).clamp(-0.5, 0.5)
                + 0.55 * clumps.fbm(x * 8.0, y * 8.0, 3);
            let high = high.max(0.2);
            foliage.leaf.tint(lamp) * high
        });
    }
}

type Limb = ((f32, f32), (f32, f32), (f32, f32));

#[expect(
    clippy::too_many_arguments,
    reason = "one recursive step: where it is, how it grows, what it leaves"
)]
fn grow(
    from: (f32, f32),
    angle: f32,
    length: f32,
    width: f32,
    level: u32,
    spread: f32,
    limbs: &mut Vec<Limb>,
    tips: &mut Vec<(f32, f32)>,
    rng: &mut Stream,
) {
    // Two crooked pieces a limb: no branch is straight.
    let bend = rng.range(-0.28, 0.28);
    let middle = (from.0 + (angle + bend).cos() * length * 0.5, from.1 + (angle + bend).sin() * length * 0.5);
    let to = (middle.0 + (angle - bend).cos() * length * 0.5, middle.1 + (angle - bend).sin() * length * 0.5);
    limbs.push((from, middle, (width, width * 0.86)));
    limbs.push((middle, to, (width * 0.86, width * 0.70)));
    if level >= 2 {
        tips.push(to);
    }
    if level >= 4 {
        return;
    }
    let children = if level == 0 { 3 } else { 2 + rng.count(0, 1) };
    for child in 0..children {
        let t = (child as f32 + 0.5) / children as f32 * 2.0 - 1.0;
        let turned = angle + t * spread + rng.range(-0.15, 0.15);
        // Limbs reach up again after they spread.
        let turned = lerp(turned, FRAC_PI_2, 0.06);
        grow(to, turned, length * rng.range(0.58, 0.92), width * 0.62, level + 1, spread, limbs, tips, rng);
    }
}
