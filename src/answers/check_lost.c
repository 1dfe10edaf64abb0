/*
 * A lost card: how its certificate is revoked or suspended from here, and how it
 * is found where nobody knows its serial number.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/checks.h"
#include "base/clock.h"
#include "base/hours.h"
#include "base/i18n.h"
#include "cert/issued.h"
#include "revocation/channel.h"

/* The best way that any authority has, and how many know one. */
struct ways {
	size_t	 machines, people;
};

/* --- the authorities ------------------------------------------------------------- */

static void
look_at_phone(const struct answer_facts *f, const struct authority *who,
    struct answer *a)
{
	struct phone_hours h;
	char when[32];

	if (who->phone == NULL || who->phone[0] == '\0')
		return;
	phone_hours(who->phone_hours, f->now, &h);
	if (!h.known)
		answer_saw(a, VERDICT_UNKNOWN, who->name,
		    _("telephone %s; its hours are not known here"),
		    who->phone);
	else if (h.open)
		answer_saw(a, VERDICT_YES, who->name,
		    _("telephone %s, somebody answers now"), who->phone);
	else if (h.changes != 0)
		answer_saw(a, VERDICT_NO, who->name,
		    _("telephone %s, closed now; next open %s"), who->phone,
		    clock_local(h.changes, when, sizeof when));
	else
		answer_saw(a, VERDICT_NO, who->name,
		    _("telephone %s, closed now"), who->phone);
}

static void
look_at_suspension(const struct authority *who, struct answer *a)
{
	if (who->suspension == NULL || who->suspension[0] == '\0')
		return;
	if (strcmp(who->suspension, "no") == 0)
		answer_saw(a, VERDICT_NO, who->name,
		    _("suspends nothing, it only revokes"));
	else if (who->suspension_days > 0)
		answer_saw(a, VERDICT_YES, who->name,
		    P_("suspends too; after %ld day without a word it revokes",
		    "suspends too; after %ld days without a word it revokes",
		    who->suspension_days), who->suspension_days);
	else
		answer_saw(a, VERDICT_YES, who->name, _("suspends too"));
}

static void
look_at_authority(const struct answer_facts *f, const struct authority *who,
    struct ways *ways, struct answer *a)
{
	const struct channel *found[CHANNELS_MAX];
	size_t n = channels_for(who, CASE_REVOKE, found, CHANNELS_MAX);

	for (size_t i = 0; i < n; i++) {
		ways->machines += found[i]->machine;
		ways->people += !found[i]->machine;
	}
	if (n > 0)
		answer_saw(a, VERDICT_YES, who->name, found[0]->machine ?
		    _("can be reached from here, %s") :
		    _("is reached by people, %s"), _(found[0]->name));
	look_at_phone(f, who, a);
	look_at_suspension(who, a);
}

static const struct cert *
cert_of_file(const struct answer_file *file)
{
	for (size_t i = 0; file != NULL && i < file->ncerts; i++)
		if (!file->certs[i]->is_ca)
			return file->certs[i];
	return NULL;
}

/*
 * Whose the lost one is, if that was told; the card in the reader, which is not
 * lost, tells nothing of it.
 */
static const struct authority *
authority_told(const struct answer_facts *f)
{
	const struct cert *c = cert_of_file(f->file);

	if (f->cert_named)
		return f->authority;
	if (c != NULL && f->authorities != NULL)
		return cert_authority(c, f->authorities, NULL);
	if (f->order != NULL)
		return f->order->authority;
	return f->file != NULL && f->file->link != NULL ?
	    f->file->link->authority : NULL;
}

/*
 * The one that was told; else all there are, each whole or not at all: the last
 * line tells how many more.
 */
static void
look_at_authorities(const struct answer_facts *f, struct ways *ways,
    struct answer *a)
{
	const struct authority *told = authority_told(f);
	size_t more = 0, before;

	*ways = (struct ways){ 0, 0 };
	if (told != NULL)
		look_at_authority(f, told, ways, a);
	for (size_t i = 0; told == NULL && f->authorities != NULL &&
	    i < f->authorities->n; i++) {
		before = a->nlooked;
		look_at_authority(f, &f->authorities->v[i], ways, a);
		if (more == 0 && a->nlooked < ANSWER_LOOKED_MAX)
			continue;
		more += a->nlooked > before;
		a->nlooked = before;
	}
	if (more > 0)
		answer_saw(a, VERDICT_UNKNOWN, _("authorities"),
		    P_("%zu more, not shown here", "%zu more, not shown here",
		    more), more);
}

static void
look_at_registry(const struct answer_facts *f, struct answer *a)
{
	if (f->registry && f->remembered > 0)
		answer_saw(a, VERDICT_YES, _("registry"),
		    P_("%zu certificate is remembered here",
		    "%zu certificates are remembered here", f->remembered),
		    f->remembered);
	else if (f->registry)
		answer_saw(a, VERDICT_NO, _("registry"),
		    _("empty: this desk remembers no certificate"));
	else
		answer_saw(a, f->had & NEED_REGISTRY ? VERDICT_NO :
		    VERDICT_UNKNOWN, _("registry"), f->had & NEED_REGISTRY ?
		    _("there is none here") : _("not looked at"));
}

