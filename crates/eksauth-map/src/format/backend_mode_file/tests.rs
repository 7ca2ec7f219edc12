use proptest::prelude::*;

use super::{BackendModeFile, BackendModeFileError};
use crate::BackendMode::{Crd, DynamicFile, EksConfigMap, MountedFile};

fn modes(names: &str) -> Result<Vec<crate::BackendMode>, BackendModeFileError> {
    let json = serde_json::json!({ "backendMode": names }).to_string();
    BackendModeFile::parse(&json).map(|file| file.modes)
}

#[test]
fn backends_are_asked_in_the_order_of_their_names() {
    assert_eq!(
        modes("DynamicFile CRD EKSConfigMap MountedFile").unwrap(),
        [DynamicFile, Crd, EksConfigMap, MountedFile]
    );
}

#[test]
fn older_names_are_understood() {
    assert_eq!(
        modes("File ConfigMap").unwrap(),
        [MountedFile, EksConfigMap]
    );
}

#[test]
fn a_backend_that_is_named_twice_is_asked_once() {
    assert_eq!(
        modes("CRD File CRD MountedFile").unwrap(),
        [Crd, MountedFile]
    );
}

#[test]
fn anything_else_between_single_spaces_is_refused() {
    for names in [
        "",
        " ",
        "CRD ",
        " CRD",
        "CRD  File",
        "CRD,File",
        "crd",
        "CRD\tFile",
        "CRD\nFile",
        "X",
    ] {
        assert!(
            matches!(modes(names), Err(BackendModeFileError::Mode(_))),
            "{names:?}"
        );
    }
}

#[test]
fn no_backend_is_refused() {
    for text in ["{}", "null", r#"{"backendMode": null}"#] {
        let error = BackendModeFile::parse(text).unwrap_err();
        assert!(matches!(error, BackendModeFileError::Mode(_)), "{text}");
    }
}

#[test]
fn keys_count_in_any_case_and_unknown_ones_not_at_all() {
    let file = BackendModeFile::parse(
        r#"{"LASTUPDATEDDATETIME": "1700000000", "version": "7", "BackendMode": "CRD", "more": [{}]}"#,
    )
    .unwrap();
    assert_eq!(file.modes, [Crd]);
    assert_eq!(
        file.last_updated.unwrap().unix_seconds(),
        Some(1_700_000_000)
    );
    assert_eq!(file.version.as_deref(), Some("7"));
}

#[test]
fn a_time_that_is_no_number_spoils_nothing() {
    let file = BackendModeFile::parse(r#"{"LastUpdatedDateTime": "now", "backendMode": "CRD"}"#);
    let last_updated = file.unwrap().last_updated.unwrap();
    assert_eq!(
        (last_updated.as_str(), last_updated.unix_seconds()),
        ("now", None)
    );
}

#[test]
fn a_value_of_a_wrong_type_is_refused_with_its_line() {
    for (text, expected) in [
        (
            "{\n\"backendMode\": 5}",
            "line 2: expected a text as `backendMode`, but found the number `5`",
        ),
        (
            "{\"backendMode\": \"CRD\",\n\"Version\": [1]}",
            "line 2: expected a text as `Version`, but found a list",
        ),
        (
            "[]",
            "line 1: expected an object with `backendMode`, but found a list",
        ),
    ] {
        match BackendModeFile::parse(text) {
            Err(BackendModeFileError::Json(error)) => assert_eq!(error.to_string(), expected),
            other => panic!("expected an error, but found {other:?}"),
        }
    }
    for text in [
        "",
        "{",
        "{} {}",
        "{'backendMode': 'CRD'}",
        "backendMode: CRD",
    ] {
        let error = BackendModeFile::parse(text).unwrap_err();
        assert!(matches!(error, BackendModeFileError::Json(_)), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>(), names in "[A-Za-z ]{0,20}") {
        let _ = BackendModeFile::parse(&text);
        if let Ok(found) = modes(&names) {
            prop_assert!(!found.is_empty());
        }
    }
}
