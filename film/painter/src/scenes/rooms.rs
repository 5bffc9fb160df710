//! Compositions in rooms by night: a sickroom, a stable with its manger.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::noise::{Field, Noise};
use crate::palette::{Hour, Light};
use crate::pen::{Place, round};
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::{lamps, light, sky, tone};

/// A room by night: a bed, a lamp beside it, the moon in the window. Nobody is seen.
pub(crate) fn sickroom(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("sickroom");
    let frame = s.frame;
    let tall = frame.tallness();
    let side = rng.sign();
    // Bed and lamp together are 1.3 units wide.
    let unit = (frame.unit * 0.98).min(frame.w() / 1.36);
    let floor = lerp(0.80, 0.70, tall) * frame.h();
    let middle = frame.w() * 0.5;
    let room = Place::new((middle, floor), unit).facing(side);
    let light = s.light(Hour::Night, (0.5 - side * 0.2, 0.2));
    let fire = s.style.flame().mix(s.style.warm(0.9, 0.05, 0.0).normalised(), 0.35);
    let lamp = (0.50, 0.40);
    let mut canvas = Canvas::new(frame);
    // Behind the window: the night, with moon and stars.
    let glass = (-0.36, 0.34, 0.04, 0.76 + 0.06 * tall);
    let moon = room.at(rng.range(-0.27, -0.06), 0.66);
    let sky_light = Light { sun_at: (moon.0 / frame.w(), moon.1 / frame.h()), ..light };
    let ground = room.at(0.0, glass.1 - 0.05).1;
    sky::paint(&mut canvas, &sky_light, ground);
    sky::stars(&mut canvas, &sky_light, ground, 0.9, &mut rng);
    sky::moon(&mut canvas, &sky_light, 0.026, 1.0, &mut rng);
    let (patina, cloth) = (rng.noise(), rng.noise());
    walls(s, &mut canvas, (room, floor), (glass, lamp), (&light, fire), patina);
    curtains(s, &mut canvas, room, glass, (&light, fire, lamp), cloth);
    bed(s, &mut canvas, room, (&light, fire, lamp), cloth);
    bedside(s, &mut canvas, room, (&light, fire, lamp), &mut rng);
    let dust = rng.noise();
    let from = room.at((glass.0 + glass.2) * 0.5 - 0.10, glass.3);
    light::beam(&mut canvas, from, room.at(0.10, -0.10), (0.10, 0.20), light.disc * 0.030, dust);
    let at = room.at(lamp.0, lamp.1);
    canvas.add_flame(at, unit * 0.8, 0.15);
    light::glow(&mut canvas, at, 0.13, fire * 0.30);
    light::bloom(&mut canvas, 0.7, 0.6);
    tone::darken_for_captions(&mut canvas, 0.40);
    let focus = room.at(0.10, 0.34);
    Scene { canvas, focus: (focus.0 / frame.w(), focus.1 / frame.h()) }
}

type Pane = (f32, f32, f32, f32);

/// How much of the lamp's light falls on a local point.
fn lamplight(x: f32, y: f32, lamp: (f32, f32)) -> f32 {
    let d2 = (x - lamp.0).powi(2) + (y - lamp.1).powi(2);
    0.62 / (1.0 + d2 * 16.0) * (-d2 * 1.1).exp()
}

