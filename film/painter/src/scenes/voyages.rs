//! Compositions of ships under way: a storm at sea, a ship before the wind, the ark on the flood.

use crate::boats::Shipwright;
use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::noise::Field;
use crate::palette::{Hour, Light};
use crate::pen::{Place, outline};
use crate::scenes::waters::far_shore;
use crate::sea::Sea;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::View;
use crate::water::Water;
use crate::{figures, light, tone};

/// A storm at sea: dark waves with foam, a boat among them, lightning or light that breaks through.
pub(crate) fn storm(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("storm");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.47, 0.50, tall);
    let side = rng.sign();
    let light = s.light(Hour::Storm, (0.5 + side * rng.range(0.12, 0.26), horizon * rng.range(0.52, 0.68)));
    let light = Light { sun: light.sun * 0.62, ambient: light.ambient * 0.72, ..light };
    let mut canvas = s.sky(&light, horizon, 0.95);
    tone::expose(&mut canvas, 0.50);
    let at = frame.place(light.sun_at.0, light.sun_at.1);
    let flash = rng.chance(0.5);
    if flash {
        let top = (at.0 - side * 0.10 * frame.unit, -0.02 * frame.h());
        let foot = (at.0 + side * 0.06 * frame.unit, horizon * frame.h());
        lightning(&mut canvas, (top, foot), light.sky_at(0.3).mix(Rgb::WHITE, 0.75).normalised(), &mut rng);
    } else {
        light::halo(&mut canvas, at, 0.15, light.disc * 0.30);
    }
    light::shafts(
        &mut canvas,
        at,
        0.95,
        if flash { 0.25 } else { 0.75 } * s.style.rays,
        light.disc,
        &mut rng,
    );
    rain(s, &mut canvas, &light, horizon, &mut rng);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    canvas.mark_water(horizon * frame.h());
    let view = View::new(frame, horizon, 1.30, 130.0);
    let mut sea = Sea::new(s, &light, &view, 0.95, &mut rng);
    sea.rough = rng.range(2.2, 2.6);
    sea.heave = 0.62;
    sea.paint(&mut canvas, &view, &light);

    // The boat rides on a crest, and the waves nearer to the eye hide its keel.
    let z = rng.range(4.3, 4.9);
    let lean = -side * rng.range(0.10, 0.24) * (frame.w() / frame.unit * 0.5).min(1.0);
    let around = |dx: f32, dz: f32| sea.height(lean * z + dx, z + dz, 0.05);
    let ride = (around(-0.3, 0.0) + around(0.0, 0.0) + around(0.3, 0.0)) / 3.0;
    let slope = (around(0.45, 0.0) - around(-0.45, 0.0)) / 0.9;
    let facing = rng.sign();
    let heel = (slope * 0.6).atan() * facing + rng.range(0.10, 0.20);
    let size = view.scale(z) * 1.55;
    let foot = view.project(lean * z, ride - 0.09, z);
    let place = Place::new(foot, size).facing(facing).turned(heel);
    let mut sprite =
        Sprite::new(frame, (foot.0 - size, foot.1 - size * 1.5), (foot.0 + size, foot.1 + size * 0.3));
    let mut boat = Shipwright::new(&mut sprite, place, &s.style, &light, &mut rng);
    boat.fishing_boat(if flash { 0.0 } else { 1.0 });
    canvas.draw_sprite(&sprite);
    sea.paint(&mut canvas, &View { far: z - 0.35, ..view }, &light);
    spray(s, &mut canvas, (foot, size), &light, &mut rng);
    light::bloom(&mut canvas, 0.75, 0.5);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus: (foot.0 / frame.w(), (foot.1 - size * 0.35) / frame.h()) }
}

