//! Compositions in rooms by night: a sickroom.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::noise::{Field, Noise};
use crate::palette::{Hour, Light};
use crate::pen::{Place, round};
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::{light, sky, tone};

/// A room by night: a bed, a lamp beside it, the moon in the window. Nobody is seen.
pub(crate) fn sickroom(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("sickroom");
    let frame = s.frame;
    let tall = frame.tallness();
    let side = rng.sign();
    // Bed and lamp together are 1.3 units wide.
    let unit = (frame.unit * rng.range(0.90, 1.02)).min(frame.w() / 1.36);
    let floor = lerp(0.80, 0.70, tall) * frame.h();
    let middle = frame.w() * (0.5 + rng.range(-0.05, 0.05) * (1.0 - tall));
    let room = Place::new((middle, floor), unit).facing(side);
    let light = s.light(Hour::Night, (0.5 - side * 0.2, 0.2));
    let fire = s.style.flame().mix(s.style.warm(0.9, 0.05, 0.0).normalised(), 0.35);
    let lamp = (0.50, 0.40);
    let mut canvas = Canvas::new(frame);
    // Behind the window: the night, with moon and stars.
    let (shift, sill) = (rng.range(-0.06, 0.05), rng.range(0.32, 0.37));
    let glass = (-0.36 + shift, sill, 0.04 + shift, 0.76 + 0.06 * tall);
    let moon = room.at(shift + rng.range(-0.27, -0.06), rng.range(0.60, 0.70));
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
pub(crate) fn lamplight(x: f32, y: f32, lamp: (f32, f32)) -> f32 {
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
    let mut paint = s.stream("plaster");
    let plaster = s.style.cool(paint.range(0.54, 0.68), 0.034, paint.range(-70.0, 70.0));
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
            let pane =
                smoothstep(0.24, 0.20, wx.abs()) * smoothstep(0.02, 0.05, wy) * smoothstep(0.40, 0.30, wy);
            let bars = smoothstep(0.006, 0.016, wx.abs()) * smoothstep(0.006, 0.014, (wy - 0.16).abs());
            let lit = light.ambient * 0.30
                + fire * (lamplight(x, y * 2.0, lamp) * 0.8)
                + light.disc * (0.16 * pane * bars);
            return boards.tint(lit) * (grain * lerp(0.55, 1.0, smoothstep(0.005, 0.02, plank)));
        }
        let inside = ((x - glass.0).min(glass.2 - x)).min((y - glass.1).min(glass.3 - y));
        let soft = 1.0 / room.scale;
        let (cx, cy) = ((glass.0 + glass.2) * 0.5, lerp(glass.1, glass.3, 0.56));
        let bars = (x - cx).abs().min((y - cy).abs());
        let open = smoothstep(-soft, soft, inside) * smoothstep(0.006, 0.006 + soft * 2.0, bars);
        let casing = smoothstep(-0.030, -0.030 + soft, inside);
        let sill = smoothstep(soft, -soft, (y - glass.1 + 0.040).abs() - 0.014)
            * smoothstep(0.26, 0.26 - soft, (x - cx).abs());
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
            .cubic_to(
                (inner, lerp(top, foot, 0.3)),
                (drawn, lerp(top, foot, 0.5)),
                (drawn, lerp(top, foot, 0.62)),
            )
            .cubic_to(
                (drawn, lerp(top, foot, 0.8)),
                (inner, lerp(top, foot, 0.9)),
                (lerp(drawn, inner, 0.7), foot),
            )
            .line_to(outer, foot)
            .close()
            .path();
        canvas.fill(path, |px, py, before| {
            let (x, y) = room.local(px, py);
            let wave = (x * 165.0 + 3.0 * folds.at(x * 5.0, y * 2.0)).sin();
            let lit =
                light.ambient * (0.62 + 0.20 * wave) + fire * (lamplight(x, y, lamp) * (0.9 + 0.3 * wave));
            before.mix(linen.tint(lit), 0.86)
        });
    }
    let rod =
        room.pen().limb((glass.0 - 0.12, top + 0.008), (glass.2 + 0.12, top + 0.008), (0.014, 0.014)).path();
    let wood = s.style.earth(0.40, 0.05, 0.0);
    canvas.fill(rod, |px, py, _| {
        let (x, y) = room.local(px, py);
        wood.tint(light.ambient * 0.6 + fire * lamplight(x, y, lamp))
    });
}

