//! What an exchange tells the log: what was asked and what came of it, and no body. Secrets are masked, as wherever a
//! [`crate::model::Marked`] is printed.

use crate::model::{Exchange, Hop, Outcome};

/// Logs an exchange that has ended: a line for it, and at a finer level one for each hop.
pub(super) fn tell(exchange: &Exchange) {
    let hops = exchange
        .attempts
        .iter()
        .enumerate()
        .flat_map(|(attempt, made)| made.hops.iter().map(move |hop| (attempt + 1, hop)));
    for (attempt, hop) in hops {
        tell_hop(exchange, attempt, hop);
    }
    let Some(last) = exchange.last_hop() else {
        if let Outcome::Failed { failure, .. } = &exchange.outcome {
            tracing::warn!(exchange = %exchange.id, kind = ?failure.kind, "not sent: {failure}");
        }
        return;
    };
    let status = last.response.as_ref().map(|head| head.status);
    let (method, url, duration_ms) =
        (&last.request.method, &last.request.url, milliseconds(exchange.duration));
    let (id, attempts) = (&exchange.id, exchange.attempts.len());
    let source = exchange.source.as_ref().map(tracing::field::display);
    match &exchange.outcome {
        Outcome::Answered(payload) => tracing::info!(
            exchange = %id, source, method, %url, status, duration_ms, attempts,
            size = payload.size, wire_size = payload.wire_size, "answered"
        ),
        Outcome::Failed { failure, .. } => tracing::warn!(
            exchange = %id, source, method, %url, status, duration_ms, attempts,
            kind = ?failure.kind, causes = failure.causes.join("; "), "failed: {failure}"
        ),
    }
}

fn tell_hop(exchange: &Exchange, attempt: usize, hop: &Hop) {
    let connection = hop.connection.as_ref();
    tracing::debug!(
        exchange = %exchange.id,
        attempt,
        method = hop.request.method,
        url = %hop.request.url,
        version = hop.request.version,
        status = hop.response.as_ref().map(|head| head.status),
        duration_ms = milliseconds(hop.timing.total()),
        connection = connection.map(|connection| connection.id),
        reused = connection.map(|connection| connection.reused),
        remote = connection.map(|connection| connection.remote.as_str()),
        proxy = connection.and_then(|connection| connection.proxy.as_deref()),
        tls = connection.and_then(|connection| connection.tls.as_ref()).map(|tls| tls.protocol.as_str()),
        "hop"
    );
}

/// With three decimals, which is what a clock is good for.
fn milliseconds(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
