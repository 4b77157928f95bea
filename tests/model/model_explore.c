/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/check.h"
#include "model.h"

#include <string.h>
#include <time.h>

/*
 * Explores the rules of custody: model_explore [--quick | --long] [--states N]
 * [--walks N] [--minutes N] [--start NAME].
 *
 * From each start, breadth first: every act that could be tried is offered to vault/state
 * and to the model.  They have to agree; what is allowed is applied to both, and the
 * invariants are checked.  States that differ only in numbers, ids and times are one.
 * The same call tries the same acts in the same order.
 */

/* How a state was reached, kept for every state; for the trace of a violation. */
struct step {
	uint32_t parent; /* itself, for the first */
	struct act act;
	uint8_t depth;
};

/* A state that is still to be looked at. */
struct node {
	struct buf snapshot;
	struct shadow *shadow;
	uint32_t step;
};

/* On a walk: an act of one kind, drawn from the n of this kind that are allowed. */
struct pick {
	struct act act;
	uint64_t n;
};

struct explorer {
	struct world world;
	const struct start *start;
	struct candidates all;
	struct entry entry;
	struct buf raw;
	struct step *steps; /* one for each state that was found */
	size_t n_steps, cap_steps;
	struct node root, *queue;
	size_t first, n_queued, cap_queue;
	struct hash *seen; /* open addressing; zero is empty */
	size_t cap_seen;
	uint64_t n_tried, n_applied, by_action[ACTIONS], by_proposed[ACTIONS];
	bool walking;
	struct pick picks[2 * ACTIONS]; /* by action, then by proposed action */
	uint64_t drawn;
	size_t states_max, n_walks, n_walked;
	time_t ends_at; /* 0: not by the clock */
};

static const char *const quick_names = "--quick";

static void
print_trace(struct explorer *x, uint32_t step)
{
	if (x->steps[step].parent == step) {
		printf("  from '%s':\n", x->start->name);
		return;
	}
	print_trace(x, x->steps[step].parent);
	printf("  ");
	act_print(&x->world, &x->steps[step].act, stdout);
}

/* Ends the program. */
static _Noreturn void
violation(struct explorer *x, uint32_t step, const struct act *act, const char *what,
	  const char *said)
{
	printf("VIOLATION %s\n", what);
	print_trace(x, step);
	if (act != NULL) {
		printf("  ");
		act_print(&x->world, act, stdout);
	}
	if (said[0] != 0)
		printf("  the state says: %s\n", said);
	fflush(stdout);
	exit(1);
}

static void
node_done(struct node *node)
{
	buf_done(&node->snapshot);
	mem_free(node->shadow);
}

/* A number below n, from the numbers drawn before. */
static uint64_t
draw(struct explorer *x, uint64_t n)
{
	x->drawn = x->drawn * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (x->drawn >> 33) % n;
}

/* ---- which states were seen ---- */

static bool
is_empty(const struct hash *hash)
{
	return hash_equal(hash, &(struct hash){{0}});
}

static void
seen_grow(struct explorer *x, size_t cap)
{
	struct hash *old = x->seen;
	size_t n = x->cap_seen;
	struct amana_error err;

	x->seen = mem_array(cap, sizeof *x->seen, &err);
	CHECK(x->seen != NULL);
	x->cap_seen = cap;
	for (size_t i = 0; i < n; i++) {
		size_t at;

		if (is_empty(&old[i]))
			continue;
		memcpy(&at, old[i].bytes, sizeof at);
		for (at &= cap - 1; !is_empty(&x->seen[at]); at = (at + 1) & (cap - 1))
			;
		x->seen[at] = old[i];
	}
	mem_free(old);
}

