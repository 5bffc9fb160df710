//! Compositions indoors and by lamplight: candles, fire, hanging lanterns, an arcade.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::masonry::arch;
use crate::noise::Field;
use crate::palette::{Hour, Light};
use crate::pen::{Place, round};
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::{lamps, light, sky, tone};

/// A dark room, a little lighter around `centre` (fractions), with discs of light out of focus.
pub(crate) fn dim_room(s: &Setting<'_>, centre: (f32, f32), discs: u32, rng: &mut Stream) -> Canvas {
    let frame = s.frame;
    let mut canvas = Canvas::new(frame);
    s.set_backdrop(&mut canvas, Distance::Far);
    let (cx, cy) = frame.place(centre.0, centre.1);
    let drift = rng.noise();
    let (shade, warm) = (s.style.cool(0.20, 0.045, 0.0), s.style.warm(0.50, 0.085, -12.0));
    let air = Field::new(frame.width, frame.height, 6.0, |x, y| {
        let d = ((x - cx).powi(2) + ((y - cy) * 1.15).powi(2)).sqrt() / frame.unit;
        let cloud = 0.8 + 0.5 * drift.fbm(x / frame.unit * 1.6, y / frame.unit * 1.6, 4);
        (shade * 0.9 + warm * (0.42 * (-d * 2.3).exp())) * cloud
    });
    canvas.paint_rows(0, frame.height, |x, y, _| air.at(x, y));
    let tints = [
        s.style.flame(),
        s.style.warm(0.7, 0.12, -20.0).normalised(),
        s.style.accent(0.6, 0.10).normalised(),
        s.style.cool(0.6, 0.07, 0.0).normalised(),
    ];
    for _ in 0..discs {
        let at = (rng.unit() * frame.w(), rng.range(0.04, 0.60) * frame.h());
        let r = frame.unit * rng.range(0.014, 0.048);
        let tint = rng.pick(&tints) * rng.range(0.015, 0.075);
        canvas.paint_around(at, (r * 1.2, r * 1.2), |x, y, before| {
            let d = ((x - at.0).powi(2) + (y - at.1).powi(2)).sqrt() / r;
            let disc = 1.0 - smoothstep(0.90, 1.04, d);
            before + tint * (disc * (0.72 + 0.45 * smoothstep(0.55, 0.98, d)))
        });
    }
    canvas
}

/// A polished table from `edge` (row in pixels) down: mirrors what stands on it, more the flatter one looks.
pub(crate) fn table(canvas: &mut Canvas, edge: f32, wood: Rgb, lamp: Rgb, middle: f32, rng: &mut Stream) {
    let frame = canvas.frame;
    let mirror = canvas.snapshot();
    let (grain, figure) = (rng.noise(), rng.noise());
    canvas.paint_rows(edge.max(0.0) as usize, frame.height, |x, y, _| {
        let below = (y - edge) / frame.unit;
        let z = 0.4 / (below + 0.12);
        let u = (x - frame.w() * 0.5) / frame.unit * z;
        let bend = figure.fbm(u * 0.8, z * 1.2, 2);
        let rings = 0.80 + 0.22 * grain.fbm(u * 1.5 + bend, z * 26.0, 4) + 0.08 * grain.at(u * 3.0, z * 90.0);
        let d = (x - middle) / frame.unit;
        let lit = lamp * (0.75 * (-(d * d * 2.2) - below * 3.4).exp() + 0.05);
        let own = wood.tint(lit) * rings.max(0.1);
        let sway = grain.at(u * 7.0, z * 30.0) * 0.004 * frame.unit;
        let image = mirror
            .sample(x + sway, edge - (y - edge) * 1.02 + sway)
            .mix(mirror.sample(x - sway * 2.0, edge - (y - edge) * 1.02 - 0.012 * frame.unit), 0.45);
        own + image * (0.30 * (-below * 3.0).exp())
    });
}

/// Height of the seven-branched lamp in units.
const MENORAH: f32 = 0.46;

