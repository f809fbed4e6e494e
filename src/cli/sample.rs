//! The sample collection: the one of a checkout, else a copy of the one that comes with the program.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::store::workspace::COLLECTION_FILE;

use super::CliError;

/// Where it stands in a checkout, and below the user's data folder.
const PLACE: &str = "collections/shop";

macro_rules! files {
    ($($path:literal)*) => {
        /// Every file of `collections/shop`: its path there, and its bytes.
        const FILES: &[(&str, &[u8])] =
            &[$(($path, include_bytes!(concat!("../../collections/shop/", $path)))),*];
    };
}

files! {
    "account/basic.toml"
    "account/digest.toml"
    "account/folder.toml"
    "account/keys/folder.toml"
    "account/keys/in-cookie.toml"
    "account/keys/in-header.toml"
    "account/keys/in-query.toml"
    "account/log-in.toml"
    "account/oauth2/browser.toml"
    "account/oauth2/client-credentials.toml"
    "account/oauth2/device.toml"
    "account/oauth2/folder.toml"
    "account/oauth2/password.toml"
    "account/oauth2/short-lived.toml"
    "account/refused-cookies.toml"
    "account/set-cookies.toml"
    "account/show-cookies.toml"
    "account/signed.toml"
    "account/who-am-i.toml"
    "answers/another-origin.toml"
    "answers/big-json.toml"
    "answers/compressed.toml"
    "answers/events.toml"
    "answers/feed.toml"
    "answers/first-redirect.toml"
    "answers/folder.toml"
    "answers/latin-1.toml"
    "answers/page.toml"
    "answers/part-of-a-file.toml"
    "answers/picture.toml"
    "answers/redirects.toml"
    "answers/table.toml"
    "answers/third-time.toml"
    "collection.toml"
    "customers/create-customer.toml"
    "customers/folder.toml"
    "customers/list-customers.toml"
    "echo/bytes.toml"
    "echo/everything.toml"
    "echo/file.toml"
    "echo/folder.toml"
    "echo/form.toml"
    "echo/graphql.toml"
    "echo/multipart.toml"
    "echo/text.toml"
    "echo/xml.toml"
    "environments/broken.toml"
    "environments/local.toml"
    "failures/cut-short.toml"
    "failures/damaged-gzip.toml"
    "failures/folder.toml"
    "failures/malformed-json.toml"
    "failures/not-found.toml"
    "failures/not-http.toml"
    "failures/redirect-loop.toml"
    "failures/reset.toml"
    "failures/too-large.toml"
    "failures/too-many-redirects.toml"
    "failures/too-slow.toml"
    "files/label.png"
    "files/stock.csv"
    "orders/create-order.toml"
    "orders/folder.toml"
    "orders/list-orders.toml"
    "orders/read-order.toml"
    "orders/without-token.toml"
    "products/change-product.toml"
    "products/change-stale.toml"
    "products/create-invalid.toml"
    "products/create-product.toml"
    "products/delete-product.toml"
    "products/folder.toml"
    "products/list-products.toml"
    "products/read-if-changed.toml"
    "products/read-product.toml"
    "products/replace-product.toml"
    "products/search-products.toml"
}

/// The folder of the sample: in the current folder or above it; else in `data`, unpacked there at first. What the
/// user changed in that copy stays.
pub(super) fn find_or_unpack(data: &Path) -> Result<PathBuf, CliError> {
    if let Ok(here) = std::env::current_dir()
        && let Some(found) = here.ancestors().map(|folder| folder.join(PLACE)).find(|it| is_sample(it))
    {
        return Ok(found);
    }
    let folder = data.join("sample").join(PLACE);
    if !is_sample(&folder) {
        unpack(&folder)?;
    }
    Ok(folder)
}

fn is_sample(folder: &Path) -> bool {
    folder.join(COLLECTION_FILE).is_file()
}

fn unpack(folder: &Path) -> Result<(), CliError> {
    // The file that makes the folder a collection comes last: what was unpacked in part is unpacked again.
    let (last, others): (Vec<_>, Vec<_>) = FILES.iter().partition(|(path, _)| *path == COLLECTION_FILE);
    for (path, bytes) in others.into_iter().chain(last) {
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(folder);
        let written = fs::create_dir_all(parent).and_then(|()| fs::write(&file, bytes));
        written.map_err(|error| CliError::io("cannot unpack the sample to", &file, &error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn files_below(folder: &Path, root: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files_below(&path, root, found);
            } else {
                let within = path.strip_prefix(root).unwrap();
                found.insert(within.to_str().unwrap().replace('\\', "/"));
            }
        }
    }

    #[test]
    fn the_program_carries_every_file_of_the_sample() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(PLACE);
        let mut there = BTreeSet::new();
        files_below(&root, &root, &mut there);
        // It stays on one machine.
        there.remove(".env");
        let carried: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(carried, there, "list the same files in {}", file!());
    }

    #[test]
    fn unpacks_every_file() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join(PLACE);
        unpack(&folder).unwrap();
        assert!(is_sample(&folder));
        let mut unpacked = BTreeSet::new();
        files_below(&folder, &folder, &mut unpacked);
        assert_eq!(unpacked.len(), FILES.len());
    }
}
