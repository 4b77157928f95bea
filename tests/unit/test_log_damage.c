/* SPDX-License-Identifier: Apache-2.0 */
#include "log_rig.h"

#include "log/log_core.h"

/* Slots that were vandalised or removed, the skip over them, and people who write what
 * they may not. */

/* Each way to spoil a slot of the store. */
enum spoil { FLIP_NOTE, FLIP_ENTRY, CUT, EMPTY, GARBAGE, SPOILS };
static void
spoil(struct rig *rig, uint64_t n, enum spoil how)
{
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);

	get_slot(rig, n, &slot);
	switch (how) {
	case FLIP_NOTE:
		flip(rig, n, slot.len - 60);
		break;
	case FLIP_ENTRY:
		flip(rig, n, 3);
		break;
	case CUT:
		vandalise(rig, n, slot.data, slot.len - 1);
		break;
	case EMPTY:
		vandalise(rig, n, "", 0);
		break;
	case GARBAGE:
	case SPOILS:
		vandalise(rig, n, "nothing of the kind\n\n", 21);
		break;
	}
}

static void
test_last_slot_vandalised(void)
{
	for (enum spoil how = 0; how < SPOILS; how++) {
		struct rig rig;
		struct log *log = NULL;
		CLEANUP(buf_done) struct buf good = BUF_INIT(BATCH_BYTES_MAX);
		CLEANUP(buf_done) struct buf now = BUF_INIT(BATCH_BYTES_MAX);

		rig_make(&rig, true);
		log = rig_open(&rig, "base", 0);
		append_many(log, &rig.founder, 1, 4);
		log_free(log);
		get_slot(&rig, 4, &good);
		spoil(&rig, 4, how);
		/* somebody who has no copy stops, and says where */
		CHECK_INT(rig_try_open(&rig, "", LOG_STRANGER, &log), LOG_FIRST_CONTACT);
		CHECK_REFUSED(log_sync(log, &err), err, AMANA_E_TAMPERED,
			      AMANA_REASON_DAMAGED_LOG);
		CHECK(strstr(err.msg, "batch 4") != NULL);
		log_free(log);
		/* asked not to repair, the holder goes on all the same */
		log = rig_open(&rig, "base", LOG_NO_REPAIR);
		CHECK_INT(rig.n_events[LOG_EVENT_REPAIRED], 0);
		CHECK(rig.n_events[LOG_EVENT_NOT_REPAIRED] > 0);
		log_free(log);
		/* the holder of a copy puts it right, and says so */
		log = rig_open(&rig, "base", 0);
		CHECK_INT(rig.n_events[LOG_EVENT_REPAIRED], 1);
		CHECK_INT(rig.last_event.slot, 4);
		get_slot(&rig, 4, &now);
		CHECK(bytes_equal(BYTES_OF(good), BYTES_OF(now)));
		append(log, &rig.founder, 5);
		log_free(log);
		log_free(rig_open(&rig, "", LOG_STRANGER));
		rig_done(&rig);
	}
}

struct tally {
	unsigned n_slots, n_damaged, n_copies, n_passed, n_void;
};
static int
tally_slot(void *arg, const struct log_slot *slot, struct amana_error *e)
{
	struct tally *tally = arg;

	(void)e;
	tally->n_slots++;
	tally->n_damaged += slot->verdict == VERDICT_DAMAGED && !slot->passed_over;
	tally->n_void += slot->verdict == VERDICT_VOID;
	tally->n_copies += slot->own_copy;
	tally->n_passed += slot->passed_over;
	CHECK(slot->n == tally->n_slots);
	return 0;
}

