/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The table of custody events: what a custody line says that an act was (docs/FORMAT.md
 * sections 6 and 6.2).  It has no include guard: event.h makes the enum from it, event.c
 * the rows.  A new event is a new row here and a command that records it.
 *
 *	EVENT(VALUE, name, subjects, who, reading, words, details)
 *
 * - VALUE: EVENT_VALUE is what act.h takes.
 * - name: as it is sealed.  It never changes, and is never used for something else.
 * - subjects: what the entries of such an act may be about.
 * - who: BY_RULE, whoever the log's rules let make such an entry (docs/FORMAT.md section
 *   10).  A `record` those rules give to all who have a grant; here it may be fewer:
 *   READERS, the lead and the readers of the case, or AUDITORS.
 * - reading: READS, it says what was read of the evidence, will be or was not after all;
 *   whoever asks what somebody has read is told of it.  Else NO_READING.
 * - words: what the act does, for people.
 * - details: DETAILS(...) out of the forms in amana/custody.h, in the order in which they
 *   are shown, or NO_DETAILS.  What a line has beyond them is shown as it stands.
 */

/* ---- evidence ---- */

EVENT(DEPOSIT, "deposit", ON(EXHIBIT), BY_RULE, NO_READING, "sealing it into the case",
      NO_DETAILS)
EVENT(PRESENTED_AGAIN, "presented-again", ON(EXHIBIT), READERS, NO_READING,
      "handing it in again; the case held its content", NO_DETAILS)
EVENT(RETRIEVE, "retrieve", ON(EXHIBIT), READERS, READS, "taking it out of the vault",
      NO_DETAILS)
EVENT(CHECK, "check", ON(EXHIBIT), BY_RULE, READS,
      "checking all of it: it is what was deposited",
      DETAILS(TEXT("result", "result: *"), TEXT("by", "by *"),
	      COUNT("mount", "mounted in batch *")))
EVENT(CHECK_FAILED, "check-failed", ON(EXHIBIT), BY_RULE, READS,
      "checking all of it: it is NOT what was deposited",
      DETAILS(TEXT("result", "result: *"), TEXT("by", "by *"),
	      COUNT("mount", "mounted in batch *")))
EVENT(LIST, "list", ON(CASE), READERS, READS,
      "reading the names and descriptions in the case", NO_DETAILS)
EVENT(CUSTODY, "custody", ON(CASE), AUDITORS, READS,
      "reading the chain of custody, as an auditor", NO_DETAILS)
EVENT(VERIFY, "verify", ON(EXHIBIT) | ON(CASE) | ON(MEMBER) | ON(VAULT), BY_RULE,
      NO_READING, "verifying what is stored",
      DETAILS(IF("ok", "nothing failed"), IF_NOT("ok", "SOMETHING FAILED"),
	      IF_NOT("complete", "something was left unchecked"),
	      IF("bytes", "all bytes"), IF_NOT("bytes", "not the bytes"),
	      IF("contents", "all contents"), IF_NOT("contents", "not the contents"),
	      COUNT("batch", "up to batch *"), TEXT("head", "head *")))
EVENT(VERIFY_CONTENTS, "verify-contents", ON(EXHIBIT), READERS, READS,
      "reading it to verify its content", NO_DETAILS)

/* ---- a mount ---- */

EVENT(MOUNT, "mount", ON(CASE), READERS, READS, "mounting the case",
      DETAILS(TEXT("dir", "at *"), TEXT("until", ", until *")))
EVENT(VIEW, "view", ON(EXHIBIT), READERS, READS,
      "opening it for the first time in that mount",
      DETAILS(OPENERS("opened", "with *"), COUNT("mount", "mounted in batch *")))
EVENT(VIEW_AHEAD, "view-ahead", ON(EXHIBIT), READERS, READS,
      "expected next, from how those before it were opened",
      DETAILS(OPENERS("opened", "with *"), COUNT("mount", "mounted in batch *")))
EVENT(NOT_READ, "not-read", ON(EXHIBIT), BY_RULE, READS,
      "nothing of it was read, though that was expected",
      DETAILS(COUNT("mount", "mounted in batch *")))
EVENT(UNMOUNT, "unmount", ON(CASE), BY_RULE, READS, "ending the mount",
      DETAILS(TEXT("why", "*"),
	      COUNT("part", "* (part of what was read; it began before)"),
	      COUNT("opened", "* opened"),
	      COUNT("checked", "* checked as a whole for the first time"),
	      TEXT("whole", "read in full: *"), RANGES("read", "read of *"),
	      REFUSALS("refused", "refused to *"),
	      COUNT("refused_others",
		    "* time to other programs|* times to other programs"),
	      COUNT("writes_refused",
		    "* attempt to change something, refused|* attempts to change something, refused"),
	      IF("more", "goes on in the next event"),
	      COUNT("mount", "mounted in batch *")))

/* ---- rights ---- */

EVENT(DENIED, "denied", ON(EXHIBIT) | ON(CASE) | ON(VAULT), BY_RULE, NO_READING,
      "refusing what this person may not do", DETAILS(TEXT("attempt", "attempted: *")))
EVENT(CASE_OPEN, "case-open", ON(CASE) | ON(GRANT), BY_RULE, NO_READING,
      "opening the case", NO_DETAILS)
EVENT(CONFIRM, "confirm", ON(GRANT), BY_RULE, NO_READING,
      "confirming a lead whom an admin appointed", NO_DETAILS)
EVENT(GRANT, "grant", ON(GRANT), BY_RULE, NO_READING, "granting rights in the case",
      NO_DETAILS)
EVENT(EXPIRE, "expire", ON(GRANT), BY_RULE, NO_READING,
      "closing grants whose date has passed", NO_DETAILS)
EVENT(REVOKE, "revoke", ON(MEMBER) | ON(GRANT) | ON(CASE), BY_RULE, NO_READING,
      "ending a grant or a membership", NO_DETAILS)
EVENT(REKEY, "rekey", ON(CASE) | ON(VAULT), BY_RULE, NO_READING, "making new keys",
      NO_DETAILS)
EVENT(AUDIT_GRANT, "audit-grant", ON(GRANT), BY_RULE, NO_READING,
      "handing the audit keys to an auditor", NO_DETAILS)

/* ---- the office ---- */

EVENT(ENROL, "enrol", ON(MEMBER) | ON(GRANT), BY_RULE, NO_READING, "adding a member",
      NO_DETAILS)
EVENT(ROLE, "role", ON(MEMBER) | ON(GRANT), BY_RULE, NO_READING,
      "changing what a member may do in the vault", NO_DETAILS)
EVENT(POLICY, "policy", ON(VAULT), BY_RULE, NO_READING, "setting a rule of the vault",
      NO_DETAILS)
EVENT(APPROVE, "approve", ON(EXHIBIT) | ON(CASE) | ON(MEMBER) | ON(VAULT), BY_RULE,
      NO_READING, "saying yes to what waited for a second person", NO_DETAILS)
EVENT(REFUSE, "refuse", ON(EXHIBIT) | ON(CASE) | ON(MEMBER) | ON(VAULT), BY_RULE,
      NO_READING, "saying no to what waited for a second person", NO_DETAILS)
EVENT(SKIP, "skip", ON(VAULT), BY_RULE, NO_READING, "passing over damaged batches",
      NO_DETAILS)
EVENT(RESTORED, "restored", ON(VAULT), BY_RULE, NO_READING,
      "accepting a restored history", NO_DETAILS)
