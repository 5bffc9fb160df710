use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::DecodingKey;
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "https://api.example.org";

fn key(kid: &str) -> Value {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    json!({"kid": kid, "pkcs8": STANDARD.encode(pkcs8.as_ref())})
}

fn secret(value: Value) -> SigningKeys {
    serde_json::from_value(value).unwrap()
}

fn keys(kid: &str) -> SigningKeys {
    secret(json!({"current": key(kid)}))
}

fn claims() -> Claims {
    let now = cloud::clock::now().as_second();
    Claims {
        iss: ISSUER.into(),
        aud: ISSUER.into(),
        iat: now,
        nbf: now,
        exp: now + 600,
        jti: "1".into(),
        sub: UserId::new(),
        tenant: TenantId::new(),
        sid: SessionId::new(),
        generation: Some(3),
    }
}

fn header() -> Value {
    json!({"alg": "EdDSA", "typ": TYPE, "kid": "a"})
}

/// The signed part of a token: header and claims in base64url.
fn message(header: &Value, claims: &Value) -> String {
    [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".")
}

/// A token signed by the current key, independent of what its header says.
fn signed(keys: &SigningKeys, header: &Value, claims: &Value) -> String {
    let der = STANDARD.decode(secrecy::ExposeSecret::expose_secret(&keys.current.pkcs8)).unwrap();
    let message = message(header, claims);
    let signature = Ed25519KeyPair::from_pkcs8(&der).unwrap().sign(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
}

fn with(base: &Value, name: &str, value: Value) -> Value {
    let mut changed = base.clone();
    changed[name] = value;
    changed
}

fn without(base: &Value, name: &str) -> Value {
    let mut changed = base.clone();
    changed.as_object_mut().unwrap().remove(name).unwrap();
    changed
}

#[track_caller]
fn assert_refused(keys: &SigningKeys, token: &str, why: &str) {
    let refused = verify(keys, ISSUER, token);
    assert!(matches!(refused, Err(TokenError::Refused)), "{why}: {refused:?}");
    assert_eq!(refused.unwrap_err().to_string(), "not a valid access token", "all refusals look alike");
}

#[test]
fn a_token_of_our_own_is_accepted() {
    let keys = keys("a");
    let claims = claims();
    let token = sign(&keys, &claims).unwrap();
    assert_eq!(verify(&keys, ISSUER, &token).unwrap(), claims);
    assert_eq!(verify(&keys, ISSUER, &signed(&keys, &header(), &json!(claims))).unwrap(), claims);
}

#[test]
fn the_header_chooses_neither_algorithm_nor_key() {
    let keys = keys("a");
    let good = json!(claims());
    let own_jwk = with(&json!(keys.jwks().unwrap().keys[0]), "kid", json!("b"));
    let headers = [
        with(&header(), "alg", json!("none")),
        with(&header(), "alg", json!("None")),
        with(&header(), "alg", json!("HS256")),
        with(&header(), "alg", json!("RS256")),
        with(&header(), "alg", json!("ES256")),
        with(&header(), "alg", json!("eddsa")),
        without(&header(), "alg"),
        with(&header(), "typ", json!("JWT")),
        with(&header(), "typ", json!("refresh+jwt")),
        without(&header(), "typ"),
        with(&header(), "kid", json!("b")),
        with(&header(), "kid", json!("")),
        without(&header(), "kid"),
        with(&with(&header(), "kid", json!("b")), "jwk", own_jwk),
        with(&with(&header(), "kid", json!("b")), "jku", json!("https://evil.example.org/jwks.json")),
        with(&header(), "crit", json!(["exp"])),
        with(&header(), "crit", json!([])),
    ];
    for header in headers {
        assert_refused(&keys, &signed(&keys, &header, &good), &header.to_string());
    }
}

#[test]
fn a_token_without_a_signature_is_refused() {
    let keys = keys("a");
    for algorithm in ["none", "NONE", "EdDSA"] {
        let message = message(&with(&header(), "alg", json!(algorithm)), &json!(claims()));
        for token in [format!("{message}."), message.clone(), format!("{message}.AA")] {
            assert_refused(&keys, &token, &token);
        }
    }
    for text in ["", ".", "..", "...", "a.b.c", "é.é.é", &"a".repeat(100_000)] {
        assert_refused(&keys, text, "no token");
    }
}

/// The public key is public: a verifier that lets the header choose HMAC would take it for the shared secret.
#[test]
fn the_public_key_is_no_hmac_secret() {
    let keys = keys("a");
    let jwk = keys.jwks().unwrap().keys.remove(0);
    let raw = URL_SAFE_NO_PAD.decode(&jwk.x).unwrap();
    // SubjectPublicKeyInfo of RFC 8410.
    let spki = [hex("302a300506032b6570032100"), raw.clone()].concat();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(&spki));
    let jwk = serde_json::to_vec(&jwk).unwrap();
    for algorithm in ["HS256", "EdDSA"] {
        let message = message(&with(&header(), "alg", json!(algorithm)), &json!(claims()));
        for secret in
            [raw.clone(), URL_SAFE_NO_PAD.encode(&raw).into(), spki.clone(), pem.clone().into(), jwk.clone()]
        {
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message.as_bytes());
            assert_refused(&keys, &format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref())), algorithm);
        }
    }
}

