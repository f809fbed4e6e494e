//! `[log]` of a settings file.

use toml_edit::Table;

use super::reading::Reading;
use crate::model::size;

/// What is logged, and how much of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Logging {
    /// off, error, warn, info, debug or trace.
    pub level: String,
    /// text or json.
    pub format: String,
    /// Bytes; a larger file is put aside.
    pub size: u64,
    /// How many files that were put aside are kept.
    pub files: usize,
}

impl Logging {
    pub const LEVELS: &[&str] = &["off", "error", "warn", "info", "debug", "trace"];
    pub const FORMATS: &[&str] = &["text", "json"];
    const KEYS: &[&str] = &["level", "format", "size", "files"];

    pub(super) fn read(&mut self, reading: &mut Reading<'_>, table: &Table) {
        for (key, item) in table {
            let expected = match key {
                "level" => word(item.as_str(), Self::LEVELS, &mut self.level),
                "format" => word(item.as_str(), Self::FORMATS, &mut self.format),
                "size" => match item.as_str().and_then(size::parse).filter(|size| *size > 0) {
                    Some(size) => {
                        self.size = size;
                        None
                    }
                    None => Some(size::EXPECTED.to_owned()),
                },
                "files" => match item.as_integer().and_then(|count| usize::try_from(count).ok()) {
                    Some(count) if count <= 100 => {
                        self.files = count;
                        None
                    }
                    _ => Some("how many older files are kept, at most 100".to_owned()),
                },
                _ => {
                    reading.unknown(Reading::key_span(table, key), "setting", key, Self::KEYS);
                    None
                }
            };
            if let Some(expected) = expected {
                reading.problem(item.span(), format!("`{key}` is {expected}"), None);
            }
        }
    }
}

/// Takes one of the words; what is expected where it is none of them.
fn word(text: Option<&str>, words: &[&str], setting: &mut String) -> Option<String> {
    match text.filter(|text| words.contains(text)) {
        Some(text) => {
            text.clone_into(setting);
            None
        }
        None => Some(format!("one of {}", words.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::Config;

    #[test]
    fn each_key_is_read_and_a_mistake_costs_its_own() {
        let text =
            "[log]\nlevel = \"debug\"\nformat = \"yaml\"\nsize = \"1 MiB\"\nfiles = 1000\nlevle = \"x\"\n";
        let (config, problems) = Config::load(Some((Path::new("config.toml"), text)));
        assert_eq!((config.log.level.as_str(), config.log.format.as_str()), ("debug", "text"));
        assert_eq!((config.log.size, config.log.files), (1 << 20, 3));
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 3, "{told:#?}");
        assert!(told[0].starts_with("config.toml:3:10: `format` is one of text, json"), "{}", told[0]);
        assert!(told[1].starts_with("config.toml:5:9: `files` is how many"), "{}", told[1]);
        assert!(told[2].contains("did you mean `level`?"), "{}", told[2]);
    }
}