/// The wall with its window, and the floor.
fn walls(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    (room, floor): (Place, f32),
    (glass, lamp): (Pane, (f32, f32)),
    (light, fire): (&Light, Rgb),
    patina: Noise,
) {
    let frame = s.frame;
    let plaster = s.style.cool(0.60, 0.030, 0.0);
    let boards = s.style.earth(0.40, 0.055, -10.0);
    let wood = s.style.earth(0.66, 0.030, 0.0);
    let field = Field::new(frame.width, frame.height, 3.0, |px, py| {
        let (x, y) = room.local(px, py);
        let age = 0.92 + 0.18 * patina.fbm(x * 2.4, y * 2.4, 5);
        let high = smoothstep(1.5, 0.2, y);
        plaster.tint(light.ambient * (0.50 * high + 0.24) + fire * lamplight(x, y, lamp)) * age
    });
    canvas.paint_rows(0, frame.height, |px, py, before| {
        let (x, y) = room.local(px, py);
        if y < 0.0 {
            let below = (py - floor) / frame.unit;
            let z = 0.40 / (below + 0.16);
            let u = (px - frame.w() * 0.5) / frame.unit * z;
            let plank = (u * 3.4 - (u * 3.4).round()).abs();
            let grain = 0.85 + 0.3 * patina.fbm(u * 9.0, z * 3.0, 3);
            // The moon lies on the floor in the window's shape.
            let (wx, wy) = (x - 0.16 - below * 0.7, below);
            let pane = smoothstep(0.24, 0.20, wx.abs()) * smoothstep(0.02, 0.05, wy) * smoothstep(0.40, 0.30, wy);
            let bars = smoothstep(0.006, 0.016, wx.abs()) * smoothstep(0.006, 0.014, (wy - 0.16).abs());
            let lit = light.ambient * 0.30 + fire * (lamplight(x, y * 2.0, lamp) * 0.8) + light.disc * (0.16 * pane * bars);
            return boards.tint(lit) * (grain * lerp(0.55, 1.0, smoothstep(0.005, 0.02, plank)));
        }
        let inside = ((x - glass.0).min(glass.2 - x)).min((y - glass.1).min(glass.3 - y));
        let soft = 1.0 / room.scale;
        let (cx, cy) = ((glass.0 + glass.2) * 0.5, lerp(glass.1, glass.3, 0.56));
        let bars = (x - cx).abs().min((y - cy).abs());
        let open = smoothstep(-soft, soft, inside) * smoothstep(0.006, 0.006 + soft * 2.0, bars);
        let casing = smoothstep(-0.030, -0.030 + soft, inside);
        let sill = smoothstep(soft, -soft, (y - glass.1 + 0.040).abs() - 0.014) * smoothstep(0.26, 0.26 - soft, (x - cx).abs());
        let trim = wood.tint(light.ambient * 0.75 + fire * (lamplight(x, y, lamp) * 1.1));
        let trim = trim * (0.8 + 0.35 * smoothstep(0.0, -0.025, inside));
        let wall = field.at(px, py) * lerp(0.60, 1.0, smoothstep(0.0, 0.06, y - 0.07 + 0.06));
        let skirting = smoothstep(0.055 + soft, 0.055, y);
        let wall = wall.mix(trim * 0.55, skirting);
        wall.mix(trim, casing.max(sill)).mix(before, open)
    });
}

/// Thin curtains drawn to both sides of the window.
fn curtains(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    room: Place,
    glass: Pane,
    (light, fire, lamp): (&Light, Rgb, (f32, f32)),
    folds: Noise,
) {
    let linen = s.style.earth(0.78, 0.030, 4.0);
    let top = glass.3 + 0.055;
    let foot = glass.1 - 0.115;
    for (inner, outer) in [(glass.0 + 0.075, glass.0 - 0.075), (glass.2 - 0.075, glass.2 + 0.075)] {
        let drawn = lerp(inner, outer, 0.35);
        let path = room
            .pen()
            .move_to(outer, top)
            .line_to(inner, top)
            .cubic_to((inner, lerp(top, foot, 0.3)), (drawn, lerp(top, foot, 0.5)), (drawn, lerp(top, foot, 0.62)))
            .cubic_to((drawn, lerp(top, foot, 0.8)), (inner, lerp(top, foot, 0.9)), (lerp(drawn, inner, 0.7), foot))
            .line_to(outer, foot)
            .close()
            .path();
        canvas.fill(path, |px, py, before| {
            let (x, y) = room.local(px, py);
            let wave = (x * 165.0 + 3.0 * folds.at(x * 5.0, y * 2.0)).sin();
            let lit = light.ambient * (0.62 + 0.20 * wave) + fire * (lamplight(x, y, lamp) * (0.9 + 0.3 * wave));
            before.mix(linen.tint(lit), 0.86)
        });
    }
    let rod = room.pen().limb((glass.0 - 0.12, top + 0.008), (glass.2 + 0.12, top + 0.008), (0.014, 0.014)).path();
    let wood = s.style.earth(0.40, 0.05, 0.0);
    canvas.fill(rod, |px, py, _| {
        let (x, y) = room.local(px, py);
        wood.tint(light.ambient * 0.6 + fire * lamplight(x, y, lamp))
    });
}

