/* SPDX-License-Identifier: Apache-2.0 */
#include "fail.h"
#include "heap.h"
#include "expiry.h"
#include "mount_point.h"
#include "person.h"
#include "ranges.h"
#include "served.h"
#include "sleep_inhibit.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/*
 * amana-mount: one case as a folder.  Started by `amana mount`, which talks to it over
 * descriptor 3; not meant to be started by hand. This thread owns the vault: it opens the
 * mount, does what the others leave at the desk, looks for news, and ends it all.
 */

#define POLL_MS 1000
#define TIDY_MS 10000
#define FILES_MAX 65536
#define IDLE_MS 30000 /* plaintext that nobody reads is wiped */

/* What the handler of signals needs. */
struct stopping {
	atomic_bool asked, cancelled;
};
struct stopping stopping;

static void
on_stop(int sig)
{
	(void)sig;
	atomic_store(&stopping.asked, true);
	atomic_store(&stopping.cancelled, true);
}

struct program {
	struct served served;
	struct person person;
	struct channel_message start;
	char *start_room;
	struct amana_config config;
	struct amana_vault *vault;
	struct amana_mount *mount;
	struct refused_programs *refused_programs;
	struct loop *loop;
	struct expiry expiry;
	struct sleep_inhibit *sleep_inhibit;
	int ended_fd;
	bool foreground, mounted;
	const char *remedy;
	char why[160];
};

/* Evidence passes through this process: no core dumps, nobody attaches. */
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
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO && fd != CHANNEL_FD)
		close(fd);
	close_range(CHANNEL_FD + 1, ~0u, 0);
}

/* Signals reach this thread only, and only while it waits or the vault is being opened.
 */
