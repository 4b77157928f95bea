/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_LOCK_H
#define SANDBOX_LOCK_H

#include "base/mem.h"

/*
 * In the worker: gives up, for good, everything but computing and answering.
 *
 * After it the process may read from file descriptor 0, write to 1, use memory that
 * cannot be executed, and exit.  Any other system call kills it.  Under that lie
 * no-new-privileges, limits on memory, CPU time, files and processes, and Landlock where
 * the kernel has it.
 *
 * AMANA_E_IO when the kernel cannot do it (Landlock apart): then no foreign byte may be
 * touched.
 */
#define LOCK_MEMORY_MAX ((size_t)256 << 20)
/* Seconds of CPU time in the worker's whole life; how long one request may take is for
 * him to say who asks (sandbox_ask). */
#define LOCK_CPU_S 60
int lock_in(struct amana_error *err) MUST_CHECK;

/* The two halves of lock_in, apart for their test: first everything but the filter of
 * system calls, then that filter. */
int lock_resources(struct amana_error *err) MUST_CHECK;
int lock_calls(struct amana_error *err) MUST_CHECK;

#endif
