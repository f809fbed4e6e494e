use std::path::{Path, PathBuf};

use ratatui::style::Color;

use super::{file::EMBEDDED, *};

/// WCAG 2.2, relative luminance and contrast ratio.
fn contrast(one: Color, other: Color) -> Option<f64> {
    let luminance = |color| {
        let Color::Rgb(red, green, blue) = color else { return None };
        let [red, green, blue] = [red, green, blue].map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        Some(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    };
    let (one, other) = (luminance(one)?, luminance(other)?);
    Some((one.max(other) + 0.05) / (one.min(other) + 0.05))
}

#[test]
fn every_embedded_theme_is_whole() {
    for (name, text) in EMBEDDED {
        assert_eq!(Theme::parse(name, text, Path::new(name)).1, []);
        let theme = Theme::embedded().into_iter().find(|theme| theme.name == name).unwrap();
        for (role, style) in theme.roles() {
            assert_ne!(style, Style::new(), "{name} leaves out {role}");
        }
    }
}

/// What steps back: on a selected line it may step back further than text does.
const FAINT: [&str; 4] = ["disabled", "placeholder", "line_number", "syntax_offset"];

#[test]
fn text_is_readable_on_every_ground_it_stands_on() {
    for theme in Theme::embedded().into_iter().filter(|theme| theme.name != "terminal") {
        let inks = theme.roles().filter(|(role, _)| !role.contains("border") && !role.starts_with("scroll"));
        for (role, style) in inks {
            let chosen = if FAINT.contains(&role) { 3.0 } else { 4.5 };
            let grounds = match style.bg {
                Some(own) => vec![(own, 4.5)],
                None => [
                    (theme.text, 4.5),
                    (theme.popup, 4.5),
                    (theme.cursor_line, 4.5),
                    (theme.selection, chosen),
                ]
                .map(|(ground, least)| (ground.bg.unwrap(), least))
                .to_vec(),
            };
            let ink = style.fg.or(theme.text.fg).unwrap();
            for (ground, least) in grounds {
                let contrast = contrast(ink, ground).unwrap();
                assert!(
                    contrast >= least,
                    "{}: {role} on {ground} has a contrast of {contrast:.2}",
                    theme.name
                );
            }
        }
    }
}

#[test]
fn a_mistake_costs_its_line_and_no_more() {
    let text = "accent = \"#12345\"\nborde = \"red\"\ntext = { fg = \"mine\", bold = true }\n[palette]\nmine = \"#010203\"\n";
    let (theme, problems) = Theme::parse("x", text, Path::new("x.toml"));
    assert_eq!(theme.text, Style::new().fg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::BOLD));
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("x.toml:1:10: `#12345` is not a colour"), "{}", told[0]);
    assert!(
        told[1].contains("x.toml:2:1: unknown role `borde`") && told[1].contains("`border`"),
        "{}",
        told[1]
    );
}

#[test]
fn a_palette_alone_recolours_its_base() {
    let text = "base = \"light\"\ndim = \"208\"\n[palette]\naccent = \"#010203\"\n";
    let (own, problems) = Theme::parse("own", text, Path::new("own.toml"));
    assert_eq!(problems, []);
    let light = Theme::embedded().into_iter().find(|theme| theme.name == "light").unwrap();
    assert_eq!(own.accent, Style::new().fg(Color::Rgb(1, 2, 3)));
    assert_eq!(own.brand, light.brand.bg(Color::Rgb(1, 2, 3)));
    assert_eq!(own.dim, Style::new().fg(Color::Indexed(208)));
    assert_eq!((own.text, own.selection), (light.text, light.selection));
}

#[test]
fn a_file_that_is_no_theme_is_told_and_drawn_as_its_base() {
    let dark = Theme::embedded().into_iter().find(|theme| theme.name == "dark").unwrap();
    for (text, start) in [
        ("base = \"ligt\"", "x.toml:1:8: unknown theme `ligt`\n  hint: did you mean `light`?"),
        ("text = ", "x.toml:1:8: "),
        ("accent = \"#+12345\"", "x.toml:1:10: `#+12345` is not a colour"),
        ("accent = \"256\"", "x.toml:1:10: `256` is not a colour"),
        ("accent = { fg = 3 }", "x.toml:1:10: `fg` is not a colour"),
        ("palette = \"red\"", "x.toml:1:11: `palette` is a table"),
    ] {
        let (theme, problems) = Theme::parse("dark", text, Path::new("x.toml"));
        assert_eq!(theme, dark, "{text}");
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert!(told.len() == 1 && told[0].starts_with(start), "{told:?}");
    }
}

#[test]
fn a_users_theme_stands_beside_the_others_or_in_the_place_of_one() {
    let own = [
        (PathBuf::from("themes/dark.toml"), "text = \"#010203\"".to_owned()),
        (PathBuf::from("themes/mine.toml"), "texte = \"red\"".to_owned()),
    ];
    let (themes, problems) = Theme::available(&own);
    let names: Vec<&str> = themes.iter().map(|theme| theme.name.as_str()).collect();
    assert_eq!(names, ["dark", "light", "terminal", "mine"]);
    assert_eq!(themes[0].text, Style::new().fg(Color::Rgb(1, 2, 3)));
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].file, Path::new("themes/mine.toml"));
}

#[test]
fn without_colours_what_matters_still_stands_out() {
    let theme = Theme::monochrome();
    for (role, style) in theme.roles() {
        assert_eq!((style.fg, style.bg), (None, None), "{role}");
    }
    for style in
        [theme.selection, theme.variable_undefined, theme.insecure, theme.notice_error, theme.status_5xx]
    {
        assert_ne!(style, Style::new());
    }
}
