# SPDX-License-Identifier: Apache-2.0
"""A dismissed member signs the log's last slot: a finding about him, and nobody is stopped."""
from stage import Stage, acts

stage = Stage(__file__)
stage.quiet("A-001", "--yes", "member", "revoke", "R-002", "--reason", "dismissed")
slot = stage.forbid("it counts for nothing", stage.reader2, acts.record("member R-002"))
stage.run("a stranger verifies", 0, stage.stranger(), "verify", "--bytes")
stage.says("and is told", f"batch {stage.number(slot)} counting for nothing", "signed by R-002")
stage.run("status", 0, "L-001", "status")
stage.says("says so, too", "VOID 1 batch")
stage.run("the lead makes new keys", 0, "L-001", "list", "HK-1")
stage.run("the depositor deposits", 0, "S-001", "--yes", "deposit", "HK-1", "pass", "--title", "t")
stage.run("and the reader reads", 0, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "y")
stage.log_is_ok("--receipt", stage.home("S-001") / sorted(
    p.name for p in stage.home("S-001").glob("R-*.txt"))[-1], name="a receipt after it holds")
stage.done()
