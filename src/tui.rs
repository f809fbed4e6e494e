//! The workbench: terminal guard and event loop.

pub mod widgets;
