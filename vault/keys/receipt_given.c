/* SPDX-License-Identifier: Apache-2.0 */
#include "keys/receipt_given.h"

#include "base/file.h"

#include <fcntl.h>
#include <string.h>

void
receipt_given_done(struct receipt_given *given)
{
	mem_free(given->ranges);
	given->ranges = NULL;
	given->n_ranges = 0;
}

static int
read_file(const char *path, struct receipt_given *ret_given, struct amana_error *err)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(RECEIPT_MAX);
	CLEANUP(mem_freep)
	struct receipt_range *ranges = mem_array(RECEIPT_RANGES_MAX, sizeof *ranges, err);
	struct receipt receipt;
	int r;

	if (ranges == NULL)
		return -1;
	r = file_read(AT_FDCWD, path, &text, err);
	if (r > 0)
		return err_reason(
			err, AMANA_REASON_NO_RECEIPT, AMANA_E_MISSING,
			"there is no receipt '%s'; a receipt is a file, or BATCH:HEAD as it "
			"is printed",
			path);
	if (r < 0)
		return -1;
	if (receipt_parse(BYTES_OF(text), ranges, &receipt, err) < 0)
		return err_wrap(err, "receipt '%s'", path);
	ret_given->is_file = true;
	ret_given->fingerprint = receipt.fingerprint;
	ret_given->batch = receipt.batch;
	ret_given->head = receipt.head;
	ret_given->at = receipt.at;
	memcpy(ret_given->by, receipt.by, sizeof receipt.by);
	ret_given->n_ranges = receipt.n_ranges;
	ret_given->ranges = TAKE(ranges);
	return 0;
}

int
receipt_given_read(const char *text, struct receipt_given *ret_given,
		   struct amana_error *err)
{
	struct receipt_given given = RECEIPT_GIVEN_INIT;

	if (receipt_parse_short(text, &given.batch, &given.head) < 0 &&
	    read_file(text, &given, err) < 0)
		return -1;
	*ret_given = given;
	return 0;
}
