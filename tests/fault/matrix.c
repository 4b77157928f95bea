/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"
#include "flow/office/office.h"
#include "flow/read/read.h"

#include "../unit/check.h"

#include "base/fault.h"
#include "base/mem.h"
#include "session/session.h"

#include <errno.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * Each flow with its Nth write, fsync, link, open, read, allocation and store call
 * failing, for every N until none fires: a clear error, a vault that verifies with all
 * its bytes, every receipt kept, and a second run that succeeds.
 *
 *	fault_matrix FLOW [SECONDS [KIND N]]
 *
 * N runs over every number up to 200, then over every 7th; if that would take longer than
 * SECONDS (default 540), the rest of each kind is thinned out evenly.
 */
#define EVERY_UNTIL 200
#define STEP_AFTER 7

/* ---- the flows: each opens its session anew, as a command does ---- */

static int
open_as(const struct world *world, const char *who, struct world_session *session,
	struct session **ret_vault, struct amana_error *err)
{
	world_session(world, who, session);
	return session_open(&session->config, 0, ret_vault, err);
}

static int
run_init(const struct world *world, struct world_told *told, struct amana_error *err)
{
	struct amana_init_result result;
	struct world_session session;

	(void)told;
	world_session(world, "S-001", &session);
	return flow_init(&session.config, "test.example", &result, err);
}

static int
run_member(const struct world *world, struct world_told *told, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	char card[256], welcome[256], proposal[AMANA_PROPOSAL_MAX + 1];
	struct world_session session;

	(void)told;
	world_path(world, "N-004.card", card);
	world_path(world, "N-004.welcome", welcome);
	if (open_as(world, "S-001", &session, &vault, err) < 0)
		return -1;
	return flow_member_add(
		vault,
		&(struct amana_member_add){.card_path = card, .welcome_path = welcome},
		proposal, err);
}

static int
run_case(const struct world *world, struct world_told *told, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct world_session session;
	char id[AMANA_ID_HEX + 1];

	(void)told;
	if (open_as(world, "S-001", &session, &vault, err) < 0)
		return -1;
	return flow_case_open(vault,
			      &(struct amana_case_open){.code = WORLD_OTHER_CASE,
							.lead = "S-001",
							.title = "Arson"},
			      id, err);
}

static int
run_grant(const struct world *world, struct world_told *told, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct world_session session;
	int64_t until;

	(void)told;
	if (open_as(world, "L-002", &session, &vault, err) < 0)
		return -1;
	return flow_case_grant(
		vault,
		&(struct amana_case_grant){.cases = (const char *const[]){WORLD_CASE},
					   .n_cases = 1,
					   .member = "S-001",
					   .as = "reader",
					   .until = 0},
		&until, err);
}

static int
run_revoke(const struct world *world, struct world_told *told, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct world_session session;
	enum amana_new_keys keys;

	(void)told;
	if (open_as(world, "L-002", &session, &vault, err) < 0)
		return -1;
	return flow_case_revoke(vault,
				&(struct amana_case_revoke){.case_name = WORLD_CASE,
							    .member = "R-005",
							    .reason = "left the office"},
				&keys, err);
}

static int
run_rekey(const struct world *world, struct world_told *told, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct world_session session;
	uint64_t epoch;

	(void)told;
	if (open_as(world, "L-002", &session, &vault, err) < 0)
		return -1;
	return flow_case_rekey(vault, WORLD_CASE, &epoch, err);
}

static int
see_name(void *ctx, const struct amana_exhibit *exhibit)
{
	unsigned *n_known = ctx;

	*n_known += exhibit->known;
	return 0;
}

static int
run_list(const struct world *world, struct world_told *told, struct amana_error *err)
{
	CLEANUP(session_closep) struct session *vault = NULL;
	struct world_session session;
	unsigned n_known = 0;

	(void)told;
	if (open_as(world, "R-005", &session, &vault, err) < 0 ||
	    flow_list(vault, WORLD_CASE, see_name, &n_known, err) < 0)
		return -1;
	CHECK_INT(n_known, 2); /* a list that succeeds is whole */
	return 0;
}

static int
run_deposit(const struct world *world, struct world_told *told, struct amana_error *err)
{
	char files[256];
	const char *const paths[] = {files};

	world_path(world, "files", files);
	return world_deposit(world, paths, 1, told, err);
}