static struct log_verified
verify(struct rig *rig, const char *base, unsigned flags, struct tally *tally)
{
	struct log_visitor visitor = {.slot = tally_slot, .arg = tally};
	struct log_verified verified;
	struct log *log = NULL;

	memset(tally, 0, sizeof *tally);
	CHECK(rig_try_open(rig, base, flags, &log) >= 0);
	CHECK_OK(log_verify(log, &visitor, &verified, &err), err);
	CHECK_INT(verified.n_slots, tally->n_slots);
	CHECK_INT(verified.n_passed, tally->n_passed);
	CHECK_INT(verified.n_damaged, tally->n_damaged + tally->n_copies);
	log_verified_done(&verified);
	log_free(log);
	return verified;
}

static void
test_middle_slot_vandalised(void)
{
	for (enum spoil how = 0; how < SPOILS; how++) {
		struct rig rig;
		struct log *log;
		struct tally tally;
		struct log_verified verified;

		rig_make(&rig, true);
		log = rig_open(&rig, "base", 0);
		append_many(log, &rig.founder, 1, 6);
		log_free(log);
		spoil(&rig, 3, how);
		verified = verify(&rig, "", LOG_STRANGER, &tally);
		CHECK(!verified.complete && verified.n_damaged == 1 &&
		      verified.n_valid == 2);
		verified = verify(&rig, "base", LOG_NO_REPAIR, &tally);
		CHECK(verified.complete && verified.n_damaged == 1 &&
		      verified.n_valid == 6);
		CHECK(verified.n_repaired == 0 && verified.was_pinned &&
		      verified.pin_agrees);
		verified = verify(&rig, "base", 0, &tally);
		CHECK(verified.complete && verified.n_repaired == 1);
		verified = verify(&rig, "", LOG_STRANGER, &tally);
		CHECK(verified.complete && verified.n_damaged == 0 &&
		      verified.n_valid == 6);
		rig_done(&rig);
	}
}

static void
test_a_slot_removed(void)
{
	struct rig rig;
	struct log *log;
	struct tally tally;
	struct log_verified verified;
	char path[160];

	rig_make(&rig, false);
	log = rig_open(&rig, "base", 0);
	append_many(log, &rig.founder, 1, 6);
	log_free(log);
	snprintf(path, sizeof path, "%s/vault/log/000/000/000/003", rig.folder);
	CHECK(unlink(path) == 0);
	CHECK_INT(rig_try_open(&rig, "", LOG_STRANGER, &log), LOG_FIRST_CONTACT);
	CHECK_FAILS(log_sync(log, &err), err, AMANA_E_TAMPERED); /* a gap is no end */
	log_free(log);
	verified = verify(&rig, "", LOG_STRANGER, &tally);
	CHECK(!verified.complete && verified.n_damaged == 1);
	verified = verify(&rig, "base", 0, &tally);
	CHECK(verified.complete && verified.n_damaged == 1 && verified.n_repaired == 1);
	CHECK(access(path, F_OK) == 0);
	/* the two that were pinned last: shorter, so refused; nobody is told that it is
	 * fine */
	snprintf(path, sizeof path, "%s/vault/log/000/000/000/006", rig.folder);
	CHECK(unlink(path) == 0);
	verified = verify(&rig, "base", 0, &tally);
	CHECK(verified.complete && verified.was_pinned && !verified.pin_agrees &&
	      verified.pin_slot_missing);
	CHECK_OK(rig_try_open(&rig, "base", 0, &log), err);
	CHECK_FAILS(log_sync(log, &err), err, AMANA_E_TAMPERED);
	log_free(log);
	rig_done(&rig);
}

static int
try_skip(struct log *log, const struct person *by, struct entry *entry,
	 struct log_receipt *ret_receipt)
{
	struct log_act act = {.skips = true,
			      .actor = by->code,
			      .seed = &by->seed,
			      .build = build_entry,
			      .arg = entry};

	custody_id_random(&act.nonce);
	return log_append(log, &act, ret_receipt, &err);
}

