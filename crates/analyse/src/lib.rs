//! From counted tables to profiles.
