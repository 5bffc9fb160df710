//! Green hills, and the compositions that are mostly hills: pastures by the water, a way to the light.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::depth::{Distance, SheetMotion};
use crate::noise::Noise;
use crate::palette::{Hour, Light};
use crate::pen::Place;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, Ground, View};
use crate::water::Water;
use crate::{figures, light, tone};

/// Green hills: their shape and their grass, shared by the compositions here.
pub(crate) struct Hills {
    pub(crate) shape: Noise,
    pub(crate) cover: Noise,
    offset: f32,
    rise: f32,
}

impl Hills {
    pub(crate) fn new(rng: &mut Stream, rise: f32) -> Self {
        Self { shape: rng.noise(), cover: rng.noise(), offset: rng.range(0.0, 100.0), rise }
    }

    pub(crate) fn height(&self, x: f32, z: f32, finest: f32) -> f32 {
        let roll = self.shape.fbm_from(x * 0.13 + self.offset, z * 0.13, 4, finest * 0.13);
        let far = smoothstep(7.0, 30.0, z);
        let range = self.shape.ridged(x * 0.075, z * 0.075 + self.offset, 8, finest * 0.075);
        let tufts = self.cover.fbm_from(x * 2.4, z * 2.4, 3, finest * 2.4) * 0.014;
        roll * lerp(0.28, 2.0, smoothstep(2.0, 20.0, z)) * self.rise + range * 3.8 * far * self.rise + tufts
    }

    pub(crate) fn grass(&self, ground: &Ground, s: &Setting<'_>, light: &Light, sun: (f32, f32, f32)) -> Rgb {
        let broad = self.cover.fbm_from(ground.x * 0.35, ground.z * 0.35, 3, ground.finest * 0.35);
        let fine = self.cover.fbm_from(ground.x * 5.0, ground.z * 3.2, 5, ground.finest * 4.0);
        // Near the eye single tufts show; each scale comes in as its pixels become large enough.
        let tuft = |scale: f32| {
            let seen = smoothstep(0.9, 0.25, ground.finest * scale);
            if seen > 0.0 { seen * self.cover.at(ground.x * scale, ground.z * scale * 0.42) } else { 0.0 }
        };
        let fine = fine + 0.26 * tuft(24.0) + 0.24 * tuft(61.0) + 0.22 * tuft(137.0);
        let (fresh, dry) =
            (s.style.green(0.52, 0.085), s.style.green(0.56, 0.07).mix(s.style.warm(0.60, 0.07, 18.0), 0.5));
        let albedo =
            fresh.mix(dry, smoothstep(-0.1, 0.7, broad + fine * 0.3)) * (1.0 + 0.45 * fine + 0.2 * broad);
        let rock = s.style.stone(0.52);
        let bare = smoothstep(0.24, 0.46, ground.steepness() + fine * 0.1) * smoothstep(8.0, 18.0, ground.z);
        let lit = terrain::diffuse(ground, light, sun, albedo.mix(rock, bare));
        // Blades pass light: slopes against the sun glow a little.
        lit + fresh.tint(light.sun) * (0.07 * ground.sunlit * (0.6 + fine).max(0.0))
    }
}

/// The air over hills on a clear day.
pub(crate) const AIR: Air = Air { clear: 34.0, mist: 0.35, mist_top: 0.5 };

