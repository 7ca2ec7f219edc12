use std::fs::{self, File};
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;

use super::*;

/// Files that were last written so many hours before noon.
fn write(scene: &Scene, name: &str, hours: i64) -> PathBuf {
    fs::create_dir_all(scene.cache.directory()).unwrap();
    #[cfg(unix)]
    fs::set_permissions(scene.cache.directory(), PermissionsExt::from_mode(0o700)).unwrap();
    let path = scene.cache.directory().join(name);
    let file = File::create(&path).unwrap();
    let modified = SystemTime::try_from(at(NOON - hours * HOUR)).unwrap();
    file.set_modified(modified).unwrap();
    path
}

/// The file of an entry.
fn named(key: &str, extension: &str) -> String {
    format!("{}.{extension}", CacheKey::named(key).as_str())
}

#[tokio::test]
async fn outdated_files_are_removed_and_nothing_else() {
    let scene = Scene::new();
    let outdated = [
        write(&scene, &named("old", "json"), 25),
        write(&scene, &named("old", "lock"), 25),
        // What a process leaves behind that dies while it writes.
        write(&scene, ".eksauth-AbCdEf.json", 25),
    ];
    let kept = [
        write(&scene, &named("recent", "json"), 23),
        write(&scene, &named("recent", "lock"), 23),
        write(&scene, "package.json", 1000),
        write(&scene, "Cargo.lock", 1000),
        write(&scene, ".tmpAbCdEf.json", 1000),
        write(
            &scene,
            &named("upper", "json")
                .to_uppercase()
                .replace("JSON", "json"),
            1000,
        ),
        write(&scene, &named("old", "json")[1..], 1000),
        write(&scene, &named("old", "txt"), 1000),
        write(&scene, "foreign.txt", 1000),
        write(&scene, "json", 1000),
    ];
    let held = write(&scene, &named("held", "lock"), 1000);
    let lock = File::open(&held).unwrap();
    lock.try_lock().unwrap();
    let folder = scene.cache.directory().join(named("folder", "json"));
    fs::create_dir(&folder).unwrap();

    scene.get().await.unwrap();
    for path in outdated {
        assert!(!path.exists(), "{} is still there", path.display());
    }
    for path in kept.iter().chain([&held, &folder]) {
        assert!(path.exists(), "{} is gone", path.display());
    }
}

#[tokio::test]
async fn an_entry_that_cannot_be_put_in_its_place_leaves_nothing_behind() {
    let scene = Scene::new();
    fs::create_dir_all(scene.entry().join("occupied")).unwrap();
    scene.get().await.unwrap();
    let mut files: Vec<_> = fs::read_dir(scene.cache.directory())
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    assert_eq!(files, [scene.entry(), scene.lock()]);
}

#[test]
fn the_usual_folder_is_the_variables_then_that_of_xdg_then_the_platforms() {
    let found = |variables: &[(&str, &str)]| {
        let variables = variables
            .iter()
            .map(|(name, value)| (String::from(*name), String::from(*value)));
        let context = Context::new(variables, eksauth_testing::ManualTime::at_unix(0));
        CredentialCache::default_directory(&context)
    };
    let home = ("HOME", "/home/dev");
    let local = ("LOCALAPPDATA", "/local");
    let xdg = ("XDG_CACHE_HOME", "/xdg");
    let own = ("EKSAUTH_CACHE_DIR", "/own");
    assert_eq!(found(&[home, local, xdg, own]), Some("/own".into()));
    assert_eq!(found(&[home, local, xdg]), Some("/xdg/eksauth".into()));
    let platform = match () {
        () if cfg!(windows) => "/local/eksauth",
        () if cfg!(target_os = "macos") => "/home/dev/Library/Caches/eksauth",
        () => "/home/dev/.cache/eksauth",
    };
    assert_eq!(found(&[home, local]), Some(platform.into()));
    assert_eq!(found(&[]), None);
}
