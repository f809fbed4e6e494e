//! Real files in real folders.

use std::{fs, path::Path, sync::mpsc::channel, time::Duration};

use super::*;
use crate::{
    format::FolderFile,
    model::{Environment, Place, Request, Row, Workspace},
};

/// A folder that goes away with the test, holding these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        put(folder.path(), path, text);
    }
    folder
}

fn put(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A workspace with one collection, `shop`, of these files.
fn shop(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let root = folder(&[("collections/shop/collection.toml", "name = \"The Shop\"\n")]);
    let shop = fs::canonicalize(root.path()).unwrap().join("collections/shop");
    for (path, text) in files {
        put(&shop, path, text);
    }
    (root, shop)
}

/// The ids of everything in the tree, in order; folders with a slash behind.
fn tree(workspace: &Workspace) -> Vec<String> {
    fn walk(folder: &crate::model::Folder, out: &mut Vec<String>) {
        for node in &folder.children {
            match node {
                Node::Folder(folder) => {
                    out.push(format!("{}/", folder.id.within()));
                    walk(folder, out);
                }
                Node::Request(request) => out.push(request.id.within().to_owned()),
            }
        }
    }
    let mut out = Vec::new();
    workspace.collections.iter().for_each(|collection| walk(&collection.root, &mut out));
    out
}

fn id(text: &str) -> NodeId {
    NodeId::new(text)
}

fn is_root() -> bool {
    let probe = tempfile::tempdir().unwrap();
    let path = probe.path().join("x");
    fs::write(&path, "").unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    fs::OpenOptions::new().write(true).open(&path).is_ok()
}

#[test]
fn a_workspace_is_found_from_below() {
    let root = folder(&[
        ("collections/shop/collection.toml", ""),
        ("collections/shop/orders/new.toml", "url = \"/\""),
        ("collections/notes/readme.md", ""),
        ("src/main.rs", ""),
    ]);
    let real = fs::canonicalize(root.path()).unwrap();
    assert_eq!(locate(&root.path().join("src")), Some(real.clone()));
    assert_eq!(locate(&root.path().join("collections/shop/orders")), Some(real.join("collections/shop")));
    assert_eq!(load(&real).unwrap().collections.len(), 1);
    assert_eq!(locate(&root.path().join("nowhere")), None);
}

#[test]
fn children_stand_as_listed_then_folders_then_requests_by_name() {
    let (root, _) = shop(&[
        ("collection.toml", "order = [\"zebra\", \"b\", \"gone\"]\n"),
        ("a.toml", "url = \"/\""),
        ("B2.toml", "url = \"/\""),
        ("b.toml", "url = \"/\""),
        ("zebra/one.toml", "url = \"/\""),
        ("m/two.toml", "url = \"/\""),
        ("empty/readme.md", ""),
        ("kept/folder.toml", "name = \"Kept\""),
        ("environments/local.toml", "[vars]\na = \"1\""),
        ("environments/Alpha.toml", ""),
        (".hidden/x.toml", "url = \"/\""),
        (".x.toml", ""),
        ("schemas/order.json", "{}"),
    ]);
    let workspace = load(root.path()).unwrap();
    assert_eq!(tree(&workspace), ["zebra/", "zebra/one", "b", "kept/", "m/", "m/two", "a", "B2"]);
    let names: Vec<_> = workspace.collections[0].environments.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["Alpha", "local"]);
    assert!(check(root.path()).unwrap().is_empty());
    assert_eq!(workspace.folder(&id("shop/kept")).unwrap().name, "Kept");
}

