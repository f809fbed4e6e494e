use std::path::Path;

use super::*;

#[test]
fn the_defaults_have_no_problems() {
    assert_eq!(Config::default().read(DEFAULT, Path::new("default.toml")), []);
}

#[test]
fn the_users_lines_win_one_by_one() {
    let text = "[ui]\ntheme = \"light\"\n[keys.global]\n\"ctrl+j\" = \"\"\n\"ctrl+r\" = \"send-request\"\n";
    let (config, problems) = Config::load(Some((Path::new("config.toml"), text)));
    assert_eq!(problems, []);
    assert_eq!(config.ui.theme, "light");
    assert!(config.ui.mouse);
    assert_eq!(config.keys.keys_for("send-request"), ["ctrl+enter", "F5", "ctrl+r"]);
}

#[test]
fn mistakes_are_told_with_their_place() {
    let text = "[ui]\nthem = \"light\"\nmouse = 3\n[keys.globl]\n\"a\" = \"quit\"\n[keys.tree]\n\"hyper+a\" = \"quit\"\n";
    let (config, problems) = Config::load(Some((Path::new("c.toml"), text)));
    assert_eq!(config.ui.theme, "dark");
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 4, "{told:#?}");
    assert!(told[0].starts_with("c.toml:2:1: unknown setting `them`"), "{}", told[0]);
    assert!(told[1].starts_with("c.toml:3:9: `mouse` is true or false"), "{}", told[1]);
    assert!(told[2].starts_with("c.toml:4:7: unknown context `globl`"), "{}", told[2]);
    assert!(told[3].starts_with("c.toml:7:13: `hyper+a` is not a key"), "{}", told[3]);
    let (_, problems) = Config::load(Some((Path::new("c.toml"), "[ui\n")));
    assert!(problems[0].to_string().starts_with("c.toml:1:"), "{}", problems[0]);
}