/// Candles on a table; where they belong, the seven-branched lamp or the two lights of the Sabbath.
pub(crate) fn candles(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("candles");
    let frame = s.frame;
    let tall = frame.tallness();
    let edge = lerp(0.60, 0.60, tall);
    let middle = 0.5 + rng.range(-0.08, 0.08) * (1.0 - tall);
    let mut canvas = dim_room(s, (middle, 0.42), rng.count(22, 34), &mut rng);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let sabbath = s.permits.menorah && (s.asks_for("sabbath") || s.asks_for("shabbat"));
    let menorah = s.permits.menorah && !sabbath && s.asks_for("menorah");
    let count = match rng.count(3, 6) {
        _ if menorah => 0,
        // The Sabbath has two: one to "remember" the day (Exodus 20:8), one to "keep" it (Deuteronomy 5:12).
        _ if sabbath => 2,
        any => any,
    };
    let reach = if sabbath { 0.16 } else { (frame.w() / frame.unit * 0.36).min(0.44) };
    let mut stand: Vec<(f32, f32, f32, f32)> = (0..count)
        .map(|i| {
            let t = if count > 1 { i as f32 / (count - 1) as f32 * 2.0 - 1.0 } else { 0.0 };
            let back = if sabbath { 0.5 } else { rng.unit() };
            let size = lerp(1.0, 0.72, back);
            let tall = if sabbath { 0.36 } else { rng.range(0.19, 0.36) };
            (
                t * reach + rng.range(-0.03, 0.03),
                back,
                tall * (1.15 - 0.45 * t.abs()) * size,
                rng.range(0.070, 0.098) * size,
            )
        })
        .collect();
    stand.sort_by(|a, b| b.1.total_cmp(&a.1));
    let line = edge * frame.h();
    let room = s.style.cool(0.30, 0.04, 0.0) * 0.7;
    let fire = s.style.flame();
    let mut focus = (middle, edge - 0.2);
    let mut highest = f32::MAX;
    let draw = |canvas: &mut Canvas, drop: f32| {
        let mut rng = s.stream("wax");
        for &(x, back, height, width) in &stand {
            let foot = line + drop * lerp(1.0, 0.25, back);
            let place = Place::new((middle * frame.w() + x * frame.unit, foot), frame.unit);
            lamps::candle(canvas, place, (height, width), &s.style, room, &mut rng);
        }
        if menorah {
            let place = Place::new((middle * frame.w(), line + drop), MENORAH * frame.unit);
            lamps::menorah(canvas, place, &s.style, room, &mut rng);
        }
    };
    if menorah {
        focus = (middle, edge - MENORAH * frame.unit / frame.h());
        highest = 0.0;
    }
    for &(x, _, height, _) in &stand {
        let top = edge - (height + 0.05) * frame.unit / frame.h();
        if top < highest {
            highest = top;
            focus = (middle + x * frame.unit / frame.w(), top);
        }
    }
    // They are drawn once for the table to mirror, removed again, and then drawn in their place.
    let empty = canvas.clone();
    draw(&mut canvas, 0.0);
    table(&mut canvas, line, s.style.earth(0.42, 0.065, -14.0), fire, middle * frame.w(), &mut rng);
    canvas.restore(&empty, line);
    let feet = stand.iter().map(|&(x, back, _, width)| (x, back, width));
    for (x, back, width) in feet.chain(menorah.then_some((0.0, 0.0, MENORAH * 0.55))) {
        let foot = (middle * frame.w() + x * frame.unit, line + 0.06 * frame.unit * lerp(1.0, 0.25, back));
        canvas.paint_around(foot, (width * frame.unit * 1.3, width * frame.unit * 0.35), |px, py, before| {
            let d = ((px - foot.0) / (width * frame.unit * 0.62)).powi(2)
                + ((py - foot.1) / (width * frame.unit * 0.17)).powi(2);
            before * (1.0 - 0.6 * (-d * d * 0.7).exp())
        });
    }
    draw(&mut canvas, 0.06 * frame.unit);
    light::bloom(&mut canvas, 0.7, 0.9);
    tone::darken_for_captions(&mut canvas, 0.45);
    Scene { canvas, focus }
}

