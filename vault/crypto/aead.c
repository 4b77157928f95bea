/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/aead.h"

#include <sodium.h>
#include <string.h>

void
aead_seal(const struct secret *key, const uint8_t nonce[AEAD_NONCE_LEN], struct bytes ad,
	  uint8_t *bytes, size_t len, uint8_t ret_tag[AEAD_TAG_LEN])
{
	crypto_aead_xchacha20poly1305_ietf_encrypt_detached(bytes, ret_tag, NULL, bytes,
							    len, ad.data, ad.len, NULL,
							    nonce, key->data);
}

bool
aead_open(const struct secret *key, const uint8_t nonce[AEAD_NONCE_LEN], struct bytes ad,
	  uint8_t *bytes, size_t len, const uint8_t tag[AEAD_TAG_LEN])
{
	if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
		    bytes, NULL, bytes, len, tag, ad.data, ad.len, nonce, key->data) == 0)
		return true;
	memset(bytes, 0, len);
	return false;
}
