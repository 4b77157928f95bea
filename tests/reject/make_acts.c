/* SPDX-License-Identifier: Apache-2.0 */
#include "forge.h"

#include "../unit/check.h"

/*
 * Slots judged after the base log whose acts the state does not allow (docs/FORMAT.md
 * section 10): at least one for each row of the table.  Where a row has an act that is
 * allowed, it stands beside it.
 */

static void
put(struct forge *forge, const char *name, struct person *signer, struct entry *e)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);

	lb_begin(&forge->lb, signer);
	lb_add(&forge->lb, e);
	lb_sign(&forge->lb, &slot);
	forge_put(forge, name, BYTES_OF(slot));
}

/* The entry is spoilt after lb_add would have filled it in. */
static void
put_spoilt(struct forge *forge, const char *name,
	   void (*spoil)(struct forge *, struct entry *))
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct log_builder *lb = &forge->lb;
	struct subject subject = subject_exhibit(&forge->exhibit_a);
	struct entry e;

	lb_begin(lb, forge->lead);
	lb_record(lb, &e, ACT_RECORD, subject);
	e.prev = lb->note.prev;
	e.at = LB_TIME;
	e.actor = forge->lead->code;
	CHECK(state_next_event(lb->state, &subject, &e.event, &e.before));
	spoil(forge, &e);
	lb_add_as_is(lb, &e);
	lb_sign(lb, &slot);
	forge_put(forge, name, BYTES_OF(slot));
}

static void
nothing(struct forge *forge, struct entry *e)
{
	(void)forge;
	(void)e;
}

static void
backdate(struct forge *forge, struct entry *e)
{
	const struct buf *before = &forge->lb.slots[forge->lb.n_slots - 2];

	hash_of(before->data, before->len, &e->prev);
}

static void
another_actor(struct forge *forge, struct entry *e)
{
	e->actor = forge->reader->code;
}

static void
repeat_event(struct forge *forge, struct entry *e)
{
	(void)forge;
	e->event--;
}

static void
pass_over_event(struct forge *forge, struct entry *e)
{
	(void)forge;
	e->event++;
}

static void
another_leaf(struct forge *forge, struct entry *e)
{
	e->before = forge->proposal;
}

static void
stale_epoch(struct forge *forge, struct entry *e)
{
	(void)forge;
	e->own.sealing.epoch--;
}

static void
later_epoch(struct forge *forge, struct entry *e)
{
	(void)forge;
	e->own.sealing.epoch++;
}

static void
another_audit_epoch(struct forge *forge, struct entry *e)
{
	(void)forge;
	e->own.sealing.audit_epoch++;
}

static void
another_case(struct forge *forge, struct entry *e)
{
	e->own.sealing.case_id = forge->case_b;
	e->own.sealing.epoch = 1;
}

static void
another_exhibit(struct forge *forge, struct entry *e)
{
	e->subject.id = forge->exhibit_b;
}

static void
make_always(struct forge *forge)
{
	put_spoilt(forge, "batch/record-of-an-exhibit.valid", nothing);
	put_spoilt(forge, "batch/backdated.void", backdate);
	put_spoilt(forge, "batch/actor-is-not-the-signer.void", another_actor);
	put_spoilt(forge, "batch/event-repeated.void", repeat_event);
	put_spoilt(forge, "batch/event-passed-over.void", pass_over_event);
	put_spoilt(forge, "batch/event-after-another-s-leaf.void", another_leaf);
	put_spoilt(forge, "batch/stale-epoch.void", stale_epoch);
	put_spoilt(forge, "batch/epoch-to-come.void", later_epoch);
	put_spoilt(forge, "batch/stale-audit-epoch.void", another_audit_epoch);
	put_spoilt(forge, "batch/exhibit-under-another-case.void", another_case);
	put_spoilt(forge, "batch/entry-moved-to-another-exhibit.void", another_exhibit);
}

