/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include "amana/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * A unit test is a program: TEST() functions listed in main with RUN().  The first check
 * that fails ends the program with its place and values.  Prints one "ok NAME" line a
 * test.
 */
#define CHECK(cond)                                                                      \
	do {                                                                             \
		if (!(cond)) {                                                           \
			fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__,       \
				#cond);                                                  \
			exit(1);                                                         \
		}                                                                        \
	} while (0)

#define CHECK_INT(got, want)                                                             \
	do {                                                                             \
		long long got_ = (long long)(got), want_ = (long long)(want);            \
		if (got_ != want_) {                                                     \
			fprintf(stderr, "%s:%d: %s is %lld, not %lld\n", __FILE__,       \
				__LINE__, #got, got_, want_);                            \
			exit(1);                                                         \
		}                                                                        \
	} while (0)

#define CHECK_STR(got, want)                                                             \
	do {                                                                             \
		const char *got_ = (got), *want_ = (want);                               \
		if (strcmp(got_, want_) != 0) {                                          \
			fprintf(stderr, "%s:%d: %s is\n  \"%s\", not\n  \"%s\"\n",       \
				__FILE__, __LINE__, #got, got_, want_);                  \
			exit(1);                                                         \
		}                                                                        \
	} while (0)

/* The call succeeded; otherwise its error is printed. */
#define CHECK_OK(call, err)                                                              \
	do {                                                                             \
		int r_ = (call);                                                         \
		if (r_ != 0) {                                                           \
			fprintf(stderr, "%s:%d: %s returned %d: [%s] %s\n", __FILE__,    \
				__LINE__, #call, r_, amana_code_name((err).code),        \
				(err).msg);                                              \
			exit(1);                                                         \
		}                                                                        \
	} while (0)

/* The call failed with this code. */
#define CHECK_FAILS(call, err, want_code)                                                \
	do {                                                                             \
		int r_ = (call);                                                         \
		if (r_ >= 0 || (err).code != (want_code)) {                              \
			fprintf(stderr, "%s:%d: %s returned %d [%s] %s, not [%s]\n",     \
				__FILE__, __LINE__, #call, r_,                           \
				amana_code_name((err).code), (err).msg,                  \
				amana_code_name(want_code));                             \
			exit(1);                                                         \
		}                                                                        \
	} while (0)

/* The call failed with this code and this reason. */
#define CHECK_REFUSED(call, err, want_code, want_reason)                                 \
	do {                                                                             \
		CHECK_FAILS(call, err, want_code);                                       \
		CHECK_STR(amana_reason_name((err).reason),                               \
			  amana_reason_name(want_reason));                               \
	} while (0)

#define RUN(test)                                                                        \
	do {                                                                             \
		test();                                                                  \
		printf("ok %s\n", #test);                                                \
		fflush(stdout);                                                          \
	} while (0)

#endif
