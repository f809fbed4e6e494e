"""A program on a terminal, measured from its start until a text stands there."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

from contender import Contender

COLUMNS, LINES = 120, 40
PATIENCE = 600  # Seconds.


class OnScreen(Contender):
    """Its time is that until `awaited` was drawn; it is then ended. Its memory is what it had by then."""

    def __init__(self, folder, name, command, awaited, **more):
        super().__init__(folder, name, command, **more)
        self.awaited = awaited.encode()
        self.environment |= {"TERM": "xterm-256color"}

    def run(self, wrapped=()):
        began = time.perf_counter()
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.execve(self.command[0], self.command, self.environment)
        try:
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            written = self.read_until_drawn(terminal, began)
            took = time.perf_counter() - began
            if written is None:
                self.memory = max(self.memory, peak(child))
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(terminal)
        if written is not None:
            if not self.may_refuse:
                sys.exit(f"{self.command} drew no {self.awaited!r}: {written[-2000:]!r}")
            self.refused = True
        return took

    def read_until_drawn(self, terminal, began):
        """Nothing, or all that was written in vain."""
        written = b""
        while self.awaited not in written:
            left = PATIENCE - (time.perf_counter() - began)
            if left <= 0 or not select.select([terminal], [], [], left)[0]:
                return written
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # It ended.
                return written
            written += piece
            if b"\x1b[c" in piece:  # It asks what terminal this is, and waits for the answer.
                os.write(terminal, b"\x1b[?62;22c")
            if b"\x1b[6n" in piece:
                os.write(terminal, b"\x1b[1;1R")
        return None

    def measure_memory(self):
        self.run()


def peak(process):
    with open(f"/proc/{process}/status") as status:
        return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")), 0)
