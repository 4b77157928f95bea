# SPDX-License-Identifier: Apache-2.0
"""A depositor signs that a check of his exhibit passed: the first reader checks it all the same."""
from stage import Stage, acts
import encode
import sealing

stage = Stage(__file__)


def sign_check(exhibit):
    """The record that a reader's client writes after its first check, signed by the depositor."""
    log = stage.take()
    nonce = log.new_id()
    line = sealing.custody(log, nonce, stage.hk1, stage.depositor, "check",
                           details={"result": "pass"})
    sheet = sealing.sheet(log, [sealing.ring(log, "audit"), sealing.ring(log, stage.hk1)], [line])
    spec = acts.record(f"exhibit {exhibit}", stage.hk1).with_lines(
        "custody", hashes=[encode.name_of(line)], sheets=[encode.name_of(sheet)])
    bundle = sealing.keep(log, "lines", sealing.bundle([sheet]))
    return stage.sign(stage.depositor, spec, log=log, nonce=nonce, bundle=bundle)


def checks():
    """Who has on record that HK-1/3 was checked, and with which result."""
    events = stage.quiet("L-001", "--json", "custody", "HK-1/3").json["events"]
    return [(e["actor"], e["details"]["result"]) for e in events
            if e["event"] in ("check", "check-failed")]


_, exhibit = stage.plant(stage.depositor, stage.hk1, b"what was deposited", "one.txt")
sign_check(exhibit)
stage.ok("his check is on record", checks() == [("S-001", "pass")], checks())
stage.run("a reader retrieves", 0, "R-001", "retrieve", "HK-1/3", "-o", "x", "--reason", "y")
stage.ok("and is the first reader", ("R-001", "pass") in checks(), checks())
lie = {"sha256": "5" * 64}
_, exhibit = stage.plant(stage.depositor, stage.hk1, b"another thing", "two.txt", lie=lie)
sign_check(exhibit)
files = stage.mounted("R-001", "HK-1")
if files is not None:
    out, failed = stage.reads(files["two.txt"])
    stage.ok("a mount checks it, and gives nothing of it", failed and out == b"", out)
    stage.unmounted("R-001")
stage.run("nor does it come out otherwise", 5, "R-001", "retrieve", "HK-1/4", "-o", "z", "--reason",
          "y")
stage.says("and names who signed it", "signed by S-001")
stage.done()
