# SPDX-License-Identifier: Apache-2.0
"""A depositor seals an exhibit's object to an outsider, too: who verifies the bytes sees it,
keyless.
"""
from stage import Stage
import age
import sealing

stage = Stage(__file__)
log = stage.take()
real = sealing.seal
sealing.seal = lambda log, recipients, plain: real(
    log, recipients + ([stage.x1.recipient] if len(recipients) == 1 and plain[:6] == b"secret"
                       else []), plain)
_, exhibit = sealing.plant(log, stage.depositor, stage.hk1, b"secret from outsiders", "two.txt")
slot = stage.put(log)
data = stage.object_path(stage.object_of(exhibit)).read_bytes()
stage.ok("it is for two", age.stanzas(data) == 2)
stage.run("verify finds it, without any key", 5, stage.stranger(), "verify", "--bytes")
stage.says("and names who signed", f"(batch {stage.number(slot)} by S-001, about id:{exhibit})")
stage.run("the first reader does, too", 5, "R-001", "retrieve", "HK-1/3", "-o", "x", "--reason",
          "y")
stage.says("and names the same", "S-001")
stage.log_is_ok(name="the log itself is in order")
stage.done()
