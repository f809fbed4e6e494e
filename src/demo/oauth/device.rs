//! `/oauth/device`: where a device asks for a code, and where somebody gives it (RFC 8628).

use std::time::{Duration, Instant};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    super::{
        params::Received,
        state::{Practice, Shared},
    },
    Form, Refusal, answer, client, escaped, grants, page,
    state::Device,
};

/// Letters that nobody takes for others, and that make no words (RFC 8628, section 6.1).
const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";

/// `POST`: a code for the device, and one for people.
pub(in crate::demo) async fn ask(
    State(practice): State<Shared>,
    headers: HeaderMap,
    Received(body): Received,
) -> Response {
    let issued = issue(&practice, &headers, &Form::of(&body));
    issued.map_or_else(IntoResponse::into_response, |body| answer(&body))
}

fn issue(practice: &Practice, headers: &HeaderMap, form: &Form) -> Result<Value, Refusal> {
    let client = client(headers, form)?;
    let interval = form.seconds("interval", 1, 60)?;
    let life = form.seconds("device_expires_in", 600, 1800)?;
    let user_code = user_code();
    let device = Device {
        code: Uuid::new_v4().simple().to_string(),
        user_code: user_code.clone(),
        client,
        scope: form.scope()?,
        life: grants::life(form)?,
        expires: Instant::now() + Duration::from_secs(life),
        interval: Duration::from_secs(interval),
        asked: None,
        allowed: None,
    };
    let page = format!("http://{}/oauth/device", practice.addresses[0]);
    let body = json!({
        "device_code": device.code,
        "user_code": user_code,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={user_code}"),
        "expires_in": life,
        "interval": interval,
    });
    practice.oauth().keep_device(device);
    Ok(body)
}

fn user_code() -> String {
    let bytes = Uuid::new_v4().into_bytes();
    let letters: Vec<char> =
        bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect();
    let text = |letters: &[char]| letters.iter().collect::<String>();
    format!("{}-{}", text(&letters[..4]), text(&letters[10..14]))
}

/// `GET`: a page that takes the code, and asks; with `answer` as allow or deny, it is done.
pub(in crate::demo) async fn page_of(State(practice): State<Shared>, uri: Uri) -> Response {
    let form = Form::of(uri.query().unwrap_or_default().as_bytes());
    let Some(user_code) = form.get("user_code") else {
        let body = "<form><p><label>The code that the program shows: <input name=\"user_code\" autofocus></label></p>\
                    <p><button>Go on</button></p></form>";
        return page("A device asks", body);
    };
    let mut oauth = practice.oauth();
    let Some(device) = oauth.device_of_user(user_code) else {
        let mut response = page("No such code", "<p>It is not known here, or it has expired.</p>");
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };
    let (client, code) = (escaped(&device.client), escaped(&device.user_code));
    match form.get("answer") {
        None => page(
            "May it?",
            &format!(
                "<p>The program <b>{client}</b>, which shows <b>{code}</b>, asks for access to the practice API as \
                 <b>demo</b>.</p><p><a href=\"?user_code={code}&amp;answer=allow\">Allow</a>\
                 <a href=\"?user_code={code}&amp;answer=deny\">Deny</a></p>"
            ),
        ),
        Some(said) => {
            device.allowed = Some(said == "allow");
            page("Done", "<p>The program goes on. You may close this page.</p>")
        }
    }
}
