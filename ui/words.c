#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cert/oid.h"
#include "registry/scrub.h"
#include "ui/words.h"

/* Add to what stands in buf already. */
static void __attribute__((format(printf, 3, 4)))
add(char *buf, size_t size, const char *fmt, ...)
{
	size_t len = strlen(buf);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf + len, size - len, fmt, ap);
	va_end(ap);
}

/* Add as one more of several, after a comma. */
#define ADD_ITEM(buf, size, ...) do {					\
	if ((buf)[0] != '\0')						\
		add(buf, size, ", ");					\
	add(buf, size, __VA_ARGS__);					\
} while (0)

const char *
words_pin(const struct pin *p, char *buf, size_t size)
{
	buf[0] = '\0';
	if (p->locked || p->tries == 0)
		add(buf, size, "%s", _("locked"));
	else if (!p->set)
		add(buf, size, "%s", _("not set yet"));
	else if (pin_is_last(p))
		add(buf, size, "%s", _("1 try left, the last one!"));
	else if (p->tries > 0)
		add(buf, size, P_("%d try left", "%d tries left", p->tries),
		    p->tries);
	else if (p->low)
		add(buf, size, "%s", _("a wrong PIN was typed, tries left unknown"));
	else
		add(buf, size, "%s", _("tries left unknown"));
	if (p->to_be_changed)
		ADD_ITEM(buf, size, "%s", _("must be changed first"));
	if (p->verified)
		ADD_ITEM(buf, size, "%s", _("was entered"));
	return buf;
}

int
words_pin_mood(const struct pin *p)
{
	if (p->locked || p->tries == 0)
		return -1;
	if (!p->set || pin_is_last(p) || p->low || p->to_be_changed)
		return 0;
	return 1;
}

const char *
words_key_state(const struct cert *c, enum key_state s)
{
	static const char *const words[] = {
		[KEY_NOT_SEEN] = N_("cannot be seen without the PIN"),
		[KEY_PUBLIC] = N_("its public half is on the card"),
		[KEY_PRIVATE] = N_("on the card"),
		[KEY_MISSING] = N_("not on the card"),
	};

	if (c->is_ca && s != KEY_PRIVATE && s != KEY_PUBLIC)
		return NULL;
	return _(words[s]);
}

bool
words_key_wanting(const struct card_cert *c)
{
	return c->key == KEY_MISSING && (c->cert == NULL || !c->cert->is_ca);
}

const char *
words_known_by(enum known_by k)
{
	static const char *const words[] = {
		[KNOWN_NOT] = N_("not known"),
		[KNOWN_CARD] = N_("the card says so"),
		[KNOWN_TOKEN] = N_("its software says so"),
		[KNOWN_TABLE] = N_("from the table of card models"),
		[KNOWN_CONFIG] = N_("from the configuration"),
		[KNOWN_COUNT] = N_("counted on the card"),
	};

	return _(words[k]);
}

const char *
words_key_type(enum cert_key_type type, unsigned bits, const char *curve,
    char *buf, size_t size)
{
	static const char *const names[] = {
		[KEY_UNKNOWN] = N_("key"), [KEY_RSA] = "RSA", [KEY_EC] = "EC",
		[KEY_ED25519] = "Ed25519", [KEY_ED448] = "Ed448",
		[KEY_DSA] = "DSA",
	};

	if (curve != NULL)
		snprintf(buf, size, "%s %s", _(names[type]), curve);
	else if (bits > 0 && type != KEY_ED25519 && type != KEY_ED448)
		snprintf(buf, size, "%s %u", _(names[type]), bits);
	else
		snprintf(buf, size, "%s", _(names[type]));
	return buf;
}

const char *
words_capacity(const struct capacity *c, char *buf, size_t size)
{
	if (c->rule == CAPACITY_READ_ONLY)
		snprintf(buf, size, "%s",
		    _("nothing can be written to this card here"));
	else if (c->more < 0 || c->rule == CAPACITY_UNKNOWN)
		snprintf(buf, size, "%s",
		    _("how many more would fit is unknown"));
	/* What the issuer allows may find no room. */
	else if (c->rule == CAPACITY_ISSUER && c->more == 0)
		snprintf(buf, size, "%s", _("the issuer's limit is reached"));
	else if (c->rule == CAPACITY_ISSUER)
		snprintf(buf, size, P_("at most %d more certificate",
		    "at most %d more certificates", c->more), c->more);
	else if (c->more == 0)
		snprintf(buf, size, "%s", _("no more certificates fit"));
	else
		snprintf(buf, size, P_("%d more certificate fits",
		    "%d more certificates fit", c->more), c->more);
	return buf;
}

