//! Asking EC2 for many instances at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{sleep, timeout};

use super::queue::{Answer, Flight, Wanted, given_up};
use super::rate::Turn;
use super::{DescribeError, Desk, InstanceId, InstancePage, InstanceQuery, PrivateDnsError};

/// After a call, the ids of so much time go into the next one.
const WINDOW: Duration = Duration::from_millis(50);

/// A call is made so often before its failure counts.
const ATTEMPTS: u32 = 3;

/// Before the second attempt; doubled before the third.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// More pages than 100 instances can need.
const MOST_PAGES: usize = 20;

/// Joins whoever waits for an instance.
pub(super) fn join(desk: &Arc<Desk>, id: InstanceId) -> Result<Flight, PrivateDnsError> {
    let joined = desk.queue.join(id, |id| desk.names.get(id))?;
    if joined.unattended {
        tokio::spawn(Attendant::new(desk).work());
    }
    Ok(joined.flight)
}

/// Takes from the queue while there is somebody in it.
struct Attendant {
    desk: Arc<Desk>,
    has_left: bool,
}

impl Attendant {
    fn new(desk: &Arc<Desk>) -> Self {
        Self {
            desk: Arc::clone(desk),
            has_left: false,
        }
    }

    async fn work(mut self) {
        let desk = Arc::clone(&self.desk);
        while desk.queue.goes_on() {
            // Never closed, so a permit always comes; should it not, the call is not held up for it.
            let permit = Arc::clone(&desk.calls).acquire_owned().await.ok();
            let turn = desk.rate.turn().await;
            let batch = Batch {
                desk: Arc::clone(&desk),
                wanted: desk.queue.take(),
            };
            tokio::spawn(batch.ask(turn, permit));
            let _ = timeout(WINDOW, desk.queue.full()).await;
        }
        self.has_left = true;
    }
}

impl Drop for Attendant {
    /// The runtime may end before the work; the next one who joins then sends somebody else.
    fn drop(&mut self) {
        if !self.has_left {
            self.desk.queue.leave();
        }
    }
}

/// The instances of one call. All who wait are told, however it ends.
struct Batch {
    desk: Arc<Desk>,
    wanted: Vec<Wanted>,
}

impl Batch {
    async fn ask(mut self, turn: Turn, _permit: Option<OwnedSemaphorePermit>) {
        let ids: Vec<InstanceId> = self.wanted.iter().map(|it| it.id.clone()).collect();
        let limit = self.desk.patience;
        let found = match timeout(limit, self.desk.describe(&ids, turn)).await {
            Ok(found) => found.map_err(PrivateDnsError::Describe),
            Err(_) => Err(PrivateDnsError::TimedOut { limit }),
        };
        if let Err(error) = &found {
            let error: &dyn std::error::Error = error;
            tracing::warn!(instances = ids.len(), error, "EC2 does not name instances");
        }
        for wanted in std::mem::take(&mut self.wanted) {
            let answer = match &found {
                Ok(names) => self.desk.judge(&wanted.id, names),
                Err(error) => Err(error.clone()),
            };
            self.tell(wanted, answer);
        }
    }

    fn tell(&self, wanted: Wanted, answer: Answer) {
        // In this order: who comes in between finds the name or the flight.
        self.desk.queue.landed(&wanted.id);
        let _ = wanted.told.send(answer);
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        for wanted in std::mem::take(&mut self.wanted) {
            self.tell(wanted, Err(given_up()));
        }
    }
}

impl Desk {
    /// What EC2 has said about an instance, which is remembered unless it may change any moment.
    fn judge(&self, id: &InstanceId, names: &HashMap<String, String>) -> Answer {
        match names.get(id.as_str()).map(String::as_str) {
            None => {
                self.names.missing(id);
                Err(PrivateDnsError::NoInstance { id: id.clone() })
            }
            Some("") => Err(PrivateDnsError::NoName { id: id.clone() }),
            Some(name) => {
                let name: Arc<str> = name.into();
                self.names.found(id, Arc::clone(&name));
                Ok(name)
            }
        }
    }

    /// All pages of an answer.
    async fn describe(
        &self,
        ids: &[InstanceId],
        turn: Turn,
    ) -> Result<HashMap<String, String>, DescribeError> {
        let mut names = HashMap::new();
        let mut next_token: Option<String> = None;
        let mut turn = Some(turn);
        for _ in 0..MOST_PAGES {
            let query = InstanceQuery {
                ids,
                next_token: next_token.as_deref(),
            };
            let page = self.page(query, turn.take()).await?;
            names.extend(page.names);
            next_token = page.next_token.filter(|it| !it.is_empty());
            if next_token.is_none() {
                return Ok(names);
            }
        }
        Err(DescribeError::UnexpectedAnswer)
    }

    async fn page(
        &self,
        query: InstanceQuery<'_>,
        mut turn: Option<Turn>,
    ) -> Result<InstancePage, DescribeError> {
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            match self.call(query, turn.take()).await {
                Err(error) if error.is_transient() => sleep(pause).await,
                answer => return answer,
            }
            pause *= 2;
        }
        self.call(query, None).await
    }

    async fn call(
        &self,
        query: InstanceQuery<'_>,
        turn: Option<Turn>,
    ) -> Result<InstancePage, DescribeError> {
        let _turn = match turn {
            Some(turn) => turn,
            None => self.rate.turn().await,
        };
        self.metrics.called();
        let answer = self.ec2.describe_instances(query).await;
        answer.inspect_err(|_| self.metrics.call_failed())
    }
}
