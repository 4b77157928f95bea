#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command at a terminal of its own, 80 columns wide, and answers what it asks.

    terminal.py [--columns N] [--stdout FILE] [REGEX ANSWER]... -- COMMAND...

Each REGEX is waited for in what has been printed since the last answer (line breaks count as spaces); then ANSWER is typed
and Enter pressed.  Answers: ^C and ^D are keys, ^Z stops the command and continues it, !NAME sends that signal, "" is Enter.
Before an answer the terminal's echo is noted: the transcript has «hidden» where it was off.  Prints what the terminal showed,
then one line "echo on" or "echo off" as the command left it.  Exit status: the command's (128 + N for signal N); 97 when
nothing more came that matches.
"""
import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

WAIT = float(os.environ.get("PTY_WAIT", "60"))


def echo_is_on(fd):
    return bool(termios.tcgetattr(fd)[3] & termios.ECHO)


def read_more(fd, seconds):
    """Bytes, b"" at the end, None when nothing came."""
    ready, _, _ = select.select([fd], [], [], seconds)
    if not ready:
        return None
    try:
        return os.read(fd, 65536)
    except OSError as e:
        if e.errno == errno.EIO:
            return b""
        raise


def as_a_shell(command):
    """Runs it as the foreground job of this session, so that it can be stopped and continued; ends as it ended."""
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execvp(command[0], command)
    for name in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    _, status = os.waitpid(job, 0)
    os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


def job_of(fd):
    """The job in the foreground there.  Where the session has ended there is none, and to signal group 0 would be to signal ourselves."""
    job = os.tcgetpgrp(fd)
    if job <= 0:
        raise ProcessLookupError("no job at this terminal")
    return job


def main():
    args = sys.argv[1:]
    at = args.index("--")
    command, steps = args[at + 1:], args[:at]
    columns, stdout = 80, None
    while steps and steps[0].startswith("--"):
        option, value, steps = steps[0], steps[1], steps[2:]
        if option == "--columns":
            columns = int(value)
        else:
            stdout = value
    pid, fd = pty.fork()
    if pid == 0:
        if stdout is not None:
            out = os.open(stdout, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(out, 1)
        time.sleep(0.05)  # until the size is set
        as_a_shell(command)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    shown, since, failed = b"", 0, False
    for pattern, answer in zip(steps[::2], steps[1::2]):
        until = time.time() + WAIT
        while not re.search(pattern, " ".join(shown[since:].decode("utf-8", "replace").split()) + " "):
            more = read_more(fd, max(0.0, until - time.time()))
            if not more:
                failed = True
                break
            shown += more
        if failed:
            sys.stdout.write("terminal.py: nothing matched: %s\n" % pattern)
            break
        since = len(shown)
        time.sleep(0.02)
        if not echo_is_on(fd):
            shown += "«hidden»".encode()
        if answer == "^C":
            os.write(fd, b"\x03")
        elif answer == "^D":
            os.write(fd, b"\x04")
        elif answer == "^Z":
            job = job_of(fd)
            os.kill(job, signal.SIGTSTP)
            time.sleep(0.3)
            shown += ("«stopped, echo %s»" % ("on" if echo_is_on(fd) else "off")).encode()
            os.kill(job, signal.SIGCONT)
        elif answer.startswith("!"):
            os.kill(job_of(fd), getattr(signal, answer[1:]))
        else:
            os.write(fd, answer.encode("utf-8", "surrogateescape") + b"\n")
    until = time.time() + WAIT
    while not failed:
        more = read_more(fd, max(0.0, until - time.time()))
        if more is None:
            failed = True
            sys.stdout.write("terminal.py: the command did not end\n")
        elif not more:
            break
        else:
            shown += more
    sys.stdout.flush()
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
    try:
        sys.stdout.buffer.write(b"\necho on\n" if echo_is_on(fd) else b"\necho off\n")
    except termios.error:
        sys.stdout.buffer.write(b"\necho unknown\n")
    if failed:
        try:
            os.kill(job_of(fd), signal.SIGKILL)
        except OSError:
            pass
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return 97
    _, status = os.waitpid(pid, 0)
    return os.WEXITSTATUS(status)


sys.exit(main())
