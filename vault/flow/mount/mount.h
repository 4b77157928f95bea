/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_MOUNT_MOUNT_H
#define FLOW_MOUNT_MOUNT_H

#include "amana/mount.h"
#include "session/session.h"

/*
 * A case as a folder.  Each function does what the public function of the same name does
 * (amana_mount_open for flow_mount_open), with its contract in include/amana/mount.h.
 */

int flow_mount_open(struct session *session, const struct amana_mount_request *request,
		    struct amana_mount **ret_mount, struct amana_error *err) MUST_CHECK;
const char *flow_mount_case(const struct amana_mount *mount);
int flow_mount_list(struct amana_mount *mount, uint64_t after, amana_exhibit_row *row,
		    void *ctx, struct amana_error *err) MUST_CHECK;
int flow_mount_poll(struct amana_mount *mount, struct amana_mount_news *ret_news,
		    struct amana_error *err) MUST_CHECK;
int flow_mount_record(struct amana_mount *mount, struct amana_opening *openings, size_t n,
		      struct amana_error *err) MUST_CHECK;
int flow_mount_reader(struct amana_mount *mount, uint64_t number,
		      struct amana_reader **ret_reader,
		      struct amana_error *err) MUST_CHECK;
uint64_t flow_reader_size(const struct amana_reader *reader);
bool flow_reader_refused(const struct amana_reader *reader);
int flow_reader_chunks(const struct amana_reader *reader, uint64_t first, size_t n,
		       void *bytes, size_t *ret_len, struct amana_error *err) MUST_CHECK;
void flow_reader_free(struct amana_reader *reader);
int flow_mount_damaged(struct amana_mount *mount, uint64_t number,
		       struct amana_error *err) MUST_CHECK;
int flow_mount_close(struct amana_mount *mount, const struct amana_mount_end *end,
		     struct amana_error *err) MUST_CHECK;

#endif
