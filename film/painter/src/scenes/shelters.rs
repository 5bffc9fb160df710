//! Compositions of trees and boughs that shelter: the bodhi tree, the booth of Sukkot.

use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::flora::{self, Foliage};
use crate::noise::Noise;
use crate::palette::{Hour, Light};
use crate::pen::{Place, round};
use crate::scenes::fields::{AIR, Hills, groves};
use crate::scenes::lands::clear_night;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, View};
use crate::{lamps, light, tone};

/// The bodhi tree in the light, an empty seat of stone beneath it.
pub(crate) fn bodhi_tree(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("bodhi");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.60, 0.61, tall);
    let side = rng.sign();
    let x = 0.5 - side * rng.range(0.02, 0.06) * (1.0 - tall);
    let light = s.light(
        s.hour(&[Hour::Dawn, Hour::Dusk, Hour::Dawn]),
        (x + side * lerp(0.16, 0.20, tall), horizon * rng.range(0.72, 0.84)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.25, 0.45));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let hills = Hills::new(&mut rng, 0.45);
    let view = View::new(frame, horizon, 1.0, 60.0);
    let sun = terrain::sun_direction(&light, 0.5);
    terrain::paint(
        &mut canvas,
        &view,
        (&light, Air { clear: AIR.clear * 0.6 / s.style.haze, mist: 0.9, ..AIR }),
        (-9.0, 0.5),
        |x, z, f| hills.height(x, z, f),
        |g| hills.grass(g, s, &light, sun),
    );
    groves(&mut canvas, s, (&view, &light), 34, |x, z| (z > 9.0).then(|| hills.height(x, z, 0.05)), &mut rng);
    light::mist(&mut canvas, (horizon - 0.08, horizon + 0.06), light.haze(), 0.5, &mut rng);
    let z = 3.9;
    let lean = (x - 0.5) * frame.w() / view.focal;
    let foot = view.project(lean * z, hills.height(lean * z, z, 0.02), z);
    let size = (lerp(0.80, 0.98, tall) * frame.unit).min(foot.1 * 0.97);
    let place = Place::new(foot, size);
    canvas.paint_around(foot, (size * 0.62, size * 0.10), |px, py, before| {
        let d = ((px - foot.0) / (size * 0.40)).powi(2) + ((py - foot.1) / (size * 0.05)).powi(2);
        before * (1.0 - 0.5 * (-d).exp())
    });
    let fig = Foliage {
        leaf: s.style.green(0.60, 0.095).mix(s.style.earth(0.70, 0.10, 20.0), 0.18),
        bark: s.style.earth(0.50, 0.030, 0.0),
        cluster: 0.098,
        leaves: 140,
        leaf_size: 0.031,
        spread: 1.10,
    };
    flora::tree(&mut canvas, place, &light, fig, &mut rng);
    let at = frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, at, 0.95, 0.34 * s.style.rays, light.disc, &mut rng);
    let base = view.project(lean * 3.15, hills.height(lean * 3.15, 3.15, 0.02), 3.15);
    let seat = Place::new(base, size * 0.30);
    stone_seat(s, &mut canvas, seat, &light, &mut rng);
    let fire = s.style.flame();
    for dx in [-0.62, -0.47, 0.47, 0.62] {
        let at = seat.at(dx, -0.035);
        let px = seat.scale * 0.105;
        let mut clay = Sprite::new(frame, (at.0 - px, at.1 - px), (at.0 + px, at.1 + px * 0.3));
        let wick = lamps::diya(&mut clay, Place::new(at, px), &s.style, &light);
        canvas.draw_sprite(&clay);
        light::glow(&mut canvas, (wick.0, wick.1 - px * 0.2), px * 0.45 / frame.unit, fire * 0.35);
        lamps::flame(&mut canvas, Place::new(wick, px * 0.58), fire, &mut rng);
    }
    light::halo(&mut canvas, seat.at(0.0, 0.5), 0.14, light.disc * 0.06);
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus: (x, (foot.1 - size * 0.35) / frame.h()) }
}

