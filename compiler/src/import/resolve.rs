//! Looks up declared types and puts type arguments in the place of their parameters.

use super::interface::{
    Field, Generic, Interface, TargetType, TypeBody, TypeDef, Unsupported, Variant,
};
use super::move_model::{MoveStruct, MoveType, type_key};
use super::svm::{SvmArg, SvmLength, SvmType};

/// How many aliases may lead to a type.
const MAX_ALIASES: usize = 32;

impl Interface {
    /// The declaration that a type refers to, if the interface has it.
    #[must_use]
    pub fn declaration(&self, ty: &TargetType) -> Option<&TypeDef> {
        match ty {
            TargetType::Svm(SvmType::Defined(name, _)) => self.types.get(name),
            TargetType::Move(MoveType::Struct(name)) => {
                self.types
                    .get(&type_key(&name.address, &name.module, &name.name))
            }
            TargetType::Evm(_) | TargetType::Svm(_) | TargetType::Move(_) => None,
        }
    }

    /// The shape of a declared type, with its type arguments in place and aliases followed. `None` for types that
    /// the interface does not declare; aliases of those are returned as [`TypeBody::Alias`].
    ///
    /// # Errors
    ///
    /// The reason why xcc cannot use the declaration.
    pub fn resolve(&self, ty: &TargetType) -> Result<Option<TypeBody>, Unsupported> {
        let Some(mut body) = self.resolve_once(ty)? else {
            return Ok(None);
        };
        for _ in 0..MAX_ALIASES {
            let TypeBody::Alias(target) = &body else {
                return Ok(Some(body));
            };
            match self.resolve_once(target)? {
                Some(next) => body = next,
                None => return Ok(Some(body)),
            }
        }
        let path = super::JsonPath::default();
        Err(Unsupported {
            path,
            reason: format!("more than {MAX_ALIASES} aliases lead to a type"),
        })
    }

    fn resolve_once(&self, ty: &TargetType) -> Result<Option<TypeBody>, Unsupported> {
        let Some(def) = self.declaration(ty) else {
            return Ok(None);
        };
        let body = def.body.clone()?;
        Ok(Some(match ty {
            TargetType::Svm(SvmType::Defined(_, args)) => SvmArgs {
                generics: &def.generics,
                args,
            }
            .body(body),
            TargetType::Move(MoveType::Struct(name)) => fill_body(body, &|ty| fill_move(ty, name)),
            TargetType::Evm(_) | TargetType::Svm(_) | TargetType::Move(_) => body,
        }))
    }
}

fn fill_body(body: TypeBody, fill: &impl Fn(TargetType) -> TargetType) -> TypeBody {
    let fields = |fields: Vec<Field>| -> Vec<Field> {
        fields
            .into_iter()
            .map(|field| Field {
                ty: fill(field.ty),
                ..field
            })
            .collect()
    };
    match body {
        TypeBody::Struct(list) => TypeBody::Struct(fields(list)),
        TypeBody::Enum(variants) => TypeBody::Enum(
            variants
                .into_iter()
                .map(|variant| Variant {
                    fields: fields(variant.fields),
                    ..variant
                })
                .collect(),
        ),
        TypeBody::Alias(ty) => TypeBody::Alias(fill(ty)),
        TypeBody::Opaque => TypeBody::Opaque,
    }
}

fn fill_move(ty: TargetType, name: &MoveStruct) -> TargetType {
    match ty {
        TargetType::Move(ty) => TargetType::Move(ty.instantiate(&name.args)),
        other => other,
    }
}

impl MoveType {
    /// The type with `args` in the place of its type parameters. A parameter without an argument stays as it is.
    #[must_use]
    pub fn instantiate(&self, args: &[Self]) -> Self {
        let inner = |ty: &Self| Box::new(ty.instantiate(args));
        match self {
            Self::TypeParam(index) => args.get(usize::from(*index)).unwrap_or(self).clone(),
            Self::Vector(item) => Self::Vector(inner(item)),
            Self::Ref(to) => Self::Ref(inner(to)),
            Self::MutRef(to) => Self::MutRef(inner(to)),
            Self::Struct(name) => Self::Struct(MoveStruct {
                args: name.args.iter().map(|arg| arg.instantiate(args)).collect(),
                ..name.clone()
            }),
            Self::Bool | Self::Uint(_) | Self::Int(_) | Self::Address | Self::Signer => {
                self.clone()
            }
        }
    }
}

/// The arguments of one use of a declared IDL type.
struct SvmArgs<'a> {
    generics: &'a [Generic],
    args: &'a [SvmArg],
}

impl SvmArgs<'_> {
    fn body(&self, body: TypeBody) -> TypeBody {
        fill_body(body, &|ty| match ty {
            TargetType::Svm(ty) => TargetType::Svm(self.fill(&ty)),
            other => other,
        })
    }

    fn argument(&self, name: &str) -> Option<&SvmArg> {
        let place = self
            .generics
            .iter()
            .position(|generic| generic.name.as_deref() == Some(name))?;
        self.args.get(place)
    }

    fn fill(&self, ty: &SvmType) -> SvmType {
        let inner = |ty: &SvmType| Box::new(self.fill(ty));
        match ty {
            SvmType::Option(item) => SvmType::Option(inner(item)),
            SvmType::COption(item) => SvmType::COption(inner(item)),
            SvmType::Vec(item) => SvmType::Vec(inner(item)),
            SvmType::Array(item, length) => SvmType::Array(inner(item), self.fill_length(length)),
            SvmType::Defined(name, args) => SvmType::Defined(
                name.clone(),
                args.iter().map(|arg| self.fill_arg(arg)).collect(),
            ),
            SvmType::Generic(name) => match self.argument(name) {
                Some(SvmArg::Type(ty)) => ty.clone(),
                Some(SvmArg::Const(_)) | None => ty.clone(),
            },
            other => other.clone(),
        }
    }

    fn fill_arg(&self, arg: &SvmArg) -> SvmArg {
        match arg {
            SvmArg::Type(ty) => SvmArg::Type(self.fill(ty)),
            SvmArg::Const(value) => match self.argument(value) {
                Some(outer) => outer.clone(),
                None => arg.clone(),
            },
        }
    }

    fn fill_length(&self, length: &SvmLength) -> SvmLength {
        let SvmLength::Generic(name) = length else {
            return length.clone();
        };
        match self.argument(name) {
            Some(SvmArg::Const(value)) => match value.parse() {
                Ok(number) => SvmLength::Value(number),
                Err(_) => SvmLength::Generic(value.clone()),
            },
            Some(SvmArg::Type(SvmType::Generic(outer))) => SvmLength::Generic(outer.clone()),
            Some(SvmArg::Type(_)) | None => length.clone(),
        }
    }
}