static void
make_member_acts(struct forge *forge)
{
	struct log_builder *lb = &forge->lb;
	struct entry e;

	lb_enrol(lb, &e, forge->stranger, 0);
	put(forge, "batch/enrol.valid", forge->admin, &e);
	lb_enrol(lb, &e, forge->stranger, ROLE_ADMIN);
	put(forge, "batch/enrol-by-no-admin.void", forge->lead, &e);
	put(forge, "batch/enrol-by-oneself.void", forge->depositor, &e);
	lb_enrol(lb, &e, forge->revoked, 0);
	put(forge, "batch/enrol-a-revoked-code.void", forge->admin, &e);
	lb_enrol(lb, &e, forge->lead, ROLE_RECOVERY);
	put(forge, "batch/enrol-recovery-for-an-existing-code.void", forge->admin, &e);
	lb_enrol(lb, &e, forge->stranger, 0);
	memcpy(e.own.enrol.key.pub, forge->lead->key.pub, SIGN_PUB_LEN);
	CHECK_INT(note_key_make("X-010", forge->lead->key.pub, &e.own.enrol.key), 0);
	put(forge, "batch/enrol-with-another-s-key.void", forge->admin, &e);

	lb_role(&e, forge->reader, true, ROLE_AUDITOR);
	put(forge, "batch/role.valid", forge->admin, &e);
	put(forge, "batch/role-by-no-admin.void", forge->auditor, &e);
	lb_role(&e, forge->admin2, true, ROLE_ADMIN);
	put(forge, "batch/role-that-is-there.void", forge->admin, &e);
	lb_role(&e, forge->revoked, true, ROLE_ADMIN);
	put(forge, "batch/role-of-a-revoked-member.void", forge->admin, &e);

	entry_init(&e, ACT_REVOKE,
		   &(struct subject){SUBJECT_MEMBER, .member = forge->reader->code});
	put(forge, "batch/revoke.valid", forge->admin, &e);
	put(forge, "batch/revoke-by-a-lead.void", forge->lead, &e);
	entry_init(&e, ACT_REVOKE,
		   &(struct subject){SUBJECT_MEMBER, .member = forge->stranger->code});
	put(forge, "batch/revoke-nobody.void", forge->admin, &e);
	entry_init(&e, ACT_REVOKE,
		   &(struct subject){SUBJECT_MEMBER, .member = forge->revoked->code});
	put(forge, "batch/revoke-twice.void", forge->admin, &e);
}

static void
make_vault_acts(struct forge *forge)
{
	struct log_builder *lb = &forge->lb;
	struct subject vault = subject_vault();
	struct entry e;

	entry_init(&e, ACT_POLICY, &vault);
	e.own.policy = (struct act_policy){POLICY_GRANT_DAYS, 90};
	put(forge, "batch/policy.valid", forge->admin, &e);
	put(forge, "batch/policy-by-no-admin.void", forge->auditor, &e);
	entry_init(&e, ACT_FORMAT, &vault);
	e.own.format = 2;
	put(forge, "batch/format-by-one-admin.void", forge->admin, &e);
	lb_propose(&e);
	put(forge, "batch/propose-format.valid", forge->admin, &e);
	put(forge, "batch/propose-format-by-no-admin.void", forge->auditor, &e);
	e.own.format = 3;
	put(forge, "batch/propose-format-passed-over.void", forge->admin, &e);
	entry_init(&e, ACT_LOG_KEY, &vault);
	CHECK_INT(note_key_make(lb->genesis.origin, forge->stranger->key.pub,
				&e.own.log_key),
		  0);
	CHECK_INT(entry_add_object(&e, &forge->proposal), 0);
	put(forge, "batch/log-key.valid", forge->admin, &e);
	put(forge, "batch/log-key-by-no-admin.void", forge->auditor, &e);
	entry_init(&e, ACT_SKIP, &vault);
	e.own.skip = (struct act_skip){state_slot(lb->state), state_slot(lb->state),
				       *state_head(lb->state), lb->fingerprint};
	put(forge, "batch/skip-of-a-good-slot.void", forge->admin, &e);
	entry_init(&e, ACT_RESTORED, &vault);
	e.own.restored = (struct act_restored){99, forge->proposal};
	put(forge, "batch/restored-by-one-admin-of-two.void", forge->admin, &e);
	entry_init(&e, ACT_PUBLISH, &vault);
	put(forge, "batch/publish.valid", forge->auditor, &e);
	put(forge, "batch/publish-by-a-lead.void", forge->lead, &e);
	entry_init(&e, ACT_ANCHOR, &vault);
	memcpy(e.own.anchor.kind, "rfc3161", 8);
	CHECK_INT(entry_add_object(&e, &forge->proposal), 0);
	put(forge, "batch/anchor.valid", forge->auditor, &e);
	put(forge, "batch/anchor-by-a-lead.void", forge->lead, &e);
	e.own.anchor.batch = state_slot(lb->state) + 1;
	put(forge, "batch/anchor-of-itself.void", forge->auditor, &e);
}

