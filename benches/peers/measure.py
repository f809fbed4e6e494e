"""measure.py URL FOLDER PAGE: measures antiphon (named by ANTIPHON and CONNECTION) beside its peers, and writes PAGE.

Every round runs each program once, in a new order, so that what else the machine does falls on all of them alike. What
is compared are the medians of the whole process, from its start to its end. Memory is what GNU time says of the
largest run.
"""

import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

URL, FOLDER, PAGE = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
ANTIPHON, CONNECTION = os.environ["ANTIPHON"], os.environ["CONNECTION"]
REQUESTS = 1000
LARGE = 1_000_000_000
GNU_TIME = "/usr/bin/time"


def environment(home, **more):
    """Of a program that finds no settings of the user, and no proxy."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    folders = {f"ANTIPHON_{kind}_DIR": str(FOLDER / home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE")}
    return kept | folders | {"HOME": str(FOLDER / home), "XH_CONFIG_DIR": str(FOLDER / home)} | more


class Contender:
    """A program that does a piece of work: its name in the table, its command, and a file that it makes."""

    def __init__(self, name, command, home="home", makes=None):
        self.name, self.makes = name, makes
        self.command = [shutil.which(command[0]) or command[0], *map(str, command[1:])]
        self.environment = environment(home)
        self.times, self.memory = [], 0

    def run(self, wrapped=()):
        if self.makes:
            self.makes.unlink(missing_ok=True)
        began = time.perf_counter()
        done = subprocess.run(
            [*wrapped, *self.command], env=self.environment, cwd=FOLDER, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        took = time.perf_counter() - began
        if done.returncode != 0:
            sys.exit(f"{self.command}: {done.returncode}: {done.stderr.decode(errors='replace')}")
        if self.makes and self.makes.stat().st_size != LARGE:
            sys.exit(f"{self.command}: {self.makes.stat().st_size} bytes of {LARGE}")
        return took

    def measure_memory(self):
        report = FOLDER / "memory"
        self.run([GNU_TIME, "-f", "%M", "-o", str(report)])
        self.memory = max(self.memory, int(report.read_text().split()[-1]) * 1024)

    def median(self):
        return statistics.median(self.times)


def measure(title, note, rounds, contenders):
    """A section of the page."""
    print(f"measuring: {title}", file=sys.stderr)
    present = [contender for contender in contenders if Path(contender.command[0]).exists()]
    absent = [contender.name for contender in contenders if contender not in present]
    for contender in present:
        contender.run()  # Once to warm caches.
    for _ in range(rounds):
        for contender in random.sample(present, len(present)):
            contender.times.append(contender.run())
    for contender in present:
        for _ in range(3):
            contender.measure_memory()
        if contender.makes:
            contender.makes.unlink()
    first = present[0].median()
    lines = [f"## {title}", "", note, "", "| | median | fastest | beside antiphon | peak memory |", "| --- | --: | --: | --: | --: |"]
    for contender in present:
        lines.append(
            f"| {contender.name} | {milliseconds(contender.median())} | {milliseconds(min(contender.times))} "
            f"| {contender.median() / first:.2f} | {contender.memory / 1e6:.1f} MB |"
        )
    lines += ["", f"{rounds} rounds." + (f" Not there: {', '.join(absent)}." if absent else ""), ""]
    print("\n".join(lines), file=sys.stderr)
    return "\n".join(lines)


def milliseconds(seconds):
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


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
        "1,000,000,000 bytes from nginx on loopback into a file that is not there before.",
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
    commands = [(ANTIPHON, "--version"), ("curl", "--version"), ("xh", "--version"), ("hurl", "--version")]
    found = [" ".join(line.split()[:2]) for line in (first_line(*command) for command in commands) if line]
    nginx = subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr.strip().rsplit("/", 1)[-1]
    return ", ".join([*found, f"nginx {nginx}"])


HEAD = """# Speed, beside others

`benches/peers.sh` measures this and writes this page; nothing in it is typed in by hand. The programs take turns in one
run on one machine, so that their ratios mean something where the times themselves do not. Each is started anew, and
measured from its start to its end as a process. Smaller is better throughout; "beside antiphon" is the other's median
over that of antiphon, so that a number above 1 means that antiphon was faster.
"""

if __name__ == "__main__":
    (FOLDER / "home").mkdir()
    sections = [one_request(), many_requests(), large_download()]
    PAGE.write_text("\n".join([HEAD, f"- Machine: {machine()}", f"- Versions: {versions()}", "", *sections]))
