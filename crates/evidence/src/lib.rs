//! What was observed, by whom, and how it is known; here the macro grain: published tables as printed.