static void
make_case_acts(struct forge *forge)
{
	struct log_builder *lb = &forge->lb;
	struct subject case_a = subject_case(&forge->case_a);
	struct custody_id id;
	struct entry e;

	lb_case(lb, &e, &id, forge->lead);
	put(forge, "batch/case.valid", forge->admin, &e);
	put(forge, "batch/case-by-no-admin.void", forge->lead, &e);
	e.own.open.recipient = forge->ring_b->recipients[0];
	put(forge, "batch/case-with-another-ring-s-recipient.void", forge->admin, &e);
	lb_case(lb, &e, &id, forge->stranger);
	put(forge, "batch/case-with-a-stranger-as-lead.void", forge->admin, &e);
	lb_case(lb, &e, &id, forge->revoked);
	put(forge, "batch/case-with-a-revoked-lead.void", forge->admin, &e);
	lb_case(lb, &e, &id, forge->lead);
	e.subject.id = forge->case_a;
	put(forge, "batch/case-that-is-there.void", forge->admin, &e);
	lb_case(lb, &e, &id, forge->card);
	put(forge, "batch/case-with-a-card-as-lead.void", forge->admin, &e);

	lb_epoch(lb, &e, &forge->case_a);
	put(forge, "batch/epoch.valid", forge->lead, &e);
	put(forge, "batch/epoch-by-a-reader.void", forge->reader, &e);
	put(forge, "batch/epoch-by-an-admin-while-there-is-a-lead.void", forge->admin,
	    &e);
	e.own.epoch.epoch++;
	put(forge, "batch/epoch-passed-over.void", forge->lead, &e);
	lb_epoch(lb, &e, &forge->case_a);
	e.own.epoch.recipient = forge->ring_a->recipients[1];
	put(forge, "batch/epoch-with-an-old-recipient.void", forge->lead, &e);
	lb_epoch(lb, &e, NULL);
	put(forge, "batch/audit-epoch.valid", forge->auditor, &e);
	put(forge, "batch/audit-epoch-by-an-admin-who-is-no-auditor.void", forge->admin2,
	    &e);

	lb_grant(lb, &e, &forge->case_a, forge->auditor, GRANT_READER);
	put(forge, "batch/grant.valid", forge->lead, &e);
	put(forge, "batch/grant-by-a-reader.void", forge->reader, &e);
	put(forge, "batch/grant-by-an-admin-while-there-is-a-lead.void", forge->admin,
	    &e);
	e.own.grant.epoch = 1;
	put(forge, "batch/grant-of-a-stale-epoch.void", forge->lead, &e);
	lb_grant(lb, &e, &forge->case_a, forge->stranger, GRANT_READER);
	put(forge, "batch/grant-to-a-stranger.void", forge->lead, &e);
	lb_grant(lb, &e, &forge->case_a, forge->revoked, GRANT_READER);
	put(forge, "batch/grant-to-a-revoked-member.void", forge->lead, &e);
	lb_grant(lb, &e, &forge->case_a, forge->renewed, GRANT_READER);
	put(forge, "batch/grant-to-present-keys.valid", forge->lead, &e);
	e.own.grant.to = forge->replaced->recipient;
	put(forge, "batch/grant-to-replaced-keys.void", forge->lead, &e);
	lb_grant(lb, &e, &forge->case_a, forge->card, GRANT_RECOVERY);
	put(forge, "batch/grant-of-recovery.valid", forge->lead, &e);
	put(forge, "batch/grant-of-recovery-by-the-card.void", forge->card, &e);
	lb_grant(lb, &e, &forge->case_a, forge->card, GRANT_READER);
	put(forge, "batch/grant-to-a-card-as-reader.void", forge->lead, &e);
	lb_grant(lb, &e, &forge->case_a, forge->reader, GRANT_RECOVERY);
	put(forge, "batch/grant-of-recovery-to-no-card.void", forge->lead, &e);
	lb_grant(lb, &e, NULL, forge->reader, GRANT_AUDITOR);
	put(forge, "batch/audit-grant-to-no-auditor.void", forge->auditor, &e);
	lb_grant(lb, &e, NULL, forge->auditor, GRANT_AUDITOR);
	put(forge, "batch/audit-grant.valid", forge->admin, &e); /* who holds it, too */
	put(forge, "batch/audit-grant-by-who-holds-it-not.void", forge->admin2, &e);
	e.n_objects = 0;
	put(forge, "batch/audit-grant-without-keys.void", forge->admin, &e);

	lb_of_grant(&e, ACT_UNGRANT, &forge->case_a, forge->depositor);
	put(forge, "batch/ungrant-of-a-depositor.valid", forge->lead, &e);
	put(forge, "batch/ungrant-by-a-reader.void", forge->reader, &e);
	lb_of_grant(&e, ACT_UNGRANT, &forge->case_a, forge->reader);
	put(forge, "batch/ungrant-of-a-reader-by-an-admin.valid", forge->admin, &e);
	put(forge, "batch/ungrant-of-a-reader-without-an-epoch.valid", forge->lead, &e);
	lb_of_grant(&e, ACT_UNGRANT, &forge->case_a, forge->auditor);
	put(forge, "batch/ungrant-of-no-grant.void", forge->lead, &e);
	lb_of_grant(&e, ACT_EXPIRE, &forge->case_a, forge->reader);
	e.at = LB_TIME + 365 * 86400;
	put(forge, "batch/expire.valid", forge->lead, &e);
	put(forge, "batch/expire-by-an-admin.valid", forge->admin, &e);
	put(forge, "batch/expire-by-an-auditor.void", forge->auditor, &e);
	e.at--;
	put(forge, "batch/expire-a-second-early.void", forge->lead, &e);
	lb_of_grant(&e, ACT_EXPIRE, &forge->case_a, forge->standby);
	put(forge, "batch/expire-of-a-grant-without-date.void", forge->lead, &e);
	lb_of_grant(&e, ACT_BREAK_GLASS, &forge->case_a, forge->standby);
	put(forge, "batch/break-glass.valid", forge->standby, &e);
	put(forge, "batch/break-glass-by-another.void", forge->reader, &e);
	e.own.break_glass.until_at = e.at + 86400;
	put(forge, "batch/break-glass-for-a-day.valid", forge->standby, &e);
	e.own.break_glass.until_at++;
	put(forge, "batch/break-glass-for-a-day-and-a-second.void", forge->standby, &e);
	e.own.break_glass.until_at = e.at;
	put(forge, "batch/break-glass-for-no-time.void", forge->standby, &e);

	entry_init(&e, ACT_CLOSE, &case_a);
	put(forge, "batch/close.valid", forge->lead, &e);
	put(forge, "batch/close-by-an-admin.void", forge->admin, &e);
	entry_init(&e, ACT_REOPEN, &case_a);
	put(forge, "batch/reopen-what-is-open.void", forge->lead, &e);
}

