/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/fault.h"
#include "crypto/secret.h"

static struct amana_error err;

static void
lengths_have_a_limit(void)
{
	struct secret secret = SECRET_INIT;

	CHECK_OK(secret_new(0, &secret, &err), err);
	CHECK(secret.data != NULL && secret.len == 0);
	secret_done(&secret);
	CHECK_OK(secret_new(SECRET_MAX, &secret, &err), err);
	for (size_t i = 0; i < SECRET_MAX; i++)
		CHECK_INT(secret.data[i], 0);
	secret_done(&secret);
	CHECK(secret.data == NULL && secret.len == 0);
	secret_done(&secret);
	CHECK_FAILS(secret_new(SECRET_MAX + 1, &secret, &err), err, AMANA_E_LIMIT);
	CHECK(secret.data == NULL);
}

static void
copies_and_random_bytes(void)
{
	struct secret a = SECRET_INIT, b = SECRET_INIT;

	CHECK_OK(secret_from("passphrase", 10, &a, &err), err);
	CHECK(a.len == 10 && secret_equal(a.data, "passphrase", 10));
	CHECK(!secret_equal(a.data, "Passphrase", 10));
	secret_done(&a);
	CHECK_OK(secret_random(32, &a, &err), err);
	CHECK_OK(secret_random(32, &b, &err), err);
	CHECK(!secret_equal(a.data, b.data, 32));
	secret_wipe(a.data, 32);
	secret_wipe(b.data, 32);
	CHECK(secret_equal(a.data, b.data, 32));
	secret_done(&a);
	secret_done(&b);
}

/* The kernel's flags of the mapping that holds an address. */
static void
mapping_flags(const void *address, char *flags, size_t cap)
{
	FILE *maps = fopen("/proc/self/smaps", "r");
	unsigned long from, to;
	char line[512];
	int inside = 0;

	CHECK(maps != NULL);
	flags[0] = 0;
	while (fgets(line, sizeof line, maps) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = (unsigned long)address >= from &&
				 (unsigned long)address < to;
		else if (inside && strncmp(line, "VmFlags:", 8) == 0)
			snprintf(flags, cap, "%s", line + 8);
	}
	fclose(maps);
}

/* "dd": left out of core dumps.  (Locking may be refused by a small RLIMIT_MEMLOCK.) */
static void
secrets_stay_out_of_core_dumps(void)
{
	struct secret secret = SECRET_INIT;
	char flags[512];

	CHECK_OK(secret_random(32, &secret, &err), err);
	mapping_flags(secret.data, flags, sizeof flags);
	CHECK(strstr(flags, " dd") != NULL);
	secret_done(&secret);
}

static void
out_of_memory_is_said(void)
{
	struct secret secret = SECRET_INIT;

	fault_arm(FAULT_ALLOC, 1, 0, false);
	if (secret_new(32, &secret, &err) == 0) { /* a build without fault hooks */
		CHECK_INT(fault_passed(), 0);
		secret_done(&secret);
		return;
	}
	fault_disarm();
	CHECK_INT(err.code, AMANA_E_NOMEM);
	CHECK(secret.data == NULL);
}

/* A slot of the pool that was used by one secret holds nothing of it for the next,
 * however short the first one says it was. */
static void
slots_come_back_empty(void)
{
	struct secret many[100] = {{.data = NULL}};

	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < ARRAY_LEN(many); i++) {
			CHECK_OK(secret_new(4096, &many[i], &err), err);
			for (size_t k = 0; k < 4096; k++)
				CHECK_INT(many[i].data[k], 0);
			for (size_t other = 0; other < i; other++)
				CHECK(many[other].data != many[i].data);
			memset(many[i].data, 0xa5, 4096);
		}
		for (size_t i = 0; i < ARRAY_LEN(many); i++) {
			CHECK_INT(many[i].data[4095], 0xa5);
			many[i].len = 1;
			secret_done(&many[i]);
		}
	}
}

int
main(void)
{
	CHECK_OK(crypto_init(&err), err);
	CHECK_OK(crypto_init(&err), err); /* a second time is fine */
	RUN(lengths_have_a_limit);
	RUN(slots_come_back_empty);
	RUN(copies_and_random_bytes);
	RUN(secrets_stay_out_of_core_dumps);
	RUN(out_of_memory_is_said);
	return 0;
}
