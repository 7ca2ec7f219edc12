//! The file by which an API server finds the webhook and trusts it.

use std::net::IpAddr;
use std::path::Path;
use std::process::Output;

use data_encoding::BASE64;
use eksauth_server::{CertificateFiles, CertificateStore, ServerNames, Webhook, WebhookKubeconfig};
use eksauth_testing::{Kubectl, ManualTime, TestHome, skip};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::fake_authenticator::FakeAuthenticator;
use crate::pki::Ca;
use crate::scene::{NOW, Scene, names};

const PORT: u16 = 21362;

/// Asks the server for its health. Without a word about who it is, kubectl would ask for a password.
const HEALTH: [&str; 4] = ["get", "--raw", "/healthz", "--token=nobody"];

fn store(dir: &Path, names: &ServerNames) -> CertificateStore {
    let files = CertificateFiles::in_dir(dir);
    CertificateStore::open(files, names.clone(), ManualTime::at_unix(NOW)).unwrap()
}

/// What kubectl does with a kubeconfig, beside the server's thread.
async fn kubectl(kubectl: &'static Kubectl, kubeconfig: &Path, args: &[&str]) -> Output {
    let home = TestHome::new();
    let mut command = kubectl.command(&home);
    command.arg("--kubeconfig").arg(kubeconfig).args(args);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    drop(home);
    output
}

#[test]
fn it_is_this_text() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path(), &names());
    let kubeconfig = WebhookKubeconfig::new(&names(), PORT, &store);
    let pem = std::fs::read(dir.path().join("cert.pem")).unwrap();
    let expected = format!(
        r#"# For --authentication-token-webhook-config-file of kube-apiserver.
apiVersion: v1
kind: Config
clusters:
- name: aws-iam-authenticator
  cluster:
    certificate-authority-data: {}
    server: "https://localhost:21362/authenticate"
users:
- name: apiserver
contexts:
- name: webhook
  context:
    cluster: aws-iam-authenticator
    user: apiserver
current-context: webhook
"#,
        BASE64.encode(&pem)
    );
    assert_eq!(kubeconfig.to_yaml(), expected);
}

#[test]
fn the_server_is_asked_for_by_its_hostname() {
    for (address, hostname, server) in [
        (
            "127.0.0.1",
            "localhost",
            "https://localhost:21362/authenticate",
        ),
        (
            "0.0.0.0",
            "auth.example.org",
            "https://auth.example.org:21362/authenticate",
        ),
        (
            "127.0.0.1",
            "127.0.0.1",
            "https://127.0.0.1:21362/authenticate",
        ),
        ("::1", "::1", "https://[::1]:21362/authenticate"),
        (
            "::",
            "2001:DB8:0::7",
            "https://[2001:db8::7]:21362/authenticate",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let names = ServerNames::new(address.parse().unwrap(), hostname).unwrap();
        let kubeconfig = WebhookKubeconfig::new(&names, PORT, &store(dir.path(), &names));
        let line = format!("    server: \"{server}\"\n");
        assert!(kubeconfig.to_yaml().contains(&line), "{hostname}");
    }
}

#[test]
fn of_a_chain_only_the_certificate_of_the_server_is_trusted() {
    let ca = Ca::new();
    let pair = ca.server();
    let dir = tempfile::tempdir().unwrap();
    let chain = pair.certificate.clone() + &ca.pem();
    std::fs::write(dir.path().join("cert.pem"), chain).unwrap();
    std::fs::write(dir.path().join("key.pem"), &pair.key).unwrap();
    let kubeconfig = WebhookKubeconfig::new(&names(), PORT, &store(dir.path(), &names()));
    // The same lines of 64, whoever wrote them.
    let expected = pair.certificate.replace("\r\n", "\n");
    let line = format!(
        "    certificate-authority-data: {}\n",
        BASE64.encode(expected.as_bytes())
    );
    let yaml = kubeconfig.to_yaml();
    assert!(yaml.contains(&line), "{yaml}");
}

#[cfg(unix)]
#[test]
fn it_replaces_the_one_before_and_may_be_read_by_all() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tempfile::tempdir().unwrap();
    let kubeconfig = WebhookKubeconfig::new(&names(), PORT, &store(dir.path(), &names()));
    let path = dir.path().join("kubeconfig.yaml");
    std::fs::write(&path, "old").unwrap();
    let umask = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    let before = std::fs::File::open(&path).unwrap();
    kubeconfig.write(&path).unwrap();
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        kubeconfig.to_yaml()
    );
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o644 & umask);
    // Who has the old one open still reads the whole of it.
    assert_eq!(std::io::read_to_string(before).unwrap(), "old");
    let files = std::fs::read_dir(dir.path()).unwrap().count();
    assert_eq!(files, 3, "something is left behind");
}

