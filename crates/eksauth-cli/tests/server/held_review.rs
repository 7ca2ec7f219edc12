//! A review that is under way for as long as a test wants it to be.

use std::net::{TcpListener, TcpStream};

use eksauth_testing::{HttpsConnection, Reply};
use eksauth_token::SigningCredentials;
use jiff::SignedDuration;

use crate::aws::token_of;
use crate::process::{Server, review_of};
use crate::scene::Scene;

/// A proxy on the way to STS that answers nothing.
pub(crate) struct SilentProxy(TcpListener);

/// A review that waits for STS, until it is released or the server ends.
pub(crate) struct HeldReview {
    client: HttpsConnection,
    on_the_way: TcpStream,
    proxy: SilentProxy,
}

impl SilentProxy {
    pub(crate) fn start() -> Self {
        Self(TcpListener::bind(("127.0.0.1", 0)).unwrap())
    }

    /// A server of this scene goes through it.
    pub(crate) fn lead(&self, scene: Scene) -> Scene {
        let address = self.0.local_addr().unwrap();
        scene.set("HTTPS_PROXY", &format!("http://{address}"))
    }

    /// Asks the server, and returns once it is on its way to STS.
    pub(crate) fn hold_a_review(self, server: &Server) -> HeldReview {
        let review = review_of(&token_of_nobody());
        let mut client = server.connect();
        client.write_head("POST", "/authenticate", review.len());
        client.write(review.as_bytes());
        let (on_the_way, _) = self.0.accept().unwrap();
        HeldReview {
            client,
            on_the_way,
            proxy: self,
        }
    }
}

impl HeldReview {
    /// From now on, STS cannot be reached. Returns what the server says to that.
    pub(crate) fn release(self) -> Reply {
        drop(self.proxy);
        drop(self.on_the_way);
        self.client.reply()
    }
}

/// Good at first sight, so that STS is asked.
fn token_of_nobody() -> String {
    let credentials =
        SigningCredentials::new("AKIAOFNOBODYATALL000", "a key that STS does not know");
    token_of(credentials, "demo", SignedDuration::ZERO)
}
