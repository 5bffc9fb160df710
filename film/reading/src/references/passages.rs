//! The numbers of a reference: chapters, verses, ranges and lists.

use crate::characters::{Cursor, continues, decimal, folded, is_dash, is_word};
use crate::numerals::roman;
use crate::references::books;
use crate::references::custom::Custom;
use crate::references::hebrew;
use crate::references::suras;

/// What is referred to, and so how many chapters and verses there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// A book of the Bible by its code.
    Book(&'static str),
    Quran,
    Gita,
    /// A book that is not named.
    Unnamed,
}

/// A chapter, or several, or verses of a chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    /// None for a book of one chapter, whose verses are counted alone.
    pub(crate) chapter: Option<u32>,
    /// The last chapter of a range of whole chapters.
    pub(crate) last_chapter: Option<u32>,
    pub(crate) verses: Vec<Verses>,
}

/// A verse or a range of verses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verses {
    pub(crate) first: u32,
    pub(crate) end: End,
}

/// Where a range of verses ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It is one verse.
    Same,
    Verse(u32),
    /// A verse of another chapter.
    Across(u32, u32),
    /// `f`: the next verse too.
    Next,
    /// `ff`: all that follows.
    Following,
}

/// How strictly numbers are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Any number that is not a time or a quantity.
    None,
    /// A verse must be given, and there must be such a verse.
    Verse,
    /// As `Verse`, or several chapters in digits with a dash, behind which no word follows: `Mt 5–7`.
    Range,
    /// As `Range`, or one such chapter: `Sal. 23`.
    Clause,
    /// As `Verse`, with a colon, or a comma without a space.
    Colon,
}

/// The verses of the Bhagavad Gita's chapters. The 13th has 35 in some editions.
const GITA: [u32; 18] = [47, 72, 43, 42, 29, 47, 30, 28, 34, 42, 55, 20, 35, 27, 20, 24, 28, 78];

/// No chapter has more verses: Psalm 119 has 176, the Quran's second sura 286.
const MOST_VERSES: u32 = 286;

impl Work {
    pub(crate) fn has_chapter(self, chapter: u32) -> bool {
        match self {
            Self::Book(book) => books::has_chapter(book, chapter),
            Self::Quran => (1..=114).contains(&chapter),
            Self::Gita => (1..=18).contains(&chapter),
            Self::Unnamed => (1..=151).contains(&chapter),
        }
    }

    pub(crate) fn has_verse(self, chapter: u32, verse: u32) -> bool {
        let within = |most: u32| (1..=most).contains(&verse);
        match self {
            Self::Book(book) => books::has_verse(book, chapter, verse),
            Self::Quran => within(suras::verses(chapter)),
            Self::Gita => GITA.get((chapter as usize).wrapping_sub(1)).is_some_and(|most| within(*most)),
            Self::Unnamed => within(176),
        }
    }

    fn is_one_chapter(self) -> bool {
        matches!(self, Self::Book(book) if books::chapters(book) == 1)
    }
}

/// Reads the numbers behind a book's name and moves behind them. `starts_book` says whether another book's name
/// begins at a place, such as the `1 Cor` in `Rom 8:28; 1 Cor 13`.
pub(crate) struct Reader<'a> {
    pub(crate) custom: &'a Custom,
    pub(crate) work: Work,
    pub(crate) proof: Proof,
    pub(crate) starts_book: &'a dyn Fn(usize) -> bool,
}