/* A card that lies in the reader is not lost. */
static void
look_at_reader(const struct answer_facts *f, struct answer *a)
{
	char words[CHECK_WORDS];
	const struct card_cert *c = check_cert(f);

	if (c != NULL)
		answer_saw(a, VERDICT_MAYBE, _("card in the reader"),
		    _("%s; is it the one that was thought lost?"),
		    check_cert_words(c->cert, f->now, words, sizeof words));
}

/* --- lost-card ---------------------------------------------------------------------- */

void
check_lost_card(const struct answer_facts *f, struct answer *a)
{
	struct ways ways;

	look_at_registry(f, a);
	look_at_reader(f, a);
	look_at_authorities(f, &ways, a);
	if (ways.machines > 0) {
		answer_says(a, ANSWER_YES, "from-here",
		    _("Revoke the certificate without delay; it can be done from here."));
		answer_badge(a, _("revoke here"));
	} else if (ways.people > 0) {
		answer_says(a, ANSWER_YES, "by-people",
		    _("Revoke the certificate without delay; the desk prepares what has to be said or signed, and keeps the time."));
		answer_badge(a, _("revoke here"));
	} else
		answer_says(a, ANSWER_CANNOT_TELL, "no-way",
		    _("Have the certificate revoked without delay. This desk knows no way to an authority, so turn to the one that issued it."));
	answer_why(a, "%s",
	    _("Whoever has the card and knows the PIN can sign in the holder's name until then. A revoked certificate never becomes valid again; a suspended one can."));
	/* A kiosk searches for nobody: it takes down what a person knows. */
	answer_next(a, ACTION_REVOKE, "", "%s", f->kiosk ?
	    _("Tell it here: the request waits for the people at the counter, or goes to the authority with the revocation password.") :
	    _("Find the certificate by the holder's name or number, and revoke or suspend it."));
	answer_next(a, ACTION_ANSWER, "lost-serial",
	    _("See how to find it where the serial number is not known."));
	answer_next(a, ACTION_NONE, NULL,
	    _("If the card may only be mislaid, ask for suspension where the authority has it: that can be taken back for some days."));
	answer_next(a, ACTION_ANSWER, "obtain",
	    _("Afterwards order a new certificate: a lost one cannot be copied to another card."));
}

/* --- lost-serial --------------------------------------------------------------------- */

static void
say_in_file(const struct cert *c, struct answer *a)
{
	char hash[CHECK_HASH_HEX];

	answer_says(a, ANSWER_YES, "in-file",
	    _("The file holds the certificate, and its serial number: %s."),
	    c->serial_hex);
	answer_next(a, ACTION_REVOKE, check_hash(c->sha256, hash),
	    _("Revoke or suspend this one."));
}

/* Where else it stands, the likeliest to be at hand first. */
static void
say_elsewhere(const struct answer_facts *f, struct answer *a)
{
	answer_next(a, ACTION_DOCUMENT, "",
	    _("Give any document that the holder once signed (PDF, XML, p7s, a mail), or an exported certificate: the number stands in it."));
	/* A kiosk takes the number alone, which stands beside the other. */
	if (!f->kiosk && f->authorities != NULL &&
	    order_services(f->authorities) > 0)
		answer_next(a, ACTION_ORDER, "",
		    _("Look the order up by e-mail address or NIP: it names the certificate."));
	answer_next(a, ACTION_NONE, NULL,
	    _("It is printed on the confirmation that was handed out with the card."));
	answer_next(a, ACTION_NONE, NULL,
	    _("Where the certificate was registered on a computer, its list of certificates shows it; so do Płatnik and mail programs."));
}

void
check_lost_serial(const struct answer_facts *f, struct answer *a)
{
	const struct cert *c = cert_of_file(f->file);
	char words[CHECK_WORDS], text[512];

	look_at_registry(f, a);
	if (c != NULL)
		answer_saw(a, VERDICT_YES, _("file"), "%s", check_cert_words(c,
		    f->now, words, sizeof words));
	else if (f->file != NULL)
		answer_saw(a, VERDICT_NO, _("file"), "%s",
		    f->file->err.code != ERR_NONE ? err_sentence(&f->file->err,
		    text, sizeof text) : _("holds no certificate"));
	look_at_reader(f, a);
	if (c != NULL)
		say_in_file(c, a);
	else if (f->registry && f->remembered > 0) {
		answer_says(a, ANSWER_YES, "search",
		    _("The serial number need not be known: look for the certificate by name, PESEL, e-mail address or part of a number."));
		answer_badge(a, _("search here"));
	} else
		answer_says(a, ANSWER_CANNOT_TELL, "elsewhere",
		    _("This desk remembers no certificate, but the serial number stands in other places too."));
	if (f->registry && f->remembered > 0)
		answer_next(a, ACTION_FIND, "",
		    _("Search the registry: half a name or a few digits are enough."));
	say_elsewhere(f, a);
	answer_why(a, "%s",
	    _("Many authorities also find it by the holder's name and PESEL, once they are sure who asks."));
}
