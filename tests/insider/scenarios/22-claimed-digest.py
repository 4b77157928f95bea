# SPDX-License-Identifier: Apache-2.0
"""A depositor claims the digest of what others will deposit: theirs is sealed all the same."""
import hashlib

from stage import Stage

stage = Stage(__file__)
text = b"What the honest one is about to deposit.\n"
(stage.home("L-001") / "evidence.txt").write_bytes(text)
(stage.home("R-001") / "evidence.txt").write_bytes(text)
claim = {"size": len(text), "sha256": hashlib.sha256(text).hexdigest()}
stage.plant(stage.depositor, stage.hk1, b"rubbish", "evidence.txt", lie=claim)
for code in ("L-001", "R-001"):
    stage.run(f"{code} deposits it", 5, code, "--json", "--yes", "deposit", "HK-1", "evidence.txt")
    made = stage.last.json
    if code == "L-001":
        stage.ok("and is not told that it is held already",
                 len(made["exhibits"]) == 1 and not made["skipped"])
        stage.ok("it is sealed", made["exhibits"][0]["exhibit"] == "HK-1/4")
    stage.says(f"{code} hears whose claim is false", "HK-1/3, deposited by S-001, is not whole")
stage.run("it comes out", 0, "R-001", "retrieve", "HK-1/4", "-o", "out", "--reason", "x")
stage.ok("as it was", stage.file("R-001", "out") == text)
stage.run("the claim does not", 5, "R-001", "retrieve", "HK-1/3", "-o", "bad", "--reason", "x")
stage.says("and names who signed it", "S-001")
stage.done()
