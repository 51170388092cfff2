//! Tests of resource names: groups, methods, and names that clash.

use serde_json::{Value, json};

use super::super::ApiDescription;
use super::resource_names;

/// Returns `group.method` of each operation: pairs of `GET /path` and the Operation Object.
fn names(operations: &[(&str, Value)]) -> Vec<String> {
    let mut paths = json!({});
    for (line, operation) in operations {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        paths[path][method.to_lowercase()] = operation.clone();
    }
    let document = json!({ "paths": paths });
    let operations = ApiDescription::new(&document).operations();
    let names = resource_names(&operations).into_iter();
    names
        .map(|name| name.map_or("-".to_owned(), |it| format!("{}.{}", it.group, it.method)))
        .collect()
}

fn method(id: &str, tag: &str) -> String {
    let all = names(&[("GET /x", json!({ "operationId": id, "tags": [tag] }))]);
    let prefix = format!("{tag}.");
    all[0].strip_prefix(&prefix).expect("the group").to_owned()
}

#[test]
fn extensions_name_groups_and_methods() {
    let declared = json!({ "x-fern-sdk-group-name": ["a", "b"], "x-fern-sdk-method-name": "list",
                           "tags": ["pets"], "operationId": "listPets" });
    assert_eq!(names(&[("GET /pets", declared)]), ["a b.list"]);
    assert_eq!(
        names(&[("GET /pets", json!({ "x-fern-ignore": true }))]),
        ["-"]
    );
}

#[test]
fn the_first_tag_or_the_path_names_the_group() {
    let of = |path: &str, tags: Value| {
        let line = format!("GET {path}");
        let all = names(&[(&line, json!({ "operationId": "run", "tags": tags }))]);
        all[0].strip_suffix(".run").expect("the method").to_owned()
    };
    assert_eq!(of("/pets", json!(["Shop pets", "b"])), "Shop pets");
    assert_eq!(of("/pets", json!(["🐕", 7, "b"])), "pets");
    for (path, group) in [
        ("/pets/{id}", "pets"),
        ("/api/v2/pets", "pets"),
        ("/v1beta1/pets", "pets"),
        ("/2010-04-01/Accounts/{id}/Calls.json", "Accounts"),
        ("/Accounts.json", "Accounts"),
        ("/2fa/codes", "2fa"),
        ("/{shop}/orders", "orders"),
        ("/{shop}", "default"),
        ("/", "default"),
    ] {
        assert_eq!(of(path, json!([])), group, "{path}");
    }
}

#[test]
fn methods_do_not_repeat_their_group() {
    for (id, tag, expected) in [
        ("listPets", "pets", "list"),
        ("getPet", "Pets", "get"),
        ("pets_list", "pets", "list"),
        ("PetsController_findAll", "pets", "find_all"),
        ("repos/list-for-org", "repos", "list-for-org"),
        ("compute.targetPools.list", "targetPools", "list"),
        ("WebApps_List", "WebApps", "list"),
        ("listOrderItems", "order items", "list"),
        ("getAllPets", "pets", "get_all"),
        // The rest would not be a name on its own.
        ("getPetById", "pets", "getPetById"),
        ("petsByStatus", "pets", "petsByStatus"),
        ("listOfPets", "pets", "listOfPets"),
        ("pets", "pets", "pets"),
        ("pets2", "pets", "pets2"),
        ("listUsers", "pets", "listUsers"),
    ] {
        assert_eq!(method(id, tag), expected, "{id}");
    }
}

#[test]
fn ids_of_frameworks_lose_their_path() {
    let id = "read_item_shop_items__item_id__get";
    let all = names(&[(
        "GET /shop/items/{item_id}",
        json!({ "operationId": id, "tags": ["items"] }),
    )]);
    assert_eq!(all, ["items.read"]);
}

#[test]
fn ids_that_repeat_the_route_are_no_names() {
    let named = |line: &str| {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let id = format!("{}{}", method.to_lowercase(), path.replace(['{', '}'], ""));
        json!({ "operationId": id.replace('/', "_") })
    };
    let lines = [
        "GET /api/v4/badges",
        "GET /api/v4/badges/{badge_id}",
        "POST /api/v4/badges",
        "PUT /api/v4/badges/{badge_id}",
        "PATCH /api/v4/badges/{badge_id}",
        "GET /api/v4/badges/{badge_id}/images",
    ];
    assert_eq!(
        names(&lines.map(|line| (line, named(line)))),
        [
            "badges.list",
            "badges.create",
            "badges.get",
            "badges.update",
            "badges.patch_api_v4_badges_badge_id",
            "badges.list_images",
        ]
    );
}

#[test]
fn an_operation_without_an_id_is_named_after_its_path() {
    let all = names(&[
        ("GET /pets", json!({})),
        ("POST /pets", json!({})),
        ("DELETE /pets/{id}", json!({})),
        ("GET /pets/{id}/photos", json!({})),
        ("POST /pets/{id}/feed", json!({})),
        ("GET /{pet}", json!({})),
    ]);
    assert_eq!(
        all,
        [
            "pets.list",
            "pets.create",
            "pets.delete",
            "pets.list_photos",
            "pets.feed",
            "default.get /{pet}"
        ]
    );
    // The same names as with the ids that the generator adds.
    let added = json!({ "operationId": "listPetPhotos" });
    assert_eq!(
        names(&[("GET /pets/{id}/photos", added)]),
        ["pets.list_photos"]
    );
}

#[test]
fn the_plural_beside_the_singular_is_a_list() {
    let tags = json!(["Pets"]);
    let operation = |id: &str| json!({ "operationId": id, "tags": tags });
    let all = names(&[
        ("GET /pets", operation("getPets")),
        ("GET /pets/{id}", operation("getPet")),
    ]);
    assert_eq!(all, ["Pets.list", "Pets.get"]);
    assert_eq!(method("getPets", "pets"), "get");
}

#[test]
fn a_name_that_is_taken_keeps_its_group() {
    let tags = json!(["pets"]);
    let all = names(&[
        ("GET /a", json!({ "operationId": "listPets", "tags": tags })),
        ("GET /b", json!({ "operationId": "petsList", "tags": tags })),
        ("GET /c", json!({ "operationId": "getPet", "tags": tags })),
        (
            "GET /d",
            json!({ "operationId": "pet_get", "tags": tags, "x-fern-sdk-method-name": "get" }),
        ),
    ]);
    assert_eq!(
        all,
        ["pets.list", "pets.petsList", "pets.getPet", "pets.get"]
    );
}
