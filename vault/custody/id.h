/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_ID_H
#define CUSTODY_ID_H

#include "base/text.h"

/*
 * The small names of the log (docs/FORMAT.md section 1): random ids of cases, exhibits
 * and acts, and staff codes.  Plain values, copied by assignment; any thread.
 */
#define CUSTODY_ID_LEN 16
#define CUSTODY_ID_HEX_LEN 32

struct custody_id {
	uint8_t bytes[CUSTODY_ID_LEN];
};

/* A new id, from the system's random numbers. */
void custody_id_random(struct custody_id *ret_id);
/* The id as lower-case hex digits. */
void custody_id_hex(const struct custody_id *id, char out[CUSTODY_ID_HEX_LEN + 1]);
/* -1 unless the text is exactly 32 lower-case hex digits. */
int custody_id_parse(const char *hex, size_t len, struct custody_id *ret_id) MUST_CHECK;
bool custody_id_equal(const struct custody_id *a, const struct custody_id *b);

/* A staff code with its NUL. The bytes after it are zero, too, so that codes can be
 * compared as memory.  The empty text stands for nobody. */
struct member_code {
	char text[TEXT_MEMBER_MAX + 1];
};

/* -1 unless the text is a staff code. */
int member_code_parse(const char *text, size_t len,
		      struct member_code *ret_code) MUST_CHECK;
/* Are both the same code, or both nobody? */
bool member_code_equal(const struct member_code *a, const struct member_code *b);

/* The largest NUMBER of docs/FORMAT.md, and the largest slot number. */
#define CUSTODY_NUMBER_MAX ((UINT64_C(1) << 53) - 1)
#define CUSTODY_SLOT_MAX UINT64_C(999999999999)

#endif
