//! Compositions of a way out of the dark: an empty tomb, a prison's open door.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::noise::{Field, Noise};
use crate::palette::{Hour, Light};
use crate::pen::Place;
use crate::scenes::fields::{AIR, Hills, groves};
use crate::scenes::patterns::wall;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, View};
use crate::{light, tone};

/// An empty tomb, seen from within: the stone rolled away, linen left on the bench, the garden at dawn.
pub(crate) fn tomb(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("tomb");
    let frame = s.frame;
    let tall = frame.tallness();
    let side = rng.sign();
    let horizon = lerp(0.52, 0.50, tall);
    let mouth = (0.5 + side * lerp(0.10, 0.03, tall), lerp(0.455, 0.44, tall));
    let light = s.light(Hour::Dawn, (mouth.0 - side * 0.035, horizon - lerp(0.13, 0.09, tall)));
    let mut canvas = s.sky(&light, horizon, rng.range(0.3, 0.5));
    canvas.take_layers();
    let hills = Hills::new(&mut rng, 0.7);
    let view = View { centre: mouth.0 * frame.w(), ..View::new(frame, horizon, 0.9, 60.0) };
    let sun = terrain::sun_direction(&light, 0.5);
    terrain::paint(
        &mut canvas,
        &view,
        (&light, AIR),
        (-9.0, 0.5),
        |x, z, f| hills.height(x, z, f),
        |g| hills.grass(g, s, &light, sun),
    );
    let grove = |x: f32, z: f32| (x.abs() > 0.8).then(|| hills.height(x, z, 0.05));
    groves(&mut canvas, s, (&view, &light), 36, grove, &mut rng);
    let sun_at = frame.place(light.sun_at.0, light.sun_at.1);
    light::glow(&mut canvas, sun_at, 0.10, light.disc * 0.40);
    let radius = lerp(0.285, 0.33, tall) * frame.unit;
    let place = Place::new(frame.place(mouth.0, mouth.1), radius).facing(side);
    let end = light.disc.mix(light.haze().normalised(), 0.35);
    rolled_stone(s, &mut canvas, place, &light, &mut rng);
    cave(s, &mut canvas, place, (&light, end), &mut rng);
    bench(s, &mut canvas, place.within(lerp(0.0, 0.52, tall), 0.0, 1.0), (&light, end), &mut rng);
    light::shafts(&mut canvas, sun_at, 0.80, 0.13 * s.style.rays, end, &mut rng);
    light::bloom(&mut canvas, 0.75, 0.6);
    tone::darken_for_captions(&mut canvas, 0.40);
    Scene { canvas, focus: (mouth.0, mouth.1 + 0.04) }
}

/// The great round stone, outside, beside the mouth; 1 in local measure is the mouth's half-width.
fn rolled_stone(s: &Setting<'_>, canvas: &mut Canvas, place: Place, light: &Light, rng: &mut Stream) {
    let rough = rng.noise();
    let stone = s.style.stone(0.60);
    let (cx, cy) = (-0.98, -0.12);
    let disc: Vec<_> = (0..40)
        .map(|i| i as f32 / 40.0 * std::f32::consts::TAU)
        .map(|a| {
            let r = 0.66 + 0.022 * rough.fbm(a.cos() * 3.0, a.sin() * 3.0, 3);
            (cx + a.cos() * r * 0.94, cy + a.sin() * r)
        })
        .collect();
    canvas.fill(place.pen().smooth(&disc).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let pits = 0.85 + 0.42 * rough.fbm(x * 5.0, y * 5.0, 5);
        let rim = smoothstep(0.52, 0.64, ((x - cx).powi(2) + (y - cy).powi(2)).sqrt());
        let lit = 0.10
            + 0.26 * smoothstep(-0.9, 0.2, x - cx + (y - cy) * 0.5)
            + 0.30 * rim * smoothstep(0.0, 0.5, x - cx);
        stone.tint(light.ambient * 0.55 + light.sun * lit) * pits
    });
}

