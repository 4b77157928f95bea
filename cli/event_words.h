/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_EVENT_WORDS_H
#define CLI_EVENT_WORDS_H

struct amana_event;

/* The details of a custody event as a person reads them; NULL: they are to be shown as
 * they stand.  Owned by the caller; not safe for a terminal. */
char *event_words(const struct amana_event *event);

#endif
