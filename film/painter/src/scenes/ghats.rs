//! Compositions of lamps for worship: rows of them on a floor, and on the steps of a sacred river.

use crate::architecture;
use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, lch, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::masonry::Mason;
use crate::palette::{Hour, Light};
use crate::pen::Place;
use crate::scenes::interiors::{dim_room, table};
use crate::scenes::waters::far_shore;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, View};
use crate::water::Water;
use crate::{lamps, light, tone};

/// Rows of clay lamps on a floor of stone, petals between them.
pub(crate) fn diyas(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("diyas");
    let frame = s.frame;
    let tall = frame.tallness();
    let edge = lerp(0.47, 0.46, tall);
    let mut canvas = dim_room(s, (0.5, 0.36), rng.count(34, 46), &mut rng);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let fire = s.style.flame();
    let line = edge * frame.h();
    table(&mut canvas, line, s.style.earth(0.42, 0.055, -16.0), fire, 0.5 * frame.w(), &mut rng);
    let light = s.light(Hour::Night, (0.2, 0.2));
    let room = Light { ambient: s.style.cool(0.36, 0.05, 0.0), sun: fire * 0.20, ..light };
    petals(s, &mut canvas, line, fire, &mut rng);
    let bend = rng.range(-0.10, 0.10);
    let mut focus = (0.5, 0.6);
    let rows = 6;
    for row in 0..rows {
        let t = row as f32 / (rows - 1) as f32;
        // Rows in perspective: nearer ones lower, larger and farther apart.
        let z = lerp(2.6, 1.0, t.powf(0.85));
        let y = line + (0.46 / z - 0.135) * frame.unit * lerp(1.0, 1.45, tall);
        let size = 0.185 / z * frame.unit * lerp(1.0, 1.15, tall);
        let pitch = size * 1.75;
        let count = (frame.w() / pitch * 0.5).ceil() as i32 + 1;
        let shift = if row % 2 == 0 { 0.0 } else { 0.5 };
        for k in -count..=count {
            let x = frame.w() * (0.5 + bend * (1.0 - t) * 0.3)
                + (k as f32 + shift) * pitch
                + rng.range(-0.05, 0.05) * size;
            if x < -size || x > frame.w() + size {
                continue;
            }
            let at = (x, y + rng.range(-0.03, 0.03) * size);
            lit_lamp(s, &mut canvas, at, size, (&room, fire), &mut rng);
            if row == rows - 2 && k == 0 {
                focus = (at.0 / frame.w(), (at.1 - size * 0.5) / frame.h());
            }
        }
    }
    light::bloom(&mut canvas, 0.65, 0.7);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus }
}

/// A clay lamp with its shadow, its pool of light and its flame; `at` is its foot and `px` its width in pixels.
fn lit_lamp(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    at: (f32, f32),
    px: f32,
    (room, fire): (&Light, Rgb),
    rng: &mut Stream,
) {
    let frame = s.frame;
    canvas.paint_around((at.0, at.1), (px * 1.1, px * 0.5), |x, y, before| {
        let (u, v) = ((x - at.0) / px, (y - at.1) / px);
        let contact = (-(u / 0.30).powi(2) - (v / 0.06).powi(2)).exp();
        let pool = (-(u * u * 2.2 + (v - 0.04).powi(2) * 22.0)).exp();
        before * (1.0 - 0.7 * contact) + fire * (0.050 * pool * (1.0 - contact))
    });
    let mut clay = Sprite::new(frame, (at.0 - px, at.1 - px), (at.0 + px, at.1 + px * 0.3));
    let wick = lamps::diya(&mut clay, Place::new(at, px), &s.style, room);
    canvas.draw_sprite(&clay);
    let tall = px * rng.range(0.50, 0.60);
    light::glow(canvas, (wick.0, wick.1 - tall * 0.35), px * 0.34 / frame.unit, fire * 0.30);
    lamps::flame(canvas, Place::new(wick, tall), fire, rng);
}

/// Petals of marigold strewn on the floor from a row (pixels) down.
fn petals(s: &Setting<'_>, canvas: &mut Canvas, line: f32, fire: Rgb, rng: &mut Stream) {
    let frame = s.frame;
    let inks = [lch(0.68, 0.16, 62.0), lch(0.74, 0.15, 82.0), lch(0.58, 0.17, 45.0)];
    for ink in inks {
        let mut pen = Place::new((0.0, 0.0), 1.0).pen();
        for _ in 0..70 {
            let t = rng.unit().sqrt();
            let (x, y) = (rng.unit() * frame.w(), line + (0.02 + t * 0.98) * (frame.h() - line));
            let r = frame.unit * lerp(0.003, 0.0125, t) * rng.range(0.6, 1.2);
            let place = Place::new((x, y), r).turned(rng.range(-0.5, 0.5));
            pen = pen.placed(place).ellipse((0.0, 0.0), (1.0, 0.42));
        }
        canvas.fill(pen.path(), |_, y, _| {
            ink.tint(fire * 0.42) * lerp(0.55, 1.0, ((y - line) / (frame.h() - line)).clamp(0.0, 1.0))
        });
    }
}

