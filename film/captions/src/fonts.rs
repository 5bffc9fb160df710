//! The fonts, loaded: those that every process has, and those of single scripts, when a text needs them.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use harfrust::Font;
use unicode_script::UnicodeScript as _;

use crate::coverage::{Coverage, IGNORED, is_ignored};
use crate::error::CaptionError;
use crate::faces::{CORE, FaceId, SCRIPTS, ScriptFace, preferred_face, usual_script};

/// A font file and how it is set beside the others.
pub(crate) struct Face {
    pub(crate) font: Font,
    /// Size relative to the Latin face, so that scripts look equally large on one line.
    pub(crate) scale: f32,
    /// Typographic descent below the baseline, in ems of the caption's size, positive.
    pub(crate) descent: f32,
    covered: Coverage,
}

impl Face {
    pub(crate) fn covers(&self, c: char) -> bool {
        self.covered.contains(c)
    }
}

/// The fonts. Load them once per process and share them: the core takes about 16 MB.
///
/// The core shows the scripts of most texts. Each other script has a font of its own, which is read from the folder
/// when a text first needs it. Where the folder has the core only, as in the image of the render step,
/// [`Fonts::absent`] says which files a text needs, and [`Fonts::add`] takes them.
pub struct Fonts {
    folder: PathBuf,
    core: Vec<Face>,
    /// By the index of [`SCRIPTS`].
    scripts: [OnceLock<Face>; SCRIPTS.len()],
    /// What the core covers.
    covered: Coverage,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scripts = self.scripts.iter().filter(|face| face.get().is_some()).count();
        f.debug_struct("Fonts")
            .field("core", &self.core.len())
            .field("scripts", &scripts)
            .finish_non_exhaustive()
    }
}

impl Fonts {
    /// Reads the fonts of `infra/assets/fonts.json` from `fonts/` below `assets_root`; those of `scripts.json` are
    /// looked for there when a text needs them. The system's fonts are never looked at: a film must not depend on the
    /// machine it was made on.
    ///
    /// # Errors
    /// [`CaptionError::FontMissing`] when a font file cannot be read, [`CaptionError::FontUnusable`] when it can be
    /// read but not parsed; each names the file.
    pub fn load(assets_root: &Path) -> Result<Self, CaptionError> {
        let folder = assets_root.join("fonts");
        let load = |(_, file, scale): &(FaceId, &str, f32)| read_face(&folder.join(file), *scale);
        let core = CORE.iter().map(load).collect::<Result<Vec<Face>, CaptionError>>()?;
        let mut all: Vec<RangeInclusive<u32>> = IGNORED.to_vec();
        all.extend(core.iter().flat_map(|face| face.covered.ranges().iter().cloned()));
        let scripts = std::array::from_fn(|_| OnceLock::new());
        Ok(Self { folder, core, scripts, covered: Coverage::new(all) })
    }

