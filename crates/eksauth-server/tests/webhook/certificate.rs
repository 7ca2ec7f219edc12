//! The certificate that is made, and the one that is there.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use aws_smithy_async::time::TimeSource as _;
use eksauth_server::{CertificateError, CertificateFiles, CertificateStore, ServerNames};
use eksauth_testing::{CapturedLogs, ManualTime};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

use crate::pki::Ca;
use crate::scene::{NOW, names};

const DAY: u64 = 24 * 60 * 60;

fn open(dir: &Path, names: ServerNames) -> Result<CertificateStore, CertificateError> {
    CertificateStore::open(
        CertificateFiles::in_dir(dir),
        names,
        ManualTime::at_unix(NOW),
    )
}

fn read(dir: &Path, name: &str) -> String {
    std::fs::read_to_string(dir.join(name)).unwrap()
}

fn chain_of(error: &CertificateError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

#[test]
fn what_is_made_can_be_this_server_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path(), names()).unwrap();
    let pem = read(dir.path(), "cert.pem");
    let der: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    let [Ok(der)] = der.as_slice() else {
        panic!("expected one certificate");
    };
    let (_, made) = parse_x509_certificate(der).unwrap();
    assert_eq!(made.subject().to_string(), "CN=aws-iam-authenticator");
    assert_eq!(made.subject(), made.issuer());
    assert!(!made.is_ca());
    assert!(made.raw_serial().len() >= 8, "{:?}", made.raw_serial());
    let usage = made.key_usage().unwrap().unwrap().value;
    assert!(usage.digital_signature() && !usage.key_cert_sign());
    let purposes = made.extended_key_usage().unwrap().unwrap().value;
    assert!(purposes.server_auth && !purposes.client_auth && !purposes.any);
    let names = made.subject_alternative_name().unwrap().unwrap().value;
    assert_eq!(
        names.general_names,
        [
            GeneralName::IPAddress(&[127, 0, 0, 1]),
            GeneralName::DNSName("localhost")
        ]
    );
}

#[test]
fn what_is_made_holds_for_ten_years_and_says_so() {
    let logs = CapturedLogs::scoped();
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), names()).unwrap();
    let ends = NOW + 10 * 365 * DAY;
    assert_eq!(store.expires().as_second().cast_unsigned(), ends);
    let pem = read(dir.path(), "cert.pem");
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let (_, made) = parse_x509_certificate(&der).unwrap();
    let begins = made.validity().not_before.timestamp().cast_unsigned();
    assert_eq!(begins, NOW - DAY);
    let log = logs.text();
    assert!(log.contains("valid for ten years"), "{log}");
    assert!(log.contains("expires=2035-12-30T12:00:00Z"), "{log}");
    assert!(!log.contains("WARN"), "{log}");
}

#[test]
fn an_address_and_a_hostname_may_be_of_any_kind() {
    for (address, hostname, expected) in [
        ("::1", "::1", vec![GeneralName::IPAddress(&ONE_OF_IPV6)]),
        (
            "0.0.0.0",
            "auth.example.org",
            vec![GeneralName::DNSName("auth.example.org")],
        ),
        (
            "::1",
            "10.0.0.7",
            vec![
                GeneralName::IPAddress(&ONE_OF_IPV6),
                GeneralName::IPAddress(&[10, 0, 0, 7]),
            ],
        ),
    ] {
        let logs = CapturedLogs::scoped();
        let dir = tempfile::tempdir().unwrap();
        let names = ServerNames::new(address.parse().unwrap(), hostname).unwrap();
        open(dir.path(), names).unwrap();
        let pem = read(dir.path(), "cert.pem");
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
        let (_, made) = parse_x509_certificate(&der).unwrap();
        let names = made.subject_alternative_name().unwrap().unwrap().value;
        assert_eq!(names.general_names, expected, "{address} {hostname}");
        assert!(!logs.text().contains("WARN"), "{}", logs.text());
    }
}

const ONE_OF_IPV6: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

#[cfg(unix)]
#[test]
fn the_key_is_for_its_owner_alone_and_nothing_else_is_left_behind() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tempfile::tempdir().unwrap();
    open(dir.path(), names()).unwrap();
    let files: BTreeSet<_> = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        files,
        ["cert.pem", "key.pem"].map(str::to_owned).into(),
        "files"
    );
    // What the umask leaves of 0666.
    std::fs::write(dir.path().join("plain"), "").unwrap();
    let mode = |name: &str| {
        let metadata = std::fs::metadata(dir.path().join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode("cert.pem"), 0o644 & mode("plain"));
    assert_eq!(mode("key.pem"), 0o600);
}

