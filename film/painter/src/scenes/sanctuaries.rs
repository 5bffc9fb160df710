//! Houses of worship in a landscape: one composition, the building by tradition.

use crate::architecture;
use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, lerp};
use crate::depth::{Distance, SheetMotion};
use crate::masonry::Mason;
use crate::palette::{Hour, Light};
use crate::pen::Place;
use crate::scenes::fields::Hills;
use crate::scenes::waters::far_shore;
use crate::seed::Stream;
use crate::setting::{Scene, Setting};
use crate::terrain::{self, Air, View};
use crate::water::Water;
use crate::{figures, flora, light, sky, tone};

/// What a building stands on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// The water's edge, mirrored.
    Water,
    /// A rise of land.
    Hill,
}

/// How a building is shown.
pub(crate) struct Plan {
    pub(crate) site: Site,
    /// Height in multiples of the frame's shorter side.
    pub(crate) height: f32,
    /// How far its foot reaches to either side, in multiples of its height.
    pub(crate) reach: f32,
    pub(crate) stone: Rgb,
    /// Whether the night sky has a crescent moon and no clouds.
    pub(crate) crescent_moon: bool,
    /// Paints the building.
    pub(crate) build: fn(&mut Mason<'_>, &Setting<'_>, &mut Stream),
}

pub(crate) fn temple(s: &Setting<'_>) -> Scene {
    compose(
        s,
        &Plan {
            site: Site::Water,
            height: 0.50,
            reach: 1.0,
            stone: s.style.warm(0.66, 0.055, -14.0),
            crescent_moon: false,
            build: |m, _, rng| architecture::temple(m, rng),
        },
    )
}

pub(crate) fn stupa(s: &Setting<'_>) -> Scene {
    compose(
        s,
        &Plan {
            site: Site::Hill,
            height: 0.52,
            reach: 0.9,
            stone: s.style.warm(0.80, 0.030, 4.0),
            crescent_moon: false,
            build: |m, _, rng| architecture::stupa(m, rng),
        },
    )
}

pub(crate) fn church(s: &Setting<'_>) -> Scene {
    compose(
        s,
        &Plan {
            site: Site::Hill,
            height: 0.44,
            reach: 0.8,
            stone: s.style.stone(0.62),
            crescent_moon: false,
            build: |m, s, rng| architecture::church(m, s.permits.cross, rng),
        },
    )
}

pub(crate) fn mosque(s: &Setting<'_>) -> Scene {
    compose(
        s,
        &Plan {
            site: Site::Water,
            height: 0.46,
            reach: 1.0,
            stone: s.style.warm(0.76, 0.030, 0.0),
            crescent_moon: true,
            build: |m, _, rng| architecture::mosque(m, rng),
        },
    )
}

pub(crate) fn gurdwara(s: &Setting<'_>) -> Scene {
    compose(
        s,
        &Plan {
            site: Site::Water,
            height: 0.50,
            reach: 1.0,
            stone: s.style.warm(0.84, 0.040, 8.0),
            crescent_moon: false,
            build: |m, _, rng| architecture::gurdwara(m, rng),
        },
    )
}

pub(crate) fn city(s: &Setting<'_>) -> Scene {
    compose(
        s,
        &Plan {
            site: Site::Hill,
            height: 0.44,
            reach: 1.15,
            stone: s.style.warm(0.74, 0.055, 4.0),
            crescent_moon: false,
            build: |m, _, rng| architecture::city(m, rng),
        },
    )
}

