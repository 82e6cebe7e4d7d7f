"""The process that runs a chapter once, and of which judges and players are copies.

It is told what to do over its standard input, and replies over its standard output, each
message a line of JSON. It never sees a solution, a hidden test or an answer: those are read
by the copies, each its own, from the same input.

    {"do": "run", "cells": [...]}     runs cells of the chapter
    {"do": "try", ...}                a player, which reads {"answer": ...}; then a judge,
                                      which reads {"starter": ..., "check": ...} and replies
"""

import ast
import contextlib
import hashlib
import io
import json
import linecache
import os
import signal
import sys
import time
import types
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import torch

from course_utils import noise, quick

from . import codec, remote, walls

CHAPTER = "chapter"  # the name of the module in which a chapter runs
PACKAGE = Path(quick.__file__).resolve().parents[1]
FRESH = 2**31
PATIENCE = 3  # a judge may take so many times the seconds and the memory of a student
CLOCK = 5  # times the seconds of the processor may pass that nobody waits for one
STOPPED = "Your code ended the process that it ran in."
LATE = "It did not end within {} seconds, though the processor was free."
INSIDE = "(Tested in the process of the answer itself: read its code.)"
STRANGE = "What came back is not of a kind that can be checked."


def read():
    """The next message; read byte by byte, so that a copy of this process goes on."""
    line = bytearray()
    while not line.endswith(b"\n"):
        piece = os.read(0, 1)
        if not piece:
            sys.exit()
        line += piece
    return json.loads(line)


def reply(**message):
    """Answer."""
    os.write(REPLIES, json.dumps(message).encode() + b"\n")


def execute(source, names, file):
    """Run the text of a cell; its lines can be named by an error."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        exec(compile(source, file, "exec"), names)


def play(ends):
    """How a player reads an answer, and how it serves it behind the walls."""
    channel = remote.Channel(*ends, trusted_reader=False)

    def prepare():
        answer = read()
        channel.send("read")
        return answer

    def run(answer, trouble):
        names = sys.modules[CHAPTER].__dict__
        channel.kept.append(lambda name: names[name])
        channel.send(f"forbidden {trouble}" if trouble else started(answer, names))
        if answer["test"] and not trouble:
            channel.send(tested(answer["test"], names))
        with contextlib.suppress(remote.Gone):
            while not trouble:
                channel.answer(channel.receive()[1:])

    return prepare, run


def started(answer, names):
    """Run an answer: "ready", or what went wrong."""
    execute(answer["starter"], names, "the starter")  # with what it gives to students
    for name in asked_of_students(answer["starter"]):
        names.pop(name, None)
    try:
        execute(answer["answer"], names, remote.ANSWER)
    except BaseException as error:  # also of `sys.exit`
        return remote.described(error)
    return "ready"


def seeded_by(secret, chosen):
    """A `seeded` that always draws the same numbers, and others than the notebook."""

    def seeded(seed):
        text = f"{secret} {seed}".encode()
        return chosen(int.from_bytes(hashlib.sha256(text).digest()[:4]) % FRESH)

    return seeded


def asked_of_students(starter):
    """The names in a starter for which a student writes something: those with ``...``."""
    found = []
    for node in ast.parse(starter).body:
        dots = any(isinstance(n, ast.Constant) and n.value is ... for n in ast.walk(node))
        if dots and isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        elif dots and isinstance(node, ast.Assign):
            found += [
                n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)
            ]
    return found


def judged(channel, test):
    """Whether a hidden test accepts the answer of a player, and what it says."""
    names = sys.modules[CHAPTER].__dict__
    names["__name__"] = "judge"  # what is defined from here on, the player has not
    said = str(channel.receive())
    if said.startswith("forbidden"):
        return {"forbidden": said}
    if said != "ready":
        return {"passed": False, "said": f"Not yet: {said}"}
    if test["inside"]:
        found = channel.receive()
        return {"passed": found["passed"] is True, "said": f"{found['said']} {INSIDE}"}
    execute(test["starter"], names, "the starter")
    for name in asked_of_students(test["starter"]):
        try:
            names[name] = channel.ask("call", 0, [name], {})[0]
        except remote.Failed:
            return {"passed": False, "said": f"Not yet: `{name}` is not defined."}
    channel.values_alone = not test["objects"]
    return tested(test, names)


def tested(test, names):
    """What a test says of the names that it finds."""
    if test["secret"]:
        names["seeded"] = seeded_by(test["secret"], noise.seeded)
    quick.last.passed = None
    execute(test["check"], names, "the hidden test")
    return {"passed": quick.last.passed is True, "said": quick.last.said}


def bounded(channel, seconds, megabytes):
    """Let this judge end in time, whatever it was sent to compute with."""

    def late(*_):
        left = channel.deadline - channel.clock()
        if left <= 0:
            raise remote.Late
        signal.alarm(int(left) + 1)

    channel.deadline = channel.clock() + CLOCK * seconds
    signal.signal(signal.SIGALRM, late)
    signal.alarm(int(CLOCK * seconds) + 1)
    walls.spared(PATIENCE * seconds, PATIENCE * megabytes)


def judge(ends, guard):
    """The verdict of a judge. Time in which a machine is busy does not count."""
    walls.unreadable()
    channel = remote.Channel(*ends, trusted_reader=True, deadline=time.monotonic() + 60)
    try:
        channel.receive()  # the player has read its message
        test = read()
        channel.clock = lambda: time.monotonic() - walls.queued(guard)
        bounded(channel, test["seconds"], test["megabytes"])
        return judged(channel, test)
    except remote.Late:
        return {"passed": False, "said": LATE.format(CLOCK * test["seconds"])}
    except remote.Gone:
        return {"passed": False, "said": STOPPED}
    except codec.Unreadable:
        return {"passed": False, "said": STRANGE}
    except Exception as error:
        return {"passed": False, "said": f"Not yet: {remote.described(error)}"}


def trial(limits):
    """Let a player and a judge, two copies of this process, try one answer."""
    to_player = os.pipe()
    to_judge = os.pipe()
    ends = to_player[0], to_judge[1]
    bounds = {name: limits[name] for name in ("hidden", "seconds", "megabytes")}
    alive, guard = walls.enclosed(*play(ends), ends, package=PACKAGE, **bounds)
    for end in ends:
        os.close(end)
    ends = to_judge[0], to_player[1]
    child = os.fork()
    if child == 0:
        try:
            reply(**judge(ends, guard))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    for end in (*ends, alive):
        os.close(end)
    _, status = os.waitpid(guard, 0)
    reply(done=True, costly=os.waitstatus_to_exitcode(status) == walls.COSTLY)


def main():
    """Run what comes, until nothing comes any more."""
    torch.set_num_threads(1)
    matplotlib.use("Agg")
    module = types.ModuleType(CHAPTER)
    sys.modules[CHAPTER] = module
    while True:
        message = read()
        if message["do"] == "try":
            trial(message)
        else:
            for number, source in enumerate(message["cells"]):
                execute(source, module.__dict__, f"cell {number}")
                plt.close("all")
            reply(done=True)


REPLIES = os.dup(1)
if __name__ == "__main__":
    main()
