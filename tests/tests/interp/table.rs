//! The participant's table, cell by cell, for every remote step of every project: what is written in `protocol.md` is written here
//! once more, and the interpreter must do it.

use xcc::entities::Step;
use xcc::hir::{ExprKind, RefusalPolicy};
use xcc::interp::network::Entry;
use xcc::interp::{Action, Outcome, Rejected, Sent};
use xcc::ir::MessageKind::{Cancel, Cancelled, Confirm, Confirmed, Execute, Executed, Refused};
use xcc::ir::{MessageKind, Refusal, Rejection, Status, StepKind};
use xcc::wire::Value;
use xcc::wire::header::NO_DEADLINE;
use xcc_tests::project::Project;

use xcc_tests::interp::{Bench, Craft, Fields, asked, projects};

const INSTANCE: [u8; 32] = [7; 32];
const IN_TIME: u64 = u64::MAX / 2;
const LATE: u64 = 1;

/// What is asked of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    Execute,
    ExecuteLate,
    ExecuteFailing,
    ExecuteGuarded,
    Confirm,
    ConfirmFailing,
    Cancel,
    CancelFailing,
    Expire,
    ExpireEarly,
    ParkByOwner,
    ParkByStranger,
    ClaimByOwner,
    ClaimByStranger,
    ClaimFailing,
}

const ASKS: [Ask; 15] = [
    Ask::Execute,
    Ask::ExecuteLate,
    Ask::ExecuteFailing,
    Ask::ExecuteGuarded,
    Ask::Confirm,
    Ask::ConfirmFailing,
    Ask::Cancel,
    Ask::CancelFailing,
    Ask::Expire,
    Ask::ExpireEarly,
    Ask::ParkByOwner,
    Ask::ParkByStranger,
    Ask::ClaimByOwner,
    Ask::ClaimByStranger,
    Ask::ClaimFailing,
];

/// What must come of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// It is answered, and the status is this afterwards.
    Answer(MessageKind, Status),
    /// Nothing is said, and the status is this afterwards.
    Silent(Status),
    Reject(Rejection),
    CallFailed,
    NoEntry,
}

/// A step of a project, with what decides its cells.
struct Case<'p> {
    project: &'p Project,
    step: Step,
    catches: bool,
    kind: StepKind,
    has_guard: bool,
    may_be_parked: bool,
    is_confirmed: bool,
    retries: bool,
}

impl<'p> Case<'p> {
    fn of(project: &'p Project, bench: &Bench<'p>, step: Step) -> Self {
        let decl = &project.package.steps[step];
        let holds = decl.compensation().is_some_and(|it| it.hold_for.is_some());
        let catches = bench.catches(step);
        Case {
            project,
            step,
            catches,
            kind: bench.program.steps[step].kind,
            has_guard: decl.guard.is_some(),
            may_be_parked: holds,
            is_confirmed: !decl.confirmation.is_empty(),
            retries: catches && matches!(decl.on_refused, RefusalPolicy::Retry(_)),
        }
    }

    fn is_retriable(&self) -> bool {
        self.kind == StepKind::Retriable
    }

    /// The statuses that the step can have on its participant.
    fn statuses(&self) -> Vec<Status> {
        let mut statuses = vec![Status::None, Status::Executed];
        if !self.is_retriable() {
            statuses.extend([Status::Refused, Status::Tombstone]);
        }
        if matches!(self.kind, StepKind::Compensable | StepKind::NothingToUndo) {
            statuses.push(Status::Cancelled);
        }
        if self.may_be_parked {
            statuses.push(Status::Parked);
        }
        if self.is_confirmed {
            statuses.push(Status::Confirmed);
        }
        statuses
    }

    fn can_be_asked(&self, ask: Ask) -> bool {
        match ask {
            Ask::ExecuteGuarded => self.has_guard,
            Ask::Confirm | Ask::ConfirmFailing => self.is_confirmed,
            Ask::Cancel => !self.is_retriable(),
            Ask::CancelFailing => self.kind == StepKind::Compensable,
            // Its deadline is never over.
            Ask::ExecuteLate => !self.is_retriable(),
            Ask::ParkByOwner | Ask::ParkByStranger => !self.is_retriable(),
            _ => true,
        }
    }

