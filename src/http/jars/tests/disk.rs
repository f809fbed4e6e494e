//! Jars on disk: kept, shared, damaged.

use std::fs;

use super::*;

fn of(folder: &tempfile::TempDir) -> Jars {
    Jars::new(Some(folder.path().join("jars")))
}

fn name() -> JarName {
    JarName::Named("shop".into())
}

fn add(jars: &Jars, field: &str) {
    let set = jars.change(&name(), |jar| jar.receive(field, &url("https://shop.example/"), now())).unwrap();
    assert_eq!(set.content.verdict, CookieVerdict::Kept, "{field}");
}

fn names(jars: &Jars) -> Vec<String> {
    let jar = jars.read(&name()).unwrap().content;
    jar.cookies().iter().map(|cookie| cookie.name.clone()).collect()
}

#[test]
fn cookies_outlive_the_program_also_those_of_a_session() {
    let folder = tempfile::tempdir().unwrap();
    let fields =
        ["session=1", "long=2; Max-Age=60; Secure; HttpOnly; SameSite=Lax; Path=/x; Domain=shop.example"];
    let before = of(&folder);
    for field in fields {
        add(&before, field);
    }
    let after = of(&folder).read(&name()).unwrap();
    assert_eq!(after, before.read(&name()).unwrap());
    assert_eq!(after.content.cookies()[1].same_site, Some(SameSite::Lax));
    assert_eq!(of(&folder).named().into_iter().collect::<Vec<_>>(), ["shop"]);
    assert_eq!(of(&folder).read(&JarName::Loose).unwrap().content, Jar::default());
}

#[cfg(unix)]
#[test]
fn a_jar_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let jars = of(&folder);
    add(&jars, "a=1");
    let file = jars.file(&name()).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    assert_eq!(mode(&file.with_extension("lock")), 0o600);
}

#[test]
fn two_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let jars = of(&folder);
            scope.spawn(move || (0..20).for_each(|number| add(&jars, &format!("c{writer}-{number}=1"))));
        }
    });
    assert_eq!(names(&of(&folder)).len(), 80);
}

#[test]
fn a_damaged_jar_is_set_aside_and_said() {
    for damage in ["", "{", "[]", "{\"version\":1,\"cookies\":[{}]}", "\u{0}\u{0}"] {
        let folder = tempfile::tempdir().unwrap();
        let jars = of(&folder);
        add(&jars, "a=1");
        let file = jars.file(&name()).unwrap();
        fs::write(&file, damage).unwrap();
        let found = jars.read(&name()).unwrap();
        assert_eq!(found.content, Jar::default());
        let aside = found.set_aside.clone().unwrap();
        assert_eq!(fs::read_to_string(&aside).unwrap(), damage);
        assert!(found.warning().unwrap().contains(aside.to_str().unwrap()));
        add(&jars, "b=1");
        assert_eq!(names(&jars), ["b"]);
        assert_eq!(jars.read(&name()).unwrap().set_aside, None);
    }
}

#[test]
fn a_jar_of_a_later_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let jars = of(&folder);
    add(&jars, "a=1");
    let file = jars.file(&name()).unwrap();
    let text = "{\"version\":2,\"crumbs\":[]}";
    fs::write(&file, text).unwrap();
    assert!(matches!(jars.read(&name()), Err(JarError::Later { .. })));
    assert!(matches!(jars.change(&name(), |_| ()), Err(JarError::Later { .. })));
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_jar_that_cannot_be_written_says_where() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("jars"), "a file").unwrap();
    let error = of(&folder).change(&name(), |_| ()).unwrap_err();
    assert!(error.to_string().contains("jars"), "{error}");
}

#[test]
fn edits_do_what_they_say() {
    let mut jar = jar(&[
        ("a=1", "https://shop.example/"),
        ("b=1", "https://shop.example/"),
        ("c=1; Max-Age=5", "https://api.shop.example/"),
        ("d=1", "https://other.example/"),
    ]);
    let mut moved = jar.cookies()[0].clone();
    moved.path = "/new".into();
    let instead_of = Some(jar.cookies()[0].key());
    assert_eq!(Edit::Set { cookie: Box::new(moved), instead_of }.apply(&mut jar, now()), 1);
    assert_eq!(sent(&jar, "https://shop.example/new"), "a=1; b=1");
    assert_eq!(jar.cookies().len(), 4);
    assert_eq!(Edit::DeleteExpired.apply(&mut jar.clone(), later(60)), 1);
    assert_eq!(Edit::DeleteDomain("shop.example".into()).apply(&mut jar, now()), 2);
    assert_eq!(Edit::Delete(jar.cookies()[1].key()).apply(&mut jar, now()), 1);
    assert_eq!(Edit::Clear.apply(&mut jar, now()), 1);
    assert_eq!(jar, Jar::default());
}
