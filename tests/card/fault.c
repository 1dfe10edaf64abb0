#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/card/bytes.h"
#include "tests/card/fault.h"

enum value { NO_VALUE, NUMBER, HEX, FILE_NAME };

/* Lasting faults hold from their command on, the others for it alone. */
static const struct {
	const char	*name;
	enum value	 value;
	bool		 lasting;
} kinds[] = {
	[FAULT_SLOW] = { "slow", NUMBER, true },
	[FAULT_MUTE] = { "mute", NO_VALUE, true },
	[FAULT_SILENT] = { "silent", HEX, false },
	[FAULT_PULL] = { "pull", NO_VALUE, false },
	[FAULT_BOUNCE] = { "bounce", NO_VALUE, false },
	[FAULT_NOPOWER] = { "nopower", NUMBER, true },
	[FAULT_BADLEN] = { "badlen", NUMBER, false },
	[FAULT_ENDLESS] = { "endless61", NO_VALUE, true },
	[FAULT_GARBAGE] = { "garbage", NO_VALUE, true },
	[FAULT_SW] = { "sw", HEX, false },
	[FAULT_OTHER] = { "other", FILE_NAME, true },
};

static int
read_value(struct fault *f, char *text)
{
	char *end;

	switch (kinds[f->kind].value) {
	case NO_VALUE:
		return text ? -1 : 0;
	case FILE_NAME:
		if (text == NULL || *text == '\0')
			return -1;
		f->file = mem_strdup(text);
		return 0;
	default:
		if (text == NULL || *text == '\0')
			return -1;
		f->value = strtol(text, &end,
		    kinds[f->kind].value == HEX ? 16 : 10);
		return *end || labs(f->value) > 65535 ? -1 : 0;
	}
}

/* One of the list; takes the text apart. */
static int
read_one(struct fault *f, char *text)
{
	char *at = strrchr(text, '@'), *value, *end;

	*f = (struct fault){ .at = 1 };
	if (at) {
		*at++ = '\0';
		f->at = strtoul(at, &end, 10);
		if (*end || end == at || f->at == 0)
			return -1;
	}
	value = strchr(text, '=');
	if (value)
		*value++ = '\0';
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, text) == 0) {
			f->kind = (enum fault_kind)i;
			return read_value(f, value);
		}
	return -1;
}

int
faults_add(struct faults *fs, const char *spec)
{
	char *copy = mem_strdup(spec), *next = copy, *one;
	size_t before = fs->n;
	int rc = 0;

	while (rc == 0 && (one = strsep(&next, ",")) != NULL) {
		rc = fs->n < FAULTS_MAX ? read_one(&fs->list[fs->n], one) : -1;
		if (rc == 0)
			fs->n++;
	}
	free(copy);
	while (rc == -1 && fs->n > before)
		free(fs->list[--fs->n].file);
	return rc;
}

void
faults_clear(struct faults *fs)
{
	while (fs->n > 0)
		free(fs->list[--fs->n].file);
}

void
faults_seed(struct faults *fs, uint64_t seed)
{
	fs->random = seed * 2 + 1;	/* never nought: xorshift stays there */
}

static uint8_t
random_byte(struct faults *fs)
{
	fs->random ^= fs->random << 13;
	fs->random ^= fs->random >> 7;
	fs->random ^= fs->random << 17;
	return (uint8_t)(fs->random >> 32);
}

static bool
holds(const struct fault *f, unsigned long n)
{
	return kinds[f->kind].lasting ? n >= f->at : n == f->at;
}

static const struct fault *
find(const struct faults *fs, enum fault_kind kind, unsigned long n)
{
	for (size_t i = fs->n; i > 0; i--)
		if (fs->list[i - 1].kind == kind && holds(&fs->list[i - 1], n))
			return &fs->list[i - 1];
	return NULL;
}

bool
faults_pulls(const struct faults *fs, unsigned long n)
{
	return find(fs, FAULT_PULL, n) != NULL;
}

bool
faults_bounces(struct faults *fs, unsigned long n)
{
	for (size_t i = 0; i < fs->n; i++)
		if (fs->list[i].kind == FAULT_BOUNCE && fs->list[i].at == n) {
			fs->list[i].at = 0;
			return true;
		}
	return false;
}

bool
faults_powerless(struct faults *fs)
{
	for (size_t i = 0; i < fs->n; i++)
		if (fs->list[i].kind == FAULT_NOPOWER &&
		    fs->list[i].value > 0) {
			fs->list[i].value--;
			return true;
		}
	return false;
}

/* By its name alone, or by a path that ends with it (ISO 7816-4, 11.2.2). */
static bool
selects(struct span c, long name)
{
	size_t end;

	if (c.len < 7 || c.p[1] != 0xa4)
		return false;
	end = 5 + (size_t)c.p[4];
	return c.p[4] >= 2 && c.len >= end &&
	    (c.p[end - 2] << 8 | c.p[end - 1]) == name;
}

bool
faults_mutes(struct faults *fs, unsigned long n, struct span command)
{
	for (size_t i = 0; i < fs->n; i++)
		if (fs->list[i].kind == FAULT_SILENT &&
		    selects(command, fs->list[i].value)) {
			fs->list[i].kind = FAULT_MUTE;
			fs->list[i].at = n;
		}
	return find(fs, FAULT_MUTE, n) != NULL;
}

unsigned long
faults_delay(const struct faults *fs, unsigned long n)
{
	const struct fault *f = find(fs, FAULT_SLOW, n);

	return f && f->value > 0 ? (unsigned long)f->value : 0;
}

const char *
faults_other(const struct faults *fs, unsigned long n)
{
	const struct fault *f = find(fs, FAULT_OTHER, n);

	return f ? f->file : NULL;
}

static void
change_length(struct faults *fs, long by, struct buf *b)
{
	if (by < 0)
		b->len = (size_t)-by < b->len ? b->len - (size_t)-by : 0;
	for (; by > 0; by--)
		bytes_u8(b, random_byte(fs));
}

void
faults_spoil(struct faults *fs, unsigned long n, struct buf *b)
{
	const struct fault *f;

	if ((f = find(fs, FAULT_SW, n)) != NULL) {
		b->len = 0;
		bytes_be16(b, (unsigned)f->value);
	}
	if (find(fs, FAULT_ENDLESS, n)) {
		b->len = 0;
		change_length(fs, 255, b);
		bytes_be16(b, 0x61ff);
	}
	if (find(fs, FAULT_GARBAGE, n)) {
		b->len = 0;
		change_length(fs, 2 + random_byte(fs), b);
	}
	if ((f = find(fs, FAULT_BADLEN, n)) != NULL)
		change_length(fs, f->value, b);
}