/// A seat of carved stone: a slab on lotus petals; 1 in local measure is its width, its foot at the origin.
fn stone_seat(s: &Setting<'_>, canvas: &mut Canvas, place: Place, light: &Light, rng: &mut Stream) {
    let grain = rng.noise();
    let stone = s.style.stone(0.66);
    let from = if light.sun_at.0 * canvas.frame.w() < place.x { -1.0 } else { 1.0 };
    let (cx, cy) = place.at(-from * 0.08, -0.01);
    canvas.paint_around((cx, cy), (place.scale * 0.8, place.scale * 0.16), |x, y, before| {
        let d = ((x - cx) / place.scale / 0.52).powi(2) + ((y - cy) / place.scale / 0.055).powi(2);
        before * (1.0 - 0.55 * (-d).exp())
    });
    for (half, low, high, petals) in
        [(0.50, -0.03, 0.055, false), (0.44, 0.05, 0.155, true), (0.47, 0.15, 0.225, false)]
    {
        let bow = half * 0.10;
        let block = place
            .pen()
            .move_to(-half, high)
            .line_to(-half, low)
            .cubic_to((-half * 0.6, low - bow), (half * 0.6, low - bow), (half, low))
            .line_to(half, high)
            .close();
        canvas.fill(block.path(), |px, py, _| {
            let (x, y) = place.local(px, py);
            let turn = (x / half).clamp(-1.0, 1.0);
            let v = ((y - low) / (high - low)).clamp(0.0, 1.0);
            let carved = if petals {
                let u = (turn.asin() * 4.5 - (turn.asin() * 4.5).round()).abs();
                0.70 + 0.45 * smoothstep(0.06, -0.06, u - 0.47 * (1.0 - v).sqrt())
            } else {
                1.0
            };
            let lit = light.ambient * (0.40 + 0.12 * v) + light.sun * (0.10 + 0.26 * round(turn, from));
            stone.tint(lit) * (carved * (0.86 + 0.28 * grain.fbm(x * 12.0, y * 12.0, 4)))
        });
    }
    let top = place.pen().ellipse((0.0, 0.225), (0.47, 0.052)).path();
    canvas.fill(top, |px, py, _| {
        let (x, y) = place.local(px, py);
        let worn = 0.90 + 0.22 * grain.fbm(x * 9.0, y * 30.0, 4);
        stone.tint(light.ambient * 0.66 + light.sun * (0.22 + 0.12 * x * from)) * worn
    });
}

/// The booth of Sukkot by night: branches for a roof, fruit and lamps that hang from it, stars above.
pub(crate) fn sukkah(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("sukkah");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.66, 0.66, tall);
    let side = rng.sign();
    let light = s.light(Hour::Night, (0.5 + side * lerp(0.34, 0.28, tall), horizon * 0.22));
    let mut canvas = clear_night(s, &light, horizon);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let hills = Hills::new(&mut rng, 0.5);
    let view = View::new(frame, horizon, 1.0, 50.0);
    let sun = terrain::sun_direction(&light, 0.5);
    let fire = s.style.flame();
    let z0 = 3.7;
    terrain::paint(
        &mut canvas,
        &view,
        (&light, Air { clear: 30.0 / s.style.haze, ..AIR }),
        (-9.0, 0.5),
        |x, z, f| hills.height(x, z, f) * smoothstep(2.0, 6.0, z),
        |g| {
            // Light falls out of the booth onto the grass.
            let d2 = (g.x * 0.9).powi(2) + ((g.z - z0) * 1.3).powi(2);
            let near = fire * (0.34 * (-d2 * 0.8).exp());
            let grass = hills.grass(g, s, &light, sun);
            grass + s.style.green(0.52, 0.08).tint(near)
        },
    );
    groves(&mut canvas, s, (&view, &light), 26, |x, z| (z > 8.0).then(|| hills.height(x, z, 0.05)), &mut rng);
    let size = (0.92 * frame.unit).min(frame.w() * 0.92);
    let foot = (frame.w() * 0.5, view.project(0.0, 0.0, z0).1);
    let place = Place::new(foot, size);
    booth(s, &mut canvas, place, (&light, fire), &mut rng);
    light::halo(&mut canvas, place.at(0.0, 0.24), 0.20, fire * 0.05);
    light::bloom(&mut canvas, 0.65, 0.7);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus: (0.5, (foot.1 - size * 0.24) / frame.h()) }
}

