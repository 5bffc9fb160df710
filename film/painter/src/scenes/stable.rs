//! Compositions in rooms by night: a stable with its manger.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::palette::{Hour, Light};
use crate::pen::Place;
use crate::scenes::rooms::lamplight;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::{lamps, light, sky, tone};

/// A stable by night: a manger with straw in the light of a star. Nobody is seen.
pub(crate) fn manger(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("manger");
    let frame = s.frame;
    let tall = frame.tallness();
    let side = rng.sign();
    let unit = frame.unit * lerp(1.0, 0.92, tall) * rng.range(0.94, 1.05);
    let floor = lerp(0.70, 0.68, tall) * frame.h();
    let room = Place::new((frame.w() * 0.5, floor), unit).facing(side);
    let light = s.light(Hour::Night, (-0.6, -0.4));
    let fire = s.style.flame();
    let star = s.style.warm(0.94, 0.05, 4.0).normalised();
    let mut canvas = Canvas::new(frame);
    // The open side of the stable: night, hills, the star.
    let ground = room.at(0.0, 0.10).1;
    sky::paint(&mut canvas, &light, ground);
    sky::stars(&mut canvas, &light, ground, 1.2, &mut rng);
    let at = room.at(-0.30 + rng.range(-0.04, 0.04), 0.64 + 0.06 * tall);
    bright_star(&mut canvas, at, star);
    let far = rng.noise();
    let earth = s.style.cool(0.26, 0.04, 0.0).tint(light.ambient);
    canvas.paint_rows(0, frame.height, |px, py, before| {
        let (x, y) = room.local(px, py);
        let ridge = 0.13 + 0.06 * far.fbm(x * 2.0, 1.0, 4);
        before.mix(earth, smoothstep(0.004, -0.004, y - ridge))
    });
    stable(s, &mut canvas, (room, floor), (&light, fire, star), &mut rng);
    let crib = room.within(0.10 + rng.range(-0.05, 0.04), -0.115, 1.0);
    let shadow = crib.at(0.0, 0.0);
    canvas.paint_around(shadow, (unit * 0.34, unit * 0.07), |x, y, before| {
        let d = ((x - shadow.0) / unit / 0.24).powi(2) + ((y - shadow.1) / unit / 0.035).powi(2);
        before * (1.0 - 0.65 * (-d).exp())
    });
    trough(s, &mut canvas, crib, (&light, fire, star), &mut rng);
    let lantern = room.at(0.52, 0.56);
    let size = unit * 0.17;
    let place = Place::new(lantern, size);
    hanging_lamp(s, &mut canvas, place, &light, fire, &mut rng);
    let dust = rng.noise();
    light::beam(&mut canvas, at, crib.at(0.02, 0.16), (0.004, 0.19), star * 0.070 * s.style.rays, dust);
    light::halo(&mut canvas, crib.at(0.0, 0.24), 0.17, star.mix(fire, 0.5) * 0.10);
    light::bloom(&mut canvas, 0.65, 0.7);
    tone::darken_for_captions(&mut canvas, 0.40);
    let focus = crib.at(0.0, 0.22);
    Scene { canvas, focus: (focus.0 / frame.w(), focus.1 / frame.h()) }
}

/// A star brighter than all others, with four long rays.
fn bright_star(canvas: &mut Canvas, at: (f32, f32), color: Rgb) {
    let unit = canvas.frame.unit;
    light::glow(canvas, at, 0.050, color * 0.40);
    canvas.paint_around(at, (unit * 0.16, unit * 0.20), |x, y, before| {
        let (u, v) = ((x - at.0).abs() / unit, (y - at.1).abs() / unit);
        let ray = |along: f32, across: f32, long: f32| {
            (-across / (0.0022 * (1.0 - along / long).max(0.05))).exp() * smoothstep(long, 0.0, along)
        };
        let diagonal =
            ((u + v) * std::f32::consts::FRAC_1_SQRT_2, (u - v).abs() * std::f32::consts::FRAC_1_SQRT_2);
        let light = ray(v, u, 0.19) + ray(u, v, 0.12) + 0.5 * ray(diagonal.0, diagonal.1, 0.05);
        let core = (-((u * u + v * v) / 0.00006)).exp();
        before + color * (light * 1.1 + core * 2.0)
    });
}

