//! Compositions in the air: a dove in the light.

use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::palette::Hour;
use crate::pen::Place;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, View};
use crate::{light, tone};

/// A dove on the wing in a sky of light, an olive's twig in its beak.
pub(crate) fn dove(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("dove");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.86, 0.84, tall);
    let side = rng.sign();
    let light = s.light(
        s.hour(&[Hour::Dawn, Hour::Day, Hour::Dusk]),
        (0.5 + side * lerp(0.20, 0.16, tall), lerp(0.22, 0.20, tall)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.45, 0.65));
    let at = frame.place(light.sun_at.0, light.sun_at.1);
    light::halo(&mut canvas, at, 0.20, light.disc * 0.22);
    light::shafts(&mut canvas, at, 1.1, 0.42 * s.style.rays, light.disc, &mut rng);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let (shape, offset) = (rng.noise(), rng.range(0.0, 50.0));
    let sun = terrain::sun_direction(&light, 0.5);
    let hill = s.style.green(0.42, 0.05);
    terrain::paint(
        &mut canvas,
        &View::new(frame, horizon, 0.6, 40.0),
        (&light, Air { clear: 14.0 / s.style.haze, mist: 0.8, mist_top: 0.5 }),
        (-9.0, 0.5),
        |x, z, f| shape.ridged(x * 0.13 + offset, z * 0.13, 7, f * 0.13) * (0.05 + z * 0.075) - 0.25,
        |g| terrain::diffuse(g, &light, sun, hill),
    );
    s.begin_layer(&mut canvas, Distance::Near, SheetMotion::Still);
    let size = lerp(0.41, 0.50, tall) * frame.unit;
    let middle = frame.place(0.5 - side * 0.04 * (1.0 - tall), lerp(0.54, 0.45, tall));
    let place = Place::new(middle, size).facing(side).turned(rng.range(0.02, 0.16));
    bird(s, &mut canvas, place, (light.sun, light.ambient, light.disc), &mut rng);
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.32);
    Scene { canvas, focus: (middle.0 / frame.w(), middle.1 / frame.h()) }
}

/// One wing's feathers: roots along the arm, tips fanned out behind it.
fn wing(
    sprite: &mut Sprite,
    place: Place,
    arm: &[(f32, f32)],
    fan: &[(f32, f32)],
    count: u32,
    mut shade: impl FnMut(f32, f32, f32, f32) -> Rgb,
) {
    let along = |points: &[(f32, f32)], t: f32| {
        let at = t * (points.len() - 1) as f32;
        let i = (at as usize).min(points.len() - 2);
        let u = at - i as f32;
        (lerp(points[i].0, points[i + 1].0, u), lerp(points[i].1, points[i + 1].1, u))
    };
    // Two rows: long quills first, then the coverts over their roots.
    for (row, reach, wide) in [(0, 1.0_f32, 1.0_f32), (1, 0.58, 1.25), (2, 0.32, 1.3)] {
        for i in 0..count {
            let t = i as f32 / (count - 1) as f32;
            let root = along(arm, t);
            let tip = along(fan, t);
            let tip = (lerp(root.0, tip.0, reach), lerp(root.1, tip.1, reach));
            let (dx, dy) = (tip.0 - root.0, tip.1 - root.1);
            let long = (dx * dx + dy * dy).sqrt().max(1e-4);
            let (nx, ny) = (-dy / long, dx / long);
            let w = 0.040 * wide * lerp(0.8, 1.15, (t * std::f32::consts::PI).sin());
            let at = |k: f32, off: f32| (root.0 + dx * k + nx * off, root.1 + dy * k + ny * off);
            let feather = place.pen().smooth(&[
                at(0.0, -w * 0.4),
                at(0.5, -w),
                at(0.88, -w * 0.75),
                at(1.0, 0.0),
                at(0.9, w * 0.55),
                at(0.5, w * 0.75),
                at(0.0, w * 0.4),
            ]);
            sprite.fill(feather.path(), |px, py| {
                let (x, y) = place.local(px, py);
                let k = (((x - root.0) * dx + (y - root.1) * dy) / (long * long)).clamp(0.0, 1.0);
                let across = ((x - root.0) * nx + (y - root.1) * ny) / w;
                shade(k, across, t, row as f32)
            });
        }
    }
}

