#include "config.h"

#include <string.h>

#include "tests/card/bytes.h"
#include "tests/card/isofs.h"

static const uint8_t aid[] = {
	0xf2, 0x76, 0xa2, 0x88, 0xbc, 0xfb, 0xa6, 0x9d, 0x34, 0xf3, 0x10, 0x01
};
static const uint8_t mf[] = { 0x3f, 0x00 };

/* Version 0.6; chained and random: bit 02, EC: bit 04. */
static const uint8_t about[] = { 0x00, 0x06, 0x06 };

/* Places in the security attributes that CREATE FILE gives (byte 86). */
enum { SEC_CREATE_DF = 5, SEC_CREATE_EF = 6, SEC_UPDATE = 6, SEC_BYTES = 8 };
#define SEC_PIN 0x90

void
isofs_power_on(struct card *c)
{
	struct isofs *fs = c->session;

	/* The applet has its root from the start, before anything is made. */
	if (store_file(c->store, mf, sizeof(mf)) == NULL)
		store_add_file(c->store, mf, sizeof(mf), true, 0);
	memcpy(fs->df, mf, sizeof(mf));
	fs->df_len = sizeof(mf);
	fs->ef_len = 0;
}

static struct store_file *
current_ef(struct card *c)
{
	struct isofs *fs = c->session;

	return fs->ef_len ? store_file(c->store, fs->ef, fs->ef_len) : NULL;
}

static bool
needs_pin(const struct store_file *f, int place)
{
	return f && f->sec_len == SEC_BYTES && f->sec[place] == SEC_PIN;
}

static struct store_file *
child(struct card *c, const uint8_t *df, size_t len, const uint8_t *id)
{
	uint8_t path[STORE_PATH_MAX];

	if (len + 2 > sizeof(path))
		return NULL;
	memcpy(path, df, len);
	memcpy(path + len, id, 2);
	return store_file(c->store, path, len + 2);
}

/* By identifier: under the current DF, beside it, or the DF itself. */
static struct store_file *
by_id(struct card *c, struct span id)
{
	struct isofs *fs = c->session;
	struct store_file *f;

	if (id.len == 0 || span_equal(id, mf, sizeof(mf)))
		return store_file(c->store, mf, sizeof(mf));
	if (id.len != 2)
		return NULL;
	f = child(c, fs->df, fs->df_len, id.p);
	if (f == NULL && fs->df_len > 2)
		f = child(c, fs->df, fs->df_len - 2, id.p);
	if (f == NULL && memcmp(fs->df + fs->df_len - 2, id.p, 2) == 0)
		f = store_file(c->store, fs->df, fs->df_len);
	return f;
}

static struct store_file *
by_name(struct card *c, struct span name)
{
	for (size_t i = 0; i < c->store->nfiles; i++) {
		struct store_file *f = &c->store->files[i];

		if (f->df && name.len && f->name_len >= name.len &&
		    memcmp(f->name, name.p, name.len) == 0)
			return f;
	}
	return NULL;
}

static struct store_file *
by_path(struct card *c, const uint8_t *from, size_t len, struct span rest)
{
	uint8_t path[STORE_PATH_MAX];

	if (len + rest.len > sizeof(path))
		return NULL;
	memcpy(path, from, len);
	memcpy(path + len, rest.p, rest.len);
	return store_file(c->store, path, len + rest.len);
}

static struct store_file *
parent(struct card *c)
{
	struct isofs *fs = c->session;

	return fs->df_len > 2 ? store_file(c->store, fs->df, fs->df_len - 2) :
	    NULL;
}

static void
add_fci(const struct store_file *f, struct buf *out)
{
	uint8_t size[2] = { (uint8_t)(f->told >> 8), (uint8_t)f->told };
	size_t t = tlv_open(out, 0x6f);

	if (!f->df)
		tlv_add(out, 0x81, size, sizeof(size));
	tlv_add(out, 0x82, f->desc, f->desc_len);
	tlv_add(out, 0x83, f->path + f->path_len - 2, 2);
	if (f->name_len)
		tlv_add(out, 0x84, f->name, f->name_len);
	if (f->sec_len)
		tlv_add(out, 0x86, f->sec, f->sec_len);
	tlv_add(out, 0x8a, "\x05", 1);
	tlv_close(out, t);
}

static void
stand_at(struct isofs *fs, const struct store_file *f)
{
	fs->df_len = f->df ? f->path_len : f->path_len - 2;
	memcpy(fs->df, f->path, fs->df_len);
	fs->ef_len = f->df ? 0 : f->path_len;
	memcpy(fs->ef, f->path, fs->ef_len);
}

unsigned
isofs_select(struct card *c, const struct apdu *a, struct buf *out)
{
	struct isofs *fs = c->session;
	struct store_file *f = NULL;
	struct span d = a->data;

	switch (a->p1) {
	case 0x00: case 0x01: case 0x02:
		f = by_id(c, d);
		break;
	case 0x03:
		f = parent(c);
		break;
	case 0x04:
		if (d.len >= 8 && d.len <= sizeof(aid) &&
		    memcmp(aid, d.p, d.len) == 0) {
			isofs_power_on(c);
			bytes_add(out, about, sizeof(about));
			return SW_OK;
		}
		f = by_name(c, d);
		break;
	case 0x08:
		f = by_path(c, mf, sizeof(mf), d);
		break;
	case 0x09:
		f = by_path(c, fs->df, fs->df_len, d);
		break;
	default:
		return SW_WRONG_P1P2;
	}
	if (f == NULL)
		return SW_NOT_FOUND;
	stand_at(fs, f);
	if ((a->p2 & 0x0c) != 0x0c)
		add_fci(f, out);
	return SW_OK;
}

