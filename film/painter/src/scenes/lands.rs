//! Compositions on land: ranges, valleys, hills, deserts.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::noise::Noise;
use crate::palette::{Hour, Light};
use crate::pen::Place;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, View};
use crate::{figures, light, sky, tone};

/// Ranges behind ranges before anything stands in front of them.
pub(crate) struct Ranges {
    pub(crate) canvas: Canvas,
    pub(crate) light: Light,
    /// Where sky and land meet, as a fraction of the height.
    pub(crate) horizon: f32,
    /// The highest peak, as fractions of width and height.
    pub(crate) peak: (f32, f32),
}

/// Ranges behind ranges, the highest with snow.
pub(crate) fn mountains(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("mountains");
    let Ranges { mut canvas, light, horizon, peak } = ranges(s, &mut rng);
    if s.permits.figures {
        let count = rng.count(3, 6);
        let at = (1.0 - light.sun_at.0, horizon * 0.36);
        figures::birds(&mut canvas, at, count, light.sky_at(0.9) * 0.3, &mut rng);
    }
    light::bloom(&mut canvas, 0.85, 0.4);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus: peak }
}

/// The land and the sky of [`mountains`].
pub(crate) fn ranges(s: &Setting<'_>, rng: &mut Stream) -> Ranges {
    let horizon = lerp(0.62, 0.60, s.frame.tallness());
    let sun_x = s.off_centre(rng, 0.14, 0.34);
    let light =
        s.light(s.hour(&[Hour::Dawn, Hour::Day, Hour::Dusk]), (sun_x, horizon * rng.range(0.42, 0.60)));
    let mut canvas = s.sky(&light, horizon, rng.range(0.25, 0.5));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let (shape, broad, cover) = (rng.noise(), rng.noise(), rng.noise());
    let offset = rng.range(0.0, 100.0);
    let peak = (sun_x - 0.5) * -0.55;
    let view = View::new(s.frame, horizon, 1.35, 46.0);
    let air = Air { clear: 38.0 / s.style.haze, mist: 0.8, mist_top: 0.45 };
    let sun = terrain::sun_direction(&light, 0.50);
    let (meadow, rock, snow) =
        (s.style.green(0.42, 0.06), s.style.stone(0.50), s.style.cool(0.93, 0.012, 0.0));
    let tall = 1.0 + 0.35 * s.frame.tallness();
    terrain::paint(
        &mut canvas,
        &view,
        (&light, air),
        (-9.0, 0.5),
        |x, z, finest| {
            let ridge = shape.ridged(x * 0.085 + offset, z * 0.085, 10, finest * 0.085);
            let swell = 0.55 + 0.6 * broad.fbm(x * 0.07, z * 0.07 + offset, 2);
            // The massif stands beyond the foothills; the valley before it stays open.
            let back = smoothstep(5.0, 22.0, z);
            let massif = (-((x / z - peak) / 0.42).powi(2)).exp()
                * smoothstep(12.0, 20.0, z)
                * smoothstep(34.0, 22.0, z);
            let valley = smoothstep(0.0, 0.6, (x / z + peak * 0.5).abs());
            ridge * (4.2 * back * swell + 5.2 * massif) * tall
                + (ridge - 0.45) * 1.1 * lerp(0.35, 1.0, valley)
                - 0.2
        },
        |ground| {
            let patch = cover.fbm_from(ground.x * 1.1, ground.z * 1.1, 5, ground.finest * 1.1);
            let steep = ground.steepness();
            let rocky = smoothstep(0.10, 0.34, steep + patch * 0.16 + ground.height * 0.055);
            let snowy = smoothstep(2.2, 3.0, ground.height + patch * 0.9) * smoothstep(0.62, 0.40, steep);
            let albedo = (meadow.mix(rock, rocky) * (1.0 + 0.45 * patch)).mix(snow, snowy);
            terrain::diffuse(ground, &light, sun, albedo)
        },
    );
    let at = s.frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, at, 0.8, 0.16 * s.style.rays, light.disc, rng);
    let peak = (0.5 + peak * 0.9 * s.frame.unit / s.frame.w(), horizon - 0.12);
    Ranges { canvas, light, horizon, peak }
}

