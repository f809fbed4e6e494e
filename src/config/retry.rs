//! `[retry]` of a settings file: the keys of a collection's `[retry]`, each read by itself.

use toml_edit::{Item, Table};

use super::reading::Reading;
use crate::model::{Retry, keys_in};

/// What the table says; `None` where it says nothing or nothing right.
pub(super) fn read(reading: &mut Reading<'_>, table: &Table) -> Retry {
    let mut retry = Retry::default();
    for (key, item) in table {
        let expected = match key {
            "max" => {
                retry.max = item.as_integer().and_then(|count| u32::try_from(count).ok());
                retry.max.is_none().then_some("how often to repeat, a number")
            }
            "on" => {
                retry.on = conditions(item);
                retry
                    .on
                    .is_none()
                    .then_some("a list of \"connect\", \"timeout\", statuses (\"429\") and classes (\"5xx\")")
            }
            "backoff" => {
                retry.backoff = item.as_str().and_then(Retry::read_backoff);
                retry.backoff.is_none().then_some(Retry::BACKOFF)
            }
            _ => {
                reading.unknown(Reading::key_span(table, key), "setting", key, &keys_in("retry"));
                None
            }
        };
        if let Some(expected) = expected {
            reading.problem(item.span(), format!("`{key}` is {expected}"), None);
        }
    }
    retry
}

fn conditions(item: &Item) -> Option<Vec<String>> {
    let condition = |on: &str| Retry::is_condition(on).then(|| on.to_owned());
    item.as_array()?.iter().map(|on| on.as_str().and_then(condition)).collect()
}

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use super::*;
    use crate::config::Config;

    fn read(text: &str) -> (Retry, Vec<String>) {
        let (config, problems) = Config::load(Some((Path::new("config.toml"), text)));
        (config.retry, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_users_keys_win_one_by_one() {
        let (retry, problems) = read("[retry]\nmax = 2\nbackoff = \"1s..1m\"\n");
        assert_eq!(problems, [""; 0]);
        assert_eq!(retry.max, Some(2));
        assert_eq!(retry.backoff, Some((Duration::from_secs(1), Duration::from_mins(1))));
        assert!(retry.on.is_some_and(|on| on.contains(&"429".to_owned())));
    }

    #[test]
    fn nothing_is_repeated_unasked() {
        assert_eq!(read("").0.max, None);
    }

    #[test]
    fn a_mistake_costs_its_own_key() {
        let (retry, problems) =
            read("[retry]\nmax = -1\non = [\"4x\"]\nbackof = \"1s\"\nbackoff = \"2s..1s\"\n");
        assert_eq!(retry, read("").0);
        let starts = [
            "config.toml:2:7: `max` is how often",
            "config.toml:3:6: `on` is a list",
            "config.toml:4:1: unknown setting `backof`\n  hint: did you mean `backoff`?",
            "config.toml:5:11: `backoff` is the first and longest wait",
        ];
        assert_eq!(problems.len(), starts.len(), "{problems:#?}");
        for (problem, start) in problems.iter().zip(starts) {
            assert!(problem.starts_with(start), "{problem}");
        }
    }
}
