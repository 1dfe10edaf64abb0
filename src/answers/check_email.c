/*
 * Whether a certificate of the card can sign e-mail, rule by rule (cert_judge has
 * the rules of RFC 8550), and where mail programs are stricter than the rules.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "answers/checks.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

/* How it comes out where nothing bars signing altogether, the worse first. */
enum outcome {
	MAIL_KEY_USAGE, MAIL_OTHER_USE, MAIL_CHAIN, MAIL_OTHER_ADDRESS,
	MAIL_CODED, MAIL_UNREAD, MAIL_OLD_MARK, MAIL_ANY_USE, MAIL_NO_ADDRESS,
	MAIL_FITS, MAIL_OUTCOMES
};

static const struct {
	const char	*reason;
	enum answer_verdict verdict;
	const char	*says, *brief;
} outcomes[MAIL_OUTCOMES] = {
	[MAIL_KEY_USAGE] = { "key-usage", ANSWER_NO,
	    N_("This certificate is not meant for signing: its key usage does not include it."),
	    N_("not for signing") },
	[MAIL_OTHER_USE] = { "extended-key-usage", ANSWER_NO,
	    N_("This certificate names what it is for, and e-mail is not among it."),
	    N_("not for e-mail") },
	[MAIL_CHAIN] = { "chain", ANSWER_NO,
	    N_("The chain of issuers of this certificate is broken, so no program should take what it signs."),
	    N_("broken chain") },
	[MAIL_OTHER_ADDRESS] = { "other-address", ANSWER_NO,
	    N_("The mail is sent from another address than the certificate holds."),
	    N_("other address") },
	[MAIL_CODED] = { "coded-domain", ANSWER_CANNOT_TELL,
	    N_("Whether the mail is sent from the address in the certificate cannot be told: the domain has national letters, written as they are or coded (xn--), and such ones are not compared here."),
	    N_("domain not compared") },
	[MAIL_UNREAD] = { "part-unread", ANSWER_CANNOT_TELL,
	    N_("It depends on the mail program: the certificate holds something that cannot be read here, and some programs refuse such ones."),
	    N_("unknown content") },
	[MAIL_OLD_MARK] = { "netscape-type", ANSWER_CANNOT_TELL,
	    N_("It depends on the mail program: an old mark in the certificate (Netscape type) names other uses, and old programs still go by it."),
	    N_("old mark") },
	[MAIL_ANY_USE] = { "any-use-only", ANSWER_CANNOT_TELL,
	    N_("It depends on the mail program: the certificate may be used for anything but does not name e-mail. The standard allows that; Thunderbird does not."),
	    N_("e-mail not named") },
	[MAIL_NO_ADDRESS] = { "no-address", ANSWER_CANNOT_TELL,
	    N_("It depends on the mail program: the standard lets this certificate sign e-mail, but it holds no e-mail address. Some programs refuse it, others warn the recipient."),
	    N_("no address") },
	[MAIL_FITS] = { "fits", ANSWER_YES,
	    N_("This certificate can sign e-mail. If it does not work, the mail program or the way to the card is the cause."),
	    N_("can sign e-mail") },
};

/* One certificate, as far as e-mail goes. */
struct mail {
	const struct card_cert *c;
	struct purpose_verdict rules;
	enum verdict	 usage, use;	/* of the rules: key usage, EKU */
	bool		 named;		/* EKU absent, or names e-mail */
	bool		 old_mark;	/* that names something else */
	enum verdict	 trust;		/* NO: the chain of issuers breaks */
	enum verdict	 address;	/* MAYBE: none in it, or capitals differ;
					 * UNKNOWN: the domain may be the same */
	enum check_bar	 bar;
	enum outcome	 outcome;
};

/* --- one certificate -------------------------------------------------------------- */

static bool
has_id(const struct reason *r, const char *id)
{
	return strcmp(reason_id(r), id) == 0;
}

/* Which rule a reason is of: ids begin alike where the rule is the same. */
static bool
is_of(const struct reason *r, const char *rule)
{
	return strncmp(reason_id(r), rule, strlen(rule)) == 0;
}

/*
 * RFC 8550 3: the domain in any case, what stands before it as written; as
 * OpenSSL compares it.
 */
static enum verdict
address_is(const char *have, const char *want)
{
	const char *h = strrchr(have, '@'), *w = strrchr(want, '@');

	if (h == NULL || w == NULL || strcasecmp(h, w) != 0 ||
	    h - have != w - want)
		return check_may_be_same_mail(have, want) ? VERDICT_UNKNOWN :
		    VERDICT_NO;
	if (strncmp(have, want, (size_t)(h - have)) == 0)
		return VERDICT_YES;
	return strncasecmp(have, want, (size_t)(h - have)) == 0 ?
	    VERDICT_MAYBE : VERDICT_NO;
}

