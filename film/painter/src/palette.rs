//! The palette and style that `film_seed` chooses for all pictures of a film, and the light of an hour in it.

use crate::color::{Lab, Rgb, lch};
use crate::seed::Stream;

/// The colours and the look that all pictures of a film share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Hue of light, in Oklch degrees.
    pub(crate) warm: f32,
    /// Hue of shade and of the open sky.
    pub(crate) cool: f32,
    /// Hue of the rare third colour: petals, glass, glazes.
    pub(crate) accent: f32,
    /// How far skies turn towards rose between light and shade, in degrees of hue.
    pub(crate) blush: f32,
    /// How colourful, about 1.
    pub(crate) chroma: f32,
    /// How thick the air is, about 1.
    pub(crate) haze: f32,
    /// How strongly light shafts show, about 1.
    pub(crate) rays: f32,
    /// How strongly water ripples, about 1.
    pub(crate) ripple: f32,
    /// 0 for veils of high cloud, 1 for heaped cloud.
    pub(crate) heaped: f32,
    /// Strength of the final split toning.
    pub(crate) toning: f32,
}

/// Warm hue, cool hue, accent hue, chroma: pairs that painters have long used together.
const PALETTES: [(f32, f32, f32, f32); 8] = [
    (68.0, 275.0, 355.0, 1.00), // saffron and indigo
    (38.0, 292.0, 350.0, 0.95), // coral and violet
    (84.0, 222.0, 20.0, 0.92),  // gold and teal
    (70.0, 252.0, 30.0, 0.70),  // amber and slate
    (52.0, 235.0, 8.0, 0.92),   // peach and sea
    (92.0, 205.0, 45.0, 0.78),  // honey and verdigris
    (48.0, 264.0, 15.0, 1.05),  // copper and navy
    (76.0, 300.0, 335.0, 0.72), // cream and lilac
];

impl Style {
    pub(crate) fn of_film(film_seed: u64) -> Self {
        let mut rng = Stream::new(film_seed, "manner");
        let (warm, cool, accent, chroma) = rng.pick(&PALETTES);
        Self {
            warm: warm + rng.range(-5.0, 5.0),
            cool: cool + rng.range(-6.0, 6.0),
            accent: accent + rng.range(-10.0, 10.0),
            blush: rng.range(10.0, 46.0),
            chroma: chroma * rng.range(0.92, 1.08),
            haze: rng.range(0.75, 1.3),
            rays: rng.range(0.7, 1.25),
            ripple: rng.range(0.75, 1.3),
            heaped: rng.unit(),
            toning: rng.range(0.7, 1.0),
        }
    }

    /// A colour on the warm side: lightness 0..1, chroma 0..0.3, and how many degrees off the warm hue.
    pub(crate) fn warm(&self, l: f32, chroma: f32, turn: f32) -> Rgb {
        lch(l, chroma * self.chroma, self.warm + turn)
    }

    /// As [`warm`](Self::warm), on the cool side.
    pub(crate) fn cool(&self, l: f32, chroma: f32, turn: f32) -> Rgb {
        lch(l, chroma * self.chroma, self.cool + turn)
    }

    /// As [`warm`](Self::warm), in the third colour.
    pub(crate) fn accent(&self, l: f32, chroma: f32) -> Rgb {
        lch(l, chroma * self.chroma, self.accent)
    }

    /// Leaves and grass, leaning towards the film's light.
    pub(crate) fn green(&self, l: f32, chroma: f32) -> Rgb {
        lch(l, chroma * self.chroma, 124.0 + (self.warm - 70.0) * -0.12)
    }

    /// Clay, bread, straw, linen, bark: things that keep near a hue of their own in any light.
    pub(crate) fn earth(&self, l: f32, chroma: f32, turn: f32) -> Rgb {
        lch(l, chroma * (0.4 + 0.6 * self.chroma), 68.0 + (self.warm - 68.0) * 0.35 + turn)
    }

    /// Stone: nearly grey, of the warm side.
    pub(crate) fn stone(&self, l: f32) -> Rgb {
        lch(l, 0.028 * self.chroma, self.warm)
    }

    /// Flames keep to the hues that fire has, whatever the film's light is.
    pub(crate) fn flame(&self) -> Rgb {
        lch(0.80, 0.150, 66.0 + (self.warm - 66.0).clamp(-12.0, 12.0) * 0.5).normalised()
    }
}

/// The time of day, or the weather where that decides the light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hour {
    Dawn,
    Day,
    Dusk,
    Night,
    Storm,
}