pub(crate) fn compose(s: &Setting<'_>, plan: &Plan) -> Scene {
    let mut rng = s.stream("sanctuary");
    let frame = s.frame;
    let tall = frame.tallness();
    let horizon = match plan.site {
        Site::Water => lerp(0.64, 0.62, tall),
        Site::Hill => lerp(0.60, 0.60, tall),
    };
    let hour = s.hour(&[Hour::Dusk, Hour::Dusk, Hour::Dawn, Hour::Night]);
    let x = 0.5 + rng.sign() * rng.range(0.03, 0.10) * (1.0 - tall);
    let away = if x < 0.5 { 1.0 } else { -1.0 };
    let sun_y = if hour == Hour::Night { rng.range(0.22, 0.34) } else { rng.range(0.70, 0.86) };
    let sun_at = (x + away * lerp(rng.range(0.24, 0.34), 0.26, tall), horizon * sun_y);
    let light = s.light(hour, sun_at);
    let mut canvas = if hour == Hour::Night && plan.crescent_moon {
        // A crescent moon, with no cloud before it.
        let mut canvas = Canvas::new(frame);
        sky::paint(&mut canvas, &light, horizon * frame.h());
        sky::stars(&mut canvas, &light, horizon * frame.h(), 1.1, &mut rng);
        sky::moon(&mut canvas, &light, 0.034, 0.25, &mut rng);
        canvas
    } else {
        s.sky(&light, horizon, rng.range(0.28, 0.5))
    };
    s.begin_layer(&mut canvas, Distance::Middle, SheetMotion::Still);
    if plan.site == Site::Water {
        far_shore(s, &mut canvas, &light, horizon, 0.55);
    }
    let at = frame.place(light.sun_at.0, light.sun_at.1);
    if hour != Hour::Night {
        light::shafts(&mut canvas, at, 0.9, 0.18 * s.style.rays, light.disc, &mut rng);
    }
    light::mist(&mut canvas, (horizon - 0.10, horizon + 0.02), light.haze(), 0.45, &mut rng);

    let mut size = plan.height * frame.unit * lerp(1.0, 0.94, tall);
    size = size.min(frame.w() * 0.52 / plan.reach);
    let line = horizon * frame.h();
    let land = Rise::new(s, &light, horizon, x, &mut rng);
    let foot = match plan.site {
        Site::Water => line + 0.008 * frame.unit,
        Site::Hill => {
            land.paint(s, &mut canvas, &light, (Rise::AT, 60.0));
            land.foot() + size * 0.02
        }
    };
    let place = Place::new((x * frame.w(), foot), size);
    let fire = s.style.flame();
    let glow = if hour == Hour::Dawn { 0.42 } else { 0.72 };
    light::halo(&mut canvas, place.at(0.0, 0.35), 0.30 * size / frame.unit, fire.mix(light.disc, 0.5) * 0.06);
    let reach = (plan.reach + 0.15) * size;
    let mut sprite =
        Sprite::new(frame, (place.x - reach, foot - size * 1.3), (place.x + reach, foot + size * 0.2));
    let mut mason = Mason {
        sprite: &mut sprite,
        place,
        stone: plan.stone,
        light: &light,
        inside: fire * glow,
        grain: rng.noise(),
        mist: (light.haze(), 0.42, 0.42),
    };
    (plan.build)(&mut mason, s, &mut rng);
    if plan.site == Site::Hill {
        // The rise falls away to both sides of what stands on it.
        sprite.extend_down(foot - 1.5);
    }
    canvas.draw_sprite(&sprite);

    match plan.site {
        Site::Water => {
            let water = Water::new(
                line + 0.006 * frame.unit,
                s.style.ripple * 0.8,
                s.style.cool(0.24, 0.05, 0.0),
                0.6,
                &mut rng,
            );
            water.paint(&mut canvas, &light);
            s.begin_layer(&mut canvas, Distance::Front, SheetMotion::Still);
            flora::reeds(&mut canvas, &s.style, &light, 0.55, &mut rng);
        }
        Site::Hill => land.paint(s, &mut canvas, &light, (0.9, Rise::AT + 0.25)),
    }
    if s.permits.figures && hour != Hour::Night {
        let count = rng.count(4, 7);
        figures::birds(
            &mut canvas,
            (x + away * 0.16, horizon * 0.42),
            count,
            light.sky_at(0.9) * 0.25,
            &mut rng,
        );
    }
    light::bloom(&mut canvas, 0.7, 0.6);
    tone::darken_for_captions(&mut canvas, 0.30);
    Scene { canvas, focus: (x, (foot - size * 0.45) / frame.h()) }
}

/// The rise of land that a building stands on.
pub(crate) struct Rise {
    view: View,
    hills: Hills,
    /// Sideways place of its top, as a slope from the eye.
    lean: f32,
}

impl Rise {
    /// Distance of the building from the eye.
    pub(crate) const AT: f32 = 7.0;

    pub(crate) fn new(s: &Setting<'_>, light: &Light, horizon: f32, x: f32, rng: &mut Stream) -> Self {
        let view = View::new(s.frame, horizon, 1.0, 60.0);
        let lean = (x - 0.5) * s.frame.w() / view.focal;
        // By night less of the land shows, so it may be rougher.
        Self { view, hills: Hills::new(rng, if light.is_night() { 0.9 } else { 0.7 }), lean }
    }

    pub(crate) fn height(&self, x: f32, z: f32, finest: f32) -> f32 {
        let d = ((x - self.lean * Self::AT) / 3.6).powi(2) + ((z - Self::AT) / 2.6).powi(2);
        let knoll = (-d).exp();
        self.hills.height(x, z, finest) * (1.0 - 0.8 * knoll) + 0.78 * knoll
    }

    /// The row in pixels at which the building's foot stands.
    pub(crate) fn foot(&self) -> f32 {
        let x = self.lean * Self::AT;
        self.view.project(x, self.height(x, Self::AT, 0.02), Self::AT).1
    }

    pub(crate) fn paint(&self, s: &Setting<'_>, canvas: &mut Canvas, light: &Light, (near, far): (f32, f32)) {
        let sun = terrain::sun_direction(light, 0.5);
        let air = Air { clear: 30.0 / s.style.haze, mist: 0.5, mist_top: 0.4 };
        let view = View { near, far, ..self.view };
        terrain::paint(
            canvas,
            &view,
            (light, air),
            (-9.0, 0.5),
            |x, z, f| self.height(x, z, f),
            |g| self.hills.grass(g, s, light, sun),
        );
    }
}
