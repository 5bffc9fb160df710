//! Light as linear RGB, and Oklab/Oklch (Ottosson, 2020) for choosing and mixing colours by eye.

use std::ops::{Add, AddAssign, Mul, Sub};

/// Linear light, sRGB primaries; 1 is paper white, more is allowed until the tone curve.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rgb {
    pub(crate) r: f32,
    pub(crate) g: f32,
    pub(crate) b: f32,
}

impl Rgb {
    pub(crate) const BLACK: Self = Self::new(0.0, 0.0, 0.0);
    pub(crate) const WHITE: Self = Self::new(1.0, 1.0, 1.0);

    pub(crate) const fn new(r: f32, g: f32, b: f32) -> Self {
        Self { r, g, b }
    }

    /// Relative luminance (BT.709 weights).
    #[inline]
    pub(crate) fn luminance(self) -> f32 {
        0.2126 * self.r + 0.7152 * self.g + 0.0722 * self.b
    }

    /// Linear interpolation in linear light, as fog and glass mix light: `t` 1 gives `other`.
    #[inline]
    pub(crate) fn mix(self, other: Self, t: f32) -> Self {
        Self::new(
            self.r + (other.r - self.r) * t,
            self.g + (other.g - self.g) * t,
            self.b + (other.b - self.b) * t,
        )
    }

    /// The same light through a filter of `other`'s colour.
    #[inline]
    pub(crate) fn tint(self, other: Self) -> Self {
        Self::new(self.r * other.r, self.g * other.g, self.b * other.b)
    }

    /// More (above 1) or less colourful at the same luminance.
    #[inline]
    pub(crate) fn saturate(self, amount: f32) -> Self {
        let grey = self.luminance();
        Self::new(grey, grey, grey).mix(self, amount).max(0.0)
    }

    /// Scaled to luminance 1, for light sources whose strength is stated apart.
    pub(crate) fn normalised(self) -> Self {
        self * (1.0 / self.luminance().max(1e-4))
    }

    #[inline]
    pub(crate) fn max(self, floor: f32) -> Self {
        Self::new(self.r.max(floor), self.g.max(floor), self.b.max(floor))
    }
}

impl Add for Rgb {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        Self::new(self.r + other.r, self.g + other.g, self.b + other.b)
    }
}

impl AddAssign for Rgb {
    #[inline]
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Rgb {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        Self::new(self.r - other.r, self.g - other.g, self.b - other.b)
    }
}

impl Mul<f32> for Rgb {
    type Output = Self;
    #[inline]
    fn mul(self, k: f32) -> Self {
        Self::new(self.r * k, self.g * k, self.b * k)
    }
}

/// A colour in Oklab: `l` lightness 0..1, `a` and `b` opponent axes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lab {
    pub(crate) l: f32,
    pub(crate) a: f32,
    pub(crate) b: f32,
}

impl Lab {
    /// From lightness, chroma (0 grey … 0.3 vivid) and hue in degrees.
    pub(crate) fn lch(l: f32, chroma: f32, hue: f32) -> Self {
        let (sin, cos) = hue.to_radians().sin_cos();
        Self { l, a: chroma * cos, b: chroma * sin }
    }

    pub(crate) fn mix(self, other: Self, t: f32) -> Self {
        Self {
            l: self.l + (other.l - self.l) * t,
            a: self.a + (other.a - self.a) * t,
            b: self.b + (other.b - self.b) * t,
        }
    }

    /// Linear light; what lies outside sRGB is clipped at zero.
    pub(crate) fn rgb(self) -> Rgb {
        let l = self.l + 0.396_337_78 * self.a + 0.215_803_76 * self.b;
        let m = self.l - 0.105_561_346 * self.a - 0.063_854_17 * self.b;
        let s = self.l - 0.089_484_18 * self.a - 1.291_485_5 * self.b;
        let (l, m, s) = (l * l * l, m * m * m, s * s * s);
        Rgb::new(
            4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
            -1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s,
            -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
        )
        .max(0.0)
    }
}

/// Shorthand for [`Lab::lch`] in linear light.
pub(crate) fn lch(l: f32, chroma: f32, hue: f32) -> Rgb {
    Lab::lch(l, chroma, hue).rgb()
}

/// 0 below `from`, 1 above `to`, smooth in between.
#[inline]
pub(crate) fn smoothstep(from: f32, to: f32, x: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Linear interpolation from `a` (`t` 0) to `b` (`t` 1).
#[inline]
pub(crate) fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}
