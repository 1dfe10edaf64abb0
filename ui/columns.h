/*
 * The columns of the certificates panel: as many as fit, the most telling
 * first.  UI thread only.
 */
#ifndef UI_COLUMNS_H
#define UI_COLUMNS_H

#include "ui/certrow.h"
#include "ui/draw.h"

/* Names of the columns on the first row; false where there is no room. */
bool		 columns_header(const struct rect *);

void		 columns_draw(const struct card *, const struct certrow *,
		    const struct setup *, int64_t now, bool masked,
		    const struct rect *line, enum style, bool selected);

/* Everything a row can be found by. */
const char	*columns_text(const struct card *, const struct certrow *,
		    char *buf, size_t);

#endif