/// The bird from the side, its wings raised; 1 in local measure is about its length, its breast at the origin.
fn bird(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    place: Place,
    (sun, ambient, disc): (Rgb, Rgb, Rgb),
    rng: &mut Stream,
) {
    let frame = s.frame;
    let reach = place.scale * 1.1;
    let mut sprite =
        Sprite::new(frame, (place.x - reach, place.y - reach), (place.x + reach, place.y + reach));
    let white = Rgb::new(0.92, 0.91, 0.90);
    let down = rng.noise();
    let lamp = move |k: f32, across: f32, row: f32, near: f32| {
        // Thin feathers let the light through; where rows overlap they are whiter.
        let quill = 1.0 - 0.10 * (-(across / 0.10).powi(2)).exp();
        let gap = 1.0 - 0.30 * smoothstep(0.45, 1.0, across);
        let through = lerp(0.16, 0.27, k) + 0.06 * row;
        white.tint(
            ambient * (0.60 * near + 0.06 * row)
                + sun * (through * 1.15 * near)
                + disc * (0.09 * near + 0.05 * k),
        ) * (quill * gap)
    };
    // The far wing, the tail, the body, the near wing.
    wing(
        &mut sprite,
        place,
        &[(0.10, 0.10), (0.17, 0.30), (0.30, 0.50), (0.37, 0.66)],
        &[(-0.14, 0.16), (-0.10, 0.46), (0.06, 0.74), (0.30, 0.93), (0.46, 0.94)],
        15,
        |k, across, _, row| lamp(k, across, row, 0.74),
    );
    for (i, angle) in [-0.34_f32, -0.22, -0.10, 0.02, 0.14, 0.26, 0.08].into_iter().enumerate() {
        let root = (-0.24, -0.035);
        let long = if i == 6 { 0.30 } else { 0.34 };
        let tip = (root.0 - angle.cos() * long, root.1 - angle.sin() * long - 0.02);
        let feather =
            place.pen().ribbon(&[root, (lerp(root.0, tip.0, 0.6), lerp(root.1, tip.1, 0.6)), tip], |t| {
                0.045 + 0.045 * smoothstep(0.0, 0.75, t) - 0.05 * smoothstep(0.85, 1.0, t)
            });
        sprite.fill(feather.path(), |px, py| {
            let (x, y) = place.local(px, py);
            let k = ((root.0 - x) / long).clamp(0.0, 1.0);
            let across = ((x - root.0) * angle.sin() - (y - root.1) * angle.cos()) / 0.045;
            lamp(k, across.clamp(-1.0, 1.0), 0.5, 0.82)
        });
    }
    let body = place.pen().smooth(&[
        (-0.30, -0.025),
        (-0.14, 0.055),
        (0.06, 0.105),
        (0.20, 0.120),
        (0.27, 0.165),
        (0.335, 0.175),
        (0.385, 0.145),
        (0.392, 0.105),
        (0.355, 0.062),
        (0.325, 0.010),
        (0.25, -0.075),
        (0.10, -0.118),
        (-0.08, -0.100),
        (-0.24, -0.060),
    ]);
    sprite.fill(body.path(), |px, py| {
        let (x, y) = place.local(px, py);
        let axis = 0.02 + 0.28 * (x - 0.05).max(0.0);
        let up = ((y - axis) / 0.115).clamp(-1.0, 1.0);
        let soft = 0.95 + 0.12 * down.fbm(x * 22.0, y * 26.0, 3);
        white.tint(
            ambient * (0.55 + 0.18 * up) + sun * (0.13 + 0.17 * smoothstep(-0.5, 1.0, up)) + disc * 0.10,
        ) * soft
    });
    wing(
        &mut sprite,
        place,
        &[(0.17, 0.075), (0.08, 0.26), (0.02, 0.48), (-0.04, 0.68)],
        &[(-0.22, 0.00), (-0.34, 0.22), (-0.38, 0.52), (-0.30, 0.84), (-0.10, 1.00)],
        17,
        |k, across, _, row| lamp(k, across, row, 1.0),
    );
    let shoulder = place.pen().smooth(&[
        (0.19, 0.03),
        (0.20, 0.12),
        (0.13, 0.25),
        (0.05, 0.47),
        (-0.02, 0.68),
        (-0.055, 0.69),
        (-0.01, 0.45),
        (0.00, 0.20),
        (0.06, 0.03),
    ]);
    sprite.fill(shoulder.path(), |px, py| {
        let (x, y) = place.local(px, py);
        let soft = 0.96 + 0.10 * down.fbm(x * 26.0, y * 18.0, 3);
        white.tint(ambient * 0.66 + sun * 0.29 + disc * 0.10) * soft
    });
    let beak =
        place.pen().smooth(&[(0.378, 0.142), (0.415, 0.128), (0.445, 0.104), (0.412, 0.104), (0.382, 0.108)]);
    let horn = s.style.earth(0.52, 0.06, -14.0);
    sprite.fill(beak.path(), |_, _| horn.tint(ambient * 0.6 + sun * 0.15));
    sprite.fill(place.pen().ellipse((0.347, 0.135), (0.0105, 0.0105)).path(), |_, _| {
        Rgb::new(0.02, 0.018, 0.02)
    });
    // The olive's twig.
    let leaf = s.style.green(0.56, 0.09).tint(ambient * 0.75 + sun * 0.24);
    let mut twig =
        place.pen().ribbon(&[(0.415, 0.118), (0.435, 0.065), (0.430, 0.0), (0.455, -0.06)], |_| 0.0075);
    for (x, y, a) in [
        (0.434, 0.075, 0.4),
        (0.434, 0.050, 2.6),
        (0.432, 0.020, 0.1),
        (0.431, -0.005, 2.9),
        (0.440, -0.035, -0.2),
        (0.456, -0.062, -0.9),
        (0.448, -0.045, 3.4),
    ] {
        let (sin, cos) = f32::sin_cos(a);
        let tip = (x + cos * 0.062, y + sin * 0.062 - 0.008);
        let bend = |k: f32| (x + cos * 0.03 - sin * k, y + sin * 0.03 + cos * k);
        twig = twig.move_to(x, y).quad_to(bend(0.015), tip).quad_to(bend(-0.015), (x, y)).close();
    }
    sprite.fill(twig.path(), |_, _| leaf);
    canvas.draw_sprite(&sprite);
}
