#include "config.h"

#include "revocation/fontfile.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"

#define FONT_MAX	((size_t)32 << 20)	/* bytes of a file */
#define TABLE_SIZE	16	/* of a table's entry in the directory */
#define TABLES		12	/* where the directory begins */
#define CMAP_SIZE	8	/* of an entry in cmap */
#define WINDOWS		3	/* platform; encoding 1: the BMP of Unicode */
#define SEGMENTS	14	/* where format 4's arrays begin */

/* What lies beyond the end is 0, which is no glyph. */
static size_t
u16(struct span f, size_t at)
{
	return f.len >= 2 && at <= f.len - 2 ?
	    (size_t)f.p[at] << 8 | f.p[at + 1] : 0;
}

static size_t
u32(struct span f, size_t at)
{
	return u16(f, at) << 16 | u16(f, at + 2);
}

/* Where a table begins; 0: there is none. */
static size_t
table_at(struct span f, const char *tag)
{
	size_t n = u16(f, 4), i;

	for (i = 0; i < n; i++) {
		size_t at = TABLES + i * TABLE_SIZE;

		if (at + TABLE_SIZE <= f.len && memcmp(f.p + at, tag, 4) == 0)
			return u32(f, at + 8);
	}
	return 0;
}

/* The map from Unicode to glyphs, format 4 (OpenType, "cmap"); 0: none. */
static size_t
map_at(struct span f)
{
	size_t cmap = table_at(f, "cmap"), n = u16(f, cmap + 2), i, at;

	for (i = 0; cmap != 0 && i < n; i++) {
		at = cmap + 4 + i * CMAP_SIZE;
		if (u16(f, at) == WINDOWS && u16(f, at + 2) == 1 &&
		    u16(f, cmap + u32(f, at + 4)) == 4)
			return cmap + u32(f, at + 4);
	}
	return 0;
}

/* Segments are sorted by their ends; arrays of them follow each other. */
static size_t
glyph_of(struct span f, size_t map, size_t cp)
{
	size_t twice = u16(f, map + 6) & ~(size_t)1, ends = map + SEGMENTS;
	size_t starts = ends + twice + 2, deltas = starts + twice;
	size_t offsets = deltas + twice, i, offset, glyph;

	for (i = 0; i < twice && u16(f, ends + i) < cp;)
		i += 2;
	if (i >= twice || u16(f, starts + i) > cp)
		return 0;
	offset = u16(f, offsets + i);
	if (offset == 0)
		return (cp + u16(f, deltas + i)) & 0xffff;
	glyph = u16(f, offsets + i + offset + 2 * (cp - u16(f, starts + i)));
	return glyph == 0 ? 0 : (glyph + u16(f, deltas + i)) & 0xffff;
}

bool
fontfile_has(const char *path, const char *letters)
{
	struct err err = ERR_INIT;
	struct buf file;
	struct span f;
	size_t map, used;
	uint32_t cp;
	bool all;

	buf_init(&file, FONT_MAX);
	all = file_read(path, path, &file, &err) == 0;
	f = span_of(file.data, file.len);
	map = all ? map_at(f) : 0;
	all = map != 0;
	while (all && (used = text_decode(letters, strlen(letters), &cp)) > 0) {
		all = cp <= 0xffff && glyph_of(f, map, cp) != 0;
		letters += used;
	}
	buf_clear(&file);
	return all;
}
