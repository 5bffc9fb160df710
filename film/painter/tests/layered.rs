//! Pictures in layers: the same picture as the flat one, and nothing missing behind anything.

use film_painter::{Brief, Distance, Layers, Picture, SceneKind, SheetMotion, Size, paint, paint_layered};
use film_vocabulary::Tradition;

const ASPECTS: [Size; 3] =
    [Size { width: 288, height: 162 }, Size { width: 162, height: 288 }, Size { width: 200, height: 200 }];

fn brief(kind: SceneKind, scene_seed: u64) -> Brief {
    Brief {
        prompt: String::new(),
        keywords: vec![kind.keyword().to_owned()],
        tradition: kind.traditions().first().copied().unwrap_or(Tradition::Universal),
        film_seed: 3,
        scene_seed,
    }
}

fn layered(kind: SceneKind, size: Size) -> (Picture, Layers) {
    paint_layered(&brief(kind, 7), size)
}

/// The picture with a sheet: what the next one has behind it, and at last the picture itself.
fn with<'a>(picture: &'a Picture, layers: &'a Layers, index: usize) -> &'a [u8] {
    layers.sheets.get(index + 1).map_or(&picture.rgb, |next| &next.behind)
}

#[test]
fn a_layered_picture_is_the_flat_one() {
    for kind in SceneKind::ALL {
        for size in ASPECTS {
            assert_eq!(layered(kind, size).0, paint(&brief(kind, 7), size), "{kind:?} at {size:?}");
        }
    }
}

/// Without fires, whose glow hides nothing.
fn without_fires() -> impl Iterator<Item = (SceneKind, Picture, Layers)> {
    let all = SceneKind::ALL.into_iter().map(|kind| (kind, layered(kind, ASPECTS[0])));
    all.filter(|(_, (_, layers))| layers.flames.is_empty()).map(|(kind, (p, l))| (kind, p, l))
}

#[test]
fn where_a_mask_is_zero_the_layer_is_invisible() {
    for (kind, picture, layers) in without_fires() {
        for (index, sheet) in layers.sheets.iter().enumerate() {
            let with = with(&picture, &layers, index);
            assert_eq!(sheet.behind.len(), picture.rgb.len());
            assert_eq!(sheet.mask.len() * 3, picture.rgb.len());
            for (at, &mask) in sheet.mask.iter().enumerate() {
                let (with, behind) = (&with[at * 3..][..3], &sheet.behind[at * 3..][..3]);
                // A bright thing that is hidden sheds no light around it.
                let same = with.iter().zip(behind).all(|(a, b)| a.abs_diff(*b) <= 6);
                assert!(mask > 0 || same, "{kind:?}, sheet {index}: {behind:?} became {with:?}");
            }
        }
    }
}

/// What a sheet adds must be a colour that can be shown: else a mask hides more or less than was painted over.
#[test]
fn masks_explain_what_is_seen() {
    for (kind, picture, layers) in without_fires() {
        for (index, sheet) in layers.sheets.iter().enumerate() {
            let with = with(&picture, &layers, index);
            let mut odd = 0;
            for (at, &mask) in sheet.mask.iter().enumerate() {
                let cover = f32::from(mask) / 255.0;
                let bytes = with[at * 3..][..3].iter().zip(&sheet.behind[at * 3..][..3]);
                for (with, behind) in bytes {
                    let own = f32::from(*with) - f32::from(*behind) * (1.0 - cover);
                    odd += usize::from(!(-12.0..=255.0 * cover + 12.0).contains(&own));
                }
            }
            let share = odd as f32 / picture.rgb.len() as f32;
            assert!(share < 0.002, "{kind:?}, sheet {index}: {share} of all bytes");
        }
    }
}

#[test]
fn land_has_a_sky_behind_it_and_rooms_have_a_wall() {
    for kind in SceneKind::ALL {
        let (picture, layers) = layered(kind, ASPECTS[0]);
        let Some(first) = layers.sheets.first() else { continue };
        // Everywhere, even where nobody sees it: never the black of an empty canvas.
        assert!(first.behind.chunks_exact(3).all(|rgb| rgb != [0; 3]), "{kind:?}");
        let ground: Vec<_> = layers.sheets.iter().filter(|s| s.distance == Distance::Middle).collect();
        assert!(!ground.is_empty(), "{kind:?} has no subject");
        let covered = |sheet: &&film_painter::Sheet| sheet.mask.iter().filter(|&&m| m == 255).count();
        assert!(ground.iter().map(covered).max().unwrap_or(0) * 20 > picture.rgb.len() / 3, "{kind:?}");
    }
}

#[test]
fn kinds_with_depth_have_layers_and_patterns_have_none() {
    use SceneKind::*;
    let sheets = |kind| layered(kind, ASPECTS[0]).1.sheets;
    for kind in [RoseWindow, Mandala, Screen, Feast, Arcade, Rainbow] {
        assert!(sheets(kind).is_empty(), "{kind:?}");
    }
    let of = |kind| sheets(kind).iter().map(|sheet| sheet.distance).collect::<Vec<_>>();
    assert_eq!(of(MoonLake), [Distance::Middle, Distance::Front]);
    assert_eq!(of(Forest), [Distance::Far, Distance::Middle, Distance::Near, Distance::Front]);
    let lives: Vec<SheetMotion> = sheets(Ocean).iter().map(|sheet| sheet.motion).collect();
    assert!(matches!(lives[..], [SheetMotion::Drift, SheetMotion::Ripple { .. }]), "{lives:?}");
}

#[test]
fn fires_are_where_they_burn() {
    for kind in [SceneKind::Candles, SceneKind::FloatingLamps, SceneKind::Lanterns, SceneKind::AltarFire] {
        let (picture, layers) = layered(kind, ASPECTS[0]);
        assert!(!layers.flames.is_empty(), "{kind:?}");
        for flame in layers.flames {
            let (w, h) = (picture.size.width as f32, picture.size.height as f32);
            let (x, y) = ((flame.at.0 * w) as usize, (flame.at.1 * h) as usize);
            let at = (y * picture.size.width as usize + x) * 3;
            let red = picture.rgb[at];
            assert!(red > 90, "{kind:?}: {:?} at {:?}", &picture.rgb[at..at + 3], flame.at);
        }
    }
}
