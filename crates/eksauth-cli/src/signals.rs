//! Being asked to end.

use crate::failed::Failed;

/// How a program is asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C or Ctrl-\\, which everything in the terminal's foreground gets.
    Interrupt,
    /// This process alone is meant.
    Terminate,
}

impl Signal {
    /// What a shell says of a program that it has ended.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// What a server is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To end.
    End(Signal),
    /// To read its files again: SIGHUP.
    Again,
}

/// Asks that have not been heard yet. From the first on, they do not end the process by themselves.
#[cfg(unix)]
pub(crate) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub(crate) fn listen() -> Result<Self, Failed> {
        use tokio::signal::unix::{SignalKind, signal};

        let listen = |kind| {
            signal(kind).map_err(|error| Failed::new("could not wait for signals").because(error))
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            quit: listen(SignalKind::quit())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    pub(crate) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.quit.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.hang_up.recv() => Signal::Terminate,
        }
    }

    /// The same for what has no terminal: SIGHUP does not end it.
    pub(crate) async fn asked(&mut self) -> Asked {
        tokio::select! {
            _ = self.interrupt.recv() => Asked::End(Signal::Interrupt),
            _ = self.quit.recv() => Asked::End(Signal::Interrupt),
            _ = self.terminate.recv() => Asked::End(Signal::Terminate),
            _ = self.hang_up.recv() => Asked::Again,
        }
    }
}

/// Ctrl-C is all there is.
#[cfg(not(unix))]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub(crate) fn listen() -> Result<Self, Failed> {
        Ok(Self)
    }

    pub(crate) async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::Interrupt,
            // It cannot be waited for, so it ends the process as it always did.
            Err(_) => std::future::pending().await,
        }
    }

    pub(crate) async fn asked(&mut self) -> Asked {
        Asked::End(self.next().await)
    }
}
