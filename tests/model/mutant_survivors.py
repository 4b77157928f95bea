# SPDX-License-Identifier: Apache-2.0
"""Mutants that live, by rule, and why."""

SURVIVORS = {
}
