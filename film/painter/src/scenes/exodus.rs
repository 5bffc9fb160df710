//! Compositions of the Exodus: the bush that burns, the sea that parts.

use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::flora::{self, Foliage};
use crate::palette::{Hour, Light};
use crate::pen::Place;
use crate::scenes::lands::clear_night;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, View};
use crate::{lamps, light, sky, tone};

/// A bush that burns and is not consumed, on a rocky height.
pub(crate) fn burning_bush(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("bush");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.50, 0.50, tall);
    let hour = s.hour(&[Hour::Night, Hour::Dusk]);
    let side = rng.sign();
    let up = if hour == Hour::Night { rng.range(0.25, 0.4) } else { 0.86 };
    let light = s.light(hour, (0.5 - side * rng.range(0.24, 0.34), horizon * up));
    let mut canvas =
        if hour == Hour::Night { clear_night(s, &light, horizon) } else { s.sky(&light, horizon, 0.35) };
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let (shape, cover) = (rng.noise(), rng.noise());
    let offset = rng.range(0.0, 100.0);
    let view = View::new(frame, horizon, 1.0, 50.0);
    let sun = terrain::sun_direction(&light, 0.5);
    let fire = s.style.flame();
    let z0 = 3.1;
    let lean = side * 0.10 * (frame.w() / frame.unit * 0.5).min(1.0);
    let x0 = lean * z0;
    let height = |x: f32, z: f32, finest: f32| {
        let ridge = shape.ridged(x * 0.16 + offset, z * 0.16, 9, finest * 0.16);
        let back = smoothstep(5.0, 18.0, z);
        let level = smoothstep(0.4, 2.6, ((x - x0).powi(2) + (z - z0).powi(2)).sqrt());
        let stones = cover.fbm_from(x * 3.4, z * 3.4, 5, finest * 3.4) * 0.07;
        (ridge - 0.5) * lerp(0.10, 0.62, level) + ridge * 4.4 * back + stones
    };
    let rock = s.style.stone(0.56);
    let soil = s.style.earth(0.56, 0.055, -6.0);
    terrain::paint(
        &mut canvas,
        &view,
        (&light, Air { clear: 34.0 / s.style.haze, mist: 0.4, mist_top: 0.5 }),
        (-9.0, 0.5),
        height,
        |g| {
            let patch = cover.fbm_from(g.x * 2.3, g.z * 2.3, 5, g.finest * 2.3);
            let albedo =
                soil.mix(rock, smoothstep(0.02, 0.25, g.steepness() + patch * 0.15)) * (1.0 + 0.5 * patch);
            // The fire lights the ground around it.
            let (dx, dz, dy) = (x0 - g.x, z0 - g.z, 0.55 - g.height);
            let d = (dx * dx + dy * dy + dz * dz).sqrt().max(0.2);
            let facing = (g.normal.0 * dx + g.normal.1 * dy + g.normal.2 * dz) / d;
            let near = fire * (1.15 * (facing * 0.8 + 0.25).max(0.0) / (0.5 + d * d));
            terrain::diffuse(g, &light, sun, albedo) * 0.75 + albedo.tint(near)
        },
    );
    let foot = view.project(x0, height(x0, z0, 0.02) - 0.02, z0);
    let size = view.scale(z0) * 1.25;
    let place = Place::new(foot, size);
    light::glow(&mut canvas, place.at(0.0, 0.45), size * 0.52 / frame.unit, fire * 0.24);
    lamps::fire(&mut canvas, place.within(0.0, 0.02, 1.0), (0.46, 1.16), fire, &mut rng);
    // Its leaves stand dark and whole in the flames.
    let lit = Light { ambient: light.ambient * 0.5 + fire * 0.30, sun: fire * 0.5, ..light };
    let thorn = Foliage {
        leaf: s.style.green(0.42, 0.07),
        bark: s.style.earth(0.30, 0.05, -8.0),
        cluster: 0.105,
        leaves: 44,
        leaf_size: 0.042,
        spread: 1.05,
    };
    for (dx, k, turn) in [(-0.10, 0.66, 0.34), (0.12, 0.62, -0.36), (0.0, 0.80, 0.0)] {
        flora::tree(&mut canvas, place.within(dx, 0.0, k).turned(turn), &lit, thorn, &mut rng);
    }
    lamps::fire(&mut canvas, place.within(-0.20, 0.06, 1.0), (0.15, 0.56), fire, &mut rng);
    lamps::fire(&mut canvas, place.within(0.20, 0.04, 1.0), (0.17, 0.64), fire, &mut rng);
    for _ in 0..90 {
        let rise = rng.unit();
        let x = rng.range(-0.40, 0.40) + (rise * 5.0 + rng.unit() * 6.0).sin() * 0.14 * rise;
        let spot = place.at(x, 0.35 + rise * 1.1);
        let spark = Rgb::new(fire.r, fire.g * 0.6, fire.b * 0.3) * ((1.0 - rise) * rng.range(0.5, 1.5));
        sky::star(&mut canvas, spot, frame.unit * rng.range(0.0008, 0.0017), spark);
    }
    light::bloom(&mut canvas, 0.6, 0.8);
    tone::darken_for_captions(&mut canvas, 0.40);
    let focus = place.at(0.0, 0.45);
    Scene { canvas, focus: (focus.0 / frame.w(), focus.1 / frame.h()) }
}

