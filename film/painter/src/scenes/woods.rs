//! A forest: trunks standing back into bright air, light falling through the leaves.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::flora;
use crate::noise::{Field, Noise};
use crate::palette::{Hour, Light};
use crate::pen::{Place, round};
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::{light, tone};

/// Tall trees with light between them.
pub(crate) fn forest(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("forest");
    let frame = s.frame;
    let tall = frame.tallness();
    let ground = lerp(0.66, 0.68, tall);
    let side = rng.sign();
    let source = (0.5 + side * rng.range(0.06, 0.18), lerp(0.20, 0.22, tall));
    let light = s.light(s.hour(&[Hour::Day, Hour::Dawn]), source);
    let mut canvas = clearing(s, &light, source, ground, &mut rng);
    let foliage = rng.noise();
    const DEPTHS: u32 = 6;
    for depth in 0..DEPTHS {
        let near = depth as f32 / (DEPTHS - 1) as f32;
        let distance = match depth {
            2 => Some(Distance::Far),
            3 => Some(Distance::Middle),
            4 => Some(Distance::Near),
            5 => Some(Distance::Front),
            _ => None,
        };
        if let Some(distance) = distance {
            s.begin_layer(&mut canvas, distance, SheetMotion::Still);
        }
        let air = air_at(s, &light, near);
        let floor = (ground + 0.19 * near.powf(1.7)) * frame.h();
        litter(s, &mut canvas, &light, (floor, near, air), &mut rng);
        trunks(s, &mut canvas, &light, (floor, near, air), &mut rng);
        canopy(s, &mut canvas, &light, (near, air), foliage, &mut rng);
    }
    let at = frame.place(source.0, source.1);
    let dust = rng.noise();
    for _ in 0..rng.count(5, 7) {
        // All fall from one place far above, so they spread a little.
        let to = frame.place(0.5 - side * rng.range(-0.28, 0.42), rng.range(0.70, 0.92));
        let from = (at.0 + side * rng.range(-0.10, 0.14) * frame.unit, -0.06 * frame.h());
        let widths = (rng.range(0.008, 0.022), rng.range(0.045, 0.11));
        light::beam(&mut canvas, from, to, widths, light.sun * rng.range(0.035, 0.075) * s.style.rays, dust);
    }
    light::shafts(&mut canvas, at, 0.95, 0.26 * s.style.rays, light.disc, &mut rng);
    light::bloom(&mut canvas, 0.75, 0.6);
    tone::darken_for_captions(&mut canvas, 0.45);
    Scene { canvas, focus: (source.0, 0.42) }
}

/// The bright air at the end of the forest.
fn clearing(s: &Setting<'_>, light: &Light, source: (f32, f32), ground: f32, rng: &mut Stream) -> Canvas {
    let frame = s.frame;
    let mut canvas = Canvas::new(frame);
    let (sx, sy) = frame.place(source.0, source.1);
    let leaves = rng.noise();
    let (far, glow) = (s.style.green(0.66, 0.065).mix(light.haze(), 0.35), light.disc * 0.62);
    let field = Field::new(frame.width, frame.height, 3.0, |x, y| {
        let d = ((x - sx).powi(2) + ((y - sy) * 0.8).powi(2)).sqrt() / frame.unit;
        let mottle = 0.80 + 0.45 * leaves.fbm(x / frame.unit * 7.0, y / frame.unit * 7.0, 5);
        let down = smoothstep(ground * frame.h(), 0.0, y);
        far * (mottle * lerp(0.42, 0.62, down)) + glow * ((-d * 2.6).exp() * (0.75 + 0.35 * mottle))
    });
    canvas.paint_rows(0, frame.height, |x, y, _| field.at(x, y));
    canvas
}

/// What a depth fades into, and how much of its own colour is lost.
fn air_at(s: &Setting<'_>, light: &Light, near: f32) -> (Rgb, f32) {
    let color = s.style.green(0.60, 0.06).mix(light.haze(), 0.45) * 0.75;
    (color, lerp(0.80, 0.04, near.powf(0.62)))
}

type Depth = (f32, f32, (Rgb, f32));