static void
make_exhibit_acts(struct forge *forge)
{
	struct log_builder *lb = &forge->lb;
	struct subject exhibit_a = subject_exhibit(&forge->exhibit_a);
	struct subject case_a = subject_case(&forge->case_a), vault = subject_vault();
	struct custody_id id;
	struct entry e;

	lb_deposit(lb, &e, &id, &forge->case_a);
	put(forge, "batch/deposit.valid", forge->depositor, &e);
	put(forge, "batch/deposit-by-an-auditor.void", forge->auditor, &e);
	put(forge, "batch/deposit-by-a-standby-member.void", forge->standby, &e);
	e.own.sealing.epoch = 1;
	put(forge, "batch/deposit-to-a-stale-epoch.void", forge->depositor, &e);
	lb_deposit(lb, &e, &id, &forge->case_a);
	e.objects[0] = forge->object_a;
	put(forge, "batch/object-deposited-again.valid", forge->depositor, &e);
	lb_deposit(lb, &e, &id, &forge->case_b);
	e.objects[0] = forge->object_a;
	put(forge, "batch/object-deposited-in-another-case.valid", forge->depositor, &e);
	lb_deposit(lb, &e, &id, &forge->case_a);
	e.subject = exhibit_a;
	put(forge, "batch/exhibit-deposited-again.void", forge->depositor, &e);
	lb_deposit(lb, &e, &id, &forge->case_a);
	e.own.sealing.case_id = id;
	put(forge, "batch/deposit-in-no-case.void", forge->depositor, &e);

	lb_record(lb, &e, ACT_RECORD, exhibit_a);
	put(forge, "batch/record-by-an-outsider.void", forge->admin2, &e);
	put(forge, "batch/record-by-a-card.valid", forge->card, &e);
	put(forge, "batch/record-by-an-auditor.valid", forge->auditor, &e);
	lb_add_private(lb, &e);
	put(forge, "batch/record-with-a-private-sheet.valid", forge->reader, &e);
	put(forge, "batch/record-with-a-private-sheet-by-an-auditor.void", forge->auditor,
	    &e);
	lb_record(lb, &e, ACT_RECORD, subject_member(&forge->lead->code));
	put(forge, "batch/record-about-another-member.void", forge->reader, &e);
	lb_record(lb, &e, ACT_RECORD, vault);
	put(forge, "batch/record-of-the-vault-by-a-lead.void", forge->lead, &e);
	lb_record(lb, &e, ACT_DENIED, case_a);
	put(forge, "batch/denied.valid", forge->admin2, &e);
	e.own.sealing.epoch = 1;
	put(forge, "batch/denied-with-a-stale-epoch.void", forge->admin2, &e);

	entry_init(&e, ACT_HOLD, &exhibit_a);
	e.own.hold = true;
	put(forge, "batch/hold.valid", forge->lead, &e);
	put(forge, "batch/hold-by-a-reader.void", forge->reader, &e);
	entry_init(&e, ACT_HOLD,
		   &(struct subject){SUBJECT_EXHIBIT, .id = forge->exhibit_b});
	e.own.hold = true;
	put(forge, "batch/hold-set-twice.void", forge->lead, &e);
	e.own.hold = false;
	put(forge, "batch/hold-released-by-one-person.void", forge->lead, &e);
}

