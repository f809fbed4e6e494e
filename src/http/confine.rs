//! Where a path of a collection leads: into the collection's folder, or out of it.
//!
//! Symbolic links and `..` are followed before it is decided, and what was decided on is what is opened.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Component, Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    model::{Ask, SecretSource, hex},
    secret::DOTENV,
};

/// A path that starts at a collection's folder, with links followed: absolute, where the folder is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Inside(PathBuf),
    Outside(PathBuf),
}

/// Where `written` leads from the folder `base`. Nothing needs to be there.
pub(super) fn place(base: &Path, written: &Path) -> Place {
    let base = if base.as_os_str().is_empty() { Path::new(".") } else { base };
    let folder = resolved(base, LINKS);
    let path = resolved(&folder.join(written), LINKS);
    if path.starts_with(&folder) { Place::Inside(path) } else { Place::Outside(path) }
}

/// Links that are followed at most, as systems do.
const LINKS: u32 = 40;

/// The path without links and dots. Of one that is not there, as far as it is; the rest is taken as it is written.
fn resolved(path: &Path, links: u32) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    let (Some(parent), Some(last)) = (path.parent(), path.components().next_back()) else {
        return path.to_owned();
    };
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    match last {
        Component::ParentDir => resolved(parent, links).parent().map_or_else(PathBuf::new, Path::to_owned),
        Component::Normal(name) => {
            let path = resolved(parent, links).join(name);
            // A link to what is not there now may lead somewhere a moment later.
            match fs::read_link(&path) {
                Ok(target) if links > 0 => resolved(&path.parent().unwrap_or(&path).join(target), links - 1),
                _ => path,
            }
        }
        _ => resolved(parent, links),
    }
}

/// What a secret's source asks for, if it is more than a variable.
pub(super) fn ask_of(source: &SecretSource, base: &Path) -> Option<Ask> {
    match source {
        SecretSource::Prompt(_) => None,
        SecretSource::Keyring(entry) => Some(Ask::Keyring(entry.clone())),
        SecretSource::Command(argv) => {
            Some(Ask::Command { argv: argv.clone(), scripts: scripts(argv, base) })
        }
        // The file is read whatever the variable's name; it may be a link to another.
        SecretSource::Env(_) => match place(base, Path::new(DOTENV)) {
            Place::Inside(_) => None,
            Place::Outside(path) => Some(Ask::Variables(path)),
        },
    }
}

/// The words of a command that are files of the collection, each with the digest of its content: who agrees to
/// `sh token.sh` agrees to what stands in token.sh.
fn scripts(argv: &[String], base: &Path) -> Vec<(String, String)> {
    let is_path = |word: &str| Path::new(word).components().nth(1).is_some();
    let mut scripts = Vec::new();
    for (index, word) in argv.iter().enumerate() {
        // A program without a slash is found on PATH.
        if word.is_empty() || index == 0 && !is_path(word) {
            continue;
        }
        // As in `--init-file=token.sh`.
        let behind_sign = word.split_once('=').map(|(_, value)| value).filter(|_| index > 0);
        for word in [Some(word.as_str()), behind_sign].into_iter().flatten().filter(|word| !word.is_empty()) {
            if let Place::Inside(path) = place(base, Path::new(word))
                && let Some(digest) = digest(&path)
            {
                scripts.push((word.to_owned(), digest));
            }
        }
    }
    scripts
}

fn digest(path: &Path) -> Option<String> {
    let file =
        fs::metadata(path).ok().filter(fs::Metadata::is_file).and_then(|_| fs::File::open(path).ok())?;
    let mut digest = Sha256::new();
    let mut reader = BufReader::new(file);
    while let chunk @ [_, ..] = reader.fill_buf().ok()? {
        digest.update(chunk);
        let length = chunk.len();
        reader.consume(length);
    }
    Some(hex(&digest.finalize()))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn paths_are_followed_before_they_are_judged() {
        let root = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(root.path()).unwrap();
        let base = root.join("shop");
        fs::create_dir_all(base.join("sub")).unwrap();
        fs::create_dir_all(root.join("shop-2")).unwrap();
        fs::write(root.join("secret"), "x").unwrap();
        fs::write(base.join("own"), "x").unwrap();
        symlink(root.join("secret"), base.join("link")).unwrap();
        symlink("own", base.join("own-link")).unwrap();
        symlink("..", base.join("up")).unwrap();
        symlink(root.join("later"), base.join("dangling")).unwrap();
        symlink("loop", base.join("loop")).unwrap();
        let outside = |written: &str, path: &str| {
            assert_eq!(place(&base, Path::new(written)), Place::Outside(root.join(path)), "{written}");
        };
        let inside = |written: &str, path: &str| {
            assert_eq!(place(&base, Path::new(written)), Place::Inside(base.join(path)), "{written}");
        };
        inside("own", "own");
        inside("own-link", "own");
        inside("sub/../own", "own");
        inside("absent/file", "absent/file");
        inside("absent/../own", "own");
        inside(base.join("own").to_str().unwrap(), "own");
        inside("up/shop/own", "own");
        inside("loop", "loop");
        outside("../secret", "secret");
        outside("sub/../../secret", "secret");
        outside("link", "secret");
        outside("up/secret", "secret");
        outside("up/absent", "absent");
        outside("dangling", "later");
        outside("absent/../../secret", "secret");
        outside("../shop-2/x", "shop-2/x");
        outside(root.join("secret").to_str().unwrap(), "secret");
        assert_eq!(place(&base, Path::new("/etc/passwd")), Place::Outside("/etc/passwd".into()));
    }

    #[test]
    fn a_command_is_asked_for_with_the_content_of_its_scripts() {
        let folder = tempfile::tempdir().unwrap();
        let argv = ["sh", "token.sh", "--flag"].map(str::to_owned);
        fs::write(folder.path().join("token.sh"), "echo 1").unwrap();
        fs::write(folder.path().join("sh"), "not the program on PATH").unwrap();
        let ask = || ask_of(&SecretSource::Command(argv.to_vec()), folder.path()).unwrap();
        let before = ask();
        assert_eq!(before, ask());
        let Ask::Command { scripts, .. } = &before else { panic!() };
        assert_eq!(scripts.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["token.sh"]);
        fs::write(folder.path().join("token.sh"), "echo 2").unwrap();
        assert_ne!(before, ask());
        let mut long = vec![b' '; 17 << 20];
        fs::write(folder.path().join("token.sh"), &long).unwrap();
        let before = ask();
        long.extend(b"echo 3");
        fs::write(folder.path().join("token.sh"), &long).unwrap();
        assert_ne!(before, ask(), "to its very end");
    }

    #[test]
    fn a_script_may_stand_behind_an_option() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("init.sh"), "").unwrap();
        let argv = ["bash", "--init-file=init.sh", "--other=absent", "=x"].map(str::to_owned);
        let Some(Ask::Command { scripts, .. }) = ask_of(&SecretSource::Command(argv.to_vec()), folder.path())
        else {
            panic!()
        };
        assert_eq!(scripts.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["init.sh"]);
    }

    #[test]
    fn variables_ask_for_nothing_unless_their_file_is_a_link_to_another() {
        let folder = tempfile::tempdir().unwrap();
        let source = SecretSource::Env("X".into());
        assert_eq!(ask_of(&source, folder.path()), None);
        symlink("/etc/hostname", folder.path().join(DOTENV)).unwrap();
        assert!(matches!(ask_of(&source, folder.path()), Some(Ask::Variables(_))));
    }
}
