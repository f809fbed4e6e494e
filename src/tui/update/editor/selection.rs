//! What is copied, cut and undone where the focus is in the request pane.

use super::{
    super::super::{
        app::{
            App,
            answers::Subject,
            editor::{Part, Spot},
            notices::Notice,
        },
        effect::Effect,
        widgets::text_field::TextField,
    },
    content::{area_changed, field_changed, url_changed},
};

/// Copies what is selected where the focus is, or cuts it.
pub(super) fn copy(app: &mut App, cut: bool) -> Vec<Effect> {
    let cut = cut && matches!(app.subject, Some(Subject::Request(_)));
    let of_field = |field: &mut TextField| if cut { field.cut() } else { field.copy() };
    let (spot, part) = (app.editor.spot, app.editor.part());
    let text = match (spot, part) {
        (Spot::Url, _) => of_field(&mut app.editor.url),
        (_, Some(Part::Field(kind))) => app.editor.field_mut(kind).and_then(of_field),
        (_, Some(Part::Table(kind))) => app.editor.table_mut(kind).editing_mut().and_then(of_field),
        (_, Some(Part::Area(kind))) => {
            let area = app.editor.area_mut(kind);
            if cut { area.cut() } else { area.copy() }
        }
        _ => None,
    };
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        app.report(
            Notice::info("Nothing is selected")
                .with_hint("shift with the arrows selects, ctrl+a selects all"),
        );
        return Vec::new();
    };
    let mut effects = match (spot, part) {
        _ if !cut => Vec::new(),
        (Spot::Url, _) => url_changed(app),
        (_, Some(Part::Field(kind))) => field_changed(app, kind),
        (_, Some(Part::Area(kind))) => area_changed(app, kind),
        // A cell counts when it is closed.
        _ => Vec::new(),
    };
    effects.push(Effect::CopyText { text, what: "the selection".into() });
    effects
}

pub(super) fn undo(app: &mut App, back: bool) -> Vec<Effect> {
    match app.editor.part() {
        Some(Part::Area(kind)) => {
            let area = app.editor.area_mut(kind);
            if back {
                area.undo()
            } else {
                area.redo()
            };
            area_changed(app, kind)
        }
        _ => Vec::new(),
    }
}
