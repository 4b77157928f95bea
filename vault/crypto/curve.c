/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/curve.h"

#include "crypto/secret.h"

#include <sodium.h>
#include <string.h>

#define LIMBS 5
#define LIMB_BITS 51
#define LIMB_MASK ((UINT64_C(1) << LIMB_BITS) - 1)
#define POINTS_MAX 3

__extension__ typedef unsigned __int128 wide;

/*
 * An integer modulo p = 2^255 - 19, the limb of least weight first.  Every function below
 * takes limbs under 2^52 and gives such limbs: then no sum of products comes near 2^128
 * (five times 19 times 2^104 is under 2^111).
 */
struct field {
	uint64_t limb[LIMBS];
};

static const struct field one = {{1}};

/* 64 bits, least byte first. */
static uint64_t
load_64(const uint8_t *bytes)
{
	uint64_t word = 0;

	for (int i = 7; i >= 0; i--)
		word = word << 8 | bytes[i];
	return word;
}

/* RFC 7748 section 5: little-endian, the top bit ignored. */
static void
field_read(const uint8_t bytes[CURVE_LEN], struct field *ret)
{
	/* 51 i is where a limb begins: its byte, and its bit in it (the last one would
	 * reach past the end, so a byte earlier). */
	ret->limb[0] = load_64(bytes) & LIMB_MASK;
	ret->limb[1] = load_64(bytes + 6) >> 3 & LIMB_MASK;
	ret->limb[2] = load_64(bytes + 12) >> 6 & LIMB_MASK;
	ret->limb[3] = load_64(bytes + 19) >> 1 & LIMB_MASK;
	ret->limb[4] = load_64(bytes + 24) >> 12 & LIMB_MASK;
}

/* What is above 51 bits goes to the next limb; what comes out of the last, in units of
 * 2^255, is returned. */
static uint64_t
propagate(struct field *f)
{
	uint64_t over = 0;

	for (int i = 0; i < LIMBS; i++) {
		f->limb[i] += over;
		over = f->limb[i] >> LIMB_BITS;
		f->limb[i] &= LIMB_MASK;
	}
	return over;
}

/* 2^255 is 19. */
static void
carry(struct field *f)
{
	f->limb[0] += 19 * propagate(f);
}

static void
field_add(const struct field *a, const struct field *b, struct field *ret)
{
	for (int i = 0; i < LIMBS; i++)
		ret->limb[i] = a->limb[i] + b->limb[i];
	carry(ret);
}

/* 4 p is added first, so that no limb goes below zero. */
static void
field_subtract(const struct field *a, const struct field *b, struct field *ret)
{
	ret->limb[0] = a->limb[0] + 4 * (LIMB_MASK - 18) - b->limb[0];
	for (int i = 1; i < LIMBS; i++)
		ret->limb[i] = a->limb[i] + 4 * LIMB_MASK - b->limb[i];
	carry(ret);
}

static inline void
field_multiply(const struct field *a, const struct field *b, struct field *ret)
{
	const uint64_t *x = a->limb, *y = b->limb;
	const uint64_t y1 = 19 * y[1], y2 = 19 * y[2], y3 = 19 * y[3], y4 = 19 * y[4];
	wide sum[LIMBS] = {
		(wide)x[0] * y[0] + (wide)x[1] * y4 + (wide)x[2] * y3 + (wide)x[3] * y2 +
			(wide)x[4] * y1,
		(wide)x[0] * y[1] + (wide)x[1] * y[0] + (wide)x[2] * y4 +
			(wide)x[3] * y3 + (wide)x[4] * y2,
		(wide)x[0] * y[2] + (wide)x[1] * y[1] + (wide)x[2] * y[0] +
			(wide)x[3] * y4 + (wide)x[4] * y3,
		(wide)x[0] * y[3] + (wide)x[1] * y[2] + (wide)x[2] * y[1] +
			(wide)x[3] * y[0] + (wide)x[4] * y4,
		(wide)x[0] * y[4] + (wide)x[1] * y[3] + (wide)x[2] * y[2] +
			(wide)x[3] * y[1] + (wide)x[4] * y[0],
	};

	for (int i = 1; i < LIMBS; i++)
		sum[i] += (uint64_t)(sum[i - 1] >> LIMB_BITS);
	for (int i = 0; i < LIMBS; i++)
		ret->limb[i] = (uint64_t)sum[i] & LIMB_MASK;
	ret->limb[0] += 19 * (uint64_t)(sum[LIMBS - 1] >> LIMB_BITS);
	ret->limb[1] += ret->limb[0] >> LIMB_BITS;
	ret->limb[0] &= LIMB_MASK;
}

/* f^(2^times) * with */
static void
field_square(const struct field *f, int times, const struct field *with,
	     struct field *ret)
{
	struct field square = *f;

	for (int i = 0; i < times; i++)
		field_multiply(&square, &square, &square);
	field_multiply(&square, with, ret);
}

/* f^(p - 2), which is 1 / f, by Fermat.  p - 2 is 250 ones and then 01011; ones_n below
 * is f to the power of n ones. */
