/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic inside curve.c against libcrypto's, with values that random points never
 * meet: at both ends of the field, and limbs as large as curve.c lets them become. */
#include "check.h"

#include "../../vault/crypto/curve.c"

#include <openssl/bn.h>

#define RANDOM_VALUES 300
#define VALUES_MAX 400

static BIGNUM *prime;
static BN_CTX *ctx;
static struct field values[VALUES_MAX];
static size_t n_values;

static BIGNUM *
to_bn(const struct field *f)
{
	BIGNUM *sum = BN_new(), *limb = BN_new();

	CHECK(sum != NULL && limb != NULL);
	BN_zero(sum);
	for (int i = LIMBS - 1; i >= 0; i--)
		CHECK(BN_lshift(sum, sum, LIMB_BITS) && BN_set_word(limb, f->limb[i]) &&
		      BN_add(sum, sum, limb));
	CHECK(BN_mod(sum, sum, prime, ctx));
	BN_free(limb);
	return sum;
}

/* Of the same value, written as RFC 7748 writes it, and within the bounds that each
 * function promises.  Frees want. */
static void
check_value(const struct field *got, BIGNUM *want)
{
	uint8_t got_bytes[CURVE_LEN], want_bytes[CURVE_LEN];

	for (int i = 0; i < LIMBS; i++)
		CHECK(got->limb[i] < UINT64_C(1) << 52);
	CHECK(BN_bn2lebinpad(want, want_bytes, CURVE_LEN) == CURVE_LEN);
	field_write(got, got_bytes);
	CHECK(memcmp(got_bytes, want_bytes, CURVE_LEN) == 0);
	BN_free(want);
}

static void
add_value(uint64_t first, uint64_t middle, uint64_t last)
{
	CHECK(n_values < VALUES_MAX);
	values[n_values++] = (struct field){{first, middle, middle, middle, last}};
}

static void
make_values(void)
{
	static const uint64_t limbs[] = {0,
					 1,
					 18,
					 19,
					 LIMB_MASK - 19,
					 LIMB_MASK - 18,
					 LIMB_MASK - 17,
					 LIMB_MASK,
					 LIMB_MASK + 1,
					 (UINT64_C(1) << 52) - 1};

	/* p is LIMB_MASK - 18 and then LIMB_MASK four times */
	for (size_t i = 0; i < sizeof limbs / sizeof limbs[0]; i++) {
		add_value(limbs[i], 0, 0);
		add_value(limbs[i], LIMB_MASK, LIMB_MASK);
		add_value(limbs[i], LIMB_MASK, LIMB_MASK - 1);
		add_value(limbs[i], LIMB_MASK, (UINT64_C(1) << 52) - 1);
		add_value(limbs[i], (UINT64_C(1) << 52) - 1, (UINT64_C(1) << 52) - 1);
	}
	for (int n = 0; n < RANDOM_VALUES; n++) {
		struct field f;

		randombytes_buf(&f, sizeof f);
		for (int i = 0; i < LIMBS; i++)
			f.limb[i] &= (UINT64_C(1) << 52) - 1;
		values[n_values++] = f;
	}
}

static void
one_value(void)
{
	for (size_t i = 0; i < n_values; i++) {
		const struct field *f = &values[i];
		BIGNUM *bn = to_bn(f), *inverse = NULL;
		struct field got, again;
		uint8_t bytes[CURVE_LEN];

		check_value(f, BN_dup(bn));
		field_write(f, bytes);
		field_read(bytes, &again);
		check_value(&again, BN_dup(bn));
		bytes[CURVE_LEN - 1] |= 0x80; /* the sign of x in Edwards form */
		field_read(bytes, &again);
		check_value(&again, BN_dup(bn));
		field_invert(f, &got);
		if (BN_is_zero(bn)) {
			check_value(&got, bn);
			continue;
		}
		inverse = BN_mod_inverse(NULL, bn, prime, ctx);
		CHECK(inverse != NULL);
		check_value(&got, inverse);
		BN_free(bn);
	}
}

static void
two_values(void)
{
	for (size_t i = 0; i < n_values; i++)
		for (size_t j = 0; j < n_values; j++) {
			BIGNUM *a = to_bn(&values[i]), *b = to_bn(&values[j]);
			BIGNUM *sum = BN_new(), *difference = BN_new(),
			       *product = BN_new();
			struct field got;

			CHECK(BN_mod_add(sum, a, b, prime, ctx) &&
			      BN_mod_sub(difference, a, b, prime, ctx) &&
			      BN_mod_mul(product, a, b, prime, ctx));
			field_add(&values[i], &values[j], &got);
			check_value(&got, sum);
			field_subtract(&values[i], &values[j], &got);
			check_value(&got, difference);
			field_multiply(&values[i], &values[j], &got);
			check_value(&got, product);
			BN_free(a);
			BN_free(b);
		}
}

int
main(void)
{
	CHECK(sodium_init() >= 0);
	prime = BN_new();
	ctx = BN_CTX_new();
	CHECK(prime != NULL && ctx != NULL && BN_set_bit(prime, 255) &&
	      BN_sub_word(prime, 19));
	make_values();
	RUN(one_value);
	RUN(two_values);
	BN_CTX_free(ctx);
	BN_free(prime);
	return 0;
}
