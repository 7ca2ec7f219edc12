//! The file of the backend DynamicFile.

use crate::scene::Scene;

const FILE: &str = r#"{"mapRoles": [{"rolearn": "arn:aws:iam::111122223333:role/teams/R", "userid": "AROAR", "username": "r"}]}"#;
const ROLE: &str = "--arn arn:aws:iam::111122223333:role/R";

#[test]
fn user_ids_count_when_they_are_to() {
    let scene = Scene::with("dynamic.json", FILE);
    let asked = format!("--dynamic-file dynamic.json --user-id-strict -o json {ROLE}");
    assert_eq!(
        scene.map(&format!("{asked} --user-id AROAR")).username(),
        "r"
    );
    assert_eq!(
        scene
            .map(&format!("{asked} --user-id AROAR:session"))
            .username(),
        "r"
    );
    let (_, stderr) = scene.map(&asked).unmapped();
    assert!(
        stderr.contains("this would match if the user id were `AROAR`"),
        "{stderr}"
    );
    let other = asked.replace("role/R", "role/Other");
    let (stdout, _) = scene.map(&format!("{other} --user-id AROAR")).unmapped();
    assert!(
        stdout.contains("\"rule\": \"mapRoles[0], line 1\""),
        "{stdout}"
    );
}

#[test]
fn the_configuration_says_where_it_is_and_the_flag_says_otherwise() {
    let config = "server: {backendMode: DynamicFile, dynamicfilepath: dynamic.json, dynamicfileUserIDStrict: true}";
    let scene = Scene::with("config.yaml", config).and("dynamic.json", FILE);
    let other = FILE.replace("\"username\": \"r\"", "\"username\": \"other\"");
    let scene = scene.and("other.json", &other);
    let asked = format!("-c config.yaml -o json {ROLE} --user-id AROAR");
    assert_eq!(scene.map(&asked).username(), "r");
    assert_eq!(
        scene
            .map(&format!("{asked} --dynamic-file other.json"))
            .username(),
        "other"
    );
}

#[test]
fn what_the_server_leaves_out_is_left_out_and_told() {
    let more = r#", {"rolearn": "arn:aws:iam::111122223333:role/Nameless"},
        {"rolearn": "nobody", "username": "n"}]"#;
    let file = FILE.replace("teams/R", "R").replace(']', more);
    let scene = Scene::with("dynamic.json", &file);
    let ran = scene.map(&format!("--dynamic-file dynamic.json {ROLE}"));
    for words in [
        "mapRoles[1], line 1: expected a user name, but found none; the entry is dropped",
        "mapRoles[2], line 2: expected an ARN",
    ] {
        assert!(ran.stderr.contains(words), "{words} in {}", ran.stderr);
    }
    assert!(ran.mapped().contains("Username     r\n"));
    // Without what it is found by, a program has written something else than it was to.
    let keyless = file.replace(r#""rolearn": "nobody", "#, "");
    let scene = Scene::with("dynamic.json", &keyless);
    let error = scene
        .map(&format!("--dynamic-file dynamic.json {ROLE}"))
        .failed();
    assert!(
        error.contains("mapRoles[2], line 2: expected a `rolearn`, but found none"),
        "{error}"
    );
}

#[test]
fn a_file_that_the_server_waits_for_is_told() {
    let config = "server: {backendMode: DynamicFile, dynamicfilepath: dynamic.json}";
    let scene = Scene::with("config.yaml", config);
    let (_, stderr) = scene.map(&format!("-c config.yaml {ROLE}")).unmapped();
    assert_eq!(
        stderr,
        "note: DynamicFile was not asked: its file is not there\n"
    );
    let error = scene
        .map(&format!("--dynamic-file dynamic.json {ROLE}"))
        .failed();
    assert!(
        error.starts_with("error: could not use the dynamic file `dynamic.json`\n  because: "),
        "{error}"
    );
}

#[test]
fn the_file_of_backend_modes_counts_unless_it_cannot_be_used() {
    let config = "server: {backendMode: MountedFile, dynamicfilepath: dynamic.json, dynamicBackendModePath: modes.json}";
    let asked = "-c config.yaml -o json --arn arn:aws:iam::111122223333:role/R";
    let dynamic = FILE.replace("teams/R", "R");
    let scene = Scene::with("config.yaml", config).and("dynamic.json", &dynamic);
    scene.map(asked).unmapped();
    let scene = scene.and("modes.json", r#"{"backendMode": "DynamicFile"}"#);
    assert_eq!(scene.map(asked).username(), "r");
    let scene = scene.and("modes.json", r#"{"backendMode": "Dynamic"}"#);
    let (_, stderr) = scene.map(asked).unmapped();
    assert!(
        stderr.starts_with(
            "warning: could not use the file of `dynamicBackendModePath`, `modes.json`: "
        ),
        "{stderr}"
    );
}
