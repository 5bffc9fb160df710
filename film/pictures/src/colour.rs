//! Samples of any kind to 8-bit sRGB without alpha.

use std::sync::Arc;

use image::DynamicImage;
use moxcms::{CmsError, ColorProfile, DataColorSpace, Layout, TransformExecutor, TransformOptions};

use crate::crop::Rectangle;

/// What shines through a transparent picture: white, because that is what programs show such pictures on.
pub const BACKGROUND: [u8; 3] = [255, 255, 255];

/// The samples of a decoded picture, row by row.
pub(crate) enum Layers {
    /// 8 bits a sample.
    Eight { samples: Vec<u8>, model: Model },
    /// 16 bits a sample.
    Sixteen { samples: Vec<u16>, model: Model },
}

/// Which samples a pixel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Model {
    pub(crate) space: Space,
    pub(crate) has_alpha: bool,
}

/// How many inks or lights a pixel has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    Grey,
    Rgb,
    /// Ink from 0, none, to 255.
    Cmyk,
}

impl Space {
    const fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }

    const fn layout(self) -> Layout {
        match self {
            Self::Grey => Layout::Gray,
            Self::Rgb => Layout::Rgb,
            // So moxcms names four samples of CMYK.
            Self::Cmyk => Layout::Rgba,
        }
    }

    const fn of_profile(self) -> DataColorSpace {
        match self {
            Self::Grey => DataColorSpace::Gray,
            Self::Rgb => DataColorSpace::Rgb,
            Self::Cmyk => DataColorSpace::Cmyk,
        }
    }
}

impl Layers {
    pub(crate) fn of(image: DynamicImage) -> Self {
        let eight = |samples, space, has_alpha| Self::Eight { samples, model: Model { space, has_alpha } };
        let sixteen =
            |samples, space, has_alpha| Self::Sixteen { samples, model: Model { space, has_alpha } };
        match image {
            DynamicImage::ImageLuma8(image) => eight(image.into_raw(), Space::Grey, false),
            DynamicImage::ImageLumaA8(image) => eight(image.into_raw(), Space::Grey, true),
            DynamicImage::ImageRgb8(image) => eight(image.into_raw(), Space::Rgb, false),
            DynamicImage::ImageRgba8(image) => eight(image.into_raw(), Space::Rgb, true),
            DynamicImage::ImageLuma16(image) => sixteen(image.into_raw(), Space::Grey, false),
            DynamicImage::ImageLumaA16(image) => sixteen(image.into_raw(), Space::Grey, true),
            DynamicImage::ImageRgb16(image) => sixteen(image.into_raw(), Space::Rgb, false),
            DynamicImage::ImageRgba16(image) => sixteen(image.into_raw(), Space::Rgb, true),
            other => sixteen(other.into_rgba16().into_raw(), Space::Rgb, true),
        }
    }
}

/// The pixels of a rectangle of the picture, which is `width` pixels wide, as 8-bit sRGB. Only one row at a time is
/// held in any other form.
pub(crate) fn to_srgb(layers: &Layers, width: u32, crop: Rectangle, profile: Option<&[u8]>) -> Vec<u8> {
    match layers {
        Layers::Eight { samples, model } => convert(samples, *model, width, crop, profile),
        Layers::Sixteen { samples, model } => convert(samples, *model, width, crop, profile),
    }
}

