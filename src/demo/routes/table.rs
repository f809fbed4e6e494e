//! The table itself.

use axum::{
    extract::DefaultBodyLimit,
    routing::{any, delete, get, post},
};

use super::{Group, Route, index};
use crate::demo::{
    auth, broken,
    content::{self, fixed},
    cookies, echo, oauth, pace, redirects,
    shop::{self, CUSTOMERS, ORDERS, PRODUCTS},
    upload,
};

macro_rules! groups {
    ($($name:literal: $doc:literal { $($method:ident $path:literal, $what:literal => $handler:expr;)* })*) => {
        &[$(Group { name: $name, doc: $doc, routes: &[$(Route {
            method: stringify!($method), path: $path, doc: $what, handler: || $handler,
        }),*] }),*]
    };
}

/// Every route there is.
pub static GROUPS: &[Group] = groups! {
"Index": "Every GET route answers HEAD too, and every path answers OPTIONS with the methods it takes." {
    GET "/", "This table, as JSON; as HTML where `Accept` names it" => get(index);
}
"Products": "Lists: `page` and `per_page` (up to 100), or `cursor` and `limit`; `sort=price,-name`; `q` for text in any field; any field by its name, as `category=tea`. They carry `Link` and `X-Total-Count`. Answers carry an `ETag`, for `If-None-Match` (304) and `If-Match` (412). Errors are `application/problem+json`, field by field." {
    GET "/v1/products", "A list of sixty" => shop::list(&PRODUCTS);
    POST "/v1/products", "Creates: `sku`, `name`, `category` (tea, coffee, cocoa, cups, books), `price`; and `stock`, `description`, `tags`. 201 with `Location`" => shop::create(&PRODUCTS);
    GET "/v1/products/{id}", "Reads, as `prd_001`" => shop::read(&PRODUCTS);
    PUT "/v1/products/{id}", "Replaces the whole" => shop::replace(&PRODUCTS);
    PATCH "/v1/products/{id}", "Changes what the JSON Merge Patch names" => shop::patch(&PRODUCTS);
    DELETE "/v1/products/{id}", "Deletes: 204" => shop::delete(&PRODUCTS);
}
"Customers": "As products." {
    GET "/v1/customers", "A list of twelve" => shop::list(&CUSTOMERS);
    POST "/v1/customers", "Creates: `name`, `email`; and `city`, `note`" => shop::create(&CUSTOMERS);
    GET "/v1/customers/{id}", "Reads, as `cus_001`" => shop::read(&CUSTOMERS);
    PUT "/v1/customers/{id}", "Replaces" => shop::replace(&CUSTOMERS);
    PATCH "/v1/customers/{id}", "Changes" => shop::patch(&CUSTOMERS);
    DELETE "/v1/customers/{id}", "Deletes" => shop::delete(&CUSTOMERS);
}
"Orders": "As products, behind a bearer token: one from the login, or `practice-token`." {
    GET "/v1/orders", "A list of thirty" => shop::list(&ORDERS);
    POST "/v1/orders", "Creates: `customer`, `items` (each a `product` and a `quantity`); and `state` (new, paid, shipped, cancelled), `note`" => shop::create(&ORDERS);
    GET "/v1/orders/{id}", "Reads, as `ord_001`" => shop::read(&ORDERS);
    PUT "/v1/orders/{id}", "Replaces" => shop::replace(&ORDERS);
    PATCH "/v1/orders/{id}", "Changes" => shop::patch(&ORDERS);
    DELETE "/v1/orders/{id}", "Deletes" => shop::delete(&ORDERS);
}
"Signing in": "The user is `demo`, the password `practice`." {
    POST "/v1/login", "`{\"username\", \"password\"}` for an `access_token`" => post(auth::login);
    GET "/v1/me", "Who the bearer token belongs to" => get(auth::me);
    GET "/auth/bearer", "Wants a bearer token" => get(auth::bearer);
    GET "/auth/basic/{user}/{password}", "Wants these basic credentials" => get(auth::basic);
    GET "/auth/digest", "Wants digest credentials; offers SHA-256, then MD5" => get(auth::digest_any);
    GET "/auth/digest/{algorithm}", "Wants digest credentials by `md5` or `sha-256`" => get(auth::digest);
    GET "/auth/api-key", "Wants `practice-key` in `X-Api-Key`, or as parameter or cookie `api_key`" => get(auth::api_key);
    ANY "/auth/aws", "Wants a signature of AWS (SigV4) with the keys `PRACTICEACCESSKEY` and `practice-secret-key`, for any region and service, in headers or in the query; a wrong one is told what was to be signed" => any(auth::aws);
}
"OAuth 2": "The client is `practice-client` with the secret `practice-secret`, by basic authentication or in the form; `practice-app` has no secret. The user is `demo`, the password `practice`. Scopes: read, write, profile, openid. `expires_in` asks for a token that lives so many seconds, from 0 to a day." {
    POST "/oauth/token", "A token for `client_credentials`, `password`, `refresh_token` (each works once; `practice-refresh-token` always), `authorization_code` (PKCE by S256), `urn:ietf:params:oauth:grant-type:device_code`" => post(oauth::token);
    GET "/oauth/authorize", "A page that asks, and sends back to a loopback `redirect_uri` with a code; `answer=allow` or `deny` skips it" => get(oauth::authorize);
    POST "/oauth/device", "A code for a device, and one for people; `interval` and `device_expires_in` in seconds" => post(oauth::device);
    GET "/oauth/device", "The page where people give theirs; `user_code` and `answer=allow` or `deny` skip it" => get(oauth::device_page);
    GET "/oauth/resource", "Wants a token that has not expired, and says whose it is" => get(oauth::resource);
    POST "/oauth/revoke", "Forgets `token` before it expires" => post(oauth::revoke);
}
"Cookies": "They are kept by the client alone." {
    GET "/cookies", "The cookies that were sent" => get(cookies::show);
    DELETE "/cookies/{name}", "Lets a cookie expire" => delete(cookies::delete);
    GET "/cookies/set", "Sets each query parameter as a cookie" => get(cookies::set);
    GET "/cookies/attributes", "Sets one cookie for each attribute: session, expired, narrow path, secure …" => get(cookies::attributes);
    GET "/cookies/refused", "Sets cookies that a client has to refuse, each for another reason, and one to keep" => get(cookies::refused);
}
"Echo": "What was received, exactly: field names keep their case, order and repeats." {
    ANY "/echo", "The request as JSON: line, fields, query, body (text, or base64)" => any(echo::echo);
    ANY "/echo/{*rest}", "The same, for any path below" => any(echo::echo);
    ANY "/raw", "The request as it came, byte for byte, as `message/http`" => any(echo::raw);
    GET "/response-fields", "An answer with each query parameter as a field of its head" => get(echo::response_fields);
    ANY "/status/{code}", "Any status from 100 to 999; `reason` for another phrase. 1xx come before a 200" => any(broken::status);
}
"Redirects": "Those that lead somewhere lead to `/echo`." {
    ANY "/redirect/{code}", "301, 302, 303, 307 or 308; `to` for where" => any(redirects::to);
    ANY "/redirect/chain/{hops}", "So many, one after the other; `style=absolute` for absolute locations" => any(redirects::chain);
    ANY "/redirect/loop/{place}", "From `a` to `b` and back, for ever" => any(redirects::around);
    ANY "/redirect/cross-origin", "To another port; with `by=host`, to `localhost`" => any(redirects::cross_origin);
    ANY "/redirect/relative", "To a relative reference with dots and a fragment" => any(redirects::relative);
    ANY "/redirect/missing", "302 without `Location`" => any(redirects::missing);
    ANY "/redirect/invalid", "302 to what is not a URL" => any(redirects::invalid);
}
"Time": "Times are in milliseconds, up to a minute." {
    ANY "/delay/{ms}", "Answers after so long" => any(pace::delay);
    GET "/trickle", "`bytes` bytes, one a chunk, `every_ms`" => get(pace::trickle);
    GET "/events", "`count` server-sent events, `every_ms`; goes on after `Last-Event-ID`" => get(pace::events);
    GET "/ndjson", "`count` lines of JSON, `every_ms`" => get(pace::ndjson);
    ANY "/flaky/{key}", "Fails `fails` times with `status`, then answers; `how=close` or `reset` fails without an answer" => any(pace::flaky);
    ANY "/limited/{key}", "429 `fails` times with `Retry-After` of `after` seconds (`as=date`: as a date), then answers" => any(pace::limited);
    ANY "/stall", "Takes the request, gives no answer for a minute (or `ms`), then closes" => any(broken::stall);
}
"Content": "Bodies of every kind and size." {
    GET "/content/html", "HTML" => get(async || fixed("text/html; charset=utf-8", content::HTML));
    GET "/content/xml", "XML, with a namespace, a comment and CDATA" => get(async || fixed("application/xml", content::XML));
    GET "/content/csv", "CSV, with quotes" => get(async || fixed("text/csv; charset=utf-8", content::CSV));
    GET "/content/css", "CSS" => get(async || fixed("text/css", content::CSS));
    GET "/content/js", "JavaScript" => get(async || fixed("text/javascript", content::JS));
    GET "/content/text", "Text in UTF-8: wide, combined and right-to-left" => get(async || fixed("text/plain; charset=utf-8", content::TEXT.as_bytes()));
    GET "/content/latin-1", "Text in ISO-8859-1" => get(async || fixed("text/plain; charset=iso-8859-1", content::LATIN1));
    GET "/content/png", "A picture of `width` by `height`" => get(content::image);
    GET "/json/{bytes}", "Valid JSON of exactly that size, from 64 bytes to 16 GiB" => get(content::big_json);
    GET "/download/{bytes}", "So many bytes, always the same; takes `Range` and `If-Range`" => get(content::download);
    GET "/compressed", "Encoded as `Accept-Encoding` asks" => get(content::negotiated);
    GET "/compressed/{coding}", "Encoded with gzip, br, zstd or deflate, asked for or not" => get(content::compressed);
}
"Uploads": "Nothing is kept: the answer says what arrived." {
    POST "/upload/multipart", "Each part's name, file name, type, size and SHA-256" => post(upload::multipart).layer(DefaultBodyLimit::disable());
    ANY "/upload/raw", "Type, size and SHA-256 of any body" => any(upload::raw).layer(DefaultBodyLimit::disable());
}
"Broken": "What servers should not do." {
    GET "/broken/json", "JSON that ends too early" => get(broken::json);
    GET "/broken/gzip", "gzip that is damaged in the middle" => get(content::broken_gzip);
    ANY "/broken/{how}", "`cut-short`, `cut-chunk`, `close`, `reset`, `reset-midway`, `not-http`, `bad-field`, `two-lengths`" => any(broken::on_the_wire);
}
};
