# SPDX-License-Identifier: Apache-2.0
"""A depositor signs deposits whose sheets are as heavy as may be: work stays bounded."""
import time

from stage import Stage, acts
import encode
import sealing

stage = Stage(__file__)
log = stage.take()
ring = [sealing.ring(log, "audit"), sealing.ring(log, stage.hk1)]
specs, sheets = [], []
for i in range(8):
    sheets.append(sealing.seal(log, ring, b"#" + b" " * 262142 + b"\n"))
names = [encode.name_of(x) for x in sheets]
for i in range(100):
    specs.append(acts.deposit(log.new_id(), stage.hk1, log.new_hash()).with_lines(
        "content", "about", hashes=[log.new_hash(), log.new_hash()], sheets=names))
bundle = sealing.keep(log, "lines", sealing.bundle(sheets))
stage.sign(stage.depositor, *specs, log=log, bundle=bundle)
began = time.monotonic()
stage.run("the reader lists", 5, "R-001", "list", "HK-1")
took = time.monotonic() - began
stage.ok("in a few seconds", took < 20, f"{took:.1f} s")
stage.says("with what is in order", "statement.txt")
began = time.monotonic()
stage.run("and again", 5, "R-001", "list", "HK-1")
again = time.monotonic() - began
stage.ok("faster, since a failure is remembered", again < 10, f"{again:.1f} s after {took:.1f} s")
stage.run("what is in order comes out", 0, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason",
          "y")
stage.done()
