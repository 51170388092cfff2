//! The `types` module of a generated client, taken apart: each type with its definition, its implementations and what
//! kind of type it is.
//!
//! The mends change these, the index reads them, and both are printed from them, so that they cannot disagree.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::{Attribute, Fields, Item, ItemImpl, Lit, Type};

use crate::names::bare;

/// What a type is, as far as decoding and pointers are concerned.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Named fields.
    Struct,
    /// Unit variants, each with its text.
    Enum(Values),
    /// A string with a name of its own.
    Text(Text),
    /// Any other wrapper of one value.
    Newtype(Type),
    /// Variants of one value each, without names in the JSON.
    Union(Union),
    /// What none of the mends looks into.
    Other,
}

/// An enumeration of texts.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// Rust name and text of each variant.
    pub listed: Vec<(String, String)>,
    /// The variant that holds texts the document does not list, where the enumeration is open.
    pub unknown: Option<String>,
}

/// A string type and what its document says about the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pub pattern: Option<String>,
    pub min: Option<usize>,
    pub max: Option<usize>,
    /// Whether the text is kept out of `Debug` and `Display`.
    pub secret: bool,
}

/// A choice between types.
#[derive(Clone, Debug)]
pub struct Union {
    /// Rust name and type of each variant.
    pub variants: Vec<(String, Type)>,
    /// The variant that keeps JSON which none of the others can decode.
    pub unknown: Option<String>,
    /// The accessors for what all variants share, by the name of the property.
    pub shared: Vec<Shared>,
}

/// An accessor of a union.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The name in the JSON.
    pub name: String,
    /// The method's name.
    pub method: String,
    /// What the method gives inside its `Option`.
    pub gives: Gives,
}

/// The type inside the `Option` that an accessor of a union gives.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // A handful of them exist at a time.
pub enum Gives {
    /// `&str`.
    Text,
    /// `bool`.
    Bool,
    /// `i64`.
    Integer,
    /// A reference to this type.
    Reference(Type),
}

/// One type of the module.
#[derive(Clone, Debug)]
pub struct TypeItem {
    pub name: String,
    /// The struct or enum itself.
    pub definition: Item,
    /// What is implemented for it.
    pub impls: Vec<Item>,
    pub kind: Kind,
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name in Rust.
    pub ident: String,
    /// The name in the JSON.
    pub name: String,
    pub ty: Type,
    /// Whether the field's members stand among those of the struct.
    pub flattened: bool,
    /// The test by which serde leaves the field out, such as `Option::is_none`.
    pub left_out_if: Option<String>,
}

/// All types of the module, in the order of their names, and what else stood there.
#[derive(Clone, Debug, Default)]
pub struct Types {
    pub items: BTreeMap<String, TypeItem>,
    /// Items that belong to no type, such as modules of defaults.
    pub others: Vec<Item>,
}

