//! Compositions by the shore: a harbour, a lighthouse.

use crate::boats::Shipwright;
use crate::canvas::{Canvas, Sprite};
use crate::color::{lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::masonry::Mason;
use crate::palette::{Hour, Light};
use crate::pen::Place;
use crate::scenes::waters::far_shore;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::water::Water;
use crate::{figures, light, tone};

/// Boats at rest in a harbour, lights in the windows ashore.
pub(crate) fn harbour(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("harbour");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.56, 0.56, tall);
    let side = rng.sign();
    let light = s.light(
        s.hour(&[Hour::Dusk, Hour::Dawn, Hour::Dusk]),
        (0.5 - side * rng.range(0.10, 0.24), horizon * rng.range(0.74, 0.84)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.3, 0.5));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    far_shore(s, &mut canvas, &light, horizon, rng.range(0.7, 1.0));
    let sun = frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, sun, 0.85, 0.20 * s.style.rays, light.disc, &mut rng);
    light::mist(&mut canvas, (horizon - 0.06, horizon + 0.015), light.haze(), 0.5, &mut rng);
    quay(s, &mut canvas, &light, (horizon, side), &mut rng);
    let water =
        Water::new(horizon * frame.h(), s.style.ripple * 0.7, s.style.cool(0.24, 0.055, 0.0), 0.7, &mut rng);
    water.paint(&mut canvas, &light);
    // Boats must not ripple as the water does: a layer of their own.
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let mut boats: Vec<(f32, f32, f32)> = Vec::new();
    let count = rng.count(4, 5);
    for i in 0..count {
        let t = (i as f32 + 0.5) / count as f32;
        let away = if i % 2 == 0 { side } else { -side };
        boats.push((
            0.5 + away * rng.range(0.10, 0.36),
            0.030 + 0.05 * t + rng.range(0.0, 0.015),
            rng.sign(),
        ));
    }
    boats.push((0.5 + side * rng.range(0.04, 0.10) * (1.0 - tall), 0.175, side));
    boats.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut focus = (0.5, horizon);
    for (x, below, facing) in boats {
        let line = (horizon + below * lerp(1.0, 0.75, tall)) * frame.h();
        let size = frame.unit * (0.09 + 1.55 * below);
        let place = Place::new((x * frame.w(), line), size).facing(facing);
        let mut sprite =
            Sprite::new(frame, (place.x - size, line - size * 1.25), (place.x + size, line + size * 0.015));
        let mut boat = Shipwright::new(&mut sprite, place, &s.style, &light, &mut rng);
        let paint =
            [s.style.cool(0.44, 0.07, 0.0), s.style.accent(0.44, 0.08), s.style.earth(0.52, 0.05, 0.0)];
        boat.wood = boat.wood.mix(rng.pick(&paint), rng.range(0.2, 0.7));
        boat.fishing_boat(0.0);
        water.float(&mut canvas, &sprite, line, 0.62);
        focus = (x, (line - size * 0.4) / frame.h());
    }
    if s.permits.figures {
        let count = rng.count(3, 6);
        figures::birds(
            &mut canvas,
            (0.5 - side * 0.2, horizon * 0.5),
            count,
            light.sky_at(0.9) * 0.3,
            &mut rng,
        );
    }
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.30);
    Scene { canvas, focus }
}

