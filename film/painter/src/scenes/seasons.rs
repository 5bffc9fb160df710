//! Compositions of growth and weather: ripe grain, an olive garden, hills under a rainbow.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::flora::{self, Foliage};
use crate::noise::Field;
use crate::palette::Hour;
use crate::pen::Place;
use crate::scenes::fields::{AIR, Hills, groves};
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, Ground, View};
use crate::{light, tone};

/// Ripe grain against a low sun.
pub(crate) fn harvest(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("harvest");
    let horizon = lerp(0.50, 0.52, s.frame.tallness());
    let light = s.light(
        s.hour(&[Hour::Dusk, Hour::Dawn]),
        (s.off_centre(&mut rng, 0.06, 0.24), horizon * rng.range(0.72, 0.84)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.3, 0.5));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let hills = Hills::new(&mut rng, 0.55);
    let view = View::new(s.frame, horizon, 0.9, 50.0);
    let sun = terrain::sun_direction(&light, 0.45);
    let (gold, straw) = (s.style.earth(0.76, 0.110, 14.0), s.style.earth(0.60, 0.085, 6.0));
    let field = |z: f32| smoothstep(17.0, 14.0, z);
    let sun_side = (light.sun_at.0 - 0.5) * s.frame.w() / s.frame.unit;
    terrain::paint(
        &mut canvas,
        &view,
        (&light, Air { clear: 26.0 / s.style.haze, ..AIR }),
        (-9.0, 0.45),
        |x, z, finest| {
            let ears = hills.cover.fbm_from(x * 14.0, z * 8.0, 3, finest * 9.0) * 0.014 * field(z);
            hills.height(x, z, finest) * smoothstep(5.0, 22.0, z) + ears
        },
        |ground| {
            let sway = hills.cover.fbm_from(ground.x * 0.7, ground.z * 0.5, 3, ground.finest);
            let fine = hills.cover.fbm_from(ground.x * 30.0, ground.z * 5.0, 5, ground.finest * 14.0);
            let albedo = straw.mix(gold, smoothstep(-0.4, 0.5, sway + fine)) * (1.0 + 0.40 * fine);
            let path = (-((ground.x / ground.z - sun_side) / 0.35).powi(2)).exp();
            let glow = gold.tint(light.sun) * ((0.10 + 0.16 * path) * (0.5 + fine).max(0.0));
            let grain = terrain::diffuse(ground, &light, sun, albedo) + glow;
            hills.grass(ground, s, &light, sun).mix(grain, field(ground.z))
        },
    );
    let grove = |x: f32, z: f32| (z > 15.0).then(|| hills.height(x, z, 0.05) * smoothstep(5.0, 22.0, z));
    groves(&mut canvas, s, (&view, &light), 40, grove, &mut rng);
    let at = s.frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, at, 0.85, 0.22 * s.style.rays, light.disc, &mut rng);
    for (depth, count) in [(0.0, 60.0), (0.5, 40.0), (1.0, 22.0)] {
        if depth > 0.0 {
            s.begin_layer(
                &mut canvas,
                if depth < 1.0 { Distance::Near } else { Distance::Front },
                SheetMotion::Still,
            );
        }
        flora::wheat(&mut canvas, &s.style, &light, (depth, count), &mut rng);
    }
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.55);
    Scene { canvas, focus: (light.sun_at.0, horizon - 0.02) }
}

/// An old olive tree in a garden, light through its leaves.
pub(crate) fn garden(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("garden");
    let horizon = lerp(0.58, 0.60, s.frame.tallness());
    let side = rng.sign();
    let tree_x = 0.5 - side * rng.range(0.04, 0.12);
    let light = s.light(
        s.hour(&[Hour::Dawn, Hour::Dusk, Hour::Day]),
        (0.5 + side * rng.range(0.16, 0.28), horizon * rng.range(0.52, 0.70)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.25, 0.5));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let hills = Hills::new(&mut rng, 0.7);
    let view = View::new(s.frame, horizon, 1.1, 60.0);
    let sun = terrain::sun_direction(&light, 0.5);
    let air = Air { clear: AIR.clear * 0.8 / s.style.haze, mist: 0.6, ..AIR };
    terrain::paint(
        &mut canvas,
        &view,
        (&light, air),
        (-9.0, 0.5),
        |x, z, f| hills.height(x, z, f),
        |g| hills.grass(g, s, &light, sun),
    );
    let olive = Foliage {
        leaf: s.style.green(0.60, 0.070),
        bark: s.style.stone(0.46),
        cluster: 0.088,
        leaves: 132,
        leaf_size: 0.030,
        spread: 0.92,
    };
    let z = 3.5;
    for (x, z, tall) in [(side * 2.6, 9.0, 1.5), (-side * 4.6, 10.5, 1.6), (side * 5.4, 12.0, 1.6)] {
        let place = Place::new(view.project(x, hills.height(x, z, 0.02), z), view.scale(z) * tall);
        flora::tree(&mut canvas, place, &light, Foliage { leaves: 40, leaf_size: 0.05, ..olive }, &mut rng);
    }
    let x = (tree_x - 0.5) * s.frame.w() / view.focal * z;
    let foot = view.project(x, hills.height(x, z, 0.02), z);
    let tall = (0.80 + 0.15 * s.frame.tallness()) * s.frame.unit;
    canvas.paint_around((foot.0 - side * tall * 0.10, foot.1), (tall * 0.55, tall * 0.09), |x, y, before| {
        let d = ((x - foot.0 + side * tall * 0.10) / (tall * 0.34)).powi(2)
            + ((y - foot.1) / (tall * 0.045)).powi(2);
        before * (1.0 - 0.55 * (-d).exp())
    });
    flora::tree(&mut canvas, Place::new(foot, tall), &light, olive, &mut rng);
    let at = s.frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, at, 0.8, 0.26 * s.style.rays, light.disc, &mut rng);
    light::bloom(&mut canvas, 0.85, 0.5);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus: (tree_x, (foot.1 - tall * 0.55) / s.frame.h()) }
}

