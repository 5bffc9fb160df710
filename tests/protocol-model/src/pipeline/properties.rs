//! What must be true of every state, what must be true in the end, and what must be possible at all, so that
//! the rest does not hold for want of cases.

use stateright::Property;

use super::fault::Fault;
use super::model::Pipeline;
use super::state::{Artefact, Due, Job, JobStatus, State, Step, StepState, members};

type Condition = fn(&Pipeline, &State) -> bool;

/// The properties that a model has occasion for.
pub(super) fn of(model: &Pipeline) -> Vec<Property<Pipeline>> {
    let always: [(&'static str, Condition); 15] = [
        ("an artefact is charged at most once", |_, state| {
            state.artefacts.iter().all(|artefact| artefact.charged <= 1)
        }),
        ("usage events = units of the steps that are done", |model, state| {
            steps(model, state)
                .all(|(_, it)| it.events == it.charged && (it.charged == 0 || it.state == StepState::Done))
        }),
        ("a job is charged the sum of its events", |model, state| {
            jobs(model, state).all(|(job, it)| {
                let events: u8 = model.steps_of(job).map(|step| state.steps[step].events).sum();
                it.used == events && (it.status == JobStatus::Running || it.charged == events)
            })
        }),
        ("a job holds while it runs, and nothing once it has ended", |model, state| {
            jobs(model, state).all(|(_, it)| it.hold == (it.status == JobStatus::Running))
        }),
        ("a film is delivered at most once, and with it the job is done", |model, state| {
            jobs(model, state).all(|(_, it)| it.films == u8::from(it.status == JobStatus::Done))
        }),
        ("a job fails with one of its steps, and is cancelled only when asked to", |model, state| {
            jobs(model, state).all(|(job, it)| match it.status {
                JobStatus::Failed => {
                    model.steps_of(job).any(|step| state.steps[step].state == StepState::Failed)
                }
                JobStatus::Cancelled => it.asked_to_cancel,
                JobStatus::Running | JobStatus::Done => true,
            })
        }),
        ("taken = steps queued or running, backlog = steps ready", |model, state| {
            state.slots.iter().enumerate().all(|(tenant, slots)| {
                let of = |states: &[StepState]| {
                    let mine = steps(model, state).filter(|(step, _)| model.tenant_of(*step) == tenant);
                    mine.filter(|(_, it)| states.contains(&it.state)).count() as i8
                };
                slots.taken == of(&[StepState::Queued, StepState::Running])
                    && slots.backlog == of(&[StepState::Ready])
            })
        }),
        ("a tenant never has more than its slots", |model, state| {
            state.slots.iter().all(|slots| slots.taken <= model.tenant_concurrency as i8)
        }),
        ("a step is released once, after all that it waits for", |model, state| {
            steps(model, state).all(|(step, it)| {
                let ready = model.steps[step]
                    .after
                    .iter()
                    .all(|before| state.steps[*before].state == StepState::Done);
                let open = matches!(it.state, StepState::Absent | StepState::Waiting);
                it.releases == u8::from(!open) && (open || ready)
            })
        }),
        ("a late writer changes nothing", |_, state| !state.late_write),
        ("no two workers write under one fence", |model, state| {
            steps(model, state).all(|(step, it)| {
                let under_it = state.running().filter(|process| process.worker() == Some((step, it.fence)));
                it.state != StepState::Running || under_it.count() <= 1
            })
        }),
        ("a record names objects that are there and stay", |model, state| {
            let stored = |artefact: &Artefact| {
                artefact.by.is_none_or(|(step, by)| state.steps[usize::from(step)].stored & 1 << by != 0)
            };
            !state.overwritten && state.artefacts.iter().take(model.steps.len()).all(stored)
        }),
        ("an artefact is used by the steps that are done with it", |model, state| {
            (0..model.steps.len()).all(|artefact| {
                let users = steps(model, state).filter(|(step, it)| {
                    model.steps[*step].artefact == artefact && it.state == StepState::Done
                });
                usize::from(state.artefacts[artefact].uses) == users.count()
            })
        }),
        ("who holds a step makes nothing again that an attempt before had stored", |_, state| {
            !state.made_in_vain
        }),
        ("in the end all jobs have ended and nothing is left of them", |model, state| {
            // A process always has a next call.
            let may_be_quiet = state.running().next().is_none();
            let mut left = Vec::new();
            if may_be_quiet {
                model.progress(state, &mut left);
            }
            !may_be_quiet || !left.is_empty() || is_settled(model, state)
        }),
    ];
    let sometimes: [(bool, &'static str, Condition); 6] = [
        (true, "all films are delivered", |model, state| {
            jobs(model, state).all(|(_, it)| it.status == JobStatus::Done) && is_settled(model, state)
        }),
        (
            model.can(Fault::Crash, model.attempts),
            "a job fails because a step was begun too often",
            |model, state| jobs(model, state).any(|(_, it)| it.status == JobStatus::Failed),
        ),
        (model.has_backlog(), "a step waits in the backlog for a free slot", |model, state| {
            state.slots.iter().any(|slots| slots.backlog > 0 && slots.taken == model.tenant_concurrency as i8)
        }),
        (model.can(Fault::Crash, 1), "what a lost attempt stored is adopted", |_, state| {
            state.artefacts.iter().any(|artefact| {
                artefact.by.is_some_and(|(step, by)| by < state.steps[usize::from(step)].attempt)
            })
        }),
        (model.cancels, "a job is cancelled and charged what it had used", |model, state| {
            jobs(model, state).any(|(_, it)| it.status == JobStatus::Cancelled && it.charged > 0)
        }),
        (model.can(Fault::Hedge, 1), "of two workers the slow one wins after all", |model, state| {
            steps(model, state).any(|(step, it)| {
                let by = state.artefacts[model.steps[step].artefact].by;
                it.state == StepState::Done && it.rival != 0 && by == Some((step as u8, it.rival))
            })
        }),
    ];
    let always = always.into_iter().map(|(name, condition)| Property::always(name, condition));
    let sometimes = sometimes.into_iter().filter(|(has_occasion, ..)| *has_occasion);
    always.chain(sometimes.map(|(_, name, condition)| Property::sometimes(name, condition))).collect()
}

impl Pipeline {
    fn can(&self, fault: Fault, times: u8) -> bool {
        self.kinds.contains(&fault) && self.faults >= times
    }

    /// Whether more steps of a tenant wait for nothing than it has slots.
    fn has_backlog(&self) -> bool {
        self.tenants.iter().any(|tenant| {
            let roots =
                self.steps.iter().filter(|step| step.after.is_empty() && self.tenants[step.job] == *tenant);
            roots.count() > usize::from(self.tenant_concurrency)
        })
    }
}

fn steps<'a>(model: &Pipeline, state: &'a State) -> impl Iterator<Item = (usize, &'a Step)> {
    state.steps.iter().enumerate().take(model.steps.len())
}

fn jobs<'a>(model: &Pipeline, state: &'a State) -> impl Iterator<Item = (usize, &'a Job)> {
    state.jobs.iter().enumerate().take(model.tenants.len())
}

/// Every job has ended; no step is in the backlog, queued or running; no slot is taken, no entry and no message left.
fn is_settled(model: &Pipeline, state: &State) -> bool {
    let over = |it: &Step| {
        let open = matches!(it.state, StepState::Ready | StepState::Queued | StepState::Running);
        !open && it.due == Due::Never && it.messages == 0 && it.hedge == 0
    };
    members(u8::MAX).all(|step| over(&state.steps[step]))
        && jobs(model, state).all(|(_, it)| it.status != JobStatus::Running && it.due == Due::Never)
        && state.slots.iter().all(|slots| slots.taken == 0 && slots.backlog == 0 && slots.due == Due::Never)
        && state.running().next().is_none()
}
