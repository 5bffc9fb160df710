//! Rendering mails as text and as HTML, from the templates in `templates/`.

use askama::Template;
use identity::{EmailAddress, Mail, SignInCode};
use protection::register::left_after_erasure;

use crate::sanitize::sanitize;

/// A mail as it is sent, with the same content as text and as HTML.
#[derive(Debug)]
pub(crate) struct RenderedMail<'a> {
    pub(crate) to: &'a EmailAddress,
    pub(crate) subject: &'static str,
    pub(crate) text: String,
    pub(crate) html: String,
}

#[derive(Template)]
#[template(path = "sign-in-link.txt")]
struct SignInText<'a> {
    link: &'a str,
    code: &'a SignInCode,
    expires_in_min: u64,
}

#[derive(Template)]
#[template(path = "sign-in-link.html")]
struct SignInHtml<'a> {
    subject: &'static str,
    link: &'a str,
    code: &'a SignInCode,
    expires_in_min: u64,
}

#[derive(Template)]
#[template(path = "invitation.txt")]
struct InvitationText<'a> {
    to: &'a str,
    tenant_name: &'a str,
    invited_by: &'a str,
    link: &'a str,
    expires_in_days: u64,
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationHtml<'a> {
    subject: &'static str,
    to: &'a str,
    tenant_name: &'a str,
    invited_by: &'a str,
    link: &'a str,
    expires_in_days: u64,
}

#[derive(Template)]
#[template(path = "export-ready.txt")]
struct ExportReadyText<'a> {
    link: &'a str,
    file_name: &'a str,
}

#[derive(Template)]
#[template(path = "export-ready.html")]
struct ExportReadyHtml<'a> {
    subject: &'static str,
    link: &'a str,
    file_name: &'a str,
}

#[derive(Template)]
#[template(path = "erasure-begun.txt")]
struct ErasureBegunText<'a> {
    left: &'a [String],
}

#[derive(Template)]
#[template(path = "erasure-begun.html")]
struct ErasureBegunHtml<'a> {
    subject: &'static str,
    left: &'a [String],
}

#[derive(Template)]
#[template(path = "erasure-done.txt")]
struct ErasureDoneText<'a> {
    left: &'a [String],
}

#[derive(Template)]
#[template(path = "erasure-done.html")]
struct ErasureDoneHtml<'a> {
    subject: &'static str,
    left: &'a [String],
}

#[derive(Template)]
#[template(path = "api-key-revoked.txt")]
struct ApiKeyRevokedText<'a> {
    key_name: &'a str,
    beginning: &'a str,
}

#[derive(Template)]
#[template(path = "api-key-revoked.html")]
struct ApiKeyRevokedHtml<'a> {
    subject: &'static str,
    key_name: &'a str,
    beginning: &'a str,
}

