//! Model of a generated client's `types` module: each type with its definition, its implementations and its kind.
//!
//! The patches change this model, and both the index and the printed code are made from it, so they always agree.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use syn::{Attribute, Fields, Item, ItemImpl, Lit, Meta, Type};

use crate::names::bare;

/// Kind of a type, as relevant for decoding and for JSON Pointers into its values.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// Named fields.
    Struct,
    /// Unit variants, each with its string value.
    Enum(EnumValues),
    /// Named string type.
    StringNewtype(StringConstraints),
    /// Named string type that contains a JSON object.
    JsonFields,
    /// Any other wrapper around one value.
    Newtype(Type),
    /// Untagged enum whose variants hold one value each.
    Union(Union),
    /// Type that no patch inspects.
    Other,
}

/// Values of a string enum.
#[derive(Clone, Debug, Default)]
pub struct EnumValues {
    /// Rust name and string value of each variant.
    pub listed: Vec<(String, String)>,
    /// The variant for values that the document does not list, if the enum is open.
    pub unknown: Option<String>,
}

/// Constraints of a string type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StringConstraints {
    pub pattern: Option<String>,
    /// Minimum length in characters.
    pub min: Option<usize>,
    /// Maximum length in characters.
    pub max: Option<usize>,
    /// `true` if the value is kept out of `Debug` and `Display`.
    pub secret: bool,
}

/// Untagged union of types.
#[derive(Clone, Debug)]
pub struct Union {
    /// Rust name and type of each variant.
    pub variants: Vec<(String, Type)>,
    /// The variant for JSON that no other variant can decode, if the union is open.
    pub unknown: Option<String>,
    /// Accessors of the properties that all variants have.
    pub shared: Vec<SharedProperty>,
    /// `true` if the status of a response selects the variant.
    pub by_status: bool,
}

/// Accessor of a property that all variants of a union have.
#[derive(Clone, Debug)]
pub struct SharedProperty {
    /// JSON name of the property.
    pub name: String,
    /// Name of the method.
    pub method: String,
    /// Type inside the `Option` that the method returns.
    pub returns: AccessorType,
}

/// Type inside the `Option` that an accessor of a union returns.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // Only a few exist at a time.
pub enum AccessorType {
    /// `&str`.
    String,
    /// `bool`.
    Bool,
    /// `i64`.
    Integer,
    /// A reference to this type.
    Reference(Type),
}

/// Type of the module.
#[derive(Clone, Debug)]
pub struct TypeItem {
    pub name: String,
    /// The struct or enum.
    pub definition: Item,
    /// The `impl` blocks and macro calls of the type.
    pub impls: Vec<Item>,
    pub kind: TypeKind,
}

/// Field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// Rust name.
    pub ident: String,
    /// JSON name.
    pub name: String,
    pub ty: Type,
    /// `true` for `#[serde(flatten)]`.
    pub flattened: bool,
    /// Value of `skip_serializing_if`, such as `Option::is_none`.
    pub skip_serializing_if: Option<String>,
}

/// All types of the module, ordered by name, and its other items.
#[derive(Clone, Debug, Default)]
pub struct Types {
    pub items: BTreeMap<String, TypeItem>,
    /// Items that do not belong to a type, such as modules of defaults.
    pub others: Vec<Item>,
}

impl Types {
    /// Reads the items of a module.
    pub fn read(items: Vec<Item>) -> Self {
        let mut types = Types::default();
        let mut impls = Vec::new();
        for item in items {
            match item {
                Item::Struct(_) | Item::Enum(_) => {
                    let name = match &item {
                        Item::Struct(item) => item.ident.to_string(),
                        Item::Enum(item) => item.ident.to_string(),
                        _ => continue,
                    };
                    let type_item = TypeItem {
                        name: name.clone(),
                        definition: item,
                        impls: Vec::new(),
                        kind: TypeKind::Other,
                    };
                    // Keeps duplicate definitions, so that the compiler reports them.
                    if let Some(earlier) = types.items.insert(name, type_item) {
                        types.others.push(earlier.definition);
                    }
                }
                Item::Impl(item) => impls.push(item),
                other => types.others.push(other),
            }
        }
        for item in impls {
            match types.owner(&item) {
                Some(name) => {
                    if let Some(owner) = types.items.get_mut(&name) {
                        owner.impls.push(Item::Impl(item));
                    }
                }
                None => types.others.push(Item::Impl(item)),
            }
        }
        for item in types.items.values_mut() {
            item.kind = classify(item);
        }
        types
    }

