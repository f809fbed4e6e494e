//! What is not the shop: HTTP, well and badly behaved.
