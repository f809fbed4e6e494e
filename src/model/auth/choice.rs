//! Values that are one of a few words in a file.

/// An enum each of whose variants is one word; the `#[default]` one is left out of a file.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$of])* $variant,)*
        }

        impl $name {
            /// The words, in the order in which a person picks one.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            pub fn of_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

pub(super) use words;

/// What one key of an authentication is set to, of the words that it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The key in the file.
    pub key: &'static str,
    pub words: &'static [&'static str],
    pub chosen: &'static str,
    /// What holds where the key is left out; `None` where it may not be.
    pub default: Option<&'static str>,
}
