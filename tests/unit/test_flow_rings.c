/* SPDX-License-Identifier: Apache-2.0 */
#include "flow_fixture.h"
#include "flow/office/office.h"

#include "base/fault.h"
#include "session/epoch.h"
#include "session/names.h"

#include <errno.h>

/* Older keys: who was given them keeps them, whoever makes the next ones. */

static struct office office;
static struct person founder, lead, reader, newcomer;
static char case_hex[AMANA_ID_HEX + 1], case_name[AMANA_ID_HEX + 4];
static struct custody_id case_id;

static int
ignore_case(void *ctx, const struct amana_case *info)
{
	(void)ctx;
	(void)info;
	return 0;
}

/* Any command: what is due gets done. */
static void
come_by(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(flow_case_list(vault, ignore_case, NULL, &err), err);
}

static void
give(struct person *by, const struct person *to, const char *as)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	struct amana_error err = AMANA_ERROR_INIT;
	int64_t until;

	CHECK_OK(flow_case_grant(vault,
				 &(struct amana_case_grant){
					 .cases = (const char *const[]){case_name},
					 .n_cases = 1,
					 .member = to->code,
					 .as = as,
					 .until = -1},
				 &until, &err),
		 err);
}

static void
end_grant(struct person *by, const struct person *of)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	struct amana_error err = AMANA_ERROR_INIT;
	enum amana_new_keys keys;

	CHECK_OK(flow_case_revoke(vault,
				  &(struct amana_case_revoke){.case_name = case_name,
							      .member = of->code,
							      .reason = "done"},
				  &keys, &err),
		 err);
}

static void
rekey(struct person *by)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	struct amana_error err = AMANA_ERROR_INIT;
	uint64_t epoch;

	CHECK_OK(flow_case_rekey(vault, case_name, &epoch, &err), err);
}

static void
dismiss(const struct person *who)
{
	CLEANUP(session_closep) struct session *vault = person_open(&founder);
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(flow_member_revoke(vault,
				    &(struct amana_member_revoke){.member = who->code,
								  .reason = "left"},
				    proposal, &err),
		 err);
}

/* The ring is of the epochs from `last` down to `first`; the case list shows its code. */
static void
check_holds(struct person *person, uint64_t last, uint64_t first, const char *code)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct amana_error err = AMANA_ERROR_INIT;
	char shown[TEXT_CASE_MAX + 1];
	const struct ring *ring;

	CHECK_OK(session_identity(vault, &err), err);
	CHECK_OK(session_ring(vault, &case_id, &ring, &err), err);
	CHECK_INT(ring->n_epochs, last + 1 - first);
	for (size_t i = 0; i < ring->n_epochs; i++)
		CHECK_INT(ring->numbers[i], last - i);
	names_case_code(vault, &case_id, shown);
	CHECK_STR(shown, code);
}

static void
check_holds_none(struct person *person)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct amana_error err = AMANA_ERROR_INIT;
	const struct ring *ring;

	CHECK_OK(session_identity(vault, &err), err);
	CHECK_INT(session_ring(vault, &case_id, &ring, &err), 1);
	CHECK_INT(session_ring(vault, &case_id, &ring, &err), 1); /* and says so again */
}

/* What the newest file alone has: epochs, and whether it knows the case's name. */
static void
check_newest_file(struct person *person, size_t n_epochs)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(RING_FILE_MAX);
	CLEANUP(ring_freep) struct ring *ring = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	const struct state_member *me;
	struct hash file;

	CHECK_OK(session_member(vault, &me, &err), err);
	CHECK_INT(state_ring_file(session_state(vault), &case_id, &me->code, &file), 0);
	CHECK_OK(session_object(vault, &file, &bytes, &err), err);
	CHECK_OK(ring_open(&vault->identity.age, 1, BYTES_OF(bytes), &ring, &err), err);
	CHECK_INT(ring->n_epochs, n_epochs);
}