/// Rock all around the mouth, lit from it.
fn cave(s: &Setting<'_>, canvas: &mut Canvas, place: Place, (light, end): (&Light, Rgb), rng: &mut Stream) {
    let frame = s.frame;
    let (shape, fine) = (rng.noise(), rng.noise());
    let stone = s.style.stone(0.52);
    let edge = |x: f32, y: f32| {
        // Positive in the mouth: round above, flat at the floor.
        let a = y.atan2(x);
        let r = (x * x + (y * 0.92).powi(2)).sqrt();
        let wobble = 0.075 * shape.fbm(a.cos() * 2.2 + 5.0, a.sin() * 2.2, 4);
        (1.0 + wobble - r).min(y + 0.78 + 0.03 * shape.fbm(x * 3.0, 9.0, 3))
    };
    let relief = |x: f32, y: f32| shape.fbm(x * 1.3, y * 1.3, 6) + 0.35 * fine.fbm(x * 5.0, y * 5.0, 3);
    let rock = Field::new(frame.width, frame.height, 3.5, |px, py| {
        let (x, y) = place.local(px, py);
        let d = (x * x + y * y).sqrt();
        let (ux, uy) = (x / d.max(0.1), y / d.max(0.1));
        let step = 0.05;
        // How far the surface turns towards the mouth.
        let towards =
            (relief(x + ux * step, y + uy * step) - relief(x - ux * step, y - uy * step)) / (2.0 * step);
        let facing = (0.42 + 0.42 * towards).clamp(0.0, 1.5);
        let out = (d - 1.0).max(0.0);
        let near = 0.46 * (-out * 1.9).exp() + 0.26 * (-out * 12.0).exp();
        let floor = smoothstep(-0.72, -0.86, y);
        let spread = 0.85 + 1.25 * (-0.78 - y).max(0.0);
        let fan = smoothstep(spread, spread * 0.55, (x - 0.10 * (-0.78 - y)).abs())
            * (-(-0.78 - y).max(0.0) * 0.55).exp();
        let tone = 0.85 + 0.35 * fine.fbm(x * 2.0, y * 9.0 + 2.0 * shape.at(x, y), 3);
        let wall = stone.tint(light.ambient * 0.17 + end * (near * facing)) * tone;
        let pave = stone.tint(light.ambient * 0.20 + end * (0.04 + 0.40 * fan))
            * (0.8 + 0.4 * fine.fbm(x * 7.0, y * 16.0, 4));
        wall.mix(pave, floor)
    });
    canvas.paint_rows(0, frame.height, |px, py, before| {
        let (x, y) = place.local(px, py);
        let open = edge(x, y);
        let soft = 1.0 / place.scale;
        rock.at(px, py).mix(before, smoothstep(-soft, soft, open))
    });
}

/// A bench cut into the rock, the linen folded on it.
fn bench(s: &Setting<'_>, canvas: &mut Canvas, place: Place, (light, end): (&Light, Rgb), rng: &mut Stream) {
    let rough = rng.noise();
    let (stone, linen) = (s.style.stone(0.58), s.style.earth(0.90, 0.020, 6.0));
    let (near, far) = (-1.72, -0.86);
    let reach = -0.98;
    let top = place
        .pen()
        .polygon(&[
            (-6.0, near + 0.34),
            (-1.36, near + 0.34),
            (reach, far + 0.06),
            (reach - 0.75, far + 0.06),
            (-6.0, far + 0.06),
        ])
        .path();
    canvas.fill(top, |px, py, _| {
        let (x, y) = place.local(px, py);
        let glow = (-((x - reach) / 1.1).powi(2)).exp();
        stone.tint(light.ambient * 0.24 + end * (0.05 + 0.30 * glow))
            * (0.82 + 0.4 * rough.fbm(x * 4.0, y * 12.0, 4))
    });
    let front = place
        .pen()
        .polygon(&[(-6.0, near + 0.34), (-1.36, near + 0.34), (-1.36, near - 2.0), (-6.0, near - 2.0)])
        .path();
    canvas.fill(front, |px, py, _| {
        let (x, y) = place.local(px, py);
        stone.tint(light.ambient * 0.15 + end * (0.05 * smoothstep(-3.5, -1.3, x)))
            * (0.8 + 0.45 * rough.fbm(x * 4.0, y * 4.0, 5))
    });
    let end_face = place
        .pen()
        .polygon(&[(-1.36, near + 0.34), (reach, far + 0.06), (reach, far - 0.10), (-1.36, near - 0.10)])
        .path();
    canvas.fill(end_face, |px, py, _| {
        let (x, y) = place.local(px, py);
        stone.tint(light.ambient * 0.18 + end * 0.20) * (0.8 + 0.45 * rough.fbm(x * 5.0, y * 5.0, 5))
    });
    // Linen in folded layers, and one end that hangs over the edge.
    let lit = |x: f32, y: f32, facing: f32| {
        let crease = 0.85 + 0.30 * rough.fbm(x * 7.0, y * 16.0, 3);
        linen.tint(light.ambient * 0.36 + end * (0.10 + 0.40 * facing)) * crease
    };
    let base = near + 0.38;
    for (layer, (left, right)) in [(-2.06, -1.24), (-1.98, -1.28), (-2.02, -1.33)].into_iter().enumerate() {
        let (low, high) = (base + 0.085 * layer as f32, base + 0.085 * (layer + 1) as f32);
        let fold = place.pen().smooth(&[
            (left, lerp(low, high, 0.4)),
            (left + 0.04, high),
            (lerp(left, right, 0.5), high + 0.015),
            (right - 0.05, high),
            (right, lerp(low, high, 0.5)),
            (right - 0.05, low),
            (lerp(left, right, 0.5), low - 0.012),
            (left + 0.04, low),
        ]);
        canvas.fill(fold.path(), |px, py, _| {
            let (x, y) = place.local(px, py);
            let up = ((y - low) / (high - low)).clamp(0.0, 1.0);
            lit(x, y, 0.20 + 0.75 * up * smoothstep(-2.4, -1.2, x))
        });
    }
    let over = place.pen().smooth(&[
        (-1.50, base + 0.02),
        (-1.37, base + 0.04),
        (-1.32, base - 0.16),
        (-1.35, base - 0.34),
        (-1.44, base - 0.38),
        (-1.53, base - 0.30),
        (-1.52, base - 0.12),
    ]);
    canvas.fill(over.path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let fold = (x * 46.0 + 2.0 * rough.at(x * 4.0, y * 3.0)).sin();
        lit(x, y, 0.34 + 0.22 * fold)
    });
}