    /// The file names of the fonts of single scripts, in no particular order.
    pub fn of_scripts() -> impl Iterator<Item = &'static str> {
        SCRIPTS.iter().map(|script| script.file)
    }

    /// The names of the font files that a text in this language needs, and that are neither loaded nor in the folder.
    /// Empty for a text in a script of the core, and in every process whose folder is complete.
    pub fn absent(&self, text: &str, language: &str) -> Vec<&'static str> {
        let absent = |script: &&ScriptFace| !self.folder.join(script.file).is_file();
        self.wanted(text, language).into_iter().filter(absent).map(|script| script.file).collect()
    }

    /// Adds the font of a script from the bytes of its file, one of those that [`Fonts::absent`] names. A font that
    /// was added before stays, and a name that is none of theirs adds nothing.
    ///
    /// # Errors
    /// [`CaptionError::FontUnusable`] when the bytes are no font.
    pub fn add(&self, file: &str, data: Vec<u8>) -> Result<(), CaptionError> {
        if let Some(index) = SCRIPTS.iter().position(|script| script.file == file) {
            let face = face_of(data, SCRIPTS[index].scale, Path::new(file))?;
            self.scripts[index].set(face).ok();
        }
        Ok(())
    }

    /// Loads from the folder what a text needs.
    ///
    /// # Errors
    /// As [`Fonts::load`], for the fonts of scripts.
    pub(crate) fn prepare(&self, text: &str, language: &str) -> Result<(), CaptionError> {
        for script in self.wanted(text, language) {
            self.load_script(script)?;
        }
        Ok(())
    }

    /// The characters of `text` that no font has, each once, in order of appearance. What has
    /// no ink by nature (controls, joiners, variation selectors, white space) is never missing. What only a script's
    /// font has is missing as long as that font is neither loaded nor in the folder.
    pub fn missing(&self, text: &str) -> Vec<char> {
        let mut missing = Vec::new();
        for c in text.chars() {
            if !self.covered.contains(c) && !missing.contains(&c) && !self.script_shows(c) {
                missing.push(c);
            }
        }
        missing
    }

    /// Everything [`Fonts::missing`] accepts, as sorted ranges that neither overlap nor touch. The crate
    /// `film-vocabulary` keeps the same table for those who must refuse a text without loading fonts.
    ///
    /// # Errors
    /// As [`Fonts::load`], for the fonts of scripts, all of which are loaded.
    pub fn coverage(&self) -> Result<Vec<RangeInclusive<char>>, CaptionError> {
        let mut all = self.covered.ranges().to_vec();
        for script in &SCRIPTS {
            let face = self.load_script(script)?;
            let characters = face.covered.ranges().iter().flat_map(Clone::clone);
            let added = characters.filter(|c| char::from_u32(*c).is_some_and(|c| script.adds(c)));
            all.extend(added.map(|c| c..=c));
        }
        let as_char = |value: &u32| char::from_u32(*value);
        let range = |range: &RangeInclusive<u32>| Some(as_char(range.start())?..=as_char(range.end())?);
        Ok(Coverage::new(all).ranges().iter().filter_map(range).collect())
    }

    /// A font. In place of one that is not loaded it is the Latin one, whose glyphs are then those of missing
    /// characters; what is drawn has been [prepared](Fonts::prepare).
    pub(crate) fn face(&self, id: FaceId) -> &Face {
        // CORE and SCRIPTS list every id at its own index, which a test holds to.
        let Some(index) = id.script_index() else { return &self.core[id as usize] };
        self.scripts[index].get().unwrap_or(&self.core[FaceId::Serif as usize])
    }

    /// The font for a grapheme: the one its script and language ask for if it has every character,
    /// else the first that has; `None` when no single font does. Which scripts' fonts happen to be loaded for other
    /// texts makes no difference.
    pub(crate) fn face_for(&self, grapheme: &str, preferred: FaceId) -> Option<FaceId> {
        let covers = |id: FaceId| {
            let loaded = id.script_index().is_none_or(|index| self.scripts[index].get().is_some());
            loaded && grapheme.chars().all(|c| is_ignored(c) || self.face(id).covers(c))
        };
        let adds = |script: &&ScriptFace| grapheme.chars().any(|c| script.adds(c));
        // U+FE0F asks for the pictorial form of a character that also has a textual one.
        let pictorial = grapheme.contains('\u{FE0F}').then_some(FaceId::Emoji);
        pictorial
            .into_iter()
            .chain([preferred])
            .chain(CORE.iter().map(|(id, ..)| *id))
            .chain(SCRIPTS.iter().filter(adds).map(|script| script.id))
            .find(|id| covers(*id))
    }

    /// The fonts of scripts that a text in this language needs and that are not loaded yet.
    fn wanted(&self, text: &str, language: &str) -> Vec<&'static ScriptFace> {
        // The language's own font sets the digits and marks of a line without letters.
        let own = preferred_face(usual_script(language), language);
        let wanted = |(index, script): &(usize, &ScriptFace)| {
            let asks = |c: char| {
                preferred_face(c.script(), language) == script.id
                    || !self.covered.contains(c) && script.adds(c)
            };
            self.scripts[*index].get().is_none() && (script.id == own || text.chars().any(asks))
        };
        SCRIPTS.iter().enumerate().filter(wanted).map(|(_, script)| script).collect()
    }

    /// Whether the font of a script shows a character that the core does not.
    fn script_shows(&self, c: char) -> bool {
        let mut adding = SCRIPTS.iter().filter(|script| script.adds(c));
        adding.any(|script| self.load_script(script).is_ok_and(|face| face.covers(c)))
    }

    fn load_script(&self, script: &ScriptFace) -> Result<&Face, CaptionError> {
        let Some(index) = script.id.script_index() else { return Ok(self.face(script.id)) };
        let place = &self.scripts[index];
        if let Some(face) = place.get() {
            return Ok(face);
        }
        let face = read_face(&self.folder.join(script.file), script.scale)?;
        Ok(place.get_or_init(|| face))
    }
}

