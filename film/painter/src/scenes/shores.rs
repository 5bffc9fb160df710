//! Compositions by the shore: fishing nets, an anchor on the quay.

use crate::boats::Shipwright;
use crate::canvas::{Canvas, Sprite};
use crate::color::{lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::palette::{Hour, Light};
use crate::pen::{Place, round};
use crate::scenes::waters::far_shore;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, View};
use crate::water::Water;
use crate::{flora, light, tone};

/// Land that rises from the water towards the eye: sand, with its edge at `edge` eye heights away.
fn beach(s: &Setting<'_>, canvas: &mut Canvas, light: &Light, (view, edge): (&View, f32), rng: &mut Stream) {
    let (dune, grain) = (rng.noise(), rng.noise());
    let sand = s.style.earth(0.66, 0.060, 2.0);
    let sun = terrain::sun_direction(light, 0.5);
    let near = View { far: edge + 2.0, ..*view };
    terrain::paint(
        canvas,
        &near,
        (light, Air { clear: 60.0, mist: 0.0, mist_top: 1.0 }),
        (0.0, 0.5),
        |x, z, finest| {
            let line = edge + 0.5 * dune.fbm(x * 0.5, 4.0, 3) + 0.12 * x;
            let tufts = grain.fbm_from(x * 3.0, z * 3.0, 4, finest * 3.0) * 0.018;
            (line - z) * 0.10
                + (0.03 * dune.fbm(x * 1.2, z * 1.2, 3) + tufts) * smoothstep(0.0, 0.5, line - z)
        },
        |ground| {
            let wet = smoothstep(0.07, 0.0, ground.height);
            let foam = smoothstep(0.012, 0.0, ground.height) * 0.6;
            let speckle =
                1.0 + 0.35 * grain.fbm_from(ground.x * 26.0, ground.z * 26.0, 4, ground.finest * 26.0);
            let lit = terrain::diffuse(ground, light, sun, sand * (lerp(1.0, 0.45, wet) * speckle));
            lit.mix(light.haze(), wet * 0.16).mix(light.ambient * 0.9, foam)
        },
    );
}

/// A boat drawn up on the shore, nets hung to dry.
pub(crate) fn nets(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("nets");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.50, 0.50, tall);
    let side = rng.sign();
    let light = s.light(
        s.hour(&[Hour::Dawn, Hour::Dusk, Hour::Dawn]),
        (0.5 - side * rng.range(0.08, 0.20), horizon * rng.range(0.70, 0.82)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.3, 0.5));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    far_shore(s, &mut canvas, &light, horizon, rng.range(0.7, 1.0));
    let sun = frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, sun, 0.85, 0.20 * s.style.rays, light.disc, &mut rng);
    light::mist(&mut canvas, (horizon - 0.05, horizon + 0.02), light.haze(), 0.5, &mut rng);
    Water::new(horizon * frame.h(), s.style.ripple * 0.8, s.style.cool(0.28, 0.055, 0.0), 0.85, &mut rng)
        .paint(&mut canvas, &light);
    s.begin_layer(&mut canvas, Distance::Near, SheetMotion::Still);
    let view = View::new(frame, horizon, 1.0, 30.0);
    beach(s, &mut canvas, &light, (&view, 3.4), &mut rng);
    let wide = (frame.w() / frame.unit * 0.5).min(0.89);
    let z = 2.75;
    let foot = view.project(side * wide * z * 0.36, 0.05, z);
    let size = view.scale(z) * lerp(1.30, 1.15, tall);
    let place = Place::new(foot, size).facing(-side).turned(0.05);
    shadow(&mut canvas, (foot.0, foot.1 + size * 0.03), (size * 0.55, size * 0.06));
    let mut sprite =
        Sprite::new(frame, (foot.0 - size, foot.1 - size * 1.3), (foot.0 + size, foot.1 + size * 0.3));
    Shipwright::new(&mut sprite, place, &s.style, &light, &mut rng).fishing_boat(0.0);
    canvas.draw_sprite(&sprite);
    let z = 2.35;
    let foot = view.project(-side * wide * z * 0.44, 0.08, z);
    let size = view.scale(z) * lerp(1.15, 0.85, tall);
    hung_net(&mut canvas, Place::new(foot, size).facing(side), s, &light, &mut rng);
    s.begin_layer(&mut canvas, Distance::Front, SheetMotion::Still);
    let blades = (s.style.green(0.44, 0.05).tint(light.ambient) * 0.5, light.sun * 0.12);
    let edge = frame.h() + 0.01 * frame.unit;
    flora::grass(
        &mut canvas,
        blades,
        (0.09, 70.0),
        |x| edge + 0.10 * frame.unit * smoothstep(0.5, 0.2, (x / frame.w() - 0.5).abs()),
        &mut rng,
    );
    light::bloom(&mut canvas, 0.85, 0.5);
    tone::darken_for_captions(&mut canvas, 0.40);
    Scene { canvas, focus: (0.5 + side * 0.12, horizon + 0.04) }
}

