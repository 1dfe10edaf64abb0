/*
 * All that a card keeps when it has no power: PINs, keys, files.  It is read
 * from and written to an image file, which is text, an item a line:
 *
 *	vcard 1
 *	type isoapplet
 *	atr 3B800181
 *	room 4096			bytes that new files may still take
 *	pin 01 3 3 31323334		reference, tries allowed, left, value
 *	key 00 30820...			reference, PrivateKeyInfo in DER
 *	df 3F00 desc=38 sec=FF... name=
 *	ef 3F002F00 desc=01 sec=FF... name= size=128 told=128 data=61...
 *
 * "told" is the size the card says the file has, "size" how much there is; a
 * misbehaving card may lie.  Zeroes at the end of data are left out.  A PIV
 * card's objects are ef lines whose path is the object's tag, and its
 * management key is pin 9B.  Keys are plain: this is for tests only.
 * Saving replaces the file at once (rename), so a killed card is never half
 * written.  One thread.
 */
#ifndef TESTS_CARD_STORE_H
#define TESTS_CARD_STORE_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define STORE_PATH_MAX	16
#define STORE_PINS_MAX	4
#define STORE_PIN_MAX	32
#define STORE_ATR_MAX	33
#define STORE_FILE_MAX	(1024 * 1024)

struct store_pin {
	uint8_t	 ref;
	unsigned max, left;
	uint8_t	 value[STORE_PIN_MAX];
	size_t	 len;
};

struct store_key {
	uint8_t	 ref;
	EVP_PKEY *key;
};

struct store_file {
	uint8_t	 path[STORE_PATH_MAX];
	size_t	 path_len;
	bool	 df;
	uint8_t	 desc[4];	/* file descriptor byte and what follows it */
	size_t	 desc_len;
	uint8_t	 sec[8];	/* who may do what, as CREATE FILE said */
	size_t	 sec_len;
	uint8_t	 name[16];	/* DF name */
	size_t	 name_len;
	size_t	 told;
	uint8_t	*data;
	size_t	 size;
};

struct store {
	char	 type[16];
	uint8_t	 atr[STORE_ATR_MAX];
	size_t	 atr_len;
	struct store_pin pins[STORE_PINS_MAX];
	size_t	 npins;
	struct store_key *keys;
	size_t	 nkeys;
	struct store_file *files;
	size_t	 nfiles;
	long	 room;		/* bytes for new files; -1: no end */
	bool	 dirty;		/* differs from the image */
};

struct store	*store_new(const char *type, const char *atr_hex);
void		 store_free(struct store *);

/* NULL, with a sentence on stderr, when the file is no image. */
struct store	*store_load(const char *path);
int		 store_save(struct store *, const char *path);

struct store_pin *store_pin(struct store *, unsigned ref);	/* or NULL */
struct store_pin *store_set_pin(struct store *, unsigned ref, unsigned tries,
		    const void *, size_t);

EVP_PKEY	*store_key(struct store *, unsigned ref);	/* or NULL */
/* Takes the key. */
void		 store_set_key(struct store *, unsigned ref, EVP_PKEY *);

/*
 * A file lives until the next file is added or removed; ask again after that.
 */
struct store_file *store_file(struct store *, const uint8_t *path, size_t);
struct store_file *store_add_file(struct store *, const uint8_t *path, size_t,
		    bool df, size_t size);
void		 store_resize(struct store_file *, size_t);
/* With all that lies under it; how many bytes of files that was. */
size_t		 store_remove_file(struct store *, const uint8_t *path, size_t);

#endif
