# SPDX-License-Identifier: Apache-2.0
"""Mutants that live, by rule, and why: each of them alters nothing that anybody could notice."""

SURVIVORS = {
    "10.5.2 lapse: the proposer was revoked": "a revoked member has neither roles nor grants, so no warrant is left",
    "10.5.2 lapse: enrolled since": "whoever was enrolled since has keys that are newer than the proposal",
    "10.5 erase of the vault: no lead": "the vault has no case, so nobody leads it",
    "10.5.5 warrant: older": "no entry both proposes and gives a role, so the two places are never the same",
    "10.1 own people: as of a confirmation": "state_who_grant lets nobody else come so far while the case has a lead",
    "10.1 own people: not the member": "who is to be confirmed is a lead, and is judged as one before",
    "10.4 audit, nobody held it: due": "the end of the last holder's grant made it due, and only a holder makes an epoch",
    "10.1 a card stays one": "a card is enrolled again as nothing else, and role refuses cards",
}
