//! The canvas in linear light, the frame's measures, and vector shapes filled with light.

use tiny_skia::{FillRule, Mask, Path, Rect, Transform};

use crate::color::Rgb;
use crate::depth::{Distance, Flame, SheetMotion};
use crate::recorder::LayerRecorder;

/// How compositions measure: *places* are fractions of width and height, *sizes* are multiples of
/// [`unit`](Self::unit). So a tall frame is composed anew rather than cropped from a wide one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// The shorter side in pixels.
    pub(crate) unit: f32,
}

impl Frame {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        Self { width: width as usize, height: height as usize, unit: width.min(height) as f32 }
    }

    /// Width in pixels.
    pub(crate) fn w(&self) -> f32 {
        self.width as f32
    }

    /// Height in pixels.
    pub(crate) fn h(&self) -> f32 {
        self.height as f32
    }

    /// 0 for frames as wide as tall or wider, 1 for 9:16.
    pub(crate) fn tallness(&self) -> f32 {
        ((self.h() / self.w() - 1.0) / 0.777).clamp(0.0, 1.0)
    }

    /// A fraction of the frame in pixels.
    pub(crate) fn place(&self, x: f32, y: f32) -> (f32, f32) {
        (x * self.w(), y * self.h())
    }
}

/// The picture while it is being painted, in scene-linear light.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    pub(crate) frame: Frame,
    pub(crate) pixels: Vec<Rgb>,
    /// The layers behind the one that is being painted; `None` for a flat picture.
    recorder: Option<Box<LayerRecorder>>,
}

impl Canvas {
    pub(crate) fn new(frame: Frame) -> Self {
        Self { frame, pixels: vec![Rgb::BLACK; frame.width * frame.height], recorder: None }
    }

    /// A copy of the picture without its layers, to read from while this canvas is painted on: for reflections.
    pub(crate) fn snapshot(&self) -> Self {
        Self { frame: self.frame, pixels: self.pixels.clone(), recorder: None }
    }

    /// Ends a layer: what is painted from here on is at another distance.
    pub(crate) fn begin_layer(&mut self, distance: Distance, motion: SheetMotion) {
        self.recorder.get_or_insert_default().begin_layer(&self.pixels, distance, motion);
    }

    /// Begins a picture in layers with a backdrop at a distance; without this call it is at [`Distance::Backdrop`].
    pub(crate) fn set_backdrop(&mut self, distance: Distance) {
        self.recorder.get_or_insert_default().set_distance(distance);
    }

    /// Marks the layer that is being painted as water below a row (pixels). Does nothing on a flat picture.
    pub(crate) fn mark_water(&mut self, shore: f32) {
        let shore = shore / self.frame.h();
        if let Some(recorder) = &mut self.recorder {
            recorder.mark_water(shore);
        }
    }

    /// Adds a fire at a place, which lights what is within reach (pixels). Does nothing on a flat picture.
    pub(crate) fn add_flame(&mut self, at: (f32, f32), reach: f32, strength: f32) {
        let (at, reach) = ((at.0 / self.frame.w(), at.1 / self.frame.h()), reach / self.frame.unit);
        if let Some(recorder) = &mut self.recorder {
            recorder.add_flame(Flame { at, reach, strength });
        }
    }

    /// Takes the recorded layers out, if there are any, and leaves a flat picture.
    pub(crate) fn take_layers(&mut self) -> Option<LayerRecorder> {
        self.recorder.take().map(|recorder| *recorder)
    }

    /// Replaces a pixel by `paint(before)`, which must be a straight line: `a × before + b`.
    #[inline]
    fn paint_pixel(&mut self, at: usize, mut paint: impl FnMut(Rgb) -> Rgb) {
        let before = self.pixels[at];
        let after = paint(before);
        self.pixels[at] = after;
        if let Some(recorder) = &mut self.recorder {
            // Over a background brighter by 1, the same paint gives as much more as it lets through.
            recorder.record_transmission(at, (paint(before + Rgb::WHITE) - after).luminance());
        }
    }

    /// Mixes a colour into a pixel; `alpha` 1 replaces it.
    #[inline]
    pub(crate) fn blend(&mut self, at: usize, color: Rgb, alpha: f32) {
        self.paint_pixel(at, |before| before.mix(color, alpha));
    }

    /// The picture as it is now, and as it was when each layer behind ended.
    pub(crate) fn all_layers(&mut self) -> impl Iterator<Item = &mut Vec<Rgb>> {
        let behind = self.recorder.iter_mut().flat_map(|recorder| recorder.behind());
        std::iter::once(&mut self.pixels).chain(behind)
    }

