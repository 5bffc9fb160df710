//! Clouds: high veils in perspective, and heaped banks near the horizon, lit from the sun's side.

use crate::canvas::Canvas;
use crate::color::{Rgb, lerp, smoothstep};
use crate::noise::Field;
use crate::palette::Light;
use crate::seed::Stream;

/// How much cloud, and of which kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    /// 0 clear … 1 overcast.
    pub(crate) cover: f32,
    /// 0 for thin veils only, towards 1 for heaped banks as well.
    pub(crate) heaped: f32,
    /// How dark the underside is, 0..1.
    pub(crate) gloom: f32,
}

/// Colour and opacity of cloud at a point, in a form that a field can interpolate.
#[derive(Clone, Copy)]
struct CloudSample {
    light: Rgb,
    alpha: f32,
}

impl std::ops::Add for CloudSample {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { light: self.light + other.light, alpha: self.alpha + other.alpha }
    }
}

impl std::ops::Mul<f32> for CloudSample {
    type Output = Self;
    fn mul(self, k: f32) -> Self {
        Self { light: self.light * k, alpha: self.alpha * k }
    }
}

/// Paints clouds between the top and `horizon` (pixels).
pub(crate) fn paint(canvas: &mut Canvas, light: &Light, horizon: f32, weather: Weather, rng: &mut Stream) {
    veils(canvas, light, horizon, weather, rng);
    if weather.heaped > 0.15 {
        heaps(canvas, light, horizon, weather, rng);
    }
}

/// A layer of cloud on a plane overhead, so that it crowds together towards the horizon.
fn veils(canvas: &mut Canvas, light: &Light, horizon: f32, weather: Weather, rng: &mut Stream) {
    let frame = canvas.frame;
    let (shape, warp) = (rng.noise(), rng.noise());
    let slant = rng.range(-0.35, 0.35);
    let offset = rng.range(0.0, 40.0);
    let (sx, sy) = frame.place(light.sun_at.0, light.sun_at.1);
    let centre = frame.w() * 0.5;
    let threshold = lerp(0.30, -0.28, weather.cover);
    let density = |x: f32, y: f32, octaves: u32| {
        let above = ((horizon - y) / frame.unit).max(0.0) + 0.075;
        let v = 0.62 / above;
        let u = (x - centre) / frame.unit * v * 1.25;
        let bend = warp.fbm(u * 0.5, v * 0.7 + offset, 3) * 0.9;
        let n = shape.fbm(u * 0.62 + bend + v * slant, v * 1.35 + bend * 0.5 + offset, octaves);
        smoothstep(threshold, threshold + 0.62, n)
    };
    let field = Field::new(frame.width, horizon.ceil() as usize, 3.0, |x, y| {
        let body = density(x, y, 6);
        if body <= 0.003 {
            return CloudSample { light: Rgb::BLACK, alpha: 0.0 };
        }
        let (dx, dy) = (sx - x, sy - y);
        let distance = (dx * dx + dy * dy).sqrt().max(1.0);
        let reach = 0.05 * frame.unit;
        // Thinner towards the sun means that this side is lit.
        let toward = density(x + dx / distance * reach, y + dy / distance * reach, 4);
        let lit = (0.55 + (body - toward) * 0.9 - body * 0.25).clamp(0.0, 1.0);
        let near = (-distance / frame.unit * 1.9).exp();
        let up = 1.0 - y / horizon;
        let shade = light.sky_at(up * 0.6 + 0.3).mix(light.ambient, 0.35) * lerp(1.0, 0.42, weather.gloom);
        let bright = light.sun * (0.20 + 0.50 * near) + light.sky_at(up * 0.4) * 0.35;
        let lining = light.disc * (near * near * (1.0 - body) * body * 2.2 * light.halo);
        let alpha = body * smoothstep(0.0, 0.10, up) * lerp(0.72, 0.95, weather.gloom);
        CloudSample { light: (shade.mix(bright, lit) + lining) * alpha, alpha }
    });
    composite(canvas, horizon, &field);
}

/// Banks of heaped cloud standing on a level base.
fn heaps(canvas: &mut Canvas, light: &Light, horizon: f32, weather: Weather, rng: &mut Stream) {
    let frame = canvas.frame;
    let (outline, billow) = (rng.noise(), rng.noise());
    let base = horizon * rng.range(0.74, 0.86);
    let rise = frame.unit * rng.range(0.26, 0.40) * (0.6 + 0.6 * weather.cover) * weather.heaped.max(0.4);
    let (sx, sy) = frame.place(light.sun_at.0, light.sun_at.1);
    let density = |x: f32, y: f32, octaves: u32| {
        let (u, v) = (x / frame.unit, y / frame.unit);
        let top = rise * (0.35 + 0.95 * outline.at(u * 1.3, 0.5) + 0.35 * outline.at(u * 3.1, 7.5)).max(0.0);
        let height = (base - y) / top.max(1.0);
        let body = 1.0 - height.max(0.0);
        let lumps = billow.fbm(u * 4.2, v * 5.2, octaves);
        let under = smoothstep(1.25, 0.0, (y - base) / (0.035 * frame.unit));
        smoothstep(0.0, 0.34, body * 0.9 + lumps * 0.85 - 0.18) * under * smoothstep(2.0, 12.0, top)
    };
    let field = Field::new(frame.width, horizon.ceil() as usize, 2.5, |x, y| {
        let body = density(x, y, 5);
        if body <= 0.003 {
            return CloudSample { light: Rgb::BLACK, alpha: 0.0 };
        }
        let (dx, dy) = (sx - x, sy - y);
        let distance = (dx * dx + dy * dy).sqrt().max(1.0);
        let step = 0.028 * frame.unit;
        let toward = density(x + dx / distance * step, y + dy / distance * step - step * 0.6, 4);
        let high = smoothstep(base, base - rise, y);
        let relief = billow.fbm(x / frame.unit * 4.2, y / frame.unit * 5.2, 4)
            - billow.fbm((x + dx / distance * step) / frame.unit * 4.2, (y - step) / frame.unit * 5.2, 4);
        let lit = (0.30 + (body - toward) * 0.8 + relief * 1.1 + high * 0.25).clamp(0.0, 1.0);
        let near = (-distance / frame.unit * 1.6).exp();
        let up = 1.0 - y / horizon;
        let shade = light.sky_at(0.35).mix(light.haze(), 0.45) * lerp(0.95, 0.40, weather.gloom);
        let bright = light.sun * (0.24 + 0.32 * near) + light.sky_at(up * 0.5) * 0.30;
        let alpha = body * 0.96;
        let hazed = shade.mix(bright, lit).mix(light.haze(), 0.45 * smoothstep(0.30, 0.05, up));
        CloudSample { light: hazed * alpha, alpha }
    });
    composite(canvas, horizon, &field);
}

fn composite(canvas: &mut Canvas, horizon: f32, field: &Field<CloudSample>) {
    canvas.paint_rows(0, horizon.ceil() as usize, |x, y, before| {
        let sample = field.at(x, y);
        before * (1.0 - sample.alpha) + sample.light
    });
}
