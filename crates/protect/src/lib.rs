//! The seal: confidential and released as types, each release naming its audience and its ground.