fn convert<T: Sample>(
    samples: &[T],
    model: Model,
    width: u32,
    crop: Rectangle,
    profile: Option<&[u8]>,
) -> Vec<u8> {
    let transform = profile.and_then(|profile| transform::<T>(profile, model.space));
    let channels = model.space.channels();
    let stride = channels + usize::from(model.has_alpha);
    let (x, pixels) = (crop.x as usize, crop.width as usize);
    let rows = samples.chunks_exact(width as usize * stride).skip(crop.y as usize).take(crop.height as usize);
    let mut srgb = Vec::with_capacity(pixels * crop.height as usize * 3);
    let mut colours = vec![T::default(); pixels * channels];
    let mut rgb = vec![T::default(); pixels * 3];
    for row in rows {
        let row = &row[x * stride..(x + pixels) * stride];
        for (colour, pixel) in colours.chunks_exact_mut(channels).zip(row.chunks_exact(stride)) {
            colour.copy_from_slice(&pixel[..channels]);
        }
        let is_transformed = transform.as_ref().is_some_and(|t| t.transform(&colours, &mut rgb).is_ok());
        if !is_transformed {
            for (out, colour) in rgb.chunks_exact_mut(3).zip(colours.chunks_exact(channels)) {
                out.copy_from_slice(&plain(colour));
            }
        }
        for (colour, pixel) in rgb.chunks_exact(3).zip(row.chunks_exact(stride)) {
            let alpha = if model.has_alpha { pixel[channels] } else { T::MAX };
            let over = |(light, behind): (&T, u8)| light.over(alpha, behind);
            srgb.extend(colour.iter().zip(BACKGROUND).map(over));
        }
    }
    srgb
}

/// A pixel as RGB without a profile.
fn plain<T: Sample>(colour: &[T]) -> [T; 3] {
    match *colour {
        [r, g, b] => [r, g, b],
        [c, m, y, k] => [c, m, y].map(|ink| ink.printed_under(k)),
        [grey, ..] => [grey; 3],
        [] => [T::default(); 3],
    }
}

/// The conversion from an ICC profile to sRGB. None when the profile cannot be read, or is for another kind of samples:
/// the picture then counts as sRGB, as in browsers.
fn transform<T: Sample>(profile: &[u8], space: Space) -> Option<Arc<Executor<T>>> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    if profile.color_space != space.of_profile() {
        return None;
    }
    T::executor(&profile, space.layout(), &ColorProfile::new_srgb()).ok()
}

type Executor<T> = dyn TransformExecutor<T> + Send + Sync;

/// A sample of 8 or 16 bits.
trait Sample: Copy + Default + 'static {
    /// Full light, or full opacity.
    const MAX: Self;

    fn executor(
        from: &ColorProfile,
        layout: Layout,
        to: &ColorProfile,
    ) -> Result<Arc<Executor<Self>>, CmsError>;

    /// This light with this opacity over a background of 8 bits, in 8 bits.
    fn over(self, alpha: Self, behind: u8) -> u8;

    /// The light that this ink and black leave of white paper.
    fn printed_under(self, black: Self) -> Self;
}

impl Sample for u8 {
    const MAX: Self = Self::MAX;

    fn executor(
        from: &ColorProfile,
        layout: Layout,
        to: &ColorProfile,
    ) -> Result<Arc<Executor<Self>>, CmsError> {
        from.create_transform_8bit(layout, to, Layout::Rgb, TransformOptions::default())
    }

    fn over(self, alpha: Self, behind: u8) -> u8 {
        let (light, alpha, behind) = (u32::from(self), u32::from(alpha), u32::from(behind));
        narrowed((light * alpha + behind * (255 - alpha) + 127) / 255)
    }

    fn printed_under(self, black: Self) -> Self {
        narrowed((u32::from(255 - self) * u32::from(255 - black) + 127) / 255)
    }
}

impl Sample for u16 {
    const MAX: Self = Self::MAX;

    fn executor(
        from: &ColorProfile,
        layout: Layout,
        to: &ColorProfile,
    ) -> Result<Arc<Executor<Self>>, CmsError> {
        from.create_transform_16bit(layout, to, Layout::Rgb, TransformOptions::default())
    }

    fn over(self, alpha: Self, behind: u8) -> u8 {
        let (light, alpha, behind) = (u64::from(self), u64::from(alpha), u64::from(behind) * 257);
        let mixed = (light * alpha + behind * (65_535 - alpha) + 32_767) / 65_535;
        narrowed((mixed as u32 + 128) / 257)
    }

    fn printed_under(self, black: Self) -> Self {
        let light = (u64::from(Self::MAX - self) * u64::from(Self::MAX - black) + 32_767) / 65_535;
        Self::try_from(light).unwrap_or(Self::MAX)
    }
}

fn narrowed(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}
