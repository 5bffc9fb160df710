//! Emblems in raised metal: a shape with bevelled edges, lit from one side, and its shadow.

use tiny_skia::Path;

use crate::canvas::{Canvas, Sprite};
use crate::color::{Rgb, smoothstep};
use crate::noise::Noise;

/// Draws a shape in metal. `lamp` is the direction that light comes from, right and up; `bevel` the width of the edge
/// in pixels.
pub(crate) fn emboss(
    canvas: &mut Canvas,
    path: Option<Path>,
    bevel: f32,
    (metal, key, fill): (Rgb, Rgb, Rgb),
    lamp: (f32, f32),
    grain: Noise,
) {
    let frame = canvas.frame;
    let Some(bounds) = path.as_ref().map(Path::bounds) else { return };
    let room = bevel * 3.0;
    let mut mask = Sprite::new(
        frame,
        (bounds.left() - room, bounds.top() - room),
        (bounds.right() + room, bounds.bottom() + room),
    );
    mask.fill(path.clone(), |_, _| Rgb::WHITE);
    let (left, top, right, bottom) = mask.bounds();
    let middle = ((left + right) * 0.5, (top + bottom) * 0.5);
    // The shadow falls away from the light.
    canvas.paint_around(middle, ((right - left) * 0.5, (bottom - top) * 0.5), |x, y, before| {
        let (dx, dy) = (lamp.0 * bevel * 1.5, -lamp.1 * bevel * 1.5);
        let cast = [0.6, 1.0, 1.4].iter().fold(0.0, |sum, k| sum + mask.at(x + dx * k, y + dy * k).1);
        before * (1.0 - 0.20 * cast)
    });
    let unit = frame.unit;
    canvas.fill(path, |x, y, _| {
        // Where the shape ends on one side only, the surface slopes down to that side.
        let (mut nx, mut ny) = (0.0, 0.0);
        for ring in [0.45, 1.0] {
            for step in 0..8 {
                let (sin, cos) = (step as f32 * std::f32::consts::FRAC_PI_4).sin_cos();
                let gone = 1.0 - mask.at(x + cos * bevel * ring, y - sin * bevel * ring).1;
                (nx, ny) = (nx + cos * gone * 0.22, ny + sin * gone * 0.22);
            }
        }
        let flat = 1.0 / (1.0 + nx * nx + ny * ny).sqrt();
        let facing = ((nx * lamp.0 + ny * lamp.1) * 0.9 + 0.55) * flat;
        let worn = 0.90 + 0.22 * grain.fbm(x / unit * 16.0, y / unit * 16.0, 4);
        // A broad gleam lies across the metal.
        let slant = (x * lamp.0 - y * lamp.1) / unit;
        let gleam = smoothstep(0.02, 0.34, grain.at(slant * 1.6 + 3.0, 0.5)) * 0.42;
        let bright = smoothstep(0.62, 1.05, facing) * 0.55;
        metal.tint(key * facing.max(0.04) + fill * (0.35 + 0.3 * flat)) * worn
            + key.tint(metal) * (gleam * flat)
            + key.mix(metal, 0.4) * bright
    });
}
