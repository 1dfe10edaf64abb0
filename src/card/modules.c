#include "config.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/trust.h"
#include "card/modules.h"

#define LINE_MAX_LEN	4096	/* of a p11-kit file; longer ones are no paths */
#define LINES_MAX	1000

/* What p11-kit loads for others' sake: no card is behind these. */
static const char *const not_cards[] = {
	"p11-kit-trust.so", "p11-kit-proxy.so", "p11-kit-client.so", NULL
};

static const char *const system_folders[] = {
	P11_MODULE_CONFIGS, P11_SYSTEM_MODULES, NULL
};

int
module_check(const char *path, bool own_ok, char **resolved, struct err *err)
{
	const struct trust trust = { .own_ok = own_ok,
		.missing = ERR_MODULE_MISSING, .bad = ERR_MODULE_BAD };

	return trust_file(path, &trust, resolved, err);
}

/* --- the list ---------------------------------------------------------- */

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
add(struct module_list *list, const char *path, bool own_ok)
{
	struct err err = ERR_INIT;
	const char *name;
	char *real;

	if (module_check(path, own_ok, &real, &err) == -1)
		real = mem_strdup(path);
	name = base_name(real);
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->v[i].path, real) == 0) {
			free(real);
			return;
		}
		if (strcmp(list->v[i].name, name) == 0)
			name = real;
	}
	if (list->n == CARD_MODULES_MAX) {
		list->cut = true;
		free(real);
		return;
	}
	list->v[list->n++] = (struct module_file){
		.name = mem_strdup(name), .path = real, .err = err
	};
}

/* All matches count: which of two versions knows the card, nobody can tell. */
static void
add_configured(struct module_list *list, const char *pattern, bool own_ok)
{
	glob_t g;

	if (glob(pattern, GLOB_NOCHECK, NULL, &g) != 0) {
		add(list, pattern, own_ok);
		return;
	}
	for (size_t i = 0; i < g.gl_pathc; i++)
		add(list, g.gl_pathv[i], own_ok);
	globfree(&g);
}

/* --- p11-kit's configuration ------------------------------------------- */

/* The value of "key: value" in a line, or NULL; the line is cut at its end. */
static char *
value_of(char *line, const char *key)
{
	size_t n = strlen(key);

	line += strspn(line, " \t");
	if (strncmp(line, key, n) != 0)
		return NULL;
	line += n + strspn(line + n, " \t");
	if (*line++ != ':')
		return NULL;
	line += strspn(line, " \t");
	for (n = strlen(line); n > 0 && strchr(" \t\r\n", line[n - 1]); n--)
		line[n - 1] = '\0';
	return line;
}

static bool
is_card_module(const char *name)
{
	for (size_t i = 0; not_cards[i] != NULL; i++)
		if (strcmp(base_name(name), not_cards[i]) == 0)
			return false;
	return name[0] != '\0';
}

/* What one *.module file names; a trust module or a remote one is no card. */
static void
add_p11_file(struct module_list *list, const char *file, const char *p11_path,
    bool own_ok)
{
	char line[LINE_MAX_LEN], *path = NULL, *v;
	FILE *f = fopen(file, "re");
	bool wanted = true;

	if (f == NULL)
		return;
	for (int i = 0; i < LINES_MAX && fgets(line, sizeof(line), f); i++) {
		if ((v = value_of(line, "module")) != NULL && path == NULL)
			path = v[0] == '/' ? mem_strdup(v) :
			    mem_printf("%s/%s", p11_path, v);
		else if ((v = value_of(line, "trust-policy")) != NULL)
			wanted = wanted && strcmp(v, "yes") != 0;
		else if ((v = value_of(line, "remote")) != NULL)
			wanted = false;
	}
	(void)fclose(f);
	if (path != NULL && wanted && is_card_module(path))
		add(list, path, own_ok);
	free(path);
}

static void
add_p11_folder(struct module_list *list, const char *folder,
    const char *p11_path, bool own_ok)
{
	char *pattern = mem_printf("%s/*.module", folder);
	glob_t g;

	if (glob(pattern, 0, NULL, &g) == 0) {
		for (size_t i = 0; i < g.gl_pathc; i++)
			add_p11_file(list, g.gl_pathv[i], p11_path, own_ok);
		globfree(&g);
	}
	free(pattern);
}

void
modules_list(struct module_list *list, const struct conf_list *configured,
    const char *const *folders, const char *p11_path, bool own_ok)
{
	*list = (struct module_list){ .n = 0 };
	for (size_t i = 0; i < configured->n; i++)
		add_configured(list, configured->v[i], own_ok);
	if (configured->n > 0)
		return;
	folders = folders != NULL ? folders : system_folders;
	p11_path = p11_path != NULL ? p11_path : P11_MODULE_PATH;
	for (size_t i = 0; folders[i] != NULL; i++)
		add_p11_folder(list, folders[i], p11_path, own_ok);
}

void
modules_clear(struct module_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->v[i].name);
		free(list->v[i].path);
	}
	*list = (struct module_list){ .n = 0 };
}
