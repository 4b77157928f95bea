/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/catalog_exhibit.h"
#include "catalog/search.h"

/* Room for the translated query: each of its bytes may be a quote to double, or a word
 * of its own. */
#define MATCH_MAX (4 * CATALOG_QUERY_MAX + 64)

#define SEARCH_FROM                                                                      \
	"SELECT " EXHIBIT_COLUMNS ", matched(words)"                                     \
	" FROM words JOIN exhibits e ON e.rowid = words.rowid"                           \
	" WHERE words MATCH ?1"
#define SEARCH_ORDER " ORDER BY e.case_id, e.number"

int
catalog_search(struct catalog *catalog, struct bytes words,
	       const uint8_t case_id[CATALOG_ID_LEN], catalog_match_fn *each, void *arg,
	       struct amana_error *err)
{
	CLEANUP(sql_done) struct sql sql = SQL_INIT;
	CLEANUP(buf_done) struct buf match = BUF_INIT(MATCH_MAX);
	struct catalog_exhibit exhibit;
	bool row = true;
	int r = search_translate(words, &match, err);

	if (r != 0)
		return r < 0 ? -1 : CATALOG_NONE;
	if (case_id == NULL)
		r = sql_use(catalog, SQL_SEARCH, SEARCH_FROM SEARCH_ORDER, &sql, err);
	else
		r = sql_use(catalog, SQL_SEARCH_CASE,
			    SEARCH_FROM " AND e.case_id = ?2" SEARCH_ORDER, &sql, err);
	if (r != 0)
		return r;
	sql_bind_text(&sql, buf_text(&match));
	if (case_id != NULL)
		sql_bind_blob(&sql, case_id, CATALOG_ID_LEN);
	while (r == 0) {
		r = sql_next(&sql, &row, err);
		if (r != 0 || !row)
			break;
		r = catalog_exhibit_read(&sql, &exhibit);
		if (r == 0) {
			uint64_t matched = sql_u64(&sql);

			r = sql.bad ? CATALOG_DAMAGED
				    : each(&exhibit, (unsigned int)matched, arg, err);
		}
	}
	return r;
}
