//! Compositions of Islam: a prayer hall, a lamp in its niche, the crescent at dawn.

use crate::architecture;
use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::masonry::{Mason, arch};
use crate::ornament;
use crate::palette::{Hour, Light};
use crate::pen::{Place, round};
use crate::scenes::lands::Dunes;
use crate::scenes::patterns::wall;
use crate::setting::{Scene, Setting};
use crate::terrain::View;
use crate::{light, sky, tone};

/// A prayer hall: rows of arches, hanging lamps, a carpet, the niche at its end.
pub(crate) fn hall(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("hall");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = rng.range(0.54, 0.59) * frame.h();
    let light = s.light(Hour::Dawn, (0.5, 0.3));
    let centre = frame.w() * (0.5 + rng.sign() * rng.range(0.02, 0.09) * (1.0 - tall));
    let fire = s.style.flame();
    let day = s.style.warm(0.92, 0.055, 0.0).normalised();
    let (stone, grain) = (s.style.stone(0.68), rng.noise());
    let banded = rng.chance(0.5);
    let brick = s.style.earth(0.48, 0.085, -18.0);
    const BAYS: usize = 6;
    const EYE: f32 = 0.34;
    const HALF: f32 = 0.30;
    const PITCH: f32 = 0.74;
    let rise = 0.98 + 0.22 * tall;
    let spacing = rng.range(1.30, 1.38);
    let nearest = EYE * frame.unit / (frame.h() - horizon) * 0.98;
    let scale = |i: usize| frame.unit / if i == 0 { nearest } else { 0.92 * spacing.powi(i as i32 - 1) };
    let foot = |i: usize| horizon + EYE * scale(i);
    let mut canvas = Canvas::new(frame);
    // The wall at the end, with its niche.
    let end = Place::new((centre, foot(BAYS - 1)), scale(BAYS - 1) * 0.86);
    let inlay = s.style.cool(0.50, 0.075, 0.0);
    canvas.paint_rows(0, frame.height, |px, py, _| {
        let (x, y) = end.local(px, py);
        let d = ((x * 1.1).powi(2) + (y - 0.50).powi(2)).sqrt();
        let strap = ornament::girih(x * 9.0, y * 9.0, 8);
        let tile = stone.mix(inlay, 0.75 * smoothstep(0.05, 0.09, strap));
        tile.tint(day * (0.14 + 0.42 * (-d * 2.2).exp()) + light.ambient * 0.25)
    });
    canvas.fill(arch(end.pen(), 0.0, -0.05, 0.25, 0.92, 1.0).path(), |px, py, _| {
        let (x, y) = end.local(px, py);
        let hollow = 1.0 - 0.45 * (x / 0.25).powi(2);
        stone.mix(inlay, 0.35).tint(fire * (0.16 + 0.65 * (-((y - 0.55) / 0.32).powi(2)).exp()) + day * 0.16)
            * hollow
    });
    for i in (0..BAYS).rev() {
        let far = i as f32 / (BAYS - 1) as f32;
        let place = Place::new((centre, foot(i)), scale(i));
        let aisles = (frame.w() / place.scale / PITCH * 0.5).ceil() as i32 + 1;
        for (place, soffit) in [(place.within(0.0, 0.0, 0.94), true), (place, false)] {
            let wide = (aisles as f32 + 0.5) * PITCH;
            let pen = (-aisles..=aisles).fold(place.pen(), |pen, k| {
                arch(pen, k as f32 * PITCH, -0.02, HALF, rise, s.permits.arch_point)
            });
            let pen = pen.block(-wide, -0.02, wide, 20.0);
            let lit_end = lerp(0.16, 0.55, far.powf(1.2));
            canvas.fill(pen.path(), |px, py, _| {
                let (x, y) = place.local(px, py);
                let k = (x / PITCH).round();
                let local = x - k * PITCH;
                let spring = rise - HALF * 1.45;
                let outer = (HALF + 0.14, spring);
                let aisle = (-(k * k) * 0.25).exp();
                let rough = 0.90 + 0.22 * grain.fbm(x * 5.0 + i as f32 * 3.0, y * 5.0, 4);
                if y < spring {
                    // A column between two arches, round, lit from the nave, with a capital and a plinth.
                    let half = PITCH * 0.5 - HALF;
                    let across = (local - PITCH * 0.5 * local.signum()) / half;
                    let from = if x - across * half > 0.0 { -1.0 } else { 1.0 };
                    let capital =
                        smoothstep(spring - 0.13, spring - 0.11, y).max(smoothstep(0.075, 0.065, y));
                    let shaft = round(across, from);
                    let edge = 1.0 - 0.55 * smoothstep(0.70, 1.0, across.abs());
                    let lit = day * (lit_end * aisle * (0.06 + 0.72 * shaft) * lerp(1.0, 1.2, capital))
                        + light.ambient * (0.05 + 0.12 * shaft);
                    let lit = lit * edge + if soffit { day * (0.10 * lit_end * aisle) } else { Rgb::BLACK };
                    return stone.tint(lit + fire * 0.03) * (rough * lerp(1.0, 0.86, capital));
                }
                let reach =
                    ((local / outer.0).powi(2) + ((y - outer.1) / (HALF * 1.45 + 0.17)).powi(2)).sqrt();
                let ring = smoothstep(1.02, 0.99, reach);
                let angle = (y - spring).atan2(local) * 13.0 / std::f32::consts::PI;
                let stripe = if banded && angle.floor().rem_euclid(2.0) < 1.0 { ring } else { 0.0 };
                let lit = light.ambient * (0.17 + 0.05 * far)
                    + day * (lit_end * aisle * (0.13 + 0.22 * ring))
                    + fire * (0.05 * ring);
                let lit = if soffit { lit + day * (0.30 * lit_end * aisle) } else { lit };
                stone.mix(brick, stripe * 0.85).tint(lit) * rough
            });
        }
        if (1..BAYS - 1).contains(&i) {
            for k in -aisles..=aisles {
                let at = place.at(k as f32 * PITCH, rise * lerp(0.80, 0.72, far));
                hanging_glass(
                    s,
                    &mut canvas,
                    Place::new(at, 0.105 * place.scale),
                    fire,
                    (light.ambient * 0.5, lerp(1.0, 0.7, far)),
                );
            }
        }
        light::glow(
            &mut canvas,
            (centre, horizon - 0.12 * scale(i)),
            0.32 * scale(i) / frame.unit,
            day * (0.010 + 0.020 * far),
        );
    }
    // A carpet with rows of arches woven into it.
    let line = foot(BAYS - 1);
    let (red, blue, cream) =
        (s.style.accent(0.36, 0.115), s.style.cool(0.30, 0.07, 0.0), s.style.earth(0.74, 0.06, 4.0));
    let (pile, weave) = (rng.noise(), rng.noise());
    canvas.paint_rows(line.max(0.0) as usize, frame.height, |x, y, before| {
        let bay = (0..BAYS).rev().find(|&i| foot(i) >= y).unwrap_or(0);
        // Columns that stand nearer hide it.
        let hidden = (1..=bay).any(|i| {
            let across = (x - centre) / scale(i);
            let in_column = (across - (across / PITCH).round() * PITCH).abs() > HALF;
            in_column && y < foot(i) - 1.0
        });
        if hidden {
            return before;
        }
        let z = EYE * frame.unit / (y - horizon).max(1.0);
        let (u, v) = ((x - centre) / frame.unit * z, z);
        let (cu, cv) = ((u / 0.26).rem_euclid(1.0) - 0.5, (v / 0.52).rem_euclid(1.0));
        let border = smoothstep(0.40, 0.42, cu.abs()).max(smoothstep(0.05, 0.03, cv.min(1.0 - cv)));
        let niche = smoothstep(
            0.02,
            -0.02,
            cu.abs() - 0.30 * (1.0 - ((cv - 0.35).max(0.0) / 0.5).powi(2)).max(0.0).sqrt(),
        );
        let knot = 0.84 + 0.28 * pile.fbm(u * 20.0, v * 20.0, 3) + 0.10 * weave.at(u * 60.0, v * 60.0);
        let ink = red.mix(blue, niche * 0.8).mix(cream, border * 0.7);
        let glow = (-((x - centre) / frame.unit / (0.10 + 0.5 * ((y - line) / frame.h()))).powi(2)).exp();
        let near = ((y - line) / (frame.h() - line)).clamp(0.0, 1.0);
        ink.tint(day * (0.20 + 0.42 * glow * lerp(1.0, 0.45, near)) + light.ambient * 0.22) * knot
    });
    let dust = rng.noise();
    let lean = rng.sign();
    light::beam(
        &mut canvas,
        (centre + lean * 0.50 * frame.unit, -0.05 * frame.h()),
        (centre - lean * 0.10 * frame.unit, horizon + 0.30 * frame.unit),
        (0.05, 0.15),
        day * (0.055 * s.style.rays),
        dust,
    );
    light::bloom(&mut canvas, 0.7, 0.6);
    tone::darken_for_captions(&mut canvas, 0.40);
    Scene { canvas, focus: (centre / frame.w(), (horizon - 0.16 * scale(BAYS - 1)) / frame.h()) }
}

