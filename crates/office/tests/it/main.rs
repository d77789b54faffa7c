//! Stories of a node with a vault, told through the office alone.

mod care;
mod counting;
mod desk;
mod erasure;
mod figures;
mod founding;
mod house;
mod imports;
mod lists;
mod locked;
mod matrix;
mod people;
mod releases;
mod resets;
mod restore;
mod rights;
mod second;
mod sessions;
