//! How large a form may be. What is beyond is refused by name, never half read.

/// Most bytes of a form's file.
pub const BYTES_MAX: usize = 32 << 20;
/// Most bytes that a workbook unpacks to.
pub const UNPACKED_BYTES_MAX: u64 = 256 << 20;
/// Most rows of a sheet.
pub const ROWS_MAX: usize = 200_000;
/// Most columns of a sheet.
pub const COLUMNS_MAX: usize = 2_000;
/// Most cells of a workbook's sheet that have something in them.
pub const CELLS_MAX: usize = 5_000_000;
/// Deepest nesting of groups and repeats.
pub const DEPTH_MAX: usize = 64;
/// Longest expression, in characters.
pub const EXPRESSION_MAX: usize = 100_000;
/// Deepest nesting of an expression.
pub const EXPRESSION_DEPTH_MAX: usize = 200;
/// Most nodes of an XML document that is read.
pub const NODES_MAX: u32 = 5_000_000;
/// Most instances of one repeat.
pub const REPEATS_MAX: usize = 10_000;
/// Most nodes that are looked at to work out what follows from one act: beyond it stand rules of
/// thousands of instances that each read all others.
pub const LOOKED_AT_MAX: usize = 100_000_000;
