//! What each resource looks like, and whether a body fits: a table of fields with their rules.

use serde_json::Value;

use super::{Record, Shop};

/// A kind of record.
#[derive(Debug)]
pub(in crate::demo) struct Resource {
    /// Its name in paths.
    pub(super) name: &'static str,
    pub(super) singular: &'static str,
    prefix: &'static str,
    /// Whether only those with a bearer token get at it.
    pub(super) needs_token: bool,
    fields: &'static [Field],
}

#[derive(Debug)]
struct Field {
    name: &'static str,
    required: bool,
    rule: Rule,
}

/// What a field's value may be.
#[derive(Debug)]
enum Rule {
    Text {
        max: usize,
    },
    Email,
    /// An amount with at most two decimals, not negative.
    Price,
    Count {
        min: u64,
    },
    OneOf(&'static [&'static str]),
    /// A list of short texts.
    Tags,
    /// The id of another record.
    Id(&'static Resource),
    /// What is ordered: a list of product and quantity.
    Items,
}

/// Fields that the shop itself sets; a client may send them back and they are left as they are.
pub(super) const READ_ONLY: &[&str] = &["id", "total", "created_at", "updated_at"];

pub(in crate::demo) const CATEGORIES: &[&str] = &["tea", "coffee", "cocoa", "cups", "books"];
pub(super) const STATES: &[&str] = &["new", "paid", "shipped", "cancelled"];

const fn required(name: &'static str, rule: Rule) -> Field {
    Field { name, required: true, rule }
}

const fn optional(name: &'static str, rule: Rule) -> Field {
    Field { name, required: false, rule }
}

pub(in crate::demo) static PRODUCTS: Resource = Resource {
    name: "products",
    singular: "product",
    prefix: "prd_",
    needs_token: false,
    fields: &[
        required("sku", Rule::Text { max: 20 }),
        required("name", Rule::Text { max: 80 }),
        required("category", Rule::OneOf(CATEGORIES)),
        required("price", Rule::Price),
        optional("stock", Rule::Count { min: 0 }),
        optional("description", Rule::Text { max: 500 }),
        optional("tags", Rule::Tags),
    ],
};

pub(in crate::demo) static CUSTOMERS: Resource = Resource {
    name: "customers",
    singular: "customer",
    prefix: "cus_",
    needs_token: false,
    fields: &[
        required("name", Rule::Text { max: 80 }),
        required("email", Rule::Email),
        optional("city", Rule::Text { max: 60 }),
        optional("note", Rule::Text { max: 500 }),
    ],
};

pub(in crate::demo) static ORDERS: Resource = Resource {
    name: "orders",
    singular: "order",
    prefix: "ord_",
    needs_token: true,
    fields: &[
        required("customer", Rule::Id(&CUSTOMERS)),
        required("items", Rule::Items),
        optional("state", Rule::OneOf(STATES)),
        optional("note", Rule::Text { max: 500 }),
    ],
};

impl Resource {
    pub(super) fn id(&self, number: u32) -> String {
        format!("{}{number:03}", self.prefix)
    }

    /// The number in `id`, where it is written as this resource writes it.
    pub(super) fn number(&self, id: &str) -> Option<u32> {
        let number = id.strip_prefix(self.prefix)?.parse().ok()?;
        (self.id(number) == id).then_some(number)
    }

    /// Whether a list can be narrowed by this field.
    pub(super) fn has_field(&self, name: &str) -> bool {
        READ_ONLY.contains(&name) || self.fields.iter().any(|field| field.name == name)
    }

    /// Everything that is wrong with `record`: JSON Pointers and sentences.
    pub(super) fn errors(&self, record: &Record, shop: &Shop) -> Vec<(String, String)> {
        let mut errors = Vec::new();
        for field in self.fields {
            match record.get(field.name) {
                None if field.required => errors.push((format!("/{}", field.name), "is required".to_owned())),
                None => {}
                Some(value) => field.rule.check(value, &format!("/{}", field.name), shop, &mut errors),
            }
        }
        for name in record.keys().filter(|name| !self.has_field(name)) {
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            errors.push((pointer, format!("is not a field of a {}", self.singular)));
        }
        errors
    }
}