/// The valley of the shadow: a gorge between dark walls, and light at its end.
pub(crate) fn valley(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("valley");
    let horizon = lerp(0.50, 0.54, s.frame.tallness());
    let gap = rng.range(-0.10, 0.10);
    let sun_at = (0.5 + gap * s.frame.unit / s.frame.w(), horizon - rng.range(0.05, 0.09));
    let light = s.light(s.hour(&[Hour::Dawn, Hour::Dusk]), sun_at);
    let mut canvas = s.sky(&light, horizon, rng.range(0.45, 0.7));
    tone::expose(&mut canvas, 0.82);
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    // Deep in the gorge little of the sky is seen.
    let dim = Light { sun: light.sun * 0.40, ambient: light.ambient * 0.42, ..light };
    let (shape, winding, cover) = (rng.noise(), rng.noise(), rng.noise());
    let offset = rng.range(0.0, 100.0);
    let view = View::new(s.frame, horizon, 0.4, 50.0);
    let air = Air { clear: 30.0 / s.style.haze, mist: 0.5, mist_top: 0.35 };
    let sun = terrain::sun_direction(&light, 0.5);
    let middle = |z: f32| {
        gap * z + winding.at(z * 0.16, 3.3) * 1.5 * smoothstep(1.0, 6.0, z) * smoothstep(40.0, 14.0, z)
    };
    let (rock, moss, path) = (s.style.stone(0.46), s.style.green(0.34, 0.035), s.style.stone(0.66));
    terrain::paint(
        &mut canvas,
        &view,
        (&dim, air),
        (-9.0, 0.5),
        |x, z, finest| {
            let off = (x - middle(z)).abs();
            let ridge = shape.ridged(x * 0.16 + offset, z * 0.14, 9, finest * 0.16);
            let open = 0.75 + z * 0.075;
            let wall = smoothstep(open, open + 5.5, off + ridge * 0.9 - 0.4);
            let shelf = smoothstep(open * 0.7, open * 1.8, off);
            wall * (3.0 + 4.6 * ridge) + shelf * ridge * 1.0 + ridge * 0.10 - 0.05
        },
        |ground| {
            let off = (ground.x - middle(ground.z)).abs();
            let patch = cover.fbm_from(ground.x * 2.1, ground.z * 2.1, 5, ground.finest * 2.1);
            // Layers of the rock, tilted a little.
            let strata = 0.85 + 0.22 * cover.at((ground.height + ground.x * 0.10) * 5.0, ground.z * 0.12);
            let bare = smoothstep(0.12, 0.40, ground.steepness() + patch * 0.2);
            let trodden = smoothstep(0.24, 0.12, off + patch * 0.10);
            let albedo = moss.mix(rock * strata, bare).mix(path, trodden) * (1.0 + 0.4 * patch);
            let from_end = light.disc * (0.34 * smoothstep(2.5, 15.0, ground.z) * smoothstep(2.6, 0.2, off));
            terrain::diffuse(ground, &dim, sun, albedo)
                + albedo.tint(from_end) * (0.3 + 0.7 * ground.normal.1)
        },
    );
    let at = s.frame.place(sun_at.0, sun_at.1);
    light::shafts(&mut canvas, at, 0.55, 0.17 * s.style.rays, light.disc, &mut rng);
    light::halo(&mut canvas, at, 0.16, light.disc * 0.16);
    if s.permits.figures {
        let z = 4.3;
        let place = view.project(middle(z) + 0.05, 0.0, z);
        let lamp = (light.disc * 0.55, dim.ambient * 0.5);
        figures::shepherd(
            &mut canvas,
            Place::new(place, view.scale(z) * 0.46),
            s.style.stone(0.55),
            lamp,
            0.4,
        );
    }
    light::bloom(&mut canvas, 0.8, 0.5);
    tone::darken_for_captions(&mut canvas, 0.45);
    Scene { canvas, focus: (sun_at.0, sun_at.1 + 0.06) }
}

/// Dunes under the stars, or in a low sun.
pub(crate) fn desert(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("desert");
    let horizon = lerp(0.58, 0.56, s.frame.tallness());
    let hour = s.hour(&[Hour::Night, Hour::Night, Hour::Dusk, Hour::Dawn]);
    let sun_x = s.off_centre(&mut rng, 0.18, 0.36);
    let height = if hour == Hour::Night { rng.range(0.22, 0.4) } else { rng.range(0.72, 0.86) };
    let light = s.light(hour, (sun_x, horizon * height));
    let mut canvas =
        if hour == Hour::Night { clear_night(s, &light, horizon) } else { s.sky(&light, horizon, 0.25) };
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let dunes = Dunes::new(&mut rng);
    let view = View::new(s.frame, horizon, 1.1, 60.0);
    dunes.paint(s, &mut canvas, &light, &view);
    light::bloom(&mut canvas, 0.8, 0.4);
    tone::darken_for_captions(&mut canvas, 0.35);
    Scene { canvas, focus: (lerp(light.sun_at.0, 0.5, 0.3), horizon * lerp(height, 1.0, 0.4)) }
}

/// Dunes of sand: sharp crests, long smooth backs.
pub(crate) struct Dunes {
    shape: Noise,
    winds: Noise,
    grain: Noise,
    offset: f32,
    slant: f32,
}

impl Dunes {
    pub(crate) fn new(rng: &mut Stream) -> Self {
        let (shape, winds, grain) = (rng.noise(), rng.noise(), rng.noise());
        let offset = rng.range(0.0, 100.0);
        Self { shape, winds, grain, offset, slant: rng.range(-0.5, 0.5) }
    }

