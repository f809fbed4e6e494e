//! One question to one text, in either language.

use std::ops::ControlFlow;

use super::{
    Answer, Language, Path, Program, Query, QueryFailure,
    jq::{self, Flow},
    jsonpath::{Event, Manner, Node, Part, Root, Text, Trail, select},
    place::Place,
};
use crate::document::{PathStyle, json::scanner::Fault};

/// Why a question did not come to its end.
pub(super) enum Stop {
    Failure(QueryFailure),
    /// The text is no JSON.
    Fault(Fault),
}

impl Stop {
    /// `place` finds the place of an offset.
    pub(super) fn failure(self, place: impl FnOnce(u64) -> Place) -> QueryFailure {
        match self {
            Self::Failure(failure) => failure,
            Self::Fault(fault) => QueryFailure::Document(place(fault.offset).error(fault)),
        }
    }
}

type Listener<'a> = dyn FnMut(Answer) -> bool + 'a;

pub(super) fn ask(
    query: &Query,
    text: &dyn Text,
    many: bool,
    paths: Option<PathStyle>,
    listener: &mut Listener<'_>,
) -> Result<(), Stop> {
    match &query.0 {
        // The records themselves, as there is no one value that is all of them.
        Language::JsonPath(path) if many && path.segments.is_empty() => {
            find(&Path::items(), text, many, paths, listener)
        }
        Language::JsonPath(path) => find(path, text, many, paths, listener),
        Language::Jq(program) => run(program, text, many, jq::LARGE, listener),
    }
}

