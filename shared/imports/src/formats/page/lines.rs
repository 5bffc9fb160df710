//! What each line of a page is.

use std::sync::LazyLock;

use regex::Regex;

use crate::kind::Kind;
use crate::pattern::compile;
use crate::source;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Blank,
    Body,
    /// A button, menu or notice.
    Furniture,
    /// `Footnotes`, `Cross references`: what the lines below it are.
    NotesHeading(Kind),
    Note(Kind),
    Copyright,
    /// The name of a translation.
    Version,
    /// `John 3:16-18`, alone on its line.
    Reference,
    /// The name of a section.
    Heading,
}

#[derive(Debug)]
pub(super) struct Line<'a> {
    pub start: usize,
    pub text: &'a str,
    pub class: Class,
}

/// Buttons and menus of Bible sites and apps, as they are copied along with the text.
static FURNITURE: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?i)^(?:read (?:the )?(?:full|whole|entire) chapter.*",
        r"|read more|show (?:foot)?notes|.* in all english translations",
        r"|(?:previous|next)(?: chapter)?|prev|share|copy|listen|play|print|compare(?: all versions)?",
        r"|highlight|bookmark",
        r"|add parallel|settings|audio|search|menu|download the app|sign in|log in|verse of the day|daily verse",
        r"|leer (?:el )?cap[ií]tulo completo|anterior|siguiente|compartir|copiar|escuchar|comparar",
        r"|ler (?:o )?cap[ií]tulo completo|pr[oó]ximo|compartilhar|partilhar|ouvir",
        r"|lire (?:le|tout le) chapitre.*|pr[eé]c[eé]dent|suivant|partager|copier|[eé]couter",
        r"|leggi (?:tutto il|l'intero) capitolo|precedente|successivo|condividi|copia|ascolta",
        r"|ganzes kapitel lesen|zur[uü]ck|weiter|teilen|kopieren|anh[oö]ren",
        r"|पूरा अध्याय पढ़ें|साझा करें|कॉपी करें|सुनें|अगला|पिछला)\s*[›»>→]?$"
    ))
});

static FOOTNOTES: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?i)^(?:foot ?notes?|study notes|translation notes|notes?",
        r"|notas(?: al pie| de rodap[eé])?|notas a pie de p[aá]gina",
        r"|notes? de bas de page|note a pi[eè](?: di)? pagina|fu(?:ß|ss)noten|anmerkungen",
        r"|फ़?ुटनोट|टिप्पणियाँ|الحواشي)\s*:?$"
    ))
});

static CROSS_REFERENCES: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?i)^(?:cross[- ]?references?|referencias cruzadas|refer[eê]ncias cruzadas|r[eé]f[eé]rences crois[eé]es",
        r"|riferimenti incrociati|querverweise|parallelstellen)\s*:?$"
    ))
});

static COPYRIGHT: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"(?i)©|\bcopyright\b|\(c\)\s*(?:19|20)\d\d|all rights reserved|used (?:by|with) permission|^public domain\.?$",
        r"|scripture (?:quotations?|taken|texts?)\b.*\b(?:from|are)\b",
        r"|derechos reservados|todos os direitos",
        r"|tous droits r[eé]serv[eé]s|tutti i diritti|alle rechte vorbehalten|सर्वाधिकार"
    ))
});

/// The name of a translation, alone on its line.
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"^(?:(?:The |Holy )?(?:\p{Lu}[\p{L}\d’']*,? (?:of |de |the )?){0,5}",
        r"(?:Version|Bible|Translation|Biblia|B[ií]blia|Bibbia",
        r"|Bibel|Valera|Almeida|Segond)(?: \d{4})?(?:,? ?(?:UK|Update|Edition|Actualizada|Corrigida|Revisada))*",
        r"(?: ?[(–-] ?[A-Z][A-Za-z0-9-]{1,9}\)?)?|\(?[A-Z]{2,6}\d{0,4}\)?)$"
    ))
});

