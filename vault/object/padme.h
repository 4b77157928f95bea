/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OBJECT_PADME_H
#define OBJECT_PADME_H

#include <stdint.h>

/* How long an object's plaintext is made by padding, so that its stored size says
 * little about the exhibit's: PADME (Nikitin et al., "Reducing Metadata Leakage from
 * Encrypted Files and Communication with PURBs", 2019, section 4), and at least 4 KiB
 * (docs/FORMAT.md section 8).  Any thread. */
#define PADME_FLOOR ((uint64_t)4096)
#define PADME_SIZE_MAX ((uint64_t)1 << 48) /* bytes of the largest exhibit */

/* PAD(size) in bytes, for a size of at most PADME_SIZE_MAX: at least size, at most 12
 * % more once size is over PADME_FLOOR; PAD(PAD(size)) is PAD(size). */
uint64_t padme_len(uint64_t size);

#endif