/* A case with one lead and one reader; it is at epoch 2. */
static void
begin(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	office_new(&office);
	person_new(&office, "S-001", &founder);
	person_new(&office, "S-002", &lead);
	person_new(&office, "S-003", &reader);
	person_new(&office, "S-004", &newcomer);
	office_init(&founder);
	office_add(&office, &founder, &lead, NULL);
	office_add(&office, &founder, &reader, NULL);
	office_add(&office, &founder, &newcomer, NULL);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_OK(flow_case_open(vault,
					&(struct amana_case_open){.code = "HK-1",
								  .lead = "S-002",
								  .title = "A title"},
					case_hex, &err),
			 err);
	}
	CHECK_INT(custody_id_parse(case_hex, strlen(case_hex), &case_id), 0);
	snprintf(case_name, sizeof case_name, "id:%s", case_hex);
	come_by(&lead);
	give(&lead, &reader, "reader");
	check_holds(&reader, 2, 1, "HK-1");
}

/* The lead is gone, and a newcomer makes epoch 3 with nothing older. */
static void
begin_with_newcomer(void)
{
	begin();
	dismiss(&lead);
	give(&founder, &newcomer, "lead");
	come_by(&newcomer);
}

/* A provisional lead's, which is refused. */
static void
refuse_lead(struct person *by, const struct person *to)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	const char *const cases[] = {case_name};
	struct amana_error err = AMANA_ERROR_INIT;
	int64_t until;

	CHECK_FAILS(flow_case_grant(vault,
				    &(struct amana_case_grant){.cases = cases,
							       .n_cases = 1,
							       .member = to->code,
							       .as = "lead",
							       .until = -1},
				    &until, &err),
		    err, AMANA_E_DENIED);
}

static void
confirm(struct person *by, const struct person *whom)
{
	CLEANUP(session_closep) struct session *vault = person_open(by);
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(flow_case_confirm(vault, case_name, whom->code, &err), err);
}

static void
test_newcomer_leads(void)
{
	begin_with_newcomer();
	check_newest_file(&reader, 1);
	check_holds(&reader, 3, 1, "HK-1");
	check_holds(&newcomer, 3, 3, "-");
	CHECK_INT(reader.n_notices[AMANA_NOTICE_TAMPERED] +
			  newcomer.n_notices[AMANA_NOTICE_TAMPERED],
		  0);
	/* Appointed, he replaces nobody's grant that a standing lead made.  One of the
	 * case's own people confirms him, and thereby hands on what he lacks. */
	refuse_lead(&newcomer, &reader);
	confirm(&reader, &newcomer);
	check_newest_file(&newcomer, 3);
	check_holds(&newcomer, 3, 1, "HK-1");
	/* From then on he is a standing one. */
	give(&newcomer, &reader, "lead");
	check_newest_file(&reader, 3);
	check_holds(&reader, 3, 1, "HK-1");
	office_done(&office);
}

/* Whoever grants gives what he has, and no more. */
static void
test_partial_ring(void)
{
	begin_with_newcomer();
	give(&newcomer, &founder, "reader");
	check_newest_file(&founder, 1);
	check_holds(&founder, 3, 3, "-");
	rekey(&newcomer);
	check_holds(&founder, 4, 3, "-");
	check_holds(&reader, 4, 1, "HK-1");
	office_done(&office);
}

/* A new epoch's file has its own key alone: the older ones are in one's older files. */
static void
test_rekey_has_one_key(void)
{
	begin();
	rekey(&lead);
	check_newest_file(&lead, 1);
	check_newest_file(&reader, 1);
	check_holds(&lead, 3, 1, "HK-1");
	check_holds(&reader, 3, 1, "HK-1");
	/* And so has the epoch that a lead's revocation carries. */
	give(&lead, &newcomer, "reader");
	check_newest_file(&newcomer, 3);
	end_grant(&lead, &reader);
	check_newest_file(&lead, 1);
	check_newest_file(&newcomer, 1);
	check_holds(&lead, 4, 1, "HK-1");
	check_holds(&newcomer, 4, 1, "HK-1");
	check_holds_none(&reader);
	office_done(&office);
}

