//! Compositions of Hindu devotion: rows of lamps, a temple's bell, feather and flute, cow and calf, the steps of a
//! sacred river.

use crate::architecture;
use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, lch, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::masonry::{Mason, arch};
use crate::palette::{Hour, Light};
use crate::pen::{Place, round};
use crate::scenes::fields::{AIR, Hills, groves};
use crate::scenes::interiors::{dim_room, table};
use crate::scenes::waters::far_shore;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, View};
use crate::water::Water;
use crate::{figures, flora, lamps, light, tone};

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
            let x = frame.w() * (0.5 + bend * (1.0 - t) * 0.3) + (k as f32 + shift) * pitch + rng.range(-0.05, 0.05) * size;
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
fn lit_lamp(s: &Setting<'_>, canvas: &mut Canvas, at: (f32, f32), px: f32, (room, fire): (&Light, Rgb), rng: &mut Stream) {
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
        canvas.fill(pen.path(), |_, y, _| ink.tint(fire * 0.42) * lerp(0.55, 1.0, ((y - line) / (frame.h() - line)).clamp(0.0, 1.0)));
    }
}

/// A bell of brass in a temple's arch, the morning behind it.
pub(crate) fn bell(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("bell");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.66, 0.64, tall);
    let side = rng.sign();
    let light = s.light(s.hour(&[Hour::Dawn, Hour::Dusk]), (0.5 + side * lerp(0.13, 0.16, tall), horizon * rng.range(0.66, 0.76)));
    let mut canvas = s.sky(&light, horizon, rng.range(0.3, 0.5));
    s.begin_layer(&mut canvas, Distance::Far, SheetMotion::Still);
    far_shore(s, &mut canvas, &light, horizon, 0.9);
    let sun = frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, sun, 0.85, 0.20 * s.style.rays, light.disc, &mut rng);
    light::mist(&mut canvas, (horizon - 0.06, horizon + 0.02), light.haze(), 0.5, &mut rng);
    Water::new(horizon * frame.h(), s.style.ripple * 0.8, s.style.cool(0.26, 0.055, 0.0), 0.8, &mut rng).paint(&mut canvas, &light);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let half = (0.40 * frame.unit).min(frame.w() * 0.42);
    let foot = lerp(0.94, 0.86, tall) * frame.h();
    let place = Place::new((frame.w() * 0.5, foot), half);
    let rise = lerp(0.99, 0.80, tall) * frame.h() / half * lerp(0.90, 0.86, tall);
    porch(s, &mut canvas, place, rise, &light, &mut rng);
    let size = 0.40 * frame.unit;
    let hang = Place::new((frame.w() * 0.5, lerp(0.60, 0.52, tall) * frame.h()), size);
    brass(s, &mut canvas, hang, &light, &mut rng);
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.38);
    Scene { canvas, focus: (0.5, (hang.y - size * 0.35) / frame.h()) }
}

