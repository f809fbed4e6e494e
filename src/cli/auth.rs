//! `antiphon auth`: the tokens that are kept for requests.

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::json;

use crate::{
    http::{Progress, TokenErrand},
    model::{Token, duration},
    store::tokens::Tokens,
};

use super::{
    CliError, Exit, Variables,
    consent::Consent,
    home::Home,
    output::{Output, visible},
    print::print,
    send::{self, SignIn},
};

/// List, get and forget OAuth 2 tokens
///
/// A token is kept outside of its collection, readable by you alone, and sent until it expires. It is printed only
/// with --reveal.
#[derive(Debug, Args)]
pub(super) struct AuthArgs {
    #[command(subcommand)]
    command: AuthCommand,
}

#[derive(Debug, Subcommand)]
enum AuthCommand {
    /// List the tokens that are kept: for what, and for how long
    List {
        /// Print the tokens themselves
        #[arg(long)]
        reveal: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Get a new token for a request, which may ask you to sign in
    Fetch {
        #[command(flatten)]
        asking: Asking,
        #[command(flatten)]
        sign_in: SignIn,
        /// Print the token on stdout
        #[arg(long)]
        reveal: bool,
    },
    /// Forget the token of a request
    Forget {
        #[command(flatten)]
        asking: Asking,
    },
    /// Forget every token of every collection
    Clear,
}

/// Whose token it is.
#[derive(Debug, Args)]
struct Asking {
    /// A request of the workspace that is sent with a token (account/oauth2/password)
    #[arg(value_name = "ID")]
    request: String,
    #[command(flatten)]
    variables: Variables,
    #[command(flatten)]
    consent: Consent,
}

pub(super) fn run(args: &AuthArgs) -> Result<Exit, CliError> {
    let home = Home::find()?;
    match &args.command {
        AuthCommand::List { reveal, json } => list(&home, *reveal, *json),
        AuthCommand::Fetch { asking, sign_in, reveal } => {
            let errand = errand(&home, asking)?;
            let fetched = send::with_client(&home, async |client, cancel| {
                let tell = |progress| {
                    if let Progress::Authorizing(authorizing) = progress {
                        sign_in.tell(&authorizing);
                    }
                };
                client.fetch_token(&errand, tell, cancel).await
            })?;
            let token = fetched?;
            Output::stderr().tell(&format!("{}\n", line(&token, Timestamp::now())));
            if *reveal {
                print(format!("{}\n", token.access_token.reveal()).as_bytes())
            } else {
                Ok(Exit::Ok)
            }
        }
        AuthCommand::Forget { asking } => {
            let errand = errand(&home, asking)?;
            let was_there = forget(&home, &errand.owner().digest)?;
            let told = if was_there { "forgotten" } else { "no token was kept" };
            print(format!("{told}: {}\n", asking.request).as_bytes())
        }
        AuthCommand::Clear => {
            let tokens = kept(&home)?;
            for token in &tokens {
                forget(&home, &token.owner.digest)?;
            }
            print(format!("forgotten: {}\n", tokens.len()).as_bytes())
        }
    }
}

/// The token that a request of the workspace wants.
fn errand(home: &Home, asking: &Asking) -> Result<TokenErrand, CliError> {
    let Asking { request, variables, consent } = asking;
    let asked = send::of_workspace(request, variables, home)?;
    let prepared = asked.prepare(&variables.overrides(), consent, home)?;
    prepared.token_errand().ok_or_else(|| {
        CliError::usage(format!("{request} is not sent with a token of OAuth 2"))
            .hint("[auth] oauth2 in its file, or in that of a folder above, says how to get one")
    })
}

fn kept(home: &Home) -> Result<Vec<Token>, CliError> {
    let tokens = Tokens::of(&home.places).list();
    tokens.map_err(|error| CliError::io("cannot read the tokens in", &home.places.tokens(), &error))
}

fn forget(home: &Home, digest: &str) -> Result<bool, CliError> {
    let forgotten = Tokens::of(&home.places).forget(digest);
    forgotten.map_err(|error| CliError::io("cannot forget a token in", &home.places.tokens(), &error))
}

fn list(home: &Home, reveal: bool, as_json: bool) -> Result<Exit, CliError> {
    let (tokens, now) = (kept(home)?, Timestamp::now());
    if as_json {
        let list: Vec<_> = tokens.iter().map(|token| described(token, reveal)).collect();
        return print(format!("{:#}\n", serde_json::Value::Array(list)).as_bytes());
    }
    if tokens.is_empty() {
        Output::stderr().tell("no tokens are kept\n");
    }
    let mut text = String::new();
    for token in &tokens {
        let _ = writeln!(text, "{}", line(token, now));
        if reveal {
            let _ = writeln!(text, "  {}", visible(token.access_token.reveal()));
        }
    }
    print(text.as_bytes())
}

/// "shop/local  password  practice-client demo  http://…/token  expires in 12 min, can be refreshed".
fn line(token: &Token, now: Timestamp) -> String {
    let owner = &token.owner;
    let place = match &owner.environment {
        Some(environment) => format!("{}/{environment}", owner.collection),
        None => owner.collection.clone(),
    };
    let who = format!("{} {}", owner.client_id, owner.username);
    let state = state(token, now);
    let parts = [&place, &owner.grant, who.trim(), &owner.scope, &owner.token_url, &state]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(|part| visible(part).into_owned());
    parts.collect::<Vec<_>>().join("  ")
}

fn state(token: &Token, now: Timestamp) -> String {
    let expiry = match token.expires_in(now) {
        None => "no known end".to_owned(),
        Some(left) if left.is_zero() => "expired".to_owned(),
        Some(left) => format!("expires in {}", duration::human(left)),
    };
    let refresh = if token.refresh_token.is_some() { ", can be refreshed" } else { "" };
    format!("{expiry}{refresh}")
}

fn described(token: &Token, reveal: bool) -> serde_json::Value {
    let mut described = json!({
        "collection": token.owner.collection,
        "environment": token.owner.environment,
        "grant": token.owner.grant,
        "token_url": token.owner.token_url,
        "client_id": token.owner.client_id,
        "username": token.owner.username,
        "scope": token.owner.scope,
        "granted": token.scope,
        "obtained": token.obtained,
        "expires": token.expires,
        "refreshable": token.refresh_token.is_some(),
    });
    if reveal {
        described["access_token"] = token.access_token.reveal().into();
    }
    described
}
