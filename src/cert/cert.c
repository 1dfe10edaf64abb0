#include "cert/cert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cert/parts.h"

#define DECIMAL_GROUP	1000000000u	/* of nine digits */

/* In the order of the ODD_* bits. */
static const char *const oddities[ODD_COUNT] = {
	N_("The serial number is negative, which no certificate's may be."),
	N_("The serial number is longer than the 20 bytes that are allowed."),
	N_("The serial number is written with superfluous bytes in front."),
	N_("There are other bytes behind the certificate."),
	N_("A name holds a NUL character, which can hide what follows it."),
	N_("A name is not encoded as it says it is."),
	N_("A part of the certificate (an extension) cannot be read."),
	N_("The certificate demands that programs understand something that is not known here."),
	N_("The dates of the certificate make no sense."),
	N_("A list in the certificate is longer than is shown here."),
	N_("The serial number is so long that only its beginning is kept."),
};

const char *const cert_ku_words[] = {
	"digitalSignature", "nonRepudiation", "keyEncipherment",
	"dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign",
	"encipherOnly", "decipherOnly", NULL
};

static void
free_strings(char **list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

void
cert_free(struct cert *c)
{
	if (c == NULL)
		return;
	free(c->serial_hex);
	free(c->serial_dec);
	name_clear(&c->subject);
	name_clear(&c->issuer);
	free(c->signature_alg);
	free(c->key_curve);
	free_strings(c->eku, c->neku);
	for (size_t i = 0; i < c->nsan; i++)
		free(c->san[i].value);
	free(c->san);
	free_strings(c->policies, c->npolicies);
	free_strings(c->cdp, c->ncdp);
	free_strings(c->ocsp, c->nocsp);
	free_strings(c->issuers, c->nissuers);
	free(c->ski);
	free(c->aki);
	free_strings(c->qc.pds, c->qc.npds);
	free(c->qc.countries);
	free(c->person.value);
	free(c->organisation.value);
	free(c);
}

void
cert_list_add(char ***list, size_t *n, char *s, unsigned *odd)
{
	if (*n == CERT_LIST_MAX) {
		*odd |= ODD_LIST_CUT;
		free(s);
		return;
	}
	*list = mem_grow(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = s;
}

/* Long division of a big-endian number, nine decimal digits at a time. */
static char *
decimal(const uint8_t *bytes, size_t len, bool negative)
{
	uint32_t groups[CERT_SERIAL_MAX * 3 / 9 + 1] = { 0 };
	size_t n = 1, used;
	size_t size = sizeof(groups) / sizeof(groups[0]) * 9 + 2;
	char *out = mem_alloc(size);

	for (size_t i = 0; i < len; i++) {
		uint64_t carry = bytes[i];

		for (size_t g = 0; g < n; g++) {
			carry += (uint64_t)groups[g] << 8;
			groups[g] = (uint32_t)(carry % DECIMAL_GROUP);
			carry /= DECIMAL_GROUP;
		}
		if (carry != 0)
			groups[n++] = (uint32_t)carry;
	}
	used = (size_t)snprintf(out, size, "%s%u", negative ? "-" : "",
	    groups[--n]);
	while (n-- > 0)
		used += (size_t)snprintf(out + used, size - used, "%09u",
		    groups[n]);
	return out;
}

/* Takes both over. */
static int
derive(struct cert *c, char *hex, char *dec)
{
	free(c->serial_hex);
	c->serial_hex = hex;
	free(c->serial_dec);
	c->serial_dec = dec;
	if (name_finish(&c->subject) != 0 || name_finish(&c->issuer) != 0)
		return -1;
	ident_person(c->subject.serial, &c->person);
	ident_organisation(c->subject.org_id, &c->organisation);
	return 0;
}

int
cert_derive(struct cert *c)
{
	size_t size = c->serial_len * 2 + 1;
	char *hex = mem_alloc(size);

	(void)text_hex(c->serial, c->serial_len, 0, hex, size);
	return derive(c, hex, c->odd & ODD_SERIAL_CUT ? mem_strdup("") :
	    decimal(c->serial, c->serial_len, c->odd & ODD_SERIAL_NEGATIVE));
}

int
cert_derive_lean(struct cert *c)
{
	return derive(c, mem_strdup(""), mem_strdup(""));
}

const char *
cert_holder(const struct cert *c)
{
	return c->subject.shown;
}

const char *
cert_issuer_name(const struct cert *c)
{
	return c->issuer.shown;
}

const char *
cert_email(const struct cert *c)
{
	for (size_t i = 0; i < c->nsan; i++) {
		if (c->san[i].kind == SAN_EMAIL && c->san[i].value[0] != '\0')
			return c->san[i].value;
	}
	if (c->subject.email != NULL && c->subject.email[0] != '\0')
		return c->subject.email;
	return NULL;
}

char *
cert_ku_text(unsigned ku, char *buf, size_t size)
{
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned i = 0; cert_ku_words[i] != NULL && len < size; i++) {
		if (ku & 1u << i)
			len += (size_t)snprintf(buf + len, size - len, "%s%s",
			    len ? ", " : "", cert_ku_words[i]);
	}
	return buf;
}

const char *
cert_oddity(unsigned bit)
{
	for (unsigned i = 0; i < ODD_COUNT; i++) {
		if (bit == 1u << i)
			return _(oddities[i]);
	}
	return "";
}

const char *
cert_http(char *const *urls, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (strncasecmp(urls[i], "http://", 7) == 0 ||
		    strncasecmp(urls[i], "https://", 8) == 0)
			return urls[i];
	}
	return NULL;
}