/// The sea parted: walls of water to both sides of a dry way, and light at its end.
pub(crate) fn parted_sea(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("parted");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = lerp(0.52, 0.55, tall);
    let aim = rng.range(-0.08, 0.08);
    let sun_at = (0.5 + aim * frame.unit / frame.w(), horizon - rng.range(0.07, 0.12));
    let light = s.light(s.hour(&[Hour::Dawn, Hour::Storm, Hour::Dusk]), sun_at);
    let mut canvas = s.sky(&light, horizon, rng.range(0.55, 0.8));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let (swell, streaks, sand_at, foam_at) = (rng.noise(), rng.noise(), rng.noise(), rng.noise());
    let view = View::new(frame, horizon, 0.55, 40.0);
    let sun = terrain::sun_direction(&light, 0.5);
    let bed = s.style.earth(0.60, 0.055, 0.0);
    let (deep, thin) = (s.style.cool(0.30, 0.070, -16.0), s.style.cool(0.68, 0.085, -44.0));
    let wall_height = lerp(1.75, 2.3, tall);
    let middle = |z: f32| {
        aim * z + 0.28 * swell.at(z * 0.16, 3.3) * smoothstep(1.0, 6.0, z) * smoothstep(30.0, 12.0, z)
    };
    let open = |z: f32| 0.62 + 0.055 * z;
    let off_at =
        |x: f32, z: f32| (x - middle(z)).abs() - open(z) - 0.16 * swell.fbm(z * 0.8, x.signum() * 7.0, 3);
    let height = |x: f32, z: f32, finest: f32| {
        let off = off_at(x, z);
        // The face leans back a little; on top of it lies the sea, rough with the wind.
        let face = smoothstep(0.0, 0.42, off).powf(0.75);
        let top = 0.16 * swell.fbm(x * 0.9, z * 0.9, 4) + 0.10 * smoothstep(0.8, 0.3, off);
        let sand = 0.030 * sand_at.fbm_from(x * 2.4, z * 2.4, 5, finest * 2.4);
        sand + face * (wall_height + top)
    };
    terrain::paint(
        &mut canvas,
        &view,
        (&light, Air { clear: 30.0 / s.style.haze, mist: 0.35, mist_top: 0.5 }),
        (-9.0, 0.5),
        height,
        |g| {
            let off = off_at(g.x, g.z);
            let from_end = smoothstep(1.5, 14.0, g.z);
            if off < 0.02 {
                let fine = sand_at.fbm_from(g.x * 9.0, g.z * 7.0, 5, g.finest * 9.0);
                let wet = smoothstep(
                    0.05,
                    0.4,
                    sand_at.fbm(g.x * 1.3, g.z * 0.9, 3) + 0.25 * smoothstep(-0.3, 0.0, off),
                );
                let glow = (-((g.x - aim * g.z) / (0.35 + 0.10 * g.z)).powi(2)).exp();
                let lit =
                    terrain::diffuse(g, &light, sun, bed * (lerp(0.72, 0.42, wet) * (1.0 + 0.5 * fine)));
                let mirror = light.disc * ((0.10 + 0.34 * wet) * glow * (0.35 + 0.65 * from_end));
                return lit * 0.8 + mirror.tint(bed.normalised() * 0.9);
            }
            let up = (g.height / wall_height).clamp(0.0, 1.0);
            // Water that runs down the face in threads.
            let thread =
                streaks.fbm_from(g.z * 5.0 + off * 2.0, up * 0.9 + g.x.signum() * 9.0, 4, g.finest * 4.0);
            let ripple = streaks.fbm_from(g.z * 1.6, up * 3.4, 4, g.finest * 3.0);
            let through = (0.10 + 0.75 * up * up)
                * (0.55 + 0.45 * from_end)
                * (0.8 + 0.7 * thread + 0.5 * ripple).max(0.1);
            let body = deep.tint(light.ambient * 1.3) * (0.55 + 0.55 * up + 0.5 * ripple)
                + thin.tint(light.sun * 0.34 + light.ambient * 0.25) * through;
            let crest =
                smoothstep(0.86, 1.0, up + 0.10 * foam_at.fbm_from(g.x * 3.0, g.z * 3.0, 4, g.finest * 3.0));
            let spray =
                smoothstep(0.14, 0.0, up) * smoothstep(-0.25, 0.3, foam_at.fbm(g.x * 4.0, g.z * 4.0, 3));
            let white = light.ambient * 0.85 + light.sun * 0.22;
            let sheen = light.haze() * (0.12 * smoothstep(0.05, 0.35, thread));
            (body + sheen).mix(white, (crest * 0.62).max(spray * 0.55).clamp(0.0, 1.0))
        },
    );
    let at = frame.place(sun_at.0, sun_at.1);
    light::shafts(&mut canvas, at, 0.85, 0.34 * s.style.rays, light.disc, &mut rng);
    light::halo(&mut canvas, at, 0.15, light.disc * 0.20);
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus: (sun_at.0, sun_at.1 + 0.05) }
}
