# SPDX-License-Identifier: Apache-2.0
"""A depositor signs deposits whose object, or whose sheets, nobody ever stored."""
from stage import Stage, acts

stage = Stage(__file__)
for i in range(3):
    spec = acts.deposit(f"{i:032x}", stage.hk1, f"{i + 1:064x}")
    stage.sign(stage.depositor, spec.with_lines("content", sheets=[f"{i + 2:064x}"]))
slot, hollow = stage.plant(stage.depositor, stage.hk1, b"soon gone")
stage.object_path(stage.object_of(hollow)).unlink()
stage.run("the reader lists", 5, "R-001", "list", "HK-1")
stage.says("what is there, with its name", "HK-1/1", "statement.txt")
stage.says("and what is not, without", "HK-1/3")
stage.run("retrieves what is there", 0, "R-001", "retrieve", "HK-1/1", "-o", "x", "--reason", "y")
stage.run("not what is not", 5, "R-001", "retrieve", "HK-1/3", "-o", "z", "--reason", "y")
stage.says("and hears whose it is", "S-001")
stage.run("nor what has a sheet alone", 5, "R-001", "retrieve", "HK-1/6", "-o", "z", "--reason",
          "y")
stage.run("the lead deposits, and hears of it", 5, "L-001", "--yes", "deposit", "HK-1", "pass",
          "--title", "t")
stage.says("what is sealed is sealed", "Sealed HK-1/7.", "by S-001: 'lines/")
stage.log_is_ok(name="the log itself is in order")
stage.log_is_ok("--bytes", exit_=5)
stage.says("verify names who signed", "by S-001")
for i in range(3):
    exhibit = f"exhibit {i:032x}"
    slot, _ = next(stage.entries("deposit", exhibit))
    gone = acts.lost(exhibit, "0" * 64, [stage.take().state.bundles[slot]])
    leaf = stage.sign(stage.lead, acts.propose(gone)).leaves[0]
    stage.sign(stage.founder, acts.approve(exhibit, leaf))
    stage.run("until it is declared lost the list says so", 5, "R-001", "list", "HK-1")
    stage.sign(stage.lead, acts.lost(exhibit, leaf, [stage.take().state.bundles[slot]]))
stage.run("then nothing is wrong with the list", 0, "R-001", "list", "HK-1")
stage.says("in which it stays", "HK-1/3")
stage.done()
