//! Compositions of Hindu devotion: a temple's bell, cow and calf.

use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::masonry::arch;
use crate::palette::{Hour, Light};
use crate::pen::{Place, round};
use crate::scenes::fields::{AIR, Hills, groves};
use crate::scenes::waters::far_shore;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, View};
use crate::water::Water;
use crate::{figures, flora, light, tone};

/// A bell of brass in a temple's arch, the morning behind it.
pub(crate) fn bell(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("bell");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.66, 0.64, tall);
    let side = rng.sign();
    let light = s.light(
        s.hour(&[Hour::Dawn, Hour::Dusk]),
        (0.5 + side * lerp(0.13, 0.16, tall), horizon * rng.range(0.66, 0.76)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.3, 0.5));
    s.begin_layer(&mut canvas, Distance::Far, SheetMotion::Still);
    far_shore(s, &mut canvas, &light, horizon, 0.9);
    let sun = frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, sun, 0.85, 0.20 * s.style.rays, light.disc, &mut rng);
    light::mist(&mut canvas, (horizon - 0.06, horizon + 0.02), light.haze(), 0.5, &mut rng);
    Water::new(horizon * frame.h(), s.style.ripple * 0.8, s.style.cool(0.26, 0.055, 0.0), 0.8, &mut rng)
        .paint(&mut canvas, &light);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let middle = frame.w() * (0.5 + rng.range(-0.07, 0.07) * (1.0 - tall));
    let half = (rng.range(0.34, 0.42) * frame.unit).min(frame.w() * 0.42);
    let foot = lerp(0.94, 0.86, tall) * frame.h();
    let place = Place::new((middle, foot), half);
    let rise = lerp(0.99, 0.80, tall) * frame.h() / half * lerp(0.90, 0.86, tall);
    porch(s, &mut canvas, place, rise, &light, &mut rng);
    let size = rng.range(0.34, 0.42) * frame.unit;
    let hang = Place::new((middle, lerp(0.60, 0.52, tall) * frame.h()), size);
    brass(s, &mut canvas, hang, &light, &mut rng);
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.38);
    Scene { canvas, focus: (middle / frame.w(), (hang.y - size * 0.35) / frame.h()) }
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
        let floor = stone.tint(light.ambient * 0.40 + light.sun * (0.10 * (-(x * x) * 1.4).exp()))
            * (0.8 + 0.4 * grain.fbm(x * 5.0, y * 22.0, 4));
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
        gold.tint(sky + light.sun * (0.13 * round(across, from) + 0.42 * rim)) * patina
            + light.disc.tint(gold) * (0.16 * gleam)
    };
    // Links of the chain.
    for i in 0..40 {
        let y = 0.72 + 0.062 * i as f32;
        let (half, tall) = if i % 2 == 0 { (0.030, 0.046) } else { (0.012, 0.046) };
        let link = place
            .pen()
            .ellipse((0.0, y), (half, tall))
            .path()
            .and_then(|p| crate::pen::outline(&p, place.scale * 0.018));
        canvas.fill(link, |px, py, _| {
            let (x, y) = place.local(px, py);
            metal(x, y, x / 0.034, 0.3) * 0.8
        });
    }
    let clapper = place
        .pen()
        .limb((0.0, -0.2), (0.0, -0.34), (0.026, 0.026))
        .ellipse((0.0, -0.365), (0.062, 0.066))
        .path();
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
        let bands = [-0.19, -0.165, 0.02, 0.04, 0.29, 0.31]
            .iter()
            .fold(0.0_f32, |sum, b| sum.max(smoothstep(0.012, 0.004, (y - b).abs())));
        let petals = {
            let turn = across.clamp(-1.0, 1.0).asin() * 5.5;
            let v = (y - 0.06) / 0.17;
            let u = (turn - turn.round()).abs();
            if (0.0..1.0).contains(&v) {
                smoothstep(0.05, 0.0, (u - 0.42 * (1.0 - v).sqrt()).abs())
            } else {
                0.0
            }
        };
        metal(x, y, across, lean.clamp(0.0, 1.0)) * (1.0 - 0.34 * bands - 0.28 * petals)
    });
}

/// A cow and her calf coming home, seen against a dusty evening.
pub(crate) fn cow(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("cow");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.60, 0.60, tall);
    let side = rng.sign();
    let light = s.light(
        s.hour(&[Hour::Dusk, Hour::Dawn]),
        (0.5 - side * lerp(0.14, 0.10, tall), horizon * rng.range(0.70, 0.80)),
    );
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
    figures::cow(
        &mut canvas,
        Place::new(foot, size).facing(side),
        hide,
        lamp,
        light.sun_at.0 * frame.w(),
        false,
    );
    let (z, lean) = (2.95, side * 0.06 * wide - side * 0.26 * lerp(1.0, 0.85, tall));
    let calf = view.project(lean * z, hills.height(lean * z, z, 0.02), z);
    figures::cow(
        &mut canvas,
        Place::new(calf, size * 0.60).facing(side),
        hide * 1.08,
        lamp,
        light.sun_at.0 * frame.w(),
        true,
    );
    s.begin_layer(&mut canvas, Distance::Front, SheetMotion::Still);
    let blades = (
        s.style.green(0.40, 0.06).tint(light.ambient) * 0.5,
        light.sun.tint(s.style.green(0.7, 0.08)) * 0.30,
    );
    let edge = frame.h() + 0.01 * frame.unit;
    flora::grass(
        &mut canvas,
        blades,
        (0.10, 130.0),
        |x| edge + 0.05 * frame.unit * smoothstep(0.5, 0.1, (x / frame.w() - 0.5).abs()),
        &mut rng,
    );
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus: (foot.0 / frame.w(), (foot.1 - size * 0.45) / frame.h()) }
}
