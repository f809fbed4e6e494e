//! The workbench without a terminal: keys in, state, effects and screens out.

use std::{fmt::Write, fs, path::Path, time::Duration};

use bytes::Bytes;
use jiff::{Timestamp, tz::TimeZone};
use ratatui::{Terminal, backend::TestBackend};

use super::{
    app::{App, Start},
    effect::{Effect, Outgoing},
    event::Event,
    update::Message,
    view,
    widgets::typing::key as key_event,
};
use crate::{
    config::{Config, Theme},
    document::Document,
    model::{
        Attempt, Connection, Content, Exchange, ExchangeId, Failure, FailureKind, Field, Hop, HopCookies,
        Marked, NodeId, Outcome, Payload, Phase, Redactor, RequestHead, ResponseHead, Timing,
    },
    store::{history::Entry, workspace},
};

mod arriving;
mod behaviour;
mod consent;
mod hostile;
mod jars;
mod picture;
mod screens;
mod settings;
mod sign_in;
mod viewer;
mod wire;

/// An app over a real folder, with its screen.
struct Bench {
    app: App,
    /// What the last message asked for.
    effects: Vec<Effect>,
    folder: tempfile::TempDir,
}

impl Bench {
    /// Opened on a small shop, at that size.
    fn new(width: u16, height: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write_shop(&folder.path().join("shop"));
        let (config, problems) = Config::load(None);
        assert_eq!(problems, []);
        let app = App::new(Start {
            config,
            themes: Theme::embedded(),
            began: Timestamp::from_second(1_700_000_000).unwrap(),
            zone: Some(TimeZone::UTC),
            ..Start::default()
        });
        let mut bench = Self { app, effects: Vec::new(), folder };
        bench.tell(Message::Resized { width, height });
        let workspace = workspace::load(&bench.folder.path().join("shop")).unwrap();
        bench.event(Event::WorkspaceLoaded { workspace: Box::new(workspace) });
        bench
    }

    fn tell(&mut self, message: Message) {
        self.effects = self.app.update(message);
        // Widgets learn where they stand by being drawn.
        self.draw();
    }

    fn event(&mut self, event: Event) {
        self.tell(Message::Event(event));
    }

    /// Keys as in the configuration, and `'text` to type.
    fn press(&mut self, keys: &str) -> &mut Self {
        let mut all = Vec::new();
        for word in keys.split(' ').filter(|word| !word.is_empty()) {
            match word.strip_prefix('\'') {
                Some(text) => all.extend(text.chars().map(|letter| key_event(&letter.to_string()))),
                None => all.push(key_event(word)),
            }
        }
        let mut effects = Vec::new();
        for key in all {
            self.tell(Message::Key(key));
            effects.append(&mut self.effects);
        }
        self.effects = effects;
        self
    }

    fn draw(&self) -> Terminal<TestBackend> {
        let screen = self.app.screen;
        let mut terminal = Terminal::new(TestBackend::new(screen.width, screen.height)).unwrap();
        terminal.draw(|frame| view::draw(&self.app, frame)).unwrap();
        terminal
    }

    /// The screen's text.
    fn text(&self) -> String {
        let terminal = self.draw();
        let buffer = terminal.backend().buffer();
        let rows = buffer.content().chunks(usize::from(buffer.area.width));
        rows.map(|row| {
            row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().to_owned() + "\n"
        })
        .collect()
    }

