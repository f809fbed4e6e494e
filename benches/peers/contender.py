"""A program that is measured, and a section of the page that compares several of them."""

import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

GNU_TIME = "/usr/bin/time"


def environment(folder, home, **more):
    """Of a program that finds no settings of the user, and no proxy."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    folders = {f"ANTIPHON_{kind}_DIR": str(folder / home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE")}
    return kept | folders | {"HOME": str(folder / home), "XH_CONFIG_DIR": str(folder / home)} | more


class Contender:
    """A program that does a piece of work: its name in the table, its command, and a file that it makes.

    One that `may_refuse` is left out with a note where it does not do the work.
    """

    def __init__(self, folder, name, command, home="home", makes=None, size=None, may_refuse=False):
        self.folder, self.name, self.makes, self.size, self.may_refuse = folder, name, makes, size, may_refuse
        self.command = [shutil.which(command[0]) or command[0], *map(str, command[1:])]
        self.environment = environment(folder, home)
        self.times, self.memory, self.refused = [], 0, False

    def run(self, wrapped=()):
        if self.makes:
            self.makes.unlink(missing_ok=True)
        began = time.perf_counter()
        done = subprocess.run(
            [*wrapped, *self.command], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        took = time.perf_counter() - began
        if done.returncode != 0:
            if not self.may_refuse:
                sys.exit(f"{self.command}: {done.returncode}: {done.stderr.decode(errors='replace')}")
            self.refused = True
        if self.makes and self.makes.stat().st_size != self.size:
            sys.exit(f"{self.command}: {self.makes.stat().st_size} bytes of {self.size}")
        return took

    def measure_memory(self):
        report = self.folder / "memory"
        self.run([GNU_TIME, "-f", "%M", "-o", str(report)])
        self.memory = max(self.memory, int(report.read_text().split()[-1]) * 1024)

    def is_there(self):
        return Path(self.command[0]).exists()

    def median(self):
        return statistics.median(self.times)


def measure(title, note, rounds, contenders, level="##"):
    """A section of the page."""
    print(f"measuring: {title}", file=sys.stderr)
    present = [contender for contender in contenders if contender.is_there()]
    absent = [contender.name for contender in contenders if contender not in present]
    for contender in present:
        contender.run()  # Once to warm caches.
    refused = [contender.name for contender in present if contender.refused]
    present = [contender for contender in present if not contender.refused]
    for _ in range(rounds):
        for contender in random.sample(present, len(present)):
            contender.times.append(contender.run())
    for contender in present:
        for _ in range(3):
            contender.measure_memory()
        if contender.makes:
            contender.makes.unlink()
    lines = [f"{level} {title}", "", note, ""] if note else [f"{level} {title}", ""]
    lines += ["| | median | fastest | beside antiphon | peak memory |", "| --- | --: | --: | --: | --: |"]
    for contender in present:
        lines.append(
            f"| {contender.name} | {milliseconds(contender.median())} | {milliseconds(min(contender.times))} "
            f"| {contender.median() / present[0].median():.2f} | {contender.memory / 1e6:.1f} MB |"
        )
    left_out = f" Not there: {', '.join(absent)}." if absent else ""
    left_out += f" Refused: {', '.join(refused)}." if refused else ""
    lines += ["", f"{rounds} rounds.{left_out}", ""]
    print("\n".join(lines), file=sys.stderr)
    return "\n".join(lines)


def milliseconds(seconds):
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
