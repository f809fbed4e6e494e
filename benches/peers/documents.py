"""The sections about large bodies: queries, searches, the index, the first page."""

import subprocess

from contender import Contender, measure
from screen import OnScreen

WORD = "user17@"


def sections(antiphon, body, folder, sizes):
    """For each size in megabytes a body, and what programs take for it."""
    page = ["## Documents", "", NOTE, ""]
    for size in sizes:
        path = folder / f"{size}MB.json"
        write(path, size * 1_000_000)
        rounds = 20 if size <= 10 else 7 if size <= 100 else 3
        for section in (all_names, filtered, counted, indexed, first_page):
            page.append(section(antiphon, body, folder, path, f"{size} MB", rounds))
        path.unlink()
    return "\n".join(page)


NOTE = """Bodies are one line of JSON, a shop's items with keys, numbers, texts, lists and objects in them. What is printed goes to
`/dev/null`. jless and antiphon on a terminal are measured until they have drawn the first item. What has no command line of
its own is `benches/body.rs`, a program that does the same with the same code."""


def write(path, size):
    """The items of `benches/document.rs`, about so many bytes."""
    with open(path, "w") as out:
        out.write('{"items":[')
        written, number = 0, 0
        while written < size:
            item = (
                f'{{"id":{number},"name":"Product number {number}","price":{number % 1000}.{number % 100:02},'
                '"tags":["alpha","beta"],"description":"Lorem ipsum dolor sit amet, consectetur adipiscing elit",'
                f'"active":true,"owner":{{"id":{number % 97},"email":"user{number}@example.com"}},"parent":null}}'
            )
            written += out.write("," + item if number else item)
            number += 1
        out.write("]}")


def all_names(antiphon, _body, folder, path, size, rounds):
    return measure(
        f"A value of every item, {size}",
        "",
        rounds,
        [
            Contender(folder, "antiphon query '$.items[*].name'", [antiphon, "query", "$.items[*].name", path]),
            Contender(folder, "antiphon query '.items[].name'", [antiphon, "query", ".items[].name", path], may_refuse=True),
            Contender(folder, "jq -c '.items[].name'", ["jq", "-c", ".items[].name", path], may_refuse=True),
            Contender(folder, "jaq -c '.items[].name'", ["jaq", "-c", ".items[].name", path], may_refuse=True),
        ],
        "###",
    )


def filtered(antiphon, _body, folder, path, size, rounds):
    path_query, filter_query = "$.items[?@.price < 10].owner.email", ".items[] | select(.price < 10) | .owner.email"
    return measure(
        f"A value of every item that passes a filter, {size}",
        "",
        rounds,
        [
            Contender(folder, f"antiphon query '{path_query}'", [antiphon, "query", path_query, path]),
            Contender(folder, f"jq -c '{filter_query}'".replace("|", "\\|"), ["jq", "-c", filter_query, path], may_refuse=True),
            Contender(folder, "jaq -c, the same", ["jaq", "-c", filter_query, path], may_refuse=True),
        ],
        "###",
    )


def counted(_antiphon, body, folder, path, size, rounds):
    return measure(
        f"All matches counted, {size}",
        "",
        rounds,
        [
            Contender(folder, "antiphon (`body count`)", [body, "count", path, WORD]),
            Contender(folder, "rg --count-matches", ["rg", "--count-matches", "--fixed-strings", "--smart-case", WORD, path], may_refuse=True),
            Contender(folder, "grep -c (lines)", ["grep", "-c", "--ignore-case", "--fixed-strings", WORD, path], may_refuse=True),
        ],
        "###",
    )


def indexed(_antiphon, body, folder, path, size, rounds):
    return measure(
        f"The whole read and understood, {size}",
        "antiphon's index, from which any line of the pretty form is laid out, beside programs that read all of it into memory.",
        rounds,
        [
            Contender(folder, "antiphon (`body index`)", [body, "index", path]),
            Contender(folder, "jq '.items\\|length'", ["jq", ".items|length", path], may_refuse=True),
            Contender(folder, "jaq '.items\\|length'", ["jaq", ".items|length", path], may_refuse=True),
            Contender(folder, "python3, json.load", ["python3", "-c", "import json, sys; json.load(open(sys.argv[1]))", path]),
        ],
        "###",
    )


def first_page(antiphon, body, folder, path, size, rounds):
    awaited = "Product number 0"
    contenders = [Contender(folder, "antiphon (`body page`)", [body, "page", path])]
    commands = subprocess.run([antiphon, "--help"], capture_output=True, text=True).stdout
    if any(line.split()[:1] == ["view"] for line in commands.splitlines()):
        contenders.append(OnScreen(folder, "antiphon view, on a terminal", [antiphon, "view", path], awaited))
    contenders += [
        OnScreen(folder, "jless, on a terminal", ["jless", path], awaited, may_refuse=True),
        OnScreen(folder, "less, on a terminal, as it is", ["less", path], awaited, may_refuse=True),
    ]
    return measure(f"The first page, {size}", "", rounds, contenders, "###")