/// A bed of wood from the side: pillow, sheet turned back, a blanket in folds.
fn bed(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    room: Place,
    (light, fire, lamp): (&Light, Rgb, (f32, f32)),
    folds: Noise,
) {
    let wood = s.style.earth(0.40, 0.060, -8.0);
    let wools = [s.style.cool(0.56, 0.050, 0.0), s.style.accent(0.48, 0.065), s.style.green(0.52, 0.045)];
    let blanket = s.stream("blanket").pick(&wools);
    let (linen, wool) = (s.style.earth(0.88, 0.018, 6.0), blanket);
    let lit = move |x: f32, y: f32, nx: f32, ny: f32| {
        let (dx, dy) = (lamp.0 - x, lamp.1 - y);
        let d = (dx * dx + dy * dy).sqrt().max(0.05);
        let facing = (0.35 + 0.65 * (nx * dx + ny * dy) / d).max(0.0);
        light.ambient * (0.42 + 0.30 * ny.max(0.0))
            + light.disc * (0.05 * (ny - nx * 0.5).max(0.0))
            + fire * (lamplight(x, y, lamp) * facing * 1.5)
    };
    let board = |canvas: &mut Canvas, left: f32, right: f32, top: f32| {
        let path = room
            .pen()
            .move_to(left, -0.035)
            .line_to(left, top - 0.03)
            .cubic_to((left, top), (right, top), (right, top - 0.03))
            .line_to(right, -0.035)
            .close()
            .path();
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
    let pillow = room
        .pen()
        .smooth(&[(0.325, 0.235), (0.335, 0.30), (0.28, 0.345), (0.18, 0.325), (0.125, 0.265), (0.15, 0.225)])
        .path();
    canvas.fill(pillow, |px, py, _| {
        let (x, y) = room.local(px, py);
        let crease = 0.25 * folds.fbm(x * 9.0, y * 12.0, 3);
        let (nx, ny) =
            (((x - 0.23) * 5.0 + crease).clamp(-1.0, 1.0), ((y - 0.26) * 9.0 + crease).clamp(-0.4, 1.0));
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
        let wave = |x: f32| {
            folds.at(x * 9.0 + 0.5 * folds.at(x * 3.0, 4.0), y * 1.4) * hang
                + 0.5 * folds.fbm(x * 5.0, y * 9.0, 3) * (1.0 - hang)
        };
        let slope = (wave(x + 0.004) - wave(x - 0.004)) / 0.008 * 0.10;
        let weave = 0.94 + 0.08 * folds.at(x * 160.0, y * 160.0);
        wool.tint(lit(x, y, (-slope).clamp(-0.9, 0.9), lerp(0.95, 0.15, hang)))
            * (weave * lerp(1.0, 0.72, smoothstep(0.1, 0.0, y)))
    });
    let turned = room
        .pen()
        .smooth(&[
            (0.130, 0.262),
            (0.165, 0.240),
            (0.160, 0.14),
            (0.145, 0.085),
            (0.085, 0.090),
            (0.080, 0.20),
            (0.070, 0.285),
        ])
        .path();
    canvas.fill(turned, |px, py, _| {
        let (x, y) = room.local(px, py);
        let crease = 0.4 * folds.fbm(x * 20.0, y * 7.0, 3);
        linen.tint(lit(x, y, 0.3 + crease, lerp(0.1, 0.9, smoothstep(0.18, 0.27, y)))) * 0.80
    });
    board(canvas, -0.535, -0.505, 0.33);
}

/// The lamp on its small table, a glass of water and a flower.
fn bedside(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    room: Place,
    (light, fire, lamp): (&Light, Rgb, (f32, f32)),
    rng: &mut Stream,
) {
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
        wood.tint(light.ambient * 0.5 + fire * lerp(0.16, 0.75, edge))
            * (0.85 + 0.3 * grain.fbm(lx * 9.0, ly * 60.0, 3))
    });
    let base: [(f32, f32); 7] = [
        (0.048, 0.232),
        (0.046, 0.242),
        (0.018, 0.256),
        (0.014, 0.275),
        (0.026, 0.305),
        (0.012, 0.335),
        (0.009, 0.36),
    ];
    let clay = s.style.accent(0.52, 0.07);
    canvas.fill(room.pen().turned(x0, &base).path(), |px, py, _| {
        let (lx, ly) = room.local(px, py);
        clay.tint(light.ambient * 0.4 + fire * (0.16 + 0.42 * smoothstep(0.25, 0.36, ly)))
            * (0.5 + round((lx - x0) / 0.03, -1.0))
    });
    let shade = room
        .pen()
        .polygon(&[(x0 - 0.088, 0.345), (x0 + 0.088, 0.345), (x0 + 0.056, 0.462), (x0 - 0.056, 0.462)])
        .path();
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
    let tumbler = room
        .pen()
        .polygon(&[(gx - 0.020, 0.232), (gx + 0.020, 0.232), (gx + 0.026, 0.305), (gx - 0.026, 0.305)])
        .path();
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
    let vase =
        room.pen().turned(fx, &[(0.018, 0.232), (0.024, 0.255), (0.016, 0.288), (0.012, 0.305)]).path();
    canvas.fill(vase, |px, _, _| {
        let (lx, _) = room.local(px, 0.0);
        s.style
            .cool(0.60, 0.05, 0.0)
            .tint(light.ambient * 0.5 + fire * (0.34 * round((lx - fx) / 0.024, -1.0)))
    });
    let petals = (0..7).fold(room.pen(), |pen, i| {
        let a = i as f32 / 7.0 * std::f32::consts::TAU;
        pen.ellipse((fx + 0.021 + a.cos() * 0.017, 0.400 + a.sin() * 0.015), (0.015, 0.013))
    });
    canvas.fill(petals.path(), |px, py, _| {
        let (lx, ly) = room.local(px, py);
        let d = ((lx - fx - 0.021).powi(2) + (ly - 0.40).powi(2)).sqrt() / 0.03;
        s.style
            .accent(0.72, 0.09)
            .mix(s.style.warm(0.85, 0.10, 8.0), smoothstep(0.4, 0.1, d))
            .tint(light.ambient * 0.6 + fire * 0.42)
    });
}
