//! Which picture each scene of a film shows: the concepts that its words name decide, nearer ones more than farther
//! ones, and a film varies what it shows.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use film_vocabulary::Tradition;

use super::LEXICON;

/// How often a text names each concept of the lexicon, by the concept's row.
pub(crate) type Named = BTreeMap<usize, u32>;

/// What is known of one scene when its picture is chosen.
pub(crate) struct Told<'a> {
    /// What its own words name.
    pub(crate) named: Named,
    /// Its seed: chooses where nothing else does.
    pub(crate) seed: u32,
    /// The keywords that a person gave it. Its picture is then what they lead to, and is only taken account of.
    pub(crate) given: Option<&'a [String]>,
}

/// A row of `pictures.tsv`.
struct Picture {
    /// The keyword that leads the painter to it and to nothing else.
    keyword: &'static str,
    /// The traditions that may show it; empty for all.
    traditions: Vec<Tradition>,
    /// Further traditions for which the painter would make it, but whose texts do not get it by themselves.
    only_painted: Vec<Tradition>,
    leads: Vec<Lead>,
}

/// A concept that leads to a picture.
struct Lead {
    row: usize,
    concept: &'static str,
    strength: u32,
    /// Whether the painter itself reads the concept as this picture.
    painted: bool,
    /// Whether the concept tells when something is, not what.
    is_time: bool,
}

struct Pictures {
    pictures: Vec<Picture>,
    /// What a tradition's texts show without any telling word.
    usual: Vec<(Tradition, Vec<usize>)>,
}

const SOURCE: &str = include_str!("pictures.tsv");

static PICTURES: LazyLock<Pictures> = LazyLock::new(|| {
    let mut pictures: Vec<Picture> = Vec::new();
    let mut usual = Vec::new();
    for line in SOURCE.lines().filter(|line| !line.starts_with('#')) {
        // A malformed row is a mistake in this crate: the test `every_row_of_pictures_is_well_formed` finds it.
        let mut columns = line.split('\t');
        let (Some(name), Some(second)) = (columns.next(), columns.next()) else { continue };
        if let Some(tradition) = name.strip_prefix('@').and_then(tradition_named) {
            let known = second.split(',').filter_map(|name| pictures.iter().position(|p| p.keyword == name));
            usual.push((tradition, known.collect()));
            continue;
        }
        let leads = columns.next().unwrap_or_default().split(' ').filter_map(lead).collect();
        let traditions = second.split(',').filter_map(tradition_named).collect();
        let only_painted = second.split(',').filter_map(|name| tradition_named(name.strip_suffix('~')?));
        pictures.push(Picture { keyword: name, traditions, only_painted: only_painted.collect(), leads });
    }
    Pictures { pictures, usual }
});

fn lead(entry: &'static str) -> Option<Lead> {
    let (concept, strength) = entry.split_once(['=', ':'])?;
    let row = LEXICON.concepts.rows.iter().position(|row| row.name == concept)?;
    let (painted, is_time) = (entry.contains('='), TIMES.contains(&concept));
    Some(Lead { row, concept, strength: strength.parse().ok()?, painted, is_time })
}

fn tradition_named(name: &str) -> Option<Tradition> {
    Some(match name {
        "Universal" => Tradition::Universal,
        "Christian" => Tradition::Christian,
        "Hindu" => Tradition::Hindu,
        "Islamic" => Tradition::Islamic,
        "Jewish" => Tradition::Jewish,
        "Buddhist" => Tradition::Buddhist,
        "Sikh" => Tradition::Sikh,
        _ => return None,
    })
}

impl Picture {
    fn suits(&self, tradition: Tradition) -> bool {
        self.traditions.is_empty() || self.traditions.contains(&tradition)
    }

    fn is_painted_in(&self, tradition: Tradition) -> bool {
        self.suits(tradition) || self.only_painted.contains(&tradition)
    }

    /// How strongly what a text names leads to this picture, in thirds. A concept that is named more than twice counts as
    /// twice: a refrain must not hide the rest of a scene. Where the text names a thing, hints and the time of day count
    /// a third: however many there are, they must not hide it.
    fn score(&self, named: &Named, names_a_thing: bool) -> u32 {
        let times = |lead: &Lead| named.get(&lead.row).copied().unwrap_or(0).min(2);
        let is_weak = |lead: &Lead| names_a_thing && (lead.is_time || lead.strength <= CLEAR);
        self.leads.iter().map(|lead| lead.strength * times(lead) * if is_weak(lead) { 1 } else { 3 }).sum()
    }

    /// Whether a text names the thing itself that this picture shows.
    fn is_named(&self, named: &Named) -> bool {
        self.leads.iter().any(|lead| !lead.is_time && lead.strength >= THING && named.contains_key(&lead.row))
    }

    /// As [`score`](Self::score), of what clearly shows this picture: a hint in another scene is none for this one.
    fn clear_score(&self, named: &Named) -> u32 {
        let clear = self.leads.iter().filter(|lead| lead.strength >= CLEAR);
        clear.map(|lead| lead.strength * named.get(&lead.row).copied().unwrap_or(0).min(2)).sum()
    }

    fn is_painted_for(&self, keyword: &str) -> bool {
        self.leads.iter().any(|lead| lead.painted && lead.concept.eq_ignore_ascii_case(keyword))
    }
}

/// What a text names.
pub(crate) fn named(text: &str, language: &str) -> Named {
    let mut named = Named::new();
    for sign in LEXICON.concepts.signs(text, language) {
        *named.entry(sign.row).or_default() += 1;
    }
    named
}

