//! Light in the air: shafts that clouds and hills cut, bloom around what is bright, mist.

use crate::canvas::{Canvas, Frame};
use crate::color::{Rgb, smoothstep};
use crate::noise::{Field, Noise};
use crate::seed::Stream;

/// Shafts of light from a source: what is bright near it is smeared away from it, so that whatever
/// stands in front cuts the light. `source` in pixels, `reach` in units.
pub(crate) fn shafts(
    canvas: &mut Canvas,
    source: (f32, f32),
    reach: f32,
    strength: f32,
    color: Rgb,
    rng: &mut Stream,
) {
    const STEP: f32 = 6.0;
    const TAPS: u32 = 28;
    let frame = canvas.frame;
    let gaps = rng.noise();
    let (sx, sy) = source;
    let reach = reach * frame.unit;
    let bright = Field::new(frame.width, frame.height, STEP, |x, y| {
        let near = 1.0 - smoothstep(0.0, reach, ((x - sx).powi(2) + (y - sy).powi(2)).sqrt());
        smoothstep(0.30, 0.95, canvas.pixel(x, y).luminance()) * near
    });
    let rays = Field::new(frame.width, frame.height, STEP, |x, y| {
        let (dx, dy) = (sx - x, sy - y);
        let distance = (dx * dx + dy * dy).sqrt();
        let fade = 1.0 - smoothstep(0.15 * reach, 1.25 * reach, distance);
        if fade <= 0.0 {
            return 0.0;
        }
        let gathered: f32 = (1..=TAPS)
            .map(|tap| {
                let t = tap as f32 / TAPS as f32;
                bright.at(x + dx * t, y + dy * t)
            })
            .sum();
        // Uneven gaps, as of thin cloud that is not painted, divide the glow into rays.
        let angle = dy.atan2(dx);
        let comb = 0.62
            + 0.55 * gaps.at(angle.cos() * 9.0 + 31.0, angle.sin() * 9.0)
            + 0.28 * gaps.at(angle.cos() * 23.0, angle.sin() * 23.0 + 5.0);
        gathered / TAPS as f32 * comb.max(0.0) * fade
    });
    canvas.add_light(|x, y| color * (rays.at(x, y) * strength));
}

/// A cone of light falling from `from` to `to` (pixels), `spread` units wide at its end.
pub(crate) fn beam(
    canvas: &mut Canvas,
    from: (f32, f32),
    to: (f32, f32),
    widths: (f32, f32),
    light: Rgb,
    dust: Noise,
) {
    let frame = canvas.frame;
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = (dx * dx + dy * dy).sqrt().max(1.0);
    let (ux, uy) = (dx / length, dy / length);
    let field = Field::new(frame.width, frame.height, 4.0, |x, y| {
        let (px, py) = (x - from.0, y - from.1);
        let along = (px * ux + py * uy) / length;
        if !(-0.05..=1.25).contains(&along) {
            return 0.0;
        }
        let width = (widths.0 + (widths.1 - widths.0) * along) * frame.unit;
        let across = (px * -uy + py * ux) / width.max(1.0);
        let edge = (1.0 - smoothstep(0.55, 1.0, across.abs())) * (1.0 - 0.3 * across.abs());
        let motes = 0.8 + 0.5 * dust.fbm(x / frame.unit * 3.0, y / frame.unit * 3.0, 3);
        edge * smoothstep(-0.05, 0.08, along) * smoothstep(1.25, 0.45, along) * motes
    });
    canvas.add_light(|x, y| light * field.at(x, y));
}

/// A soft ball of light; `radius` in units is where it has fallen to about a third.
pub(crate) fn glow(canvas: &mut Canvas, centre: (f32, f32), radius: f32, light: Rgb) {
    let r = radius * canvas.frame.unit;
    let reach = r * REACH;
    canvas.paint_around(centre, (reach, reach), |x, y, before| before + light * ball(x, y, centre, r));
}

/// As [`glow`], but for light in the air, which falls on all layers.
pub(crate) fn halo(canvas: &mut Canvas, centre: (f32, f32), radius: f32, light: Rgb) {
    let r = radius * canvas.frame.unit;
    canvas.add_light(|x, y| {
        let far = (x - centre.0).abs().max((y - centre.1).abs()) > r * REACH;
        if far { Rgb::BLACK } else { light * ball(x, y, centre, r) }
    });
}

/// Radii beyond which a glow adds nothing.
const REACH: f32 = 3.6;

fn ball(x: f32, y: f32, centre: (f32, f32), r: f32) -> f32 {
    let d2 = ((x - centre.0).powi(2) + (y - centre.1).powi(2)) / (r * r);
    let rim = smoothstep(12.96, 6.0, d2);
    (0.75 * (-d2 * 1.4).exp() + 0.25 / (1.0 + 2.0 * d2)) * rim
}

