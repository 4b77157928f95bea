/* SPDX-License-Identifier: Apache-2.0 */
#include "object/padme.h"

uint64_t
padme_len(uint64_t size)
{
	unsigned e, s;
	uint64_t mask;

	if (size <= PADME_FLOOR)
		return PADME_FLOOR;
	e = 63 - (unsigned)__builtin_clzll(size); /* floor(log2(size)) >= 12 */
	s = 32 - (unsigned)__builtin_clz(e);	  /* floor(log2(e)) + 1 */
	mask = ((uint64_t)1 << (e - s)) - 1;
	return (size + mask) & ~mask;
}
