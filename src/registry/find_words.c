/* Why a row is there, and what the line was taken for, in words. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "registry/find.h"

static const struct {
	const char	*id, *sentence;
	bool		 arg;		/* followed by what met what */
} whys[WHY_COUNT] = {
	[WHY_SERIAL] = { "serial", N_("the whole serial number"), false },
	[WHY_IDENT] = { "identifier", N_("the identifier"), false },
	[WHY_ORDER] = { "order", N_("the order number"), false },
	[WHY_CARD] = { "card", N_("the card's number"), false },
	[WHY_CARD_END] = { "card-end", N_("the card's number ends so"), true },
	[WHY_NAME] = { "name", N_("the name"), false },
	[WHY_SERIAL_END] = { "serial-end",
	    N_("the serial number begins or ends so"), true },
	[WHY_SERIAL_PART] = { "serial-part",
	    N_("part of the serial number"), true },
	[WHY_NAME_PREFIX] = { "name-prefix", N_("the name begins so"), true },
	[WHY_NAME_PART] = { "name-part", N_("part of the name"), false },
	[WHY_NAME_SOUND] = { "name-sound", N_("sounds the same"), true },
	[WHY_NAME_TYPO] = { "name-typo", N_("typing error"), true },
	[WHY_IDENT_NEAR] = { "identifier-near",
	    N_("an identifier one digit away"), false },
	[WHY_SERIAL_LOOK] = { "serial-look",
	    N_("digits that look alike"), true },
	[WHY_ORDER_NEAR] = { "order-near",
	    N_("an order number one character away"), true },
};

/* In the order of the bits FIND_*. */
static const char *const kinds[] = {
	N_("serial number"), N_("PESEL"), N_("NIP"), N_("e-mail"),
	N_("order number"), N_("card number"), N_("name"),
	N_("document number"),
};

static const struct {
	const char	*id, *sentence;
} notes[NOTE_COUNT] = {
	[NOTE_CHECKSUM_PESEL] = { "checksum-pesel",
	    N_("As a PESEL it has a wrong check digit.") },
	[NOTE_CHECKSUM_NIP] = { "checksum-nip",
	    N_("As a NIP it has a wrong check digit.") },
	[NOTE_SHORT] = { "short",
	    N_("Too short to look for: four digits, or two letters.") },
	[NOTE_CUT] = { "cut",
	    N_("The line was too long; its beginning was looked for.") },
	[NOTE_LOADING] = { "loading",
	    N_("The registry is still being read; more may be found in a moment.") },
	[NOTE_RESTRICTED] = { "restricted",
	    N_("Restricted entries were left out.") },
	[NOTE_MORE] = { "more",
	    N_("More matched than are shown; add a letter or a digit.") },
	[NOTE_DECIMAL] = { "decimal",
	    N_("In decimal a serial number is found only whole; part of it only in hex.") },
	[NOTE_INVALID] = { "invalid",
	    N_("Some of the line was no text and was left out.") },
};

const char *
find_why_sentence(const struct find_hit *hit, char *buf, size_t size)
{
	const char *sentence = _(whys[hit->why].sentence);

	if (whys[hit->why].arg && hit->why_arg[0] != '\0')
		snprintf(buf, size, "%s: %s", sentence, hit->why_arg);
	else
		snprintf(buf, size, "%s", sentence);
	return buf;
}

const char *
find_why_id(enum find_why why)
{
	return whys[why].id;
}

const char *
find_kinds_words(unsigned set, char *buf, size_t size)
{
	size_t i, len = 0;

	buf[0] = '\0';
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if ((set & 1u << i) == 0)
			continue;
		snprintf(buf + len, size - len, "%s%s", len > 0 ? ", " : "",
		    _(kinds[i]));
		len = strlen(buf);
	}
	return buf;
}

const char *
find_note_sentence(enum find_note note)
{
	return _(notes[note].sentence);
}

const char *
find_note_id(enum find_note note)
{
	return notes[note].id;
}
