/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_MOUNT_MOUNT_NUMBERS_H
#define FLOW_MOUNT_MOUNT_NUMBERS_H

#include "base/buf.h"

/* Numbers of exhibits as a custody line has them: "1-3,7".  One thread at a time. */
struct mount_numbers {
	struct buf text;
	uint64_t first, last; /* the run that is not in the text yet; first 0: none */
};
#define MOUNT_NUMBERS_INIT                                                               \
	{                                                                                \
		.text = BUF_INIT((size_t)1 << 20)                                        \
	}
void mount_numbers_done(struct mount_numbers *numbers);

/* Adds a number that is above 0 and not below the last one. */
int mount_numbers_add(struct mount_numbers *numbers, uint64_t number,
		      struct amana_error *err) MUST_CHECK;
/* After the last one: the text is whole. */
int mount_numbers_end(struct mount_numbers *numbers, struct amana_error *err) MUST_CHECK;

#endif