    /// The table.
    fn expected(&self, status: Status, ask: Ask) -> Expected {
        match ask {
            Ask::Execute | Ask::ExecuteLate | Ask::ExecuteFailing | Ask::ExecuteGuarded => {
                self.on_execute(status, ask)
            }
            Ask::Confirm | Ask::ConfirmFailing => on_confirm(status, ask),
            Ask::Cancel | Ask::CancelFailing => self.on_cancel(status, ask),
            Ask::Expire | Ask::ExpireEarly => self.on_expire(status, ask),
            Ask::ParkByOwner | Ask::ParkByStranger => self.on_park(status, ask),
            Ask::ClaimByOwner | Ask::ClaimByStranger | Ask::ClaimFailing => {
                self.on_claim(status, ask)
            }
        }
    }

    fn on_execute(&self, status: Status, ask: Ask) -> Expected {
        if status != Status::None {
            return again(status);
        }
        let refused = Expected::Answer(Refused, Status::Refused);
        match (ask, self.catches) {
            (Ask::ExecuteLate, false) => Expected::Reject(Rejection::DeadlinePassed),
            (Ask::ExecuteLate, true) => refused,
            (Ask::ExecuteGuarded, _) if self.is_retriable() => {
                Expected::Reject(Rejection::GuardNotMet)
            }
            (Ask::ExecuteGuarded, _) => refused,
            (Ask::ExecuteFailing, true) if self.is_retriable() => Expected::CallFailed,
            (Ask::ExecuteFailing, true) if self.retries => Expected::Silent(Status::None),
            (Ask::ExecuteFailing, true) => refused,
            (Ask::ExecuteFailing, false) => Expected::CallFailed,
            _ => Expected::Answer(Executed, Status::Executed),
        }
    }

    fn on_cancel(&self, status: Status, ask: Ask) -> Expected {
        match (status, ask) {
            (Status::None, _) => Expected::Answer(Cancelled, Status::Tombstone),
            (Status::Executed, _) if self.kind == StepKind::Pivot => {
                Expected::Answer(Executed, Status::Executed)
            }
            (Status::Executed, Ask::CancelFailing) if self.may_be_parked && self.catches => {
                Expected::Answer(Cancelled, Status::Parked)
            }
            (Status::Executed, Ask::CancelFailing) => Expected::CallFailed,
            (Status::Executed, _) => Expected::Answer(Cancelled, Status::Cancelled),
            (Status::Confirmed, _) => Expected::Reject(Rejection::WrongState),
            (settled, _) => Expected::Answer(Cancelled, settled),
        }
    }

    fn on_expire(&self, status: Status, ask: Ask) -> Expected {
        match (status, ask) {
            _ if self.catches || self.is_retriable() => Expected::NoEntry,
            (Status::None, Ask::ExpireEarly) => Expected::Reject(Rejection::DeadlineNotPassed),
            (Status::None, _) => Expected::Answer(Refused, Status::Refused),
            (settled, _) => again(settled),
        }
    }

    fn on_park(&self, status: Status, ask: Ask) -> Expected {
        match (status, ask) {
            _ if self.catches || !self.may_be_parked => Expected::NoEntry,
            (Status::Executed, Ask::ParkByStranger) => Expected::Reject(Rejection::NotAuthorised),
            (Status::Executed, _) => Expected::Answer(Cancelled, Status::Parked),
            (Status::None | Status::Confirmed, _) => Expected::Reject(Rejection::WrongState),
            (settled, _) => Expected::Answer(Cancelled, settled),
        }
    }