/* True if it is new; then it is remembered. */
static bool
is_new(struct explorer *x, const struct shadow *s)
{
	struct hash hash;
	size_t at;

	shadow_hash(s, x->start->with_acts, &hash);
	memcpy(&at, hash.bytes, sizeof at);
	for (at &= x->cap_seen - 1; !is_empty(&x->seen[at]);
	     at = (at + 1) & (x->cap_seen - 1)) {
		if (hash_equal(&x->seen[at], &hash))
			return false;
	}
	x->seen[at] = hash;
	return true;
}

/* ---- one act ---- */

static int
begin(struct explorer *x, struct state *state, const struct shadow *s,
      const struct act *act)
{
	const struct s_member *m = &s->members[act->signer];
	uint8_t key =
		act->twist == OLD_KEY ? (uint8_t)(m->key == 0 ? 1 : m->key - 1) : m->key;
	struct state_signer signer = {.code = x->world.codes[act->signer]};
	struct hash head = slot_head(s->slot);
	struct amana_error err;

	memcpy(signer.pub, x->world.keys[act->signer][key].pub, SIGN_PUB_LEN);
	if (act->action == ACT_SKIP && act->arg != 0) {
		head = slot_head((uint8_t)(s->slot + 1));
		return state_begin_skip(state, (uint64_t)s->slot + 1, &head, &signer,
					&err);
	}
	return state_begin(state, (uint64_t)s->slot + 1, &head, &signer, &err);
}

/* Applies it within a transaction, which stays open.  1: it was refused. */
static int
apply(struct explorer *x, struct state *state, const struct shadow *s,
      const struct act *act, struct hash *ret_leaf, struct state_why *why)
{
	struct amana_error err;
	int r;

	buf_clear(&x->raw);
	act_entry(&x->world, s, act, &x->entry);
	CHECK_OK(entry_encode(&x->entry, &x->raw, &err), err);
	entry_leaf(BYTES_OF(x->raw), ret_leaf);
	CHECK_INT(begin(x, state, s, act), 0);
	r = state_apply(state, BYTES_OF(x->raw), &x->entry, ret_leaf, why, &err);
	CHECK(r >= 0);
	return r;
}

static int
commit(struct state *state, const struct shadow *after, struct state_why *why)
{
	struct hash head = slot_head(after->slot), bundle;
	bool has = state->txn.batch != NO_ROW;
	struct amana_error err;

	bundle = name_hash(name_of(NAME_BUNDLE, after->slot, 0));
	return state_commit(state, &head, has ? &bundle : NULL, why, &err);
}

/* The state as it is kept until it is looked at. */
static struct node
node_of(const struct shadow *s, const struct state *state, uint32_t step)
{
	struct node node = {.snapshot = BUF_INIT(STATE_SNAPSHOT_MAX), .step = step};
	struct amana_error err;

	CHECK_OK(state_snapshot(state, &node.snapshot, &err), err);
	node.shadow = mem_new(sizeof *s, &err);
	CHECK(node.shadow != NULL);
	*node.shadow = *s;
	return node;
}

static void
enqueue(struct explorer *x, struct node node)
{
	struct amana_error err;

	if (x->first + x->n_queued == x->cap_queue) {
		size_t cap = x->cap_queue != 0 ? x->cap_queue * 2 : 1024;

		x->queue = mem_grow(x->queue, x->cap_queue, cap, sizeof *x->queue, &err);
		CHECK(x->queue != NULL);
		x->cap_queue = cap;
	}
	x->queue[x->first + x->n_queued++] = node;
}

static uint32_t
add_step(struct explorer *x, uint32_t parent, const struct act *act, uint8_t depth)
{
	struct amana_error err;

	if (x->n_steps == x->cap_steps) {
		size_t cap = x->cap_steps != 0 ? x->cap_steps * 2 : 4096;

		x->steps = mem_grow(x->steps, x->cap_steps, cap, sizeof *x->steps, &err);
		CHECK(x->steps != NULL);
		x->cap_steps = cap;
		seen_grow(x, cap * 4);
	}
	x->steps[x->n_steps] =
		(struct step){.parent = parent, .act = *act, .depth = depth};
	return (uint32_t)x->n_steps++;
}