#[test]
fn broken_files_stand_in_their_nodes_and_the_rest_works() {
    let (root, shop) = shop(&[
        ("good.toml", "url = \"/\"\n"),
        ("syntax.toml", "url = \"/\nmethod = \"GET\"\n"),
        ("key.toml", "urll = \"/\"\nmetod = \"GET\"\n"),
        ("type.toml", "url = 5\n"),
        ("bad/folder.toml", "name = 1\n[headers]\nA = \"x\"\n"),
        ("bad/inner.toml", "url = \"/\"\n"),
        ("environments/broken.toml", "[secrets]\ntoken = \"hunter2\"\n"),
        ("environments/local.toml", "[vars]\na = \"1\"\n"),
        ("dir.toml/x.txt", ""),
    ]);
    fs::write(shop.join("latin.toml"), b"url = \"/\"\ndoc = \"caf\xe9\"\n").unwrap();
    let workspace = load(root.path()).unwrap();
    let request = |name: &str| workspace.request(&id(&format!("shop/{name}"))).unwrap().content.as_ref();
    assert_eq!(request("good").unwrap().url, "/");
    assert_eq!(request("bad/inner").unwrap().url, "/");
    assert_eq!(request("syntax").unwrap_err().place.unwrap().line, 1);
    assert_eq!(request("key").unwrap_err().hint.as_deref(), Some("did you mean `url`?"));
    assert_eq!(request("type").unwrap_err().place, Some(Place { line: 1, column: 7 }));
    assert_eq!(request("latin").unwrap_err().place, Some(Place { line: 2, column: 11 }));
    assert!(request("dir").unwrap_err().message.starts_with("cannot be read"), "a folder named like a file");
    let bad = workspace.folder(&id("shop/bad")).unwrap();
    assert!(bad.problem.is_some() && bad.defaults.headers.is_empty());
    let collection = &workspace.collections[0];
    assert_eq!(collection.environments.len(), 1);
    assert_eq!(collection.problems.len(), 1);
    assert!(!collection.problems[0].to_string().contains("hunter2"));

    let problems = check(root.path()).unwrap();
    let files: Vec<_> = problems.iter().map(|p| p.file.file_name().unwrap().to_str().unwrap()).collect();
    let expected = [
        "folder.toml",
        "dir.toml",
        "key.toml",
        "key.toml",
        "latin.toml",
        "syntax.toml",
        "type.toml",
        "broken.toml",
    ];
    assert_eq!(files, expected);
}

#[cfg(unix)]
#[test]
fn unreadable_files_and_folders_are_told() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (root, shop) = shop(&[("good.toml", "url = \"/\""), ("locked.toml", ""), ("closed/x.toml", "")]);
    symlink("/nowhere/at/all.toml", shop.join("dangling.toml")).unwrap();
    let workspace = load(root.path()).unwrap();
    let dangling = workspace.request(&id("shop/dangling")).unwrap().content.as_ref().unwrap_err();
    assert!(dangling.hint.as_ref().unwrap().contains("link"));
    if is_root() {
        return;
    }
    for name in ["locked.toml", "closed"] {
        fs::set_permissions(shop.join(name), fs::Permissions::from_mode(0o000)).unwrap();
    }
    let workspace = load(root.path()).unwrap();
    assert!(workspace.request(&id("shop/locked")).unwrap().content.is_err());
    assert!(workspace.folder(&id("shop/closed")).unwrap().problem.is_some());
    assert!(workspace.request(&id("shop/good")).unwrap().content.is_ok());
    fs::set_permissions(shop.join("closed"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    use std::os::unix::fs::symlink;
    let (root, shop) = shop(&[("a/one.toml", "url = \"/\""), ("b/two.toml", "url = \"/\"")]);
    symlink(&shop, shop.join("a/up")).unwrap();
    symlink(shop.join("b"), shop.join("a/b")).unwrap();
    symlink(shop.join("a"), shop.join("b/a")).unwrap();
    symlink("self", shop.join("self")).unwrap();
    let workspace = load(root.path()).unwrap();
    assert_eq!(tree(&workspace), ["a/", "a/b/", "a/b/two", "a/one", "b/", "b/a/", "b/a/one", "b/two"]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_out_of_the_folder() {
    use std::os::unix::fs::symlink;
    let (root, shop) = shop(&[("a/one.toml", "url = \"/\""), ("environments/own.toml", "")]);
    let outside = root.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("two.toml"), "url = \"/\"\n[vars]\npassword = 'not-its-own'\n").unwrap();
    symlink(&outside, shop.join("a/elsewhere")).unwrap();
    symlink(outside.join("two.toml"), shop.join("two.toml")).unwrap();
    symlink(outside.join("two.toml"), shop.join("a/folder.toml")).unwrap();
    symlink(outside.join("two.toml"), shop.join("environments/two.toml")).unwrap();
    let workspace = load(root.path()).unwrap();
    assert!(!format!("{workspace:?}").contains("not-its-own"));
    assert_eq!(tree(&workspace), ["a/", "a/one", "two"]);
    assert!(workspace.folder(&id("shop/a")).unwrap().problem.is_some());
    assert_eq!(workspace.collections[0].environments.len(), 1);
    let problems = check(root.path()).unwrap();
    assert_eq!(problems.iter().filter(|problem| problem.message.contains("is a link out of")).count(), 4);
}

#[test]
fn misplaced_collections_are_told() {
    let (root, _) = shop(&[("sub/collection.toml", ""), ("sub/x.toml", "url = \"/\""), ("folder.toml", "")]);
    let hints: Vec<_> = check(root.path()).unwrap().into_iter().filter_map(|problem| problem.hint).collect();
    assert_eq!(hints, ["its name here is collection.toml", "its name here is folder.toml"]);
}

#[test]
fn a_save_changes_one_line_and_keeps_the_rest() {
    let text = "# top\nurl = \"/\" # where\n\n[headers]\nA = \"1\"\n";
    let (root, shop) = shop(&[("new.toml", text)]);
    let path = shop.join("new.toml");
    let (_, seen) = read_text(&path).unwrap();
    let mut request = load(root.path()).unwrap().find("new").unwrap().content.clone().unwrap();
    request.headers[0].value = "2".into();
    let saved = save_request(&shop, &id("shop/new"), &request, Some(&seen)).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), text.replace("\"1\"", "\"2\""));
    assert_eq!(read_text(&path).unwrap(), (saved.text.clone(), saved.stamp.clone()));
    let again = save_request(&shop, &id("shop/new"), &request, Some(&saved.stamp)).unwrap();
    assert_eq!(again, saved);
    let left: Vec<_> = fs::read_dir(&shop).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "no temporary file stays: {left:?}");
}