/// The storm passes: rain on one side, sun on the hills, a rainbow.
pub(crate) fn rainbow(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("rainbow");
    let horizon = lerp(0.56, 0.60, s.frame.tallness());
    let side = rng.sign();
    // The sun stands behind the eye; what is bright is the opening in the cloud.
    let light = s.light(Hour::Storm, (0.5 + side * rng.range(0.22, 0.34), horizon * 0.80));
    let mut canvas = s.sky(&light, horizon, 0.80);
    // Rain, bow and land overlap everywhere and cannot be told apart by distance: the picture is flat.
    canvas.take_layers();
    let frame = s.frame;
    let (veil, streaks) = (rng.noise(), rng.noise());
    let rain_x = 0.5 - side * 0.28;
    let slant = side * 0.22;
    let rain = Field::new(frame.width, frame.height, 3.0, |x, y| {
        let u = x / frame.unit + slant * y / frame.unit;
        let away = (x / frame.w() - rain_x) / 0.30;
        let curtain =
            smoothstep(0.1, 0.55, 0.5 + veil.fbm(u * 1.8, y / frame.unit * 0.3, 3)) * (-away * away).exp();
        curtain
            * (0.8 + 0.35 * streaks.at(u * 42.0, y / frame.unit * 2.0))
            * smoothstep(0.05, 0.5, y / (horizon * frame.h()))
    });
    let falling = light.ambient.mix(light.haze(), 0.30) * 0.75;
    canvas.paint_rows(0, (horizon * frame.h()) as usize + 1, |x, y, before| {
        before.mix(falling, (rain.at(x, y) * 0.62).min(0.9))
    });
    let hills = Hills::new(&mut rng, 0.85);
    let view = View::new(frame, horizon, 1.2, 60.0);
    let sun = terrain::sun_direction(&light, 0.7);
    let passing = rng.noise();
    terrain::paint(
        &mut canvas,
        &view,
        (&light, Air { clear: AIR.clear * 0.8 / s.style.haze, mist: 0.8, ..AIR }),
        (-9.0, 0.6),
        |x, z, f| hills.height(x, z, f),
        |g| {
            // Cloud shadows pass over the land.
            let open = smoothstep(-0.25, 0.30, passing.fbm(g.x * 0.22, g.z * 0.16, 2));
            hills.grass(&Ground { sunlit: g.sunlit * open, ..*g }, s, &light, sun)
        },
    );
    groves(&mut canvas, s, (&view, &light), 34, |x, z| Some(hills.height(x, z, 0.05)), &mut rng);
    // Forty-two degrees around the point opposite the sun, which lies under the horizon.
    let centre = (frame.w() * (0.5 - side * 0.10), (horizon + 0.06) * frame.h());
    let radius = lerp(0.56, 0.64, frame.tallness()) * frame.unit * lerp(1.0, 0.78, frame.tallness());
    bow(&mut canvas, centre, radius, 0.054 * frame.unit, 0.30, horizon * frame.h(), false);
    bow(&mut canvas, centre, radius * 1.24, 0.075 * frame.unit, 0.055, horizon * frame.h(), true);
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.40);
    Scene { canvas, focus: (centre.0 / frame.w(), (centre.1 - radius * 0.75) / frame.h()) }
}

/// One arc of spectral light; `outer` ones have the colours in the other order.
fn bow(
    canvas: &mut Canvas,
    centre: (f32, f32),
    radius: f32,
    width: f32,
    strength: f32,
    horizon: f32,
    outer: bool,
) {
    canvas.paint_around(centre, (radius + width, radius + width), |x, y, before| {
        let r = ((x - centre.0).powi(2) + (y - centre.1).powi(2)).sqrt();
        let t = (r - radius) / width + 0.5;
        // Inside the bow the sky is a little brighter.
        let within = if outer {
            0.0
        } else {
            smoothstep(radius, radius * 0.4, r) * 0.02 * smoothstep(horizon, horizon - 40.0, y)
        };
        if !(0.0..=1.0).contains(&t) {
            return before + Rgb::WHITE * if t < 0.0 { within } else { 0.0 };
        }
        let t = if outer { 1.0 - t } else { t };
        let band = |middle: f32, half: f32| (-((t - middle) / half).powi(2)).exp();
        let color =
            Rgb::new(band(0.74, 0.17) + 0.32 * band(0.20, 0.10), band(0.54, 0.15), band(0.33, 0.14) * 1.1);
        let foot = smoothstep(horizon + 0.10 * radius, horizon - 0.25 * radius, y);
        before + color * (strength * foot)
    });
}
