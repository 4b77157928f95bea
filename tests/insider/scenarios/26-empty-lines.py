# SPDX-License-Identifier: Apache-2.0
"""A depositor signs a sheet of a quarter of a megabyte of empty lines."""
import time

from stage import Stage, acts
import encode
import sealing

stage = Stage(__file__)
log = stage.take()
sheet = sealing.seal(log, [sealing.ring(log, stage.hk1)], b"\n" * 262144)
spec = acts.deposit(log.new_id(), stage.hk1, log.new_hash()).with_lines(
    "content", "about", sheets=[encode.name_of(sheet)])
bundle = sealing.keep(log, "lines", sealing.bundle([sheet]))
stage.sign(stage.depositor, spec, log=log, bundle=bundle)
began = time.monotonic()
stage.run("the reader lists", 5, "R-001", "list", "HK-1")
stage.ok("at once", time.monotonic() - began < 10)
stage.says("with what is in order", "statement.txt")
stage.run("what is not does not come out", 5, "R-001", "retrieve", "HK-1/3", "-o", "x", "--reason",
          "y")
stage.says("and hears whose it is", "S-001")
stage.run("custody goes on", 5, "R-001", "custody", "HK-1")
stage.says("and says what is missing", "TAMPERED: what was sealed with it is missing or fails")
stage.log_is_ok("--bytes", exit_=5)
stage.done()
