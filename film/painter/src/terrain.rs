//! Land in true perspective: a height function, sampled along rays from the eye, lit by the sun and
//! thinned by air. Ridges so get their faces, shadows and distance from one and the same shape.

use crate::canvas::{Canvas, Frame};
use crate::color::{Rgb, smoothstep};
use crate::palette::Light;

/// Where the eye stands. Lengths are in eye heights: the ground is at 0, the eye at `eye`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// Row of the horizon, in pixels.
    pub(crate) horizon: f32,
    /// Focal length in pixels.
    pub(crate) focal: f32,
    /// Column that the eye looks at, in pixels.
    pub(crate) centre: f32,
    /// Height of the eye.
    pub(crate) eye: f32,
    /// Distance of the nearest land that is painted.
    pub(crate) near: f32,
    /// Distance of the farthest land that is painted.
    pub(crate) far: f32,
}

impl View {
    /// An upright view with the horizon at a fraction of the height; land begins just below the frame.
    pub(crate) fn new(frame: Frame, horizon: f32, eye: f32, far: f32) -> Self {
        let below = (1.0 - horizon) * frame.h() / frame.unit;
        // Land that rises under the eye is seen nearer than level ground: leave room for it.
        let near = 0.70 * eye / below.max(0.05);
        Self { horizon: horizon * frame.h(), focal: frame.unit, centre: frame.w() * 0.5, eye, near, far }
    }

    /// The pixel at which a point of the world is seen.
    pub(crate) fn project(&self, x: f32, height: f32, z: f32) -> (f32, f32) {
        (self.centre + x / z * self.focal, self.row(height, z))
    }

    /// Pixels that one eye height measures at a distance.
    pub(crate) fn scale(&self, z: f32) -> f32 {
        self.focal / z
    }

    fn row(&self, height: f32, z: f32) -> f32 {
        self.horizon + (self.eye - height) * self.focal / z
    }
}

/// The air between the eye and the land.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Air {
    /// Distance at which about two thirds of the land's own colour is lost.
    pub(crate) clear: f32,
    /// How much thicker the air is low down, 0 for not at all.
    pub(crate) mist: f32,
    /// Height above which little of that mist is left.
    pub(crate) mist_top: f32,
}

/// A point of the land as it is shaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground {
    pub(crate) x: f32,
    pub(crate) z: f32,
    pub(crate) height: f32,
    /// Unit normal: right, up, away.
    pub(crate) normal: (f32, f32, f32),
    /// How much of the sun arrives, 0 in shadow.
    pub(crate) sunlit: f32,
    /// Size of a pixel there: detail finer than that is noise.
    pub(crate) finest: f32,
}

impl Ground {
    /// How steep the land is: 0 for level, 1 for a vertical face.
    pub(crate) fn steepness(&self) -> f32 {
        1.0 - self.normal.1
    }
}

/// Direction towards the sun for shading: from its side and a little behind the eye, since land seen
/// straight against the sun would be one dark shape.
pub(crate) fn sun_direction(light: &Light, elevation: f32) -> (f32, f32, f32) {
    let side = if light.sun_at.0 < 0.5 { -1.0 } else { 1.0 };
    let (x, y, z) = (side * 0.86, elevation, 0.18);
    let length = (x * x + y * y + z * z).sqrt();
    (x / length, y / length, z / length)
}

/// Light that a matt surface of colour `albedo` sends to the eye: diffuse reflection of sun and sky.
pub(crate) fn diffuse(ground: &Ground, light: &Light, sun: (f32, f32, f32), albedo: Rgb) -> Rgb {
    let (nx, ny, nz) = ground.normal;
    let facing = nx * sun.0 + ny * sun.1 + nz * sun.2;
    let wrapped = ((facing + 0.12) / 1.12).max(0.0) * ground.sunlit;
    let open = 0.55 + 0.45 * ny;
    albedo.tint(light.sun) * wrapped + albedo.tint(light.ambient) * open
}

