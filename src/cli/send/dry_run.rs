//! `--dry-run`: what would be sent, with its secrets masked, and on stderr what only sending would tell.

use crate::{
    http::{Client, ClientOptions, Prepared, Preview},
    model::Failure,
    secret::Redactor,
};

use super::{
    super::{
        CliError, Exit,
        home::Home,
        output::{Output, visible},
        print,
        report::Request,
    },
    answer::FormArgs,
};

/// Bytes of body that are shown.
const SHOWN: usize = 1 << 20;

/// Prints the head, and the body as far as it is text.
pub(super) fn show(
    home: &Home,
    prepared: &Prepared,
    secrets: &Redactor,
    form: &FormArgs,
) -> Result<Exit, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::because(&error))?;
    let client = Client::new(ClientOptions {
        jars: Some(home.places.jars()),
        defaults: home.config.http.clone(),
        tokens: Some(home.places.tokens()),
        ..ClientOptions::default()
    });
    runtime.block_on(async {
        let mut preview = client.preview(prepared).await?;
        let stderr = Output::stderr();
        for sentence in &preview.unknown {
            let note = stderr.paint(stderr.theme().accent, "note:");
            stderr.tell(&format!("{note} {}\n", visible(&secrets.redact(sentence))));
        }
        if form.json {
            return print::json(&Request::of_head(&preview.head, prepared.sent()));
        }
        let body = body(&mut preview).await?;
        print::print(print::head(&preview.head, &Output::stdout()).as_bytes())?;
        print::print(shown(&body, preview.head.body_size, secrets).as_bytes())
    })
}

/// The body's beginning.
async fn body(preview: &mut Preview) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while bytes.len() <= SHOWN {
        let Some(chunk) = preview.next_chunk().await? else { break };
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn shown(body: &[u8], size: u64, secrets: &Redactor) -> String {
    if body.is_empty() {
        return String::new();
    }
    let size = size.max(body.len() as u64);
    let part = &body[..body.len().min(SHOWN)];
    let Ok(text) = std::str::from_utf8(part) else {
        return format!("({size} bytes that are not text)\n");
    };
    let rest = size - part.len() as u64;
    let more = if rest > 0 { format!("\n({rest} bytes more)") } else { String::new() };
    format!("{}{more}\n", visible(&secrets.redact(text)))
}
