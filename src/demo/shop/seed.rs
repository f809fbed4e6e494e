//! The shop as it opens. Nothing is random: the same ids, names and dates each time.

use serde_json::{Value, json};

use super::{
    Shop, handlers,
    schema::{CATEGORIES, CUSTOMERS, ORDERS, PRODUCTS, STATES},
};

const KINDS: [&[&str]; 5] = [
    &["Green Tea", "Earl Grey", "Oolong", "Rooibos", "Mint Tea", "Jasmine Pearls"],
    &["House Blend", "Espresso", "Decaf", "Mountain Roast", "Filter Coffee", "Cold Brew"],
    &["Dark Cocoa", "Cocoa Nibs", "Drinking Chocolate", "White Cocoa", "Spiced Cocoa", "Cocoa Husk"],
    &["Blue Cup", "Tin Mug", "Glass Cup", "Clay Bowl", "Travel Mug", "Espresso Cup"],
    &["The Tea Book", "Coffee at Home", "A Year of Cocoa", "Cups and Bowls", "Slow Mornings", "Café Müller"],
];

const SIZES: [(&str, f64); 2] = [("small", 0.0), ("large", 4.25)];

const CUSTOMERS_AT_OPENING: [(&str, &str); 12] = [
    ("Ada Marlow", "London"),
    ("Björn Åkesson", "Malmö"),
    ("Chiara Conti", "Torino"),
    ("Dilnoza Karimova", "Samarqand"),
    ("Emeka Obi", "Enugu"),
    ("Fatima Zahra", "Fès"),
    ("Grzegorz Żak", "Łódź"),
    ("Hana Suzuki 鈴木", "Kyōto"),
    ("Inés Peña", "Cádiz"),
    ("João Simões", "Évora"),
    ("Katrin Weiß", "Köln"),
    ("Liam O'Brien", "Galway"),
];

/// Fills the shelves, and makes a few orders.
pub(super) fn stock(shop: &mut Shop) {
    for (at, (category, names)) in CATEGORIES.iter().zip(KINDS).enumerate() {
        for (nth, name) in names.iter().enumerate() {
            for (size, extra) in SIZES {
                let price = 3.0 + at as f64 * 1.75 + nth as f64 * 0.5 + extra;
                add(
                    shop,
                    &PRODUCTS,
                    json!({
                        "sku": format!("{}-{}{}", category[..2].to_uppercase(), nth + 1, &size[..1].to_uppercase()),
                        "name": format!("{name}, {size}"),
                        "category": category,
                        "price": price,
                        "stock": (at * 37 + nth * 11) % 90,
                        "description": format!("{name} from the shelf of {category}, in the {size} size."),
                        "tags": [category, size],
                    }),
                );
            }
        }
    }
    for (name, city) in CUSTOMERS_AT_OPENING {
        let first = name.split(' ').next().unwrap_or(name);
        let user: String = first.to_lowercase().chars().filter(char::is_ascii).collect();
        add(shop, &CUSTOMERS, json!({ "name": name, "email": format!("{user}@example.com"), "city": city }));
    }
    for nth in 0..30_u32 {
        let item =
            |step: u32| json!({ "product": PRODUCTS.id(nth * step % 60 + 1), "quantity": nth % 3 + 1 });
        add(
            shop,
            &ORDERS,
            json!({
                "customer": CUSTOMERS.id(nth * 5 % 12 + 1),
                "items": [item(7), item(13)],
                "state": STATES[nth as usize % STATES.len()],
            }),
        );
    }
}

fn add(shop: &mut Shop, resource: &'static super::Resource, body: Value) {
    let Value::Object(mut record) = body else { return };
    let nth = shop.all(resource).count();
    let opened = format!("2026-01-{:02}T{:02}:{:02}:00Z", nth % 28 + 1, nth % 10 + 8, nth * 7 % 60);
    handlers::complete(resource, &mut record, shop, &opened);
    shop.add(resource, record);
}
