//! Bodies of every kind: media types, content codings, and sizes.

mod bulk;
mod coding;
mod png;

pub(super) use bulk::{big_json, download};
pub(super) use coding::{broken_gzip, compressed, negotiated};

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use super::{params::Params, problem::Problem};

/// A route that always answers with the same text.
pub(super) fn fixed(kind: &'static str, text: &'static [u8]) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

pub(super) const HTML: &[u8] = b"<!doctype html>
<html lang=\"en\">
  <head><meta charset=\"utf-8\"><title>The shop</title><link rel=\"stylesheet\" href=\"/content/css\"></head>
  <body>
    <h1>The shop</h1>
    <p>Tea &amp; coffee, <em>cocoa</em>, cups and books.</p>
    <ul><li class=\"new\">Green Tea</li><li>Earl Grey</li></ul>
    <script>document.title = \"Open\";</script>
  </body>
</html>
";

pub(super) const XML: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<catalogue xmlns=\"https://example.com/shop\" updated=\"2026-01-05\">
  <!-- two of sixty -->
  <product id=\"prd_001\"><name>Green Tea, small</name><price currency=\"EUR\">3.00</price></product>
  <product id=\"prd_003\"><name>Earl Grey, small</name><price currency=\"EUR\">3.50</price></product>
  <note><![CDATA[Brew at < 80 degrees]]></note>
</catalogue>
";

pub(super) const CSV: &[u8] = b"id,name,price\r\nprd_001,\"Green Tea, small\",3.00\r\n\
    prd_002,\"Green Tea, large\",7.25\r\nprd_003,\"The \"\"Earl\"\" Grey\",3.50\r\n";

pub(super) const CSS: &[u8] = b":root { --accent: #3a7d44; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60ch; }
li.new::after { color: var(--accent); content: \" new\"; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #ddd; } }
";

pub(super) const JS: &[u8] = b"// The total of a basket.
export function total(items) {
  return items.reduce((sum, { price, quantity }) => sum + price * quantity, 0).toFixed(2);
}
console.log(`Total: ${total([{ price: 3.5, quantity: 2 }])}`);
";

/// Says ISO-8859-1, and is.
pub(super) const LATIN1: &[u8] = b"Caf\xe9 M\xfcller, K\xf6ln: cr\xe8me br\xfbl\xe9e \xa3 4.50\n";

pub(super) const TEXT: &str =
    "Plain text in UTF-8: crème brûlée, 鈴木, Łódź, 🍵, e\u{301}, \u{5e9}\u{5dc}\u{5d5}\u{5dd}\n";

/// A picture of that size, in the colours of the shop.
pub(super) async fn image(params: Params) -> Result<Response, Problem> {
    let width = params.number("width", 64, 1..=1024)? as u32;
    let height = params.number("height", 48, 1..=1024)? as u32;
    Ok(([(header::CONTENT_TYPE, "image/png")], png::picture(width, height).await).into_response())
}