/* The reader is the one whom the admin makes a lead, by a file without any key. */
static void
test_reader_leads(void)
{
	begin();
	dismiss(&lead);
	give(&founder, &reader, "lead");
	check_newest_file(&reader, 0);
	check_holds(&reader, 2, 1, "HK-1");
	come_by(&reader); /* the epoch is due */
	check_newest_file(&reader, 1);
	check_holds(&reader, 3, 1, "HK-1");
	give(&reader, &newcomer, "reader");
	check_newest_file(&newcomer, 3);
	check_holds(&newcomer, 3, 1, "HK-1");
	office_done(&office);
}

/* Who has no grant has no keys, and with the next one all that the lead has. */
static void
test_ungranted(void)
{
	begin();
	end_grant(&lead, &reader);
	check_holds_none(&reader);
	rekey(&lead);
	check_holds_none(&reader);
	give(&lead, &reader, "reader");
	check_newest_file(&reader, 4);
	check_holds(&reader, 4, 1, "HK-1");
	/* A depositor may not read: no keys out of older files, the name only. */
	give(&lead, &reader, "depositor");
	check_holds(&reader, 0, 1, "HK-1");
	office_done(&office);
}

/* More epochs by the newcomer than would be read in vain. */
static void
test_long_after(void)
{
	begin_with_newcomer();
	for (int i = 0; i < 66; i++)
		rekey(&newcomer);
	check_newest_file(&reader, 1);
	check_holds(&reader, 69, 1, "HK-1");
	check_holds(&newcomer, 69, 3, "-");
	CHECK_INT(newcomer.n_notices[AMANA_NOTICE_TAMPERED], 0);
	office_done(&office);
}

/* What was sealed to keys of before is passed over. */
static void
test_other_keys(void)
{
	static struct person again;
	char proposal[AMANA_PROPOSAL_MAX + 1], away[OFFICE_PATH];
	struct amana_error err = AMANA_ERROR_INIT;

	begin();
	snprintf(away, sizeof away, "%s/old", office.root);
	CHECK_INT(rename(reader.data_dir, away), 0);
	CHECK_INT(unlink(reader.card), 0);
	person_new(&office, "S-003", &again);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&founder);

		CHECK_OK(flow_member_add(
				 vault,
				 &(struct amana_member_add){.card_path = again.card},
				 proposal, &err),
			 err);
	}
	/* Keys that another enrolled: the grants are over, and nobody's client seals to
	 * them by itself. */
	check_holds_none(&again);
	come_by(&lead);
	check_holds_none(&again);
	give(&lead, &again, "reader");
	check_newest_file(&again, 3);
	check_holds(&again, 3, 1, "HK-1");
	CHECK_INT(again.n_notices[AMANA_NOTICE_TAMPERED], 0);
	office_done(&office);
}

/* The object of the reader's first grant, under the vault's folder. */
static void
first_grant_path(char *out, size_t len)
{
	CLEANUP(session_closep) struct session *vault = person_open(&reader);
	CLEANUP(mem_freep) struct state_key_file *files = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	const struct state_member *me;
	char hex[HASH_HEX_LEN + 1];
	size_t n;

	CHECK_OK(session_member(vault, &me, &err), err);
	CHECK_OK(state_ring_older_files(session_state(vault), &case_id, &me->code, &files,
					&n, &err),
		 err);
	CHECK_INT(n, 1);
	CHECK_INT(files[0].epoch, 2);
	hash_hex(&files[0].object, hex);
	snprintf(out, len, "%s/objects/%.2s/%s", office.vault, hex, hex);
}

/* An older file that is gone is told of; the newest still works. */
static void
test_missing_file(void)
{
	char path[OFFICE_PATH + 128];

	begin_with_newcomer();
	first_grant_path(path, sizeof path);
	reader.n_notices[AMANA_NOTICE_TAMPERED] = 0;
	CHECK_INT(unlink(path), 0);
	check_holds(&reader, 3, 3, "-");
	CHECK(reader.n_notices[AMANA_NOTICE_TAMPERED] > 0);
	CHECK(strstr(reader.notice[AMANA_NOTICE_TAMPERED], "older key file") != NULL);
	office_done(&office);
}

