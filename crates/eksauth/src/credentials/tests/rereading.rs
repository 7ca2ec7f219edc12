//! Keys that other tools write into the files while a process runs.

use std::fs;
use std::path::Path;

use super::*;
use crate::Settings;

fn write_key(home: &Path, id: &str) {
    let text = format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {SECRET}\n");
    fs::write(home.join(".aws/credentials"), text).unwrap();
}

fn chain_of(home: &Path) -> CredentialChain {
    let variables = [("HOME", home.as_os_str())];
    let context = Context::new(variables, ManualTime::at_unix(0));
    let settings = Settings::load(context, None).unwrap();
    CredentialChain::new(settings.into(), Region::new("eu-west-1").unwrap())
}

async fn key_of(chain: &CredentialChain) -> String {
    let credentials = chain.credentials().await.unwrap();
    credentials.access_key_id().to_owned()
}

#[tokio::test]
async fn a_key_that_was_replaced_in_its_file_is_seen_by_who_reads_it_anew() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".aws")).unwrap();
    write_key(home.path(), "AKIAONE");
    let chain = chain_of(home.path());
    let rereading = chain_of(home.path()).rereading();
    assert_eq!(key_of(&rereading).await, "AKIAONE");

    write_key(home.path(), "AKIATWO");
    assert_eq!(key_of(&rereading).await, "AKIATWO");
    assert_eq!(key_of(&chain).await, "AKIAONE");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_any_more_is_an_error() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join(".aws")).unwrap();
    write_key(home.path(), "AKIAONE");
    let rereading = chain_of(home.path()).rereading();
    fs::write(home.path().join(".aws/credentials"), "[default\n").unwrap();
    let error = rereading.credentials().await.unwrap_err();
    assert!(matches!(error, CredentialError::Settings(_)), "{error}");
}