    fn on_claim(&self, status: Status, ask: Ask) -> Expected {
        match (status, ask) {
            _ if !self.may_be_parked => Expected::NoEntry,
            (Status::Parked, Ask::ClaimByStranger) => Expected::Reject(Rejection::NotAuthorised),
            (Status::Parked, Ask::ClaimFailing) => Expected::CallFailed,
            (Status::Parked, _) => Expected::Silent(Status::Cancelled),
            _ => Expected::Reject(Rejection::WrongState),
        }
    }
}

/// How a settled key answers an Execute.
fn again(status: Status) -> Expected {
    let kind = match status {
        Status::Executed | Status::Confirmed => Executed,
        Status::Refused => Refused,
        _ => Cancelled,
    };
    Expected::Answer(kind, status)
}

fn on_confirm(status: Status, ask: Ask) -> Expected {
    match (status, ask) {
        (Status::Executed, Ask::ConfirmFailing) => Expected::CallFailed,
        (Status::Executed | Status::Confirmed, _) => Expected::Answer(Confirmed, Status::Confirmed),
        _ => Expected::Reject(Rejection::WrongState),
    }
}

/// Asks.
fn ask(case: &Case<'_>, bench: &mut Bench<'_>, ask: Ask) -> Result<Outcome, Rejected> {
    let (step, retriable) = (case.step, case.is_retriable());
    let fails = match ask {
        Ask::ExecuteFailing => Some(Status::Executed),
        Ask::CancelFailing | Ask::ClaimFailing => Some(Status::Cancelled),
        Ask::ConfirmFailing => Some(Status::Confirmed),
        _ => None,
    };
    bench.targets.failing = fails.into_iter().map(|status| (step, status)).collect();
    let deadline = match ask {
        _ if retriable => NO_DEADLINE,
        Ask::ExecuteLate | Ask::Expire => LATE,
        _ => IN_TIME,
    };
    let fields = match ask {
        Ask::ExecuteGuarded => Fields::Zero,
        _ => Fields::Good,
    };
    let craft = Craft {
        instance: INSTANCE,
        deadline,
        fields,
    };
    let message = |kind| bench.craft(step, kind, craft);
    let (machine, owner) = (bench.program.steps[step].machine, owner(case, bench));
    let stranger = bench.stranger(machine);
    let action = match ask {
        Ask::Execute | Ask::ExecuteLate | Ask::ExecuteFailing | Ask::ExecuteGuarded => {
            Entry::Deliver.action(&message(Execute))
        }
        Ask::Confirm | Ask::ConfirmFailing => Entry::Deliver.action(&message(Confirm)),
        Ask::Cancel | Ask::CancelFailing => Entry::Deliver.action(&message(Cancel)),
        Ask::Expire | Ask::ExpireEarly => Entry::Expire.action(&message(Execute)),
        Ask::ParkByOwner | Ask::ParkByStranger => Entry::Park.action(&message(Cancel)),
        Ask::ClaimByOwner | Ask::ClaimByStranger | Ask::ClaimFailing => Action::Claim {
            step,
            instance: INSTANCE,
        },
    };
    let by = match (ask, owner) {
        (Ask::ParkByOwner | Ask::ClaimByOwner | Ask::ClaimFailing, Some(owner)) => Bench::by(owner),
        _ => stranger,
    };
    bench.act(machine, &by, action)
}

/// Whom the compensation is held for: an input, or a constant of the deployment.
fn owner(case: &Case<'_>, bench: &Bench<'_>) -> Option<Vec<u8>> {
    let compensation = case.project.package.steps[case.step].compensation()?;
    let owner = match compensation.hold_for.as_ref()?.kind {
        ExprKind::Input(index) => bench.inputs[index].clone(),
        ExprKind::Constant(constant) => bench.setting.constants[&constant].clone(),
        ref other => panic!("{other:?} names nobody"),
    };
    match owner {
        Value::Bytes(address) => Some(address),
        other => panic!("{other:?} is no address"),
    }
}