const char *
words_capacity_rule(enum capacity_rule r)
{
	static const char *const words[] = {
		[CAPACITY_UNKNOWN] = N_("neither card nor model tells"),
		[CAPACITY_MEMORY] = N_("free memory"),
		[CAPACITY_CONTAINERS] = N_("places for keys"),
		[CAPACITY_ISSUER] = N_("the issuer's limit"),
		[CAPACITY_READ_ONLY] = N_("the card software is read-only"),
	};

	return _(words[r]);
}

/* Short of ten thousand, bytes mean something; beyond that nobody counts. */
static void
add_bytes(char *buf, size_t size, int64_t n)
{
	if (n < 10000)
		ADD_ITEM(buf, size, P_("%lld byte", "%lld bytes", n),
		    (long long)n);
	else
		ADD_ITEM(buf, size, _("%lld KB"), (long long)((n + 512) / 1024));
}

const char *
words_capacity_basis(const struct card *card, char *buf, size_t size)
{
	const struct capacity *c = &card->capacity;

	if (card->state == CARD_FAILED ||
	    (card->cut && c->rule == CAPACITY_UNKNOWN)) {
		snprintf(buf, size, "%s",
		    _("the card could not be read whole"));
		return buf;
	}
	snprintf(buf, size, "%s", words_capacity_rule(c->rule));
	if (c->rule == CAPACITY_UNKNOWN || c->rule == CAPACITY_READ_ONLY)
		return buf;
	if (c->rule == CAPACITY_MEMORY && c->free_bytes >= 0)
		add_bytes(buf, size, c->free_bytes);
	ADD_ITEM(buf, size, "%s", words_known_by(c->by));
	if (c->source[0] != '\0')
		add(buf, size, ": %s", c->source);
	return buf;
}

const char *
words_tidy(const struct capacity *c, char *buf, size_t size)
{
	buf[0] = '\0';
	if (c->orphan_keys > 0)
		ADD_ITEM(buf, size, P_("%d key without a certificate",
		    "%d keys without a certificate", c->orphan_keys),
		    c->orphan_keys);
	if (c->orphan_certs > 0)
		ADD_ITEM(buf, size, P_("%d certificate without its key",
		    "%d certificates without their keys", c->orphan_certs),
		    c->orphan_certs);
	if (c->expired > 0)
		ADD_ITEM(buf, size, P_("%d expired", "%d expired", c->expired),
		    c->expired);
	if (c->expired > 0 && c->expired_bytes > 0)
		add(buf, size, P_(" (%lld byte)", " (%lld bytes)",
		    c->expired_bytes), (long long)c->expired_bytes);
	return buf;
}

const char *
words_tidy_brief(const struct capacity *c, char *buf, size_t size)
{
	buf[0] = '\0';
	if (c->orphan_keys > 0)
		ADD_ITEM(buf, size, P_("%d key", "%d keys", c->orphan_keys),
		    c->orphan_keys);
	if (c->orphan_certs > 0)
		ADD_ITEM(buf, size, P_("%d keyless", "%d keyless",
		    c->orphan_certs), c->orphan_certs);
	if (c->expired > 0)
		ADD_ITEM(buf, size, P_("%d expired", "%d expired", c->expired),
		    c->expired);
	return buf;
}

const char *
words_memory(const struct capacity *c, char *buf, size_t size)
{
	buf[0] = '\0';
	if (c->free_bytes >= 0 && c->total_bytes >= 0)
		snprintf(buf, size, P_("%lld byte free of %lld",
		    "%lld bytes free of %lld", c->free_bytes),
		    (long long)c->free_bytes, (long long)c->total_bytes);
	else if (c->free_bytes >= 0)
		snprintf(buf, size, P_("%lld byte free", "%lld bytes free",
		    c->free_bytes), (long long)c->free_bytes);
	return buf;
}