/// A carved arch of stone on pillars, seen against the light; 1 in local measure is half its opening.
fn porch(s: &Setting<'_>, canvas: &mut Canvas, place: Place, rise: f32, light: &Light, rng: &mut Stream) {
    let frame = s.frame;
    let grain = rng.noise();
    let stone = s.style.warm(0.50, 0.050, -14.0);
    let mut hole = Sprite::new(frame, (0.0, 0.0), (frame.w(), frame.h()));
    hole.fill(arch(place.pen(), 0.0, -0.04, 1.0, rise, 0.45).path(), |_, _| Rgb::WHITE);
    let mut inner = Sprite::new(frame, (0.0, 0.0), (frame.w(), frame.h()));
    inner.fill(arch(place.pen(), 0.0, -0.04, 0.93, rise - 0.10, 0.45).path(), |_, _| Rgb::WHITE);
    canvas.paint_rows(0, frame.height, |px, py, before| {
        let (x, y) = place.local(px, py);
        let (open, through) = (hole.at(px, py).1, inner.at(px, py).1);
        if through >= 1.0 && y > 0.0 {
            return before;
        }
        let rough = 0.86 + 0.28 * grain.fbm(x * 7.0, y * 7.0, 5);
        // Pillars with rings, a frieze of lotus petals above the arch.
        let pillar = smoothstep(1.34, 1.28, x.abs()) * smoothstep(1.0, 1.02, x.abs());
        let ring = 0.75 + 0.25 * (y * 26.0).cos().abs().powf(0.4);
        let turn = round((x.abs() - 1.17) / 0.17 * x.signum(), if x > 0.0 { -1.0 } else { 1.0 });
        let frieze_row = (y - rise - 0.10) * 4.2;
        let (fx, fy) = ((x * 4.6).rem_euclid(1.0) - 0.5, frieze_row.rem_euclid(1.0));
        let petal = smoothstep(0.05, -0.05, fx.abs() - 0.46 * (1.0 - fy).sqrt() * (0.35 + fy).min(1.0));
        let carved = if frieze_row > 0.0 && frieze_row < 2.0 { 0.65 + 0.5 * petal * (0.5 + fy) } else { 1.0 };
        let glow = light.sun * (0.10 * (-((x.abs() - 1.0).max(0.0) * 2.6)).exp());
        let lit = light.ambient * (0.24 + 0.12 * pillar * turn) + glow * (0.6 + 0.9 * pillar * turn);
        let face = stone.tint(lit) * (rough * lerp(1.0, ring, pillar) * carved);
        let reveal = stone.tint(light.ambient * 0.36 + light.sun * 0.20) * rough;
        let floor = stone.tint(light.ambient * 0.40 + light.sun * (0.10 * (-(x * x) * 1.4).exp())) * (0.8 + 0.4 * grain.fbm(x * 5.0, y * 22.0, 4));
        let wall = face.mix(reveal.mix(before, through), open);
        wall.mix(floor, smoothstep(0.004, -0.004, y))
    });
}

/// A bell on its chain, the clapper below; its middle hangs at the origin, 1 in local measure is its height.
fn brass(s: &Setting<'_>, canvas: &mut Canvas, place: Place, light: &Light, rng: &mut Stream) {
    let worn = rng.noise();
    let gold = s.style.earth(0.64, 0.105, 10.0);
    let from = if light.sun_at.0 * canvas.frame.w() < place.x { -1.0 } else { 1.0 };
    let metal = |x: f32, y: f32, across: f32, lean: f32| {
        let across = across.clamp(-1.0, 1.0);
        let rim = smoothstep(0.60, 1.0, across * from);
        let far = smoothstep(0.70, 1.0, -across * from);
        let gleam = (-((across - from * 0.38) / 0.10).powi(2)).exp();
        let patina = 0.84 + 0.30 * worn.fbm(across.asin() * 3.0, y * 9.0, 4) + 0.03 * (x * 7.0).sin();
        let sky = light.ambient * (0.34 + 0.25 * lean + 0.30 * far);
        gold.tint(sky + light.sun * (0.13 * round(across, from) + 0.42 * rim)) * patina + light.disc.tint(gold) * (0.16 * gleam)
    };
    // Links of the chain.
    for i in 0..40 {
        let y = 0.72 + 0.062 * i as f32;
        let (half, tall) = if i % 2 == 0 { (0.030, 0.046) } else { (0.012, 0.046) };
        let link = place.pen().ellipse((0.0, y), (half, tall)).path().and_then(|p| crate::pen::outline(&p, place.scale * 0.018));
        canvas.fill(link, |px, py, _| {
            let (x, y) = place.local(px, py);
            metal(x, y, x / 0.034, 0.3) * 0.8
        });
    }
    let clapper = place.pen().limb((0.0, -0.2), (0.0, -0.34), (0.026, 0.026)).ellipse((0.0, -0.365), (0.062, 0.066)).path();
    canvas.fill(clapper, |px, py, _| {
        let (x, y) = place.local(px, py);
        metal(x, y, x / 0.062, 0.0) * 0.75
    });
    let profile: [(f32, f32); 18] = [
        (0.405, -0.250),
        (0.415, -0.235),
        (0.405, -0.215),
        (0.372, -0.180),
        (0.330, -0.120),
        (0.296, -0.040),
        (0.276, 0.060),
        (0.262, 0.160),
        (0.246, 0.250),
        (0.222, 0.330),
        (0.180, 0.395),
        (0.120, 0.440),
        (0.078, 0.458),
        (0.070, 0.500),
        (0.092, 0.530),
        (0.080, 0.575),
        (0.042, 0.610),
        (0.0, 0.620),
    ];
    let half_at = |y: f32| {
        let next = profile.iter().position(|p| p.1 >= y).unwrap_or(profile.len() - 1).max(1);
        let (a, b) = (profile[next - 1], profile[next]);
        lerp(a.0, b.0, ((y - a.1) / (b.1 - a.1).max(1e-4)).clamp(0.0, 1.0)).max(1e-3)
    };
    let mouth = place.pen().ellipse((0.0, -0.245), (0.405, 0.060)).path();
    canvas.fill(mouth, |px, _, _| {
        let (x, _) = place.local(px, 0.0);
        gold.tint(light.ambient * (0.12 + 0.10 * (x * from + 0.4).max(0.0)))
    });
    // The front of the mouth's rim hangs lower than its sides.
    let lip = place.pen().turned(0.0, &profile).ellipse((0.0, -0.240), (0.408, 0.048)).path();
    canvas.fill(lip, |px, py, _| {
        let (x, y) = place.local(px, py);
        let across = x / half_at(y.max(-0.235));
        let lean = (half_at((y - 0.02).max(-0.25)) - half_at((y + 0.02).min(0.61))) / 0.04;
        let bands = [-0.19, -0.165, 0.02, 0.04, 0.29, 0.31].iter().fold(0.0_f32, |sum, b| sum.max(smoothstep(0.012, 0.004, (y - b).abs())));
        let petals = {
            let turn = across.clamp(-1.0, 1.0).asin() * 5.5;
            let v = (y - 0.06) / 0.17;
            let u = (turn - turn.round()).abs();
            if (0.0..1.0).contains(&v) { smoothstep(0.05, 0.0, (u - 0.42 * (1.0 - v).sqrt()).abs()) } else { 0.0 }
        };
        metal(x, y, across, lean.clamp(0.0, 1.0)) * (1.0 - 0.34 * bands - 0.28 * petals)
    });
}