    /// The screen's text, and below it which role of the theme each run of cells has.
    fn picture(&self) -> String {
        let terminal = self.draw();
        let buffer = terminal.backend().buffer();
        let mut out = self.text();
        out.push_str("---\n");
        let roles: Vec<_> = self.app.theme().roles().collect();
        for y in 0..buffer.area.height {
            let mut runs: Vec<(u16, u16, String)> = Vec::new();
            for x in 0..buffer.area.width {
                let cell = &buffer[(x, y)];
                let text = self.app.theme().text;
                let matches = |style: ratatui::style::Style| {
                    let style = text.patch(style);
                    style.fg.unwrap_or_default() == cell.fg
                        && style.bg.unwrap_or_default() == cell.bg
                        && style.add_modifier == cell.modifier
                };
                let role = roles.iter().find(|(_, style)| matches(*style)).map_or("mixed", |(name, _)| name);
                match runs.last_mut() {
                    Some((_, end, last)) if last == role => *end = x,
                    _ if cell.symbol() == " " && role == "text" => {}
                    _ => runs.push((x, x, role.to_owned())),
                }
            }
            let runs: Vec<String> = runs
                .into_iter()
                .filter(|(_, _, role)| role != "text")
                .map(|(from, to, role)| format!("{role} {from}-{to}"))
                .collect();
            if !runs.is_empty() {
                let _ = writeln!(out, "{y}: {}", runs.join(", "));
            }
        }
        out
    }

    /// The request that the last keys sent.
    fn sent(&self) -> &Outgoing {
        let sent = self.effects.iter().find_map(|effect| match effect {
            Effect::SendRequest(outgoing) => Some(outgoing),
            _ => None,
        });
        sent.unwrap_or_else(|| panic!("nothing was sent: {:?}", self.effects))
    }

    /// Sends what is open and lets it be answered.
    fn answer(&mut self, body: &'static str) -> &mut Self {
        self.press("ctrl+j");
        let outgoing = self.sent().clone();
        let exchange = exchange(&outgoing, Outcome::Answered(payload(body)));
        let document = Some(Document::new(Bytes::from_static(body.as_bytes()), Some("application/json")));
        self.event(Event::ExchangeEnded { send: outgoing.send, exchange: Box::new(exchange), document });
        self
    }
}

