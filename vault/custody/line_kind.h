/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_LINE_KIND_H
#define CUSTODY_LINE_KIND_H

#include "base/buf.h"

/*
 * The kinds of lines, in the order in which an entry names them (docs/FORMAT.md sections
 * 5 and 6).  Apart from line.h, so that entries need no JSON library.  Any thread.
 */
enum line_kind {
	LINE_CONTENT,
	LINE_ABOUT,
	LINE_SOURCE,
	LINE_CUSTODY,
	LINE_REASON,
};
#define LINE_KINDS 5

/* "content", ...; static.  "none" for a number that is no kind. */
const char *line_kind_name(enum line_kind kind);
/* -1: none of the kinds. */
int line_kind_parse(struct bytes text, enum line_kind *ret_kind) MUST_CHECK;
/* True for content, about and source: the kinds that name an exhibit, not an act. */
bool line_is_of_exhibit(enum line_kind kind);

#endif
