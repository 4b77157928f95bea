/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/verify/verify_core.h"

#include <stdarg.h>
#include <stdio.h>

#define DETAIL_MAX 1024
#define PIECE_LEN ((size_t)65536) /* of a slot that is hashed */

void
verify_tell(struct verify *verify, const char *name, enum amana_result result,
	    const char *fmt, ...)
{
	char detail[DETAIL_MAX];
	struct amana_check check = {.name = name, .result = result, .detail = detail};
	va_list args;

	va_start(args, fmt);
	vsnprintf(detail, sizeof detail, fmt, args);
	va_end(args);
	text_make_safe(detail);
	if (result == AMANA_FAIL)
		verify->result->ok = false;
	if (result == AMANA_FAIL || result == AMANA_NOT_CHECKED)
		verify->result->complete = false;
	verify->request->check(verify->request->ctx, &check);
}

int
verify_session(struct verify *verify, struct amana_error *err)
{
	return verify->session != NULL
		       ? 0
		       : session_open(&verify->bare->config, 0, &verify->session, err);
}

bool
verify_must_stop(const struct amana_error *err)
{
	return err->code == AMANA_E_NOMEM || err->code == AMANA_E_CANCELLED ||
	       err->code == AMANA_E_BUG;
}

int
verify_stored_head(struct verify *verify, uint64_t n, struct hash *ret_head,
		   struct amana_error *err)
{
	CLEANUP(store_reader_freep) struct store_reader *reader = NULL;
	CLEANUP(hasher_freep) struct hasher *hasher = NULL;
	CLEANUP(mem_freep) uint8_t *piece = NULL;
	uint64_t at = 0;
	size_t len;
	int r = store_reader_open(verify->bare->store, store_name_slot(n).text, &reader,
				  err);

	if (r != 0)
		return r < 0 && !verify_must_stop(err) ? 1 : r;
	hasher = hasher_new(err);
	piece = mem_new(PIECE_LEN, err);
	if (hasher == NULL || piece == NULL)
		return -1;
	/* A file longer than any slot is no slot: its beginning is enough to tell. */
	do {
		if (store_reader_pread(reader, piece, PIECE_LEN, at, &len, err) < 0)
			return verify_must_stop(err) ? -1 : 1;
		hasher_add(hasher, piece, len);
		at += len;
	} while (len == PIECE_LEN && at <= BATCH_BYTES_MAX + PIECE_LEN);
	hasher_finish(hasher, ret_head);
	return 0;
}
