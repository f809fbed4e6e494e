//! The workbench: terminal guard and event loop.
//!
//! A message changes the state, the effects that come of it go to the runtime, and when nothing more is waiting the
//! screen is drawn once. An idle workbench waits here and uses no CPU.

use std::{io, path::PathBuf, time::Duration};

use crossterm::event::EventStream;
use futures_util::StreamExt;
use ratatui::{Terminal, backend::CrosstermBackend};
use tokio::{sync::mpsc, time::MissedTickBehavior};

use crate::store::places::Places;

pub mod action;
mod app;
mod effect;
mod event;
mod guard;
mod layout;
mod runtime;
mod settings_rows;
#[cfg(test)]
mod tests;
mod update;
mod view;
pub mod widgets;

use app::App;
pub use app::Start;
use effect::Effect;
use event::Event;
use guard::Guard;
pub use runtime::Input;
use runtime::Runtime;
use update::Message;

/// Who ended the workbench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    ByUser,
    /// A signal, or a terminal that closed.
    BySignal,
}

/// A document to look at by itself.
#[derive(Debug)]
pub struct Opened {
    /// What it is called on the screen.
    pub name: String,
    /// What it is, where that is known; else its bytes tell.
    pub media_type: Option<String>,
    pub input: Input,
}

/// How often what moves by itself is drawn, while something does.
const TICK: Duration = Duration::from_millis(100);

/// Opens the workbench on the workspace at `root` and runs it until the user quits.
///
/// # Errors
/// When the terminal cannot be used.
pub async fn run(root: PathBuf, places: Places, start: Start) -> io::Result<()> {
    let log = places.log();
    let ended = show(App::new(start), root, places, Runtime::begin).await?;
    if ended == Ended::BySignal {
        eprintln!(
            "antiphon was asked to end; unsaved edits are kept as drafts. The log is {}",
            log.display()
        );
    }
    Ok(())
}

/// Looks at one document until the user quits. `root` is the folder that files are saved to.
///
/// # Errors
/// When the terminal cannot be used.
pub async fn view(opened: Opened, root: PathBuf, places: Places, start: Start) -> io::Result<()> {
    let Opened { name, media_type, input } = opened;
    let begin = |runtime: &Runtime| runtime.begin_viewing(input, media_type);
    show(App::viewing(start, name), root, places, begin).await.map(drop)
}

/// Takes the terminal, draws the first frame, lets `begin` start what fills it, and runs until the end.
async fn show(
    mut app: App,
    root: PathBuf,
    places: Places,
    begin: impl FnOnce(&Runtime),
) -> io::Result<Ended> {
    let guard = Guard::take(app.config.ui.mouse, places.log())?;
    let mut terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
    let (sender, events) = mpsc::unbounded_channel();
    let runtime = Runtime::new(root, places, &app.config, sender);
    let size = terminal.size()?;
    app.update(Message::Resized { width: size.width, height: size.height });
    terminal.draw(|frame| view::draw(&app, frame))?;
    begin(&runtime);
    let result = turn(&mut terminal, &mut app, &runtime, events).await;
    runtime.end().await;
    drop(guard);
    result
}

/// The loop itself.
async fn turn(
    terminal: &mut Terminal<CrosstermBackend<io::Stdout>>,
    app: &mut App,
    runtime: &Runtime,
    mut events: mpsc::UnboundedReceiver<Event>,
) -> io::Result<Ended> {
    let mut input = EventStream::new();
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        let message = tokio::select! {
            biased;
            key = input.next() => match key {
                Some(Ok(event)) => message_of(event),
                // The terminal is gone: there is nobody to ask, and drafts keep what is unsaved.
                Some(Err(_)) | None => Some(Message::Event(Event::Terminated)),
            },
            event = events.recv() => event.map(Message::Event),
            _ = ticks.tick(), if app.needs_ticks() => Some(Message::Event(Event::Ticked { now: runtime.now() })),
        };
        let is_signal = matches!(message, Some(Message::Event(Event::Terminated)));
        for effect in message.map(|message| app.update(message)).unwrap_or_default() {
            match effect {
                Effect::Quit if is_signal => return Ok(Ended::BySignal),
                Effect::Quit => return Ok(Ended::ByUser),
                Effect::Redraw => terminal.clear()?,
                effect => runtime.perform(effect),
            }
        }
        // What has piled up is taken first: one frame shows it all.
        if events.is_empty() {
            terminal.draw(|frame| view::draw(app, frame))?;
        }
    }
}

fn message_of(event: crossterm::event::Event) -> Option<Message> {
    use crossterm::event::Event as Input;
    match event {
        Input::Key(key) => Some(Message::Key(key)),
        Input::Paste(text) => Some(Message::Paste(text)),
        Input::Mouse(mouse) => Some(Message::Mouse(mouse)),
        Input::Resize(width, height) => Some(Message::Resized { width, height }),
        Input::FocusGained | Input::FocusLost => None,
    }
}