/// A soft shadow on the ground around a point; radii in pixels.
fn shadow(canvas: &mut Canvas, (cx, cy): (f32, f32), (rx, ry): (f32, f32)) {
    canvas.paint_around((cx, cy), (rx * 1.4, ry * 2.0), |x, y, before| {
        let d = ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2);
        before * (1.0 - 0.6 * (-d * 1.4).exp())
    });
}

/// A net between three poles, in folds, with floats along its upper rope; 1 in local measure is about its width.
fn hung_net(canvas: &mut Canvas, place: Place, s: &Setting<'_>, light: &Light, rng: &mut Stream) {
    let poles = [(-0.52, 0.62), (0.02, 0.70), (0.50, 0.60)];
    let wood = s.style.earth(0.42, 0.05, -6.0);
    for (x, top) in poles {
        shadow(canvas, place.at(x, 0.0), (place.scale * 0.06, place.scale * 0.018));
        let pole = place.pen().limb((x, -0.02), (x + 0.012, top), (0.026, 0.018)).path();
        canvas.fill(pole, |px, py, _| {
            let (lx, _) = place.local(px, py);
            wood.tint(light.ambient * 0.55 + light.sun * (0.25 * round((lx - x) / 0.014, 1.0)))
        });
    }
    // The upper rope sags between the poles; the lower edge lies in folds on the sand.
    let rope = |u: f32| {
        let span = if u < 0.5 { u * 2.0 } else { u * 2.0 - 1.0 };
        let (a, b) = if u < 0.5 { (poles[0], poles[1]) } else { (poles[1], poles[2]) };
        (lerp(a.0, b.0, span), lerp(a.1, b.1, span) - 0.04 - 0.09 * (1.0 - (span * 2.0 - 1.0).powi(2)))
    };
    let folds = rng.noise();
    let at = |u: f32, v: f32| {
        let (x, top) = rope(u);
        let sway = 0.05 * v * folds.at(u * 9.0, 2.0) + 0.025 * v * folds.at(u * 21.0, v * 2.0);
        let bottom = 0.02 + 0.05 * folds.at(u * 7.0, 5.0).abs();
        (x + sway, lerp(top, bottom, v))
    };
    // From afar the fine mesh is a veil.
    let edge = |v: f32| (0..=32).map(move |i| (i as f32 / 32.0, v));
    let veil: Vec<_> =
        edge(0.0).chain(edge(1.0).collect::<Vec<_>>().into_iter().rev()).map(|(u, v)| at(u, v)).collect();
    let cord = s.style.earth(0.62, 0.05, 0.0);
    canvas.fill(place.pen().polygon(&veil).path(), |px, py, before| {
        let (x, y) = place.local(px, py);
        let fold = smoothstep(-0.35, 0.6, folds.at(x * 16.0 + folds.at(x * 3.0, y * 1.5), y * 0.7));
        let color = cord.tint(light.ambient * 0.40 + light.sun * (0.06 + 0.14 * fold));
        before.mix(color, 0.30 + 0.34 * fold)
    });
    let mut mesh = place.pen();
    let (columns, rows) = (64, 26);
    for i in 0..columns {
        for j in 0..rows {
            let spot =
                |i: i32, j: i32| at((i as f32 / columns as f32).clamp(0.0, 1.0), j as f32 / rows as f32);
            let shift = j % 2;
            if (i + shift) % 2 == 0 {
                mesh = mesh.limb(spot(i, j), spot(i + 1, j + 1), (0.0030, 0.0030));
                mesh = mesh.limb(spot(i, j), spot(i - 1, j + 1), (0.0030, 0.0030));
            }
        }
    }
    let thread = cord.tint(light.ambient * 0.55 + light.sun * 0.16);
    canvas.fill(mesh.path(), |_, _, before| before.mix(thread, 0.8));
    let line: Vec<_> = (0..=24).map(|i| at(i as f32 / 24.0, 0.0)).collect();
    let upper = place.pen().ribbon(&line, |_| 0.011).path();
    canvas.fill(upper, |_, _, _| cord.tint(light.ambient * 0.5 + light.sun * 0.12));
    for i in 1..12 {
        let (x, y) = at(i as f32 / 12.0, 0.0);
        let cork = place.pen().ellipse((x, y), (0.020, 0.014)).path();
        canvas.fill(cork, |px, py, _| {
            let (lx, ly) = place.local(px, py);
            let up = 0.5 + (ly - y) / 0.03 + (lx - x) / 0.06;
            s.style.earth(0.60, 0.07, -12.0).tint(light.ambient * 0.6 + light.sun * (0.22 * up.max(0.0)))
        });
    }
}