/// A fire in a stone bowl.
pub(crate) fn altar_fire(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("fire");
    let frame = s.frame;
    let tall = frame.tallness();
    let at = frame.place(0.5 + rng.range(-0.06, 0.06) * (1.0 - tall), lerp(0.605, 0.58, tall));
    let centre = (at.0 / frame.w(), at.1 / frame.h() - 0.12);
    let mut canvas = dim_room(s, centre, 0, &mut rng);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let fire = s.style.flame();
    let size = 0.42 * frame.unit;
    let place = Place::new(at, size);
    light::glow(&mut canvas, place.at(0.0, 0.45), 0.30, fire * 0.20);
    // Steps and pedestal, then the bowl.
    let grain = rng.noise();
    let stone = s.style.stone(0.55);
    let lit_stone = |x: f32, y: f32, half: f32| {
        let rough = 0.85 + 0.28 * grain.fbm(x * 7.0, y * 9.0, 5);
        let above = smoothstep(-1.6, 0.0, y);
        let across = (x / half).clamp(-1.0, 1.0);
        stone.tint(
            fire * (0.05 + 0.20 * above * (1.0 - across * across * 0.7))
                + s.style.cool(0.3, 0.05, 0.0) * (0.25 + 0.5 * across.abs().powi(3)),
        ) * rough
    };
    for (half, top, bottom) in [(2.6, -1.10, -2.6), (1.55, -0.90, -1.12), (1.10, -0.72, -0.92)] {
        let step = place.pen().block(-half, bottom, half, top).path();
        canvas.fill(step, |px, py, _| {
            let (x, y) = place.local(px, py);
            lit_stone(x, y, half) * lerp(0.75, 1.0, smoothstep(top - 0.2, top, y))
        });
        let tread = place.pen().block(-half, top - 0.012, half, top + 0.016).path();
        canvas.fill(tread, |px, _, before| {
            let x = place.local(px, 0.0).0;
            before + fire.tint(stone) * (0.32 * (-x * x * 1.6).exp())
        });
    }
    let profile: [(f32, f32); 9] = [
        (0.26, -0.74),
        (0.24, -0.68),
        (0.12, -0.60),
        (0.10, -0.40),
        (0.16, -0.30),
        (0.34, -0.20),
        (0.47, -0.07),
        (0.52, 0.0),
        (0.52, 0.035),
    ];
    canvas.fill(place.pen().turned(0.0, &profile).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let next = profile.iter().position(|p| p.1 >= y).unwrap_or(8).max(1);
        let (a, b) = (profile[next - 1], profile[next]);
        let half = lerp(a.0, b.0, ((y - a.1) / (b.1 - a.1).max(1e-4)).clamp(0.0, 1.0));
        let across = x / half;
        let rims = round(across, 1.0).max(round(across, -1.0));
        let carved = 1.0
            - 0.22
                * smoothstep(0.55, 0.9, (across.clamp(-1.0, 1.0).asin() * 9.0).cos())
                * smoothstep(-0.30, -0.2, y)
                * smoothstep(-0.02, -0.06, y);
        let under = smoothstep(-0.02, 0.035, y) * 0.35 + 0.05;
        (stone.tint(fire * (under + 0.02 * rims) + s.style.cool(0.34, 0.05, 0.0) * (0.65 * rims)) * carved)
            * (0.85 + 0.25 * grain.fbm(x * 9.0, y * 9.0, 4))
    });
    let bed = place.pen().ellipse((0.0, 0.03), (0.50, 0.075)).path();
    canvas.fill(bed, |px, py, _| {
        let (x, y) = place.local(px, py);
        let ember = 0.5 + 0.9 * grain.fbm(x * 14.0, y * 40.0, 4);
        Rgb::new(fire.r, fire.g * 0.5, fire.b * 0.25) * (ember.max(0.0) * 1.1 * (1.0 - (x / 0.52).powi(4)))
            + fire * 0.12
    });
    lamps::fire(&mut canvas, place.within(0.0, 0.03, 1.0), (0.40, 1.05), fire, &mut rng);
    for _ in 0..70 {
        // Sparks rise, and go out as they cool.
        let up = rng.unit();
        let x = rng.range(-0.35, 0.35) + (up * 5.0 + rng.unit() * 6.0).sin() * 0.16 * up;
        let spot = place.at(x, 0.3 + up * 1.25);
        let spark = Rgb::new(fire.r, fire.g * 0.6, fire.b * 0.3) * ((1.0 - up) * rng.range(0.5, 1.6));
        sky::star(&mut canvas, spot, frame.unit * rng.range(0.0008, 0.0018), spark);
    }
    light::bloom(&mut canvas, 0.6, 0.8);
    tone::darken_for_captions(&mut canvas, 0.45);
    let flame = place.at(0.0, 0.45);
    Scene { canvas, focus: (flame.0 / frame.w(), flame.1 / frame.h()) }
}

