//! Gradient noise, its sums, and fields of it evaluated coarsely and read smoothly.

use crate::color::smoothstep;

/// Two-dimensional gradient noise (Perlin, 2002) over an endless plane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noise {
    seed: u32,
}

/// Twelve directions, thirty degrees apart, scaled so that the noise fills about −1..1.
const GRADIENTS: [(f32, f32); 16] = {
    const A: f32 = 1.5;
    const B: f32 = 1.299;
    const C: f32 = 0.75;
    [
        (A, 0.0),
        (B, C),
        (C, B),
        (0.0, A),
        (-C, B),
        (-B, C),
        (-A, 0.0),
        (-B, -C),
        (-C, -B),
        (0.0, -A),
        (C, -B),
        (B, -C),
        (B, C),
        (-C, B),
        (-B, -C),
        (C, -B),
    ]
};

impl Noise {
    pub(crate) fn new(seed: u32) -> Self {
        Self { seed }
    }

    #[inline(always)]
    fn hash(self, x: i32, y: i32) -> u32 {
        let mut h = (x as u32).wrapping_mul(0x8da6_b343) ^ (y as u32).wrapping_mul(0xd816_3841) ^ self.seed;
        h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
        h ^ (h >> 13)
    }

    /// White noise in `0..1` for a cell of the integer grid.
    #[inline]
    pub(crate) fn cell(self, x: i32, y: i32) -> f32 {
        let h = self.hash(x, y).wrapping_mul(0x297a_2d39);
        (h >> 8) as f32 / (1_u32 << 24) as f32
    }

    #[inline(always)]
    fn corner(self, ix: i32, iy: i32, dx: f32, dy: f32) -> f32 {
        let (gx, gy) = GRADIENTS[(self.hash(ix, iy) >> 16 & 15) as usize];
        gx * dx + gy * dy
    }

    /// Noise of wavelength 1, about −1..1.
    #[inline]
    pub(crate) fn at(self, x: f32, y: f32) -> f32 {
        let (fx, fy) = (x.floor(), y.floor());
        let (ix, iy) = (fx as i32, fy as i32);
        let (dx, dy) = (x - fx, y - fy);
        let ease = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
        let (u, v) = (ease(dx), ease(dy));
        let top = {
            let a = self.corner(ix, iy, dx, dy);
            a + (self.corner(ix + 1, iy, dx - 1.0, dy) - a) * u
        };
        let bottom = {
            let a = self.corner(ix, iy + 1, dx, dy - 1.0);
            a + (self.corner(ix + 1, iy + 1, dx - 1.0, dy - 1.0) - a) * u
        };
        top + (bottom - top) * v
    }

    /// Fractal sum of `octaves`, each half as strong and about twice as fine; about −1..1.
    pub(crate) fn fbm(self, x: f32, y: f32, octaves: u32) -> f32 {
        self.sum(x, y, octaves, 0.0, |n| n)
    }

    /// As [`fbm`](Self::fbm), leaving out what is finer than `finest`, so that distance does not sparkle.
    pub(crate) fn fbm_from(self, x: f32, y: f32, octaves: u32, finest: f32) -> f32 {
        self.sum(x, y, octaves, finest, |n| n)
    }

    /// Sharp crests and round hollows, as of eroded rock; about 0..1.
    pub(crate) fn ridged(self, x: f32, y: f32, octaves: u32, finest: f32) -> f32 {
        let (mut x, mut y) = (x, y);
        let (mut total, mut weight, mut amplitude, mut wavelength) = (0.0, 1.0, 0.5, 1.0_f32);
        for octave in 0..octaves {
            let visible = if finest > 0.0 { smoothstep(finest, finest * 3.0, wavelength) } else { 1.0 };
            if visible <= 0.0 {
                break;
            }
            let crest = 1.0 - Noise::new(self.seed.wrapping_add(octave * 977)).at(x, y).abs();
            let crest = crest * crest * weight;
            total += crest * amplitude * visible;
            // Detail belongs on crests: hollows are filled with what fell there.
            weight = (crest * 1.6).clamp(0.0, 1.0);
            amplitude *= 0.52;
            wavelength *= 0.48;
            (x, y) = (x * 1.94 - y * 0.78 + 3.1, x * 0.78 + y * 1.94 - 1.7);
        }
        total
    }

    fn sum(self, x: f32, y: f32, octaves: u32, finest: f32, shape: impl Fn(f32) -> f32) -> f32 {
        let (mut x, mut y) = (x, y);
        let (mut total, mut amplitude, mut wavelength) = (0.0, 0.5, 1.0_f32);
        for octave in 0..octaves {
            let visible = if finest > 0.0 { smoothstep(finest, finest * 3.0, wavelength) } else { 1.0 };
            if visible <= 0.0 {
                break;
            }
            total += shape(Noise::new(self.seed.wrapping_add(octave * 7919)).at(x, y)) * amplitude * visible;
            amplitude *= 0.5;
            wavelength *= 0.49;
            // Each octave is turned, so that the lattices do not line up.
            (x, y) = (x * 1.62 - y * 1.22 + 7.3, x * 1.22 + y * 1.62 + 2.9);
        }
        total * 1.15
    }
}

/// A smooth function sampled every `step` pixels and read in between.
#[derive(Clone, Debug)]
pub(crate) struct Field<T> {
    columns: usize,
    rows: usize,
    step: f32,
    values: Vec<T>,
}

impl<T> Field<T>
where
    T: Copy + std::ops::Add<Output = T> + std::ops::Mul<f32, Output = T>,
{
    /// Evaluates `value` at pixel positions over `width` × `height`.
    pub(crate) fn new(width: usize, height: usize, step: f32, mut value: impl FnMut(f32, f32) -> T) -> Self {
        let columns = (width as f32 / step).ceil() as usize + 2;
        let rows = (height as f32 / step).ceil() as usize + 2;
        let mut values = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                values.push(value(column as f32 * step, row as f32 * step));
            }
        }
        Self { columns, rows, step, values }
    }

    /// A field of values that were computed elsewhere; at least two columns and rows.
    pub(crate) fn of(columns: usize, rows: usize, step: f32, values: Vec<T>) -> Self {
        Self { columns, rows, step, values }
    }

    /// The value at a pixel position, bilinear.
    #[inline]
    pub(crate) fn at(&self, x: f32, y: f32) -> T {
        let gx = (x / self.step).clamp(0.0, (self.columns - 2) as f32);
        let gy = (y / self.step).clamp(0.0, (self.rows - 2) as f32);
        let (column, row) = (gx as usize, gy as usize);
        let (u, v) = (gx - column as f32, gy - row as f32);
        let at = row * self.columns + column;
        let below = at + self.columns;
        (self.values[at] * (1.0 - u) + self.values[at + 1] * u) * (1.0 - v)
            + (self.values[below] * (1.0 - u) + self.values[below + 1] * u) * v
    }
}