static struct log_receipt
append_skip(struct log *log, const struct person *by, const struct log_damage *damage)
{
	struct subject vault = subject_vault();
	struct log_receipt receipt;
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);

	entry_init(entry, ACT_SKIP, &vault);
	entry->own.skip = (struct act_skip){.first = damage->first,
					    .last = damage->last,
					    .head = damage->head,
					    .before = *state_head(log_state(log))};
	CHECK_OK(try_skip(log, by, entry, &receipt), err);
	return receipt;
}

/* The person accepts the skip in slot 7: this machine follows, keeps what it had, and
 * lists what was passed over. */
static void
accept_skip(struct rig *rig)
{
	struct log_skip_accepted accepted;
	struct log *log = NULL;

	CHECK_OK(rig_try_open(rig, "lost", 0, &log), err);
	CHECK_FAILS(log_accept_skip(log, 8, &accepted, &err), err, AMANA_E_MISSING);
	CHECK_FAILS(log_accept_skip(log, 99, &accepted, &err), err, AMANA_E_MISSING);
	CHECK_REFUSED(log_sync(log, &err), err, AMANA_E_TAMPERED, AMANA_REASON_FORK);
	CHECK_OK(log_accept_skip(log, 7, &accepted, &err), err);
	CHECK(accepted.first == 4 && accepted.last == 6);
	CHECK_STR(accepted.signer.text, "S-1");
	log_free(log);
	for (int again = 0; again < 2; again++) {
		log = rig_open(rig, "lost", 0);
		CHECK_INT(rig->n_events[LOG_EVENT_SKIPPED], again == 0);
		CHECK_INT(state_slot(log_state(log)), 8);
		CHECK_INT(state_grant_days(log_state(log)), 9);
		log_free(log);
	}
	check_pin(rig, "lost", 8);
}

static void
test_skip(void)
{
	struct rig rig;
	struct log *log = NULL;
	struct log_damage damage;
	struct tally tally;
	struct log_verified verified;
	char path[256];

	rig_make(&rig, true);
	log = rig_open(&rig, "lost", 0);
	append_many(log, &rig.founder, 1, 6);
	log_free(log);
	spoil(&rig, 4, FLIP_ENTRY);
	/* nobody has a copy: an admin on a new machine */
	CHECK_INT(rig_try_open(&rig, "admin", LOG_STOP_AT_DAMAGE, &log),
		  LOG_FIRST_CONTACT);
	CHECK_OK(log_accept(log, &err), err);
	CHECK(log_damage(log, &damage));
	CHECK_INT(damage.first, 4);
	CHECK_INT(damage.last, 6);
	CHECK_INT(state_slot(log_state(log)), 3);
	/* without that flag nothing goes on */
	{
		struct log *other = NULL;

		CHECK_OK(rig_try_open(&rig, "admin", 0, &other), err);
		CHECK_FAILS(log_sync(other, &err), err, AMANA_E_TAMPERED);
		log_free(other);
	}
	CHECK_INT(append_skip(log, &rig.founder, &damage).n, 7);
	CHECK(!log_damage(log, &damage));
	CHECK_INT(state_slot(log_state(log)), 7);
	CHECK_INT(state_grant_days(log_state(log)),
		  3); /* the acts of 4 to 6 did not happen */
	CHECK_INT(append(log, &rig.founder, 9).n, 8);
	log_free(log);
	check_pin(&rig, "admin", 8);

	/* everybody else passes over it, and is told once */
	log = rig_open(&rig, "newcomer", 0);
	CHECK_INT(state_grant_days(log_state(log)), 9);
	CHECK_INT(rig.n_events[LOG_EVENT_SKIPPED], 1);
	log_free(log);
	log = rig_open(&rig, "newcomer", 0);
	CHECK_INT(rig.n_events[LOG_EVENT_SKIPPED], 0);
	log_free(log);
	/* the replay of the own copies finds its way, too */
	own_path(&rig, "newcomer", "state", path);
	unlink(path);
	flip(&rig, 6, 3); /* even when the store loses what the skip names */
	log = rig_open(&rig, "newcomer", 0);
	flip(&rig, 6, 3);
	CHECK_INT(state_grant_days(log_state(log)), 9);
	{
		struct tally seen = {.n_slots = 0};
		struct log_visitor visitor = {.arg = &seen};

		CHECK_OK(log_each(log, 1, &visitor, &err), err);
	}
	log_free(log);
	verified = verify(&rig, "", LOG_STRANGER, &tally);
	CHECK(verified.complete && verified.n_passed == 3 && verified.n_valid == 5);
	/* who holds good bytes of slot 4 never follows, and does not break it for the
	 * others */
	CHECK_OK(rig_try_open(&rig, "lost", 0, &log), err);
	CHECK_REFUSED(log_sync(log, &err), err, AMANA_E_TAMPERED, AMANA_REASON_FORK);
	log_free(log);
	verified = verify(&rig, "lost", 0, &tally);
	CHECK(verified.n_damaged == 1 && verified.n_repaired == 0);
	CHECK_INT(rig.n_events[LOG_EVENT_SKIP_REFUSED], 0);
	verified = verify(&rig, "", LOG_STRANGER, &tally);
	CHECK(verified.complete && verified.n_passed == 3);
	accept_skip(&rig);
	rig_done(&rig);
}

