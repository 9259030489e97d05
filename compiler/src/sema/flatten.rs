//! Names that emitted code makes by joining others: `order.id` is carried by a message as `order_id`.

use indexmap::IndexMap;

use super::check::Checker;
use super::context::{ResultValue, WorkflowScope};
use super::errors::NameError;
use super::names::translated;
use crate::source::Span;
use crate::syntax::ast::Name;
use crate::types::Type;

/// The joined names of a workflow so far, by the spelling they all become in some target language.
type Joined = IndexMap<String, Name>;

impl Checker<'_> {
    /// Reports values of a workflow whose joined names are the same, such as an input `order_id` beside a field `order.id`.
    pub(super) fn check_joined_names(&mut self, scope: &WorkflowScope) {
        let mut joined = Joined::new();
        for input in &scope.inputs {
            if let Ok(ty) = &input.ty {
                self.join(&mut joined, &input.name.value, input.name.span, ty);
            }
        }
        for step in &scope.steps {
            let Some(Ok(results)) = &step.results else {
                continue;
            };
            for result in results {
                let ResultValue::Usable(_, ty) = &result.value else {
                    continue;
                };
                let result = result.name.as_deref().unwrap_or("result");
                let path = format!("{}.{result}", step.name.value);
                self.join(&mut joined, &path, step.name.span, ty);
            }
        }
    }

    /// Adds a value and, if it is a record, its fields.
    fn join(&mut self, joined: &mut Joined, path: &str, span: Span, ty: &Type) {
        let name = Name::new(path.to_owned(), span);
        let key = translated(&path.replace('.', "_"));
        match joined.get(&key).cloned() {
            Some(first) if first.value != name.value => {
                self.report(NameError::Collision { name, first });
            }
            Some(_) => {}
            None => {
                joined.insert(key, name);
            }
        }
        let Type::Record(record) = ty else { return };
        for field in self.declarations.records[*record].fields.clone() {
            self.join(joined, &format!("{path}.{}", field.name), span, &field.ty);
        }
    }
}