static void
field_invert(const struct field *f, struct field *ret)
{
	struct {
		struct field ones_2, ones_3, ones_5, ones_10, ones_20, ones_40, ones_50,
			ones_100, ones_200, rest;
	} t;

	field_square(f, 1, f, &t.ones_2);
	field_square(&t.ones_2, 1, f, &t.ones_3);
	field_square(&t.ones_3, 2, &t.ones_2, &t.ones_5);
	field_square(&t.ones_5, 5, &t.ones_5, &t.ones_10);
	field_square(&t.ones_10, 10, &t.ones_10, &t.ones_20);
	field_square(&t.ones_20, 20, &t.ones_20, &t.ones_40);
	field_square(&t.ones_40, 10, &t.ones_10, &t.ones_50);
	field_square(&t.ones_50, 50, &t.ones_50, &t.ones_100);
	field_square(&t.ones_100, 100, &t.ones_100, &t.ones_200);
	field_square(&t.ones_200, 50, &t.ones_50, &t.rest);
	field_square(&t.rest, 2, f, &t.rest); /* 01 */
	field_square(&t.rest, 2, f, &t.rest); /* 01 */
	field_square(&t.rest, 1, f, ret);     /* 1 */
	secret_wipe(&t, sizeof t);
}

/* RFC 7748 section 5, the one way to write it: below p. */
static void
field_write(const struct field *f, uint8_t ret_bytes[CURVE_LEN])
{
	struct field least = *f;
	uint64_t word[4], over;

	carry(&least);
	carry(&least); /* now it is under 2 p */
	over = 19;     /* f + 19 reaches 2^255 just when f reaches p */
	for (int i = 0; i < LIMBS; i++)
		over = (least.limb[i] + over) >> LIMB_BITS;
	least.limb[0] += 19 * over;
	(void)propagate(&least); /* f - p = f + 19 - 2^255 */
	word[0] = least.limb[0] | least.limb[1] << 51;
	word[1] = least.limb[1] >> 13 | least.limb[2] << 38;
	word[2] = least.limb[2] >> 26 | least.limb[3] << 25;
	word[3] = least.limb[3] >> 39 | least.limb[4] << 12;
	for (int i = 0; i < CURVE_LEN; i++)
		ret_bytes[i] = (uint8_t)(word[i / 8] >> (i % 8 * 8));
	secret_wipe(&least, sizeof least);
	secret_wipe(word, sizeof word);
}

/* From Edwards form as RFC 8032 writes it (y, and the sign of x in the top bit) to
 * Montgomery form: u = (1 + y) / (1 - y). y is not 1: that is the neutral point.  One
 * inversion for all n points: from the product of all denominators, 1 / d[i] falls out by
 * multiplying with the others (Montgomery's trick). */
static void
to_montgomery(uint8_t (*points)[CURVE_LEN], size_t n)
{
	struct {
		struct field y, above[POINTS_MAX], below[POINTS_MAX], before[POINTS_MAX],
			product, u;
	} t = {.product = {{1}}};

	for (size_t i = 0; i < n; i++) {
		field_read(points[i], &t.y);
		field_add(&one, &t.y, &t.above[i]);
		field_subtract(&one, &t.y, &t.below[i]);
		t.before[i] = t.product;
		field_multiply(&t.product, &t.below[i], &t.product);
	}
	field_invert(&t.product, &t.product);
	for (size_t i = n; i-- > 0;) {
		field_multiply(&t.product, &t.before[i], &t.u);
		field_multiply(&t.u, &t.above[i], &t.u);
		field_write(&t.u, points[i]);
		field_multiply(&t.product, &t.below[i], &t.product);
	}
	secret_wipe(&t, sizeof t);
}

/* RFC 7748 section 5: how 32 bytes become a scalar. */
static void
clamp(const uint8_t secret[CURVE_LEN], uint8_t ret_scalar[CURVE_LEN])
{
	memcpy(ret_scalar, secret, CURVE_LEN);
	ret_scalar[0] &= 248;
	ret_scalar[31] = (ret_scalar[31] & 127) | 64;
}

/* Fails for the neutral point only.  The base point has prime order l, and a clamped
 * scalar is no multiple of l: it is a multiple of 8 from 2^254 to 2^255, and the only
 * multiples of l there are 4 l to 7 l.  So no product of two is one either. */
static void
base_times(const uint8_t scalar[CURVE_LEN], uint8_t ret_point[CURVE_LEN])
{
	(void)!crypto_scalarmult_ed25519_base_noclamp(ret_point, scalar);
}

void
curve_public(const uint8_t secret[CURVE_LEN], uint8_t ret_public[CURVE_LEN])
{
	uint8_t scalar[CURVE_LEN], points[1][CURVE_LEN];

	clamp(secret, scalar);
	base_times(scalar, points[0]);
	to_montgomery(points, 1);
	memcpy(ret_public, points[0], CURVE_LEN);
	secret_wipe(scalar, sizeof scalar);
}

void
curve_agree(const uint8_t a[CURVE_LEN], const uint8_t b[CURVE_LEN],
	    uint8_t ret_public_a[CURVE_LEN], uint8_t ret_public_b[CURVE_LEN],
	    uint8_t ret_shared[CURVE_LEN])
{
	uint8_t scalars[POINTS_MAX][CURVE_LEN], points[POINTS_MAX][CURVE_LEN];

	clamp(a, scalars[0]);
	clamp(b, scalars[1]);
	/* a b modulo the order of the base point: a (b B) = (a b) B */
	crypto_core_ed25519_scalar_mul(scalars[2], scalars[0], scalars[1]);
	for (size_t i = 0; i < POINTS_MAX; i++)
		base_times(scalars[i], points[i]);
	to_montgomery(points, POINTS_MAX);
	memcpy(ret_public_a, points[0], CURVE_LEN);
	memcpy(ret_public_b, points[1], CURVE_LEN);
	memcpy(ret_shared, points[2], CURVE_LEN);
	secret_wipe(scalars, sizeof scalars);
	secret_wipe(points, sizeof points);
}