/// Houses in a row on the far shore at one side, some windows lit, and the quay's wall before them.
fn quay(s: &Setting<'_>, canvas: &mut Canvas, light: &Light, (horizon, side): (f32, f32), rng: &mut Stream) {
    let frame = s.frame;
    let line = horizon * frame.h() + 0.012 * frame.unit;
    let size = 0.30 * frame.unit;
    let start = if side > 0.0 { frame.w() } else { 0.0 };
    let place = Place::new((start, line), size).facing(-side);
    let reach = (frame.w() * 0.42).min(size * 2.1);
    let (left, right) = (start.min(start - side * reach), start.max(start - side * reach));
    let mut sprite = Sprite::new(frame, (left, line - size), (right, line + size * 0.02));
    let inside = s.style.flame() * 0.75;
    let mut mason = Mason {
        sprite: &mut sprite,
        place,
        stone: s.style.warm(0.70, 0.045, 0.0),
        light,
        inside,
        grain: rng.noise(),
        mist: (light.haze(), 0.35, 0.30),
    };
    let walls = [s.style.warm(0.74, 0.045, 8.0), s.style.earth(0.66, 0.06, -10.0), s.style.stone(0.72)];
    let end = reach / size - 0.12;
    let mut x = -0.10;
    while x < end - 0.12 {
        let (wide, tall) = (rng.range(0.16, 0.26), rng.range(0.20, 0.40) * lerp(1.0, 0.6, x.max(0.0) / end));
        mason.stone = rng.pick(&walls);
        mason.wall(x, 0.0, x + wide, tall);
        let ridge = tall + wide * rng.range(0.28, 0.42);
        mason.stone = s.style.earth(0.46, 0.07, -20.0);
        let roof =
            place.pen().polygon(&[(x - 0.015, tall), (x + wide + 0.015, tall), (x + wide * 0.5, ridge)]);
        mason.shape(roof, |_, _| 0.22);
        for row in 0..rng.count(1, 2) {
            for column in 0..2 {
                mason.inside = inside * if rng.chance(0.6) { rng.range(0.6, 1.1) } else { 0.06 };
                let at = x + wide * (0.30 + 0.40 * column as f32);
                mason.window(at, tall * (0.25 + 0.38 * row as f32), 0.014, 0.050, 0.0);
            }
        }
        x += wide * rng.range(0.95, 1.1);
    }
    mason.stone = s.style.stone(0.50);
    mason.wall(-0.2, -0.02, end, 0.035);
    canvas.draw_sprite(&sprite);
}

/// A lighthouse on its rock, its beam over the sea.
pub(crate) fn lighthouse(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("lighthouse");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.66, 0.64, tall);
    let side = rng.sign();
    let x = 0.5 + side * lerp(rng.range(0.12, 0.18), 0.06, tall);
    let hour = s.hour(&[Hour::Dusk, Hour::Night, Hour::Dusk]);
    let low = if hour == Hour::Night { rng.range(0.25, 0.38) } else { rng.range(0.80, 0.90) };
    let light = s.light(hour, (x - side * lerp(rng.range(0.28, 0.36), 0.30, tall), horizon * low));
    let mut canvas = s.sky(&light, horizon, rng.range(0.35, 0.6));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let size = 0.50 * frame.unit * lerp(1.0, 0.92, tall);
    let line = horizon * frame.h() + 0.006 * frame.unit;
    let place = Place::new((x * frame.w(), line), size).facing(side);
    let mut sprite = Sprite::new(
        frame,
        (place.x - size * 1.4, line - size * 1.3),
        (place.x + size * 1.4, line + size * 0.03),
    );
    let fire = s.style.flame().mix(light.disc, 0.35);
    let mut mason = Mason {
        sprite: &mut sprite,
        place,
        stone: s.style.stone(0.44),
        light: &light,
        inside: fire,
        grain: rng.noise(),
        mist: (light.haze(), 0.25, 0.20),
    };
    let lamp = place.at(0.0, tower(&mut mason, s, &mut rng));
    canvas.draw_sprite(&sprite);
    let water = Water::new(line, s.style.ripple * 1.3, s.style.cool(0.20, 0.055, -6.0), 0.75, &mut rng);
    water.paint(&mut canvas, &light);
    surf(&mut canvas, place, &light, &mut rng);
    // The lamp turns: one beam towards the open sea, a fainter one on the other side.
    let dust = rng.noise();
    let rise = rng.range(-0.02, 0.08) * frame.unit;
    for (way, strength) in [(-side, 0.22), (side, 0.08)] {
        let to = (lamp.0 + way * 1.25 * frame.unit, lamp.1 - rise * way * side);
        light::beam(&mut canvas, lamp, to, (0.008, 0.11), fire * strength, dust);
    }
    light::glow(&mut canvas, lamp, 0.030, fire * 1.3);
    light::halo(&mut canvas, lamp, 0.12, fire * 0.16);
    if s.permits.figures && hour != Hour::Night {
        let count = rng.count(3, 6);
        figures::birds(
            &mut canvas,
            (x - side * 0.18, horizon * 0.5),
            count,
            light.sky_at(0.9) * 0.3,
            &mut rng,
        );
    }
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.28);
    Scene { canvas, focus: (lamp.0 / frame.w(), (lamp.1 + size * 0.15) / frame.h()) }
}