impl Types {
    /// Takes a module apart.
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
                        kind: Kind::Other,
                    };
                    // A name that is there twice is kept beside, so that the compiler speaks of it.
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

    /// The type an implementation belongs to: the one it is for, or else the one the trait names; of two that are
    /// converted into each other, the wrapper.
    fn owner(&self, item: &ItemImpl) -> Option<String> {
        let of_self = named(&item.self_ty).filter(|name| self.items.contains_key(name));
        let of_trait = item.trait_.as_ref().and_then(|(path, _)| {
            type_arguments(path.segments.last()?)
                .into_iter()
                .filter_map(named)
                .find(|name| self.items.contains_key(name))
        });
        match (of_self, of_trait) {
            (Some(of_self), Some(of_trait)) if self.wraps(&of_trait, &of_self) => Some(of_trait),
            (of_self, of_trait) => of_self.or(of_trait),
        }
    }

    /// Whether a type is a wrapper of another.
    fn wraps(&self, outer: &str, inner: &str) -> bool {
        let Some(Item::Struct(outer)) = self.items.get(outer).map(|item| &item.definition) else {
            return false;
        };
        match &outer.fields {
            Fields::Unnamed(fields) => fields
                .unnamed
                .iter()
                .any(|f| named(&f.ty).as_deref() == Some(inner)),
            _ => false,
        }
    }

    /// Puts the module together again.
    pub fn into_items(self) -> Vec<Item> {
        let mut items = Vec::new();
        for item in self.items.into_values() {
            items.push(item.definition);
            items.extend(item.impls);
        }
        items.extend(self.others);
        items
    }

    /// The fields of a struct; empty for everything else.
    pub fn fields(&self, name: &str) -> Vec<Field> {
        self.items
            .get(name)
            .map(TypeItem::fields)
            .unwrap_or_default()
    }

    /// The names of all types of this module that a type mentions.
    pub fn mentioned(&self, ty: &Type) -> Vec<String> {
        let mut found = Vec::new();
        collect_names(ty, &mut found);
        found.retain(|name| self.items.contains_key(name));
        found
    }

    /// Every type that can be reached from the given ones.
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
    /// The fields of a struct; empty for everything else.
    pub fn fields(&self) -> Vec<Field> {
        let Item::Struct(item) = &self.definition else {
            return Vec::new();
        };
        let Fields::Named(fields) = &item.fields else {
            return Vec::new();
        };
        let read = |field: &syn::Field| {
            let ident = field.ident.as_ref()?.to_string();
            let name = serde_text(&field.attrs, "rename").unwrap_or_else(|| bare(&ident));
            Some(Field {
                ident,
                name,
                ty: field.ty.clone(),
                flattened: serde_flag(&field.attrs, "flatten"),
                left_out_if: serde_text(&field.attrs, "skip_serializing_if"),
            })
        };
        fields.named.iter().filter_map(read).collect()
    }

    /// The attributes of the definition.
    pub fn attrs_mut(&mut self) -> Option<&mut Vec<Attribute>> {
        match &mut self.definition {
            Item::Struct(item) => Some(&mut item.attrs),
            Item::Enum(item) => Some(&mut item.attrs),
            _ => None,
        }
    }

    /// The attributes of the definition.
    pub fn attrs(&self) -> &[Attribute] {
        match &self.definition {
            Item::Struct(item) => &item.attrs,
            Item::Enum(item) => &item.attrs,
            _ => &[],
        }
    }

    /// The documentation attributes of the definition.
    pub fn docs(&self) -> Vec<Attribute> {
        let docs = self.attrs().iter().filter(|a| a.path().is_ident("doc"));
        docs.cloned().collect()
    }

    /// Whether the definition derives a trait of this name.
    pub fn derives(&self, name: &str) -> bool {
        let last = |path: &String| path.rsplit("::").next() == Some(name);
        self.derived().iter().any(last)
    }

    /// The traits the definition derives, as they are written.
    pub fn derived(&self) -> Vec<String> {
        let mut found = Vec::new();
        for attribute in self.attrs().iter().filter(|a| a.path().is_ident("derive")) {
            // An attribute of another form derives nothing that is known here.
            let _ = attribute.parse_nested_meta(|meta| {
                found.push(meta.path.to_token_stream().to_string().replace(' ', ""));
                Ok(())
            });
        }
        found
    }

    /// Replaces what the definition derives.
    pub fn derive(&mut self, traits: &[String]) {
        let paths: Vec<syn::Path> = traits
            .iter()
            .filter_map(|t| syn::parse_str(t).ok())
            .collect();
        if let Some(attrs) = self.attrs_mut() {
            attrs.retain(|attribute| !attribute.path().is_ident("derive"));
            let at = attrs
                .iter()
                .take_while(|a| a.path().is_ident("doc"))
                .count();
            attrs.insert(at, syn::parse_quote!(#[derive(#(#paths),*)]));
        }
    }

    /// Adds an attribute below what is derived.
    pub fn add_attribute(&mut self, attribute: Attribute) {
        if let Some(attrs) = self.attrs_mut() {
            let at = attrs
                .iter()
                .take_while(|a| a.path().is_ident("doc") || a.path().is_ident("derive"))
                .count();
            attrs.insert(at, attribute);
        }
    }

    /// Keeps those implementations of traits whose name the test accepts, and all inherent ones.
    pub fn retain_impls(&mut self, keep: impl Fn(&str) -> bool) {
        self.impls.retain(|item| match item {
            Item::Impl(item) => trait_name(item).is_none_or(|name| keep(&name)),
            _ => true,
        });
    }

    /// The types that stand in the definition.
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

/// The last name of the trait that is implemented.
pub fn trait_name(item: &ItemImpl) -> Option<String> {
    let (path, _) = item.trait_.as_ref()?;
    Some(path.segments.last()?.ident.to_string())
}

fn classify(item: &TypeItem) -> Kind {
    match &item.definition {
        Item::Struct(definition) => match &definition.fields {
            Fields::Named(_) => Kind::Struct,
            Fields::Unnamed(fields) => match fields.unnamed.first() {
                Some(field) if fields.unnamed.len() == 1 => newtype(item, &field.ty),
                _ => Kind::Other,
            },
            Fields::Unit => Kind::Other,
        },
        Item::Enum(definition) => {
            if definition.variants.iter().all(|v| v.fields.is_empty()) {
                let listed = definition.variants.iter().map(|variant| {
                    let ident = variant.ident.to_string();
                    let text =
                        serde_text(&variant.attrs, "rename").unwrap_or_else(|| ident.clone());
                    (ident, text)
                });
                let values = Values {
                    listed: listed.collect(),
                    unknown: None,
                };
                let is_text = item.impls.iter().any(|item| match item {
                    Item::Impl(item) => trait_name(item).as_deref() == Some("FromStr"),
                    _ => false,
                });
                return match is_text && !values.listed.is_empty() {
                    true => Kind::Enum(values),
                    false => Kind::Other,
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
                Some(variants) if untagged => Kind::Union(Union {
                    variants,
                    unknown: None,
                    shared: Vec::new(),
                }),
                _ => Kind::Other,
            }
        }
        _ => Kind::Other,
    }
}

/// A newtype over a string is a text, unless it decodes by rules of its own that only its code knows.
fn newtype(item: &TypeItem, inner: &Type) -> Kind {
    if named(inner).as_deref() != Some("String") {
        return match item.derives("Deserialize") {
            true => Kind::Newtype(inner.clone()),
            false => Kind::Other,
        };
    }
    let from_str = item.impls.iter().find_map(|item| match item {
        Item::Impl(item) if trait_name(item).as_deref() == Some("FromStr") => Some(item),
        _ => None,
    });
    let rules = from_str.map(text_rules).unwrap_or_default();
    Kind::Text(rules)
}

/// Reads the checks that typify wrote into `from_str`.
fn text_rules(item: &ItemImpl) -> Text {
    struct Reader(Text);
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

        // The checks stand in a `static` inside the function and in `if`s around it.
        fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
            syn::visit::visit_expr_method_call(self, call);
        }
    }
    let mut reader = Reader(Text::default());
    syn::visit::Visit::visit_item_impl(&mut reader, item);
    reader.0
}

/// The last name of a path type.
pub fn named(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        Type::Reference(reference) => named(&reference.elem),
        Type::Group(group) => named(&group.elem),
        Type::Paren(paren) => named(&paren.elem),
        _ => None,
    }
}

