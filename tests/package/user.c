/* SPDX-License-Identifier: Apache-2.0 */
/* A program of somebody else, in C and in C++, who has the installed headers and library.
 */
#include <amana/case.h>
#include <amana/custody.h>
#include <amana/exhibit.h>
#include <amana/identity.h>
#include <amana/member.h>
#include <amana/mount.h>
#include <amana/vault.h>

#include <stdio.h>
#include <string.h>

int
main(void)
{
	struct amana_error err = AMANA_ERROR_INIT;
	struct amana_vault *vault = NULL;
	struct amana_config config;
	amana_flag cancelled;

	memset(&config, 0, sizeof config);
	atomic_init(&cancelled, false);
	config.vault = "/nonexistent";
	config.data_dir = "/nonexistent/data";
	config.cache_dir = "/nonexistent/cache";
	config.cancelled = &cancelled;
	if (amana_startup(&err) < 0) {
		fprintf(stderr, "%s: %s\n", amana_code_name(err.code), err.msg);
		return 1;
	}
	/* There is no vault, and the library says so: most of it was linked in and ran.
	 */
	if (amana_open(&config, &vault, &err) == 0 || err.code != AMANA_E_MISSING)
		return 1;
	printf("amana %s: %s\n", amana_version(), err.msg);
	return amana_is_member("S-014") ? 0 : 1;
}
