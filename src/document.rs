//! Big text: bytes, lines, pretty-print, search, highlight. Knows neither HTTP nor the terminal.
