//! A configuration file with every key of aws-iam-authenticator.

use serde_json::{Map, Value};

use crate::scene::{Ran, Scene};

const YAML: &str = include_str!("fixtures/every_key.yaml");

/// What stands before each key in lower case here is spelled so in the incumbent's own samples and
/// documentation, too.
const OTHER_SPELLINGS: [(&str, &str); 8] = [
    ("clusterID:", "clusterid:"),
    ("roleARN:", "rolearn:"),
    ("userARN:", "userarn:"),
    ("backendmode:", "backendMode:"),
    ("dynamicfilepath:", "dynamicFilePath:"),
    ("dynamicfileUserIDStrict:", "dynamicFileUserIDStrict:"),
    ("permissionSetName:", "permissionsetname:"),
    ("usernamePrefixReserveList:", "usernameprefixreservelist:"),
];

fn scene(name: &str, text: &str) -> Scene {
    let scene = Scene::new();
    scene.write(name, text);
    scene.write("dynamic.json", "{}");
    scene.write(
        "client.yaml",
        "{kind: Config, clusters: [], contexts: [], users: [], current-context: ''}",
    );
    scene
}

/// What the server says of it, with its flags.
#[track_caller]
fn checked(name: &str, text: &str) -> Value {
    let ran = scene(name, text).run(&format!(
        "server -c {name} --check -o json --feature-gates SSORoleMatch=true"
    ));
    assert_eq!(ran.code, Some(0), "{ran:#?}");
    serde_json::from_str(&ran.stdout).unwrap()
}

fn with_keys(text: &str, change: impl Fn(&str) -> String) -> String {
    let lines = text.lines().map(|line| match line.split_once(':') {
        Some((key, rest)) if !line.trim_start().starts_with('#') => {
            let start = key
                .rfind(|c: char| !c.is_ascii_alphanumeric())
                .map_or(0, |it| it + 1);
            let (before, key) = key.split_at(start);
            match key.is_empty() || rest.starts_with(|c: char| c != ' ') {
                true => format!("{line}\n"),
                false => format!("{before}{}:{rest}\n", change(key)),
            }
        }
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// The same values as a program would write them; numbers that YAML takes for texts are texts.
fn json() -> Value {
    let options = serde_saphyr::options! { leading_zero_numbers_as_strings: true };
    serde_saphyr::from_str_with_options(YAML, options).unwrap()
}

fn toml(values: &Map<String, Value>) -> String {
    fn inline(value: &Value) -> String {
        match value {
            Value::Object(fields) => {
                let fields = fields
                    .iter()
                    .map(|(key, it)| format!("{key} = {}", inline(it)));
                format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
            }
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(inline).collect();
                format!("[{}]", items.join(", "))
            }
            value => value.to_string(),
        }
    }
    values
        .iter()
        .map(|(key, it)| format!("{key} = {}\n", inline(it)))
        .collect()
}

#[test]
fn it_passes_the_check_with_nothing_odd_in_any_spelling_and_format() {
    let expected = checked("config.yaml", YAML);
    assert_eq!(
        expected["warnings"],
        Value::Array(Vec::new()),
        "{expected:#}"
    );
    let settings = "settings: cluster demo, partition aws, backends MountedFile DynamicFile";
    assert_eq!(expected["checked"][0], settings);
    assert_eq!(expected["checked"][1], "MountedFile: 8 mappings");
    let respelled = OTHER_SPELLINGS
        .iter()
        .fold(YAML.to_owned(), |text, (one, other)| {
            assert!(text.contains(one), "{one}");
            text.replace(one, other)
        });
    let json = json();
    for (name, text) in [
        ("config.yml", respelled),
        ("config.yaml", with_keys(YAML, str::to_lowercase)),
        ("config.yaml", with_keys(YAML, str::to_uppercase)),
        ("config.yaml", format!("---\n{YAML}...\n")),
        ("config.json", json.to_string()),
        ("config.toml", toml(json.as_object().unwrap())),
    ] {
        assert_eq!(checked(name, &text), expected, "{name}:\n{text}");
    }
}

#[test]
fn the_server_starts_with_it_unchanged() {
    let scene = scene("config.yaml", YAML);
    // The incumbent knows no key for its health port.
    let server = scene.start("--health-port 0 --feature-gates SSORoleMatch=true");
    server.wait_until_ready();
    assert_eq!(server.get("/healthz").status, 200);
    let log = server.stop();
    for words in [
        "backend=MountedFile entries=8",
        "backend=DynamicFile entries=0",
    ] {
        assert!(
            log.contains(&format!("msg=\"mappings are in force\" {words}")),
            "{log}"
        );
    }
    assert!(
        !log.contains("level=warning") && !log.contains("level=error"),
        "{log}"
    );
}

#[test]
fn without_the_feature_gate_only_the_permission_set_is_odd() {
    let scene = scene("config.yaml", YAML);
    let ran = scene.run("server -c config.yaml --check -o json");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let warnings = report["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1, "{report:#}");
    let warning = warnings[0].as_str().unwrap();
    assert!(warning.starts_with("MountedFile, mapRoles[3], line 55: this matches nobody while the feature gate `SSORoleMatch` is off"), "{warning}");
}

#[test]
fn account_ids_without_quotes_are_what_they_look_like() {
    let scene = scene("config.yaml", YAML);
    for account in ["012345678901", "012345670123", "111122223333"] {
        let arn = format!("arn:aws:iam::{account}:user/somebody");
        let ran: Ran = scene.run(&format!("map -c config.yaml -o json --arn {arn}"));
        let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(answer["username"], arn.as_str(), "{ran:?}");
    }
}

#[test]
fn a_key_that_means_nothing_is_told_by_its_name_with_the_one_that_is_meant() {
    let text = YAML
        .replace("  hostname:", "  hostName2:")
        .replace("  stateDir:", "  state-dir:")
        .replace("cache: false", "colour: red")
        .replace("usernamePrefixReserveList", "prefixes")
        .replace("      userid: AIDAEXAMPLE", "      user: AIDAEXAMPLE");
    let scene = scene("config.yaml", &text);
    let ran = scene.run(
        "server -c config.yaml --check -o json --feature-gates AllAlpha=true --state-dir state",
    );
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let expected = [
        "the key `colour` of the configuration file means nothing",
        "the key `server.hostName2` of the configuration file means nothing: did you mean `hostname`?",
        "the key `server.state-dir` of the configuration file means nothing: did you mean `stateDir`?",
        "the key `server.reservedPrefixConfig[0].prefixes` of the configuration file means nothing",
    ];
    let warnings: Vec<_> = report["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect();
    assert_eq!(warnings[..4], expected, "{report:#}");
    assert!(
        warnings[4].starts_with("MountedFile, mapUsers[0]") && warnings[4].contains("`user`"),
        "{warnings:?}"
    );
    assert_eq!((warnings.len(), ran.code), (5, Some(0)));
}
