//! The way in for drawing: captions and titles, typeset once, then drawn whole or word by word.

use std::ops::Range;

use crate::bitmap::CaptionBitmap;
use crate::block::{Block, Placed};
use crate::compose::{LineLimits, compose};
use crate::coverage::is_ignored;
use crate::cue::LINES;
use crate::error::CaptionError;
use crate::fonts::Fonts;
use crate::frame::Layout;
use crate::paint;

/// Most lines of a title.
const TITLE_LINES: usize = 3;
/// Space between title and subtitle beyond their leading, in ems of the subtitle.
const SUBTITLE_GAP: f32 = 0.5;
/// A second text against the first, in size: it helps with the first and does not compete with it. Its
/// capitals are 18′ on a phone held sideways, still above the 16′ of ISO 9241-303.
const SECOND_SCALE: f32 = 0.76;
/// Space between the two beyond their leading, in ems of the second.
const SECOND_GAP: f32 = 0.18;

/// What a caption says: a text, and below it, if wanted, the same in other letters or another language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caption<'t> {
    /// The text that is spoken.
    pub text: &'t str,
    /// BCP 47 language of the text, which chooses its letterforms and direction.
    pub language: &'t str,
    /// A transliteration or translation, with its own language (`sa-Latn`, `en`), set smaller below.
    pub second: Option<(&'t str, &'t str)>,
}

impl<'t> Caption<'t> {
    /// A caption of one text.
    pub fn new(text: &'t str, language: &'t str) -> Self {
        Self { text, language, second: None }
    }

    /// The same with a transliteration or translation below it.
    #[must_use]
    pub fn with_second(self, text: &'t str, language: &'t str) -> Self {
        Self { second: Some((text, language)), ..self }
    }
}

/// A caption in its place on a frame, shaped and composed, not yet drawn.
pub struct Typeset<'f> {
    fonts: &'f Fonts,
    placed: Placed,
    frame: (u32, u32),
}

impl std::fmt::Debug for Typeset<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Typeset").field("frame", &self.frame).finish_non_exhaustive()
    }
}

impl Typeset<'_> {
    /// The caption itself: letters, halo and plate. `None` when it has no ink.
    pub fn bitmap(&self) -> Option<CaptionBitmap> {
        paint::caption(&self.placed, self.frame)
    }

    /// A layer that colours one word of the text, to lie on the caption while the word is spoken.
    ///
    /// `word` is a byte range of [`Caption::text`]. Coloured is every cluster that begins in it, whole:
    /// a ligature or conjunct belongs to the word that its first letter belongs to, and is never cut.
    /// `None` when no ink begins there.
    pub fn word(&self, word: Range<usize>) -> Option<CaptionBitmap> {
        paint::highlight(&self.placed.clusters(self.fonts, &word)?, self.frame)
    }
}

impl Fonts {
    /// Typesets a caption for a frame of this width and height in pixels: shaped, ordered, each text on
    /// one or two balanced lines, centred low in the frame's [`SafeArea`](crate::SafeArea).
    ///
    /// A text longer than [`crate::cues`] would make is set smaller, down to 72 %, then on more lines.
    ///
    /// # Errors
    /// [`CaptionError::MissingGlyphs`] when no font has a character of the texts, [`CaptionError::FontMissing`] and
    /// [`CaptionError::FontUnusable`] when the font of a script is [absent](Fonts::absent) or damaged,
    /// [`CaptionError::NothingToShow`] when a text has no ink, [`CaptionError::TooLong`] when the lines are higher
    /// than the safe area even at the smallest size, [`CaptionError::Frame`] when a side of the frame is odd or below
    /// 128 pixels.
    pub fn typeset(&self, caption: &Caption<'_>, frame: (u32, u32)) -> Result<Typeset<'_>, CaptionError> {
        let layout = Layout::of(frame)?;
        self.check(caption.text, caption.language)?;
        let room = LineLimits { em: layout.caption_em, measure: layout.caption_measure, lines: LINES };
        let composed = compose(self, caption.text, caption.language, room);
        let mut block = Block::new(self, &composed, &layout.safe);
        if let Some((text, language)) = caption.second {
            self.check(text, language)?;
            let room = LineLimits { em: room.em * SECOND_SCALE, ..room };
            let below = Block::new(self, &compose(self, text, language, room), &layout.safe);
            block.append(below, SECOND_GAP);
        }
        let last = layout.safe.bottom as f32 - block.below();
        // Halo and plate are measured by the first text, so that the smaller one below gets the same shade.
        let placed = block.place(last, composed.em, &layout.safe);
        let placed = placed.ok_or_else(|| too_long(caption.text, frame))?;
        Ok(Typeset { fonts: self, placed, frame })
    }

    /// Draws a caption of one text, as [`Fonts::typeset`] sets it.
    ///
    /// # Errors
    /// As [`Fonts::typeset`] for the text.
    pub fn draw(&self, text: &str, language: &str, frame: (u32, u32)) -> Result<CaptionBitmap, CaptionError> {
        let caption = self.typeset(&Caption::new(text, language), frame)?;
        caption.bitmap().ok_or_else(|| too_long(text, frame))
    }

    /// Draws a title card: the title on up to three lines in the middle of the frame, the subtitle, if
    /// any, smaller below it on up to two.
    ///
    /// # Errors
    /// As [`Fonts::typeset`], for the title and for the subtitle.
    pub fn draw_title(
        &self,
        title: &str,
        subtitle: Option<&str>,
        language: &str,
        frame: (u32, u32),
    ) -> Result<CaptionBitmap, CaptionError> {
        let layout = Layout::of(frame)?;
        self.check(title, language)?;
        let room = LineLimits { em: layout.title_em, measure: layout.caption_measure, lines: TITLE_LINES };
        let composed = compose(self, title, language, room);
        let mut em = composed.em;
        let mut block = Block::new(self, &composed, &layout.safe);
        if let Some(subtitle) = subtitle {
            self.check(subtitle, language)?;
            let room = LineLimits { em: layout.caption_em, measure: layout.caption_measure, lines: LINES };
            let composed = compose(self, subtitle, language, room);
            // The halo is for legibility, and large letters need no wider one than small ones.
            em = em.min(composed.em);
            block.append(Block::new(self, &composed, &layout.safe), SUBTITLE_GAP);
        }
        let last = block.last_when_centred((layout.safe.top + layout.safe.bottom) as f32 / 2.0);
        let placed = block.place(last, em, &layout.safe);
        placed.and_then(|placed| paint::caption(&placed, frame)).ok_or_else(|| too_long(title, frame))
    }

    fn check(&self, text: &str, language: &str) -> Result<(), CaptionError> {
        self.prepare(text, language)?;
        let missing = self.missing(text);
        if !missing.is_empty() {
            return Err(CaptionError::MissingGlyphs(missing));
        }
        if text.chars().all(is_ignored) {
            return Err(CaptionError::NothingToShow);
        }
        Ok(())
    }
}

fn too_long(text: &str, (width, height): (u32, u32)) -> CaptionError {
    CaptionError::TooLong { characters: text.chars().count(), width, height }
}
