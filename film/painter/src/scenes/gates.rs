//! A gate in a city's wall.

use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, lerp, smoothstep};
use crate::masonry::arch;
use crate::noise::Noise;
use crate::palette::{Hour, Light};
use crate::pen::Place;
use crate::scenes::fields::{AIR, Hills};
use crate::scenes::patterns::wall;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, View};
use crate::{light, tone};

/// A gate in a city's wall, its doors open, the morning beyond.
pub(crate) fn gate(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("gate");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.60, 0.62, tall);
    let middle = 0.5 + rng.range(-0.05, 0.05) * (1.0 - tall);
    let light = s.light(s.hour(&[Hour::Dawn, Hour::Dusk]), (middle + rng.range(-0.03, 0.03), horizon * 0.80));
    // Behind the wall: sky, hills, a road that leads away.
    let mut canvas = s.sky(&light, horizon, rng.range(0.25, 0.45));
    canvas.take_layers();
    let hills = Hills::new(&mut rng, 0.6);
    let view = View { centre: middle * frame.w(), ..View::new(frame, horizon, 0.8, 60.0) };
    let sun = terrain::sun_direction(&light, 0.5);
    let dust = s.style.earth(0.74, 0.045, 2.0);
    terrain::paint(
        &mut canvas,
        &view,
        (&light, AIR),
        (-9.0, 0.5),
        |x, z, f| hills.height(x, z, f) * smoothstep(0.3, 2.0, x.abs()).max(smoothstep(6.0, 16.0, z)),
        |g| {
            let fine = hills.cover.fbm_from(g.x * 7.0, g.z * 5.0, 4, g.finest * 7.0);
            let way = smoothstep(0.75, 0.50, g.x.abs() + 0.12 * fine) * smoothstep(26.0, 12.0, g.z);
            let stone = terrain::diffuse(g, &light, sun, dust * (1.0 + 0.35 * fine));
            hills.grass(g, s, &light, sun).mix(stone, way)
        },
    );
    let at = frame.place(light.sun_at.0, light.sun_at.1);
    light::glow(&mut canvas, at, 0.10, light.disc * 0.35);
    let foot = (horizon + lerp(0.155, 0.115, tall)) * frame.h();
    let half = lerp(0.215, 0.25, tall) * frame.unit;
    let place = Place::new((middle * frame.w(), foot), half);
    let rise = lerp(2.55, 2.75, tall);
    let stone = s.style.warm(0.62, 0.045, 0.0);
    let end = light.disc.mix(light.haze().normalised(), 0.4);
    let mut room = Canvas::new(frame);
    let blocks = rng.noise();
    wall(
        &mut room,
        stone,
        0.085,
        |px, py| {
            let (x, y) = place.local(px, py);
            let d = ((x.abs() - 1.0).max(0.0).powi(2) + (y - rise + 0.6).max(0.0).powi(2)).sqrt();
            light.ambient * (0.34 + 0.10 * smoothstep(0.0, 4.0, y)) + end * (0.20 * (-d * 1.8).exp())
        },
        blocks,
    );
    let hole = arch(place.pen(), 0.0, -0.2, 1.0, rise + 0.2, s.permits.arch_point * 0.5);
    let mut cut = Sprite::new(frame, (0.0, 0.0), (frame.w(), frame.h()));
    cut.fill(hole.path(), |_, _| Rgb::WHITE);
    // The arch is as thick as the wall: its inner side takes the light.
    let inner =
        arch(place.within(0.0, 0.0, 0.86).pen(), 0.0, -0.2, 1.0, rise + 0.14, s.permits.arch_point * 0.5);
    let mut sight = Sprite::new(frame, (0.0, 0.0), (frame.w(), frame.h()));
    sight.fill(inner.path(), |_, _| Rgb::WHITE);
    let ground = foot + 0.05 * frame.unit;
    let top = (foot - half * (rise + lerp(0.62, 0.75, tall))).max(0.0);
    let merlon = 0.30 * half;
    canvas.paint_rows(0, frame.height, |px, py, before| {
        let open = cut.at(px, py).1;
        let through = sight.at(px, py).1;
        let notch = ((px - place.x) / merlon).floor().rem_euclid(2.0) < 1.0;
        let above = smoothstep(0.7, -0.7, py - top - if notch { merlon * 0.9 } else { 0.0 });
        let face = room.pixel(px, py).mix(before, above);
        if open <= 0.0 || through >= 1.0 {
            return face.mix(before, through);
        }
        let (x, y) = place.local(px, py);
        let outward = smoothstep(0.70, 1.05, x.abs());
        let rough = 0.85 + 0.3 * blocks.fbm(x * 6.0, y * 6.0, 4);
        let reveal = stone.tint(end * (0.30 + 0.16 * outward) + light.ambient * 0.18) * rough;
        face.mix(reveal.mix(before, through), open)
    });
    for way in [-1.0, 1.0] {
        door(s, &mut canvas, place, (way, rise), (&light, end), blocks);
    }
    forecourt(s, &mut canvas, (place, ground), (&light, end), blocks);
    light::shafts(&mut canvas, at, 0.8, 0.30 * s.style.rays, light.disc, &mut rng);
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.40);
    Scene { canvas, focus: (middle, (foot - half * rise * 0.5) / frame.h()) }
}

