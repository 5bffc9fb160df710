//! The depth of a picture as data: its layers, how far away each one is, and what moves on it.

/// How far a layer is from the eye.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Distance {
    /// The sky, or the bright end of a forest.
    #[default]
    Backdrop,
    /// Clouds.
    Clouds,
    /// What stands well behind the subject.
    Far,
    /// The subject, and the ground that it stands on.
    Middle,
    /// What stands a little before it.
    Near,
    /// Grass, reeds or branches close to the eye.
    Front,
}

impl Distance {
    /// The subject's distance divided by this layer's: how much more (above 1) or less this layer moves than the
    /// subject when the camera does. Chosen by eye: a true sky would not move at all, and the picture would fall apart.
    pub fn nearness(self) -> f64 {
        match self {
            Self::Backdrop => 0.72,
            Self::Clouds => 0.78,
            Self::Far => 0.88,
            Self::Middle => 1.0,
            Self::Near => 1.12,
            Self::Front => 1.30,
        }
    }
}

/// How a layer moves by itself, besides what the camera does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum SheetMotion {
    /// Not at all.
    #[default]
    Still,
    /// As a whole, slowly to one side, as clouds do.
    Drift,
    /// As water does, in ripples.
    Ripple {
        /// Where the water ends at the far shore, as a fraction of the height from the top.
        shore: f32,
    },
}

/// A fire, and how far its light falls: what a flickering light is made from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flame {
    /// Fractions of width and height from the top left.
    pub at: (f32, f32),
    /// Radius at which its light ends, in multiples of the picture's shorter side.
    pub reach: f32,
    /// How much its light flickers: 1 for a candle.
    pub strength: f32,
}

/// A layer that stands before others.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// How far away it is.
    pub distance: Distance,
    /// How it moves by itself.
    pub motion: SheetMotion,
    /// The picture without this layer and all that is before it: 8-bit sRGB, as [`Picture::rgb`](crate::Picture::rgb).
    pub behind: Vec<u8>,
    /// How much of what is behind each pixel the layer hides, 0 to 255 for all, when the bytes of `behind` and of the
    /// picture with it are blended. Where it is 0 the layer may still add light.
    pub mask: Vec<u8>,
}

/// The depth of a picture: its layers, and the fires on them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers {
    /// How far away the backdrop is, the layer that has nothing behind it.
    pub backdrop: Distance,
    /// The layers before the backdrop, from back to front. Empty for a flat picture.
    pub sheets: Vec<Sheet>,
    /// The picture's fires, in no order.
    pub flames: Vec<Flame>,
}
