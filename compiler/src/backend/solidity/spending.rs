//! Calls that spend what is in custody: the contract calls itself, so that allowances, call and checks are one.

use crate::backend::printer::Printer;
use crate::backend::solidity::expr::{Expr, write_assignment};
use crate::backend::solidity::handlers::BodyWriter;
use crate::entities::Value;
use crate::ir::CallData;

/// What a call that spends is written as.
pub(super) struct SpendingCall {
    /// `this.spend{gas: …, value: …}(…)`
    pub(super) call: Expr,
    /// The variable that has what the target returned, if any of it is used.
    pub(super) returned: Option<String>,
    /// The variables of the results that are used, and the types of all that are handed on.
    results: (Vec<String>, Vec<String>),
}

impl SpendingCall {
    /// The declaration of what is returned.
    pub(super) fn returns(&self) -> Option<String> {
        self.returned
            .as_ref()
            .map(|name| format!("bytes memory {name}"))
    }

    /// Reads the results that are used.
    pub(super) fn write_results(&self, printer: &mut Printer) {
        let (Some(returned), (declared, types)) = (&self.returned, &self.results) else {
            return;
        };
        let types = format!("({})", types.join(", "));
        let decoded = Expr::call("abi.decode", vec![Expr::atom(returned), Expr::atom(types)]);
        match &declared[..] {
            [only] => write_assignment(printer, only, &decoded),
            several => write_assignment(printer, &format!("({})", several.join(", ")), &decoded),
        }
    }
}

impl BodyWriter<'_> {
    /// The gas that has to be there for a call: its budget and, if it spends, what that takes.
    pub(super) fn gas_of(&self, call: &CallData) -> String {
        let budget = self.contract.budget_name(call);
        match call.spends.len() {
            0 => budget,
            spendings => format!("_spendGas({budget}, {spendings})"),
        }
    }

    /// Writes what a call spends and what its target is called with, and gives the call: `gas` is what it gets, and `budget` what its target gets of it.
    pub(super) fn spending_call(
        &mut self,
        printer: &mut Printer,
        (call, results): (&CallData, &[Value]),
        (gas, budget): (Option<&str>, &str),
    ) -> SpendingCall {
        let options = self.spending_options(call, gas);
        let spendings = self.write_spendings(printer, call);
        let declared = self.result_declarations(call, results);
        let is_used = declared.iter().any(|result| !result.is_empty());
        let types = self.with_types(call, declared.clone()).into_iter();
        let types = types.map(|it| it.split(' ').next().unwrap_or_default().to_owned());
        let types: Vec<_> = if is_used { types.collect() } else { Vec::new() };
        let returned = is_used.then(|| self.locals.choose("returned"));
        let target = &self.contract.names.targets[&call.function.contract].constant;
        let arguments = vec![
            Expr::atom(format!("{target}.{}", call.function.name)),
            Expr::call("", self.arguments(call)),
        ];
        // In a statement of its own, since the stack has no room for the arguments of both calls.
        let data = self.locals.choose("data");
        write_assignment(
            printer,
            &format!("bytes memory {data}"),
            &Expr::call("abi.encodeCall", arguments),
        );
        let args = vec![
            Expr::atom(spendings),
            Expr::atom(format!("address({target})")),
            Expr::atom(budget),
            Expr::atom(types.len().to_string()),
            Expr::atom(data),
        ];
        SpendingCall {
            call: Expr::call(format!("this.spend{options}"), args),
            returned,
            results: (declared, types),
        }
    }

    /// `{gas: …, value: …}`: native currency that is spent goes with the call.
    fn spending_options(&self, call: &CallData, gas: Option<&str>) -> String {
        let natives = call.spends.iter().map(|spend| &spend.funding);
        let mut natives = natives.filter(|it| self.contract.is_native(it.function.contract));
        let value = natives.next().map(|funding| {
            let amount = self.value(funding.args[0]).flat();
            format!("value: {amount}")
        });
        let gas = gas.map(|gas| format!("gas: {gas}"));
        let options: Vec<_> = gas.into_iter().chain(value).collect();
        match options.is_empty() {
            true => String::new(),
            false => format!("{{{}}}", options.join(", ")),
        }
    }

    /// Lists the amounts of tokens that a call spends; the variable that has them.
    fn write_spendings(&mut self, printer: &mut Printer, call: &CallData) -> String {
        let name = self.locals.choose("spendings");
        let tokens = call.spends.iter().map(|spend| &spend.funding);
        let tokens = tokens.filter(|it| !self.contract.is_native(it.function.contract));
        let tokens: Vec<_> = tokens.collect();
        let count = tokens.len();
        printer.line(format!(
            "Spending[] memory {name} = new Spending[]({count});"
        ));
        for (index, funding) in tokens.into_iter().enumerate() {
            let token = &self.contract.names.targets[&funding.function.contract].constant;
            let args = funding.args.iter().map(|&amount| self.value(amount));
            let args = std::iter::once(Expr::atom(token.clone()))
                .chain(args)
                .collect();
            write_assignment(
                printer,
                &format!("{name}[{index}]"),
                &Expr::call("Spending", args),
            );
        }
        name
    }
}
