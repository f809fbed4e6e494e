//! The workbench: terminal guard and event loop.
