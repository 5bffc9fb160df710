//! Compositions of where people live: a house at evening, tents, a well.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::flora::{self, Foliage};
use crate::masonry::Mason;
use crate::palette::{Hour, Light};
use crate::pen::{Place, round};
use crate::scenes::fields::{AIR, Hills, groves};
use crate::scenes::lands::{Dunes, clear_night};
use crate::scenes::sanctuaries::{Plan, Site, compose};
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, View};
use crate::{light, tone};

/// A house on its hill at evening, a light in the window.
pub(crate) fn house(s: &Setting<'_>) -> Scene {
    compose(
        s,
        &Plan {
            site: Site::Hill,
            height: 0.34,
            reach: 0.9,
            stone: s.style.stone(0.66),
            crescent_moon: false,
            build: cottage,
        },
    )
}

/// A low house of stone with a steep roof, an outhouse and a chimney.
fn cottage(m: &mut Mason<'_>, s: &Setting<'_>, rng: &mut Stream) {
    m.place.facing = rng.sign();
    let side = m.side();
    let (stone, inside) = (m.stone, m.inside);
    let thatch = s.style.earth(0.44, 0.060, -14.0);
    let roof = |m: &mut Mason<'_>, points: &[(f32, f32)]| {
        m.stone = thatch;
        let courses = m.grain;
        m.shape(m.place.pen().polygon(points), |x, y| {
            (0.30 + 0.16 * side * x) * (0.8 + 0.4 * courses.fbm(x * 5.0, y * 40.0, 3))
        });
        m.stone = stone;
    };
    m.wall(-0.78, -0.02, -0.40, 0.26);
    roof(m, &[(-0.84, 0.24), (-0.36, 0.24), (-0.40, 0.46), (-0.72, 0.46)]);
    m.wall(0.22, 0.5, 0.34, 0.94);
    m.wall(0.205, 0.92, 0.355, 0.955);
    m.wall(-0.44, -0.02, 0.52, 0.40);
    roof(m, &[(-0.53, 0.36), (0.61, 0.36), (0.44, 0.80), (-0.36, 0.80)]);
    for (x, share) in [(-0.24, 1.0), (0.33, 0.85)] {
        m.inside = inside * (1.25 * share);
        m.window(x, 0.12, 0.062, 0.17, 0.0);
        m.shape(m.place.pen().block(x - 0.085, 0.100, x + 0.085, 0.122), |_, _| 0.5);
    }
    m.inside = inside * 0.55;
    m.window(-0.60, 0.08, 0.034, 0.10, 0.0);
    // The door stands a little open.
    m.stone = s.style.earth(0.38, 0.06, -8.0);
    m.shape(m.place.pen().block(0.005, -0.02, 0.145, 0.285), |x, _| {
        0.16 + 0.10 * smoothstep(0.02, 0.0, (x * 30.0 - (x * 30.0).round()).abs() * 0.1)
    });
    m.stone = stone;
    m.emblem(m.place.pen().block(0.128, -0.015, 0.145, 0.275), inside * 1.1);
}

