//! Derives from the words of a text, without a model, what a picture of it shows: keywords, the picture, mood and
//! tradition.
//!
//! The file `lexicon.tsv` maps words of some twenty languages to some hundred English concepts. Whole words are matched
//! after folding: canonical composition, lower case, and without the marks that scripture carries and everyday text
//! leaves out (harakat, niqqud, cantillation). Arabic and Hebrew words are tried again without the particles that are
//! written onto them. Han script has no spaces, so the longest known word at each position is taken.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use film_vocabulary::Tradition;
use unicode_segmentation::UnicodeSegmentation as _;

pub(crate) use pictures::{Told, choose, leading_to, named};
use words::{Script, fold, without_arabic_particles, without_hebrew_particles};

mod pictures;
#[cfg(test)]
mod tests;
mod words;

/// The mood of a scene, which decides the light of its picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Mood {
    /// Peace, rest, comfort; also a text whose words name no feeling.
    #[default]
    Calm,
    /// Gladness and love.
    Joy,
    /// Majesty: heavens, thrones, mountains.
    Awe,
    /// Grief and tears.
    Sorrow,
    /// Fear, enemies, storms.
    Danger,
    /// Thanks and blessing.
    Praise,
    /// Thirst, seeking, waiting.
    Longing,
}

impl Mood {
    /// The mood that a concept suggests, and its weight: 3 for a word that names the feeling, 1 for a hint of it.
    fn of(concept: &str) -> Option<(Self, u32)> {
        Some(match concept {
            "peace" | "mercy" | "sleep" | "silence" => (Self::Calm, 3),
            "pasture" | "shepherd" | "garden" | "dove" => (Self::Calm, 1),
            "joy" => (Self::Joy, 3),
            "love" | "rainbow" | "flower" => (Self::Joy, 1),
            "glory" => (Self::Awe, 3),
            "heaven" | "throne" | "stars" | "mountain" | "angel" => (Self::Awe, 1),
            "sorrow" => (Self::Sorrow, 3),
            "tomb" => (Self::Sorrow, 1),
            "danger" => (Self::Danger, 3),
            "storm" | "shadow" => (Self::Danger, 1),
            "praise" => (Self::Praise, 3),
            "music" | "incense" => (Self::Praise, 1),
            "longing" => (Self::Longing, 3),
            "deer" | "hope" | "desert" => (Self::Longing, 1),
            _ => return None,
        })
    }

    fn light(self) -> &'static str {
        match self {
            Self::Calm => "soft golden morning light",
            Self::Joy => "bright warm sunlight, vivid colours",
            Self::Awe => "vast sky, shafts of light through high clouds",
            Self::Sorrow => "muted blue twilight, one gentle light",
            Self::Danger => "dark dramatic sky, a clear light breaking through",
            Self::Praise => "radiant golden light, rays from above",
            Self::Longing => "deep dusk, a far glow on the horizon",
        }
    }
}

/// The canonical English keywords of a text, most telling first: at most `limit`, none twice, none at all when no word is
/// known.
///
/// A keyword's rank is its concept's weight times its occurrences; between equals the one named first wins. `language` is
/// a BCP 47 tag. It selects the word list for Latin and Arabic letters, which many languages share; other scripts have
/// one list each, so that a wrong tag does no harm there.
pub(crate) fn keywords(text: &str, language: &str, limit: usize) -> Vec<String> {
    let mut tally: BTreeMap<usize, (u32, usize)> = BTreeMap::new();
    for (place, sign) in LEXICON.concepts.signs(text, language).iter().enumerate() {
        tally.entry(sign.row).or_insert((0, place)).0 += LEXICON.concepts.rows[sign.row].weight;
    }
    let mut ranked: Vec<_> = tally.into_iter().collect();
    ranked.sort_by_key(|&(_, (score, place))| (std::cmp::Reverse(score), place));
    ranked.into_iter().take(limit).map(|(row, _)| LEXICON.concepts.rows[row].name.to_owned()).collect()
}

/// The mood with the greatest weight among a text's words; [`Mood::Calm`] when no word suggests one.
pub(crate) fn mood(text: &str, language: &str) -> Mood {
    let mut scores: BTreeMap<Mood, u32> = BTreeMap::new();
    for sign in LEXICON.concepts.signs(text, language) {
        if let Some((mood, strength)) = Mood::of(LEXICON.concepts.rows[sign.row].name) {
            *scores.entry(mood).or_default() += strength;
        }
    }
    // On a draw the gentler mood, which stands earlier, is the safer picture.
    scores.into_iter().rev().max_by_key(|&(_, score)| score).map(|(mood, _)| mood).unwrap_or_default()
}

