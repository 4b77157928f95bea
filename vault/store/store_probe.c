/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_probe.h"

#include "base/clock.h"
#include "base/queue.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>

#define ROUNDS 4
#define PUT_LEN 8192 /* more than a page, so that mixed bytes would show */
#define WAIT_MS 50

struct attempt {
	int outcome;
	struct amana_error err;
};

struct probe {
	struct store *store;
	struct store_name name;
	_Atomic unsigned n_started;
	struct attempt attempts[STORE_PROBE_WRITERS];
};

static void
put_one(void *arg)
{
	struct probe *probe = arg;
	unsigned own = atomic_fetch_add(&probe->n_started, 1);
	struct attempt *attempt = &probe->attempts[own];
	int64_t until = clock_ms() + WAIT_MS;
	uint8_t bytes[PUT_LEN];

	memset(bytes, (int)own + 1, sizeof bytes);
	/* Start together, but never wait for a thread that could not be started. */
	while (probe->n_started < STORE_PROBE_WRITERS && clock_ms() < until)
		sched_yield();
	attempt->outcome =
		store_put(probe->store, probe->name.text,
			  (struct bytes){bytes, sizeof bytes}, false, &attempt->err);
}

/* The bytes there are those of the one winner. */
static int
check_winner(struct probe *probe, unsigned winner, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf there = BUF_INIT(PUT_LEN);
	uint8_t want[PUT_LEN];

	memset(want, (int)winner + 1, sizeof want);
	if (store_get(probe->store, probe->name.text, &there, err) != 0 ||
	    !bytes_equal(BYTES_OF(there), (struct bytes){want, sizeof want}))
		return err_reason(
			err, AMANA_REASON_UNFIT_STORE, AMANA_E_IO,
			"the store '%s' does not keep what was put first; no vault can be kept in it",
			store_location(probe->store));
	return 0;
}

/* Exactly one of them has won, and all others were told. */
static int
judge(struct probe *probe, struct amana_error *err)
{
	unsigned n_winners = 0, winner = 0;

	for (unsigned i = 0; i < probe->n_started; i++) {
		if (probe->attempts[i].outcome < 0) {
			*err = probe->attempts[i].err;
			return err_wrap(err, "store check");
		}
		if (probe->attempts[i].outcome == 0) {
			winner = i;
			n_winners++;
		}
	}
	if (n_winners != 1)
		return err_reason(
			err, AMANA_REASON_UNFIT_STORE, AMANA_E_IO,
			"in the store '%s' %u of %u writers won one name, not 1; no vault can be kept in it",
			store_location(probe->store), n_winners, probe->n_started);
	return check_winner(probe, winner, err);
}

static int
round_of(struct store *store, struct amana_error *err)
{
	struct probe probe = {.store = store};
	struct workers *workers;
	struct amana_error ignored;
	struct hash random;
	int r;

	if (getrandom(random.bytes, sizeof random.bytes, 0) != sizeof random.bytes)
		return err_sys(err, "no randomness");
	probe.name = store_name_lines(&random);
	if (workers_start(STORE_PROBE_WRITERS, put_one, &probe, &workers, err) < 0)
		return -1;
	workers_join(workers);
	if (probe.n_started < STORE_PROBE_WRITERS)
		r = err_set(err, AMANA_E_NOMEM,
			    "the store check needs %d threads, the system gave %u",
			    STORE_PROBE_WRITERS, probe.n_started);
	else
		r = judge(&probe, err);
	if (r == 0)
		return store_remove(store, probe.name.text, err) < 0 ? -1 : 0;
	IGNORE(store_remove(store, probe.name.text, &ignored));
	return r;
}

int
store_probe(struct store *store, struct store_probe *ret_probe, struct amana_error *err)
{
	for (int i = 0; i < ROUNDS; i++)
		if (round_of(store, err) < 0)
			return -1;
	*ret_probe = (struct store_probe){store_kind(store), STORE_PROBE_WRITERS, 1};
	return 0;
}
