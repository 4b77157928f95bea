# SPDX-License-Identifier: Apache-2.0
"""Random signed logs: `--seed S --slots N --judge FILE` writes logs of at most 64 slots as streams.

About six in ten slots are meant to be valid. Which are is said by the judge, another program; it
is handed in, so that this one knows no rule. Without a judge every slot is taken for valid.
"""
import argparse
import collections
import random
import sys

import acts
import random_kinds
from judge import Judge
from random_model import PEOPLE, Model
from writer import DAMAGED, NOT_JUDGED, VALID

LONGEST = 64


def start(model):
    """The first slots: people with roles, and two cases, so that the rest has something to do."""
    keys, log = model.keys, model.log
    roles = {"A": "admin", "B": "admin", "K": "recovery", "U": "auditor"}
    count = model.rng.randint(4, len(PEOPLE))
    chosen = ["A", "L", "K", "R", "B", "U", "T"][: count - 1]
    yield "F", [acts.enrol(keys[c], roles.get(c, "-")) for c in chosen]
    yield "F", [random_kinds.new_case(model, lead) for lead in (chosen[1], model.one(chosen[:2]))]
    specs = [acts.grant(case, keys[c], kind, log.new_hash())
             for case in model.cases
             for c, kind in (("R", "reader"), ("T", "standby"), ("K", "recovery"))
             if c in chosen and model.leads(case) == [chosen[1]]]
    yield chosen[1], specs
    for case in model.cases:
        lead = model.leads(case)[0]
        yield lead, [random_kinds.new_deposit(model, case) for _ in range(2)]


class Run:
    """One log: the model, the judge's vault, and what is counted."""

    def __init__(self, seed, judge, counts):
        self.rng = random.Random(seed)
        self.model = Model(self.rng, f"random/{seed}")
        self.vault = judge.open(self.model.log.slots[0].data) if judge else None
        self.counts = counts

    def verdict_of(self, data):
        """What the judge says of the next slot; its answer for damage it may give later."""
        if not self.vault:
            return VALID
        return self.vault.judge(data)[0]

    def put(self, actor, specs, bent):
        """Signs a slot, asks for its verdict, and learns from it."""
        model = self.model
        passes = bent.pop("passes", None)
        slot = model.log.add(model.keys[actor], specs, **bent)
        verdict = self.verdict_of(slot.data)
        slot.verdict = verdict
        last = len(model.log.slots) - 1
        if verdict == VALID:
            if passes:
                model.damaged = 0
            model.took(actor, specs, slot)
        else:
            slot.state = model.log.slots[last - 1].state
            model.refused(specs)
        if verdict == DAMAGED and not model.damaged:
            model.damaged = last
        self.count(specs, verdict)

    def count(self, specs, verdict):
        """Keeps the numbers that are told at the end."""
        self.counts[verdict] += 1
        for spec in specs:
            self.counts[f"{spec.action} {verdict}"] += 1

    def step(self):
        """One more slot."""
        actor, specs, bent = random_kinds.slot(self.model)
        self.put(actor, specs, bent)
        return self.counts

    def go(self, slots):
        """The log with so many slots; it ends early where nothing more is judged."""
        for actor, specs in start(self.model):
            if specs:
                self.put(actor, specs, {})
        while len(self.model.log.slots) < slots:
            self.step()
            if self.model.log.slots[-1].verdict == NOT_JUDGED and self.model.some(0.3):
                break
        return self.model.log


def logs(seed, slots, judge=None, counts=None):
    """Logs from one seed until so many slots are made."""
    number, left = 0, slots
    counts = collections.Counter() if counts is None else counts
    while left > 0:
        log = Run(f"{seed}/{number}", judge, counts).go(min(LONGEST, max(left, 8)))
        number, left = number + 1, left - len(log.slots)
        yield log


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--slots", type=int, default=LONGEST)
    parser.add_argument("--judge", metavar="FILE")
    parser.add_argument("--counts", action="store_true", help="tell on stderr what was reached")
    given = parser.parse_args()
    judge = Judge(given.judge) if given.judge else None
    counts = collections.Counter()
    for log in logs(given.seed, given.slots, judge, counts):
        sys.stdout.buffer.write(log.stream())
    if given.counts:
        for what, number in sorted(counts.items()):
            print(what, number, file=sys.stderr)


if __name__ == "__main__":
    main()