static int
run_retrieve(const struct world *world, struct world_told *told, struct amana_error *err)
{
	static const char *const names[] = {WORLD_CASE "/1-2"};
	CLEANUP(session_closep) struct session *vault = NULL;
	struct world_session session;
	char out[256];
	struct amana_retrieve request = {.exhibits = names,
					 .n_exhibits = 1,
					 .out = out,
					 .reason = "for court",
					 .ctx = told,
					 .failed = world_failed};

	world_path(world, "out", out);
	if (open_as(world, "R-005", &session, &vault, err) < 0)
		return -1;
	return flow_retrieve(vault, &request, err);
}

struct scene {
	const char *name;
	int (*run)(const struct world *world, struct world_told *told,
		   struct amana_error *err);
	bool needs_vault;
	unsigned n_exhibits; /* in the end */
	/* The act may have been done although an error was told: then the second run says
	 * so. */
	enum amana_code done_already;
};
static const struct scene scenes[] = {
	{"init", run_init, false, 0, AMANA_E_CONFLICT},
	{"member", run_member, true, 2, AMANA_E_CONFLICT},
	{"case", run_case, true, 2, AMANA_E_CONFLICT},
	{"grant", run_grant, true, 2, AMANA_OK},
	{"revoke", run_revoke, true, 2, AMANA_E_MISSING},
	{"rekey", run_rekey, true, 2, AMANA_OK},
	{"list", run_list, true, 2, AMANA_OK},
	{"deposit", run_deposit, true, 5, AMANA_OK},
	{"retrieve", run_retrieve, true, 2, AMANA_E_CONFLICT},
};

static const struct {
	const char *name;
	enum fault_kind kind;
	int sys_errno;
	bool forever;
	bool may_pass; /* a short write is gone on with, except by the catalogue */
} kinds[] = {
	{"alloc", FAULT_ALLOC, ENOMEM, false, false},
	{"write", FAULT_WRITE, EIO, false, false},
	{"full", FAULT_WRITE, ENOSPC, true, false},
	{"short", FAULT_SHORT, ENOSPC, false, true},
	{"fsync", FAULT_FSYNC, EIO, false, false},
	{"link", FAULT_LINK, EIO, false, false},
	{"open", FAULT_OPEN, EMFILE, false, false},
	{"read", FAULT_READ, EIO, false, false},
	{"store", FAULT_STORE, EIO, false, false},
};

struct matrix {
	const struct scene *scene;
	struct world model, world;
	char both[128];
	uint64_t n_runs, n_failed;
};

static void
reset(const struct matrix *matrix)
{
	world_remove(matrix->world.top);
	world_copy(matrix->model.top, matrix->world.top);
}

/* What failed was the machine, and the message says so: nobody is accused of tampering,
 * nothing is called missing or denied. */
static void
check_error(const struct amana_error *err, const char *after)
{
	bool clear = err->code == AMANA_E_IO || err->code == AMANA_E_NOMEM ||
		     err->code == AMANA_E_REMOTE;

	if (clear && err->msg[0] != 0 && strchr(err->msg, '\n') == NULL)
		return;
	fprintf(stderr, "after %s: [%s] %s (%s:%d)\n", after, amana_code_name(err->code),
		err->msg, err->file, err->line);
	exit(1);
}

/* No file that was only half written has its name. */
static void
check_out(const struct matrix *matrix, const char *after)
{
	static const struct {
		const char *name;
		off_t size;
	} files[] = {{"out/first", 3000}, {"out/second", 70000}};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char path[256];
		struct stat info;

		world_path(&matrix->world, files[i].name, path);
		if (stat(path, &info) == 0 && info.st_size != files[i].size) {
			fprintf(stderr, "after %s: %s has %lld bytes\n", after, path,
				(long long)info.st_size);
			exit(1);
		}
	}
}

static void
run_again(const struct matrix *matrix, struct world_told *told, const char *after)
{
	struct amana_error err = AMANA_ERROR_INIT;
	int r = matrix->scene->run(&matrix->world, told, &err);

	if (r > 0)
		err = told->failed; /* of some; the others are done */
	if (r != 0 && err.code != matrix->scene->done_already) {
		fprintf(stderr, "after %s: the second run: %d [%s] %s\n", after, r,
			amana_code_name(err.code), err.msg);
		exit(1);
	}
}

/* Nothing is lost, and nothing is there twice unless the person was told that it would
 * be. */
static void
check_number(const struct matrix *matrix, const struct world_told *told,
	     const char *after)
{
	unsigned n = world_exhibits(&matrix->world);

	if (n == matrix->scene->n_exhibits ||
	    (n > matrix->scene->n_exhibits && told->unnoted))
		return;
	fprintf(stderr, "after %s and a second run: %u exhibits\n", after, n);
	exit(1);
}

/* One run with the Nth point failing.  False: fewer points were passed, so nothing
 * failed. */
