/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHARED_ATTRIBUTES_H
#define SHARED_ATTRIBUTES_H

/*
 * What both programs tell the compiler about their functions and variables.
 *
 *   MUST_CHECK      whoever calls this function has to look at what it returns
 *   IGNORE(call)    the one way not to, where failing changes nothing that anybody could
 *                   act on
 *   PRINTF_LIKE     the numbers, from 1, of the format and of its first argument
 *   CLEANUP(fn)     fn(&variable) is called when the variable goes out of scope
 *   ARRAY_LEN       how many elements an array has; not for pointers
 */
#define MUST_CHECK __attribute__((warn_unused_result))
#define IGNORE(call) ((void)!(call))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
