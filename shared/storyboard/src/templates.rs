//! Templates: texts with fields to fill in, for people who would rather not start from an empty page.
//!
//! A template is a JSON file in `templates/`. Its own words are liturgy in the public domain or were written for it;
//! scripture is entered by the user, and the examples quote public-domain versions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use film_vocabulary::{Aspect, Tradition, line};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

/// The name of a template in kebab-case, for example `evening-prayer`. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(pattern = "^[a-z]+(-[a-z]+)*$", examples("evening-prayer"))]
pub struct TemplateId(String);

impl TemplateId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text with named fields to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The id, with which a project names its template.
    pub id: TemplateId,
    /// The name to show to people, in the template's language.
    pub name: String,
    /// What it is for, in one sentence.
    pub description: String,
    /// The tradition that its wording belongs to.
    pub tradition: Tradition,
    /// The language of its wording, as a BCP 47 tag.
    pub language: String,
    /// The frame's shape that suits it best.
    pub aspect: Aspect,
    /// The fields, in the order in which to ask for them.
    pub fields: Vec<Field>,
    /// The wording, with a placeholder `{{name}}` where a field's value goes.
    pub text: String,
}

/// A field of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The name in the placeholders of the text and in the `values` of a new project.
    pub name: String,
    /// The label to show to people, in the template's language.
    pub label: String,
    /// Whether it must have a value that is more than white space.
    pub required: bool,
    /// The largest number of Unicode scalar values that a value may have.
    pub max_length: usize,
    /// Whether a value may have line breaks.
    pub multiline: bool,
    /// An example of a value.
    pub example: String,
}

/// Why the values for a template are refused. Each variant names its field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A required field has no value, or nothing but white space.
    #[error("the field `{field}` needs a value")]
    Missing {
        /// The field's name.
        field: String,
    },
    /// The template has no such field.
    #[error("the template has no field `{field}`")]
    Unknown {
        /// The name that was given.
        field: String,
    },
    /// A value is longer than its field allows.
    #[error("the field `{field}` takes at most {limit} characters, not {length}")]
    TooLong {
        /// The field's name.
        field: String,
        /// The largest length that the field allows, in Unicode scalar values.
        limit: usize,
        /// The length of the value, in Unicode scalar values.
        length: usize,
    },
    /// A value has a character that no [line](film_vocabulary::Line) may have, and its field takes a single line.
    #[error("the field `{field}` takes a single line: remove U+{:04X}, which is character {position}", u32::from(*.character))]
    Character {
        /// The field's name.
        field: String,
        /// The first such character.
        character: char,
        /// Its position in the value, counted in characters from one.
        position: usize,
    },
}

impl TemplateError {
    /// The name of the field whose value is refused, missing or unknown.
    pub fn field(&self) -> &str {
        match self {
            Self::Missing { field }
            | Self::Unknown { field }
            | Self::TooLong { field, .. }
            | Self::Character { field, .. } => field,
        }
    }
}

macro_rules! sources {
    ($($id:literal),+ $(,)?) => {
        &[$(include_str!(concat!("../templates/", $id, ".json"))),+]
    };
}

/// The files, in the order in which the templates are offered.
const SOURCES: &[&str] = sources![
    "psalm",
    "morning-prayer",
    "evening-prayer",
    "gospel-verse",
    "rosary-mystery",
    "novena-day",
    "sermon-outline",
    "aarti",
    "bhajan",
    "dua",
    "shabbat-blessing",
    "metta",
    "ardas",
];

// A file that does not parse is a mistake in this crate: the test `every_file_is_a_template` finds it.
static TEMPLATES: LazyLock<Vec<Template>> =
    LazyLock::new(|| SOURCES.iter().filter_map(|source| serde_json::from_str(source).ok()).collect());

/// Every template, in the order in which to offer them.
pub fn all() -> &'static [Template] {
    &TEMPLATES
}

/// Finds a template by its id.
pub fn find(id: &str) -> Option<&'static Template> {
    all().iter().find(|template| template.id.as_str() == id)
}

impl Template {
    /// The text with each placeholder replaced by the value of its field; `values` is keyed by field name.
    ///
    /// Values are inserted verbatim: what looks like a placeholder inside a value stays as it is. A line of the template
    /// whose placeholders are all empty is left out with its own words, and the blank lines around it become one.
    ///
    /// # Errors
    /// [`TemplateError`] for the first value that does not fit: unknown names first, then in field order.
    pub fn fill(&self, values: &BTreeMap<String, String>) -> Result<String, TemplateError> {
        self.check(values)?;
        let value =
            |name: &str| values.get(name).map(String::as_str).filter(|value| !value.trim().is_empty());
        let mut filled = String::new();
        let mut gap = false;
        for line in self.text.lines() {
            let parts: Vec<Part<'_>> = Parts(line).collect();
            let mut places = parts.iter().filter_map(Part::place).peekable();
            if line.is_empty() {
                gap = !filled.is_empty();
                continue;
            }
            if places.peek().is_some() && places.all(|name| value(name).is_none()) {
                continue;
            }
            if !filled.is_empty() {
                filled.push_str(if gap { "\n\n" } else { "\n" });
            }
            gap = false;
            for part in parts {
                filled.push_str(match part {
                    Part::Words(words) => words,
                    Part::Place(name) => value(name).unwrap_or_default(),
                });
            }
        }
        Ok(filled)
    }