#[test]
fn a_pair_that_is_there_is_used_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path(), names()).unwrap();
    let before = ["cert.pem", "key.pem"].map(|name| read(dir.path(), name));
    let logs = CapturedLogs::scoped();
    open(dir.path(), names()).unwrap();
    let after = ["cert.pem", "key.pem"].map(|name| read(dir.path(), name));
    assert!(before == after, "the pair was made again");
    assert!(!logs.text().contains("made a certificate"));
}

#[test]
fn one_without_the_other_is_replaced_and_that_is_said() {
    for missing in ["cert.pem", "key.pem"] {
        let dir = tempfile::tempdir().unwrap();
        open(dir.path(), names()).unwrap();
        let before = ["cert.pem", "key.pem"].map(|name| read(dir.path(), name));
        std::fs::remove_file(dir.path().join(missing)).unwrap();
        let logs = CapturedLogs::scoped();
        open(dir.path(), names()).unwrap();
        for (name, before) in ["cert.pem", "key.pem"].iter().zip(before) {
            assert!(read(dir.path(), name) != before, "{name} stayed");
        }
        let log = logs.text();
        assert!(log.contains("the other one is replaced too"), "{log}");
    }
}

#[test]
fn what_was_missing_stays_so_when_the_making_is_interrupted() {
    for (in_the_way, missing) in [("cert.pem", "key.pem"), ("key.pem", "cert.pem")] {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(in_the_way)).unwrap();
        let error = open(dir.path(), names()).unwrap_err();
        assert!(matches!(error, CertificateError::Write { .. }), "{error}");
        assert!(error.to_string().contains(in_the_way), "{error}");
        assert!(!dir.path().join(missing).exists(), "{missing} was made");
        std::fs::remove_dir(dir.path().join(in_the_way)).unwrap();
        open(dir.path(), names()).unwrap();
    }
}

#[test]
fn a_directory_that_is_not_there_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let error = open(&dir.path().join("none"), names()).unwrap_err();
    let text = chain_of(&error);
    assert!(text.starts_with("cannot write `"), "{text}");
    assert!(text.contains("is its directory there"), "{text}");
}

#[test]
fn a_pair_that_cannot_be_used_is_an_error_that_says_which_file() {
    let ca = Ca::new();
    let (pair, other) = (ca.server(), ca.server());
    let cut = &pair.certificate[..pair.certificate.len() / 2];
    let not_a_certificate = "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n";
    for (certificate, key, expected) in [
        (
            "",
            &*pair.key,
            "expected PEM with a certificate in `D/cert.pem`",
        ),
        (
            cut,
            &pair.key,
            "expected PEM with a certificate in `D/cert.pem`",
        ),
        (
            not_a_certificate,
            &pair.key,
            "expected an X.509 certificate in `D/cert.pem`",
        ),
        (
            &pair.certificate,
            "",
            "expected PEM with an RSA, ECDSA P-256, P-384 or Ed25519 key in `D/key.pem`",
        ),
        (
            &pair.certificate,
            &pair.certificate,
            "expected PEM with an RSA, ECDSA P-256, P-384 or Ed25519 key in `D/key.pem`",
        ),
        (
            &pair.certificate,
            &other.key,
            "expected the key of the certificate in `D/cert.pem`, but found another one in `D/key.pem`",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("cert.pem"), certificate).unwrap();
        std::fs::write(dir.path().join("key.pem"), key).unwrap();
        let error = open(dir.path(), names()).unwrap_err();
        let text = chain_of(&error).replace(&*dir.path().to_string_lossy(), "D");
        assert!(text.starts_with(expected), "{text}");
        assert!(!text.contains("BEGIN"), "{text}");
    }
}

#[test]
fn a_certificate_that_nobody_will_trust_is_used_and_warned_about() {
    let ca = Ca::new();
    let clock = ManualTime::at_unix(NOW);
    let pair = ca.server_until(2027);
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("cert.pem"), &pair.certificate).unwrap();
    std::fs::write(dir.path().join("key.pem"), &pair.key).unwrap();
    let open = |hostname: &str| {
        let logs = CapturedLogs::scoped();
        let names = ServerNames::new([127, 0, 0, 1].into(), hostname).unwrap();
        let files = CertificateFiles::in_dir(dir.path());
        CertificateStore::open(files, names, clock.clone()).unwrap();
        logs.text()
    };
    // 2027-01-01 is twelve hours less than 365 days away.
    assert!(!open("localhost").contains("WARN"));
    assert!(open("auth.example.org").contains("the certificate is not for the hostname"));
    clock.advance(Duration::from_secs(334 * DAY));
    assert!(!open("localhost").contains("WARN"), "{:?}", clock.now());
    clock.advance(Duration::from_secs(DAY));
    assert!(open("localhost").contains("will expire within 30 days"));
    clock.advance(Duration::from_secs(30 * DAY));
    assert!(open("localhost").contains("the certificate has expired"));
}
