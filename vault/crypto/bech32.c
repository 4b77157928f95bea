/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/bech32.h"

#include "crypto/secret.h"

#include <ctype.h>
#include <string.h>

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

#define CHECK_LEN 6
#define DIGITS_MAX ((BECH32_VALUE_MAX * 8 + 4) / 5)

/* One step of the checksum, a BCH code over 5-bit digits. */
static uint32_t
check_step(uint32_t check, uint8_t digit)
{
	static const uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
					     0x3d4233dd, 0x2a1462b3};
	uint32_t top = check >> 25;

	check = (check & 0x1ffffff) << 5 ^ digit;
	for (int i = 0; i < 5; i++)
		check ^= generator[i] & (0u - (top >> i & 1));
	return check;
}

/* What the checksum takes in first: of each letter of the human-readable part, in lower
 * case, the high three bits; then a zero; then of each letter the low five. */
static uint32_t
check_hrp(const char *hrp)
{
	uint32_t check = 1;

	for (const char *c = hrp; *c != 0; c++)
		check = check_step(check, (uint8_t)(tolower((unsigned char)*c) >> 5));
	check = check_step(check, 0);
	for (const char *c = hrp; *c != 0; c++)
		check = check_step(check, (uint8_t)(tolower((unsigned char)*c) & 31));
	return check;
}

static bool
hrp_is_upper(const char *hrp)
{
	return isupper((unsigned char)hrp[0]) != 0;
}

static char
digit_char(uint32_t digit, bool upper)
{
	char c = alphabet[digit & 31];

	return upper ? (char)toupper((unsigned char)c) : c;
}

/* The value of a character in the one right case, or -1. */
static int
char_digit(char c, bool upper)
{
	const char *at;

	if (c == 0 || (upper ? islower((unsigned char)c) : isupper((unsigned char)c)))
		return -1;
	at = strchr(alphabet, tolower((unsigned char)c));
	return at != NULL ? (int)(at - alphabet) : -1;
}

void
bech32_encode(const char *hrp, const uint8_t *value, size_t len, char *out)
{
	size_t n_digits = (len * 8 + 4) / 5;
	uint32_t check = check_hrp(hrp), acc = 0;
	bool upper = hrp_is_upper(hrp);
	int bits = 0;

	while (*hrp != 0)
		*out++ = *hrp++;
	*out++ = '1';
	for (size_t i = 0; i < n_digits; i++) {
		uint8_t digit;

		if (bits < 5) { /* past the end, zero bits fill up the last digit */
			acc = acc << 8 | (len > 0 ? *value++ : 0);
			bits += 8;
			len -= len > 0;
		}
		bits -= 5;
		digit = (uint8_t)(acc >> bits & 31);
		check = check_step(check, digit);
		*out++ = digit_char(digit, upper);
	}
	for (int i = 0; i < CHECK_LEN; i++)
		check = check_step(check, 0);
	check ^= 1;
	for (int i = CHECK_LEN - 1; i >= 0; i--)
		*out++ = digit_char(check >> (5 * i), upper);
	*out = 0;
}

/* Checks alphabet, case and checksum; the n_digits before the checksum go to `digits`. */
static int
read_digits(const char *text, size_t n_digits, const char *hrp, uint8_t *digits)
{
	uint32_t check = check_hrp(hrp);
	bool upper = hrp_is_upper(hrp);

	for (size_t i = 0; i < n_digits + CHECK_LEN; i++) {
		int digit = char_digit(text[i], upper);

		if (digit < 0)
			return -1;
		check = check_step(check, (uint8_t)digit);
		if (i < n_digits)
			digits[i] = (uint8_t)digit;
	}
	return check == 1 ? 0 : -1;
}

int
bech32_decode(const char *text, size_t text_len, const char *hrp, uint8_t *ret_value,
	      size_t len)
{
	size_t hrp_len = strlen(hrp), n_digits = (len * 8 + 4) / 5;
	uint8_t digits[DIGITS_MAX];
	uint32_t acc = 0;
	int bits = 0, r;

	if (len > BECH32_VALUE_MAX || text_len != BECH32_LEN(hrp_len, len) ||
	    memcmp(text, hrp, hrp_len) != 0 || text[hrp_len] != '1')
		return -1;
	r = read_digits(text + hrp_len + 1, n_digits, hrp, digits);
	if (r == 0 && len > 0 &&
	    (digits[n_digits - 1] & ((1u << (n_digits * 5 - len * 8)) - 1)) != 0)
		r = -1; /* those bits would be a second spelling of the same value */
	for (size_t i = 0; r == 0 && i < n_digits; i++) {
		acc = acc << 5 | digits[i];
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			*ret_value++ = (uint8_t)(acc >> bits);
		}
	}
	secret_wipe(digits, sizeof digits);
	return r;
}
