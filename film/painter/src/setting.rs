//! What every composition starts from.

use crate::brief::Brief;
use crate::canvas::{Canvas, Frame};
use crate::clouds::{self, Weather};
use crate::depth::{Distance, SheetMotion};
use crate::palette::{Hour, Light, Style};
use crate::picture::Size;
use crate::seed::Stream;
use crate::sky;
use crate::tradition::Permits;

/// The frame, the film's style, what the tradition permits, and seeded streams for one scene.
#[derive(Clone, Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) frame: Frame,
    pub(crate) style: Style,
    pub(crate) permits: Permits,
    /// Whether layers are recorded.
    layered: bool,
    brief: &'a Brief,
}

/// A finished composition, still in linear light.
pub(crate) struct Scene {
    pub(crate) canvas: Canvas,
    /// What must stay in frame when the camera moves, as fractions of width and height from the top left.
    pub(crate) focus: (f32, f32),
}

impl<'a> Setting<'a> {
    pub(crate) fn new(brief: &'a Brief, size: Size) -> Self {
        Self {
            frame: Frame::new(size.width.max(16), size.height.max(16)),
            style: Style::of_film(brief.film_seed),
            permits: Permits::of(brief.tradition),
            layered: false,
            brief,
        }
    }

    /// The same, for a picture whose layers are recorded.
    pub(crate) fn layered(self) -> Self {
        Self { layered: true, ..self }
    }

    /// Sets how far away the backdrop is, where it is no sky. Call it before anything is painted.
    pub(crate) fn set_backdrop(&self, canvas: &mut Canvas, distance: Distance) {
        if self.layered {
            canvas.set_backdrop(distance);
        }
    }

    /// Begins a layer: what is painted from here on is at another distance than what was painted so far.
    pub(crate) fn begin_layer(&self, canvas: &mut Canvas, distance: Distance, motion: SheetMotion) {
        if self.layered {
            canvas.begin_layer(distance, motion);
        }
    }

    /// The scene's stream for one purpose.
    pub(crate) fn stream(&self, purpose: &str) -> Stream {
        Stream::new(self.brief.scene_seed.rotate_left(17) ^ self.brief.film_seed, purpose)
    }

    /// True when the brief has this keyword, in any case.
    pub(crate) fn asks_for(&self, word: &str) -> bool {
        self.brief.keywords.iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
    }

    /// The hour that the keywords ask for, else one of `usual`.
    pub(crate) fn hour(&self, usual: &[Hour]) -> Hour {
        self.brief
            .keywords
            .iter()
            .find_map(|word| hour_of(word))
            .unwrap_or_else(|| self.stream("hour").pick(usual))
    }

    /// The light of an hour with the sun or moon at a place.
    pub(crate) fn light(&self, hour: Hour, sun_at: (f32, f32)) -> Light {
        Light::new(&self.style, hour, sun_at)
    }

    /// A fraction of the width away from the middle, on either side.
    pub(crate) fn off_centre(&self, rng: &mut Stream, from: f32, to: f32) -> f32 {
        0.5 + rng.sign() * rng.range(from, to)
    }

    /// Sky, stars or disc, and clouds, down to `horizon` (fraction of the height).
    pub(crate) fn sky(&self, light: &Light, horizon: f32, cover: f32) -> Canvas {
        let mut canvas = Canvas::new(self.frame);
        let mut rng = self.stream("sky");
        let row = horizon * self.frame.h();
        sky::paint(&mut canvas, light, row);
        if light.stars > 0.0 {
            sky::stars(&mut canvas, light, row, light.stars, &mut rng);
        }
        match light.hour {
            Hour::Night => sky::moon(&mut canvas, light, 0.030, 1.0, &mut rng),
            Hour::Storm => {}
            _ => sky::sun(&mut canvas, light, 0.026),
        }
        // By night the clouds are part of the backdrop: layers are blended as bytes and not as light, so that the
        // moon's outline would stay visible in a cloud that drifts away from it.
        if light.hour != Hour::Night {
            self.begin_layer(&mut canvas, Distance::Clouds, SheetMotion::Drift);
        }
        let gloom = match light.hour {
            Hour::Storm => 0.85,
            Hour::Night => 0.45,
            Hour::Dusk => 0.30,
            _ => 0.10,
        };
        clouds::paint(&mut canvas, light, row, Weather { cover, heaped: self.style.heaped, gloom }, &mut rng);
        canvas
    }
}

fn hour_of(word: &str) -> Option<Hour> {
    Some(match word.to_ascii_lowercase().as_str() {
        "dawn" | "sunrise" | "morning" | "daybreak" => Hour::Dawn,
        "noon" | "day" | "midday" | "daylight" => Hour::Day,
        "dusk" | "sunset" | "evening" | "twilight" => Hour::Dusk,
        "night" | "midnight" | "moon" | "stars" | "moonlight" => Hour::Night,
        "storm" | "thunder" | "tempest" => Hour::Storm,
        _ => return None,
    })
}
