//! The open sky: gradient, sun or moon with halo, stars.

use crate::canvas::Canvas;
use crate::color::{Rgb, lch, lerp, smoothstep};
use crate::noise::Field;
use crate::palette::Light;
use crate::seed::Stream;

/// Paints the gradient from `horizon` (pixels from the top) up, and the glow around the sun or moon.
/// Below the horizon it goes on with the horizon's colour, for what is mirrored or hazed from it.
pub(crate) fn paint(canvas: &mut Canvas, light: &Light, horizon: f32) {
    let frame = canvas.frame;
    let (sx, sy) = frame.place(light.sun_at.0, light.sun_at.1);
    let rows: Vec<Rgb> =
        (0..frame.height).map(|y| light.sky_at(1.0 - (y as f32 + 0.5) / horizon.max(1.0))).collect();
    let unit = frame.unit;
    let halo = light.disc * light.halo;
    // The halo is smooth: an eighth of the resolution is enough.
    let glow = Field::new(frame.width, frame.height, 8.0, |x, y| {
        let d = ((x - sx).powi(2) + (y - sy).powi(2)).sqrt() / unit;
        let flat = ((x - sx).powi(2) * 0.25 + (y - sy).powi(2) * 2.2).sqrt() / unit;
        halo * (0.55 * (-d * 3.4).exp() + 0.30 * (-flat * 2.6).exp()) + halo * (0.5 * (-d * d * 90.0).exp())
    });
    canvas.paint_rows(0, frame.height, |x, y, _| rows[y as usize] + glow.at(x, y));
}

/// Paints the sun's disc: brightest at the centre, softer than a hard edge.
pub(crate) fn sun(canvas: &mut Canvas, light: &Light, radius: f32) {
    let (sx, sy) = canvas.frame.place(light.sun_at.0, light.sun_at.1);
    let r = radius * canvas.frame.unit;
    let disc = light.disc;
    canvas.paint_around((sx, sy), (r * 1.6, r * 1.6), |x, y, before| {
        let d = ((x - sx).powi(2) + (y - sy).powi(2)).sqrt();
        let inside = 1.0 - smoothstep(r - 1.2, r + 1.2, d);
        let limb = lerp(1.0, 0.72, (d / r).min(1.0).powi(2));
        before.mix(disc * (1.35 * limb), inside)
            + disc * (0.30 * (-((d - r).max(0.0) / r) * 4.0).exp() * (1.0 - inside))
    });
}

/// Paints the moon: `phase` 1 is full, towards 0 a crescent open to the upper left.
pub(crate) fn moon(canvas: &mut Canvas, light: &Light, radius: f32, phase: f32, rng: &mut Stream) {
    let (sx, sy) = canvas.frame.place(light.sun_at.0, light.sun_at.1);
    let r = radius * canvas.frame.unit;
    let maria = rng.noise();
    let disc = light.disc;
    let bite = (-0.55 * r * phase.mul_add(2.6, 0.55), -0.32 * r * phase.mul_add(2.6, 0.55));
    canvas.paint_around((sx, sy), (r * 1.3, r * 1.3), |x, y, before| {
        let (dx, dy) = (x - sx, y - sy);
        let d = (dx * dx + dy * dy).sqrt();
        let mut inside = 1.0 - smoothstep(r - 1.0, r + 1.0, d);
        if phase < 1.0 {
            let shadow = ((dx - bite.0).powi(2) + (dy - bite.1).powi(2)).sqrt();
            inside *= smoothstep(r * 0.98 - 1.0, r * 1.04 + 1.0, shadow) * 0.97 + 0.03;
        }
        let seas = smoothstep(-0.15, 0.5, maria.fbm(dx / r * 1.3, dy / r * 1.3, 4));
        let limb = lerp(1.0, 0.78, (d / r).min(1.0).powi(3));
        before.mix(disc * (lerp(0.98, 0.66, seas) * limb), inside)
    });
}

/// Scatters stars above the horizon, thinning towards it; `density` 1 is a clear night.
pub(crate) fn stars(canvas: &mut Canvas, light: &Light, horizon: f32, density: f32, rng: &mut Stream) {
    let frame = canvas.frame;
    let area = frame.w() * horizon / (frame.unit * frame.unit);
    let count = (900.0 * density * area) as usize;
    let (mx, my) = frame.place(light.sun_at.0, light.sun_at.1);
    for _ in 0..count {
        let (x, y) = (rng.unit() * frame.w(), rng.unit() * horizon);
        let magnitude = rng.unit();
        let hue = rng.range(0.0, 1.0);
        // Few are bright: each step down is about twice as many.
        let bright = 0.05 + 0.95 * magnitude.powi(14);
        let near_moon = ((x - mx).powi(2) + (y - my).powi(2)).sqrt() / frame.unit;
        let seen = smoothstep(1.0, 0.62, y / horizon) * smoothstep(0.03, 0.40, near_moon);
        let tint = if hue < 0.6 { lch(0.95, 0.02, 260.0) } else { lch(0.95, 0.035, 75.0) };
        let radius = (0.0006 + 0.0011 * bright) * frame.unit;
        star(canvas, (x, y), radius.max(0.55), tint * ((0.35 + bright) * seen * density.min(1.0)));
    }
}

/// One star: a small core and, when bright, a faint glow.
pub(crate) fn star(canvas: &mut Canvas, (cx, cy): (f32, f32), radius: f32, light: Rgb) {
    let reach = radius * 5.0;
    canvas.paint_around((cx, cy), (reach, reach), |x, y, before| {
        let d2 = ((x - cx).powi(2) + (y - cy).powi(2)) / (radius * radius);
        before + light * ((-d2).exp() + 0.07 * (-d2 * 0.12).exp())
    });
}

/// A band of distant stars and dust across the sky: `tilt` in radians, `width` in units.
pub(crate) fn milky_way(
    canvas: &mut Canvas,
    horizon: f32,
    centre: (f32, f32),
    tilt: f32,
    width: f32,
    light: (Rgb, Rgb),
    rng: &mut Stream,
) {
    let frame = canvas.frame;
    let (dust, glow, fine) = (rng.noise(), rng.noise(), rng.noise());
    let (sin, cos) = tilt.sin_cos();
    let (cx, cy) = frame.place(centre.0, centre.1);
    let field = Field::new(frame.width, frame.height, 3.0, |x, y| {
        let (x, y) = ((x - cx) / frame.unit, (y - cy) / frame.unit);
        let (along, across) = (x * cos + y * sin, -x * sin + y * cos);
        let bend = across + 0.10 * glow.fbm(along * 1.1, across, 3);
        let body = (-(bend / width).powi(2) * 1.6).exp();
        let core = (-(bend / width).powi(2) * 6.0 - (along * 0.9).powi(2)).exp();
        let clumps = 0.55 + 0.9 * glow.fbm(along * 2.2 + 9.0, bend * 3.4, 5);
        let rift = smoothstep(0.02, 0.42, dust.fbm(along * 2.0, bend * 5.0, 6) + 0.25 * core);
        let fade = smoothstep(1.0, 0.55, (y * frame.unit + cy) / horizon);
        (light.0 * (body * clumps.max(0.0)) + light.1 * (core * clumps.max(0.0) * 0.9))
            * ((1.0 - 0.72 * rift * body) * fade)
    });
    canvas.paint_rows(0, horizon as usize, |x, y, before| {
        let milk = field.at(x, y);
        // Unresolved stars: grain that only shows where the band is bright.
        let grain = fine.cell(x as i32, y as i32);
        before + milk * (0.85 + 0.9 * (grain - 0.35).max(0.0))
    });
}