static enum verdict
nearer(enum verdict a, enum verdict b)
{
	static const int nearness[] = { [VERDICT_NO] = 0,
		[VERDICT_UNKNOWN] = 1, [VERDICT_MAYBE] = 2, [VERDICT_YES] = 3 };

	return nearness[b] > nearness[a] ? b : a;
}

/* Of all addresses in it the one that comes nearest. */
static enum verdict
judge_address(const struct cert *c, const char *want)
{
	enum verdict best = VERDICT_NO;

	if (cert_email(c) == NULL)
		return VERDICT_MAYBE;
	if (want == NULL)
		return VERDICT_YES;
	for (size_t i = 0; i < c->nsan; i++)
		if (c->san[i].kind == SAN_EMAIL)
			best = nearer(best, address_is(c->san[i].value, want));
	for (size_t i = 0; i < c->subject.nattrs; i++)
		if (strcmp(c->subject.attrs[i].name, "emailAddress") == 0)
			best = nearer(best, address_is(
			    c->subject.attrs[i].value, want));
	return best;
}

static enum outcome
decide(const struct mail *m)
{
	const struct cert *c = m->c->cert;

	if (m->usage == VERDICT_NO)
		return MAIL_KEY_USAGE;
	if (m->use == VERDICT_NO)
		return MAIL_OTHER_USE;
	if (m->trust == VERDICT_NO)
		return MAIL_CHAIN;
	if (m->address == VERDICT_NO)
		return MAIL_OTHER_ADDRESS;
	if (m->address == VERDICT_UNKNOWN)
		return MAIL_CODED;
	if (c->odd & (ODD_CRITICAL | ODD_EXTENSION))
		return MAIL_UNREAD;
	if (m->old_mark)
		return MAIL_OLD_MARK;
	if (!m->named)
		return MAIL_ANY_USE;
	return cert_email(c) == NULL ? MAIL_NO_ADDRESS : MAIL_FITS;
}

static void
judge(const struct answer_facts *f, const struct card_cert *c, struct mail *m)
{
	char words[512];

	*m = (struct mail){ .c = c, .usage = VERDICT_YES, .use = VERDICT_YES };
	cert_judge(c->cert, PURPOSE_EMAIL, f->now, &m->rules);
	for (size_t i = 0; i < m->rules.nreasons; i++) {
		const struct reason *r = &m->rules.reasons[i];

		if (is_of(r, "key-usage"))
			m->usage = r->verdict;
		else if (is_of(r, "extended-key-usage"))
			m->use = r->verdict;
		m->old_mark |= has_id(r, "netscape-type");
	}
	m->named = !c->cert->has_eku;
	for (size_t i = 0; i < c->cert->neku; i++)
		m->named |= strcmp(c->cert->eku[i], "emailProtection") == 0;
	m->address = judge_address(c->cert, f->email);
	m->trust = check_trust(f, c, words, sizeof words);
	m->bar = check_bar(f, c);
	m->outcome = decide(m);
}

static bool
is_barred(const struct mail *m)
{
	return m->bar != BAR_NONE && !(check_bar_passes(m->bar) &&
	    outcomes[m->outcome].verdict == ANSWER_NO);
}

/* --- what was looked at ------------------------------------------------------------- */

static void
look_at_address(const struct answer_facts *f, const struct mail *m,
    struct answer *a)
{
	const char *have = cert_email(m->c->cert);
	char mask[128], want[128];

	if (have == NULL) {
		answer_saw(a, VERDICT_MAYBE, _("address"),
		    _("none in the certificate; then every mail program decides for itself"));
		return;
	}
	text_mask(have, mask, sizeof mask);
	if (f->email == NULL) {
		answer_saw(a, VERDICT_YES, _("address"),
		    _("%s; mail has to be sent from it"), mask);
		return;
	}
	text_mask(f->email, want, sizeof want);
	answer_saw(a, m->address, _("address"),
	    m->address == VERDICT_YES ? _("%s, and mail is sent from %s") :
	    m->address == VERDICT_MAYBE ?
	    _("%s, and mail is sent from %s: capital letters differ") :
	    m->address == VERDICT_UNKNOWN ?
	    _("%s, and mail is sent from %s: national letters, or coded (xn--), so not compared") :
	    _("%s, but mail is sent from %s"), mask, want);
}