    /// Adds light that is in the air, on all layers.
    pub(crate) fn add_light(&mut self, light: impl Fn(f32, f32) -> Rgb) {
        let width = self.frame.width;
        for (at, pixel) in self.pixels.iter_mut().enumerate() {
            let light = light((at % width) as f32 + 0.5, (at / width) as f32 + 0.5);
            *pixel += light;
            if let Some(recorder) = &mut self.recorder {
                recorder.behind().for_each(|pixels| pixels[at] += light);
            }
        }
    }

    /// Multiplies the light of whole rows by a gain, on all layers.
    pub(crate) fn scale_rows(&mut self, rows: std::ops::Range<usize>, gain: impl Fn(f32) -> f32) {
        let width = self.frame.width;
        for pixels in self.all_layers() {
            for y in rows.clone() {
                let gain = gain(y as f32 + 0.5);
                for pixel in &mut pixels[y * width..(y + 1) * width] {
                    *pixel = *pixel * gain;
                }
            }
        }
    }

    /// Replaces every pixel in rows `from..to` by `paint(x, y, before)`, at pixel centres.
    pub(crate) fn paint_rows(&mut self, from: usize, to: usize, mut paint: impl FnMut(f32, f32, Rgb) -> Rgb) {
        let width = self.frame.width;
        for y in from..to.min(self.frame.height) {
            for x in 0..width {
                self.paint_pixel(y * width + x, |before| paint(x as f32 + 0.5, y as f32 + 0.5, before));
            }
        }
    }

    /// As [`paint_rows`](Self::paint_rows), in the rectangle that reaches so many pixels from a point across and down.
    pub(crate) fn paint_around(
        &mut self,
        (cx, cy): (f32, f32),
        (rx, ry): (f32, f32),
        mut paint: impl FnMut(f32, f32, Rgb) -> Rgb,
    ) {
        let width = self.frame.width;
        let span = |centre: f32, radius: f32, limit: usize| {
            let from = (centre - radius).floor().clamp(0.0, limit as f32) as usize;
            from..((centre + radius).ceil().clamp(0.0, limit as f32) as usize).max(from)
        };
        let columns = span(cx, rx, width);
        for y in span(cy, ry, self.frame.height) {
            for x in columns.clone() {
                self.paint_pixel(y * width + x, |before| paint(x as f32 + 0.5, y as f32 + 0.5, before));
            }
        }
    }

    /// Restores the rows above one (pixels) from an earlier copy of this canvas.
    pub(crate) fn restore(&mut self, from: &Self, above: f32) {
        let end = (above.max(0.0) as usize).min(self.frame.height) * self.frame.width;
        self.pixels[..end].copy_from_slice(&from.pixels[..end]);
        if let (Some(recorder), Some(from)) = (&mut self.recorder, &from.recorder) {
            recorder.restore(from, end);
        }
    }

    /// The pixel nearest to a position; outside, the frame's edge.
    #[inline]
    pub(crate) fn pixel(&self, x: f32, y: f32) -> Rgb {
        let x = x.clamp(0.0, self.frame.w() - 1.0) as usize;
        let y = y.clamp(0.0, self.frame.h() - 1.0) as usize;
        self.pixels[y * self.frame.width + x]
    }

    /// Bilinear between pixel centres; outside, the frame's edge.
    #[inline]
    pub(crate) fn sample(&self, x: f32, y: f32) -> Rgb {
        let x = (x - 0.5).clamp(0.0, self.frame.w() - 1.001);
        let y = (y - 0.5).clamp(0.0, self.frame.h() - 1.001);
        let (ix, iy) = (x as usize, y as usize);
        let (u, v) = (x - ix as f32, y - iy as f32);
        let right = usize::from(ix + 1 < self.frame.width);
        let at = iy * self.frame.width + ix;
        let below = if iy + 1 < self.frame.height { at + self.frame.width } else { at };
        let top = self.pixels[at].mix(self.pixels[at + right], u);
        top.mix(self.pixels[below].mix(self.pixels[below + right], u), v)
    }

    /// Fills a shape, anti-aliased, with `shade(x, y, before)`; coverage mixes it with what was there.
    pub(crate) fn fill(&mut self, path: Option<Path>, mut shade: impl FnMut(f32, f32, Rgb) -> Rgb) {
        let frame = self.frame;
        coverage(path, frame, |x, y, alpha| {
            self.paint_pixel(y * frame.width + x, |before| {
                before.mix(shade(x as f32 + 0.5, y as f32 + 0.5, before), alpha)
            });
        });
    }

    /// Draws a sprite over the canvas.
    pub(crate) fn draw_sprite(&mut self, sprite: &Sprite) {
        sprite.each(|x, y, color, alpha| {
            self.paint_pixel(y * self.frame.width + x, |before| before * (1.0 - alpha) + color);
        });
    }
}

