//! Constants of the project.

use xcc::sema::can_widen;
use xcc::types::Type;

use super::Grower;
use super::scope::{Arithmetic, Scope};
use crate::generate::spec::{Expr, Named};

impl Grower {
    /// A literal, or the name of a constant that stands for one.
    pub(super) fn literal_or_const(&mut self, ty: &Type) -> Expr {
        let is_named = self.choices.chance(8);
        let known = self.spec.consts.iter().filter(|it| it.ty == *ty);
        let known = known.map(|it| it.name.clone()).next();
        let value = self.literal(ty);
        match (is_named, known) {
            (false, _) => value,
            (true, Some(name)) => Expr::Path(name),
            (true, None) => {
                let name = format!("C{}", self.spec.consts.len() + 1);
                let value = self.const_value(ty, value);
                self.spec.consts.push(Named {
                    name: name.clone(),
                    ty: ty.clone(),
                    value,
                });
                Expr::Path(name)
            }
        }
    }

    /// The value of a constant: this one, or something computed of it or of another constant.
    fn const_value(&mut self, ty: &Type, value: Expr) -> Expr {
        let fits = |other: &Type| can_widen(other, ty);
        let known = self.spec.consts.iter().filter(|it| fits(&it.ty));
        let known: Vec<_> = known.map(|it| Expr::Path(it.name.clone())).collect();
        let value = match !known.is_empty() && self.choices.chance(40) {
            true => self.choices.pick(&known),
            false => value,
        };
        let is_computed = self.choices.chance(30);
        let value = match ty {
            Type::Uint(_) if is_computed => {
                let computed = self.computed(Arithmetic::Total, value.clone());
                computed.unwrap_or(value)
            }
            Type::Bool if is_computed => Expr::Not(Box::new(value)),
            _ => value,
        };
        self.maybe_call(&Scope::default(), ty, value)
    }
}
