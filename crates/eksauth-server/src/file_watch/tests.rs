use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;

/// So long that nothing is found by looking again: only what the system tells counts.
const NEVER: Duration = Duration::from_hours(1);

/// What the system does not tell is found by looking from outside, and by nothing else.
const GLANCES: Pace = Pace {
    glance: Duration::from_millis(10),
    reading: NEVER,
};

/// A folder with one file in it, which is watched or is about to be.
struct Scene {
    folder: TempDir,
}

impl Scene {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self) -> PathBuf {
        self.path("file")
    }

    /// Only what the system tells counts.
    fn watch(&self) -> FileWatch {
        let (glance, reading) = (NEVER, NEVER);
        FileWatch::at_pace([self.file()], Pace { glance, reading })
    }

    /// Puts a file in place as careful programs do.
    fn replace(&self, content: &str) {
        let new = self.path("new");
        fs::write(&new, content).unwrap();
        fs::rename(new, self.file()).unwrap();
    }
}

/// The next event, which comes at some time if it comes at all.
async fn next(watch: &mut FileWatch) -> FileContent {
    let event = timeout(Duration::from_secs(30), watch.next()).await;
    event.expect("nothing was noticed").unwrap().content
}

/// The same, of a file that is written where it is: it may be caught while it is still empty.
async fn next_written(watch: &mut FileWatch) -> FileContent {
    let mut found = next(watch).await;
    if found == content("") {
        found = next(watch).await;
    }
    found
}

fn content(text: &str) -> FileContent {
    FileContent::Changed(text.to_owned().into())
}

#[tokio::test]
async fn the_first_event_says_how_the_file_is_now() {
    let scene = Scene::new();
    assert_eq!(next(&mut scene.watch()).await, FileContent::Deleted);
    fs::write(scene.file(), "a").unwrap();
    assert_eq!(next(&mut scene.watch()).await, content("a"));
}

#[tokio::test]
async fn a_file_that_is_written_is_noticed() {
    let scene = Scene::new();
    let mut watch = scene.watch();
    assert_eq!(next(&mut watch).await, FileContent::Deleted);
    fs::write(scene.file(), "a").unwrap();
    assert_eq!(next_written(&mut watch).await, content("a"));
    fs::write(scene.file(), "b").unwrap();
    assert_eq!(next_written(&mut watch).await, content("b"));
}

#[tokio::test]
async fn a_file_that_is_replaced_is_noticed_every_time() {
    let scene = Scene::new();
    scene.replace("0");
    let mut watch = scene.watch();
    assert_eq!(next(&mut watch).await, content("0"));
    for number in 1..5 {
        scene.replace(&number.to_string());
        assert_eq!(next(&mut watch).await, content(&number.to_string()));
    }
}

#[tokio::test]
async fn a_file_that_is_deleted_and_made_again_is_noticed() {
    let scene = Scene::new();
    scene.replace("a");
    let mut watch = scene.watch();
    assert_eq!(next(&mut watch).await, content("a"));
    fs::remove_file(scene.file()).unwrap();
    assert_eq!(next(&mut watch).await, FileContent::Deleted);
    scene.replace("a");
    assert_eq!(next(&mut watch).await, content("a"));
}

#[tokio::test]
async fn what_is_written_again_as_it_was_is_no_event() {
    let scene = Scene::new();
    scene.replace("a");
    let mut watch = scene.watch();
    assert_eq!(next(&mut watch).await, content("a"));
    scene.replace("a");
    fs::write(scene.path("other"), "x").unwrap();
    scene.replace("b");
    assert_eq!(next(&mut watch).await, content("b"));
}