/// A bed of wood from the side: pillow, sheet turned back, a blanket in folds.
fn bed(s: &Setting<'_>, canvas: &mut Canvas, room: Place, (light, fire, lamp): (&Light, Rgb, (f32, f32)), folds: Noise) {
    let wood = s.style.earth(0.40, 0.060, -8.0);
    let (linen, wool) = (s.style.earth(0.88, 0.018, 6.0), s.style.cool(0.56, 0.050, 0.0));
    let lit = move |x: f32, y: f32, nx: f32, ny: f32| {
        let (dx, dy) = (lamp.0 - x, lamp.1 - y);
        let d = (dx * dx + dy * dy).sqrt().max(0.05);
        let facing = (0.35 + 0.65 * (nx * dx + ny * dy) / d).max(0.0);
        light.ambient * (0.42 + 0.30 * ny.max(0.0)) + light.disc * (0.05 * (ny - nx * 0.5).max(0.0)) + fire * (lamplight(x, y, lamp) * facing * 1.5)
    };
    let board = |canvas: &mut Canvas, left: f32, right: f32, top: f32| {
        let path = room.pen().move_to(left, -0.035).line_to(left, top - 0.03).cubic_to((left, top), (right, top), (right, top - 0.03)).line_to(right, -0.035).close().path();
        canvas.fill(path, |px, py, _| {
            let (x, y) = room.local(px, py);
            let across = ((x - left) / (right - left) * 2.0 - 1.0).clamp(-1.0, 1.0);
            wood.tint(lit(x, y, across * 0.6, 0.2)) * (0.85 + 0.25 * folds.fbm(x * 40.0, y * 6.0, 3))
        });
    };
    // It stands with its head towards the lamp; the shadow lies under it.
    let under = room.pen().polygon(&[(-0.52, -0.045), (0.36, -0.045), (0.34, 0.10), (-0.50, 0.10)]).path();
    canvas.fill(under, |_, _, before| before * 0.22);
    board(canvas, 0.335, 0.365, 0.44);
    let pillow = room.pen().smooth(&[(0.325, 0.235), (0.335, 0.30), (0.28, 0.345), (0.18, 0.325), (0.125, 0.265), (0.15, 0.225)]).path();
    canvas.fill(pillow, |px, py, _| {
        let (x, y) = room.local(px, py);
        let crease = 0.25 * folds.fbm(x * 9.0, y * 12.0, 3);
        let (nx, ny) = (((x - 0.23) * 5.0 + crease).clamp(-1.0, 1.0), ((y - 0.26) * 9.0 + crease).clamp(-0.4, 1.0));
        linen.tint(lit(x, y, nx, ny)) * 0.86
    });
    let mattress = room.pen().polygon(&[(-0.49, 0.10), (0.34, 0.10), (0.34, 0.235), (-0.49, 0.215)]).path();
    canvas.fill(mattress, |px, py, _| {
        let (x, y) = room.local(px, py);
        linen.tint(lit(x, y, 0.0, 0.2)) * 0.62
    });
    let cover = room
        .pen()
        .smooth(&[
            (0.135, 0.245),
            (0.145, 0.15),
            (0.13, 0.025),
            (-0.10, 0.010),
            (-0.34, 0.020),
            (-0.505, 0.030),
            (-0.515, 0.18),
            (-0.47, 0.262),
            (-0.30, 0.258),
            (-0.12, 0.275),
            (0.04, 0.272),
        ])
        .path();
    canvas.fill(cover, |px, py, _| {
        let (x, y) = room.local(px, py);
        let hang = smoothstep(0.23, 0.10, y);
        let wave = |x: f32| folds.at(x * 9.0 + 0.5 * folds.at(x * 3.0, 4.0), y * 1.4) * hang + 0.5 * folds.fbm(x * 5.0, y * 9.0, 3) * (1.0 - hang);
        let slope = (wave(x + 0.004) - wave(x - 0.004)) / 0.008 * 0.10;
        let weave = 0.94 + 0.08 * folds.at(x * 160.0, y * 160.0);
        wool.tint(lit(x, y, (-slope).clamp(-0.9, 0.9), lerp(0.95, 0.15, hang))) * (weave * lerp(1.0, 0.72, smoothstep(0.1, 0.0, y)))
    });
    let turned = room.pen().smooth(&[(0.130, 0.262), (0.165, 0.240), (0.160, 0.14), (0.145, 0.085), (0.085, 0.090), (0.080, 0.20), (0.070, 0.285)]).path();
    canvas.fill(turned, |px, py, _| {
        let (x, y) = room.local(px, py);
        let crease = 0.4 * folds.fbm(x * 20.0, y * 7.0, 3);
        linen.tint(lit(x, y, 0.3 + crease, lerp(0.1, 0.9, smoothstep(0.18, 0.27, y)))) * 0.80
    });
    board(canvas, -0.535, -0.505, 0.33);
}

