/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "custody/merkle.h"

static struct hash
hex(const char *digits)
{
	struct hash hash;

	CHECK(hash_parse(digits, strlen(digits), &hash) == 0);
	return hash;
}

static void
check_hash(const struct hash *got, const char *want)
{
	char digits[HASH_HEX_LEN + 1];

	hash_hex(got, digits);
	CHECK_STR(digits, want);
}

/* The eight entries that Certificate Transparency's implementations share. */
static const struct {
	const char *bytes;
	size_t len;
	const char *leaf, *root; /* the root with this entry as the last one */
} ct[8] = {
	{"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	 "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
	{"\x00", 1, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
	 "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
	{"\x10", 1, "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
	 "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
	{"\x20\x21", 2,
	 "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
	 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
	{"\x30\x31", 2,
	 "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
	 "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
	{"\x40\x41\x42\x43", 4,
	 "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
	 "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
	{"\x50\x51\x52\x53\x54\x55\x56\x57", 8,
	 "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
	 "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
	{"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
	 "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
	 "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

#define L0 "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
#define L1 "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
#define L2 "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7"
#define L3 "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7"
#define L4 "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
#define L5 "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658"
#define L6 "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
#define N01 "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
#define N23 "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
#define N45 "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
#define N67 "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
#define N03 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
#define N47 "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
#define N46 "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e"

static void
ct_leaves(struct hash leaves[8])
{
	for (size_t i = 0; i < 8; i++)
		merkle_leaf(ct[i].bytes, ct[i].len, &leaves[i]);
}

static void
hashes_are_rfc_6962s(void)
{
	struct hash leaves[8], root, other;
	struct merkle_frontier frontier = {.size = 0};

	merkle_root(&frontier, &root);
	check_hash(&root,
		   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	ct_leaves(leaves);
	for (size_t i = 0; i < 8; i++) {
		check_hash(&leaves[i], ct[i].leaf);
		merkle_append(&frontier, &leaves[i]);
		CHECK_INT(frontier.size, i + 1);
		merkle_root(&frontier, &root);
		check_hash(&root, ct[i].root);
	}
	merkle_leaf("L123456", 7, &root);
	check_hash(&root,
		   "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
	/* A node is not the leaf of its children's bytes: the prefixes keep them apart.
	 */
	merkle_node(&leaves[0], &leaves[1], &root);
	merkle_leaf(leaves, 2 * sizeof leaves[0], &other);
	CHECK(!hash_equal(&root, &other));
}

struct known_path {
	uint64_t from, size; /* index or smaller size, and the tree's size */
	const char *path[5];
};

static void
check_path(const struct merkle_path *path, const struct known_path *known)
{
	size_t n = 0;

	while (known->path[n] != NULL) {
		CHECK(n < path->len);
		check_hash(&path->hashes[n], known->path[n]);
		n++;
	}
	CHECK_INT(path->len, n);
}

static void
known_paths_come_out(void)
{
	static const struct known_path inclusion[] = {
		{0, 8, {L1, N23, N47}},
		{5, 8, {L4, N67, N03}},
		{2, 3, {N01}},
		{1, 5, {L0, N23, L4}},
		{0, 1, {NULL}},
		/* RFC 6962 section 2.1.3 */
		{0, 7, {L1, N23, N46}},
		{3, 7, {L2, N01, N46}},
		{4, 7, {L5, L6, N03}},
		{6, 7, {N45, N03}},
	};
	static const struct known_path consistency[] = {
		{1, 8, {L1, N23, N47}}, {6, 8, {N45, N67, N03}},    {2, 5, {N23, L4}},
		{6, 7, {N45, L6, N03}}, {3, 7, {L2, L3, N01, N46}}, {4, 7, {N46}},
		{7, 7, {NULL}},
	};
	struct merkle_path path;
	struct hash leaves[8], root, from_root;

	ct_leaves(leaves);
	for (size_t i = 0; i < ARRAY_LEN(inclusion); i++) {
		const struct known_path *known = &inclusion[i];

		CHECK_INT(merkle_prove_inclusion(leaves, known->size, known->from, &path),
			  0);
		check_path(&path, known);
		root = hex(ct[known->size - 1].root);
		CHECK(merkle_is_included(&leaves[known->from], known->from, known->size,
					 &root, path.hashes, path.len));
	}
	for (size_t i = 0; i < ARRAY_LEN(consistency); i++) {
		const struct known_path *known = &consistency[i];

		CHECK_INT(
			merkle_prove_consistency(leaves, known->size, known->from, &path),
			0);
		check_path(&path, known);
		root = hex(ct[known->size - 1].root);
		from_root = hex(ct[known->from - 1].root);
		CHECK(merkle_is_consistent(known->from, &from_root, known->size, &root,
					   path.hashes, path.len));
	}
	CHECK_INT(merkle_prove_inclusion(leaves, 8, 8, &path), -1);
	CHECK_INT(merkle_prove_inclusion(leaves, 0, 0, &path), -1);
	CHECK_INT(merkle_prove_consistency(leaves, 8, 9, &path), -1);
	CHECK_INT(merkle_prove_consistency(leaves, 8, 0, &path), -1);
}

/* Roots over "leaf 0", "leaf 1", ... around the sizes where a tile is full. */
static void
roots_at_tile_boundaries(void)
{
	static const struct {
		uint64_t size;
		const char *root;
	} known[] = {
		{1, "1bb97dcc21635d47e2663efdfd0a174686d98dd701352dd2cd06e8b43fd3d305"},
		{2, "fc5f6b88ff8554f75bb2f9e6f39c31b1936d44b69276edf7b1205a955b9761e3"},
		{3, "d4f92c8fbb89720eb3b55677c7d7efaddfeb10d11a1a84a0ba8f1a23337faa95"},
		{7, "5a61fc2b54f9cfa71774f2432143dd40c6cb2b11947faf65a7d3da5cb65199c8"},
		{8, "c5c2c820ed342fdda8ce896b6b9cf5b8c00a21cc4b20714cc6e5d3c05c35240b"},
		{100, "13f88915c560dc911a1da0fb209d84a20971051f294ebeb428fb3fc293af2743"},
		{255, "d71592a219d4067663eede247f9b54c3f9e0290682d55de09b495b07f1de41c9"},
		{256, "cf5effdb11d0927a2edf53b0e73c7837f659414e00537da5d90eb5c4c49ff274"},
		{257, "855b936aa00cb98b5114484249ad39d78a6be93623e26c01e8e487dc02184a5a"},
		{300, "e7afc82d38944fc7930545328091d45823288c1f734cbdac06396713ebd4b5d5"},
		{511, "ca6b4f3db2b4e8d03a833ca7381f1a667728338c6d1641f0e6d0b2da4ec4a934"},
		{512, "d9579873166aa59bc8d37da864923bf63dacf0fff19ea2caba63b20cab82cd30"},
		{513, "4ba70f09ee79d5b5bb445f3500eae18b2713986edd43650b5cec2decc763b43f"},
		{1000,
		 "2ff33fb9d8f14f89ca306289633336a168ff3f4532e8f741a0019dcb4c1d60a1"},
		{65535,
		 "b592480df20f0dd456e39db9cdb0a1fa85f3617ec2d30cffc52760c38776f393"},
		{65536,
		 "e100ba54d69a91012fc13b7890feac78d6996a097268b6f735d17311c7402a60"},
		{65537,
		 "689b22742cab2adeb36ba622ff2736336464858f5de4a2c02f33bf163e7dca5f"},
		{70000,
		 "da0532ff7b2ee56f4067110fc964e9f27b5959f9527bfff3fa501aa7584deaf3"},
	};
	struct merkle_frontier frontier = {.size = 0};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct hash root;

		while (frontier.size < known[i].size) {
			char entry[32];
			struct hash leaf;

			snprintf(entry, sizeof entry, "leaf %d", (int)frontier.size);
			merkle_leaf(entry, strlen(entry), &leaf);
			merkle_append(&frontier, &leaf);
		}
		merkle_root(&frontier, &root);
		check_hash(&root, known[i].root);
	}
}

/* A frontier that was copied or written and parsed goes on exactly like the one it came
 * from. */
static void
frontiers_can_be_carried(void)
{
	struct merkle_frontier frontier = {.size = 0};
	struct amana_error err;

	for (unsigned int n = 0; n < 70; n++) {
		CLEANUP(buf_done)
		struct buf bytes = BUF_INIT(MERKLE_FRONTIER_BYTES_MAX + 1);
		struct merkle_frontier parsed;
		struct hash leaf, a, b;

		CHECK_OK(merkle_frontier_write(&frontier, &bytes, &err), err);
		CHECK_INT(bytes.len, 8 + 32 * __builtin_popcount(n));
		CHECK_INT(merkle_frontier_parse(BYTES_OF(bytes), &parsed), 0);
		merkle_leaf(&n, sizeof n, &leaf);
		merkle_append(&frontier, &leaf);
		merkle_append(&parsed, &leaf);
		merkle_root(&frontier, &a);
		merkle_root(&parsed, &b);
		CHECK(hash_equal(&a, &b));

		for (size_t len = 0; len < bytes.len; len++)
			CHECK_INT(merkle_frontier_parse((struct bytes){bytes.data, len},
							&parsed),
				  -1);
		CHECK_OK(buf_add_byte(&bytes, 0, &err), err);
		CHECK_INT(merkle_frontier_parse(BYTES_OF(bytes), &parsed), -1);
	}
}

static void
frontiers_have_a_largest_size(void)
{
	static uint8_t bytes[8 + 64 * HASH_LEN] = {0x00, 0x1f, 0xff, 0xff,
						   0xff, 0xff, 0xff, 0xff};
	struct merkle_frontier frontier;

	CHECK_INT(merkle_frontier_parse((struct bytes){bytes, MERKLE_FRONTIER_BYTES_MAX},
					&frontier),
		  0);
	CHECK(frontier.size == MERKLE_SIZE_MAX);
	memcpy(bytes, "\x00\x20\x00\x00\x00\x00\x00\x00", 8); /* one leaf more */
	CHECK_INT(merkle_frontier_parse((struct bytes){bytes, 8 + HASH_LEN}, &frontier),
		  -1);
	memset(bytes, 0xff, 8);
	CHECK_INT(merkle_frontier_parse((struct bytes){bytes, sizeof bytes}, &frontier),
		  -1);
}

#define PAIRS_MAX 66
static struct hash leaves[PAIRS_MAX], roots[PAIRS_MAX + 1];

static void
pairs_make(void)
{
	struct merkle_frontier frontier = {.size = 0};

	merkle_root(&frontier, &roots[0]);
	for (unsigned int i = 0; i < PAIRS_MAX; i++) {
		merkle_leaf(&i, sizeof i, &leaves[i]);
		merkle_append(&frontier, &leaves[i]);
		merkle_root(&frontier, &roots[i + 1]);
	}
}

static void
every_inclusion_holds_and_no_other(void)
{
	for (uint64_t n = 1; n <= PAIRS_MAX; n++) {
		for (uint64_t i = 0; i < n; i++) {
			struct merkle_path p;
			struct hash *h = p.hashes, wrong;

			CHECK_INT(merkle_prove_inclusion(leaves, n, i, &p), 0);
			CHECK(merkle_is_included(&leaves[i], i, n, &roots[n], h, p.len));

			CHECK(!merkle_is_included(&leaves[i], i, n, &roots[n - 1], h,
						  p.len));
			CHECK(!merkle_is_included(&leaves[i], n, n, &roots[n], h, p.len));
			CHECK(!merkle_is_included(&leaves[i], i, 0, &roots[n], h, p.len));
			CHECK(!merkle_is_included(&leaves[i], i + n, n, &roots[n], h,
						  p.len));
			for (uint64_t k = 0; k < n; k++) {
				if (k == i)
					continue;
				CHECK(!merkle_is_included(&leaves[i], k, n, &roots[n], h,
							  p.len));
				CHECK(!merkle_is_included(&leaves[k], i, n, &roots[n], h,
							  p.len));
			}
			for (size_t k = 0; k < p.len; k++) {
				p.hashes[k].bytes[k % 32] ^= 1;
				CHECK(!merkle_is_included(&leaves[i], i, n, &roots[n], h,
							  p.len));
				p.hashes[k].bytes[k % 32] ^= 1;
				CHECK(!merkle_is_included(&leaves[i], i, n, &roots[n], h,
							  k));
				CHECK(!merkle_is_included(&leaves[i], i, n, &roots[n],
							  h + 1, k));
			}
			wrong = roots[n];
			wrong.bytes[31] ^= 0x80;
			CHECK(!merkle_is_included(&leaves[i], i, n, &wrong, h, p.len));
			/* A path made longer by what would give the "next" root. */
			p.hashes[p.len] = leaves[0];
			merkle_node(&roots[n], &leaves[0], &wrong);
			CHECK(!merkle_is_included(&leaves[i], i, n, &wrong, h,
						  p.len + 1));
			merkle_node(&leaves[0], &roots[n], &wrong);
			CHECK(!merkle_is_included(&leaves[i], i, n, &wrong, h,
						  p.len + 1));
			CHECK(!merkle_is_included(&leaves[i], i, n, &roots[n], h,
						  p.len + 1));
		}
	}
}

static void
every_consistency_holds_and_no_other(void)
{
	for (uint64_t n = 1; n <= PAIRS_MAX; n++) {
		for (uint64_t m = 1; m <= n; m++) {
			struct merkle_path p;
			struct hash *h = p.hashes, wrong = roots[m];

			CHECK_INT(merkle_prove_consistency(leaves, n, m, &p), 0);
			CHECK(merkle_is_consistent(m, &roots[m], n, &roots[n], h, p.len));

			wrong.bytes[0] ^= 1;
			CHECK(!merkle_is_consistent(m, &wrong, n, &roots[n], h, p.len));
			wrong = roots[n];
			wrong.bytes[0] ^= 1;
			CHECK(!merkle_is_consistent(m, &roots[m], n, &wrong, h, p.len));
			CHECK(!merkle_is_consistent(0, &roots[0], n, &roots[n], h,
						    p.len));
			CHECK(!merkle_is_consistent(0, &roots[m], n, &roots[n], h, 0));
			for (size_t k = 0; k < p.len; k++) {
				p.hashes[k].bytes[k % 32] ^= 1;
				CHECK(!merkle_is_consistent(m, &roots[m], n, &roots[n], h,
							    p.len));
				p.hashes[k].bytes[k % 32] ^= 1;
				CHECK(!merkle_is_consistent(m, &roots[m], n, &roots[n], h,
							    k));
			}
			p.hashes[p.len] = roots[m];
			CHECK(!merkle_is_consistent(m, &roots[m], n, &roots[n], h,
						    p.len + 1));
			if (m == n)
				continue;
			CHECK(!merkle_is_consistent(m, &roots[m], n, &roots[n], NULL, 0));
			CHECK(!merkle_is_consistent(n, &roots[n], m, &roots[m], h,
						    p.len));
			CHECK(!merkle_is_consistent(m, &roots[n], n, &roots[m], h,
						    p.len));
			for (uint64_t k = 1; k <= n; k++) {
				if (k != m)
					CHECK(!merkle_is_consistent(m, &roots[k], n,
								    &roots[n], h, p.len));
			}
		}
	}
}

/* Sizes at the end of what 64 bits hold: the arithmetic stays defined and nothing is
 * accepted. */
static void
huge_sizes_are_only_wrong(void)
{
	static struct hash path[MERKLE_DEPTH_MAX];
	static const uint64_t sizes[] = {1,
					 2,
					 3,
					 UINT64_C(1) << 62,
					 UINT64_C(1) << 63,
					 (UINT64_C(1) << 63) + 1,
					 UINT64_MAX - 1,
					 UINT64_MAX};

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
			for (size_t len = 0; len <= MERKLE_DEPTH_MAX; len++) {
				CHECK(!merkle_is_included(&path[0], sizes[i] - 1,
							  sizes[k], &roots[1], path,
							  len));
				CHECK(!merkle_is_consistent(sizes[i], &roots[1], sizes[k],
							    &roots[2], path, len));
			}
		}
	}
}

int
main(void)
{
	struct amana_error err;

	CHECK_OK(crypto_init(&err), err);
	RUN(hashes_are_rfc_6962s);
	RUN(known_paths_come_out);
	RUN(roots_at_tile_boundaries);
	RUN(frontiers_can_be_carried);
	RUN(frontiers_have_a_largest_size);
	pairs_make();
	RUN(every_inclusion_holds_and_no_other);
	RUN(every_consistency_holds_and_no_other);
	RUN(huge_sizes_are_only_wrong);
	return 0;
}
