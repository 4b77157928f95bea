# SPDX-License-Identifier: Apache-2.0
"""Section 10.4, the second half: audit grants, what ends a grant, break-glass, close and reopen."""
import acts
import encode
from acts import AUDIT
from situations import UNTIL, appointed, later, leaderless, office, one_slot, valid, void
from writer import VALID, VOID


def no_holder():
    """The office in which nobody holds the audit ring; V, W and U have the role auditor."""
    o = office()
    o.act(o.A, acts.enrol(o.V, "auditor"), acts.enrol(o.W, "auditor"),
          o.ungrant(o.U, AUDIT), o.ungrant(o.F, AUDIT))
    return o


one_slot(office, "10.4 grant audit", VALID, [
    ("audit-again", "U", lambda o: o.audit(o.F)),
    ("audit-oneself", "U", lambda o: o.audit(o.U, until=UNTIL)),
])
one_slot(office, "10.4 grant audit", VOID, [
    ("audit-to-no-auditor", "U", lambda o: o.audit(o.X)),
    ("audit-to-admin", "U", lambda o: o.audit(o.A)),
    ("audit-by-admin-while-held", "A", lambda o: o.audit(o.U)),
    ("audit-by-admin-while-held-no-object", "A", lambda o: o.audit(o.U, keys=False)),
    ("audit-by-holder-no-object", "U", lambda o: o.audit(o.F, keys=False)),
    ("audit-to-another-recipient", "U", lambda o: o.audit(o.F, to=o.U.recipient)),
    ("audit-by-lead", "L", lambda o: o.audit(o.U)),
])
one_slot(no_holder, "10.4 grant audit", VALID, [
    ("audit-new-beginning", "A", lambda o: o.audit(o.V, keys=False)),
])
one_slot(no_holder, "10.4 grant audit", VOID, [
    ("audit-new-beginning-with-object", "A", lambda o: o.audit(o.V)),
    ("audit-new-beginning-by-auditor", "V", lambda o: o.audit(o.V, keys=False)),
    ("audit-new-beginning-by-card", "K", lambda o: o.audit(o.V, keys=False)),
    ("audit-new-beginning-to-no-auditor", "A", lambda o: o.audit(o.X, keys=False)),
    ("audit-new-beginning-twice", "A", lambda o: [
        o.audit(o.V, keys=False), o.audit(o.W, keys=False)]),
    ("audit-holder-who-has-been", "U", lambda o: o.audit(o.V)),
])


@valid("10.4 grant audit")
def audit_by_the_new_holder():
    o = no_holder()
    o.act(o.A, o.audit(o.V, keys=False))
    o.act(o.V, o.epoch(AUDIT), o.audit(o.W))
    return o


@void("10.4 grant audit")
def audit_to_a_replaced_recipient():
    o = office()
    o.act(o.F, acts.enrol(o.F.again(), "admin,auditor"))
    o.act(o.U, o.audit(o.F))
    return o


one_slot(office, "10.4 ungrant", VALID, [
    ("ungrant-by-lead", "L", lambda o: o.ungrant(o.R)),
    ("ungrant-by-admin", "A", lambda o: o.ungrant(o.R)),
    ("ungrant-oneself-as-lead", "L", lambda o: o.ungrant(o.L)),
    ("ungrant-the-only-lead", "A", lambda o: o.ungrant(o.L)),
    ("ungrant-all", "A", lambda o: [o.ungrant(m) for m in (o.L, o.R, o.T, o.D)]),
    ("ungrant-audit-by-holder", "F", lambda o: o.ungrant(o.U, AUDIT)),
    ("ungrant-audit-by-admin", "A", lambda o: o.ungrant(o.U, AUDIT)),
    ("ungrant-audit-oneself", "U", lambda o: o.ungrant(o.U, AUDIT)),
])
one_slot(office, "10.4 ungrant", VOID, [
    ("ungrant-by-reader", "R", lambda o: o.ungrant(o.D)),
    ("ungrant-by-oneself", "R", lambda o: o.ungrant(o.R)),
    ("ungrant-by-card", "K", lambda o: o.ungrant(o.R)),
    ("ungrant-by-lead-of-another-case", "Z", lambda o: o.ungrant(o.R)),
    ("ungrant-never-granted", "L", lambda o: o.ungrant(o.X)),
    ("ungrant-twice", "L", lambda o: [o.ungrant(o.R), o.ungrant(o.R)]),
    ("ungrant-after-ungranting-oneself", "L", lambda o: [o.ungrant(o.L), o.ungrant(o.R)]),
    ("ungrant-audit-by-lead", "L", lambda o: o.ungrant(o.U, AUDIT)),
    ("ungrant-audit-never-granted", "A", lambda o: o.ungrant(o.A, AUDIT)),
])


@void("10.4 ungrant")
def ungrant_ended_by_the_member_being_enrolled():
    o = office()
    o.act(o.A, acts.enrol(o.R.again()))
    o.act(o.L, o.ungrant(o.R))
    return o