/// The tradition that a text's words show, else [`Tradition::Universal`]. A text in Hebrew or Yiddish without any sign
/// counts as Jewish.
///
/// A tradition needs one clear sign or two faint ones, and more than any other has: a picture of the wrong
/// house of prayer is worse than a landscape. A sign counts once however often it comes, because the name of God
/// recurs in texts of every tradition that shares the language.
pub fn tradition(text: &str, language: &str) -> Tradition {
    let distinct: BTreeSet<Sign> = LEXICON.traditions.signs(text, language).into_iter().collect();
    let mut scores: BTreeMap<Tradition, u32> = BTreeMap::new();
    for sign in distinct {
        let row = &LEXICON.traditions.rows[sign.row];
        if let Some(tradition) = tradition_of_sign(row.name) {
            *scores.entry(tradition).or_default() += row.weight;
        }
    }
    let most = scores.values().copied().max().unwrap_or(0);
    let mut leading = scores.iter().filter(|&(_, &score)| score == most && score >= CLEAR);
    match (leading.next(), leading.next()) {
        (Some((&tradition, _)), None) => tradition,
        (None, _) if matches!(primary(language).as_str(), "he" | "yi") => Tradition::Jewish,
        _ => Tradition::Universal,
    }
}

/// The least total weight of signs at which a tradition counts as known; a faint sign weighs 1.
const CLEAR: u32 = 2;

/// A prompt for an image model: subject, light and setting.
///
/// It asks for no lettering, and for no faces: a picture never claims to show a deity, a prophet or a saint.
/// Aniconic traditions get no living beings at all, and keywords that name one are replaced by their place.
pub(crate) fn prompt(keywords: &[String], mood: Mood, tradition: Tradition) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for keyword in keywords {
        let shown = match keyword.as_str() {
            being if tradition.is_aniconic() => place_of(being),
            other => other,
        };
        if !seen.contains(&shown) {
            seen.push(shown);
        }
    }
    let subject = if seen.is_empty() { "quiet land and sky".to_owned() } else { seen.join(", ") };
    let beings = if tradition.is_aniconic() {
        "no people, no animals, no statues"
    } else {
        "no faces, any person small, far away and seen from behind"
    };
    format!(
        "{subject}; {}; {}; luminous, reverent, painterly, fine detail; no text, no lettering; {beings}",
        mood.light(),
        setting(tradition)
    )
}

/// The tradition of a row `@name` of the lexicon.
fn tradition_of_sign(name: &str) -> Option<Tradition> {
    Some(match name {
        "christian" => Tradition::Christian,
        "hindu" => Tradition::Hindu,
        "islamic" => Tradition::Islamic,
        "jewish" => Tradition::Jewish,
        "buddhist" => Tradition::Buddhist,
        "sikh" => Tradition::Sikh,
        _ => return None,
    })
}

/// The place and the colours that a prompt ends with.
fn setting(tradition: Tradition) -> &'static str {
    match tradition {
        Tradition::Universal => "vast open landscape",
        Tradition::Christian => "sacred landscape, stained-glass colours",
        Tradition::Hindu => "marigold and saffron colours, carved stone, oil lamps",
        Tradition::Islamic => "arabesque and geometric pattern, courtyard and arches",
        Tradition::Jewish => "Judean hills, warm stone, deep blue",
        Tradition::Buddhist => "still water, lotus, mountain mist",
        Tradition::Sikh => "white marble and gold, still sacred pool",
    }
}

/// The place where a living being is found, which is shown instead of it.
fn place_of(keyword: &str) -> &str {
    match keyword {
        "shepherd" | "sheep" => "pasture",
        "dove" | "bird" => "sky",
        "deer" => "river",
        "king" => "throne",
        "angel" => "heaven",
        "child" => "lamp",
        other => other,
    }
}

/// The primary subtag of a BCP 47 tag, in lower case.
fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// The entry of the lexicon that a word of a text matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sign {
    row: usize,
    /// The index of the matched word in the row, which tells two different words of a row from one that occurs twice.
    word: usize,
}