static void
test_skip_of_the_last_slot_by_a_plain_member_is_none(void)
{
	struct rig rig;
	struct log *log = NULL;
	struct person plain;
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	struct log_damage damage;
	struct log_receipt receipt;
	struct subject vault = subject_vault();

	rig_make(&rig, true);
	person_make(&plain, "S-2");
	log = rig_open(&rig, "lost", 0);
	entry_enrol(entry, &plain, 0);
	append_entry(log, &rig.founder, entry);
	append(log, &rig.founder, 2);
	log_free(log);
	spoil(&rig, 2, CUT);
	CHECK_INT(rig_try_open(&rig, "admin", LOG_STOP_AT_DAMAGE, &log),
		  LOG_FIRST_CONTACT);
	CHECK_OK(log_accept(log, &err), err);
	CHECK(log_damage(log, &damage));
	CHECK_INT(damage.first, 2);
	CHECK_INT(damage.last, 2);
	entry_init(entry, ACT_SKIP, &vault);
	entry->own.skip = (struct act_skip){.first = 2,
					    .last = 2,
					    .head = damage.head,
					    .before = *state_head(log_state(log))};
	CHECK_FAILS(try_skip(log, &plain, entry, &receipt), err, AMANA_E_DENIED);
	entry->own.skip.head.bytes[0] ^= 1;
	CHECK_FAILS(try_skip(log, &rig.founder, entry, &receipt), err, AMANA_E_DENIED);
	entry->own.skip.head.bytes[0] ^= 1;
	entry->own.skip.before.bytes[0] ^= 1;
	CHECK_FAILS(try_skip(log, &rig.founder, entry, &receipt), err, AMANA_E_DENIED);
	/* nothing but a skip can be written there */
	{
		struct policy_act act = {.value = 5};

		CHECK_REFUSED(try_act(log, &rig.founder, build_policy, &act, &receipt),
			      err, AMANA_E_TAMPERED, AMANA_REASON_DAMAGED_LOG);
	}
	CHECK_OK(log_sync(log, &err), err);
	CHECK_INT(append_skip(log, &rig.founder, &damage).n, 3);
	log_free(log);
	log_free(rig_open(&rig, "newcomer", 0));
	secret_done(&plain.seed);
	rig_done(&rig);
}

/* An admin of once spoils a slot and signs a skip over it, which those who never had good
 * bytes have to follow.  Who knows that he is none any more puts the slots back and names
 * him. */
