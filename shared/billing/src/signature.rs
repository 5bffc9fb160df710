//! Verifies the signature of a webhook's body: <https://docs.stripe.com/webhooks/signature>.

use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use jiff::Timestamp;

/// How old a signature may be, and how far its sender's clock may be ahead. Stripe's own libraries allow the same. It makes
/// a recorded request useless later (replay).
pub const TOLERANCE: Duration = Duration::from_secs(300);

/// Why a signature is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// The header is not `t=…,v1=…`.
    #[error("the Stripe-Signature header cannot be read")]
    Malformed,
    /// No signature was made with one of the secrets.
    #[error("no signature fits the body")]
    Wrong,
    /// The signature is right, but its time is outside [`TOLERANCE`].
    #[error("the signature is too old, or from the future")]
    OutOfTime,
}

/// Verifies that `body` was signed with one of `secrets`, at most [`TOLERANCE`] before or after `now`. During a rotation
/// there are two secrets, and Stripe sends a signature for each.
///
/// # Errors
/// [`BadSignature::Malformed`] when the header has no single `t`, [`BadSignature::Wrong`] when no `v1` fits,
/// [`BadSignature::OutOfTime`] when one fits but is too old or from the future.
pub fn verify(header: &str, body: &[u8], secrets: &[String], now: Timestamp) -> Result<(), BadSignature> {
    let (mut time, mut signatures) = (None, Vec::new());
    for part in header.split(',') {
        // Parts without `=` are ignored, as Stripe's own libraries do.
        let Some(pair) = part.split_once('=') else { continue };
        match pair {
            ("t", text) if time.is_none() => time = Some(text),
            ("t", _) => return Err(BadSignature::Malformed),
            // A malformed signature is ignored: another one in the header may fit.
            ("v1", text) => signatures.extend(bytes(text)),
            // Other schemes are ignored, among them `v0`, which Stripe sends in test mode.
            _ => {}
        }
    }
    let text = time.ok_or(BadSignature::Malformed)?;
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: i64 = if is_number { text.parse().ok() } else { None }.ok_or(BadSignature::Malformed)?;

    // All signatures are compared, each in constant time, so that the time taken reveals nothing.
    let mut fits = false;
    // An empty secret is skipped: anybody could sign with it.
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        let expected = sign(secret, text, body);
        for signature in &signatures {
            fits |= verify_slices_are_equal(expected.as_ref(), signature).is_ok();
        }
    }
    if !fits {
        return Err(BadSignature::Wrong);
    }
    if now.as_second().abs_diff(seconds) > TOLERANCE.as_secs() {
        return Err(BadSignature::OutOfTime);
    }
    Ok(())
}

/// The signature of the scheme `v1`: HMAC-SHA-256 over the time, a dot and the body.
fn sign(secret: &str, time: &str, body: &[u8]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(&hmac::Key::new(HMAC_SHA256, secret.as_bytes()));
    for piece in [time.as_bytes(), b".", body] {
        context.update(piece);
    }
    context.sign()
}

/// 32 bytes in lowercase hexadecimal, as Stripe writes them.
fn bytes(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let is_lowercase = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    (is_lowercase && hex::decode_to_slice(text, &mut bytes).is_ok()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_first";
    const BODY: &[u8] = br#"{"id":"evt_1","type":"invoice.paid"}"#;
    const NOW: i64 = 1_790_000_000;

    fn signature(time: &str, body: &[u8], secret: &str) -> String {
        hex::encode(sign(secret, time, body))
    }

    fn check(header: &str) -> Result<(), BadSignature> {
        check_at(header, BODY, NOW)
    }

    fn check_at(header: &str, body: &[u8], now: i64) -> Result<(), BadSignature> {
        let secrets = [SECRET.to_owned(), "whsec_second".to_owned()];
        verify(header, body, &secrets, Timestamp::from_second(now).unwrap())
    }

    fn good() -> (String, String) {
        (format!("t={NOW}"), format!("v1={}", signature(&NOW.to_string(), BODY, SECRET)))
    }

    #[test]
    fn either_secret_and_any_of_several_signatures_will_do() {
        let (t, v1) = good();
        assert_eq!(check(&format!("{t},{v1}")), Ok(()));
        assert_eq!(check(&format!("{v1},{t}")), Ok(()), "in any order");
        let other = signature(&NOW.to_string(), BODY, "whsec_second");
        assert_eq!(check(&format!("{t},v1={other}")), Ok(()));
        let other_signature = signature(&NOW.to_string(), BODY, "whsec_third");
        assert_eq!(check(&format!("{t},v1={other_signature}")), Err(BadSignature::Wrong));
        assert_eq!(check(&format!("{t},v1={other_signature},{v1}")), Ok(()));
        assert_eq!(check(&format!("{t},v1=xyz,{v1},v2=later")), Ok(()), "what is unknown is passed over");
    }

    #[test]
    fn only_the_scheme_v1_counts() {
        let (t, v1) = good();
        let v0 = v1.replace("v1", "v0");
        assert_eq!(check(&format!("{t},{v0}")), Err(BadSignature::Wrong));
        assert_eq!(check(&format!("{t},{}", v1.to_uppercase())), Err(BadSignature::Wrong));
        assert_eq!(check(&t), Err(BadSignature::Wrong));
    }

    #[test]
    fn what_is_not_a_header_is_malformed() {
        let (t, v1) = good();
        for header in [
            "",
            "t",
            &v1,
            &format!("t=,{v1}"),
            &format!("t=+{NOW},{v1}"),
            &format!("t=now,{v1}"),
            &format!("t=99999999999999999999,{v1}"),
            &format!("{t},{t},{v1}"),
            &format!("{t};{v1}"),
        ] {
            let refused = check(header);
            assert!(
                matches!(refused, Err(BadSignature::Malformed | BadSignature::Wrong)),
                "{header}: {refused:?}"
            );
        }
    }

    #[test]
    fn it_is_good_for_five_minutes_either_way() {
        let (t, v1) = good();
        let header = format!("{t},{v1}");
        for (offset, expected) in [
            (300, Ok(())),
            (301, Err(BadSignature::OutOfTime)),
            (-300, Ok(())),
            (-301, Err(BadSignature::OutOfTime)),
        ] {
            assert_eq!(check_at(&header, BODY, NOW + offset), expected, "{offset} s later");
        }
    }

    #[test]
    fn every_other_byte_of_the_body_breaks_it() {
        let (t, v1) = good();
        let header = format!("{t},{v1}");
        for at in 0..BODY.len() {
            let mut body = BODY.to_vec();
            body[at] ^= 1;
            assert_eq!(check_at(&header, &body, NOW), Err(BadSignature::Wrong));
        }
        assert_eq!(check_at(&header, &BODY[1..], NOW), Err(BadSignature::Wrong));
    }

    #[test]
    fn without_a_secret_nothing_is_believed() {
        let (t, v1) = good();
        let now = Timestamp::from_second(NOW).unwrap();
        assert_eq!(verify(&format!("{t},{v1}"), BODY, &[], now), Err(BadSignature::Wrong));
        let anybody = format!("{t},v1={}", signature(&NOW.to_string(), BODY, ""));
        assert_eq!(verify(&anybody, BODY, &[String::new()], now), Err(BadSignature::Wrong));
    }
}
