/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "mounts.h"
#include "operand.h"
#include "passphrase.h"
#include "safe.h"
#include "signals.h"
#include "tell.h"
#include "text_arg.h"
#include "time_arg.h"
#include "vault.h"

#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * amana mount: starts amana-mount, asks the person what it wants to know, and goes away
 * when the mount answers. What is secret or names a case goes through a pair of sockets,
 * never through arguments that others can see.
 */

struct mount_args {
	const char *reason, *duration;
	bool foreground;
};
static const struct opt opts[] = {
	{"reason", 0, OPT_SENSITIVE, "T", "why; it goes on record",
	 offsetof(struct mount_args, reason), NULL},
	{"for", 0, OPT_TEXT, "DURATION", "how long (default: until it is unmounted)",
	 offsetof(struct mount_args, duration), NULL},
	{"foreground", 0, OPT_FLAG, NULL, "stay until it ends",
	 offsetof(struct mount_args, foreground), NULL},
	OPT_END,
};

static const struct text_arg reason_arg = {
	.option = "--reason", .prompt = "Reason (goes on record): ", .required = true};

struct helper {
	struct cli *cli;
	pid_t pid;
	int fd;
	char *room; /* CHANNEL_CAP, locked: passphrases pass through it */
	const char *dir;
	int64_t seconds;
	bool foreground, mounted, told_to_end;
};

/* ---- finding and starting it ---- */

/* Where both programs were built, beside this one, where they were installed together
 * (wherever that is now), or in the folder that they were configured for. */
static char *
find_program(void)
{
	static const char *const folders[] = {"../fuse", ".", MOUNT_FROM_BIN,
					      MOUNT_FOLDER};
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	self[n > 0 ? n : 0] = 0;
	slash = strrchr(self, '/');
	if (slash == NULL)
		return NULL;
	*slash = 0;
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		char *path = heap_fmt("%s/%s/amana-mount",
				      folders[i][0] == '/' ? "" : self, folders[i]);

		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return NULL;
}

static int
start_program(struct helper *helper, const char *path, struct amana_error *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return fail_sys(err, "cannot make a pair of sockets");
	helper->pid = fork();
	if (helper->pid < 0) {
		close(pair[0]);
		close(pair[1]);
		return fail_sys(err, "cannot start '%s'", path);
	}
	if (helper->pid == 0) {
		/* dup2 to itself would keep it closed on exec */
		if (pair[1] == CHANNEL_FD)
			(void)fcntl(CHANNEL_FD, F_SETFD, 0);
		else if (dup2(pair[1], CHANNEL_FD) < 0)
			_exit(127);
		execl(path, "amana-mount", (char *)NULL);
		_exit(127);
	}
	close(pair[1]);
	helper->fd = pair[0];
	return 0;
}

/* Paths that mean the same from another folder. */
static char *
absolute(const char *path)
{
	char *whole;

	if (path == NULL || path[0] == '/')
		return heap_dup(path != NULL ? path : "");
	whole = realpath(path, NULL);
	return whole != NULL ? whole : mounts_path(path);
}

static int
send_start(struct helper *helper, const char *case_name, const char *reason,
	   struct amana_error *err)
{
	struct cli *cli = helper->cli;
	struct channel_message start = {.kind = CHANNEL_START};
	const char *identity = cli->config.identity;
	CLEANUP(heap_freep)
	char *file = identity != NULL && !amana_is_member(identity) ? absolute(identity)
								    : NULL;
	CLEANUP(heap_freep) char *folder = heap_dup(cli->config_path);
	CLEANUP(heap_freep) char *seconds = heap_fmt("%" PRId64, helper->seconds);
	char *slash = strrchr(folder, '/');

	if (slash != NULL)
		*slash = 0;
	channel_add(&start, case_name);
	channel_add(&start, reason);
	channel_add(&start, helper->dir);
	channel_add(&start, seconds);
	channel_add(&start, helper->foreground ? "yes" : "no");
	channel_add(&start, cli->config.vault); /* it opens it from this folder */
	channel_add(&start, file != NULL ? file : identity);
	channel_add(&start, cli->config.data_dir);
	channel_add(&start, cli->config.cache_dir);
	channel_add(&start, folder);
	channel_add(&start, cli->config.vault_fingerprint);
	channel_add(&start, cli->config.first_contact != NULL ? "yes" : "no");
	if (channel_send(helper->fd, &start, helper->room) == 0)
		return 0;
	if (errno == EMSGSIZE)
		return fail(err, AMANA_E_LIMIT, "the reason is too long");
	return fail_sys(err, "amana-mount does not listen");
}

/* ---- answering it ---- */

static int
answer(struct helper *helper, int r, const char *bytes, size_t len,
       const struct amana_error *problem, struct amana_error *err)
{
	struct channel_message message = {.kind = r < 0 ? CHANNEL_NO_ANSWER
							: CHANNEL_ANSWER};
	char code[16], reason[16];

	snprintf(code, sizeof code, "%d", (int)problem->code);
	snprintf(reason, sizeof reason, "%d", (int)problem->reason);
	if (r < 0) {
		channel_add(&message, code);
		channel_add(&message, problem->msg);
		channel_add(&message, reason);
	} else {
		channel_add_bytes(&message, bytes, len);
	}
	r = channel_send(helper->fd, &message, helper->room);
	memset(helper->room, 0, CHANNEL_CAP);
	return r < 0 ? fail_sys(err, "amana-mount does not listen") : 0;
}