const char *
words_id(const struct cert_id *id, bool masked, char *buf, size_t size)
{
	static const char *const kinds[] = {
		[ID_NONE] = "", [ID_PNO] = "PNO", [ID_PAS] = "PAS",
		[ID_IDC] = "IDC", [ID_TIN] = "TIN", [ID_TAX] = "TAX",
		[ID_LOCAL] = "", [ID_VAT] = "VAT", [ID_NTR] = "NTR",
		[ID_PSD] = "PSD", [ID_OTHER] = "",
	};
	char hidden[256];
	const char *value = id->value != NULL ? id->value : "";

	if (masked)
		value = text_mask(value, hidden, sizeof(hidden));
	snprintf(buf, size, "%s%s%s%s", kinds[id->kind], id->country,
	    kinds[id->kind][0] != '\0' || id->country[0] != '\0' ? "-" : "",
	    value);
	return buf;
}

/* Those that hold a person's number or address. */
static bool
is_personal(const char *oid)
{
	return strcmp(oid, "2.5.4.5") == 0 ||		/* serialNumber */
	    strcmp(oid, "1.2.840.113549.1.9.1") == 0 ||	/* emailAddress */
	    strcmp(oid, "0.9.2342.19200300.100.1.1") == 0; /* UID */
}

const char *
words_text(const char *s, bool masked, char *buf, size_t size)
{
	char *scrubbed;

	if (!masked || s == NULL)
		return s;
	scrubbed = scrub_text(s, NULL, 0);
	snprintf(buf, size, "%s", scrubbed);
	free(scrubbed);
	return buf;
}

const char *
words_attr(const struct cert_attr *a, bool masked, char *buf, size_t size)
{
	/* An organisation's number is nobody's. */
	if (strcmp(a->oid, "2.5.4.97") == 0)
		return a->value;
	return masked && is_personal(a->oid) ?
	    text_mask(a->value, buf, size) :
	    words_text(a->value, masked, buf, size);
}

const char *
words_subject(const struct cert_name *n, char *buf, size_t size)
{
	char hidden[512];
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n->nattrs && len < size; i++) {
		const struct cert_attr *a = &n->attrs[i];

		len += (size_t)snprintf(buf + len, size - len, "%s%s=%s",
		    i > 0 ? ", " : "", a->name,
		    words_attr(a, true, hidden, sizeof hidden));
	}
	return buf;
}

/* To what parts an attribute of a name's line from the next; escapes skipped. */
static size_t
attr_len(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0' && s[n] != ',' && s[n] != '+')
		n += s[n] == '\\' && s[n + 1] != '\0' ? 2 : 1;
	return n;
}

/* "CN=Ewa, serialNumber=PN***359": struct cert_name's line. */
static void
mask_line(const char *s, char *buf, size_t size)
{
	char value[512], hidden[512];

	buf[0] = '\0';
	while (*s != '\0') {
		size_t parts = strspn(s, ",+ "), word = strcspn(s + parts, "=");
		size_t len = attr_len(s + parts);
		const char *oid = word < len ?
		    oid_attr_dots(s + parts, word) : NULL;

		if (oid != NULL && is_personal(oid)) {
			word += parts + 1;
			snprintf(value, sizeof value, "%.*s",
			    (int)(parts + len - word), s + word);
			add(buf, size, "%.*s%s", (int)word, s,
			    text_mask(value, hidden, sizeof hidden));
		} else
			add(buf, size, "%.*s", (int)(parts + len), s);
		s += parts + len;
	}
}

const char *
words_san(const struct cert_san *san, bool masked, char *buf, size_t size)
{
	char line[1024];

	if (!masked)
		return san->value;
	if (san->kind == SAN_EMAIL || san->kind == SAN_UPN)
		return text_mask(san->value, buf, size);
	if (san->kind != SAN_DIRNAME)
		return words_text(san->value, true, buf, size);
	mask_line(san->value, line, sizeof line);
	return words_text(line, true, buf, size);
}

const char *
words_time(int64_t t, char *buf, size_t size)
{
	if (t != CERT_NO_TIME)
		return clock_local(t, buf, size);
	snprintf(buf, size, "?");
	return buf;
}

const char *
words_digits(const char *s, size_t n, char *buf, size_t size)
{
	size_t len = 0, start = 0;

	if (s[0] == '-')
		buf[len++] = s[start++];
	for (size_t i = start; s[i] != '\0' && len + 2 < size; i++) {
		if (i > start && (i - start) % n == 0)
			buf[len++] = ' ';
		buf[len++] = s[i];
	}
	buf[len] = '\0';
	return buf;
}
