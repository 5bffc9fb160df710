use askama::Template;
use identity::{EmailAddress, Mail};

/// A mail as it is sent: the same words as text and as HTML.
#[derive(Debug)]
pub(crate) struct Letter<'a> {
    pub(crate) to: &'a EmailAddress,
    pub(crate) subject: &'static str,
    pub(crate) text: String,
    pub(crate) html: String,
}

#[derive(Template)]
#[template(path = "sign-in-link.txt")]
struct SignInText<'a> {
    link: &'a str,
    expires_in_min: u64,
}

#[derive(Template)]
#[template(path = "sign-in-link.html")]
struct SignInHtml<'a> {
    subject: &'static str,
    link: &'a str,
    expires_in_min: u64,
}

#[derive(Template)]
#[template(
    source = "You are invited to a tenant of DevotionalAI:\n\n{{ link }}\n\nThe invitation stands for {{ expires_in_days }} days.\n",
    ext = "txt"
)]
struct InvitationText<'a> {
    link: &'a str,
    expires_in_days: u64,
}

#[derive(Template)]
#[template(
    source = "<p>You are invited to a tenant of DevotionalAI: <a href=\"{{ link }}\">accept</a>.</p><p>The invitation stands for {{ expires_in_days }} days.</p>",
    ext = "html"
)]
struct InvitationHtml<'a> {
    link: &'a str,
    expires_in_days: u64,
}

impl<'a> Letter<'a> {
    /// # Errors
    /// When a template cannot be filled.
    pub(crate) fn write(mail: &'a Mail) -> askama::Result<Self> {
        match mail {
            Mail::SignInLink { to, link, expires_in_min, .. } => {
                let expires_in_min = *expires_in_min;
                let subject = "Your sign-in link for DevotionalAI";
                let text = SignInText { link, expires_in_min }.render()?;
                let html = SignInHtml { subject, link, expires_in_min }.render()?;
                Ok(Self { to, subject, text, html })
            }
            Mail::Invitation { to, link, expires_in_days, .. } => {
                let subject = "An invitation to DevotionalAI";
                let text = InvitationText { link, expires_in_days: *expires_in_days }.render()?;
                let html = InvitationHtml { link, expires_in_days: *expires_in_days }.render()?;
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

    const LINK: &str = "https://app.example.org/login#token=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

    #[test]
    fn a_sign_in_link_reads_well() {
        let mail = sign_in(LINK, 15);
        let letter = Letter::write(&mail).unwrap();
        insta::assert_snapshot!("sign_in_text", letter.text);
        insta::assert_snapshot!("sign_in_html", letter.html);
    }

    #[test]
    fn one_minute_is_no_minutes() {
        let mail = sign_in(LINK, 1);
        let letter = Letter::write(&mail).unwrap();
        assert!(letter.text.contains("1 minute.") && letter.html.contains("1 minute."));
    }

    #[test]
    fn nothing_breaks_out_of_the_page() {
        let mail = sign_in(r#"https://x/"><script>alert('&')</script>"#, 15);
        let html = Letter::write(&mail).unwrap().html;
        assert!(!html.contains("<script") && !html.contains(r#"x/">"#), "{html}");
        assert!(html.contains("https://x/&#34;&#62;&#60;script&#62;alert(&#39;&#38;&#39;)"), "{html}");
    }

    #[test]
    fn the_page_fetches_nothing() {
        let mail = sign_in(LINK, 15);
        let html = Letter::write(&mail).unwrap().html;
        for loading in ["<img", "<link", "<script", "url(", "@import", "src="] {
            assert!(!html.contains(loading), "{loading}");
        }
    }
}
