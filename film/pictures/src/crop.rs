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