#[test]
fn every_claim_is_needed_and_compared() {
    let keys = keys("a");
    let good = json!(claims());
    for name in ["iss", "aud", "iat", "nbf", "exp", "jti", "sub", "tenant", "sid"] {
        assert_refused(&keys, &signed(&keys, &header(), &without(&good, name)), name);
        assert_refused(&keys, &signed(&keys, &header(), &with(&good, name, Value::Null)), name);
    }
    for (name, value) in [
        ("iss", json!("https://evil.example.org")),
        ("iss", json!(format!("{ISSUER}/"))),
        ("aud", json!("https://evil.example.org")),
        ("aud", json!([])),
        ("sub", good["tenant"].clone()),
        ("tenant", json!("tenant_../")),
        ("sid", json!("")),
        ("exp", json!("9999999999")),
    ] {
        assert_refused(&keys, &signed(&keys, &header(), &with(&good, name, value)), name);
    }
}

/// Clocks may differ by 30 s. The bounds leave a few seconds for the test itself.
#[test]
fn clocks_may_differ_by_half_a_minute() {
    let keys = keys("a");
    let now = cloud::clock::now().as_second();
    let at = |name: &str, time: i64| signed(&keys, &header(), &with(&json!(claims()), name, json!(time)));
    for (name, time) in [("exp", now - 25), ("nbf", now + 25)] {
        assert!(verify(&keys, ISSUER, &at(name, time)).is_ok(), "{name} {}", time - now);
    }
    for (name, time) in [("nbf", now + 35), ("nbf", i64::MAX), ("exp", -1)] {
        assert_refused(&keys, &at(name, time), name);
    }
    for time in [now - 31, 0] {
        assert!(matches!(verify(&keys, ISSUER, &at("exp", time)), Err(TokenError::Expired)), "{time}");
    }
}

/// Only a token that was good once may be told to be expired.
#[test]
fn an_expired_token_is_otherwise_a_good_one() {
    let keys = keys("a");
    let expired = with(&json!(claims()), "exp", json!(cloud::clock::now().as_second() - 3600));
    let token = signed(&keys, &header(), &expired);
    assert!(matches!(verify(&keys, ISSUER, &token), Err(TokenError::Expired)));
    for (name, value) in
        [("iss", "https://evil.example.org"), ("aud", "https://evil.example.org"), ("sub", "x")]
    {
        assert_refused(&keys, &signed(&keys, &header(), &with(&expired, name, json!(value))), name);
    }
    assert_refused(&keys, &signed(&keys, &with(&header(), "typ", json!("JWT")), &expired), "another type");
    assert_refused(&keys, &signed(&self::keys("a"), &header(), &expired), "signed by another");
}

/// Tokens of the version before this one have no number of a refresh token.
#[test]
fn a_token_of_an_earlier_version_is_accepted() {
    let keys = keys("a");
    let token = signed(&keys, &header(), &without(&json!(claims()), "gen"));
    assert_eq!(verify(&keys, ISSUER, &token).unwrap().generation, None);
}

#[test]
fn another_key_of_the_same_name_is_another_key() {
    let token = sign(&keys("a"), &claims()).unwrap();
    assert_refused(&keys("a"), &token, "signed by another");
}

#[test]
fn every_changed_byte_is_detected() {
    let keys = keys("a");
    let token = sign(&keys, &claims()).unwrap();
    for place in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(verify(&keys, ISSUER, &changed).is_err(), "{changed}");
    }
}