/// The lamp on its small table, a glass of water and a flower.
fn bedside(s: &Setting<'_>, canvas: &mut Canvas, room: Place, (light, fire, lamp): (&Light, Rgb, (f32, f32)), rng: &mut Stream) {
    let wood = s.style.earth(0.46, 0.065, -8.0);
    let x0 = lamp.0;
    let grain = rng.noise();
    for x in [x0 - 0.10, x0 + 0.10] {
        let leg = room.pen().limb((x, -0.03), (x, 0.21), (0.018, 0.024)).path();
        canvas.fill(leg, |px, py, _| {
            let (lx, ly) = room.local(px, py);
            wood.tint(light.ambient * 0.4 + fire * (lamplight(lx, ly, lamp) * 0.5))
        });
    }
    let top = room.pen().block(x0 - 0.135, 0.195, x0 + 0.135, 0.232).path();
    canvas.fill(top, |px, py, _| {
        let (lx, ly) = room.local(px, py);
        let edge = smoothstep(0.218, 0.228, ly);
        wood.tint(light.ambient * 0.5 + fire * lerp(0.16, 0.75, edge)) * (0.85 + 0.3 * grain.fbm(lx * 9.0, ly * 60.0, 3))
    });
    let base: [(f32, f32); 7] = [(0.048, 0.232), (0.046, 0.242), (0.018, 0.256), (0.014, 0.275), (0.026, 0.305), (0.012, 0.335), (0.009, 0.36)];
    let clay = s.style.accent(0.52, 0.07);
    canvas.fill(room.pen().turned(x0, &base).path(), |px, py, _| {
        let (lx, ly) = room.local(px, py);
        clay.tint(light.ambient * 0.4 + fire * (0.16 + 0.42 * smoothstep(0.25, 0.36, ly))) * (0.5 + round((lx - x0) / 0.03, -1.0))
    });
    let shade = room.pen().polygon(&[(x0 - 0.088, 0.345), (x0 + 0.088, 0.345), (x0 + 0.056, 0.462), (x0 - 0.056, 0.462)]).path();
    canvas.fill(shade, |px, py, _| {
        let (lx, ly) = room.local(px, py);
        let half = lerp(0.088, 0.056, (ly - 0.345) / 0.117);
        let across = ((lx - x0) / half).clamp(-1.0, 1.0);
        let hot = (-((lx - x0) / 0.05).powi(2) - ((ly - 0.395) / 0.05).powi(2)).exp();
        let pleat = 0.94 + 0.06 * (across.asin() * 26.0).sin();
        fire * ((0.38 + 0.62 * hot) * pleat * (1.0 - 0.35 * across.abs().powi(3)))
    });
    // Water in a glass, and one flower.
    let gx = x0 - 0.088;
    let tumbler = room.pen().polygon(&[(gx - 0.020, 0.232), (gx + 0.020, 0.232), (gx + 0.026, 0.305), (gx - 0.026, 0.305)]).path();
    canvas.fill(tumbler, |px, py, before| {
        let (lx, ly) = room.local(px, py);
        let across = (lx - gx) / 0.026;
        let rim = smoothstep(0.6, 1.0, across.abs());
        let water = smoothstep(0.285, 0.280, ly);
        before * (1.0 - 0.15 * water) + (light.ambient * 0.20 + fire * 0.28) * (0.25 + rim) * 0.7
    });
    let fx = x0 + 0.092;
    let stem = room.pen().ribbon(&[(fx, 0.25), (fx + 0.004, 0.33), (fx + 0.020, 0.39)], |_| 0.006).path();
    canvas.fill(stem, |_, _, _| s.style.green(0.48, 0.07).tint(light.ambient * 0.5 + fire * 0.25));
    let vase = room.pen().turned(fx, &[(0.018, 0.232), (0.024, 0.255), (0.016, 0.288), (0.012, 0.305)]).path();
    canvas.fill(vase, |px, _, _| {
        let (lx, _) = room.local(px, 0.0);
        s.style.cool(0.60, 0.05, 0.0).tint(light.ambient * 0.5 + fire * (0.34 * round((lx - fx) / 0.024, -1.0)))
    });
    let petals = (0..7).fold(room.pen(), |pen, i| {
        let a = i as f32 / 7.0 * std::f32::consts::TAU;
        pen.ellipse((fx + 0.021 + a.cos() * 0.017, 0.400 + a.sin() * 0.015), (0.015, 0.013))
    });
    canvas.fill(petals.path(), |px, py, _| {
        let (lx, ly) = room.local(px, py);
        let d = ((lx - fx - 0.021).powi(2) + (ly - 0.40).powi(2)).sqrt() / 0.03;
        s.style.accent(0.72, 0.09).mix(s.style.warm(0.85, 0.10, 8.0), smoothstep(0.4, 0.1, d)).tint(light.ambient * 0.6 + fire * 0.42)
    });
}

