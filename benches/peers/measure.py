"""measure.py URL FOLDER PAGE [--sizes 10,100] [--only NAME]: measures antiphon (named by ANTIPHON, CONNECTION and BODY)
beside its peers, and writes PAGE, or to stdout for `-`.

Every round runs each program once, in a new order, so that what else the machine does falls on all of them alike. What
is compared are the medians of the whole process, from its start to its end. Memory is what GNU time says of the
largest run.
"""

import argparse
import functools
import os
import platform
import subprocess
import sys
from pathlib import Path

import contender
import documents
from contender import measure

ARGUMENTS = argparse.ArgumentParser()
ARGUMENTS.add_argument("url")
ARGUMENTS.add_argument("folder", type=Path)
ARGUMENTS.add_argument("page", type=Path)
ARGUMENTS.add_argument("--sizes", default="10,100", help="megabytes of the documents, up to 1000")
ARGUMENTS.add_argument("--only", choices=["exchange", "documents"])
GIVEN = ARGUMENTS.parse_args()
URL, FOLDER = GIVEN.url, GIVEN.folder
ANTIPHON, CONNECTION, BODY = (os.environ[name] for name in ("ANTIPHON", "CONNECTION", "BODY"))
REQUESTS = 1000
LARGE = 1_000_000_000

Contender = functools.partial(contender.Contender, FOLDER, size=LARGE)


def one_request():
    url = f"{URL}/small.json"
    (FOLDER / "one.hurl").write_text(f"GET {url}\nHTTP 200\n")
    quiet = FOLDER / "quiet" / "config" / "config.toml"
    quiet.parent.mkdir(parents=True)
    quiet.write_text("[history]\nkeep = false\n")
    return measure(
        "One GET",
        "One GET of 27 bytes from nginx on loopback, as a whole process. antiphon keeps a history unless it is told not to; "
        "the others keep none.",
        300,
        [
            Contender("antiphon send", [ANTIPHON, "send", url]),
            Contender("antiphon send, without history", [ANTIPHON, "send", url], home="quiet"),
            Contender("curl", ["curl", "--silent", "--show-error", url]),
            Contender("xh", ["xh", "--ignore-stdin", url]),
            Contender("hurl", ["hurl", "one.hurl"]),
        ],
    )


def many_requests():
    url = f"{URL}/small.json"
    (FOLDER / "many.hurl").write_text(f"GET {url}\nHTTP 200\n" * REQUESTS)
    return measure(
        f"{REQUESTS:,} requests on one connection",
        f"One process that sends {REQUESTS:,} GETs one after another and checks that each is answered 200. Of antiphon it is "
        "`benches/connection.rs`, which sends through the same client as `send` does, without the history, and checks "
        "that the connection was reused. Hurl runs a file with so many entries; curl is given so many URLs, and checks "
        "nothing.",
        20,
        [
            Contender("antiphon's client", [CONNECTION, url, REQUESTS]),
            Contender("hurl", ["hurl", "--no-output", "many.hurl"]),
            Contender("curl", ["curl", "--silent", "--show-error", "--output", "/dev/null", f"{url}?[1-{REQUESTS}]"]),
        ],
    )


def large_download():
    url = f"{URL}/large.bin"
    target = FOLDER / "download"
    return measure(
        "Download of 1 GB to disk",
        "1,000,000,000 bytes from nginx on loopback into a file that is not there before. antiphon waits until the disk has "
        "them (fsync) before it puts the file in its place; the others leave that to the system.",
        7,
        [
            Contender("antiphon send -o", [ANTIPHON, "send", url, "-o", target], makes=target),
            Contender("curl -o", ["curl", "--silent", "--show-error", "--output", target, url], makes=target),
            Contender("xh -d -o", ["xh", "--ignore-stdin", "--quiet", "--download", "--output", target, url], makes=target),
        ],
    )


def first_line(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()[0]
    except (FileNotFoundError, IndexError):
        return None


def machine():
    cpu = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()} {platform.release().split('-')[0]}"


def versions():
    others = ("curl", "xh", "hurl", "jq", "jaq", "rg", "jless", "less")
    commands = [(ANTIPHON, "--version"), *((name, "--version") for name in others)]
    found = [" ".join(line.split()[:2]) for line in (first_line(*command) for command in commands) if line]
    return ", ".join([*found, *nginx()])


def nginx():
    try:
        said = subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr
        return [f"nginx {said.strip().rsplit('/', 1)[-1]}"]
    except FileNotFoundError:
        return []


HEAD = """# Speed, beside others

`benches/peers.sh` measures this and writes this page; nothing in it is typed in by hand. The programs take turns in one
run on one machine, so that their ratios mean something where the times themselves do not. Each is started anew, and
measured from its start to its end as a process. Smaller is better throughout; "beside antiphon" is the other's median
over that of antiphon, so that a number above 1 means that antiphon was faster.
"""

if __name__ == "__main__":
    (FOLDER / "home").mkdir()
    sections = []
    if GIVEN.only != "documents":
        sections += [one_request(), many_requests(), large_download()]
    if GIVEN.only != "exchange":
        sizes = [int(size) for size in GIVEN.sizes.split(",")]
        sections.append(documents.sections(ANTIPHON, BODY, FOLDER, sizes))
    page = "\n".join([HEAD, f"- Machine: {machine()}", f"- Versions: {versions()}", "", *sections])
    if str(GIVEN.page) == "-":
        sys.stdout.write(page)
    else:
        GIVEN.page.write_text(page)
