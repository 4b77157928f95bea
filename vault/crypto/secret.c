/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/secret.h"

#include "base/fault.h"
#include "crypto/hash.h"
#include "crypto/secret_pool.h"

#include <sodium.h>
#include <string.h>

int
crypto_init(struct amana_error *err)
{
	if (sodium_init() < 0) /* 1: another caller was first */
		return err_set(err, AMANA_E_BUG,
			       "the system's random number source is not usable");
	/* Every object is named, and every exhibit known, by digests that a loop of ours
	 * takes.  Where it gives other digests than libcrypto, the program does not
	 * start. To go on with libcrypto alone would need a variable of the whole process
	 * that says so; and a processor or a compiler that fails there is not to be
	 * trusted with the rest. */
	return hash_try(err);
}

int
secret_new(size_t len, struct secret *ret_secret, struct amana_error *err)
{
	uint8_t *data;

	if (len > SECRET_MAX)
		return err_set(err, AMANA_E_LIMIT, "more than %zu secret bytes",
			       SECRET_MAX);
	/* At least one byte, so that data is a valid pointer for every successful length.
	 */
	if (fault_fires(FAULT_ALLOC))
		return err_nomem(err);
	data = secret_pool_take(len);
	if (data == NULL) {
		data = sodium_malloc(len != 0 ? len : 1);
		if (data == NULL)
			return err_nomem(err);
		memset(data, 0, len != 0 ? len : 1);
	}
	ret_secret->data = data;
	ret_secret->len = len;
	return 0;
}

int
secret_from(const void *bytes, size_t len, struct secret *ret_secret,
	    struct amana_error *err)
{
	if (secret_new(len, ret_secret, err) < 0)
		return -1;
	if (len != 0)
		memcpy(ret_secret->data, bytes, len);
	return 0;
}

int
secret_random(size_t len, struct secret *ret_secret, struct amana_error *err)
{
	if (secret_new(len, ret_secret, err) < 0)
		return -1;
	randombytes_buf(ret_secret->data, len);
	return 0;
}

void
secret_done(struct secret *secret)
{
	if (secret->data != NULL && !secret_pool_give(secret->data))
		sodium_free(secret->data); /* wipes */
	secret->data = NULL;
	secret->len = 0;
}

bool
secret_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void
secret_wipe(void *bytes, size_t len)
{
	sodium_memzero(bytes, len);
}

void
random_bytes(void *bytes, size_t len)
{
	randombytes_buf(bytes, len);
}
