//! Mail scanners open the links in a mail before its recipient does, and some run the page's scripts. That must not use up
//! a sign-in link.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use client::{Browser, Mail, Method, StatusCode};
use harness::shared;

/// The virtual time that Chromium gives the page's scripts, milliseconds: more than any scanner waits.
const VIRTUAL_TIME_MS: u32 = 20_000;
/// How long Chromium may run, milliseconds, in case it hangs.
const PATIENCE_MS: u32 = 30_000;

#[tokio::test]
async fn a_link_that_scanners_opened_still_signs_in() -> Result<()> {
    let stack = shared()?;
    let email = format!("scanned-{}@example.com", std::process::id());
    let mut person = Browser::new(&stack);
    let token = person.link(&stack, &email).await?;
    let mails = stack.mails_to(&email).await?;
    let link = mails.first().and_then(Mail::link).context("no link in the mail")?;
    assert_eq!(*link, format!("{}/login#token={token}", stack.outputs.frontend));

    for method in [Method::GET, Method::HEAD] {
        let answer = stack.api().call(method.clone(), link).send().await?;
        assert_eq!(answer.status, StatusCode::OK, "{method}");
        // A GET of the verify route with the token does not use it up either.
        let verify = format!("/api/auth/magic-link/verify?token={token}");
        let answer = stack.api().call(method.clone(), &verify).send().await?;
        assert!(answer.status.is_client_error(), "{method} {}", answer.status);
    }
    match browser() {
        None => eprintln!("no Chromium is installed: the link was opened by no browser"),
        Some(browser) => {
            let page = open(&browser, link)?;
            // The page's script shows the form: without it every form is hidden.
            assert!(page.contains(r#"<form id="link">"#), "{page}");
            assert!(!page.contains(&token), "the token is in the page");
        }
    }
    let signed_in = person.verify(Some(&token), None).await?;
    let person = stack.api().with_token(&signed_in.access_token).account().await?;
    assert_eq!(person.user.email, email);
    Ok(())
}

fn browser() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

/// The DOM of the page when its scripts have nothing more to do.
fn open(browser: &Path, link: &str) -> Result<String> {
    let profile = tempfile::tempdir()?;
    let opened = Command::new(browser)
        // Containers have no user namespaces for Chromium's sandbox; the page is trusted.
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--virtual-time-budget={VIRTUAL_TIME_MS}"))
        .arg(format!("--timeout={PATIENCE_MS}"))
        .args(["--dump-dom", link])
        .stdin(Stdio::null())
        .output()?;
    ensure!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
    Ok(String::from_utf8(opened.stdout)?)
}