/// The light of one picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Light {
    pub(crate) hour: Hour,
    /// Sky from the horizon (first) to the zenith (last).
    pub(crate) sky: [Lab; 4],
    /// Radiance that falls on what faces the sun or moon.
    pub(crate) sun: Rgb,
    /// Colour of the disc and its halo, luminance 1.
    pub(crate) disc: Rgb,
    /// Radiance that falls on everything from the sky.
    pub(crate) ambient: Rgb,
    /// Where the sun or moon stands, as fractions of the frame.
    pub(crate) sun_at: (f32, f32),
    /// Strength of the halo around it.
    pub(crate) halo: f32,
    /// How many stars, 0..1.
    pub(crate) stars: f32,
}

impl Light {
    pub(crate) fn new(style: &Style, hour: Hour, sun_at: (f32, f32)) -> Self {
        let (c, warm, cool) = (style.chroma, style.warm, style.cool);
        // Between light and shade, skies pass through rose, never through green.
        let rose = warm - style.blush;
        // By day the open sky keeps near blue, whatever the film's shade is.
        let blue = 240.0 + (cool - 240.0) * 0.35;
        let lab = |l: f32, chroma: f32, hue: f32| Lab::lch(l, chroma * c, hue);
        let (sky, sun, disc, ambient, halo, stars) = match hour {
            Hour::Dawn => (
                [
                    lab(0.86, 0.095, warm),
                    lab(0.77, 0.088, rose + 14.0),
                    lab(0.62, 0.075, rose - 30.0),
                    lab(0.42, 0.088, cool),
                ],
                style.warm(0.88, 0.095, -4.0) * 2.4,
                style.warm(0.92, 0.085, 2.0),
                lab(0.58, 0.05, cool).rgb(),
                0.50,
                0.12,
            ),
            Hour::Day => (
                [
                    lab(0.89, 0.030, warm),
                    lab(0.80, 0.048, blue),
                    lab(0.66, 0.085, blue),
                    lab(0.50, 0.105, blue),
                ],
                style.warm(0.94, 0.050, 6.0) * 2.5,
                style.warm(0.97, 0.045, 8.0),
                lab(0.70, 0.045, blue).rgb(),
                0.42,
                0.0,
            ),
            Hour::Dusk => (
                [
                    lab(0.74, 0.140, warm - 6.0),
                    lab(0.58, 0.120, rose + 8.0),
                    lab(0.40, 0.098, cool + 18.0),
                    lab(0.23, 0.078, cool),
                ],
                style.warm(0.80, 0.130, -6.0) * 2.0,
                style.warm(0.88, 0.120, -2.0),
                lab(0.42, 0.055, cool).rgb(),
                0.50,
                0.35,
            ),
            Hour::Night => (
                [
                    lab(0.46, 0.062, cool - 8.0),
                    lab(0.35, 0.070, cool - 4.0),
                    lab(0.25, 0.066, cool),
                    lab(0.17, 0.052, cool + 6.0),
                ],
                style.cool(0.80, 0.035, -12.0) * 0.62,
                lch(0.93, 0.025, warm),
                lab(0.33, 0.050, cool).rgb(),
                0.20,
                1.0,
            ),
            Hour::Storm => (
                [
                    lab(0.80, 0.055, warm),
                    lab(0.60, 0.030, cool),
                    lab(0.45, 0.034, cool),
                    lab(0.33, 0.034, cool),
                ],
                style.warm(0.90, 0.075, 2.0) * 2.2,
                style.warm(0.94, 0.06, 4.0),
                lab(0.50, 0.030, cool).rgb(),
                0.40,
                0.0,
            ),
        };
        Self { hour, sky, sun, disc: disc.normalised(), ambient, sun_at, halo, stars }
    }

    /// The sky's colour at a height, 0 at the horizon and 1 at the zenith.
    pub(crate) fn sky_at(&self, height: f32) -> Rgb {
        const STOPS: [f32; 4] = [0.0, 0.22, 0.55, 1.0];
        let t = height.clamp(0.0, 1.0);
        let i = STOPS.iter().rposition(|&stop| stop <= t).unwrap_or(0).min(2);
        let within = (t - STOPS[i]) / (STOPS[i + 1] - STOPS[i]);
        self.sky[i].mix(self.sky[i + 1], within).rgb()
    }

    /// The mean colour of the lower sky: what distance fades into where no sky is painted behind.
    pub(crate) fn haze(&self) -> Rgb {
        self.sky_at(0.08)
    }

    /// True when the light is the moon's or less.
    pub(crate) fn is_night(&self) -> bool {
        self.hour == Hour::Night
    }
}