/// An anchor and its rope on a stone quay, the sea behind.
pub(crate) fn anchor(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("anchor");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.46, 0.47, tall);
    let side = rng.sign();
    let light = s.light(
        s.hour(&[Hour::Dusk, Hour::Dawn]),
        (0.5 - side * rng.range(0.12, 0.22), horizon * rng.range(0.72, 0.84)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.3, 0.5));
    s.begin_layer(&mut canvas, Distance::Far, SheetMotion::Still);
    far_shore(s, &mut canvas, &light, horizon, 0.4);
    let sun = frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, sun, 0.85, 0.20 * s.style.rays, light.disc, &mut rng);
    light::mist(&mut canvas, (horizon - 0.05, horizon + 0.015), light.haze(), 0.5, &mut rng);
    Water::new(horizon * frame.h(), s.style.ripple, s.style.cool(0.24, 0.055, 0.0), 0.9, &mut rng)
        .paint(&mut canvas, &light);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let edge = lerp(0.665, 0.66, tall) * frame.h();
    flags(s, &mut canvas, &light, edge, &mut rng);
    let size = lerp(0.50, 0.62, tall) * frame.unit;
    let x = 0.5 + side * 0.03 * (1.0 - tall);
    let foot = (x * frame.w(), edge + 0.15 * frame.unit);
    shadow(&mut canvas, (foot.0 + side * size * 0.10, foot.1), (size * 0.62, size * 0.075));
    let place = Place::new(foot, size).facing(side);
    coil(&mut canvas, place.within(0.52, -0.005, 1.0), s, &light, &mut rng);
    iron(&mut canvas, place.turned(-0.42), s, &light, &mut rng);
    light::bloom(&mut canvas, 0.85, 0.5);
    tone::darken_for_captions(&mut canvas, 0.40);
    Scene { canvas, focus: (x, (foot.1 - size * 0.4) / frame.h()) }
}