#[test]
fn a_file_changed_under_an_edit_is_not_overwritten_unasked() {
    let (_root, shop) = shop(&[("new.toml", "url = \"/mine\"\n")]);
    let path = shop.join("new.toml");
    let (text, seen) = read_text(&path).unwrap();
    let mut request = crate::format::parse_request(&text, &path).unwrap();
    request.method = "POST".into();
    let theirs = "# theirs\nurl = \"/theirs\"\n";
    fs::write(&path, theirs).unwrap();

    let error = save_request(&shop, &id("shop/new"), &request, Some(&seen)).unwrap_err();
    let SaveError::ChangedOnDisk { now: Some(now), .. } = &error else { panic!("{error}") };
    assert_eq!(*now, Stamp::of(theirs));
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);

    overwrite_request(&shop, &id("shop/new"), &request).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "# theirs\nmethod = \"POST\"\nurl = \"/mine\"\n");

    fs::write(&path, "not toml at all").unwrap();
    let error =
        save_request(&shop, &id("shop/new"), &request, Some(&Stamp::of("not toml at all"))).unwrap_err();
    assert!(matches!(&error, SaveError::Format(problems) if problems[0].file == path), "{error}");
    overwrite_request(&shop, &id("shop/new"), &request).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "method = \"POST\"\nurl    = \"/mine\"\n");

    fs::remove_file(&path).unwrap();
    let error = save_request(&shop, &id("shop/new"), &request, Some(&seen)).unwrap_err();
    assert!(matches!(error, SaveError::ChangedOnDisk { now: None, .. }));
    save_request(&shop, &id("shop/new"), &request, None).unwrap();
    let error = save_request(&shop, &id("shop/new"), &request, None).unwrap_err();
    assert!(matches!(error, SaveError::ChangedOnDisk { now: Some(_), .. }));
}