/// Tents in the desert, lamps burning in them.
pub(crate) fn tents(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("tents");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.55, 0.54, tall);
    let hour = s.hour(&[Hour::Night, Hour::Dusk, Hour::Night]);
    let side = rng.sign();
    let up = if hour == Hour::Night { rng.range(0.22, 0.36) } else { rng.range(0.78, 0.86) };
    let light = s.light(hour, (0.5 - side * rng.range(0.20, 0.32), horizon * up));
    let mut canvas =
        if hour == Hour::Night { clear_night(s, &light, horizon) } else { s.sky(&light, horizon, 0.3) };
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let dunes = Dunes::new(&mut rng);
    let view = View::new(frame, horizon, 1.1, 60.0);
    dunes.paint(s, &mut canvas, &light, &view);
    let wide = (frame.w() / frame.unit * 0.5).min(0.89);
    let mut camp = vec![(side * 0.10 * wide, 5.2, 1.1), (side * 0.60 * wide, 6.4, 0.95)];
    camp.push((-side * rng.range(0.42, 0.55) * wide, rng.range(7.2, 8.4), 0.95));
    camp.push((side * rng.range(0.28, 0.36) * wide, rng.range(9.5, 11.0), 1.0));
    camp.sort_by(|a, b| b.1.total_cmp(&a.1));
    let fire = s.style.flame();
    let mut focus = (0.5, horizon);
    for (lean, z, share) in camp {
        let foot = view.project(lean * z, dunes.height(lean * z, z) - 0.03, z);
        let size = view.scale(z) * 1.25 * share;
        let place = Place::new(foot, size).facing(rng.sign());
        light::glow(&mut canvas, place.at(0.0, -0.05), size * 0.42 / frame.unit, fire * 0.07);
        tent(s, &mut canvas, place, &light, fire, &mut rng);
        focus = (foot.0 / frame.w(), (foot.1 - size * 0.25) / frame.h());
    }
    light::bloom(&mut canvas, 0.7, 0.6);
    tone::darken_for_captions(&mut canvas, 0.30);
    Scene { canvas, focus }
}

/// A tent of woven cloth on poles, lit from within; 1 in local measure is its width, its foot at the origin.
fn tent(s: &Setting<'_>, canvas: &mut Canvas, place: Place, light: &Light, fire: Rgb, rng: &mut Stream) {
    let weave = rng.noise();
    let cloth = s.style.earth(0.56, 0.055, -10.0);
    let stripe = s.style.accent(0.40, 0.09);
    let (left, right) = ((-0.56, 0.0), (0.56, 0.0));
    // The roof hangs between three poles.
    let ridge = [
        (-0.56, 0.02),
        (-0.40, 0.22),
        (-0.26, 0.40),
        (-0.12, 0.37),
        (0.0, 0.46),
        (0.13, 0.37),
        (0.27, 0.40),
        (0.41, 0.21),
        (0.56, 0.02),
    ];
    let ropes = [(-0.26, 0.40), (0.27, 0.40)]
        .iter()
        .fold(place.pen(), |pen, &(x, y)| pen.limb((x, y), (x * 3.1, -0.03), (0.006, 0.004)));
    canvas.fill(ropes.path(), |_, _, before| before.mix(cloth.tint(light.ambient) * 0.5, 0.8));
    let ends: Vec<_> = [left].iter().chain(&ridge).chain([&right]).copied().collect();
    let mut outline = crate::pen::spline(&ends);
    outline.extend([(0.56, -0.035), (-0.56, -0.035)]);
    canvas.fill(place.pen().polygon(&outline).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let sag = y + 0.10 * (x * 2.6).powi(2);
        let band = smoothstep(0.035, 0.020, (sag * 6.5 - (sag * 6.5).round()).abs() * 0.5);
        let albedo = cloth.mix(stripe, band * 0.75);
        let fold = 0.82 + 0.34 * weave.fbm(x * 9.0, y * 2.0, 3);
        let glow = (-((x + 0.02) / 0.26).powi(2) - ((y - 0.12) / 0.20).powi(2)).exp();
        let lit = light.ambient * (0.50 + 0.35 * smoothstep(0.0, 0.45, y)) + light.sun * 0.12;
        albedo.tint(lit) * fold + albedo.tint(fire) * (0.62 * glow)
    });
    // The opening, its flaps drawn back.
    let door = place.pen().smooth(&[
        (-0.115, -0.035),
        (-0.085, 0.10),
        (-0.015, 0.31),
        (0.01, 0.31),
        (0.075, 0.12),
        (0.115, -0.035),
    ]);
    canvas.fill(door.path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let deep = (-((x / 0.10).powi(2) + ((y - 0.08) / 0.16).powi(2)) * 0.7).exp();
        fire * (0.22 + 0.85 * deep)
    });
    for way in [-1.0, 1.0] {
        let flap = place.pen().smooth(&[
            (way * 0.00, 0.315),
            (way * 0.055, 0.14),
            (way * 0.085, -0.035),
            (way * 0.165, -0.035),
            (way * 0.125, 0.13),
        ]);
        canvas.fill(flap.path(), |px, py, _| {
            let (x, y) = place.local(px, py);
            let edge = smoothstep(0.15, 0.05, x * way);
            let fold = 0.8 + 0.3 * (x * 90.0 + y * 6.0).sin();
            cloth.tint(light.ambient * 0.62 + light.sun * 0.10 + fire * (0.40 * edge)) * fold
        });
    }
    let at = place.at(0.0, 0.10);
    canvas.add_flame(at, place.scale * 0.7, 0.5);
    light::glow(canvas, at, place.scale * 0.16 / canvas.frame.unit, fire * 0.16);
}