/// A prison's door, open: light falls on the floor of the cell, and a broken chain lies in it.
pub(crate) fn prison(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("prison");
    let frame = s.frame;
    let tall = frame.tallness();
    let side = rng.sign();
    let floor = lerp(0.70, 0.68, tall) * frame.h();
    let x = 0.5 + side * lerp(rng.range(0.06, 0.12), 0.02, tall);
    let light = s.light(Hour::Dawn, (x, 0.4));
    let end = light.disc.mix(s.style.warm(0.9, 0.09, 0.0).normalised(), 0.4);
    let shade = s.style.cool(0.36, 0.045, 0.0);
    let half = lerp(0.145, 0.165, tall) * frame.unit;
    let place = Place::new((x * frame.w(), floor), half).facing(side);
    let rise = 3.55;
    let (grain, blocks) = (rng.noise(), rng.noise());
    let mut canvas = Canvas::new(frame);
    wall(
        &mut canvas,
        s.style.stone(0.42),
        0.088,
        |px, py| {
            let (x, y) = place.local(px, py);
            let d = ((x.abs() - 1.0).max(0.0).powi(2) + (y - rise).max(0.0).powi(2) * 0.6).sqrt();
            shade * 0.85 + end * (0.17 * (-d * 0.85).exp())
        },
        blocks,
    );
    // The doorway: a bright morning over far hills.
    let far = rng.noise();
    let opening = place.pen().block(-1.0, 0.0, 1.0, rise).path();
    canvas.fill(opening, |px, py, _| {
        let (x, y) = place.local(px, py);
        let sky = light.sky_at(((y - 1.0) / rise * 0.8).max(0.0)) * 1.05;
        let glow = end * (0.55 * (-((x - 0.1).powi(2) + (y - 1.5).powi(2)) * 0.55).exp());
        let ridge = |base: f32, rough: f32, key: f32| base + rough * far.fbm(x * 0.9 + key, key, 4);
        let hill =
            |k: f32| s.style.green(0.55, 0.05).tint(light.ambient + light.sun * 0.10).mix(light.haze(), k);
        let mut view = sky + glow;
        for (base, key, haze) in [(1.10, 3.0, 0.75), (0.72, 8.0, 0.5), (0.34, 13.0, 0.2)] {
            view = view.mix(hill(haze), smoothstep(0.03, -0.03, y - ridge(base, 0.42, key)));
        }
        let path = smoothstep(0.26 * (1.0 - y) + 0.04, 0.10 * (1.0 - y), (x - 0.15 * y).abs())
            * smoothstep(0.75, 0.2, y);
        view.mix(end * 0.55, path * 0.8) + end * 0.08
    });
    let stone = s.style.stone(0.46);
    for (left, right, inner) in [(-1.22, -1.0, 0.55), (1.0, 1.22, 0.55)] {
        let jamb = place.pen().block(left, 0.0, right, rise).path();
        canvas.fill(jamb, |px, py, _| {
            let (x, y) = place.local(px, py);
            let near = smoothstep(1.24, 1.0, x.abs());
            let block = smoothstep(0.02, 0.06, (y * 1.6 - (y * 1.6).round()).abs());
            stone.tint(shade * 0.3 + end * (inner * near * near))
                * ((0.8 + 0.35 * grain.fbm(x * 8.0, y * 8.0, 4)) * lerp(0.6, 1.0, block))
        });
    }
    let lintel = place.pen().block(-1.42, rise, 1.42, rise + 0.42).path();
    canvas.fill(lintel, |px, py, _| {
        let (x, y) = place.local(px, py);
        stone.tint(
            shade * 0.36 + end * (0.36 * smoothstep(rise + 0.22, rise, y) * smoothstep(1.5, 0.9, x.abs())),
        ) * (0.8 + 0.35 * grain.fbm(x * 5.0, y * 8.0, 4))
    });
    cell_floor(s, &mut canvas, (place, floor), (shade, end), grain);
    barred_door(s, &mut canvas, place, rise, (shade, end), grain);
    chain(s, &mut canvas, place, (shade, end), &mut rng);
    let dust = rng.noise();
    let from = place.at(0.0, rise * 0.62);
    light::beam(&mut canvas, from, place.at(-1.1, -1.9), (0.14, 0.36), end * 0.085 * s.style.rays, dust);
    light::shafts(&mut canvas, from, 0.75, 0.05 * s.style.rays, end, &mut rng);
    light::bloom(&mut canvas, 0.75, 0.6);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus: (x, (floor - half * rise * 0.5) / frame.h()) }
}

