/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state.h"

#include "office_fixture.h"

/* Which key file opens a ring for whom (state_ring_file).  case_id NULL: the audit ring.
 */

static bool
opens(const struct state *state, const struct custody_id *case_id,
      const struct person *who, const struct hash *file)
{
	struct hash found;

	return state_ring_file(state, case_id, &who->code, &found) == 0 &&
	       hash_equal(&found, file);
}

static bool
opens_nothing(const struct state *state, const struct custody_id *case_id,
	      const struct person *who)
{
	struct hash found;

	return state_ring_file(state, case_id, &who->code, &found) == 1;
}

/* The next epoch of a ring; *ret_file its key file. */
static void
start_epoch(struct office *o, struct person *by, const struct custody_id *case_id,
	    struct hash *ret_file)
{
	struct entry e;

	lb_epoch(&o->lb, &e, case_id);
	*ret_file = e.objects[0];
	ALLOWED(&o->lb, by, &e);
}

static void
give(struct office *o, struct person *by, const struct custody_id *case_id,
     struct person *who, enum grant_kind kind, struct hash *ret_file)
{
	struct entry e;

	lb_grant(&o->lb, &e, case_id, who, kind);
	*ret_file = e.objects[0];
	ALLOWED(&o->lb, by, &e);
}

static void
test_case_ring(void)
{
	struct office o;
	struct hash epoch, own, plain;
	struct custody_id none;
	struct entry e;

	office_init(&o);
	start_epoch(&o, o.lead, &o.c, &epoch);
	/* Everybody who held the ring opens the epoch's own file; a depositor the
	 * grant's; others nothing. */
	CHECK(opens(o.lb.state, &o.c, o.lead, &epoch));
	CHECK(opens(o.lb.state, &o.c, o.lead2, &epoch));
	CHECK(opens(o.lb.state, &o.c, o.reader, &epoch));
	CHECK(opens(o.lb.state, &o.c, o.standby, &epoch));
	CHECK(opens(o.lb.state, &o.c, o.card, &epoch));
	CHECK(opens_nothing(o.lb.state, &o.c, o.plain));
	CHECK(opens_nothing(o.lb.state, &o.c, o.admin));
	CHECK(opens_nothing(o.lb.state, &o.c, o.auditor));
	give(&o, o.lead, &o.c, o.depositor, GRANT_DEPOSITOR, &own);
	CHECK(opens(o.lb.state, &o.c, o.depositor, &own));

	/* A newer grant comes before an older epoch, and the reverse. */
	give(&o, o.lead, &o.c, o.reader, GRANT_READER, &own);
	give(&o, o.lead, &o.c, o.plain, GRANT_READER, &plain);
	CHECK(opens(o.lb.state, &o.c, o.reader, &own));
	CHECK(opens(o.lb.state, &o.c, o.plain, &plain));
	CHECK(opens(o.lb.state, &o.c, o.lead, &epoch));
	start_epoch(&o, o.lead, &o.c, &epoch);
	CHECK(opens(o.lb.state, &o.c, o.reader, &epoch));
	CHECK(opens(o.lb.state, &o.c, o.plain, &epoch));
	CHECK(!opens(o.lb.state, &o.c, o.depositor, &epoch));

	/* Who is ungranted opens nothing, whatever was sealed before. */
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.plain);
	ALLOWED(&o.lb, o.admin, &e);
	CHECK(opens_nothing(o.lb.state, &o.c, o.plain));
	lb_id(&o.lb, &none);
	CHECK(opens_nothing(o.lb.state, &none, o.lead));
	office_done(&o);
}

/* The lead opens what came with the case; nobody else does. */
static void
test_new_case(void)
{
	struct office o;
	struct custody_id fresh;
	struct hash file;
	struct entry e;

	office_init(&o);
	lb_case(&o.lb, &e, &fresh, o.plain);
	file = e.objects[0];
	ALLOWED(&o.lb, o.admin, &e);
	CHECK(opens(o.lb.state, &fresh, o.plain, &file));
	CHECK(opens_nothing(o.lb.state, &fresh, o.card));
	CHECK(opens_nothing(o.lb.state, &fresh, o.admin));
	office_done(&o);
}

/* A recovery card holds what it was granted. */
static void
test_new_card(void)
{
	struct office o;
	struct person *late;
	struct hash file, own;

	office_init(&o);
	late = lb_person(&o.lb, "R-2");
	enrol(&o, late, ROLE_RECOVERY);
	start_epoch(&o, o.lead, &o.c, &file);
	CHECK(opens_nothing(o.lb.state, &o.c, late));
	give(&o, o.lead, &o.c, late, GRANT_RECOVERY, &own);
	CHECK(opens(o.lb.state, &o.c, late, &own));
	start_epoch(&o, o.lead, &o.c, &file);
	CHECK(opens(o.lb.state, &o.c, late, &file));
	office_done(&o);
}

