//! Where each pane stands: pure geometry from the size of the screen and what the user made of the panes.
//!
//! Drawing and the mouse ask the same function, so what is clicked is what was drawn.

use ratatui::layout::Rect;

use super::app::panes::{Arrangement, Pane, Panes};

/// Below this the workbench asks for more room instead of drawing panes.
pub(super) const SMALLEST: (u16, u16) = (40, 10);
/// From this width on, request and response stand side by side unless the user says otherwise.
const SIDE_BY_SIDE_FROM: u16 = 130;
/// Below this width one pane is shown at a time.
const ONE_PANE_BELOW: u16 = 60;
const SIDE: (u16, u16) = (16, 60);
const LEAST_HEIGHT: u16 = 4;
const LEAST_WIDTH: u16 = 24;

/// The screen, cut up. A pane that is not shown has no area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Regions {
    pub header: Rect,
    pub tree: Option<Rect>,
    pub history: Option<Rect>,
    pub request: Option<Rect>,
    pub response: Option<Rect>,
    pub footer: Rect,
}

impl Regions {
    pub fn of(&self, pane: Pane) -> Option<Rect> {
        match pane {
            Pane::Tree => self.tree,
            Pane::History => self.history,
            Pane::Request => self.request,
            Pane::Response => self.response,
        }
    }

    /// The pane at a column and row of the screen.
    pub fn pane_at(&self, column: u16, row: u16) -> Option<Pane> {
        Pane::ALL
            .into_iter()
            .find(|pane| self.of(*pane).is_some_and(|area| area.contains((column, row).into())))
    }

    pub fn shown(&self) -> impl Iterator<Item = (Pane, Rect)> + '_ {
        Pane::ALL.into_iter().filter_map(|pane| Some((pane, self.of(pane)?)))
    }

    /// The border at a column and row that can be dragged to resize.
    pub fn edge_at(&self, column: u16, row: u16) -> Option<Edge> {
        let right = self.request.or(self.response);
        let on_column = |area: Rect| column + 1 == area.x || column == area.x;
        if let (Some(left), Some(right)) = (self.tree.or(self.history), right)
            && column + 1 == right.x
            && left.right() == right.x
        {
            return Some(Edge::Side);
        }
        if let (Some(tree), Some(history)) = (self.tree, self.history)
            && row == history.y
            && tree.x == history.x
            && history.contains((column, row).into())
        {
            return Some(Edge::History);
        }
        let (Some(request), Some(response)) = (self.request, self.response) else { return None };
        let beside = request.y == response.y;
        if beside && on_column(response) && (response.y..response.bottom()).contains(&row) {
            return Some(Edge::Request);
        }
        (!beside && row == response.y && response.contains((column, row).into())).then_some(Edge::Request)
    }

    /// Whether request and response stand side by side.
    pub fn is_side_by_side(&self) -> bool {
        matches!((self.request, self.response), (Some(request), Some(response)) if request.y == response.y)
    }
}

/// A border between panes that the mouse can drag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// Between the left side and the right.
    Side,
    /// Between tree and history.
    History,
    /// Between request and response.
    Request,
}

/// Cuts up a screen of that size. `focus` matters where there is room for one pane only.
pub(super) fn regions(screen: Rect, panes: &Panes, focus: Pane) -> Regions {
    let header = Rect { height: screen.height.min(1), ..screen };
    let footer = Rect { y: screen.bottom().saturating_sub(1), height: screen.height.min(1), ..screen };
    let body = Rect { y: screen.y + 1, height: screen.height.saturating_sub(2), ..screen };
    let mut regions = Regions { header, footer, ..Regions::default() };
    let alone = panes.maximised.or((screen.width < ONE_PANE_BELOW).then_some(focus));
    if let Some(pane) = alone {
        *slot(&mut regions, pane) = Some(body);
        return regions;
    }
    let shown = |pane| !panes.is_hidden(pane);
    let left = shown(Pane::Tree) || shown(Pane::History);
    let right = shown(Pane::Request) || shown(Pane::Response);
    let side = match (left, right) {
        (true, true) => side_width(body.width, panes.side_width),
        (true, false) => body.width,
        (false, _) => 0,
    };
    let (side, main) = split_columns(body, side);
    if left {
        let share = percent(side.height, 100 - panes.history_share.min(100));
        let (tree, history) = both_or_one(side, shown(Pane::Tree), shown(Pane::History), |area| {
            split_rows(area, bounded(share, LEAST_HEIGHT, area.height))
        });
        regions.tree = tree;
        regions.history = history;
    }
    if right {
        let (request, response) = both_or_one(main, shown(Pane::Request), shown(Pane::Response), |area| {
            if is_side_by_side(screen.width, panes.arrangement) {
                split_columns(
                    area,
                    bounded(percent(area.width, panes.request_width), LEAST_WIDTH, area.width),
                )
            } else {
                split_rows(
                    area,
                    bounded(percent(area.height, panes.request_height), LEAST_HEIGHT, area.height),
                )
            }
        });
        regions.request = request;
        regions.response = response;
    }
    regions
}

