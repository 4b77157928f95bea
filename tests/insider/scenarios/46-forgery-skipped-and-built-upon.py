# SPDX-License-Identifier: Apache-2.0
"""Slots that look like batches and are signed by nobody: skipped, and never read out of again."""
from stage import Stage, acts

stage = Stage(__file__)
nobody = stage.fake("A-001")
first = stage.sign(stage.founder, acts.enrol(stage.fake("X-009"), "admin"), verdict="damaged",
                   key=nobody)
number = stage.number(first)
log = stage.take()
log.add(stage.founder, [acts.revoke(stage.lead)], "damaged", key=nobody)
stage.put(log)
stage.run("nobody goes on record meanwhile", 5, "L-001", "--yes", "case", "rekey", "HK-1")
stage.run("an admin passes over them", 0, "A-001", "log", "skip", str(number), "--reason", "forged")
stage.says("over both", f"slots {number} to {number + 1}")
log = stage.take()
log.add(stage.bought, [acts.publish()], "void", prev=first.head)
stage.put(log)
stage.run("who builds upon the forgery has signed nothing that counts", 5, stage.stranger(),
          "verify")
stage.run("an admin passes over that, too", 0, "A-001", "log", "skip", str(number + 3), "--reason",
          "built upon a forgery")
stage.run("then all goes on", 0, "L-001", "--yes", "case", "rekey", "HK-1")
stage.run("nobody was made an admin, nobody revoked", 0, "R-001", "--json", "member", "list")
stage.ok("by the list", not [m for m in stage.last.json["members"] if m["member"] == "X-009" or
                             m["revoked"]])
stage.log_is_ok("--bytes")
stage.says("and every verify lists both", f"batches {number} to {number + 1} were damaged",
           f"batch {number + 3} was damaged")
stage.done()
