#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "cert/cert.h"
#include "registry/journal.h"
#include "registry/record.h"
#include "ui/personwords.h"
#include "ui/recwords.h"

struct word {
	const char	*id, *word;
};

static const struct word names[] = {
	{ "reached", N_("found") },
	{ "by", N_("according to") },
	{ "certificates", N_("certificates") },
	{ "left_out", N_("left out as doubtful") },
	{ "row", N_("row") },
	{ "holder", N_("holder") },
	{ "organisation", N_("organisation") },
	{ "identifier", N_("identifier") },
	{ "email", N_("e-mail") },
	{ "issuer", N_("issuer") },
	{ "serial", N_("serial number") },
	{ "not_before", N_("valid from") },
	{ "not_after", N_("valid until") },
	{ "purposes", N_("uses") },
	{ "qualified", N_("qualified") },
	{ "order", N_("order") },
	{ "ocsp", N_("ask at (OCSP)") },
	{ "crl", N_("list at (CRL)") },
	{ "known_from", N_("how it is known") },
	{ "first_seen", N_("first seen") },
	{ "last_seen", N_("last seen") },
	{ "gone", N_("no longer there") },
	{ "point", N_("registration point") },
	{ "account", N_("account") },
	{ "card_token", N_("card's token") },
	{ "card_number", N_("card number") },
	{ "card_model", N_("card's model") },
	{ "status", N_("status") },
	{ "state", N_("state") },
	{ "as_of", N_("asked at") },
	{ "revoked_at", N_("revoked since") },
	{ "reason", N_("reason") },
	{ "restricted", N_("restricted") },
	{ "erased", N_("erased") },
	{ "cards", N_("cards") },
	{ "number", N_("number") },
	{ "model", N_("model") },
	{ "tokens", N_("tokens") },
	{ "journal", N_("journal") },
	{ "entry", N_("entry") },
	{ "at", N_("when") },
	{ "action", N_("what was done") },
	{ "why", N_("why") },
	{ "what", N_("details") },
	{ "orders", N_("orders") },
	{ "questions", N_("questions asked") },
	{ "question", N_("what was written") },
	{ "authority", N_("authority") },
	{ "reference", N_("the authority's number") },
	{ "tried", N_("last sent") },
	{ "waits", N_("waits to be sent") },
	{ "kept_until", N_("kept until") },
	{ "purpose", N_("kept for") },
	{ "basis", N_("on the basis of") },
	{ "clause", N_("version of the clause") },
	{ "agreed", N_("consent given") },
	{ "withdrawn", N_("consent withdrawn") },
	{ "name", N_("name") },
	{ "contact", N_("contact") },
};

static const struct word purposes[] = {
	{ "question", N_("answering the question") },
	{ "contract", N_("a question about a contract") },
};

static const struct word bases[] = {
	{ "consent", N_("consent") },
	{ "contract", N_("contract") },
};

static const struct word states[] = {
	{ "unknown", N_("never asked, so not known") },
	{ "good", N_("not revoked") },
	{ "revoked", N_("revoked") },
	{ "suspended", N_("suspended") },
};

static const struct word bys[] = {
	{ "row", N_("row") },
	{ "pesel", N_("PESEL") },
	{ "nip", N_("NIP") },
	{ "document", N_("document number") },
	{ "email", N_("e-mail") },
};

/* JOURNAL_*, by their ids. */
static const struct word actions[] = {
	{ "created", N_("registry made") },
	{ "migrated", N_("brought to a newer version") },
	{ "import", N_("import") },
	{ "export", N_("export") },
	{ "backup", N_("backup") },
	{ "restore", N_("restored") },
	{ "access", N_("access") },
	{ "rectify", N_("name put right") },
	{ "restrict", N_("processing restricted") },
	{ "unrestrict", N_("restriction lifted") },
	{ "erase", N_("erasure") },
	{ "retention", N_("forgotten by the rule") },
	{ "reveal", N_("restricted entry shown") },
	{ "remember", N_("remembered") },
	{ "status", N_("statuses marked") },
	{ "allow", N_("may be remembered again") },
	{ "case-opened", N_("case opened") },
	{ "case-withdrawn", N_("case withdrawn") },
	{ "case-closed", N_("case closed") },
	{ "outbox", N_("message to an order service") },
	{ "renewal-opened", N_("renewal begun") },
	{ "renewal-stopped", N_("renewal stopped") },
	{ "renewal-done", N_("renewal done") },
	{ "withdrawn", N_("consent withdrawn") },
};

#define NWORDS(table)	(sizeof (table) / sizeof (table)[0])

_Static_assert(NWORDS(actions) == JOURNAL_ACTION_COUNT,
    "each action has its word");

static const char *
look_up(const struct word *words, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i].id, id) == 0)
			return _(words[i].word);
	return NULL;
}

static const char *
how_word(const char *id)
{
	for (int how = 0; how < HOW_COUNT; how++)
		if (strcmp(record_how_id((enum record_how)how), id) == 0)
			return recwords_how((enum record_how)how);
	return NULL;
}

/* What a person was named by; or who said a status. */
static const char *
by_word(const char *id)
{
	const char *word = look_up(bys, NWORDS(bys), id);

	return word != NULL ? word : how_word(id);
}

static const char *
purpose_word(const char *id)
{
	for (int p = 0; p < PURPOSE_COUNT; p++)
		if (strcmp(purpose_id((enum purpose)p), id) == 0)
			return purpose_name((enum purpose)p);
	return NULL;
}

const char *
personwords_name(const char *name, char *buf, size_t size)
{
	const char *word = look_up(names, NWORDS(names), name);

	snprintf(buf, size, "%s", word != NULL ? word : name);
	if (word == NULL)
		for (char *p = buf; *p != '\0'; p++)
			if (*p == '_')
				*p = ' ';
	return buf;
}

const char *
personwords_action(const char *id)
{
	const char *word = look_up(actions, NWORDS(actions), id);

	return word != NULL ? word : id;
}

const char *
personwords_value(const char *name, const char *value, char *buf, size_t size)
{
	const char *word = NULL;
	int64_t at;

	if (strcmp(name, "state") == 0)
		word = look_up(states, NWORDS(states), value);
	else if (strcmp(name, "action") == 0)
		word = personwords_action(value);
	else if (strcmp(name, "known_from") == 0)
		word = how_word(value);
	else if (strcmp(name, "purpose") == 0)
		word = look_up(purposes, NWORDS(purposes), value);
	else if (strcmp(name, "basis") == 0)
		word = look_up(bases, NWORDS(bases), value);
	else if (strcmp(name, "by") == 0)
		word = by_word(value);
	else if (strcmp(name, "purposes") == 0)
		word = purpose_word(value);
	else if (strcmp(name, "reason") == 0)
		word = recwords_reason(atoi(value));
	if (word != NULL)
		return word;
	if (clock_parse_rfc3339(value, &at) == 0)
		return clock_local(at, buf, size);
	return value;
}