/// Walls and roof of planks around an opening, straw on the ground.
fn stable(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    (room, floor): (Place, f32),
    (light, fire, star): (&Light, Rgb, Rgb),
    rng: &mut Stream,
) {
    let frame = s.frame;
    let (grain, straw) = (rng.noise(), rng.noise());
    let (wood, dry) = (s.style.earth(0.44, 0.058, -8.0), s.style.earth(0.72, 0.085, 12.0));
    let lamp = (0.52, 0.54);
    let warm = |x: f32, y: f32| {
        let near = lamplight(x, y, lamp) * 1.25;
        let crib = 0.42 * (-((x - 0.10).powi(2) * 5.0 + (y - 0.12).powi(2) * 5.0)).exp();
        (near, crib)
    };
    canvas.paint_rows(0, frame.height, |px, py, before| {
        let (x, y) = room.local(px, py);
        let (near, crib) = warm(x, y);
        if y < 0.0 {
            let below = (py - floor) / frame.unit;
            let z = 0.42 / (below + 0.14);
            let (u, v) = (x * z, z);
            let strand = straw.fbm(u * 22.0 + 4.0 * straw.at(u * 3.0, v * 5.0), v * 34.0, 4);
            let heap = straw.fbm(u * 2.5, v * 3.0, 3);
            let lit = light.ambient * 0.32 + fire * (near * 0.9) + star * (crib * 0.55);
            return dry.tint(lit) * (0.72 + 0.75 * strand + 0.35 * heap).max(0.08);
        }
        // The opening is framed by posts, its upper edge by a beam that slopes with the roof.
        let eave = 0.83 + 0.10 * frame.tallness() - 0.10 * x;
        let opening = (x + 0.72).min(0.27 - x).min(eave - y);
        let row = y * 8.5 + 0.02 * grain.at(x * 3.0, y);
        let seam = smoothstep(0.02, 0.07, (row - row.round()).abs());
        let board = 0.84 + 0.32 * grain.cell((row - 0.5).round() as i32, (x * 1.3).floor() as i32);
        let rough = 0.80 + 0.40 * grain.fbm(x * 4.0, y * 42.0, 4);
        let lit = light.ambient * 0.24 + fire * near + star * (crib * 0.30);
        let wall = wood.tint(lit) * (board * rough * lerp(0.42, 1.0, seam));
        let soft = 1.2 / room.scale;
        let frame_beam = smoothstep(0.060, 0.060 - soft, opening.abs());
        let face = (opening / 0.060).clamp(-1.0, 1.0);
        let beam = wood
            .tint(light.ambient * 0.34 + fire * (near * 1.15) + star * (0.10 * (1.0 - face.abs())))
            * (0.75 + 0.45 * grain.fbm(x * 26.0, y * 5.0, 3));
        wall.mix(before, smoothstep(-soft, soft, opening)).mix(beam, frame_beam)
    });
    // Loose straw near the eye.
    let mut pen = room.pen();
    for _ in 0..420 {
        let (x, y) = (rng.range(-1.1, 1.1), -0.02 - rng.unit().powf(1.4) * 0.32);
        let long = rng.range(0.02, 0.06) * (1.0 + -y * 2.5);
        let a = rng.range(-0.5, 0.5);
        pen = pen.limb((x, y), (x + a.cos() * long, y + a.sin() * long * 0.5), (0.0032, 0.0016));
    }
    canvas.fill(pen.path(), |px, py, before| {
        let (x, y) = room.local(px, py);
        let (near, crib) = warm(x, y);
        before.mix(dry.tint(light.ambient * 0.45 + fire * near + star * (crib * 0.8)), 0.75)
    });
}