impl Reader<'_> {
    pub(crate) fn passages(&self, cursor: &mut Cursor<'_>) -> Option<Vec<Passage>> {
        let mut next = *cursor;
        let mut passages = vec![self.passage(&mut next)?];
        *cursor = next;
        // `Jn 3:16; 4:5`, `Isa 40:31, 41:10`: further chapters of the same book. Behind a comma there must be such a
        // verse, and no time of day is meant.
        while let Some(mark) = next.take(|c| matches!(c, ';' | '؛' | ',' | '،')) {
            next.spaces();
            if matches!(mark, ',' | '،') && !self.begins_with_verse(next) || (self.starts_book)(next.at) {
                break;
            }
            if next.peek().and_then(decimal).is_none() {
                break;
            }
            match self.passage(&mut next).filter(|passage| !passage.verses.is_empty()) {
                Some(passage) if passage.chapter.is_some() => passages.push(passage),
                _ => break,
            }
            *cursor = next;
        }
        Some(passages)
    }

    /// True before a chapter, a colon and a verse that the work has. What could be a time of day and has a word behind it
    /// is one: `Luke 2:7, 10:30 Mass`.
    fn begins_with_verse(&self, mut cursor: Cursor<'_>) -> bool {
        let Some(chapter) = cursor.number().filter(|_| cursor.take(|c| c == ':').is_some()) else {
            return false;
        };
        let start = cursor.at;
        let Some(verse) = cursor.number().filter(|verse| self.work.has_verse(chapter, *verse)) else {
            return false;
        };
        let clock = cursor.at - start == 2 && chapter < 25 && verse < 60;
        !clock || ends_clause(cursor, self.custom.and.trim())
    }

    fn passage<'t>(&self, cursor: &mut Cursor<'t>) -> Option<Passage> {
        let mut next = *cursor;
        let chapter = self.chapter(&mut next)?;
        self.skip_other_number(&mut next, chapter);
        let after = next;
        let mut whole = next;
        if let Some(verses) = self.verses(&mut next, chapter) {
            *cursor = next;
            let alone = self.work.is_one_chapter() && chapter == 1;
            return Some(Passage { chapter: (!alone).then_some(chapter), last_chapter: None, verses });
        }
        if self.work.is_one_chapter() && chapter > 1 {
            // `Jude 3`: the number is a verse.
            let mut next = *cursor;
            let verses = self.verse_list(&mut next, 1, false)?;
            let known = verses.iter().all(|verses| self.work.has_verse(1, verses.first));
            *cursor = next;
            return known.then_some(Passage { chapter: None, last_chapter: None, verses });
        }
        let digits = cursor.peek().and_then(decimal).is_some();
        let alone = match self.proof {
            Proof::None => true,
            Proof::Range | Proof::Clause => digits,
            Proof::Verse | Proof::Colon => false,
        };
        if !alone || !self.work.has_chapter(chapter) || !ends_number(whole) {
            return None;
        }
        // `Gen 1-2:3` begins with the first verse.
        let mut across = whole;
        let last = self.range_end(&mut across).filter(|last| *last > chapter);
        if let Some(last) = last
            && across.take(|c| c == ':').is_some()
            && let Some(verse) = across.number().filter(|verse| self.work.has_verse(last, *verse))
        {
            *cursor = across;
            let verses = vec![Verses { first: 1, end: End::Across(last, verse) }];
            return Some(Passage { chapter: Some(chapter), last_chapter: None, verses });
        }
        let last_chapter =
            self.range_end(&mut whole).filter(|last| *last > chapter && self.work.has_chapter(*last));
        let end = if last_chapter.is_some() { whole } else { after };
        let free = ends_number(end) && ends_clause(end, "");
        if self.proof != Proof::None && !free || self.proof == Proof::Range && last_chapter.is_none() {
            return None;
        }
        *cursor = end;
        Some(Passage { chapter: Some(chapter), last_chapter, verses: Vec::new() })
    }

    /// `Ps 22 (23), 1`: the number that a psalm has in the other numbering is not said before its verses.
    fn skip_other_number(&self, cursor: &mut Cursor<'_>, chapter: u32) {
        if self.work != Work::Book("PSA") {
            return;
        }
        let mut next = *cursor;
        next.spaces();
        if next.take(|c| c == '(').is_none() {
            return;
        }
        let other = next.number().filter(|other| *other != chapter && other.abs_diff(chapter) <= 2);
        if other.is_none() || next.take(|c| c == ')').is_none() {
            return;
        }
        let mut ahead = next;
        if self.verses(&mut ahead, chapter).is_some() {
            *cursor = next;
        }
    }

    /// A chapter's number, in digits, in Roman numerals, or in Hebrew letters.
    fn chapter(&self, cursor: &mut Cursor<'_>) -> Option<u32> {
        let mut next = *cursor;
        if let Some(number) = next.number() {
            *cursor = next;
            return (number > 0).then_some(number);
        }
        let value =
            if self.custom.language == "he" { hebrew_number(&mut next) } else { roman_number(&mut next) };
        let value = value.filter(|value| self.work.has_chapter(*value))?;
        *cursor = next;
        Some(value)
    }

    /// What stands between chapter and verse, then the verses.
    fn verses(&self, cursor: &mut Cursor<'_>, chapter: u32) -> Option<Vec<Verses>> {
        let mut next = *cursor;
        let spaced = next.spaces();
        let before_word = next;
        if let Some(separator) = next.take(|c| self.custom.separators.contains(&c)) {
            // A Roman numeral has a full stop of its own: `Gen. iii. 16`.
            let roman = cursor.before().is_some_and(char::is_alphabetic);
            let space = next.spaces();
            let proven = match separator {
                ':' => !spaced || space || self.custom.language == "fr",
                '.' => !spaced && (!space || roman),
                _ => !spaced && (self.proof != Proof::Colon || !space),
            };
            let mut ahead = next;
            let first = self.verse_number(&mut ahead)?;
            let plausible = self.work.has_verse(chapter, first);
            let likely =
                separator == ':' && self.proof == Proof::None && first <= MOST_VERSES && chapter <= 151;
            let sure = separator == ':' || self.proof != Proof::Colon || separator != '.';
            if proven && sure && (plausible || likely) && !is_time(ahead) {
                *cursor = next;
                return self.verse_list(cursor, chapter, separator == ',');
            }
        }
        // `Psalm 46, v. 1`, `Jn 3 v 16`.
        next = before_word;
        next.take(|c| matches!(c, ',' | '،'));
        next.spaces();
        let word = next.word();
        if word.is_empty() || !is_verse_word(self.custom, word) {
            return None;
        }
        next.at += word.len();
        next.take(|c| c == '.');
        next.spaces();
        let mut ahead = next;
        self.verse_number(&mut ahead)?;
        *cursor = next;
        self.verse_list(cursor, chapter, false)
    }

    fn verse_number(&self, cursor: &mut Cursor<'_>) -> Option<u32> {
        let mut next = *cursor;
        let number = next.number().or_else(|| match self.custom.language {
            "he" => hebrew_number(&mut next),
            _ => None,
        })?;
        *cursor = next;
        (number > 0).then_some(number)
    }

    /// Verses in a list, such as `7, 9-11.13f`. `dotted` if a comma stands before the first, so that full stops divide.
    pub(crate) fn verse_list(
        &self,
        cursor: &mut Cursor<'_>,
        chapter: u32,
        dotted: bool,
    ) -> Option<Vec<Verses>> {
        let mut list = vec![self.verse_range(cursor, dotted)?];
        loop {
            let last = list.last().map(|verses| match verses.end {
                End::Verse(end) => end,
                _ => verses.first,
            })?;
            let mut next = *cursor;
            let separator = next.take(|c| matches!(c, ',' | '،') || (dotted && c == '.'));
            let mut spaced = next.spaces();
            let and = self.custom.and.trim();
            if separator.is_none() || next.word() == and {
                if !is_word(and.chars().next().unwrap_or(' '))
                    || next.word() != and
                    || !(spaced || separator.is_some())
                {
                    break;
                }
                next.at += and.len();
                spaced = next.spaces();
            }
            if (self.starts_book)(next.at) {
                break;
            }
            let Some(verses) = self.verse_range(&mut next, dotted) else { break };
            // `Luke 2:7, 9 men`: a number before a word is something else, unless it is written like a verse.
            let counts = spaced && !ends_clause(next, and);
            let separated =
                next.peek() == Some(':') && next.rest()[1..].starts_with(|c: char| c.is_ascii_digit());
            if verses.first <= last || !self.work.has_verse(chapter, verses.first) || counts || separated {
                break;
            }
            list.push(verses);
            *cursor = next;
        }
        Some(list)
    }

    fn verse_range(&self, cursor: &mut Cursor<'_>, dotted: bool) -> Option<Verses> {
        let mut next = *cursor;
        let first = self.verse_number(&mut next)?;
        // `16a` is a part of the verse.
        let mut part = next;
        if part.take(|c| matches!(c, 'a'..='d')).is_some() && !part.peek().is_some_and(is_word) {
            next = part;
        }
        if let Some(end) = self.open_end(&mut next) {
            *cursor = next;
            return Some(Verses { first, end });
        }
        if !ends_verse(next, dotted) {
            return None;
        }
        let mut range = next;
        let end = match self.range_end(&mut range) {
            Some(last) => {
                let mut across = range;
                let verse = across
                    .take(|c| self.custom.separators.contains(&c) && !(dotted && c == '.'))
                    .and_then(|_| across.number())
                    .filter(|verse| self.work.has_verse(last, *verse) && ends_verse(across, dotted));
                match verse {
                    Some(verse) => {
                        next = across;
                        End::Across(last, verse)
                    }
                    None if last > first && ends_verse(range, dotted) => {
                        next = range;
                        End::Verse(last)
                    }
                    None => End::Same,
                }
            }
            None => End::Same,
        };
        *cursor = next;
        Some(Verses { first, end })
    }

    /// A dash and the number behind it.
    fn range_end(&self, cursor: &mut Cursor<'_>) -> Option<u32> {
        let mut next = *cursor;
        next.spaces();
        next.take(is_dash)?;
        next.spaces();
        let number = self.verse_number(&mut next)?;
        let mut part = next;
        if part.take(|c| matches!(c, 'a'..='d')).is_some() && !part.peek().is_some_and(is_word) {
            next = part;
        }
        *cursor = next;
        Some(number)
    }

    /// `f` or `ff`, with its full stop unless that ends the sentence.
    fn open_end(&self, cursor: &mut Cursor<'_>) -> Option<End> {
        let mut next = *cursor;
        next.spaces();
        let word = next.word().to_lowercase();
        let end = match word.as_str() {
            "" => return None,
            word if self.custom.next_marks.contains(&word) => End::Next,
            word if self.custom.following_marks.contains(&word) => End::Following,
            _ => return None,
        };
        next.at += word.len();
        let mut stop = next;
        if stop.take(|c| c == '.').is_some() && continues(stop) {
            next = stop;
        }
        *cursor = next;
        Some(end)
    }
}

