//! Pages and API for people with a browser and a poor line.
