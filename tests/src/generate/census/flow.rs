//! Counts what workflows and steps say beside their expressions.

use std::collections::BTreeSet;

use xcc::hir::{Authority, Package, RefusalPolicy, Role, StepDecl, WorkflowDecl};

use super::Census;

impl Census {
    pub(super) fn count_flow(&mut self, package: &Package) {
        for workflow in package.workflows.values() {
            self.count("workflow");
            let calls = workflow.steps.iter();
            let calls = calls.filter(|&&step| package.steps[step].custody.is_none());
            self.count(format!("workflow of {} steps", calls.count()));
            match workflow.authority {
                Authority::Anyone => self.count("authorise anyone"),
                Authority::Input(_) => self.count("authorise an input"),
                Authority::Constant(_) => self.count("authorise a constant"),
            }
            self.count_if(!workflow.results.is_empty(), "return");
            for (field, _) in &workflow.results {
                self.count_type("returned value", &field.ty);
            }
            for input in &workflow.inputs {
                self.count_type("input", &input.ty);
            }
            let steps: Vec<_> = workflow
                .steps
                .iter()
                .map(|&step| &package.steps[step])
                .collect();
            self.count_chains(package, workflow, &steps);
            let vm = package.declarations.chains[workflow.home].vm;
            self.count(format!("workflow at home on {vm}"));
            steps.iter().for_each(|step| self.count_step(package, step));
        }
    }

    fn count_chains(&mut self, package: &Package, workflow: &WorkflowDecl, steps: &[&StepDecl]) {
        let remote = |step: &&&StepDecl| step.chain != workflow.home;
        let chains: BTreeSet<_> = steps.iter().filter(remote).map(|step| step.chain).collect();
        let vms: BTreeSet<_> = chains
            .iter()
            .map(|&chain| package.declarations.chains[chain].vm)
            .collect();
        self.count_if(chains.is_empty(), "workflow at home only");
        self.count_if(chains.len() > 1, "workflow on several chains");
        self.count_if(vms.len() < chains.len(), "workflow on chains of one VM");
        let remote_steps = steps.iter().filter(remote).count();
        self.count_if(remote_steps > chains.len(), "several steps on one chain");

        let first = steps.iter().position(|step| remote(&step));
        let last = steps.iter().rposition(|step| remote(&step));
        let (Some(first), Some(last)) = (first, last) else {
            return;
        };
        for (place, _) in steps.iter().enumerate().filter(|(_, step)| !remote(step)) {
            self.count(match place {
                _ if place < first => "home step before remote ones",
                _ if place > last => "home step after remote ones",
                _ => "home step between remote ones",
            });
        }
    }

    fn count_step(&mut self, package: &Package, step: &StepDecl) {
        let home = package.workflows[step.workflow].home;
        let vm = package.declarations.chains[step.chain].vm;
        let place = if step.chain == home {
            "home"
        } else {
            vm.name()
        };
        self.count(format!("step on {place}"));
        let role = match &step.role {
            Role::Compensable(compensation) => {
                let is_held = compensation.hold_for.is_some();
                self.count_if(is_held, &format!("else hold for on {place}"));
                "compensate CALL"
            }
            Role::NothingToUndo => "compensate none",
            Role::Pivot => "pivot",
            Role::Retriable => "retriable",
        };
        self.count(format!("{role} on {place}"));
        self.count_if(
            !step.confirmation.is_empty(),
            &format!("confirm on {place}"),
        );
        self.count_if(step.guard.is_some(), &format!("require on {place}"));
        for _ in &step.views {
            self.count(format!("ask on {place}"));
        }
        match step.on_refused {
            RefusalPolicy::Compensate => {}
            RefusalPolicy::Retry(_) => self.count(format!("on refused retry on {place}")),
            RefusalPolicy::HoldFor(_) => self.count(format!("on refused hold for on {place}")),
            RefusalPolicy::Continue => self.count(format!("on refused continue on {place}")),
        }
        for (field, _) in &step.results {
            self.count_type("result", &field.ty);
        }
    }
}
