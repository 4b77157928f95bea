/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_MAGIC_JOB_H
#define SANDBOX_MAGIC_JOB_H

#include "base/buf.h"

/* In the worker: libmagic, its database loaded before the worker locks itself in. */
struct magic_job;
int magic_job_new(struct magic_job **ret_job, struct amana_error *err) MUST_CHECK;
/* The media type of a prefix as text, or nothing when libmagic has no answer; borrowed
 * until the next call. */
struct bytes magic_job_type(struct magic_job *job, struct bytes prefix);

#endif
