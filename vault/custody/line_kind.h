/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_LINE_KIND_H
#define CUSTODY_LINE_KIND_H

/* The kinds of lines, in the order in which an entry names them (docs/FORMAT.md sections
 * 5 and 6). Apart from line.h so that entries need no JSON library. */
enum line_kind {
	LINE_CONTENT,
	LINE_ABOUT,
	LINE_SOURCE,
	LINE_CUSTODY,
	LINE_REASON,
};
#define LINE_KINDS 5

#endif
