# SPDX-License-Identifier: Apache-2.0
"""An admin opens a second case of the same code and lets people in: a name alone opens neither."""
from stage import Stage, acts

stage = Stage(__file__)
ident = stage.open_case(stage.bought, stage.x1, "HK-1")
log = stage.take()
stage.sign(stage.x1, stage.epoch(log, ident, stage.x1), log=log)
for member in (stage.depositor, stage.reader):
    log = stage.take()
    kind = "depositor" if member == stage.depositor else "reader"
    secrets = [] if kind == "depositor" else log.rings[ident][-1:]
    keys = stage.key_file(log, ident, member, secrets=secrets, code="HK-1", first=2)
    stage.sign(stage.x1, acts.grant(ident, member, kind, keys), log=log)
stage.run("a deposit by code is refused", 3, "S-001", "--json", "--yes", "deposit", "HK-1", "pass")
stage.ok("as ambiguous", stage.last.json["error"]["reason"] == "ambiguous")
stage.run("both are told", 3, "S-001", "--yes", "deposit", "HK-1", "pass")
stage.says("and how to tell them apart", "two cases called 'HK-1'", "amana case list --json")
stage.run("the list has both", 0, "S-001", "--json", "case", "list")
stage.ok("with their ids", {c["id"] for c in stage.last.json["cases"]} >= {stage.hk1, ident})
stage.run("by id it goes where it should", 0, "S-001", "--yes", "deposit", f"id:{stage.hk1}",
          "pass", "--title", "for the right case")
stage.cannot_open("and not to the other one", stage.x1, "for the right case")
stage.run("a reading by code, too", 3, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "y")
stage.done()
