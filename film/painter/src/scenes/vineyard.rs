//! A vineyard, its rows running towards the light.

use crate::canvas::Canvas;
use crate::color::{lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::palette::{Hour, Light};
use crate::pen::{Pen, Place};
use crate::scenes::fields::{AIR, Hills, groves};
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, View};
use crate::{light, tone};

/// Rows of vines that run towards the light; grapes and leaves near the eye.
pub(crate) fn vineyard(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("vineyard");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.46, 0.48, tall);
    let side = rng.sign();
    let light = s.light(
        s.hour(&[Hour::Dusk, Hour::Dawn, Hour::Day]),
        (0.5 - side * rng.range(0.10, 0.22), horizon * rng.range(0.60, 0.78)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.3, 0.5));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let hills = Hills::new(&mut rng, 0.65);
    let view = View::new(frame, horizon, 1.15, 60.0);
    let sun = terrain::sun_direction(&light, 0.5);
    let (leaf, earth) = (s.style.green(0.54, 0.095), s.style.earth(0.56, 0.06, -10.0));
    let aim = (light.sun_at.0 - 0.5) * frame.w() / frame.unit * 0.7;
    let tended = |z: f32| smoothstep(1.0, 1.6, z) * smoothstep(20.0, 15.0, z);
    // How far a place is from the middle of its row, in parts of the distance between rows.
    let row = |x: f32, z: f32| {
        let k = (x - aim * z) / 0.78 + 0.5;
        (k - k.round()).abs() + 0.07 * hills.cover.at(x * 3.0, z * 3.0)
    };
    terrain::paint(
        &mut canvas,
        &view,
        (&light, Air { clear: 30.0 / s.style.haze, mist: 0.5, ..AIR }),
        (-9.0, 0.5),
        |x, z, finest| {
            let bush = smoothstep(0.27, 0.12, row(x, z)) * tended(z);
            let rough = hills.cover.fbm_from(x * 9.0, z * 9.0, 4, finest * 9.0);
            let land = hills.height(x, z, finest) * lerp(0.35, 1.0, smoothstep(8.0, 24.0, z));
            land + bush * (0.30 + 0.14 * rough)
        },
        |g| {
            let bush = smoothstep(0.30, 0.16, row(g.x, g.z)) * tended(g.z);
            let fine = hills.cover.fbm_from(g.x * 16.0, g.z * 16.0, 5, g.finest * 12.0);
            let clod = hills.cover.fbm_from(g.x * 8.0, g.z * 5.0, 4, g.finest * 7.0);
            let soil = terrain::diffuse(g, &light, sun, earth * (1.0 + 0.45 * clod))
                .mix(hills.grass(g, s, &light, sun), 1.0 - tended(g.z) * 0.75);
            let green = terrain::diffuse(g, &light, sun, leaf * (0.9 + 0.75 * fine))
                + leaf.tint(light.sun) * (0.10 * (0.5 + fine).max(0.0));
            soil.mix(green, bush)
        },
    );
    let grove = |x: f32, z: f32| (z > 18.0).then(|| hills.height(x, z, 0.05));
    groves(&mut canvas, s, (&view, &light), 26, grove, &mut rng);
    let at = frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, at, 0.85, 0.24 * s.style.rays, light.disc, &mut rng);
    s.begin_layer(&mut canvas, Distance::Front, SheetMotion::Still);
    bough(s, &mut canvas, &light, side, &mut rng);
    light::bloom(&mut canvas, 0.85, 0.45);
    tone::darken_for_captions(&mut canvas, 0.38);
    Scene { canvas, focus: (0.5 + side * 0.10, horizon) }
}