#[test]
fn a_directory_that_is_not_there_is_an_error_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let kubeconfig = WebhookKubeconfig::new(&names(), PORT, &store(dir.path(), &names()));
    let error = kubeconfig.write(&dir.path().join("none/kubeconfig.yaml"));
    let error = error.unwrap_err().to_string();
    assert!(error.contains("is its directory there"), "{error}");
}

#[tokio::test]
async fn kubectl_reads_what_is_in_it() {
    let Some(program) = Kubectl::or_skip("kubectl_reads_what_is_in_it") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kubeconfig.yaml");
    let store = store(dir.path(), &names());
    WebhookKubeconfig::new(&names(), PORT, &store)
        .write(&path)
        .unwrap();
    let output = kubectl(program, &path, &["config", "view", "--raw", "-o", "json"]).await;
    assert!(output.status.success(), "{output:?}");
    let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    let pem = std::fs::read(dir.path().join("cert.pem")).unwrap();
    let cluster = json!({
        "server": "https://localhost:21362/authenticate",
        "certificate-authority-data": BASE64.encode(&pem),
    });
    assert_eq!(
        seen["clusters"],
        json!([{"name": "aws-iam-authenticator", "cluster": cluster}])
    );
    let context = json!({"cluster": "aws-iam-authenticator", "user": "apiserver"});
    assert_eq!(
        seen["contexts"],
        json!([{"name": "webhook", "context": context}])
    );
    assert_eq!(seen["current-context"], "webhook");
    assert_eq!(seen["users"][0]["name"], "apiserver");
}

/// Serves on an address, and asks there with kubectl, which checks the certificate as an API server
/// does.
async fn assert_trusted(program: &'static Kubectl, listener: TcpListener, names: ServerNames) {
    let scene = Scene::new();
    let port = listener.local_addr().unwrap().port();
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path(), &names);
    let path = dir.path().join("kubeconfig.yaml");
    WebhookKubeconfig::new(&names, port, &store)
        .write(&path)
        .unwrap();
    let webhook = Webhook::builder(FakeAuthenticator::new(), store).build();
    let served = scene.serve_on(listener, webhook);

    let output = kubectl(program, &path, &HEALTH).await;
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stdout, b"ok");

    // That it was trusted says something: with another certificate it is not.
    let other = tempfile::tempdir().unwrap();
    let wrong = WebhookKubeconfig::new(&names, port, &self::store(other.path(), &names));
    wrong.write(&path).unwrap();
    let output = kubectl(program, &path, &HEALTH).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("x509"), "{said}");
    drop(served);
}

#[tokio::test]
async fn kubectl_trusts_the_server_by_it() {
    let Some(program) = Kubectl::or_skip("kubectl_trusts_the_server_by_it") else {
        return;
    };
    let localhost = IpAddr::from([127, 0, 0, 1]);
    for hostname in ["localhost", "127.0.0.1"] {
        let listener = TcpListener::bind((localhost, 0)).await.unwrap();
        let names = ServerNames::new(localhost, hostname).unwrap();
        assert_trusted(program, listener, names).await;
    }
}

#[tokio::test]
async fn kubectl_trusts_a_server_with_an_ipv6_address_by_it() {
    const TEST: &str = "kubectl_trusts_a_server_with_an_ipv6_address_by_it";
    let Some(program) = Kubectl::or_skip(TEST) else {
        return;
    };
    let localhost: IpAddr = "::1".parse().unwrap();
    match TcpListener::bind((localhost, 0)).await {
        Ok(listener) => {
            let names = ServerNames::new(localhost, "::1").unwrap();
            assert_trusted(program, listener, names).await;
        }
        Err(error) => skip(TEST, &format!("there is no IPv6 on loopback: {error}")),
    }
}
