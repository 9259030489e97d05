//! How a delivered message finds its handler: by step, by the chain that may speak about it, and by kind.

use crate::backend::printer::Printer;
use crate::backend::solidity::contract::{ContractWriter, function};
use crate::backend::solidity::expr::{Expr, Precedence, write_if, write_return};
use crate::backend::solidity::uses::{has_deadline, uses_parameters};
use crate::entities::{Handler, Message, Step};
use crate::ir::{HandlerData, Role, Trigger};

impl<'a> ContractWriter<'a> {
    pub(super) fn write_dispatch(&self, printer: &mut Printer) {
        let (chain, message, mutability) = match (self.data().role, self.has_peers()) {
            (Role::Coordinator, true) => ("uint256 chain", "bytes memory message", None),
            (Role::Participant, _) => ("uint256", "bytes memory message", None),
            (Role::Coordinator, false) => ("uint256", "bytes memory", Some("pure")),
        };
        let params = [chain, "Header memory header", message].map(str::to_owned);
        let attributes: Vec<_> = [Some("internal"), mutability, Some("override")]
            .into_iter()
            .flatten()
            .collect();
        printer.blank();
        printer.line("/// @inheritdoc Machine");
        function("_dispatch", params.to_vec(), &attributes).block(printer, |printer| {
            for &step in &self.data().steps {
                let deliveries: Vec<_> = self.deliveries(step).collect();
                if !deliveries.is_empty() {
                    self.write_step_dispatch(printer, step, &deliveries);
                }
            }
            printer.line("revert UnknownMessage(header.step, header.kind);");
        });
    }

    fn deliveries(&self, step: Step) -> impl Iterator<Item = (Message, Handler, &'a HandlerData)> {
        self.handlers()
            .filter_map(move |(handler, data)| match data.trigger {
                Trigger::Deliver(message) if data.step == Some(step) => {
                    Some((message, handler, data))
                }
                _ => None,
            })
    }

    fn write_step_dispatch(
        &self,
        printer: &mut Printer,
        step: Step,
        deliveries: &[(Message, Handler, &HandlerData)],
    ) {
        let name = &self.names.steps[&step];
        let chain = self.input.program.machines[self.input.program.steps[step].machine].chain;
        let condition = match self.data().role {
            // Only the chain of the step itself may answer for it.
            Role::Coordinator => format!(
                "header.step == {name} && chain == {}",
                self.names.chains[&chain]
            ),
            Role::Participant => format!("header.step == {name}"),
        };
        let condition = Expr::Text(condition, Precedence::And);
        write_if(printer, &condition, |printer| {
            for (message, handler, data) in deliveries {
                self.write_delivery(printer, *message, *handler, data);
            }
        });
    }

    fn write_delivery(
        &self,
        printer: &mut Printer,
        message: Message,
        handler: Handler,
        data: &HandlerData,
    ) {
        let kind = self.input.program.messages[message].kind;
        let is_empty = self.input.program.messages[message].fields.is_empty();
        let decoded = format!(
            "Messages.decode{}(message)",
            self.library.messages[&message].name
        );
        let takes_body = uses_parameters(&data.body);
        printer.block(format!("if (header.kind == Kind.{kind})"), |printer| {
            if is_empty || !takes_body {
                printer.line(format!("{decoded};"));
            }
            let mut args = vec!["header.instance".to_owned()];
            args.extend(has_deadline(kind, &data.body).then(|| "header.deadline".to_owned()));
            args.extend(takes_body.then_some(decoded));
            let args = args.into_iter().map(Expr::atom).collect();
            let call = Expr::call(self.names.functions[&handler].clone(), args);
            write_return(printer, &call);
        });
    }
}
