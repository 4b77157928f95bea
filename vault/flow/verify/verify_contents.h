/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VERIFY_VERIFY_CONTENTS_H
#define FLOW_VERIFY_VERIFY_CONTENTS_H

#include "flow/verify/verify_core.h"

/*
 * Opens the exhibits that the person who verifies may read, within the scope, and tells
 * those that do not open or are not what their lines say.  The reading is recorded before
 * the first byte, and so is what it finds.  Without request->contents it tells only that
 * nothing was opened.  Opens verify->session.  AMANA_E_CANCELLED: stopped by the person.
 */
int verify_contents(struct verify *verify, struct amana_error *err) MUST_CHECK;

#endif