    /// Returns the type that an implementation belongs to: its self type, or a type argument of the trait.
    ///
    /// A conversion between a wrapper and the wrapped type belongs to the wrapper.
    fn owner(&self, item: &ItemImpl) -> Option<String> {
        let of_self = type_name(&item.self_ty).filter(|name| self.items.contains_key(name));
        let of_trait = item.trait_.as_ref().and_then(|(path, _)| {
            type_arguments(path.segments.last()?)
                .into_iter()
                .filter_map(type_name)
                .find(|name| self.items.contains_key(name))
        });
        match (of_self, of_trait) {
            (Some(of_self), Some(of_trait)) if self.wraps(&of_trait, &of_self) => Some(of_trait),
            (of_self, of_trait) => of_self.or(of_trait),
        }
    }

    /// Returns `true` if a type is a wrapper around another.
    fn wraps(&self, outer: &str, inner: &str) -> bool {
        let Some(Item::Struct(outer)) = self.items.get(outer).map(|item| &item.definition) else {
            return false;
        };
        match &outer.fields {
            Fields::Unnamed(fields) => fields
                .unnamed
                .iter()
                .any(|f| type_name(&f.ty).as_deref() == Some(inner)),
            _ => false,
        }
    }

    /// Returns the items of the module.
    pub fn into_items(self) -> Vec<Item> {
        let mut items = Vec::new();
        for item in self.items.into_values() {
            items.push(item.definition);
            items.extend(item.impls);
        }
        items.extend(self.others);
        items
    }

    /// Returns the fields of a struct; empty for other types.
    pub fn fields(&self, name: &str) -> Vec<Field> {
        self.items
            .get(name)
            .map(TypeItem::fields)
            .unwrap_or_default()
    }

    /// Returns the names of this module's types that occur in a type.
    pub fn mentioned(&self, ty: &Type) -> Vec<String> {
        let mut found = Vec::new();
        collect_names(ty, &mut found);
        found.retain(|name| self.items.contains_key(name));
        found
    }

    /// Returns the names of all types reachable from the types in `from`, including these.
    pub fn reachable(&self, from: impl IntoIterator<Item = String>) -> Vec<String> {
        let mut found = BTreeSet::new();
        let mut open: Vec<String> = from.into_iter().collect();
        while let Some(name) = open.pop() {
            if found.contains(&name) {
                continue;
            }
            if let Some(item) = self.items.get(&name) {
                open.extend(item.inner_types().iter().flat_map(|ty| self.mentioned(ty)));
            }
            found.insert(name);
        }
        found.into_iter().collect()
    }
}

impl TypeItem {
    /// Returns the fields of a struct; empty for other types.
    pub fn fields(&self) -> Vec<Field> {
        let Item::Struct(item) = &self.definition else {
            return Vec::new();
        };
        named_fields(&item.fields)
    }