/* The state after the act, made for good and looked at once more. */
static struct node
make(struct explorer *x, const struct node *node, const struct act *act,
     const struct shadow *after)
{
	CLEANUP(state_freep) struct state *state = NULL;
	struct state_why why = {.text = ""};
	struct amana_error err;
	const char *wrong;
	struct hash leaf;

	CHECK_OK(state_restore(BYTES_OF(node->snapshot), &state, &err), err);
	if (apply(x, state, node->shadow, act, &leaf, &why) != 0 ||
	    commit(state, after, &why) != 0)
		violation(x, node->step, act, "ix: a restored state allows less",
			  why.text);
	wrong = check_state(&x->world, after, state, false);
	if (wrong != NULL)
		violation(x, node->step, act, wrong, "");
	return node_of(
		after, state,
		add_step(x, node->step, act, (uint8_t)(x->steps[node->step].depth + 1)));
}

/* A state that was not seen before. */
static void
keep(struct explorer *x, const struct node *node, const struct act *act,
     const struct shadow *after)
{
	struct node fresh = make(x, node, act, after);

	if (x->first + x->n_queued < x->states_max && !after->too_long)
		enqueue(x, fresh);
	else
		node_done(&fresh);
}

/* On a walk: one act of each kind that changes something may be the next step. */
static void
offer(struct explorer *x, const struct node *node, const struct act *act,
      const struct shadow *after)
{
	size_t kind = act->action == ACT_PROPOSE ? (size_t)ACTIONS + act->proposed
						 : act->action;
	struct pick *pick = &x->picks[kind];
	struct hash is, was;

	shadow_hash(after, true, &is);
	shadow_hash(node->shadow, true, &was);
	if (hash_equal(&is, &was) || after->too_long || after->format != 1)
		return;
	if (draw(x, ++pick->n) == 0)
		pick->act = *act;
}

/* Within the open transaction: the act was allowed. */
static void
look(struct explorer *x, const struct node *node, const struct state *state,
     const struct act *act, const struct hash *leaf, struct shadow *ret_after)
{
	const char *wrong;

	*ret_after = *node->shadow;
	effect(ret_after, act, leaf);
	wrong = check_act(node->shadow, ret_after, act);
	if (wrong == NULL)
		wrong = check_state(&x->world, ret_after, state, true);
	if (wrong != NULL)
		violation(x, node->step, act, wrong, "");
	x->n_applied++;
	x->by_action[act->action]++;
	if (act->action == ACT_PROPOSE)
		x->by_proposed[act->proposed]++;
}

static void
try(struct explorer *x, const struct node *node, struct state *state,
    const struct act *act)
{
	bool model = rules_say(node->shadow, act), may;
	bool apart = act->twist != RIGHT || act->action == ACT_SKIP;
	struct state_why why = {.text = ""};
	struct shadow after;
	struct hash leaf;
	bool new;

	x->n_tried++;
	act_entry(&x->world, node->shadow, act, &x->entry);
	/* state_may() asks neither for keys and chains nor for what a skip passes over.
	 */
	may = apart ? model : state_may(state, &x->entry, &why);
	if (may != model)
		violation(x, node->step, act,
			  may ? "allowed, against the rules"
			      : "refused, against the rules",
			  why.text);
	if (!may && !apart)
		return;
	if (apply(x, state, node->shadow, act, &leaf, &why) != 0) {
		if (may)
			violation(x, node->step, act, "refused, against the rules",
				  why.text);
		state_rollback(state);
		return;
	}
	if (!may)
		violation(x, node->step, act, "allowed, against the rules", "");
	look(x, node, state, act, &leaf, &after);
	new = !x->walking &&is_new(x, &after);
	state_rollback(state);
	if (x->walking)
		offer(x, node, act, &after);
	else if (new)
		keep(x, node, act, &after);
}

