use axum::response::IntoResponse;
use serde_json::json;
use tenancy::TenantId;

use super::*;
use crate::scripted_table::{Answer, attributes, table_that_answers};

#[tokio::test]
async fn a_record_says_what_a_repeated_request_may_do() {
    let (request, other) = (ContentHash::of(b"one"), ContentHash::of(b"other"));
    let now = Timestamp::from_millisecond(1_000_000).unwrap();
    let claimed = Record {
        request,
        id: Uuid::now_v7(),
        claimed_until: 1_000_001,
        expires_at: 2_000,
        claimant: Some(Uuid::now_v7()),
        answer: None,
    };
    let (answer, ..) = KeptAnswer::of("done".into_response()).await;
    let answered =
        Record { answer: Some(ByteBuf::from(answer.clone())), claimed_until: 0, ..claimed.clone() };
    let abandoned = Record { claimed_until: 1_000_000, ..claimed.clone() };
    let unreadable = Record { answer: Some(ByteBuf::new()), ..abandoned.clone() };
    for record in [&claimed, &answered, &abandoned, &unreadable] {
        assert_eq!(record.standing(&other, now), Standing::Mismatch);
    }
    assert_eq!(claimed.standing(&request, now), Standing::AtWork);
    assert_eq!(abandoned.standing(&request, now), Standing::Abandoned);
    let kept = KeptAnswer::inflated(&answer).unwrap();
    assert_eq!(answered.standing(&request, now), Standing::Answered(kept));
    // What was done is not done again because its answer cannot be read.
    assert_eq!(unreadable.standing(&request, now), Standing::Answered(KeptAnswer::default()));
}

#[test]
fn a_claim_outlasts_every_request() {
    assert!(CLAIM > Duration::from_secs(29), "`Timeout` in the template");
}

#[test]
fn a_record_of_an_earlier_version_has_no_claimant() {
    let record = json!({
        "request": ContentHash::of(b"one"), "id": Uuid::nil(), "claimed_until": 1, "expires_at": 2,
    });
    let record: Record = serde_json::from_value(record).unwrap();
    assert_eq!(record.claimant, None);
    let refused = own(Attempt::Refused(Some(record.clone())), Uuid::now_v7());
    assert_eq!(refused, Attempt::Refused(Some(record)));
}

/// The table carries out the first try of the write, its answer is lost, and the SDK tries again.
#[tokio::test]
async fn a_claim_whose_answer_was_lost_is_the_requests_own() {
    let request = ContentHash::of(b"one");
    let store = store_that_answers(vec![Answer::Lost, Answer::AsWritten]);
    let claim = store.claim(&key(), request).await.unwrap();
    assert!(matches!(claim, Claim::Mine(Claimed { is_retry: false, .. })));
}

#[tokio::test]
async fn a_takeover_whose_answer_was_lost_is_the_requests_own() {
    let request = ContentHash::of(b"one");
    let abandoned = Record {
        request,
        id: Uuid::now_v7(),
        claimed_until: 0,
        expires_at: i64::MAX,
        claimant: Some(Uuid::now_v7()),
        answer: None,
    };
    let id = abandoned.id;
    let answers = vec![Answer::Refused(attributes(&abandoned)), Answer::Lost, Answer::AsWritten];
    let claim = store_that_answers(answers).claim(&key(), request).await.unwrap();
    assert!(matches!(claim, Claim::Mine(Claimed { is_retry: true, id: claimed, .. }) if claimed == id));

    // The same refusal because of another process, which was faster by a moment.
    let taken = Record { claimant: Some(Uuid::now_v7()), claimed_until: i64::MAX, ..abandoned.clone() };
    let [abandoned, taken] = [abandoned, taken].map(|record| Answer::Refused(attributes(&record)));
    let answers = vec![abandoned, Answer::Lost, taken];
    let claim = store_that_answers(answers).claim(&key(), request).await.unwrap();
    assert!(matches!(claim, Claim::AtWork));
}

fn key() -> Key {
    Key::of(&TenantId::new().partition(), "KEYED_REQUEST#1")
}

fn store_that_answers(answers: Vec<Answer>) -> IdempotencyStore {
    IdempotencyStore::new(table_that_answers(answers))
}