struct forging {
	struct session *vault;
	const struct ring *ring;
};

static int
prepare_forged(struct act *act, const struct state *state, void *arg,
	       struct amana_error *err)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, err);
	const struct forging *forging = arg;
	struct member_code code;
	struct subject subject;
	struct hash object;

	CHECK(entry != NULL);
	CHECK_INT(member_code_parse(reader.code, strlen(reader.code), &code), 0);
	subject = subject_grant(&case_id, &code);
	CHECK_OK(epoch_put_for_one(forging->vault, forging->ring, RING_WITH_KEYS,
				   &state_member(state, &code)->recipient, &object, err),
		 *err);
	entry_init(entry, ACT_GRANT, &subject);
	entry->own.grant.kind = GRANT_READER;
	entry->own.grant.to = state_member(state, &code)->recipient;
	entry->own.grant.epoch = state_ring_epoch(state, &case_id);
	CHECK_INT(entry_add_object(entry, &object), 0);
	return act_add(act, entry, NULL, err);
}

/* A lead who seals keys that are not the log's: believed no more from an older file than
 * from the newest. */
static void
test_forged_file(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	begin();
	end_grant(&lead, &reader); /* epoch 3 */
	{
		CLEANUP(session_closep) struct session *vault = person_open(&lead);
		CLEANUP(ring_freep) struct ring *forged = NULL;
		struct forging forging = {.vault = vault};
		struct act_spec spec = {.case_id = &case_id,
					.event = EVENT_GRANT,
					.prepare = prepare_forged,
					.arg = &forging};
		struct act_done done;

		CHECK_OK(session_identity(vault, &err), err);
		CHECK_OK(ring_new_case(log_fingerprint(vault->log), case_hex, "HK-666",
				       NULL, &forged, &err),
			 err);
		CHECK_OK(ring_add_epoch(forged, 3, &err), err);
		forging.ring = forged;
		CHECK_OK(act_run(vault, &spec, &done, &err), err);
	}
	{
		CLEANUP(session_closep) struct session *vault = person_open(&reader);
		const struct ring *ring;

		CHECK_OK(session_identity(vault, &err), err);
		/* It takes nothing away from who holds older ones, but is told. */
		CHECK_OK(session_ring(vault, &case_id, &ring, &err), err);
		CHECK(reader.n_notices[AMANA_NOTICE_TAMPERED] > 0);
		CHECK(ring_find(ring, 3) < 0);
	}
	dismiss(&lead);
	give(&founder, &newcomer, "lead");
	come_by(&newcomer);
	{
		CLEANUP(session_closep) struct session *vault = person_open(&reader);
		const struct ring *ring;

		CHECK_OK(session_identity(vault, &err), err);
		reader.n_notices[AMANA_NOTICE_TAMPERED] = 0;
		CHECK_OK(session_ring(vault, &case_id, &ring, &err), err);
		CHECK_INT(ring->n_epochs, 3); /* 4 and, by the first grant, 2 and 1 */
		CHECK_INT(ring_find(ring, 3), -1);
		CHECK_STR(ring->case_code, "HK-1");
		CHECK_INT(reader.n_notices[AMANA_NOTICE_TAMPERED], 1);
		/* Kept by the session: not read again. */
		CHECK_OK(session_ring(vault, &case_id, &ring, &err), err);
		CHECK_INT(reader.n_notices[AMANA_NOTICE_TAMPERED], 1);
	}
	office_done(&office);
}

