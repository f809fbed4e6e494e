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

/// The blocks of TOML in docs/configuration.md, each with the file that its first line names.
fn documented() -> Vec<(&'static str, &'static str)> {
    let page = include_str!("../../docs/configuration.md");
    let blocks = page.split("```toml\n# ").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.map(|block| block.split_once('\n').unwrap()).collect()
}

#[test]
fn what_the_page_shows_can_be_written() {
    let blocks = documented();
    assert_eq!(blocks.len(), 4);
    for (file, text) in blocks {
        let problems = match file {
            "config.toml" => Config::load(Some((Path::new(file), text))).1,
            _ => Theme::parse("shown", text, Path::new(file)).1,
        };
        assert_eq!(problems, [], "{file}");
    }
}

#[test]
fn the_page_names_every_context() {
    let page = include_str!("../../docs/configuration.md");
    for context in Config::CONTEXTS {
        assert!(page.contains(&format!("| `keys.{context}` |")), "{context}");
    }
}

#[test]
fn what_edits_a_line_of_text_is_left_to_it() {
    let (config, _) = Config::load(None);
    for pane in ["request", "tree", "history", "response", "dialog"] {
        for name in
            ["left", "home", "delete", "backspace", "ctrl+left", "alt+right", "ctrl+z", "ctrl+w", "?", "g"]
        {
            let key: Key = name.parse().unwrap();
            let asks = config.keys.lookup(&["text", pane, "global"], &[key], true);
            assert_eq!(asks, Lookup::None, "{name} in {pane}");
        }
    }
}
