use image::metadata::Orientation;

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rectangle {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// The largest rectangle of the aspect ratio `target` in the middle of a picture, at least one pixel wide and high. The
/// composition is unknown, so the centre is the best guess of what must stay in frame.
pub(crate) fn centred((width, height): (u32, u32), target: (u32, u32)) -> Rectangle {
    // side × a / b, rounded, at most `most`.
    let scaled = |side: u32, a: u32, b: u32, most: u32| {
        let (a, b) = (u64::from(a), u64::from(b.max(1)));
        let rounded = (u64::from(side) * a + b / 2) / b;
        u32::try_from(rounded).unwrap_or(u32::MAX).clamp(1, most.max(1))
    };
    let is_wider = u64::from(width) * u64::from(target.1) >= u64::from(height) * u64::from(target.0);
    let (w, h) = if is_wider {
        (scaled(height, target.0, target.1, width), height)
    } else {
        (width, scaled(width, target.1, target.0, height))
    };
    Rectangle { x: (width - w) / 2, y: (height - h) / 2, width: w, height: h }
}

/// The largest rectangle of the aspect ratio `target` that holds a point, given as fractions of the picture's sides, as
/// near to its middle as the picture's edges permit.
pub(crate) fn about(size: (u32, u32), target: (u32, u32), (x, y): (f64, f64)) -> Rectangle {
    let crop = centred(size, target);
    let from = |at: f64, whole: u32, length: u32| {
        let first = at * f64::from(whole) - f64::from(length) / 2.0;
        (first.round().max(0.0) as u32).min(whole - length)
    };
    Rectangle { x: from(x, size.0, crop.width), y: from(y, size.1, crop.height), ..crop }
}

impl Rectangle {
    /// The rectangle of the stored picture that becomes this one of the upright picture, which has the size `upright`,
    /// when the orientation is applied.
    pub(crate) fn as_stored(self, orientation: Orientation, upright: (u32, u32)) -> Self {
        let Self { x, y, width, height } = self;
        // Counted from the right and from the bottom.
        let (back, up) = (upright.0 - x - width, upright.1 - y - height);
        match orientation {
            Orientation::NoTransforms => self,
            Orientation::FlipHorizontal => Self { x: back, ..self },
            Orientation::FlipVertical => Self { y: up, ..self },
            Orientation::Rotate180 => Self { x: back, y: up, ..self },
            Orientation::Rotate90 => Self { x: y, y: back, width: height, height: width },
            Orientation::Rotate270 => Self { x: up, y: x, width: height, height: width },
            Orientation::Rotate90FlipH => Self { x: y, y: x, width: height, height: width },
            Orientation::Rotate270FlipH => Self { x: up, y: back, width: height, height: width },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_too_wide_loses_its_sides_and_what_is_too_high_its_top_and_bottom() {
        assert_eq!(centred((300, 100), (64, 64)), Rectangle { x: 100, y: 0, width: 100, height: 100 });
        assert_eq!(centred((100, 300), (64, 64)), Rectangle { x: 0, y: 100, width: 100, height: 100 });
        assert_eq!(centred((2208, 1242), (2208, 1242)), Rectangle { x: 0, y: 0, width: 2208, height: 1242 });
        assert_eq!(centred((20, 1), (2208, 1242)), Rectangle { x: 9, y: 0, width: 2, height: 1 });
        assert_eq!(centred((12_000, 1), (1242, 2208)), Rectangle { x: 5_999, y: 0, width: 1, height: 1 });
    }

    proptest! {
        #[test]
        fn a_point_stays_in_its_crop_which_is_as_large_as_the_middle_one(
            size in (1..70_000_u32, 1..70_000_u32), target in (1..8_000_u32, 1..8_000_u32),
            x in 0.0..=1.0_f64, y in 0.0..=1.0_f64,
        ) {
            let (crop, middle) = (about(size, target, (x, y)), centred(size, target));
            prop_assert_eq!((crop.width, crop.height), (middle.width, middle.height));
            let holds = |at: f64, whole: u32, from: u32, length: u32| {
                let at = at * f64::from(whole);
                from + length <= whole && at >= f64::from(from) - 1.0 && at <= f64::from(from + length) + 1.0
            };
            prop_assert!(holds(x, size.0, crop.x, crop.width) && holds(y, size.1, crop.y, crop.height));
        }

        #[test]
        fn it_lies_within_the_picture_and_touches_two_of_its_sides(
            picture in (1..70_000_u32, 1..70_000_u32), target in (1..8_000_u32, 1..8_000_u32),
        ) {
            let crop = centred(picture, target);
            prop_assert!(crop.width >= 1 && crop.height >= 1);
            prop_assert!(crop.x + crop.width <= picture.0 && crop.y + crop.height <= picture.1);
            prop_assert!(crop.width == picture.0 || crop.height == picture.1);
        }
    }
}
