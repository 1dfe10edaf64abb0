/*
 * What identifies a person is taken out of texts before they are kept: names in
 * certificates carry PESEL numbers and addresses, and so do reasons that people
 * type.  Masked; what a certificate's names show is hashed too, to be found by
 * (scrub_find_idents).  Any thread; no state.
 */
#ifndef REGISTRY_SCRUB_H
#define REGISTRY_SCRUB_H

#include <stdbool.h>
#include <stddef.h>

#include "registry/record.h"

/*
 * A copy of text, the caller's, in which these are masked: mail addresses
 * ("e*****@przyklad.pl"); eleven digits in a row, whatever their check digit
 * says, and runs of digits that are a PESEL or NIP, with separators too; and
 * the given identifiers, whatever stands between their characters.  NULL for
 * NULL.  Doing it again changes nothing.
 */
char	*scrub_text(const char *text, const struct record_ident *, size_t n);

/*
 * True when an address that a certificate names would identify its holder; it
 * is not kept then, since a masked one could not be asked.
 */
bool	 scrub_url_tells(const char *url, const struct record_ident *, size_t n);

/*
 * A copy of text in which every word that may be a form of one of the names'
 * (three letters up, folded; "Kowalskiego" of Kowalski) is masked; for reasons,
 * which outlive an erasure.
 */
char	*scrub_names(const char *text, const char *const *names, size_t n);

/*
 * Addresses and PESEL numbers with a right check digit that would be masked in
 * the text become identifiers of the record, so that it is found by them.
 */
void	 scrub_find_idents(struct record *, const char *text);

/* All texts of a record, by its own identifiers. */
void	 scrub_record(struct record *);

/* Cut to RECORD_TEXT_MAX at a character's edge; always after scrubbing. */
void	 scrub_cut(char *);

#endif