/* ---- all acts from one state, and all states ---- */

static void
expand(struct explorer *x, const struct node *node)
{
	CLEANUP(state_freep) struct state *state = NULL;
	CLEANUP(buf_done) struct buf again = BUF_INIT(STATE_SNAPSHOT_MAX);
	struct amana_error err;
	const char *wrong;

	CHECK_OK(state_restore(BYTES_OF(node->snapshot), &state, &err), err);
	wrong = check_state(&x->world, node->shadow, state, false);
	if (wrong != NULL)
		violation(x, node->step, NULL, "ix: restored, it is another state",
			  wrong);
	candidates_find(node->shadow, x->start->open_max, &x->all);
	for (size_t i = 0; i < x->all.n; i++)
		try(x, node, state, &x->all.acts[i]);
	CHECK_OK(state_snapshot(state, &again, &err), err);
	if (!bytes_equal(BYTES_OF(again), BYTES_OF(node->snapshot)))
		violation(x, node->step, NULL, "ix: a rollback left something behind",
			  "");
}

/* The state after an act that is allowed. */
static struct node
take(struct explorer *x, const struct node *node, const struct act *act)
{
	struct shadow after = *node->shadow;
	struct amana_error err;
	struct hash leaf;

	buf_clear(&x->raw);
	act_entry(&x->world, node->shadow, act, &x->entry);
	CHECK_OK(entry_encode(&x->entry, &x->raw, &err), err);
	entry_leaf(BYTES_OF(x->raw), &leaf);
	effect(&after, act, &leaf);
	return make(x, node, act, &after);
}

static struct node
node_of_root(const struct explorer *x)
{
	struct node node = {.snapshot = BUF_INIT(STATE_SNAPSHOT_MAX), .step = 0};
	struct amana_error err;

	CHECK_OK(buf_add(&node.snapshot, x->root.snapshot.data, x->root.snapshot.len,
			 &err),
		 err);
	node.shadow = mem_new(sizeof *node.shadow, &err);
	CHECK(node.shadow != NULL);
	*node.shadow = *x->root.shadow;
	return node;
}

/* The state after the start's acts: the first node. */
static void
set_up(struct explorer *x)
{
	CLEANUP(state_freep) struct state *state = NULL;
	struct state_why why = {.text = ""};
	struct shadow s, after;
	struct amana_error err;
	struct hash leaf;

	CHECK_OK(state_new(&x->world.genesis, &x->world.fingerprint, &state, &err), err);
	shadow_init(&s);
	(void)add_step(x, 0, &(struct act){.action = ACT_NONE}, 0);
	for (size_t i = 0; i < x->start->n_acts; i++) {
		const struct act *act = &x->start->acts[i];
		const char *wrong;

		if (!rules_say(&s, act))
			violation(x, 0, act, "the start's act is against the rules", "");
		if (apply(x, state, &s, act, &leaf, &why) != 0)
			violation(x, 0, act, "the start's act was refused", why.text);
		after = s;
		effect(&after, act, &leaf);
		CHECK_INT(commit(state, &after, &why), 0);
		wrong = check_act(&s, &after, act);
		if (wrong == NULL)
			wrong = check_state(&x->world, &after, state, false);
		if (wrong != NULL)
			violation(x, 0, act, wrong, "");
		s = after;
	}
	(void)is_new(x, &s);
	enqueue(x, node_of(&s, state, 0));
	x->root = node_of(&s, state, 0);
}

static void
print_actions(const struct explorer *x)
{
	printf("    ");
	for (enum action a = ACT_ENROL; a < ACTIONS; a++) {
		if (a != ACT_PROPOSE)
			printf(" %s %llu", action_name(a),
			       (unsigned long long)x->by_action[a]);
	}
	printf("\n     propose:");
	for (enum action a = ACT_ENROL; a < ACTIONS; a++) {
		if (x->by_proposed[a] > 0)
			printf(" %s %llu", action_name(a),
			       (unsigned long long)x->by_proposed[a]);
	}
	printf("\n");
}

