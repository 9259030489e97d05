//! Who may send the transaction of a call that sees it, which on Sui is whoever delivers the message.

use crate::import::Signature;
use crate::sema::call::Site;
use crate::sema::check::Checker;
use crate::sema::errors::BindingError;
use crate::sema::symbols::Declared;
use crate::syntax::ast::Authority;

impl Checker<'_> {
    /// Demands of the author to say that it does not matter, where the function could tell.
    pub(super) fn check_sender(&mut self, site: Site<'_>, signature: &Signature) -> Declared<()> {
        let function = || site.call.function.value.clone();
        let fault = match (&site.options.sender, signature.sees_sender()) {
            (None, false) => return Ok(()),
            (None, true) => BindingError::SeesSender {
                span: site.call.span,
                function: function(),
            },
            (Some(clause), false) => BindingError::IdleSender {
                span: clause.span,
                function: function(),
            },
            (Some(clause), true) => match &clause.value {
                Authority::Anyone(_) => return Ok(()),
                Authority::Address(who) => BindingError::NotAnyone { span: who.span },
            },
        };
        Err(self.report(fault))
    }
}