    /// Returns the argument names of `new`, which equal the names of the fields, or `None` if there is no `new`.
    pub fn constructor(&self) -> Option<Vec<String>> {
        let inherent = self.impls.iter().filter_map(|item| match item {
            Item::Impl(block) if block.trait_.is_none() => Some(&block.items),
            _ => None,
        });
        let new = inherent.flatten().find_map(|item| match item {
            syn::ImplItem::Fn(function) if function.sig.ident == "new" => Some(&function.sig),
            _ => None,
        })?;
        let names = new.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(argument) => match &*argument.pat {
                syn::Pat::Ident(pat) => Some(pat.ident.to_string()),
                _ => None,
            },
            syn::FnArg::Receiver(_) => None,
        });
        Some(names.collect())
    }

    /// Returns the attributes of the definition, mutably.
    pub fn attrs_mut(&mut self) -> Option<&mut Vec<Attribute>> {
        match &mut self.definition {
            Item::Struct(item) => Some(&mut item.attrs),
            Item::Enum(item) => Some(&mut item.attrs),
            _ => None,
        }
    }

    /// Returns the attributes of the definition.
    pub fn attrs(&self) -> &[Attribute] {
        match &self.definition {
            Item::Struct(item) => &item.attrs,
            Item::Enum(item) => &item.attrs,
            _ => &[],
        }
    }

    /// Returns the `doc` attributes of the definition.
    pub fn docs(&self) -> Vec<Attribute> {
        let docs = self.attrs().iter().filter(|a| a.path().is_ident("doc"));
        docs.cloned().collect()
    }

    /// Returns `true` if the definition derives a trait of this name.
    pub fn derives(&self, name: &str) -> bool {
        let last = |path: &String| path.rsplit("::").next() == Some(name);
        self.derived().iter().any(last)
    }

    /// Returns the paths of the derived traits, as written.
    pub fn derived(&self) -> Vec<String> {
        let mut found = Vec::new();
        for attribute in self.attrs().iter().filter(|a| a.path().is_ident("derive")) {
            let Meta::List(list) = &attribute.meta else {
                continue;
            };
            // Walks the tokens instead of parsing paths, like `each_serde`.
            let mut path = String::new();
            for token in list.tokens.clone() {
                match token {
                    TokenTree::Punct(punct) if punct.as_char() == ',' => {
                        found.push(std::mem::take(&mut path));
                    }
                    token => path.push_str(&token.to_string()),
                }
            }
            found.extend(Some(path).filter(|path| !path.is_empty()));
        }
        found
    }

    /// Replaces the derived traits.
    pub fn derive(&mut self, traits: &[String]) {
        // Never fails: the paths come from typify and from the patches.
        let paths: TokenStream = traits.join(", ").parse().unwrap_or_default();
        if let Some(attrs) = self.attrs_mut() {
            attrs.retain(|attribute| !attribute.path().is_ident("derive"));
            let at = attrs
                .iter()
                .take_while(|a| a.path().is_ident("doc"))
                .count();
            attrs.insert(at, syn::parse_quote!(#[derive(#paths)]));
        }
    }

    /// Adds an attribute after `derive`.
    pub fn add_attribute(&mut self, attribute: Attribute) {
        if let Some(attrs) = self.attrs_mut() {
            let at = attrs
                .iter()
                .take_while(|a| a.path().is_ident("doc") || a.path().is_ident("derive"))
                .count();
            attrs.insert(at, attribute);
        }
    }

    /// Adds documentation after the present one.
    pub fn add_docs(&mut self, docs: Vec<Attribute>) {
        if let Some(attrs) = self.attrs_mut() {
            let at = attrs.iter().rposition(|a| a.path().is_ident("doc"));
            let at = at.map_or(0, |at| at + 1);
            attrs.splice(at..at, docs);
        }
    }

    /// Keeps the trait implementations whose trait name satisfies `keep`, and all inherent ones.
    pub fn retain_impls(&mut self, keep: impl Fn(&str) -> bool) {
        self.impls.retain(|item| match item {
            Item::Impl(item) => trait_name(item).is_none_or(|name| keep(&name)),
            _ => true,
        });
    }

    /// Returns the types of all fields in the definition.
    pub fn inner_types(&self) -> Vec<Type> {
        match &self.definition {
            Item::Struct(item) => item.fields.iter().map(|f| f.ty.clone()).collect(),
            Item::Enum(item) => item
                .variants
                .iter()
                .flat_map(|variant| variant.fields.iter().map(|f| f.ty.clone()))
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// Returns the last path segment of the implemented trait.
pub fn trait_name(item: &ItemImpl) -> Option<String> {
    let (path, _) = item.trait_.as_ref()?;
    Some(path.segments.last()?.ident.to_string())
}

fn classify(item: &TypeItem) -> TypeKind {
    match &item.definition {
        Item::Struct(definition) => match &definition.fields {
            Fields::Named(_) => TypeKind::Struct,
            Fields::Unnamed(fields) => match fields.unnamed.first() {
                Some(field) if fields.unnamed.len() == 1 => newtype(item, &field.ty),
                _ => TypeKind::Other,
            },
            Fields::Unit => TypeKind::Other,
        },
        Item::Enum(definition) => {
            if definition.variants.iter().all(|v| v.fields.is_empty()) {
                let listed = definition.variants.iter().map(|variant| {
                    let ident = variant.ident.to_string();
                    let text =
                        serde_value(&variant.attrs, "rename").unwrap_or_else(|| ident.clone());
                    (ident, text)
                });
                let values = EnumValues {
                    listed: listed.collect(),
                    unknown: None,
                };
                let is_string = item.impls.iter().any(|item| match item {
                    Item::Impl(item) => trait_name(item).as_deref() == Some("FromStr"),
                    _ => false,
                });
                return match is_string && !values.listed.is_empty() {
                    true => TypeKind::Enum(values),
                    false => TypeKind::Other,
                };
            }
            let untagged = serde_flag(&definition.attrs, "untagged");
            let variants: Option<Vec<_>> = definition
                .variants
                .iter()
                .map(|variant| match &variant.fields {
                    Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Some((
                        variant.ident.to_string(),
                        fields.unnamed.first()?.ty.clone(),
                    )),
                    _ => None,
                })
                .collect();
            match variants {
                Some(variants) if untagged => TypeKind::Union(Union {
                    variants,
                    unknown: None,
                    shared: Vec::new(),
                    by_status: false,
                }),
                _ => TypeKind::Other,
            }
        }
        _ => TypeKind::Other,
    }
}

/// Returns the kind of a newtype. A wrapper with a hand-written `Deserialize` is opaque, unless it wraps a string.
fn newtype(item: &TypeItem, inner: &Type) -> TypeKind {
    if type_name(inner).as_deref() != Some("String") {
        return match item.derives("Deserialize") {
            true => TypeKind::Newtype(inner.clone()),
            false => TypeKind::Other,
        };
    }
    let from_str = item.impls.iter().find_map(|item| match item {
        Item::Impl(item) if trait_name(item).as_deref() == Some("FromStr") => Some(item),
        _ => None,
    });
    let constraints = from_str.map(string_constraints).unwrap_or_default();
    TypeKind::StringNewtype(constraints)
}

/// Reads the constraints from the `from_str` that typify generated.
fn string_constraints(item: &ItemImpl) -> StringConstraints {
    struct Reader(StringConstraints);
    impl<'ast> syn::visit::Visit<'ast> for Reader {
        fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
            let is_pattern = match &*call.func {
                syn::Expr::Path(path) => {
                    let names: Vec<_> = path
                        .path
                        .segments
                        .iter()
                        .map(|s| s.ident.to_string())
                        .collect();
                    names.ends_with(&["Regex".to_owned(), "new".to_owned()])
                }
                _ => false,
            };
            if let (true, Some(syn::Expr::Lit(literal))) = (is_pattern, call.args.first())
                && let Lit::Str(pattern) = &literal.lit
            {
                self.0.pattern = Some(pattern.value());
            }
            syn::visit::visit_expr_call(self, call);
        }

        fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
            if let syn::Expr::Lit(literal) = &*binary.right
                && let Lit::Int(number) = &literal.lit
                && let Ok(number) = number.base10_parse::<usize>()
            {
                match binary.op {
                    syn::BinOp::Gt(_) => self.0.max = Some(number),
                    syn::BinOp::Lt(_) => self.0.min = Some(number),
                    _ => {}
                }
            }
            syn::visit::visit_expr_binary(self, binary);
        }

        // The checks are in a `static` inside the function and in the conditions of `if`s.
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            syn::visit::visit_expr_method_call(self, call);
        }
    }
    let mut reader = Reader(StringConstraints::default());
    syn::visit::Visit::visit_item_impl(&mut reader, item);
    reader.0
}

/// Returns the last path segment of a type.
pub fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        Type::Reference(reference) => type_name(&reference.elem),
        Type::Group(group) => type_name(&group.elem),
        Type::Paren(paren) => type_name(&paren.elem),
        _ => None,
    }
}