static void
take_signals(void)
{
	static const int stops[] = {SIGTERM, SIGINT, SIGHUP};
	const struct sigaction stop = {.sa_handler = on_stop};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t none;

	for (size_t i = 0; i < ARRAY_LEN(stops); i++)
		sigaction(stops[i], &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static const char *
field(const struct program *program, enum start_field which)
{
	return channel_text(&program->start, which);
}

static const char *
field_or_null(const struct program *program, enum start_field which)
{
	const char *text = field(program, which);

	return text[0] != 0 ? text : NULL;
}

static int
hear_start(struct program *program, struct amana_error *err)
{
	program->start_room = heap_new(CHANNEL_CAP, 1);
	if (program->start_room == NULL)
		return fail(err, AMANA_E_NOMEM, "memory ran out");
	if (channel_receive(CHANNEL_FD, &program->start, program->start_room) != 0 ||
	    program->start.kind != CHANNEL_START || program->start.n != START_FIELDS)
		return fail(err, AMANA_E_BUG,
			    "amana said nothing that can be understood");
	program->foreground = strcmp(field(program, START_FOREGROUND), "yes") == 0;
	program->config = (struct amana_config){
		.vault = field_or_null(program, START_VAULT),
		.identity = field_or_null(program, START_IDENTITY),
		.data_dir = field(program, START_DATA_DIR),
		.cache_dir = field(program, START_CACHE_DIR),
		.vault_fingerprint = field_or_null(program, START_FINGERPRINT),
		.cancelled = &stopping.cancelled,
	};
	return 0;
}

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
	snprintf(own, sizeof own, "%s", field(program, START_CONFIG_DIR));
	return refused_programs_load(own, folders, &program->refused_programs, err);
}

/* ---- the beginning ---- */

static int
open_vault(struct program *program, struct amana_error *err)
{
	int64_t seconds = channel_number(&program->start, START_SECONDS);
	const struct amana_mount_request request = {
		.case_name = field(program, START_CASE),
		.reason = field(program, START_REASON),
		.dir = field(program, START_DIR),
		.until = seconds > 0 ? (int64_t)time(NULL) + seconds : 0,
	};

	if (amana_open(&program->config, &program->vault, err) < 0)
		return -1;
	return amana_mount_open(program->vault, &request, &program->mount, err);
}

static int
make_served(struct program *program, struct amana_error *err)
{
	struct served *served = &program->served;

	served->refused_programs = program->refused_programs;
	served->uid = geteuid();
	pthread_mutex_init(&served->refused_lock, NULL);
	pthread_mutex_init(&served->admitted.lock, NULL);
	served->tree = tree_new(amana_mount_case(program->mount));
	served->first_open =
		first_open_new(served->tree, &served->speaker, bytes_soon, served);
	served->cache = cache_new(SERVED_CACHE_CHUNKS, bytes_load);
	served->ahead = background_new(2, 128, bytes_ahead, served);
	served->push = background_new(1, 64, bytes_push, served);
	program->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (served->tree == NULL || served->first_open == NULL || served->cache == NULL ||
	    served->ahead == NULL || served->push == NULL || program->ended_fd < 0)
		return fail(err, AMANA_E_NOMEM, "memory or threads ran out");
	return news_load(served, program->mount, err);
}

__attribute__((format(printf, 2, 0))) static void
log_fuse(enum fuse_log_level level, const char *fmt, va_list args)
{
	char line[256];

	(void)level;
	vsnprintf(line, sizeof line, fmt, args);
	line[strcspn(line, "\n")] = 0;
	/* Only before the mount stands is there anybody to read it. */
	dprintf(STDERR_FILENO, "amana-mount: %s\n", line);
}

static int
do_mount(struct program *program, struct amana_error *err)
{
	struct fuse_args args = FUSE_ARGS_INIT(0, NULL);
	char options[256];
	int r;

	snprintf(options, sizeof options,
		 "-oro,nosuid,nodev,noexec,default_permissions,max_read=%zu,"
		 "fsname=amana:%ld,subtype=amana",
		 SERVED_READ_MAX, (long)getpid());
	fuse_set_log_func(log_fuse);
	r = fuse_opt_add_arg(&args, "amana-mount") < 0 ||
			    fuse_opt_add_arg(&args, options) < 0
		    ? -1
		    : 0;
	if (r == 0)
		program->served.session = fuse_session_new(
			&args, &served_ops, sizeof served_ops, &program->served);
	fuse_opt_free_args(&args);
	if (program->served.session == NULL)
		return fail(err, AMANA_E_NOMEM, "FUSE could not be set up");
	program->remedy = "see what the lines above say; FUSE may be forbidden here";
	if (fuse_session_mount(program->served.session, field(program, START_DIR)) < 0)
		return fail(err, AMANA_E_IO, "the folder '%s' could not be mounted at",
			    field(program, START_DIR));
	program->mounted = true;
	program->remedy = NULL;
	program->loop = loop_start(&program->served, program->ended_fd);
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

	tree_totals(program->served.tree, &totals);
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

/* Nothing of the terminal, the login or the folder it was started in stays with a mount
 * in the background. */
static void
go_alone(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (null >= 0)
		close(null);
}

static int
begin(struct program *program, struct amana_error *err)
{
	int64_t seconds = channel_number(&program->start, START_SECONDS);

	speaker_open(&program->served.speaker, !program->foreground);
	if (!program->foreground)
		(void)setsid();
	if (mount_point_check(field(program, START_DIR), &program->remedy, err) < 0)
		return -1;
	program->remedy = NULL;
	if (load_refused_programs(program, err) < 0 || open_vault(program, err) < 0 ||
	    make_served(program, err) < 0)
		return -1;
	expiry_start(&program->expiry, clocks_now(), seconds, getenv("XDG_RUNTIME_DIR"));
	program->sleep_inhibit = sleep_inhibit_open();
	if (atomic_load(&stopping.asked))
		return fail(err, AMANA_E_CANCELLED, "stopped before it was mounted");
	if (chdir("/") < 0)
		return fail_sys(err, "cannot leave the folder");
	if (do_mount(program, err) < 0)
		return -1;
	tell_mounted(program);
	return 0;
}

/* ---- while it stands ---- */

static bool
look_for_news(struct program *program)
{
	struct amana_mount_news news = {.changed = false};
	struct amana_error err = AMANA_ERROR_INIT;
	struct speaker *speaker = &program->served.speaker;

	if (amana_mount_poll(program->mount, &news, &err) < 0 ||
	    (news.changed && !news.must_end &&
	     news_load(&program->served, program->mount, &err) < 0)) {
		speaker_say(speaker, "amana-mount: news of the vault cannot be had: %s",
			    speaker->journal ? amana_code_name(err.code) : err.msg);
		return true;
	}
	if (news.must_end)
		snprintf(program->why, sizeof program->why, "%s", news.why);
	return !news.must_end;
}

static void
tidy(struct program *program, int64_t now)
{
	first_open_trim(program->served.first_open);
	if (now - atomic_load(&program->served.read_at_ms) > IDLE_MS)
		cache_wipe(program->served.cache);
}

/* Why it ends now; NULL: not yet. */
static const char *
look(struct program *program, struct pollfd fds[4])
{
	struct amana_error err = AMANA_ERROR_INIT;
	const char *why;

	if (atomic_load(&stopping.asked))
		return "stopped";
	if (atomic_load(&program->served.gone))
		return "unmounted";
	if ((fds[2].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
		switch (person_listen(&program->person)) {
		case PERSON_DETACH:
			go_alone();
			break;
		case PERSON_GONE:
			return "stopped";
		case PERSON_NOTHING:
			break;
		}
	}
	if (sleep_inhibit_look(program->sleep_inhibit))
		return "the machine goes to sleep";
	why = expiry_reason(&program->expiry, clocks_now());
	if (why != NULL)
		return why;
	if (!first_open_work(program->served.first_open, program->mount, &err))
		return look_for_news(program) ? "nothing more may be read" : program->why;
	return NULL;
}

static const char *
stand(struct program *program)
{
	struct pollfd fds[4] = {
		{.fd = first_open_fd(program->served.first_open), .events = POLLIN},
		{.fd = program->ended_fd, .events = POLLIN},
		{.events = POLLIN}};
	int64_t poll_at = 0, tidy_at = 0, now;
	const char *why;
	sigset_t blocked, before;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGHUP);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	for (;;) {
		struct clocks clocks = clocks_now();
		int wait = expiry_wait_ms(&program->expiry, clocks, POLL_MS);
		struct timespec timeout = {.tv_sec = wait / 1000,
					   .tv_nsec = wait % 1000 * 1000000L};

		fds[2].fd = program->person.fd;
		fds[3] = sleep_inhibit_pollfd(program->sleep_inhibit);
		if (ppoll(fds, 4, &timeout, &before) <= 0)
			fds[0].revents = fds[1].revents = fds[2].revents = 0;
		why = look(program, fds);
		if (why != NULL)
			break;
		now = clocks_monotonic_ms();
		if (now >= poll_at) {
			if (!look_for_news(program)) {
				why = program->why;
				break;
			}
			poll_at = clocks_monotonic_ms() + POLL_MS;
		}
		if (now >= tidy_at) {
			tidy(program, now);
			tidy_at = now + TIDY_MS;
		}
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	atomic_store(&stopping.cancelled, false); /* a second signal cuts the end short */
	return why;
}

/* ---- the end ---- */

/* Nothing is given out any more, and nothing of what was stays behind. */
static void
take_down(struct program *program)
{
	struct served *served = &program->served;

	atomic_store(&served->ending, true);
	if (served->first_open != NULL)
		first_open_stop(served->first_open);
	/* Freed later: until the loop has ended, a read may still have work for them. */
	background_stop(served->push);
	background_stop(served->ahead);
	if (program->loop != NULL && !atomic_load(&served->gone))
		news_drop_bytes(served);
	loop_stop(program->loop);
	background_free(served->push);
	background_free(served->ahead);
	if (program->mounted)
		fuse_session_unmount(served->session);
	if (served->session != NULL)
		fuse_session_destroy(served->session);
	served->session = NULL;
	cache_free(served->cache);
	served->cache = NULL;
}

static int
record_end(struct program *program, const char *why, struct amana_error *err)
{
	struct served *served = &program->served;
	struct amana_mount_refusal refusals[REFUSALS_MAX];
	CLEANUP(heap_freep) struct opening **openings = NULL;
	CLEANUP(heap_freep) struct amana_mount_range *ranges = NULL;
	size_t n_openings;
	struct amana_mount_end end = {.why = why,
				      .refusals = refusals,
				      .n_refusals = served->n_refused,
				      .n_writes_refused = atomic_load(&served->n_writes)};

	for (size_t i = 0; i < served->n_refused; i++)
		refusals[i] = (struct amana_mount_refusal){
			.program = served->refused[i].program,
			.count = served->refused[i].count};
	if (served->first_open != NULL)
		first_open_settle(served->first_open, program->mount);
	if (served->first_open != NULL &&
	    (first_open_all(served->first_open, &openings, &n_openings) < 0 ||
	     ranges_of(openings, n_openings, &ranges, &end.n_ranges) < 0))
		end.n_ranges = 0;
	end.ranges = ranges;
	first_open_free(served->first_open);
	served->first_open = NULL;
	return amana_mount_close(program->mount, &end, err);
}

static int
finish(struct program *program, const char *why, struct amana_error *err)
{
	int r = 0;

	take_down(program);
	if (program->mount != NULL)
		r = record_end(program, why, err);
	sleep_inhibit_close(program->sleep_inhibit); /* now the machine may sleep */
	amana_close(program->vault);
	tree_free(program->served.tree);
	refused_programs_free(program->refused_programs);
	return r;
}

static int
serve(struct program *program, struct amana_error *err)
{
	struct channel_message ended = {.kind = CHANNEL_ENDED};
	struct amana_error at_end = AMANA_ERROR_INIT;
	const char *why;

	if (begin(program, err) < 0) {
		atomic_store(&stopping.cancelled, false);
		(void)finish(program, "could not be mounted", &at_end);
		return -1;
	}
	why = stand(program);
	if (finish(program, why, err) < 0) {
		speaker_say(
			&program->served.speaker,
			"amana-mount: unmounted, but the end could not be put on record: %s",
			program->served.speaker.journal ? amana_code_name(err->code)
							: err->msg);
		return -1;
	}
	if (!program->foreground)
		speaker_say(&program->served.speaker,
			    "amana-mount: the mount has ended: %s", why);
	channel_add(&ended, why);
	person_tell(&program->person, &ended);
	return 0;
}

int
main(int argc, char **argv)
{
	struct program program = {.ended_fd = -1};
	struct amana_error err = AMANA_ERROR_INIT;
	socklen_t len = sizeof(int);
	int kind = 0, r;

	harden();
	(void)argv;
	if (argc != 1 || getsockopt(CHANNEL_FD, SOL_SOCKET, SO_TYPE, &kind, &len) < 0 ||
	    kind != SOCK_SEQPACKET) {
		dprintf(STDERR_FILENO,
			"amana-mount is started by: amana mount CASE DIR --reason T\n");
		return 2;
	}
	setlocale(LC_CTYPE, "C.UTF-8");
	fcntl(CHANNEL_FD, F_SETFD, FD_CLOEXEC);
	take_signals();
	r = amana_startup(&err);
	if (r == 0)
		r = person_open(&program.person, &program.served.speaker, &err);
	if (r == 0)
		r = hear_start(&program, &err);
	if (r == 0) {
		person_fill(&program.person, &program.config,
			    strcmp(field(&program, START_CAN_ASK), "yes") == 0);
		r = serve(&program, &err);
	}
	if (r < 0)
		person_tell_failed(&program.person, &err, program.remedy);
	person_close(&program.person);
	heap_free(program.start_room);
	if (program.ended_fd >= 0)
		close(program.ended_fd);
	return r < 0 ? 1 : 0;
}