/// Heights of the land along one ray for each column, nearest row first.
struct Rays {
    columns: usize,
    depths: Vec<f32>,
    heights: Vec<f32>,
}

/// Paints land. `height(x, z, finest)` gives the shape (below `floor` nothing is painted: water),
/// `shade` the light it sends before the air is counted. `elevation` of the sun is its slope.
pub(crate) fn paint(
    canvas: &mut Canvas,
    view: &View,
    (light, air): (&Light, Air),
    (floor, elevation): (f32, f32),
    height: impl Fn(f32, f32, f32) -> f32,
    shade: impl Fn(&Ground) -> Rgb,
) {
    let frame = canvas.frame;
    let rays = cast(view, frame, height);
    let sun = sun_direction(light, elevation);
    let sunlit = shadows(&rays, view, sun);
    let visible = visibility(&rays, view, frame);
    // What distance fades into is the sky painted behind it, column by column.
    let behind: Vec<Rgb> = (0..frame.width)
        .map(|x| {
            let row = view.horizon - 0.02 * frame.unit;
            let blurred = (-2..=2).map(|i| canvas.pixel(x as f32 + i as f32 * 0.02 * frame.unit, row));
            blurred.fold(Rgb::BLACK, |sum, p| sum + p) * 0.2
        })
        .collect();

    let columns = rays.columns;
    let rows = rays.depths.len();
    let mut farther = vec![Rgb::BLACK; columns];
    let mut nearer = vec![Rgb::BLACK; columns];
    for k in (0..rows).rev() {
        let z = rays.depths[k];
        let faded = 1.0 - (-(z / air.clear)).exp();
        for i in 0..columns {
            if !visible[k * columns + i] {
                continue;
            }
            let ground = ground_at(&rays, view, &sunlit, k, i);
            let mist = air.mist
                * (-(ground.height / air.mist_top).max(-0.5)).exp()
                * (1.0 - (-z / air.clear * 3.0).exp());
            let fog = 1.0 - (1.0 - faded) * (-mist).exp();
            // Near air scatters the sky's shade; only far air takes on the light behind it.
            let air_light = (light.ambient * 0.62).mix(behind[i.min(frame.width - 1)], 0.15 + 0.85 * faded);
            nearer[i] = shade(&ground).mix(air_light, fog.clamp(0.0, 1.0));
        }
        if k + 1 < rows {
            for i in 0..columns.min(frame.width) {
                if visible[(k + 1) * columns + i] || visible[k * columns + i] {
                    let far = (rays.heights[(k + 1) * columns + i], rays.depths[k + 1], farther[i]);
                    let near = (rays.heights[k * columns + i], z, nearer[i]);
                    span(canvas, view, i, far, near, floor);
                }
            }
        }
        std::mem::swap(&mut farther, &mut nearer);
    }
    // A slope that rises at the eye's own feet begins above the frame's edge: what is below it is nearer
    // still, and of the same ground.
    if view.near > AT_THE_FEET {
        return;
    }
    for (i, (&height, &light)) in rays.heights.iter().zip(&farther).take(frame.width).enumerate() {
        let below = (height - 10.0, view.near, light * 0.8);
        span(canvas, view, i, (height, view.near, light), below, floor);
    }
}

/// Land that begins no farther than this from the eye goes on below the frame.
const AT_THE_FEET: f32 = 2.0;

fn cast(view: &View, frame: Frame, height: impl Fn(f32, f32, f32) -> f32) -> Rays {
    /// Ratio of one row's distance to the last one's; at this density spans stay a few pixels tall.
    const RATIO: f32 = 1.0085;
    let columns = frame.width + 1;
    let mut depths = Vec::new();
    let mut z = view.near;
    while z < view.far {
        depths.push(z);
        z *= RATIO;
    }
    let mut heights = Vec::with_capacity(depths.len() * columns);
    for &z in &depths {
        let finest = z / view.focal * 2.0;
        for i in 0..columns {
            heights.push(height((i as f32 + 0.5 - view.centre) / view.focal * z, z, finest));
        }
    }
    Rays { columns, depths, heights }
}