/// Pierced lanterns hanging in the dusk.
pub(crate) fn lanterns(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("lanterns");
    let frame = s.frame;
    let tall = frame.tallness();
    let mut canvas = dim_room(s, (0.5, 0.40), rng.count(26, 40), &mut rng);
    let room = s.style.cool(0.40, 0.05, 0.0) * 0.9;
    let mut hung = Vec::new();
    let count = rng.count(5, 7);
    for i in 0..count {
        let near = if i < 3 { rng.range(0.75, 1.0) } else { rng.range(0.36, 0.58) };
        let slot = [0.5, 0.22, 0.79, 0.36, 0.65, 0.10, 0.91][i as usize % 7];
        let x = slot + rng.range(-0.035, 0.035);
        let y = if i == 0 { 0.38 } else { rng.range(0.20, 0.36) } + tall * 0.02;
        hung.push((near * if i == 0 { 1.12 } else { 0.92 }, x, y));
    }
    hung.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut focus = (0.5, 0.4);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    for &(near, x, y) in &hung {
        let size = 0.40 * near * frame.unit * lerp(1.0, 0.84, tall);
        lamps::lantern(&mut canvas, Place::new(frame.place(x, y), size), &s.style, room, &mut rng);
        focus = (x, y);
    }
    let edge = frame.h() * lerp(0.80, 0.78, tall);
    table(&mut canvas, edge, s.style.stone(0.42), s.style.flame() * 0.7, focus.0 * frame.w(), &mut rng);
    light::bloom(&mut canvas, 0.5, 0.8);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus }
}

