/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd.h"

#include "cli.h"
#include "fail.h"
#include "heap.h"
#include "human.h"
#include "json.h"
#include "operand.h"
#include "proposal.h"
#include "tell.h"
#include "text_arg.h"
#include "vault.h"

#include "amana/custody.h"
#include "amana/member.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* Repairs of a damaged log.  amana log skip and amana log restored give something up, so
 * everybody is told of it for ever; amana log repair gives nothing up. */

struct log_args {
	const char *reason;
};
static const struct opt log_opts[] = {
	{"reason", 0, OPT_SENSITIVE, "T", "why; it goes on record",
	 offsetof(struct log_args, reason), NULL},
	OPT_END,
};

static const struct text_arg reason_arg = {
	.option = "--reason", .prompt = "Reason (goes on record): ", .required = true};

static int
slot_number(struct cli *cli, const char *text, uint64_t *ret_slot,
	    struct amana_error *err)
{
	char *end;

	errno = 0;
	*ret_slot = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)text[0]) || *end != 0 || errno != 0)
		return fail_advise(cli, err, AMANA_E_USAGE,
				   "amana verify names the damaged slot",
				   "'%s' is no slot number", text);
	return 0;
}

static int
run_skip(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct log_args *given = args;
	CLEANUP(heap_freep) char *number = NULL;
	CLEANUP(heap_freep) char *reason = NULL;
	uint64_t slot, until = 0;
	char slots[64];

	(void)n;
	if (operand_text(cli, operands[0], "Number of the slot: ", "N", &number, err) < 0)
		return -1;
	if (slot_number(cli, number, &slot, err) < 0)
		return -1;
	if (text_arg_read(cli, &reason_arg, given->reason, &reason, err) < 0 ||
	    vault_need(cli, err) < 0 ||
	    amana_log_skip(&cli->config, slot, reason, &until, err) < 0)
		return -1;
	json_put(cli->doc, "from", json_integer((json_int_t)slot));
	json_put(cli->doc, "until", json_integer((json_int_t)until));
	tell(cli, "PASSED OVER: %s. Every verify will list %s.",
	     human_range(slot, until, "slot", "slots", slots),
	     slot == until ? "it" : "them");
	return 0;
}

const struct command cmd_log_skip = {
	.name = "log skip",
	.operands = "N",
	.summary = "pass over a slot that no copy can repair, loudly",
	.role = ROLE_ADMIN,
	.n_max = 1,
	.args_size = sizeof(struct log_args),
	.opts = log_opts,
	.run = run_skip,
};

static int
run_accept(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	CLEANUP(heap_freep) char *number = NULL;
	struct amana_skip_accepted accepted;
	char slots[64];
	uint64_t slot;

	(void)args, (void)n;
	if (operand_text(cli, operands[0], "Number of the slot: ", "N", &number, err) <
		    0 ||
	    slot_number(cli, number, &slot, err) < 0 || vault_need(cli, err) < 0 ||
	    amana_log_accept(&cli->config, slot, &accepted, err) < 0)
		return -1;
	json_put(cli->doc, "from", json_integer((json_int_t)accepted.first));
	json_put(cli->doc, "until", json_integer((json_int_t)accepted.last));
	json_put(cli->doc, "by", json_text(accepted.by));
	tell(cli,
	     "Accepted: %s passed over by %s. Your own copies are set aside, and every "
	     "verify lists it.",
	     human_range(accepted.first, accepted.last, "slot", "slots", slots),
	     accepted.by);
	return 0;
}

const struct command cmd_log_accept = {
	.name = "log accept",
	.operands = "N",
	.summary = "follow the skip in slot N although good bytes are here",
	.details = "For this login alone, after people have compared both histories.",
	.n_max = 1,
	.run = run_accept,
};

struct restored_args {
	const char *reason, *lost;
};
static const struct opt restored_opts[] = {
	{"reason", 0, OPT_SENSITIVE, "T", "why; it goes on record",
	 offsetof(struct restored_args, reason), NULL},
	{"lost", 0, OPT_TEXT, "FILE|BATCH:HEAD",
	 "a receipt of the last act that was lost, if others have seen more",
	 offsetof(struct restored_args, lost), NULL},
	OPT_END,
};

/* The vault does not open for anybody else who has lost that history, so the second
 * person cannot approve as usual, but can say the same. */
#define HOW                                                                              \
	"another admin says the same: amana log restored; or, if the vault opens on that one's machine as it is: amana approve sign"

static int
run_restored(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	const struct restored_args *given = args;
	CLEANUP(heap_freep) char *reason = NULL;
	char proposal[AMANA_PROPOSAL_MAX + 1] = "";
	int r;

	(void)operands, (void)n;
	if (text_arg_read(cli, &reason_arg, given->reason, &reason, err) < 0 ||
	    vault_need(cli, err) < 0)
		return -1;
	r = amana_log_restored(&cli->config, given->lost, reason, proposal, err);
	if (r < 0 && err->code == AMANA_E_CONFLICT)
		fail_next(cli, "nothing has to be done if amana verify passes");
	if (r < 0)
		return -1;
	if (r == AMANA_PROPOSED)
		return proposal_tell(cli, proposal, HOW);
	json_put(cli->doc, "restored", json_true());
	tell(cli,
	     "RESTORED: this history is accepted in place of the lost one. Every report will say so.");
	return 0;
}

const struct command cmd_log_restored = {
	.name = "log restored",
	.operands = "",
	.summary = "accept an honest restore from a backup, loudly",
	.role = ROLE_ADMIN,
	.args_size = sizeof(struct restored_args),
	.opts = restored_opts,
	.run = run_restored,
};

static int
run_repair(struct cli *cli, void *args, char **operands, int n, struct amana_error *err)
{
	uint64_t n_repaired = 0;

	(void)args, (void)operands, (void)n;
	if (vault_need(cli, err) < 0 ||
	    amana_log_repair(&cli->config, &n_repaired, err) < 0)
		return -1;
	json_put(cli->doc, "repaired", json_integer((json_int_t)n_repaired));
	if (n_repaired == 0)
		tell(cli,
		     "Nothing had to be put back: every batch in the vault is good.");
	else
		tell(cli,
		     "Put back %" PRIu64
		     " from this machine's own copies. Every batch in the vault is good.",
		     n_repaired);
	return 0;
}

const struct command cmd_log_repair = {
	.name = "log repair",
	.operands = "",
	.summary = "put damaged slots back from this machine's own copies",
	.role = ROLE_ANYONE,
	.run = run_repair,
};
