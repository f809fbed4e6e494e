//! What a send waits for: that the user agrees to what its collection asks for, or gives a secret.

use crate::{
    model::{Asked, Secret},
    secret::Question,
    tui::{app::answers::Subject, effect::Outgoing, widgets::text_field::TextField},
};

/// A collection asks for more than its own files.
#[derive(Debug)]
pub struct TrustQuestion {
    /// What is sent again after an agreement.
    pub subject: Subject,
    pub outgoing: Box<Outgoing>,
    /// What this send asks for.
    pub asked: Vec<Asked>,
    /// What else the collection asks for.
    pub also: Vec<Asked>,
    /// The first line shown, where not all have room.
    pub top: usize,
    pub cursor: TrustChoice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrustChoice {
    Trust,
    Once,
    Never,
}

impl TrustChoice {
    pub const ALL: [Self; 3] = [Self::Trust, Self::Once, Self::Never];

    pub fn letter(self) -> char {
        match self {
            Self::Trust => 't',
            Self::Once => 'o',
            Self::Never => 'n',
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Trust => "Trust it with all of this, and send",
            Self::Once => "Send this once",
            Self::Never => "Not now",
        }
    }

    /// The choice so many places further, as far as there are some.
    #[must_use]
    pub fn step(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|own| *own == self).unwrap_or(0);
        let at = at.saturating_add_signed(by).min(Self::ALL.len() - 1);
        Self::ALL.get(at).copied().unwrap_or(self)
    }
}

impl TrustQuestion {
    /// The cursor stands where enter, pressed without reading, does no harm.
    pub fn new(subject: Subject, outgoing: Box<Outgoing>, asked: Vec<Asked>, also: Vec<Asked>) -> Self {
        Self { subject, outgoing, asked, also, top: 0, cursor: TrustChoice::Never }
    }
}

/// Secrets that are asked for, one after the other.
#[derive(Debug)]
pub struct SecretPrompt {
    pub subject: Subject,
    pub outgoing: Box<Outgoing>,
    pub questions: Vec<Question>,
    /// As many as were answered so far.
    pub answers: Vec<(String, Secret)>,
    pub field: TextField,
}

impl SecretPrompt {
    pub fn new(subject: Subject, outgoing: Box<Outgoing>, questions: Vec<Question>) -> Self {
        Self { subject, outgoing, questions, answers: Vec::new(), field: TextField::default().masked() }
    }

    /// The question that is being asked.
    pub fn question(&self) -> Option<&Question> {
        self.questions.get(self.answers.len())
    }

    /// Takes what was typed as the answer; whether all questions are answered then. An empty field is no answer.
    pub fn answer(&mut self) -> bool {
        if let Some(question) = self.question().filter(|_| !self.field.is_empty()) {
            let answer = (question.name.clone(), Secret::new(self.field.text()));
            self.answers.push(answer);
            self.field = TextField::default().masked();
        }
        self.question().is_none()
    }
}
