//! Entries that have lines of their own, and sections: where they stand, how they go and where new ones come.

use std::ops::Range;

use super::{Editor, Stuck};
use crate::format::{
    render,
    source::{Entry, Form, Kind, Node},
    tree::{Table, Tree},
};

/// How an entry leaves its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Going {
    /// A section goes with the gap above it; its header stays over comments that a user put there.
    Gently,
    /// Comments within a section go too.
    Whole,
    /// As `Whole`, and what comes instead stands in the same place, so that the gap stays.
    Replaced,
}

impl Entry {
    /// Whether this stands as `key = value` lines among its siblings, not under headers.
    pub(super) fn is_lines(&self) -> bool {
        self.node.is_value() || matches!(self.node.kind, Kind::Table(_, Form::Dotted))
    }
}

impl Editor<'_> {
    /// The lines of an entry: one range for each of its statements and headers, everything below included.
    pub(super) fn lines(&self, entry: &Entry) -> Vec<Range<usize>> {
        if entry.node.is_value() {
            return vec![self.splices.lines_of(&(entry.key.start..entry.node.span.end))];
        }
        self.table_lines(&entry.node)
    }

    fn table_lines(&self, node: &Node) -> Vec<Range<usize>> {
        match &node.kind {
            Kind::Table(entries, form) => {
                let header = (*form == Form::Header).then(|| self.splices.lines_of(&node.span));
                header.into_iter().chain(entries.iter().flat_map(|entry| self.lines(entry))).collect()
            }
            Kind::Tables(tables) => tables.iter().flat_map(|table| self.table_lines(table)).collect(),
            _ => Vec::new(),
        }
    }

    /// Where the last line of an entry ends.
    fn end_of(&self, entry: &Entry) -> usize {
        self.lines(entry).iter().map(|lines| lines.end).max().unwrap_or_else(|| self.splices.len())
    }

    fn start_of(&self, entry: &Entry) -> usize {
        self.lines(entry).iter().map(|lines| lines.start).min().unwrap_or(0)
    }

    /// Removes an entry's lines, or its section with everything below it.
    pub(super) fn remove_lines(&mut self, entry: &Entry, going: Going) {
        if entry.is_lines() {
            self.lines(entry).into_iter().for_each(|lines| self.splices.remove(lines));
            return;
        }
        self.remove_section(&entry.node, going, self.start_of(entry));
    }

    fn remove_section(&mut self, node: &Node, going: Going, first: usize) {
        let Kind::Table(entries, form) = &node.kind else {
            if let Kind::Tables(tables) = &node.kind {
                for table in tables {
                    self.remove_section(table, going, first);
                }
            }
            return;
        };
        let (own, below): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| entry.is_lines());
        let own: Vec<_> = own.into_iter().flat_map(|entry| self.lines(entry)).collect();
        if *form == Form::Header {
            let header = self.splices.lines_of(&node.span);
            let end = own.iter().map(|lines| lines.end).fold(header.end, usize::max);
            if going != Going::Gently || !self.has_comment(header.end..end, &own) {
                let stays = going == Going::Replaced && header.start == first;
                let block = header.start..end;
                self.splices.remove(if stays { block } else { self.with_gap(block) });
            } else {
                for lines in own {
                    self.splices.remove(lines);
                }
            }
        }
        for entry in below {
            self.remove_section(&entry.node, going, first);
        }
    }

    /// Whether a line of `range` outside the statements `own` is a comment.
    fn has_comment(&self, range: Range<usize>, own: &[Range<usize>]) -> bool {
        let mut at = range.start;
        while at < range.end {
            let line = at..self.splices.line_end(at);
            if let Some(statement) = own.iter().find(|lines| lines.contains(&at)) {
                at = statement.end;
                continue;
            }
            if self.splices.is_comment(&line) {
                return true;
            }
            at = line.end.max(at + 1);
        }
        false
    }

    /// `block` with the blank lines above it, or below it at the top of the file.
    fn with_gap(&self, mut block: Range<usize>) -> Range<usize> {
        while let Some(line) =
            self.splices.line_before(block.start).filter(|line| self.splices.is_blank(line))
        {
            block.start = line.start;
        }
        if self.splices.line_before(block.start).is_none() {
            while block.end < self.splices.len() {
                let line = block.end..self.splices.line_end(block.end);
                if !self.splices.is_blank(&line) {
                    break;
                }
                block.end = line.end;
            }
        }
        block
    }

    /// Adds `name = tree` behind `anchor`, or where there is none before `next`, or else at the head of its table.
    pub(super) fn insert_line(
        &mut self,
        (name, tree): (&str, &Tree),
        anchor: Option<&Entry>,
        next: Option<&Entry>,
        table: &Node,
    ) -> Result<(), Stuck> {
        let eol = self.splices.eol();
        let value = render::value(tree, eol);
        let neighbour = anchor.or(next);
        let line = format!("{}{value}{eol}", self.key_like(name, neighbour, table)?);
        self.insert_line_text(&line, anchor, next, table)
    }

    /// Adds a whole line in the same place.
    pub(super) fn insert_line_text(
        &mut self,
        line: &str,
        anchor: Option<&Entry>,
        next: Option<&Entry>,
        table: &Node,
    ) -> Result<(), Stuck> {
        let Kind::Table(entries, form) = &table.kind else { return Err(Stuck) };
        let (at, gap) = match (anchor, next, form) {
            (Some(anchor), ..) => (self.end_of(anchor), false),
            (None, Some(next), _) => {
                let start = self.start_of(next);
                let above = self.splices.with_comments_above(start);
                // A comment at the top of a file is about the file, one under a header about the table.
                let of_table =
                    self.splices.line_before(above).is_none_or(|line| !self.splices.is_blank(&line));
                (if of_table { start } else { above }, false)
            }
            (None, None, Form::Header) => (self.splices.line_end(table.span.end), false),
            (None, None, Form::Root) => (self.before_sections(entries), true),
            _ => return Err(Stuck),
        };
        let gap = if gap && at < self.splices.len() { self.splices.eol() } else { "" };
        self.splices.insert_lines(at, &format!("{line}{gap}"));
        Ok(())
    }

    /// A new key with what stands before and after its neighbour's: indentation, dotted path, alignment.
    fn key_like(&self, name: &str, neighbour: Option<&Entry>, table: &Node) -> Result<String, Stuck> {
        let key = render::key(name);
        let Some(neighbour) = neighbour else {
            let Kind::Table(_, Form::Header | Form::Root) = table.kind else { return Err(Stuck) };
            return Ok(format!("{key} = "));
        };
        let start = self.splices.line_start(neighbour.key.start);
        let prefix = self.splices.slice(&(start..neighbour.key.start));
        let (before, after) = self.around_equals(neighbour).unwrap_or((" ", " "));
        let column = if before.is_empty() { 0 } else { self.aligned_column(table).unwrap_or(0) };
        let key = format!("{prefix}{key}");
        let space = usize::from(!before.is_empty());
        let padding = column.saturating_sub(key.chars().count()).max(space);
        Ok(format!("{key}{}={after}", " ".repeat(padding)))
    }

    /// What stands between an entry's key and the `=`, and between that and the value.
    fn around_equals(&self, entry: &Entry) -> Option<(&str, &str)> {
        let between = self.splices.slice(&(entry.key.end..entry.node.span.start));
        between.split_once('=').filter(|(before, after)| before.trim().is_empty() && after.trim().is_empty())
    }

    /// The column, from 0, of every `=` of a table, where they stand below each other.
    fn aligned_column(&self, table: &Node) -> Option<usize> {
        let Kind::Table(entries, _) = &table.kind else { return None };
        let column = |entry: &Entry| {
            let start = self.splices.line_start(entry.key.start);
            let (before, _) = self.around_equals(entry)?;
            Some(self.splices.slice(&(start..entry.key.end + before.len())).chars().count())
        };
        let mut columns = entries.iter().filter(|entry| entry.node.is_value()).map(column);
        let first = columns.next()??;
        columns.all(|column| column == Some(first)).then_some(first)
    }

    /// Puts another key in an entry's place, its `=` staying where it was if it stood below others.
    pub(super) fn rename(&mut self, entry: &Entry, name: &str, table: &Node) {
        let key = render::key(name);
        let aligned = matches!(&table.kind, Kind::Table(entries, _) if entries.len() > 1)
            && self.aligned_column(table).is_some();
        match self.around_equals(entry) {
            Some((before, _)) if aligned && !before.is_empty() => {
                let range = entry.key.start..entry.key.end + before.len();
                let width = self.splices.slice(&range).chars().count();
                let padding = width.saturating_sub(key.chars().count()).max(1);
                self.splices.replace(range, format!("{key}{}", " ".repeat(padding)));
            }
            _ => self.splices.replace(entry.key.clone(), key),
        }
    }

    /// Puts a section in the place of the first lines of one that goes.
    pub(super) fn replace_section(&mut self, path: &[&str], new: &Table, entry: &Entry) {
        let text = render::section(path, new, self.splices.eol());
        self.splices.insert(self.start_of(entry), text);
    }

    /// Adds a section behind `anchor`'s, or where there is none before all others.
    pub(super) fn insert_section(
        &mut self,
        path: &[&str],
        new: &Table,
        anchor: Option<&Entry>,
        table: &Node,
    ) {
        let eol = self.splices.eol();
        let text = render::section(path, new, eol);
        let Kind::Table(entries, form) = &table.kind else { return };
        let at = match (anchor, form) {
            (Some(anchor), _) => Some(self.end_of(anchor)),
            (None, Form::Header) => {
                let own = entries.iter().filter(|entry| entry.is_lines()).map(|entry| self.end_of(entry));
                Some(own.fold(self.splices.line_end(table.span.end), usize::max))
            }
            _ => None,
        };
        let at = at.map(|at| self.past_comments(at));
        match at.unwrap_or_else(|| self.before_sections(entries)) {
            at if at < self.splices.len() && anchor.is_none() && *form != Form::Header => {
                let above = self.splices.line_before(at);
                let gap = if above.is_some_and(|line| !self.splices.is_blank(&line)) { eol } else { "" };
                self.splices.insert(at, format!("{gap}{text}{eol}"));
            }
            at => {
                let above = self.splices.line_before(at);
                let gap = if above.is_some_and(|line| !self.splices.is_blank(&line)) { eol } else { "" };
                self.splices.insert_lines(at, &format!("{gap}{text}"));
            }
        }
    }

    /// Comments directly behind a section belong to it, unless a header follows directly on them.
    fn past_comments(&self, at: usize) -> usize {
        let mut end = at;
        loop {
            let line = end..self.splices.line_end(end);
            if end >= self.splices.len() || self.splices.is_blank(&line) {
                return end;
            }
            if !self.splices.is_comment(&line) {
                return at;
            }
            end = line.end;
        }
    }

    /// Where the file's own entries end: before the first header and its comments.
    fn before_sections(&self, entries: &[Entry]) -> usize {
        let sections = entries.iter().filter(|entry| !entry.is_lines());
        let first = sections.map(|entry| self.start_of(entry)).min();
        first.map_or(self.splices.len(), |start| self.splices.with_comments_above(start))
    }
}