/// A lamp of glass on chains, 1 in local measure is its height; its middle is the origin.
fn hanging_glass(s: &Setting<'_>, canvas: &mut Canvas, place: Place, fire: Rgb, (room, share): (Rgb, f32)) {
    let metal = s.style.stone(0.34).tint(room) * 0.8;
    let chains = place
        .pen()
        .limb((0.0, 1.35), (0.0, 30.0), (0.03, 0.03))
        .limb((-0.34, 0.42), (0.0, 1.4), (0.025, 0.025))
        .limb((0.34, 0.42), (0.0, 1.4), (0.025, 0.025));
    canvas.fill(chains.path(), |_, _, before| before.mix(metal, 0.8));
    let at = place.at(0.0, 0.05);
    canvas.add_flame(at, place.scale * 2.0, 0.4);
    light::glow(canvas, at, place.scale * 0.75 / canvas.frame.unit, fire * (0.22 * share));
    // A vase: wide mouth, narrow neck, round body, foot.
    let body: [(f32, f32); 11] = [
        (0.20, -0.50),
        (0.17, -0.44),
        (0.10, -0.38),
        (0.22, -0.28),
        (0.36, -0.10),
        (0.38, 0.00),
        (0.30, 0.12),
        (0.17, 0.20),
        (0.20, 0.28),
        (0.36, 0.46),
        (0.40, 0.50),
    ];
    canvas.fill(place.pen().turned(0.0, &body).path(), |px, py, before| {
        let (x, y) = place.local(px, py);
        let hot = (-(x * x * 7.0 + (y + 0.02).powi(2) * 7.0)).exp();
        let rim = smoothstep(0.22, 0.40, x.abs());
        let band = smoothstep(0.020, 0.010, (y - 0.20).abs()) + smoothstep(0.020, 0.010, (y + 0.28).abs());
        before.mix(fire * (share * (0.34 + 0.95 * hot)) + fire * (0.10 * rim), 0.86)
            * (1.0 - 0.4 * band.min(1.0))
    });
}

