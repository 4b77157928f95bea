# SPDX-License-Identifier: Apache-2.0
"""One act of each kind that is in order, with what has to stand before it.

A function here gives the office, the actor and the entry. rules_grammar.py bends each of them in
every way that section 5 forbids, so that only the bend can be what makes the slot void.
"""
import acts
import encode
from situations import UNTIL, founding, later, office, small

GOODS = {}


def good(build):
    """Lists a function under its name."""
    GOODS[build.__name__.strip("_").replace("_", "-")] = build
    return build


@good
def enrol():
    o = office()
    return o, o.A, acts.enrol(o.V)


@good
def role():
    o = office()
    return o, o.A, acts.role(o.X, "+admin")


@good
def revoke():
    o = office()
    return o, o.A, acts.revoke(o.X)


@good
def policy():
    o = office()
    return o, o.A, acts.policy("break-glass off")


@good
def log_key():
    o = office()
    return o, o.A, acts.log_key(encode.vkey(o.log.origin, o.M.public), [o.hash()])


@good
def case():
    o = office()
    return o, o.A, o.new_case(o.A, o.X)


@good
def epoch_case():
    o = office()
    return o, o.L, o.epoch(o.case)


@good
def epoch_vault():
    o = office()
    return o, o.U, o.epoch(acts.AUDIT)


@good
def grant():
    o = office()
    return o, o.L, o.grant(o.X, "reader")


@good
def grant_audit():
    o = office()
    o.act(o.A, acts.role(o.X, "+auditor"))
    return o, o.U, o.audit(o.X)


@good
def ungrant():
    o = office()
    return o, o.L, o.ungrant(o.R)


@good
def expire():
    o = office()
    return o, o.L, acts.expire(o.case, o.T).but(over={3: UNTIL})


@good
def break_glass():
    o = office()
    return o, o.T, acts.break_glass(o.case, o.T, later(o, 4))


@good
def close():
    o = office()
    return o, o.L, acts.close(o.case)


@good
def reopen():
    o = office()
    o.act(o.L, acts.close(o.case))
    return o, o.L, acts.reopen(o.case)


@good
def deposit():
    o = office()
    return o, o.D, acts.deposit(o.log.new_id(), o.case, o.hash())


@good
def record_exhibit():
    o = office()
    return o, o.R, acts.record(f"exhibit {o.e1}", o.case)


@good
def record_case():
    o = office()
    return o, o.R, acts.record(f"case {o.case}", o.case)


@good
def record_member():
    o = office()
    return o, o.X, acts.record(f"member {o.X.code}")


@good
def record_vault():
    o = office()
    return o, o.U, acts.record("vault")


@good
def denied_exhibit():
    o = office()
    return o, o.X, acts.denied(f"exhibit {o.e1}", o.case)


@good
def denied_case():
    o = office()
    return o, o.X, acts.denied(f"case {o.case}", o.case)


@good
def denied_vault():
    o = office()
    return o, o.X, acts.denied("vault")


@good
def hold_exhibit():
    o = office()
    return o, o.L, acts.hold(f"exhibit {o.e1}", "set")


@good
def hold_case():
    o = office()
    return o, o.L, acts.hold(f"case {o.case}", "set")


@good
def propose_hold():
    o = office()
    o.act(o.L, acts.hold(f"case {o.case}", "set"))
    return o, o.A, acts.propose(acts.hold(f"case {o.case}", "release"))


@good
def propose_format():
    o = office()
    return o, o.A, acts.propose(acts.format_(2))


@good
def propose_restored():
    o = office()
    return o, o.A, acts.propose(acts.restored(40, o.hash()))


@good
def propose_dispose():
    o = office()
    return o, o.L, acts.propose(o.disposal())


@good
def propose_erase():
    o = office()
    act = acts.erase(f"exhibit {o.e1}", "0" * 64, [o.pair(o.b1)], {o.s1: o.hash()}, [o.hash()])
    return o, o.L, acts.propose(act)


@good
def propose_lost():
    o = office()
    return o, o.L, acts.propose(acts.lost(f"exhibit {o.e1}", "-", [o.x1]))


@good
def propose_enrol():
    o = small()
    o.act(o.A, acts.policy("two-person on"))
    return o, o.A, acts.propose(acts.enrol(o.V, "admin"))


@good
def propose_role():
    o = small()
    o.act(o.A, acts.policy("two-person on"))
    return o, o.A, acts.propose(acts.role(o.X, "+admin"))


@good
def propose_revoke():
    o = small()
    o.act(o.A, acts.policy("two-person on"))
    return o, o.A, acts.propose(acts.revoke(o.B))


@good
def propose_policy():
    o = small()
    o.act(o.A, acts.policy("two-person on"))
    return o, o.A, acts.propose(acts.policy("grant-days 30"))


@good
def approve():
    o = office()
    leaf = o.propose(o.L, o.disposal())
    return o, o.A, acts.approve(f"exhibit {o.e1}", leaf)


@good
def dispose():
    o = office()
    leaf = o.by_two(o.L, o.A, o.disposal())
    return o, o.A, o.disposal(leaf)


@good
def erase():
    o = office()
    were, strikes, renamed = {o.s1: o.hash()}, [o.hash()], [o.pair(o.b1)]
    leaf = o.by_two(o.L, o.A, acts.erase(f"exhibit {o.e1}", "-", renamed, were, strikes))
    return o, o.A, acts.erase(f"exhibit {o.e1}", leaf, renamed, were, strikes)


@good
def lost():
    o = office()
    leaf = o.by_two(o.L, o.A, acts.lost(f"exhibit {o.e1}", "-", [o.x1]))
    return o, o.A, acts.lost(f"exhibit {o.e1}", leaf, [o.x1])


@good
def lost_alone():
    o = founding()
    key_file = o.log.slots[0].data.decode().split("\n")[7]
    return o, o.F, acts.lost("vault", "-", [key_file])


@good
def acknowledge():
    o = office()
    leaf = o.act(o.A, acts.enrol(o.R.again())).leaves[0]
    return o, o.L, acts.acknowledge(f"member {o.R.code}", leaf)


@good
def publish():
    o = office()
    return o, o.A, acts.publish()


@good
def anchor():
    o = office()
    return o, o.A, acts.anchor(1, [o.hash()])


@good
def restored():
    o = founding()
    return o, o.F, acts.restored(40, o.hash())
