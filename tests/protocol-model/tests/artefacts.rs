//! A shared artefact, in every state that a few jobs and two faults can bring it to.

#![expect(clippy::print_stdout, reason = "what was seen belongs to the proof")]

use protocol_model::artefacts::{Artefacts, Mutation};
use protocol_model::check;

#[test]
fn an_artefact_is_there_as_long_as_a_film_uses_it_and_no_longer() {
    let proof =
        check::prove("artefacts, 2 faults", &Artefacts { faults: 2, mutation: None }, 50_000_000).unwrap();
    println!("{proof}");
    assert_eq!(proof.failures().count(), 0, "{proof}");
}

#[test]
fn every_condition_of_the_artefacts_is_needed() {
    for mutation in Mutation::ALL {
        let model = Artefacts { faults: 1, mutation: Some(mutation) };
        let found = check::refute(&format!("artefacts without {mutation:?}"), &model, 50_000_000);
        println!("{}", found.unwrap_or_else(|| panic!("nothing is wrong without {mutation:?}")));
    }
}