/// A vine that hangs in from an upper corner, with bunches of grapes; the light shines through its leaves.
fn bough(s: &Setting<'_>, canvas: &mut Canvas, light: &Light, side: f32, rng: &mut Stream) {
    let frame = s.frame;
    let size = frame.unit;
    let corner = Place::new((if side > 0.0 { frame.w() } else { 0.0 }, 0.0), size).facing(-side);
    let reach = (frame.w() / size * 0.62).min(0.85);
    let cane = [(-0.05, -0.02), (reach * 0.3, -0.085), (reach * 0.62, -0.060), (reach, -0.10)];
    let bark = s.style.earth(0.36, 0.05, -10.0);
    canvas.fill(corner.pen().ribbon(&cane, |t| 0.020 * (1.1 - t)).path(), |_, _, _| {
        bark.tint(light.ambient) * 0.55
    });
    let tints = [s.style.green(0.60, 0.11), s.style.green(0.66, 0.12), s.style.green(0.54, 0.09)];
    let lamp = light.sun * 0.20 + light.ambient * 0.34;
    let mut leaves = |canvas: &mut Canvas, count: u32, drop: f32| {
        for _ in 0..count {
            let t = rng.unit();
            let at = (reach * t, -0.07 + rng.range(-drop, 0.05));
            let size = rng.range(0.055, 0.088);
            let leaf = corner.within(at.0, at.1, size).turned(rng.range(-0.9, 0.9) + std::f32::consts::PI);
            let veins = leaf;
            let tint = rng.pick(&tints);
            let bright = rng.range(0.55, 1.15);
            canvas.fill(vine_leaf(leaf.pen()).path(), |px, py, _| {
                let (x, y) = veins.local(px, py);
                let angle = x.atan2(y - 0.02);
                let rib = smoothstep(
                    0.10,
                    0.02,
                    (angle * 2.4 - (angle * 2.4).round()).abs() * (x * x + y * y).sqrt(),
                );
                let rim = smoothstep(0.35, 1.0, (x * x + (y - 0.4).powi(2)).sqrt());
                tint.tint(lamp) * (bright * (1.0 - 0.35 * rib + 0.35 * rim))
            });
        }
    };
    leaves(canvas, 9, 0.03);
    let skins = [s.style.accent(0.34, 0.11), s.style.cool(0.30, 0.09, 30.0)];
    let mut bunches = s.stream("grapes");
    let skin = bunches.pick(&skins);
    for (t, tall) in [(0.30, 0.20), (0.62, 0.24), (0.84, 0.16)] {
        let hang = corner.within(reach * t, -0.085, tall);
        let mut balls: Vec<(f32, f32, f32)> = Vec::new();
        for level in 0..9 {
            let down = level as f32 / 8.0;
            let half = 0.36 * (1.0 - down).powf(0.7) * (0.55 + 0.45 * smoothstep(0.0, 0.25, down)) + 0.04;
            for k in 0..(half / 0.072).ceil() as u32 {
                let count = (half / 0.072).ceil();
                let x = ((k as f32 + 0.5) / count * 2.0 - 1.0) * half;
                balls.push((
                    x + bunches.range(-0.03, 0.03),
                    -0.08 - down * 0.86 + bunches.range(-0.03, 0.03),
                    0.088,
                ));
            }
        }
        for (x, y, r) in balls {
            canvas.fill(hang.pen().ellipse((x, y), (r, r)).path(), |px, py, _| {
                let (lx, ly) = hang.local(px, py);
                let (nx, ny) = ((lx - x) / r, (ly - y) / r);
                let edge = (nx * nx + ny * ny).min(1.0);
                let bloom = (-(((nx + 0.35 * side).powi(2) + (ny - 0.4).powi(2)) / 0.10)).exp();
                let through = 0.10 + 0.50 * edge * smoothstep(0.7, -0.7, ny + nx * side * 0.4);
                skin.tint(light.ambient * 0.75 + light.sun * through) + light.haze() * (0.22 * bloom)
            });
        }
    }
    leaves(canvas, 8, 0.015);
}

/// The outline of a vine's leaf: five lobes, its stalk at the origin.
fn vine_leaf(pen: Pen) -> Pen {
    pen.smooth(&[
        (0.0, 0.05),
        (0.22, -0.10),
        (0.52, 0.06),
        (0.40, 0.28),
        (0.66, 0.50),
        (0.36, 0.62),
        (0.24, 0.80),
        (0.0, 1.06),
        (-0.24, 0.80),
        (-0.36, 0.62),
        (-0.66, 0.50),
        (-0.40, 0.28),
        (-0.52, 0.06),
        (-0.22, -0.10),
    ])
}
