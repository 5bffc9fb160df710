//! Compositions on the water: dawn, moonlit lake, floating lamps, the open sea.

use crate::canvas::{Canvas, Sprite};
use crate::color::{lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::palette::{Hour, Light};
use crate::pen::Place;
use crate::sea::Sea;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, View};
use crate::water::Water;
use crate::{figures, flora, lamps, light, tone};

/// A far shore: ranges that fall to the water.
pub(crate) fn far_shore(s: &Setting<'_>, canvas: &mut Canvas, light: &Light, horizon: f32, rise: f32) {
    let mut rng = s.stream("shore");
    let (shape, broad, cover) = (rng.noise(), rng.noise(), rng.noise());
    let view = View { near: 9.0, ..View::new(s.frame, horizon, 0.16, 60.0) };
    let offset = rng.range(0.0, 100.0);
    let open = rng.range(-0.35, 0.35);
    let air = Air { clear: 42.0 / s.style.haze, mist: 0.5, mist_top: 0.4 };
    let sun = terrain::sun_direction(light, 0.55);
    let forest = s.style.green(0.36, 0.045);
    let rock = s.style.stone(0.58);
    terrain::paint(
        canvas,
        &view,
        (light, air),
        (0.02, 0.55),
        |x, z, finest| {
            // An opening between the ranges lets the light through.
            let gap = smoothstep(0.0, 0.75, (x / z - open).abs());
            let ridge = shape.ridged(x * 0.07 + offset, z * 0.07, 9, finest * 0.07);
            let swell = 0.5 + 0.5 * broad.fbm(x * 0.06, z * 0.06 + offset, 2);
            let back = smoothstep(11.0, 40.0, z);
            // No land stands where the view begins: its front would be open, and the sky behind it seen.
            let low = 0.8 * smoothstep(view.near, view.near * 1.2, z);
            (ridge * 5.6 * back * swell + ridge * low) * rise * lerp(0.30, 1.0, gap) - 0.40
        },
        |ground| {
            let patch = cover.fbm_from(ground.x * 1.3, ground.z * 1.3, 4, ground.finest * 1.3);
            let rocky = smoothstep(0.22, 0.5, ground.steepness() + patch * 0.25 + ground.height * 0.05);
            terrain::diffuse(ground, light, sun, forest.mix(rock, rocky) * (1.0 + 0.35 * patch))
        },
    );
}

/// Dawn over still water.
pub(crate) fn dawn(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("dawn");
    let horizon = lerp(0.56, 0.60, s.frame.tallness());
    let sun_x = s.off_centre(&mut rng, 0.08, 0.22);
    let light =
        s.light(s.hour(&[Hour::Dawn, Hour::Dawn, Hour::Dusk]), (sun_x, horizon - rng.range(0.08, 0.15)));
    let mut canvas = s.sky(&light, horizon, rng.range(0.30, 0.55));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    far_shore(s, &mut canvas, &light, horizon, rng.range(0.7, 1.2));
    let sun = s.frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, sun, 0.85, 0.20 * s.style.rays, light.disc, &mut rng);
    light::mist(&mut canvas, (horizon - 0.05, horizon + 0.03), light.haze(), 0.55, &mut rng);
    let deep = s.style.cool(0.30, 0.06, 0.0);
    let water = Water::new(horizon * s.frame.h(), s.style.ripple, deep, 0.85, &mut rng);
    water.paint(&mut canvas, &light);
    let mut focus = light.sun_at;
    if s.permits.figures {
        let count = rng.count(4, 8);
        figures::birds(
            &mut canvas,
            (1.0 - sun_x + rng.range(-0.05, 0.05), horizon * 0.45),
            count,
            light.sky_at(0.9) * 0.3,
            &mut rng,
        );
    }
    if s.permits.lotus {
        s.begin_layer(&mut canvas, Distance::Near, SheetMotion::Still);
        focus = lotuses(s, &mut canvas, &water, &light);
    }
    s.begin_layer(&mut canvas, Distance::Front, SheetMotion::Still);
    flora::reeds(&mut canvas, &s.style, &light, 0.34, &mut rng);
    light::bloom(&mut canvas, 0.85, 0.5);
    tone::darken_for_captions(&mut canvas, 0.30);
    Scene { canvas, focus }
}