impl Rule {
    fn check(&self, value: &Value, pointer: &str, shop: &Shop, errors: &mut Vec<(String, String)>) {
        let text = value.as_str();
        let wrong = match self {
            Self::Text { max } => {
                let fits = text.is_some_and(|text| !text.is_empty() && text.chars().count() <= *max);
                (!fits).then(|| format!("must be text of 1 to {max} characters"))
            }
            Self::Email => {
                let parts = text.and_then(|text| text.split_once('@'));
                let fits = parts.is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
                (!fits).then(|| "must be an e-mail address, as in ada@example.com".to_owned())
            }
            Self::Price => (!is_price(value))
                .then(|| "must be a number, not negative, with at most two decimals".to_owned()),
            Self::Count { min } => (value.as_u64().is_none_or(|count| count < *min || count > 1_000_000))
                .then(|| format!("must be a whole number from {min} to 1000000")),
            Self::OneOf(words) => (!text.is_some_and(|text| words.contains(&text)))
                .then(|| format!("must be one of {}", words.join(", "))),
            Self::Tags => {
                let fits = value.as_array().is_some_and(|tags| {
                    tags.len() <= 20 && tags.iter().all(|tag| tag.as_str().is_some_and(|tag| tag.len() <= 30))
                });
                (!fits).then(|| "must be a list of at most 20 short texts".to_owned())
            }
            Self::Id(resource) => (text.and_then(|id| shop.find(resource, id)).is_none())
                .then(|| format!("must be the id of a {} that exists", resource.singular)),
            Self::Items => return check_items(value, pointer, shop, errors),
        };
        errors.extend(wrong.map(|detail| (pointer.to_owned(), detail)));
    }
}

fn check_items(value: &Value, pointer: &str, shop: &Shop, errors: &mut Vec<(String, String)>) {
    let Some(items) = value.as_array().filter(|items| !items.is_empty() && items.len() <= 50) else {
        errors.push((pointer.to_owned(), "must be a list of 1 to 50 items".to_owned()));
        return;
    };
    for (at, item) in items.iter().enumerate() {
        let product = item.get("product").unwrap_or(&Value::Null);
        Rule::Id(&PRODUCTS).check(product, &format!("{pointer}/{at}/product"), shop, errors);
        let quantity = item.get("quantity").unwrap_or(&Value::Null);
        Rule::Count { min: 1 }.check(quantity, &format!("{pointer}/{at}/quantity"), shop, errors);
    }
}

fn is_price(value: &Value) -> bool {
    // As text: a binary fraction has more decimals than were written.
    let Value::Number(number) = value else { return false };
    let text = number.to_string();
    let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    decimals <= 2 && number.as_f64().is_some_and(|price| (0.0..1e6).contains(&price))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn errors_say_where_and_what() {
        let cases = [
            (&PRODUCTS, json!({ "sku": "T-1", "name": "Tea", "category": "tea", "price": 1.5 }), vec![]),
            (
                &PRODUCTS,
                json!({ "sku": "", "name": "Tea", "category": "x", "price": 1.555, "a/b": 1 }),
                vec!["/sku", "/category", "/price", "/a~1b"],
            ),
            (&PRODUCTS, json!({}), vec!["/sku", "/name", "/category", "/price"]),
            (&CUSTOMERS, json!({ "name": "Ada", "email": "ada" }), vec!["/email"]),
            (
                &ORDERS,
                json!({ "customer": "cus_1", "items": [{ "product": "prd_001", "quantity": 0 }] }),
                vec!["/customer", "/items/0/quantity"],
            ),
            (&ORDERS, json!({ "customer": "cus_001", "items": [] }), vec!["/items"]),
        ];
        let shop = Shop::stocked();
        for (resource, body, expected) in cases {
            let errors = resource.errors(body.as_object().unwrap(), &shop);
            let pointers: Vec<_> = errors.iter().map(|(pointer, _)| pointer.as_str()).collect();
            assert_eq!(pointers, expected, "{body}");
        }
    }
}