/// Small round trees on the land, far ones first; `ground(x, z)` gives the land's height, or `None` where no tree may
/// stand.
pub(crate) fn groves(
    canvas: &mut Canvas,
    s: &Setting<'_>,
    (view, light): (&View, &Light),
    count: u32,
    ground: impl Fn(f32, f32) -> Option<f32>,
    rng: &mut Stream,
) {
    let mut spots = Vec::new();
    for _ in 0..count / 3 {
        let z = rng.range(7.0, 24.0);
        let x = rng.range(-1.1, 1.1) * z * s.frame.w() / s.frame.unit * 0.5;
        for _ in 0..rng.count(2, 6) {
            spots.push((x + rng.range(-0.9, 0.9), z + rng.range(-0.5, 0.5)));
        }
    }
    spots.sort_by(|a, b| b.1.total_cmp(&a.1));
    let leaf = s.style.green(0.52, 0.085);
    let side = if light.sun_at.0 < 0.5 { -1.0 } else { 1.0 };
    let clumps = rng.noise();
    for (x, z) in spots {
        let tall = rng.range(0.26, 0.52);
        let Some(height) = ground(x, z) else { continue };
        let place = Place::new(view.project(x, height - 0.01, z), view.scale(z) * tall);
        let fog = 1.0 - (-z / AIR.clear * s.style.haze).exp();
        let air = light.haze();
        let crown = (0..9).fold(place.pen(), |pen, i| {
            let t = i as f32 / 9.0 * std::f32::consts::TAU;
            let r = rng.range(0.13, 0.26);
            pen.ellipse((t.cos() * 0.36, 0.44 + t.sin() * 0.26), (r, r * 0.9))
        });
        let crown = crown.ellipse((0.0, 0.42), (0.42, 0.36)).path();
        let foot = place.at(-side * 0.25, 0.02);
        canvas.paint_around(foot, (place.scale * 0.8, place.scale * 0.16), |x, y, before| {
            let d = ((x - foot.0) / place.scale / 0.5).powi(2) + ((y - foot.1) / place.scale / 0.09).powi(2);
            before * (1.0 - 0.4 * (1.0 - fog) * (-d).exp())
        });
        canvas.fill(crown, |px, py, _| {
            let (x, y) = place.local(px, py);
            let lumps = clumps.fbm(x * 7.0 + z, y * 7.0, 3);
            let lit = smoothstep(-0.40, 0.50, x * side * 0.8 + (y - 0.42) * 1.3 + lumps * 0.5);
            let color = leaf.tint(light.ambient * 0.55 + light.sun * (0.50 * lit)) * (0.85 + lumps * 0.5);
            color.mix(air, fog * 0.9)
        });
    }
}

/// Still waters and green pastures; sheep and a shepherd where figures are permitted.
pub(crate) fn pastures(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("pastures");
    let horizon = lerp(0.44, 0.48, s.frame.tallness());
    let side = rng.sign();
    let light = s.light(
        s.hour(&[Hour::Dawn, Hour::Day, Hour::Day]),
        (0.5 + side * rng.range(0.14, 0.30), horizon * rng.range(0.34, 0.55)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.3, 0.55));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let hills = Hills::new(&mut rng, 0.75);
    let view = View::new(s.frame, horizon, 1.0, 60.0);
    let sun = terrain::sun_direction(&light, 0.6);
    let (pond_x, pond_z) = (side * rng.range(3.0, 3.8), rng.range(5.8, 6.6));
    let height = |x: f32, z: f32, finest: f32| {
        let land = hills.height(x, z, finest) * smoothstep(1.0, 6.0, z).max(0.35) + 0.10;
        let wander = hills.shape.fbm(x * 0.45, z * 0.7 + 30.0, 4) * 0.75;
        let d = ((x - pond_x) / 5.2).powi(2) + ((z - pond_z) / 2.3).powi(2) + wander;
        lerp(-0.18, land.max(0.03), smoothstep(0.62, 1.25, d))
    };
    let air = Air { clear: AIR.clear / s.style.haze, ..AIR };
    let shade = |ground: &Ground| {
        let wet = smoothstep(0.10, 0.0, ground.height);
        hills.grass(ground, s, &light, sun) * lerp(1.0, 0.62, wet)
    };
    let far = View { near: pond_z + 1.6, ..view };
    terrain::paint(&mut canvas, &far, (&light, air), (0.0, 0.6), height, shade);
    let grove = |x: f32, z: f32| Some(height(x, z, 0.05)).filter(|&h| h > 0.06 && z > 8.5);
    groves(&mut canvas, s, (&view, &light), 26, grove, &mut rng);
    let shore = view.project(0.0, 0.0, pond_z + 2.6).1;
    Water::new(shore, s.style.ripple * 0.55, s.style.cool(0.36, 0.06, 0.0), 0.0, &mut rng)
        .paint(&mut canvas, &light);
    // The land is as far away as the water, but must not ripple: a layer of its own.
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let near = View { far: pond_z + 2.6, ..view };
    terrain::paint(&mut canvas, &near, (&light, air), (0.0, 0.6), height, shade);
    if s.permits.figures {
        flock(
            &mut canvas,
            s,
            &light,
            &view,
            (-side, height(0.0, 3.0, 0.05)),
            |x, z| height(x, z, 0.02),
            &mut rng,
        );
    }
    let at = s.frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, at, 0.8, 0.12 * s.style.rays, light.disc, &mut rng);
    light::bloom(&mut canvas, 0.85, 0.4);
    tone::darken_for_captions(&mut canvas, 0.40);
    let (fx, fy) = view.project(pond_x * 0.45, 0.0, pond_z);
    Scene { canvas, focus: (fx / s.frame.w(), fy / s.frame.h() - 0.03) }
}