/// A lotus among its leaves, and a bud or a smaller flower apart; returns the flower's place.
fn lotuses(s: &Setting<'_>, canvas: &mut Canvas, water: &Water, light: &Light) -> (f32, f32) {
    let mut rng = s.stream("lotus");
    let frame = s.frame;
    let x = lerp(1.0 - light.sun_at.0, 0.5, 0.35) + rng.range(-0.04, 0.04);
    let first = (x, lerp(0.735, 0.72, frame.tallness()), rng.range(0.30, 0.36));
    let second = (x + rng.sign() * rng.range(0.17, 0.24), first.1 - rng.range(0.055, 0.075), first.2 * 0.42);
    for (x, y, size) in [second, first] {
        let at = frame.place(x, y);
        let px = size * frame.unit;
        let mut leaves =
            Sprite::new(frame, (at.0 - px * 1.6, at.1 - px * 0.5), (at.0 + px * 1.6, at.1 + px * 0.5));
        for (dx, dy, k) in [(-0.52, 0.03, 0.62), (0.60, 0.00, 0.74), (0.02, -0.035, 1.0)] {
            let pad = Place::new((at.0 + (dx + rng.range(-0.06, 0.06)) * px, at.1 - dy * px), px * k);
            flora::pad(&mut leaves, pad, &s.style, light, &mut rng);
        }
        shadow(canvas, (at.0, at.1 + px * 0.05), (px * 1.0, px * 0.16), 0.45);
        water.rings(canvas, (at.0, at.1 + px * 0.03), px * 0.92, light.haze(), water.deep * 0.6);
        let mut flower = Sprite::new(frame, (at.0 - px, at.1 - px), (at.0 + px, at.1 + px * 0.2));
        flora::lotus(&mut flower, Place::new((at.0, at.1 + px * 0.02), px), &s.style, light, &mut rng);
        // The flower is mirrored first, then the leaves cover what of it they hide.
        water.float(canvas, &flower, at.1 + px * 0.10, 0.62);
        canvas.draw_sprite(&leaves);
        shadow(canvas, (at.0, at.1 + px * 0.02), (px * 0.30, px * 0.05), 0.6);
        canvas.draw_sprite(&flower);
    }
    (first.0, first.1 - first.2 * 0.2 * frame.unit / frame.h())
}

/// A soft dark on the water under something.
fn shadow(canvas: &mut Canvas, at: (f32, f32), radius: (f32, f32), strength: f32) {
    canvas.paint_around(at, (radius.0 * 1.6, radius.1 * 1.6), |x, y, before| {
        let d = ((x - at.0) / radius.0).powi(2) + ((y - at.1) / radius.1).powi(2);
        before * (1.0 - strength * (-d * 1.3).exp())
    });
}

/// A lake under the moon; with oil lamps afloat when `lit`.
pub(crate) fn moon_lake(s: &Setting<'_>, lit: bool) -> Scene {
    let mut rng = s.stream("moon lake");
    let horizon = lerp(0.54, 0.58, s.frame.tallness());
    let moon_x = s.off_centre(&mut rng, 0.10, 0.26);
    let light = s.light(Hour::Night, (moon_x, horizon * rng.range(0.28, 0.45)));
    let mut canvas = s.sky(&light, horizon, rng.range(0.18, 0.42));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    far_shore(s, &mut canvas, &light, horizon, rng.range(0.8, 1.3));
    light::mist(&mut canvas, (horizon - 0.05, horizon + 0.02), light.haze(), 0.5, &mut rng);
    let water =
        Water::new(horizon * s.frame.h(), s.style.ripple, s.style.cool(0.17, 0.045, 0.0), 0.75, &mut rng);
    water.paint(&mut canvas, &light);
    let mut focus = light.sun_at;
    if lit {
        // The lamps are as far away as the water, but must not ripple: a layer of their own.
        s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
        focus = floating_lamps(s, &mut canvas, &water, &light);
    }
    s.begin_layer(&mut canvas, Distance::Front, SheetMotion::Still);
    flora::reeds(&mut canvas, &s.style, &light, 0.42, &mut rng);
    light::bloom(&mut canvas, 0.7, 0.6);
    tone::darken_for_captions(&mut canvas, 0.25);
    Scene { canvas, focus }
}