/// Calls `visit(column, row, alpha)` for every pixel of the frame that the shape touches; a shape with
/// no area (a thing scaled away to nothing) touches none.
fn coverage(path: Option<Path>, frame: Frame, mut visit: impl FnMut(usize, usize, f32)) {
    let Some(path) = path else { return };
    let Some(area) =
        Rect::from_ltrb(0.0, 0.0, frame.w(), frame.h()).and_then(|f| f.intersect(&path.bounds()))
    else {
        return;
    };
    let (left, top) = (area.left().floor(), area.top().floor());
    let (width, height) = ((area.right().ceil() - left) as u32, (area.bottom().ceil() - top) as u32);
    let Some(mut mask) = Mask::new(width.max(1), height.max(1)) else { return };
    mask.fill_path(&path, FillRule::Winding, true, Transform::from_translate(-left, -top));
    let (left, top) = (left as usize, top as usize);
    for (row, alphas) in mask.data().chunks_exact(mask.width() as usize).enumerate() {
        for (column, &alpha) in alphas.iter().enumerate() {
            if alpha > 0 && left + column < frame.width && top + row < frame.height {
                visit(left + column, top + row, f32::from(alpha) / 255.0);
            }
        }
    }
}

/// A transparent picture of a part of the frame, premultiplied: for things that are painted once and drawn twice, as
/// themselves and as their reflection.
#[derive(Clone, Debug)]
pub(crate) struct Sprite {
    frame: Frame,
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    pixels: Vec<(Rgb, f32)>,
}

impl Sprite {
    /// A transparent sprite over a rectangle of pixels, cut to the frame.
    pub(crate) fn new(frame: Frame, (left, top): (f32, f32), (right, bottom): (f32, f32)) -> Self {
        let cut = |v: f32, limit: usize| v.clamp(0.0, limit as f32) as usize;
        let (left, top) = (cut(left, frame.width), cut(top, frame.height));
        let width = cut(right.ceil(), frame.width).saturating_sub(left);
        let height = cut(bottom.ceil(), frame.height).saturating_sub(top);
        Self { frame, left, top, width, height, pixels: vec![(Rgb::BLACK, 0.0); width * height] }
    }

    /// Fills a shape with opaque paint of the colour `shade(x, y)`.
    pub(crate) fn fill(&mut self, path: Option<Path>, mut shade: impl FnMut(f32, f32) -> Rgb) {
        self.fill_translucent(path, |x, y| (shade(x, y), 1.0));
    }

    /// Fills a shape with paint of the colour and opacity `shade(x, y)`.
    pub(crate) fn fill_translucent(
        &mut self,
        path: Option<Path>,
        mut shade: impl FnMut(f32, f32) -> (Rgb, f32),
    ) {
        let (left, top, width, height) = (self.left, self.top, self.width, self.height);
        coverage(path, self.frame, |x, y, alpha| {
            if x < left || y < top || x >= left + width || y >= top + height {
                return;
            }
            let (color, opacity) = shade(x as f32 + 0.5, y as f32 + 0.5);
            let alpha = alpha * opacity;
            let under = &mut self.pixels[(y - top) * width + (x - left)];
            *under = (under.0 * (1.0 - alpha) + color * alpha, under.1 + (1.0 - under.1) * alpha);
        });
    }

    /// Copies a row of pixels down to the sprite's lower edge wherever that is more opaque: foundations under a
    /// building, so that uneven ground painted afterwards leaves no gap below it.
    pub(crate) fn extend_down(&mut self, row: f32) {
        let row = (row - self.top as f32).max(0.0) as usize;
        for below in row + 1..self.height {
            let (above, rest) = self.pixels.split_at_mut(below * self.width);
            let footing = &above[row * self.width..][..self.width];
            for (under, stone) in rest.iter_mut().zip(footing) {
                if under.1 < stone.1 {
                    *under = *stone;
                }
            }
        }
    }

    /// Premultiplied colour and opacity at a pixel position.
    #[inline]
    pub(crate) fn at(&self, x: f32, y: f32) -> (Rgb, f32) {
        let (column, row) = (x - self.left as f32, y - self.top as f32);
        if column < 0.0 || row < 0.0 || column >= self.width as f32 || row >= self.height as f32 {
            return (Rgb::BLACK, 0.0);
        }
        self.pixels[row as usize * self.width + column as usize]
    }

    pub(crate) fn frame(&self) -> Frame {
        self.frame
    }

    /// Left, top, right and bottom in pixels.
    pub(crate) fn bounds(&self) -> (f32, f32, f32, f32) {
        (self.left as f32, self.top as f32, (self.left + self.width) as f32, (self.top + self.height) as f32)
    }

    fn each(&self, mut visit: impl FnMut(usize, usize, Rgb, f32)) {
        for (i, &(color, alpha)) in self.pixels.iter().enumerate() {
            if alpha > 0.0 {
                visit(self.left + i % self.width, self.top + i / self.width, color, alpha);
            }
        }
    }
}
