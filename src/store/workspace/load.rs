//! From folders and files to the tree. Each file is read and parsed once.

use std::{
    collections::HashMap,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use super::{COLLECTION_FILE, ENVIRONMENTS, FOLDER_FILE};
use crate::{
    format::{self, FolderFile},
    model::{Collection, Environment, Folder, Node, NodeId, Problem, RequestNode, Workspace},
};

/// Reads everything below `root`. What is wrong with a file stands in its node; only a root that cannot be read at
/// all is an error.
///
/// Children are in this order: those that `order` lists, then folders, then requests, each by name. Files that do
/// not end in `.toml`, names that start with a dot, and folders without a request or folder.toml anywhere below are
/// left alone. Links are followed within a collection's folder, but not in circles and not out of it: nothing is read
/// elsewhere because a file says so.
pub fn load(root: &Path) -> io::Result<Workspace> {
    read(root).map(|(workspace, _)| workspace)
}

/// Every problem of every file below `root`, file by file.
pub fn check(root: &Path) -> io::Result<Vec<Problem>> {
    read(root).map(|(_, problems)| problems)
}

fn read(root: &Path) -> io::Result<(Workspace, Vec<Problem>)> {
    let root = fs::canonicalize(root)?;
    let mut loader = Loader { problems: Vec::new(), above: Vec::new(), within: PathBuf::new() };
    let mut collections = Vec::new();
    for folder in collection_folders(&root)? {
        collections.extend(loader.collection(&folder));
    }
    Ok((Workspace { root, collections }, loader.problems))
}

/// The folder itself where it is a collection, or those in its `collections` folder, by name.
pub(super) fn collection_folders(root: &Path) -> io::Result<Vec<PathBuf>> {
    if root.join(COLLECTION_FILE).exists() {
        return Ok(vec![root.to_owned()]);
    }
    let entries = match fs::read_dir(root.join("collections")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::read_dir(root)?;
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let folders = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut folders: Vec<_> = folders.filter(|folder| folder.join(COLLECTION_FILE).exists()).collect();
    folders.sort();
    Ok(folders)
}

struct Loader {
    /// All of them, also those of which a node shows only the first.
    problems: Vec<Problem>,
    /// Real paths of the folders that are being read, to notice links that lead back into one.
    above: Vec<PathBuf>,
    /// The folder of the collection that is being read.
    within: PathBuf,
}

/// Whether a path is a link, or stands behind one, that leads out of the collection's folder. What is not there leads
/// nowhere.
pub fn leads_out(collection_folder: &Path, path: &Path) -> bool {
    match (fs::canonicalize(collection_folder), fs::canonicalize(path)) {
        (Ok(folder), Ok(path)) => !path.starts_with(folder),
        _ => false,
    }
}

/// What a folder holds, by name.
#[derive(Default)]
struct Listing {
    folders: Vec<(String, PathBuf)>,
    requests: Vec<(String, PathBuf)>,
}

impl Loader {
    fn collection(&mut self, folder: &Path) -> Option<Collection> {
        let name = folder.file_name().and_then(OsStr::to_str)?;
        folder.clone_into(&mut self.within);
        let root = self.folder(folder, &NodeId::new(name));
        let seen = self.problems.len();
        let environments = self.environments(&folder.join(ENVIRONMENTS));
        let problems = self.problems.get(seen..).unwrap_or_default().to_vec();
        Some(Collection { folder: folder.to_owned(), root, environments, problems })
    }

    fn folder(&mut self, path: &Path, id: &NodeId) -> Folder {
        let (file, mut problem) = self.folder_file(path, id);
        let (mut listing, unread) = self.listing(path);
        problem = problem.or(unread);
        if id.parent().is_none() {
            listing.folders.retain(|(name, _)| name != ENVIRONMENTS);
        }
        let mut children = Vec::with_capacity(listing.folders.len() + listing.requests.len());
        self.above.push(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()));
        for (name, path) in listing.folders {
            let looped = fs::canonicalize(&path).is_ok_and(|real| self.above.contains(&real));
            if looped {
                continue;
            }
            if leads_out(&self.within, &path) {
                problem = problem.or(Some(self.elsewhere(&path)));
                continue;
            }
            let folder = self.folder(&path, &id.child(&name));
            if !folder.children.is_empty() || folder.problem.is_some() || path.join(FOLDER_FILE).exists() {
                children.push(Node::Folder(folder));
            }
        }
        self.above.pop();
        children.extend(listing.requests.into_iter().map(|(name, path)| {
            Node::Request(RequestNode { id: id.child(&name), content: self.request(&path) })
        }));
        in_order(&mut children, &file.order);
        Folder {
            id: id.clone(),
            name: file.name.unwrap_or_else(|| id.leaf().to_owned()),
            doc: file.doc,
            order: file.order,
            defaults: file.defaults,
            children,
            problem,
        }
    }

    /// What the folder's own file says; nothing where it has none or a broken one.
    fn folder_file(&mut self, path: &Path, id: &NodeId) -> (FolderFile, Option<Problem>) {
        let (own, other) = if id.parent().is_none() {
            (COLLECTION_FILE, FOLDER_FILE)
        } else {
            (FOLDER_FILE, COLLECTION_FILE)
        };
        let misplaced = path.join(other);
        let mut problem = None;
        if misplaced.exists() {
            let hint = format!("its name here is {own}");
            problem = Some(self.whole(&misplaced, format!("a {other} has no meaning in this folder"), hint));
        }
        let file = path.join(own);
        if !file.exists() && !file.is_symlink() {
            return (FolderFile::default(), problem);
        }
        match self.parse(&file, |text| format::parse_folder(text, &file)) {
            Ok(folder) => (folder, problem),
            Err(broken) => (FolderFile::default(), Some(broken)),
        }
    }

    fn request(&mut self, path: &Path) -> Result<crate::model::Request, Problem> {
        self.parse(path, |text| format::parse_request(text, path))
    }

    fn environments(&mut self, folder: &Path) -> Vec<Environment> {
        if !folder.exists() {
            return Vec::new();
        }
        let (listing, _) = self.listing(folder);
        let environment = |(name, path): (String, PathBuf)| {
            self.parse(&path, |text| format::parse_environment(text, &name, &path)).ok()
        };
        listing.requests.into_iter().filter_map(environment).collect()
    }

    /// Reads and parses one file; all of its problems are kept, the first is returned.
    fn parse<T>(
        &mut self,
        path: &Path,
        parse: impl FnOnce(&str) -> Result<T, Vec<Problem>>,
    ) -> Result<T, Problem> {
        if leads_out(&self.within, path) {
            return Err(self.elsewhere(path));
        }
        let problems = match fs::read(path) {
            Err(error) => vec![unreadable(path, &error)],
            Ok(bytes) => match std::str::from_utf8(&bytes) {
                Err(error) => vec![not_text(path, &bytes, error.valid_up_to())],
                Ok(text) => match parse(text) {
                    Ok(value) => return Ok(value),
                    Err(problems) => problems,
                },
            },
        };
        let first = problems.first().cloned();
        self.problems.extend(problems);
        Err(first.unwrap_or_else(|| problem(path, "cannot be used".to_owned(), None)))
    }

    fn elsewhere(&mut self, path: &Path) -> Problem {
        let message = "is a link out of the collection's folder, and is not followed".to_owned();
        self.whole(path, message, "put what it leads to into the folder".to_owned())
    }

    fn whole(&mut self, file: &Path, message: String, hint: impl Into<Option<String>>) -> Problem {
        let problem = problem(file, message, hint.into());
        self.problems.push(problem.clone());
        problem
    }

    /// Folders and requests in `folder`, by name, and why it cannot be read if so.
    fn listing(&mut self, folder: &Path) -> (Listing, Option<Problem>) {
        let mut listing = Listing::default();
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let unread = unreadable(folder, &error);
                self.problems.push(unread.clone());
                return (listing, Some(unread));
            }
        };
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                if Path::new(&name).extension() == Some(OsStr::new("toml")) {
                    let hint = "rename the file".to_owned();
                    self.whole(&entry.path(), "its name is not UTF-8".to_owned(), hint);
                }
                continue;
            };
            if name.starts_with('.') {
                continue;
            }
            let path = entry.path();
            let leaf = name.strip_suffix(".toml").filter(|leaf| !leaf.is_empty());
            match (leaf, entry.file_type().is_ok_and(|kind| kind.is_dir()) || path.is_dir()) {
                (None, true) => listing.folders.push((name.to_owned(), path)),
                (Some(_), _) if name == FOLDER_FILE || name == COLLECTION_FILE => {}
                // A folder named like a request is one that cannot be read.
                (Some(leaf), _) => listing.requests.push((leaf.to_owned(), path)),
                (None, false) => {}
            }
        }
        listing.folders.sort_by(|a, b| by_name(&a.0, &b.0));
        listing.requests.sort_by(|a, b| by_name(&a.0, &b.0));
        (listing, None)
    }
}