/// Stone flags from a row in pixels down, in perspective, worn and a little wet.
fn flags(s: &Setting<'_>, canvas: &mut Canvas, light: &Light, edge: f32, rng: &mut Stream) {
    let frame = s.frame;
    let (rough, wear) = (rng.noise(), rng.noise());
    let stone = s.style.stone(0.56);
    let mirror = canvas.snapshot();
    let sun_x = light.sun_at.0 * frame.w();
    canvas.paint_rows(edge.max(0.0) as usize, frame.height, |x, y, before| {
        let below = (y - edge) / frame.unit;
        let z = 0.34 / (below + 0.13);
        let (u, v) = ((x - frame.w() * 0.5) / frame.unit * z, z);
        let row = (v * 2.9).floor();
        let along = u * 1.9 + row * 0.43;
        let joint = smoothstep(0.0, 0.035, (along - along.round()).abs()).min(smoothstep(
            0.0,
            0.06,
            (v * 2.9 - (v * 2.9).round()).abs(),
        ));
        let block = 0.88 + 0.24 * rough.cell(along.round() as i32, row as i32);
        let pits = 1.0 + 0.40 * rough.fbm(u * 14.0, v * 14.0, 5);
        let wet = smoothstep(0.05, 0.4, wear.fbm(u * 1.6, v * 1.6, 3));
        let glow = (-((x - sun_x) / frame.unit / 0.5).powi(2)).exp();
        let lit = stone.tint(light.ambient * 0.46 + light.sun * (0.05 + 0.12 * glow))
            * (block * pits * lerp(0.45, 1.0, joint));
        let sway = rough.at(u * 9.0, v * 9.0) * 0.012 * frame.unit;
        let image = mirror.sample(x + sway, edge - (y - edge) * 1.3 + sway);
        let lip = smoothstep(0.016, 0.004, below) * 0.35;
        let top = lit.mix(image, wet * 0.30 * (1.0 - below).max(0.2)) + light.sun.tint(stone) * (lip * 0.4);
        before.mix(top, (y - edge + 0.5).clamp(0.0, 1.0))
    });
}

/// An anchor of old iron, its crown at the origin and 1 its height; it is drawn upright.
fn iron(canvas: &mut Canvas, place: Place, s: &Setting<'_>, light: &Light, rng: &mut Stream) {
    let rust = rng.noise();
    let (metal, red) = (s.style.stone(0.42), s.style.earth(0.46, 0.085, -22.0));
    let facing = if light.sun_at.0 * canvas.frame.w() < place.x { -1.0 } else { 1.0 } * place.facing;
    let paint = |x: f32, y: f32, across: f32| {
        let patch = smoothstep(-0.15, 0.35, rust.fbm(x * 6.0, y * 6.0, 4));
        let pits = 0.85 + 0.35 * rust.fbm(x * 30.0, y * 30.0, 3);
        let rim = smoothstep(0.55, 0.95, across * facing);
        let lit = light.ambient * 0.62 + light.sun * (0.30 * round(across, facing) + 0.30 * rim);
        metal.mix(red, patch * 0.75).tint(lit) * pits
    };
    let ribbon = |canvas: &mut Canvas, line: &[(f32, f32)], width: f32, taper: f32| {
        // Three passes from the edge inwards stand for the turn of a round bar.
        for (pass, share) in [(-0.75_f32, 1.0_f32), (0.0, 0.62), (0.55, 0.26)] {
            let path = place.pen().ribbon(line, |t| width * lerp(1.0, taper, t) * share).path();
            canvas.fill(path, |px, py, before| {
                let (x, y) = place.local(px, py);
                let color = paint(x, y, if pass < 0.0 { -0.9 } else { pass });
                if pass < 0.0 { color * 0.6 } else { before.mix(color, 0.62) }
            });
        }
    };
    ribbon(canvas, &[(-0.27, 0.80), (0.0, 0.805), (0.27, 0.80)], 0.045, 1.0);
    for x in [-0.28, 0.28] {
        let ball = place.pen().ellipse((x, 0.80), (0.036, 0.036)).path();
        canvas.fill(ball, |px, py, _| {
            let (lx, ly) = place.local(px, py);
            paint(lx, ly, (lx - x) / 0.036)
        });
    }
    ribbon(canvas, &[(0.0, 0.92), (0.0, 0.45), (0.0, 0.02)], 0.058, 1.35);
    ribbon(canvas, &[(0.0, 0.03), (0.17, 0.05), (0.31, 0.16), (0.40, 0.33)], 0.080, 0.55);
    ribbon(canvas, &[(0.0, 0.03), (-0.17, 0.05), (-0.31, 0.16), (-0.40, 0.33)], 0.080, 0.55);
    for way in [-1.0, 1.0] {
        let fluke = place
            .pen()
            .smooth(&[
                (way * 0.43, 0.39),
                (way * 0.455, 0.24),
                (way * 0.40, 0.20),
                (way * 0.29, 0.27),
                (way * 0.34, 0.32),
            ])
            .path();
        canvas.fill(fluke, |px, py, _| {
            let (x, y) = place.local(px, py);
            paint(x, y, (x - way * 0.37) / 0.12)
        });
    }
    // The ring at its head.
    let ring: Vec<_> = (0..=20)
        .map(|i| i as f32 / 20.0 * std::f32::consts::TAU)
        .map(|a| (a.sin() * 0.062, 0.975 - a.cos() * 0.062))
        .collect();
    ribbon(canvas, &ring, 0.022, 1.0);
    // A rope through the ring, that falls to the ground.
    let line = [(0.05, 0.95), (0.10, 0.80), (0.06, 0.55), (0.13, 0.36), (0.30, 0.30)];
    hemp(canvas, place, &line, 0.034, (s, light));
}

