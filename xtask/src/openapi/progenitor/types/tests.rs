use super::*;

fn read(source: &str) -> Types {
    Types::read(syn::parse_file(source).expect("parses").items)
}

#[test]
fn reads_the_constraints_of_a_string_newtype() {
    let types = read(
        r#"
        pub struct Id(String);
        impl ::std::str::FromStr for Id {
            type Err = ();
            fn from_str(value: &str) -> Result<Self, ()> {
                if value.chars().count() > 12usize { return Err("long".into()); }
                if value.chars().count() < 3usize { return Err("short".into()); }
                static PATTERN: LazyLock<Regex> = LazyLock::new(|| { ::regress::Regex::new("^a$").unwrap() });
                Ok(Self(value.to_string()))
            }
        }
        impl From<Id> for String { fn from(value: Id) -> Self { value.0 } }
        "#,
    );
    let item = &types.items["Id"];
    assert_eq!(item.impls.len(), 2);
    let TypeKind::StringNewtype(constraints) = &item.kind else {
        panic!("expected a string newtype");
    };
    assert_eq!(
        *constraints,
        StringConstraints {
            pattern: Some("^a$".into()),
            min: Some(3),
            max: Some(12),
            secret: false
        }
    );
}

#[test]
fn fields_have_their_json_names() {
    let types = read(
        r#"pub struct A { #[serde(rename = "type", skip_serializing_if = "Option::is_none")] pub type_: Option<String>, pub b: bool }"#,
    );
    let names: Vec<_> = types
        .fields("A")
        .into_iter()
        .map(|f| (f.ident, f.name))
        .collect();
    assert_eq!(
        names,
        [("type_".into(), "type".into()), ("b".into(), "b".into())] as [(String, String); 2]
    );
}

#[test]
fn finds_reachable_types_through_containers() {
    let types =
        read("pub struct A { b: Option<Vec<B>> } pub struct B { c: i64 } pub struct C { a: A }");
    assert_eq!(types.reachable(["A".to_owned()]), ["A", "B"]);
}