#define WALK_LEN 14

/* Goes far instead of wide: at each state all acts are tried, and one of them taken. */
static void
walk(struct explorer *x, uint64_t number)
{
	struct node node = node_of_root(x);

	x->drawn = number;
	for (int i = 0; i < WALK_LEN; i++) {
		struct node next;
		size_t kinds[2 * ACTIONS], n = 0;

		memset(x->picks, 0, sizeof x->picks);
		expand(x, &node);
		for (size_t k = 0; k < ARRAY_LEN(x->picks); k++) {
			if (x->picks[k].n > 0)
				kinds[n++] = k;
		}
		if (n == 0)
			break;
		next = take(x, &node, &x->picks[kinds[draw(x, n)]].act);
		node_done(&node);
		node = next;
		x->n_walked++;
	}
	node_done(&node);
}

static void
explore(struct explorer *x)
{
	struct timespec t0, t1;
	uint8_t whole = 0; /* all states of this depth were looked at */
	size_t looked_at = 0, n_found;

	clock_gettime(CLOCK_MONOTONIC, &t0);
	set_up(x);
	while (x->n_queued > 0 && (x->ends_at == 0 || time(NULL) < x->ends_at)) {
		struct node node = x->queue[x->first];

		x->first++;
		x->n_queued--;
		whole = x->steps[node.step].depth;
		expand(x, &node);
		node_done(&node);
		looked_at++;
	}
	n_found = x->n_steps;
	x->walking = true;
	for (size_t i = 0; i < x->n_walks; i++)
		walk(x, i);
	clock_gettime(CLOCK_MONOTONIC, &t1);
	printf("%-10s  %zu states, %zu of them expanded (to depth %u), "
	       "%zu on walks, %llu acts tried, %llu applied, %.1f s\n",
	       x->start->name, n_found, looked_at, (unsigned int)whole + 1, x->n_walked,
	       (unsigned long long)x->n_tried, (unsigned long long)x->n_applied,
	       (double)(t1.tv_sec - t0.tv_sec) + (double)(t1.tv_nsec - t0.tv_nsec) / 1e9);
	print_actions(x);
	fflush(stdout);
}

static void
explorer_done(struct explorer *x)
{
	while (x->n_queued-- > 0)
		node_done(&x->queue[x->first++]);
	node_done(&x->root);
	mem_free(x->queue);
	mem_free(x->steps);
	mem_free(x->seen);
	buf_done(&x->raw);
}

int
main(int argc, char **argv)
{
	size_t states = 200, walks = 6, minutes = 0;
	const char *only = NULL;
	struct amana_error err;

	for (int i = 1; i < argc; i++) {
		bool more = i + 1 < argc;

		if (strcmp(argv[i], quick_names) == 0)
			continue;
		if (strcmp(argv[i], "--long") == 0)
			states = 20000, walks = 1000;
		else if (strcmp(argv[i], "--states") == 0 && more)
			states = strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--walks") == 0 && more)
			walks = strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--minutes") == 0 && more)
			minutes = strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--start") == 0 && more)
			only = argv[++i];
		else
			return 2;
	}
	for (size_t i = 0; i < n_starts; i++) {
		CLEANUP(mem_freep) struct explorer *x = NULL;

		if (only != NULL && strcmp(only, starts[i].name) != 0)
			continue;
		x = mem_new(sizeof *x, &err);
		CHECK(x != NULL);
		world_init(&x->world);
		x->raw = (struct buf)BUF_INIT(ENTRY_MAX);
		x->start = &starts[i];
		x->states_max = states;
		x->n_walks = walks;
		x->ends_at = minutes != 0 ? time(NULL) + (time_t)(minutes * 60) : 0;
		explore(x);
		explorer_done(x);
	}
	return 0;
}
