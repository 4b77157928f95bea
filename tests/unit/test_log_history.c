/* SPDX-License-Identifier: Apache-2.0 */
#include "log_rig.h"

/* Stores that show another history than the one that is pinned, and what `restored` does
 * about it. */

/* log_sync of machine "base" must fail and name both sides. */
static void
check_refused(struct rig *rig, uint64_t pinned, const struct hash *ours, const char *also,
	      enum amana_reason reason)
{
	struct log *log = NULL;
	char hex[HASH_HEX_LEN + 1], batch[32];

	CHECK_OK(rig_try_open(rig, "base", 0, &log), err);
	CHECK_REFUSED(log_sync(log, &err), err, AMANA_E_TAMPERED, reason);
	hash_hex(ours, hex);
	snprintf(batch, sizeof batch, "batch %" PRIu64, pinned);
	if (strstr(err.msg, hex) == NULL || strstr(err.msg, batch) == NULL ||
	    strstr(err.msg, also) == NULL) {
		fprintf(stderr, "message: %s\n", err.msg);
		exit(1);
	}
	CHECK_FAILS(log_sync(log, &err), err, AMANA_E_TAMPERED); /* and stays so */
	log_free(log);
	check_pin(rig, "base", pinned);
}

static void
test_rolled_back(void)
{
	struct rig rig;
	struct log *log;
	struct hash head, older;
	char hex[HASH_HEX_LEN + 1];

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	older = append(log, &rig.founder, 1).head;
	append_many(log, &rig.founder, 2, 4);
	head = append(log, &rig.founder, 5).head;
	log_free(log);
	hash_hex(&older, hex);
	rig_use(&rig, backup(&rig, 1));
	check_refused(&rig, 5, &head, hex, AMANA_REASON_ROLLED_BACK);
	rig_use(&rig, backup(&rig, 0));
	hash_hex(&rig.fingerprint, hex);
	check_refused(&rig, 5, &head, hex, AMANA_REASON_ROLLED_BACK);
	/* a stranger cannot tell, and a machine that had seen less need not care */
	log_free(rig_open(&rig, "", LOG_STRANGER));
	log_free(rig_open(&rig, "newcomer", 0));
	rig_done(&rig);
}

static void
test_forked(void)
{
	struct rig rig;
	struct log *log;
	struct hash head, theirs;
	char hex[HASH_HEX_LEN + 1];
	struct store *ours;

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	append_many(log, &rig.founder, 1, 3);
	log_free(log);
	ours = backup(&rig, 3);
	log = rig_open(&rig, "base", 0);
	head = append(log, &rig.founder, 4).head;
	log_free(log);
	/* another history from slot 4 on: as short, longer, much longer */
	rig_use(&rig, ours);
	log = rig_open(&rig, "other", 0);
	theirs = append(log, &rig.founder, 40).head;
	hash_hex(&theirs, hex);
	check_refused(&rig, 4, &head, hex, AMANA_REASON_FORK);
	append_many(log, &rig.founder, 41, 45);
	check_refused(&rig, 4, &head, hex, AMANA_REASON_FORK);
	{
		struct log_verified verified;
		struct log *own = NULL;

		CHECK_OK(rig_try_open(&rig, "base", 0, &own), err);
		CHECK_OK(log_verify(own, NULL, &verified, &err), err);
		CHECK(verified.complete &&
		      verified.n_damaged == 0); /* a good log, of others */
		CHECK(verified.was_pinned && !verified.pin_agrees &&
		      !verified.pin_slot_missing);
		CHECK(hash_equal(&verified.pin_found, &theirs));
		log_verified_done(&verified);
		log_free(own);
	}
	/* without the own copies: the pin alone */
	{
		char path[256];

		own_path(&rig, "base", "log/000/000/000/002", path);
		CHECK(unlink(path) == 0);
		own_path(&rig, "base", "log/000/000/000/004", path);
		CHECK(unlink(path) == 0);
		own_path(&rig, "base", "state", path);
		unlink(path);
	}
	check_refused(&rig, 4, &head, hex, AMANA_REASON_FORK);
	log_free(log);
	rig_done(&rig);
}

static struct log_receipt
append_restored(struct log *log, const struct person *by, uint64_t n,
		const struct hash *head)
{
	struct subject vault = subject_vault();
	struct entry *entry = mem_new(sizeof *entry, &err);
	struct log_receipt receipt;

	CHECK(entry != NULL);
	entry_init(entry, ACT_RESTORED, &vault);
	entry->own.restored.slot = n;
	entry->own.restored.head = *head;
	receipt = append_entry(log, by, entry);
	mem_free(entry);
	return receipt;
}