    fn check(&self, values: &BTreeMap<String, String>) -> Result<(), TemplateError> {
        let known: BTreeSet<&str> = self.fields.iter().map(|field| field.name.as_str()).collect();
        if let Some(name) = values.keys().find(|name| !known.contains(name.as_str())) {
            return Err(TemplateError::Unknown { field: name.clone() });
        }
        self.fields
            .iter()
            .try_for_each(|field| field.check(values.get(&field.name).map_or("", String::as_str)))
    }
}

impl Field {
    fn check(&self, value: &str) -> Result<(), TemplateError> {
        let field = || self.name.clone();
        let length = value.chars().count();
        if self.required && value.trim().is_empty() {
            return Err(TemplateError::Missing { field: field() });
        }
        if length > self.max_length {
            return Err(TemplateError::TooLong { field: field(), limit: self.max_length, length });
        }
        match line::first_refused(value) {
            Some((position, character)) if !self.multiline => {
                Err(TemplateError::Character { field: field(), character, position })
            }
            _ => Ok(()),
        }
    }
}

/// A stretch of a template's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    Words(&'a str),
    Place(&'a str),
}

impl<'a> Part<'a> {
    fn place(&self) -> Option<&'a str> {
        match self {
            Self::Place(name) => Some(name),
            Self::Words(_) => None,
        }
    }
}

/// The parts of a line, in order. What opens and never closes is words.
struct Parts<'a>(&'a str);

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        if self.0.is_empty() {
            return None;
        }
        let (part, rest) = match self.0.find("{{") {
            Some(0) => match self.0[2..].split_once("}}") {
                Some((name, rest)) => (Part::Place(name), rest),
                None => (Part::Words(self.0), ""),
            },
            Some(at) => (Part::Words(&self.0[..at]), &self.0[at..]),
            None => (Part::Words(self.0), ""),
        };
        self.0 = rest;
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn examples(template: &Template, only_required: bool) -> BTreeMap<String, String> {
        let fields = template.fields.iter().filter(|field| field.required || !only_required);
        fields.map(|field| (field.name.clone(), field.example.clone())).collect()
    }

    #[test]
    fn every_file_is_a_template() {
        for source in SOURCES {
            serde_json::from_str::<Template>(source).unwrap();
        }
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")).unwrap();
        assert_eq!(files.count(), all().len());
        assert!(all().len() >= 10);
    }

    #[test]
    fn ids_are_unique_kebab_case_and_found() {
        let ids: BTreeSet<&str> = all().iter().map(|template| template.id.as_str()).collect();
        assert_eq!(ids.len(), all().len());
        for id in ids {
            assert!(
                id.split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase())),
                "{id}"
            );
            assert_eq!(find(id).unwrap().id.as_str(), id);
        }
        assert!(find("no-such").is_none());
    }

    #[test]
    fn fields_and_places_agree() {
        for template in all() {
            let places: BTreeSet<&str> =
                template.text.lines().flat_map(Parts).filter_map(|part| part.place()).collect();
            let names: BTreeSet<&str> = template.fields.iter().map(|field| field.name.as_str()).collect();
            assert_eq!(places, names, "{}", template.id.as_str());
            assert_eq!(names.len(), template.fields.len(), "{}", template.id.as_str());
            assert!(template.fields.iter().any(|field| field.required), "{}", template.id.as_str());
            for field in &template.fields {
                assert!(!field.label.is_empty() && field.example.chars().count() <= field.max_length);
            }
        }
    }

    #[test]
    fn every_template_fills_with_its_examples() {
        for template in all() {
            for only_required in [false, true] {
                let values = examples(template, only_required);
                let text = template.fill(&values).unwrap();
                assert!(!text.contains("{{") && !text.contains("\n\n\n") && text.trim() == text, "{text}");
                assert!(
                    values.values().all(|value| text.contains(value.as_str())),
                    "{}",
                    template.id.as_str()
                );
            }
        }
    }

    #[test]
    fn what_does_not_fit_names_its_field() {
        let template = find("gospel-verse").unwrap();
        let with = |name: &str, value: &str| {
            let mut values = examples(template, true);
            values.insert(name.to_owned(), value.to_owned());
            template.fill(&values).unwrap_err()
        };
        assert_eq!(with("verse", " \n"), TemplateError::Missing { field: "verse".to_owned() });
        assert_eq!(with("colour", "blue"), TemplateError::Unknown { field: "colour".to_owned() });
        let long = TemplateError::TooLong { field: "reference".to_owned(), limit: 80, length: 81 };
        assert_eq!(with("reference", &"é".repeat(81)), long);
        for character in ['\n', '\0', '\u{2028}', '\u{202e}'] {
            let field = "reference".to_owned();
            let refused = TemplateError::Character { field, character, position: 5 };
            assert_eq!(with("reference", &format!("John{character}8")), refused);
        }
        assert_eq!(template.fill(&BTreeMap::new()).unwrap_err().field(), "reference");
    }

    #[test]
    fn an_empty_line_goes_with_its_own_words() {
        let values = examples(find("metta").unwrap(), true);
        let text = find("metta").unwrap().fill(&values).unwrap();
        assert!(!text.contains("gently") && text.contains("my teacher"));
    }

    proptest! {
        #[test]
        fn values_go_in_verbatim(verse in "[a-z{}\n ]{1,60}") {
            prop_assume!(!verse.trim().is_empty());
            let template = find("gospel-verse").unwrap();
            let mut values = examples(template, true);
            let value = format!("{{{{reference}}}}{verse}");
            values.insert("verse".to_owned(), value.clone());
            prop_assert!(template.fill(&values).unwrap().contains(&value));
        }
    }
}