/// The width of the left side where the user has not chosen one: a fifth, within reason.
pub(super) fn side_width(width: u16, chosen: Option<u16>) -> u16 {
    let wanted = chosen.unwrap_or((width / 5).clamp(24, 36));
    wanted.clamp(SIDE.0, SIDE.1).min(width.saturating_sub(LEAST_WIDTH))
}

fn is_side_by_side(width: u16, arrangement: Arrangement) -> bool {
    match arrangement {
        Arrangement::ByWidth => width >= SIDE_BY_SIDE_FROM,
        Arrangement::SideBySide => true,
        Arrangement::Stacked => false,
    }
}

fn slot(regions: &mut Regions, pane: Pane) -> &mut Option<Rect> {
    match pane {
        Pane::Tree => &mut regions.tree,
        Pane::History => &mut regions.history,
        Pane::Request => &mut regions.request,
        Pane::Response => &mut regions.response,
    }
}

fn both_or_one(
    area: Rect,
    first: bool,
    second: bool,
    split: impl FnOnce(Rect) -> (Rect, Rect),
) -> (Option<Rect>, Option<Rect>) {
    if first && second {
        let (one, two) = split(area);
        return (Some(one), Some(two));
    }
    (first.then_some(area), second.then_some(area))
}

fn percent(whole: u16, share: u16) -> u16 {
    (u32::from(whole) * u32::from(share) / 100) as u16
}

/// `wanted`, but never so much or little that one of two parts is smaller than `least`.
fn bounded(wanted: u16, least: u16, whole: u16) -> u16 {
    if whole < least * 2 { whole / 2 } else { wanted.clamp(least, whole - least) }
}

fn split_columns(area: Rect, width: u16) -> (Rect, Rect) {
    let width = width.min(area.width);
    (Rect { width, ..area }, Rect { x: area.x + width, width: area.width - width, ..area })
}

fn split_rows(area: Rect, height: u16) -> (Rect, Rect) {
    let height = height.min(area.height);
    (Rect { height, ..area }, Rect { y: area.y + height, height: area.height - height, ..area })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn screen(width: u16, height: u16) -> Rect {
        Rect::new(0, 0, width, height)
    }

    #[test]
    fn wide_screens_put_request_and_response_side_by_side() {
        assert!(regions(screen(140, 40), &Panes::default(), Pane::Tree).is_side_by_side());
        assert!(!regions(screen(80, 24), &Panes::default(), Pane::Tree).is_side_by_side());
    }

    #[test]
    fn a_maximised_pane_has_the_body_for_itself() {
        let panes = Panes { maximised: Some(Pane::Response), ..Panes::default() };
        let regions = regions(screen(80, 24), &panes, Pane::Tree);
        assert_eq!(regions.response, Some(Rect::new(0, 1, 80, 22)));
        assert_eq!(regions.tree, None);
    }

    proptest! {
        #[test]
        fn panes_never_overlap_and_stay_on_the_screen(
            width in 1u16..400, height in 1u16..200, side in proptest::option::of(0u16..300),
            history in 0u16..=100, request in 0u16..=100, hidden in proptest::bits::u8::between(0, 4),
        ) {
            let hidden = Pane::ALL.into_iter().enumerate().filter(|(i, _)| hidden & (1 << i) != 0).map(|(_, p)| p);
            let panes = Panes {
                hidden: hidden.collect(), side_width: side, history_share: history, request_width: request, request_height: request,
                ..Panes::default()
            };
            let screen = screen(width, height);
            let regions = regions(screen, &panes, Pane::Tree);
            let shown: Vec<_> = regions.shown().collect();
            for (i, (_, area)) in shown.iter().enumerate() {
                prop_assert_eq!(area.intersection(screen).area(), area.area());
                for (_, other) in &shown[i + 1..] {
                    prop_assert_eq!(area.intersection(*other).area(), 0);
                }
            }
        }
    }
}