/// The booth, its front open; 1 in local measure is a little more than its width, its foot at the origin.
fn booth(s: &Setting<'_>, canvas: &mut Canvas, place: Place, (light, fire): (&Light, Rgb), rng: &mut Stream) {
    let (grain, folds) = (rng.noise(), rng.noise());
    let (wood, cloth) = (s.style.earth(0.44, 0.06, -8.0), s.style.earth(0.80, 0.040, 4.0));
    let accent = s.style.accent(0.48, 0.10);
    let glow =
        |x: f32, y: f32| 0.10 + 0.62 * (-((x / 0.26).powi(2) + ((y - 0.20) / 0.22).powi(2)) * 0.8).exp();
    let top = 0.475;
    // Back and sides of cloth, in folds, with a woven border.
    let walls = place.pen().polygon(&[(-0.40, 0.0), (0.40, 0.0), (0.43, top), (-0.43, top)]).path();
    canvas.fill(walls, |px, py, _| {
        let (x, y) = place.local(px, py);
        let wave = (x * 70.0 + 2.0 * folds.at(x * 6.0, y * 2.0)).sin();
        let border = smoothstep(0.012, 0.006, (y - 0.40).abs()) + smoothstep(0.020, 0.014, (y - 0.075).abs());
        let ink = cloth.mix(accent, (border * 0.8).min(0.8));
        let corner = 1.0 - 0.45 * smoothstep(0.20, 0.42, x.abs());
        ink.tint(fire * (glow(x, y) * (0.80 + 0.20 * wave) * corner) + light.ambient * 0.12)
    });
    let ground =
        place.pen().polygon(&[(-0.40, 0.004), (0.40, 0.004), (0.46, -0.055), (-0.46, -0.055)]).path();
    canvas.fill(ground, |px, py, _| {
        let (x, y) = place.local(px, py);
        let rug = smoothstep(0.40, 0.20, (x * 11.0 - (x * 11.0).round()).abs());
        accent.mix(cloth, rug * 0.5).tint(fire * (0.30 * (-(x / 0.34).powi(2)).exp()) + light.ambient * 0.12)
            * (0.85 + 0.3 * grain.fbm(x * 30.0, y * 60.0, 3))
    });
    table_of_feast(s, canvas, place, (light, fire), grain, rng);
    // Posts and beams.
    let beam = |canvas: &mut Canvas, from: (f32, f32), to: (f32, f32), width: f32| {
        canvas.fill(place.pen().limb(from, to, (width, width)).path(), |px, py, _| {
            let (x, y) = place.local(px, py);
            let inner = smoothstep(0.48, 0.40, x.abs());
            wood.tint(light.ambient * 0.55 + fire * (0.16 * inner + 0.10 * glow(x, y)))
                * (0.75 + 0.45 * grain.fbm(x * 24.0, y * 10.0, 3))
        });
    };
    for way in [-1.0, 1.0] {
        beam(canvas, (way * 0.455, -0.065), (way * 0.455, top + 0.035), 0.030);
        beam(canvas, (way * 0.40, 0.0), (way * 0.425, top), 0.018);
    }
    beam(canvas, (-0.50, top), (0.50, top), 0.030);
    roof(s, canvas, place, (light, fire), top, rng);
    hung(s, canvas, place, (light, fire), top, rng);
}

/// Branches and palm leaves laid over the beams, thin enough for the stars.
fn roof(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    place: Place,
    (light, fire): (&Light, Rgb),
    top: f32,
    rng: &mut Stream,
) {
    let leaf = s.style.green(0.50, 0.085);
    for (pass, lift) in [(0, 0.050), (1, 0.022), (2, 0.0)] {
        let mut pen = place.pen();
        for i in 0..34 {
            let x = lerp(-0.54, 0.54, (i as f32 + rng.unit()) / 34.0);
            let y = top + 0.012 + lift + rng.range(-0.008, 0.012);
            let way = rng.sign();
            let long = rng.range(0.10, 0.19);
            let droop = rng.range(0.01, 0.075) * f32::from(pass > 0);
            let tip = (x + way * long, y + rng.range(-0.005, 0.03) - droop);
            // A palm leaf: leaflets along a rib.
            for k in 0..11 {
                let t = (k as f32 + 0.5) / 11.0;
                let at = (lerp(x, tip.0, t), lerp(y, tip.1, t) + 0.018 * (t * 3.1).sin());
                let reach = 0.050 * (1.0 - 0.55 * t);
                for up in [-1.0, 1.0] {
                    let end = (at.0 + way * reach * 0.8, at.1 + up * reach * 0.55 - 0.006);
                    pen =
                        pen.blade(at, (lerp(at.0, end.0, 0.5), lerp(at.1, end.1, 0.5) + 0.004), end, 0.0085);
                }
            }
        }
        canvas.fill(pen.path(), |px, py, _| {
            let (x, y) = place.local(px, py);
            let under = smoothstep(top + 0.04, top - 0.06, y);
            let inside = (-(x / 0.36).powi(2)).exp();
            leaf.tint(light.ambient * lerp(0.75, 0.40, under) + fire * (0.06 + 0.36 * under * inside))
                * if pass == 0 { 0.7 } else { 1.0 }
        });
    }
}

