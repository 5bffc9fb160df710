//! Quotas, in every state that a few jobs can bring them to.

#![expect(clippy::print_stdout, reason = "what was seen belongs to the proof")]

use protocol_model::check;
use protocol_model::holds::{Holds, Mutation};

#[test]
fn holds_are_never_over_and_charged_once_in_their_month() {
    let proof = check::prove("holds", &Holds { duplicates: 1, mutation: None }, 50_000_000).unwrap();
    println!("{proof}");
    assert_eq!(proof.failures().count(), 0, "{proof}");
}

#[test]
fn every_condition_of_the_holds_is_needed() {
    for mutation in Mutation::ALL {
        let model = Holds { duplicates: 1, mutation: Some(mutation) };
        let found = check::refute(&format!("holds without {mutation:?}"), &model, 50_000_000);
        println!("{}", found.unwrap_or_else(|| panic!("nothing is wrong without {mutation:?}")));
    }
}
