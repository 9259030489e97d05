//! Calls inside handlers: plain ones, and those whose failure is caught.

use crate::backend::names::camel_case;
use crate::backend::printer::Printer;
use crate::backend::solidity::calls::{Arguments, argument_words, signature};
use crate::backend::solidity::expr::{Expr, write_args, write_assignment};
use crate::backend::solidity::handlers::{BodyWriter, Place};
use crate::entities::{Block, Value};
use crate::import::TargetType;
use crate::ir::CallData;

/// What a spending takes beside the arguments of its call: its amount is read from storage, and listed.
const SPENDING_WORDS: u64 = 4;

impl BodyWriter<'_> {
    /// A call whose failure fails the transaction gets all the gas there is: whoever sends the transaction decides how much. One among
    /// others that are tried together gets its budget, so that it leaves theirs to them.
    pub(super) fn call(&mut self, printer: &mut Printer, call: &CallData, results: &[Value]) {
        if !call.spends.is_empty() {
            let spending = match self.is_together {
                true => {
                    let (gas, budget) = (self.gas_of(call), self.contract.budget_name(call));
                    self.spending_call(printer, (call, results), (Some(&gas), &budget))
                }
                false => self.spending_call(printer, (call, results), (None, "gasleft()")),
            };
            match spending.returns() {
                Some(returned) => write_assignment(printer, &returned, &spending.call),
                None => spending.call.write(printer, "", ";"),
            }
            return spending.write_results(printer);
        }
        let options = self.options_of(call);
        let expr = self.call_expression(call, &options);
        if self.contract.is_asset(call.function.contract) {
            return expr.write(printer, "", ";");
        }
        let declared = self.result_declarations(call, results);
        let named = declared.iter().filter(|result| !result.is_empty()).count();
        match (named, declared.as_slice()) {
            (0, _) => expr.write(printer, "", ";"),
            (_, [only]) => write_assignment(printer, only, &expr),
            _ => write_assignment(printer, &format!("({})", tuple(&declared)), &expr),
        }
    }

    pub(super) fn invoke(
        &mut self,
        printer: &mut Printer,
        call: &CallData,
        ok: Block,
        refused: Block,
        place: Place,
    ) {
        let gas = self.gas_of(call);
        if std::mem::take(&mut self.requires_gas) {
            let types: Vec<_> = call.args.iter().map(|&arg| self.ty(arg)).collect();
            let arguments = argument_words(types.iter(), self.contract.declarations());
            let words = arguments + SPENDING_WORDS * call.spends.len() as u64;
            printer.line(format!("_requireGas({gas}, {words});"));
        }
        let results = self.body.blocks[ok].params.clone();
        // Nothing follows the statement in its block, so both arms simply end.
        if call.spends.is_empty() {
            let expr = self.call_expression(call, &format!("{{gas: {gas}}}"));
            let declared = self.result_declarations(call, &results);
            write_try(printer, &expr, &self.with_types(call, declared));
            printer.indented(|printer| self.scoped(printer, ok, Place::Tail));
        } else {
            let budget = self.contract.budget_name(call);
            let spending = self.spending_call(printer, (call, &results), (Some(&gas), &budget));
            write_try(printer, &spending.call, spending.returns().as_slice());
            printer.indented(|printer| {
                spending.write_results(printer);
                self.scoped(printer, ok, Place::Tail);
            });
        }
        printer.line("} catch {");
        printer.indented(|printer| self.scoped(printer, refused, Place::Tail));
        printer.line("}");
        self.leave(printer, place);
    }

    fn options_of(&self, call: &CallData) -> String {
        match self.is_together {
            true => format!("{{gas: {}}}", self.contract.budget_name(call)),
            false => String::new(),
        }
    }

    /// `TARGET.f{gas: G}(a, b)`, `Custody.take(TOKEN, a, b)` or `_takeNative(a, b)`
    fn call_expression(&self, call: &CallData, options: &str) -> Expr {
        let contract = call.function.contract;
        if self.contract.is_native(contract) {
            let name = format!("_{}Native", call.function.name);
            let args = call.args.iter().map(|&arg| self.value(arg));
            return Expr::call(name, args.collect());
        }
        if self.contract.is_asset(contract) {
            let token = Expr::atom(self.contract.names.targets[&contract].constant.clone());
            let args = call.args.iter().map(|&arg| self.value(arg));
            let args = std::iter::once(token).chain(args).collect();
            return Expr::call(format!("Custody.{}", call.function.name), args);
        }
        let target = &self.contract.names.targets[&contract].constant;
        Expr::call(
            format!("{target}.{}{options}", call.function.name),
            self.arguments(call),
        )
    }

    /// The arguments of a call in the target's types.
    pub(super) fn arguments(&self, call: &CallData) -> Vec<Expr> {
        let contract = call.function.contract;
        let arguments = Arguments {
            types: self.types(),
            names: &self.contract.names,
            target: &self.contract.targets[&contract],
            contract,
        };
        let (signature, _) = signature(self.contract.input, &call.function);
        let args = call
            .args
            .iter()
            .zip(&signature.params)
            .map(|(&arg, param)| {
                let TargetType::Evm(target) = &param.ty else {
                    unreachable!("a Solidity function has Solidity parameters")
                };
                arguments.convert(self.value(arg), &self.ty(arg), target)
            });
        args.collect()
    }

    /// The declarations of a call's results, empty for those that are not used.
    pub(super) fn result_declarations(
        &mut self,
        call: &CallData,
        results: &[Value],
    ) -> Vec<String> {
        let target = &self.contract.targets[&call.function.contract];
        let positions = target.declared_results(self.contract.input, &call.function);
        let mut declarations = Vec::with_capacity(positions.len());
        for position in positions {
            let used = call
                .results
                .iter()
                .position(|&result| Some(result) == position);
            let value = used.map(|index| results[index]);
            let value = value.filter(|value| self.uses.contains(*value));
            let (Some(value), Some(position)) = (value, position) else {
                declarations.push(String::new());
                continue;
            };
            let ty = target.result_type(self.contract.input, &call.function, position);
            let name = self
                .locals
                .choose(&camel_case(&self.body.values[value].name));
            // Solidity computes in the type of what it computes with, which may be narrower than the language's.
            let meant = self.types().name(&self.ty(value));
            let named = Expr::atom(name.clone());
            self.values[value] = Some(match meant == ty {
                true => named,
                false => Expr::call(meant, vec![named]),
            });
            declarations.push(format!("{ty} {name}"));
        }
        declarations
    }

    /// A `try` names every declared result, or none.
    pub(super) fn with_types(&self, call: &CallData, declared: Vec<String>) -> Vec<String> {
        if declared.iter().all(String::is_empty) {
            return Vec::new();
        }
        let target = &self.contract.targets[&call.function.contract];
        let positions = target.declared_results(self.contract.input, &call.function);
        let fill = |(declaration, position): (String, Option<usize>)| match position {
            _ if !declaration.is_empty() => declaration,
            Some(index) => target.result_type(self.contract.input, &call.function, index),
            None => "uint256".into(),
        };
        declared.into_iter().zip(positions).map(fill).collect()
    }
}

/// Writes `try call returns (…) {`; when that is too wide, the results stand on a line of their own.
pub(super) fn write_try(printer: &mut Printer, call: &Expr, returns: &[String]) {
    if returns.is_empty() {
        return call.write(printer, "try ", " {");
    }
    let joined = returns.join(", ");
    let line = format!("try {} returns ({joined}) {{", call.flat());
    if printer.fits(&line) {
        return printer.line(line);
    }
    call.write(printer, "try ", " returns (");
    let returns: Vec<_> = returns.iter().map(Expr::atom).collect();
    printer.indented(|printer| write_args(printer, &returns));
    printer.line(") {");
}

fn tuple(declarations: &[String]) -> String {
    declarations.join(", ")
}
