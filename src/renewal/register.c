#include "config.h"

#include "renewal/register.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

#define SETTINGS_MAX	((size_t)256 << 10)	/* bytes of one such file */
#define PROFILES_MAX	200			/* names looked at in a folder */
#define NSS_FILE	"pkcs11.txt"
#define P11KIT_FOLDER	".config/pkcs11/modules"

/* Folders of the account's that hold such settings, or one for each profile. */
static const struct {
	const char	*folder, *name;
	bool		 profiles;
} nss_folders[] = {
	{ ".thunderbird", "Thunderbird", true },
	{ ".mozilla/firefox", "Firefox", true },
	{ ".pki/nssdb", "Chromium, Evolution", false },
};

/* What p11-kit is configured with by whoever keeps this machine. */
static const char *const p11kit_folders[] = {
	"/etc/pkcs11/modules", "/usr/share/p11-kit/modules"
};

const char *
register_kind_id(enum register_kind kind)
{
	static const char *const ids[] = { "nss", "p11-kit" };

	return ids[kind];
}

const char *
register_state_id(enum register_state state)
{
	static const char *const ids[] = { "not", "registered", "unknown" };

	return ids[state];
}

static const char *
file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* --- looking ------------------------------------------------------------------ */

/* A line "key=value" or "key: value" whose value is a file of that name. */
static bool
line_names(const char *line, size_t len, const char *key, const char *module)
{
	const char *name = file_name(module);
	size_t nkey = strlen(key), nname = strlen(name);

	if (len < nkey || strncmp(line, key, nkey) != 0)
		return false;
	line += nkey;
	len -= nkey;
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t' ||
	    line[len - 1] == '\r'))
		len--;
	return len >= nname && strncmp(line + len - nname, name, nname) == 0 &&
	    (len == nname || strchr("/ \t=:", line[len - nname - 1]) != NULL);
}

static bool
text_names(const struct buf *text, const char *key, const char *module)
{
	const char *s = (const char *)text->data;
	size_t left = text->len;

	while (left > 0) {
		const char *end = memchr(s, '\n', left);
		size_t len = end != NULL ? (size_t)(end - s) : left;

		if (line_names(s, len, key, module))
			return true;
		len += end != NULL;
		s += len;
		left -= len;
	}
	return false;
}

/* 1 if a file names the module, 0, -1 where it cannot be read. */
static int
file_names(const char *path, const char *key, const char *module,
    struct err *err)
{
	struct buf text;
	int rc;

	buf_init(&text, SETTINGS_MAX);
	rc = file_read(path, path, &text, err);
	if (rc == 0)
		rc = text_names(&text, key, module);
	buf_clear(&text);
	return rc;
}

static struct register_place *
add(struct register_places *p, enum register_kind kind, const char *name,
    char *path)
{
	struct register_place *at;

	if (p->n == REGISTER_PLACES_MAX) {
		p->cut = true;
		free(path);
		return NULL;
	}
	at = &p->v[p->n++];
	*at = (struct register_place){ .kind = kind, .path = path,
	    .name = mem_strdup(name) };
	return at;
}

static void
look_nss(const char *folder, const char *name, const char *module,
    struct register_places *p)
{
	char *path = mem_printf("%s/%s", folder, NSS_FILE);
	struct register_place *at;
	struct stat st;

	/* Not a profile, or one of a program from before such files. */
	if (lstat(path, &st) == -1 || !S_ISREG(st.st_mode)) {
		free(path);
		return;
	}
	at = add(p, REGISTER_NSS, name, path);
	if (at == NULL)
		return;
	switch (file_names(at->path, "library=", module, &at->err)) {
	case 1:
		at->state = REGISTER_IS;
		break;
	case -1:
		at->state = REGISTER_CANNOT;
		break;
	}
}

static void
look_profiles(const char *folder, const char *name, const char *module,
    struct register_places *p)
{
	DIR *dir = opendir(folder);
	const struct dirent *e;

	if (dir == NULL)
		return;
	for (int n = 0; n < PROFILES_MAX && (e = readdir(dir)) != NULL; n++) {
		char *profile;

		if (e->d_name[0] == '.')
			continue;
		profile = mem_printf("%s/%s", folder, e->d_name);
		look_nss(profile, name, module, p);
		free(profile);
	}
	closedir(dir);
}

/* Whether one of a folder's *.module files names it. */
static bool
folder_names(const char *folder, const char *module)
{
	DIR *dir = opendir(folder);
	const struct dirent *e;
	bool found = false;

	for (int n = 0; dir != NULL && !found && n < PROFILES_MAX &&
	    (e = readdir(dir)) != NULL; n++) {
		size_t len = strlen(e->d_name);
		struct err none = ERR_INIT;
		char *path;

		if (len < 8 || strcmp(e->d_name + len - 7, ".module") != 0)
			continue;
		path = mem_printf("%s/%s", folder, e->d_name);
		found = file_names(path, "module:", module, &none) == 1;
		free(path);
	}
	if (dir != NULL)
		closedir(dir);
	return found;
}

