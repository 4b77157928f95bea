/* SPDX-License-Identifier: Apache-2.0 */
#include "begin.h"

#include "fail.h"
#include "mount_point.h"
#include "refresh.h"

#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The list that the person has, or else the one that came with the program, which in the
 * folder where it was built lies beside it. */
static int
load_refused_programs(struct program *program, struct amana_error *err)
{
	char own[4096], beside[4096], together[8192];
	const char *folders[] = {FUSE_DATA_DIR, NULL, NULL, NULL};
	ssize_t n = readlink("/proc/self/exe", beside, sizeof beside - 1);

	if (n > 0) { /* where it was built, or where all was installed together */
		beside[n] = 0;
		folders[0] = dirname(beside);
		snprintf(together, sizeof together, "%s/%s", folders[0],
			 FUSE_DATA_FROM_HERE);
		folders[1] = together;
		folders[2] = FUSE_DATA_DIR;
	}
	snprintf(own, sizeof own, "%s", channel_text(&program->start, START_CONFIG_DIR));
	return refused_programs_load(own, folders, &program->refused_programs, err);
}

static int
open_vault(struct program *program, struct amana_error *err)
{
	int64_t seconds = channel_number(&program->start, START_SECONDS);
	const struct amana_mount_request request = {
		.case_name = channel_text(&program->start, START_CASE),
		.reason = channel_text(&program->start, START_REASON),
		.dir = channel_text(&program->start, START_DIR),
		.until = seconds > 0 ? (int64_t)time(NULL) + seconds : 0,
	};

	if (amana_open(&program->config, &program->vault, err) < 0)
		return -1;
	return amana_mount_open(program->vault, &request, &program->mount, err);
}

static int
make_parts(struct program *program, struct amana_error *err)
{
	program->admission = admission_new(program->refused_programs);
	program->tree = tree_new(amana_mount_case(program->mount));
	program->bytes = bytes_new(&program->speaker);
	program->first_open = first_open_new(program->tree, &program->speaker, bytes_soon,
					     program->bytes);
	if (program->admission == NULL || program->tree == NULL ||
	    program->bytes == NULL || program->first_open == NULL)
		return fail(err, AMANA_E_NOMEM, "memory or threads ran out");
	program->ops.tree = program->tree;
	program->ops.first_open = program->first_open;
	program->ops.bytes = program->bytes;
	program->ops.admission = program->admission;
	program->ops.speaker = &program->speaker;
	program->ops.uid = geteuid();
	return refresh_tree(program->tree, program->mount, NULL, err);
}

/* What the library says of its own; only before the mount stands is there anybody to read
 * it. */
PRINTF_LIKE(2, 0)
static void
log_fuse(enum fuse_log_level level, const char *fmt, va_list args)
{
	char line[256];

	(void)level;
	vsnprintf(line, sizeof line, fmt, args);
	line[strcspn(line, "\n")] = 0;
	dprintf(STDERR_FILENO, "amana-mount: %s\n", line);
}

static int
make_session(struct program *program, struct amana_error *err)
{
	struct fuse_args args = FUSE_ARGS_INIT(0, NULL);
	char options[256];

	snprintf(options, sizeof options,
		 "-oro,nosuid,nodev,noexec,default_permissions,max_read=%zu,"
		 "fsname=amana:%ld,subtype=amana",
		 BYTES_READ_MAX, (long)getpid());
	fuse_set_log_func(log_fuse);
	if (fuse_opt_add_arg(&args, "amana-mount") == 0 &&
	    fuse_opt_add_arg(&args, options) == 0)
		program->session = fuse_session_new(&args, &ops_table, sizeof ops_table,
						    &program->ops);
	fuse_opt_free_args(&args);
	if (program->session == NULL)
		return fail(err, AMANA_E_NOMEM, "FUSE could not be set up");
	return 0;
}

static int
mount_session(struct program *program, struct amana_error *err)
{
	const char *dir = channel_text(&program->start, START_DIR);

	bytes_begin(program->bytes, program->first_open, program->session);
	if (fuse_session_mount(program->session, dir) < 0) {
		program->remedy =
			"see what the lines above say; FUSE may be forbidden here";
		return fail(err, AMANA_E_IO, "the folder '%s' could not be mounted at",
			    dir);
	}
	program->mounted = true;
	program->loop = loop_start(program->session, program->wakeup);
	if (program->loop == NULL)
		return fail(err, AMANA_E_NOMEM, "threads ran out");
	return 0;
}

static void
tell_mounted(struct program *program)
{
	struct channel_message message = {.kind = CHANNEL_MOUNTED};
	struct tree_totals totals;
	char n_files[24], n_bytes[24], until[24];
	int64_t seconds = channel_number(&program->start, START_SECONDS);

	tree_totals(program->tree, &totals);
	snprintf(n_files, sizeof n_files, "%" PRIu64, totals.n_files);
	snprintf(n_bytes, sizeof n_bytes, "%" PRIu64, totals.n_bytes);
	snprintf(until, sizeof until, "%" PRId64,
		 seconds > 0 ? (int64_t)time(NULL) + seconds : 0);
	channel_add(&message, amana_mount_case(program->mount));
	channel_add(&message, n_files);
	channel_add(&message, n_bytes);
	channel_add(&message, until);
	person_tell(&program->person, &message);
}

int
begin_mount(struct program *program, struct amana_error *err)
{
	speaker_open(&program->speaker, !program->foreground);
	if (!program->foreground)
		(void)setsid(); /* signals of the terminal are not for it */
	if (mount_point_check(channel_text(&program->start, START_DIR), &program->remedy,
			      err) < 0)
		return -1;
	program->remedy = NULL;
	if (load_refused_programs(program, err) < 0 || open_vault(program, err) < 0 ||
	    make_parts(program, err) < 0)
		return -1;
	expiry_start(&program->expiry, clocks_now(),
		     channel_number(&program->start, START_SECONDS),
		     getenv("XDG_RUNTIME_DIR"));
	program->sleep_inhibit = sleep_inhibit_open();
	if (atomic_load(&program->signals.asked))
		return fail(err, AMANA_E_CANCELLED, "stopped before it was mounted");
	if (chdir("/") < 0)
		return fail_sys(err, "cannot leave the folder");
	if (make_session(program, err) < 0 || mount_session(program, err) < 0)
		return -1;
	tell_mounted(program);
	return 0;
}