@valid("10.4 ungrant")
def ungrant_past_its_date():
    """A date alone ends nothing."""
    o = office()
    o.act(o.L, o.ungrant(o.T), time="2030-01-01T00:00:00Z")
    return o


@void("10.4 ungrant")
def ungrant_by_provisional_lead_of_a_firm_one():
    o = appointed()
    o.act(o.X, o.ungrant(o.R))
    return o


@valid("10.4 ungrant")
def ungrant_by_provisional_lead_of_his_own():
    o = appointed()
    o.act(o.X, o.grant(o.Y, "reader"), o.ungrant(o.Y))
    return o


@valid("10.4 ungrant")
def ungrant_by_provisional_lead_who_is_admin():
    o = appointed("A", "B")
    o.act(o.B, o.ungrant(o.R))
    return o


@valid("10.4 ungrant")
def ungrant_by_provisional_lead_of_himself():
    o = appointed()
    o.act(o.X, o.ungrant(o.X))
    return o


@void("10.4 ungrant")
def ungrant_ends_what_the_grant_allowed():
    o = office()
    o.act(o.L, o.ungrant(o.D))
    o.act(o.D, acts.deposit(o.log.new_id(), o.case))
    return o


def expire(member="T", time=UNTIL, ring=None):
    """The end of a grant at a time of the actor's choice."""
    return lambda o: acts.expire(ring or o.case, getattr(o, member)).but(over={3: time})


one_slot(office, "10.4 expire", VALID, [
    ("expire-at-its-date", "L", expire()), ("expire-by-admin", "A", expire()),
    ("expire-long-after", "L", expire(time="9999-12-31T23:59:59Z")),
])
one_slot(office, "10.4 expire", VOID, [
    ("expire-a-second-early", "L", expire(time="2026-02-05T07:59:59Z")),
    ("expire-without-date", "L", expire("R", "9999-12-31T23:59:59Z")),
    ("expire-by-reader", "R", expire()), ("expire-by-oneself", "T", expire()),
    ("expire-by-auditor", "U", expire()), ("expire-by-card", "K", expire()),
    ("expire-twice", "L", lambda o: [expire()(o), expire()(o)]),
    ("expire-never-granted", "L", expire("X")),
])


@valid("10.4 expire")
def expire_of_an_audit_grant():
    o = office()
    o.act(o.F, o.audit(o.U, until=UNTIL))
    o.act(o.A, expire("U", ring=AUDIT)(o))
    return o


@void("10.4 expire")
def expire_of_an_audit_grant_by_lead():
    o = office()
    o.act(o.F, o.audit(o.U, until=UNTIL))
    o.act(o.L, expire("U", ring=AUDIT)(o))
    return o


@void("10.4 expire")
def expire_by_provisional_lead_of_a_firm_one():
    o = appointed()
    o.act(o.X, expire()(o))
    return o


def break_it(o, hours=4):
    """T breaks the glass; gives the date."""
    until = later(o, hours)
    o.act(o.T, acts.break_glass(o.case, o.T, until))
    return until


@valid("10.4 expire")
def expire_at_the_date_of_break_glass():
    o = office()
    until = break_it(o)
    o.act(o.A, expire(time=until)(o))
    return o


@void("10.4 expire")
def expire_before_the_date_of_break_glass():
    o = office()
    until = break_it(o)
    o.act(o.A, expire(time=encode.spell_time(encode.moment(until) - 1))(o))
    return o


@void("10.4 expire")
def expire_ends_the_whole_grant():
    o = office()
    until = break_it(o)
    o.act(o.A, expire(time=until)(o))
    o.act(o.T, acts.record(f"exhibit {o.e1}", o.case))
    return o


@valid("10.4 expire")
def expire_break_glass_of_a_grant_without_date():
    o = office()
    o.act(o.L, o.grant(o.T, "standby"))
    until = break_it(o)
    o.act(o.L, expire(time=until)(o))
    return o


def glass(seconds, member="T"):
    """Breaks the glass until so many seconds after the entry's own time."""
    return lambda o: acts.break_glass(o.case, getattr(o, member), encode.spell_time(
        o.log.now + 600 + seconds))


one_slot(office, "10.4 break-glass", VALID, [
    ("glass-one-second", "T", glass(1)), ("glass-a-day", "T", glass(86400)),
])
one_slot(office, "10.4 break-glass", VOID, [
    ("glass-own-time", "T", glass(0)), ("glass-before-own-time", "T", glass(-1)),
    ("glass-a-day-and-a-second", "T", glass(86401)),
    ("glass-by-lead", "L", glass(3600)), ("glass-by-admin", "A", glass(3600)),
    ("glass-of-a-reader", "R", glass(3600, "R")), ("glass-of-nobody", "X", glass(3600, "X")),
    ("glass-of-a-depositor", "D", glass(3600, "D")),
    ("glass-twice", "T", lambda o: [glass(3600)(o), glass(7200)(o)]),
    ("glass-past-the-grants-date", "T", lambda o: acts.break_glass(
        o.case, o.T, "2026-02-05T08:00:01Z").but(over={3: "2026-02-05T04:00:00Z"})),
    ("glass-after-the-grants-date", "T", lambda o: acts.break_glass(
        o.case, o.T, "2026-02-06T08:00:00Z").but(over={3: "2026-02-06T04:00:00Z"})),
])
one_slot(office, "10.4 break-glass", VALID, [
    ("glass-to-the-grants-date", "T", lambda o: acts.break_glass(
        o.case, o.T, UNTIL).but(over={3: "2026-02-05T04:00:00Z"})),
])


