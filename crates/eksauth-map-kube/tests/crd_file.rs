//! The file that people install is what the code says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

#[test]
fn the_installed_crd_is_the_one_of_the_code() {
    is_the_one_of_the_code("base/crd.yaml");
}

#[test]
fn the_crd_of_the_chart_is_the_one_of_the_code() {
    is_the_one_of_the_code("helm/eksauth-server/crds/iamidentitymappings.yaml");
}

fn is_the_one_of_the_code(path: &str) {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let file = deploy.join(path);
    let yaml = serde_saphyr::to_string(&eksauth_map_kube::crd()).expect("the CRD as YAML");
    if update() {
        fs::create_dir_all(file.parent().unwrap()).expect("a directory for the CRD");
        fs::write(&file, &yaml).expect("writing the CRD");
    }
    let written = fs::read_to_string(&file).expect("reading the CRD");
    assert!(
        written == yaml,
        "{} differs from the code; UPDATE_EXPECT=1 writes it anew. It should be:\n{yaml}",
        file.display()
    );
}

/// So that either CRD can take the place of the other, and no object becomes one that nobody can
/// change.
#[test]
fn it_lets_in_what_the_crd_of_the_incumbent_lets_in() {
    let mut crd = serde_json::to_value(eksauth_map_kube::crd()).expect("the CRD as JSON");
    let version = &mut crd["spec"]["versions"][0];
    let mut schema = version["schema"]["openAPIV3Schema"].take();
    without_words(&mut schema);
    let text = json!({ "type": "string" });
    assert_eq!(
        schema,
        json!({
            "type": "object",
            "properties": {
                "spec": {
                    "type": "object",
                    "required": ["arn", "username"],
                    "properties": {
                        "arn": text,
                        "username": text,
                        "groups": { "type": "array", "items": text },
                    },
                },
                "status": {
                    "type": "object",
                    "properties": { "canonicalARN": text, "userID": text },
                },
            },
        })
    );
}

#[test]
fn its_names_scope_and_subresource_are_those_of_the_incumbent() {
    let crd = serde_json::to_value(eksauth_map_kube::crd()).expect("the CRD as JSON");
    let spec = &crd["spec"];
    assert_eq!(spec["group"], "iamauthenticator.k8s.aws");
    assert_eq!(spec["scope"], "Cluster");
    assert_eq!(
        spec["names"],
        json!({
            "kind": "IAMIdentityMapping",
            "plural": "iamidentitymappings",
            "singular": "iamidentitymapping",
            "categories": ["all"],
        })
    );
    assert_eq!(spec["versions"].as_array().map(Vec::len), Some(1));
    let version = &spec["versions"][0];
    assert_eq!(version["name"], "v1alpha1");
    assert_eq!(version["served"], true);
    assert_eq!(version["storage"], true);
    assert_eq!(version["subresources"], json!({ "status": {} }));
}

#[test]
fn people_see_whom_a_mapping_is_about_and_who_that_is() {
    let crd = serde_json::to_value(eksauth_map_kube::crd()).expect("the CRD as JSON");
    let columns = &crd["spec"]["versions"][0]["additionalPrinterColumns"];
    let columns = columns.as_array().expect("columns");
    let paths: Vec<_> = columns.iter().map(|column| &column["jsonPath"]).collect();
    assert_eq!(
        paths,
        [
            ".spec.arn",
            ".spec.username",
            ".spec.groups",
            ".metadata.creationTimestamp"
        ]
    );
}

/// Removes what is there for people.
fn without_words(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    for word in ["description", "title"] {
        // A property of this name would be an object.
        if object.get(word).is_some_and(Value::is_string) {
            object.remove(word);
        }
    }
    object.values_mut().for_each(without_words);
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the test says by it that the file is to be written"
)]
fn update() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some()
}
