//! The whole site, called without a socket.

mod api;
mod bench;
mod check;
mod crawl;
mod door;
mod door_house;
mod estimate;
mod figures;
mod forms;
mod house;
mod lists;
mod pages;
mod people;
mod safety;
mod site;
mod synthetic;