/// Lets light above a threshold (luminance) spill over its neighbours, as in a lens or an eye.
pub(crate) fn bloom(canvas: &mut Canvas, threshold: f32, strength: f32) {
    let frame = canvas.frame;
    let half = STEP as f32 * 0.5;
    for pixels in canvas.all_layers() {
        // Each layer's picture from its own light: without the lamp, what stands behind it has none of its bloom.
        let spill = spill(frame, pixels, threshold);
        for (at, pixel) in pixels.iter_mut().enumerate() {
            let (x, y) = ((at % frame.width) as f32 + 0.5, (at / frame.width) as f32 + 0.5);
            *pixel += spill.at(x - half, y - half) * strength;
        }
    }
}

/// Pixels across and down that one sample of a blurred image sums up.
const STEP: usize = 8;

fn spill(frame: Frame, pixels: &[Rgb], threshold: f32) -> Field<Rgb> {
    blurred(frame, pixels, 0.018, |p| {
        let excess = (p.luminance() - threshold).clamp(0.0, 2.0);
        if excess > 0.0 { p * (excess / p.luminance() / (STEP * STEP) as f32) } else { Rgb::BLACK }
    })
}

/// Light without its detail: only what is larger than a tenth of a unit is left.
pub(crate) fn soft(frame: Frame, pixels: &[Rgb]) -> Field<Rgb> {
    blurred(frame, pixels, 0.05, |p| p * (1.0 / (STEP * STEP) as f32))
}

/// Sums a part of each pixel over squares of [`STEP`] pixels, and blurs the sums three times over a radius in units.
fn blurred(frame: Frame, pixels: &[Rgb], radius: f32, part: impl Fn(Rgb) -> Rgb) -> Field<Rgb> {
    let (columns, rows) = (frame.width.div_ceil(STEP).max(2), frame.height.div_ceil(STEP).max(2));
    let mut small = vec![Rgb::BLACK; columns * rows];
    for y in 0..frame.height {
        for x in 0..frame.width {
            small[y / STEP * columns + x / STEP] += part(pixels[y * frame.width + x]);
        }
    }
    let radius = ((frame.unit * radius / STEP as f32).round() as usize).max(1);
    for _ in 0..3 {
        small = box_blur(&small, columns, rows, radius);
        small = transpose(&box_blur(&transpose(&small, columns, rows), rows, columns, radius), rows, columns);
    }
    Field::of(columns, rows, STEP as f32, small)
}

fn box_blur(source: &[Rgb], columns: usize, rows: usize, radius: usize) -> Vec<Rgb> {
    let mut blurred = vec![Rgb::BLACK; source.len()];
    let weight = 1.0 / (2 * radius + 1) as f32;
    for row in 0..rows {
        let line = &source[row * columns..(row + 1) * columns];
        let at = |i: isize| line[i.clamp(0, columns as isize - 1) as usize];
        let mut sum = (-(radius as isize)..=radius as isize).fold(Rgb::BLACK, |s, i| s + at(i));
        for column in 0..columns {
            blurred[row * columns + column] = sum * weight;
            let i = column as isize;
            sum = (sum + at(i + radius as isize + 1) - at(i - radius as isize)).max(0.0);
        }
    }
    blurred
}

fn transpose(source: &[Rgb], columns: usize, rows: usize) -> Vec<Rgb> {
    let mut turned = Vec::with_capacity(source.len());
    for column in 0..columns {
        for row in 0..rows {
            turned.push(source[row * columns + column]);
        }
    }
    turned
}

/// A bank of mist between two rows (fractions of the height), drifting with noise.
pub(crate) fn mist(
    canvas: &mut Canvas,
    (top, bottom): (f32, f32),
    color: Rgb,
    strength: f32,
    rng: &mut Stream,
) {
    let frame = canvas.frame;
    let drift = rng.noise();
    let (top, bottom) = (top * frame.h(), bottom * frame.h());
    let middle = (top + bottom) * 0.5;
    let field = Field::new(frame.width, frame.height, 6.0, |x, y| {
        if y < top || y > bottom {
            return 0.0;
        }
        let band = smoothstep(top, middle, y) * smoothstep(bottom, middle, y);
        let wisps = 0.62 + 0.8 * drift.fbm(x / frame.unit * 1.6, y / frame.unit * 7.0, 4);
        (band * wisps * strength).clamp(0.0, 0.95)
    });
    canvas.paint_rows(top.max(0.0) as usize, bottom.max(0.0) as usize, |x, y, before| {
        before.mix(color, field.at(x, y))
    });
}