/// A flash of lightning between two points (pixels), with branches.
fn lightning(canvas: &mut Canvas, (from, to): ((f32, f32), (f32, f32)), color: Rgb, rng: &mut Stream) {
    let unit = canvas.frame.unit;
    let mut forks = vec![(from, to, 1.0_f32)];
    let mut done = 0;
    while let Some(&((ax, ay), (bx, by), strength)) = forks.get(done) {
        done += 1;
        let mut line = vec![(ax, ay), (bx, by)];
        for level in 0..6 {
            let reach = (by - ay).abs().max((bx - ax).abs()) * 0.16 * 0.56_f32.powi(level);
            let mut finer = vec![line[0]];
            for pair in line.windows(2) {
                let middle = ((pair[0].0 + pair[1].0) * 0.5, (pair[0].1 + pair[1].1) * 0.5);
                finer
                    .push((middle.0 + rng.range(-1.0, 1.0) * reach, middle.1 + rng.range(-0.3, 0.3) * reach));
                finer.push(pair[1]);
            }
            line = finer;
        }
        if strength > 0.9 {
            for share in [0.30, 0.46, 0.62] {
                let start = line[(line.len() as f32 * share) as usize];
                let end = (
                    start.0 + rng.sign() * rng.range(0.08, 0.20) * unit,
                    start.1 + rng.range(0.07, 0.15) * canvas.frame.h(),
                );
                forks.push((start, end, 0.35));
            }
            for share in [0.25, 0.5, 0.75, 0.98] {
                let spot = line[((line.len() - 1) as f32 * share) as usize];
                light::halo(canvas, spot, 0.11, color * 0.055);
            }
        }
        let mut path = tiny_skia::PathBuilder::new();
        path.move_to(line[0].0, line[0].1);
        line[1..].iter().for_each(|p| path.line_to(p.0, p.1));
        let Some(path) = path.finish() else { continue };
        for (width, share) in [(0.012, 0.07), (0.005, 0.20), (0.0013, 0.9)] {
            let drawn = outline(&path, (width * unit * strength.sqrt()).max(0.7));
            canvas.fill(drawn, |_, _, before| before.mix(color * 1.15, share * strength));
        }
    }
}

/// Rain in slanting veils, thin enough to see through.
fn rain(s: &Setting<'_>, canvas: &mut Canvas, light: &Light, horizon: f32, rng: &mut Stream) {
    let frame = s.frame;
    let (veil, streaks) = (rng.noise(), rng.noise());
    let slant = rng.sign() * 0.35;
    let field = Field::new(frame.width, frame.height, 3.0, |x, y| {
        let u = x / frame.unit + slant * y / frame.unit;
        let curtain = smoothstep(-0.05, 0.6, veil.fbm(u * 1.3, y / frame.unit * 0.25, 3));
        curtain
            * (0.75 + 0.5 * streaks.at(u * 38.0, y / frame.unit * 1.6))
            * smoothstep(0.1, 0.8, y / (horizon * frame.h()))
    });
    let color = light.haze() * 0.42;
    canvas.paint_rows(0, (horizon * frame.h()) as usize + 1, |x, y, before| {
        before.mix(color, (field.at(x, y) * 0.5).clamp(0.0, 0.8))
    });
}

/// Drops thrown up at the bow.
fn spray(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    (foot, size): ((f32, f32), f32),
    light: &Light,
    rng: &mut Stream,
) {
    let white = light.ambient * 0.8 + light.sun * 0.12;
    let mut pen = Place::new((0.0, 0.0), 1.0).pen();
    for _ in 0..130 {
        let (angle, far) = (rng.range(0.25, 2.9), rng.unit().powf(1.6));
        let at = (
            foot.0 + angle.cos() * size * (0.35 + 0.35 * far),
            foot.1 - (angle.sin() * 0.20 * far - 0.05) * size,
        );
        let r = s.frame.unit * rng.range(0.0006, 0.0022) * (1.2 - far);
        pen = pen.ellipse((at.0, -at.1), (r.max(0.4), r.max(0.4)));
    }
    canvas.fill(pen.path(), |_, _, before| before.mix(white, 0.55));
}