#[test]
fn what_cannot_be_written_says_why_and_leaves_the_file() {
    let (_root, shop) = shop(&[("new.toml", "url = \"/\"\n"), ("folder-there.toml/x", "")]);
    let path = shop.join("new.toml");
    let (_, seen) = read_text(&path).unwrap();
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let request = Request { url: "/other".into(), ..Request::default() };
    let error = save_request(&shop, &id("shop/new"), &request, Some(&seen)).unwrap_err();
    assert!(matches!(error, SaveError::Io { .. }), "read-only is respected, for root too");
    assert!(error.hint().unwrap().contains("writable"));
    assert_eq!(fs::read_to_string(&path).unwrap(), "url = \"/\"\n");

    let error = save_request(&shop, &id("shop/folder-there"), &request, None).unwrap_err();
    assert!(matches!(error, SaveError::Io { .. }), "{error}");
    let error = save_request(&shop, &id("shop/new/below"), &request, None);
    assert!(error.is_ok(), "a folder beside a request of its name");
    for bad in ["shop/../x", "shop/a\\b", "shop/.hidden", "shop/", "shop/a:b"] {
        let error = save_request(&shop, &id(bad), &request, None).unwrap_err();
        assert!(matches!(error, SaveError::Io { .. }), "{bad}: {error}");
    }
    let twice = Request { vars: vec![("a".into(), "1".into()), ("a".into(), "2".into())], ..request };
    assert!(matches!(save_request(&shop, &id("shop/x"), &twice, None), Err(SaveError::Format(_))));
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (_root, shop) = shop(&[("real.toml", "url = \"/\"\n")]);
    fs::set_permissions(shop.join("real.toml"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.toml", shop.join("link.toml")).unwrap();
    let request = Request { url: "/x".into(), ..Request::default() };
    save_request(&shop, &id("shop/link"), &request, Some(&Stamp::of("url = \"/\"\n"))).unwrap();
    assert!(shop.join("link.toml").is_symlink());
    assert_eq!(fs::read_to_string(shop.join("real.toml")).unwrap(), "url = \"/x\"\n");
    assert_eq!(fs::metadata(shop.join("real.toml")).unwrap().permissions().mode() & 0o777, 0o640);
    save_request(&shop, &id("shop/fresh"), &request, None).unwrap();
    let mode = |name: &str| fs::metadata(shop.join(name)).unwrap().permissions().mode() & 0o777;
    fs::write(shop.join("plain.toml"), "").unwrap();
    assert_eq!(mode("fresh.toml"), mode("plain.toml"), "as any new file");
    symlink("nowhere.toml", shop.join("dangling.toml")).unwrap();
    assert!(save_request(&shop, &id("shop/dangling"), &request, None).is_err());
}

#[test]
fn environments_and_folders_are_saved_likewise() {
    let (root, shop) = shop(&[("environments/local.toml", "[vars]\na = \"1\" # a\n")]);
    let (text, seen) = read_text(&environment_path(&shop, "local")).unwrap();
    let mut local = crate::format::parse_environment(&text, "local", Path::new("")).unwrap();
    local.vars[0].1 = "2".into();
    save_environment(&shop, &local, Some(&seen)).unwrap();
    assert_eq!(read_text(&environment_path(&shop, "local")).unwrap().0, "[vars]\na = \"2\" # a\n");
    assert!(matches!(save_environment(&shop, &local, Some(&seen)), Err(SaveError::ChangedOnDisk { .. })));
    overwrite_environment(&shop, &local).unwrap();
    let fresh = Environment { name: "staging".into(), ..local };
    save_environment(&shop, &fresh, None).unwrap();
    let outside = Environment { name: "../x".into(), ..fresh };
    assert!(save_environment(&shop, &outside, None).is_err());

    let folder = FolderFile { name: Some("S".into()), ..FolderFile::default() };
    overwrite_folder(&shop, &id("shop"), &folder).unwrap();
    save_folder(&shop, &id("shop/orders"), &folder, None).unwrap();
    let workspace = load(root.path()).unwrap();
    assert_eq!(workspace.collections[0].root.name, "S");
    assert_eq!(workspace.folder(&id("shop/orders")).unwrap().name, "S");
    assert_eq!(workspace.collections[0].environments.len(), 2);
}

fn order(shop: &Path) -> Vec<String> {
    let text = fs::read_to_string(shop.join("collection.toml")).unwrap();
    crate::format::parse_folder(&text, Path::new("")).unwrap().order
}

#[test]
fn names_and_places_change_with_the_order_list() {
    let (root, shop) = shop(&[
        ("collection.toml", "name = \"Shop\" # n\norder = [\"b\", \"a\"] # o\n"),
        ("a.toml", "url = \"/a\""),
        ("b.toml", "url = \"/b\""),
        ("sub/c.toml", "url = \"/c\""),
    ]);
    let renamed = rename(&shop, &id("shop/b"), NodeKind::Request, "bee").unwrap();
    assert_eq!(renamed, id("shop/bee"));
    assert_eq!(
        fs::read_to_string(shop.join("collection.toml")).unwrap(),
        "name = \"Shop\" # n\norder = [\"bee\", \"a\"] # o\n"
    );
    let copy = duplicate(&shop, &renamed, NodeKind::Request).unwrap();
    assert_eq!(copy, id("shop/bee-copy"));
    assert_eq!(duplicate(&shop, &renamed, NodeKind::Request).unwrap(), id("shop/bee-copy-2"));
    assert_eq!(order(&shop), ["bee", "bee-copy-2", "bee-copy", "a"]);
    assert_eq!(duplicate(&shop, &id("shop/sub"), NodeKind::Folder).unwrap(), id("shop/sub-copy"));
    let moved = move_node(&shop, &copy, NodeKind::Request, &shop, &id("shop/sub")).unwrap();
    assert_eq!(moved, id("shop/sub/bee-copy"));
    assert_eq!(order(&shop), ["bee", "bee-copy-2", "a"]);
    let made = create_folder(&shop, &id("shop"), " New Things! ").unwrap();
    assert_eq!(made, id("shop/new-things"));
    let workspace = load(root.path()).unwrap();
    assert_eq!(workspace.folder(&made).unwrap().name, "New Things!");
    assert!(workspace.request(&moved).unwrap().content.is_ok());
    assert!(workspace.request(&id("shop/sub-copy/c")).is_some());
}

#[test]
fn nothing_is_put_over_anything_else() {
    let (_root, shop) =
        shop(&[("a.toml", "url = \"/a\""), ("b.toml", "url = \"/b\""), ("sub/a.toml", "url = \"/\"")]);
    let exists = |result: Result<NodeId, SaveError>| matches!(result, Err(SaveError::Exists { .. }));
    assert!(exists(rename(&shop, &id("shop/a"), NodeKind::Request, "b")));
    assert!(exists(move_node(&shop, &id("shop/a"), NodeKind::Request, &shop, &id("shop/sub"))));
    assert!(exists(create_folder(&shop, &id("shop"), "sub")));
    for (what, kind, leaf) in [
        ("shop/a", NodeKind::Request, "../x"),
        ("shop/a", NodeKind::Request, "folder"),
        ("shop/a", NodeKind::Request, ""),
        ("shop/sub", NodeKind::Folder, "environments"),
        ("shop/sub", NodeKind::Folder, "x.toml"),
        ("shop", NodeKind::Folder, "x"),
        ("shop/gone", NodeKind::Request, "x"),
    ] {
        assert!(
            matches!(rename(&shop, &id(what), kind, leaf), Err(SaveError::Io { .. })),
            "{what} to {leaf}"
        );
    }
    let inside = move_node(&shop, &id("shop/sub"), NodeKind::Folder, &shop, &id("shop/sub/deeper"));
    assert!(matches!(inside, Err(SaveError::Io { .. })));
    assert_eq!(fs::read_to_string(shop.join("b.toml")).unwrap(), "url = \"/b\"");
}

#[test]
fn what_is_deleted_can_come_back() {
    let (root, shop) = shop(&[
        ("collection.toml", "order = [\"b\", \"sub\", \"a\"]\n"),
        ("a.toml", "url = \"/a\""),
        ("b.toml", "url = \"/b\""),
        ("sub/c.toml", "url = \"/c\""),
    ]);
    let before = tree(&load(root.path()).unwrap());
    let trash = tempfile::tempdir().unwrap();
    let deleted = delete(&shop, &id("shop/sub"), NodeKind::Folder, trash.path()).unwrap();
    assert_eq!(tree(&load(root.path()).unwrap()), ["b", "a"]);
    assert_eq!(order(&shop), ["b", "a"]);
    let kept: Deleted = serde_json::from_str(&serde_json::to_string(&deleted).unwrap()).unwrap();
    restore(&kept).unwrap();
    assert_eq!(tree(&load(root.path()).unwrap()), before);
    assert_eq!(order(&shop), ["b", "sub", "a"]);
    assert_eq!(fs::read_dir(trash.path()).unwrap().count(), 0);

    let deleted = delete(&shop, &id("shop/a"), NodeKind::Request, trash.path()).unwrap();
    fs::write(shop.join("a.toml"), "url = \"/new\"").unwrap();
    assert!(matches!(restore(&deleted), Err(SaveError::Exists { .. })));
    assert_eq!(fs::read_to_string(shop.join("a.toml")).unwrap(), "url = \"/new\"");
    assert!(delete(&shop, &id("shop"), NodeKind::Folder, trash.path()).is_err());
}

#[test]
fn a_new_collection_is_ready_to_use() {
    let data = tempfile::tempdir().unwrap();
    let mine = user_default(data.path()).unwrap();
    assert_eq!(user_default(data.path()).unwrap(), mine);
    let workspace = load(&mine).unwrap();
    assert_eq!(workspace.collections[0].environments[0].name, "local");
    assert!(check(&mine).unwrap().is_empty());
    assert_eq!(fs::read_to_string(mine.join(".gitignore")).unwrap(), ".env\n");
    assert!(matches!(create_collection(&mine), Err(SaveError::Exists { .. })));

    put(data.path(), "other/.gitignore", "/target");
    create_collection(&data.path().join("other")).unwrap();
    assert_eq!(fs::read_to_string(data.path().join("other/.gitignore")).unwrap(), "/target\n.env\n");
}

#[test]
fn paths_and_ids_belong_together() {
    let shop = Path::new("/w/shop");
    for (node, kind, path) in [
        ("shop/orders/new", NodeKind::Request, "/w/shop/orders/new.toml"),
        ("shop/v1.2", NodeKind::Request, "/w/shop/v1.2.toml"),
        ("shop/orders", NodeKind::Folder, "/w/shop/orders"),
        ("shop", NodeKind::Folder, "/w/shop"),
    ] {
        assert_eq!(path_of(shop, &id(node), kind), Path::new(path));
        assert_eq!(id_of(shop, Path::new(path)), Some((id(node), kind)));
    }
    let folder = Some((id("shop/orders"), NodeKind::Folder));
    assert_eq!(id_of(shop, Path::new("/w/shop/orders/folder.toml")), folder);
    assert_eq!(id_of(shop, Path::new("/w/shop/environments/local.toml")), None);
    assert_eq!(id_of(shop, Path::new("/w/shop/.git/x.toml")), None);
    assert_eq!(id_of(shop, Path::new("/elsewhere/x.toml")), None);
}

#[test]
fn changes_of_files_are_told() {
    let (root, shop) = shop(&[("a.toml", "url = \"/a\""), ("notes.md", "")]);
    let (sender, receiver) = channel();
    let watcher = watch(root.path(), move |paths| {
        sender.send(paths).ok();
    })
    .unwrap();
    let told = |wanted: &Path| {
        std::iter::from_fn(|| receiver.recv_timeout(Duration::from_secs(20)).ok())
            .any(|paths| paths.iter().any(|path| path == wanted))
    };
    fs::write(shop.join("notes.md"), "x").unwrap();
    let request = Request { headers: vec![Row::new("A", "1")], ..Request::default() };
    overwrite_request(&shop, &id("shop/a"), &request).unwrap();
    assert!(told(&shop.join("a.toml")));
    fs::create_dir(shop.join("sub")).unwrap();
    assert!(told(&shop.join("sub")));
    fs::remove_file(shop.join("a.toml")).unwrap();
    assert!(told(&shop.join("a.toml")));
    drop(watcher);
    assert!(receiver.iter().flatten().all(|path| path.extension().is_none_or(|ending| ending == "toml")));
}

#[test]
fn a_thousand_requests_load_whole() {
    let (root, shop) = shop(&[]);
    let text = "method = \"POST\"\nurl = \"{{ base_url }}/x\"\n\n[headers]\nAccept = \"application/json\"\n\n[body]\njson = '''\n{}\n'''\n";
    for folder in 0..10 {
        fs::create_dir(shop.join(format!("f{folder}"))).unwrap();
        for request in 0..100 {
            fs::write(shop.join(format!("f{folder}/r{request}.toml")), text).unwrap();
        }
    }
    let workspace = load(root.path()).unwrap();
    assert_eq!(workspace.requests().len(), 1000);
}