/// A peacock's feather and a flute of bamboo on silk.
pub(crate) fn feather_and_flute(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("feather");
    let frame = s.frame;
    let tall = frame.tallness();
    let side = rng.sign();
    let mut canvas = Canvas::new(frame);
    let (folds, weave) = (rng.noise(), rng.noise());
    let silk = rng.pick(&[lch(0.66, 0.135, 70.0), lch(0.56, 0.13, 48.0), s.style.warm(0.62, 0.11, 0.0)]);
    let key = s.style.warm(0.93, 0.06, 4.0);
    let shade = s.style.cool(0.34, 0.05, 0.0);
    let slant = side * rng.range(0.5, 0.8);
    canvas.paint_rows(0, frame.height, |x, y, _| {
        let (u, v) = ((x - frame.w() * 0.5) / frame.unit * side, y / frame.unit);
        let along = u + v * slant.abs();
        let wave = |a: f32| folds.at(a * 1.7 + 0.7 * folds.at(a * 0.6, v * 0.6), v * 0.4) + 0.42 * folds.at(a * 4.6 + 3.0, v * 0.7);
        let slope = (wave(along + 0.012) - wave(along - 0.012)) / 0.024;
        let fall = smoothstep(1.0, -0.6, u + v * 0.4);
        let lit = key * ((0.40 + 0.060 * slope).clamp(0.10, 0.9) * lerp(0.55, 1.05, fall)) + shade * 0.35;
        silk.tint(lit) * (1.0 + 0.04 * weave.at(u * 120.0, v * 120.0))
    });
    let middle = frame.place(0.5, lerp(0.46, 0.45, tall));
    let unit = frame.unit * lerp(1.22, 1.20, tall);
    let place = Place::new(middle, unit).facing(side);
    let lean = lerp(0.50, 0.95, tall);
    flute(s, &mut canvas, place.within(0.02, -0.11, 1.0).turned(lean - 0.62), (key, shade), &mut rng);
    feather(&mut canvas, place.within(-0.06, 0.03, 1.0).turned(lean), (key, shade), &mut rng);
    light::bloom(&mut canvas, 0.7, 0.5);
    tone::darken_for_captions(&mut canvas, 0.45);
    let eye = place.within(-0.06, 0.03, 1.0).turned(lean).at(0.26, 0.02);
    Scene { canvas, focus: (eye.0 / frame.w(), eye.1 / frame.h()) }
}

