/*
 * Whether the certificate that signs in Płatnik (ZUS) also signs e-Deklaracje
 * (tax): both want a qualified signature; the tax side also looks at who signs.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "answers/checks.h"
#include "base/i18n.h"
#include "base/text.h"

#define RSA_BITS_MIN	2048

enum who { WHO_PESEL, WHO_NIP, WHO_FOREIGN, WHO_WRONG, WHO_NONE };

/* The identifier of the person, as the programs want it. */
static enum who
who_is(const struct cert_id *id)
{
	bool polish = strcmp(id->country, "PL") == 0;

	if (id->kind == ID_NONE || id->value == NULL)
		return WHO_NONE;
	if (id->checksum == 0)
		return WHO_WRONG;
	if (polish && id->kind == ID_PNO)
		return WHO_PESEL;
	return polish && (id->kind == ID_TIN || id->kind == ID_TAX) ?
	    WHO_NIP : WHO_FOREIGN;
}

/* --- what was looked at ----------------------------------------------------- */

static void
look_at_rules(const struct purpose_verdict *v, struct answer *a)
{
	static const struct {
		const char	*begins, *what;
	} rules[] = {
		{ "qc-compliance", N_("qualified") },
		{ "qc-type", N_("meant for") },
		{ "qc-sscd", N_("qualified device") },
		{ "policy-qscd", N_("qualified device") },
		{ "key-usage", N_("key usage") },
		{ "valid", N_("validity") },
		{ "expired", N_("validity") },
		{ "not-yet-valid", N_("validity") },
		{ "dates-bad", N_("validity") },
	};
	char text[512];

	for (size_t i = 0; i < v->nreasons; i++) {
		const char *id = reason_id(&v->reasons[i]);

		for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
			if (strncmp(id, rules[k].begins,
			    strlen(rules[k].begins)) == 0) {
				answer_saw(a, v->reasons[i].verdict,
				    _(rules[k].what), "%s", reason_sentence(
				    &v->reasons[i], text, sizeof text));
				break;
			}
	}
}

static void
look_at_person(const struct cert *c, enum who who, struct answer *a)
{
	static const struct {
		enum verdict	 mark;
		const char	*words;
	} people[] = {
		[WHO_PESEL] = { VERDICT_YES, N_("PESEL %s") },
		[WHO_NIP] = { VERDICT_MAYBE, N_("NIP %s, no PESEL") },
		[WHO_FOREIGN] = { VERDICT_MAYBE,
		    N_("another identifier (%s), no PESEL") },
		[WHO_WRONG] = { VERDICT_MAYBE,
		    N_("%s: its check digit is wrong") },
	};
	char mask[64];

	if (who == WHO_NONE) {
		answer_saw(a, VERDICT_MAYBE, _("person's identifier"),
		    _("none in the certificate"));
		return;
	}
	text_mask(c->person.value, mask, sizeof mask);
	answer_saw(a, people[who].mark, _("person's identifier"),
	    _(people[who].words), mask);
}

static void
look_at_strength(const struct cert *c, struct answer *a)
{
	bool old = strstr(c->signature_alg, "sha1") != NULL ||
	    strstr(c->signature_alg, "SHA1") != NULL ||
	    strstr(c->signature_alg, "md5") != NULL;
	bool small = c->key_type == KEY_RSA && c->key_bits < RSA_BITS_MIN;

	answer_saw(a, old || small ? VERDICT_MAYBE : VERDICT_YES,
	    _("strength"), _("key of %u bits, signed with %s"), c->key_bits,
	    c->signature_alg);
}

/* --- the verdict --------------------------------------------------------------- */

static void
say_not_qualified(const struct cert *c, struct answer *a)
{
	if (c->qc.compliance && c->qc.types != 0 &&
	    !(c->qc.types & QC_TYPE_ESIGN))
		answer_says(a, ANSWER_NO, "not-a-signature",
		    _("This certificate is qualified, but not for a person's signature: neither program takes it."));
	else
		answer_says(a, ANSWER_NO, "not-qualified",
		    _("This certificate is not a qualified one for signatures: neither program takes it."));
	answer_badge(a, _("not qualified"));
	answer_next(a, ACTION_ANSWER, "obtain",
	    _("See how to get a qualified certificate; one is enough for any number of payers."));
	answer_next(a, ACTION_NONE, NULL,
	    _("Some tax forms can be sent without a certificate, with authorising data instead; the tax portal says which."));
}

/* Where it leads to is known, and that is no authority. */
static bool
is_its_own(const struct cert *c, enum verdict trust)
{
	return trust == VERDICT_MAYBE &&
	    strcmp(c->subject.line, c->issuer.line) == 0;
}

/* That it is a qualified one is its own word until its issuer stands behind it. */
static bool
say_doubt(const struct cert *c, enum verdict trust, struct answer *a)
{
	if (is_its_own(c, trust)) {
		answer_says(a, ANSWER_NO, "self-signed",
		    _("This certificate signed itself, so it is no qualified one, whatever it says: neither program takes it."));
		answer_badge(a, _("not qualified"));
	} else if (trust == VERDICT_NO) {
		answer_says(a, ANSWER_NO, "chain",
		    _("The chain of issuers of this certificate is broken, so no program should take what it signs."));
		answer_badge(a, _("broken chain"));
	} else if (c->odd & (ODD_CRITICAL | ODD_EXTENSION)) {
		answer_says(a, ANSWER_CANNOT_TELL, "part-unread",
		    _("It depends on the program: the certificate holds something that cannot be read here, and some programs refuse such ones."));
		answer_badge(a, _("unknown content"));
		answer_next(a, ACTION_NONE, NULL,
		    _("Try it with a declaration that can wait; if it is refused, ask the authority that issued it."));
		return true;
	} else
		return false;
	answer_next(a, ACTION_ANSWER, "obtain",
	    _("See how to get a qualified certificate; one is enough for any number of payers."));
	return true;
}

