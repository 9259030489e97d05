//! Objects and type arguments of Move calls.

use crate::entities::Constant;
use crate::hir::{Binding, Expr, ObjectBinding, ObjectSource};
use crate::import::{Abilities, MoveFunction, Param, ParamRole, Passing, Signature};
use crate::sema::call::Site;
use crate::sema::check::Checker;
use crate::sema::errors::BindingError;
use crate::sema::errors::TypeError;
use crate::sema::function::{is_object, param_phrase};
use crate::sema::shape_of::spell;
use crate::sema::spend::is_asset;
use crate::sema::symbols::{ContractSymbol, Declared};
use crate::source::Span;
use crate::syntax::ast::{self, FieldValue, Name};
use crate::types::ConstantKind;
use crate::vm::Vm;

/// How a parameter is supplied.
enum Supply {
    /// By an argument, or by the runtime.
    Elsewhere,
    Clock,
    Object,
}

/// An object that the author has to bind.
struct Wanted<'i> {
    parameter: usize,
    name: Option<&'i str>,
}

impl Checker<'_> {
    pub(super) fn bind_objects(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        signature: &Signature,
        function: &MoveFunction,
    ) -> Declared<Binding<Expr>> {
        let mut objects = Vec::new();
        let mut wanted = Vec::new();
        let mut fault = Ok(());
        for (parameter, param) in signature.params.iter().enumerate() {
            match self.supply(site, contract.interface.vm, parameter, param) {
                Ok(Supply::Elsewhere) => {}
                Ok(Supply::Clock) => {
                    let name = param.name.clone().unwrap_or_else(|| "clock".to_owned());
                    objects.push(ObjectBinding {
                        parameter,
                        name,
                        source: ObjectSource::Clock,
                    });
                }
                Ok(Supply::Object) => wanted.push(Wanted {
                    parameter,
                    name: param.name.as_deref(),
                }),
                Err(reported) => fault = Err(reported),
            }
        }
        let bound = self.bind_wanted(site, contract, &wanted);
        let type_arguments = self.bind_types(site, contract, function);
        fault?;
        objects.extend(bound?);
        objects.sort_by_key(|object| object.parameter);
        let type_arguments = type_arguments?;
        Ok(match contract.interface.vm {
            Vm::Sui => Binding::Sui {
                objects,
                type_arguments,
            },
            _ => Binding::Aptos {
                objects,
                type_arguments,
            },
        })
    }

    fn supply(&mut self, site: Site<'_>, vm: Vm, place: usize, param: &Param) -> Declared<Supply> {
        match param.role {
            ParamRole::Value if is_object(vm, param) => Ok(Supply::Object),
            ParamRole::Value | ParamRole::Context | ParamRole::Signer => Ok(Supply::Elsewhere),
            ParamRole::Clock => Ok(Supply::Clock),
            ParamRole::Object { passing, abilities } => {
                let (span, ty) = (site.call.span, spell(&param.ty));
                let phrase = param_phrase(place, param);
                if passing == Passing::Value {
                    if is_asset(vm, param) && !site.spend.is_empty() {
                        return Ok(Supply::Elsewhere);
                    }
                    return Err(self.report(TypeError::LinearParameter {
                        span,
                        param: phrase,
                        ty,
                        is_asset: is_asset(vm, param),
                    }));
                }
                // A type of another package is not declared in the file; behind a reference it can only be an object.
                if vm == Vm::Sui && abilities.is_none_or(|abilities| abilities.has(Abilities::KEY))
                {
                    return Ok(Supply::Object);
                }
                Err(self.report(BindingError::NeitherDataNorObject {
                    span,
                    param: phrase,
                    ty,
                }))
            }
        }
    }

    fn bind_wanted(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        wanted: &[Wanted<'_>],
    ) -> Declared<Vec<ObjectBinding>> {
        let clause = site.options.objects.as_ref();
        let entries: &[FieldValue] = clause.map_or(&[], |clause| &clause.value);
        self.check_repeated(entries)?;
        let span = clause.map_or(site.call.span, |clause| clause.span);
        let pairs = if wanted.iter().all(|object| object.name.is_some()) {
            self.match_by_name(site, span, wanted, entries)?
        } else {
            self.match_by_order(site, span, wanted, entries)?
        };
        let bound = pairs.into_iter().map(|(object, entry)| {
            let constant = self.bind_constant(contract, &entry.value)?;
            let (parameter, name) = (object.parameter, entry.name.value.clone());
            Ok(ObjectBinding {
                parameter,
                name,
                source: ObjectSource::Constant(constant),
            })
        });
        let bound: Vec<_> = bound.collect();
        bound.into_iter().collect()
    }

    fn match_by_name<'w, 'e>(
        &mut self,
        site: Site<'_>,
        span: crate::source::Span,
        wanted: &'w [Wanted<'w>],
        entries: &'e [FieldValue],
    ) -> Declared<Vec<(&'w Wanted<'w>, &'e FieldValue)>> {
        let names = || {
            wanted
                .iter()
                .filter_map(|object| object.name.map(str::to_owned))
        };
        for entry in entries {
            if !names().any(|name| name == entry.name.value) {
                let (name, function) = (entry.name.clone(), site.call.function.value.clone());
                let known = names().collect();
                return Err(self.report(BindingError::UnknownObject {
                    name,
                    function,
                    known,
                }));
            }
        }
        let mut pairs = Vec::new();
        let mut missing = Vec::new();
        for object in wanted {
            match entries
                .iter()
                .find(|entry| Some(entry.name.value.as_str()) == object.name)
            {
                Some(entry) => pairs.push((object, entry)),
                None => missing.extend(object.name.map(str::to_owned)),
            }
        }
        if missing.is_empty() {
            return Ok(pairs);
        }
        let function = site.call.function.value.clone();
        Err(self.report(BindingError::UnboundObjects {
            span,
            function,
            missing,
        }))
    }

    /// Where the interface has no names, the author's order is that of the parameters.
    fn match_by_order<'w, 'e>(
        &mut self,
        site: Site<'_>,
        span: crate::source::Span,
        wanted: &'w [Wanted<'w>],
        entries: &'e [FieldValue],
    ) -> Declared<Vec<(&'w Wanted<'w>, &'e FieldValue)>> {
        let function = site.call.function.value.clone();
        if let Some(extra) = entries.get(wanted.len()) {
            let (name, known) = (extra.name.clone(), Vec::new());
            return Err(self.report(BindingError::UnknownObject {
                name,
                function,
                known,
            }));
        }
        if entries.len() < wanted.len() {
            let missing = (entries.len()..wanted.len())
                .map(|place| format!("object{}", place + 1))
                .collect();
            return Err(self.report(BindingError::UnboundObjects {
                span,
                function,
                missing,
            }));
        }
        Ok(wanted.iter().zip(entries).collect())
    }

    fn check_repeated(&mut self, entries: &[FieldValue]) -> Declared<()> {
        let mut result = Ok(());
        for (place, entry) in entries.iter().enumerate() {
            if let Some(first) = entries[..place]
                .iter()
                .find(|first| first.name.value == entry.name.value)
            {
                let (name, first) = (entry.name.clone(), first.name.span);
                result = Err(self.report(BindingError::Repeated { name, first }));
            }
        }
        result
    }

    fn bind_constant(
        &mut self,
        contract: &ContractSymbol,
        value: &ast::Expr,
    ) -> Declared<Constant> {
        match &value.kind {
            ast::ExprKind::Constant(name) => {
                self.use_constant(name, value.span, ConstantKind::Address, contract.chain)
            }
            ast::ExprKind::Name(name) if self.names_asset(name) => {
                self.bind_token(contract, name, value.span, ConstantKind::Address)
            }
            _ => Err(self.report(BindingError::NotAnObject { span: value.span })),
        }
    }

    fn bind_types(
        &mut self,
        site: Site<'_>,
        contract: &ContractSymbol,
        function: &MoveFunction,
    ) -> Declared<Vec<Constant>> {
        let clause = site.options.types.as_ref();
        let given: &[ast::Expr] = clause.map_or(&[], |clause| &clause.value);
        let expected = function.generics.len();
        if given.len() != expected {
            let span = clause.map_or(site.call.span, |clause| clause.span);
            let (function, found) = (site.call.function.value.clone(), given.len());
            return Err(self.report(BindingError::TypeArguments {
                span,
                function,
                expected,
                found,
            }));
        }
        let bound: Vec<_> = given
            .iter()
            .map(|ty| self.bind_type(contract, ty))
            .collect();
        bound.into_iter().collect()
    }

    fn bind_type(&mut self, contract: &ContractSymbol, ty: &ast::Expr) -> Declared<Constant> {
        match &ty.kind {
            ast::ExprKind::Constant(name) => {
                self.use_constant(name, ty.span, ConstantKind::MoveType, contract.chain)
            }
            ast::ExprKind::Name(name) if self.names_asset(name) => {
                self.bind_token(contract, name, ty.span, ConstantKind::MoveType)
            }
            _ => Err(self.report(BindingError::NotAType { span: ty.span })),
        }
    }

    /// An asset that is named for its token.
    fn bind_token(
        &mut self,
        contract: &ContractSymbol,
        name: &str,
        span: Span,
        kind: ConstantKind,
    ) -> Declared<Constant> {
        let name = Name::new(name.to_owned(), span);
        let asset = self.find_asset(&name)?;
        self.token_named(asset, &name, contract.chain, kind)
    }
}
