//! Checks the models with more faults than the tests allow, and prints what was seen.

use std::process::ExitCode;

use protocol_model::check::{self, Checked, Unproved};
use protocol_model::holds::Holds;
use protocol_model::pipeline::Pipeline;

/// More transitions than any of them has.
const MOST: usize = 1_000_000_000;

fn main() -> ExitCode {
    match prove_all() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(unproved) => {
            eprintln!("model: {unproved}");
            ExitCode::FAILURE
        }
    }
}

/// False when a property does not hold.
fn prove_all() -> Result<bool, Unproved> {
    let mut all = prove("holds", &Holds { duplicates: 2, mutation: None })?;
    let three_at_once = Pipeline { name: "one film, three processes", processes: 3, ..Pipeline::one_film(1) };
    for model in [
        Pipeline::one_film(2),
        three_at_once,
        Pipeline::one_slot(3),
        Pipeline::shared(2),
        Pipeline::diamond(1),
        Pipeline::two_tenants(1),
    ] {
        all &= prove(&model.title(), &model)?;
    }
    Ok(all)
}

#[expect(clippy::print_stdout, reason = "this is what it is for")]
fn prove<M: Checked>(name: &str, model: &M) -> Result<bool, Unproved> {
    let proof = check::prove(name, model, MOST)?;
    println!("{proof}");
    Ok(proof.failures().next().is_none())
}
