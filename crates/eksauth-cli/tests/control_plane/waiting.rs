//! Waiting for what other processes do in their own time.

use std::fmt::Debug;
use std::thread;
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(100);

/// Most of what is asked takes longer than the pause, so this is more than a minute.
const TRIES: usize = 600;

/// Asks again until the answer is good.
#[track_caller]
pub(crate) fn eventually<T: Debug>(
    what: &str,
    mut ask: impl FnMut() -> T,
    is_good: impl Fn(&T) -> bool,
) -> T {
    let mut answer = ask();
    for _ in 0..TRIES {
        if is_good(&answer) {
            return answer;
        }
        thread::sleep(PAUSE);
        answer = ask();
    }
    panic!("expected that {what}, but found {answer:#?}");
}

/// The processes that work below a folder, by their numbers.
#[cfg(target_os = "linux")]
pub(crate) fn processes_in(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    let works_there = |it: &std::fs::DirEntry| {
        std::fs::read_link(it.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder))
    };
    let found = entries.filter(works_there);
    found
        .map(|it| it.file_name().into_string().unwrap())
        .collect()
}
