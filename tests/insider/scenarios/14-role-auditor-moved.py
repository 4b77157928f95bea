# SPDX-License-Identifier: Apache-2.0
"""An admin takes the role auditor from all who hold the ring, and begins it anew with an
accomplice.
"""
from stage import AUDIT, Stage, acts

stage = Stage(__file__)
stage.quiet("L-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "a reason of before")
stage.sign(stage.bought, acts.role(stage.auditor, "-auditor"),
           acts.role(stage.founder, "-auditor"), acts.role(stage.x1, "+auditor"))
stage.sign(stage.bought, acts.grant(AUDIT, stage.x1, "auditor", None))
log = stage.take()
stage.sign(stage.x1, stage.epoch(log, AUDIT, stage.x1), log=log)
stage.run("the lead is told who holds the ring now", 0, "L-001", "retrieve", "HK-1/1", "-o", "z",
          "--reason", "a reason of later")
stage.says("and by which words", "an admin has begun the audit ring anew, with X-001",
           "amana audit accept")
stage.cannot_open("the new auditor reads nothing of before", stage.x1, "a reason of before")
stage.cannot_open("nor what comes, until it is accepted", stage.x1, "a reason of later")
stage.opens("which the case's people read", stage.reader, "a reason of later")
stage.run("to accept takes the words", 2, "L-001", "audit", "accept", words="")
stage.run("those of the person", 4, "L-001", "audit", "accept", words=stage.words("U-001"))
stage.run("custody of the case is whole", 0, "R-001", "custody", "HK-1")
stage.says("with the reason", "a reason of later")
stage.log_is_ok("--bytes")
stage.done()
