//! The render pipeline, in every state that a fault or two can bring it to. `make prove` allows more.

#![expect(clippy::print_stdout, reason = "what was seen belongs to the proof")]

use protocol_model::check::{self, Unproved};
use protocol_model::pipeline::{Mutation, Pipeline};

/// More transitions than any of them has.
const MOST: usize = 50_000_000;

fn prove(model: &Pipeline) -> Result<(), Unproved> {
    let proof = check::prove(&model.title(), model, MOST)?;
    println!("{proof}");
    assert_eq!(proof.failures().count(), 0, "{proof}");
    Ok(())
}

#[test]
fn one_film_survives_any_fault() -> Result<(), Unproved> {
    prove(&Pipeline::one_film(1))
}

#[test]
fn one_film_in_one_slot_survives_any_two_faults() -> Result<(), Unproved> {
    prove(&Pipeline::one_slot(2))
}

#[test]
fn jobs_that_share_an_artefact_survive_any_fault() -> Result<(), Unproved> {
    prove(&Pipeline::shared(1))
}

#[test]
fn two_jobs_keep_to_their_slots() -> Result<(), Unproved> {
    prove(&Pipeline::diamond(0))
}

#[test]
fn two_tenants_keep_apart() -> Result<(), Unproved> {
    prove(&Pipeline::two_tenants(0))
}

#[test]
fn every_condition_of_the_pipeline_is_needed() {
    for mutation in Mutation::ALL {
        let model = Pipeline { mutation: Some(mutation), ..mutation.scenario() };
        let found = check::refute(&format!("{} without {mutation:?}", model.title()), &model, MOST);
        println!("{}", found.unwrap_or_else(|| panic!("nothing is wrong without {mutation:?}")));
    }
}