fn read_face(path: &Path, scale: f32) -> Result<Face, CaptionError> {
    let data =
        std::fs::read(path).map_err(|source| CaptionError::FontMissing { path: path.into(), source })?;
    face_of(data, scale, path)
}

/// `path` is for the error.
fn face_of(data: Vec<u8>, scale: f32, path: &Path) -> Result<Face, CaptionError> {
    let unusable = || CaptionError::FontUnusable { path: path.into() };
    let font = Font::new(data, 0).ok_or_else(unusable)?;
    let metrics = font.metrics();
    let line = metrics.h_line().ok_or_else(unusable)?;
    let em = f64::from(metrics.units_per_em);
    let in_ems = |units: f64| (units / em) as f32 * scale;
    let covered = font.charmap().unicodes().map(|(c, _)| c..=c).collect();
    Ok(Face { scale, descent: in_ems(-line.descender.to_f64()), covered: Coverage::new(covered), font })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::fonts;

    fn files(text: &str, language: &str) -> Vec<&'static str> {
        let fresh = Fonts { folder: PathBuf::from("/nowhere"), ..core() };
        fresh.absent(text, language)
    }

    /// The core, as a process has it that has shown nothing yet.
    fn core() -> Fonts {
        Fonts::load(&crate::assets::root()).unwrap()
    }

    #[test]
    fn a_text_needs_the_fonts_of_its_scripts_and_no_others() {
        assert_eq!(files("The LORD is my shepherd — יהוה، ๓ 🙏", "en"), Vec::<&str>::new());
        assert_eq!(files("እግዚአብሔር እረኛዬ ነው", "am"), ["NotoSansEthiopic-Medium.ttf"]);
        assert_eq!(
            files("Amen: አሜን, Ամեն", "en"),
            ["NotoSansEthiopic-Medium.ttf", "NotoSansArmenian-Medium.ttf"]
        );
        assert_eq!(files("23:1", "km"), ["NotoSansKhmer-Medium.ttf"]);
        assert_eq!(files("主は私の羊飼い", "ja"), ["NotoSansJP-Medium.ttf"]);
        assert_eq!(files("主は私の羊飼い", "zh"), Vec::<&str>::new());
    }

    #[test]
    fn a_font_that_is_given_shows_its_script() {
        let fonts = Fonts { folder: PathBuf::from("/nowhere"), ..core() };
        assert_eq!(fonts.missing("አሜን"), ['አ', 'ሜ', 'ን']);
        assert!(matches!(fonts.draw("አሜን", "am", (640, 360)), Err(CaptionError::FontMissing { .. })));
        let file = "NotoSansEthiopic-Medium.ttf";
        assert!(matches!(fonts.add(file, b"no font".to_vec()), Err(CaptionError::FontUnusable { .. })));
        fonts.add(file, std::fs::read(crate::assets::root().join("fonts").join(file)).unwrap()).unwrap();
        assert_eq!((fonts.missing("አሜን"), fonts.absent("አሜን", "am")), (Vec::new(), Vec::new()));
        assert!(fonts.draw("አሜን", "am", (640, 360)).is_ok());
    }

    #[test]
    fn which_font_writes_a_text_does_not_depend_on_the_texts_before() {
        let text = "“Amen”, 23: ۝ … ¶ № · אמן";
        let faces = |fonts: &Fonts| -> Vec<Option<FaceId>> {
            text.chars().map(|c| fonts.face_for(c.encode_utf8(&mut [0; 4]), FaceId::Serif)).collect()
        };
        let before = faces(&core());
        fonts().coverage().unwrap();
        assert_eq!(faces(fonts()), before);
    }
}