static void
test_audit_ring(void)
{
	struct office o;
	struct hash file, own;
	struct entry e;

	office_init(&o);
	CHECK(opens(o.lb.state, NULL, o.founder, &o.lb.genesis.audit_file));
	give(&o, o.founder, NULL, o.auditor, GRANT_AUDITOR, &own);
	CHECK(opens(o.lb.state, NULL, o.auditor, &own));
	/* Made an auditor: nothing, whatever the epoch, until a grant. */
	lb_role(&e, o.plain, true, ROLE_AUDITOR);
	ALLOWED(&o.lb, o.admin, &e);
	CHECK(opens_nothing(o.lb.state, NULL, o.plain));
	CHECK(opens_nothing(o.lb.state, NULL, o.lead));
	start_epoch(&o, o.auditor, NULL, &file);
	CHECK(opens_nothing(o.lb.state, NULL, o.plain));
	CHECK(opens(o.lb.state, NULL, o.founder, &file));
	CHECK(opens(o.lb.state, NULL, o.auditor, &file));
	give(&o, o.auditor, NULL, o.plain, GRANT_AUDITOR, &own);
	CHECK(opens(o.lb.state, NULL, o.plain, &own));
	start_epoch(&o, o.plain, NULL, &file);
	CHECK(opens(o.lb.state, NULL, o.plain, &file));
	/* Lost and given again: the role alone brings nothing back. */
	for (int i = 0; i < 2; i++) {
		lb_role(&e, o.plain, i == 1, ROLE_AUDITOR);
		ALLOWED(&o.lb, o.admin, &e);
		CHECK(opens_nothing(o.lb.state, NULL, o.plain));
	}
	office_done(&o);
}

/* What a snapshot brings back says the same. */
static void
test_restored_snapshot(void)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(STATE_SNAPSHOT_MAX);
	CLEANUP(state_freep) struct state *again = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	struct hash epoch, own, audit;
	struct office o;

	office_init(&o);
	start_epoch(&o, o.lead, &o.c, &epoch);
	give(&o, o.lead, &o.c, o.reader, GRANT_READER, &own);
	start_epoch(&o, o.auditor, NULL, &audit);
	CHECK_OK(state_snapshot(o.lb.state, &bytes, &err), err);
	CHECK_OK(state_restore(BYTES_OF(bytes), &again, &err), err);
	CHECK(opens(again, &o.c, o.lead, &epoch));
	CHECK(opens(again, &o.c, o.card, &epoch));
	CHECK(opens(again, &o.c, o.reader, &own));
	CHECK(opens(again, NULL, o.auditor, &audit));
	CHECK(opens_nothing(again, NULL, o.plain));
	office_done(&o);
}

/* The older files are these, in this order. */
static void
check_older(const struct state *state, const struct custody_id *case_id,
	    const struct person *who, const struct hash *const *files, size_t n_files)
{
	CLEANUP(mem_freep) struct state_key_file *found = NULL;
	struct amana_error err = AMANA_ERROR_INIT;
	size_t n = 99;

	CHECK_OK(state_ring_older_files(state, case_id, &who->code, &found, &n, &err),
		 err);
	CHECK_INT(n, n_files);
	for (size_t i = 0; i < n; i++)
		CHECK(hash_equal(&found[i].object, files[i]));
	CHECK(n > 0 || found == NULL);
}
#define OLDER(state, case_id, who, ...)                                                  \
	do {                                                                             \
		const struct hash *const files_[] = {__VA_ARGS__};                       \
		check_older(state, case_id, who, files_,                                 \
			    sizeof files_ / sizeof files_[0]);                           \
	} while (0)

static struct state *
through_snapshot(const struct state *state)
{
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(STATE_SNAPSHOT_MAX);
	struct amana_error err = AMANA_ERROR_INIT;
	struct state *again = NULL;

	CHECK_OK(state_snapshot(state, &bytes, &err), err);
	CHECK_OK(state_restore(BYTES_OF(bytes), &again, &err), err);
	return again;
}

/* What a member was given once: grants that were replaced or ended, and the epochs made
 * while they counted. */
