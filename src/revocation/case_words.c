/*
 * The words of a case: short ids for files and programs, names for people, and
 * whole sentences.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "revocation/case_inside.h"

struct word {
	const char	*id, *name;	/* name: NULL where none is shown */
};

static const struct word actions[CASE_ACTIONS] = {
	[CASE_REVOKE] = { "revoke", N_("revocation") },
	[CASE_SUSPEND] = { "suspend", N_("suspension") },
	[CASE_LIFT] = { "lift", N_("lifting of the suspension") },
};

static const struct word states[CASE_STATES] = {
	[CASE_DRAFT] = { "draft", N_("being written down") },
	[CASE_QUEUED] = { "queued", N_("waiting to be sent") },
	[CASE_SENT] = { "sent", N_("sent") },
	[CASE_ON_PAPER] = { "on-paper", N_("with the authority's people") },
	[CASE_ACCEPTED] = { "accepted", N_("accepted by the authority") },
	[CASE_PUBLISHED] = { "published", N_("proved") },
	[CASE_CLOSED] = { "closed", N_("closed") },
	[CASE_REFUSED] = { "refused", N_("refused by the authority") },
	[CASE_WITHDRAWN] = { CASES_WITHDRAWN, N_("case withdrawn") },
};

static const struct word whos[WHO_COUNT] = {
	[WHO_HOLDER] = { "holder", N_("the holder") },
	[WHO_ENTITY] = { "entity",
	    N_("the organisation named in the certificate") },
	[WHO_AUTHORITY] = { "authority", N_("the authority itself") },
};

static const struct word proofs[PROOF_COUNT] = {
	[PROOF_DOCUMENT] = { "document", N_("identity document") },
	[PROOF_PASSWORD] = { "password", N_("revocation password") },
	[PROOF_MAIL] = { "mail", N_("signed mail") },
	[PROOF_NONE] = { "none", N_("identity not checked") },
};

static const struct {
	struct word	 word;
	int		 code;		/* CRLReason; -1: left out */
} reasons[REASON_COUNT] = {
	[REASON_LOST] = { { "lost", N_("card lost or stolen") }, 1 },
	[REASON_DISCLOSED] = { { "disclosed",
	    N_("somebody else knows the PIN or has the key") }, 1 },
	[REASON_DATA_CHANGED] = { { "data-changed",
	    N_("name or employer changed") }, 3 },
	[REASON_REPLACED] = { { "replaced",
	    N_("replaced by a new certificate") }, 4 },
	[REASON_NOT_USED] = { { "not-used", N_("not needed any more") }, 5 },
	[REASON_RIGHTS_LOST] = { { "rights-lost",
	    N_("no longer entitled to it") }, 9 },
	[REASON_NOT_TOLD] = { { "not-told", N_("reason not given") }, -1 },
};

static const struct word results[RESULT_COUNT] = {
	[RESULT_ACCEPTED] = { "accepted", N_("The authority accepted it") },
	[RESULT_WITH_MODS] = { "with-mods",
	    N_("The authority accepted it with changes") },
	[RESULT_WAITING] = { "waiting",
	    N_("The authority has it and has not decided yet") },
	[RESULT_ALREADY] = { "already",
	    N_("The authority says that it is done already") },
	[RESULT_UNKNOWN] = { "unknown",
	    N_("The authority does not know this certificate") },
	[RESULT_REFUSED] = { "refused", N_("The authority refused it") },
	[RESULT_FAILED] = { "failed", N_("No answer came") },
};

static const struct word channel_words[] = {
	{ "telephone", N_("telephone") },
	{ "form", N_("paper request") },
	{ "cmp", "CMP" },
	{ "ejbca", "EJBCA" },
};

/* --- ids -------------------------------------------------------------------------- */

static const char *
id_of(const struct word *words, int n, int i)
{
	return i >= 0 && i < n ? words[i].id : "";
}

static const char *
name_of(const struct word *words, int n, int i)
{
	return i >= 0 && i < n ? _(words[i].name) : "";
}

static int
from_id(const struct word *words, int n, const char *id)
{
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(words[i].id, id) == 0)
			return i;
	return -1;
}

const char *
case_action_id(enum case_action a)
{
	return id_of(actions, CASE_ACTIONS, (int)a);
}

const char *
case_state_id(enum case_state s)
{
	return id_of(states, CASE_STATES, (int)s);
}

const char *
case_who_id(int who)
{
	return id_of(whos, WHO_COUNT, who);
}

const char *
case_proof_id(int proof)
{
	return id_of(proofs, PROOF_COUNT, proof);
}

const char *
case_reason_id(int reason)
{
	return reason >= 0 && reason < REASON_COUNT ?
	    reasons[reason].word.id : "";
}

const char *
case_result_id(enum case_result r)
{
	return id_of(results, RESULT_COUNT, (int)r);
}

int
case_action_from_id(const char *id)
{
	return from_id(actions, CASE_ACTIONS, id);
}

int
case_who_from_id(const char *id)
{
	return from_id(whos, WHO_COUNT, id);
}

int
case_proof_from_id(const char *id)
{
	return from_id(proofs, PROOF_COUNT, id);
}

int
case_reason_from_id(const char *id)
{
	int i;

	for (i = 0; i < REASON_COUNT; i++)
		if (strcmp(reasons[i].word.id, id) == 0)
			return i;
	return -1;
}

int
case_result_from_id(const char *id)
{
	return from_id(results, RESULT_COUNT, id);
}

int
case_status_from_id(const char *id)
{
	int i;

	for (i = 0; i < STATUS_COUNT; i++)
		if (strcmp(record_status_id((enum record_status)i), id) == 0)
			return i;
	return -1;
}

int
case_how_from_id(const char *id)
{
	int i;

	for (i = 0; i < HOW_COUNT; i++)
		if (strcmp(record_how_id((enum record_how)i), id) == 0)
			return i;
	return -1;
}

int
case_reason_code(int reason)
{
	return reason >= 0 && reason < REASON_COUNT ? reasons[reason].code : -1;
}

/* --- names ------------------------------------------------------------------------- */

const char *
case_action_name(enum case_action a)
{
	return name_of(actions, CASE_ACTIONS, (int)a);
}

const char *
case_state_name(enum case_state s)
{
	return name_of(states, CASE_STATES, (int)s);
}

const char *
case_who_name(int who)
{
	return name_of(whos, WHO_COUNT, who);
}

const char *
case_proof_name(int proof)
{
	return name_of(proofs, PROOF_COUNT, proof);
}

const char *
case_reason_name(int reason)
{
	return reason >= 0 && reason < REASON_COUNT ?
	    _(reasons[reason].word.name) : "";
}

const char *
case_result_name(enum case_result r)
{
	return name_of(results, RESULT_COUNT, (int)r);
}

const char *
case_channel_name(const char *id)
{
	size_t i;

	for (i = 0; i < sizeof channel_words / sizeof *channel_words; i++)
		if (strcmp(channel_words[i].id, id) == 0)
			return _(channel_words[i].name);
	return id;
}
