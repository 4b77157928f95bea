# SPDX-License-Identifier: Apache-2.0
"""An auditor makes an epoch of the audit ring, sealed to himself alone: the other holder makes
another.
"""
from stage import AUDIT, Stage

stage = Stage(__file__)
log = stage.take()
slot = stage.sign(stage.auditor, stage.epoch(log, AUDIT, stage.auditor), log=log)
stage.run("the other holder's next command", 0, "A-001", "status")
stage.run("or the one after", 0, "A-001", "case", "list")
stage.run("verify says what was done", 0, stage.stranger(), "verify", "--bytes")
stage.says("and by whom", "VOID key files: the key file objects/",
           "is sealed to 1, while the ring had 2 holders", f"(batch {stage.number(slot)} by U-001)")
last = [x for _, x in stage.entries("epoch", "vault")][-1]
stage.ok("the ring has new keys", last[3] == "A-001" and last[7] == "epoch 3", last)
stage.quiet("L-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "a reason for both")
stage.opens("both read what comes", stage.founder, "a reason for both")
stage.opens("each", stage.auditor, "a reason for both")
stage.done()
