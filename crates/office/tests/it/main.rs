//! Stories of a node with a vault, told through the office alone.

mod desk;
mod erasure;
mod figures;
mod founding;
mod locked;
mod restore;