/// The forest floor at one depth: leaves, moss, patches of sun.
fn litter(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    light: &Light,
    (floor, near, (air, lost)): Depth,
    rng: &mut Stream,
) {
    let frame = s.frame;
    let (lie, cover, dapple) = (rng.noise(), rng.noise(), rng.noise());
    let (moss, leaf) = (s.style.green(0.52, 0.085), s.style.earth(0.52, 0.08, -8.0));
    let horizon = 0.60 * frame.h();
    let edge: Vec<f32> = (0..frame.width)
        .map(|x| {
            floor + 0.022 * frame.unit * lie.fbm(x as f32 / frame.unit * lerp(5.0, 2.0, near), near * 9.0, 4)
        })
        .collect();
    canvas.paint_rows((floor - 0.05 * frame.unit).max(0.0) as usize, frame.height, |x, y, before| {
        let alpha = (y - edge[(x as usize).min(frame.width - 1)] + 0.5).clamp(0.0, 1.0);
        if alpha <= 0.0 {
            return before;
        }
        let z = 0.35 / ((y - horizon) / frame.unit).max(0.03);
        let (u, v) = ((x - frame.w() * 0.5) / frame.unit * z, z * 1.6);
        let fine = cover.fbm(u * 10.0, v * 10.0, 4);
        let sun = smoothstep(0.10, 0.50, dapple.fbm(u * 1.5, v * 1.2, 3)) * lerp(0.8, 0.45, near);
        let albedo =
            moss.mix(leaf, smoothstep(-0.3, 0.4, cover.fbm(u * 1.1 + 9.0, v, 3))) * (1.0 + 0.6 * fine);
        let beyond =
            (-((x - light.sun_at.0 * frame.w()) / frame.unit / 0.55).powi(2)).exp() * lerp(0.9, 0.4, near);
        let color = albedo.tint(light.ambient * 0.42 + light.sun * (0.42 * sun + 0.16 * beyond));
        before.mix(color.mix(air, lost * 0.9), alpha)
    });
}

fn trunks(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    light: &Light,
    (floor, near, (air, lost)): Depth,
    rng: &mut Stream,
) {
    let frame = s.frame;
    let bark = s.style.earth(0.47, 0.045, -6.0);
    let count = (lerp(17.0, 3.4, near.powf(0.8)) * frame.w() / frame.unit) as u32;
    let (ridges, moss_at) = (rng.noise(), rng.noise());
    for i in 0..count.max(2) {
        let mut x = (i as f32 + rng.range(0.1, 0.9)) / count.max(2) as f32;
        if near > 0.5 {
            // Near trunks frame the picture; the middle stays open to the light.
            x = if x < 0.5 { x * lerp(0.92, 0.44, near) } else { 1.0 - (1.0 - x) * lerp(0.92, 0.44, near) };
        }
        let half = frame.unit * lerp(0.006, 0.050, near.powf(1.6)) * rng.range(0.7, 1.25);
        let foot = floor + rng.range(0.0, 0.03) * frame.unit * (0.3 + near);
        let place = Place::new((x * frame.w(), foot), half);
        let height = (foot + frame.unit * 0.1) / half;
        let lean = rng.range(-0.03, 0.03) * height;
        let side = if light.sun_at.0 > x { 1.0 } else { -1.0 };
        let key = rng.range(0.0, 90.0);
        let trunk = place
            .pen()
            .move_to(-1.9, -0.35)
            .cubic_to((-1.15, 0.25), (-1.0, 1.2), (-0.92, 3.0))
            .line_to(-0.62 + lean, height)
            .line_to(0.62 + lean, height)
            .line_to(0.92, 3.0)
            .cubic_to((1.0, 1.2), (1.2, 0.2), (1.8, -0.35))
            // Roots go into the ground one by one, the nearest lowest.
            .cubic_to((1.75, -0.50), (1.35, -0.50), (1.15, -0.44))
            .cubic_to((1.00, -0.66), (0.55, -0.72), (0.30, -0.56))
            .cubic_to((0.10, -0.86), (-0.55, -0.84), (-0.70, -0.58))
            .cubic_to((-0.95, -0.66), (-1.30, -0.60), (-1.35, -0.44))
            .cubic_to((-1.60, -0.52), (-1.85, -0.50), (-1.9, -0.35))
            .close()
            .path();
        canvas.fill(trunk, |px, py, _| {
            let (x, y) = place.local(px, py);
            let across = ((x - lean * (y / height).max(0.0))
                / lerp(0.98, 0.62, (y / height).clamp(0.0, 1.0)))
            .clamp(-1.0, 1.0);
            let turn = across.asin();
            // Far bark is too small and too pale to show its fine ridges.
            let close = near > 0.3;
            let fine = if close { 0.5 * ridges.fbm(turn * 6.0 + key, y * 0.7, 3) } else { 0.0 };
            let rough = ridges.fbm(turn * 2.4 + key, y * 0.28, if close { 4 } else { 2 }) + fine;
            let facing = round(across, side);
            let mossy = smoothstep(0.1, 0.6, moss_at.fbm(turn + key, y * 0.3, 3) - y * 0.03 + 0.25) * 0.6;
            let albedo = bark.mix(s.style.green(0.40, 0.06), mossy) * (0.95 + 0.75 * rough).max(0.15);
            // Against the light only a rim is bright.
            let rim = smoothstep(0.55, 1.0, across * side);
            let color = albedo
                .tint(light.ambient * (0.28 + 0.24 * facing) + light.sun * (0.34 * rim + 0.08 * facing));
            // Little light gets to where it meets the ground.
            let met = lerp(0.35, 1.0, smoothstep(-0.75, 1.3, y));
            (color * met).mix(air, lost)
        });
    }
}

