//! Paints kinds of picture side by side onto one PNG file: a row for each kind, in it three aspects at two seeds.
//!
//! `cargo run -p film-painter --example contact_sheet -- FILE.png NAME[@TRADITION][+KEYWORD…]… [--seeds A,B] [--height PIXELS]`.

use film_painter::{Brief, SceneKind, Size, paint, scene_kind};
use film_vocabulary::Tradition;

const TRADITIONS: [Tradition; 7] = [
    Tradition::Universal,
    Tradition::Christian,
    Tradition::Hindu,
    Tradition::Islamic,
    Tradition::Jewish,
    Tradition::Buddhist,
    Tradition::Sikh,
];

/// Width by height of the aspects that films have.
const ASPECTS: [(u32, u32); 3] = [(16, 9), (1, 1), (9, 16)];

/// Pixels between two pictures.
const GAP: u32 = 6;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let file = args.next().ok_or("name a file to paint into")?;
    let (mut wanted, mut seeds, mut height) = (Vec::new(), vec![1, 2], 260);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--seeds" => seeds = value()?.split(',').map(str::parse).collect::<Result<Vec<u64>, _>>()?,
            "--height" => height = value()?.parse()?,
            _ => wanted.push(arg),
        }
    }
    let sizes = ASPECTS.map(|(w, h)| Size { width: height * w / h, height });
    let row = sizes.iter().map(|size| size.width + GAP).sum::<u32>() * seeds.len() as u32;
    let mut sheet = image::RgbImage::new(row, (height + GAP) * wanted.len() as u32);
    for (line, name) in wanted.iter().enumerate() {
        let mut left = 0;
        for &seed in &seeds {
            let brief = brief(name, seed)?;
            for size in sizes {
                let picture = paint(&brief, size);
                let picture = image::RgbImage::from_raw(size.width, size.height, picture.rgb);
                let picture = picture.ok_or("a picture has another size than asked for")?;
                image::imageops::replace(
                    &mut sheet,
                    &picture,
                    i64::from(left),
                    line as i64 * i64::from(height + GAP),
                );
                left += size.width + GAP;
            }
        }
    }
    sheet.save(file)?;
    Ok(())
}

/// The brief for `NAME@TRADITION+KEYWORD+KEYWORD`; each seed is another film's, so that two palettes are seen.
fn brief(asked: &str, seed: u64) -> Result<Brief, Failure> {
    let mut words = asked.split('+');
    let first = words.next().unwrap_or_default();
    let (name, tradition) = first.split_once('@').map_or((first, None), |(name, t)| (name, Some(t)));
    let kind = SceneKind::ALL.into_iter().find(|kind| kind.name() == name);
    let kind = kind.ok_or_else(|| format!("no kind is called {name}"))?;
    let tradition = match tradition {
        None => kind.traditions().first().copied().unwrap_or_default(),
        Some(name) => TRADITIONS
            .into_iter()
            .find(|t| format!("{t:?}").eq_ignore_ascii_case(name))
            .ok_or_else(|| format!("no tradition is called {name}"))?,
    };
    let brief = Brief {
        prompt: String::new(),
        keywords: std::iter::once(kind.keyword()).chain(words).map(str::to_owned).collect(),
        tradition,
        film_seed: seed * 5 + 1,
        scene_seed: seed,
    };
    if scene_kind(&brief) != kind {
        return Err(format!("{name} is not for {tradition:?}").into());
    }
    Ok(brief)
}
