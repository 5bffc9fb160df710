//! Scripture as copied from a web site or an app: numbers of chapters and verses in the text, buttons around it, notes
//! and the owner's rights at its end.

mod lines;
mod numbers;

use lines::{Class, classify};
use numbers::{Number, Place, Style, numbers};

use crate::document::Document;
use crate::kind::Kind;

/// What shows that a text is such a page; `None` if nothing does.
pub(crate) fn evidence(source: &str) -> Option<&'static str> {
    let lines = classify(source);
    let numbers = numbers(&lines);
    let count = |style: Style| numbers.iter().filter(|number| number.style == style).count();
    let around = lines.iter().any(|line| {
        matches!(line.class, Class::Furniture | Class::NotesHeading(_) | Class::Reference | Class::Copyright)
    });
    let least = if around { 1 } else { 2 };
    let has = |class: Class| lines.iter().any(|line| line.class == class);
    if count(Style::Trailing) >= 2 {
        Some("Numbers of verses stand behind them.")
    } else if count(Style::Raised) >= least
        || count(Style::Bracketed) >= least
        || count(Style::WithChapter) >= least
    {
        Some("Numbers of verses stand before them.")
    } else if count(Style::Touching) >= least {
        Some("Numbers of verses touch their first words.")
    } else if count(Style::Spaced) > least {
        Some("Its lines begin with numbers of verses.")
    } else if has(Class::Reference) && (has(Class::Copyright) || has(Class::Version)) {
        Some("It names its passage and its translation.")
    } else {
        None
    }
}

pub(super) fn read(source: &str) -> Document {
    let mut document = Document::default();
    let lines = classify(source);
    let numbers = numbers(&lines);
    let mut numbers = numbers.iter().peekable();
    for (index, line) in lines.iter().enumerate() {
        let text = line.text;
        let span = line.start..line.start + text.len();
        let mut alone = |kind| {
            document.line();
            document.part(kind, text.trim(), span.clone());
            document.line();
        };
        match line.class {
            Class::Blank => document.paragraph(),
            Class::Furniture | Class::NotesHeading(_) => alone(Kind::PageFurniture),
            Class::Copyright => alone(Kind::Copyright),
            Class::Version => alone(Kind::Metadata),
            Class::Note(kind) => alone(kind),
            Class::Reference | Class::Heading => {
                document.paragraph();
                document.part(Kind::Heading, text.trim(), span);
                document.paragraph();
            }
            Class::Body => {
                document.line();
                let mut at = 0;
                while let Some(number) = numbers.next_if(|number| number.line == index) {
                    document.words(
                        &text[at..number.range.start],
                        line.start + at..line.start + number.range.start,
                    );
                    at = number.range.end;
                    part(&mut document, number, text, line.start);
                }
                document.words(&text[at..], line.start + at..span.end);
                document.line();
            }
        }
    }
    document.title =
        lines.iter().find(|line| matches!(line.class, Class::Reference)).map(|line| line.text.to_owned());
    document
}

/// Files a number. Behind its verse it stays as it is, and ends the line.
fn part(document: &mut Document, number: &Number, text: &str, start: usize) {
    let span = start + number.range.start..start + number.range.end;
    match number.place {
        Place::Chapter => {
            document.line();
            document.part(Kind::ChapterNumber, number.digits.clone(), span);
            document.line();
        }
        Place::Before => {
            document.line();
            document.verse_number(&number.digits, span);
        }
        Place::Behind => {
            document.part(Kind::VerseNumber, &text[number.range.clone()], span);
            document.line();
        }
    }
}