/// A stable by night: a manger with straw in the light of a star. Nobody is seen.
pub(crate) fn manger(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("manger");
    let frame = s.frame;
    let tall = frame.tallness();
    let side = rng.sign();
    let unit = frame.unit * lerp(1.0, 0.92, tall);
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
    let crib = room.within(0.10, -0.115, 1.0);
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
        let diagonal = ((u + v) * std::f32::consts::FRAC_1_SQRT_2, (u - v).abs() * std::f32::consts::FRAC_1_SQRT_2);
        let light = ray(v, u, 0.19) + ray(u, v, 0.12) + 0.5 * ray(diagonal.0, diagonal.1, 0.05);
        let core = (-((u * u + v * v) / 0.00006)).exp();
        before + color * (light * 1.1 + core * 2.0)
    });
}

/// Walls and roof of planks around an opening, straw on the ground.
fn stable(s: &Setting<'_>, canvas: &mut Canvas, (room, floor): (Place, f32), (light, fire, star): (&Light, Rgb, Rgb), rng: &mut Stream) {
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
        let beam = wood.tint(light.ambient * 0.34 + fire * (near * 1.15) + star * (0.10 * (1.0 - face.abs())))
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
fn trough(s: &Setting<'_>, canvas: &mut Canvas, place: Place, (light, fire, star): (&Light, Rgb, Rgb), rng: &mut Stream) {
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
            pen = pen.blade(root, (root.0 + a.cos() * long * 0.5, root.1 + a.sin() * long * 0.6), (root.0 + a.cos() * long, root.1 + a.sin() * long * 0.62 + 0.008), 0.0050);
        }
        pen.path()
    };
    let bed = place.pen().smooth(&[(-0.27, 0.20), (-0.20, 0.265), (0.0, 0.285), (0.20, 0.265), (0.27, 0.20), (0.0, 0.15)]).path();
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
        .smooth(&[(-0.165, 0.245), (-0.06, 0.272), (0.05, 0.275), (0.16, 0.250), (0.145, 0.215), (0.075, 0.205), (0.060, 0.115), (0.005, 0.088), (-0.055, 0.110), (-0.075, 0.20), (-0.14, 0.222)])
        .path();
    let front = place.pen().polygon(&[(-0.305, 0.225), (0.305, 0.225), (0.245, 0.075), (-0.245, 0.075)]).path();
    canvas.fill(front, |px, py, _| {
        let (x, y) = place.local(px, py);
        let row = (y - 0.075) / 0.050;
        let seam = smoothstep(0.03, 0.12, (row - row.round()).abs());
        let rough = 0.78 + 0.45 * grain.fbm(x * 7.0, y * 70.0, 4);
        wood.tint(lit(y * 0.8)) * (rough * lerp(0.45, 1.0, seam))
    });
    for way in [-1.0, 1.0] {
        let end = place.pen().polygon(&[(way * 0.285, 0.235), (way * 0.320, 0.235), (way * 0.258, 0.065), (way * 0.226, 0.065)]).path();
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
fn hanging_lamp(s: &Setting<'_>, canvas: &mut Canvas, place: Place, light: &Light, fire: Rgb, rng: &mut Stream) {
    let iron = s.style.stone(0.30);
    let ropes = place.pen().limb((0.0, 0.55), (0.0, 20.0), (0.03, 0.03)).limb((-0.24, -0.05), (0.0, 0.58), (0.025, 0.025)).limb((0.24, -0.05), (0.0, 0.58), (0.025, 0.025));
    canvas.fill(ropes.path(), |_, _, _| iron.tint(light.ambient * 0.6 + fire * 0.10));
    let bowl = [(0.06, -0.30), (0.16, -0.26), (0.26, -0.14), (0.29, -0.04), (0.27, -0.03)];
    canvas.fill(place.pen().turned(0.0, &bowl).path(), |px, py, _| {
        let (x, y) = place.local(px, py);
        let clay = s.style.earth(0.52, 0.09, -14.0);
        clay.tint(light.ambient * 0.4 + fire * (0.10 + 0.30 * smoothstep(-0.25, -0.03, y) * (1.0 - x * x * 9.0).max(0.0)))
    });
    let wick = place.at(0.0, -0.06);
    light::glow(canvas, (wick.0, wick.1 - place.scale * 0.2), place.scale * 0.36 / canvas.frame.unit, fire * 0.36);
    lamps::flame(canvas, Place::new(wick, place.scale * 0.50), fire, rng);
}