/// Leaves overhead and hanging in at the sides.
fn canopy(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    light: &Light,
    (near, (air, lost)): (f32, (Rgb, f32)),
    shape: Noise,
    rng: &mut Stream,
) {
    let frame = s.frame;
    let leaf = s.style.green(0.60, 0.105);
    let mut dark = Place::new((0.0, 0.0), 1.0).pen();
    let mut bright = Place::new((0.0, 0.0), 1.0).pen();
    let size = frame.unit * lerp(0.007, 0.019, near);
    let count = (lerp(2600.0, 1500.0, near) * (frame.w() * frame.h() / frame.unit.powi(2)).min(1.9)) as u32;
    let reach = lerp(0.34, 0.24, near);
    for i in 0..count {
        let (x, t) = (rng.unit(), rng.unit());
        let sides = smoothstep(0.20, 0.5, (x - 0.5).abs());
        let y = t * t * (reach + 0.22 * sides) * 1.25;
        let there =
            shape.fbm(x * frame.w() / frame.unit * 2.6 + near * 13.0, y * frame.h() / frame.unit * 2.6, 4);
        if there < lerp(-0.06, 0.04, near) + y * 0.8 - sides * 0.22 {
            continue;
        }
        let turn = rng.range(0.0, std::f32::consts::TAU);
        let place = Place::new(frame.place(x, y), size * rng.range(0.6, 1.2));
        let tip = (turn.cos(), turn.sin() * 0.8);
        let bend = (tip.0 * 0.5 - tip.1 * 0.30, tip.1 * 0.5 + tip.0 * 0.30);
        let back = (tip.0 * 0.5 + tip.1 * 0.30, tip.1 * 0.5 - tip.0 * 0.30);
        let pen = if i % 3 == 0 { &mut bright } else { &mut dark };
        let drawn = std::mem::replace(pen, Place::new((0.0, 0.0), 1.0).pen());
        *pen = drawn.placed(place).move_to(0.0, 0.0).quad_to(bend, tip).quad_to(back, (0.0, 0.0)).close();
    }
    let (sx, sy) = frame.place(light.sun_at.0, light.sun_at.1);
    let through = |x: f32, y: f32| (-((x - sx).powi(2) + (y - sy).powi(2)).sqrt() / frame.unit * 2.4).exp();
    canvas.fill(dark.path(), |x, y, _| {
        leaf.tint(light.ambient * 0.30 + light.sun * (0.05 + 0.32 * through(x, y))).mix(air, lost)
    });
    canvas.fill(bright.path(), |x, y, _| {
        leaf.tint(light.ambient * 0.45 + light.sun * (0.15 + 0.55 * through(x, y))).mix(air, lost * 0.9)
    });
    if near > 0.75 {
        let blades = (leaf.tint(light.ambient) * 0.16, leaf.tint(light.sun) * 0.16);
        let foot = frame.h() + 0.01 * frame.unit;
        flora::grass(
            canvas,
            blades,
            (0.085, 120.0),
            |x| foot + 0.10 * frame.unit * smoothstep(0.5, 0.15, (x / frame.w() - 0.5).abs()),
            rng,
        );
    }
}
