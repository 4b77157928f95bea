# SPDX-License-Identifier: Apache-2.0
"""A lead seals an epoch to himself alone, or makes a key file that is none: others make the
next.
"""
from stage import Stage, acts
import sealing

stage = Stage(__file__)
stage.quiet("L-001", "--yes", "case", "grant", "HK-1", "L-002", "--as", "lead")
log = stage.take()
slot = stage.sign(stage.lead2, stage.epoch(log, stage.hk1, stage.lead2), log=log)
stage.run("a reader who is past it reads what is older", 0, "R-001", "retrieve", "HK-1/1", "-o",
          "x",
          "--reason", "y")
stage.run("the other lead's next command", 0, "L-001", "list", "HK-1")
stage.says("makes new keys", "new keys for HK-1: epoch 4")
stage.run("which all have", 0, "L-001", "--yes", "deposit", "HK-1", "pass", "--title", "after that")
stage.run("the reader too", 0, "R-001", "show", "HK-1/3")
stage.says("by title", "after that")
stage.run("verify says what was done", 0, stage.stranger(), "verify", "--bytes")
stage.says("and by whom", "is sealed to 1, while the ring had 4 holders",
           f"(batch {stage.number(slot)} by L-002)")
log = stage.take()
recipient = log.new_ring(stage.hk1)
everybody = [m.recipient for m in (stage.lead, stage.lead2, stage.reader, stage.reader2)]
rubbish = sealing.key_file(log, stage.hk1, everybody, [log.random(32)], first=5)
stage.sign(stage.lead2, acts.epoch(stage.hk1, recipient, rubbish), log=log)
stage.run("with a key that is not the epoch's the reader reads on", 5, "R-001", "retrieve",
          "HK-1/1",
          "-o", "z", "--reason", "y")
stage.says("and is told", "the newest key file: the key of epoch 5 is not the one that the log has")
stage.ok("it is the statement", stage.file("R-001", "z") == stage.office.STATEMENT)
stage.run("the other lead makes new ones again", 5, "L-001", "list", "HK-1")
stage.says("at once", "new keys for HK-1: epoch 6")
stage.run("then the reader reads on, and hears of that file", 5, "R-001", "list", "HK-1")
stage.says("by name", "statement.txt", "an older key file: the key of epoch 5 is not the one")
stage.done()
