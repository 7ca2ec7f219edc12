//! The configuration file that both programs are started with.

use std::fmt::Write as _;
use std::path::Path;

/// Whom the file maps.
#[derive(Clone, Copy)]
pub(crate) enum Mappings {
    /// The roles whose sessions are in the reviews.
    OfTheSandbox,
    /// As many others before them.
    OthersToo(usize),
}

/// The role whose sessions sign.
pub(crate) const ROLE_ARN: &str = "arn:aws:iam::111122223333:role/Developer";

/// The cluster that they sign for.
pub(crate) const CLUSTER: &str = "demo";

pub(crate) fn write(folder: &Path, port: u16, mappings: Mappings) -> std::path::PathBuf {
    let folder_name = folder.display();
    let mut text = format!(
        "clusterID: {CLUSTER}\n\
         server:\n  \
           address: 127.0.0.1\n  \
           port: {port}\n  \
           stateDir: {folder_name}\n  \
           generateKubeconfig: {folder_name}/kubeconfig.yaml\n  \
           stsQps: 1000000\n  \
           stsBurst: 1000000\n  \
           healthPort: 0\n  \
           mapRoles:\n"
    );
    let others = match mappings {
        Mappings::OfTheSandbox => 0,
        Mappings::OthersToo(count) => count,
    };
    for n in 0..others {
        entry(
            &mut text,
            &format!("arn:aws:iam::111122223333:role/Other{n}"),
        );
    }
    entry(&mut text, ROLE_ARN);
    let file = folder.join("config.yaml");
    std::fs::write(&file, text).unwrap();
    file
}

fn entry(text: &mut String, role_arn: &str) {
    writeln!(
        text,
        "    - rolearn: {role_arn}\n      username: \"developer:{{{{SessionName}}}}\"\n      groups: [developers, viewers]"
    )
    .unwrap();
}
