/* SPDX-License-Identifier: Apache-2.0 */
#include "custody/merkle.h"

#include <string.h>

void
merkle_leaf(const void *entry, size_t len, struct hash *ret_hash)
{
	hash_of_tagged(0, entry, len, ret_hash);
}

void
merkle_node(const struct hash *left, const struct hash *right, struct hash *ret_hash)
{
	uint8_t both[2 * HASH_LEN];

	memcpy(both, left->bytes, HASH_LEN);
	memcpy(both + HASH_LEN, right->bytes, HASH_LEN);
	hash_of_tagged(1, both, sizeof both, ret_hash);
}

static unsigned int
bits_set(uint64_t v)
{
	return (unsigned int)__builtin_popcountll(v);
}

static unsigned int
bit_length(uint64_t v)
{
	return v == 0 ? 0 : 64 - (unsigned int)__builtin_clzll(v);
}

void
merkle_append(struct merkle_frontier *frontier, const struct hash *leaf)
{
	size_t n = bits_set(frontier->size);
	struct hash hash = *leaf;

	/* For each trailing 1 bit of the size there is a subtree as large as the one
	 * that is coming in from the right. */
	for (uint64_t size = frontier->size; (size & 1) != 0; size >>= 1)
		merkle_node(&frontier->roots[--n], &hash, &hash);
	frontier->roots[n] = hash;
	frontier->size++;
}

void
merkle_root(const struct merkle_frontier *frontier, struct hash *ret_root)
{
	size_t n = bits_set(frontier->size);
	struct hash hash;

	if (n == 0) {
		hash_of("", 0, ret_root);
		return;
	}
	hash = frontier->roots[--n];
	while (n > 0)
		merkle_node(&frontier->roots[--n], &hash, &hash);
	*ret_root = hash;
}

int
merkle_frontier_write(const struct merkle_frontier *frontier, struct buf *buf,
		      struct amana_error *err)
{
	size_t n = bits_set(frontier->size);

	if (buf_reserve(buf, 8 + n * HASH_LEN, err) == NULL)
		return -1;
	if (buf_add_u32be(buf, (uint32_t)(frontier->size >> 32), err) < 0 ||
	    buf_add_u32be(buf, (uint32_t)frontier->size, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (buf_add(buf, frontier->roots[i].bytes, HASH_LEN, err) < 0)
			return -1;
	}
	return 0;
}

int
merkle_frontier_parse(struct bytes bytes, struct merkle_frontier *ret_frontier)
{
	uint64_t size;
	size_t n;

	if (bytes.len < 8)
		return -1;
	size = (uint64_t)bytes_u32be(bytes.data) << 32 | bytes_u32be(bytes.data + 4);
	n = bits_set(size);
	if (size > MERKLE_SIZE_MAX || bytes.len != 8 + n * HASH_LEN)
		return -1;
	*ret_frontier = (struct merkle_frontier){.size = size};
	for (size_t i = 0; i < n; i++)
		memcpy(ret_frontier->roots[i].bytes, bytes.data + 8 + i * HASH_LEN,
		       HASH_LEN);
	return 0;
}

/* The tree hash (MTH in the RFC) of n leaf hashes. */
static void
root_of(const struct hash *leaves, uint64_t n, struct hash *ret_root)
{
	struct merkle_frontier frontier = {.size = 0};

	for (uint64_t i = 0; i < n; i++)
		merkle_append(&frontier, &leaves[i]);
	merkle_root(&frontier, ret_root);
}

/* The largest power of two below n, for n >= 2. */
static uint64_t
split_of(uint64_t n)
{
	return (uint64_t)1 << (bit_length(n - 1) - 1);
}

/* A path has the hash nearest to the leaves first; the loops below go down from the
 * root. */
static void
path_reverse(struct merkle_path *path)
{
	for (size_t i = 0; i < path->len / 2; i++) {
		struct hash hash = path->hashes[i];

		path->hashes[i] = path->hashes[path->len - 1 - i];
		path->hashes[path->len - 1 - i] = hash;
	}
}

int
merkle_prove_inclusion(const struct hash *leaves, uint64_t n, uint64_t index,
		       struct merkle_path *ret_path)
{
	if (index >= n)
		return -1;
	ret_path->len = 0;
	while (n > 1) {
		uint64_t k = split_of(n);
		struct hash *sibling = &ret_path->hashes[ret_path->len++];

		if (index < k) {
			root_of(leaves + k, n - k, sibling);
			n = k;
		} else {
			root_of(leaves, k, sibling);
			leaves += k;
			index -= k;
			n -= k;
		}
	}
	path_reverse(ret_path);
	return 0;
}

int
merkle_prove_consistency(const struct hash *leaves, uint64_t n, uint64_t from,
			 struct merkle_path *ret_path)
{
	bool is_known =
		true; /* the verifier holds the root of the subtree that is left */