/// A picture that a film may show only once: it is a sign of one event, and twice it is a mannerism.
const ONCE: &str = "rainbow";

/// The picture of each scene, as the keyword that leads the painter to it; `None` for a scene whose keywords were given
/// and lead to no picture, or to one that its seed chooses.
///
/// The words of a scene decide; the film's title and the scenes beside it decide between what is about as near, and
/// where a scene's own words tell nothing. No picture stands beside itself while another suits the tradition, those that
/// were shown lately give way to others, and a rainbow is shown once.
pub(crate) fn choose(scenes: &[Told<'_>], title: &Named, tradition: Tradition) -> Vec<Option<&'static str>> {
    let pictures = &PICTURES.pictures;
    let given: Vec<_> =
        scenes.iter().map(|scene| scene.given.map(|words| painted(words, tradition))).collect();
    let mut chosen: Vec<Option<usize>> = Vec::with_capacity(scenes.len());
    for (at, scene) in scenes.iter().enumerate() {
        if let Some(known) = given[at] {
            chosen.push(known);
            continue;
        }
        let next = given.get(at + 1).copied().flatten().flatten();
        let beside = [chosen.last().copied().flatten(), next];
        let later = given[at..].iter().copied().flatten().flatten();
        let shown: Vec<usize> = chosen.iter().copied().flatten().chain(later).collect();
        let allowed = |index: usize| {
            let picture = &pictures[index];
            let again = picture.keyword == ONCE && shown.contains(&index);
            picture.suits(tradition) && !beside.contains(&Some(index)) && !again
        };
        let near = [at.checked_sub(1), Some(at + 1)];
        let near: Vec<&Named> =
            near.into_iter().flatten().filter_map(|i| Some(&scenes.get(i)?.named)).collect();
        let surroundings = |picture: &Picture| {
            2 * picture.clear_score(title) + near.iter().map(|named| picture.clear_score(named)).sum::<u32>()
        };
        // What was shown lately weighs less: by a third for each time among the last pictures.
        let fresh = |index: usize, score: u32| {
            let times = shown.iter().rev().take(MEMORY).filter(|&&one| one == index).count() as u32;
            score * 60 / (2 + times)
        };
        let best = |score: &dyn Fn(&Picture) -> u32| {
            let rated =
                (0..pictures.len()).filter(|&i| allowed(i)).map(|i| (fresh(i, score(&pictures[i])), i));
            // Of equals the first in the table, so that the same text always shows the same.
            rated.filter(|&(score, _)| score > 0).max_by_key(|&(score, i)| (score, std::cmp::Reverse(i)))
        };
        let names_a_thing =
            pictures.iter().any(|picture| picture.suits(tradition) && picture.is_named(&scene.named));
        let own = best(&|picture| match picture.score(&scene.named, names_a_thing) {
            0 => 0,
            own => 4 * own + surroundings(picture),
        });
        let pick = own.or_else(|| best(&surroundings)).map(|(_, index)| index);
        chosen.push(pick.or_else(|| usual(tradition, scene.seed, allowed)));
    }
    let keyword = |index: usize| pictures[index].keyword;
    chosen.into_iter().map(|picture| picture.map(keyword)).collect()
}

/// Concepts that tell when something is: beside a thing that a text names they say little of what is to be seen.
const TIMES: [&str; 3] = ["dawn", "evening", "night"];

/// The least strength of a concept that is the thing itself.
const THING: u32 = 9;

/// The least strength of a concept that shows a picture clearly.
const CLEAR: u32 = 4;

/// How many of the last pictures are remembered when the next one is chosen.
const MEMORY: usize = 8;

/// One of what the tradition has most of, by the scene's own seed: so a change of one scene changes no farther one.
fn usual(tradition: Tradition, seed: u32, allowed: impl Fn(usize) -> bool) -> Option<usize> {
    let (_, usual) = PICTURES.usual.iter().find(|(of, _)| *of == tradition)?;
    let first = seed as usize % usual.len().max(1);
    usual.iter().cycle().skip(first).take(usual.len()).copied().find(|&index| allowed(index))
}

/// The picture that the painter is sure to make of keywords; `None` when they lead to none, or to several.
fn painted(keywords: &[String], tradition: Tradition) -> Option<usize> {
    let all = || PICTURES.pictures.iter().enumerate();
    let suitable = || all().filter(|(_, picture)| picture.is_painted_in(tradition));
    for word in keywords {
        if let Some((own, _)) = suitable().find(|(_, picture)| word.eq_ignore_ascii_case(picture.keyword)) {
            return Some(own);
        }
        let mut answering = suitable().filter(|(_, picture)| picture.is_painted_for(word));
        match (answering.next(), answering.next()) {
            (Some((index, _)), None) => return Some(index),
            (None, _) => {}
            _ => return None,
        }
    }
    None
}

/// Keywords that lead the painter to a picture: as they are where they already do, else with the picture's own first.
pub(crate) fn leading_to(
    picture: &'static str,
    mut keywords: Vec<String>,
    limit: usize,
    tradition: Tradition,
) -> Vec<String> {
    let sure = painted(&keywords, tradition).is_some_and(|index| PICTURES.pictures[index].keyword == picture);
    if !sure {
        keywords.retain(|keyword| keyword != picture);
        keywords.insert(0, picture.to_owned());
        keywords.truncate(limit);
    }
    keywords
}

#[cfg(test)]
mod tests;