/// True if the word, in any case, is written before a verse's number.
pub(crate) fn is_verse_word(custom: &Custom, word: &str) -> bool {
    let word = word.to_lowercase();
    custom.verse_words.contains(&word.as_str()) || custom.verse_short.contains(&word.as_str())
}

fn roman_number(cursor: &mut Cursor<'_>) -> Option<u32> {
    let word = cursor.word();
    // `I` and `C` alone are words and letters too often.
    let value = roman::value(word).filter(|_| word != "I" && word != "i")?;
    cursor.at += word.len();
    Some(value)
}

/// A number in Hebrew letters, with the marks that are inside or behind it.
fn hebrew_number(cursor: &mut Cursor<'_>) -> Option<u32> {
    let mut next = *cursor;
    next.skip(|c| is_word(c) || matches!(c, '"' | '\'' | '״' | '׳' | '”' | '’'));
    let word = &cursor.rest()[..next.at - cursor.at];
    let value = hebrew::value(&folded(word))?;
    *cursor = next;
    Some(value)
}

/// False where the number goes on as a quantity or another word: `5%`, `3rd`, `2.5`, `3:30`.
pub(crate) fn ends_number(cursor: Cursor<'_>) -> bool {
    let mut rest = cursor.rest().chars();
    match rest.next() {
        None => true,
        Some('%' | '‰' | '°' | '€' | '$' | '£' | '₹') => false,
        Some('.' | ',' | ':' | '/') => rest.next().and_then(decimal).is_none(),
        Some(c) => !is_word(c),
    }
}

/// As `ends_number`, but a list may go on: `7,9` and, where full stops divide, `7.9`.
fn ends_verse(cursor: Cursor<'_>, dotted: bool) -> bool {
    let list = |c: char| c == ',' || (dotted && c == '.');
    ends_number(cursor) || cursor.peek().is_some_and(list)
}

/// True if a clock's words follow: `3:30 p.m.`
fn is_time(mut cursor: Cursor<'_>) -> bool {
    if cursor.take(|c| c == ':').is_some() && cursor.number().is_some() {
        return true;
    }
    cursor.spaces();
    let rest = cursor.rest();
    let lower: String = rest.chars().take(8).flat_map(char::to_lowercase).collect();
    let word = lower.split(|c: char| !is_word(c) && c != '.').next().unwrap_or_default();
    matches!(word.trim_end_matches('.'), "am" | "pm" | "a.m" | "p.m" | "uhr" | "h" | "o" | "hrs" | "बजे")
        || rest.starts_with('%')
}

/// True if the clause or bracket ends here, or a list goes on.
fn ends_clause(mut cursor: Cursor<'_>, and: &str) -> bool {
    cursor.spaces();
    cursor.word() == and && !and.is_empty() || !cursor.peek().is_some_and(char::is_alphabetic)
}