impl<'a> RenderedMail<'a> {
    /// Renders a mail. `log_days` is how long logs are kept, which the mails about an erasure say.
    ///
    /// # Errors
    /// When a template cannot be rendered.
    pub(crate) fn render(mail: &'a Mail, log_days: u32) -> askama::Result<Self> {
        match mail {
            Mail::SignInLink { to, link, code, expires_in_min } => {
                let expires_in_min = *expires_in_min;
                let subject = "Your sign-in link for DevotionalAI";
                let text = SignInText { link, code, expires_in_min }.render()?;
                let html = SignInHtml { subject, link, code, expires_in_min }.render()?;
                Ok(Self { to, subject, text, html })
            }
            Mail::Invitation { to, tenant_name, invited_by, link, expires_in_days } => {
                let (expires_in_days, invited_by) = (*expires_in_days, invited_by.as_str());
                // The subject does not contain the name, which is user input: the recipient reads the subject first and
                // takes it for ours.
                let tenant_name = &sanitize(tenant_name);
                let subject = "An invitation to DevotionalAI";
                let address = to.as_str();
                let text = InvitationText { to: address, tenant_name, invited_by, link, expires_in_days };
                let html =
                    InvitationHtml { subject, to: address, tenant_name, invited_by, link, expires_in_days };
                Ok(Self { to, subject, text: text.render()?, html: html.render()? })
            }
            Mail::ExportReady { to, link, file_name } => {
                let subject = "Your export from DevotionalAI is ready";
                let text = ExportReadyText { link, file_name }.render()?;
                let html = ExportReadyHtml { subject, link, file_name }.render()?;
                Ok(Self { to, subject, text, html })
            }
            Mail::ErasureBegun { to } => {
                let subject = "Your DevotionalAI account is being deleted";
                let left = &left_after_erasure(log_days);
                let html = ErasureBegunHtml { subject, left }.render()?;
                Ok(Self { to, subject, text: ErasureBegunText { left }.render()?, html })
            }
            Mail::ErasureDone { to } => {
                let subject = "Your DevotionalAI account is deleted";
                let left = &left_after_erasure(log_days);
                let html = ErasureDoneHtml { subject, left }.render()?;
                Ok(Self { to, subject, text: ErasureDoneText { left }.render()?, html })
            }
            Mail::ApiKeyRevoked { to, key_name, beginning } => {
                let (key_name, subject) = (&sanitize(key_name), "An API key of yours was found in public");
                let text = ApiKeyRevokedText { key_name, beginning }.render()?;
                let html = ApiKeyRevokedHtml { subject, key_name, beginning }.render()?;
                Ok(Self { to, subject, text, html })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_in(link: &str, expires_in_min: u64) -> Mail {
        let to = "ruth@example.org".parse().unwrap();
        let code = "01234ABC".parse().unwrap();
        Mail::SignInLink { to, link: link.to_owned(), code, expires_in_min }
    }

    fn invitation(tenant_name: &str, link: &str) -> Mail {
        Mail::Invitation {
            to: "ruth@example.org".parse().unwrap(),
            tenant_name: tenant_name.to_owned(),
            invited_by: "naomi@example.org".parse().unwrap(),
            link: link.to_owned(),
            expires_in_days: 7,
        }
    }

    /// Links as long as real ones.
    const LINK: &str = "https://app.example.org/login#token=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\
        47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
    const INVITATION: &str =
        "https://app.example.org/invitation#token=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

    #[test]
    fn a_sign_in_link_reads_well() {
        let mail = sign_in(LINK, 15);
        let rendered = RenderedMail::render(&mail, 30).unwrap();
        insta::assert_snapshot!("sign_in_text", rendered.text);
        insta::assert_snapshot!("sign_in_html", rendered.html);
    }

    #[test]
    fn an_invitation_reads_well() {
        let mail = invitation("House of Bread", INVITATION);
        let rendered = RenderedMail::render(&mail, 30).unwrap();
        insta::assert_snapshot!("invitation_text", rendered.text);
        insta::assert_snapshot!("invitation_html", rendered.html);
    }

    #[test]
    fn a_revoked_key_reads_well() {
        let to = "ruth@example.org".parse().unwrap();
        let (key_name, beginning) = ("press".to_owned(), "dvai_live_4fzX".to_owned());
        let mail = Mail::ApiKeyRevoked { to, key_name, beginning };
        let rendered = RenderedMail::render(&mail, 30).unwrap();
        insta::assert_snapshot!("api_key_revoked_text", rendered.text);
        insta::assert_snapshot!("api_key_revoked_html", rendered.html);
    }

    /// The mails promise what is so: both say what is left, and for how long, from the register of all places.
    #[test]
    fn the_mails_about_an_erasure_say_what_is_left_and_for_how_long() {
        let to: EmailAddress = "ruth@example.org".parse().unwrap();
        for (mail, name) in [
            (Mail::ErasureBegun { to: to.clone() }, "erasure_begun"),
            (Mail::ErasureDone { to }, "erasure_done"),
        ] {
            let rendered = RenderedMail::render(&mail, 90).unwrap();
            for left in left_after_erasure(90) {
                let plain = rendered.text.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(plain.contains(&left), "{left}: {plain}");
                assert!(rendered.html.contains(&left.replace('\'', "&#39;")), "{left}");
            }
            assert!(
                !rendered.text.contains("Nothing is left") && !rendered.html.contains("Nothing is left"),
                "{name}"
            );
        }
    }

    #[test]
    fn one_minute_is_singular() {
        let mail = sign_in(LINK, 1);
        let rendered = RenderedMail::render(&mail, 30).unwrap();
        assert!(rendered.text.contains("1 minute.") && rendered.html.contains("1 minute."));
    }

    /// A locked screen shows the subject and the first words.
    #[test]
    fn a_preview_shows_no_code() {
        let mail = sign_in(LINK, 15);
        let rendered = RenderedMail::render(&mail, 30).unwrap();
        let (before_card, _) = rendered.html.split_once("<h1").unwrap();
        assert!(rendered.html.contains("0123-4ABC") && rendered.text.contains("0123-4ABC"));
        assert!(!before_card.contains("0123") && !rendered.subject.contains("0123"));
    }

    #[test]
    fn links_and_names_are_escaped() {
        let link = r#"https://x/"><script>alert('&')</script>"#;
        for mail in [sign_in(link, 15), invitation("</bdi><script>", link)] {
            let html = RenderedMail::render(&mail, 30).unwrap().html;
            assert!(!html.contains("<script") && !html.contains(r#"x/">"#), "{html}");
            assert!(html.contains("https://x/&#34;&#62;&#60;script&#62;alert(&#39;&#38;&#39;)"), "{html}");
        }
    }

    #[test]
    fn the_html_loads_nothing() {
        for mail in [sign_in(LINK, 15), invitation("Moab", INVITATION)] {
            let html = RenderedMail::render(&mail, 30).unwrap().html;
            for loading in ["<img", "<link", "<script", "url(", "@import", "src="] {
                assert!(!html.contains(loading), "{loading}");
            }
        }
    }

    #[test]
    fn a_tenants_name_does_not_become_a_link() {
        let mail = invitation("win at https://evil.example", INVITATION);
        let rendered = RenderedMail::render(&mail, 30).unwrap();
        for part in [rendered.subject, &rendered.text, &rendered.html] {
            assert!(!part.contains("evil.example"), "{part}");
        }
    }
}