/// Returns the type arguments of a path type, such as the `T` of `Option<T>`.
pub fn arguments(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(type_arguments)
            .unwrap_or_default(),
        Type::Reference(reference) => arguments(&reference.elem),
        _ => Vec::new(),
    }
}

/// Returns the named fields of a struct, or of a variant of an enum.
pub fn named_fields(fields: &Fields) -> Vec<Field> {
    let read = |field: &syn::Field| {
        let ident = field.ident.as_ref()?.to_string();
        let (mut name, mut skip_serializing_if, mut flattened) = (None, None, false);
        each_serde(&field.attrs, |setting, value| {
            if setting == "rename" {
                name = value.and_then(string);
            } else if setting == "skip_serializing_if" {
                skip_serializing_if = value.and_then(string);
            }
            flattened |= setting == "flatten";
        });
        Some(Field {
            name: name.unwrap_or_else(|| bare(&ident)),
            ident,
            ty: field.ty.clone(),
            flattened,
            skip_serializing_if,
        })
    };
    fields.iter().filter_map(read).collect()
}

/// Returns the first type argument of `Outer<T>`, or `None` for other types.
pub fn type_argument<'t>(ty: &'t Type, outer: &str) -> Option<&'t Type> {
    match type_name(ty)? == outer {
        true => arguments(ty).into_iter().next(),
        false => None,
    }
}

