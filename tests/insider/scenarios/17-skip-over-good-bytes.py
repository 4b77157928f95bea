# SPDX-License-Identifier: Apache-2.0
"""A slot is spoilt in the store and skipped, while others hold good bytes of it."""
from stage import Stage, acts
import encode

stage = Stage(__file__)
slot, _ = next(stage.entries("deposit"))
good = stage.take().slots[slot].data
newcomer = stage.stranger()


def skip_by(member):
    """Spoils the slot in the store and everything behind it, and signs a skip of both."""
    log = stage.take()
    last = len(log.slots) - 1
    log.damage(slot, good[:-1] + b"x")
    before = log.slots[slot - 1]
    act = acts.skip(slot, last, log.head, before.head)
    log.add(member, [act], state=before.state)
    stage.write(encode.slot_name(slot), log.slots[slot].data)
    return stage.put(log)


kept = stage.save()
skipped = skip_by(stage.bought)
stage.run("who verified these slots stops", 5, "L-001", "list", "HK-1")
stage.says("and is shown who passes over what", "A-002", f"batch {slot}")
stage.run("and does not deposit meanwhile", 5, "S-001", "--yes", "deposit", "HK-1", "pass")
stage.run("nor lets anybody in", 5, "L-001", "--yes", "case", "grant", "HK-1", "L-002", "--as",
          "reader")
stage.run("verify says so", 5, "R-001", "verify")
stage.run("until a person accepts it", 0, "R-001", "log", "accept",
          str(stage.number(skipped)))
stage.run("and the acts passed over stay listed", 0, "R-001", "verify")
stage.says("with the signer", "passed over, by batch", "signed by A-002")
stage.run("a stranger follows it", 0, newcomer, "verify")
stage.says("loudly", "passed over, by batch", "signed by A-002")
stage.load(kept)
skip_by(stage.x1)
stage.run("a skip by no admin is no skip: who holds good bytes puts them back", 0, "L-001",
          "list", "HK-1")
stage.says("which is told", "REPAIRED")
stage.run("then the store is whole for everybody", 0, newcomer, "verify")
stage.done()
