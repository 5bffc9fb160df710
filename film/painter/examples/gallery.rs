//! Paints every kind of picture at three aspects into a folder, as PNG files, and prints how long each took.
//! The folder `-` stands for none: nothing is written, to measure the time alone.
//!
//! `cargo run -p film-painter --example gallery -- FOLDER [NAME-PART] [WIDTH×HEIGHT] [SCENE-SEED] [FILM-SEED] [TRADITION] [KEYWORD…]`.

use std::time::Instant;

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

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let folder = args.first().ok_or("name a folder to paint into")?;
    let part = args.get(1).map_or("", String::as_str);
    let sizes = match args.get(2).and_then(|s| s.split_once('x')) {
        Some((w, h)) => vec![Size { width: w.parse()?, height: h.parse()? }],
        None => vec![(960, 540), (540, 960), (720, 720)]
            .into_iter()
            .map(|(width, height)| Size { width, height })
            .collect(),
    };
    let scene_seed = args.get(3).map_or(Ok(7), |s| s.parse())?;
    let film_seed = args.get(4).map_or(Ok(3), |s| s.parse())?;
    let wanted = args.get(5).map(|name| {
        let known = TRADITIONS.into_iter().find(|t| format!("{t:?}").eq_ignore_ascii_case(name));
        known.ok_or_else(|| format!("no tradition is called {name}"))
    });
    let wanted = wanted.transpose()?;
    let more = args.iter().skip(6).cloned();
    let write = folder != "-";
    if write {
        std::fs::create_dir_all(folder)?;
    }
    for kind in SceneKind::ALL {
        if !kind.name().contains(part) || wanted.is_some_and(|t| !kind.suits(t)) {
            continue;
        }
        let brief = Brief {
            prompt: String::new(),
            keywords: std::iter::once(kind.keyword().to_owned()).chain(more.clone()).collect(),
            tradition: wanted.or(kind.traditions().first().copied()).unwrap_or_default(),
            film_seed,
            scene_seed,
        };
        assert_eq!(scene_kind(&brief), kind, "the kind's own keyword leads to it");
        for &size in &sizes {
            let started = Instant::now();
            let picture = paint(&brief, size);
            let seconds = started.elapsed().as_secs_f32();
            let path = format!("{folder}/{}_{}x{}.png", kind.name(), size.width, size.height);
            if write {
                image::save_buffer(&path, &picture.rgb, size.width, size.height, image::ColorType::Rgb8)?;
            }
            eprintln!("{path}: {seconds:.2} s, focus {:.2} {:.2}", picture.focus.0, picture.focus.1);
        }
    }
    Ok(())
}