static int
answer_passphrase(struct helper *helper, const struct channel_message *question,
		  struct amana_error *err)
{
	struct amana_error problem = AMANA_ERROR_INIT;
	CLEANUP(heap_freep) char *code = heap_dup(channel_text(question, 1));
	enum amana_why why = (enum amana_why)channel_number(question, 0);
	char *secret = amana_secret_alloc(AMANA_PASSPHRASE_MAX, err);
	size_t len = 0;
	int r;

	if (secret == NULL)
		return -1;
	r = passphrase_callback(helper->cli, why, code, secret, &len, &problem);
	r = answer(helper, r, secret, len, &problem, err);
	amana_secret_free(secret);
	return r;
}

static int
answer_question(struct helper *helper, const struct channel_message *question,
		struct amana_error *err)
{
	const struct amana_config *config = &helper->cli->config;
	struct amana_error problem = {.code = AMANA_E_CANCELLED, .msg = "not answered"};
	const char *codes[CHANNEL_FIELDS];
	char index[16];
	int chosen;

	if (question->kind == CHANNEL_FIRST_CONTACT) {
		bool yes = config->first_contact != NULL &&
			   config->first_contact(config->ctx, channel_text(question, 0),
						 channel_text(question, 1));

		return answer(helper, 0, yes ? "yes" : "no", yes ? 3 : 2, &problem, err);
	}
	for (size_t i = 0; i < question->n; i++)
		codes[i] = channel_text(question, i);
	chosen = config->choose_identity(config->ctx, codes, question->n);
	snprintf(index, sizeof index, "%d", chosen);
	return answer(helper, chosen < 0 ? -1 : 0, index, strlen(index), &problem, err);
}

/* ---- what it says ---- */

/* Only a mount that answers another process than its own is one. */
static int
check_answers(const struct helper *helper, struct amana_error *err)
{
	struct stat inside, above;
	CLEANUP(heap_freep) char *up = heap_fmt("%s/..", helper->dir);

	if (stat(helper->dir, &inside) < 0 || stat(up, &above) < 0)
		return fail_sys(err, "the mount at '%s' does not answer", helper->dir);
	if (inside.st_dev == above.st_dev)
		return fail(err, AMANA_E_BUG, "nothing is mounted at '%s'", helper->dir);
	return 0;
}

static int
on_mounted(struct helper *helper, const struct channel_message *message,
	   struct amana_error *err)
{
	const struct channel_message detach = {.kind = CHANNEL_DETACH};
	struct cli *cli = helper->cli;
	CLEANUP(heap_freep) char *where = safe(helper->dir);
	int64_t until = channel_number(message, 3);
	uint64_t n = (uint64_t)channel_number(message, 1);
	char count[48], size[16], when[40];

	if (check_answers(helper, err) < 0)
		return -1;
	helper->mounted = true;
	json_put(cli->doc, "case", json_text(channel_text(message, 0)));
	json_put(cli->doc, "dir", json_text(helper->dir));
	json_put(cli->doc, "exhibits", json_integer((json_int_t)n));
	json_put(cli->doc, "bytes", json_integer(channel_number(message, 2)));
	json_put(cli->doc, "until", json_at(until));
	json_put(cli->doc, "pid", json_integer(helper->pid));
	tell_wrapped(cli, 2, "%s is mounted at %s: %s, %s, read-only",
		     channel_text(message, 0), where,
		     human_count(n, "exhibit", "exhibits", count),
		     human_size((uint64_t)channel_number(message, 2), size));
	tell(cli, "Every first opening goes on record. %s%s%s",
	     until != 0 ? "It ends " : "It stays until it is unmounted",
	     until != 0 ? human_time(until, when) : "", "");
	/* Who writes there later gets EROFS from the kernel, before amana-mount is asked
	 * and could tell_aside anything. */
	tell_aside(
		cli,
		"Nothing can be changed there: to edit a file, save a copy of it elsewhere");
	tell_next(cli, "%s",
		  helper->foreground ? "Ctrl-C ends it"
				     : "when you are done: amana unmount DIR");
	(void)fflush(stdout);
	if (helper->foreground)
		return 0;
	return channel_send(helper->fd, &detach, helper->room) < 0
		       ? fail_sys(err, "amana-mount does not listen")
		       : 1;
}

static int
on_failed(struct helper *helper, const struct channel_message *message,
	  struct amana_error *err)
{
	struct cli *cli = helper->cli;
	enum amana_code code = (enum amana_code)channel_number(message, 0);
	const char *remedy = channel_text(message, 3);

