/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/search.h"

#include "base/text.h"
#include "catalog/catalog.h"

#include <string.h>

static bool
is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0;
}

void
search_make_plain(char *text)
{
	text_make_safe(text);
}

/* Appends `"text"` with its quotes doubled, then `*` for a prefix, then a space. */
static int
add_literal(struct bytes text, bool prefix, struct buf *match, struct amana_error *err)
{
	char plain[CATALOG_QUERY_MAX + 1];

	memcpy(plain, text.data, text.len);
	plain[text.len] = 0;
	for (size_t i = 0; i < text.len; i++)
		if (plain[i] == 0)
			plain[i] = ' ';
	search_make_plain(plain);
	if (buf_add_byte(match, '"', err) < 0)
		return -1;
	for (const char *at = plain; *at != 0; at++)
		if ((*at == '"' && buf_add_byte(match, '"', err) < 0) ||
		    buf_add_byte(match, (uint8_t)*at, err) < 0)
			return -1;
	return buf_add_str(match, prefix ? "\"* " : "\" ", err);
}

/* Takes one word or phrase off `rest`, which does not begin with white space. */
static struct bytes
take_term(struct bytes *rest, bool *ret_prefix)
{
	bool phrase = rest->data[0] == '"';
	size_t start = phrase ? 1 : 0, end = start;
	struct bytes term;

	while (end < rest->len &&
	       (phrase ? rest->data[end] != '"' : !is_space(rest->data[end])))
		end++;
	term = (struct bytes){rest->data + start, end - start};
	*ret_prefix = !phrase && term.len > 1 && term.data[term.len - 1] == '*';
	if (*ret_prefix)
		term.len--;
	if (phrase && end < rest->len)
		end++; /* the closing quote */
	*rest = (struct bytes){rest->data + end, rest->len - end};
	return term;
}

int
search_translate(struct bytes words, struct buf *ret_match, struct amana_error *err)
{
	size_t n_terms = 0;

	if (words.len > CATALOG_QUERY_MAX)
		return err_set(err, AMANA_E_LIMIT, "a search is at most %d bytes long",
			       CATALOG_QUERY_MAX);
	buf_clear(ret_match);
	while (true) {
		struct bytes term;
		bool prefix;

		while (words.len > 0 && is_space(words.data[0]))
			words = (struct bytes){words.data + 1, words.len - 1};
		if (words.len == 0)
			break;
		if (++n_terms > CATALOG_QUERY_WORDS_MAX)
			return err_set(err, AMANA_E_LIMIT,
				       "a search has at most %d words",
				       CATALOG_QUERY_WORDS_MAX);
		term = take_term(&words, &prefix);
		if (add_literal(term, prefix, ret_match, err) < 0)
			return -1;
	}
	return n_terms == 0 ? 1 : 0;
}

/* The SQL function matched(words). */
static void
matched(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context,
	int n_args, sqlite3_value **args)
{
	sqlite3_int64 columns = 0;
	int n_hits = 0;
	int rc = api->xInstCount(fts, &n_hits);

	(void)n_args;
	(void)args;
	for (int i = 0; rc == SQLITE_OK && i < n_hits; i++) {
		int phrase, column, offset;

		rc = api->xInst(fts, i, &phrase, &column, &offset);
		if (rc == SQLITE_OK)
			columns |= (sqlite3_int64)1 << column;
	}
	if (rc == SQLITE_OK)
		sqlite3_result_int64(context, columns);
	else
		sqlite3_result_error_code(context, rc);
}

int
search_install(sqlite3 *db, struct amana_error *err)
{
	fts5_api *api = NULL;
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_bind_pointer(stmt, 1, (void *)&api, "fts5_api_ptr", NULL);
		(void)sqlite3_step(stmt);
	}
	sqlite3_finalize(stmt);
	if (rc == SQLITE_OK && api != NULL)
		rc = api->xCreateFunction(api, "matched", NULL, matched, NULL);
	if (rc == SQLITE_NOMEM)
		return err_nomem(err);
	if (rc != SQLITE_OK || api == NULL)
		return err_set(err, AMANA_E_IO, "SQLite was built without FTS5");
	return 0;
}