static void
look_p11kit(const char *home, const char *module, struct register_places *p)
{
	char *folder = mem_printf("%s/%s", home, P11KIT_FOLDER);
	const char *name = file_name(module);
	size_t len = strlen(name);
	struct register_place *at;
	bool known = folder_names(folder, module);

	for (size_t i = 0; i < sizeof p11kit_folders /
	    sizeof p11kit_folders[0] && !known; i++)
		known = folder_names(p11kit_folders[i], module);
	if (len > 3 && strcmp(name + len - 3, ".so") == 0)
		len -= 3;
	at = add(p, REGISTER_P11KIT, "p11-kit", mem_printf("%s/%.*s.module",
	    folder, (int)len, name));
	if (at != NULL && known)
		at->state = REGISTER_IS;
	free(folder);
}

void
register_look(const char *home, const char *module, struct register_places *p)
{
	*p = (struct register_places){ .n = 0 };
	look_p11kit(home, module, p);
	for (size_t i = 0; i < sizeof nss_folders / sizeof nss_folders[0];
	    i++) {
		char *folder = mem_printf("%s/%s", home,
		    nss_folders[i].folder);

		(nss_folders[i].profiles ? look_profiles : look_nss)(folder,
		    nss_folders[i].name, module, p);
		free(folder);
	}
}

void
register_places_clear(struct register_places *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].name);
		free(p->v[i].path);
	}
	*p = (struct register_places){ .n = 0 };
}

/* --- writing ------------------------------------------------------------------ */

static int
write_failed(struct err *err, const char *path)
{
	return err_errno(err, errno == ENOSPC || errno == EDQUOT ?
	    ERR_DISK_FULL : ERR_IO, path);
}

static int
write_all(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* The name is to be there after a crash too. */
static int
sync_folder(const char *path)
{
	char *folder = mem_strndup(path, (size_t)(file_name(path) - path));
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd == -1 ? -1 : fsync(fd);

	if (fd != -1)
		close(fd);
	free(folder);
	return rc;
}

/*
 * The whole file anew, beside the old one and then in its place: whoever reads
 * it meanwhile, or after the power went, has one or the other.
 */
static int
replace(const char *path, const struct buf *text, mode_t mode, struct err *err)
{
	char *beside = mem_printf("%s.XXXXXX", path);
	int fd = mkostemp(beside, O_CLOEXEC), rc = 0;

	if (fd == -1) {
		rc = write_failed(err, path);
		free(beside);
		return rc;
	}
	if (fchmod(fd, mode) == -1 ||
	    write_all(fd, text->data, text->len) == -1 || fsync(fd) == -1)
		rc = write_failed(err, path);
	close(fd);
	if (rc == 0 && (rename(beside, path) == -1 || sync_folder(path) == -1))
		rc = write_failed(err, path);
	if (rc == -1)
		unlink(beside);
	free(beside);
	return rc;
}

/* A block of its own behind the others, as NSS writes them. */
static int
put_nss(const char *path, const char *module, struct err *err)
{
	const char *name = file_name(module);
	struct buf text;
	struct stat st;
	char *block;
	int rc;

	buf_init(&text, SETTINGS_MAX + 4096);
	if (file_read(path, path, &text, err) == -1) {
		buf_clear(&text);
		return -1;
	}
	if (text_names(&text, "library=", module)) {
		buf_clear(&text);
		return 0;
	}
	block = mem_printf("%s\nlibrary=%s\nname=%s\n", text.len > 0 &&
	    text.data[text.len - 1] != '\n' ? "\n" : "", module, name);
	rc = buf_add(&text, block, strlen(block));
	free(block);
	if (rc == -1)
		rc = err_set(err, ERR_TOO_BIG, path, NULL);
	else
		rc = replace(path, &text, stat(path, &st) == 0 ?
		    st.st_mode & 0777 : 0600, err);
	buf_clear(&text);
	return rc;
}

/* The folders above a file, those that lack. */
static int
make_folders(const char *path, struct err *err)
{
	char *folder = mem_strdup(path);
	int rc = 0;

	for (char *slash = strchr(folder + 1, '/'); slash != NULL && rc == 0;
	    slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0700) == -1 && errno != EEXIST)
			rc = write_failed(err, folder);
		*slash = '/';
	}
	free(folder);
	return rc;
}

static int
put_p11kit(const char *path, const char *module, struct err *err)
{
	struct buf text;
	char *line;
	int rc;

	if (make_folders(path, err) == -1)
		return -1;
	line = mem_printf("module: %s\n", module);
	buf_init(&text, SETTINGS_MAX);
	rc = buf_add(&text, line, strlen(line)) == -1 ?
	    err_set(err, ERR_TOO_BIG, path, NULL) :
	    replace(path, &text, 0644, err);
	buf_clear(&text);
	free(line);
	return rc;
}

/* A path of one line that begins at the root, or it would say something else. */
static bool
is_plain(const char *module)
{
	if (module[0] != '/' || strlen(module) > 1024)
		return false;
	for (const char *c = module; *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f || *c == '"')
			return false;
	return true;
}

int
register_put(const struct register_place *p, const char *module,
    struct err *err)
{
	if (!is_plain(module))
		return err_set(err, ERR_BAD_DATA, module, NULL);
	if (p->state == REGISTER_IS)
		return 0;
	return p->kind == REGISTER_NSS ? put_nss(p->path, module, err) :
	    put_p11kit(p->path, module, err);
}
