//! `exec`, `attach` and `port-forward`: web sockets that are judged when they begin.

use eksauth_kube::kube::api::{AttachParams, AttachedProcess};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use crate::stage::Stage;

const PORT: u16 = 8080;

fn interactive() -> AttachParams {
    AttachParams::interactive_tty().tty(false)
}

async fn expect(output: &mut (impl AsyncRead + Unpin), text: &str) {
    let mut found = vec![0; text.len()];
    output.read_exact(&mut found).await.unwrap();
    assert_eq!(String::from_utf8(found).unwrap(), text);
}

/// Speaks with it to its end, which comes long after that of the token that it began with.
async fn speak_with(mut process: AttachedProcess, kind: &str, stage: &Stage) {
    let mut stdin = process.stdin().unwrap();
    let mut stdout = process.stdout().unwrap();
    let status = process.take_status().unwrap();
    expect(&mut stdout, &format!("{kind}\n")).await;
    for turn in 0..20 {
        let word = format!("word {turn}\n");
        stdin.write_all(word.as_bytes()).await.unwrap();
        expect(&mut stdout, &word).await;
        stage.outlive_tokens();
        stage.pods().get("x").await.unwrap();
    }
    stdin.shutdown().await.unwrap();
    drop(stdin);
    let status = status.await.unwrap();
    assert_eq!(status.status.as_deref(), Some("Success"));
    process.join().await.unwrap();
}

#[tokio::test]
async fn a_command_is_run_although_the_first_token_is_refused() {
    let stage = Stage::with_a_token_that_is_refused().await;
    let process = stage.pods().exec("x", ["cat"], &interactive()).await;
    stage.assert_sent_again_once("/x/exec");
    speak_with(process.unwrap(), "exec", &stage).await;
    stage.end("");
}

#[tokio::test]
async fn a_process_is_attached_to_although_the_first_token_is_refused() {
    let stage = Stage::with_a_token_that_is_refused().await;
    let process = stage.pods().attach("x", &interactive()).await;
    stage.assert_sent_again_once("/x/attach");
    speak_with(process.unwrap(), "attach", &stage).await;
    stage.end("");
}

#[tokio::test]
async fn a_port_is_forwarded_although_the_first_token_is_refused() {
    let stage = Stage::with_a_token_that_is_refused().await;
    let mut forwarder = stage.pods().portforward("x", &[PORT]).await.unwrap();
    stage.assert_sent_again_once("/x/portforward");
    let mut port = forwarder.take_stream(PORT).unwrap();
    for turn in 0..20 {
        let said = format!("turn {turn}\n");
        port.write_all(said.as_bytes()).await.unwrap();
        expect(&mut port, &said.to_ascii_uppercase()).await;
        stage.outlive_tokens();
        stage.pods().get("x").await.unwrap();
    }
    drop(port);
    forwarder.join().await.unwrap();
    stage.end("");
}

#[tokio::test]
async fn an_accepted_command_is_sent_once() {
    let stage = Stage::start().await;
    let process = stage.pods().exec("x", ["cat"], &interactive()).await;
    assert_eq!(stage.server.door().knocks().len(), 1);
    speak_with(process.unwrap(), "exec", &stage).await;
    stage.end("");
}