#[tokio::test]
async fn a_change_between_the_first_reading_and_its_delivery_is_not_missed() {
    let scene = Scene::new();
    scene.replace("a");
    let mut watch = scene.watch();
    // The watch is running and nobody has taken its first event.
    while watch.events.is_empty() {
        tokio::task::yield_now().await;
    }
    scene.replace("b");
    assert_eq!(next(&mut watch).await, content("a"));
    assert_eq!(next(&mut watch).await, content("b"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_volume_that_kubernetes_updates_is_noticed_every_time() {
    use std::os::unix::fs::symlink;

    let scene = Scene::new();
    // As the kubelet does it: `file` leads over `..data` to a folder of its own for each version.
    let publish = |version: &str| {
        let folder = scene.path(&format!("..{version}"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("file"), version).unwrap();
        symlink(&folder, scene.path("..data_tmp")).unwrap();
        fs::rename(scene.path("..data_tmp"), scene.path("..data")).unwrap();
    };
    publish("1");
    symlink("..data/file", scene.file()).unwrap();
    let mut watch = scene.watch();
    assert_eq!(next(&mut watch).await, content("1"));
    for version in ["2", "3"] {
        publish(version);
        assert_eq!(next(&mut watch).await, content(version));
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_folder_that_is_replaced_is_watched_again() {
    let scene = Scene::new();
    let folder = scene.path("folder");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("file"), "a").unwrap();
    let mut watch = FileWatch::at_pace([folder.join("file")], GLANCES);
    assert_eq!(next(&mut watch).await, content("a"));
    for version in ["b", "c"] {
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(next(&mut watch).await, FileContent::Deleted);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("file"), version).unwrap();
        assert_eq!(next_written(&mut watch).await, content(version));
    }
    fs::rename(&folder, scene.path("away")).unwrap();
    assert_eq!(next(&mut watch).await, FileContent::Deleted);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_system_is_asked_again_to_tell_of_a_folder_that_is_replaced() {
    let scene = Scene::new();
    let folder = scene.path("folder");
    fs::create_dir(&folder).unwrap();
    let stirs = Arc::new(Stirs::default());
    let mut directories = directories::Directories::of(&[folder.join("file")], Arc::clone(&stirs));
    directories.watch();
    fs::remove_dir(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    // Of the removal itself it tells a few times, but not so often.
    for number in 0..20 {
        fs::write(folder.join("file"), number.to_string()).unwrap();
        let told = async {
            while timeout(CALM, stirs.next()).await.is_err() {
                directories.watch();
            }
        };
        let told = timeout(Duration::from_secs(30), told).await;
        assert!(told.is_ok(), "nothing is told of write {number}");
        directories.watch();
    }
}

#[tokio::test]
async fn a_file_in_a_folder_that_does_not_exist_yet_is_found_by_looking_again() {
    let scene = Scene::new();
    let file = scene.path("later").join("file");
    let mut watch = FileWatch::at_pace([file.clone()], GLANCES);
    assert_eq!(next(&mut watch).await, FileContent::Deleted);
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, "a").unwrap();
    assert_eq!(next_written(&mut watch).await, content("a"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_behind_a_link_that_leads_out_of_the_folder_is_found_by_looking_again() {
    use std::os::unix::fs::symlink;

    let (scene, elsewhere) = (Scene::new(), Scene::new());
    elsewhere.replace("a");
    symlink(elsewhere.file(), scene.file()).unwrap();
    let mut watch = FileWatch::at_pace([scene.file()], GLANCES);
    assert_eq!(next(&mut watch).await, content("a"));
    elsewhere.replace("b");
    assert_eq!(next(&mut watch).await, content("b"));
    fs::remove_file(elsewhere.file()).unwrap();
    assert_eq!(next(&mut watch).await, FileContent::Deleted);
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_is_a_link_and_is_turned_elsewhere_is_found_by_looking_again() {
    use std::os::unix::fs::symlink;

    let scene = Scene::new();
    let turn_to = |version: &str| {
        let folder = scene.path(version);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("file"), version).unwrap();
        symlink(&folder, scene.path("new")).unwrap();
        fs::rename(scene.path("new"), scene.path("current")).unwrap();
    };
    turn_to("1");
    let file = scene.path("current").join("file");
    let mut watch = FileWatch::at_pace([file], GLANCES);
    for version in ["1", "2", "3"] {
        assert_eq!(next(&mut watch).await, content(version));
        turn_to(&format!("{}", version.parse::<u32>().unwrap() + 1));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_whose_parent_is_replaced_is_found_by_looking_again() {
    let scene = Scene::new();
    let make = |parent: &str, text: &str| {
        let folder = scene.path(parent).join("folder");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("file"), text).unwrap();
    };
    make("parent", "a");
    make("other", "b");
    let file = scene.path("parent").join("folder").join("file");
    let mut watch = FileWatch::at_pace([file], GLANCES);
    assert_eq!(next(&mut watch).await, content("a"));
    fs::rename(scene.path("parent"), scene.path("away")).unwrap();
    assert_eq!(next(&mut watch).await, FileContent::Deleted);
    fs::rename(scene.path("other"), scene.path("parent")).unwrap();
    assert_eq!(next(&mut watch).await, content("b"));
}

#[tokio::test]
async fn now_and_then_a_file_is_read_whatever_it_looks_like() {
    let scene = Scene::new();
    scene.replace("a");
    let stirs = Arc::new(Stirs::default());
    let mut round = Round::new(vec![scene.file()], stirs);
    let mut told = Vec::new();
    for look in [Look::Glance, Look::Glance, Look::Reading] {
        let (next, events) = round.look(look).await.unwrap();
        round = next;
        told.push(events.len());
        // As if it had been written so quickly that it looks the same.
        round.forget_content();
    }
    assert_eq!(told, [1, 0, 1]);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_replaced_looks_different_even_with_its_length_and_time() {
    let scene = Scene::new();
    scene.replace("a");
    let before = stamp::Stamp::of(&scene.file());
    assert_eq!(stamp::Stamp::of(&scene.file()), before);
    let time = fs::metadata(scene.file()).unwrap().modified().unwrap();
    let new = fs::File::create(scene.path("new")).unwrap();
    fs::write(scene.path("new"), "b").unwrap();
    new.set_modified(time).unwrap();
    fs::rename(scene.path("new"), scene.file()).unwrap();
    assert_ne!(stamp::Stamp::of(&scene.file()), before);
}

#[test]
fn the_pauses_of_a_watch_leave_some_of_a_second_for_reading() {
    // Reading takes milliseconds.
    let rest = Duration::from_millis(400);
    assert!(PATIENCE + CALM + rest <= Duration::from_secs(1));
    assert!(Pace::default().glance + rest <= Duration::from_secs(1));
}

#[tokio::test]
async fn each_of_several_files_has_events_of_its_own() {
    let scene = Scene::new();
    let (a, b) = (scene.path("a"), scene.path("b"));
    fs::write(&a, "1").unwrap();
    fs::write(&b, "1").unwrap();
    let mut watch = FileWatch::start([a.clone(), b.clone()]);
    assert_eq!(watch.next().await.unwrap().path, a);
    assert_eq!(watch.next().await.unwrap().path, b);
    fs::write(&b, "2").unwrap();
    let mut event = watch.next().await.unwrap();
    if event.content == content("") {
        event = watch.next().await.unwrap();
    }
    assert_eq!((event.path, event.content), (b, content("2")));
}

#[tokio::test]
async fn what_cannot_be_read_is_told_once_and_so_is_its_end() {
    let scene = Scene::new();
    fs::create_dir(scene.file()).unwrap();
    let mut watch = scene.watch();
    let problem = FileContent::Unreadable(FileProblem::NotAFile);
    assert_eq!(next(&mut watch).await, problem);
    fs::write(scene.path("other"), "x").unwrap();
    fs::remove_dir(scene.file()).unwrap();
    assert_eq!(next(&mut watch).await, FileContent::Deleted);
}

#[test]
fn a_file_that_is_too_long_is_not_read_to_its_end() {
    let scene = Scene::new();
    let file = fs::File::create(scene.file()).unwrap();
    file.set_len(MAX_FILE_LEN).unwrap();
    let read = || FileContent::read(&scene.file());
    assert!(matches!(read(), FileContent::Changed(bytes) if bytes.len() as u64 == MAX_FILE_LEN));
    file.set_len(MAX_FILE_LEN + 1).unwrap();
    let limit = MAX_FILE_LEN;
    assert_eq!(
        read(),
        FileContent::Unreadable(FileProblem::TooLong { limit })
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_not_waited_for() {
    let read = FileContent::read(Path::new("/dev/zero"));
    assert_eq!(read, FileContent::Unreadable(FileProblem::NotAFile));
}

#[test]
fn nothing_of_a_file_is_in_its_debug() {
    let text = format!("{:?}", content("secret"));
    assert_eq!(text, "Changed(6 bytes)");
}

#[test]
fn a_path_below_a_file_leads_to_no_file() {
    let scene = Scene::new();
    fs::write(scene.file(), "a").unwrap();
    let below = scene.file().join("below");
    assert_eq!(FileContent::read(&below), FileContent::Deleted);
}

#[tokio::test]
async fn a_watch_that_is_dropped_ends() {
    let scene = Scene::new();
    let (told, events) = mpsc::channel(1);
    let (glance, reading) = (NEVER, NEVER);
    let watching = tokio::spawn(watch(vec![scene.file()], Pace { glance, reading }, told));
    drop(events);
    timeout(Duration::from_secs(30), watching)
        .await
        .expect("it goes on")
        .unwrap();
}