static void
test_older_files(void)
{
	CLEANUP(state_freep) struct state *again = NULL;
	struct hash g1, g2, g3, g4, e3, e4, e5, p1;
	struct office o;
	struct entry e;

	office_init(&o);
	give(&o, o.lead, &o.c, o.reader, GRANT_READER, &g1);
	start_epoch(&o, o.lead, &o.c, &e3);
	give(&o, o.lead, &o.c, o.reader, GRANT_READER, &g2);
	/* The office's own grant of before is one of epoch 2. */
	{
		CLEANUP(mem_freep) struct state_key_file *found = NULL;
		struct amana_error err = AMANA_ERROR_INIT;
		size_t n;

		CHECK_OK(state_ring_older_files(o.lb.state, &o.c, &o.reader->code, &found,
						&n, &err),
			 err);
		CHECK_INT(n, 3);
		CHECK(hash_equal(&found[0].object, &g1) && found[0].epoch == 2);
		CHECK(found[1].epoch == 2 &&
		      found[1].sealed_entry < found[0].sealed_entry);
		CHECK(hash_equal(&found[2].object, &e3) && found[2].epoch == 3);
	}

	/* Whoever has no grant has no files; and what was made meanwhile was not sealed
	 * to them. */
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.reader);
	ALLOWED(&o.lb, o.admin, &e);
	check_older(o.lb.state, &o.c, o.reader, NULL, 0);
	start_epoch(&o, o.lead, &o.c, &e4);
	give(&o, o.lead, &o.c, o.plain, GRANT_READER, &p1);
	check_older(o.lb.state, &o.c, o.plain, NULL, 0);
	lb_of_grant(&e, ACT_UNGRANT, &o.c, o.plain);
	ALLOWED(&o.lb, o.admin, &e);
	give(&o, o.lead, &o.c, o.plain, GRANT_READER, &g3);
	OLDER(o.lb.state, &o.c, o.plain, &p1);
	start_epoch(&o, o.lead, &o.c, &e5);
	OLDER(o.lb.state, &o.c, o.plain, &g3, &p1);

	/* A depositor's is left out as the newest; epochs pass by. */
	give(&o, o.lead, &o.c, o.plain, GRANT_DEPOSITOR, &g4);
	OLDER(o.lb.state, &o.c, o.plain, &g3, &p1, &e5);
	start_epoch(&o, o.lead, &o.c, &e4);
	OLDER(o.lb.state, &o.c, o.plain, &g3, &p1, &e5);
	again = through_snapshot(o.lb.state);
	OLDER(again, &o.c, o.plain, &g3, &p1, &e5);
	office_done(&o);
}

/* A card has every epoch since its grant; a lead what came with the case. */
static void
test_older_files_of_holders(void)
{
	struct hash first, e2, e3, late, own;
	struct office o;
	struct custody_id fresh;
	struct entry e;

	office_init(&o);
	lb_case(&o.lb, &e, &fresh, o.plain);
	first = e.objects[0];
	ALLOWED(&o.lb, o.admin, &e);
	check_older(o.lb.state, &fresh, o.plain, NULL, 0);
	start_epoch(&o, o.plain, &fresh, &e2);
	give(&o, o.plain, &fresh, o.card, GRANT_RECOVERY, &own);
	check_older(o.lb.state, &fresh, o.card, NULL, 0);
	start_epoch(&o, o.plain, &fresh, &e3);
	start_epoch(&o, o.plain, &fresh, &late);
	OLDER(o.lb.state, &fresh, o.plain, &first, &e2, &e3);
	OLDER(o.lb.state, &fresh, o.card, &own, &e3);
	check_older(o.lb.state, &fresh, o.reader, NULL, 0);
	office_done(&o);
}

static void
test_older_audit_files(void)
{
	CLEANUP(state_freep) struct state *again = NULL;
	struct hash a2, a3, a4, first, own;
	struct office o;
	struct entry e;

	office_init(&o);
	lb_role(&e, o.plain, true, ROLE_AUDITOR);
	ALLOWED(&o.lb, o.admin, &e);
	give(&o, o.auditor, NULL, o.plain, GRANT_AUDITOR, &first);
	start_epoch(&o, o.auditor, NULL, &a2);
	lb_role(&e, o.plain, false, ROLE_AUDITOR);
	ALLOWED(&o.lb, o.admin, &e);
	check_older(o.lb.state, NULL, o.plain, NULL, 0);
	start_epoch(&o, o.auditor, NULL, &a3);
	/* Auditor again: the files of the first time, from when there is a grant. */
	lb_role(&e, o.plain, true, ROLE_AUDITOR);
	ALLOWED(&o.lb, o.admin, &e);
	check_older(o.lb.state, NULL, o.plain, NULL, 0);
	give(&o, o.auditor, NULL, o.plain, GRANT_AUDITOR, &own);
	OLDER(o.lb.state, NULL, o.plain, &first, &a2);
	start_epoch(&o, o.auditor, NULL, &a4);
	OLDER(o.lb.state, NULL, o.plain, &first, &a2, &own);
	OLDER(o.lb.state, NULL, o.founder, &o.lb.genesis.audit_file, &a2, &a3);
	again = through_snapshot(o.lb.state);
	OLDER(again, NULL, o.plain, &first, &a2, &own);
	OLDER(again, NULL, o.founder, &o.lb.genesis.audit_file, &a2, &a3);
	/* Enrolled anew: that time is over as well. */
	lb_enrol(&o.lb, &e, lb_twin(&o.lb, o.plain), 0);
	ALLOWED(&o.lb, o.founder, &e);
	check_older(o.lb.state, NULL, o.plain, NULL, 0);
	office_done(&o);
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(crypto_init(&err), err);
	RUN(test_case_ring);
	RUN(test_new_case);
	RUN(test_new_card);
	RUN(test_audit_ring);
	RUN(test_restored_snapshot);
	RUN(test_older_files);
	RUN(test_older_files_of_holders);
	RUN(test_older_audit_files);
	return 0;
}
