//! What stays as it is when a section is exchanged.

use eksauth_map::aws_auth::data_of_manifest;

use super::with_section;

const HEAD: &str = "apiVersion: v1\nkind: ConfigMap\n";
const NEW: &str = "- a\n# note\n\n- b\n";

/// With the new `mapRoles`, which is what is read from it afterwards; all else is read as before.
#[track_caller]
fn changed(rest: &str) -> String {
    let old = format!("{HEAD}{rest}");
    let new = with_section(&old, "mapRoles", NEW).unwrap();
    let mut data = data_of_manifest(&old).unwrap();
    data.insert("mapRoles".to_owned(), NEW.to_owned());
    assert_eq!(data_of_manifest(&new).unwrap(), data, "{new}");
    new.strip_prefix(HEAD).unwrap().to_owned()
}

#[test]
fn a_section_takes_the_place_of_the_old_one() {
    let block = "  mapRoles: |\n    - a\n    # note\n\n    - b\n";
    for (before, behind) in [
        ("data:\n", ""),
        (
            "# ours\ndata: # of the cluster\n  # first\n  mapUsers: |\n    - u\n\n",
            "\n  note: x # y\n",
        ),
        (
            "data:\n",
            "\n  mapAccounts: |\n    - c\nmetadata:\n  name: aws-auth\n",
        ),
        ("metadata:\n  annotations:\n    mapRoles: no\ndata:\n", ""),
    ] {
        for old in [
            "  mapRoles: |\n    - old\n\n    - older\n",
            "  mapRoles: |\n    - old\n    # last\n",
            "  mapRoles: |-\n      - old\n",
            "  mapRoles: \"- old\\n\"\n",
            "  mapRoles: ''\n",
            "  mapRoles:\n",
            "  \"mapRoles\": |2\n      - old\n",
            "  mapRoles: \"- o\n    - l\"\n",
        ] {
            let new = changed(&format!("{before}{old}{behind}"));
            assert_eq!(new, format!("{before}{block}{behind}"));
        }
    }
}

#[test]
fn the_comment_behind_the_key_stays() {
    let new = changed("data:\n  mapRoles: | # who\n    - old\n");
    assert!(
        new.starts_with("data:\n  mapRoles: | # who\n    - a\n"),
        "{new}"
    );
}

#[test]
fn a_section_that_is_not_there_comes_behind_the_others() {
    for (old, new) in [
        ("", "data:\n  mapRoles: |\n    - a\n"),
        ("data: {}\n", "data:\n  mapRoles: |\n    - a\n"),
        ("data:\n", "data:\n  mapRoles: |\n    - a\n"),
        (
            "data:\n   mapUsers: |\n      - u\n\nmetadata:\n  name: aws-auth\n",
            "data:\n   mapUsers: |\n      - u\n   mapRoles: |\n     - a\n",
        ),
    ] {
        let changed = changed(old);
        assert!(changed.starts_with(new), "{changed}");
    }
}

#[test]
fn what_ends_and_starts_a_text_stays() {
    for section in [
        "- a",
        "- a\n",
        "- a\n\n",
        "  - a\n",
        "\n  - a\n- \n",
        "\t- a\n",
        "- a  \n",
        "\n",
    ] {
        let new = with_section(&format!("{HEAD}data:\n  z: text\n"), "mapRoles", section).unwrap();
        let data = data_of_manifest(&new).unwrap();
        assert_eq!(
            (data["mapRoles"].as_str(), data["z"].as_str()),
            (section, "text"),
            "{new}"
        );
    }
}

#[test]
fn lines_end_as_before() {
    let old = "kind: ConfigMap\r\ndata:\r\n  mapRoles: |\r\n    - old\r\n";
    let new = with_section(old, "mapRoles", NEW).unwrap();
    assert_eq!(
        new.matches('\n').count(),
        new.matches("\r\n").count(),
        "{new:?}"
    );
    assert_eq!(data_of_manifest(&new).unwrap()["mapRoles"], NEW);
}

#[test]
fn json_stays_json() {
    for old in [
        r#"{"kind": "ConfigMap", "data": {"mapRoles": "- old\n", "z": "y"}}"#,
        r#"{"kind": "ConfigMap"}"#,
        r#"{"kind": "ConfigMap", "data": null}"#,
    ] {
        let new = with_section(old, "mapRoles", NEW).unwrap();
        let value: serde_json::Value = serde_json::from_str(&new).unwrap();
        assert_eq!(
            (&value["data"]["mapRoles"], &value["kind"]),
            (&NEW.into(), &"ConfigMap".into())
        );
    }
}

#[test]
fn other_forms_are_refused() {
    for old in [
        "data: {mapRoles: ''}\n",
        "data: &anchor\n  mapRoles: ''\n",
        "{kind: ConfigMap}\n",
    ] {
        assert_eq!(with_section(old, "mapRoles", NEW), None, "{old}");
    }
}
