//! A send that waits for its user: an agreement, or the answer to a question.

use crossterm::event::KeyEvent;

use crate::{
    http::{NotReady, PrepareError},
    model::Asked,
    secret::Question,
};

use super::super::{
    action::Action,
    app::{
        App,
        answers::{State, Subject},
        overlay::{
            Overlay,
            consent::{SecretPrompt, TrustChoice, TrustQuestion},
        },
    },
    effect::{Effect, Outgoing},
    event::Refusal,
    view,
    widgets::Handled,
};

/// Asks whether the collection may have what it asks for.
pub(super) fn trust_wanted(app: &mut App, outgoing: Box<Outgoing>, asked: Vec<Asked>, also: Vec<Asked>) {
    if let Some(subject) = refuse(app, &outgoing, NotReady::Untrusted(asked.clone())) {
        let question = TrustQuestion::new(subject, outgoing, asked, also);
        app.overlays.push(Overlay::Trust(Box::new(question)));
    }
}

/// Asks for secrets.
pub(super) fn secrets_wanted(app: &mut App, outgoing: Box<Outgoing>, questions: Vec<Question>) {
    if let Some(subject) = refuse(app, &outgoing, NotReady::Unanswered(questions.clone())) {
        app.overlays.push(Overlay::Secret(Box::new(SecretPrompt::new(subject, outgoing, questions))));
    }
}

/// Until the user has answered nothing is sent, and that is what the response pane says. `None` for a send that was
/// replaced by another meanwhile.
fn refuse(app: &mut App, outgoing: &Outgoing, why: NotReady) -> Option<Subject> {
    let subject = app.answers.awaiting(outgoing.send)?;
    let hint = match &why {
        NotReady::Untrusted(_) => "send it again to be asked again",
        _ => "send it again to be asked for it again",
    };
    let is_trust = matches!(why, NotReady::Untrusted(_));
    let mut failure = PrepareError::from(why).failure;
    failure.hint = Some(hint.into());
    if !is_trust {
        failure.message = "a secret was not given".into();
    }
    app.answers.finish(subject.clone(), State::Refused(Refusal { failure, part: None }));
    if app.subject.as_ref() == Some(&subject) {
        super::response::shown_changed(app);
    }
    Some(subject)
}

/// An action while the user is asked about trust.
pub(super) fn act_on_trust(app: &mut App, action: Action) -> Vec<Effect> {
    let room = view::trust_rows(app);
    let Some(Overlay::Trust(question)) = app.overlays.last_mut() else { return Vec::new() };
    let scroll = |question: &mut TrustQuestion, by: isize| {
        question.top = question.top.saturating_add_signed(by).min(room.hidden());
    };
    let page = room.shown.max(1).cast_signed();
    match action {
        Action::MoveLeft => question.cursor = question.cursor.step(-1),
        Action::MoveRight => question.cursor = question.cursor.step(1),
        // Where all has room there is nothing to scroll.
        Action::MoveUp if room.hidden() == 0 => question.cursor = question.cursor.step(-1),
        Action::MoveDown if room.hidden() == 0 => question.cursor = question.cursor.step(1),
        Action::MoveUp => scroll(question, -1),
        Action::MoveDown => scroll(question, 1),
        Action::PageUp => scroll(question, -page),
        Action::PageDown => scroll(question, page),
        Action::MoveToStart => question.top = 0,
        Action::MoveToEnd => question.top = room.hidden(),
        Action::Activate => {
            let choice = question.cursor;
            return choose(app, choice);
        }
        Action::Leave => return choose(app, TrustChoice::Never),
        _ => {}
    }
    Vec::new()
}

/// Does what the user chose.
pub(super) fn choose(app: &mut App, choice: TrustChoice) -> Vec<Effect> {
    let Some(Overlay::Trust(question)) = app.overlays.pop() else { return Vec::new() };
    let TrustQuestion { subject, mut outgoing, mut asked, also, .. } = *question;
    match choice {
        TrustChoice::Never => return Vec::new(),
        TrustChoice::Once => {}
        TrustChoice::Trust => {
            asked.extend(also);
            outgoing.consent.is_kept = true;
        }
    }
    outgoing.consent.agreed.extend(asked);
    super::sending::again(app, subject, *outgoing)
}

/// The choice with that letter.
pub(super) fn choice_of(letter: char) -> Option<TrustChoice> {
    TrustChoice::ALL.into_iter().find(|choice| choice.letter() == letter)
}

/// Takes the answer that was typed; sends when it was the last.
pub(super) fn submit(app: &mut App) -> Vec<Effect> {
    let Some(Overlay::Secret(prompt)) = app.overlays.last_mut() else { return Vec::new() };
    if !prompt.answer() {
        return Vec::new();
    }
    let Some(Overlay::Secret(prompt)) = app.overlays.pop() else { return Vec::new() };
    let SecretPrompt { subject, mut outgoing, answers, .. } = *prompt;
    outgoing.consent.answers.extend(answers);
    super::sending::again(app, subject, *outgoing)
}

/// A key for the secret that is typed.
pub(super) fn type_key(app: &mut App, key: KeyEvent) -> Handled {
    match app.overlays.last_mut() {
        Some(Overlay::Secret(prompt)) => prompt.field.handle(key),
        _ => Handled::Ignored,
    }
}
