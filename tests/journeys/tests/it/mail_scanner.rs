//! Programs that scan mail open the links in it, and some run the page's scripts. The person comes after
//! them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use client::{Browser, Mail, Method, StatusCode};
use harness::shared;

/// What a page may take of a browser's own time, milliseconds: more than any scanner waits.
const VIRTUAL_TIME_MS: u32 = 20_000;
/// What it may take of ours, should it hang.
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
        // Nor does it help to take the link apart and to ask the API itself.
        let verify = format!("/api/auth/magic-link/verify?token={token}");
        let answer = stack.api().call(method.clone(), &verify).send().await?;
        assert!(answer.status.is_client_error(), "{method} {}", answer.status);
    }
    match browser() {
        None => eprintln!("no Chromium is installed: the link was opened by no browser"),
        Some(browser) => {
            let page = open(&browser, link)?;
            // Without the page's script every form of it is hidden.
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

/// The page as it is when its scripts have nothing more to do.
fn open(browser: &Path, link: &str) -> Result<String> {
    let profile = tempfile::tempdir()?;
    let opened = Command::new(browser)
        // Containers have no user namespaces for the sandbox; the page is our own.
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
