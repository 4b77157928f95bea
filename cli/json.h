/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include "amana/identity.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * The one document that --json prints (docs/CLI.md).  Commands put into cli->doc what
 * they have to say, whether --json was given or not; main() prints it at the end.
 */

struct cli;

/* Values; owned by whoever puts them somewhere. */
json_t *json_text(const char *text);   /* null for NULL; U+FFFD for what is not UTF-8 */
json_t *json_at(int64_t at);	       /* RFC 3339 in UTC; null for 0 */
json_t *json_roles(const char *roles); /* an array of "admin,auditor"; empty for "-" */

/* Puts `value` into an object and takes it. */
void json_put(json_t *object, const char *key, json_t *value);
/* A name: `len` bytes, or null for NULL.  Where they are not UTF-8 they stand beside it
 * in base64, as KEY_b64. */
void json_put_name(json_t *object, const char *key, const char *bytes, size_t len);
/* A new array under `key`; borrowed. */
json_t *json_list(json_t *object, const char *key);
/* The public side of an identity: "member", "recipient", "key", "fingerprint", "words".
 */
void json_put_card(json_t *object, const struct amana_card_info *card);

/* A time in RFC 3339, in UTC; "-" if it cannot be shown.  Returns `buf`. */
char *json_utc(int64_t at, char buf[40]);
/* Owned by the caller. */
char *json_base64(const char *bytes, size_t len);
/* Writes a value as the document has it: in ASCII, without spaces, members in the order
 * in which they were put.  0, or -1 if `write` said so. */
int json_write(const json_t *value, json_dump_callback_t write, void *ctx);
/* Prints the document, in one line. */
void json_print(struct cli *cli, FILE *out);

#endif
