//! Bullets and numbers of lists at the start of a line, as word processors and chats write them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::document::{Break, Document, Stretch};
use crate::kind::Kind;
use crate::pattern::compile;

/// A bullet, then white space. Word writes its own from private codes of the fonts Symbol and Wingdings, and programs
/// that do not know these write the letter that stands at the same place, behind which only a tab makes it a bullet.
static BULLET: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"^[ \t]*(?:([\u{F020}-\u{F0FF}][ \t]*|[•‣⁃◦∙·▪▫■□●○◆◇★☆►▶➤➢❖✓✔✗✘➔→][\u{FE0F}]?[ \t]+|",
        r"[-*+–][ \t]+)|([oØü§vq]\t))"
    ))
});

/// A number or letter of an outline, with the tab that Word puts behind it.
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| compile(r"^[ \t]*(\(?(?:\d{1,3}(?:\.\d{1,3})*|[IVXivx]{1,5}|[A-Za-z])[.)]\t[ \t]*)"));

/// A private code anywhere else, such as an arrow.
static PRIVATE: LazyLock<Regex> = LazyLock::new(|| compile(r"[\u{F020}-\u{F0FF}]"));

/// The bullets and numbers of a document, by piece.
pub(super) fn found(document: &Document) -> Vec<(usize, Stretch)> {
    let mut found = Vec::new();
    let mut begins = true;
    for (at, piece) in document.pieces.iter().enumerate() {
        begins |= piece.before > Break::None;
        if piece.kind.is_none() {
            let mut add = |range: Range<usize>, kind| found.push((at, (range, kind, String::new())));
            let mut start = 0;
            for line in piece.text.split_inclusive('\n') {
                let mut rest = 0;
                if begins {
                    if let Some(bullet) = bullet(line) {
                        rest = bullet.end;
                        add(start + bullet.start..start + bullet.end, Kind::Bullet);
                    } else if let Some(number) = NUMBER.captures(line).and_then(|number| number.get(1)) {
                        rest = number.end();
                        add(start + number.start()..start + number.end(), Kind::ListNumber);
                    }
                }
                for sign in PRIVATE.find_iter(&line[rest..]) {
                    add(start + rest + sign.start()..start + rest + sign.end(), Kind::Mark);
                }
                start += line.len();
                begins = line.ends_with('\n');
            }
        }
    }
    found
}

fn bullet(line: &str) -> Option<Range<usize>> {
    let found = BULLET.captures(line)?;
    let bullet = found.get(1).or_else(|| found.get(2))?;
    // A dash may begin speech, and it takes words to be an item.
    let is_dash = bullet.as_str().starts_with('–');
    (!is_dash && line[bullet.end()..].contains(char::is_alphanumeric)).then(|| bullet.range())
}