/// A manger of planks on crossed legs, heaped with straw, a cloth laid over it; 1 in local measure is the room's.
fn trough(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    place: Place,
    (light, fire, star): (&Light, Rgb, Rgb),
    rng: &mut Stream,
) {
    let grain = rng.noise();
    let (wood, dry, linen) =
        (s.style.earth(0.46, 0.065, -6.0), s.style.earth(0.78, 0.095, 14.0), s.style.earth(0.90, 0.020, 6.0));
    let lit = |y: f32| light.ambient * 0.34 + star * (0.10 + 0.46 * smoothstep(0.06, 0.28, y)) + fire * 0.14;
    let leg = |canvas: &mut Canvas, from: (f32, f32), to: (f32, f32)| {
        canvas.fill(place.pen().limb(from, to, (0.026, 0.026)).path(), |px, py, _| {
            let (x, y) = place.local(px, py);
            wood.tint(lit(y)) * (0.6 + 0.4 * grain.fbm(x * 30.0, y * 12.0, 3))
        });
    };
    for x in [-0.17, 0.17] {
        leg(canvas, (x - 0.055, 0.0), (x + 0.075, 0.27));
        leg(canvas, (x + 0.055, 0.0), (x - 0.075, 0.27));
    }
    let heap = |count: u32, lift: f32, rng: &mut Stream| {
        let mut pen = place.pen();
        for _ in 0..count {
            let t = rng.range(-1.0, 1.0);
            let x = t * 0.255;
            let rise = 0.075 * (1.0 - t * t) + lift;
            let root = (x * 0.92, 0.205 + rng.range(0.0, 0.5) * rise);
            let a = std::f32::consts::FRAC_PI_2 - t * 1.0 + rng.range(-0.9, 0.9);
            let long = rng.range(0.03, 0.085);
            pen = pen.blade(
                root,
                (root.0 + a.cos() * long * 0.5, root.1 + a.sin() * long * 0.6),
                (root.0 + a.cos() * long, root.1 + a.sin() * long * 0.62 + 0.008),
                0.0050,
            );
        }
        pen.path()
    };
    let bed = place
        .pen()
        .smooth(&[(-0.27, 0.20), (-0.20, 0.265), (0.0, 0.285), (0.20, 0.265), (0.27, 0.20), (0.0, 0.15)])
        .path();
    canvas.fill(bed, |px, py, _| {
        let (x, y) = place.local(px, py);
        let strand = grain.fbm(x * 40.0 + 3.0 * grain.at(x * 6.0, y * 6.0), y * 60.0, 3);
        dry.tint(lit(y)) * (0.55 + 0.6 * strand).max(0.1)
    });
    let back = heap(420, 0.05, rng);
    canvas.fill(back, |px, py, _| {
        let (x, y) = place.local(px, py);
        dry.tint(lit(y)) * (0.75 + 0.5 * grain.at(x * 60.0, y * 20.0))
    });
    // A folded cloth lies in the straw and over the rim.
    let cloth = place
        .pen()
        .smooth(&[
            (-0.165, 0.245),
            (-0.06, 0.272),
            (0.05, 0.275),
            (0.16, 0.250),
            (0.145, 0.215),
            (0.075, 0.205),
            (0.060, 0.115),
            (0.005, 0.088),
            (-0.055, 0.110),
            (-0.075, 0.20),
            (-0.14, 0.222),
        ])
        .path();
    let front =
        place.pen().polygon(&[(-0.305, 0.225), (0.305, 0.225), (0.245, 0.075), (-0.245, 0.075)]).path();
    canvas.fill(front, |px, py, _| {
        let (x, y) = place.local(px, py);
        let row = (y - 0.075) / 0.050;
        let seam = smoothstep(0.03, 0.12, (row - row.round()).abs());
        let rough = 0.78 + 0.45 * grain.fbm(x * 7.0, y * 70.0, 4);
        wood.tint(lit(y * 0.8)) * (rough * lerp(0.45, 1.0, seam))
    });
    for way in [-1.0, 1.0] {
        let end = place
            .pen()
            .polygon(&[
                (way * 0.285, 0.235),
                (way * 0.320, 0.235),
                (way * 0.258, 0.065),
                (way * 0.226, 0.065),
            ])
            .path();
        canvas.fill(end, |px, py, _| {
            let (x, y) = place.local(px, py);
            wood.tint(lit(y)) * (0.75 + 0.4 * grain.fbm(x * 30.0, y * 8.0, 3))
        });
    }
    canvas.fill(cloth, |px, py, _| {
        let (x, y) = place.local(px, py);
        let hang = smoothstep(0.22, 0.17, y);
        let fold = grain.at(x * 26.0 + grain.at(x * 8.0, y * 8.0), y * lerp(14.0, 4.0, hang));
        linen.tint(lit(y + 0.03 - 0.04 * hang)) * (0.80 + 0.30 * fold)
    });
    let loose = heap(90, 0.02, rng);
    canvas.fill(loose, |px, py, before| {
        let (_, y) = place.local(px, py);
        before.mix(dry.tint(lit(y)), 0.85)
    });
}

/// A small lamp of clay on a rope from the roof; 1 in local measure is its height.
fn hanging_lamp(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    place: Place,
    light: &Light,
    fire: Rgb,
    rng: &mut Stream,
) {
    let iron = s.style.stone(0.30);
    let ropes = place
        .pen()
        .limb((0.0, 0.55), (0.0, 20.0), (0.03, 0.03))
        .limb((-0.24, -0.05), (0.0, 0.58), (0.025, 0.025))
        .limb((0.24, -0.05), (0.0, 0.58), (0.025, 0.025));
    canvas.fill(ropes.path(), |_, _, _| iron.tint(light.ambient * 0.6 + fire * 0.10));
    let bowl = [(0.06, -0.30), (0.16, -0.26), (0.26, -0.14), (0.29, -0.04), (0.27, -0.03)];
    canvas.fill(place.pen().turned(0.0, &bowl).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let clay = s.style.earth(0.52, 0.09, -14.0);
        clay.tint(
            light.ambient * 0.4
                + fire * (0.10 + 0.30 * smoothstep(-0.25, -0.03, y) * (1.0 - x * x * 9.0).max(0.0)),
        )
    });
    let wick = place.at(0.0, -0.06);
    light::glow(
        canvas,
        (wick.0, wick.1 - place.scale * 0.2),
        place.scale * 0.36 / canvas.frame.unit,
        fire * 0.36,
    );
    lamps::flame(canvas, Place::new(wick, place.scale * 0.50), fire, rng);
}