fn cell_floor(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    (place, floor): (Place, f32),
    (shade, end): (Rgb, Rgb),
    rough: Noise,
) {
    let frame = s.frame;
    let stone = s.style.stone(0.50);
    canvas.paint_rows(floor.max(0.0) as usize, frame.height, |px, py, before| {
        let below = (py - floor) / frame.unit;
        let z = 0.34 / (below + 0.12);
        let (u, v) = ((px - frame.w() * 0.5) / frame.unit * z, z);
        let row = (v * 3.4).floor();
        let along = u * 2.1 + row * 0.43;
        let joint = smoothstep(0.0, 0.04, (along - along.round()).abs()).min(smoothstep(
            0.0,
            0.07,
            (v * 3.4 - (v * 3.4).round()).abs(),
        ));
        let pits = 0.85
            + 0.5 * rough.fbm(u * 13.0, v * 13.0, 4)
            + 0.2 * rough.cell(along.round() as i32, row as i32);
        // The light falls in through the door, slanting, and spreads.
        let (x, y) = place.local(px, py);
        let spread = 1.0 + 0.16 * -y;
        let fan = smoothstep(spread + 0.08 - 0.05 * y, spread - 0.12, (x - 0.52 * y).abs());
        let lit = shade * 0.60 + end * (0.48 * fan * (-below * 1.5).exp() + 0.02);
        before.mix(stone.tint(lit) * (pits * lerp(0.5, 1.0, joint)), (py - floor + 0.5).clamp(0.0, 1.0))
    });
}