/* What cannot be read now is an error, and never an older epoch less. */
static void
fail_each(enum fault_kind kind, int sys_errno, enum amana_code code)
{
	uint64_t passed, n = 0;
	unsigned int failed = 0;

	do { /* until it does not fire */
		CLEANUP(session_closep) struct session *vault = person_open(&reader);
		struct amana_error err = AMANA_ERROR_INIT;
		const struct ring *ring;
		int r;

		CHECK_OK(session_identity(vault, &err), err);
		fault_arm(kind, ++n, sys_errno, false);
		r = session_ring(vault, &case_id, &ring, &err);
		passed = fault_passed();
		fault_disarm();
		CHECK(r <= 0);
		if (r < 0)
			CHECK_INT(err.code, code);
		else
			CHECK_INT(ring->n_epochs, 3);
		failed += r < 0;
		CHECK_OK(session_ring(vault, &case_id, &ring, &err),
			 err); /* nothing half-done is kept */
		CHECK_INT(ring->n_epochs, 3);
	} while (passed >= n);
	CHECK(failed > 1 || passed == 0); /* 0: a build without fault hooks */
}

static void
test_faults(void)
{
	begin_with_newcomer();
	fail_each(FAULT_ALLOC, 0, AMANA_E_NOMEM);
	fail_each(FAULT_STORE, EIO, AMANA_E_IO);
	fail_each(FAULT_READ, EIO, AMANA_E_IO);
	CHECK_INT(reader.n_notices[AMANA_NOTICE_TAMPERED], 0);
	office_done(&office);
}

static void
change_auditor(const char *who, bool add)
{
	CLEANUP(session_closep) struct session *vault = person_open(&founder);
	char proposal[AMANA_PROPOSAL_MAX + 1];
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(flow_member_role(vault, who, "auditor", add, proposal, &err), err);
}

static void
check_audits(struct person *person, uint64_t last, uint64_t first)
{
	CLEANUP(session_closep) struct session *vault = person_open(person);
	struct amana_error err = AMANA_ERROR_INIT;
	const struct ring *ring;

	CHECK_OK(session_identity(vault, &err), err);
	if (last == 0) {
		CHECK_INT(session_ring(vault, NULL, &ring, &err), 1);
		return;
	}
	CHECK_OK(session_ring(vault, NULL, &ring, &err), err);
	CHECK_INT(ring->n_epochs, last + 1 - first);
	for (size_t i = 0; i < ring->n_epochs; i++)
		CHECK_INT(ring->numbers[i], last - i);
}

/* The only auditor stops being one: an admin begins the ring anew with another, who has
 * nothing of before; the first comes back and hands that on. */
static void
test_audit_ring(void)
{
	begin();
	change_auditor("S-001", false);
	check_audits(&founder, 0, 0);
	change_auditor("S-002", true);
	change_auditor("S-003", true);
	come_by(&lead);
	check_audits(&lead, 0, 0); /* a role holds nothing */
	office_admit(&founder, &lead);
	come_by(&lead);
	check_audits(&lead, 2, 2);
	check_audits(&reader, 0, 0);
	office_admit(&lead, &reader);
	check_audits(&reader, 2, 2);
	change_auditor("S-001", true);
	check_audits(&founder, 0, 0);
	office_admit(&lead, &founder);
	check_audits(&founder, 2, 1);
	change_auditor("S-004", true);
	office_admit(&founder, &newcomer);
	check_audits(&newcomer, 2, 1);
	check_audits(&reader, 2, 2);
	/* Who stops being one has none; the epoch that follows has its own key alone. */
	change_auditor("S-004", false);
	come_by(&founder);
	check_audits(&newcomer, 0, 0);
	check_audits(&reader, 3, 2);
	check_audits(&founder, 3, 1);
	office_done(&office);
}

int
main(void)
{
	RUN(test_newcomer_leads);
	RUN(test_partial_ring);
	RUN(test_rekey_has_one_key);
	RUN(test_reader_leads);
	RUN(test_ungranted);
	RUN(test_long_after);
	RUN(test_other_keys);
	RUN(test_missing_file);
	RUN(test_forged_file);
	RUN(test_faults);
	RUN(test_audit_ring);
	return 0;
}
