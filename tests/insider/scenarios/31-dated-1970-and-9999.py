# SPDX-License-Identifier: Apache-2.0
"""Acts dated 1970 and 9999: they are marked, and no honest client ends a grant because of them."""
from stage import Stage, acts
import encode
import sealing

stage = Stage(__file__)


def about(member, when, event):
    """A record about the first exhibit, with its custody line, at that time."""
    log = stage.take()
    nonce = log.new_id()
    line = sealing.custody(log, nonce, stage.hk1, member, event)
    sheet = sealing.sheet(log, [sealing.ring(log, "audit"), sealing.ring(log, stage.hk1)], [line])
    spec = acts.record(f"exhibit {stage.exhibits(stage.hk1)[0]}", stage.hk1).with_lines(
        "custody", hashes=[encode.name_of(line)], sheets=[encode.name_of(sheet)])
    bundle = sealing.keep(log, "lines", sealing.bundle([sheet]))
    return stage.sign(member, spec, log=log, nonce=nonce, bundle=bundle, time=when)


old = about(stage.reader2, "1970-01-02T00:00:00Z", "note")
new = about(stage.reader2, "9999-12-31T23:59:59Z", "note")
stage.run("the reader reads on", 0, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "y")
stage.says_not("and no clock is doubted", "clock")
stage.run("custody marks them", 0, "R-001", "custody", "HK-1/1")
stage.says("at the slots", "1970-01-02", "9999-12-31",
           f"CLOCKS: batch {stage.number(new)} comes before it and has a later time")
about(stage.depositor, "9999-12-31T23:59:58Z", "note")
stage.run("two people's acts of that year are told of", 0, "L-001", "--yes", "deposit", "HK-1",
          "pass", "--title", "t")
stage.says("with both times", "clock", "9999")
stage.run("and still nobody's grant ends unasked", 0, "L-001", "--json", "case", "show", "HK-1")
stage.ok("of those with a date", {g["member"] for g in stage.last.json["grants"]} ==
         {"L-001", "R-001", "R-002", "S-001"})
stage.ok("no expire was signed", not list(stage.entries("expire")))
stage.log_is_ok()
stage.done()