/// The rock, the keeper's house and the tower; returns the height of its lamp.
fn tower(m: &mut Mason<'_>, s: &Setting<'_>, rng: &mut Stream) -> f32 {
    let ridge = rng.noise();
    let rock = |x: f32| {
        let slope = 0.27 - 0.15 * x.abs().powf(1.4) - 0.05 * x;
        slope + 0.10 * ridge.fbm(x * 3.0, 1.0, 5)
    };
    let mut outline = vec![(1.32, -0.03)];
    let steps = 90;
    for i in 0..=steps {
        let x = 1.30 - 2.30 * i as f32 / steps as f32;
        let shore = smoothstep(1.30, 1.05, x) * smoothstep(-1.0, -0.72, x);
        outline.push((x, rock(x).max(0.0) * shore));
    }
    outline.push((-1.02, -0.03));
    let side = m.side();
    // Tower and house stand into the rock.
    let white = s.style.stone(0.80);
    let base = rock(0.0).max(0.12) - 0.06;
    let stone = std::mem::replace(&mut m.stone, white);
    m.wall(0.16, base - 0.06, 0.46, base + 0.15);
    m.stone = s.style.earth(0.44, 0.07, -22.0);
    let roof = m.place.pen().polygon(&[
        (0.14, base + 0.15),
        (0.48, base + 0.15),
        (0.42, base + 0.25),
        (0.20, base + 0.25),
    ]);
    m.shape(roof, |_, _| 0.3);
    m.stone = white;
    let inside = std::mem::replace(&mut m.inside, s.style.flame() * 0.7);
    for x in [0.24, 0.37] {
        m.window(x, base + 0.05, 0.018, 0.055, 0.0);
    }
    m.inside = inside;
    let top = base + 0.66;
    m.turned(0.0, &[(0.105, base - 0.1), (0.088, base + 0.16), (0.068, base + 0.45), (0.060, top)]);
    // Two bands of the film's own red.
    let band = m.stone;
    m.stone = s.style.accent(0.46, 0.12);
    m.turned(0.0, &[(0.0865, base + 0.19), (0.0775, base + 0.31)]);
    m.turned(0.0, &[(0.0695, base + 0.43), (0.0640, base + 0.55)]);
    m.stone = band;
    m.ring(0.0, 0.088, top + 0.005, 0.018);
    let lamp = top + 0.062;
    let glass = m.inside;
    m.emblem(m.place.pen().block(-0.042, top + 0.02, 0.042, top + 0.105), glass * 1.4);
    m.stone = s.style.stone(0.30);
    for x in [-0.042, -0.014, 0.014, 0.042] {
        m.wall(x - 0.003, top + 0.02, x + 0.003, top + 0.105);
    }
    m.turned(0.0, &[(0.062, top + 0.100), (0.056, top + 0.115), (0.030, top + 0.150), (0.006, top + 0.168)]);
    m.finial(0.0, top + 0.160, 0.06);
    m.stone = stone;
    m.shape(m.place.pen().polygon(&outline), |x, y| {
        let slope = (rock(x + 0.02) - rock(x - 0.02)) / 0.04;
        let facet = 0.5 + 0.9 * ridge.fbm(x * 7.0 + y * 3.0, y * 9.0, 4);
        (0.30 - slope * side * 0.45).clamp(0.02, 0.8) * facet.max(0.1) * smoothstep(-0.02, 0.12, y)
    });
    lamp
}

/// White water along the foot of the rock.
fn surf(canvas: &mut Canvas, place: Place, light: &Light, rng: &mut Stream) {
    let foam = rng.noise();
    let white = light.ambient * 0.85 + light.sun * 0.10;
    let (cx, cy) = place.at(0.15, -0.01);
    canvas.paint_around((cx, cy), (place.scale * 1.3, place.scale * 0.07), |px, py, before| {
        let (x, y) = place.local(px, py);
        let reach = smoothstep(1.32, 1.0, x) * smoothstep(-1.05, -0.75, x);
        let wave = 0.012 * foam.fbm(x * 5.0, 3.0, 3);
        let band = (-((y + 0.006 + wave) / 0.016).powi(2)).exp();
        let lumps = smoothstep(-0.2, 0.3, foam.fbm(x * 20.0, y * 70.0, 3));
        before.mix(white, reach * band * lumps * 0.7)
    });
}
