/* SPDX-License-Identifier: Apache-2.0 */
#include "suggest.h"

#include "rows.h"

#include <string.h>

#define WORD_MAX 40 /* of longer words none is near another */

/* How many insertions, removals, replacements and swaps of neighbours make one word of
 * the other ("optimal string alignment"). */
static unsigned int
distance(const char *a, const char *b)
{
	unsigned int rows[3][WORD_MAX + 1];
	size_t n_a = strlen(a), n_b = strlen(b);

	if (n_a > WORD_MAX || n_b > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= n_b; j++)
		rows[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= n_a; i++) {
		unsigned int *now = rows[i % 3], *last = rows[(i + 2) % 3],
			     *before = rows[(i + 1) % 3];

		now[0] = (unsigned int)i;
		for (size_t j = 1; j <= n_b; j++) {
			unsigned int best = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
	}
	return rows[n_a % 3][n_b];
}

const char *
suggest(const char *typed, const char *const *known, size_t n_known)
{
	size_t len = strlen(typed);
	unsigned int best = len < 4   ? 2
			    : len < 8 ? 3
				      : 4; /* so many changes are too many */
	const char *nearest = NULL;

	for (size_t i = 0; i < n_known; i++) {
		unsigned int apart = distance(typed, known[i]);

		/* A beginning of a word is near it, however much is missing: it is
		 * suggested, but never taken for the word. */
		if (len >= 2 && strncmp(known[i], typed, len) == 0 && apart > 1)
			apart = 1;
		if (apart < best) {
			best = apart;
			nearest = known[i];
		}
	}
	return nearest;
}