/// Which samples the eye sees, with one sample to spare behind each crest.
fn visibility(rays: &Rays, view: &View, frame: Frame) -> Vec<bool> {
    let columns = rays.columns;
    let mut visible = vec![false; rays.heights.len()];
    let mut crest = vec![frame.h() + 2.0; columns];
    for (k, &z) in rays.depths.iter().enumerate() {
        for i in 0..columns {
            let row = view.row(rays.heights[k * columns + i], z);
            if row < crest[i] {
                visible[k * columns + i] = true;
                if k > 0 {
                    visible[(k - 1) * columns + i] = true;
                }
                crest[i] = row.max(-1.0);
            }
        }
    }
    visible
}

/// How much of the sun reaches each sample, 1 for all: light from the side is blocked by higher land in its row.
fn shadows(rays: &Rays, view: &View, sun: (f32, f32, f32)) -> Vec<f32> {
    let columns = rays.columns;
    let slope = sun.1 / sun.0.abs().max(0.05);
    let mut lit = vec![1.0_f32; rays.heights.len()];
    for (k, &z) in rays.depths.iter().enumerate() {
        let fall = slope * z / view.focal;
        let soft = (z * 0.02).max(0.02);
        let mut blocked = f32::MIN;
        for step in 0..columns {
            let i = if sun.0 < 0.0 { step } else { columns - 1 - step };
            let height = rays.heights[k * columns + i];
            blocked = (blocked - fall).max(height);
            lit[k * columns + i] = 1.0 - 0.85 * smoothstep(0.0, soft, blocked - height);
        }
    }
    lit
}

fn ground_at(rays: &Rays, view: &View, sunlit: &[f32], k: usize, i: usize) -> Ground {
    let columns = rays.columns;
    let z = rays.depths[k];
    let at = |k: usize, i: usize| rays.heights[k * columns + i];
    let (left, right) = (i.saturating_sub(1), (i + 1).min(columns - 1));
    let (front, back) = (k.saturating_sub(1), (k + 1).min(rays.depths.len() - 1));
    let across = (at(k, right) - at(k, left)) / ((right - left) as f32 * z / view.focal);
    let lean = (i as f32 + 0.5 - view.centre) / view.focal;
    // Along a ray both x and z grow: take the sideways part out again.
    let away = (at(back, i) - at(front, i)) / (rays.depths[back] - rays.depths[front]) - lean * across;
    let length = (across * across + away * away + 1.0).sqrt();
    Ground {
        x: lean * z,
        z,
        height: at(k, i),
        normal: (-across / length, 1.0 / length, -away / length),
        sunlit: sunlit[k * columns + i],
        finest: z / view.focal * 2.0,
    }
}

/// Draws the piece of land between two samples of one column; the crest is anti-aliased.
fn span(canvas: &mut Canvas, view: &View, x: usize, far: (f32, f32, Rgb), near: (f32, f32, Rgb), floor: f32) {
    if far.0 < floor && near.0 < floor {
        return;
    }
    let (top, bottom) = (view.row(far.0, far.1), view.row(near.0, near.1));
    if bottom <= top {
        return;
    }
    let frame = canvas.frame;
    let from = top.floor().max(0.0) as usize;
    let to = (bottom.ceil().max(0.0) as usize).min(frame.height);
    for y in from..to {
        let t = ((y as f32 + 0.5 - top) / (bottom - top)).clamp(0.0, 1.0);
        let coverage = (y as f32 + 1.0 - top).clamp(0.0, 1.0);
        canvas.blend(y * frame.width + x, far.2.mix(near.2, t), coverage);
    }
}