/// Fruit and small lamps on strings.
fn hung(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    place: Place,
    (light, fire): (&Light, Rgb),
    top: f32,
    rng: &mut Stream,
) {
    let inks = [
        s.style.accent(0.44, 0.13),
        s.style.earth(0.72, 0.14, 8.0),
        s.style.green(0.62, 0.12),
        s.style.earth(0.62, 0.14, -16.0),
    ];
    for i in 0..9 {
        let x = lerp(-0.36, 0.36, i as f32 / 8.0) + rng.range(-0.012, 0.012);
        let drop = rng.range(0.055, 0.125);
        let at = (x, top - drop);
        let string = place.pen().limb((x, top), at, (0.0028, 0.0028)).path();
        canvas.fill(string, |_, _, _| s.style.earth(0.5, 0.04, 0.0).tint(fire * 0.25 + light.ambient * 0.2));
        if i % 4 == 2 {
            let spot = place.at(at.0, at.1);
            canvas.add_flame(spot, place.scale * 0.3, 0.5);
            light::glow(canvas, spot, place.scale * 0.055 / canvas.frame.unit, fire * 0.55);
            let glass = place.pen().turned(
                x,
                &[(0.012, at.1 - 0.026), (0.020, at.1 - 0.010), (0.020, at.1 + 0.012), (0.010, at.1 + 0.024)],
            );
            canvas.fill(glass.path(), |px, py, _| {
                let (lx, ly) = place.local(px, py);
                let hot = (-(((lx - x) / 0.011).powi(2) + ((ly - at.1) / 0.016).powi(2))).exp();
                fire * (0.42 + 0.85 * hot)
            });
            continue;
        }
        let ink = rng.pick(&inks);
        let r = rng.range(0.019, 0.027);
        canvas.fill(place.pen().ellipse((x, at.1 - r), (r, r * 1.04)).path(), |px, py, _| {
            let (lx, ly) = place.local(px, py);
            let (nx, ny) = ((lx - x) / r, (ly - at.1 + r) / r);
            let low = (0.45 - 0.55 * ny).clamp(0.0, 1.0);
            let rim = 1.0 - 0.4 * smoothstep(0.6, 1.0, (nx * nx + ny * ny).sqrt());
            ink.tint(fire * (0.14 + 0.46 * low * (1.0 - 0.4 * nx.abs())) + light.ambient * 0.30) * rim
        });
    }
}

/// A small table with a cloth, two candles, a cup and fruit.
fn table_of_feast(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    place: Place,
    (light, fire): (&Light, Rgb),
    grain: Noise,
    rng: &mut Stream,
) {
    let linen = s.style.earth(0.88, 0.025, 6.0);
    let front =
        place.pen().polygon(&[(-0.235, 0.155), (0.235, 0.155), (0.225, 0.010), (-0.225, 0.010)]).path();
    canvas.fill(front, |px, py, _| {
        let (x, y) = place.local(px, py);
        let fold = (x * 95.0 + 2.0 * grain.at(x * 8.0, y * 4.0)).sin();
        let hem = smoothstep(0.008, 0.004, (y - 0.040).abs());
        linen.mix(s.style.cool(0.46, 0.08, 0.0), hem * 0.7).tint(
            fire * (0.30 + 0.05 * fold) * lerp(0.55, 1.0, smoothstep(0.0, 0.15, y)) + light.ambient * 0.15,
        )
    });
    let top = place.pen().polygon(&[(-0.240, 0.150), (0.240, 0.150), (0.215, 0.190), (-0.215, 0.190)]).path();
    canvas.fill(top, |px, py, _| {
        let (x, y) = place.local(px, py);
        linen.tint(fire * (0.62 * (-(x / 0.20).powi(2)).exp() + 0.12) + light.ambient * 0.2)
            * (0.92 + 0.12 * grain.fbm(x * 12.0, y * 40.0, 3))
    });
    let gold = s.style.earth(0.70, 0.10, 12.0);
    let cup = place.pen().turned(
        0.085,
        &[(0.020, 0.168), (0.006, 0.174), (0.005, 0.196), (0.020, 0.208), (0.026, 0.232), (0.025, 0.240)],
    );
    canvas.fill(cup.path(), |px, _, _| {
        let (x, _) = place.local(px, 0.0);
        gold.tint(fire * (0.12 + 0.42 * round((x - 0.085) / 0.026, -1.0)) + light.ambient * 0.2)
    });
    for (x, r, ink) in [
        (0.145, 0.022, s.style.accent(0.42, 0.13)),
        (0.178, 0.019, s.style.earth(0.74, 0.14, 18.0)),
        (-0.150, 0.024, s.style.accent(0.40, 0.12)),
    ] {
        canvas.fill(place.pen().ellipse((x, 0.168 + r), (r, r)).path(), |px, py, _| {
            let (lx, ly) = place.local(px, py);
            let (nx, ny) = ((lx - x) / r, (ly - 0.168 - r) / r);
            let lit = (0.5 - 0.6 * nx * x.signum() + 0.25 * ny).clamp(0.05, 1.0);
            ink.tint(fire * (0.16 + 0.42 * lit) + light.ambient * 0.2)
        });
    }
    for x in [-0.055, 0.012] {
        let foot = place.within(x, 0.172, 1.0);
        lamps::candle(canvas, foot, (0.105, 0.021), &s.style, light.ambient * 0.5, rng);
    }
}
