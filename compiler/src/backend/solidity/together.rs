//! Calls that take effect together: a function that only the contract itself calls, and the call of it whose failure is caught.

use crate::backend::printer::Printer;
use crate::backend::solidity::calls::argument_words;
use crate::backend::solidity::contract::{ContractWriter, function};
use crate::backend::solidity::expr::{Expr, write_assignment};
use crate::backend::solidity::handlers::{BodyWriter, Exit, Parameters, Place};
use crate::backend::solidity::invocations::write_try;
use crate::backend::solidity::uses::{uses_parameters, uses_slots};
use crate::entities::{Block, Handler, Step, Value};
use crate::ir::{Body, InstData, MessageKind, Part};
use crate::types::{Declarations, Type};

impl ContractWriter<'_> {
    /// The function whose calls take effect together.
    pub(super) fn write_together(
        &self,
        printer: &mut Printer,
        handler: Handler,
        (step, part): (Step, Part),
    ) {
        let program = self.input.program;
        let body = &program.handlers[handler].body;
        let name = &program.steps[step].name;
        let what = match part {
            Part::Compensation => "What undoes",
            Part::Confirmation => "What makes final",
            Part::Execution | Part::Guard => "What runs",
        };
        printer.blank();
        printer.line(format!(
            "/// @notice {what} `{name}`: all of it, or nothing. For the contract itself only."
        ));
        printer.line(format!("/// @custom:gas-budget {}", body.gas_of_calls()));
        let mut params = Vec::new();
        params.extend(uses_slots(body).then(|| "bytes32 instance".to_owned()));
        let message = match uses_parameters(body) {
            true => program.message(step, MessageKind::Execute),
            false => None,
        };
        let named = message.map(|message| &self.library.messages[&message]);
        params.extend(named.map(|named| format!("Messages.{} memory message", named.name)));
        let parameters = Parameters {
            base: "message",
            members: named.map_or(&[], |named| &named.members),
        };
        let name = &self.names.functions[&handler];
        function(name, params, &["external", "onlySelf"]).block(printer, |printer| {
            let writer = BodyWriter::new(self, body, &parameters, Exit::Nothing);
            writer.together_with_others().write(printer);
        });
    }
}

impl BodyWriter<'_> {
    /// `try this.f{gas: …}(instance, message) { … } catch { … }`, with what of the two it uses.
    pub(super) fn together(
        &mut self,
        printer: &mut Printer,
        routine: Handler,
        (ok, refused): (Block, Block),
        place: Place,
    ) {
        let contract = self.contract;
        let body = &contract.input.program.handlers[routine].body;
        let gas = self.locals.choose("budget");
        write_assignment(printer, &format!("uint256 {gas}"), &self.gas_together(body));
        if std::mem::take(&mut self.requires_gas) {
            let params = &body.blocks[body.entry].params;
            let words = argument_words(types_of(body, params).iter(), contract.declarations());
            printer.line(format!("_requireGas({gas}, {words});"));
        }
        let name = &contract.names.functions[&routine];
        let mut args = Vec::new();
        args.extend(uses_slots(body).then(|| Expr::atom("instance")));
        args.extend(uses_parameters(body).then(|| Expr::atom("message")));
        let call = Expr::call(format!("this.{name}{{gas: {gas}}}"), args);
        write_try(printer, &call, &[]);
        printer.indented(|printer| self.scoped(printer, ok, Place::Tail));
        printer.line("} catch {");
        printer.indented(|printer| self.scoped(printer, refused, Place::Tail));
        printer.line("}");
        self.leave(printer, place);
    }

    /// `_togetherGas(budgets, calls, argumentWords, keptWords)`
    fn gas_together(&self, body: &Body) -> Expr {
        let declarations = self.contract.declarations();
        let calls: Vec<_> = body.calls().map(|(call, _)| call).collect();
        let budgets: Vec<_> = calls.iter().map(|call| self.gas_of(call)).collect();
        let arguments = calls
            .iter()
            .map(|call| words_of(body, &call.args, declarations));
        let kept = body.insts.values().filter_map(|inst| match inst {
            InstData::Store { value, .. } => Some(words_of(body, &[*value], declarations)),
            _ => None,
        });
        let (arguments, kept) = (arguments.sum::<u64>(), kept.sum::<u64>());
        let numbers = [calls.len() as u64, arguments, kept].map(|number| number.to_string());
        let args = std::iter::once(budgets.join(" + ")).chain(numbers);
        Expr::call("_togetherGas", args.map(Expr::atom).collect())
    }
}

fn types_of(body: &Body, values: &[Value]) -> Vec<Type> {
    let values = values.iter();
    values.map(|&value| body.values[value].ty.clone()).collect()
}

/// The words that values take at most.
fn words_of(body: &Body, values: &[Value], declarations: &Declarations) -> u64 {
    argument_words(types_of(body, values).iter(), declarations)
}
