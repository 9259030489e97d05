//! The results of a step: their names and types.

use super::check::Checker;
use super::context::{ResultSymbol, ResultValue, Unusable};
use super::errors::{NameError, TypeError};
use super::money::Amounts;
use super::names::{Reserved, Scope};
use super::shape::{Direction, Shape, Surroundings};
use super::shape_of::{shape_of, spell};
use super::symbols::{ContractSymbol, Declared};
use crate::import::Returned;
use crate::syntax::ast;
use crate::types::{Field, Type};

/// The name of a step's only result if nobody named it.
const ONLY: &str = "result";

/// The name in the source for a result that is not used.
const UNUSED: &str = "_";

/// The results of a step, as expressions see them and as the HIR lists them.
pub(super) struct StepResults {
    pub(super) symbols: Vec<ResultSymbol>,
    pub(super) fields: Vec<(Field, usize)>,
}

impl StepResults {
    /// The same results after so many others of one step.
    pub(super) fn after(mut self, others: usize) -> Self {
        for symbol in &mut self.symbols {
            if let ResultValue::Usable(index, _) = &mut symbol.value {
                *index += others;
            }
        }
        self
    }
}

impl Checker<'_> {
    /// Names and types the results of a step.
    pub(super) fn check_results(
        &mut self,
        step: &ast::Step,
        returned: &[Returned],
        contract: &ContractSymbol,
    ) -> Declared<StepResults> {
        let named = self.result_clause(step, returned.len())?;
        self.check_result_names(named);
        let mut results = StepResults {
            symbols: Vec::new(),
            fields: Vec::new(),
        };
        for (place, result) in returned.iter().enumerate() {
            let clause = named.get(place);
            let name = match clause {
                Some(clause) => Some(clause.name.value.clone()).filter(|name| name != UNUSED),
                None => result.name.clone(),
            };
            let value = self.result_value(result, clause, contract, results.fields.len());
            let field_name = name
                .clone()
                .or_else(|| (returned.len() == 1).then(|| ONLY.to_owned()));
            if let (ResultValue::Usable(_, ty), Some(name)) = (&value, field_name) {
                results.fields.push((
                    Field {
                        name,
                        ty: ty.clone(),
                    },
                    place,
                ));
            }
            results.symbols.push(ResultSymbol { name, value });
        }
        Ok(results)
    }

    /// The names the source gives, of which there are none or as many as results.
    fn result_clause<'s>(
        &mut self,
        step: &'s ast::Step,
        expected: usize,
    ) -> Declared<&'s [ast::StepResult]> {
        let Some(clause) = &step.results else {
            return Ok(&[]);
        };
        let found = clause.value.len();
        if found == expected {
            return Ok(&clause.value);
        }
        let (span, function) = (clause.span, step.call.function.value.clone());
        Err(self.report(NameError::ResultCount {
            span,
            function,
            expected,
            found,
        }))
    }

    fn check_result_names(&mut self, named: &[ast::StepResult]) {
        let mut scope = Scope::default();
        for result in named.iter().filter(|result| result.name.value != UNUSED) {
            self.add_name(&mut scope, &result.name, ONLY, Reserved::Allowed);
        }
    }

    pub(super) fn result_value(
        &mut self,
        result: &Returned,
        clause: Option<&ast::StepResult>,
        contract: &ContractSymbol,
        index: usize,
    ) -> ResultValue {
        let shape = shape_of(&result.ty, &contract.interface);
        if let Some(ty) = clause.and_then(|clause| clause.ty.as_ref()) {
            return match self.declared_result(ty, result, &shape, contract) {
                Ok(ty) => ResultValue::Usable(index, ty),
                Err(reported) => ResultValue::Poisoned(reported),
            };
        }
        match (
            shape.opaque(),
            shape.natural(contract.chain, Direction::Out),
        ) {
            (None, Some(ty)) => ResultValue::Usable(index, ty),
            (opaque, _) => ResultValue::Unusable(self.unusable(result, &shape, opaque, contract)),
        }
    }

    /// The type that the source gives to a result.
    fn declared_result(
        &mut self,
        ty: &ast::Type,
        result: &Returned,
        shape: &Shape,
        contract: &ContractSymbol,
    ) -> Declared<Type> {
        let declared = self.check_type(ty, Amounts::On(Ok(contract.chain)))?;
        let span = ty.span;
        if let Some(reason) = shape.opaque() {
            let ty = spell(&result.ty);
            return Err(self.report(TypeError::OpaqueResult { span, ty, reason }));
        }
        let around = Surroundings {
            declarations: &self.declarations,
            chain: contract.chain,
        };
        if shape.matches(&declared, around, Direction::Out) {
            return Ok(declared);
        }
        let found = self.quote(&declared);
        let chain = self.chain_name(contract.chain).to_owned();
        let wanted = match shape.declaration(&chain, Direction::Out) {
            Some(declaration) => format!("`{declaration}`"),
            None => format!("`{}`", shape.describe(&chain, Direction::Out)),
        };
        Err(self.report(TypeError::ResultType {
            span,
            found,
            wanted,
        }))
    }

    fn unusable(
        &self,
        result: &Returned,
        shape: &Shape,
        opaque: Option<String>,
        contract: &ContractSymbol,
    ) -> Unusable {
        let ty = spell(&result.ty);
        if let Some(reason) = opaque {
            return Unusable {
                ty,
                reason,
                help: None,
            };
        }
        let chain = self.chain_name(contract.chain);
        let name = result.name.as_deref().unwrap_or(ONLY);
        let clause = format!("-> ({name}: {})", shape.describe(chain, Direction::Out));
        let (reason, help) = match shape.declaration(chain, Direction::Out) {
            Some(declaration) => (
                "a structured result needs a type of the source that it is read into".to_owned(),
                format!(
                    "declare `{declaration}` and write `{clause}` after the call, with a bound for each `N`"
                ),
            ),
            None => (
                "it has no greatest size, so no message could carry it".to_owned(),
                format!("give it a bound: write `{clause}` after the call, with a number for `N`"),
            ),
        };
        Unusable {
            ty,
            reason,
            help: Some(help),
        }
    }
}
