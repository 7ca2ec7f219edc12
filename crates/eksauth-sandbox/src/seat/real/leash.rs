//! Programs that end with this process, however that ends.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A program that runs until this is dropped. It inherits neither the environment nor the terminal, and
/// Ctrl-C does not reach it.
///
/// When this process ends without dropping it, since it is killed or aborts, the program is killed
/// all the same.
pub(super) struct Leash(Ends);

/// Whether a program has ended that somebody else holds.
#[derive(Clone)]
pub(super) struct Ends(Arc<Mutex<Option<Child>>>);

impl Leash {
    /// Starts a program in a folder; all that it says goes to the log.
    pub(super) fn start(
        program: &Path,
        arguments: &[String],
        folder: &Path,
        log: File,
    ) -> io::Result<Self> {
        let mut command = command(program);
        command
            .args(arguments)
            .env_clear()
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log);
        let child = command.spawn()?;
        Ok(Self(Ends(Arc::new(Mutex::new(Some(child))))))
    }

    /// For who only wants to know how it ends.
    pub(super) fn ends(&self) -> Ends {
        self.0.clone()
    }
}

/// What became of a program.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It runs.
    NotYet,
    /// It was ended, by whoever held it.
    Wanted,
    /// It has ended by itself.
    ByItself(ExitStatus),
}

impl Ends {
    /// What has become of it by now.
    pub(super) fn end(&self) -> io::Result<End> {
        let Some(child) = &mut *self.child() else {
            return Ok(End::Wanted);
        };
        let status = child.try_wait()?;
        Ok(status.map_or(End::NotYet, End::ByItself))
    }

    /// Nobody panics who holds it.
    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Leash {
    /// Waits until it is gone, which takes milliseconds: what it holds can be removed then.
    fn drop(&mut self) {
        if let Some(mut child) = self.0.child().take() {
            // Both fail when it had ended before.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The shell becomes the program, so they are one process, and leaves somebody behind in its group who
/// waits for the other end of a pipe. This process holds that end, and the system closes it with the
/// process; then the group is killed. Unlike a process, a group that somebody is still in cannot have
/// become another one of the same number.
#[cfg(unix)]
fn command(program: &Path) -> Command {
    const SCRIPT: &str = r#"exec 3<&0
(read -r _ <&3; kill -KILL 0) &
exec 3<&-
exec "$@" </dev/null"#;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SCRIPT, "sh"]).arg(program);
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
}

/// Ends when dropped, only.
#[cfg(not(unix))]
fn command(program: &Path) -> Command {
    Command::new(program)
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    fn asleep() -> Leash {
        let folder = tempfile::tempdir().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        Leash::start(
            Path::new("/bin/sleep"),
            &["600".to_owned()],
            folder.path(),
            log,
        )
        .unwrap()
    }

    #[test]
    fn a_program_is_gone_once_it_is_dropped() {
        let leash = asleep();
        let ends = leash.ends();
        let id = ends.child().as_ref().unwrap().id();
        let process = format!("/proc/{id}");
        assert!(Path::new(&process).exists());
        assert_eq!(ends.end().unwrap(), End::NotYet);
        drop(leash);
        assert!(!Path::new(&process).exists());
        assert_eq!(ends.end().unwrap(), End::Wanted);
    }

    /// To close the pipe is all that the system does for a process that was killed.
    #[test]
    fn a_program_is_killed_when_nobody_holds_the_leash() {
        let leash = asleep();
        let mut child = leash.0.child();
        let child = child.as_mut().unwrap();
        drop(child.stdin.take());
        let status = child.wait().unwrap();
        assert_eq!(
            std::os::unix::process::ExitStatusExt::signal(&status),
            Some(9)
        );
    }

    #[test]
    fn a_program_that_ended_by_itself_is_noticed_with_what_it_said() {
        let folder = tempfile::tempdir().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let program = Path::new("/bin/sh");
        let arguments = ["-c", "echo \"home: $HOME\"; exit 3"].map(str::to_owned);
        let leash = Leash::start(program, &arguments, folder.path(), log).unwrap();
        let status = loop {
            // To wait for it would let go of the leash.
            match leash.ends().end().unwrap() {
                End::NotYet => std::thread::yield_now(),
                End::ByItself(status) => break status,
                End::Wanted => panic!("nobody has ended it"),
            }
        };
        assert_eq!(status.code(), Some(3));
        let said = std::fs::read_to_string(folder.path().join("log")).unwrap();
        assert_eq!(said, "home: \n", "the environment is not inherited");
    }
}
