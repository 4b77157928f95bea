/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CUSTODY_MERKLE_H
#define CUSTODY_MERKLE_H

#include "crypto/hash.h"

/* The log's Merkle tree: RFC 6962 section 2.1 with SHA-256.  Pure functions; any
 * thread; nothing is allocated. */
#define MERKLE_SIZE_MAX                                                                  \
	(((uint64_t)1 << 53) - 1) /* leaves; the largest NUMBER of docs/FORMAT.md */
#define MERKLE_DEPTH_MAX 64	  /* no path or frontier has more hashes */

/* The hash of a leaf with these len bytes, and of a node over two hashes. */
void merkle_leaf(const void *entry, size_t len, struct hash *ret_hash);
void merkle_node(const struct hash *left, const struct hash *right,
		 struct hash *ret_hash);

/* All that is needed of a tree in order to append to it: the roots of its perfect
 * subtrees, one for each 1 bit of size, the largest first. {.size = 0} is the empty
 * tree.  Copied by assignment. */
struct merkle_frontier {
	uint64_t size; /* leaves */
	struct hash roots[MERKLE_DEPTH_MAX];
};

/* Appends a leaf, given by its hash. */
void merkle_append(struct merkle_frontier *frontier, const struct hash *leaf);
/* The tree's root hash; that of the empty tree is the SHA-256 of nothing. */
void merkle_root(const struct merkle_frontier *frontier, struct hash *ret_root);
/* Appends the frontier as bytes: size as u64 big-endian, then the roots, 32 bytes
 * each. */
#define MERKLE_FRONTIER_BYTES_MAX (8 + 53 * HASH_LEN)
int merkle_frontier_write(const struct merkle_frontier *frontier, struct buf *buf,
			  struct amana_error *err) MUST_CHECK;
/* -1 unless it is exactly one frontier of at most MERKLE_SIZE_MAX leaves. */
int merkle_frontier_parse(struct bytes bytes,
			  struct merkle_frontier *ret_frontier) MUST_CHECK;

struct merkle_path {
	size_t len; /* number of hashes; the one nearest to the leaves comes first */
	struct hash hashes[MERKLE_DEPTH_MAX];
};

/* The proof that leaves[index] is in the tree over n leaf hashes.  It takes about n
 * hashes to make.  -1 unless index < n. */
int merkle_prove_inclusion(const struct hash *leaves, uint64_t n, uint64_t index,
			   struct merkle_path *ret_path) MUST_CHECK;
/* The proof that the tree over the first `from` leaf hashes is the beginning of the one
 * over all n. -1 unless 0 < from <= n. */
int merkle_prove_consistency(const struct hash *leaves, uint64_t n, uint64_t from,
			     struct merkle_path *ret_path) MUST_CHECK;

/* Verifies an inclusion proof (RFC 9162 section 2.1.3.2).  False without hashing
 * anything if the path has another length than the tree's shape demands, or if index
 * >= size. */
bool merkle_is_included(const struct hash *leaf, uint64_t index, uint64_t size,
			const struct hash *root, const struct hash *path,
			size_t path_len);
/* Verifies a consistency proof (RFC 9162 section 2.1.4.2), with the length checked
 * likewise.  False for from == 0 and for from > to, for which there is no proof. */
bool merkle_is_consistent(uint64_t from, const struct hash *from_root, uint64_t to,
			  const struct hash *to_root, const struct hash *path,
			  size_t path_len);

#endif