/// A leaf of the gate, swung outwards against the wall: planks, iron bands, nails.
fn door(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    place: Place,
    (way, rise): (f32, f32),
    (light, end): (&Light, Rgb),
    grain: Noise,
) {
    let place = place.facing(way);
    let (wood, iron) = (s.style.earth(0.40, 0.06, -8.0), s.style.stone(0.30));
    let tall = rise - 0.62;
    let leaf = place.pen().polygon(&[(1.02, -0.02), (1.02, tall), (1.62, tall + 0.20), (1.62, -0.26)]).path();
    canvas.fill(leaf, |px, py, _| {
        let (x, y) = place.local(px, py);
        let t = (x - 1.02) / 0.60;
        let v = (y + 0.02 + 0.24 * t) / (tall + 0.02 + 0.44 * t);
        let plank = (t * 4.0 - (t * 4.0).round()).abs();
        let band = smoothstep(0.030, 0.020, (v - 0.16).abs().min((v - 0.5).abs()).min((v - 0.84).abs()));
        let (nu, nv) = (t * 7.0, v * 25.0);
        let nail = smoothstep(
            0.05,
            0.02,
            ((nu - nu.floor() - 0.5).powi(2) + ((nv - nv.round()) * 0.35).powi(2)).sqrt() * 0.5,
        ) * band;
        let rough = 0.75 + 0.5 * grain.fbm(t * 20.0, v * 5.0, 3);
        let lit = light.ambient * 0.42 + end * (0.16 * (1.0 - t).powi(2) + 0.02);
        let color = wood.mix(iron, band).tint(lit)
            * (rough * lerp(0.55, 1.0, smoothstep(0.02, 0.08, plank).max(band)));
        color + end * (0.10 * nail)
    });
}

/// Paving before the gate, with the light that falls through it.
fn forecourt(
    s: &Setting<'_>,
    canvas: &mut Canvas,
    (place, ground): (Place, f32),
    (light, end): (&Light, Rgb),
    rough: Noise,
) {
    let frame = s.frame;
    let stone = s.style.stone(0.58);
    let line = place.y;
    canvas.paint_rows(line.max(0.0) as usize, frame.height, |x, y, before| {
        let below = (y - line) / frame.unit;
        let z = 0.30 / (below + 0.10);
        let (u, v) = ((x - place.x) / frame.unit * z, z);
        let row = (v * 4.2).floor();
        let along = u * 2.4 + row * 0.47;
        let joint = smoothstep(0.0, 0.04, (along - along.round()).abs()).min(smoothstep(
            0.0,
            0.07,
            (v * 4.2 - (v * 4.2).round()).abs(),
        ));
        let block = 0.86 + 0.28 * rough.cell(along.round() as i32, row as i32);
        let pits = 1.0 + 0.35 * rough.fbm(u * 14.0, v * 14.0, 4);
        let spread = place.scale * (0.86 + 2.1 * below);
        let beam = smoothstep(spread * 1.15, spread * 0.75, (x - place.x).abs()) * (-below * 2.6).exp();
        let lit = stone.tint(light.ambient * 0.36 + end * (0.02 + 0.34 * beam))
            * (block * pits * lerp(0.5, 1.0, joint));
        let soft = ((ground - line) * 0.15).max(1.0);
        before.mix(lit, ((y - line) / soft).clamp(0.0, 1.0))
    });
}
