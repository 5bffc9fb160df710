//! The depth of a picture as data: which planes it has, how far each stands, and what moves on it.

/// How far a plane stands from the eye.
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
    /// The subject's distance divided by this plane's: how much more (above 1) or less this plane moves than the
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

/// What moves on a plane by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum SheetMotion {
    /// Nothing.
    #[default]
    Still,
    /// All of it, slowly to one side, as clouds do.
    Drift,
    /// Water.
    Ripple {
        /// Where it ends at the far shore, as a fraction of the height from the top.
        shore: f32,
    },
}

/// A fire, and how far its light falls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flame {
    /// Fractions of width and height from the top left.
    pub at: (f32, f32),
    /// Where its light ends, in units of the picture's shorter side.
    pub reach: f32,
    /// How restless it is: 1 for a candle.
    pub strength: f32,
}

/// A plane that stands before others.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// How far away it stands.
    pub distance: Distance,
    /// What moves on it by itself.
    pub motion: SheetMotion,
    /// The picture without this plane and all that is before it: 8-bit sRGB, as [`Picture::rgb`].
    pub behind: Vec<u8>,
    /// How much of what is behind each pixel it hides, 0 to 255 for all, as bytes of `behind` and of the picture with
    /// it are blended. Where it is 0 the plane may still add light.
    pub mask: Vec<u8>,
}

/// The depth of a picture: its planes and what lives on them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers {
    /// How far away stands what has nothing behind it.
    pub backdrop: Distance,
    /// What stands before the backdrop, from back to front. None: the picture is one plane.
    pub sheets: Vec<Sheet>,
    /// Its fires.
    pub flames: Vec<Flame>,
}
