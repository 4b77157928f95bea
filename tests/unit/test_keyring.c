/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "check.h"
#include "crypto/hash.h"
#include "keys/keyring.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SKIPPED 77
#define FILE_A "/test_keyring/S-014.age"
#define FILE_B "/media/old/S-014.age"

/* Runs it in another process; its checks end that process. */
static void
elsewhere(void (*run)(void))
{
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (pid == 0) {
		run();
		fflush(NULL);
		_exit(0);
	}
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK_INT(status, 0);
}

/* A session keyring without any link to the user keyring, as a service or a cron job has.
 */
static void
join_other_session(void)
{
	CHECK(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) > 0);
}

static void
make(const char *code, struct identity *ret_identity)
{
	struct amana_error err = AMANA_ERROR_INIT;

	CHECK_OK(identity_new(code, 1735689600, ret_identity, &err), err);
}

static void
clear(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	size_t n;

	CHECK_OK(keyring_clear(&n, &err), err);
}

/* It is there, with the same keys and the sitting. */
static void
check_there(const struct identity *made, const char *file,
	    const struct keyring_state *want)
{
	CLEANUP(identity_done) struct identity got = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct keyring_state state;

	CHECK(keyring_has(made->code, file));
	CHECK_OK(keyring_get(made->code, file, &got, &state, &err), err);
	CHECK_STR(got.code, made->code);
	CHECK(secret_equal(got.age.data, made->age.data, AGE_KEY_LEN));
	CHECK(secret_equal(got.seed.data, made->seed.data, SIGN_SEED_LEN));
	CHECK(memcmp(state.sitting, want->sitting, KEYRING_SITTING_LEN) == 0);
	CHECK_INT(state.until, want->until);
}

static void
check_gone(const char *code, const char *file)
{
	CLEANUP(identity_done) struct identity got = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct keyring_state state;

	CHECK(!keyring_has(code, file));
	CHECK_INT(keyring_get(code, file, &got, &state, &err), 1);
	CHECK(got.age.data == NULL);
}

static void
kept_until_forgotten(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity got = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct keyring_state state, same;
	int64_t now = time(NULL);

	make("S-014", &made);
	check_gone("S-014", FILE_A);
	CHECK_OK(keyring_put(&made, FILE_A, 300, &state, &err), err);
	CHECK(state.until >= now + 300 && state.until <= now + 310);
	check_there(&made, FILE_A, &state);
	CHECK_OK(keyring_get("", FILE_A, &got, &same, &err), err);
	CHECK(secret_equal(got.age.data, made.age.data, AGE_KEY_LEN));
	CHECK(keyring_has("", FILE_A));
	check_gone("S-014", FILE_B);
	check_gone("S-015", FILE_A);
	check_gone("", FILE_B);
	keyring_forget("S-015", FILE_A);
	check_there(&made, FILE_A, &state);
	keyring_forget("S-014", FILE_A);
	check_gone("S-014", FILE_A);
	check_gone("", FILE_A);
}

static void
each_unlock_is_a_new_sitting(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity newer = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct keyring_state first, second;

	make("S-014", &made);
	make("S-014", &newer);
	CHECK_OK(keyring_put(&made, FILE_A, 300, &first, &err), err);
	CHECK_OK(keyring_put(&newer, FILE_A, 300, &second, &err), err);
	CHECK(memcmp(first.sitting, second.sitting, KEYRING_SITTING_LEN) != 0);
	check_there(&newer, FILE_A, &second);
	clear();
}

