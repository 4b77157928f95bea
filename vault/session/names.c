/* SPDX-License-Identifier: Apache-2.0 */
#include "session/names.h"

#include "base/text.h"
#include "log/log_known.h"
#include "session/id_search.h"

#include <stdio.h>
#include <string.h>

/* ---- cases ---- */

/* The ring of a case, which has its code and title.  NULL: this person holds none, or it
 * cannot be opened; either way the names are not known here. */
static const struct ring *
ring_if_any(struct session *session, const struct custody_id *case_id)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	const struct ring *ring;

	return session_ring(session, case_id, &ring, &ignored) == 0 ? ring : NULL;
}

void
names_case_code(struct session *session, const struct custody_id *case_id, char *out)
{
	const struct ring *ring = ring_if_any(session, case_id);

	snprintf(out, TEXT_CASE_MAX + 1, "%s", ring != NULL ? ring->case_code : "-");
}

void
names_case_label(struct session *session, const struct custody_id *case_id, char *out)
{
	char hex[CUSTODY_ID_HEX_LEN + 1];

	names_case_code(session, case_id, out);
	if (strcmp(out, "-") != 0)
		return;
	custody_id_hex(case_id, hex);
	snprintf(out, NAMES_REF_MAX, "id:%s", hex);
}

const char *
names_case_title(struct session *session, const struct custody_id *case_id)
{
	const struct ring *ring = ring_if_any(session, case_id);

	return ring != NULL ? ring->title : "";
}

void
names_exhibit_ref(struct session *session, const struct state_exhibit *exhibit, char *out)
{
	const struct state_case *a_case =
		state_exhibit_case(session_state(session), exhibit);
	char code[TEXT_CASE_MAX + 1], hex[CUSTODY_ID_HEX_LEN + 1];

	names_case_code(session, &a_case->id, code);
	custody_id_hex(&exhibit->id, hex);
	if (strcmp(code, "-") == 0)
		snprintf(out, NAMES_REF_MAX, "id:%s", hex);
	else
		snprintf(out, NAMES_REF_MAX, "%s/%" PRIu32, code, exhibit->number);
}

/* ---- codes that two cases have ---- */

/* Codes are sealed, so the pin has a code's HMAC, under a key of this person's. */
#define CODE_MAC_HEX 32

struct pinned { /* looking for another case that was granted under the same code */
	char line[LOG_KNOWN_LINE_MAX + 1]; /* of the case itself */
	char mac[CODE_MAC_HEX + 1];
	bool other, own;
	char other_id[CUSTODY_ID_HEX_LEN + 1];
};

static int
compare_pin(void *arg, const char *line)
{
	struct pinned *pinned = arg;
	const char *mac = strrchr(line, ' ');

	if (strcmp(line, pinned->line) == 0) {
		pinned->own = true;
	} else if (mac != NULL && strcmp(mac + 1, pinned->mac) == 0) {
		pinned->other = true;
		snprintf(pinned->other_id, sizeof pinned->other_id, "%.*s",
			 CUSTODY_ID_HEX_LEN, line + strlen("case "));
	}
	return 0;
}

static int
look_for_pin(struct session *session, const struct custody_id *case_id, const char *code,
	     struct pinned *pinned, struct amana_error *err)
{
	CLEANUP(secret_done) struct secret key = SECRET_INIT;
	char hex[CUSTODY_ID_HEX_LEN + 1];
	struct hash mac;

	*pinned = (struct pinned){.other = false};
	if (session_identity(session, err) < 0 || secret_new(HASH_LEN, &key, err) < 0)
		return -1;
	hkdf_of(BYTES_OF(session->identity.age),
		(struct bytes){log_fingerprint(session->log)->bytes, HASH_LEN},
		"amana pinned codes 1", key.data, key.len);
	hmac_of(key.data, key.len, code, strlen(code), &mac);
	custody_id_hex(case_id, hex);
	text_hex(mac.bytes, CODE_MAC_HEX / 2, pinned->mac);
	snprintf(pinned->line, sizeof pinned->line, "case %s %s", hex, pinned->mac);
	return log_known_each(session->log, "case", compare_pin, pinned, err);
}

bool
names_code_is_shared(struct session *session, const struct custody_id *case_id,
		     const char *code)
{
	struct amana_error ignored = AMANA_ERROR_INIT;
	struct pinned pinned;

	return strcmp(code, "-") != 0 && session->has_identity &&
	       look_for_pin(session, case_id, code, &pinned, &ignored) == 0 &&
	       pinned.other;
}