static void
make_two_person_acts(struct forge *forge)
{
	struct log_builder *lb = &forge->lb;
	struct subject exhibit_a = subject_exhibit(&forge->exhibit_a);
	struct subject exhibit_b = subject_exhibit(&forge->exhibit_b);
	struct entry e;

	entry_init(&e, ACT_DISPOSE, &exhibit_a);
	lb_propose(&e);
	put(forge, "batch/propose-without-the-exhibit-s-sheets.void", forge->lead, &e);
	forge_blank(forge->act_b, &e);
	put(forge, "batch/propose-with-another-s-sheets.void", forge->lead, &e);
	forge_blank(forge->act_a, &e);
	put(forge, "batch/propose.valid", forge->lead, &e);
	put(forge, "batch/propose-by-a-reader.void", forge->reader, &e);
	put(forge, "batch/propose-by-a-card.void", forge->card, &e);
	entry_init(&e, ACT_LOST, &exhibit_a);
	e.own.lost.n = 1;
	e.own.lost.hashes[0] = forge->object_a;
	lb_propose(&e);
	put(forge, "batch/propose-lost.valid", forge->lead, &e);
	e.own.lost.hashes[0] = forge->act_b->entry.objects[0];
	put(forge, "batch/propose-lost-of-another-exhibit-s-object.void", forge->lead,
	    &e);
	entry_init(&e, ACT_DISPOSE, &exhibit_b);
	forge_blank(forge->act_b, &e);
	lb_propose(&e);
	put(forge, "batch/propose-to-dispose-of-what-is-on-hold.void", forge->lead, &e);
	lb_role(&e, forge->reader, true, ROLE_ADMIN);
	lb_propose(&e);
	put(forge, "batch/propose-what-one-person-may-do.void", forge->admin, &e);

	lb_approve(&e, exhibit_b, &forge->proposal, false);
	put(forge, "batch/approve-no.valid", forge->admin, &e);
	put(forge, "batch/approve-one-s-own.void", forge->lead, &e);
	put(forge, "batch/approve-by-a-reader.void", forge->reader, &e);
	lb_approve(&e, exhibit_b, &forge->proposal, true);
	put(forge, "batch/approve-to-dispose-of-what-is-on-hold.void", forge->admin, &e);
	lb_approve(&e, exhibit_a, &forge->proposal, false);
	put(forge, "batch/approve-under-another-subject.void", forge->admin, &e);
	lb_approve(&e, exhibit_b, &lb->fingerprint, false);
	put(forge, "batch/approve-nothing-proposed.void", forge->admin, &e);

	entry_init(&e, ACT_DISPOSE, &exhibit_a);
	e.own.destroy.proposal = forge->proposal;
	e.own.destroy.n_bundles = e.own.destroy.n_sheets = e.own.destroy.n_strikes = 0;
	put(forge, "batch/dispose-with-another-exhibit-s-proposal.void", forge->lead, &e);
	entry_init(&e, ACT_DISPOSE, &exhibit_b);
	e.own.destroy.proposal = forge->proposal;
	forge_blank(forge->act_b, &e);
	put(forge, "batch/dispose-not-approved.void", forge->lead, &e);
	entry_init(&e, ACT_ERASE, &exhibit_a);
	e.own.destroy.proposal = forge->proposal;
	e.own.destroy.n_bundles = e.own.destroy.n_sheets = 1;
	e.own.destroy.n_strikes = 0;
	e.own.destroy.bundles[0] =
		(struct entry_bundle_pair){1, forge->proposal, lb->fingerprint};
	e.own.destroy.sheets[0] =
		(struct entry_sheet_pair){.was = forge->proposal, .gone = true};
	put(forge, "batch/erase-not-approved.void", forge->lead, &e);
}

void
make_acts(struct forge *forge)
{
	make_always(forge);
	make_member_acts(forge);
	make_vault_acts(forge);
	make_case_acts(forge);
	make_exhibit_acts(forge);
	make_two_person_acts(forge);
}
