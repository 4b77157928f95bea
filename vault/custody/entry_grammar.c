/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/entry_grammar.h"

#include "custody/entry_parse.h"
#include "custody/entry_write.h"

#define OBJECTS(min, max) .objects_min = min, .objects_max = max
#define OWN(name) .parse = entry_parse_##name, .write = entry_write_##name

static const struct action_grammar grammars[ACTIONS] = {
	[ACT_NONE] = {.name = "none"},
	[ACT_ENROL] = {.name = "enrol",
		       .subjects = ON(MEMBER),
		       .proposable = true,
		       OWN(enrol)},
	[ACT_ROLE] = {.name = "role",
		      .subjects = ON(MEMBER),
		      .proposable = true,
		      OWN(role)},
	[ACT_REVOKE] = {.name = "revoke", .subjects = ON(MEMBER), .proposable = true},
	[ACT_POLICY] = {.name = "policy",
			.subjects = ON(VAULT),
			.proposable = true,
			OWN(policy)},
	[ACT_FORMAT] = {.name = "format",
			.subjects = ON(VAULT),
			.proposable = true,
			OWN(format)},
	[ACT_LOG_KEY] = {.name = "log-key",
			 .subjects = ON(VAULT),
			 OWN(log_key),
			 OBJECTS(1, ENTRY_OBJECTS_MAX)},
	[ACT_CASE] = {.name = "case", .subjects = ON(CASE), OWN(case), OBJECTS(1, 1)},
	[ACT_EPOCH] = {.name = "epoch",
		       .subjects = ON(CASE) | ON(VAULT),
		       OWN(epoch),
		       OBJECTS(1, 1)},
	/* In a case it has its key file always: entry_parse_grant. */
	[ACT_GRANT] = {.name = "grant", .subjects = ON(GRANT), OWN(grant), OBJECTS(0, 1)},
	[ACT_UNGRANT] = {.name = "ungrant", .subjects = ON(GRANT)},
	[ACT_EXPIRE] = {.name = "expire", .subjects = ON(GRANT)},
	[ACT_BREAK_GLASS] = {.name = "break-glass",
			     .subjects = ON(GRANT),
			     OWN(break_glass)},
	[ACT_CLOSE] = {.name = "close", .subjects = ON(CASE)},
	[ACT_REOPEN] = {.name = "reopen", .subjects = ON(CASE)},
	[ACT_DEPOSIT] = {.name = "deposit",
			 .subjects = ON(EXHIBIT),
			 .carries = CARRIES_DEPOSIT,
			 OWN(sealing),
			 OBJECTS(0, 1)},
	[ACT_RECORD] = {.name = "record",
			.carries = CARRIES_RECORD,
			OWN(sealing),
			.subjects = ON(EXHIBIT) | ON(CASE) | ON(MEMBER) | ON(VAULT)},
	[ACT_DENIED] = {.name = "denied",
			.subjects = ON(EXHIBIT) | ON(CASE) | ON(VAULT),
			OWN(sealing)},
	[ACT_HOLD] = {.name = "hold",
		      .subjects = ON(EXHIBIT) | ON(CASE),
		      .proposable = true,
		      OWN(hold)},
	/* The own lines are those of the proposed act, which narrows the subjects down,
	   too. */
	[ACT_PROPOSE] = {.name = "propose",
			 .subjects = ON(EXHIBIT) | ON(CASE) | ON(MEMBER) | ON(VAULT)},
	[ACT_APPROVE] = {.name = "approve",
			 OWN(approve),
			 .subjects = ON(EXHIBIT) | ON(CASE) | ON(MEMBER) | ON(VAULT)},
	[ACT_DISPOSE] = {.name = "dispose",
			 .subjects = ON(EXHIBIT),
			 .proposable = true,
			 OWN(dispose)},
	[ACT_ERASE] = {.name = "erase",
		       .subjects = ON(EXHIBIT) | ON(CASE) | ON(VAULT),
		       .proposable = true,
		       OWN(erase)},
	[ACT_LOST] = {.name = "lost",
		      .subjects = ON(EXHIBIT) | ON(CASE) | ON(VAULT),
		      .proposable = true,
		      OWN(lost)},
	[ACT_ACKNOWLEDGE] = {.name = "acknowledge",
			     .subjects = ON(MEMBER) | ON(GRANT) | ON(VAULT),
			     OWN(acknowledge)},
	[ACT_PUBLISH] = {.name = "publish", .subjects = ON(VAULT)},
	[ACT_ANCHOR] = {.name = "anchor",
			.subjects = ON(VAULT),
			OWN(anchor),
			OBJECTS(1, 8)},
	[ACT_SKIP] = {.name = "skip", .subjects = ON(VAULT), OWN(skip)},
	[ACT_RESTORED] = {.name = "restored",
			  .subjects = ON(VAULT),
			  .proposable = true,
			  OWN(restored)},
};

const struct action_grammar *
entry_grammar(enum action action)
{
	return &grammars[(unsigned int)action < ACTIONS ? action : ACT_NONE];
}

const char *
action_name(enum action action)
{
	return entry_grammar(action)->name;
}
