//! Elements of a list and entries of an inline table: things between commas, on one line or on a line each.

use std::ops::Range;

use super::{Context, Editor, Stuck};
use crate::format::{render, source::Node, tree::Tree};

impl Editor<'_> {
    /// Makes a list's elements, which say `old`, say `new`: what is the same at both ends stays.
    pub(super) fn list(
        &mut self,
        old: &[Tree],
        new: &[Tree],
        nodes: &[Node],
        path: &[&str],
    ) -> Result<(), Stuck> {
        if old.len() != nodes.len() || old.is_empty() || new.is_empty() {
            return Err(Stuck);
        }
        let head = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        let ends = old[head..].iter().rev().zip(new[head..].iter().rev());
        let tail = ends.take_while(|(old, new)| old == new).count();
        let (old_end, new_end) = (old.len() - tail, new.len() - tail);
        let both = old_end.min(new_end);
        for index in head..both {
            self.value(&old[index], &new[index], &nodes[index], path, Context::Inline)?;
        }
        let spans: Vec<_> = nodes.iter().map(|node| node.span.clone()).collect();
        self.remove_items(&spans, both..old_end)?;
        let eol = self.splices.eol();
        let added: Vec<_> =
            new[both..new_end.max(both)].iter().map(|tree| render::value(tree, eol)).collect();
        let anchor = both.checked_sub(1).map(|index| &spans[index]);
        self.insert_items(anchor, spans.get(both), &added)
    }

    /// Removes a run of items with the commas that belong to it.
    pub(super) fn remove_items(&mut self, spans: &[Range<usize>], run: Range<usize>) -> Result<(), Stuck> {
        let Some((first, last)) = spans.get(run.clone()).and_then(|run| run.first().zip(run.last())) else {
            return Ok(());
        };
        let previous = run.start.checked_sub(1).and_then(|index| spans.get(index));
        let range = match (previous, spans.get(run.end)) {
            (None, None) => return Err(Stuck),
            _ if self.starts_line(first) && self.ends_line(last) => {
                self.splices.lines_of(&(first.start..last.end))
            }
            (_, Some(next)) => first.start..next.start,
            (Some(previous), None) => previous.end..last.end,
        };
        self.splices.remove(range);
        Ok(())
    }

    /// Adds items behind `anchor`, or where there is none before `next`.
    pub(super) fn insert_items(
        &mut self,
        anchor: Option<&Range<usize>>,
        next: Option<&Range<usize>>,
        items: &[String],
    ) -> Result<(), Stuck> {
        if items.is_empty() {
            return Ok(());
        }
        match (anchor, next) {
            (Some(anchor), _) if self.starts_line(anchor) && self.ends_line(anchor) => {
                self.insert_item_lines(anchor, items);
            }
            (Some(anchor), _) => self.splices.insert(anchor.end, format!(", {}", items.join(", "))),
            (None, Some(next)) => {
                let gap = self.splices.slice(&(self.splices.line_start(next.start)..next.start));
                let gap =
                    if gap.trim().is_empty() { format!("{}{gap}", self.splices.eol()) } else { " ".into() };
                let items: Vec<_> = items.iter().map(|item| format!("{item},{gap}")).collect();
                self.splices.insert(next.start, items.concat());
            }
            (None, None) => return Err(Stuck),
        }
        Ok(())
    }

    /// Adds items on lines of their own, behind the comment that may follow `anchor`.
    fn insert_item_lines(&mut self, anchor: &Range<usize>, items: &[String]) {
        let comma = self.rest_of_line(anchor).trim_start().starts_with(',');
        if !comma {
            self.splices.insert(anchor.end, ",".to_owned());
        }
        let indent = self.splices.slice(&(self.splices.line_start(anchor.start)..anchor.start));
        let eol = self.splices.eol();
        let mut lines: Vec<_> = items.iter().map(|item| format!("{indent}{item},{eol}")).collect();
        if let Some(last) = lines.last_mut().filter(|_| !comma) {
            *last = last.replace(&format!(",{eol}"), eol);
        }
        self.splices.insert(self.splices.line_end(anchor.end), lines.concat());
    }

    fn rest_of_line(&self, item: &Range<usize>) -> &str {
        self.splices.slice(&(item.end..self.splices.line_end(item.end)))
    }

    fn starts_line(&self, item: &Range<usize>) -> bool {
        self.splices.slice(&(self.splices.line_start(item.start)..item.start)).trim().is_empty()
    }

    /// Whether only a comma and a comment follow on the line.
    fn ends_line(&self, item: &Range<usize>) -> bool {
        let rest = self.rest_of_line(item).trim_start();
        let rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        rest.is_empty() || rest.starts_with('#')
    }
}
