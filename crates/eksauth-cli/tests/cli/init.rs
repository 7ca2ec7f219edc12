//! `eksauth init`.

use std::fs;
use std::path::Path;

use data_encoding::BASE64;
use serde_json::Value;

use crate::scene::{EKSAUTH, Ran, Scene, assert_says};

const HERE: [&str; 3] = ["cert.pem", "key.pem", "aws-iam-authenticator.kubeconfig"];

/// Runs in a folder of its own.
#[track_caller]
fn init_in(scene: &Scene, folder: &str, words: &str) -> Ran {
    let folder = scene.path(folder);
    fs::create_dir_all(&folder).unwrap();
    let mut command = scene.command_of(EKSAUTH);
    command
        .arg("init")
        .args(words.split_whitespace())
        .current_dir(folder);
    scene.scanned(command.output().unwrap())
}

/// The bytes of the certificate in a PEM file.
fn der(path: &Path) -> Vec<u8> {
    let pem = fs::read_to_string(path).unwrap();
    let body: String = pem.lines().filter(|it| !it.starts_with("-----")).collect();
    BASE64.decode(body.as_bytes()).unwrap()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|it| it == part)
}

fn files_in(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = files
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn the_files_are_in_the_current_folder_under_the_incumbents_names() {
    let scene = Scene::empty();
    init_in(&scene, "here", "").succeeded();
    let mut expected = HERE;
    expected.sort_unstable();
    assert_eq!(files_in(&scene.path("here")), expected);
    let kubeconfig = fs::read_to_string(scene.path("here").join(HERE[2])).unwrap();
    let certificate = BASE64.encode(&fs::read(scene.path("here/cert.pem")).unwrap());
    assert_says(
        &kubeconfig,
        &[
            "server: \"https://localhost:21362/authenticate\"",
            &format!("certificate-authority-data: {certificate}\n"),
        ],
    );
}

#[test]
fn it_says_what_it_wrote_and_where_to_copy_it_and_until_when_it_holds() {
    let scene = Scene::empty();
    let stdout = init_in(&scene, "here", "").succeeded();
    assert_says(
        &stdout,
        &[
            "wrote cert.pem and key.pem\n",
            "wrote aws-iam-authenticator.kubeconfig\n",
            "the certificate holds until 20",
            "copy cert.pem to /var/aws-iam-authenticator/cert.pem\n",
            "copy key.pem to /var/aws-iam-authenticator/key.pem\n",
            "copy aws-iam-authenticator.kubeconfig to \
             /etc/kubernetes/aws-iam-authenticator/kubeconfig.yaml\n",
            "--authentication-token-webhook-config-file=\
             /etc/kubernetes/aws-iam-authenticator/kubeconfig.yaml\n",
        ],
    );
}

#[test]
fn json_says_the_same() {
    let scene = Scene::empty();
    let made: Value = init_in(&scene, "here", "-o json").json();
    assert_eq!(made["certificate"], "cert.pem");
    assert_eq!(made["key"], "key.pem");
    assert_eq!(made["kubeconfig"], "aws-iam-authenticator.kubeconfig");
    assert_eq!(made["reused"], false);
    assert_eq!(made["copyTo"]["key"], "/var/aws-iam-authenticator/key.pem");
    let expires: jiff::Timestamp = made["expires"].as_str().unwrap().parse().unwrap();
    assert!(
        made["expires"].as_str().unwrap().ends_with('Z'),
        "{expires}"
    );
    assert_eq!(init_in(&scene, "here", "-o json").json()["reused"], true);
}

#[cfg(unix)]
#[test]
fn the_key_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let scene = Scene::empty();
    init_in(&scene, "here", "").succeeded();
    let mode = |name: &str| {
        let metadata = fs::metadata(scene.path("here").join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode("key.pem"), 0o600);
    for name in ["cert.pem", "aws-iam-authenticator.kubeconfig"] {
        assert_eq!(mode(name) & 0o444, mode(name) & !0o200, "{name}");
    }
}

#[test]
fn a_pair_that_is_there_is_used_as_it_is() {
    let scene = Scene::empty();
    init_in(&scene, "here", "").succeeded();
    let read = |name: &str| fs::read(scene.path("here").join(name)).unwrap();
    let before = HERE.map(read);
    let stdout = init_in(&scene, "here", "").succeeded();
    assert_says(
        &stdout,
        &["found cert.pem and key.pem, which are used as they are"],
    );
    assert_eq!(HERE.map(read), before);
    init_in(&scene, "here", "--port 8443").succeeded();
    assert_eq!(read("key.pem"), before[1]);
    assert_says(
        &String::from_utf8(read(HERE[2])).unwrap(),
        &["https://localhost:8443/authenticate"],
    );
}

#[test]
fn a_pair_that_does_not_fit_is_an_error_and_stays() {
    let scene = Scene::empty();
    init_in(&scene, "here", "").succeeded();
    init_in(&scene, "there", "").succeeded();
    let [here, there] = ["here/key.pem", "there/key.pem"].map(|it| scene.path(it));
    fs::copy(&there, &here).unwrap();
    let stderr = init_in(&scene, "here", "").failed();
    assert_says(
        &stderr,
        &["because: expected the key of the certificate", "key.pem"],
    );
    assert_eq!(fs::read(here).unwrap(), fs::read(there).unwrap());
}

#[test]
fn address_and_hostname_are_in_the_certificate() {
    let scene = Scene::empty();
    let words = "--address 10.0.0.7 --hostname auth.example.org";
    init_in(&scene, "here", words).succeeded();
    let certificate = der(&scene.path("here/cert.pem"));
    // A DNS name and an IP address in the extension for alternative names.
    assert!(contains(&certificate, b"\x82\x10auth.example.org"));
    assert!(contains(&certificate, &[0x87, 4, 10, 0, 0, 7]));
    let kubeconfig = fs::read_to_string(scene.path("here").join(HERE[2])).unwrap();
    assert_says(
        &kubeconfig,
        &["https://auth.example.org:21362/authenticate"],
    );
}

#[test]
fn the_configuration_file_says_what_flags_leave_open() {
    let scene = Scene::empty();
    let config = "server:\n  address: 10.0.0.8\n  hostname: of.the.file\n  port: 9443\n  \
                  stateDir: /srv/state\n  generateKubeconfig: /srv/kubeconfig\n";
    let config = scene.home().write("config.yaml", config);
    let words = format!("-c {} --hostname of.the.flag", config.display());
    let stdout = init_in(&scene, "here", &words).succeeded();
    assert_says(
        &stdout,
        &["copy key.pem to /srv/state/key.pem", "to /srv/kubeconfig\n"],
    );
    assert!(contains(
        &der(&scene.path("here/cert.pem")),
        &[0x87, 4, 10, 0, 0, 8]
    ));
    let kubeconfig = fs::read_to_string(scene.path("here").join(HERE[2])).unwrap();
    assert_says(&kubeconfig, &["https://of.the.flag:9443/authenticate"]);
}

#[test]
fn with_the_feature_gate_the_files_are_where_the_server_looks() {
    let scene = Scene::empty();
    let (state, kubeconfig) = (scene.path("state"), scene.path("webhook.yaml"));
    fs::create_dir(&state).unwrap();
    let config = format!(
        "server:\n  stateDir: {}\n  generateKubeconfig: {}\n",
        state.display(),
        kubeconfig.display()
    );
    let config = scene.home().write("config.yaml", &config);
    for gate in ["ConfiguredInitDirectories", "AllAlpha"] {
        let words = format!("-c {} --feature-gates {gate}=true", config.display());
        let stdout = init_in(&scene, "here", &words).succeeded();
        assert!(!stdout.contains("copy"), "{stdout}");
        assert_says(
            &stdout,
            &[&format!("webhook-config-file={}\n", kubeconfig.display())],
        );
        assert_eq!(files_in(&state), ["cert.pem", "key.pem"]);
        assert!(kubeconfig.is_file());
        assert_eq!(files_in(&scene.path("here")), [""; 0]);
    }
}

#[test]
fn flags_name_other_places() {
    let scene = Scene::empty();
    fs::create_dir(scene.path("state")).unwrap();
    let words = format!(
        "--state-dir {} --generate-kubeconfig {}",
        scene.path("state").display(),
        scene.path("state/kubeconfig.yaml").display()
    );
    let stdout = init_in(&scene, "here", &words).succeeded();
    assert!(!stdout.contains("copy"), "{stdout}");
    let expected = ["cert.pem", "key.pem", "kubeconfig.yaml"];
    assert_eq!(files_in(&scene.path("state")), expected);
}

#[test]
fn what_is_made_is_what_the_server_starts_with() {
    let scene = Scene::empty();
    init_in(&scene, "here", "").succeeded();
    let here = scene.path("here");
    let words = format!(
        "server --check -i prod --state-dir {0} --generate-kubeconfig {0}/{1}",
        here.display(),
        HERE[2]
    );
    let ran = scene.run(&words);
    assert_eq!(ran.code, Some(0), "{ran:#?}");
}

#[test]
fn errors_are_told_with_their_causes() {
    let scene = Scene::empty();
    let config = |text: &str| scene.home().write("config.yaml", text);
    let path = config("server: {port: many}\n").display().to_string();
    for (words, expected) in [
        (
            "--state-dir nowhere".to_owned(),
            &["because: cannot write `nowhere/", "because: No such file"][..],
        ),
        (
            "--generate-kubeconfig nowhere/k".to_owned(),
            &["kubeconfig", "nowhere/k", "because: No such file"],
        ),
        ("--address here".to_owned(), &["`address`", "`here`"]),
        (
            "--hostname https://h".to_owned(),
            &["`hostname`", "because: "],
        ),
        (format!("-c {path}"), &["server.port", "`many`"]),
        ("-c nowhere.yaml".to_owned(), &["nowhere.yaml"]),
    ] {
        assert_says(&init_in(&scene, "here", &words).failed(), expected);
    }
    for words in ["--no-such-flag", "--feature-gates Other=true", "further"] {
        init_in(&scene, "here", words).refused();
    }
}

#[test]
fn the_help_tells_its_own_defaults() {
    let help = Scene::empty().run("init --help").succeeded();
    assert_says(
        &help,
        &[
            "[default: the current folder]",
            "[default: 127.0.0.1]",
            "Examples:",
        ],
    );
    assert!(!help.contains("[default: /var/"), "{help}");
}
