# SPDX-License-Identifier: Apache-2.0
"""An admin spoils the slot that revokes him, and skips it: who knew the history puts it back."""
from stage import Stage, acts
import encode

stage = Stage(__file__)
stage.quiet("A-001", "--yes", "member", "revoke", "A-002", "--reason", "bought", "--last-lead",
            f"id:{stage.hk9}")
stage.quiet("R-001", "list", "HK-1")
log = stage.take()
slot = stage.slots_with("revoke")[-1]
last = len(log.slots) - 1
good = log.slots[slot].data
log.damage(slot, good[:-1] + b"x")
before = log.slots[slot - 1]
log.add(stage.bought, [acts.skip(slot, last, log.head, before.head)], state=before.state)
stage.write(encode.slot_name(slot), log.slots[slot].data)
stage.put(log)
stage.run("who verified his revocation goes on", 0, "R-001", "list", "HK-1")
stage.says("by good bytes, and names him", "A-002")
stage.ok("which are in the store again",
         (stage.vault / encode.slot_name(slot)).read_bytes() == good)
stage.verdicts = {}
stage.run("a stranger sees him revoked", 0, stage.stranger(), "--json", "verify")
stage.run("everybody does", 0, "L-001", "--json", "member", "list")
stage.ok("by the list", [m["revoked"] for m in stage.last.json["members"]
                         if m["member"] == "A-002"] == [True])
stage.done()
