/* SPDX-License-Identifier: Apache-2.0 */
#include "speaker.h"

#include "name.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

void
speaker_open(struct speaker *speaker, bool journal)
{
	speaker->journal = journal;
	if (journal)
		openlog("amana-mount", LOG_PID, LOG_USER);
}

void
speaker_say(const struct speaker *speaker, const char *fmt, ...)
{
	char raw[512], line[600];
	va_list args;
	size_t len;

	va_start(args, fmt);
	vsnprintf(raw, sizeof raw, fmt, args);
	va_end(args);
	name_for_message(raw, line, sizeof line - 1);
	if (speaker->journal) {
		syslog(LOG_NOTICE, "%s", line);
		return;
	}
	len = strlen(line);
	line[len] = '\n'; /* one write: the lines of several threads stay whole */
	IGNORE(write(STDERR_FILENO, line, len + 1));
}

const char *
speaker_error(const struct speaker *speaker, const struct amana_error *err)
{
	return speaker->journal ? amana_code_name(err->code) : err->msg;
}
