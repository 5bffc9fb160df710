//! What is to be known of a project's speech, beside the project.

use edge::{Code, Problem};
use serde::Serialize;
use studio::{Lexicon, Manuscript, Narration, Notice, Project, Reader};
use utoipa::ToSchema;

/// A project, and what is to be known of its speech.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DescribedProject)]
pub struct ProjectView {
    #[serde(flatten)]
    project: Project,
    /// Who speaks it, and how well.
    narration: Narration,
    /// What to look at before a film is made. Nothing of it is refused here.
    notices: Vec<Notice>,
}

impl ProjectView {
    /// The project as people read it; `account` is the lexicon of its tenant.
    pub fn new(project: Project, manuscript: &Manuscript, account: &Lexicon) -> Self {
        let project = project.readable();
        let reader = Reader::new(&project.style, &manuscript.lexicon, account);
        Self { narration: reader.narration(), notices: reader.notices_of(manuscript), project }
    }
}

/// The 422 for a film whose speech nobody could make.
pub fn no_voice(language: &str) -> Problem {
    let Notice { detail, voices, .. } = Notice::no_voice(language);
    Problem::new(Code::NoVoice, detail).about("voice").with("language", language).with("voices", voices)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use storyboard::{About, Storyboard};

    use super::*;

    fn view(language: &str, voice: Option<&str>, text: &str) -> serde_json::Value {
        let about = About { title: "", language, tradition: Default::default() };
        let storyboard = Storyboard::compose(text, &about).unwrap();
        let project = json!({
            "id": studio::ProjectId::new(), "title": "Amen", "language": language, "aspect": "16:9",
            "tradition": "universal", "voice": voice, "pace": 1.0, "music": "pad", "seed": 7, "template": null,
            "scenes": storyboard.scenes.len(), "revision": 1, "created_at": "2026-11-01T00:00:00Z",
            "updated_at": "2026-11-01T00:00:00Z",
        });
        let manuscript =
            Manuscript { text: text.to_owned(), storyboard, lexicon: Vec::new(), written_by: None };
        let view =
            ProjectView::new(serde_json::from_value(project).unwrap(), &manuscript, &Lexicon::default());
        serde_json::to_value(&view).unwrap()
    }

    #[test]
    fn a_project_tells_who_speaks_it_beside_what_it_is() {
        let view = view("ta", None, "கர்த்தர் என் மேய்ப்பராயிருக்கிறார்");
        assert_eq!((&view["title"], &view["language"]), (&json!("Amen"), &json!("ta")), "{view}");
        assert_eq!(view["narration"]["quality"], "draft");
        assert!(
            view["narration"]["voice"].is_string() && view["narration"]["provider"].is_string(),
            "{view}"
        );
        assert_eq!(view["notices"][0]["code"], "draft_voice");
    }

    #[test]
    fn korean_is_shown_in_its_own_letters_and_spoken_by_a_draft() {
        let view = view("ko", None, "여호와는 나의 목자시니 내게 부족함이 없으리로다");
        assert_eq!(view["notices"][0]["code"], "draft_voice", "{view}");
        assert_eq!(view["narration"]["quality"], "draft");
    }

    #[test]
    fn a_project_that_would_be_refused_says_so_with_what_can_be_chosen() {
        let yoruba = view("yo", None, "Olúwa ni olùṣọ́ àgùntàn mi; èmi kì yóò ṣe aláìní.");
        assert_eq!(yoruba["notices"][0]["code"], "no_voice");
        assert_eq!(yoruba["narration"]["voice"], json!(null));
        let problem = no_voice("yo");
        assert_eq!(problem.code(), Code::NoVoice);
        assert!(format!("{problem:?}").contains("if_sara"), "{problem:?}");
        let silent = view("yo", Some("none"), "Olúwa ni olùṣọ́ àgùntàn mi.");
        assert_eq!((&silent["notices"], &silent["narration"]["provider"]), (&json!([]), &json!("silence")));
    }
}
