/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/office/infile.h"

#include <fcntl.h>

int
infile_read(const char *path, const char *what, enum amana_reason missing,
	    struct buf *ret_bytes, struct amana_error *err)
{
	int r = file_read(AT_FDCWD, path, ret_bytes, err);

	if (r > 0)
		return err_reason(err, missing, AMANA_E_MISSING, "there is no %s '%s'",
				  what, path);
	if (r < 0 && err->code == AMANA_E_LIMIT)
		return err_set(err, AMANA_E_FORMAT, "'%s' is too long to be a %s", path,
			       what);
	return r;
}

int
infile_read_card(const char *path, struct card *ret_card, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf file = BUF_INIT(SIGNED_MAX);

	if (infile_read(path, "card", AMANA_REASON_NO_CARD, &file, err) < 0)
		return -1;
	return card_parse(BYTES_OF(file), ret_card, err) < 0 ? err_wrap(err, "'%s'", path)
							     : 0;
}