/// Broad steps to a sacred river at dawn, shrines above, lamps on the lowest of them.
pub(crate) fn ghat(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("ghat");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.47, 0.47, tall);
    let side = rng.sign();
    let light = s.light(
        s.hour(&[Hour::Dawn, Hour::Dawn, Hour::Dusk]),
        (0.5 - side * lerp(rng.range(0.14, 0.24), 0.20, tall), horizon * rng.range(0.66, 0.78)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.28, 0.45));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    far_shore(s, &mut canvas, &light, horizon, 0.35);
    let sun_px = frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, sun_px, 0.9, 0.20 * s.style.rays, light.disc, &mut rng);
    light::mist(&mut canvas, (horizon - 0.06, horizon + 0.02), light.haze(), 0.55, &mut rng);
    let water =
        Water::new(horizon * frame.h(), s.style.ripple * 0.8, s.style.cool(0.28, 0.055, 0.0), 0.9, &mut rng);
    water.paint(&mut canvas, &light);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let view = View::new(frame, horizon, 1.0, 26.0);
    let grain = rng.noise();
    let wide = (frame.w() / frame.unit * 0.5).min(0.89);
    let start = lerp(0.34, 0.22, tall) * wide / 0.89;
    // How far from the water's edge a place is; the bank runs away from the eye.
    let inland = |x: f32, z: f32| side * x - start - 0.035 * z;
    let (tread, step) = (0.30, 0.125);
    let stairs = |x: f32, z: f32| {
        let off = inland(x, z);
        let k = (off / tread).floor();
        let within = off / tread - k;
        if off < 0.0 { -0.05 } else { ((k + smoothstep(0.0, 0.10, within)) * step).min(1.05) }
    };
    let stone = s.style.warm(0.60, 0.050, -10.0);
    let sun = terrain::sun_direction(&light, 0.45);
    // Shrines stand on the bank, far ones first.
    let fire = s.style.flame();
    for z in [17.0, 13.0, 9.6, 7.2] {
        let x = side * (start + 0.035 * z + tread * 7.0 + 0.3);
        let foot = view.project(x, 0.75, z);
        let size = view.scale(z) * rng.range(2.3, 3.0);
        let place = Place::new(foot, size);
        let mut sprite = Sprite::new(
            frame,
            (foot.0 - size * 1.1, foot.1 - size * 1.3),
            (foot.0 + size * 1.1, foot.1 + size * 0.5),
        );
        let mut mason = Mason {
            sprite: &mut sprite,
            place,
            stone: rng.pick(&[
                s.style.warm(0.66, 0.055, -14.0),
                s.style.warm(0.72, 0.05, 4.0),
                s.style.earth(0.60, 0.07, -20.0),
            ]),
            light: &light,
            inside: fire * 0.6,
            grain: rng.noise(),
            mist: (light.haze(), (z / 22.0_f32).min(0.8), 0.9),
        };
        architecture::temple(&mut mason, &mut rng);
        sprite.extend_down(foot.1 - 1.5);
        canvas.draw_sprite(&sprite);
    }
    terrain::paint(
        &mut canvas,
        &view,
        (&light, Air { clear: 24.0 / s.style.haze, mist: 0.3, mist_top: 0.5 }),
        (0.0, 0.45),
        |x, z, finest| stairs(x, z) + 0.006 * grain.fbm_from(x * 9.0, z * 9.0, 3, finest * 9.0) - 0.002,
        |g| {
            let off = inland(g.x, g.z) / tread;
            let edge = off - off.floor();
            let joint = (g.z * 1.6 + off.floor() * 0.4).rem_euclid(1.0);
            let slab = lerp(
                0.72,
                1.0,
                smoothstep(0.0, 0.05, joint.min(1.0 - joint)).max(smoothstep(0.02, 0.1, g.finest)),
            );
            let worn = 1.0 + 0.40 * grain.fbm_from(g.x * 5.0, g.z * 5.0, 5, g.finest * 5.0);
            let wet = smoothstep(1.4, 0.0, off);
            let nose = smoothstep(0.22, 0.10, edge) * smoothstep(0.04, 0.10, edge);
            let lit = terrain::diffuse(g, &light, sun, stone * (slab * worn * lerp(1.0, 0.55, wet)));
            lit + light.sun.tint(stone) * (0.10 * nose) + light.haze() * (0.10 * wet)
        },
    );
    // Lamps on the lowest steps, and some afloat.
    let mut spots: Vec<(f32, f32, f32)> = Vec::new();
    for i in 0..11 {
        let z = lerp(7.5, 2.15, (i as f32 / 10.0).powf(0.8));
        let k = if i % 3 == 2 { 1.55 } else { 0.55 };
        spots.push((side * (start + 0.035 * z + tread * k), (k.floor() + 1.0) * step, z));
    }
    for _ in 0..6 {
        let z = rng.range(2.6, 7.0);
        spots.push((side * (start - rng.range(0.25, 0.9)), 0.0, z));
    }
    spots.sort_by(|a, b| b.2.total_cmp(&a.2));
    for (x, y, z) in spots {
        let at = view.project(x, y, z);
        lit_lamp(s, &mut canvas, at, view.scale(z) * 0.145, (&light, fire), &mut rng);
    }
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.32);
    Scene { canvas, focus: (0.5 + side * 0.06, horizon - 0.02) }
}