/// A rotation reaches processes at different times. In between, each accepts the tokens of the others.
#[test]
fn a_rotation_signs_nobody_out() {
    let (first, second, third) = (key("a"), key("b"), key("c"));
    let before = secret(json!({"current": first, "previous": [], "next": second}));
    let after = secret(json!({
        "current": second,
        "previous": [first],
        "next": third,
        "rotated_at": "2026-11-22T12:00:00Z",
        "of a later version": true,
    }));
    let claims = claims();
    for (signer, kid) in [(&before, "a"), (&after, "b")] {
        let token = sign(signer, &claims).unwrap();
        assert_eq!(jsonwebtoken::decode_header(&token).unwrap().kid.as_deref(), Some(kid));
        for verifier in [&before, &after] {
            assert_eq!(verify(verifier, ISSUER, &token).unwrap(), claims);
        }
    }
    let published = |keys: &SigningKeys| -> Vec<String> {
        keys.jwks().unwrap().keys.into_iter().map(|jwk| jwk.kid).collect()
    };
    assert_eq!(
        (published(&before), published(&after)),
        (vec!["a".into(), "b".into()], vec!["b".into(), "a".into(), "c".into()])
    );
    let forgotten = secret(json!({"current": third, "previous": [second]}));
    assert_refused(&forgotten, &sign(&before, &claims).unwrap(), "a key that is believed no more");
}

#[test]
fn the_public_key_set_shows_no_secret() {
    let jwks = serde_json::to_value(keys("a").jwks().unwrap()).unwrap();
    assert_eq!(jwks["keys"][0]["kid"], "a");
    assert_eq!(jwks["keys"][0]["x"].as_str().unwrap().len(), 43);
    assert!(jwks["keys"][0].get("d").is_none());
}

/// RFC 8037, Appendix A: the key (A.1, A.2), and a JWS signed with it (A.4, A.5).
#[test]
fn the_primitive_is_that_of_rfc_8037() {
    const D: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const MESSAGE: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const SIGNATURE: &str =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    // PrivateKeyInfo of RFC 8410.
    let pkcs8 = [hex("302e020100300506032b657004220420"), URL_SAFE_NO_PAD.decode(D).unwrap()].concat();
    let keys = secret(json!({"current": {"kid": "rfc8037", "pkcs8": STANDARD.encode(pkcs8)}}));
    assert_eq!(keys.jwks().unwrap().keys[0].x, X);

    let check = |signature: &str, message: &str, key: &DecodingKey| {
        jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, Algorithm::EdDSA).unwrap_or(false)
    };
    for key in [DecodingKey::from_ed_components(X).unwrap(), keys.current.decoding().unwrap()] {
        assert!(check(SIGNATURE, MESSAGE, &key));
        assert!(!check(SIGNATURE, &MESSAGE.replace("RXh", "RXg"), &key));
        assert!(!check(&SIGNATURE.replace("hgy", "hgz"), MESSAGE, &key));
    }
    let again =
        jsonwebtoken::crypto::sign(MESSAGE.as_bytes(), &keys.current.encoding().unwrap(), Algorithm::EdDSA);
    assert_eq!(again.unwrap(), SIGNATURE);
    assert_refused(&keys, &format!("{MESSAGE}.{SIGNATURE}"), "a good signature alone is no access token");
}

/// Wycheproof's JSON Web Signatures: valid and invalid ones with HMAC, RSA and ECDSA. None of them may be accepted
/// here, even when its header names one of our keys.
#[test]
#[allow(clippy::disallowed_methods, reason = "where the vectors are is no setting of the product")]
fn no_signature_of_another_algorithm_is_accepted() {
    let Ok(vectors) = std::env::var("DEVOTIONAL_VECTORS") else {
        eprintln!("DEVOTIONAL_VECTORS is not set: Wycheproof's vectors are not tried");
        return;
    };
    let file = std::path::Path::new(&vectors).join("wycheproof/json_web_signature_test.json");
    let suite: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let groups = suite["testGroups"].as_array().unwrap();
    let tests = groups.iter().flat_map(|group| group["tests"].as_array().unwrap());
    let mut tried = 0;
    for test in tests {
        let jws = test["jws"].as_str().map_or_else(|| test["jws"].to_string(), str::to_owned);
        let kid = jsonwebtoken::decode_header(&jws).ok().and_then(|header| header.kid);
        assert_refused(&keys(kid.as_deref().unwrap_or("a")), &jws, &test.to_string());
        tried += 1;
    }
    assert_eq!(Some(tried), suite["numberOfTests"].as_u64());
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|place| u8::from_str_radix(&text[place..place + 2], 16).unwrap()).collect()
}