/// A flute along the local x axis, about 0.8 long.
fn flute(s: &Setting<'_>, canvas: &mut Canvas, place: Place, (key, shade): (Rgb, Rgb), rng: &mut Stream) {
    let grain = rng.noise();
    let cane = s.style.earth(0.68, 0.085, 6.0);
    let thread = s.style.accent(0.46, 0.12);
    let (left, right, half) = (-0.42, 0.40, 0.021);
    let shadow = place.within(0.012, -0.020, 1.0).pen().limb((left, 0.0), (right, 0.0), (half * 2.4, half * 2.4)).path();
    canvas.fill(shadow, |_, _, before| before * 0.45);
    canvas.fill(place.pen().limb((left, 0.0), (right, 0.0), (half * 2.0, half * 2.0)).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let across = (y / half).clamp(-1.0, 1.0);
        let body = (1.0 - across * across).max(0.0).sqrt();
        let knot = smoothstep(0.010, 0.003, (x + 0.16).abs()).max(smoothstep(0.010, 0.003, (x - 0.27).abs()));
        let wound = [-0.36_f32, -0.10, 0.33].iter().any(|b| (x - b).abs() < 0.018);
        let ink = if wound { thread * (0.8 + 0.3 * (x * 900.0).sin()) } else { cane * (0.88 + 0.24 * grain.fbm(x * 5.0, y * 90.0, 3)) };
        let gleam = (-((across - 0.45) / 0.16).powi(2)).exp();
        ink.tint(key * (0.10 + 0.34 * (body * 0.6 + across * 0.45).max(0.0)) + shade * 0.35) * (1.0 - 0.35 * knot) + key * (0.07 * gleam)
    });
    for (x, wide) in [(-0.28, 0.0115), (-0.04, 0.0085), (0.02, 0.0085), (0.08, 0.0085), (0.14, 0.0085), (0.20, 0.0085)] {
        canvas.fill(place.pen().ellipse((x, 0.003), (wide, wide * 0.85)).path(), |px, py, _| {
            let (lx, ly) = place.local(px, py);
            let rim = smoothstep(0.4, 1.0, (((lx - x) / wide).powi(2) + ((ly - 0.003) / wide).powi(2)).sqrt());
            cane.tint(shade * 0.10 + key * (0.10 * rim * smoothstep(0.0, -0.01, ly)))
        });
    }
}

