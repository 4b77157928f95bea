/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_ATTRIBUTES_H
#define CLI_ATTRIBUTES_H

/* What the compiler is told about functions and variables. */

/* A result that says whether it worked: whoever calls has to look at it. */
#define MUST_CHECK __attribute__((warn_unused_result))
/* Parameter number `fmt` is a format of printf, its values begin at number `args` (0:
 * they come as a va_list). */
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
/* CLEANUP(heap_freep) char *text = NULL; calls heap_freep(&text) at the end of the scope.
 */
#define CLEANUP(fn) __attribute__((cleanup(fn)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