/// The door, swung inwards: planks and iron, a barred window through which light falls.
fn barred_door(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    place: Place,
    rise: f32,
    (shade, end): (Rgb, Rgb),
    grain: Noise,
) {
    let (wood, iron) = (s.style.earth(0.38, 0.055, -8.0), s.style.stone(0.32));
    // Local measure of the leaf: t from the hinge outwards, v from its foot up.
    let leaf = |t: f32, v: f32| (1.0 + 1.12 * t, lerp(-0.50 * t, rise + 0.34 * t, v));
    let outline = [leaf(0.0, 0.0), leaf(1.0, 0.0), leaf(1.0, 1.0), leaf(0.0, 1.0)];
    let foot = place.at(1.6, -0.36);
    canvas.paint_around(foot, (place.scale * 1.6, place.scale * 0.40), |x, y, before| {
        let d = ((x - foot.0) / place.scale / 0.9).powi(2) + ((y - foot.1) / place.scale / 0.20).powi(2);
        before * (1.0 - 0.55 * (-d).exp())
    });
    canvas.fill(place.pen().polygon(&outline).path(), |px, py, before| {
        let (x, y) = place.local(px, py);
        let t = ((x - 1.0) / 1.12).clamp(0.0, 1.0);
        let v = (y + 0.50 * t) / (rise + 0.84 * t);
        let pane = (0.20 - (t - 0.5).abs()).min(0.085 - (v - 0.72).abs());
        let bars = (t * 10.0 - (t * 10.0).round()).abs();
        let plank = (t * 5.0 - (t * 5.0).round()).abs();
        let band = smoothstep(0.034, 0.026, (v - 0.16).abs().min((v - 0.50).abs()).min((v - 0.90).abs()));
        let (nu, nv) =
            ((t * 6.0).fract() - 0.5, (v - 0.16).abs().min((v - 0.50).abs()).min((v - 0.90).abs()) * 22.0);
        let nail = smoothstep(0.20, 0.10, (nu * nu + nv * nv).sqrt()) * band;
        let rough = 0.72 + 0.55 * grain.fbm(t * 22.0, v * 6.0, 3);
        let lit = shade * 1.5 + end * (0.13 + 0.34 * (1.0 - t).powi(2));
        let face = wood.mix(iron, band).tint(lit)
            * (rough * lerp(0.5, 1.0, smoothstep(0.02, 0.08, plank).max(band)))
            + end * (0.05 * nail);
        if pane > 0.0 && bars > 0.13 {
            return before.mix(shade * 0.05, 0.6);
        }
        let frame_edge = smoothstep(0.03, 0.0, pane.abs());
        face.mix(iron.tint(lit) * 1.1, frame_edge * 0.8)
    });
    let edge = place.pen().limb(leaf(1.0, 0.0), leaf(1.0, 1.0), (0.06, 0.06)).path();
    canvas.fill(edge, |_, _, _| wood.tint(shade * 0.5 + end * 0.05));
}

/// A broken chain with an open shackle on the floor, in the light.
fn chain(s: &Setting<'_>, canvas: &mut Canvas, place: Place, (shade, end): (Rgb, Rgb), rng: &mut Stream) {
    let iron = s.style.stone(0.36);
    let lit = iron.tint(shade * 0.4 + end * 0.30);
    let dark = iron.tint(shade * 0.25);
    let start = (-0.95, -1.15);
    let mut at = start;
    let mut heading = rng.range(-0.25, 0.05);
    for i in 0..11 {
        let next = (at.0 - heading.cos() * 0.155, at.1 + heading.sin() * 0.155 * 0.42);
        let line: Vec<_> = (0..=14)
            .map(|k| k as f32 / 14.0 * std::f32::consts::TAU)
            .map(|a| {
                let wide = if i % 2 == 0 { 0.060 } else { 0.022 };
                let (u, v) = (a.cos() * 0.105, a.sin() * wide);
                (
                    lerp(at.0, next.0, 0.5) - u * heading.cos() - v * heading.sin(),
                    lerp(at.1, next.1, 0.5) + (u * heading.sin() - v * heading.cos()) * 0.42 + 0.02,
                )
            })
            .collect();
        let shadow: Vec<_> = line.iter().map(|&(x, y)| (x + 0.02, y - 0.045)).collect();
        canvas.fill(place.pen().ribbon(&shadow, |_| 0.05).path(), |_, _, before| before * 0.55);
        canvas.fill(place.pen().ribbon(&line, |_| 0.046).path(), |_, _, _| dark);
        let upper: Vec<_> = line.iter().map(|&(x, y)| (x, y + 0.009)).collect();
        canvas.fill(place.pen().ribbon(&upper, |_| 0.022).path(), |_, _, _| lit);
        at = next;
        heading += rng.range(-0.30, 0.34);
    }
    // The shackle, its ring open.
    let ring: Vec<_> = (0..=20)
        .map(|k| 0.5 + k as f32 / 20.0 * 5.2)
        .map(|a| (start.0 + 0.30 + a.cos() * 0.21, start.1 + 0.02 + a.sin() * 0.095))
        .collect();
    let shadow: Vec<_> = ring.iter().map(|&(x, y)| (x + 0.03, y - 0.05)).collect();
    canvas.fill(place.pen().ribbon(&shadow, |_| 0.07).path(), |_, _, before| before * 0.55);
    canvas.fill(place.pen().ribbon(&ring, |_| 0.075).path(), |_, _, _| dark);
    let upper: Vec<_> = ring.iter().map(|&(x, y)| (x, y + 0.014)).collect();
    canvas.fill(place.pen().ribbon(&upper, |_| 0.034).path(), |_, _, _| lit);
}