/// A feather along the local x axis, its eye near 0.26.
fn feather(canvas: &mut Canvas, place: Place, (key, shade): (Rgb, Rgb), rng: &mut Stream) {
    let (green, bronze) = (lch(0.56, 0.13, 150.0), lch(0.60, 0.11, 100.0));
    let sheen = rng.noise();
    let eye = (0.26, 0.0);
    let stem = |x: f32| 0.035 * ((x + 0.5) * 2.2).sin() - 0.035 * ((0.26_f32 + 0.5) * 2.2).sin();
    let barbs = |lift: f32, count: u32, rng: &mut Stream| {
        let mut pen = place.within(lift, -lift * 1.6, 1.0).pen();
        for i in 0..count {
            let t = i as f32 / count as f32;
            for way in [-1.0, 1.0] {
                // Loose barbs below, dense ones around the eye, short at the tip.
                let x = lerp(-0.44, 0.325, t.powf(0.62));
                let head = smoothstep(0.05, 0.20, x);
                let long = lerp(0.085, 0.150, head) * lerp(1.0, 0.62, smoothstep(0.24, 0.33, x)) * rng.range(0.86, 1.08);
                let angle = lerp(0.80, 1.05, head) * lerp(1.0, 0.25, smoothstep(0.24, 0.33, x)) + rng.range(-0.08, 0.08);
                let root = (x, stem(x));
                let tip = (root.0 + angle.cos() * long, root.1 + way * angle.sin() * long);
                let bend = (lerp(root.0, tip.0, 0.45), lerp(root.1, tip.1, 0.62));
                let width = lerp(0.0040, 0.0062, head);
                pen = pen.ribbon(&[root, bend, tip], |u| width * (1.0 - 0.8 * u));
            }
        }
        pen.path()
    };
    let shadow = barbs(0.010, 90, &mut rng.clone());
    canvas.fill(shadow, |_, _, before| before * 0.55);
    for pass in 0..2 {
        let path = barbs(0.0, if pass == 0 { 170 } else { 120 }, rng);
        canvas.fill(path, |px, py, before| {
            let (x, y) = place.local(px, py);
            let d = (((x - eye.0) / 1.25).powi(2) + (y - eye.1).powi(2)).sqrt();
            let gloss = 0.75 + 0.5 * sheen.at(x * 14.0, y * 14.0);
            let ink = green.mix(bronze, smoothstep(0.05, 0.14, d) * 0.7).mix(lch(0.66, 0.12, 90.0), smoothstep(0.105, 0.085, d) * 0.8);
            let color = ink.tint(key * (0.62 * gloss) + shade * 0.4);
            before.mix(color, if pass == 0 { 0.80 } else { 0.95 })
        });
    }
    let quill = [(-0.52, stem(-0.52)), (-0.25, stem(-0.25)), (0.0, stem(0.0)), (0.22, stem(0.22))];
    canvas.fill(place.pen().ribbon(&quill, |t| lerp(0.0095, 0.003, t)).path(), |_, _, _| lch(0.82, 0.03, 90.0).tint(key * 0.42 + shade * 0.3));
    // The eye: rings of gold, bronze and turquoise around a heart of deep blue.
    let rings = [
        (0.082, 0.068, 0.0, lch(0.70, 0.125, 98.0)),
        (0.066, 0.054, -0.002, lch(0.50, 0.10, 62.0)),
        (0.052, 0.043, -0.004, lch(0.66, 0.115, 205.0)),
        (0.033, 0.030, -0.011, lch(0.30, 0.135, 275.0)),
    ];
    for (index, (rx, ry, shift, ink)) in rings.into_iter().enumerate() {
        let (cx, cy) = (eye.0 + shift, eye.1);
        // The heart is notched towards the tip.
        let points: Vec<_> = (0..28)
            .map(|i| i as f32 / 28.0 * std::f32::consts::TAU)
            .map(|a| {
                let notch = if index == 3 { 1.0 - 0.45 * (-(a.sin() / 0.35).powi(2)).exp() * f32::from(a.cos() > 0.0) } else { 1.0 };
                (cx + a.cos() * rx * notch, cy + a.sin() * ry)
            })
            .collect();
        canvas.fill(place.pen().smooth(&points).path(), |px, py, before| {
            let (x, y) = place.local(px, py);
            let angle = (y - eye.1).atan2(x - eye.0 + 0.12);
            let fibre = 0.86 + 0.20 * (angle * 260.0).sin();
            let gleam = 0.75 + 0.55 * sheen.at(x * 22.0 + 5.0, y * 22.0);
            before.mix(ink.tint(key * (0.50 * gleam) + shade * 0.45) * fibre, 0.95)
        });
    }
}

