//! The suras of the Quran: their names and how many ayat they have, in the Kufan count.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::characters::folded;

/// A sura.
pub(crate) struct Sura {
    pub(crate) number: u32,
    pub(crate) verses: u32,
    /// Its name in pointed Arabic.
    pub(crate) arabic: &'static str,
}

static SURAS: LazyLock<Vec<(Sura, &str)>> = LazyLock::new(|| {
    let lines = include_str!("../../data/suras.txt").lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let mut fields = line.split('|');
            let number = fields.next()?.parse().ok()?;
            let verses = fields.next()?.parse().ok()?;
            let names = fields.next()?;
            Some((Sura { number, verses, arabic: fields.next()? }, names))
        })
        .collect()
});

static BY_NAME: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for (at, (sura, latin)) in SURAS.iter().enumerate() {
        let arabic = folded(sura.arabic);
        names.insert(arabic.strip_prefix("ال").unwrap_or(&arabic).to_owned(), at);
        for name in latin.split(", ") {
            names.insert(latin_key(&folded(name)), at);
        }
    }
    names
});

/// The sura of this name, with or without its article.
pub(crate) fn by_name(name: &str) -> Option<&'static Sura> {
    let name = folded(name);
    let key = match name.strip_prefix("ال") {
        Some(name) => name.to_owned(),
        None => latin_key(&name),
    };
    BY_NAME.get(&key).and_then(|at| SURAS.get(*at)).map(|(sura, _)| sura)
}

/// How many ayat the sura has; 0 if there is none of this number.
pub(crate) fn verses(sura: u32) -> u32 {
    SURAS.get((sura as usize).wrapping_sub(1)).map_or(0, |(sura, _)| sura.verses)
}

/// A name in Latin letters without its article and without what transliterations differ in: doubled vowels,
/// apostrophes, hyphens, the last h.
fn latin_key(folded: &str) -> String {
    const ARTICLES: &[&str] =
        &["al", "an", "ar", "as", "ash", "at", "ad", "adh", "az", "el", "aal", "ali", "ath"];
    let name = match folded.split_once(['-', ' ']) {
        Some((article, name)) if ARTICLES.contains(&article) => name,
        _ => folded,
    };
    let name =
        name.replace(['\'', '-', ' ', '`'], "").replace("aa", "a").replace("ee", "i").replace("oo", "u");
    name.strip_suffix('h').unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_114_suras_and_6236_ayat() {
        assert!(SURAS.iter().enumerate().all(|(at, (sura, _))| sura.number as usize == at + 1));
        assert_eq!(SURAS.iter().map(|(sura, _)| sura.verses).sum::<u32>(), 6_236);
        assert_eq!((SURAS.len(), verses(2), verses(114), verses(0), verses(115)), (114, 286, 6, 0, 0));
    }

    #[test]
    fn a_sura_is_found_by_the_spellings_of_its_name() {
        for name in ["Al-Baqarah", "al Baqara", "Baqarah", "البقرة", "الْبَقَرَة"] {
            assert_eq!(by_name(name).map(|sura| sura.number), Some(2), "{name}");
        }
        for (name, number) in [
            ("Ya-Sin", 36),
            ("Yaseen", 36),
            ("Aal-i-Imran", 3),
            ("Ali 'Imran", 3),
            ("An-Nūr", 24),
            ("آل عمران", 3),
        ] {
            assert_eq!(by_name(name).map(|sura| sura.number), Some(number), "{name}");
        }
        assert!(by_name("Banana").is_none());
    }

    #[test]
    fn every_sura_has_its_own_names() {
        for (sura, latin) in SURAS.iter() {
            for name in latin.split(", ").chain([sura.arabic]) {
                assert_eq!(by_name(name).map(|found| found.number), Some(sura.number), "{name}");
            }
        }
    }
}