unsigned
isofs_read(struct card *c, const struct apdu *a, struct buf *out)
{
	struct store_file *f = current_ef(c);
	size_t off = (size_t)a->p1 << 8 | a->p2, n = a->le ? a->le : 256;

	if (f == NULL)
		return SW_NO_FILE;
	if (off > f->size)
		return SW_WRONG_OFFSET;
	if (n > f->size - off)
		n = f->size - off;
	bytes_add(out, f->data + off, n);
	return SW_OK;
}

unsigned
isofs_update(struct card *c, const struct apdu *a, struct buf *out)
{
	struct isofs *fs = c->session;
	struct store_file *f = current_ef(c);
	size_t off = (size_t)a->p1 << 8 | a->p2;

	(void)out;
	if (f == NULL)
		return SW_NO_FILE;
	if (needs_pin(f, SEC_UPDATE) && !fs->verified)
		return SW_NOT_ALLOWED;
	if (off > f->size || a->data.len > f->size - off)
		return SW_NO_ROOM;
	memcpy(f->data + off, a->data.p, a->data.len);
	c->store->dirty = true;
	return SW_OK;
}

/* A field of the file's description, cut to what the store can hold. */
static size_t
field(struct span all, unsigned tag, uint8_t *out, size_t max)
{
	struct span v;

	if (tlv_find(all, tag, &v) == -1)
		return 0;
	if (v.len > max)
		v.len = max;
	memcpy(out, v.p, v.len);
	return v.len;
}

/* What CREATE FILE describes, its identifier as the whole path for now. */
static int
described(struct span d, struct store_file *f)
{
	uint8_t size[2] = { 0, 0 };
	struct span all;

	*f = (struct store_file){ 0 };
	if (tlv_find(d, 0x6f, &all) == -1 && tlv_find(d, 0x62, &all) == -1)
		return -1;
	f->desc_len = field(all, 0x82, f->desc, sizeof(f->desc));
	f->path_len = field(all, 0x83, f->path, 2);
	f->name_len = field(all, 0x84, f->name, sizeof(f->name));
	f->sec_len = field(all, 0x86, f->sec, sizeof(f->sec));
	if (field(all, 0x80, size, sizeof(size)) == 0)
		field(all, 0x81, size, sizeof(size));
	f->told = (size_t)size[0] << 8 | size[1];
	f->df = (f->desc[0] & 0x3f) == 0x38;
	return f->desc_len && f->path_len == 2 ? 0 : -1;
}

/* Made under the current DF; making the root only says what it is. */
static struct store_file *
make(struct card *c, const struct store_file *as)
{
	struct isofs *fs = c->session;
	uint8_t path[STORE_PATH_MAX];
	struct store_file *f;

	if (memcmp(as->path, mf, sizeof(mf)) == 0)
		f = store_file(c->store, mf, sizeof(mf));
	else {
		memcpy(path, fs->df, fs->df_len);
		memcpy(path + fs->df_len, as->path, 2);
		f = store_add_file(c->store, path, fs->df_len + 2, as->df,
		    as->df ? 0 : as->told);
		if (c->store->room >= 0)
			c->store->room -= (long)f->size;
	}
	memcpy(f->desc, as->desc, sizeof(f->desc));
	memcpy(f->sec, as->sec, sizeof(f->sec));
	memcpy(f->name, as->name, sizeof(f->name));
	f->desc_len = as->desc_len;
	f->sec_len = as->sec_len;
	f->name_len = as->name_len;
	return f;
}

unsigned
isofs_create(struct card *c, const struct apdu *a, struct buf *out)
{
	struct isofs *fs = c->session;
	struct store_file *df = store_file(c->store, fs->df, fs->df_len), as;

	(void)out;
	if (described(a->data, &as) == -1)
		return SW_WRONG_DATA;
	if (fs->df_len + 2 > STORE_PATH_MAX || (c->store->room >= 0 &&
	    !as.df && as.told > (size_t)c->store->room))
		return SW_NO_ROOM;
	if (child(c, fs->df, fs->df_len, as.path))
		return SW_EXISTS;
	if (needs_pin(df, as.df ? SEC_CREATE_DF : SEC_CREATE_EF) &&
	    !fs->verified && store_pin(c->store, 1))
		return SW_NOT_ALLOWED;
	stand_at(fs, make(c, &as));
	return SW_OK;
}

unsigned
isofs_delete(struct card *c, const struct apdu *a, struct buf *out)
{
	struct isofs *fs = c->session;
	struct store_file *f, gone;
	size_t freed;

	(void)out;
	if (a->data.len == 2)
		f = child(c, fs->df, fs->df_len, a->data.p);
	else if (fs->ef_len)
		f = current_ef(c);
	else
		f = store_file(c->store, fs->df, fs->df_len);
	if (f == NULL)
		return SW_NOT_FOUND;
	if (!fs->verified && store_pin(c->store, 1))
		return SW_NOT_ALLOWED;
	gone = *f;
	freed = store_remove_file(c->store, gone.path, gone.path_len);
	if (c->store->room >= 0)
		c->store->room += (long)freed;
	fs->ef_len = 0;
	if (gone.path_len > 2) {
		fs->df_len = gone.path_len - 2;
		memcpy(fs->df, gone.path, fs->df_len);
	}
	return SW_OK;
}