static void
test_restored_from_a_backup(void)
{
	struct rig rig;
	struct log *log, *first, *late;
	struct hash head, lost;
	char path[256];
	uint64_t n;

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	append_many(log, &rig.founder, 1, 6);
	first = rig_open(&rig, "early", 0); /* pinned at 6 */
	head = append(log, &rig.founder, 7).head;
	late = rig_open(&rig, "admin", 0);
	log_free(first);
	log_free(late);
	log_free(log);
	rig_use(&rig, backup(&rig, 4));
	check_refused(&rig, 7, &head, "batch 4", AMANA_REASON_ROLLED_BACK);

	/* the admin follows the store's history in order to say so in it */
	CHECK_OK(rig_try_open(&rig, "admin", LOG_FOLLOW_LOST, &log), err);
	CHECK_OK(log_sync(log, &err), err);
	CHECK(log_lost(log, &n, &lost));
	CHECK_INT(n, 7);
	CHECK(hash_equal(&lost, &head));
	CHECK_INT(state_slot(log_state(log)), 4);
	check_pin(&rig, "admin", 7); /* nothing moves before it is said */
	CHECK_INT(append_restored(log, &rig.founder, n, &lost).n, 5);
	CHECK(!log_lost(log, &n, &lost));
	CHECK_INT(rig.n_events[LOG_EVENT_RESTORED], 1);
	CHECK_INT(rig.last_event.slot, 7);
	check_pin(&rig, "admin", 5);
	CHECK_INT(append(log, &rig.founder, 8).n, 6);
	log_free(log);

	/* everybody whose pin lies in the lost part follows, and is told */
	for (int i = 0; i < 2; i++) {
		log = rig_open(&rig, i == 0 ? "base" : "early", 0);
		CHECK_INT(rig.n_events[LOG_EVENT_RESTORED], 1);
		CHECK_INT(rig.last_event.slot, i == 0 ? 7 : 6);
		CHECK_INT(state_slot(log_state(log)), 6);
		CHECK_INT(state_n_restored(log_state(log)), 1);
		log_free(log);
		check_pin(&rig, i == 0 ? "base" : "early", 6);
	}
	/* the lost part is kept for whoever asks */
	own_path(&rig, "base", "log/000/000/000/007.lost", path);
	CHECK(access(path, F_OK) == 0);
	/* and the log goes on from there, with the copies of the new history */
	log = rig_open(&rig, "base", 0);
	CHECK_INT(rig.n_events[LOG_EVENT_RESTORED], 0);
	append(log, &rig.founder, 9);
	log_free(log);
	rig_done(&rig);
}

static void
test_restored_does_not_cover(void)
{
	struct rig rig;
	struct log *log;
	struct hash head, other;
	struct store *short_copy;

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	append_many(log, &rig.founder, 1, 5);
	short_copy = backup(&rig, 2);
	head = append(log, &rig.founder, 6).head;
	log_free(log);
	rig_use(&rig, short_copy);
	/* a `restored` of a shorter lost history: this pin is beyond it */
	log = rig_open(&rig, "other", 0);
	memset(&other, 5, sizeof other);
	append_restored(log, &rig.founder, 5, &other);
	check_refused(&rig, 6, &head, "batch 3", AMANA_REASON_FORK);
	/* one that names this slot, with another head: a third history */
	append_restored(log, &rig.founder, 6, &other);
	check_refused(&rig, 6, &head, "batch 4", AMANA_REASON_FORK);
	/* one whose lost part ends where this pin is, as this pin has it */
	append_restored(log, &rig.founder, 6, &head);
	log_free(log);
	log = rig_open(&rig, "base", 0);
	CHECK_INT(rig.n_events[LOG_EVENT_RESTORED], 1);
	CHECK_INT(state_slot(log_state(log)), 5);
	log_free(log);
	rig_done(&rig);
}

/* A `restored` that this machine has followed long ago excuses no later rollback. */
static void
test_restored_excuses_no_second_rollback(void)
{
	struct rig rig;
	struct log *log;
	struct hash head, lost;
	uint64_t n;

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	append_many(log, &rig.founder, 1, 12);
	log_free(log);
	rig_use(&rig, backup(&rig, 4));
	CHECK_OK(rig_try_open(&rig, "base", LOG_FOLLOW_LOST, &log), err);
	CHECK_OK(log_sync(log, &err), err);
	CHECK(log_lost(log, &n, &lost));
	CHECK_INT(append_restored(log, &rig.founder, n, &lost).n, 5);
	append_many(log, &rig.founder, 20, 21);
	head = append(log, &rig.founder, 22)
		       .head; /* slot 8, within what was lost the first time */
	log_free(log);
	rig_use(&rig, backup(&rig, 6));
	check_refused(&rig, 8, &head, "batch 6", AMANA_REASON_ROLLED_BACK);
	{
		struct log_verified verified;

		CHECK_OK(rig_try_open(&rig, "base", 0, &log), err);
		CHECK_OK(log_verify(log, NULL, &verified, &err), err);
		CHECK(verified.was_pinned && !verified.pin_agrees);
		log_verified_done(&verified);
		log_free(log);
	}
	/* nor a fork behind it */
	log = rig_open(&rig, "other", 0);
	append_many(log, &rig.founder, 30, 35);
	log_free(log);
	check_refused(&rig, 8, &head, "batch 8", AMANA_REASON_FORK);
	rig_done(&rig);
}