/// A ship under full sail on an open sea, the low sun behind it.
pub(crate) fn ship(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("ship");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.60, 0.60, tall);
    let side = rng.sign();
    let x = 0.5 + side * rng.range(0.02, 0.07) * (1.0 - tall);
    let light = s.light(
        s.hour(&[Hour::Dusk, Hour::Dawn]),
        (x - side * lerp(0.15, 0.20, tall), horizon * rng.range(0.72, 0.82)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.35, 0.6));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let sun = frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, sun, 0.9, 0.22 * s.style.rays, light.disc, &mut rng);
    light::mist(&mut canvas, (horizon - 0.05, horizon + 0.012), light.haze(), 0.5, &mut rng);
    let water =
        Water::new(horizon * frame.h(), s.style.ripple * 1.3, s.style.cool(0.24, 0.06, -8.0), 0.95, &mut rng);
    water.paint(&mut canvas, &light);
    // The ship is as far away as the water, but must not ripple: a layer of its own.
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let size = (0.42 * frame.unit).min(frame.w() * 0.52);
    let line = (horizon + 0.035) * frame.h();
    let place = Place::new((x * frame.w(), line), size).facing(side);
    let mut sprite =
        Sprite::new(frame, (place.x - size, line - size * 1.25), (place.x + size, line + size * 0.02));
    Shipwright::new(&mut sprite, place, &s.style, &light, &mut rng).tall_ship();
    water.float(&mut canvas, &sprite, line, 0.75);
    wake(&mut canvas, place, &light, &mut rng);
    if s.permits.figures {
        let count = rng.count(3, 6);
        figures::birds(
            &mut canvas,
            (x + side * 0.16, horizon * 0.42),
            count,
            light.sky_at(0.9) * 0.3,
            &mut rng,
        );
    }
    light::bloom(&mut canvas, 0.85, 0.5);
    tone::darken_for_captions(&mut canvas, 0.30);
    Scene { canvas, focus: (x, (line - size * 0.5) / frame.h()) }
}

/// Foam where a hull parts the water.
fn wake(canvas: &mut Canvas, place: Place, light: &Light, rng: &mut Stream) {
    let foam = rng.noise();
    let white = light.ambient * 0.8 + light.sun * 0.10;
    let (cx, cy) = place.at(-0.12, -0.008);
    canvas.paint_around((cx, cy), (place.scale * 0.75, place.scale * 0.05), |px, py, before| {
        let (x, y) = place.local(px, py);
        let trail = smoothstep(0.55, 0.40, x) * smoothstep(-0.95, -0.2, x);
        let band = (-((y + 0.006) / 0.014).powi(2)).exp();
        let lumps = smoothstep(-0.15, 0.35, foam.fbm(x * 22.0, y * 90.0, 3));
        before.mix(white, trail * band * lumps * 0.45)
    });
}

/// The ark on the flood, where the cloud opens over it.
pub(crate) fn ark(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("ark");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.56, 0.57, tall);
    let side = rng.sign();
    let x = 0.5 + side * rng.range(0.0, 0.06) * (1.0 - tall);
    let light = s.light(Hour::Storm, (x - side * lerp(0.20, 0.26, tall), horizon * rng.range(0.42, 0.55)));
    let mut canvas = s.sky(&light, horizon, 0.88);
    tone::expose(&mut canvas, 0.78);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    far_shore(s, &mut canvas, &light, horizon, 0.32);
    let at = frame.place(light.sun_at.0, light.sun_at.1);
    light::halo(&mut canvas, at, 0.16, light.disc * 0.22);
    light::shafts(&mut canvas, at, 1.0, 0.75 * s.style.rays, light.disc, &mut rng);
    light::mist(&mut canvas, (horizon - 0.09, horizon + 0.02), light.haze(), 0.6, &mut rng);
    let water =
        Water::new(horizon * frame.h(), s.style.ripple * 1.6, s.style.cool(0.20, 0.05, -8.0), 0.55, &mut rng);
    water.paint(&mut canvas, &light);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let size = (0.66 * frame.unit).min(frame.w() * 0.74);
    let line = (horizon + 0.065) * frame.h();
    let place = Place::new((x * frame.w(), line), size).facing(side).turned(rng.range(-0.02, 0.03));
    let mut sprite =
        Sprite::new(frame, (place.x - size, line - size * 0.7), (place.x + size, line + size * 0.015));
    Shipwright::new(&mut sprite, place, &s.style, &light, &mut rng).ark(s.style.flame() * 0.8);
    water.float(&mut canvas, &sprite, line, 0.70);
    wake(&mut canvas, place, &light, &mut rng);
    light::bloom(&mut canvas, 0.75, 0.5);
    tone::darken_for_captions(&mut canvas, 0.32);
    Scene { canvas, focus: (x, (line - size * 0.22) / frame.h()) }
}