/// Sheep on the bank away from the water, and their shepherd.
fn flock(
    canvas: &mut Canvas,
    s: &Setting<'_>,
    light: &Light,
    view: &View,
    (side, _): (f32, f32),
    height: impl Fn(f32, f32) -> f32,
    rng: &mut Stream,
) {
    let wide = (s.frame.w() / s.frame.unit * 0.5).min(0.89);
    let lamp = (light.sun * 0.75, light.ambient);
    let count = rng.count(7, 10) as usize;
    let mut spots: Vec<(f32, f32)> = std::iter::repeat_with(|| {
        let z = rng.range(3.0, 6.4);
        (side * z * wide * rng.range(0.0, 0.88), z)
    })
    // What falls into the water is drawn again elsewhere, within reason.
    .take(80)
    .filter(|&(x, z)| height(x, z) > 0.04)
    .take(count)
    .collect();
    spots.sort_by(|a, b| b.1.total_cmp(&a.1));
    for (x, z) in spots {
        let ground = height(x, z);
        let place = Place::new(view.project(x, ground, z), view.scale(z) * 0.26).facing(rng.sign());
        figures::sheep(canvas, place, s.style.warm(0.92, 0.02, 10.0), lamp, rng);
    }
    let (x, z) = (side * 4.4 * wide * 0.62, 4.4);
    let place = Place::new(view.project(x, height(x, z).max(0.05), z), view.scale(z) * 0.50).facing(-side);
    figures::shepherd(
        canvas,
        place,
        s.style.warm(0.52, 0.05, -10.0),
        lamp,
        if light.sun_at.0 < 0.5 { -1.0 } else { 1.0 },
    );
}

/// A way winding through hills towards the light.
pub(crate) fn path(s: &Setting<'_>) -> Scene {
    let mut rng = s.stream("path");
    let horizon = lerp(0.46, 0.48, s.frame.tallness());
    let aim = rng.range(-0.14, 0.14);
    let light = s.light(
        s.hour(&[Hour::Dawn, Hour::Dusk, Hour::Day]),
        (0.5 + aim * s.frame.unit / s.frame.w(), horizon * rng.range(0.72, 0.84)),
    );
    let mut canvas = s.sky(&light, horizon, rng.range(0.3, 0.6));
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    let hills = Hills::new(&mut rng, 0.8);
    let (wind, phase) = (rng.range(0.75, 1.0), rng.range(0.0, 6.0));
    let view = View::new(s.frame, horizon, 1.25, 60.0);
    let sun = terrain::sun_direction(&light, 0.5);
    let middle = |z: f32| {
        let swing = (z.ln() * 3.4 * wind + phase).sin() * 0.20 * z.min(16.0).powf(0.9);
        aim * z + swing * smoothstep(0.8, 3.0, z)
    };
    let height = |x: f32, z: f32, finest: f32| {
        let off = (x - middle(z)).abs();
        let land = hills.height(x, z, finest);
        // The way is worn into the land, and keeps to low ground while it is near.
        let low = smoothstep(0.2, 2.4, off).max(smoothstep(10.0, 26.0, z));
        lerp(hills.shape.at(0.3, z * 0.12 + hills.offset) * 0.30, land, low)
            - 0.05 * smoothstep(0.42, 0.26, off)
    };
    let dust = s.style.earth(0.76, 0.040, 2.0);
    let air = Air { clear: AIR.clear * 0.8 / s.style.haze, mist: 0.5, ..AIR };
    terrain::paint(&mut canvas, &view, (&light, air), (-9.0, 0.5), height, |ground| {
        let grass = hills.grass(ground, s, &light, sun);
        let off = (ground.x - middle(ground.z)).abs();
        let fine = hills.cover.fbm_from(ground.x * 7.0, ground.z * 5.0, 4, ground.finest * 7.0);
        let on = smoothstep(0.36, 0.26, off + fine * 0.07) * smoothstep(30.0, 16.0, ground.z);
        let ruts = 1.0 - 0.16 * smoothstep(0.05, 0.0, (off - 0.15).abs()) + 0.28 * fine;
        grass.mix(terrain::diffuse(ground, &light, sun, dust * ruts), on)
    });
    let grove = |x: f32, z: f32| ((x - middle(z)).abs() > 0.7).then(|| height(x, z, 0.05));
    groves(&mut canvas, s, (&view, &light), 30, grove, &mut rng);
    let at = s.frame.place(light.sun_at.0, light.sun_at.1);
    light::shafts(&mut canvas, at, 0.85, 0.22 * s.style.rays, light.disc, &mut rng);
    light::bloom(&mut canvas, 0.85, 0.45);
    tone::darken_for_captions(&mut canvas, 0.40);
    Scene { canvas, focus: (light.sun_at.0, horizon) }
}
