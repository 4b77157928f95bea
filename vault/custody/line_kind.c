/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/line_kind.h"

#include "base/text.h"

static const char *const kind_names[LINE_KINDS] = {"content", "about", "source",
						   "custody", "reason"};

const char *
line_kind_name(enum line_kind kind)
{
	return (unsigned int)kind < LINE_KINDS ? kind_names[kind] : "none";
}

int
line_kind_parse(struct bytes text, enum line_kind *ret_kind)
{
	for (size_t i = 0; i < LINE_KINDS; i++) {
		if (!text_is(text, kind_names[i]))
			continue;
		*ret_kind = (enum line_kind)i;
		return 0;
	}
	return -1;
}

bool
line_is_of_exhibit(enum line_kind kind)
{
	return kind == LINE_CONTENT || kind == LINE_ABOUT || kind == LINE_SOURCE;
}
