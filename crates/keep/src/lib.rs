//! Where things are kept: the node's folder behind a small seam.
