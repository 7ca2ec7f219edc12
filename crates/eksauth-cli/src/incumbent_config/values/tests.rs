use serde_json::json;

use super::*;

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str::<WithoutMappings>(text).unwrap().0
}

/// A file with lists that are passed over, and with some of the same names that are not.
const FILE: &str = r#"{
    "clusterID": "demo", "mapRoles": [1], "other": {"mapRoles": ["kept"]},
    "SERVER": {
        "port": 21362, "qps": 1.5, "flag": true, "nothing": null, "text": "t", "less": -1,
        "MAPROLES": [{"rolearn": "r", "groups": ["g"]}], "mapUsers": {"userarn": "u"}, "mapAccounts": "1,2",
        "reservedPrefixConfig": [{"backendMode": "CRD", "mapUsers": ["kept"]}]
    }
}"#;

#[test]
fn the_lists_below_server_are_left_out_and_nothing_else_is() {
    let mut expected: Value = serde_json::from_str(FILE).unwrap();
    expected["SERVER"]["MAPROLES"] = json!([]);
    expected["SERVER"]["mapUsers"] = json!({});
    expected["SERVER"]["mapAccounts"] = Value::Null;
    let WithoutMappings(in_json) = serde_json::from_str(FILE).unwrap();
    assert_eq!(in_json, expected);
    assert_eq!(yaml(FILE), expected);
    let WithMappings(all) = serde_json::from_str(FILE).unwrap();
    assert_eq!(all, serde_json::from_str::<Value>(FILE).unwrap());
}

#[test]
fn toml_is_read_alike() {
    let text = "clusterID = 'demo'\n[server]\nport = 1\n[[server.mapRoles]]\nrolearn = 'r'\n";
    let WithoutMappings(values) = toml::from_str(text).unwrap();
    let expected = json!({"clusterID": "demo", "server": {"port": 1, "mapRoles": []}});
    assert_eq!(values, expected);
}

#[test]
fn a_list_behind_an_alias_is_left_out_too() {
    let values = yaml("roles: &roles [{rolearn: r}]\nserver: {mapRoles: *roles, port: 1}\n");
    assert_eq!(values["server"], json!({"mapRoles": [], "port": 1}));
    assert_eq!(values["roles"], json!([{"rolearn": "r"}]));
}

#[test]
fn what_is_left_out_has_to_be_well_formed() {
    for text in [
        "server: {mapRoles: [{rolearn: r, rolearn: s}]}",
        "server: {mapRoles: [*nobody]}",
    ] {
        assert!(
            serde_saphyr::from_str::<WithoutMappings>(text).is_err(),
            "{text}"
        );
        assert!(serde_saphyr::from_str::<Value>(text).is_err(), "{text}");
    }
}

#[test]
fn a_number_that_nothing_holds_is_told() {
    for text in ["a = 99999999999999999999", "a = -99999999999999999999"] {
        let error = toml::from_str::<WithoutMappings>(text).err().unwrap();
        assert!(error.message().contains("64 bits, but found `"), "{error}");
    }
}