/// Leads a fresh key to a status; the outcomes on the way.
fn lead_to(case: &Case<'_>, bench: &mut Bench<'_>, status: Status) -> Vec<Sent> {
    let refuse = match case.catches {
        true => Ask::ExecuteLate,
        false => Ask::Expire,
    };
    let park = match case.catches {
        true => Ask::CancelFailing,
        false => Ask::ParkByOwner,
    };
    let asks: &[Ask] = match status {
        Status::None => &[],
        Status::Executed => &[Ask::Execute],
        Status::Refused => &[refuse],
        Status::Tombstone => &[Ask::Cancel],
        Status::Cancelled => &[Ask::Execute, Ask::Cancel],
        Status::Parked => &[Ask::Execute, park],
        Status::Confirmed => &[Ask::Execute, Ask::Confirm],
        other => panic!("no participant is {other}"),
    };
    let mut sent = Vec::new();
    for &one in asks {
        sent.extend(ask(case, bench, one).expect("the way is open").sent);
    }
    bench.instance = INSTANCE;
    let machine = bench.program.steps[case.step].machine;
    assert_eq!(bench.kept(machine).status(case.step), status);
    sent
}

/// What came of it, in the words of the table.
fn observed(bench: &Bench<'_>, case: &Case<'_>, result: &Result<Outcome, Rejected>) -> Expected {
    let machine = bench.program.steps[case.step].machine;
    let status = bench.kept(machine).status(case.step);
    match result {
        Ok(outcome) => match outcome.sent.as_slice() {
            [] => Expected::Silent(status),
            [one] => Expected::Answer(bench.program.messages[one.message].kind, status),
            more => panic!("{} answers", more.len()),
        },
        Err(Rejected::Protocol(rejection)) => Expected::Reject(*rejection),
        Err(Rejected::CallFailed(_)) => Expected::CallFailed,
        Err(Rejected::NoEntry) => Expected::NoEntry,
        Err(other) => panic!("{other}"),
    }
}

fn check_cell(case: &Case<'_>, status: Status, asked: Ask) {
    let mut bench = Bench::new(case.project);
    let earlier = lead_to(case, &mut bench, status);
    let machine = bench.program.steps[case.step].machine;
    let before = bench.network.machines().machines().clone();
    let result = ask(case, &mut bench, asked);
    let name = &bench.program.steps[case.step].name;
    let place = format!("{} {name}: {asked:?} in {status}", case.project.name);
    assert_eq!(
        observed(&bench, case, &result),
        case.expected(status, asked),
        "{place}"
    );
    let Ok(outcome) = result else {
        assert_eq!(before, *bench.network.machines().machines(), "{place}");
        return;
    };
    let now = bench.kept(machine).status(case.step);
    // A failure that leaves another try is the one that says so, though the status is as it was.
    let is_retry = asked == Ask::ExecuteFailing && case.retries && status == Status::None;
    let told = usize::from(now != status || is_retry);
    assert_eq!(outcome.events.len(), told, "{place}");
    if now == status && !is_retry {
        assert_eq!(before, *bench.network.machines().machines(), "{place}");
        assert!(outcome.calls.is_empty(), "{place}");
        let same_type = |sent: &&Sent| sent.message == outcome.sent[0].message;
        let first = earlier.iter().find(same_type);
        assert!(
            first.is_none_or(|first| *first == outcome.sent[0]),
            "{place}"
        );
    }
}

#[test]
fn every_cell_of_the_participants_table() {
    let mut cells = 0;
    for project in projects() {
        let bench = Bench::new(project);
        let steps = bench.data().steps.iter().copied();
        for step in steps.filter(|&step| bench.is_remote(step)) {
            let case = Case::of(project, &bench, step);
            for status in case.statuses() {
                for asked in ASKS.into_iter().filter(|&ask| case.can_be_asked(ask)) {
                    check_cell(&case, status, asked);
                    cells += 1;
                }
            }
        }
    }
    assert!(cells > 1_500, "only {cells} cells");
}