/// A passage alone on its line, with its translation at most: `1 John 3:16-18 (KJV)`.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    compile(concat!(
        r"^(?:[1-4]\s?|I{1,3}\s)?\p{L}[\p{L}\p{M}.’']*(?: \p{L}[\p{L}\p{M}.’']*){0,3}\s+\p{Nd}{1,3}",
        r"(?:\s?[:.,]\s?\p{Nd}{1,3}(?:\s?[-–—,]\s?\p{Nd}{1,3}(?::\p{Nd}{1,3})?)*|\s?[-–]\s?\p{Nd}{1,3})?",
        r"(?:[ ,–-]+\(?(?:[A-Z]{2,6}\d{0,4}|[\p{Lu}][\p{L} ]{2,40}(?:Version|Bible|Translation))\)?)?$"
    ))
});

/// A line that begins with the number of a verse.
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| compile(r"^[\[({]?[\d⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}"));

/// What each line of a source is.
pub(super) fn classify(source: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    // What the lines below the heading of the notes are.
    let mut notes: Option<Kind> = None;
    let mut numbered = false;
    for (at, text) in source::lines(source) {
        let class = class(text.trim(), &mut notes, numbered, lines.last().map(|line| line.class));
        numbered |= class == Class::Body && NUMBERED.is_match(text.trim());
        lines.push(Line { start: at, text, class });
    }
    // A translation is also named above its owner's rights.
    for at in 1..lines.len() {
        let above = &lines[at - 1];
        let named =
            above.class == Class::Body && above.text.len() <= 200 && VERSION.is_match(above.text.trim());
        if named && lines[at].class == Class::Copyright {
            lines[at - 1].class = Class::Version;
        }
    }
    for at in headings(&lines) {
        lines[at].class = Class::Heading;
    }
    lines
}

fn class(line: &str, notes: &mut Option<Kind>, numbered: bool, before: Option<Class>) -> Class {
    // What stands alone is short; a long line is not tried.
    let short = line.len() <= 200;
    if line.is_empty() {
        return Class::Blank;
    }
    if short && FURNITURE.is_match(line) {
        return Class::Furniture;
    }
    if numbered && short {
        let heading = if FOOTNOTES.is_match(line) {
            Some(Kind::Note)
        } else {
            CROSS_REFERENCES.is_match(line).then_some(Kind::CrossReference)
        };
        if let Some(kind) = heading {
            *notes = Some(kind);
            return Class::NotesHeading(kind);
        }
    }
    if COPYRIGHT.is_match(line) {
        return Class::Copyright;
    }
    if short && REFERENCE.is_match(line) {
        *notes = None;
        return Class::Reference;
    }
    // A translation is named below the passage, or below the owner's rights.
    let may_name = notes.is_some()
        || matches!(before, None | Some(Class::Reference | Class::Furniture | Class::Copyright));
    if short && may_name && VERSION.is_match(line) {
        return Class::Version;
    }
    notes.map_or(Class::Body, Class::Note)
}

/// The lines that name a section: a few words without an end of a sentence, above a numbered verse.
fn headings(lines: &[Line<'_>]) -> Vec<usize> {
    let mut found = Vec::new();
    // Whether the text above is at the end of a sentence, and whether something parts the line from it.
    let (mut ended, mut parted) = (true, true);
    let mut above_number = vec![false; lines.len()];
    let mut next = false;
    for (at, line) in lines.iter().enumerate().rev() {
        above_number[at] = next;
        match line.class {
            Class::Blank => {}
            Class::Body => next = NUMBERED.is_match(line.text.trim()),
            _ => next = false,
        }
    }
    for (at, line) in lines.iter().enumerate() {
        let text = line.text.trim();
        match line.class {
            Class::Body if ended && above_number[at] && is_heading(text, parted) => found.push(at),
            Class::Body => {
                ended =
                    text.trim_end_matches(['”', '’', '"', '\'', ')', '»']).ends_with(['.', '!', '?', '…']);
                parted = false;
            }
            _ => parted = true,
        }
    }
    found
}

fn is_heading(line: &str, parted: bool) -> bool {
    let few = line.chars().count() <= 70
        && !line.ends_with(['.', ',', ';', ':', '!', '”', '’', '—', '-', '।', '॥']);
    let titled = || line.split_whitespace().filter(|word| word.chars().count() >= 4).all(begins_upper);
    few && !NUMBERED.is_match(line) && begins_upper(line) && (parted || titled())
}

fn begins_upper(text: &str) -> bool {
    text.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase)
}
