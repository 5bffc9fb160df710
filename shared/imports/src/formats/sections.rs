//! The name of a passage, from its book and the numbers of its chapters and verses.

/// What the formats of scripture say about the place of a text.
#[derive(Debug, Default)]
pub(super) struct Passage {
    /// The name of the book as people know it.
    pub book: Option<String>,
    chapters: Vec<String>,
    first_verse: Option<String>,
    last_verse: Option<String>,
}

impl Passage {
    pub fn chapter(&mut self, number: &str) {
        if !number.is_empty() && self.chapters.last().is_none_or(|last| last != number) {
            self.chapters.push(number.to_owned());
        }
    }

    pub fn verse(&mut self, number: &str) {
        self.first_verse.get_or_insert_with(|| number.to_owned());
        self.last_verse = Some(number.to_owned());
    }

    /// `John`, `John 3` or `John 3:16–18`; `None` if the book's name is not known.
    pub fn title(&self) -> Option<String> {
        let book = self.book.as_ref()?.trim();
        let [chapter] = self.chapters.as_slice() else { return Some(book.to_owned()) };
        if book.chars().any(|c| c.is_ascii_digit()) && book.ends_with(chapter.as_str()) {
            return Some(book.to_owned());
        }
        // A text that begins with the first verse is taken for the whole chapter.
        match (&self.first_verse, &self.last_verse) {
            (Some(first), Some(last)) if first != "1" && first == last => {
                Some(format!("{book} {chapter}:{first}"))
            }
            (Some(first), Some(last)) if first != "1" => Some(format!("{book} {chapter}:{first}–{last}")),
            _ => Some(format!("{book} {chapter}")),
        }
    }
}