static void
test_a_former_admins_skip(void)
{
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	CLEANUP(buf_done) struct buf good = BUF_INIT(BATCH_BYTES_MAX);
	CLEANUP(buf_done) struct buf found = BUF_INIT(BATCH_BYTES_MAX);
	struct subject of_former;
	struct log_damage damage;
	struct log_receipt receipt;
	struct person former;
	struct rig rig;
	struct log *log;

	rig_make(&rig, true);
	person_make(&former, "S-2");
	log = rig_open(&rig, "base", 0);
	entry_enrol(entry, &former, ROLE_ADMIN);
	append_entry(log, &rig.founder, entry);
	append(log, &rig.founder, 2);
	of_former = subject_member(&former.code);
	entry_init(entry, ACT_ROLE, &of_former);
	entry->own.role = (struct act_role){.role = ROLE_ADMIN, .add = false};
	append_entry(log, &rig.founder, entry);
	log_free(log);
	get_slot(&rig, 2, &good);
	spoil(&rig, 2, FLIP_ENTRY);
	CHECK_INT(rig_try_open(&rig, "former", LOG_STOP_AT_DAMAGE, &log),
		  LOG_FIRST_CONTACT);
	CHECK_OK(log_accept(log, &err), err);
	CHECK(log_damage(log, &damage) && damage.first == 2 && damage.last == 3);
	receipt = append_skip(log, &former, &damage);
	CHECK_INT(receipt.n, 4);
	log_free(log);
	log = rig_open(&rig, "newcomer", 0);
	CHECK_INT(rig.n_events[LOG_EVENT_SKIPPED], 1);
	log_free(log);

	log = rig_open(&rig, "base", 0);
	CHECK(rig.n_events[LOG_EVENT_SKIP_REFUSED] > 0);
	CHECK_INT(rig.n_events[LOG_EVENT_SKIPPED], 0);
	CHECK_INT(state_grant_days(log_state(log)), 2);
	CHECK_INT(state_slot(log_state(log)), 4);
	CHECK_INT(append(log, &rig.founder, 5).n, 5);
	log_free(log);
	get_slot(&rig, 2, &found);
	CHECK(bytes_equal(BYTES_OF(good), BYTES_OF(found)));
	log = rig_open(&rig, "late", 0);
	CHECK_INT(rig.n_events[LOG_EVENT_SKIPPED], 0);
	CHECK_INT(rig.n_events[LOG_EVENT_VOID], 1);
	CHECK_STR(rig.last_event.signer.text, "S-2");
	log_free(log);
	secret_done(&former.seed);
	rig_done(&rig);
}

static void
test_void_slot(void)
{
	struct rig rig;
	struct log *log;
	struct person plain;
	CLEANUP(mem_freep) struct entry *entry = mem_new(sizeof *entry, &err);
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct tally tally;
	struct log_verified verified;

	rig_make(&rig, true);
	person_make(&plain, "S-2");
	log = rig_open(&rig, "base", 0);
	entry_enrol(entry, &plain, 0);
	append_entry(log, &rig.founder, entry);
	append(log, &rig.founder, 7);
	forge(log_state(log), 3, state_head(log_state(log)), &plain, 666, &slot);
	put_slot(&rig, 3, BYTES_OF(slot));
	memset(rig.n_events, 0, sizeof rig.n_events);
	verified = verify(&rig, "", LOG_STRANGER, &tally);
	CHECK(verified.complete && verified.n_void == 1 && !verified.is_newer);
	CHECK_OK(log_sync(log, &err), err);
	CHECK_INT(rig.n_events[LOG_EVENT_VOID], 1);
	CHECK_STR(rig.last_event.signer.text, "S-2");
	CHECK(rig.last_event.reason[0] != 0);
	CHECK_INT(state_grant_days(log_state(log)), 7);
	/* the log goes on over it, and who comes later is told too; who was told is not
	 * told again */
	for (unsigned i = 0; i < 70; i++)
		append(log, &rig.founder, 8);
	log_free(log);
	log = rig_open(&rig, "newcomer", 0);
	CHECK_INT(rig.n_events[LOG_EVENT_VOID], 1);
	log_free(log);
	log = rig_open(&rig, "base", 0);
	CHECK_INT(rig.n_events[LOG_EVENT_VOID], 0);
	CHECK_INT(log_n_voids(log), 1); /* out of the snapshot */
	CHECK_INT(log->voids[0], 3);
	log_free(log);
	verified = verify(&rig, "base", 0, &tally);
	CHECK(verified.complete && verified.n_void == 1 && verified.pin_agrees);
	secret_done(&plain.seed);
	rig_done(&rig);
}

