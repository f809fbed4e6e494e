//! Cookie jars for the editor: read, changed, taken from a file and written to one.

use std::path::Path;

use jiff::Timestamp;

use crate::http::jars::{Edit, Found, JarError, JarName, netscape};

use super::{
    super::{app::notices::Notice, event::Event},
    Shared,
};

/// Lines of a file that are told.
const TOLD: usize = 8;

pub(super) fn read(shared: &Shared, jar: JarName) {
    let jars = shared.client.jars();
    let Some(found) = noted(shared, "The cookies cannot be shown", jars.read(&jar)) else { return };
    let (cookies, named) = (found.cookies().to_vec(), jars.named().into_iter().collect());
    shared.tell(Event::JarRead { jar, cookies, named, now: Timestamp::now() });
}

pub(super) fn change(shared: &Shared, jar: JarName, edit: Edit) {
    let is_set = matches!(edit, Edit::Set { .. });
    let changed = shared.client.jars().change(&jar, |jar| edit.apply(jar, Timestamp::now()));
    if let Some(count) = noted(shared, "The cookies are not changed", changed) {
        if !is_set {
            shared.report(Notice::info(format!("Deleted {}", cookies(count))));
        }
        read(shared, jar);
    }
}

pub(super) fn import(shared: &Shared, jar: JarName, path: &Path) {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            let summary = format!("{} cannot be read", path.display());
            return shared.report(Notice::from_error(summary, &error));
        }
    };
    let (found, bad) = netscape::read(&text, Timestamp::now());
    if !bad.is_empty() {
        let mut notice = Notice::error(format!("{} has lines that are no cookies", path.display()));
        notice.causes = bad.iter().take(TOLD).map(ToString::to_string).collect();
        return shared
            .report(notice.with_hint("nothing was put in; a line is 7 fields with tabs between them"));
    }
    let changed = shared.client.jars().change(&jar, |jar| Edit::Import(found).apply(jar, Timestamp::now()));
    if let Some(count) = noted(shared, "The cookies are not changed", changed) {
        shared.report(Notice::info(format!("Put in {} of {}", cookies(count), path.display())));
        read(shared, jar);
    }
}

pub(super) fn export(shared: &Shared, jar: &JarName, path: &Path) {
    let Some(found) = noted(shared, "The cookies cannot be read", shared.client.jars().read(jar)) else {
        return;
    };
    match netscape::save(path, &netscape::write(found.cookies())) {
        Ok(()) => {
            let count = cookies(found.cookies().len());
            shared.report(Notice::info(format!("Wrote {count} to {}", path.display())));
        }
        Err(error) => {
            shared.report(Notice::from_error(format!("{} cannot be written", path.display()), &error));
        }
    }
}

fn cookies(count: usize) -> String {
    if count == 1 { "1 cookie".into() } else { format!("{count} cookies") }
}

/// What was found, with whatever is wrong reported.
fn noted<T>(shared: &Shared, summary: &str, found: Result<Found<T>, JarError>) -> Option<T> {
    match found {
        Ok(found) => {
            found.warning().into_iter().for_each(|warning| shared.report(Notice::warning(warning)));
            Some(found.content)
        }
        Err(error) => {
            shared.report(Notice::from_error(summary, &error));
            None
        }
    }
}