static void
test_restored_needs_an_admin(void)
{
	struct rig rig;
	struct log *log;
	struct hash head;
	struct person plain;
	struct subject vault = subject_vault();
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	struct log_receipt receipt;

	rig_make(&rig, true);
	person_make(&plain, "S-2");
	log = rig_open(&rig, "base", 0);
	entry_enrol(entry, &plain, 0);
	append_entry(log, &rig.founder, entry);
	head = append(log, &rig.founder, 2).head;
	log_free(log);
	rig_use(&rig, backup(&rig, 1));
	CHECK_OK(rig_try_open(&rig, "base", LOG_FOLLOW_LOST, &log), err);
	entry_init(entry, ACT_RESTORED, &vault);
	entry->own.restored.slot = 2;
	entry->own.restored.head = head;
	CHECK_FAILS(try_act(log, &plain, build_entry, entry, &receipt), err,
		    AMANA_E_DENIED);
	log_free(log);
	check_refused(&rig, 2, &head, "batch 1", AMANA_REASON_ROLLED_BACK);
	secret_done(&plain.seed);
	rig_done(&rig);
}

/* Two admins: propose, then approve.  The pin may lie on the proposal's own slot. */
static void
test_restored_by_two_admins(void)
{
	struct rig rig;
	struct log *log, *second;
	struct person other;
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	struct subject vault = subject_vault();
	struct log_receipt receipt;
	struct hash lost;
	uint64_t n;

	rig_make(&rig, true);
	person_make(&other, "S-2");
	log = rig_open(&rig, "base", 0);
	entry_enrol(entry, &other, ROLE_ADMIN);
	append_entry(log, &rig.founder, entry);
	append(log, &rig.founder, 2);
	log_free(rig_open(&rig, "second",
			  0)); /* pinned at 2, where the proposal will stand */
	append(log, &rig.founder, 3);
	log_free(log);
	rig_use(&rig, backup(&rig, 1));
	CHECK_OK(rig_try_open(&rig, "base", LOG_FOLLOW_LOST, &log), err);
	CHECK_OK(log_sync(log, &err), err);
	CHECK(log_lost(log, &n, &lost));
	entry_init(entry, ACT_RESTORED, &vault);
	entry->own.restored.slot = n;
	entry->own.restored.head = lost;
	CHECK_FAILS(try_act(log, &rig.founder, build_entry, entry, &receipt), err,
		    AMANA_E_DENIED);
	entry_init(entry, ACT_PROPOSE, &vault);
	entry->proposed = ACT_RESTORED;
	entry->own.restored.slot = n;
	entry->own.restored.head = lost;
	append_entry(log, &rig.founder, entry);
	CHECK(log_lost(log, &n, &lost)); /* proposed is not carried out */
	check_pin(&rig, "base", 3);
	CHECK_OK(rig_try_open(&rig, "second", LOG_FOLLOW_LOST, &second), err);
	CHECK_OK(log_sync(second, &err), err);
	CHECK_INT(state_n_proposals(log_state(second)), 1);
	entry_init(entry, ACT_APPROVE, &vault);
	entry->own.approve.proposal = state_proposal_at(log_state(second), 0)->leaf;
	entry->own.approve.yes = true;
	CHECK_INT(append_entry(second, &other, entry).n, 3);
	CHECK(!log_lost(second, &n, &lost));
	check_pin(&rig, "second", 3);
	CHECK_OK(log_sync(log, &err), err);
	CHECK(!log_lost(log, &n, &lost));
	check_pin(&rig, "base", 3);
	CHECK_INT(state_n_restored(log_state(log)), 1);
	log_free(log);
	log_free(second);
	secret_done(&other.seed);
	rig_done(&rig);
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(test_rolled_back);
	RUN(test_forked);
	RUN(test_restored_from_a_backup);
	RUN(test_restored_does_not_cover);
	RUN(test_restored_excuses_no_second_rollback);
	RUN(test_restored_needs_an_admin);
	RUN(test_restored_by_two_admins);
	return 0;
}