/// A lamp in a niche of a carved wall: its light falls on the stars around it (Quran 24:35).
pub(crate) fn niche(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("niche");
    let frame = s.frame;
    let tall = frame.tallness();
    let fire = s.style.flame();
    let foot = lerp(0.78, 0.70, tall) * frame.h();
    let half = lerp(0.225, 0.25, tall) * rng.range(0.88, 1.08) * frame.unit;
    let place = Place::new((frame.w() * (0.5 + rng.range(-0.06, 0.06) * (1.0 - tall)), foot), half);
    let rise = lerp(2.80, 2.95, tall) * rng.range(0.92, 1.04);
    let (stone, grain) = (s.style.stone(0.50), rng.noise());
    let shade = s.style.cool(0.34, 0.045, 0.0);
    let lamp_at = place.at(0.0, rise * 0.50);
    let fold = 8;
    let cell = 0.33 * rng.range(0.85, 1.2);
    let mut canvas = Canvas::new(frame);
    wall(
        &mut canvas,
        stone,
        0.10,
        |px, py| {
            let (x, y) = place.local(px, py);
            let d = (x * x + (y - rise * 0.5).powi(2)).sqrt();
            shade * 0.75 + fire * (0.36 * (-(d - 0.8).max(0.0) * 0.75).exp())
        },
        grain,
    );
    // A carved frame around the niche.
    let border = place.pen().block(-1.62, -0.10, 1.62, rise + 0.55);
    let inks = [s.style.cool(0.48, 0.085, 0.0), s.style.accent(0.46, 0.09), s.style.green(0.50, 0.08)];
    let blue = rng.pick(&inks);
    canvas.fill(border.path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let strap = ornament::girih(x / cell, (y - rise * 0.5) / cell, fold);
        let raised = smoothstep(0.11, 0.07, strap);
        let edge = (1.62 - x.abs()).min(y + 0.10).min(rise + 0.55 - y);
        let rail = smoothstep(0.075, 0.055, edge);
        let d = (x * x + (y - rise * 0.5).powi(2)).sqrt().max(0.6);
        let near = 0.75 * (-(d - 0.9).max(0.0) * 0.9).exp();
        let ink = blue
            .mix(s.style.accent(0.44, 0.08), smoothstep(0.42, 0.50, strap))
            .mix(stone * 1.35, raised.max(rail));
        let rim = smoothstep(0.03, 0.0, (strap - 0.09).abs()) * 0.35;
        ink.tint(shade * 0.9 + fire * (near * (0.45 + 0.35 * raised + rim)))
            * (0.88 + 0.22 * grain.fbm(x * 7.0, y * 7.0, 4))
    });
    let around = arch(place.pen(), 0.0, 0.0, 1.13, rise + 0.16, 1.0).path();
    canvas.fill(around, |px, py, _| {
        let (x, y) = place.local(px, py);
        let mould = 0.5 + 0.5 * ((x * x + (y - 1.0).max(0.0).powi(2) * 0.5).sqrt() * 60.0).cos();
        (stone * 1.2).tint(shade * 0.8 + fire * (0.34 + 0.18 * mould))
    });
    canvas.fill(arch(place.pen(), 0.0, 0.0, 1.0, rise, 1.0).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        // The hollow turns away at its sides; the lamp lights it from the middle.
        let d2 = (x * 0.8).powi(2) + ((y - rise * 0.5) * 0.75).powi(2);
        let hollow = (1.0 - x * x).max(0.0).sqrt();
        let rough = 0.92 + 0.16 * grain.fbm(x * 5.0, y * 5.0, 5);
        let flutes =
            1.0 - 0.10 * (x.clamp(-1.0, 1.0).asin() * 14.0).cos() * smoothstep(rise * 0.72, rise * 0.80, y);
        (stone * 1.15).tint(fire * (0.10 + 0.62 * (-d2 * 1.9).exp() * lerp(0.55, 1.0, hollow)) + shade * 0.3)
            * (rough * flutes)
    });
    let sill = place.pen().block(-1.28, -0.13, 1.28, 0.0).path();
    canvas.fill(sill, |px, py, _| {
        let (x, y) = place.local(px, py);
        let top = smoothstep(-0.06, 0.0, y);
        stone.tint(shade * 0.7 + fire * (lerp(0.08, 0.50, top) * (-(x * x) * 0.8).exp()))
            * (0.85 + 0.25 * grain.fbm(x * 6.0, y * 9.0, 4))
    });
    let glass = Place::new(lamp_at, half * 0.62);
    hanging_glass(s, &mut canvas, glass, fire, (shade, 1.0));
    light::halo(&mut canvas, lamp_at, 0.17, fire * 0.16);
    light::shafts(&mut canvas, lamp_at, 0.75, 0.22 * s.style.rays, fire, &mut rng);
    light::bloom(&mut canvas, 0.65, 0.8);
    tone::darken_for_captions(&mut canvas, 0.40);
    Scene { canvas, focus: (lamp_at.0 / frame.w(), lamp_at.1 / frame.h()) }
}