struct Row {
    name: &'static str,
    weight: u32,
}

#[derive(Default)]
struct Vocabulary {
    words: HashMap<String, Vec<Sign>>,
    stems: HashMap<String, Vec<Sign>>,
}

impl Vocabulary {
    fn look_up(&self, word: &str) -> Option<&[Sign]> {
        let stem =
            || word.char_indices().rev().find_map(|(end, c)| self.stems.get(&word[..end + c.len_utf8()]));
        self.words.get(word).or_else(stem).map(Vec::as_slice)
    }
}

/// The rows of the lexicon, and for each language the words that map to them.
#[derive(Default)]
struct Index {
    rows: Vec<Row>,
    vocabularies: HashMap<&'static str, Vocabulary>,
}

struct Lexicon {
    concepts: Index,
    traditions: Index,
}

const SOURCE: &str = include_str!("lexicon.tsv");

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon { concepts: Index::default(), traditions: Index::default() };
    for line in SOURCE.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        // A malformed row is a mistake in this crate: the test `every_row_is_well_formed` finds it.
        let (Some(name), Some(weight), Some(words)) = (columns.next(), columns.next(), columns.next()) else {
            continue;
        };
        let weight = weight.parse().unwrap_or(1);
        match name.strip_prefix('@') {
            Some(tradition) => lexicon.traditions.add(tradition, weight, words),
            None => lexicon.concepts.add(name, weight, words),
        }
    }
    lexicon
});

impl Index {
    fn add(&mut self, name: &'static str, weight: u32, languages: &'static str) {
        let row = self.rows.len();
        self.rows.push(Row { name, weight });
        let languages = languages.split(' ').filter_map(|entry| entry.split_once(':'));
        let words =
            languages.flat_map(|(language, words)| words.split(',').map(move |word| (language, word)));
        for (word, (language, spelling)) in words.enumerate() {
            let vocabulary = self.vocabularies.entry(language).or_default();
            let (map, spelling) = match spelling.strip_suffix('*') {
                Some(stem) => (&mut vocabulary.stems, stem),
                None => (&mut vocabulary.words, spelling),
            };
            let signs = map.entry(fold(spelling)).or_default();
            // Two spellings that fold alike are one word, and count once.
            if signs.last().is_none_or(|last| last.row != row) {
                signs.push(Sign { row, word });
            }
        }
    }

    /// Every match, in the order of the text.
    fn signs(&self, text: &str, language: &str) -> Vec<Sign> {
        let (text, language) = (fold(text), primary(language));
        let mut signs = Vec::new();
        let mut han_read_to = 0;
        for (start, segment) in text.unicode_word_indices() {
            if Script::of(segment) == Script::Han {
                if start >= han_read_to {
                    han_read_to = start + self.han(&text[start..], &mut signs);
                }
                continue;
            }
            // French and Italian elide onto the next word, English hangs its genitive on: l'eau, shepherd's.
            for word in segment.split('\'').filter(|part| !part.is_empty()) {
                signs.extend_from_slice(self.word(word, &language).unwrap_or_default());
            }
        }
        signs
    }

    fn word(&self, word: &str, language: &str) -> Option<&[Sign]> {
        let script = Script::of(word);
        let vocabularies = script.vocabularies(language);
        let look_up =
            |form: &str| vocabularies.iter().find_map(|name| self.vocabularies.get(name)?.look_up(form));
        look_up(word).or_else(|| match script {
            Script::Arabic if vocabularies.first() == Some(&"ar") => {
                without_arabic_particles(word).find_map(|w| look_up(&w))
            }
            Script::Hebrew => without_hebrew_particles(word).find_map(look_up),
            _ => None,
        })
    }

    /// Takes one word from the start of `text`, the longest known or else one character, and returns its length in bytes.
    fn han(&self, text: &str, signs: &mut Vec<Sign>) -> usize {
        /// Idioms and names of the lexicon have four characters at most.
        const LONGEST: usize = 4;
        let ends: Vec<usize> = text.char_indices().take(LONGEST).map(|(at, c)| at + c.len_utf8()).collect();
        let vocabulary = self.vocabularies.get("zh");
        for &end in ends.iter().rev() {
            if let Some(found) = vocabulary.and_then(|known| known.words.get(&text[..end])) {
                signs.extend_from_slice(found);
                return end;
            }
        }
        ends.first().copied().unwrap_or(text.len())
    }
}