static void
several_people_on_one_login(void)
{
	CLEANUP(identity_done) struct identity a = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity b = IDENTITY_INIT;
	CLEANUP(identity_done) struct identity old = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct keyring_state state_a, state_b, state_old;
	size_t n = 99;

	make("S-014", &a);
	make("ADM-1", &b);
	make("S-014", &old);
	CHECK_OK(keyring_clear(&n, &err), err);
	CHECK_INT(n, 0);
	CHECK_OK(keyring_put(&a, FILE_A, 300, &state_a, &err), err);
	CHECK_OK(keyring_put(&b, "/home/office/ADM-1.age", 300, &state_b, &err), err);
	CHECK_OK(keyring_put(&old, FILE_B, 300, &state_old, &err), err);
	check_there(&a, FILE_A, &state_a);
	check_there(&b, "/home/office/ADM-1.age", &state_b);
	check_there(&old, FILE_B, &state_old);
	CHECK_OK(keyring_clear(&n, &err), err);
	CHECK_INT(n, 3);
	check_gone("S-014", FILE_A);
	check_gone("S-014", FILE_B);
	check_gone("ADM-1", "/home/office/ADM-1.age");
}

/* What a child needs to know, from before it was made. */
static struct {
	struct identity identity;
	struct keyring_state state;
	int32_t key;
} shared;

static void
see_it(void)
{
	check_there(&shared.identity, FILE_A, &shared.state);
}

static void
see_it_in_another_session(void)
{
	join_other_session();
	check_there(&shared.identity, FILE_A, &shared.state);
}

static void
unlock_and_lock_in_another_session(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct keyring_state state;
	size_t n;

	join_other_session();
	make("S-2", &made);
	CHECK_OK(keyring_put(&made, "/s2", 300, &state, &err), err);
	check_there(&made, "/s2", &state);
	CHECK_OK(keyring_clear(&n, &err), err);
	CHECK_INT(n, 2);
	check_gone("S-014", FILE_A);
}

static void
every_session_of_the_login(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	make("S-014", &shared.identity);
	CHECK_OK(keyring_put(&shared.identity, FILE_A, 300, &shared.state, &err), err);
	elsewhere(see_it);
	elsewhere(see_it_in_another_session);
	elsewhere(unlock_and_lock_in_another_session);
	check_gone("S-014", FILE_A);
	identity_done(&shared.identity);
}

static void
put_and_end(void)
{
	struct amana_error err = AMANA_ERROR_INIT;

	join_other_session();
	CHECK_OK(keyring_put(&shared.identity, FILE_A, 300, &shared.state, &err), err);
}

/* `amana unlock` ends at once; what it unlocked must not. */
static void
outlives_the_process(void)
{
	CLEANUP(identity_done) struct identity got = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct keyring_state state;

	make("S-014", &shared.identity);
	elsewhere(put_and_end);
	CHECK_OK(keyring_get("S-014", FILE_A, &got, &state, &err), err);
	CHECK(secret_equal(got.age.data, shared.identity.age.data, AGE_KEY_LEN));
	identity_done(&shared.identity);
	clear();
}

/* The key's serial number, as anybody sees it in /proc/keys who may see it at all. */
static int32_t
serial_of(const char *code, const char *file)
{
	char hex[HASH_HEX_LEN + 1], name[128];
	struct hash hash;
	long key;

	hash_of(file, strlen(file), &hash);
	hash_hex(&hash, hex);
	snprintf(name, sizeof name, "amana:%s:%.16s", code, hex);
	key = syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", name, 0);
	CHECK(key > 0);
	return (int32_t)key;
}

static void
read_as_another_user(void)
{
	char bytes[2048];

	CHECK_INT(setresuid(60999, 60999, 60999), 0);
	CHECK_INT(syscall(SYS_keyctl, KEYCTL_READ, shared.key, bytes, sizeof bytes), -1);
	CHECK_INT(errno, EACCES);
	check_gone("S-014", FILE_A);
}

/* 32 bits of permissions: possessor, user, group, others. */
static void
nobody_else_may_see_it(bool is_root)
{
	struct amana_error err = AMANA_ERROR_INIT;
	unsigned int uid, gid, perm;
	char text[256];

	make("S-014", &shared.identity);
	CHECK_OK(keyring_put(&shared.identity, FILE_A, 300, &shared.state, &err), err);
	shared.key = serial_of("S-014", FILE_A);
	CHECK(syscall(SYS_keyctl, KEYCTL_DESCRIBE, shared.key, text, sizeof text) > 0);
	CHECK_INT(sscanf(text, "user;%u;%u;%x;", &uid, &gid, &perm), 3);
	CHECK_INT(perm & 0xffff, 0);
	CHECK_INT(perm >> 16 & 4, 0); /* not even this login changes it in place */
	if (is_root)
		elsewhere(read_as_another_user);
	identity_done(&shared.identity);
	keyring_forget("S-014", FILE_A);
}

