//! The program as a person runs it: what is typed, what is printed, which exit code.

mod attack;
mod attack_table;
mod care;
mod cases;
mod demo;
mod door;
mod estimate;
mod form;
mod help;
mod import;
mod init;
mod law;
mod lists;
mod releases;
mod run;
mod serve;
mod shelter;
mod signing;
mod terms;
mod vault;
mod vault_served;
