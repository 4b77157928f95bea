/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/checkpoint.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

static bool
origin_is_valid(const char *origin, size_t len)
{
	return len > 0 && len <= CHECKPOINT_ORIGIN_MAX && text_is_plain(origin, len);
}

int
checkpoint_write(const struct checkpoint *checkpoint, struct buf *buf,
		 struct amana_error *err)
{
	char root[TEXT_B64_LEN(HASH_LEN) + 1];

	if (!origin_is_valid(checkpoint->origin, strlen(checkpoint->origin)) ||
	    checkpoint->size > CHECKPOINT_SIZE_MAX)
		return err_bug(err, "a checkpoint of '%s' with %" PRIu64 " leaves",
			       checkpoint->origin, checkpoint->size);
	text_b64(checkpoint->root.bytes, HASH_LEN, root);
	return buf_add_fmt(buf, err, "%s\n%" PRIu64 "\n%s\n", checkpoint->origin,
			   checkpoint->size, root);
}

int
checkpoint_parse(struct bytes text, struct checkpoint *ret_checkpoint)
{
	struct text_cursor cursor = {(const char *)text.data,
				     (const char *)text.data + text.len};
	struct checkpoint checkpoint = {.size = 0};
	struct bytes origin, size, root;
	size_t root_len;

	if (text.len > CHECKPOINT_TEXT_MAX || text_line(&cursor, &origin) < 0 ||
	    text_line(&cursor, &size) < 0 || text_line(&cursor, &root) < 0 ||
	    cursor.at != cursor.end)
		return -1;
	if (!origin_is_valid((const char *)origin.data, origin.len) ||
	    text_u64((const char *)size.data, size.len, &checkpoint.size) < 0 ||
	    checkpoint.size > CHECKPOINT_SIZE_MAX ||
	    text_unb64((const char *)root.data, root.len, true, checkpoint.root.bytes,
		       HASH_LEN, &root_len) < 0 ||
	    root_len != HASH_LEN)
		return -1;
	memcpy(checkpoint.origin, origin.data, origin.len);
	*ret_checkpoint = checkpoint;
	return 0;
}