	if (from == 0 || from > n)
		return -1;
	ret_path->len = 0;
	while (from != n) {
		uint64_t k = split_of(n);
		struct hash *sibling = &ret_path->hashes[ret_path->len++];

		if (from <= k) {
			root_of(leaves + k, n - k, sibling);
			n = k;
		} else {
			root_of(leaves, k, sibling);
			leaves += k;
			from -= k;
			n -= k;
			is_known = false;
		}
	}
	if (!is_known)
		root_of(leaves, n, &ret_path->hashes[ret_path->len++]);
	path_reverse(ret_path);
	return 0;
}

/* How many hashes the proof of leaf `index` in a tree of `size` has: one for each
 * level below the node at which its way from the root and the last leaf's part, and
 * above that one for each step to the right. */
static size_t
inclusion_len(uint64_t index, uint64_t size)
{
	unsigned int inner = bit_length(index ^ (size - 1));

	return inner + (inner < 64 ? bits_set(index >> inner) : 0);
}

/* How many hashes the proof has that a tree of `from` leaves is the beginning of one
 * of `to`, for 0 < from < to. */
static size_t
consistency_len(uint64_t from, uint64_t to)
{
	size_t len = inclusion_len(from - 1, to) - (unsigned int)__builtin_ctzll(from);
	bool is_perfect = (from & (from - 1)) ==
			  0; /* the proof begins with its root, which the verifier has */

	return is_perfect ? len : len + 1;
}

/* Part of a step up to the parent whose left child the sibling is: passes the levels
 * at which the node is the last one and has no sibling. fn and sn are those of RFC
 * 9162. */
static void
climb_left(uint64_t *fn, uint64_t *sn)
{
	while ((*fn & 1) == 0 && *fn != 0) {
		*fn >>= 1;
		*sn >>= 1;
	}
}

bool
merkle_is_included(const struct hash *leaf, uint64_t index, uint64_t size,
		   const struct hash *root, const struct hash *path, size_t path_len)
{
	struct hash hash = *leaf;
	uint64_t fn = index, sn = size - 1;

	if (index >= size || path_len != inclusion_len(index, size))
		return false;
	for (size_t i = 0; i < path_len; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			merkle_node(&path[i], &hash, &hash);
			climb_left(&fn, &sn);
		} else {
			merkle_node(&hash, &path[i], &hash);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && hash_equal(&hash, root);
}

bool
merkle_is_consistent(uint64_t from, const struct hash *from_root, uint64_t to,
		     const struct hash *to_root, const struct hash *path, size_t path_len)
{
	uint64_t fn = from - 1, sn = to - 1;
	struct hash from_hash, to_hash;
	size_t i = 0;

	if (from == 0 || from > to)
		return false;
	if (from == to)
		return path_len == 0 && hash_equal(from_root, to_root);
	if (path_len != consistency_len(from, to))
		return false;

	from_hash = (from & (from - 1)) == 0 ? *from_root : path[i++];
	to_hash = from_hash;
	while ((fn & 1) != 0) {
		fn >>= 1;
		sn >>= 1;
	}
	for (; i < path_len; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			merkle_node(&path[i], &from_hash, &from_hash);
			merkle_node(&path[i], &to_hash, &to_hash);
			climb_left(&fn, &sn);
		} else {
			merkle_node(&to_hash, &path[i], &to_hash);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && hash_equal(&from_hash, from_root) &&
	       hash_equal(&to_hash, to_root);
}
