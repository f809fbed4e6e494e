use std::path::Path;

use super::*;

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
        let (theme, problems) = Theme::parse(name, text, Path::new(name));
        assert_eq!(problems, []);
        for (role, style) in theme.roles() {
            assert_ne!(style, Style::new(), "{name} leaves out {role}");
        }
    }
}

#[test]
fn text_is_readable_on_its_ground() {
    for theme in Theme::embedded().into_iter().filter(|theme| theme.name != "terminal") {
        for (role, style) in
            theme.roles().filter(|(role, _)| !role.contains("border") && !role.starts_with("scroll"))
        {
            let ground = style.bg.or(theme.text.bg).unwrap();
            let ink = style.fg.or(theme.text.fg).unwrap();
            let contrast = contrast(ink, ground).unwrap();
            assert!(contrast >= 4.5, "{}: {role} has a contrast of {contrast:.2}", theme.name);
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
