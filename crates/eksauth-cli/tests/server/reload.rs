//! Files that change while it runs.

use eksauth_sandbox::World;

use crate::aws::Aws;
use crate::scene::{CONFIG, Scene};

const USER: &str = "arn:aws:iam::111122223333:user/developer";

/// A user among others, whose number tells one version of the file from the next.
fn mapping(username: &str, others: usize) -> String {
    let others = (0..others).map(|n| format!(", {{userarn: '{USER}-{n}', username: other}}"));
    let others: String = others.collect();
    format!("  mapUsers: [{{userarn: '{USER}', username: {username}}}{others}]\n")
}

#[test]
fn a_mapping_that_is_written_into_the_configuration_counts_at_once() {
    let aws = Aws::start(World::default());
    let scene = aws.lead(Scene::with_config(&mapping("before", 0)));
    let token = aws.user(USER).token();
    let mut server = scene.start("");
    server.wait_until_ready();
    assert_eq!(
        server.review(&token).json()["status"]["user"]["username"],
        "before"
    );

    // As an editor or a deployment replaces a file: at once.
    let new = scene.write("new.yaml", &format!("{CONFIG}{}", mapping("after", 1)));
    std::fs::rename(new, scene.path("config.yaml")).unwrap();
    server.wait_for("entries=2");
    assert_eq!(
        server.review(&token).json()["status"]["user"]["username"],
        "after"
    );

    // A mistake changes nothing, and is told with its place.
    let new = scene.write(
        "new.yaml",
        &format!("{CONFIG}  mapUsers: [{{username: nobody}}]\n"),
    );
    std::fs::rename(new, scene.path("config.yaml")).unwrap();
    let line = server.wait_for("mappings were not read");
    assert!(line.contains("mapUsers[0], line 7"), "{line}");
    assert_eq!(
        server.review(&token).json()["status"]["user"]["username"],
        "after"
    );
    assert_eq!(server.get("/readyz").status, 200);

    // An entry without a user name takes no other with it.
    let nameless = mapping("again", 0).replace(
        "mapUsers: [",
        &format!("mapUsers: [{{userarn: '{USER}-0'}}, "),
    );
    let new = scene.write("new.yaml", &format!("{CONFIG}{nameless}"));
    std::fs::rename(new, scene.path("config.yaml")).unwrap();
    let line = server.wait_for("expected a user name");
    assert!(line.contains("mapUsers[0], line 7"), "{line}");
    server.wait_for("entries=1");
    assert_eq!(
        server.review(&token).json()["status"]["user"]["username"],
        "again"
    );

    std::fs::remove_file(scene.path("config.yaml")).unwrap();
    let line = server.wait_for("mappings were not read");
    assert!(line.contains("expected the file, but found none"), "{line}");
    assert_eq!(
        server.review(&token).json()["status"]["user"]["username"],
        "again"
    );
    server.stop();
}

#[test]
fn a_mounted_config_map_is_followed_as_kubernetes_replaces_it() {
    let scene = Scene::new();
    let folder = scene.path("mounted");
    let write = |version: &str, username: &str, others: usize| {
        let text = format!("{CONFIG}{}", mapping(username, others));
        scene.write(&format!("mounted/{version}/config.yaml"), &text);
        let link = folder.join("..data_tmp");
        std::os::unix::fs::symlink(version, &link).unwrap();
        std::fs::rename(link, folder.join("..data")).unwrap();
    };
    write("..1", "before", 0);
    std::os::unix::fs::symlink("..data/config.yaml", folder.join("config.yaml")).unwrap();
    let mut command = scene.command("server -c mounted/config.yaml");
    let mut server = crate::process::Server::start(&mut command, scene.folder());
    server.wait_until_ready();
    write("..2", "after", 1);
    server.wait_for("entries=2");
    server.stop();
}

#[test]
fn a_new_certificate_is_shown_as_soon_as_its_files_are_there() {
    let scene = Scene::with_config("");
    let other = Scene::with_config("");
    other.start("").stop();
    let mut server = scene.start("");
    server.wait_until_ready();
    for name in ["key.pem", "cert.pem"] {
        std::fs::copy(
            other.path(&format!("state/{name}")),
            scene.path(&format!("state/new-{name}")),
        )
        .unwrap();
        let new = scene.path(&format!("state/new-{name}"));
        std::fs::rename(new, scene.path(&format!("state/{name}"))).unwrap();
    }
    server.wait_for("the certificate was read again");
    // The client trusts the file as it is now.
    assert_eq!(server.get("/healthz").status, 200);
    server.stop();
}

#[test]
fn the_backends_that_a_file_names_are_asked_instead() {
    let aws = Aws::start(World::default());
    let config = format!(
        "{}  dynamicfilepath: dynamic.json\n  dynamicBackendModePath: modes.json\n",
        mapping("mounted", 0)
    );
    let scene = aws.lead(Scene::with_config(&config));
    let dynamic = format!(r#"{{"mapUsers": [{{"userarn": "{USER}", "username": "dynamic"}}]}}"#);
    scene.write("dynamic.json", &dynamic);
    let token = aws.user(USER).token();
    let username = |server: &crate::process::Server| {
        server.review(&token).json()["status"]["user"]["username"].clone()
    };
    let mut server = scene.start("");
    server.wait_until_ready();
    assert_eq!(username(&server), "mounted");
    scene.write(
        "modes.json",
        r#"{"backendMode": "DynamicFile MountedFile"}"#,
    );
    server.wait_for(r#"msg="other backends are asked" backends="DynamicFile MountedFile""#);
    assert_eq!(username(&server), "dynamic");
    std::fs::remove_file(scene.path("modes.json")).unwrap();
    server.wait_for(r#"msg="other backends are asked" backends=MountedFile"#);
    assert_eq!(username(&server), "mounted");
    server.stop();
}
