//! The API in process, and as kubectl sees it.

mod access;
mod discovery;
mod kubectl;
mod reading;
mod reviews;
mod scene;
mod tables;
mod watching;