static void
ends_by_itself(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct timespec nap = {.tv_nsec = 100000000};
	struct keyring_state state;
	size_t n = 99;

	make("S-014", &made);
	CHECK_FAILS(keyring_put(&made, FILE_A, 0, &state, &err), err, AMANA_E_USAGE);
	CHECK_FAILS(keyring_put(&made, FILE_A, KEYRING_TIMEOUT_MAX_S + 1, &state, &err),
		    err, AMANA_E_USAGE);
	check_gone("S-014", FILE_A);
	/* The kernel counts whole seconds: 2 are more than 1 and at most 2. */
	CHECK_OK(keyring_put(&made, FILE_A, 2, &state, &err), err);
	CHECK(keyring_has("S-014", FILE_A));
	for (int i = 0; i < 50 && keyring_has("S-014", FILE_A); i++)
		nanosleep(&nap, NULL);
	check_gone("S-014", FILE_A);
	CHECK_OK(keyring_clear(&n, &err), err);
	CHECK_INT(n, 0);
}

/* Another program of this login can put anything under the name. */
static void
foreign_payloads_count_as_locked(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	CLEANUP(secret_done) struct secret plain = SECRET_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	char name[128], hex[HASH_HEX_LEN + 1], payload[1200];
	size_t lens[] = {1, 24, 25, 300, 1048, 1049, 1200};
	struct hash hash;
	size_t n;

	hash_of(FILE_B, strlen(FILE_B), &hash);
	hash_hex(&hash, hex);
	snprintf(name, sizeof name, "amana:S-014:%.16s", hex);
	memset(payload, 'x', sizeof payload);
	for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
		CLEANUP(identity_done) struct identity got = IDENTITY_INIT;
		struct keyring_state state;

		CHECK(syscall(SYS_add_key, "user", name, payload, lens[i],
			      KEY_SPEC_USER_KEYRING) > 0);
		CHECK_INT(keyring_get("S-014", FILE_B, &got, &state, &err), 1);
	}
	/* A good identity of somebody else. */
	make("S-015", &made);
	CHECK_OK(identity_serialise(&made, &plain, &err), err);
	memcpy(payload + 24, plain.data, plain.len);
	CHECK(syscall(SYS_add_key, "user", name, payload, 24 + plain.len,
		      KEY_SPEC_USER_KEYRING) > 0);
	{
		CLEANUP(identity_done) struct identity got = IDENTITY_INIT;
		struct keyring_state state;

		CHECK_INT(keyring_get("S-014", FILE_B, &got, &state, &err), 1);
	}
	CHECK_OK(keyring_clear(&n, &err), err);
	CHECK_INT(n, 1);
}

static struct keyring_mark mark;

static void
lock_here(void)
{
	CHECK(keyring_mark_stands(&mark)); /* seen from every session */
	join_other_session();
	CHECK(keyring_mark_stands(&mark));
	clear();
	CHECK(!keyring_mark_stands(&mark));
}

/* A lock anywhere on this login is seen, and a mark is nobody's identity. */
static void
a_lock_takes_marks_away(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct keyring_mark other, none = {.is_put = false}, brief;
	struct keyring_state state;
	size_t n;

	make("S-014", &made);
	CHECK(!keyring_mark_stands(&none));
	keyring_mark_done(&none);
	CHECK_INT(keyring_mark_put(300, &mark), 0);
	CHECK_INT(keyring_mark_put(0, &other), 0);
	CHECK(keyring_mark_stands(&mark) && keyring_mark_stands(&other));
	keyring_mark_done(&other);
	CHECK(keyring_mark_stands(&mark) && !keyring_mark_stands(&other));
	CHECK_OK(keyring_put(&made, FILE_A, 300, &state, &err), err);
	keyring_forget("S-014", FILE_A); /* one identity's unlock ran out: no lock */
	CHECK(keyring_mark_stands(&mark));
	elsewhere(lock_here);
	CHECK(!keyring_mark_stands(&mark));
	keyring_mark_done(&mark);
	CHECK_INT(keyring_mark_put(300, &mark), 0);
	CHECK_OK(keyring_put(&made, FILE_A, 300, &state, &err), err);
	CHECK_OK(keyring_clear(&n, &err), err);
	CHECK_INT(n, 1);
	CHECK_INT(keyring_mark_put(1, &brief), 0);
	usleep(1200000);
	CHECK(!keyring_mark_stands(&brief));
}