fn find(
    path: &Path,
    text: &dyn Text,
    many: bool,
    paths: Option<PathStyle>,
    listener: &mut Listener<'_>,
) -> Result<(), Stop> {
    let part = Part::whole(text);
    let manner = Manner { many, trail: paths.map(Trail::new), ..Manner::default() };
    let mut cancelled = false;
    let ended = select(part, manner, &path.segments, &Root::new(part, many, path), &mut |event| {
        cancelled = !listener(match event {
            Event::Found(Node { range, path }) => Answer::Found { range, path },
            Event::Passed { offset, .. } => Answer::Passed(offset),
        });
        if cancelled { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    if cancelled { Err(Stop::Failure(QueryFailure::Cancelled)) } else { ended.map_err(Stop::Fault) }
}

/// Every value at the top is an input. One that is larger than `large` is read item by item, where the filter lets it.
fn run(
    program: &Program,
    text: &dyn Text,
    many: bool,
    large: u64,
    listener: &mut Listener<'_>,
) -> Result<(), Stop> {
    let path = if many { Path::items() } else { Path::whole() };
    let part = Part::whole(text);
    let manner = Manner { many, ..Manner::default() };
    let limit = if program.each().is_some() { u64::MAX } else { jq::LARGEST };
    let mut stopped = None;
    let ended = select(part, manner, &path.segments, &Root::new(part, many, &path), &mut |event| {
        let ended = match event {
            Event::Passed { offset, needs } if offset - needs > limit => {
                Err(QueryFailure::TooLarge(jq::LARGEST))
            }
            Event::Passed { offset, .. } if listener(Answer::Passed(offset)) => Ok(Flow::GoOn),
            Event::Passed { .. } => Err(QueryFailure::Cancelled),
            Event::Found(node) => input(program, part.within(&node.range), large, listener),
        };
        if ended == Ok(Flow::GoOn) {
            return ControlFlow::Continue(());
        }
        stopped = Some(ended);
        ControlFlow::Break(())
    });
    match stopped {
        Some(Err(failure)) => Err(Stop::Failure(failure)),
        Some(Ok(_)) => Ok(()),
        None => ended.map_err(Stop::Fault),
    }
}

/// One input.
fn input(
    program: &Program,
    part: Part<'_>,
    large: u64,
    listener: &mut Listener<'_>,
) -> Result<Flow, QueryFailure> {
    let length = part.range().end - part.range().start;
    if length > large
        && let Some(each) = program.each()
    {
        let (mut flow, mut items) = (Ok(Flow::GoOn), 0);
        let manner = Manner { inner: true, ..Manner::default() };
        let root = Root::new(part, false, &each.items);
        let _ = select(part, manner, &each.items.segments, &root, &mut |event| {
            flow = match event {
                Event::Passed { offset, .. } if listener(Answer::Passed(offset)) => Ok(Flow::GoOn),
                Event::Passed { .. } => Err(QueryFailure::Cancelled),
                Event::Found(node) => {
                    items += 1;
                    let item = part.within(&node.range).bytes();
                    each.run(&item, |result| listener(Answer::Made(result)))
                }
            };
            if flow == Ok(Flow::GoOn) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        // Without items there may be no such container, and jq says why.
        if items > 0 || flow != Ok(Flow::GoOn) {
            return flow;
        }
    }
    if length > jq::LARGEST {
        return Err(QueryFailure::TooLarge(jq::LARGEST));
    }
    program.run(&part.bytes(), |result| listener(Answer::Made(result)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::source::Source;

    fn outputs(filter: &str, text: &str, large: u64) -> (Vec<String>, Option<QueryFailure>) {
        let program = Program::compile(filter).unwrap();
        let source = Source::whole(text.to_owned().into());
        let mut made = Vec::new();
        let ended = run(&program, &source, true, large, &mut |answer| {
            if let Answer::Made(text) = answer {
                made.push(text);
            }
            true
        });
        (made, ended.err().map(|stop| stop.failure(|_| Place::START)))
    }

    #[test]
    fn item_by_item_comes_to_the_same() {
        let texts = [
            r#"{"a":[1,{"b":[2,3]},"x",null],"b":{"c":{"d":4},"e":[]}}"#,
            r#"{"a":{"x":{"b":[1]},"y":{"b":[2,[3]]}}} {"a":[]} {"b":{"c":[]}}"#,
            "[[1,2],[3]] {\"k\":[4]}",
            "7",
            "",
        ];
        let filters = [
            ".[]",
            ".a[]",
            ".a[] | .b?",
            ".a[] | .b",
            ".a[].b[]",
            ".b.c[] | . , 1",
            ".[] | .[]?",
            ".[][0]?",
            ".a[] | select(. != null)",
            ".a[] | halt",
            ".[] | error",
            ".[] | tojson | length",
        ];
        for text in texts {
            for filter in filters {
                assert_eq!(outputs(filter, text, 0), outputs(filter, text, u64::MAX), "{filter} of {text}");
            }
        }
    }

    #[test]
    fn what_is_nested_too_deep_for_the_stack_is_refused() {
        let deep = |depth: usize| format!("{}\"[[\\\"[\"{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(outputs("[..] | length", &deep(256), 0), (vec!["257".to_owned()], None));
        let (made, failure) = outputs(".", &deep(257), 0);
        assert_eq!((made, failure), (Vec::new(), Some(QueryFailure::TooDeep(256))));
    }

    #[test]
    fn a_filter_that_nests_too_deep_for_the_stack_is_stopped() {
        let nested = |levels: u32, made: &str| format!("reduce range({levels}) as $i (1; {made})");
        for (made, whole) in [("[.]", "[[1]]"), ("{a: .}", r#"{"a":{"a":1}}"#)] {
            assert_eq!(outputs(&nested(2, made), "null", 0), (vec![whole.to_owned()], None));
            assert_eq!(outputs(&nested(384, made), "null", 0).1, None, "{made}");
            for levels in [385, 200_000] {
                let too_deep = (Vec::new(), Some(QueryFailure::MadeTooDeep(384)));
                assert_eq!(outputs(&nested(levels, made), "null", 0), too_deep, "{made} {levels}");
            }
        }
        let growing = "foreach range(200000) as $i (1; [.])";
        let (made, failure) = outputs(growing, "null", 0);
        assert_eq!((made.len(), failure), (384, Some(QueryFailure::MadeTooDeep(384))));
    }
}