@void("10.4 break-glass")
def glass_while_policy_is_off():
    o = office()
    o.act(o.A, acts.policy("break-glass off"))
    o.act(o.T, glass(3600)(o))
    return o


@valid("10.4 break-glass")
def glass_while_policy_is_on_again():
    o = office()
    o.act(o.A, acts.policy("break-glass off"), acts.policy("break-glass on"))
    o.act(o.T, glass(3600)(o))
    return o


@valid("10.4 break-glass")
def glass_of_a_renewed_grant():
    o = office()
    break_it(o)
    o.act(o.L, o.grant(o.T, "standby"))
    o.act(o.T, glass(3600)(o))
    return o


@valid("10.4 break-glass")
def glass_lets_deposit():
    o = office()
    break_it(o)
    o.act(o.T, acts.deposit(o.log.new_id(), o.case))
    return o


@void("10.4 what a grant lets")
def standby_does_not_deposit():
    o = office()
    o.act(o.T, acts.deposit(o.log.new_id(), o.case))
    return o


@valid("10.4 break-glass")
def glass_keeps_after_its_date():
    """Its date passes: until somebody signs `expire` the grant counts as a reader's."""
    o = office()
    break_it(o, 1)
    o.act(o.T, acts.deposit(o.log.new_id(), o.case), time="2026-03-01T08:00:00Z")
    return o


one_slot(office, "10.4 close", VALID, [
    ("close-and-reopen", "L", lambda o: [acts.close(o.case), acts.reopen(o.case)]),
    ("close-and-record", "L", lambda o: [
        acts.close(o.case), acts.record(f"case {o.case}", o.case)]),
    ("close-and-epoch", "L", lambda o: [acts.close(o.case), o.epoch(o.case)]),
])
one_slot(office, "10.4 close", VOID, [
    ("close-by-reader", "R", lambda o: acts.close(o.case)),
    ("close-by-admin", "A", lambda o: acts.close(o.case)),
    ("close-by-lead-of-another-case", "Z", lambda o: acts.close(o.case)),
    ("close-twice", "L", lambda o: [acts.close(o.case), acts.close(o.case)]),
    ("reopen-what-is-open", "L", lambda o: acts.reopen(o.case)),
    ("close-and-deposit", "L", lambda o: [
        acts.close(o.case), acts.deposit(o.log.new_id(), o.case)]),
])


@valid("10.4 close")
def close_by_provisional_lead():
    o = appointed()
    o.act(o.X, acts.close(o.case))
    return o


@void("10.4 close")
def reopen_by_reader():
    o = office()
    o.act(o.L, acts.close(o.case))
    o.act(o.R, acts.reopen(o.case))
    return o


@void("10.4 close")
def closed_in_the_case_of_the_deposit():
    o = office()
    o.act(o.L, acts.close(o.case))
    o.act(o.D, acts.deposit(o.log.new_id(), o.case))
    return o


def granted(kind, member="X"):
    """The office in which X (K for recovery) has a grant of this kind, made by L."""
    o = office()
    o.act(o.L, o.grant(getattr(o, member), kind))
    return o


def lets(rule_rows):
    """Vectors for the table of what a grant lets its member do."""
    for kind, member, deposits, records in rule_rows:
        start = lambda k=kind, m=member: granted(k, m)
        one_slot(start, "10.4 what a grant lets", VALID if deposits else VOID, [
            (f"{kind}-deposits", member, lambda o: acts.deposit(o.log.new_id(), o.case))])
        one_slot(start, "10.4 what a grant lets", VALID if records else VOID, [
            (f"{kind}-records", member, lambda o: acts.record(f"exhibit {o.e1}", o.case)),
            (f"{kind}-records-private", member, lambda o: o.record())])
        lead = VALID if kind == "lead" else VOID
        one_slot(start, "10.4 what a grant lets", lead, [
            (f"{kind}-signs-as-lead", member, lambda o: acts.hold(f"case {o.case}", "set")),
            (f"{kind}-grants", member, lambda o: o.grant(o.Y, "reader"))])


lets([("lead", "X", True, True), ("reader", "X", True, True), ("standby", "X", False, True),
      ("recovery", "K", False, True), ("depositor", "X", True, True)])


@void("10.4 deposit")
def leaderless_takes_no_deposit():
    o = leaderless()
    o.act(o.D, acts.deposit(o.log.new_id(), o.case))
    return o


@valid("10.4 deposit")
def provisional_lead_is_a_lead_for_deposits():
    o = appointed()
    o.act(o.D, acts.deposit(o.log.new_id(), o.case))
    return o
