/* SPDX-License-Identifier: Apache-2.0 */
#include "api/args.h"
#include "api/vault_handle.h"
#include "flow/mount/mount.h"

int
amana_mount_open(struct amana_vault *vault, const struct amana_mount_request *request,
		 struct amana_mount **ret_mount, struct amana_error *err)
{
	if (ARGS_GIVEN(err, vault, request, ret_mount) < 0 ||
	    ARGS_GIVEN(err, request->case_name) < 0)
		return -1;
	return flow_mount_open(vault->session, request, ret_mount, err);
}

const char *
amana_mount_case(const struct amana_mount *mount)
{
	return mount != NULL ? flow_mount_case(mount) : "";
}

int
amana_mount_list(struct amana_mount *mount, uint64_t after, amana_exhibit_row *row,
		 void *ctx, struct amana_error *err)
{
	if (ARGS_GIVEN(err, mount) < 0)
		return -1;
	if (row == NULL)
		return err_bug(err, "no function to call with the exhibits");
	return flow_mount_list(mount, after, row, ctx, err);
}

int
amana_mount_poll(struct amana_mount *mount, struct amana_mount_news *ret_news,
		 struct amana_error *err)
{
	if (ARGS_GIVEN(err, mount, ret_news) < 0)
		return -1;
	return flow_mount_poll(mount, ret_news, err);
}

int
amana_mount_record(struct amana_mount *mount, struct amana_opening *openings, size_t n,
		   struct amana_error *err)
{
	if (ARGS_GIVEN(err, mount) < 0)
		return -1;
	if (n > 0 && openings == NULL)
		return err_bug(err, "openings were counted but not given");
	return flow_mount_record(mount, openings, n, err);
}

int
amana_mount_reader(struct amana_mount *mount, uint64_t number,
		   struct amana_reader **ret_reader, struct amana_error *err)
{
	if (ARGS_GIVEN(err, mount, ret_reader) < 0)
		return -1;
	return flow_mount_reader(mount, number, ret_reader, err);
}

uint64_t
amana_reader_size(const struct amana_reader *reader)
{
	return reader != NULL ? flow_reader_size(reader) : 0;
}

bool
amana_reader_refused(const struct amana_reader *reader)
{
	return reader != NULL && flow_reader_refused(reader);
}

int
amana_reader_chunks(const struct amana_reader *reader, uint64_t first, size_t n,
		    void *bytes, size_t *ret_len, struct amana_error *err)
{
	if (ARGS_GIVEN(err, reader, bytes, ret_len) < 0)
		return -1;
	return flow_reader_chunks(reader, first, n, bytes, ret_len, err);
}

void
amana_reader_free(struct amana_reader *reader)
{
	flow_reader_free(reader);
}

int
amana_mount_damaged(struct amana_mount *mount, uint64_t number, struct amana_error *err)
{
	if (ARGS_GIVEN(err, mount) < 0)
		return -1;
	return flow_mount_damaged(mount, number, err);
}

int
amana_mount_close(struct amana_mount *mount, const struct amana_mount_end *end,
		  struct amana_error *err)
{
	if (ARGS_GIVEN(err, mount, end) < 0)
		return -1;
	if ((end->n_ranges > 0 && end->ranges == NULL) ||
	    (end->n_refusals > 0 && end->refusals == NULL))
		return err_bug(err, "what was read or refused was counted but not given");
	return flow_mount_close(mount, end, err);
}