/// Returns the `T` of `impl Into<T>`.
pub fn into_target(ty: &Type) -> Option<&Type> {
    let Type::ImplTrait(bounds) = ty else {
        return None;
    };
    bounds.bounds.iter().find_map(|bound| match bound {
        syn::TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last()?;
            let arguments = type_arguments(last).into_iter();
            arguments.take(1).find(|_| last.ident == "Into")
        }
        _ => None,
    })
}

/// Returns the type inside nested `Option`s, and the number of `Option`s.
pub fn without_options(ty: &Type) -> (&Type, usize) {
    let mut found = (ty, 0);
    while let Some(inner) = type_argument(found.0, "Option") {
        found = (inner, found.1 + 1);
    }
    found
}

fn type_arguments(segment: &syn::PathSegment) -> Vec<&Type> {
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                syn::GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn collect_names(ty: &Type, found: &mut Vec<String>) {
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| collect_names(ty, found)),
        Type::Array(array) => collect_names(&array.elem, found),
        _ => {
            found.extend(type_name(ty));
            arguments(ty)
                .into_iter()
                .for_each(|ty| collect_names(ty, found));
        }
    }
}

/// Returns the value of `#[serde(key = "value")]`.
pub fn serde_value(attrs: &[Attribute], key: &str) -> Option<String> {
    let mut found = None;
    each_serde(attrs, |name, value| {
        if let (true, Some(value)) = (name == key, value) {
            found = string(value).or(found.take());
        }
    });
    found
}

/// Returns `true` if `#[serde(key)]` is present.
pub fn serde_flag(attrs: &[Attribute], key: &str) -> bool {
    let mut found = false;
    each_serde(attrs, |name, _| found |= name == key);
    found
}

/// Calls `read` with the name and the value of each setting of serde.
///
/// Walks the tokens instead of parsing the attribute, because the patches read the fields of every struct several
/// times. Forms that neither typify nor the patches write, such as nested lists, have no value.
fn each_serde(attrs: &[Attribute], mut read: impl FnMut(&Ident, Option<&Literal>)) {
    for attribute in attrs {
        let Meta::List(list) = &attribute.meta else {
            continue;
        };
        if !list.path.is_ident("serde") {
            continue;
        }
        let mut tokens = list.tokens.clone().into_iter();
        while let Some(token) = tokens.next() {
            let TokenTree::Ident(name) = token else {
                continue;
            };
            let mut value = None;
            for token in tokens.by_ref() {
                match token {
                    TokenTree::Punct(punct) if punct.as_char() == ',' => break,
                    TokenTree::Literal(literal) => value = Some(literal),
                    _ => {}
                }
            }
            read(&name, value.as_ref());
        }
    }
}

/// Returns the value of a string literal.
fn string(literal: &Literal) -> Option<String> {
    match Lit::new(literal.clone()) {
        Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