    pub(crate) fn height(&self, x: f32, z: f32) -> f32 {
        let (u, v) = (x * 0.16 + z * self.slant * 0.12 + self.offset, z * 0.115);
        let bend = self.winds.at(u * 0.6, v * 0.6) * 0.8;
        // Noise may go a little beyond 1, where the power of what is left below 0 would be NaN.
        let crest = |n: f32| (1.0 - (n * n + 0.0012).sqrt()).max(0.0).powf(1.5);
        let large = crest(self.shape.at(u + bend, v + bend * 0.4));
        let small = crest(self.shape.at(u * 2.3 + 5.0 + bend, v * 2.1));
        let back = smoothstep(2.0, 16.0, z);
        (large * 1.9 + small * 0.35 * large) * lerp(0.28, 1.0, back) - 0.9
    }

    pub(crate) fn paint(&self, s: &Setting<'_>, canvas: &mut Canvas, light: &Light, view: &View) {
        let air = Air { clear: 55.0 / s.style.haze, mist: 0.35, mist_top: 0.5 };
        let sun = terrain::sun_direction(light, 0.36);
        let sand = s.style.warm(0.66, 0.075, -6.0);
        terrain::paint(
            canvas,
            view,
            (light, air),
            (-9.0, 0.30),
            |x, z, _| self.height(x, z),
            |ground| {
                let n = self.winds.at(ground.x * 0.5, ground.z * 0.5);
                // Ripples bend, but never so much that they close to rings.
                let phase = (ground.x * 0.8 + ground.z * 0.35 + n * 0.7) * 22.0;
                let ripples = phase.sin() * smoothstep(0.05, 0.012, ground.finest) * 0.10;
                let speckle =
                    self.grain.fbm_from(ground.x * 3.0, ground.z * 3.0, 4, ground.finest * 3.0) * 0.10;
                terrain::diffuse(ground, light, sun, sand) * (1.0 + ripples + speckle)
            },
        );
    }
}

/// The heavens: the band of distant stars over a dark skyline.
pub(crate) fn cosmos(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("cosmos");
    let horizon = lerp(0.80, 0.82, s.frame.tallness());
    // No moon: it stands outside the frame.
    let light = s.light(Hour::Night, (rng.pick(&[-0.6, 1.6]), -0.4));
    let mut canvas = Canvas::new(s.frame);
    sky::paint(&mut canvas, &light, horizon * s.frame.h());
    let centre = (s.off_centre(&mut rng, 0.02, 0.16), horizon * rng.range(0.40, 0.55));
    let tilt = rng.sign() * rng.range(0.55, 0.95) + s.frame.tallness() * 0.25;
    let milk =
        (s.style.cool(0.62, 0.075, rng.range(-15.0, 15.0)) * 0.95, s.style.warm(0.80, 0.085, -18.0) * 1.05);
    let row = horizon * s.frame.h();
    sky::milky_way(&mut canvas, row * 1.05, centre, tilt, rng.range(0.17, 0.24), milk, &mut rng);
    sky::stars(&mut canvas, &light, row, 1.7, &mut rng);
    for _ in 0..rng.count(5, 8) {
        let at = s.frame.place(rng.unit(), rng.unit() * horizon * 0.8);
        sky::star(
            &mut canvas,
            at,
            0.0022 * s.frame.unit,
            light.disc.mix(Rgb::WHITE, 0.5) * rng.range(0.8, 1.4),
        );
    }
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let view = View::new(s.frame, horizon, 0.25, 30.0);
    let shape = rng.noise();
    let offset = rng.range(0.0, 50.0);
    let sun = terrain::sun_direction(&light, 0.5);
    let stone = s.style.stone(0.34);
    terrain::paint(
        &mut canvas,
        &view,
        (&light, Air { clear: 26.0, mist: 0.5, mist_top: 0.3 }),
        (-9.0, 0.5),
        |x, z, finest| shape.ridged(x * 0.16 + offset, z * 0.16, 8, finest * 0.16) * (0.05 + z * 0.06) - 0.12,
        |ground| terrain::diffuse(ground, &light, sun, stone) * 0.55,
    );
    light::bloom(&mut canvas, 0.45, 0.5);
    Scene { canvas, focus: (centre.0, centre.1) }
}

/// A night without cloud, with the Milky Way.
pub(crate) fn clear_night(s: &Setting<'_>, light: &Light, horizon: f32) -> Canvas {
    let mut rng = s.stream("clear night");
    let row = horizon * s.frame.h();
    let mut canvas = Canvas::new(s.frame);
    sky::paint(&mut canvas, light, row);
    let milk = (s.style.cool(0.55, 0.06, 0.0) * 0.7, s.style.warm(0.72, 0.07, -10.0) * 0.65);
    let tilt = if light.sun_at.0 < 0.5 { -0.8 } else { 0.8 };
    sky::milky_way(&mut canvas, row, (1.0 - light.sun_at.0, horizon * 0.45), tilt, 0.16, milk, &mut rng);
    sky::stars(&mut canvas, light, row, 1.2, &mut rng);
    sky::moon(&mut canvas, light, 0.027, 0.35, &mut rng);
    canvas
}