/// The reason in a Refused says which of the three it was.
#[test]
fn a_refusal_says_why() {
    for project in projects() {
        let bench = Bench::new(project);
        let steps = bench.data().steps.iter().copied();
        for step in steps.filter(|&step| bench.is_remote(step)) {
            let case = Case::of(project, &bench, step);
            let late = match case.catches {
                true => Ask::ExecuteLate,
                false => Ask::Expire,
            };
            let reasons = [
                (late, Refusal::Late),
                (Ask::ExecuteGuarded, Refusal::Guard),
                (Ask::ExecuteFailing, Refusal::CallFailed),
            ];
            for (asked, reason) in reasons {
                let is_refused = case.can_be_asked(asked)
                    && case.expected(Status::None, asked)
                        == Expected::Answer(Refused, Status::Refused);
                if is_refused {
                    let outcome = ask(&case, &mut bench.clone(), asked).unwrap();
                    assert_eq!(outcome.sent[0].bytes[52..], [reason as u8]);
                }
            }
        }
    }
}

/// `retry 3` lets the call fail three times; the fourth failure is a refusal.
#[test]
fn a_retried_call_is_refused_at_last() {
    let project = xcc_tests::interp::feature("policies");
    let mut bench = Bench::new(project);
    let step = bench.data().steps[0];
    let case = Case::of(project, &bench, step);
    assert!(case.retries);
    bench.instance = INSTANCE;
    for _ in 0..3 {
        let result = ask(&case, &mut bench, Ask::ExecuteFailing);
        assert_eq!(
            observed(&bench, &case, &result),
            Expected::Silent(Status::None)
        );
    }
    let mut lucky = bench.clone();
    let result = ask(&case, &mut bench, Ask::ExecuteFailing);
    let refused = Expected::Answer(Refused, Status::Refused);
    assert_eq!(observed(&bench, &case, &result), refused);
    let result = ask(&case, &mut lucky, Ask::Execute);
    let executed = Expected::Answer(Executed, Status::Executed);
    assert_eq!(observed(&lucky, &case, &result), executed);
}

/// Whoever delivers cannot force a refusal with too little gas: the transaction fails, and can be sent again.
#[test]
fn too_little_gas_changes_nothing() {
    use xcc::interp::Gas;
    use xcc::interp::network::By;
    let mut starved = 0;
    for project in projects() {
        let mut bench = Bench::new(project);
        for step in bench.data().steps.clone() {
            if !bench.is_remote(step) {
                continue;
            }
            let data = &bench.program.steps[step];
            let machine = data.machine;
            let (later, asked): (Vec<_>, Vec<_>) =
                asked(bench.program, step).partition(|call| call.joins);
            let later = later.iter().map(|call| call.gas).sum::<u64>();
            let own = later + data.calls().map(|(_, gas)| gas).sum::<u64>();
            // What is tried as a whole needs the gas for all of it at once.
            let is_tried = bench.catches(step) && data.kind != StepKind::Retriable;
            let gas = if is_tried { own } else { data.gas };
            let craft = Craft {
                instance: INSTANCE,
                deadline: NO_DEADLINE,
                fields: Fields::Good,
            };
            let action = Entry::Deliver.action(&bench.craft(step, Execute, craft));
            let before = bench.network.machines().machines().clone();
            let caller = bench.stranger(machine).caller;
            let asked: Vec<_> = asked.iter().map(|call| call.gas).collect();
            let required = *asked.first().unwrap_or(&gas);
            let all = own + asked.iter().sum::<u64>();
            for left in [0, required - 1, all - 1] {
                let by = By {
                    caller: caller.clone(),
                    gas: Gas::Limit(left),
                };
                match bench.act(machine, &by, action.clone()) {
                    Err(Rejected::OutOfGas { required: it, .. }) if left >= required => {
                        assert_eq!(it, gas);
                    }
                    result => assert_eq!(result, Err(Rejected::OutOfGas { required, left })),
                }
                assert_eq!(before, *bench.network.machines().machines());
            }
            let by = By {
                caller,
                gas: Gas::Limit(all),
            };
            bench
                .act(machine, &by, action)
                .expect("its budget is enough");
            starved += 1;
        }
    }
    assert!(starved > 50, "only {starved} steps");
}