/* The rules of the certificate itself, in the order they are judged. */
static void
look_at_rules(const struct mail *m, struct answer *a)
{
	static const struct {
		const char	*rule, *what;
	} rules[] = {
		{ "key-usage", N_("key usage") },
		{ "extended-key-usage", N_("extended key usage") },
		{ "netscape-type", N_("old mark") },
		{ "valid", N_("validity") },
		{ "expired", N_("validity") },
		{ "not-yet-valid", N_("validity") },
		{ "dates-bad", N_("validity") },
		{ "critical-unknown", N_("unknown demands") },
		{ "extension-damaged", N_("damage") },
	};
	char text[512];

	for (size_t i = 0; i < m->rules.nreasons; i++) {
		const struct reason *r = &m->rules.reasons[i];

		for (size_t k = 0; k < sizeof rules / sizeof *rules; k++)
			if (has_id(r, rules[k].rule) || (k < 2 &&
			    is_of(r, rules[k].rule))) {
				answer_saw(a, r->verdict, _(rules[k].what),
				    "%s", reason_sentence(r, text,
				    sizeof text));
				break;
			}
	}
}

static void
look_at_chain(const struct answer_facts *f, const struct mail *m,
    struct answer *a)
{
	char words[512];

	(void)check_trust(f, m->c, words, sizeof words);
	answer_saw(a, m->trust, _("issuer"), "%s", words);
}

/* --- mail programs, where they differ --------------------------------------------------- */

/*
 * Thunderbird: digitalSignature or nonRepudiation, and emailProtection where any
 * extended key usage stands; anyExtendedKeyUsage does not count there.
 */
static void
look_at_thunderbird(const struct mail *m, struct answer *a)
{
	if (m->usage == VERDICT_NO || m->use == VERDICT_NO)
		answer_saw(a, VERDICT_NO, "Thunderbird", _("refuses it"));
	else if (!m->named)
		answer_saw(a, VERDICT_NO, "Thunderbird",
		    _("refuses it: emailProtection has to be named"));
	else if (cert_email(m->c->cert) == NULL)
		answer_saw(a, VERDICT_MAYBE, "Thunderbird",
		    _("takes its key usage, but warns the recipient that there is no address in it"));
	else
		answer_saw(a, VERDICT_YES, "Thunderbird",
		    _("takes it once it knows the card software and trusts the issuer for e-mail"));
}

/* What is said of Outlook is custom: nothing of it can be looked up here. */
static void
look_at_outlook(const struct mail *m, struct answer *a)
{
	const struct cert *c = m->c->cert;

	if (m->usage == VERDICT_NO || m->use == VERDICT_NO)
		answer_saw(a, VERDICT_NO, "Outlook", _("refuses it"));
	else if (cert_email(c) == NULL)
		answer_saw(a, VERDICT_MAYBE, "Outlook",
		    _("usually refuses a certificate without the sender's address"));
	else if (c->has_ku && !(c->ku & CERT_KU_DIGITAL_SIGNATURE))
		answer_saw(a, VERDICT_MAYBE, "Outlook",
		    _("may refuse nonRepudiation without digitalSignature"));
	else
		answer_saw(a, VERDICT_YES, "Outlook",
		    _("should take it once Windows knows it and trusts its issuer"));
}

static void
look_at_others(const struct mail *m, struct answer *a)
{
	if (m->usage == VERDICT_NO || m->use == VERDICT_NO)
		answer_saw(a, VERDICT_NO, _("other programs"),
		    _("refuse it, as the standard wants"));
	else if (m->rules.verdict == VERDICT_YES)
		answer_saw(a, VERDICT_YES, _("other programs"),
		    _("may take it, by the standard"));
	else
		answer_saw(a, VERDICT_MAYBE, _("other programs"),
		    _("decide for themselves"));
}

static void
look_at_one(const struct answer_facts *f, const struct mail *m,
    struct answer *a)
{
	char words[CHECK_WORDS];

	answer_saw(a, VERDICT_YES, _("certificate"), "%s",
	    check_cert_words(m->c->cert, f->now, words, sizeof words));
	look_at_rules(m, a);
	look_at_address(f, m, a);
	look_at_chain(f, m, a);
	check_look_status(f, m->c, a);
	check_look_key(f->card, m->c, a);
	if (m->c->cert->key_type == KEY_ED25519 ||
	    m->c->cert->key_type == KEY_ED448)
		answer_saw(a, VERDICT_MAYBE, _("kind of key"),
		    _("so new that many mail programs cannot use it"));
	look_at_thunderbird(m, a);
	look_at_outlook(m, a);
	look_at_others(m, a);
}

