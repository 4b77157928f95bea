# SPDX-License-Identifier: Apache-2.0
"""Folders, links, FIFOs and a socket in the places of slots, objects and bundles: nobody waits
on them.
"""
import os
import socket
import time

from stage import Stage
import encode

stage = Stage(__file__)
kept = stage.save()
end = stage.last_slot() + 1


def plant(what, path):
    """Puts it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.unlink()
    if what == "a folder":
        path.mkdir()
    elif what == "a link to a good slot":
        path.symlink_to(stage.vault / encode.slot_name(end - 1))
    elif what == "a link to nothing":
        path.symlink_to("/nowhere/at/all")
    elif what == "a FIFO":
        os.mkfifo(path)
    else:
        here = os.getcwd()
        os.chdir(path.parent)
        socket.socket(socket.AF_UNIX).bind(path.name)
        os.chdir(here)


KINDS = ("a folder", "a link to a good slot", "a link to nothing", "a FIFO", "a socket")
for what in KINDS:
    stage.load(kept)
    plant(what, stage.vault / encode.slot_name(end))
    began = time.monotonic()
    stage.run(f"{what} at the end: verify", 5, stage.stranger(), "verify")
    stage.run(f"{what} at the end: status", 5, "R-001", "status")
    stage.run(f"{what} at the end: no deposit", 5, "S-001", "--yes", "deposit", "HK-1", "pass")
    stage.load(kept)
    plant(what, stage.vault / encode.slot_name(end - 3))
    stage.run(f"{what} in the middle: verify", 5, stage.stranger(), "verify")
    stage.says(f"{what} in the middle: says where", f"batch {end - 3} is")
    stage.load(kept)
    plant(what, stage.object_path(stage.object_of(stage.exhibits(stage.hk1)[0])))
    stage.run(f"{what} for an object: verify", 5, stage.stranger(), "verify", "--bytes")
    stage.ok(f"{what}: nobody waits", time.monotonic() - began < 30)
stage.load(kept)
plant(KINDS[3], stage.object_path(stage.object_of(stage.exhibits(stage.hk1)[0])))
stage.run("nor does a reader", 5, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "y")
stage.run("the rest comes out", 0, "R-001", "retrieve", "HK-1/2", "-o", "z", "--reason", "y")
stage.done()
