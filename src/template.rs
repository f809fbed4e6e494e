//! {{ }}: variables, calls and pipes over a scope.