fn by_name(one: &str, other: &str) -> std::cmp::Ordering {
    one.to_lowercase().cmp(&other.to_lowercase()).then_with(|| one.cmp(other))
}

/// Moves the children that `order` lists to the front; the others keep their places.
fn in_order(children: &mut [Node], order: &[String]) {
    let places: HashMap<&str, usize> =
        order.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
    children.sort_by_key(|node| places.get(node.id().leaf()).copied().unwrap_or(usize::MAX));
}

fn problem(file: &Path, message: String, hint: Option<String>) -> Problem {
    Problem { file: file.to_owned(), place: None, message, hint }
}

fn unreadable(path: &Path, error: &io::Error) -> Problem {
    let hint = match error.kind() {
        io::ErrorKind::PermissionDenied => Some("make it readable for you"),
        io::ErrorKind::IsADirectory => Some("a folder has the name of a request: rename it"),
        io::ErrorKind::NotFound => Some("it is a link to something that does not exist"),
        _ => None,
    };
    problem(path, format!("cannot be read: {error}"), hint.map(str::to_owned))
}

fn not_text(path: &Path, bytes: &[u8], valid: usize) -> Problem {
    let text = String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default());
    Problem {
        file: path.to_owned(),
        place: Some(format::place_of(&text, text.len())),
        message: "is not UTF-8 text".to_owned(),
        hint: Some("save the file as UTF-8".to_owned()),
    }
}