static void
look_at_another(const struct answer_facts *f, const struct mail *m,
    struct answer *a)
{
	static const enum verdict marks[] = {
		[ANSWER_YES] = VERDICT_YES, [ANSWER_NO] = VERDICT_NO,
		[ANSWER_NOT_YET] = VERDICT_NO,
		[ANSWER_CANNOT_TELL] = VERDICT_MAYBE,
	};
	enum answer_verdict verdict = is_barred(m) ?
	    check_bar_verdict(m->bar) : outcomes[m->outcome].verdict;
	char words[CHECK_WORDS];

	answer_saw(a, marks[verdict], _("another certificate"), "%s: %s",
	    check_cert_words(m->c->cert, f->now, words, sizeof words),
	    is_barred(m) ? check_bar_brief(m->bar) :
	    _(outcomes[m->outcome].brief));
}

/* --- what to do --------------------------------------------------------------------------- */

static void
offer_another_kind(struct answer *a)
{
	answer_next(a, ACTION_ANSWER, "obtain",
	    _("For e-mail there are certificates of another kind, with the address in them: order one beside this."));
	answer_next(a, ACTION_NONE, NULL,
	    _("Or sign the document itself and attach it: that is what a qualified signature is for."));
}

static bool
is_right(const struct mail *m)
{
	return m->bar == BAR_NONE && m->outcome == MAIL_FITS;
}

/* It is another one than was asked about that does it. */
static void
say_other(const struct mail *m, struct answer *a)
{
	char hash[CHECK_HASH_HEX];

	answer_says(a, ANSWER_YES, "another-fits",
	    _("Another certificate on this card can sign e-mail: choose that one in the mail program."));
	answer_badge(a, _("another one can"));
	answer_next(a, ACTION_CERT, check_hash(m->c->sha256, hash),
	    _("Look at the one that can."));
}

static void
say(const struct answer_facts *f, const struct mail *m, struct answer *a)
{
	if (check_cert(f) != m->c && is_right(m)) {
		say_other(m, a);
		return;
	}
	if (is_barred(m)) {
		check_say_bar(m->bar, m->c, a);
		return;
	}
	answer_says(a, outcomes[m->outcome].verdict,
	    outcomes[m->outcome].reason, "%s", _(outcomes[m->outcome].says));
	answer_badge(a, "%s", _(outcomes[m->outcome].brief));
	if (m->outcome == MAIL_OTHER_ADDRESS)
		answer_next(a, ACTION_NONE, NULL,
		    _("Send from the address that stands in the certificate, or order one with the other address."));
	else if (m->outcome == MAIL_CODED)
		answer_next(a, ACTION_NONE, NULL,
		    _("Ask whoever runs the mail how the domain is written in its other way, and compare that with the certificate."));
	else if (m->outcome != MAIL_FITS && m->outcome != MAIL_UNREAD)
		offer_another_kind(a);
}

static void
say_next(const struct answer_facts *f, const struct mail *m, struct answer *a)
{
	char hash[CHECK_HASH_HEX];

	if (check_key(f->card, m->c) == CHECK_KEY_UNSEEN)
		answer_next(a, ACTION_PIN, NULL,
		    _("Give the PIN, so that its key can be seen."));
	if (check_report(f, m->c) == NULL && m->bar == BAR_NONE)
		answer_next(a, ACTION_STATUS, check_hash(m->c->sha256, hash),
		    _("Ask whether it has been revoked."));
	answer_next(a, ACTION_CHAIN, "email",
	    _("Check the whole way to a signature, step by step."));
}

/* Which to answer about: the one in question, unless another does better. */
static void
choose(const struct answer_facts *f, struct mail *best)
{
	const struct card_cert *asked = check_cert(f);

	best->c = NULL;
	if (asked != NULL && check_is_own(asked))
		judge(f, asked, best);
	for (size_t i = 0; i < f->card->ncerts; i++) {
		struct mail m;

		if (!check_is_own(&f->card->certs[i]) ||
		    &f->card->certs[i] == best->c)
			continue;
		judge(f, &f->card->certs[i], &m);
		if (best->c == NULL || (is_right(&m) && !is_right(best)))
			*best = m;
	}
}

void
check_email(const struct answer_facts *f, struct answer *a)
{
	char words[CHECK_WORDS];
	struct mail best, m;

	if (check_no_card(f, a))
		return;
	choose(f, &best);
	if (best.c == NULL) {
		check_say_no_cert(f, a);
		return;
	}
	look_at_one(f, &best, a);
	for (size_t i = 0; i < f->card->ncerts; i++)
		if (check_is_own(&f->card->certs[i]) &&
		    &f->card->certs[i] != best.c) {
			judge(f, &f->card->certs[i], &m);
			look_at_another(f, &m, a);
		}
	say(f, &best, a);
	answer_why(a, _("This is about the certificate: %s."),
	    check_cert_words(best.c->cert, f->now, words, sizeof words));
	say_next(f, &best, a);
}
