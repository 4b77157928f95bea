/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/hash_two.h"

#include "base/err.h"

/* The header is glibc's, since 2.33; elsewhere libcrypto does all of the work. */
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#include <immintrin.h>
#include <sys/platform/x86.h>

#define LANES 2
#define WITH_SHA __attribute__((target("sha,sse4.1")))
#define UNROLLED _Pragma("GCC unroll 16")

/* FIPS 180-4 section 4.2.2. */
static const uint32_t round_constants[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

bool
hash_two_works(void)
{
	/* The C library asked the processor when the program was loaded.  Asking again
	 * would take 40 us in a virtual machine, and remembering the answer would take a
	 * variable of the whole process. */
	return CPU_FEATURE_ACTIVE(SHA) && CPU_FEATURE_ACTIVE(SSE4_1);
}

/* One message: its state as the instructions want it (words A B E F and C D G H), and
 * sixteen words of its schedule. */
struct lane {
	__m128i abef, cdgh;
	__m128i words[4];
};

WITH_SHA static inline void
load_state(struct lane *lane, const uint32_t state[8])
{
	__m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i_u *)state), 0xb1);
	__m128i hgfe =
		_mm_shuffle_epi32(_mm_loadu_si128((const __m128i_u *)(state + 4)), 0x1b);

	lane->abef = _mm_alignr_epi8(badc, hgfe, 8);
	lane->cdgh = _mm_blend_epi16(hgfe, badc, 0xf0);
}

WITH_SHA static inline void
store_state(const struct lane *lane, uint32_t state[8])
{
	__m128i feba = _mm_shuffle_epi32(lane->abef, 0x1b);
	__m128i dchg = _mm_shuffle_epi32(lane->cdgh, 0xb1);

	_mm_storeu_si128((__m128i_u *)state, _mm_blend_epi16(feba, dchg, 0xf0));
	_mm_storeu_si128((__m128i_u *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

/* Four rounds, and the four words of the schedule that come sixteen later. */
WITH_SHA static inline __attribute__((always_inline)) void
four_rounds(struct lane *lane, int step)
{
	__m128i *words = lane->words;
	__m128i now = words[step & 3], last = words[(step + 3) & 3], sum;
	__m128i added = _mm_add_epi32(
		now, _mm_load_si128((const __m128i *)(const void *)(round_constants +
								    4 * step)));

	lane->cdgh = _mm_sha256rnds2_epu32(lane->cdgh, lane->abef, added);
	if (step < 12) {
		sum = _mm_sha256msg1_epu32(now, words[(step + 1) & 3]);
		sum = _mm_add_epi32(sum, _mm_alignr_epi8(last, words[(step + 2) & 3], 4));
		words[step & 3] = _mm_sha256msg2_epu32(sum, last);
	}
	lane->abef = _mm_sha256rnds2_epu32(lane->abef, lane->cdgh,
					   _mm_shuffle_epi32(added, 0x0e));
}

WITH_SHA void
hash_two_blocks(uint32_t a_state[8], const uint8_t *a, uint32_t b_state[8],
		const uint8_t *b, size_t n_blocks)
{
	const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	const uint8_t *at[LANES] = {a, b};
	struct lane lanes[LANES];

	load_state(&lanes[0], a_state);
	load_state(&lanes[1], b_state);
	for (; n_blocks > 0; n_blocks--) {
		const struct lane before[LANES] = {lanes[0], lanes[1]};

		for (int i = 0; i < LANES; i++, at[i - 1] += HASH_TWO_BLOCK)
			for (int w = 0; w < 4; w++)
				lanes[i].words[w] = _mm_shuffle_epi8(
					_mm_loadu_si128(
						(const __m128i_u *)(at[i] + 16 * w)),
					big_endian);
		UNROLLED
		for (int step = 0; step < 16; step++) {
			four_rounds(&lanes[0], step);
			four_rounds(&lanes[1], step);
		}
		for (int i = 0; i < LANES; i++) {
			lanes[i].abef = _mm_add_epi32(lanes[i].abef, before[i].abef);
			lanes[i].cdgh = _mm_add_epi32(lanes[i].cdgh, before[i].cdgh);
		}
	}
	store_state(&lanes[0], a_state);
	store_state(&lanes[1], b_state);
}

#else

bool
hash_two_works(void)
{
	return false;
}

void
hash_two_blocks(uint32_t a_state[8], const uint8_t *a, uint32_t b_state[8],
		const uint8_t *b, size_t n_blocks)
{
	(void)a_state, (void)a, (void)b_state, (void)b, (void)n_blocks;
}

#endif
