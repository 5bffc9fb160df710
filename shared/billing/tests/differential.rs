//! Held against Stripe's own library: what it signs is accepted, and of what it refuses nothing is.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use billing::verify;
use jiff::Timestamp;
use serde::Deserialize;

/// Bodies and headers as they were signed; each comes a second time with another byte.
const CASES: usize = 10_000;

#[derive(Deserialize)]
struct Case {
    secrets: Vec<String>,
    time: i64,
    header: String,
    body: String,
    accepted: bool,
}

#[test]
fn stripes_own_library_and_this_one_agree() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut python = Command::new(format!("{root}/.local/venv-stripe/bin/python"))
        .arg(format!("{root}/tests/support/stripe/signatures.py"))
        .args(["--cases", &CASES.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("Stripe's library is not installed: python3 infra/setup --stripe");
    let (mut accepted, mut refused) = (0, 0);
    for line in BufReader::new(python.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let case: Case = serde_json::from_str(&line).unwrap();
        let body = STANDARD.decode(&case.body).unwrap();
        let now = Timestamp::from_second(case.time).unwrap();
        let ours = verify(&case.header, &body, &case.secrets, now);
        assert_eq!(ours.is_ok(), case.accepted, "{ours:?}: {line}");
        *(if case.accepted { &mut accepted } else { &mut refused }) += 1;
    }
    assert!(python.wait().unwrap().success());
    eprintln!("{accepted} accepted, {refused} refused, by both");
    assert!(accepted >= CASES && refused >= CASES / 2, "{accepted} accepted, {refused} refused");
}