/// Lamps set on the water, the nearest largest, in a loose line; returns the nearest one's flame.
fn floating_lamps(s: &Setting<'_>, canvas: &mut Canvas, water: &Water, light: &Light) -> (f32, f32) {
    let mut rng = s.stream("lamps");
    let frame = s.frame;
    let fire = s.style.flame();
    let shore = water.shore / frame.h();
    let near = (rng.range(0.42, 0.58), 0.715, 0.155);
    let mut lamps = vec![near];
    let count = rng.count(6, 9);
    for i in 0..count {
        let t = (i as f32 + rng.range(0.2, 0.8)) / count as f32;
        let y = lerp(near.1 - 0.03, shore + 0.025, t.powf(0.6));
        let size = near.2 * (y - shore) / (near.1 - shore);
        let side = if i % 2 == 0 { -1.0 } else { 1.0 };
        lamps.push((near.0 + side * rng.range(0.10, 0.40) * lerp(1.0, 0.75, t), y, size * 0.92));
    }
    lamps.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut focus = near;
    for (x, y, size) in lamps {
        let at = frame.place(x, y);
        let px = size * frame.unit;
        let mut clay = Sprite::new(frame, (at.0 - px, at.1 - px), (at.0 + px, at.1 + px * 0.3));
        let wick = lamps::diya(&mut clay, Place::new(at, px), &s.style, light);
        // Its light on the water: a pool, and a broken streak towards the eye.
        canvas.paint_around((at.0, at.1 + px * 0.7), (px * 2.4, px * 1.7), |x, y, before| {
            let (u, v) = ((x - at.0) / px, (y - at.1) / px);
            let pool = (-(u * u * 1.1 + (v * 3.2).powi(2))).exp() * 0.20;
            let wave = water.waves.at(u * 2.2 + at.0, y / frame.unit * 95.0 * 0.155 / size.max(0.02));
            let streak = (-(u / (0.13 + 0.10 * v.max(0.0)) + wave * 0.9).powi(2)).exp()
                * smoothstep(-0.05, 0.2, v)
                * smoothstep(2.2, 0.3, v);
            before + fire * (pool + streak * (0.34 + 0.4 * wave).max(0.0))
        });
        shadow(canvas, (at.0, at.1 + px * 0.02), (px * 0.42, px * 0.07), 0.7);
        water.float(canvas, &clay, at.1 - px * 0.012, 0.55);
        let tall = px * rng.range(0.50, 0.58);
        light::glow(canvas, (wick.0, wick.1 - tall * 0.35), px * 0.42 / frame.unit, fire * 0.42);
        lamps::flame(canvas, Place::new(wick, tall), fire, &mut rng);
        focus = (wick.0 / frame.w(), (wick.1 - tall * 0.3) / frame.h(), size);
    }
    (focus.0, focus.1)
}

/// The open sea: swell seen from close above it.
pub(crate) fn ocean(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("ocean");
    let horizon = lerp(0.50, 0.52, s.frame.tallness());
    let hour = s.hour(&[Hour::Dawn, Hour::Dusk, Hour::Storm, Hour::Day]);
    let sun_x = s.off_centre(&mut rng, 0.05, 0.24);
    let light = s.light(hour, (sun_x, horizon * rng.range(0.68, 0.84)));
    let cover = if hour == Hour::Storm { 0.85 } else { rng.range(0.35, 0.6) };
    let mut canvas = s.sky(&light, horizon, cover);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    canvas.mark_water(horizon * s.frame.h());
    let sun = s.frame.place(light.sun_at.0, light.sun_at.1);
    let through = if hour == Hour::Storm { 0.45 } else { 0.2 };
    light::shafts(&mut canvas, sun, 0.9, through * s.style.rays, light.disc, &mut rng);
    let view = View::new(s.frame, horizon, 1.0, 160.0);
    let sea = Sea::new(s, &light, &view, cover, &mut rng);
    sea.paint(&mut canvas, &view, &light);
    if s.permits.figures && hour != Hour::Storm {
        let count = rng.count(3, 5);
        figures::birds(&mut canvas, (1.0 - sun_x, horizon * 0.5), count, light.sky_at(0.9) * 0.3, &mut rng);
    }
    light::bloom(&mut canvas, 0.85, 0.5);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus: light.sun_at }
}
