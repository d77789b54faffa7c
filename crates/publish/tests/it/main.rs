//! Drawings and files as a page and a reader get them.

mod drawings;
mod files;
mod maps;
mod samples;
mod workbook;
