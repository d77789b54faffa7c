//! The whole site, called without a socket.

mod api;
mod estimate;
mod pages;
mod safety;
mod site;