/// A thin crescent over the land before sunrise, a mosque far away.
pub(crate) fn crescent(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("crescent");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.66, 0.64, tall);
    let side = rng.sign();
    // The sun is still below the horizon, on the side that the crescent's bow points to.
    let light = s.light(s.hour(&[Hour::Dawn, Hour::Dusk]), (0.5 + side * 0.22, horizon + 0.015));
    let light = Light { halo: light.halo * 0.8, ..light };
    let row = horizon * frame.h();
    let mut canvas = Canvas::new(frame);
    sky::paint(&mut canvas, &light, row);
    tone::expose(&mut canvas, 0.72);
    sky::stars(&mut canvas, &light, row, 0.30, &mut rng);
    let at = (0.5 + side * lerp(rng.range(0.02, 0.08), 0.02, tall), horizon * lerp(0.40, 0.42, tall));
    new_moon(
        &mut canvas,
        frame.place(at.0, at.1),
        lerp(0.066, 0.075, tall) * frame.unit,
        side,
        s.style.warm(0.96, 0.035, 8.0).normalised(),
    );
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let dunes = Dunes::new(&mut rng);
    let dim = Light { sun: light.sun * 0.40, ambient: light.ambient * 0.62, ..light };
    let size = 0.150 * frame.unit;
    let foot = row + 0.020 * frame.unit;
    let x = 0.5 - side * lerp(0.20, 0.12, tall);
    let place = Place::new((x * frame.w(), foot), size);
    let mut sprite = Sprite::new(
        frame,
        (place.x - size * 1.2, foot - size * 1.3),
        (place.x + size * 1.2, foot + size * 0.3),
    );
    let mut mason = Mason {
        sprite: &mut sprite,
        place,
        stone: s.style.warm(0.60, 0.035, 0.0),
        light: &dim,
        inside: s.style.flame() * 0.8,
        grain: rng.noise(),
        mist: (light.haze(), 0.35, 0.5),
    };
    architecture::mosque(&mut mason, &mut rng);
    sprite.extend_down(foot - 1.5);
    let view = View::new(frame, horizon, 1.1, 60.0);
    dunes.paint(s, &mut canvas, &dim, &View { near: 14.5, ..view });
    canvas.draw_sprite(&sprite);
    dunes.paint(s, &mut canvas, &dim, &View { far: 15.5, ..view });
    light::mist(&mut canvas, (horizon - 0.06, horizon + 0.05), light.haze() * 0.8, 0.40, &mut rng);
    light::bloom(&mut canvas, 0.75, 0.5);
    tone::darken_for_captions(&mut canvas, 0.30);
    Scene { canvas, focus: at }
}

/// The moon a day or two old: its bow lit by the sun below, the rest by the earth.
fn new_moon(canvas: &mut Canvas, (cx, cy): (f32, f32), r: f32, side: f32, color: Rgb) {
    let (sun_x, sun_y) = (side * 0.55, 0.835);
    canvas.paint_around((cx, cy), (r * 1.2, r * 1.2), |x, y, before| {
        let (u, v) = ((x - cx) / r, (y - cy) / r);
        let d = (u * u + v * v).sqrt();
        let soft = 1.0 / r;
        let inside = smoothstep(1.0 + soft, 1.0 - soft, d);
        let (along, across) = (u * sun_x + v * sun_y, -u * sun_y + v * sun_x);
        // The edge of the light is half an ellipse across the disc.
        let edge = 0.80 * (1.0 - across * across).max(0.0).sqrt();
        let lit = smoothstep(edge - 0.02, edge + 0.035, along) * inside;
        before * (1.0 + 0.10 * inside) + color * (lit * 1.05)
    });
    light::glow(
        canvas,
        (cx + sun_x * r * 0.9, cy + sun_y * r * 0.9),
        r * 1.1 / canvas.frame.unit,
        color * 0.08,
    );
}
