//! The configurations in `deploy/`.

use eksauth_testing::TestHome;

use crate::check::{Host, PLAIN, assert_good};
use crate::repository::{EKSAUTH, files, read, stdout, yaml};

const SAMPLE: &str = "deploy/base/config.yaml";

#[test]
fn the_sample_and_the_example_are_accepted() {
    for file in [SAMPLE, "deploy/example/config.yaml"] {
        assert_good(&Host::new().check(&read(file), &PLAIN), &[]);
    }
}

#[test]
fn the_sample_is_accepted_with_everything_that_is_in_comments() {
    let host = Host::new();
    let ca = host.path("ca.crt");
    let text =
        uncommented(&read(SAMPLE)).replace("/etc/kubernetes/pki/ca.crt", ca.to_str().unwrap());
    assert!(text.contains("\n  sourceARN:"), "{text}");
    assert!(text.contains("\n    - userARN:"), "{text}");
    let rest = [
        "--backend-mode=MountedFile,EKSConfigMap,CRD,DynamicFile",
        "--feature-gates=SSORoleMatch=true",
    ];
    let report = host.check(&text, &[&PLAIN[..], &rest].concat());
    assert_good(&report, &["mappings.json` is not there yet"]);
    let checked = report["checked"].to_string();
    assert!(checked.contains("MountedFile: 5 mappings"), "{checked}");
}

/// With the keys in comments as keys, and without the empty lists that they take the place of.
fn uncommented(sample: &str) -> String {
    let lines: Vec<_> = sample.lines().map(uncommented_line).collect();
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        let filled = lines
            .get(index + 1)
            .is_some_and(|it| it.starts_with("    "));
        let line = match filled {
            true => line.strip_suffix(" []").unwrap_or(line),
            false => line,
        };
        text += line;
        text += "\n";
    }
    text
}

/// Prose stays a comment: it does not begin with a word and a colon.
fn uncommented_line(line: &str) -> String {
    let Some(rest) = line.strip_prefix("  # ") else {
        return line.to_owned();
    };
    let key = rest.split_once(':').map(|(key, _)| key);
    let is_key = key.is_some_and(|it| it.chars().all(|c| c.is_ascii_alphanumeric()));
    let is_below = rest.starts_with("  ") && !rest.trim_start().starts_with('#');
    match is_key || is_below {
        true => format!("  {rest}"),
        false => line.to_owned(),
    }
}

#[test]
fn the_values_of_the_chart_are_configurations() {
    for file in files("deploy/helm/eksauth-server/ci") {
        let values = std::fs::read_to_string(&file).unwrap();
        let gates = &yaml(&values)[0]["featureGates"];
        let gates = match gates.as_object() {
            Some(_) => "--feature-gates=SSORoleMatch=true",
            None => "--feature-gates=SSORoleMatch=false",
        };
        let report = Host::new().check(&values, &[&PLAIN[..], &[gates]].concat());
        let odd = ["key `featureGates`", "is not there yet"];
        assert_good(&report, &odd);
    }
}

#[test]
fn a_key_that_means_nothing_is_found() {
    let text = read(SAMPLE).replace("  mapUsers:", "  mapUser:");
    let report = Host::new().check(&text, &PLAIN);
    let warnings = report["warnings"].to_string();
    assert!(warnings.contains("did you mean `mapUsers`?"), "{warnings}");
}

#[test]
fn the_service_of_the_host_has_flags_that_there_are() {
    let unit = read("deploy/systemd/eksauth-server.service");
    let start = unit
        .lines()
        .find_map(|it| it.strip_prefix("ExecStart=/usr/local/bin/eksauth "))
        .unwrap();
    let arguments: Vec<_> = start.split(' ').collect();
    assert_good(
        &Host::new().check(&read("deploy/example/config.yaml"), &arguments),
        &[],
    );
}

#[test]
fn the_image_runs_the_command_with_something_to_show() {
    let dockerfile = read("deploy/Dockerfile");
    let arguments = dockerfile
        .lines()
        .find_map(|it| it.strip_prefix("CMD "))
        .unwrap();
    let arguments: Vec<String> = serde_json::from_str(arguments).unwrap();
    let mut command = TestHome::new().command(EKSAUTH);
    assert!(stdout(command.args(arguments)).contains("server"));
}
