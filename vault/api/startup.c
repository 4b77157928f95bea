/* SPDX-License-Identifier: Apache-2.0 */
#include "api/args.h"

#include "amana/vault.h"
#include "crypto/secret.h"

#include <sys/prctl.h>
#include <sys/resource.h>

int
args_given(const void *const *args, size_t n, const char *function,
	   struct amana_error *err)
{
	for (size_t i = 0; i < n; i++)
		if (args[i] == NULL)
			return err_bug(err, "%s was called without one of its arguments",
				       function);
	return 0;
}

int
amana_startup(struct amana_error *err)
{
	const struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};

	/* Keys and evidence are in this process's memory: no core file, and no other
	 * process of this login reads it. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_sys(err, "cannot make the process not dumpable");
	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return err_sys(err, "cannot forbid core files");
	return crypto_init(err);
}

const char *
amana_version(void)
{
	return AMANA_VERSION;
}