/// The type arguments of a path type, such as the `T` of `Option<T>`.
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

/// The one argument of `Outer<T>`, when the type is that.
pub fn inside<'t>(ty: &'t Type, outer: &str) -> Option<&'t Type> {
    match named(ty)? == outer {
        true => arguments(ty).into_iter().next(),
        false => None,
    }
}

/// The `T` of `impl Into<T>`.
pub fn into_what(ty: &Type) -> Option<&Type> {
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

/// The type without the `Option`s around it, and how many these are.
pub fn without_options(ty: &Type) -> (&Type, usize) {
    let mut found = (ty, 0);
    while let Some(inner) = inside(found.0, "Option") {
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
            found.extend(named(ty));
            arguments(ty)
                .into_iter()
                .for_each(|ty| collect_names(ty, found));
        }
    }
}

/// The text of `#[serde(key = "text")]`.
pub fn serde_text(attrs: &[Attribute], key: &str) -> Option<String> {
    let mut found = None;
    each_serde(attrs, |meta| {
        if meta.path.is_ident(key) {
            let value: syn::LitStr = meta.value()?.parse()?;
            found = Some(value.value());
        } else if meta.input.peek(syn::Token![=]) {
            meta.value()?.parse::<syn::LitStr>()?;
        }
        Ok(())
    });
    found
}

/// Whether `#[serde(key)]` is there.
pub fn serde_flag(attrs: &[Attribute], key: &str) -> bool {
    let mut found = false;
    each_serde(attrs, |meta| {
        if meta.input.peek(syn::Token![=]) {
            meta.value()?.parse::<syn::LitStr>()?;
        }
        found |= meta.path.is_ident(key);
        Ok(())
    });
    found
}

fn each_serde(
    attrs: &[Attribute],
    mut read: impl FnMut(syn::meta::ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attrs.iter().filter(|a| a.path().is_ident("serde")) {
        // Forms of the attribute that neither the generator nor the mends write are none of our concern.
        let _ = attribute.parse_nested_meta(&mut read);
    }
}

#[cfg(test)]
mod tests;