static bool
run_one(struct matrix *matrix, size_t k, uint64_t n)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct world_told told = {.n_items = 0};
	uint64_t passed;
	char after[64];
	int r;

	snprintf(after, sizeof after, "%s %llu of %s", kinds[k].name,
		 (unsigned long long)n, matrix->scene->name);
	reset(matrix);
	fault_arm(kinds[k].kind, n, kinds[k].sys_errno, kinds[k].forever);
	r = matrix->scene->run(&matrix->world, &told, &err);
	passed = fault_passed();
	fault_disarm();
	if (getenv("FAULT_VERBOSE") != NULL && r != 0)
		fprintf(stderr, "%s: %d [%s] %s\n", after, r, amana_code_name(err.code),
			err.msg);
	matrix->n_runs++;
	matrix->n_failed += r != 0;
	if (r < 0)
		check_error(&err, after);
	else if (r > 0)
		check_error(&told.failed, after);
	check_out(matrix, after);
	if (passed < n) {
		if (r != 0) {
			fprintf(stderr, "%s: failed, although nothing did: %s\n", after,
				err.msg);
			exit(1);
		}
		return false;
	}
	if (matrix->scene->needs_vault)
		world_verify(&matrix->world, &told, after);
	run_again(matrix, &told, after);
	world_verify(&matrix->world, &told, after);
	check_number(matrix, &told, after);
	if (told.n_items > 0)
		world_retrieve(&matrix->world, &told, after);
	return true;
}

static double
now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void
run_kind(struct matrix *matrix, size_t k, double seconds)
{
	double began = now();
	uint64_t n = 1, step = 1, n_runs = matrix->n_runs, n_failed = matrix->n_failed;

	while (run_one(matrix, k, n)) {
		if (n >= EVERY_UNTIL && step < STEP_AFTER)
			step = STEP_AFTER;
		if (now() - began > seconds / 2 && step < STEP_AFTER)
			step = STEP_AFTER;
		if (now() - began > seconds)
			step *= 2;
		n += step;
	}
	if (getenv("FAULT_VERBOSE") != NULL)
		fprintf(stderr, "%s %s: up to %llu, %.1f s\n", matrix->scene->name,
			kinds[k].name, (unsigned long long)n, now() - began);
	printf("ok %s with %s failing: %llu runs, %llu refused\n", matrix->scene->name,
	       kinds[k].name, (unsigned long long)(matrix->n_runs - n_runs),
	       (unsigned long long)(matrix->n_failed - n_failed));
	fflush(stdout);
}

/* However the test ends, unless somebody wants to look. */
static char leftovers[128];

static void
clean_up(void)
{
	if (getenv("FAULT_KEEP") == NULL && access(leftovers, F_OK) == 0)
		world_remove(leftovers);
}

int
main(int argc, char **argv)
{
	struct matrix matrix = {.scene = NULL};
	double seconds = argc > 2 ? strtod(argv[2], NULL) : 540;
	const char *only = argc > 3 ? argv[3] : NULL;
	struct amana_error err;

	for (size_t i = 0; argc > 1 && i < ARRAY_LEN(scenes); i++) {
		if (strcmp(argv[1], scenes[i].name) == 0)
			matrix.scene = &scenes[i];
	}
	CHECK(matrix.scene != NULL);
	CHECK_OK(crypto_init(&err), err);
	world_folder(matrix.both);
	memcpy(leftovers, matrix.both, sizeof leftovers);
	atexit(clean_up);
	snprintf(matrix.model.top, sizeof matrix.model.top, "%.100s/model", matrix.both);
	/* One and the same path for model and copies: pins name the vault's location. */
	snprintf(matrix.world.top, sizeof matrix.world.top, "%.100s/world", matrix.both);
	CHECK(mkdir(matrix.world.top, 0700) == 0);
	if (matrix.scene->needs_vault)
		world_make(&matrix.world);
	else
		world_people(&matrix.world);
	world_copy(matrix.world.top, matrix.model.top);
	for (size_t k = 0; argc > 4 && k < ARRAY_LEN(kinds); k++) {
		if (strcmp(kinds[k].name, only) == 0)
			(void)run_one(&matrix, k, strtoull(argv[4], NULL, 10));
	}
	for (size_t k = 0; argc <= 4 && k < ARRAY_LEN(kinds); k++) {
		uint64_t before = matrix.n_failed;

		run_kind(&matrix, k, seconds / ARRAY_LEN(kinds));
		/* A kind that never makes anything fail is not wired in. */
		CHECK(matrix.n_failed > before || kinds[k].may_pass);
	}
	return 0;
}