fn write_shop(folder: &Path) {
    let files = [
        (
            "collection.toml",
            "name = \"Shop\"\norder = [\"products\"]\n[headers]\nAccept = \"application/json\"\n",
        ),
        (
            "environments/local.toml",
            "doc = \"This machine\"\n[vars]\nbase_url = \"http://127.0.0.1:4280\"\n[secrets]\ntoken = { env = \"SHOP_TOKEN\" }\n",
        ),
        ("environments/broken.toml", "[vars]\nbase_url = \"http://127.0.0.1:9\"\n"),
        ("products/folder.toml", "order = [\"list-products\"]\n"),
        (
            "products/list-products.toml",
            "doc = \"Lists the products, a page at a time.\"\nurl = \"{{ base_url }}/v1/products\"   # the list\n\n\
             [params]\npage = \"1\"\ndebug = { value = \"1\", enabled = false }\n\n[headers]\nX-Request-Id = \"{{ uuid() }}\"\n",
        ),
        (
            "products/create-product.toml",
            "method = \"POST\"\nurl = \"{{ base_url }}/v1/:shop/products\"\n[path]\nshop = \"7\"\n[auth]\nbearer = \"{{ token }}\"\n\
             [body]\njson = '''\n{\n  \"name\": \"{{ nmae }}\",\n  \"price\": 12.50\n}\n'''\n",
        ),
        ("orders/broken.toml", "url = \"x\"\nhedaers = 3\n"),
        ("orders/delete-order.toml", "method = \"DELETE\"\nurl = \"{{ base_url }}/v1/orders/1\"\n"),
    ];
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn payload(body: &'static str) -> Payload {
    let size = body.len() as u64;
    let content = Content::Memory(Bytes::from_static(body.as_bytes()));
    Payload { media_type: Some("application/json".into()), wire_size: size, size, content }
}

fn exchange(outgoing: &Outgoing, outcome: Outcome) -> Exchange {
    let mut request = outgoing.effective.request.clone();
    request.url = "http://127.0.0.1:4280/v1/products?page=1".into();
    let field = |name: &str, value: &str| Field { name: name.into(), value: value.into() };
    let response = ResponseHead {
        version: "HTTP/1.1".into(),
        status: 200,
        reason: "OK".into(),
        fields: vec![
            field("Content-Type", "application/json"),
            field("ETag", "\"abc\""),
            field("Set-Cookie", "seen=1; Path=/; HttpOnly"),
        ],
    };
    let mut authorization = Marked::plain("Bearer ");
    authorization.push_secret("hunter2", "token");
    let head = RequestHead {
        method: request.method().to_owned(),
        url: Marked::from(request.url.as_str()),
        version: "HTTP/1.1".into(),
        fields: vec![("Host".into(), "127.0.0.1:4280".into()), ("Authorization".into(), authorization)],
        body_size: 0,
    };
    let millis = |count| Some(Duration::from_millis(count));
    let timing = Timing {
        connect: millis(1),
        send: millis(0),
        wait: millis(20),
        receive: millis(4),
        ..Timing::default()
    };
    let connection = Connection {
        id: 1,
        reused: false,
        remote: "127.0.0.1:4280".into(),
        local: "127.0.0.1:50000".into(),
        tls: None,
        proxy: None,
    };
    let answered = matches!(outcome, Outcome::Answered(_));
    let hop = Hop {
        request: head,
        interim: Vec::new(),
        response: answered.then_some(response),
        trailers: Vec::new(),
        body: None,
        timing,
        connection: Some(connection),
        cookies: HopCookies::default(),
        repeated: None,
    };
    Exchange {
        id: ExchangeId(format!("0190-{}", outgoing.send.0)),
        source: outgoing.source.clone(),
        environment: outgoing.environment.as_ref().map(|environment| environment.name.clone()),
        started: Timestamp::from_second(1_700_000_000).unwrap(),
        duration: Duration::from_millis(25),
        written: outgoing.effective.request.clone(),
        sent: request,
        attempts: vec![Attempt { hops: vec![hop], ..Attempt::default() }],
        outcome,
        secrets: Redactor::default(),
    }
}

fn refused() -> Outcome {
    let failure = Failure {
        kind: FailureKind::Refused,
        message: "127.0.0.1 refuses connections on port 9".into(),
        causes: vec!["Connection refused (os error 111)".into()],
        hint: Some("is the server running, and is 9 its port?".into()),
    };
    Outcome::Failed { failure, partial: None }
}

fn entries() -> Vec<Entry> {
    let entry = |number: i64, status: Option<u16>, failure: Option<Failure>| Entry {
        id: ExchangeId(format!("0190-{number}")),
        started: Timestamp::from_second(1_700_000_000 - number * 60).unwrap(),
        source: Some(NodeId::new("shop/products/list-products")),
        environment: Some("local".into()),
        method: "GET".into(),
        url: "http://127.0.0.1:4280/v1/products".into(),
        status,
        reason: "OK".into(),
        failure,
        duration: Duration::from_millis(number.unsigned_abs() * 12 + 1),
        size: 1000,
    };
    let Outcome::Failed { failure, .. } = refused() else { unreachable!() };
    vec![
        entry(0, Some(200), None),
        entry(1, None, Some(failure)),
        entry(2, Some(404), None),
        entry(3, Some(503), None),
    ]
}

const BODY: &str = r#"{"items":[{"id":1,"name":"Lamp","price":12.50,"tags":["light","desk"],"in_stock":true,"note":null},{"id":2,"name":"Chair","price":80}],"next":"/v1/products?page=2"}"#;

#[test]
fn a_screen_is_drawn_while_a_phase_goes_on() {
    let mut bench = Bench::new(80, 24);
    bench.press("ctrl+j");
    let send = bench.sent().send;
    let progress = crate::http::Progress::Phase(Phase::Wait);
    bench.event(Event::SendProgressed { send, now: Duration::from_millis(1300), progress });
    let text = bench.text();
    assert!(text.contains("waiting for the answer  1.3 s"), "{text}");
    assert!(bench.app.needs_ticks());
}