/// Hills at an hour, with groves: what a well and the like stand in. Returns the canvas, the light, the land and the
/// view of it.
fn countryside(s: &Setting<'_>, rng: &mut Stream, hours: &[Hour], side: f32) -> (Canvas, Light, Hills, View) {
    let horizon = lerp(0.52, 0.54, s.frame.tallness());
    let light = s.light(s.hour(hours), (0.5 + side * rng.range(0.16, 0.28), horizon * rng.range(0.55, 0.74)));
    let mut canvas = s.sky(&light, horizon, rng.range(0.28, 0.5));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let hills = Hills::new(rng, 0.6);
    let view = View::new(s.frame, horizon, 1.1, 60.0);
    let sun = terrain::sun_direction(&light, 0.5);
    let air = Air { clear: AIR.clear * 0.8 / s.style.haze, mist: 0.6, ..AIR };
    let dust = s.style.earth(0.70, 0.045, 2.0);
    terrain::paint(
        &mut canvas,
        &view,
        (&light, air),
        (-9.0, 0.5),
        |x, z, f| hills.height(x, z, f),
        |g| {
            let grass = hills.grass(g, s, &light, sun);
            // Ground that many feet have trodden.
            let d = ((g.x + side * 0.25) / 1.5).powi(2) + ((g.z - 3.0) / 1.0).powi(2);
            let fine = hills.cover.fbm_from(g.x * 7.0, g.z * 6.0, 4, g.finest * 7.0);
            let worn = smoothstep(1.2, 0.45, d + fine * 0.6);
            grass.mix(terrain::diffuse(g, &light, sun, dust * (1.0 + 0.4 * fine)), worn * 0.85)
        },
    );
    let grove = |x: f32, z: f32| (z > 8.0).then(|| hills.height(x, z, 0.05));
    groves(&mut canvas, s, (&view, &light), 30, grove, rng);
    (canvas, light, hills, view)
}

/// A well of old stone with its beam, rope and bucket, an olive tree beside it.
pub(crate) fn well(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("well");
    let frame = s.frame;
    let tall = frame.tallness();
    let side = rng.sign();
    let (mut canvas, light, hills, view) =
        countryside(s, &mut rng, &[Hour::Day, Hour::Dawn, Hour::Dusk], side);
    let olive = Foliage {
        leaf: s.style.green(0.58, 0.070),
        bark: s.style.stone(0.44),
        cluster: 0.088,
        leaves: 90,
        leaf_size: 0.034,
        spread: 0.92,
    };
    let z = 4.6;
    let x = -side * 0.50 * z * (frame.w() / frame.unit * 0.5).min(0.89);
    let place = Place::new(view.project(x, hills.height(x, z, 0.02), z), view.scale(z) * 2.5);
    shade_under(&mut canvas, place, (0.34, 0.05));
    flora::tree(&mut canvas, place, &light, olive, &mut rng);
    let z = 2.9;
    let x = -side * 0.04 * z;
    let foot = view.project(x, hills.height(x, z, 0.02), z);
    let size = view.scale(z) * 0.86;
    let place = Place::new(foot, size).facing(side);
    shade_under(&mut canvas, Place::new((foot.0 - side * size * 0.12, foot.1), size), (0.56, 0.10));
    wellhead(s, &mut canvas, place, &light, &mut rng);
    let at = frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, at, 0.8, 0.22 * s.style.rays, light.disc, &mut rng);
    light::bloom(&mut canvas, 0.85, 0.45);
    tone::darken_for_captions(&mut canvas, lerp(0.36, 0.32, tall));
    Scene { canvas, focus: (foot.0 / frame.w(), (foot.1 - size * 0.45) / frame.h()) }
}