/* Whoever is granted a second case under a code that is known may have been led there:
 * the first one counts, and from then on neither goes by the code alone. */
static int
check_pin(struct session *session, const struct state_case *a_case, const char *code,
	  struct amana_error *err)
{
	char hex[CUSTODY_ID_HEX_LEN + 1];
	struct pinned pinned;

	if (look_for_pin(session, &a_case->id, code, &pinned, err) < 0)
		return -1;
	custody_id_hex(&a_case->id, hex);
	if (!pinned.own && log_known_add(session->log, pinned.line, err) < 0)
		return -1;
	if (!pinned.other)
		return 0;
	return err_reason(err, AMANA_REASON_AMBIGUOUS, AMANA_E_MISSING,
			  "two cases were granted to this login as '%s', id:%.8s and "
			  "id:%.8s: name the one that is meant by its id",
			  code, pinned.other_id, hex);
}

int
names_case(struct session *session, const char *name, const struct state_case **ret_case,
	   struct amana_error *err)
{
	const struct state *state = session_state(session);
	const struct state_grant *grant = NULL;
	const struct state_case *found = NULL;
	struct amana_error bad = AMANA_ERROR_INIT;
	const struct state_member *me;

	if (id_search_is_name(name))
		return id_search_case(state, name, ret_case, err);
	if (!text_is_case(name, strlen(name)))
		return err_set(
			err, AMANA_E_USAGE,
			"'%s' is no case code: capital letters, digits, dots and dashes, at "
			"most 32",
			name);
	if (session_member(session, &me, err) < 0)
		return -1;
	while ((grant = state_grant_next_of_member(state, &me->code, grant)) != NULL) {
		const struct state_case *at = state_grant_case(state, grant);
		const struct ring *ring;

		if (at == NULL || grant->kind == GRANT_NONE)
			continue;
		if (session_ring(session, &at->id, &ring, &bad) != 0 ||
		    strcmp(ring->case_code, name) != 0)
			continue;
		if (found != NULL)
			return err_reason(
				err, AMANA_REASON_AMBIGUOUS, AMANA_E_MISSING,
				"you have two cases called '%s'; name it by its id (amana "
				"case list --json)",
				name);
		found = at;
	}
	/* Perhaps it is the case whose key file cannot be opened. */
	if (found == NULL && bad.code != AMANA_OK) {
		*err = bad;
		return -1;
	}
	if (found == NULL)
		return err_set(err, AMANA_E_MISSING,
			       "%s knows no case '%s'; your cases: amana case list",
			       session->who, name);
	if (check_pin(session, found, name, err) < 0)
		return -1;
	*ret_case = found;
	return 0;
}

/* ---- exhibits ---- */

/* The number that a reference ends with: "7" or "EX-0007". */
static int
parse_number(const char *text, size_t len, uint32_t *ret_number)
{
	uint64_t value;

	if (len > 3 && memcmp(text, "EX-", 3) == 0) {
		text += 3;
		len -= 3;
		while (len > 1 && text[0] == '0') {
			text++;
			len--;
		}
	}
	if (text_u64(text, len, &value) < 0 || value == 0 || value > UINT32_MAX)
		return -1;
	*ret_number = (uint32_t)value;
	return 0;
}

static int
usage(const char *name, struct amana_error *err)
{
	return err_set(err, AMANA_E_USAGE,
		       "'%s' names no exhibit: write CASE/7, CASE/7,9-12 or id:HEX",
		       name);
}

/* The exhibits of one reference, CASE/7,9-12. */
struct id_list {
	const struct state *state;
	const struct state_case *a_case;
	const char *case_name; /* as the person wrote it */
	struct custody_id *ids;
	size_t n;
};

static int
add_numbered(struct id_list *list, uint32_t number, struct amana_error *err)
{
	const struct state_exhibit *exhibit =
		state_exhibit_numbered(list->state, &list->a_case->id, number);
	struct custody_id *grown;

	if (exhibit == NULL)
		return err_set(err, AMANA_E_MISSING,
			       "%s has no exhibit %" PRIu32 "; it has %" PRIu32,
			       list->case_name, number, list->a_case->n_exhibits);
	grown = mem_grow(list->ids, list->n, list->n + 1, sizeof *grown, err);
	if (grown == NULL)
		return -1;
	list->ids = grown;
	list->ids[list->n++] = exhibit->id;
	return 0;
}