/// A cow and her calf coming home, seen against a dusty evening.
pub(crate) fn cow(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("cow");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.60, 0.60, tall);
    let side = rng.sign();
    let light = s.light(s.hour(&[Hour::Dusk, Hour::Dawn]), (0.5 - side * lerp(0.14, 0.10, tall), horizon * rng.range(0.70, 0.80)));
    let mut canvas = s.sky(&light, horizon, rng.range(0.3, 0.5));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let hills = Hills::new(&mut rng, 0.45);
    let view = View::new(frame, horizon, 0.75, 50.0);
    let sun = terrain::sun_direction(&light, 0.45);
    terrain::paint(
        &mut canvas,
        &view,
        (&light, Air { clear: 16.0 / s.style.haze, mist: 1.0, ..AIR }),
        (-9.0, 0.45),
        |x, z, f| hills.height(x, z, f),
        |g| hills.grass(g, s, &light, sun),
    );
    groves(&mut canvas, s, (&view, &light), 30, |x, z| (z > 7.0).then(|| hills.height(x, z, 0.05)), &mut rng);
    let at = frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, at, 0.9, 0.24 * s.style.rays, light.disc, &mut rng);
    light::mist(&mut canvas, (horizon - 0.08, horizon + 0.10), light.haze(), 0.55, &mut rng);
    let wide = (frame.w() / frame.unit * 0.5).min(0.89);
    let hides = [s.style.earth(0.74, 0.035, 4.0), s.style.earth(0.52, 0.075, -14.0), s.style.stone(0.66)];
    let hide = rng.pick(&hides);
    let (z, lean) = (3.3, side * 0.06 * wide);
    let foot = view.project(lean * z, hills.height(lean * z, z, 0.02), z);
    let size = view.scale(z) * lerp(1.02, 0.86, tall);
    let lamp = (light.sun, light.ambient);
    figures::cow(&mut canvas, Place::new(foot, size).facing(side), hide, lamp, light.sun_at.0 * frame.w(), false);
    let (z, lean) = (2.95, side * 0.06 * wide - side * 0.26 * lerp(1.0, 0.85, tall));
    let calf = view.project(lean * z, hills.height(lean * z, z, 0.02), z);
    figures::cow(&mut canvas, Place::new(calf, size * 0.60).facing(side), hide * 1.08, lamp, light.sun_at.0 * frame.w(), true);
    s.begin_layer(&mut canvas, Distance::Front, SheetMotion::Still);
    let blades = (s.style.green(0.40, 0.06).tint(light.ambient) * 0.5, light.sun.tint(s.style.green(0.7, 0.08)) * 0.30);
    let edge = frame.h() + 0.01 * frame.unit;
    flora::grass(&mut canvas, blades, (0.10, 130.0), |x| edge + 0.05 * frame.unit * smoothstep(0.5, 0.1, (x / frame.w() - 0.5).abs()), &mut rng);
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus: (foot.0 / frame.w(), (foot.1 - size * 0.45) / frame.h()) }
}

/// Broad steps to a sacred river at dawn, shrines above, lamps on the lowest of them.
pub(crate) fn ghat(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("ghat");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.47, 0.47, tall);
    let side = rng.sign();
    let light = s.light(s.hour(&[Hour::Dawn, Hour::Dawn, Hour::Dusk]), (0.5 - side * lerp(rng.range(0.14, 0.24), 0.20, tall), horizon * rng.range(0.66, 0.78)));
    let mut canvas = s.sky(&light, horizon, rng.range(0.28, 0.45));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    far_shore(s, &mut canvas, &light, horizon, 0.35);
    let sun_px = frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, sun_px, 0.9, 0.20 * s.style.rays, light.disc, &mut rng);
    light::mist(&mut canvas, (horizon - 0.06, horizon + 0.02), light.haze(), 0.55, &mut rng);
    let water = Water::new(horizon * frame.h(), s.style.ripple * 0.8, s.style.cool(0.28, 0.055, 0.0), 0.9, &mut rng);
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
        let mut sprite = Sprite::new(frame, (foot.0 - size * 1.1, foot.1 - size * 1.3), (foot.0 + size * 1.1, foot.1 + size * 0.5));
        let mut mason = Mason {
            sprite: &mut sprite,
            place,
            stone: rng.pick(&[s.style.warm(0.66, 0.055, -14.0), s.style.warm(0.72, 0.05, 4.0), s.style.earth(0.60, 0.07, -20.0)]),
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
            let slab = lerp(0.72, 1.0, smoothstep(0.0, 0.05, joint.min(1.0 - joint)).max(smoothstep(0.02, 0.1, g.finest)));
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
