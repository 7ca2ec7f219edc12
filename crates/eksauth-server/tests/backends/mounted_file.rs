//! The configuration file, read again while the server runs.

use std::fs;

use eksauth_server::{MountedFileSource, Publisher};

use crate::scene::{FILE, Scene, boxed, mounted, yaml};

#[tokio::test]
async fn each_change_of_the_file_is_in_force() {
    let scene = Scene::new(&[FILE]);
    scene.put(scene.config(), &yaml(&[("Deploy", "one")]));
    scene.run();
    scene.until_is("Deploy", "one").await;
    scene.put(scene.config(), &yaml(&[("Deploy", "two")]));
    scene.until_is("Deploy", "two").await;
    // In place, as editors do.
    fs::write(scene.config(), yaml(&[("Deploy", "three")])).unwrap();
    scene.until_is("Deploy", "three").await;
    fs::remove_file(scene.config()).unwrap();
    scene.put(scene.config(), &yaml(&[("Deploy", "four")]));
    scene.until_is("Deploy", "four").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_volume_that_kubernetes_updates_is_in_force_every_time() {
    use std::os::unix::fs::symlink;

    let scene = Scene::new(&[FILE]);
    // As the kubelet does it: the name leads over `..data` to a folder of its own for each version.
    let publish = |version: &str| {
        let folder = scene.path(&format!("..{version}"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("config.yaml"), yaml(&[("Deploy", version)])).unwrap();
        symlink(format!("..{version}"), scene.path("..data_tmp")).unwrap();
        fs::rename(scene.path("..data_tmp"), scene.path("..data")).unwrap();
    };
    publish("v0");
    symlink("..data/config.yaml", scene.config()).unwrap();
    scene.run();
    scene.until_is("Deploy", "v0").await;
    for (before, version) in [("v0", "v1"), ("v1", "v2"), ("v2", "v3")] {
        publish(version);
        fs::remove_dir_all(scene.path(&format!("..{before}"))).unwrap();
        scene.until_is("Deploy", version).await;
    }
    assert_eq!(scene.of(FILE, "failing"), Some(0.0));
}

#[tokio::test]
async fn a_file_and_its_folder_may_come_later() {
    let scene = Scene::new(&[FILE]);
    let folder = scene.path("later");
    let file = folder.join("config.yaml");
    let source = {
        let file = file.clone();
        move || boxed(mounted(file.clone()))
    };
    let backends = eksauth_server::Backends::new(scene.map.clone(), scene.clock.clone());
    tokio::spawn(
        backends
            .with_source(FILE, source)
            .run(scene.shutdown.clone()),
    );
    scene.until_failures(FILE, 1).await;
    assert_eq!(scene.map.missing(), [FILE]);
    assert_eq!(
        scene.status(FILE).last_error.as_deref(),
        Some("expected the file, but found none")
    );
    fs::create_dir(&folder).unwrap();
    scene.put(file, &yaml(&[("Deploy", "one")]));
    scene.until_is("Deploy", "one").await;
    assert!(scene.map.is_ready());
    assert_eq!(scene.of(FILE, "failing"), Some(0.0));
}

#[tokio::test]
async fn a_file_that_is_removed_leaves_what_it_held() {
    let scene = Scene::new(&[FILE]);
    scene.put(scene.config(), &yaml(&[("Deploy", "one")]));
    scene.run();
    scene.until_is("Deploy", "one").await;
    fs::remove_file(scene.config()).unwrap();
    scene.until_failures(FILE, 1).await;
    assert_eq!(scene.username("Deploy").as_deref(), Ok("one"));
    assert!(scene.map.is_ready());
    assert_eq!(scene.of(FILE, "failing"), Some(1.0));
    scene.put(scene.config(), &yaml(&[("Deploy", "one")]));
    scene
        .until("a reading that is good", |scene| {
            scene.of(FILE, "failing") == Some(0.0)
        })
        .await;
}

#[tokio::test]
async fn a_file_that_is_emptied_leaves_what_it_held_and_empty_lists_leave_nobody() {
    let scene = Scene::new(&[FILE]);
    scene.put(scene.config(), &yaml(&[("Deploy", "one")]));
    scene.run();
    scene.until_is("Deploy", "one").await;
    scene.put(scene.config(), "\n \n");
    scene.until_failures(FILE, 1).await;
    assert_eq!(scene.username("Deploy").as_deref(), Ok("one"));
    assert_eq!(
        scene.status(FILE).last_error.as_deref(),
        Some("expected lists of mappings, be they empty, but found an empty file")
    );
    scene.put(scene.config(), "server: {mapRoles: []}");
    scene
        .until("nobody", |scene| scene.username("Deploy").is_err())
        .await;
}

#[tokio::test]
async fn a_file_that_is_empty_from_the_start_holds_nothing() {
    let scene = Scene::new(&[FILE]);
    scene.put(scene.config(), "");
    scene.run();
    scene.until("readiness", |scene| scene.map.is_ready()).await;
    assert_eq!(scene.status(FILE).entries, Some(0));
}

#[tokio::test]
async fn a_file_that_is_emptied_before_its_source_is_made_anew_leaves_what_it_held() {
    let scene = Scene::new(&[FILE]);
    scene.put(scene.config(), &yaml(&[("Deploy", "one")]));
    let publisher = Publisher::new(&scene.map, FILE);
    let run = || {
        let source = boxed(mounted(scene.config()));
        tokio::spawn(source.run(publisher.clone(), scene.shutdown.clone()))
    };
    let earlier = run();
    scene.until_is("Deploy", "one").await;
    earlier.abort();
    let _cut_off = earlier.await;
    scene.put(scene.config(), "");
    run();
    scene.until_failures(FILE, 1).await;
    assert_eq!(scene.username("Deploy").as_deref(), Ok("one"));
}

#[tokio::test]
async fn what_a_panic_says_is_not_told() {
    let scene = Scene::new(&[FILE]);
    scene.put(scene.config(), "clusterID: prod");
    let source = MountedFileSource::new(scene.config(), |text| panic!("cannot read {text}"));
    let publisher = Publisher::new(&scene.map, FILE);
    tokio::spawn(boxed(source).run(publisher, scene.shutdown.clone()));
    scene.until_failures(FILE, 1).await;
    let error = scene.status(FILE).last_error;
    assert_eq!(error.as_deref(), Some("reading it has panicked"));
}