static void
test_genesis_vandalised(void)
{
	for (enum spoil how = 0; how < SPOILS; how++) {
		struct rig rig;
		struct log *log = NULL;
		CLEANUP(buf_done) struct buf good = BUF_INIT(GENESIS_MAX);
		CLEANUP(buf_done) struct buf now = BUF_INIT(GENESIS_MAX);
		CLEANUP(buf_done) struct buf other = BUF_INIT(GENESIS_MAX);
		struct hash fingerprint;

		rig_make(&rig, true);
		log = rig_open(&rig, "base", 0);
		append_many(log, &rig.founder, 1, 2);
		log_free(log);
		get_slot(&rig, 0, &good);
		spoil(&rig, 0, how);
		CHECK_FAILS(rig_try_open(&rig, "", LOG_STRANGER, &log), err,
			    AMANA_E_TAMPERED);
		CHECK_FAILS(rig_try_open(&rig, "new", 0, &log), err, AMANA_E_TAMPERED);
		CHECK_OK(rig_try_open(&rig, "base", LOG_NO_REPAIR, &log), err);
		CHECK_INT(rig.n_events[LOG_EVENT_NOT_REPAIRED], 1);
		log_free(log);
		log = rig_open(&rig, "base", 0);
		CHECK_INT(rig.n_events[LOG_EVENT_REPAIRED], 1);
		log_free(log);
		get_slot(&rig, 0, &now);
		CHECK(bytes_equal(BYTES_OF(good), BYTES_OF(now)));
		/* a whole other genesis is no damage */
		make_genesis(&rig.founder, &other, &fingerprint);
		vandalise(&rig, 0, other.data, other.len);
		CHECK_FAILS(rig_try_open(&rig, "base", 0, &log), err, AMANA_E_TAMPERED);
		/* and an empty place is no vault that lost its first file */
		store_free(rig.store);
		CHECK_OK(store_open("mem:", STORE_IN_MEMORY, &rig.store, &err), err);
		CHECK_FAILS(rig_try_open(&rig, "base", 0, &log), err, AMANA_E_MISSING);
		rig_done(&rig);
	}
}

/* A member's own key signs another history while the machine's pin is short of it: the
 * hash chain alone. */
static void
test_a_forged_predecessor_is_damage(void)
{
	struct rig rig;
	struct log *log;
	CLEANUP(buf_done) struct buf slot = BUF_INIT(BATCH_BYTES_MAX);
	struct hash wrong = {{1}};

	rig_make(&rig, true);
	log = rig_open(&rig, "base", 0);
	append(log, &rig.founder, 1);
	forge(log_state(log), 2, &wrong, &rig.founder, 5, &slot);
	put_slot(&rig, 2, BYTES_OF(slot));
	CHECK_FAILS(log_sync(log, &err), err, AMANA_E_TAMPERED);
	CHECK(strstr(err.msg, "batch 2") != NULL);
	log_free(log);
	rig_done(&rig);
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	RUN(test_genesis_vandalised);
	RUN(test_last_slot_vandalised);
	RUN(test_middle_slot_vandalised);
	RUN(test_a_slot_removed);
	RUN(test_skip);
	RUN(test_skip_of_the_last_slot_by_a_plain_member_is_none);
	RUN(test_a_former_admins_skip);
	RUN(test_void_slot);
	RUN(test_a_forged_predecessor_is_damage);
	return 0;
}
