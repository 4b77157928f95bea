/* SPDX-License-Identifier: Apache-2.0 */
#include "flow/mount/mount_numbers.h"

#include <inttypes.h>

void
mount_numbers_done(struct mount_numbers *numbers)
{
	buf_done(&numbers->text);
}

int
mount_numbers_end(struct mount_numbers *numbers, struct amana_error *err)
{
	const char *comma = numbers->text.len > 0 ? "," : "";
	uint64_t first = numbers->first, last = numbers->last;

	numbers->first = 0;
	if (first == 0)
		return 0;
	if (first == last)
		return buf_add_fmt(&numbers->text, err, "%s%" PRIu64, comma, first);
	return buf_add_fmt(&numbers->text, err, "%s%" PRIu64 "-%" PRIu64, comma, first,
			   last);
}

int
mount_numbers_add(struct mount_numbers *numbers, uint64_t number, struct amana_error *err)
{
	if (numbers->first != 0 &&
	    (number == numbers->last || number == numbers->last + 1)) {
		numbers->last = number;
		return 0;
	}
	if (mount_numbers_end(numbers, err) < 0)
		return -1;
	numbers->first = numbers->last = number;
	return 0;
}
