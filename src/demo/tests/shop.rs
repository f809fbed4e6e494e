//! The shop as its clients see it.

use serde_json::json;

use super::*;

const JSON: &str = "Content-Type: application/json\r\n";
const TOKEN: &str = "Authorization: Bearer practice-token\r\n";

#[test]
fn lists_are_paged_by_number_with_links() {
    with_server(|server| {
        let answer = get(server, "/v1/products?category=tea&per_page=5&page=2&sort=-price");
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.field("x-total-count"), Some("12"));
        let link = answer.field("link").unwrap();
        for relation in ["first", "prev", "next", "last"] {
            assert!(link.contains(&format!("rel=\"{relation}\"")), "{link}");
        }
        assert!(
            link.contains("</v1/products?category=tea&per_page=5&sort=-price&page=3>; rel=\"next\""),
            "{link}"
        );
        let body = answer.json();
        assert_eq!((&body["pages"], &body["total"]), (&json!(3), &json!(12)));
        let prices: Vec<f64> =
            body["data"].as_array().unwrap().iter().map(|item| item["price"].as_f64().unwrap()).collect();
        assert!(prices.is_sorted_by(|a, b| a >= b), "{prices:?}");
    });
}

#[test]
fn cursors_lead_through_everything_once() {
    with_server(|server| {
        let (mut ids, mut target) = (Vec::new(), "/v1/products?limit=25".to_owned());
        loop {
            let answer = get(server, &target);
            let body = answer.json();
            ids.extend(body["data"].as_array().unwrap().iter().map(|item| item["id"].to_string()));
            let Some(cursor) = body["next_cursor"].as_str() else { break };
            target = format!("/v1/products?limit=25&cursor={cursor}");
            assert!(answer.field("link").unwrap().contains(cursor));
        }
        ids.dedup();
        assert_eq!(ids.len(), 60);
        assert_eq!(get(server, "/v1/products?cursor=nonsense").status(), 400);
    });
}

#[test]
fn a_record_lives_and_dies() {
    with_server(|server| {
        let body = r#"{"sku": "TE-99", "name": "Sencha", "category": "tea", "price": 4.20}"#;
        let created = send(server, "POST /v1/products", JSON, body);
        assert_eq!((created.status(), created.field("location")), (201, Some("/v1/products/prd_061")));
        assert_eq!(created.json()["price"].to_string(), "4.20", "numbers are kept as written");
        let tag = created.field("etag").unwrap();
        let path = "/v1/products/prd_061";

        let known = send(server, &format!("GET {path}"), &format!("If-None-Match: W/\"x\", {tag}\r\n"), "");
        assert_eq!((known.status(), known.body.len()), (304, 0));

        let merge = "Content-Type: application/merge-patch+json\r\n";
        let late = send(
            server,
            &format!("PATCH {path}"),
            &format!("{merge}If-Match: \"old\"\r\n"),
            r#"{"stock": 7}"#,
        );
        assert_eq!(late.status(), 412);
        let patched = send(
            server,
            &format!("PATCH {path}"),
            &format!("{merge}If-Match: {tag}\r\n"),
            r#"{"stock": 7, "tags": null}"#,
        );
        assert_eq!((patched.status(), &patched.json()["stock"]), (200, &json!(7)));
        assert_ne!(patched.field("etag").unwrap(), tag);

        let read = get(server, path);
        let put = send(server, &format!("PUT {path}"), JSON, &String::from_utf8(read.body).unwrap());
        assert_eq!(
            (put.status(), &put.json()["stock"]),
            (200, &json!(7)),
            "what was read can be written back"
        );
        let replaced = send(server, &format!("PUT {path}"), JSON, body);
        assert_eq!(replaced.json()["stock"], json!(0), "a PUT leaves nothing of what was there");

        let gone = send(server, &format!("DELETE {path}"), "", "");
        assert_eq!((gone.status(), gone.body.len()), (204, 0));
        assert_eq!(get(server, path).status(), 404);
    });
}

#[test]
fn failures_are_problems() {
    with_server(|server| {
        let cases = [
            ("POST /v1/products", JSON, r#"{"sku": "x", "price": -1}"#, 422),
            ("POST /v1/products", JSON, "{", 400),
            ("POST /v1/products", "Content-Type: text/plain\r\n", "{}", 415),
            ("GET /v1/products?page=0", "", "", 400),
            ("GET /v1/products?colour=red", "", "", 400),
            ("GET /v1/products?sort=colour", "", "", 400),
            ("GET /v1/products/prd_1", "", "", 404),
            ("GET /v1/orders", "", "", 401),
            ("POST /v1/orders", JSON, "{}", 401),
            ("GET /nowhere", "", "", 404),
            ("DELETE /v1/products", "", "", 405),
        ];
        for (line, fields, body, status) in cases {
            let answer = send(server, line, fields, body);
            assert_eq!(answer.status(), status, "{line} {body}");
            assert_eq!(answer.field("content-type"), Some("application/problem+json"), "{line}");
            assert_eq!(answer.json()["status"], json!(status));
        }
        let invalid = send(server, "POST /v1/products", JSON, r#"{"sku": "x", "price": -1}"#).json();
        let pointers: Vec<_> = invalid["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["pointer"].as_str().unwrap())
            .collect();
        assert_eq!(pointers, ["/name", "/category", "/price"]);
    });
}

#[test]
fn orders_add_up_behind_a_token() {
    with_server(|server| {
        let login =
            send(server, "POST /v1/login", JSON, r#"{"username": "demo", "password": "practice"}"#).json();
        let bearer = format!("Authorization: Bearer {}\r\n", login["access_token"].as_str().unwrap());
        assert_eq!(send(server, "GET /v1/me", &bearer, "").json()["id"], "cus_001");
        let body = r#"{"customer": "cus_002", "items": [{"product": "prd_001", "quantity": 3}]}"#;
        let order = send(server, "POST /v1/orders", &format!("{TOKEN}{JSON}"), body);
        let price = get(server, "/v1/products/prd_001").json()["price"].as_f64().unwrap();
        assert_eq!(order.json()["total"].as_f64(), Some(price * 3.0));
        assert_eq!(order.json()["state"], "new");
        assert_eq!(send(server, "GET /v1/me", "Authorization: Bearer x\r\n", "").status(), 401);
    });
}

#[test]
fn head_and_options_are_answered() {
    with_server(|server| {
        let head = send(server, "HEAD /v1/products/prd_001", "", "");
        let get = get(server, "/v1/products/prd_001");
        assert_eq!((head.status(), head.body.len()), (200, 0));
        assert_eq!(head.field("content-length"), get.field("content-length"));
        let options = send(server, "OPTIONS /v1/products/prd_001", "", "");
        assert_eq!(options.status(), 204);
        for method in ["GET", "HEAD", "PUT", "PATCH", "DELETE"] {
            assert!(options.field("allow").unwrap().contains(method));
        }
    });
}