	if (remedy[0] != 0)
		fail_next(cli, "%s", remedy);
	(void)fail_reason(err, (enum amana_reason)channel_number(message, 4),
			  code > AMANA_OK && code <= AMANA_E_BUG ? code : AMANA_E_BUG,
			  "%s", channel_text(message, 2));
	err->sys_errno = (int)channel_number(message, 1);
	return -1;
}

static int
on_ended(struct helper *helper, const struct channel_message *message)
{
	CLEANUP(heap_freep) char *why = safe(channel_text(message, 0));
	CLEANUP(heap_freep) char *where = safe(helper->dir);

	json_put(helper->cli->doc, "ended", json_text(channel_text(message, 0)));
	tell(helper->cli, "The mount at %s has ended: %s", where, why);
	return 1;
}

/* 1: it is done, 0: go on. */
static int
hear(struct helper *helper, struct amana_error *err)
{
	const struct amana_config *config = &helper->cli->config;
	struct channel_message message;
	int r = channel_receive(helper->fd, &message, helper->room);

	if (r < 0)
		return fail_sys(err, "amana-mount cannot be understood");
	if (r > 0)
		return fail(err, AMANA_E_BUG, "amana-mount ended without saying why");
	switch (message.kind) {
	case CHANNEL_PASSPHRASE:
		return answer_passphrase(helper, &message, err);
	case CHANNEL_FIRST_CONTACT:
	case CHANNEL_IDENTITY:
		return answer_question(helper, &message, err);
	case CHANNEL_NOTICE:
		config->notice(config->ctx,
			       (enum amana_notice)channel_number(&message, 0),
			       channel_text(&message, 1));
		return 0;
	case CHANNEL_MOUNTED:
		return on_mounted(helper, &message, err);
	case CHANNEL_ENDED:
		return on_ended(helper, &message);
	case CHANNEL_FAILED:
		return on_failed(helper, &message, err);
	default:
		return fail(err, AMANA_E_BUG, "amana-mount said what it should not");
	}
}

static int
attend(struct helper *helper, struct amana_error *err)
{
	struct pollfd poll_fd = {.fd = helper->fd, .events = POLLIN};
	int r = 0;

	while (r == 0) {
		if (atomic_load(signals_cancelled()) && !helper->told_to_end) {
			kill(helper->pid, SIGTERM);
			helper->told_to_end = true;
		}
		if (poll(&poll_fd, 1, 200) > 0)
			r = hear(helper, err);
	}
	return r < 0 ? -1 : 0;
}

static int
run_helper(struct helper *helper, const char *case_name, const char *reason,
	   struct amana_error *err)
{
	CLEANUP(heap_freep) char *path = find_program();
	int r, status;

	if (path == NULL)
		return fail_advise(
			helper->cli, err, AMANA_E_MISSING,
			"amana retrieve takes exhibits out without a mount; or install libfuse3-dev and build again",
			"this installation has no program amana-mount");
	helper->room = amana_secret_alloc(CHANNEL_CAP, err);
	if (helper->room == NULL)
		return -1;
	r = start_program(helper, path, err);
	if (r == 0) {
		r = send_start(helper, case_name, reason, err);
		if (r == 0)
			r = attend(helper, err);
		if (r < 0)
			kill(helper->pid, SIGTERM);
		close(helper->fd);
		if (r < 0 || helper->foreground)
			while (waitpid(helper->pid, &status, 0) < 0 && errno == EINTR)
				;
	}
	amana_secret_free(helper->room);
	return r;
}

static int
run_mount(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	static const char *const readers[] = {"lead", "reader", NULL};
	const struct mount_args *given = args;
	CLEANUP(heap_freep) char *case_name = NULL;
	CLEANUP(heap_freep) char *typed = NULL;
	CLEANUP(heap_freep) char *dir = NULL;
	CLEANUP(heap_freep) char *reason = NULL;
	struct helper helper = {.cli = cli, .foreground = given->foreground};

	if (given->duration != NULL &&
	    time_arg_duration(cli, given->duration, "--for", &helper.seconds, err) < 0)
		return -1;
	if (vault_need(cli, err) < 0)
		return -1;
	if (n < 1 && vault_open(cli, err) < 0) /* for the list of cases to choose from */
		return -1;
	if (operand_case(cli, n > 0 ? operands[0] : NULL, readers, &case_name, err) < 0 ||
	    operand_text(cli, n > 1 ? operands[1] : NULL,
			 "Empty folder to mount it at: ", "DIR", &typed, err) < 0 ||
	    text_arg_read(cli, &reason_arg, given->reason, &reason, err) < 0)
		return -1;
	vault_close(cli); /* amana-mount opens it itself */
	dir = mounts_path(typed);
	helper.dir = dir;
	return run_helper(&helper, case_name, reason, err);
}

const struct command cmd_mount = {
	.name = "mount",
	.operands = "[CASE [DIR]]",
	.summary = "a case as a read-only folder, every opening on record",
	.details = "DIR: an empty folder of your own. amana unmount DIR ends it.",
	.role = ROLE_READER,
	.n_max = 2,
	.args_size = sizeof(struct mount_args),
	.opts = opts,
	.run = run_mount,
};