static void
say_fits(enum who who, enum verdict trust, struct answer *a)
{
	if (who == WHO_PESEL) {
		answer_says(a, ANSWER_YES, "fits", "%s", trust != VERDICT_YES ?
		    _("The same certificate signs in Płatnik and e-Deklaracje: it holds the PESEL and says of itself that it is a qualified one; its issuer could not be verified here.") :
		    _("The same certificate signs in Płatnik and e-Deklaracje: it is a qualified one and holds the PESEL."));
		answer_badge(a, _("signs in both"));
	} else {
		answer_says(a, ANSWER_CANNOT_TELL, "no-pesel",
		    _("It signs in Płatnik; whether the tax side takes it cannot be told, since it holds no right PESEL. Declarations signed so are sometimes refused."));
		answer_badge(a, _("no PESEL"));
		answer_next(a, ACTION_NONE, NULL,
		    _("Ask the tax office whether it takes this identifier, or the authority for a certificate with the PESEL."));
	}
	answer_next(a, ACTION_NONE, NULL,
	    _("In Płatnik mark the certificate and register it; if it is not called trustworthy there, fetch its revocation list."));
}

/* A qualified one that is valid and signs, other than this, by what is known. */
static const struct card_cert *
another(const struct answer_facts *f, const struct card_cert *than)
{
	for (size_t i = 0; i < f->card->ncerts; i++) {
		const struct card_cert *c = &f->card->certs[i];
		enum verdict trust;
		char words[512];

		if (c == than || !check_is_own(c) || cert_verdict(c->cert,
		    PURPOSE_QSIGN, f->now) < VERDICT_MAYBE ||
		    check_bar(f, c) != BAR_NONE)
			continue;
		trust = check_trust(f, c, words, sizeof words);
		if (trust != VERDICT_NO && !is_its_own(c->cert, trust))
			return c;
	}
	return NULL;
}

/* For another reason than its dates. */
static bool
is_unfit(const struct purpose_verdict *v)
{
	static const char *const dates[] = { "valid", "expired",
		"not-yet-valid", "dates-bad" };

	for (size_t i = 0; i < v->nreasons; i++) {
		bool dated = false;

		for (size_t k = 0; k < sizeof dates / sizeof *dates; k++)
			dated |= strcmp(reason_id(&v->reasons[i]),
			    dates[k]) == 0;
		if (!dated && v->reasons[i].verdict == VERDICT_NO)
			return true;
	}
	return false;
}

/* The one named; of those guessed, one that signs. */
static const struct card_cert *
choose(const struct answer_facts *f)
{
	const struct card_cert *asked = check_cert(f), *other;

	if (asked != NULL && (f->cert_named || asked->cert->qc.compliance))
		return asked;
	other = another(f, asked);
	return other != NULL ? other : asked;
}

static void
offer_another(const struct answer_facts *f, const struct card_cert *c,
    struct answer *a)
{
	const struct card_cert *other = another(f, c);
	char words[CHECK_WORDS], hash[CHECK_HASH_HEX];

	if (other == NULL || a->verdict == ANSWER_YES)
		return;
	answer_saw(a, VERDICT_YES, _("another certificate"), "%s",
	    check_cert_words(other->cert, f->now, words, sizeof words));
	answer_next(a, ACTION_CERT, check_hash(other->sha256, hash),
	    _("Look at another certificate on this card, which is qualified and valid."));
}

void
check_platnik(const struct answer_facts *f, struct answer *a)
{
	char words[CHECK_WORDS], issuer[512], hash[CHECK_HASH_HEX];
	const struct card_cert *c;
	struct purpose_verdict v;
	enum verdict trust;
	enum check_bar bar;
	bool passes;
	enum who who;

	if (check_no_card(f, a))
		return;
	c = choose(f);
	if (c == NULL) {
		check_say_no_cert(f, a);
		return;
	}
	who = who_is(&c->cert->person);
	bar = check_bar(f, c);
	passes = bar == BAR_NONE || check_bar_passes(bar);
	trust = check_trust(f, c, issuer, sizeof issuer);
	cert_judge(c->cert, PURPOSE_QSIGN, f->now, &v);
	answer_saw(a, VERDICT_YES, _("certificate"), "%s",
	    check_cert_words(c->cert, f->now, words, sizeof words));
	look_at_rules(&v, a);
	look_at_person(c->cert, who, a);
	look_at_strength(c->cert, a);
	answer_saw(a, trust, _("issuer"), "%s", issuer);
	check_look_status(f, c, a);
	check_look_key(f->card, c, a);
	if (!c->cert->qc.compliance || (passes && is_unfit(&v)))
		say_not_qualified(c->cert, a);
	else if (bar != BAR_NONE && !(passes && (trust == VERDICT_NO ||
	    is_its_own(c->cert, trust))))
		check_say_bar(bar, c, a);
	else if (!say_doubt(c->cert, trust, a))
		say_fits(who, trust, a);
	answer_why(a, _("This is about the certificate: %s."), words);
	offer_another(f, c, a);
	if (check_report(f, c) == NULL && bar == BAR_NONE)
		answer_next(a, ACTION_STATUS, check_hash(c->sha256, hash),
		    _("Ask whether it has been revoked."));
}
