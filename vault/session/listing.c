/* SPDX-License-Identifier: Apache-2.0 */
#include "session/listing.h"
#include "session/session_catalog.h"

#include "session/sync.h"

#include <stdio.h>
#include <string.h>

/* Copies a text of the catalogue into listing->texts, with a NUL behind it.  Returns
 * where it stands there, plus 1; 0: there is no text; SIZE_MAX: failed. */
static size_t
keep(struct listing *listing, struct bytes text, struct amana_error *err)
{
	size_t at = listing->texts.len + 1;

	if (text.data == NULL || text.len == 0)
		return 0;
	if (buf_add(&listing->texts, text.data, text.len, err) < 0 ||
	    buf_add_byte(&listing->texts, 0, err) < 0)
		return SIZE_MAX;
	return at;
}

static const char *
kept(const struct listing *listing, size_t at)
{
	return at == 0 || at == SIZE_MAX ? NULL
					 : (const char *)listing->texts.data + at - 1;
}

/* Writes CASE/7; by hand, since a listing has a hundred thousand of them. */
static void
put_ref(const char *case_code, uint32_t number, char out[AMANA_EXHIBIT_REF_MAX])
{
	size_t len = strlen(case_code), at = 10;
	char digits[10];

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	memcpy(out, case_code, len);
	out[len++] = '/';
	memcpy(out + len, digits + at, sizeof digits - at);
	out[len + sizeof digits - at] = 0;
}

void
listing_public(const struct listing *listing, const struct catalog_exhibit *row,
	       struct amana_exhibit *ret_exhibit)
{
	struct custody_id id;
	const struct state_exhibit *exhibit;

	memcpy(id.bytes, row->id, sizeof id.bytes);
	exhibit = state_exhibit(session_state(listing->session), &id);
	*ret_exhibit = (struct amana_exhibit){.number = row->number,
					      .deposited_at = row->deposited_at,
					      .batch = row->slot};
	custody_id_hex(&id, ret_exhibit->id);
	if (strcmp(listing->case_code, "-") == 0)
		snprintf(ret_exhibit->ref, sizeof ret_exhibit->ref, "id:%s",
			 ret_exhibit->id);
	else
		put_ref(listing->case_code, row->number, ret_exhibit->ref);
	memcpy(ret_exhibit->by, row->actor, strnlen(row->actor, AMANA_MEMBER_MAX));
	if (row->has_object)
		hash_hex(&row->object, ret_exhibit->object);
	else
		ret_exhibit->object[0] = '-';
	if (exhibit != NULL) {
		ret_exhibit->disposed = exhibit->disposed;
		ret_exhibit->held =
			state_exhibit_held(session_state(listing->session), exhibit);
	}
}

int
listing_sealed(struct listing *listing, const struct catalog_exhibit *row,
	       struct amana_exhibit *ret_exhibit, struct amana_error *err)
{
	size_t at[7];

	buf_clear(&listing->texts);
	at[0] = keep(listing, row->name, err);
	at[1] = keep(listing, row->type, err);
	at[2] = keep(listing, row->media_type, err);
	at[3] = keep(listing, row->title, err);
	at[4] = keep(listing, row->note, err);
	at[5] = keep(listing, row->source, err);
	for (size_t i = 0; i < 6; i++)
		if (at[i] == SIZE_MAX)
			return -1;
	ret_exhibit->known = true;
	ret_exhibit->name = kept(listing, at[0]);
	ret_exhibit->name_len = row->name.len;
	ret_exhibit->type = kept(listing, at[1]);
	ret_exhibit->media_type = kept(listing, at[2]);
	ret_exhibit->title = kept(listing, at[3]);
	ret_exhibit->description = kept(listing, at[4]);
	ret_exhibit->source = kept(listing, at[5]);
	ret_exhibit->modified = row->modified_at;
	ret_exhibit->size = row->size;
	if (row->has_content)
		hash_hex(&row->sha256, ret_exhibit->sha256);
	return 0;
}

int
listing_give(const struct catalog_exhibit *row, void *arg, struct amana_error *err)
{
	struct listing *listing = arg;
	struct amana_exhibit exhibit;

	if (row->slot > state_slot(session_state(listing->session)))
		return 0; /* another process was quicker */
	listing_public(listing, row, &exhibit);
	if (row->opened && (!listing->only_own || row->own) &&
	    listing_sealed(listing, row, &exhibit, err) < 0)
		return -1;
	return listing->row(listing->ctx, &exhibit);
}

int
listing_rows(struct listing *listing, uint64_t after, struct amana_error *err)
{
	struct catalog *catalog;

	if (after >= UINT32_MAX)
		return 0;
	if (session_catalog(listing->session, &catalog, err) < 0)
		return -1;
	return session_catalog_outcome(
		catalog_exhibits_after(catalog, listing->case_id.bytes, (uint32_t)after,
				       listing_give, listing, err),
		err);
}