/// An arcade with daylight at its end.
pub(crate) fn arcade(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("arcade");
    let frame = s.frame;
    let tall = frame.tallness();
    let point = s.permits.arch_point;
    let horizon = lerp(0.555, 0.56, tall) * frame.h();
    let light = s
        .light(s.hour(&[Hour::Dawn, Hour::Dusk]), (0.5 + rng.range(-0.02, 0.02), horizon / frame.h() - 0.10));
    let centre = frame.w() * (0.5 + rng.sign() * rng.range(0.03, 0.12) * (1.0 - tall));
    let light = Light { sun_at: (centre / frame.w(), light.sun_at.1), ..light };
    let mut canvas = Canvas::new(frame);
    sky::paint(&mut canvas, &light, horizon);
    let at = frame.place(light.sun_at.0, light.sun_at.1);
    light::glow(&mut canvas, at, 0.07, light.disc * 0.35);
    tone::expose(&mut canvas, 0.72);
    let (stone, grain) = (s.style.stone(0.66), rng.noise());
    let end = light.disc.mix(light.haze().normalised(), 0.4);
    const BAYS: usize = 6;
    let half = rng.range(0.27, 0.37);
    let spacing = rng.range(1.24, 1.36);
    const EYE: f32 = 0.30;
    let rise = rng.range(0.76, 0.98) + 0.30 * tall;
    // The nearest bay stands beside the eye, so that the floor reaches the bottom of the frame.
    let nearest = EYE * frame.unit / (frame.h() - horizon) * 0.98;
    let scale = |i: usize| frame.unit / if i == 0 { nearest } else { 0.95 * spacing.powi(i as i32 - 1) };
    let foot = |i: usize| horizon + EYE * scale(i);
    for i in (0..BAYS).rev() {
        let far = i as f32 / (BAYS - 1) as f32;
        let place = Place::new((centre, foot(i)), scale(i));
        let spring = rise - half * (1.0 + 0.45 * point);
        // The soffit, which is the arch's own thickness and takes the light from the end; then its face.
        for (place, soffit) in [(place.within(0.0, 0.0, 0.93), true), (place, false)] {
            // Behind the nearest bay only what its opening shows needs paint.
            let (wide, top) = match i {
                0 => (frame.w() / place.scale + 1.0, 20.0),
                _ => {
                    let (k, sill) = (scale(i - 1), foot(i - 1));
                    (half * 1.06 * k / place.scale, (place.y - sill + rise * k) / place.scale + 0.03)
                }
            };
            let pen = arch(place.pen(), 0.0, 0.0, half, rise, point).block(-wide, 0.0, wide, top);
            let lit_end = lerp(0.22, 0.62, far.powf(1.2));
            let bay = i as f32 * 3.0;
            canvas.fill(pen.path(), |px, py, _| {
                let (x, y) = place.local(px, py);
                let rough = 0.88 + 0.25 * grain.fbm(x * 8.0 + bay, y * 8.0, 4);
                let edge = if y < spring {
                    x.abs() - half
                } else {
                    (x * x + ((y - spring) / (1.0 + 0.45 * point)).powi(2)).sqrt() - half
                };
                let low = 0.75 + 0.25 * smoothstep(rise, 0.0, y);
                if soffit {
                    let depth = smoothstep(0.07, 0.0, edge);
                    return stone.tint(end * (lit_end * (0.45 + 0.55 * depth) * low) + light.ambient * 0.16)
                        * rough;
                }
                // Mouldings run around the opening; the face falls into shade beside it.
                let mould = 0.5 + 0.5 * ((edge / 0.075).clamp(0.0, 1.0) * 12.5).cos();
                let around = smoothstep(0.085, 0.0, edge);
                let (row, along) = (y * 6.0, x * 3.4 + (y * 6.0).floor() * 0.5);
                let joint = smoothstep(0.0, 0.06, (row - row.round()).abs()).min(smoothstep(
                    0.0,
                    0.035,
                    (along - along.round()).abs(),
                ));
                let course = lerp(0.80, 1.0, joint.max(around));
                let lit = light.ambient * (0.34 + 0.08 * far)
                    + end * (lit_end * (0.16 * around * mould + 0.24 * (-edge * 2.2).exp()));
                stone.tint(lit) * (rough * course)
            });
        }
        // Air in the arcade, thicker the farther.
        light::glow(
            &mut canvas,
            (centre, horizon - 0.10 * scale(i)),
            0.30 * scale(i) / frame.unit,
            end * (0.016 + 0.022 * far),
        );
    }
    // A polished floor: it mirrors the daylight at the end.
    let image = canvas.snapshot();
    let line = foot(BAYS - 1);
    let tile = 0.20;
    canvas.paint_rows(line.max(0.0) as usize, frame.height, |x, y, before| {
        let bay = (0..BAYS).rev().find(|&i| foot(i) >= y).unwrap_or(0);
        let room = half * scale(bay) - (x - centre).abs();
        if room < -1.0 {
            return before;
        }
        let z = EYE * frame.unit / (y - horizon).max(1.0);
        let (u, v) = ((x - centre) / frame.unit * z, z);
        let (tu, tv) = (u / tile + 0.5, v / tile);
        let joint = smoothstep(0.0, 0.04, (tu - tu.round()).abs()).min(smoothstep(
            0.0,
            0.06,
            (tv - tv.round()).abs(),
        ));
        let check = if (tu.floor() + tv.floor()).rem_euclid(2.0) < 1.0 { 1.0 } else { 0.72 };
        let rough = grain.fbm(u * 6.0, v * 6.0, 3);
        let smear = 0.008 * frame.unit;
        let mirrored = [-1.5, -0.5, 0.5, 1.5].iter().fold(Rgb::BLACK, |sum, k| {
            sum + image.sample(x + rough * smear, 2.0 * line - y + rough * smear + k * smear) * 0.25
        });
        let near = ((y - line) / (frame.h() - line)).clamp(0.0, 1.0);
        let own = stone
            .tint(light.ambient * 0.20 + end * (0.26 * (-(u / 0.20).powi(2)).exp() * lerp(1.0, 0.22, near)))
            * (check * lerp(0.72, 1.0, joint) * (1.0 + 0.3 * rough));
        before.mix(own.mix(mirrored, lerp(0.42, 0.10, near)), (room + 1.0).clamp(0.0, 1.0))
    });
    let dust = rng.noise();
    let lean = rng.sign() * 0.10;
    light::beam(
        &mut canvas,
        (centre - lean * frame.unit, horizon - 0.30 * frame.unit),
        (centre + lean * frame.unit * 3.0, horizon + 0.42 * frame.unit),
        (0.02, 0.22),
        end * 0.055,
        dust,
    );
    light::shafts(&mut canvas, at, 0.7, 0.17 * s.style.rays, end, &mut rng);
    light::bloom(&mut canvas, 0.75, 0.6);
    tone::darken_for_captions(&mut canvas, 0.40);
    Scene { canvas, focus: (centre / frame.w(), light.sun_at.1 + 0.02) }
}
