/* SPDX-License-Identifier: Apache-2.0 */
#include "begin.h"
#include "end.h"
#include "fail.h"
#include "heap.h"
#include "stand.h"
#include "wakeup.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* amana-mount is started by `amana mount`, which talks to it over descriptor 3
 * (channel.h), and not by hand. */

#define FILES_MAX 65536

/* Evidence passes through this process: no core dumps, and nobody attaches to it. */
static void
harden(void)
{
	const struct rlimit none = {0, 0};
	struct rlimit files;
	int fd;

	setrlimit(RLIMIT_CORE, &none);
	/* A file for each exhibit that is being read, and for some that were. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max < FILES_MAX ? files.rlim_max : FILES_MAX;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	umask(077);
	/* Nothing that is opened later may become one of the first three descriptors, and
	 * nothing but the channel is taken over from whoever started this. */
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO && fd != CHANNEL_FD)
		close(fd);
	close_range(CHANNEL_FD + 1, ~0u, 0);
}

static bool
has_channel(void)
{
	socklen_t len = sizeof(int);
	int kind = 0;

	return getsockopt(CHANNEL_FD, SOL_SOCKET, SO_TYPE, &kind, &len) == 0 &&
	       kind == SOCK_SEQPACKET;
}

/* NULL where the field is "". */
static const char *
field_or_null(const struct program *program, enum start_field which)
{
	const char *text = channel_text(&program->start, which);

	return text[0] != 0 ? text : NULL;
}

/* Hears from amana what to mount, and fills in what the library has to know. */
static int
hear_start(struct program *program, struct amana_error *err)
{
	const struct channel_message *start = &program->start;

	program->start_room = heap_new(CHANNEL_CAP, 1);
	if (program->start_room == NULL)
		return fail(err, AMANA_E_NOMEM, "memory ran out");
	if (channel_receive(CHANNEL_FD, &program->start, program->start_room) != 0 ||
	    start->kind != CHANNEL_START || start->n != START_FIELDS)
		return fail(err, AMANA_E_BUG,
			    "amana said nothing that can be understood");
	program->foreground = strcmp(channel_text(start, START_FOREGROUND), "yes") == 0;
	program->config = (struct amana_config){
		.vault = field_or_null(program, START_VAULT),
		.identity = field_or_null(program, START_IDENTITY),
		.data_dir = channel_text(start, START_DATA_DIR),
		.cache_dir = channel_text(start, START_CACHE_DIR),
		.vault_fingerprint = field_or_null(program, START_FINGERPRINT),
		.cancelled = &program->signals.cancelled,
	};
	person_fill(&program->person, &program->config,
		    strcmp(channel_text(start, START_CAN_ASK), "yes") == 0);
	return 0;
}

/* A mount from its beginning to its end, which the person is told of. */
static int
serve(struct program *program, struct amana_error *err)
{
	struct channel_message ended = {.kind = CHANNEL_ENDED};
	struct amana_error at_end = AMANA_ERROR_INIT;
	const char *why;

	if (begin_mount(program, err) < 0) {
		IGNORE(end_mount(program, "could not be mounted", &at_end));
		return -1;
	}
	why = stand_until_over(program);
	if (end_mount(program, why, err) < 0) {
		speaker_say(
			&program->speaker,
			"amana-mount: unmounted, but the end could not be put on record: %s",
			speaker_error(&program->speaker, err));
		return -1;
	}
	if (!program->foreground)
		speaker_say(&program->speaker, "amana-mount: the mount has ended: %s",
			    why);
	channel_add(&ended, why);
	person_tell(&program->person, &ended);
	return 0;
}

static int
hear_and_serve(struct program *program, struct amana_error *err)
{
	if (amana_startup(err) < 0 ||
	    person_open(&program->person, &program->speaker, err) < 0 ||
	    hear_start(program, err) < 0)
		return -1;
	return serve(program, err);
}

static int
serve_with_signals(struct program *program, struct amana_error *err)
{
	int r;

	program->wakeup = wakeup_new();
	if (program->wakeup < 0)
		return fail_sys(err, "there is nothing to wait with");
	r = signals_start(&program->signals, program->wakeup, err);
	if (r == 0) {
		r = hear_and_serve(program, err);
		signals_stop(&program->signals);
	}
	close(program->wakeup);
	return r;
}

int
main(int argc, char **argv)
{
	struct program program = {.person = {.fd = -1}};
	struct amana_error err = AMANA_ERROR_INIT;
	int r;

	harden();
	(void)argv;
	if (argc != 1 || !has_channel()) {
		dprintf(STDERR_FILENO,
			"amana-mount is started by: amana mount CASE DIR --reason T\n");
		return 2;
	}
	setlocale(LC_CTYPE, "C.UTF-8");
	fcntl(CHANNEL_FD, F_SETFD, FD_CLOEXEC);
	r = serve_with_signals(&program, &err);
	if (r < 0 && program.person.room != NULL)
		person_tell_failed(&program.person, &err, program.remedy);
	else if (r < 0) /* before amana could be spoken to */
		dprintf(STDERR_FILENO, "amana-mount: %s\n", err.msg);
	person_close(&program.person);
	heap_free(program.start_room);
	return r < 0 ? 1 : 0;
}