/// A twisted rope along a line.
fn hemp(
    canvas: &mut Canvas,
    place: Place,
    line: &[(f32, f32)],
    width: f32,
    (s, light): (&Setting<'_>, &Light),
) {
    let fibre = s.style.earth(0.68, 0.065, 4.0);
    let dark = place.pen().ribbon(line, |_| width).path();
    canvas.fill(dark, |_, _, _| fibre.tint(light.ambient * 0.32));
    // Strands cross the rope at a slant.
    let ends: Vec<_> = line.first().into_iter().chain(line).chain(line.last()).copied().collect();
    let points = crate::pen::spline(&ends);
    let mut gone = 0.0;
    let mut strands = place.pen();
    for pair in points.windows(2) {
        let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let length = (dx * dx + dy * dy).sqrt();
        gone += length;
        if gone < width * 0.42 || length < 1e-5 {
            continue;
        }
        gone = 0.0;
        let (ux, uy) = (dx / length, dy / length);
        let slant = |k: f32, l: f32| {
            (pair[0].0 - uy * k * width + ux * l * width, pair[0].1 + ux * k * width + uy * l * width)
        };
        strands = strands.limb(slant(-0.42, -0.30), slant(0.42, 0.30), (width * 0.22, width * 0.30));
    }
    let facing = if light.sun_at.0 * canvas.frame.w() < place.x { -1.0 } else { 1.0 };
    canvas.fill(strands.path(), |_, _, _| {
        fibre.tint(light.ambient * 0.60 + light.sun * (0.17 + 0.05 * facing))
    });
}

/// Rope laid in rings on the ground; 1 in local measure is the anchor's height.
fn coil(canvas: &mut Canvas, place: Place, s: &Setting<'_>, light: &Light, rng: &mut Stream) {
    shadow(canvas, place.at(0.0, 0.0), (place.scale * 0.24, place.scale * 0.07));
    for ring in 0..4 {
        let r = 0.175 - 0.012 * ring as f32 + rng.range(-0.006, 0.006);
        let lift = 0.030 * ring as f32;
        let shift = rng.range(-0.012, 0.012);
        // The far half first, then the near one.
        for half in [0.0, std::f32::consts::PI] {
            let line: Vec<_> = (0..=12)
                .map(|i| half + i as f32 / 12.0 * std::f32::consts::PI)
                .map(|a| (shift + a.cos() * r, lift + a.sin() * r * 0.30))
                .collect();
            hemp(canvas, place, &line, 0.036, (s, light));
        }
    }
    let tail = [(-0.16, -0.03), (-0.30, -0.07), (-0.45, -0.05), (-0.62, -0.10)];
    hemp(canvas, place, &tail, 0.034, (s, light));
}