/* Adds one item of "7,9-12" to the list. */
static int
add_range(struct id_list *list, const char *item, size_t len, struct amana_error *err)
{
	const char *dash = memchr(item, '-', len);
	uint32_t first, last;

	if (parse_number(item, len, &first) == 0) {
		last = first;
	} else {
		if (len > 3 && memcmp(item, "EX-", 3) == 0)
			dash = memchr(item + 3, '-', len - 3);
		if (dash == NULL ||
		    parse_number(item, (size_t)(dash - item), &first) < 0 ||
		    parse_number(dash + 1, len - (size_t)(dash - item) - 1, &last) < 0 ||
		    last < first)
			return err_set(err, AMANA_E_USAGE,
				       "'%.*s' is no number or range of exhibits",
				       (int)len, item);
	}
	/* Said at once, not after a million numbers. */
	if (last > list->a_case->n_exhibits)
		return err_set(err, AMANA_E_MISSING,
			       "%s has no exhibit %" PRIu32 "; it has %" PRIu32,
			       list->case_name, last, list->a_case->n_exhibits);
	for (uint32_t number = first; number <= last; number++)
		if (add_numbered(list, number, err) < 0)
			return -1;
	return 0;
}

static int
list_by_id(struct id_list *list, const char *name, struct amana_error *err)
{
	const struct state_exhibit *exhibit;

	if (id_search_exhibit(list->state, name, &exhibit, err) < 0)
		return -1;
	list->ids = mem_new(sizeof list->ids[0], err);
	if (list->ids == NULL)
		return -1;
	list->ids[0] = exhibit->id;
	list->n = 1;
	return 0;
}

/* Lists the exhibits of CASE/7,9-12. */
static int
list_by_number(struct session *session, struct id_list *list, const char *name,
	       struct amana_error *err)
{
	CLEANUP(mem_freep) char *case_name = NULL;
	const char *slash = strchr(name, '/'), *item;
	int r = 0;

	if (slash == NULL || slash[1] == 0)
		return usage(name, err);
	case_name = mem_dup(name, err);
	if (case_name == NULL)
		return -1;
	case_name[slash - name] = 0;
	if (names_case(session, case_name, &list->a_case, err) < 0)
		return -1;
	list->case_name = case_name;
	for (item = slash + 1; r == 0; item = strchr(item, ',') + 1) {
		size_t len = strcspn(item, ",");

		r = add_range(list, item, len, err);
		if (item[len] == 0)
			break;
	}
	return r;
}

int
names_exhibits(struct session *session, const char *name, struct custody_id **ret_list,
	       size_t *ret_n, struct amana_error *err)
{
	struct id_list list = {.state = session_state(session)};
	int r = id_search_is_name(name) ? list_by_id(&list, name, err)
					: list_by_number(session, &list, name, err);

	if (r < 0) {
		mem_free(list.ids);
		return -1;
	}
	*ret_list = list.ids;
	*ret_n = list.n;
	return 0;
}

int
names_exhibit(struct session *session, const char *name,
	      const struct state_exhibit **ret_exhibit, struct amana_error *err)
{
	CLEANUP(mem_freep) struct custody_id *list = NULL;
	size_t n = 0;

	if (names_exhibits(session, name, &list, &n, err) < 0)
		return -1;
	if (n != 1)
		return err_set(err, AMANA_E_USAGE, "'%s' names %s; name one", name,
			       text_count(n, "exhibit", "exhibits").text);
	*ret_exhibit = state_exhibit(session_state(session), &list[0]);
	return 0;
}

int
names_member(const struct session *session, const char *name,
	     const struct state_member **ret_member, struct amana_error *err)
{
	const struct state_member *member;
	struct member_code code;

	if (member_code_parse(name, strlen(name), &code) < 0)
		return err_set(err, AMANA_E_USAGE,
			       "'%s' is no staff code; a code looks like S-014", name);
	member = state_member(session_state(session), &code);
	if (member == NULL || !member->enrolled)
		return err_reason(err, AMANA_REASON_NO_MEMBER, AMANA_E_MISSING,
				  "%s is not a member of this vault", name);
	*ret_member = member;
	return 0;
}