/// A soft shadow on the ground; half-widths in local measure.
fn shade_under(canvas: &mut Canvas, place: Place, (rx, ry): (f32, f32)) {
    let (cx, cy) = place.at(0.0, 0.0);
    let (rx, ry) = (rx * place.scale, ry * place.scale);
    canvas.paint_around((cx, cy), (rx * 1.6, ry * 2.2), |x, y, before| {
        let d = ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2);
        before * (1.0 - 0.6 * (-d).exp())
    });
}

/// The ring of stones, two posts, a beam, a rope and a bucket; 1 in local measure is the ring's width.
fn wellhead(s: &Setting<'_>, canvas: &mut Canvas, place: Place, light: &Light, rng: &mut Stream) {
    let rough = rng.noise();
    let (stone, wood) = (s.style.stone(0.62), s.style.earth(0.42, 0.05, -8.0));
    let from = if light.sun_at.0 * canvas.frame.w() < place.x { -1.0 } else { 1.0 } * place.facing;
    const TOP: f32 = 0.42;
    const DIP: f32 = 0.105;
    let timber = |canvas: &mut Canvas, from_at: (f32, f32), to: (f32, f32), width: f32| {
        let (dx, dy) = (to.0 - from_at.0, to.1 - from_at.1);
        let length = (dx * dx + dy * dy).sqrt();
        canvas.fill(place.pen().limb(from_at, to, (width, width * 0.92)).path(), |px, py, _| {
            let (x, y) = place.local(px, py);
            let across = ((x - from_at.0) * dy - (y - from_at.1) * dx) / length / (width * 0.5);
            let grain = 0.8 + 0.4 * rough.fbm(x * 30.0 + y * 2.0, y * 4.0 + x, 3);
            let across = if dx.abs() > dy.abs() { across.abs() * from } else { across };
            wood.tint(light.ambient * 0.55 + light.sun * (0.32 * round(across, from))) * grain
        });
    };
    // Behind the water's mouth stands the far post.
    timber(canvas, (-0.44, 0.30), (-0.42, 1.16), 0.055);
    let rim = place.pen().ellipse((0.0, TOP), (0.5, DIP)).path();
    canvas.fill(rim, |px, py, _| {
        let (x, y) = place.local(px, py);
        let block = (y - TOP).atan2(x * DIP / 0.5) * 14.0 / std::f32::consts::TAU;
        let joint = smoothstep(0.02, 0.07, (block - block.round()).abs());
        let grain = 0.9 + 0.3 * rough.fbm(x * 14.0, y * 40.0, 4);
        stone.tint(light.ambient * 0.85 + light.sun * 0.34) * (grain * lerp(0.6, 1.0, joint))
    });
    let mouth = place.pen().ellipse((0.0, TOP - 0.004), (0.375, DIP * 0.70)).path();
    canvas.fill(mouth, |px, py, _| {
        let (x, y) = place.local(px, py);
        let back = smoothstep(TOP - DIP * 0.5, TOP + DIP * 0.7, y);
        let gleam = (-((x + 0.05) / 0.12).powi(2) - ((y - TOP + 0.045) / 0.012).powi(2)).exp();
        stone.tint(light.ambient) * (0.03 + 0.20 * back) + light.haze() * (0.28 * gleam)
    });
    let wall = place
        .pen()
        .move_to(-0.5, TOP)
        .cubic_to((-0.5, TOP - DIP * 1.33), (0.5, TOP - DIP * 1.33), (0.5, TOP))
        .line_to(0.52, 0.0)
        .cubic_to((0.52, -DIP * 1.30), (-0.52, -DIP * 1.30), (-0.52, 0.0))
        .close()
        .path();
    canvas.fill(wall, |px, py, _| {
        let (x, y) = place.local(px, py);
        let across = (x / 0.515).clamp(-1.0, 1.0);
        let turn = across.asin();
        let level = y + DIP * (1.0 - across * across).max(0.0).sqrt();
        let row = level * 7.6;
        let along = turn * 4.4 + row.floor() * 0.5 + 0.2 * rough.cell(row.floor() as i32, 7);
        let joint = smoothstep(0.02, 0.085, (row - row.round()).abs()).min(smoothstep(
            0.02,
            0.07,
            (along - along.round()).abs(),
        ));
        let block = 0.80 + 0.36 * rough.cell(along.round() as i32, row.floor() as i32);
        let pits = 1.0 + 0.5 * rough.fbm(turn * 9.0, level * 13.0, 4);
        let moss =
            smoothstep(0.25, 0.0, level) * smoothstep(-0.1, 0.4, rough.fbm(turn * 3.0, level * 5.0, 3));
        let albedo = stone.mix(s.style.green(0.44, 0.06), moss * 0.6);
        albedo.tint(light.ambient * (0.45 + 0.2 * level) + light.sun * (0.42 * round(across, from)))
            * (block * pits * lerp(0.45, 1.0, joint)).max(0.05)
    });
    timber(canvas, (0.44, TOP - 0.06), (0.42, 1.16), 0.060);
    timber(canvas, (-0.56, 1.12), (0.56, 1.14), 0.062);
    // A windlass of rope in the middle, and the bucket on the rim.
    let rope = s.style.earth(0.66, 0.06, 4.0);
    let wound = place.pen().ellipse((0.0, 1.13), (0.10, 0.052)).path();
    canvas.fill(wound, |px, py, _| {
        let (x, y) = place.local(px, py);
        let turns = 0.75 + 0.25 * (x * 190.0).sin();
        rope.tint(light.ambient * 0.6 + light.sun * (0.24 * smoothstep(1.09, 1.18, y))) * turns
    });
    let hang = place.pen().ribbon(&[(0.02, 1.10), (0.02, 0.86), (0.04, 0.72)], |_| 0.016).path();
    canvas.fill(hang, |_, py, _| {
        let (_, y) = place.local(0.0, py);
        rope.tint(light.ambient * 0.6 + light.sun * 0.12) * (0.85 + 0.2 * (y * 120.0).sin())
    });
    let bail = place
        .pen()
        .ribbon(&[(-0.045, 0.60), (0.0, 0.70), (0.04, 0.72), (0.085, 0.70), (0.125, 0.60)], |_| 0.012)
        .path();
    canvas.fill(bail, |_, _, _| wood.tint(light.ambient) * 0.5);
    let staves = [(0.075, 0.44), (0.080, 0.46), (0.092, 0.60), (0.094, 0.605)];
    canvas.fill(place.pen().turned(0.04, &staves).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let across = ((x - 0.04) / 0.09).clamp(-1.0, 1.0);
        let stave = (across.asin() * 5.0 - (across.asin() * 5.0).round()).abs();
        let hoop = smoothstep(0.014, 0.008, (y - 0.48).abs().min((y - 0.57).abs()));
        let color = wood.mix(s.style.stone(0.45), hoop);
        color.tint(light.ambient * 0.55 + light.sun * (0.38 * round(across, from)))
            * lerp(0.6, 1.1, smoothstep(0.02, 0.12, stave).max(hoop))
    });
}