static void
other_programs_keep_theirs(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	long mine = syscall(SYS_add_key, "user", "other:S-014", "x", 1,
			    KEY_SPEC_USER_KEYRING);
	char byte;
	size_t n;

	CHECK(mine > 0);
	CHECK_OK(keyring_clear(&n, &err), err);
	CHECK_INT(n, 0);
	CHECK_INT(syscall(SYS_keyctl, KEYCTL_READ, mine, &byte, 1), 1);
	CHECK_INT(syscall(SYS_keyctl, KEYCTL_UNLINK, mine, KEY_SPEC_USER_KEYRING), 0);
}

/* From here on the kernel answers these calls as it does in many containers. */
static void
lose_keyrings(unsigned int number)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_add_key, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_keyctl, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | number),
	};
	struct sock_fprog filter = {ARRAY_LEN(code), code};

	CHECK_INT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	CHECK_INT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0), 0);
}

static void
check_without(unsigned int number)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct keyring_state state;
	size_t n = 99;

	lose_keyrings(number);
	make("S-014", &made);
	CHECK_FAILS(keyring_put(&made, FILE_A, 300, &state, &err), err, AMANA_E_IO);
	CHECK(strstr(err.msg, "not available") != NULL);
	CHECK(strstr(err.msg, "works with the passphrase") != NULL);
	CHECK_INT(err.sys_errno, number);
	check_gone("S-014", FILE_A);
	keyring_forget("S-014", FILE_A);
	CHECK_OK(keyring_clear(&n, &err), err);
	CHECK_INT(n, 0);
}

static void
check_without_enosys(void)
{
	check_without(ENOSYS);
}

static void
check_without_eperm(void)
{
	check_without(EPERM);
}

static void
kernels_without_keyrings(void)
{
	elsewhere(check_without_enosys);
	elsewhere(check_without_eperm);
}

/* The reason is printed when this kernel keeps no keys. */
static bool
has_keyrings(void)
{
	CLEANUP(identity_done) struct identity made = IDENTITY_INIT;
	struct amana_error err = AMANA_ERROR_INIT;
	struct keyring_state state;

	make("S-1", &made);
	if (keyring_put(&made, "/probe", 60, &state, &err) == 0) {
		keyring_forget("S-1", "/probe");
		return true;
	}
	printf("skip keyring: %s\n", err.msg);
	return false;
}

/* Root's own keyring may be in use; a user of our own has an empty one. */
static void
become_nobody(void)
{
	uid_t uid = 50000 + (uid_t)getpid() % 10000;

	CHECK_INT(setresuid(uid, uid, uid), 0);
	CHECK_INT(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0),
		  0); /* leaks are looked for at the end */
}

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	bool is_root = geteuid() == 0;

	CHECK_OK(crypto_init(&err), err);
	RUN(kernels_without_keyrings);
	if (!has_keyrings())
		return SKIPPED;
	nobody_else_may_see_it(is_root);
	printf("ok nobody_else_may_see_it\n");
	if (is_root)
		become_nobody();
	clear();
	RUN(kept_until_forgotten);
	RUN(each_unlock_is_a_new_sitting);
	RUN(several_people_on_one_login);
	RUN(every_session_of_the_login);
	RUN(outlives_the_process);
	RUN(ends_by_itself);
	RUN(foreign_payloads_count_as_locked);
	RUN(a_lock_takes_marks_away);
	RUN(other_programs_keep_theirs);
	return 0;
}
