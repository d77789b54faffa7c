//! The whole site, called without a socket.

mod api;
mod pages;
mod safety;
mod site;
